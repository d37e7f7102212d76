package document

import (
	"regexp"
	"strings"
	"unicode"
)

const (
	headBand    = 0.20 // of the page's height: how far from its edge what stands on several pages may be a running head
	numberBand  = 0.12 // and what looks like a page number may be one
	marginLines = 3    // how many of them at most
	marginSlack = 4.0  // points by which they may move from page to page
)

// pageNumber is a page number alone: 3, - 3 -, 第 3 页, 3/12, 第3页 共12页.
var pageNumber = regexp.MustCompile(`^[-—–－·~]*第?[0-9]{1,4}页?(?:(?:/|[，,、]?共)[0-9]{1,4}页?)?[-—–－·~]*$`)

// browserFoot is what browsers print below a page, browserHead what they print above it.
var (
	browserFoot = regexp.MustCompile(`^(?:https?|file)://\S*[0-9]+/[0-9]+$`)
	browserHead = regexp.MustCompile(`^[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{2,4},?[上下]?午?[0-9]{1,2}:[0-9]{2}`)
)

// marginal is a line at the edge of a page that may be a running head or a page number.
type marginal struct {
	page, index int
	y           float64
	outside     bool   // it stands in the narrower band
	said        string // white space removed
	pattern     string // and digits made alike
}

// dropMargins removes running heads and page numbers: what stands at the edge of several pages at the same height and says
// the same there, numbers aside; and page numbers.
func (d *pdfDocument) dropMargins() {
	var all []marginal
	for no, page := range d.pages {
		all = append(all, d.marginals(no, page, true)...)
		all = append(all, d.marginals(no, page, false)...)
	}
	drop := map[[2]int]bool{}
	for _, m := range all {
		seen := map[int]bool{}
		for _, o := range all {
			if o.pattern == m.pattern && o.y-m.y < marginSlack && m.y-o.y < marginSlack {
				seen[o.page] = true
			}
		}
		repeated := len(seen) > 1 && len(seen)*2 >= len(d.pages)-1
		if repeated || m.outside && (pageNumber.MatchString(m.said) || browserFoot.MatchString(m.said) ||
			browserHead.MatchString(m.said) && d.hasBrowserFoot(all, m.page)) {
			drop[[2]int{m.page, m.index}] = true
		}
	}
	for no, page := range d.pages {
		kept := page[:0]
		for i, p := range page {
			if !drop[[2]int{no, i}] {
				kept = append(kept, p)
			}
		}
		d.pages[no] = kept
	}
}

func (d *pdfDocument) hasBrowserFoot(all []marginal, page int) bool {
	for _, m := range all {
		if m.page == page && browserFoot.MatchString(m.said) {
			return true
		}
	}
	return false
}

// marginals are the first lines of a page, or the last, as far as they stand at its edge.
func (d *pdfDocument) marginals(no int, page []placed, top bool) (found []marginal) {
	area := d.areas[no]
	for i := range min(len(page), marginLines) {
		index := i
		if !top {
			index = len(page) - 1 - i
		}
		p := page[index]
		_, y := p.middle()
		y -= area.top
		edge := y / area.height()
		if !top {
			edge = 1 - edge
		}
		if p.line == nil || edge > headBand {
			break
		}
		said := strings.Join(strings.Fields(p.line.text), "")
		found = append(found, marginal{no, index, y, edge <= numberBand, said, strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '#'
			}
			return r
		}, said)})
	}
	return found
}
