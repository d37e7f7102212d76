package document

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/grid"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// readHTML reads a web page: running text from the container that holds the report, tables from the whole page, so that
// a container chosen badly costs text and never a number.
func readHTML(body []byte, contentType string, l Limits) (Document, error) {
	l = l.orDefault()
	if len(body) > l.Markup {
		return Document{Media: "html"}, fmt.Errorf("html: more than %d bytes: %w", l.Markup, ErrLimit)
	}
	dec := text.Decode(body, contentType)
	root, err := page.Parse(dec.Text)
	if err != nil {
		return Document{Media: "html"}, fmt.Errorf("html: %w: %w", err, ErrLimit)
	}
	drawn := asSeen(root)
	view := page.Look(root)
	d := Document{Media: "html", Charset: dec.Charset, Column: view.Column(), Meta: view.Meta()}
	if dec.Doubt != "" {
		d.Doubts = append(d.Doubts, dec.Doubt)
	}
	container := view.Body()
	d.Title = view.Title(container)
	d.Titled = view.Classify(d.Title)
	d.PublishedOn, d.PublishedFrom = view.Published(container)
	d.Identity = page.Identify(root, "")

	r := htmlReader{doc: &d, limits: l, tables: map[*html.Node]int{}}
	err = r.collectTables(view, drawn)
	if inner, ok := view.Embedded(); ok && err == nil {
		if embedded, parseErr := page.Parse(inner); parseErr != nil {
			d.Doubts = append(d.Doubts, fmt.Sprintf("the text that a script of the page carries is not read: %v", parseErr))
		} else {
			drawn := asSeen(embedded)
			view := page.Look(embedded)
			err = r.collectTables(view, drawn)
			container = view.Body()
		}
	}
	if err == nil {
		r.walk(container)
		r.flush()
		r.endTabbed()
		err = d.within(l)
	}
	if err != nil {
		return Document{Media: "html", Title: d.Title}, fmt.Errorf("html: %w", err)
	}
	return d, nil
}

// htmlReader collects the paragraphs and tables of a page.
type htmlReader struct {
	doc     *Document
	limits  Limits
	size    size               // of the tables
	tables  map[*html.Node]int // table element to its number
	para    []byte             // the paragraph being read
	pre     int                // how many preformatted elements we are in
	heading bool
	tabbed  []string // paragraphs in a row that hold tabs: rows of a table typed as text
}

// collectTables forms a grid of every table of a page, in document order, and tells layout from data.
func (r *htmlReader) collectTables(view *page.View, drawn map[*html.Node]int) error {
	for _, c := range view.Tables() {
		g, nested, cut := grid.FromHTML(c)
		r.size.grow(sizeOf(g))
		if err := r.size.limit(r.limits); err != nil {
			return err
		}
		no := len(r.doc.Tables)
		r.tables[c] = no
		if cut {
			r.doc.Doubts = append(r.doc.Doubts, fmt.Sprintf("table %d is larger than the limit and was cut", no))
		}
		r.doc.Tables = append(r.doc.Tables, Table{Grid: g, Caption: captionOf(c), Layout: isLayout(c, g, len(nested)),
			Parent: r.parentOf(c), Unshown: r.isUnshown(c), Drawn: drawn[c]})
	}
	return nil
}

// parentOf is the number of the table that a table is nested in, -1 for none.
func (r *htmlReader) parentOf(n *html.Node) int {
	for p := n.Parent; p != nil; p = p.Parent {
		if no, ok := r.tables[p]; ok {
			return no
		}
	}
	return -1
}

// isUnshown reports whether a table, or something around it, is not displayed.
func (r *htmlReader) isUnshown(table *html.Node) bool {
	for p := table; p != nil; p = p.Parent {
		if no, ok := r.tables[p]; ok && p != table {
			return r.doc.Tables[no].Unshown
		}
		if shown, _ := grid.Shown(p); !shown && p.Type == html.ElementNode {
			return true
		}
	}
	return false
}

// walk reads the running text below n. It keeps its own stack: real pages nest hundreds of elements deep.
func (r *htmlReader) walk(n *html.Node) {
	type step struct {
		node  *html.Node
		leave bool // what is to be done behind the node
	}
	stack := []step{{n, false}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if s.leave {
			r.flush()
			r.heading = false
			if s.node.DataAtom == atom.Pre {
				r.pre--
			}
			continue
		}
		switch s.node.Type {
		case html.TextNode:
			r.write(s.node.Data)
			continue
		case html.CommentNode, html.DoctypeNode:
			continue
		}
		shown, breaks := true, false
		if s.node.Type == html.ElementNode {
			if shown, breaks = grid.Shown(s.node); !shown {
				continue
			}
		}
		switch s.node.DataAtom {
		case atom.Br, atom.Hr:
			r.flush()
			continue
		case atom.Table:
			r.flush()
			if no, ok := r.tables[s.node]; ok && !r.doc.Tables[no].Layout {
				r.endTabbed()
				r.doc.Blocks = append(r.doc.Blocks, Block{Table: no})
				continue
			}
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			r.flush()
			r.heading = true
		}
		if breaks {
			r.flush()
			if s.node.DataAtom == atom.Pre {
				r.pre++
			}
			stack = append(stack, step{s.node, true})
		}
		for c := s.node.LastChild; c != nil; c = c.PrevSibling {
			stack = append(stack, step{c, false})
		}
	}
}

// write adds the text of a node to the paragraph: as it stands where it is preformatted, else with its line breaks, and
// the tabs that indent the source, as the spaces that they mean.
func (r *htmlReader) write(s string) {
	if r.pre == 0 {
		for line := range strings.Lines(s) {
			r.para = append(r.para, strings.TrimLeft(strings.TrimRight(line, "\r\n"), "\t")...)
			if strings.HasSuffix(line, "\n") {
				r.para = append(r.para, ' ')
			}
		}
		return
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			r.flush()
		}
		r.para = append(r.para, line...)
	}
}

// flush ends the paragraph being read.
func (r *htmlReader) flush() {
	raw := ""
	if len(bytes.TrimSpace(r.para)) > 0 {
		raw = string(r.para)
	}
	r.para = r.para[:0]
	t := text.Fold(raw)
	if t == "" {
		return
	}
	if strings.Contains(strings.Trim(raw, " \t\r\n"), "\t") {
		r.tabbed = append(r.tabbed, raw)
		return
	}
	r.endTabbed()
	r.doc.Blocks = append(r.doc.Blocks, Block{Text: strings.ReplaceAll(t, "\n", " "), Table: -1, Heading: r.heading})
}

// captionOf is the text of a table's caption element.
func captionOf(table *html.Node) string {
	for c := range table.ChildNodes() {
		if c.DataAtom == atom.Caption {
			return strings.ReplaceAll(grid.Text(c), "\n", " ")
		}
	}
	return ""
}

// A table is taken for layout when running text fills it; the limits are generous, as a table of figures read as text
// would only lose its place among the paragraphs: the form is looked for in layout tables too.
const (
	layoutCell  = 400 // characters of own text in one cell that no table of figures has
	layoutCells = 12  // cells up to which a table that holds other tables is layout
)

// isLayout reports whether a table arranges the page: it says so (WAI-ARIA role), it holds other tables and few cells,
// or a cell of it holds running text.
func isLayout(table *html.Node, g grid.Grid, nested int) bool {
	for _, a := range table.Attr {
		if a.Key == "role" && (a.Val == "presentation" || a.Val == "none") {
			return true
		}
	}
	return arranges(g, nested)
}
