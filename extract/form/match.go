package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// Match is what reading a document's tables as an official form came to.
type Match struct {
	Edition    *Edition       // nil when the tables are of no known form
	Cells      []Cell         // every cell of the form that is in the document, blanks included
	Relations  map[int]string // table index to the relation it belongs to, the first of several
	Missing    []string       // ids of the edition's tables that were not found
	HeaderYear int            // year that a column header prints (2016年度), 0 for none
	Remarks    []Remark
}

// reader is one document being read.
type reader struct {
	Match
	found   map[*Table]bool
	open    map[*Table]*opened // where a table that was cut in two may go on
	singles map[string]*Row    // header rows that printed numbers of their own, by the id of the row those are of
	recall  []string           // labels that were matched by an unconfirmed wording
}

// opened is a table whose headers were read.
type opened struct {
	sheet      *sheet
	bands      []band
	firstValue int
	unitColumn int // -1 for none
	last       *Row
	waiting    bool // headers only, no numbers yet
	lacking    bool // columns of a block that it does not name were remarked
}

// Read reads the tables of one document as an official form, which it recognises by the headers alone. The index of a
// grid is the table number that cells carry. What a table of the form prints and no label explains comes back as a
// remark; nothing is guessed.
func Read(tables []grid.Grid) Match {
	m := reader{Match: Match{Relations: map[int]string{}}, found: map[*Table]bool{}, open: map[*Table]*opened{},
		singles: map[string]*Row{}}
	sheets := make([]*sheet, len(tables))
	most := 0 // cells, labels included
	for no := range tables {
		sheets[no] = newSheet(no, &tables[no])
		most += len(tables[no].Cells)
	}
	m.Edition = m.recognise(sheets)
	if m.Edition == nil {
		return m.Match
	}
	m.Cells = make([]Cell, 0, most)
	for _, s := range sheets {
		for _, part := range m.Edition.parts(s) {
			above := m.Relations[s.no]
			if m.readSheet(part); above != "" {
				m.Relations[s.no] = above
			}
		}
	}
	m.HeaderYear = max(m.HeaderYear, 0)
	m.settleSingles()
	m.settleRepeats()
	for i := range m.Edition.Tables {
		t := &m.Edition.Tables[i]
		if !m.found[t] {
			m.Missing = append(m.Missing, t.ID)
			if o := m.open[t]; o != nil && o.waiting {
				m.remark(RowsAbsent, t.Relation, "", "", "%s has its headers in table %d, and no readable row of numbers", t.Caption, o.sheet.no)
			}
			continue
		}
		if !slices.ContainsFunc(m.Cells, func(c Cell) bool { return c.Relation == t.Relation }) {
			m.Missing = append(m.Missing, t.ID) // its headers are there, and no row of it could be read
		}
		m.remarkAbsent(t)
	}
	if len(m.recall) > 0 {
		m.remark(Recalled, m.Edition.Tables[0].Relation, "", "", "%d labels were matched by wordings that no copy of the form "+
			"confirms: %s", len(m.recall), list(m.recall))
	}
	return m.Match
}

// readSheet reads one grid as whichever table of the edition it is, or as the rest of one that was cut in two.
func (m *reader) readSheet(s *sheet) {
	for i := range m.Edition.Tables {
		t := &m.Edition.Tables[i]
		read := m.readRows
		switch {
		case t.Stacked:
			continue
		case t.Columns[0].Row != "":
			read = m.readSideBySide
		}
		if read(t, s) {
			return
		}
	}
	if m.readBlocks(s) || m.goOn(s) {
		return
	}
	m.remarkHeaderless(m.Edition, s)
}

// recognise names the edition one of whose own labels is printed and none of another form's.
func (m *reader) recognise(sheets []*sheet) *Edition {
	printed := func(signs []string) string {
		for _, sign := range signs {
			n := text.Normal(sign)
			for _, s := range sheets {
				if slices.ContainsFunc(s.labels, func(l string) bool { return strings.Contains(l, n) }) {
					return sign
				}
			}
		}
		return ""
	}
	for _, e := range Editions() {
		own, other := printed(e.Signs), printed(e.ForeignSigns)
		switch {
		case own != "" && other == "":
			return e
		case own != "" && e.owns(other):
			m.remark(MixedForms, "", "", "", "the tables print %s, which is of the form %s, and %s, which is of another; no number "+
				"was taken from them", own, e.ID, other)
			return nil
		}
	}
	for _, e := range Editions() {
		for _, s := range sheets {
			if m.remarkHeaderless(e, s) {
				return nil
			}
		}
	}
	return nil
}

// owns reports whether a foreign sign is one that decides between editions: a header of another edition.
func (e *Edition) owns(sign string) bool {
	for _, other := range Editions() {
		if other != e && slices.Contains(other.Signs, sign) {
			return true
		}
	}
	return false
}

// longestLabel bounds, in bytes, a cell that can be a label: longer ones are running text that may cite one.
const longestLabel = 240

// sheet is one grid with its texts in normal form. Rows are asked for many times, so they are gathered once.
type sheet struct {
	no     int
	g      *grid.Grid
	cells  []cell
	rows   [][]*cell            // what covers each row, from left to right
	byCell map[*grid.Cell]*cell // for looking up a slot
	labels []string             // the texts in normal form that can be labels
}

// cell is a cell of a grid with its text in normal form.
type cell struct {
	*grid.Cell
	norm string
}

func newSheet(no int, g *grid.Grid) *sheet {
	s := &sheet{no: no, g: g, cells: make([]cell, len(g.Cells)), rows: make([][]*cell, g.Rows),
		byCell: make(map[*grid.Cell]*cell, len(g.Cells))}
	for i := range g.Cells {
		c := &g.Cells[i]
		s.cells[i] = cell{c, c.Text}
		s.byCell[c] = &s.cells[i]
		if isDigits(c.Text) {
			continue
		}
		n := text.Simplify(text.Normal(c.Text))
		if s.cells[i].norm = n; len(n) < longestLabel {
			s.labels = append(s.labels, n)
		}
	}
	for r := range s.rows {
		covering := g.Row(r)
		row := make([]*cell, len(covering))
		for i, c := range covering {
			row[i] = s.byCell[c]
		}
		s.rows[r] = row
	}
	return s
}

// row is what covers a row, from left to right; nothing outside of the grid.
func (s *sheet) row(r int) []*cell {
	if r < 0 || r >= len(s.rows) {
		return nil
	}
	return s.rows[r]
}

// at is the cell that covers a slot, nil for a hole.
func (s *sheet) at(row, column int) *cell { return s.byCell[s.g.At(row, column)] }

// norm is the cell's text in normal form, "" for a hole.
func (s *sheet) norm(c *cell) string {
	if c == nil {
		return ""
	}
	return c.norm
}

func (s *sheet) blankRow(r int) bool {
	for _, c := range s.row(r) {
		if s.norm(c) != "" {
			return false
		}
	}
	return true
}

func (s *sheet) texts(r int) []string {
	var out []string
	for _, c := range s.row(r) {
		if s.norm(c) != "" {
			out = append(out, c.Text)
		}
	}
	return out
}

// isValue reports whether a text reads as a number.
func isValue(s string) bool {
	digit := func(r rune) bool { return '0' <= r && r <= '9' || '０' <= r && r <= '９' }
	return strings.ContainsFunc(s, digit) && text.ParseValue(s).State == text.StateNumber
}

// isUnit reports whether a text in normal form is a unit alone, as in the column 计量单位.
func isUnit(n string) bool {
	const longest = len("亿元人次") // bytes, more than any unit has
	return !isDigits(n) && len(n) <= longest && text.ParseValue("1"+n).Unit == n
}

// remarkStrange remarks a text in a label column that is no label of the form.
func (m *reader) remarkStrange(t *Table, s *sheet, c *cell, rowID string) {
	switch {
	case t.isCorner(s.norm(c)):
	case isValue(c.Text):
		m.remark(StrayNumber, t.Relation, rowID, "", "table %d, row %d: %s stands alone in the label column, like a page number, "+
			"and was not read as a value", s.no, c.Row, oneLine(c.Text))
	default:
		m.remark(Leftover, t.Relation, rowID, "", "table %d, row %d: %s is no label of the form", s.no, c.Row,
			clip(oneLine(c.Text), 60))
	}
}

// remarkHeaderless remarks a table that prints labels of the form without the headers that would say what its numbers
// are: rows under no column header, or the results of 表四 without the channels over them. It reports whether it is one.
func (m *reader) remarkHeaderless(e *Edition, s *sheet) bool {
	for i := range e.Tables {
		t := &e.Tables[i]
		rows, columns, numbered := 0, 0, false
		for _, c := range s.cells {
			switch {
			case len(t.headersNamed(c.norm)) > 0:
				columns++
			case len(t.rowsNamed(c.norm)) > 0 && c.Column < s.g.Columns-1:
				rows++
				numbered = numbered || slices.ContainsFunc(s.row(c.Row), func(x *cell) bool { return x.Column > c.Column && isValue(x.Text) })
			}
		}
		what := ""
		switch {
		case t.Columns[0].Row != "" && columns >= 3:
			what = fmt.Sprintf("%d column labels of the form without the headers over them", columns)
		case t.Stacked && m.Edition != nil && rows == 1 && columns == 0 && numbered:
			what = "a row label of the form before a number but no column header"
		case t.Stacked && rows > 0 && columns >= 2:
			what = fmt.Sprintf("%d row labels and %d column labels of the form, but not as the form has them", rows, columns)
		case t.Columns[0].Row == "" && rows >= 2:
			what = fmt.Sprintf("%d row labels of the form but no column header", rows)
		default:
			continue
		}
		m.remark(HeaderlessRows, t.Relation, "", "", "table %d prints %s; its numbers were not read", s.no, what)
		return true
	}
	return false
}

// remarkAbsent remarks the rows of a table of the form that the document does not print.
func (m *reader) remarkAbsent(t *Table) {
	have, last := map[string]bool{}, ""
	for i := range m.Cells {
		if c := &m.Cells[i]; c.Relation == t.Relation && c.RowID != last {
			have[c.RowID], last = true, c.RowID
		}
	}
	var absent []string
	for _, r := range t.Rows {
		if up := t.row(r.Parent); up != nil && up.Single != "" && have[up.Single] {
			continue
		}
		if !r.Header && !r.Optional && !have[r.ID] {
			absent = append(absent, r.Number+r.Label)
		}
	}
	if len(absent) > 0 {
		m.remark(RowsAbsent, t.Relation, "", "", "%s has no readable row %s", t.Caption, list(absent))
	}
}

// settleSingles decides on the numbers of header rows: they are kept where none of the rows below is printed.
func (m *reader) settleSingles() {
	for i := range m.Edition.Tables {
		t := &m.Edition.Tables[i]
		for _, h := range t.Rows {
			if m.singles[h.Single] == nil {
				continue
			}
			below := slices.ContainsFunc(m.Cells, func(c Cell) bool {
				r := t.row(c.RowID)
				return c.Relation == t.Relation && r != nil && r.Parent == h.ID
			})
			if !below {
				m.remark(SingleRow, t.Relation, h.Single, "", "%s is one row; the rows below it on the form are not printed", h.Label)
				continue
			}
			var raws []string
			m.Cells = slices.DeleteFunc(m.Cells, func(c Cell) bool {
				if c.Relation != t.Relation || c.RowID != h.Single {
					return false
				}
				if c.Raw != "" {
					raws = append(raws, c.Raw)
				}
				return true
			})
			if len(raws) > 0 {
				m.remark(Leftover, t.Relation, h.ID, "", "row %s, which has no numbers of its own on the form, prints %s beside the rows "+
					"below it, which was not read", h.Label, list(raws))
			}
		}
	}
}

// settleRepeats deals with a cell that the document prints twice: the same number stays once, different ones give no
// value at all.
func (m *reader) settleRepeats() {
	type key struct{ relation, row, column string }
	first := make(map[key]int, len(m.Cells))
	kept := m.Cells[:0]
	for _, c := range m.Cells {
		k := key{c.Relation, c.RowID, c.ColumnID}
		i, seen := first[k]
		if !seen {
			first[k] = len(kept)
			kept = append(kept, c)
			continue
		}
		old := &kept[i]
		if old.State == c.State && (!old.Value.Valid || old.Value.Decimal.Equal(c.Value.Decimal)) {
			continue
		}
		m.remark(Ambiguous, c.Relation, c.RowID, c.ColumnID, "printed twice, as %q and as %q; neither was taken", old.Raw, c.Raw)
		old.Value.Valid, old.State, old.Note = false, text.StateText, fmt.Sprintf("also printed as %q", c.Raw)
	}
	byPlace := func(a, b Cell) int { return cmp.Or(a.Table-b.Table, a.Row-b.Row, a.Column-b.Column) }
	if !slices.IsSortedFunc(kept, byPlace) {
		slices.SortStableFunc(kept, byPlace)
	}
	m.Cells = kept
}

// isCorner reports whether a text in normal form is the corner label of the table, cut or damaged as it may be.
func (t *Table) isCorner(n string) bool {
	return t.Corner != "" && (n == t.cornerLabel || strings.Contains(n, "勾稽关系"))
}
