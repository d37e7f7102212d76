package grid

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/text"
)

// Text answers what a reader sees of a node, folded as text.Fold does: blocks and br break lines, inline elements are
// joined without a space, hidden elements and tables inside of the node are left out. A table itself has the text
// "": its text is that of its cells. White space is kept only where the node or one inside of it is preformatted.
func Text(n *html.Node) string {
	var r textReader
	s, _ := r.read(n)
	return s
}

// textReader reads the texts of nodes, one after the other.
type textReader struct {
	text         []byte
	open         []element // those that we are in
	preformatted int       // how many of them are
}

// element is how an element that we are in is shown.
type element struct{ breaks, preformatted bool }

// read is Text. ok is false where the node is not shown at all.
func (r *textReader) read(n *html.Node) (s string, ok bool) {
	r.text = r.text[:0]
	walk(n, func(c *html.Node) bool {
		inside := r.enter(c)
		ok = ok || inside
		return inside
	}, r.leave)
	return text.Fold(string(bytes.TrimSpace(r.text))), ok
}

// enter adds what stands at the beginning of a node, and tells whether its children belong to the text.
func (r *textReader) enter(n *html.Node) bool {
	switch n.Type {
	case html.TextNode:
		if r.preformatted > 0 || !strings.ContainsAny(n.Data, "\n\r\f") {
			r.text = append(r.text, n.Data...)
		} else {
			r.text = append(r.text, strings.Map(unbroken, n.Data)...)
		}
	case html.ElementNode:
		d, keeps := shownAs(n)
		if d == block || n.Data == "br" && d != none {
			r.text = append(r.text, '\n')
		}
		if d == none || n.Data == "table" {
			return false
		}
		if keeps {
			r.preformatted++
		}
		r.open = append(r.open, element{d == block, keeps})
	}
	return true
}

// leave adds what stands at the end of a node.
func (r *textReader) leave(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	left := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	if left.breaks {
		r.text = append(r.text, '\n')
	}
	if left.preformatted {
		r.preformatted--
	}
}

// unbroken turns the line breaks of HTML source into the spaces that they mean.
func unbroken(r rune) rune {
	if r == '\n' || r == '\r' || r == '\f' {
		return ' '
	}
	return r
}

// walk goes through the nodes under root, root included, in document order. enter tells whether to go into the node;
// leave is called after the children of every node that was gone into.
func walk(root *html.Node, enter func(*html.Node) bool, leave func(*html.Node)) {
	for n := root; ; {
		if enter(n) {
			if n.FirstChild != nil {
				n = n.FirstChild
				continue
			}
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
