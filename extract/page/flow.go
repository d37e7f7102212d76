package page

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// flow is the text of a page in one piece.
type flow struct {
	text  string
	spans map[*html.Node]span
	order []*html.Node // elements in document order
}

// span is the part of flow.text, in bytes, that is an element's own, and the part of flow.order that is it and what is
// inside it.
type span struct{ from, to, first, behind int }

func (s span) holds(offset int) bool { return s.from <= offset && offset < s.to }

// spacing says what becomes of white space and of the borders between blocks.
type spacing bool

const (
	spaced spacing = true  // one space
	tight  spacing = false // nothing: words broken over elements and lines are whole
)

// readFlow reads the text below root, scripts, styles and hidden templates left out.
func readFlow(root *html.Node, sp spacing) *flow {
	f := &flow{spans: map[*html.Node]span{}}
	var b strings.Builder
	gap := false
	last := 0 // length of b behind the last space
	space := func() {
		if gap && sp == spaced && b.Len() > last {
			b.WriteByte(' ')
			last = b.Len()
		}
	}
	write := func(s string) {
		for _, r := range s {
			switch {
			case plain(r):
				space()
				gap = false
				b.WriteRune(r)
			case unicode.IsSpace(r):
				gap = true
			case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			default:
				space()
				gap = false
				b.WriteRune(r)
			}
		}
	}
	enter := func(n *html.Node) (down bool) {
		switch n.Type {
		case html.TextNode:
			write(n.Data)
		case html.ElementNode:
			if unread[n.DataAtom] {
				return false
			}
			gap = gap || borders[n.DataAtom]
			space() // in front of the element, so that its own text begins with a character
			f.spans[n] = span{from: b.Len(), to: b.Len(), first: len(f.order)}
			f.order = append(f.order, n)
		}
		return true
	}
	leave := func(n *html.Node) {
		if s, ok := f.spans[n]; ok {
			s.to, s.behind = b.Len(), len(f.order)
			f.spans[n] = s
			gap = gap || borders[n.DataAtom]
		}
	}
	walk(root, enter, leave)
	f.text = b.String()
	return f
}

// plain reports whether a character is one of those that nearly all text is made of, and neither space nor format.
func plain(r rune) bool { return '\u4E00' <= r && r <= '\u9FFF' || '!' <= r && r <= '~' }

// walk visits root and all below it in document order, without recursion. Where enter says no, nothing below is visited
// and leave is not called.
func walk(root *html.Node, enter func(*html.Node) bool, leave func(*html.Node)) {
	for n := root; n != nil; {
		down := enter(n)
		if down && n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		if down {
			leave(n)
		}
		for n != root && n.NextSibling == nil {
			n = n.Parent
			leave(n)
		}
		if n == root {
			return
		}
		n = n.NextSibling
	}
}

// of is the text of an element; "" for one that is not read.
func (f *flow) of(n *html.Node) string {
	s := f.spans[n]
	return strings.TrimSpace(f.text[s.from:s.to])
}

// unread are the elements whose text no reader sees.
var unread = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Title: true, atom.Textarea: true,
	atom.Select: true,
}

// borders are the elements that part words.
var borders = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Table: true, atom.Tr: true,
	atom.Td: true, atom.Th: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
	atom.Nav: true, atom.Main: true, atom.Aside: true, atom.Form: true, atom.Hr: true, atom.Caption: true, atom.Center: true,
	atom.Option: true, atom.Time: true,
}

// attr is the value of an element's attribute, "" if it has none.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Text is the text that a reader of the page sees, white space folded to single spaces, one between blocks.
func Text(doc *html.Node) string { return readFlow(doc, spaced).text }
