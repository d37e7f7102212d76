package form

import (
	"slices"
	"strings"
)

// stacked lists the tables of the edition that stand in one grid, block under block.
func (e *Edition) stacked() []*Table {
	var out []*Table
	for i := range e.Tables {
		if e.Tables[i].Stacked {
			out = append(out, &e.Tables[i])
		}
	}
	return out
}

// readBlocks reads a table that stacks blocks, each under its own header row (表二). It reports whether the grid is one.
func (m *reader) readBlocks(s *sheet) bool {
	tables := m.Edition.stacked()
	if len(tables) == 0 {
		return false
	}
	var o *opened
	for r := 0; r < s.g.Rows; r++ {
		if next := m.blockHeader(tables, s, r); next != nil {
			if o == nil {
				m.aboveBlocks(tables, s, r)
			}
			o = &opened{sheet: s, bands: next, firstValue: next[0].from}
			m.Relations[s.no] = tables[0].Relation
			continue
		}
		if o != nil && !s.blankRow(r) {
			m.readBlockRow(tables, s, r, o)
		}
	}
	if o != nil {
		m.open[tables[0]] = o
	}
	return o != nil
}

// aboveBlocks reads the rows above the first header of a grid, as far as they are rows of a block: its header stands in the grid
// before, or it is lost.
func (m *reader) aboveBlocks(tables []*Table, s *sheet, rows int) {
	before, said := m.open[tables[0]], false
	for r := range rows {
		if before != nil {
			if row, _, leaf := blockRow(tables, s, r, before); row != nil && leaf.Column+leaf.Colspan < s.g.Columns {
				m.readBlockRow(tables, s, r, before)
				if !said {
					m.remarkContinued(s, tables[0].Relation, before)
				}
				said = true
				continue
			}
		}
		labelled := func(c *cell) bool {
			return slices.ContainsFunc(tables, func(t *Table) bool { return len(t.rowsNamed(c.norm)) > 0 || len(t.headersNamed(c.norm)) > 0 })
		}
		numbered := func(c *cell) bool { return c.Row == r && isValue(c.Text) }
		if slices.ContainsFunc(s.row(r), labelled) && slices.ContainsFunc(s.row(r), numbered) {
			m.remark(Leftover, tables[0].Relation, "", "", "table %d, row %d: %s stands under no header and was not read", s.no, r,
				list(s.texts(r)))
		}
	}
}

// goOnBlock reads the rows of a block whose header stands in the grid before.
func (m *reader) goOnBlock(s *sheet, o *opened) bool {
	tables := m.Edition.stacked()
	if row, _, _ := blockRow(tables, s, 0, o); row == nil {
		return false
	}
	for r := 0; r < s.g.Rows; r++ {
		if !s.blankRow(r) {
			m.readBlockRow(tables, s, r, o)
		}
	}
	return true
}

// blockHeader returns the bands of a header row, nil if the row is none. A header may belong to several blocks
// (本年处理决定数量): the row label decides which. One that may be several columns of a block, as its second line is lost
// (本年新), is taken in their order, if each of them is there.
func (m *reader) blockHeader(tables []*Table, s *sheet, r int) []band {
	var bands []band
	var cut []int // bands whose header may be several columns
	used, values := map[*Column]bool{}, 0
	for _, c := range s.row(r) {
		if c.Row != r {
			continue
		}
		if isValue(c.Text) {
			values++
		}
		for _, t := range tables {
			hs := t.headersNamed(s.norm(c))
			if len(hs) == 0 {
				continue
			}
			b := band{from: c.Column, to: c.Column + c.Colspan, table: t}
			for _, h := range hs {
				if !used[h.column] {
					b.column, b.unit = h.column, h.unit
					break
				}
			}
			used[b.column] = true
			if len(hs) > 1 {
				cut = append(cut, len(bands))
			}
			bands = append(bands, b)
			break
		}
	}
	if values >= len(bands) {
		return nil // a label before its numbers: the block stands on its side
	}
	if len(cut) == 0 {
		return bands
	}
	t := bands[0].table
	for i := range t.Columns {
		if used[&t.Columns[i]] {
			continue
		}
		for _, k := range cut {
			bands[k].column = nil
		}
		m.remark(Ambiguous, t.Relation, "", "", "table %d, row %d: a header is cut and may be several columns; it was not read",
			s.no, r)
		return bands
	}
	m.remark(HeadersByOrder, t.Relation, "", "", "table %d, row %d: cut headers were read in the order of the form", s.no, r)
	return bands
}

// blockRow finds the label of a row in a block, the table that it is of, and its cell.
func blockRow(tables []*Table, s *sheet, r int, o *opened) (*Row, *Table, *cell) {
	column := "" // of any block that has the row
	for _, b := range o.bands {
		if b.column != nil {
			column = b.column.ID
			break
		}
	}
	for _, c := range s.row(r) {
		n := s.norm(c)
		if n == "" {
			continue
		}
		for _, t := range tables {
			if x := t.rowNamed(n, nil); x != nil && t.column(column) != nil {
				return x, t, c
			}
		}
	}
	return nil, nil, nil
}

// readBlockRow reads one row of numbers in a block.
func (m *reader) readBlockRow(tables []*Table, s *sheet, r int, o *opened) {
	relation := tables[0].Relation
	row, owner, leaf := blockRow(tables, s, r, o)
	if row == nil {
		var rest []string
		for _, c := range s.row(r) {
			if n := s.norm(c); n != "" && c.Row == r && !isCaption(tables, n) {
				rest = append(rest, c.Text)
			}
		}
		if len(rest) > 0 {
			m.remark(Leftover, relation, "", "", "table %d, row %d: %s is no row of this block and was not read", s.no, r, list(rest))
		}
		return
	}
	for _, c := range s.row(r) {
		if n := s.norm(c); c.Column < leaf.Column && c.Row == r && n != "" && !isCaption(tables, n) {
			m.remarkStrange(owner, s, c, row.ID)
		}
	}
	own := &opened{sheet: o.sheet, firstValue: o.firstValue, unitColumn: -1}
	for _, b := range o.bands {
		b.table = owner
		if b.column != nil {
			if b.column = owner.column(b.column.ID); b.column == nil {
				m.remark(Leftover, relation, row.ID, "", "table %d, row %d: %s has no such column on the form; what it prints there was "+
					"not read", s.no, r, row.Label)
			}
		}
		own.bands = append(own.bands, b)
	}
	m.found[owner] = true
	if m.lacksHeader(owner, s, r, row, own.bands, o) {
		return
	}
	m.take(s, r, row, rowLabels{leaf: leaf}, own)
}

// lacksHeader remarks the columns of a block that its header row o does not name, once. It reports whether a header lost from
// before others has moved these to the left: then the row goes on behind the last of them, with a number or without.
func (m *reader) lacksHeader(t *Table, s *sheet, r int, row *Row, bands []band, o *opened) bool {
	var absent []string
	moved := false
	for i := range t.Columns {
		c := &t.Columns[i]
		here := slices.ContainsFunc(bands, func(b band) bool { return b.column == c })
		if moved = moved || here && len(absent) > 0; !here {
			absent = append(absent, c.Label)
		}
	}
	if len(absent) == 0 || slices.ContainsFunc(bands, func(b band) bool { return b.column == nil }) {
		return false
	}
	if !o.lacking {
		o.lacking = true
		m.remark(ColumnsAbsent, t.Relation, "", "", "table %d: the header over %s has no column %s", s.no, row.Label, list(absent))
	}
	end := bands[len(bands)-1].to
	if !moved || !slices.ContainsFunc(s.row(r), func(c *cell) bool { return c.Row == r && c.Column >= end }) {
		return false
	}
	m.remark(Ambiguous, t.Relation, row.ID, "", "table %d, row %d: a header is lost before others, and the row goes on behind the last; it "+
		"was not read", s.no, r)
	return true
}

// column returns the column with that id, nil if there is none.
func (t *Table) column(id string) *Column {
	for i := range t.Columns {
		if t.Columns[i].ID == id {
			return &t.Columns[i]
		}
	}
	return nil
}

// isCaption reports whether a text in normal form names an article of the Regulations or a corner, as the rows between
// the blocks do.
func isCaption(tables []*Table, n string) bool {
	if strings.HasPrefix(n, "第二十条") {
		return true
	}
	for _, t := range tables {
		if t.isCorner(n) {
			return true
		}
	}
	return false
}
