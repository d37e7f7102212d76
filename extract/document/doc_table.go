package document

import (
	"slices"
	"strings"
)

// edgeSlack is how far, in twentieths of a point, the edges of two cells may be apart and still be one line of the table.
const edgeSlack = 30

// docRow is a row of a table with the edges of its cells.
type docRow struct {
	cells []flow
	edges []int // one more than cells
	flags []int // of each cell, TCGRF
}

// docParagraph is what a paragraph's properties say of tables.
type docParagraph struct {
	depth    int  // tables it is in
	rowEnd   bool // it is the mark at the end of a row
	cellEnd  bool // it is the end of a cell of a nested table
	table    little
	merges   []cellMerge // made since the table was defined
	outlined bool
	gone     bool // its mark is deleted by a tracked change
}

// cellMerge sets flags of the cells from one to before another.
type cellMerge struct{ from, to, clear, set int }

// describe reads the properties of a paragraph, the later lists over the earlier.
func describe(lists ...little) (p docParagraph) {
	inTable, depth := false, 0
	read := func(code int, operand little) {
		switch code {
		case sprmPFInTable:
			inTable = operand.u8(0) == 1
		case sprmPItap:
			depth = min(operand.u32(0), 64)
		case sprmPFTtp, sprmPFInnerTtp:
			p.rowEnd = p.rowEnd || operand.u8(0) == 1
		case sprmPFInnerTableCell:
			p.cellEnd = operand.u8(0) == 1
		case sprmTDefTable:
			p.table, p.merges = operand, nil
		case sprmTVertMerge: // one cell: 1 goes on from the one above, 3 begins
			cell := operand.u8(0)
			p.merges = append(p.merges, cellMerge{cell, cell + 1, 3 << 5, operand.u8(1) << 5})
		case sprmTMerge: // the first cell takes in those up to the last
			first, last := operand.u8(0), operand.u8(1)
			p.merges = append(p.merges, cellMerge{first, first + 1, 3, 2}, cellMerge{first + 1, last, 3, 1})
		case sprmPOutLvl:
			p.outlined = operand.u8(0) < 9
		}
	}
	for _, sprms := range lists {
		sprms.each(read)
	}
	if p.depth = depth; inTable && depth == 0 {
		p.depth = 1
	}
	return p
}

// define reads the edges and flags of a row's cells from its definition ([MS-DOC] sections 2.9.322, 2.9.316).
func (r *docRow) define(table little) {
	n := table.u8(0)
	if n == 0 || n < len(r.cells) && n != len(r.cells) {
		n = len(r.cells)
	}
	shown := len(r.cells) // of those that are defined, the rest is nowhere
	for i := range shown + 1 {
		r.edges = append(r.edges, table.i16(1+2*i))
	}
	for i := range shown {
		r.flags = append(r.flags, table.u16(1+2*(n+1)+20*i))
	}
	if len(table) < 1+2*(n+1) || !slices.IsSorted(r.edges) { // no definition: cells of one width
		r.edges, r.flags, n = nil, make([]int, shown), shown
		for i := range n + 1 {
			r.edges = append(r.edges, 1000*i)
		}
	}
}

// levels collects running text with the tables in it, nested ones too. Level 0 is the text itself.
type levels struct {
	text   flow
	tables []docTable
	size   *size // of the whole document, counted as it is read
}

// docTable is a table being read.
type docTable struct {
	rows []docRow
	row  docRow
	cell flow
}

// to opens and closes tables until the text is in so many.
func (l *levels) to(depth int) {
	for len(l.tables) > depth {
		last := l.tables[len(l.tables)-1]
		l.tables = l.tables[:len(l.tables)-1]
		if len(last.row.cells) > 0 || len(last.cell) > 0 { // the row has no end
			last.endRow(docParagraph{})
		}
		if len(last.rows) > 0 {
			*l.here() = append(*l.here(), passage{table: formTable(last.rows)})
		}
	}
	for len(l.tables) < depth {
		l.tables = append(l.tables, docTable{})
	}
}

// here is where text goes on.
func (l *levels) here() *flow {
	if len(l.tables) == 0 {
		return &l.text
	}
	return &l.tables[len(l.tables)-1].cell
}

// paragraph adds a paragraph. ended says that its mark is that of a cell or of a row.
func (l *levels) paragraph(text string, p docParagraph, ended bool) {
	l.to(p.depth)
	l.size.grow(size{passages: 1, text: len(text)})
	if p.depth == 0 {
		l.text = append(l.text, passage{text: text, heading: p.outlined})
		return
	}
	t := &l.tables[len(l.tables)-1]
	if p.rowEnd {
		if p.gone && !slices.ContainsFunc(t.row.cells, func(f flow) bool { return len(f) > 0 }) {
			t.row, t.cell = docRow{}, nil
		}
		t.endRow(p)
		return
	}
	if strings.TrimSpace(text) != "" {
		t.cell = append(t.cell, passage{text: text})
	}
	if ended || p.cellEnd {
		t.row.cells = append(t.row.cells, t.cell)
		t.cell = nil
		l.size.cells++
	}
}

func (t *docTable) endRow(p docParagraph) {
	if len(t.cell) > 0 {
		t.row.cells = append(t.row.cells, t.cell)
	}
	if len(t.row.cells) > 0 {
		t.row.define(p.table)
		for _, m := range p.merges {
			for i := m.from; i < min(m.to, len(t.row.flags)); i++ {
				t.row.flags[i] = t.row.flags[i]&^m.clear | m.set
			}
		}
		t.rows = append(t.rows, t.row)
	}
	t.row, t.cell = docRow{}, nil
}

// closeRow is endRow for a row whose right edges and flags are known.
func (t *docTable) closeRow(edges, flags []int) {
	if len(t.cell) > 0 {
		t.row.cells = append(t.row.cells, t.cell)
	}
	if n := len(t.row.cells); n > 0 {
		left := 0
		if len(edges) > 0 {
			left = min(0, edges[0]-1)
		}
		if len(edges) < n || !slices.IsSorted(edges) {
			t.row.define(nil)
		} else {
			t.row.edges, t.row.flags = append([]int{left}, edges[:n]...), flags[:n]
		}
		t.rows = append(t.rows, t.row)
	}
	t.row, t.cell = docRow{}, nil
}

// formTable places the cells of all rows by the lines that their edges make.
func formTable(rows []docRow) *wordTable {
	var lines []int
	for _, row := range rows {
		lines = append(lines, row.edges...)
	}
	slices.Sort(lines)
	lines = slices.CompactFunc(lines, func(next, kept int) bool { return next-kept <= edgeSlack })
	if len(lines) > maxSpan {
		return &wordTable{wide: true}
	}
	column := func(edge int) int {
		i, _ := slices.BinarySearch(lines, edge+1) // the lines up to the edge; each is the first of those it stands for
		return i - 1
	}
	t := &wordTable{}
	var m merged
	for no, row := range rows {
		for i, content := range row.cells {
			from, to := column(row.edges[i]), column(row.edges[i+1])
			flags := row.flags[i]
			if flags&3 == 1 && len(t.cells) > 0 && t.cells[len(t.cells)-1].row == no { // goes on from the cell at its left
				t.cells[len(t.cells)-1].colspan += max(0, to-from)
				continue
			}
			vertical := flags >> 5 & 3
			m.add(t, wordCell{row: no, column: from, rowspan: 1, colspan: max(1, to-from), content: content},
				vertical == 3, vertical == 1)
		}
	}
	return t
}
