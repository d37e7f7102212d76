package check

import (
	"fmt"
	"regexp"
	"strings"

	"nianbao/extract/text"
	"nianbao/extract/title"
)

var (
	// publishes are the words before the name of the report in a preamble, in normal form: 现公布X2023年…年度报告。
	publishes = regexp.MustCompile(`(?:现|特|予以)(?:将|予以?|向社会)?(?:公布|发布|公开|公告)?[:《"“]?([^。;,:《》"“”]{4,60}?(?:报告|年报))`)
	// drafts are the words round the name of the body that drew the report up: 本报告由X根据…编制.
	drafts = regexp.MustCompile(`本(?:年度)?报告由([^。;,:、()]{4,40}?)(?:(?:根据|依据|按照|结合|会同|汇总|负责|牵头|组织|统一|综合)` +
		`[^。;:]{0,60}?)?(?:编制|编写|编撰)`)
	// itself begins a text that names the author without its name: 本局, 我县, 全市.
	itself = regexp.MustCompile(`^(?:本|我|该|各|全|区|市|县|镇|乡|街道|局)`)
)

// judgeAuthor looks in the first paragraphs for the report of another body than the title's.
func judgeAuthor(r Rule, s *Subject, _ *table) []Finding {
	for paragraph := range strings.Lines(s.Preamble) {
		if !announces(paragraph) {
			continue
		}
		n := text.Normal(paragraph)
		var named []title.Name
		for _, m := range publishes.FindAllStringSubmatch(n[begin(n, "现", "特", "予以"):], -1) {
			if s.Authority != "" && strings.Contains(m[1], s.Authority) {
				continue // nearly all publish their own
			}
			if t := title.Classify(m[1], title.Context{}); t.Kind == title.Report && !itself.MatchString(t.Authority) {
				named = append(named, title.NameOf(t.Authority))
			}
		}
		for _, m := range drafts.FindAllStringSubmatch(n[begin(n, "本报告由", "本年度报告由"):], -1) {
			if !itself.MatchString(m[1]) {
				named = append(named, title.NameOf(m[1]))
			}
		}
		for _, other := range named {
			if mine := title.NameOf(s.Authority); foreign(mine, other) {
				return []Finding{r.found(fmt.Sprintf("the title names %s, but the text is of the report of %s", mine.Normal,
					other.Normal))}
			}
		}
	}
	return nil
}

// announces reports whether a paragraph may publish a report; most do not, and need no closer look.
func announces(paragraph string) bool {
	if !strings.Contains(paragraph, "报") {
		return false
	}
	for _, word := range []string{"公布", "发布", "公告", "编制", "编写", "编撰"} {
		if strings.Contains(paragraph, word) {
			return true
		}
	}
	return false
}

// begin is where the first of some words stands in s, its end for nowhere: an expression that begins with one of them
// need not be asked about what stands before.
func begin(s string, words ...string) int {
	first := len(s)
	for _, w := range words {
		if i := strings.Index(s[:min(len(s), first+len(w)-1)], w); i >= 0 {
			first = i
		}
	}
	return first
}

// ranks orders the levels of government, the highest first.
var ranks = map[string]int{"national": 1, "province": 2, "prefecture": 3, "county": 4, "township": 5}

// foreign reports whether two names are surely those of different bodies of which the second has no business with the
// first's report. Both must be whole names, with a known kind and a division; the second must be no government, or office
// of one, that stands above the first; and apart from the division that they begin with and the words that they end with
// they must have no character in common, which an abbreviation or an older name would.
func foreign(mine, other title.Name) bool {
	if !whole(mine) || !whole(other) || within(mine.Normal, other.Normal) || within(other.Normal, mine.Normal) {
		return false
	}
	if other.Type == "peoples_government" || other.Type == "government_office" {
		if ranks[other.Level] < ranks[mine.Level] || strings.Contains(mine.Normal, kindless(other.Normal)) {
			return false
		}
	}
	x, y, same := apart([]rune(kindless(mine.Normal)), []rune(kindless(other.Normal)))
	if same && mine.Level != other.Level {
		return false // 聊城市水利局, 山东省水利厅: the same service
	}
	const word = 2 // a single character may be all that a renaming changed
	return len(x) >= word && len(y) >= word && !strings.ContainsAny(string(x), string(y))
}

// whole reports whether a name tells kind and division. The level of a bare 市 is not known, but it is one.
func whole(n title.Name) bool {
	return n.Type != "" && (n.Level != "" || strings.Index(n.Normal, "市") >= len("聊城"))
}

// within reports whether the characters of a occur in b in their order, as those of an abbreviation do.
func within(a, b string) bool {
	rest := []rune(a)
	for _, c := range b {
		if len(rest) > 0 && rest[0] == c {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

// apart takes off the division that two names begin with, and what they end with; same says that this was something.
func apart(a, b []rune) (x, y []rune, same bool) {
	division := 0
	for i := 0; i < min(len(a), len(b)) && a[i] == b[i]; i++ {
		if strings.ContainsRune("省市州盟县区旗镇乡", a[i]) {
			division = i + 1
		}
	}
	a, b = a[division:], b[division:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b, same = a[:len(a)-1], b[:len(b)-1], true
	}
	return a, b, same
}

// kinds is the end of a name that says what kind of body it is.
var kinds = regexp.MustCompile(`(?:人民政府|行政公署|街道办事处|办事处|管理委员会|委员会)?(?:办公[厅室])?[局委厅]?$`)

// kindless is a name without the words for the kind of body.
func kindless(name string) string { return kinds.ReplaceAllString(name, "") }
