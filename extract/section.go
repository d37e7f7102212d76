package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/extract/document"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// topNumber is the numeral of a top-level heading in normal form: 一、
var topNumber = regexp.MustCompile(`^([一二三四五六七八九十]{1,3})[、.．]|^、`)

// longestHeading bounds a heading, in characters without white space.
const longestHeading = 45

// headingAt is one heading of a section as found among the blocks.
type headingAt struct {
	block           int
	id              string
	number, wording string
}

// sections splits the running text by the numbered headings of the form. A heading counts by its wording, with its
// numeral or without; where a wording occurs twice (a table of contents before the text) the last one counts. A heading
// that the form does not have is a section of its own name only where its numeral continues the count.
func sections(blocks []document.Block, e *form.Edition) []Section {
	if e == nil {
		e = newest()
	}
	found := map[string]headingAt{}
	var unknown []headingAt
	for i, b := range blocks {
		if b.Table >= 0 {
			continue
		}
		n := text.Normal(b.Text)
		if n == "" || utf8.RuneCountInString(n) > longestHeading {
			continue
		}
		number := topNumber.FindString(n)
		wording := strings.TrimRight(n[len(number):], ":。;")
		if id := sectionNamed(e, wording); id != "" {
			found[id] = headingAt{i, id, number, b.Text}
		} else if number != "" && number != "、" && !strings.ContainsAny(wording, "。;:") {
			unknown = append(unknown, headingAt{i, wording, number, b.Text})
		}
	}
	if len(found) == 0 {
		return nil
	}
	var heads []headingAt
	for _, h := range found {
		heads = append(heads, h)
	}
	heads = withUnknown(heads, unknown)
	var out []Section
	for k, h := range heads {
		end := len(blocks)
		if k+1 < len(heads) {
			end = heads[k+1].block
		}
		var paras []string
		for _, b := range blocks[h.block+1 : end] {
			if b.Table < 0 {
				paras = append(paras, b.Text)
			}
		}
		out = append(out, Section{ID: h.id, Number: h.number, Position: k, Heading: h.wording,
			Text: strings.Join(paras, "\n")})
	}
	return out
}

// withUnknown orders the headings and adds those of other wording that continue the count: after 五、 comes an unknown
// 六、 where no known heading bears that numeral.
func withUnknown(heads, unknown []headingAt) []headingAt {
	sortHeadings(heads)
	taken := map[string]bool{}
	for _, h := range heads {
		taken[h.number] = true
	}
	for _, u := range unknown {
		if taken[u.number] {
			continue
		}
		before := -1
		for i, h := range heads {
			if h.block < u.block {
				before = i
			}
		}
		if before < 0 || !follows(heads[before].number, u.number) {
			continue
		}
		taken[u.number] = true
		heads = append(heads, u)
		sortHeadings(heads)
	}
	return heads
}

// numerals are the numbers of top-level headings, in order.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

// follows reports whether b is the numeral after a; both in normal form with their 、
func follows(a, b string) bool {
	for i := 1; i < len(numerals); i++ {
		if strings.HasPrefix(a, numerals[i-1]+"、") && strings.HasPrefix(b, numerals[i]+"、") {
			return true
		}
	}
	return false
}

func sortHeadings(heads []headingAt) {
	slices.SortFunc(heads, func(a, b headingAt) int { return a.block - b.block })
}

// sectionNamed is the id of the section whose heading has that wording in normal form, "" for none.
func sectionNamed(e *form.Edition, wording string) string {
	for _, s := range e.Sections {
		if wording == text.Normal(s.Title) {
			return s.ID
		}
		for _, a := range s.Aliases {
			if wording == text.Normal(a) {
				return s.ID
			}
		}
	}
	return ""
}

// newest is the form in force, whose headings serve a report without tables.
func newest() *form.Edition {
	all := form.Editions()
	return all[len(all)-1]
}
