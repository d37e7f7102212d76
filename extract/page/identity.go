package page

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Identity is what a page says of the site it is on and of the body that published it. All are evidence, none is proof:
// footers are copied with templates, and a county's portal publishes for all its departments.
type Identity struct {
	SiteCode   string // 网站标识码: ten digits, the first six a division's; or bm and eight digits. "" for none, or several
	CreditCode string // 统一社会信用代码 with a right check digit, from the index number, else from the address; ""
	IndexNo    string // 索引号 as printed, ""
	Publisher  string // 发布机构 as printed, ""
}

// Identify reads them from a page and its address, which may be empty. The site's code stands in the footer, or in the
// meta element SiteIDCode (国办发〔2017〕47号); the others in the block above the text, whose layouts are rows of a table,
// dl lists, and list items or div elements that hold label and value.
func Identify(doc *html.Node, pageURL string) Identity {
	var id Identity
	codes := map[string]bool{}
	walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.ElementNode && n.DataAtom == atom.Meta:
			if strings.EqualFold(attr(n, "name"), "SiteIDCode") {
				note(codes, "网站标识码"+attr(n, "content"))
			} else if id.Publisher == "" && strings.EqualFold(attr(n, "name"), "ContentSource") {
				id.Publisher = clip(folded(attr(n, "content")))
			}
		case n.Type == html.ElementNode:
			return !unread(n.DataAtom)
		case n.Type == html.TextNode && strings.Contains(n.Data, "标识码"):
			note(codes, around(n))
		case n.Type == html.TextNode:
			id.label(n)
		}
		return true
	}, func(*html.Node) {})
	if len(codes) == 1 {
		for code := range codes {
			id.SiteCode = code
		}
	}
	id.Publisher = strings.TrimPrefix(id.Publisher, printed)
	if id.CreditCode = creditCodeIn(id.IndexNo); id.CreditCode == "" {
		id.CreditCode = CreditCodeOf(pageURL)
	}
	return id
}

// siteCode is a 网站标识码 behind its label; longer numbers are something else.
var siteCode = regexp.MustCompile(`网站标识码\s*[:：]?\s*((?i:bm)[0-9]{8}|[0-9]{10})(?:[^0-9]|$)`)

// note adds the site codes in s.
func note(codes map[string]bool, s string) {
	for _, m := range siteCode.FindAllStringSubmatch(s, -1) {
		codes[strings.ToLower(m[1])] = true
	}
}

// around is the text that a text node stands in, far enough for a code behind a label in an element of its own. Footers
// are short; the text of what is longer is not looked at.
func around(n *html.Node) string {
	const levels, longest = 3, 2000
	s := folded(n.Data)
	for range levels {
		if siteCode.MatchString(s) || n.Parent == nil || n.Parent.DataAtom == atom.Body {
			break
		}
		n = n.Parent
		text := textWithin(n, longest)
		if len(text) >= longest {
			break
		}
		s = text
	}
	return s
}

// textWithin is the text below n, its nodes parted by spaces, cut when it gets longer than limit bytes.
func textWithin(n *html.Node, limit int) string {
	var parts []string
	size := 0
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode && size < limit {
			parts = append(parts, c.Data)
			size += len(c.Data)
		}
		return size < limit && !unread(c.DataAtom)
	}, func(*html.Node) {})
	return folded(strings.Join(parts, " "))
}

// The labels of the block, without white space.
var (
	indexLabels     = []string{"信息索引号", "索引号码", "索引号", "索引编号"}
	publisherLabels = []string{"发布机构", "发布机关", "公开机构", "发文机关", "发文机构", "发布单位", "发文单位", "公开主体"}
	otherLabel      = regexp.MustCompile(`[\s\x{3000}【\[]*(?:信息索引|索引|主题|体裁|组配|分类|服务对象|信息分类|生成|成文|发文|发布|公开|文号|文件|名称|标题|` +
		`信息名称|有效|效力|关键|内容|时效|废止|信息来源|来源|浏览|字体|时间|日期)[\p{Han}\s]{0,6}[】\]]?\s*[:：]`)
)

// printed marks, while the page is read, a publisher that a label names: it comes before that of a meta element.
const printed = "\x00"

// label takes the values of the labels in a text node: the one it begins with, and those behind white space.
func (id *Identity) label(n *html.Node) {
	const longest = 400 // bytes: a node that holds the whole block as text
	blank := blankRun(n.Data)
	if len(n.Data) > longest || blank == len(n.Data) {
		return
	}
	s := strings.TrimLeft(n.Data[blank:], opening)
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("信索发公", first) {
		id.take(n, s)
	}
	if !strings.Contains(s, "：") && !strings.Contains(s, ":") {
		return
	}
	for _, label := range slices.Concat(indexLabels, publisherLabels) {
		if i := strings.Index(s, label); i > 0 && strings.TrimRight(s[:i], opening) != s[:i] {
			id.take(n, s[i:])
		}
	}
}

// opening is what may stand in front of a label.
const opening = " \t\r\n\u00a0\u3000【[·•"

// take takes the value of the label that s, the end of text node n, begins with, if it is the first of its kind.
func (id *Identity) take(n *html.Node, s string) {
	if id.IndexNo == "" {
		id.IndexNo = valueOf(n, s, indexLabels)
	}
	if !strings.HasPrefix(id.Publisher, printed) {
		if v := valueOf(n, s, publisherLabels); v != "" {
			id.Publisher = printed + v
		}
	}
}

// valueOf is the value of the first of the labels that s, the end of text node n, begins with: what follows it in the
// node, else in the next element; "" for none, and where the next label follows at once.
func valueOf(n *html.Node, s string, labels []string) string {
	for _, label := range labels {
		rest, ok := cutLabel(s, label)
		if !ok {
			continue
		}
		if rest != "" {
			if at := otherLabel.FindStringIndex(rest); at != nil {
				rest = rest[:at[0]]
			}
			return clip(folded(rest))
		}
		return clip(nextTo(n))
	}
	return ""
}

// cutLabel takes a label, which may have white space inside, off s. The label must end there: by a colon, a bracket or
// the end of the node.
func cutLabel(s, label string) (rest string, ok bool) {
	for _, r := range label {
		next, size := utf8.DecodeRuneInString(s)
		for size > 0 && unicode.IsSpace(next) {
			s = s[size:]
			next, size = utf8.DecodeRuneInString(s)
		}
		if next != r {
			return "", false
		}
		s = s[size:]
	}
	trimmed := strings.TrimLeft(s, " \t\r\n\u00a0\u3000】]")
	value := strings.TrimLeft(trimmed, ":：")
	if value == trimmed && trimmed != "" {
		return "", false // 发布机构职责; 索引号是…
	}
	return strings.Trim(value, " \t\r\n\u00a0\u3000"), true
}

// rows are the elements that hold label and value; beyond them is another label's.
var rows = map[atom.Atom]bool{
	atom.Tr: true, atom.Dl: true, atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Table: true, atom.Tbody: true,
	atom.Body: true,
}

// nextTo is the text of the element next to the one that holds a label and nothing else.
func nextTo(n *html.Node) string {
	const levels, longest = 4, 600
	for range levels {
		for s := n.NextSibling; s != nil; s = s.NextSibling {
			text := textWithin(s, longest)
			if s.DataAtom == atom.Th || s.DataAtom == atom.Dt {
				return ""
			}
			text = strings.TrimLeft(text, ":： ")
			if text == "" {
				if s.DataAtom == atom.Td || s.DataAtom == atom.Dd {
					return "" // printed empty
				}
				continue
			}
			if at := otherLabel.FindStringIndex(text); at != nil {
				text = text[:at[0]]
			}
			return strings.TrimSpace(text)
		}
		if n = n.Parent; n == nil || rows[n.DataAtom] {
			return ""
		}
	}
	return ""
}

// clip refuses what is too long for a name or a number: running text.
func clip(s string) string {
	const longest = 80 // characters
	if utf8.RuneCountInString(s) > longest {
		return ""
	}
	return s
}

// CreditCodeOf returns the 统一社会信用代码 that an address has in its parameter area (vc_xxgkarea …; 大汉 systems), "" for
// none.
func CreditCodeOf(address string) string {
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); strings.HasSuffix(strings.ToLower(name), "area") {
			if value, err := url.QueryUnescape(value); err == nil && ValidCreditCode(value) {
				return value
			}
		}
	}
	return ""
}

// creditCode is a code of a public body: registered as 机构编制 (1), as 机关, 事业单位, 群团 or another (1, 2, 3, 9).
var creditCode = regexp.MustCompile(`(?:^|[^0-9A-Z])(1[1239][0-9]{6}[0-9A-Z]{10})(?:[^0-9A-Z]|$)`)

// creditCodeIn is the first such code in s.
func creditCodeIn(s string) string {
	for _, m := range creditCode.FindAllStringSubmatch(s, -1) {
		if ValidCreditCode(m[1]) {
			return m[1]
		}
	}
	return ""
}

// ValidCreditCode reports whether s is a 统一社会信用代码 by its form and check character: 18 characters of an alphabet
// without I, O, S, V and Z, the last being 31 less the sum of the others weighted with 3^i, modulo 31 (GB 32100-2015,
// 4.2 and 5).
func ValidCreditCode(s string) bool {
	const alphabet, length = "0123456789ABCDEFGHJKLMNPQRTUWXY", 18
	if len(s) != length {
		return false
	}
	sum, weight := 0, 1
	for i := range length - 1 {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 || i >= 2 && i < 8 && v > 9 {
			return false
		}
		sum += v * weight
		weight = weight * 3 % len(alphabet)
	}
	return strings.IndexByte(alphabet, s[length-1]) == (len(alphabet)-sum%len(alphabet))%len(alphabet)
}
