package page

import (
	"net/url"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Link is one link of a page.
type Link struct {
	URL   string // absolute, http or https, fragment kept
	Text  string // its own text, white space folded, at most 300 characters; of a picture its alt text
	Title string // its title attribute, white space folded
	Near  string // what is printed beside it in the same row, its own text left out; at most 100 characters a side
	Rel   string // its rel attribute, in lower case
	Node  *html.Node
}

const (
	longestText = 300
	longestNear = 100
)

// Links returns the links of a page in document order: a and area elements, link elements with rel=next, and elements of
// any kind whose onclick script holds an address. Relative addresses are resolved against the base element, or else
// against base, the address under which the page was finally found. Links to other schemes, to a place on the same page
// (#…), and scripts without an address are left out.
func Links(doc *html.Node, base *url.URL) []Link {
	base = baseOf(doc, base)
	gbk := inGBK(doc)
	f := readFlow(doc, spaced, size{})
	r := row{flow: f}
	var links []Link
	for i, n := range f.order {
		href := ""
		switch rel := strings.ToLower(attr(n, "rel")); {
		case n.DataAtom == atom.A, n.DataAtom == atom.Area, n.DataAtom == atom.Link && rel == "next":
			href = attr(n, "href")
		}
		printed := target(n, href)
		if printed == "" {
			continue
		}
		absolute, ok := resolve(base, queryIn(gbk, printed))
		if !ok {
			continue
		}
		own := f.spans[i]
		text := folded(cut(f.text[own.from:own.to], longestText))
		if text == "" && n.DataAtom == atom.A {
			text = alt(n)
		}
		links = append(links, Link{URL: absolute, Text: head(text, longestText), Title: folded(attr(n, "title")),
			Rel: strings.ToLower(attr(n, "rel")), Node: n})
		r.links = append(r.links, i)
	}
	for i := range links {
		links[i].Near = r.near(i)
	}
	return links
}

// baseOf is the address that the page's first base element gives, else base.
func baseOf(doc *html.Node, base *url.URL) *url.URL {
	found := base
	done := false
	walk(doc, func(n *html.Node) bool {
		if !done && n.DataAtom == atom.Base && attr(n, "href") != "" {
			done = true
			if absolute, ok := resolve(base, attr(n, "href")); ok {
				if u, err := url.Parse(absolute); err == nil {
					found = u
				}
			}
		}
		return !done
	}, func(*html.Node) {})
	return found
}

// row finds what is printed beside links.
type row struct {
	*flow
	links []int // places of the links in flow.order
}

// inside is the range of links that begin inside s.
func (r row) inside(s span) (from, to int) {
	return sort.SearchInts(r.links, s.first), sort.SearchInts(r.links, s.behind)
}

// near is the text beside link number i: all of its row if that has no other link, else what follows up to the next.
func (r row) near(i int) string {
	place := r.links[i]
	n, own := r.order[place], r.spans[place]
	if n.DataAtom != atom.A && n.DataAtom != atom.Area {
		return head(folded(cut(r.text[own.from:own.to], 2*longestNear)), 2*longestNear) // the row itself is the link
	}
	around := r.around(place)
	from, to := r.inside(around)
	if to-from <= 1 {
		before := folded(end(r.text[around.from:own.from], longestNear))
		return strings.TrimSpace(before + " " + r.between(own.to, around.to))
	}
	limit := around.to
	if i+1 < len(r.links) {
		limit = min(limit, r.spans[r.links[i+1]].from)
	}
	if r.dateFirst(from, to, around) {
		begin := around.from
		if i > from {
			begin = r.spans[r.links[i-1]].to
		}
		return folded(end(r.text[min(begin, own.from):own.from], longestNear))
	}
	near := r.between(own.to, limit)
	if Day(near) == "" && to-from <= fewLinks { // title, download, date
		near = r.between(own.to, around.to)
	}
	return near
}

// dateFirst says whether in a row of several entries, the links from..to, each has its day in front of it: the first one has,
// and nothing behind the last.
func (r row) dateFirst(from, to int, around span) bool {
	first, last := r.spans[r.links[from]], r.spans[r.links[to-1]]
	return Day(end(r.text[around.from:max(first.from, around.from)], longestNear)) != "" && Day(r.between(last.to, around.to)) == ""
}

// fewLinks is the number of links up to which a row is taken for one entry.
const fewLinks = 3

// between is the beginning of the text from..to.
func (r row) between(from, to int) string {
	return head(folded(cut(r.text[from:max(from, to)], longestNear)), longestNear)
}

// How far up a row is looked for.
const (
	rowLevels   = 8 // a list entry or table row
	otherLevels = 3 // another element that holds no other link
)

// around is the part of the page that belongs to a link: its list entry, table row or definition, else the largest
// element near it that holds no other link.
func (r row) around(link int) span {
	p := r.above[link]
	for level := 0; p >= 0 && level < rowLevels; level++ {
		switch r.order[p].DataAtom {
		case atom.Li, atom.Tr, atom.Dd:
			return r.spans[p]
		case atom.Dt: // the date stands in the dd that follows
			s := r.spans[p]
			next := r.order[p].NextSibling
			for next != nil && next.Type != html.ElementNode {
				next = next.NextSibling
			}
			if next != nil && next.DataAtom == atom.Dd {
				s.to, s.behind = r.spans[s.behind].to, r.spans[s.behind].behind
			}
			return s
		}
		p = r.above[p]
	}
	around := r.spans[link]
	p = r.above[link]
	for level := 0; p >= 0 && level < otherLevels; level++ {
		s := r.spans[p]
		if from, to := r.inside(s); to-from > 1 {
			if around == r.spans[link] { // nothing of its own: up to the next link
				around = s
			}
			break
		}
		around = s
		p = r.above[p]
	}
	return around
}

// alt is the text of the first picture below n.
func alt(n *html.Node) (text string) {
	walk(n, func(c *html.Node) bool {
		if text == "" && c.DataAtom == atom.Img {
			text = folded(attr(c, "alt"))
		}
		return text == ""
	}, func(*html.Node) {})
	return text
}

// cut bounds the text that is folded to find its first n characters.
func cut(s string, n int) string { return s[:min(len(s), 2*utf8.UTFMax*n)] }

// head is the beginning of s, at most n characters.
func head(s string, n int) string {
	i := 0
	for at := range s {
		if i == n {
			return s[:at]
		}
		i++
	}
	return strings.ToValidUTF8(s, "")
}

// end is the end of s, at most n characters.
func end(s string, n int) string {
	at := len(s)
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}
