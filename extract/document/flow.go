package document

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// flow is running text as formats of word processors hold it: paragraphs and tables in order. A document's body is one, and
// so is the content of a cell.
type flow []passage

// passage is a paragraph, or a table.
type passage struct {
	text    string
	heading bool
	goesOn  bool             // the paragraph's end is deleted: the next one is part of it
	joined  *strings.Builder // of several such: it holds text, so that many can be joined
	table   *wordTable
}

// and is the flow with more behind it; a paragraph whose end is deleted goes on in the next.
func (f flow) and(more flow) flow {
	if n := len(f); n > 0 && len(more) > 0 && f[n-1].goesOn && more[0].table == nil {
		last, next := f[n-1], &more[0]
		if last.joined == nil {
			last.joined = new(strings.Builder)
			last.joined.WriteString(last.text)
		}
		last.joined.WriteString(next.text)
		next.text, next.heading, next.joined = last.joined.String(), last.heading, last.joined
		f = f[:n-1]
	}
	return append(f, more...)
}

// wordTable is a table before its grid is formed.
type wordTable struct {
	cells []wordCell
	wide  bool // it has more columns than maxSpan, and its cells are not placed
}

// wordCell is a cell with its place; of a merged cell, the first.
type wordCell struct {
	row, column, rowspan, colspan int
	content                       flow
}

// text is the content of a cell as its reader sees it: a line each paragraph, nested tables left out.
func (f flow) text() string {
	lines := make([]string, 0, len(f))
	for _, p := range f {
		if p.table == nil {
			lines = append(lines, p.text)
		}
	}
	return text.Fold(strings.Join(lines, "\n"))
}

// tables are the tables that stand directly in a cell.
func (f flow) tables() (found flow) {
	for _, p := range f {
		if p.table != nil {
			found = append(found, p)
		}
	}
	return found
}

// flow adds running text. The tables in it are nested in table number parent, -1 for none. A table that only arranges the
// page is read as text, and so are the tables inside it.
func (b *builder) flow(f flow, parent, depth int) {
	if depth > b.limits.Depth {
		b.fail("tables nested deeper than %d", b.limits.Depth)
		return
	}
	for _, p := range f {
		if b.err != nil {
			return
		}
		if p.table == nil {
			b.paragraph(p.text, p.heading)
			continue
		}
		g, nested := p.table.grid()
		if p.table.wide || len(g.Cells) < len(p.table.cells) {
			b.fail("a table larger than a grid may be")
			return
		}
		layout := arranges(g, nested)
		no := b.table(Table{Grid: g, Parent: parent, Layout: layout})
		for _, cell := range p.table.cells {
			if layout {
				b.flow(cell.content, parent, depth+1)
			} else {
				b.flow(cell.content.tables(), no, depth+1)
			}
		}
	}
}

// grid forms the table's grid, and counts the tables in it.
func (t *wordTable) grid() (g grid.Grid, nested int) {
	cells := make([]grid.Cell, 0, len(t.cells))
	for _, c := range t.cells {
		cells = append(cells, grid.Cell{Text: c.content.text(), Row: c.row, Column: c.column,
			Rowspan: max(1, c.rowspan), Colspan: max(1, c.colspan)})
		nested += len(c.content.tables())
	}
	slices.SortStableFunc(cells, func(a, b grid.Cell) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return grid.New(cells), nested
}

// arranges says whether a table arranges the page instead of holding data: it holds tables and few cells, or a cell with
// running text; such a cell may be shorter where there is one column only.
func arranges(g grid.Grid, nested int) bool {
	filled, longest := measure(g)
	return nested > 0 && filled <= layoutCells || longest > layoutCell || (filled <= 1 || g.Columns == 1) && longest > 60
}

// measure counts the cells that hold something, and the characters of the longest.
func measure(g grid.Grid) (filled, longest int) {
	for i := range g.Cells {
		if n := utf8.RuneCountInString(g.Cells[i].Text); n > 0 {
			filled++
			longest = max(longest, n)
		}
	}
	return filled, longest
}

// merged joins cells that are marked as going on with the one above them: each in the slot that the first of them has.
type merged struct {
	open map[int]int // column to the cell above that goes on
}

// add places a cell at its column. continues says that it belongs to the cell above in the same column.
func (m *merged) add(t *wordTable, c wordCell, starts, continues bool) {
	if m.open == nil {
		m.open = map[int]int{}
	}
	if continues {
		if i, ok := m.open[c.column]; ok && t.cells[i].row+t.cells[i].rowspan == c.row {
			t.cells[i].rowspan++
			return
		}
	}
	for column := c.column; column < c.column+c.colspan && len(m.open) > 0; column++ {
		delete(m.open, column)
	}
	t.cells = append(t.cells, c)
	if starts || continues {
		m.open[c.column] = len(t.cells) - 1
	}
}
