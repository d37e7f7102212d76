package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// flow is the text of a page in one piece.
type flow struct {
	text   string
	order  []*html.Node // elements in document order
	spans  []span       // theirs, by place in order
	above  []int        // the place of the element around each, -1 for none
	marked map[int]bool // the places of the elements in which a comment says that the content begins
}

// contentBegins is what that comment says (Hanweb).
const contentBegins = "ZJEG_RSS.content.begin"

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

// size is about how much a page holds: elements, and bytes of text.
type size struct{ elements, text int }

// readFlow reads the text below root, scripts, styles and hidden templates left out. It makes room for a text of
// that size, which need not be known.
func readFlow(root *html.Node, sp spacing, s size) *flow {
	f := &flow{order: make([]*html.Node, 0, s.elements), spans: make([]span, 0, s.elements),
		above: make([]int, 0, s.elements)}
	var b strings.Builder
	b.Grow(s.text)
	open := -1 // the place of the element that is being read
	gap := false
	last := 0 // length of b behind the last space
	space := func() {
		if gap && sp == spaced && b.Len() > last {
			b.WriteByte(' ')
			last = b.Len()
		}
	}
	write := func(s string) {
		for s != "" {
			if n := plainRun(s); n > 0 {
				space()
				gap = false
				b.WriteString(s[:n])
				s = s[n:]
				continue
			}
			if n := blankRun(s); n > 0 {
				gap = true
				s = s[n:]
				continue
			}
			r, size := utf8.DecodeRuneInString(s)
			s = s[size:]
			switch {
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
			if unread(n.DataAtom) {
				return false
			}
			gap = gap || border(n.DataAtom)
			space() // in front of the element, so that its own text begins with a character
			f.spans = append(f.spans, span{from: b.Len(), to: b.Len(), first: len(f.order)})
			f.above = append(f.above, open)
			open = len(f.order)
			f.order = append(f.order, n)
		case html.CommentNode:
			if open >= 0 && f.order[open] == n.Parent && strings.Contains(n.Data, contentBegins) {
				if f.marked == nil {
					f.marked = map[int]bool{}
				}
				f.marked[open] = true
			}
		}
		return true
	}
	leave := func(n *html.Node) {
		if n.Type == html.ElementNode {
			f.spans[open].to, f.spans[open].behind = b.Len(), len(f.order)
			gap = gap || border(n.DataAtom)
			open = f.above[open]
		}
	}
	walk(root, enter, leave)
	f.text = b.String()
	return f
}

// plainRun is how many bytes at the beginning of s are characters that nearly all text is made of, and neither space
// nor format: visible ASCII, and those from U+4E00 to U+9FFF, three bytes in UTF-8 from E4 B8 80 to E9 BF BF.
func plainRun(s string) int {
	i := 0
	for i < len(s) {
		switch c := s[i]; {
		case '!' <= c && c <= '~':
			i++
		case 0xE4 <= c && c <= 0xE9 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80 && (c > 0xE4 || s[i+1] >= 0xB8):
			i += 3
		default:
			return i
		}
	}
	return i
}

// blankRun is how many bytes at the beginning of s are the white space that HTML is indented with.
func blankRun(s string) int {
	i := 0
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

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

// of is the text of the element at that place in order.
func (f *flow) of(i int) string { return strings.TrimSpace(f.text[f.spans[i].from:f.spans[i].to]) }

// unread reports whether no reader sees the text of such an element.
func unread(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title, atom.Textarea, atom.Select:
		return true
	}
	return false
}

// border reports whether such an element parts words.
func border(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Br, atom.Li, atom.Ul, atom.Ol, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Dl, atom.Dt,
		atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Section, atom.Article, atom.Header,
		atom.Footer, atom.Nav, atom.Main, atom.Aside, atom.Form, atom.Hr, atom.Caption, atom.Center, atom.Option, atom.Time:
		return true
	}
	return false
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
func Text(doc *html.Node) string { return readFlow(doc, spaced, size{}).text }
