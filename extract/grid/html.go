package grid

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// FromHTML forms the grid of a table element. nested are the tables inside of it, in document order, without those
// that are nested deeper still and those that are hidden; their text is not the text of a cell. cut tells that the
// table passes the limits of a grid and that rows are missing at its end.
func FromHTML(table *html.Node) (g Grid, nested []*html.Node, cut bool) {
	f := former{columns: columnsOf(table)}
	if f.columns > maxSlots {
		f.columns, cut = maxSlots, true
	}
	for _, rows := range groupsOf(table) {
		if !f.form(rows) {
			cut = true
			break
		}
	}
	return f.grid(), nestedIn(table), cut
}

// former carries the algorithm's variables through the rows of a table.
type former struct {
	cells   []Cell
	rows    int // of the groups formed so far
	columns int
	until   []int // for each column, the row at which its lowest cell so far ends: above it the column is taken
	covered int
	text    textReader
}

// form places the cells of one row group. It reports false if the group was cut.
func (f *former) form(rows []*html.Node) bool {
	end := f.rows + len(rows)
	f.cells = slices.Grow(f.cells, min(childrenOf(rows), maxCells))
	for _, tr := range rows {
		cells, columns := len(f.cells), f.columns
		if !f.row(tr, end) {
			f.cells, f.columns = f.cells[:cells], columns
			return false
		}
		f.rows++
	}
	return true
}

// childrenOf counts the children of rows that are elements: cells, if the page is well made.
func childrenOf(rows []*html.Node) int {
	n := 0
	for _, tr := range rows {
		for c := range tr.ChildNodes() {
			if c.Type == html.ElementNode {
				n++
			}
		}
	}
	return n
}

// row places the cells of one row, whose group ends before the row end. It reports false if the limits are passed.
func (f *former) row(tr *html.Node, end int) bool {
	y, x := f.rows, 0
	for td := range tr.ChildNodes() {
		if td.Type != html.ElementNode || td.Data != "td" && td.Data != "th" {
			continue
		}
		text, visible := f.text.read(td)
		if !visible {
			continue
		}
		for x < len(f.until) && f.until[x] > y {
			x++
		}
		rowspan, ok := parseSpan(attribute(td, "rowspan"), maxRowspan)
		if !ok {
			rowspan = 1
		} else if rowspan == 0 {
			rowspan = maxSlots
		}
		rowspan = min(rowspan, end-y)
		colspan := columnSpan(td, "colspan")
		f.columns = max(f.columns, x+colspan)
		f.covered += rowspan * colspan
		if f.columns*(y+1) > maxSlots || f.covered > maxCovered || len(f.cells) == maxCells {
			return false
		}
		for len(f.until) < x+colspan {
			f.until = append(f.until, 0)
		}
		for i := x; i < x+colspan; i++ {
			f.until[i] = max(f.until[i], y+rowspan)
		}
		f.cells = append(f.cells, Cell{
			Text: text, Row: y, Column: x, Rowspan: rowspan, Colspan: colspan, Header: td.Data == "th",
		})
		x += colspan
	}
	return max(f.columns, 1)*(y+1) <= maxSlots
}

// grid makes the grid of what has been formed; cells end with the last row that was.
func (f *former) grid() Grid {
	g := Grid{Rows: f.rows, Columns: f.columns, Cells: f.cells}
	for i := range g.Cells {
		c := &g.Cells[i]
		c.Rowspan = min(c.Rowspan, f.rows-c.Row)
	}
	g.cover()
	return g
}

// groupsOf answers the rows of a table by row group, in the order in which they are shown: the first thead, the others
// as written, the first tfoot.
func groupsOf(table *html.Node) [][]*html.Node {
	var head, foot []*html.Node
	var groups [][]*html.Node
	var loose []*html.Node // rows without a group, which the HTML parser does not produce
	for n := range shown(table) {
		if n.Data == "tr" {
			loose = append(loose, n)
			continue
		}
		if n.Data != "thead" && n.Data != "tbody" && n.Data != "tfoot" {
			continue
		}
		groups, loose = append(groups, loose), nil
		rows := []*html.Node{}
		for tr := range shown(n) {
			if tr.Data == "tr" {
				rows = append(rows, tr)
			}
		}
		switch {
		case n.Data == "thead" && head == nil:
			head = rows
		case n.Data == "tfoot" && foot == nil:
			foot = rows
		default:
			groups = append(groups, rows)
		}
	}
	groups = append(groups, loose)
	return append(append([][]*html.Node{head}, groups...), foot)
}

// columnsOf counts the columns that col and colgroup elements make, cells or not.
func columnsOf(table *html.Node) int {
	columns := 0
	for group := range shown(table) {
		switch group.Data {
		case "col":
			columns += columnSpan(group, "span")
		case "colgroup":
			inside := 0
			for col := range shown(group) {
				if col.Data == "col" {
					inside += columnSpan(col, "span")
				}
			}
			if inside == 0 {
				inside = columnSpan(group, "span")
			}
			columns += inside
		}
	}
	return columns
}

// nestedIn answers the outermost tables inside of a table that are not hidden.
func nestedIn(table *html.Node) []*html.Node {
	var nested []*html.Node
	if !holdsTable(table) {
		return nil
	}
	walk(table, func(n *html.Node) bool {
		if n.Type != html.ElementNode || n == table {
			return true
		}
		if displayOf(n) == none {
			return false
		}
		if n.Data == "table" {
			nested = append(nested, n)
			return false
		}
		return true
	}, func(*html.Node) {})
	return nested
}

// holdsTable reports whether a table stands below an element, hidden or not.
func holdsTable(n *html.Node) (found bool) {
	walk(n, func(c *html.Node) bool {
		found = found || c != n && c.Type == html.ElementNode && c.Data == "table"
		return !found
	}, func(*html.Node) {})
	return found
}

// shown iterates over the child elements of n that are not hidden.
func shown(n *html.Node) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && displayOf(c) != none && !yield(c) {
				return
			}
		}
	}
}

// columnSpan reads a colspan or span attribute: 1 to 1000, 1 if it is missing, 0 or no number.
func columnSpan(n *html.Node, key string) int {
	span, ok := parseSpan(attribute(n, key), maxColspan)
	if !ok || span == 0 {
		return 1
	}
	return span
}

// parseSpan reads a number by the HTML standard's rules for parsing non-negative integers (section 2.3.4.2: white
// space, one sign, digits, anything), and takes limit for a greater one. It is not ok if there is no such number.
func parseSpan(s string, limit int) (span int, ok bool) {
	s = strings.TrimLeft(s, " \t\n\f\r")
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, false
	}
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			break
		}
		span = min(span*10+int(c-'0'), limit)
	}
	if s[0] == '-' && span != 0 {
		return 0, false
	}
	return span, true
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
