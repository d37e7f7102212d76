package document

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// asSeen makes the text of a page what its reader takes from it, where the characters alone say something else: struck
// text (a tracked change that Word has written as HTML) and invisible text go, raised and lowered digits become ¹ and ₁,
// as 12 with the note 1 is no 121; a number in a field, chosen in a list, or in a table that stands for it, is put into
// the cell itself. It counts, by table, the cells that hold a picture or a script and no text: their blanks may be numbers
// to the reader.
func asSeen(root *html.Node) (drawn map[*html.Node]int) {
	type step struct {
		node *html.Node
		look look
	}
	stack := []step{{root, look{}}}
	var holders []*html.Node // fields and tables in cells, the outer ones first
	pictured := map[*html.Node]bool{}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch s.node.Type {
		case html.TextNode:
			s.node.Data = s.look.of(s.node.Data)
			continue
		case html.ElementNode:
			s.look.enter(s.node)
			switch s.node.DataAtom {
			case atom.Input, atom.Textarea, atom.Select, atom.Table:
				if shown, _ := grid.Shown(s.node); inCell(s.node) && (shown || s.node.DataAtom == atom.Textarea) {
					holders = append(holders, s.node)
				}
			case atom.Img, atom.Script, atom.Canvas, atom.Svg:
				if cell := cellOf(s.node); cell != nil {
					pictured[cell] = true
				}
			}
		}
		for c := s.node.LastChild; c != nil; c = c.PrevSibling {
			stack = append(stack, step{c, s.look})
		}
	}
	for _, n := range slices.Backward(holders) {
		if values := valuesOf(n); len(values) > 0 {
			printIn(n, values)
		}
	}
	drawn = map[*html.Node]int{}
	for cell := range pictured {
		if grid.Text(cell) == "" {
			drawn[tableOf(cell)]++
		}
	}
	return drawn
}

// tableOf is the table that an element stands in, nil if it stands in none.
func tableOf(n *html.Node) *html.Node {
	for n = n.Parent; n != nil && n.DataAtom != atom.Table; {
		n = n.Parent
	}
	return n
}

// look is how text is shown.
type look struct {
	gone   bool // struck, or deleted
	hidden bool // it keeps its room and is not drawn
	script script
}

// script is whether text is raised or lowered.
type script int

const (
	level script = iota
	raised
	lowered
)

// enter changes the look to that of the text inside of an element.
func (l *look) enter(n *html.Node) {
	inline, small := false, false
	switch n.DataAtom {
	case atom.Del, atom.S, atom.Strike:
		l.gone = true
	case atom.Sup:
		l.script = raised
	case atom.Sub:
		l.script = lowered
	case atom.Span, atom.Font, atom.A, atom.B, atom.I, atom.U, atom.Em, atom.Strong, atom.Small:
		inline, small = true, true
	case atom.P, atom.Td, atom.Th:
		small = true // larger ones are hidden until a script shows them
	}
	for _, a := range n.Attr {
		if a.Key != "style" || !changesLook(a.Val) {
			continue
		}
		for declaration := range strings.SplitSeq(strings.ToLower(a.Val), ";") {
			key, value, _ := strings.Cut(declaration, ":")
			value, _, _ = strings.Cut(value, "!")
			value = strings.TrimSpace(value)
			switch strings.TrimSpace(key) {
			case "text-decoration", "text-decoration-line":
				l.gone = l.gone || slices.Contains(strings.Fields(value), "line-through")
			case "visibility":
				l.hidden = small && value == "hidden" || l.hidden && value != "visible"
			case "vertical-align":
				switch {
				case inline && value == "super":
					l.script = raised
				case inline && value == "sub":
					l.script = lowered
				}
			}
		}
	}
}

// changesLook reports whether a style may change the look: whether it has su(per, b), -th(rough) or vis(ibility) in it. Hardly one
// does, and a page has thousands.
func changesLook(style string) bool {
	for i := range len(style) - 2 {
		a, b, c := style[i]|0x20, style[i+1]|0x20, style[i+2]|0x20 // in lower case; a hyphen stays one
		switch {
		case a == 's' && b == 'u' && (c == 'p' || c == 'b'), a == '-' && b == 't' && c == 'h', a == 'v' && b == 'i' && c == 's':
			return true
		}
	}
	return false
}

// of is a text in that look.
func (l look) of(s string) string {
	switch {
	case l.gone || l.hidden:
		return ""
	case l.script == raised:
		return inDigits("⁰¹²³⁴⁵⁶⁷⁸⁹", s)
	case l.script == lowered:
		return inDigits("₀₁₂₃₄₅₆₇₈₉", s)
	}
	return s
}

// unit is a unit of UTF-16 in that look.
func (l look) unit(u uint16) uint16 {
	if l.script != level && (u < 0xD800 || '０' <= u && u <= '９') {
		for _, r := range l.of(string(rune(u))) {
			return uint16(r)
		}
	}
	return u
}

// inDigits is a text with these digits in the place of its own.
func inDigits(digits, s string) string {
	d := []rune(digits)
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			return d[r-'0']
		case '０' <= r && r <= '９':
			return d[r-'０']
		}
		return r
	}, s)
}

// inCell reports whether a node stands in a cell of a table.
func inCell(n *html.Node) bool { return cellOf(n) != nil }

// cellOf is the cell of a table that a node stands in, nil if it stands in none.
func cellOf(n *html.Node) *html.Node {
	for p := n.Parent; p != nil && p.DataAtom != atom.Table; p = p.Parent {
		if p.DataAtom == atom.Td || p.DataAtom == atom.Th {
			return p
		}
	}
	return nil
}

// valuesOf lists the values that a field or a table prints, nil where it prints anything else.
func valuesOf(n *html.Node) (values []string) {
	switch n.DataAtom {
	case atom.Input:
		kind, value := "text", ""
		for _, a := range n.Attr {
			switch a.Key {
			case "type":
				kind = strings.ToLower(a.Val)
			case "value":
				value = a.Val
			}
		}
		if kind == "text" || kind == "number" || kind == "tel" {
			values = append(values, value)
		}
	case atom.Textarea:
		if n.FirstChild != nil {
			values = append(values, n.FirstChild.Data)
		}
	case atom.Select:
		chosen := ""
		for c := range n.Descendants() {
			if c.DataAtom != atom.Option {
				continue
			}
			selected := slices.ContainsFunc(c.Attr, func(a html.Attribute) bool { return a.Key == "selected" })
			if selected || chosen == "" {
				chosen = grid.Text(c)
			}
		}
		values = append(values, chosen)
	case atom.Table:
		const most = 200 // nodes of a table that stands for a value
		nodes := 0
		for c := range n.Descendants() {
			if nodes++; nodes > most || c.DataAtom == atom.Table || c.DataAtom == atom.Caption {
				return nil
			}
			if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
				values = append(values, grid.Text(c))
			}
		}
	}
	values = slices.DeleteFunc(values, func(v string) bool { return strings.TrimSpace(v) == "" })
	for _, v := range values {
		if s := text.ParseValue(v).State; s != text.StateNumber && s != text.StateNotApplicable {
			return nil
		}
	}
	return values
}

// printIn puts the values that a field or a table prints in its place, a line each.
func printIn(n *html.Node, values []string) {
	for _, v := range values {
		line := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		if n.DataAtom != atom.Table {
			line = &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
		}
		line.AppendChild(&html.Node{Type: html.TextNode, Data: v})
		n.Parent.InsertBefore(line, n)
	}
	n.Parent.RemoveChild(n)
}
