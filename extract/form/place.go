package form

import (
	"cmp"

	"nianbao/extract/text"
)

// band is a run of columns under one header. A band without column holds the place of a header that is not read.
type band struct {
	from, to int // columns from..to-1
	table    *Table
	column   *Column
	unit     string
}

type placing int

const (
	placedByHeader placing = iota
	placedByOrder
	placedNowhere
)

// place finds for each band the cell of row r that belongs to it. The header above decides; only where the row visibly
// does not stand under its headers, and has exactly as many cells as there are columns, the order decides. A blank before
// the first header where a cell is missing under the last one is the row's first number, not a gap.
func place(s *sheet, r int, leaf *cell, o *opened) ([]*cell, placing) {
	var values, leading []*cell // leading: blanks before the first header
	for _, c := range s.row(r) {
		switch {
		case leaf != nil && (c == leaf || c.Column <= leaf.Column):
		case c.Column < o.firstValue && (c.Column == o.unitColumn && !isValue(c.Text) || isUnit(s.norm(c))):
		case leaf == nil && c.Column < o.firstValue && s.norm(c) == "":
			leading = append(leading, c)
		default:
			values = append(values, c)
		}
	}
	cells := make([]*cell, len(o.bands))
	straight := leaf == nil || leaf.Column+leaf.Colspan <= o.firstValue
	for _, c := range values {
		if c.Column < o.firstValue {
			straight = straight && s.norm(c) == ""
			continue
		}
		under := -1
		for i, b := range o.bands {
			if c.Column < b.to && b.from < c.Column+c.Colspan {
				straight = straight && under < 0
				under = i
			}
		}
		switch {
		case under < 0:
			straight = straight && s.norm(c) == ""
		case cells[under] != nil && cells[under] != c:
			straight = false
		default:
			cells[under] = c
		}
	}
	all := append(leading, values...)
	short := cells[len(cells)-1] == nil && len(all) == len(cells) && all[0].Column < o.firstValue
	switch {
	case straight && !short:
		return cells, placedByHeader
	case straight:
		return all, placedByOrder
	}
	if len(values) == len(o.bands) {
		return values, placedByOrder
	}
	return nil, placedNowhere
}

// take files the numbers of one row under their headers. row is nil where the header names the row too.
func (m *reader) take(s *sheet, r int, row *Row, l rowLabels, o *opened) {
	relation, id := o.bands[0].table.Relation, ""
	if row != nil {
		id = row.ID
	}
	cells, how := place(s, r, l.leaf, o)
	switch how {
	case placedNowhere:
		m.remark(Ambiguous, relation, id, "", "table %d, row %d: %s cannot be told apart by the headers; none of them was read",
			s.no, r, list(s.texts(r)))
		return
	case placedByOrder:
		m.remark(Shifted, relation, id, "", "table %d, row %d does not stand under its headers; its %d cells were read in order",
			s.no, r, len(cells))
	}
	absent, strange := 0, false
	for i, c := range cells {
		if c == nil && strange {
			m.remark(Ambiguous, relation, id, "", "table %d, row %d has fewer cells than columns, and a column that is not on the form may be "+
				"none; its numbers were not read", s.no, r)
			return
		}
		strange = strange || o.bands[i].column == nil
	}
	for i, c := range cells {
		b := o.bands[i]
		switch {
		case b.column == nil: // said of the whole column
		case c == nil:
			absent++
		case c.Rowspan > 1 && !s.onlyRow(c):
			m.remark(Ambiguous, relation, cmp.Or(id, b.column.Row), b.column.ID,
				"table %d, row %d: %s is one cell over several rows; it was not read", s.no, r, oneLine(c.Text))
		default:
			m.addCell(s, c, row, b, l.unit)
		}
	}
	if absent > 0 {
		m.remark(CellsAbsent, relation, id, "", "table %d, row %d has %d cells fewer than columns", s.no, r, absent)
	}
}

// onlyRow reports whether a cell that spans rows covers no second row with a text of its own.
func (s *sheet) onlyRow(c *cell) bool {
	for r := c.Row + 1; r < c.Row+c.Rowspan && r < s.g.Rows; r++ {
		for _, x := range s.row(r) {
			if x.Row == r && s.norm(x) != "" {
				return false
			}
		}
	}
	return true
}

// labelBefore returns the last text of a row that stands before the column and is no number, nil if there is none.
func (s *sheet) labelBefore(r, column int) *cell {
	var label *cell
	for _, c := range s.row(r) {
		if c.Column < column && s.norm(c) != "" && !isValue(c.Text) {
			label = c
		}
	}
	return label
}

// addCell reads one cell's value in the unit of its relation. unit is that printed in a column of its own.
func (m *reader) addCell(s *sheet, c *cell, row *Row, b band, unit string) {
	raw := c.Text
	if b.column.Signed {
		raw = signs(raw)
	}
	v := text.ParseValue(raw)
	cell := Cell{Relation: b.table.Relation, RowID: b.column.Row, ColumnID: b.column.ID, Raw: oneLine(c.Text), State: v.State,
		Note: v.Note, Table: s.no, Row: c.Row, Column: c.Column}
	if row != nil {
		cell.RowID = row.ID
	}
	k := kindOf(row, b, unit)
	cell.Unit = k.unit
	if v.State == text.StateNumber {
		n, unit, ok := k.convert(v)
		if ok {
			cell.Value.Decimal, cell.Value.Valid, cell.Unit = n, true, unit
		} else {
			cell.State = text.StateText
		}
		if ok && unit == unknown {
			m.remark(UnitUnknown, cell.Relation, cell.RowID, cell.ColumnID,
				"%s is printed without a unit; the value is kept as printed", cell.Raw)
		}
	}
	if cell.State == text.StateText {
		m.remark(Unreadable, cell.Relation, cell.RowID, cell.ColumnID,
			"the cell prints %q, which is no single number of the kind the form asks for", clip(cell.Raw, 60))
	}
	m.Cells = append(m.Cells, cell)
}
