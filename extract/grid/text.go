package grid

import (
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/text"
)

// Text answers what a reader sees of a node, folded as text.Fold does: blocks and br break lines, inline elements are
// joined without a space, hidden elements and tables inside of the node are left out. A table itself has the text
// "": its text is that of its cells. White space is kept only where the node or one inside of it is preformatted.
func Text(n *html.Node) string {
	type element struct{ breaks, preformatted bool }
	var b strings.Builder
	var open []element // those that we are in
	preformatted := 0
	walk(n, func(n *html.Node) bool {
		switch n.Type {
		case html.TextNode:
			if preformatted > 0 || !strings.ContainsAny(n.Data, "\n\r\f") {
				b.WriteString(n.Data)
			} else {
				b.WriteString(strings.Map(unbroken, n.Data))
			}
		case html.ElementNode:
			d, keeps := shownAs(n)
			if d == block || n.Data == "br" && d != none {
				b.WriteByte('\n')
			}
			if d == none || n.Data == "table" {
				return false
			}
			if keeps {
				preformatted++
			}
			open = append(open, element{d == block, keeps})
		}
		return true
	}, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		left := open[len(open)-1]
		open = open[:len(open)-1]
		if left.breaks {
			b.WriteByte('\n')
		}
		if left.preformatted {
			preformatted--
		}
	})
	return text.Fold(b.String())
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
