package page

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mayOpenAnew is a first bound for openedAnew, without a tokenizer: behind each tag and each text no more elements are opened
// anew than there are formatting tags. Of <a> that is one at most, as the next one closes it.
func mayOpenAnew(markup string) int {
	tags, openers := 0, 1
	for at := strings.IndexByte(markup, '<'); at >= 0; at = strings.IndexByte(markup, '<') {
		markup = markup[at+1:]
		tags++
		end := 0
		for end < len(markup) && end <= longestFormatting && 'a' <= markup[end]|0x20 && markup[end]|0x20 <= 'z' {
			end++
		}
		if end > 0 && end <= longestFormatting {
			name := atom.Lookup([]byte(strings.ToLower(markup[:end])))
			if isFormatting(name) && name != atom.A {
				openers++
			}
		}
	}
	return min(openers, deepest) * (2*tags + 1)
}

// longestFormatting is the length of the longest name of a formatting element, strike or strong.
const longestFormatting = 6

// openedAnew is at least how many elements html.Parse makes to open formatting elements anew (WHATWG HTML, 13.2.4.3): after
// two hundred different <b> in a paragraph that ends, each paragraph behind it gets two hundred elements. It stops counting
// beyond enough. Where it is in doubt whether a formatting element is closed, it is not.
func openedAnew(markup string, enough int) (n int) {
	m := formatting{count: map[string]int{}, open: map[atom.Atom]int{}}
	z := html.NewTokenizer(strings.NewReader(markup))
	for n <= enough {
		switch z.Next() {
		case html.ErrorToken:
			return n
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := z.Raw()
			name, _ := z.TagName()
			m.start(atom.Lookup(name), raw)
			if m.foreign() { // where a style is an element like any other
				z.NextIsNotRawText()
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			m.end(atom.Lookup(name))
			continue
		case html.CommentToken:
			if m.foreign() && bytes.HasPrefix(z.Raw(), []byte("<![CDATA[")) { // it is a text, or not, by what is open
				m.lost = true
			}
			continue
		case html.DoctypeToken:
			continue
		}
		n += min(m.active, deepest)
	}
	return n
}

const (
	deepest   = 512 // elements that html.Parse lets stand in each other
	identical = 3   // formatting elements alike that are opened anew
)

// formatting follows which formatting elements may be opened anew.
type formatting struct {
	stack  []opened
	open   map[atom.Atom]int // elements in the stack, 0 for those that HTML does not know
	count  map[string]int    // formatting elements that are not known to be closed, by their tags
	active int               // those of them that may be opened anew
	shut   int               // so much of the stack stands outside of an element that end tags do not reach out of
	lost   bool              // no end tag is believed any more
}

// opened is an element, tag is that of a formatting element.
type opened struct {
	name atom.Atom
	tag  string
}

// foreign says whether the place is in SVG or MathML.
func (m *formatting) foreign() bool { return m.open[atom.Svg]+m.open[atom.Math] > 0 }

func (m *formatting) start(name atom.Atom, raw []byte) {
	e := opened{name: name}
	switch name {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param,
		atom.Source, atom.Track, atom.Wbr:
		return
	case atom.Td, atom.Th, atom.Caption, atom.Applet, atom.Object, atom.Marquee, atom.Template, atom.Select, atom.Frameset,
		atom.Desc, atom.Title, atom.Foreignobject, atom.ForeignObject, atom.Mi, atom.Mn, atom.Mo, atom.Ms, atom.Mtext,
		atom.AnnotationXml:
		m.shut = len(m.stack)
	}
	if isFormatting(name) {
		e.tag = string(raw)
		if m.count[e.tag]++; m.count[e.tag] <= identical {
			m.active++
		}
	}
	m.stack = append(m.stack, e)
	m.open[name]++
}

// isFormatting says whether an element is one of those that are opened anew (13.2.4.3).
func isFormatting(name atom.Atom) bool {
	switch name {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong,
		atom.Tt, atom.U:
		return true
	}
	return false
}

// end closes the innermost element of that name: a formatting element only if none but such stand in it.
func (m *formatting) end(name atom.Atom) {
	if m.open[name] == 0 {
		return
	}
	at := len(m.stack) - 1
	for inner := 0; m.stack[at].name != name; at-- {
		if inner++; isFormatting(name) && (m.stack[at].tag == "" || inner > deepest) {
			return
		}
	}
	if e := m.stack[at]; e.tag != "" && at >= m.shut && !m.lost {
		if m.count[e.tag]--; m.count[e.tag] < identical {
			m.active--
		}
	}
	for _, e := range m.stack[at:] {
		m.open[e.name]--
	}
	m.stack = m.stack[:at]
	m.shut = min(m.shut, at)
}
