package cms

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
	"nianbao/extract/text"
)

// plain reads lists whose entries and further pages are links in the HTML.
type plain struct{}

func (plain) Name() string { return "plain" }

func (plain) Recognise(Page) (sign string, ok bool) {
	return "none of the known systems; HTML links", true
}

func (plain) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	return turned(p, doc, list(p, doc, links, links)), nil
}

// turned adds the further pages of a pager without links to a list for which none were found.
func turned(p Page, doc *html.Node, l List) List {
	if len(l.Next) == 0 {
		l.Next, l.Pages = scripted(p, doc, l.Pages)
	}
	if len(l.Next) == 0 {
		var last int
		l.Next, last = upToLast(p, doc)
		l.Pages = max(l.Pages, last)
	}
	return l
}

// parse decodes and parses a list page.
func parse(p Page) (*html.Node, error) {
	doc, err := page.Parse(text.Decode(p.Body, p.ContentType).Text)
	if err != nil {
		return nil, fmt.Errorf("parse list page %s: %w", p.URL, err)
	}
	return doc, nil
}

// list makes entries of the candidates, and looks for further pages and for lists below among all links of the page.
func list(p Page, doc *html.Node, candidates, all []page.Link) List {
	next, pagers := further(p, all)
	parts, tabs := below(p, doc, all, pagers)
	maps.Copy(pagers, tabs)
	entries, pages := counts(doc)
	for _, l := range all {
		if pagers[l.Node] && sameList(p.URL, l.URL) {
			pages = max(pages, pageIn(strings.TrimSpace(l.Text))) // a pager to page 9 states nine pages
		}
	}
	return List{Items: items(p.URL, candidates, pagers), Next: next, Parts: parts, Total: entries, Pages: pages,
		Heading: page.Column(doc)}
}

// items are the entries among links, pager links left out, in the order of the page.
func items(self *url.URL, links []page.Link, pagers map[*html.Node]bool) []Item {
	var found []Item
	at := map[string]int{}
	own := withoutFragment(self.String())
	common := commonTitles(links)
	for _, l := range links {
		if common[l.Title] {
			l.Title = ""
		}
		title := titleOf(l)
		if click.MatchString(title) {
			title = cmp.Or(rowTitle(l.Node), title)
		}
		if title == "" || pagers[l.Node] {
			continue
		}
		key := withoutFragment(l.URL)
		if key == own {
			continue
		}
		item := Item{URL: l.URL, Title: title, ListedOn: cmp.Or(page.Day(firstMatch(issued, l.Near)), page.Day(l.Near))}
		if item.ListedOn == "" {
			item.ListedOn = page.Day(listed.FindString(l.Text))
		}
		i, known := at[key]
		if !known {
			at[key] = len(found)
			found = append(found, item)
			continue
		}
		if old := found[i].Title; len(item.Title) > len(old) && !whole(old, item.Title) {
			found[i].Title = item.Title
		}
		if found[i].ListedOn == "" {
			found[i].ListedOn = item.ListedOn
		}
	}
	return found
}

// commonTitles are the title attributes that stand on links with other texts, as templates put the name of the site or the
// column there. A title of which a link shows a part is its own.
func commonTitles(links []page.Link) map[string]bool {
	text, common := map[string]string{}, map[string]bool{"": true}
	for _, l := range links {
		if l.Title == "" || l.Text == "" || strings.Contains(l.Title, strings.TrimRight(l.Text, "….")) ||
			strings.Contains(l.Text, l.Title) {
			continue
		}
		if other, known := text[l.Title]; known && other != l.Text {
			common[l.Title] = true
		}
		text[l.Title] = l.Text
	}
	return common
}

const (
	rowLevels = 6   // how far up from a link its row is looked for
	rowNodes  = 200 // of a row; what has more is a layout
	shortRow  = 6   // characters of a row's text that may be a title, at least
	longRow   = 150 // and at most
)

// rowTitle is what the row around a link says that says nothing itself; "" if another link of the row does.
func rowTitle(n *html.Node) string {
	row := n
	for range rowLevels {
		if row = row.Parent; row == nil {
			return ""
		}
		if row.DataAtom == atom.Tr || row.DataAtom == atom.Li || row.DataAtom == atom.Dd || row.DataAtom == atom.P {
			break
		}
	}
	var b strings.Builder
	seen := 0
	for d := range row.Descendants() {
		if seen++; seen > rowNodes {
			return ""
		}
		if d.Type != html.TextNode || d.Parent.DataAtom == atom.Script || d.Parent.DataAtom == atom.Style {
			continue
		}
		linked := d.Parent
		for linked != row && linked != n && linked.DataAtom != atom.A {
			linked = linked.Parent
		}
		words := strings.TrimSpace(d.Data)
		switch {
		case linked == row:
			b.WriteString(d.Data + " ")
		case words != "" && !click.MatchString(words):
			return ""
		}
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	text = rowNumber.ReplaceAllString(strings.TrimSpace(listed.ReplaceAllString(text, "")), "")
	if size := utf8.RuneCountInString(text); size < shortRow || size > longRow {
		return ""
	}
	return text
}

// longestHint is the number of characters up to which an entry's words may be no title (图片, 点击下载).
const longestHint = 12

// whole says whether words are a title that a longer text at the same address, such as a summary, does not replace.
func whole(words, longer string) bool {
	cut := strings.HasSuffix(words, "…") || strings.HasSuffix(words, "..")
	return !cut && utf8.RuneCountInString(words) > longestHint && !strings.Contains(longer, words)
}

func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

// shortHint is the number of bytes up to which a title attribute is a hint for the mouse (查看, 新窗口) rather than a
// title.
const shortHint = 12

var (
	// listed is what cards print behind an entry's title and is not part of it: its date, whose it is, how often it was
	// read, 查看详情.
	listed = regexp.MustCompile(`(?:\s*[\[(（]?\s*20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?` +
		`(?:\s*\d{1,2}:\d\d(?::\d\d)?)?\s*[\])）】]?|` +
		`\s*[\[(（【]?(?:发布|发文|公开|公布|更新|发表)?(?:日期|时间)\s*[:：]|` +
		`\s*[\[(（【]?(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]\s*\d*次?[\])）】]?|` +
		`\s*[\[(（【]?(?:信息)?(?:来源|发布机构|作\s*者)\s*[:：]\s*[^\s:：]{0,30}|` +
		`\s(?:0[1-9]|1[0-2])/[0-3]\d|` +
		`\s*[\[【]?(?:点击)?(?:查看|阅读)?(?:详情|详细|全文)[>›»→]{0,2}[\]】]?)+\s*$`)
	// hint is a title attribute that says what a click does.
	hint = regexp.MustCompile(`^(?:在|请|此|将|中|新|的|到|点击|单击|窗口|页面|标签页?|链接|跳转|打开|查看|浏览|阅读|详情|详细|全文|内容|信息)+$`)
	// issued is the day of publication among other days in a row: 成文日期：2023-12-29 发布日期：2024-01-31.
	issued = regexp.MustCompile(`(?:发布|公开|公布)(?:日期|时间)?\s*[:：]?\s*(20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2})`)
	// click is a link that only says what a click brings, whose row says of what: 下载, [点击查看], PDF版.
	click = regexp.MustCompile(`(?i)^[\[【(（ ]*(?:请|点击|单击|此处|这里|在线|查看|浏览|阅读|下载|预览|打开|详情|详细|全文|原文|正文|内容|附件|文件|文档|报告|` +
		`pdf|word|docx?|wps|版|格式| )+[\])）】>›» ]*$`)
	// rowNumber is the number of a row.
	rowNumber = regexp.MustCompile(`^\d{1,3}[\s.、．]+`)
	// titleLabel is what some systems put before the title in a title attribute.
	titleLabel = regexp.MustCompile(`^(?:文章)?标题\s*[:：]\s*`)
)

// foreign says whether a title attribute is about something else than the link's text, which is longer and whole.
func foreign(l page.Link) bool {
	return len(l.Text) > len(l.Title) && !strings.Contains(l.Text, l.Title) && !strings.HasSuffix(l.Text, "…") &&
		!strings.HasSuffix(l.Text, "..")
}

// bullets are what lists print in front of an entry.
const bullets = "·•●■◆★▪►> \u3000"

// titleOf is the title of an entry: its title attribute, else its text, without bullet, date and the like.
func titleOf(l page.Link) string {
	if len(l.Title) > shortHint && !hint.MatchString(l.Title) && !foreign(l) || l.Text == "" {
		if labelled := titleLabel.ReplaceAllString(l.Title, ""); labelled != l.Title {
			return listed.ReplaceAllString(labelled, "")
		}
		return l.Title
	}
	if t := strings.TrimLeft(listed.ReplaceAllString(l.Text, ""), bullets); t != "" {
		return t
	}
	return l.Text
}
