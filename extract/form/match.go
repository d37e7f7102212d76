package form

import (
	"fmt"
	"sort"
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// Rules of the remarks that reading a form leaves behind; package check says how grave each is.
const (
	Leftover       = "form.leftover"         // something printed in a table of the form that no label explains
	Unreadable     = "form.unreadable_value" // a cell of the form prints something that is no single number
	Ambiguous      = "form.ambiguous"        // two readings are possible; no value is given
	Shifted        = "form.row_shifted"      // a row does not stand under its headers; read by the order of its cells
	CellsAbsent    = "form.cells_absent"     // a row has fewer cells than the table has columns
	RowsAbsent     = "form.rows_absent"      // rows of the form that the table does not print
	ColumnsAbsent  = "form.columns_absent"   // columns of the form that the table does not print
	WrongGroup     = "form.wrong_group"      // a row stands under another group than on the form
	StrayNumber    = "form.stray_number"     // a bare number inside the label column, mostly a page number
	UnitUnknown    = "form.unit_unknown"     // an amount without its unit; kept as printed
	UnknownForm    = "form.unknown"          // the tables are of a form this version does not read
	HeaderlessRows = "form.headerless"       // a table prints row labels of the form but no column header
)

// Match is what reading a document's tables as an official form came to.
type Match struct {
	Edition   *Edition       // nil when the tables are of no known form
	Cells     []Cell         // every cell of the form that is in the document, blanks included
	Relations map[int]string // table index to the relation it belongs to
	Missing   []string       // ids of the edition's tables that were not found
	Remarks   []Remark
}

// Remark is something about the tables that a reader of the numbers should know.
type Remark struct {
	Rule     string
	Relation string // with RowID and ColumnID as far as known, else ""
	RowID    string
	ColumnID string
	Message  string
}

// Read reads the tables of one document as an official form, which it recognises by the headers alone. The index of a
// grid is the table number that cells carry. What a table of the form prints and no label explains comes back as a
// remark; nothing is guessed.
func Read(tables []grid.Grid) Match {
	m := Match{Relations: map[int]string{}}
	sheets := make([]*sheet, len(tables))
	for no := range tables {
		sheets[no] = newSheet(no, &tables[no])
	}
	m.Edition = m.recognise(sheets)
	if m.Edition == nil {
		return m
	}
	found := map[*Table]bool{}
	for _, s := range sheets {
		m.readSheet(s, found)
	}
	for i := range m.Edition.Tables {
		t := &m.Edition.Tables[i]
		if !found[t] {
			m.Missing = append(m.Missing, t.ID)
			continue
		}
		m.remarkAbsent(t)
	}
	m.settleRepeats()
	return m
}

// readSheet reads one grid as whichever table of the edition it is.
func (m *Match) readSheet(s *sheet, found map[*Table]bool) {
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
			found[t] = true
			return
		}
	}
	m.readBlocks(s, found)
	if m.Relations[s.no] == "" {
		m.remarkHeaderless(m.Edition, s)
	}
}

// recognise names the edition one of whose own labels is printed and none of another form's.
func (m *Match) recognise(sheets []*sheet) *Edition {
	printed := func(signs []string) string {
		for _, sign := range signs {
			n := text.Normal(sign)
			for _, s := range sheets {
				for _, c := range s.norms {
					if len(c) < longestLabel && strings.Contains(c, n) {
						return sign
					}
				}
			}
		}
		return ""
	}
	foreign := ""
	for _, e := range Editions() {
		other := printed(e.ForeignSigns)
		if other == "" && printed(e.Signs) != "" {
			return e
		}
		foreign = other
	}
	if foreign != "" {
		m.remark(Remark{Rule: UnknownForm, Message: fmt.Sprintf(
			"the tables print %s, a header of a form that this version does not read; no number was taken from them", foreign)})
		return nil
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

// longestLabel bounds, in bytes, a cell that can be a label: longer ones are running text that may cite one.
const longestLabel = 240

// sheet is one grid with its texts in normal form.
type sheet struct {
	no    int
	g     *grid.Grid
	norms map[*grid.Cell]string
}

func newSheet(no int, g *grid.Grid) *sheet {
	s := &sheet{no: no, g: g, norms: make(map[*grid.Cell]string, len(g.Cells))}
	for i := range g.Cells {
		s.norms[&g.Cells[i]] = text.Normal(g.Cells[i].Text)
	}
	return s
}

// norm is the cell's text in normal form, "" for a hole.
func (s *sheet) norm(c *grid.Cell) string {
	if c == nil {
		return ""
	}
	return s.norms[c]
}

// band is a run of columns under one header. A band without column holds the place of a header that is not read.
type band struct {
	from, to int // columns from..to-1
	table    *Table
	column   *Column
	unit     string
}

// readRows reads a table whose header rows stand above rows with labels (表三). It reports whether the grid is one.
func (m *Match) readRows(t *Table, s *sheet) bool {
	first := -1
	for r := 0; r < s.g.Rows && first < 0; r++ {
		for _, c := range s.g.Row(r) {
			if row := t.rowNamed(s.norm(c)); row != nil && len(t.headers[s.norm(c)]) == 0 {
				first = r
				break
			}
		}
	}
	if first < 1 {
		return false
	}
	bands := m.bands(t, s, first)
	if len(bands) < 2 {
		return false
	}
	m.Relations[s.no] = t.Relation
	firstValue := bands[0].from
	for r := first; r < s.g.Rows; r++ {
		m.readLabelled(t, s, r, firstValue, bands)
	}
	return true
}

// readLabelled reads one row of a table with row labels.
func (m *Match) readLabelled(t *Table, s *sheet, r, firstValue int, bands []band) {
	var data *Row
	var leaf *grid.Cell
	var headers []*Row
	var strange []*grid.Cell
	for _, c := range s.g.Row(r) {
		n := s.norm(c)
		if c.Column >= firstValue || n == "" {
			continue
		}
		row := t.rowNamed(n)
		switch {
		case row == nil && isValue(c.Text) && leaf != nil:
			continue // a number right of the label: the row is shifted, place decides
		case row == nil:
			strange = append(strange, c)
		case row.Header:
			headers = append(headers, row)
			if data == nil {
				leaf = c
			}
		default:
			data, leaf = row, c
		}
	}
	if data == nil {
		m.readUnlabelled(t, s, r, firstValue, leaf, headers, strange)
		return
	}
	for _, h := range headers {
		if !t.under(data, h.ID) {
			m.remark(Remark{Rule: WrongGroup, Relation: t.Relation, RowID: data.ID, Message: fmt.Sprintf(
				"%s stands under %s, on the form it stands elsewhere", data.Label, h.Label)})
		}
	}
	for _, c := range strange {
		if c.Row == r {
			m.remarkStrange(t, s, c, data.ID)
		}
	}
	m.take(s, r, data.ID, firstValue, leaf, bands)
}

// readUnlabelled deals with a row in which no data row of the form is named: nothing there, a header printed again, a
// group label alone, or a leftover.
func (m *Match) readUnlabelled(t *Table, s *sheet, r, firstValue int, leaf *grid.Cell, headers []*Row, strange []*grid.Cell) {
	var rest []string
	for _, c := range s.g.Row(r) {
		n := s.norm(c)
		if n == "" || c.Row != r || len(t.headers[n]) > 0 || t.groupLabels[n] != "" || m.isCorner(t, n) {
			continue
		}
		if c.Column >= firstValue || leaf != nil && c.Column > leaf.Column {
			rest = append(rest, c.Text)
		}
	}
	own := strange[:0:0]
	for _, c := range strange {
		if c.Row == r && !m.isCorner(t, s.norm(c)) {
			own = append(own, c)
		}
	}
	if len(rest) == 0 {
		for _, c := range own {
			m.remarkStrange(t, s, c, "")
		}
		return
	}
	label, id := "a row without a label", ""
	switch {
	case len(own) > 0:
		label = "row " + oneLine(own[len(own)-1].Text)
	case len(headers) > 0:
		h := headers[len(headers)-1]
		label, id = "row "+h.Label+", which has no numbers of its own on the form,", h.ID
	}
	m.remark(Remark{Rule: Leftover, Relation: t.Relation, RowID: id, Message: fmt.Sprintf(
		"table %d, row %d: %s prints %s, which was not read", s.no, r, label, list(rest))})
}

// readSideBySide reads a table whose one row of numbers stands under headers that name row and column (表四).
func (m *Match) readSideBySide(t *Table, s *sheet) bool {
	last := -1
	for r := 0; r < s.g.Rows; r++ {
		labels := 0
		for _, c := range s.g.Row(r) {
			if n := s.norm(c); len(t.headers[n]) > 0 || t.groupLabels[n] != "" {
				labels++
			}
		}
		if labels == 0 {
			break
		}
		last = r
	}
	if last < 1 {
		return false
	}
	bands := m.bands(t, s, last+1)
	if len(bands) < 3 {
		return false
	}
	m.Relations[s.no] = t.Relation
	taken := false
	for r := last + 1; r < s.g.Rows; r++ {
		if s.blankRow(r) && (taken || r+1 < s.g.Rows) {
			continue
		}
		if taken {
			m.remark(Remark{Rule: Leftover, Relation: t.Relation, Message: fmt.Sprintf(
				"table %d, row %d: a second row of numbers (%s) was not read", s.no, r, list(s.texts(r)))})
			continue
		}
		taken = true
		m.take(s, r, "", bands[0].from, s.labelBefore(r, bands[0].from), bands)
	}
	return true
}

// labelBefore returns the last text of a row that stands before the column and is no number, nil if there is none.
func (s *sheet) labelBefore(r, column int) *grid.Cell {
	var label *grid.Cell
	for _, c := range s.g.Row(r) {
		if c.Column < column && s.norm(c) != "" && !isValue(c.Text) {
			label = c
		}
	}
	return label
}

// readBlocks reads a table that stacks blocks, each under its own header row (表二).
func (m *Match) readBlocks(s *sheet, found map[*Table]bool) {
	var tables []*Table
	for i := range m.Edition.Tables {
		if t := &m.Edition.Tables[i]; t.Stacked {
			tables = append(tables, t)
		}
	}
	var bands []band
	for r := 0; r < s.g.Rows; r++ {
		if next := blockHeader(tables, s, r); next != nil {
			bands = next
			m.Relations[s.no] = bands[0].table.Relation
			continue
		}
		if bands == nil || s.blankRow(r) {
			continue
		}
		m.readBlockRow(tables, s, r, bands, found)
	}
}

// blockHeader returns the bands of a header row, nil if the row is none. A header may belong to several blocks
// (本年处理决定数量): the row label decides which.
func blockHeader(tables []*Table, s *sheet, r int) []band {
	var bands []band
	for _, c := range s.g.Row(r) {
		for _, t := range tables {
			hs := t.headers[s.norm(c)]
			if len(hs) == 0 {
				continue
			}
			bands = append(bands, band{c.Column, c.Column + c.Colspan, t, hs[0].column, hs[0].unit})
			break
		}
	}
	return bands
}

// readBlockRow reads one row of numbers in a block.
func (m *Match) readBlockRow(tables []*Table, s *sheet, r int, bands []band, found map[*Table]bool) {
	var row *Row
	var owner *Table
	var leaf *grid.Cell
	var strange []*grid.Cell
	firstValue := bands[0].from
	for _, c := range s.g.Row(r) {
		n := s.norm(c)
		if n == "" {
			continue
		}
		for _, t := range tables {
			if x := t.rowNamed(n); x != nil && hasColumn(t, bands[0].column.ID) {
				row, owner, leaf = x, t, c
			}
		}
		if row != nil {
			break
		}
		if c.Row == r && c.Column < firstValue && !m.isCaption(tables, n) {
			strange = append(strange, c)
		}
	}
	if row == nil {
		var rest []string
		for _, c := range s.g.Row(r) {
			if n := s.norm(c); n != "" && c.Row == r && !m.isCaption(tables, n) {
				rest = append(rest, c.Text)
			}
		}
		if len(rest) > 0 {
			m.remark(Remark{Rule: Leftover, Relation: bands[0].table.Relation, Message: fmt.Sprintf(
				"table %d, row %d: %s is no row of this block and was not read", s.no, r, list(rest))})
		}
		return
	}
	for _, c := range strange {
		m.remarkStrange(owner, s, c, row.ID)
	}
	own := make([]band, len(bands))
	for i, b := range bands {
		b.table = owner
		own[i] = b
	}
	found[owner] = true
	m.take(s, r, row.ID, firstValue, leaf, own)
}

func hasColumn(t *Table, id string) bool {
	for i := range t.Columns {
		if t.Columns[i].ID == id {
			return true
		}
	}
	return false
}

// bands resolves the columns under the header rows 0..rows-1 of a sheet, left to right. A header that names the same
// column twice, or a column no header explains, is remarked and left out.
func (m *Match) bands(t *Table, s *sheet, rows int) []band {
	var out []band
	count := map[*Column]int{}
	var unknown []string
	for c := 0; c < s.g.Columns; c++ {
		var path []*grid.Cell
		for r := 0; r < rows; r++ {
			if x := s.g.At(r, c); x != nil && s.norm(x) != "" && (len(path) == 0 || path[len(path)-1] != x) {
				path = append(path, x)
			}
		}
		h, leaf := t.resolve(s, path)
		if h.column == nil && (len(out) == 0 || len(path) == 0) {
			continue // a label column, or a column without any header
		}
		if h.column == nil {
			leaf = path[len(path)-1]
			if leaf.Column == c {
				unknown = append(unknown, leaf.Text)
			}
		}
		if n := len(out); n > 0 && out[n-1].column == h.column && leaf.Column < c {
			out[n-1].to = c + 1 // the same header cell goes on
			continue
		}
		if h.column != nil {
			count[h.column]++
		}
		out = append(out, band{c, c + 1, t, h.column, h.unit})
	}
	if len(count) < 2 {
		return nil
	}
	if len(unknown) > 0 {
		m.remark(Remark{Rule: Leftover, Relation: t.Relation, Message: fmt.Sprintf(
			"table %d: column %s is not on the form; its numbers were not read", s.no, list(unknown))})
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		n := count[c]
		if n < 2 {
			continue
		}
		m.remark(Remark{Rule: Ambiguous, Relation: t.Relation, RowID: c.Row, ColumnID: c.ID, Message: fmt.Sprintf(
			"table %d has %d columns headed %s; none of them was read", s.no, n, c.Label)})
		for i := range out {
			if out[i].column == c {
				out[i].column = nil
			}
		}
	}
	var absent []string
	for i := range t.Columns {
		if count[&t.Columns[i]] == 0 {
			absent = append(absent, t.Columns[i].Label)
		}
	}
	if len(absent) > 0 {
		m.remark(Remark{Rule: ColumnsAbsent, Relation: t.Relation, Message: fmt.Sprintf(
			"table %d has no column %s", s.no, list(absent))})
	}
	return out
}

// resolve names the column that a path of header cells, top to bottom, stands for: the lowest cell that is a column
// label and whose group, where the form has one, is not contradicted by the cells above it.
func (t *Table) resolve(s *sheet, path []*grid.Cell) (header, *grid.Cell) {
	groups := map[string]bool{}
	for _, c := range path {
		if id := t.groupLabels[s.norm(c)]; id != "" {
			groups[id] = true
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		var fit []header
		for _, h := range t.headers[s.norm(path[i])] {
			switch {
			case h.column.Group == "" && !t.leafGroup(groups):
				fit = append(fit, h)
			case h.column.Group != "" && groups[h.column.Group]:
				fit = append(fit, h)
			case len(t.headers[s.norm(path[i])]) == 1 && !t.leafGroup(groups):
				fit = append(fit, h) // the group's header is lost, the label alone is clear
			}
		}
		if len(fit) == 1 {
			return fit[0], path[i]
		}
		if len(fit) > 1 {
			return header{}, nil
		}
	}
	return header{}, nil
}

// leafGroup reports whether one of the groups directly holds columns.
func (t *Table) leafGroup(groups map[string]bool) bool {
	for i := range t.Columns {
		if g := t.Columns[i].Group; g != "" && groups[g] {
			return true
		}
	}
	return false
}

// take files the numbers of one row under their headers. rowID is empty where the header names the row too.
func (m *Match) take(s *sheet, r int, rowID string, firstValue int, leaf *grid.Cell, bands []band) {
	relation := bands[0].table.Relation
	cells, how := place(s, r, firstValue, leaf, bands)
	switch how {
	case placedNowhere:
		m.remark(Remark{Rule: Ambiguous, Relation: relation, RowID: rowID, Message: fmt.Sprintf(
			"table %d, row %d: %s cannot be told apart by the headers; none of them was read", s.no, r,
			list(s.texts(r)))})
		return
	case placedByOrder:
		m.remark(Remark{Rule: Shifted, Relation: relation, RowID: rowID, Message: fmt.Sprintf(
			"table %d, row %d does not stand under its headers; its %d cells were read in order", s.no, r, len(cells))})
	}
	absent := 0
	for i, c := range cells {
		b := bands[i]
		if b.column == nil {
			continue // said of the whole column
		}
		id := rowID
		if id == "" {
			id = b.column.Row
		}
		if c == nil {
			absent++
			continue
		}
		if c.Rowspan > 1 && !s.onlyRow(c) {
			m.remark(Remark{Rule: Ambiguous, Relation: relation, RowID: id, ColumnID: b.column.ID, Message: fmt.Sprintf(
				"table %d, row %d: %s is one cell over several rows; it was not read", s.no, r, oneLine(c.Text))})
			continue
		}
		m.addCell(s, c, id, b)
	}
	if absent > 0 {
		m.remark(Remark{Rule: CellsAbsent, Relation: relation, RowID: rowID, Message: fmt.Sprintf(
			"table %d, row %d has %d cells fewer than columns", s.no, r, absent)})
	}
}

// onlyRow reports whether a cell that spans rows covers no second row with a text of its own.
func (s *sheet) onlyRow(c *grid.Cell) bool {
	for r := c.Row + 1; r < c.Row+c.Rowspan && r < s.g.Rows; r++ {
		for _, x := range s.g.Row(r) {
			if x.Row == r && s.norm(x) != "" {
				return false
			}
		}
	}
	return true
}

type placing int

const (
	placedByHeader placing = iota
	placedByOrder
	placedNowhere
)

// place finds for each band the cell of row r that belongs to it. The header above decides; only where the row visibly
// does not stand under its headers, and has exactly as many cells as there are columns, the order decides.
func place(s *sheet, r, firstValue int, leaf *grid.Cell, bands []band) ([]*grid.Cell, placing) {
	var values []*grid.Cell
	for _, c := range s.g.Row(r) {
		if leaf != nil && c.Column <= leaf.Column || c == leaf {
			continue
		}
		if leaf == nil && c.Column < firstValue && s.norm(c) == "" {
			continue
		}
		values = append(values, c)
	}
	cells := make([]*grid.Cell, len(bands))
	straight := leaf == nil || leaf.Column+leaf.Colspan <= firstValue
	for _, c := range values {
		if c.Column < firstValue {
			if s.norm(c) != "" {
				straight = false
			}
			continue
		}
		under := -1
		for i, b := range bands {
			if c.Column < b.to && b.from < c.Column+c.Colspan {
				if under >= 0 {
					straight = false
				}
				under = i
			}
		}
		switch {
		case under < 0:
			if s.norm(c) != "" {
				straight = false
			}
		case cells[under] != nil && cells[under] != c:
			straight = false
		default:
			cells[under] = c
		}
	}
	if straight {
		return cells, placedByHeader
	}
	if len(values) == len(bands) {
		return values, placedByOrder
	}
	return nil, placedNowhere
}

// addCell reads one cell's value in the unit of its relation.
func (m *Match) addCell(s *sheet, c *grid.Cell, rowID string, b band) {
	v := text.ParseValue(c.Text)
	cell := Cell{Relation: b.table.Relation, RowID: rowID, ColumnID: b.column.ID, Raw: oneLine(c.Text), State: v.State,
		Note: v.Note, Unit: b.table.Unit, Table: s.no, Row: c.Row, Column: c.Column}
	if v.State == text.StateNumber {
		n, unit, ok := convert(v, b)
		switch {
		case !ok:
			cell.State = text.StateText
		default:
			cell.Value.Decimal, cell.Value.Valid, cell.Unit = n, true, unit
		}
		if unit == "unknown" {
			m.remark(Remark{Rule: UnitUnknown, Relation: cell.Relation, RowID: rowID, ColumnID: cell.ColumnID,
				Message: fmt.Sprintf("%s is printed without a unit; the value is kept as printed", cell.Raw)})
		}
	}
	if cell.State == text.StateText {
		m.remark(Remark{Rule: Unreadable, Relation: cell.Relation, RowID: rowID, ColumnID: cell.ColumnID,
			Message: fmt.Sprintf("the cell prints %q, which is no single number of the kind the form asks for", cell.Raw)})
	}
	m.Cells = append(m.Cells, cell)
}

func (m *Match) remark(r Remark) { m.Remarks = append(m.Remarks, r) }

// remarkStrange remarks a text in a label column that is no label of the form.
func (m *Match) remarkStrange(t *Table, s *sheet, c *grid.Cell, rowID string) {
	if m.isCorner(t, s.norm(c)) {
		return
	}
	rule, what := Leftover, "is no label of the form"
	if isValue(c.Text) {
		rule, what = StrayNumber, "stands alone in the label column, like a page number, and was not read as a value"
	}
	m.remark(Remark{Rule: rule, Relation: t.Relation, RowID: rowID, Message: fmt.Sprintf(
		"table %d, row %d: %s %s", s.no, c.Row, oneLine(c.Text), what)})
}

// remarkHeaderless remarks a table that prints labels of the form without the headers that would say what its numbers
// are: rows under no column header, or the results of 表四 without the channels over them. It reports whether it is one.
func (m *Match) remarkHeaderless(e *Edition, s *sheet) bool {
	for i := range e.Tables {
		t := &e.Tables[i]
		rows, columns := 0, 0
		for c, n := range s.norms {
			switch {
			case len(t.headers[n]) > 0:
				columns++
			case t.rowNamed(n) != nil && c.Column < s.g.Columns-1:
				rows++
			}
		}
		what := ""
		switch {
		case t.Columns[0].Row != "" && columns >= 3:
			what = fmt.Sprintf("%d column labels of the form without the headers over them", columns)
		case t.Columns[0].Row == "" && rows >= 2:
			what = fmt.Sprintf("%d row labels of the form but no column header", rows)
		default:
			continue
		}
		m.remark(Remark{Rule: HeaderlessRows, Relation: t.Relation, Message: fmt.Sprintf(
			"table %d prints %s; its numbers were not read", s.no, what)})
		return true
	}
	return false
}

// remarkAbsent remarks the rows of a table of the form that the document does not print.
func (m *Match) remarkAbsent(t *Table) {
	have := map[string]bool{}
	for _, c := range m.Cells {
		if c.Relation == t.Relation {
			have[c.RowID] = true
		}
	}
	var absent []string
	for _, r := range t.Rows {
		if !r.Header && !have[r.ID] {
			absent = append(absent, r.Number+r.Label)
		}
	}
	if len(absent) > 0 {
		m.remark(Remark{Rule: RowsAbsent, Relation: t.Relation, Message: fmt.Sprintf(
			"%s has no readable row %s", t.Caption, list(absent))})
	}
}

// settleRepeats deals with a cell that the document prints twice: the same number stays once, different ones give no
// value at all.
func (m *Match) settleRepeats() {
	type key struct{ relation, row, column string }
	first := map[key]int{}
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
		m.remark(Remark{Rule: Ambiguous, Relation: c.Relation, RowID: c.RowID, ColumnID: c.ColumnID, Message: fmt.Sprintf(
			"printed twice, as %q and as %q; neither was taken", old.Raw, c.Raw)})
		old.Value.Valid, old.State, old.Note = false, text.StateText, fmt.Sprintf("also printed as %q", c.Raw)
	}
	m.Cells = kept
	sort.SliceStable(m.Cells, func(i, j int) bool {
		a, b := m.Cells[i], m.Cells[j]
		if a.Table != b.Table {
			return a.Table < b.Table
		}
		if a.Row != b.Row {
			return a.Row < b.Row
		}
		return a.Column < b.Column
	})
}

// isCorner reports whether a text in normal form is the corner label of the table, cut or damaged as it may be.
func (m *Match) isCorner(t *Table, n string) bool {
	return t.Corner != "" && (n == text.Normal(t.Corner) || strings.Contains(n, "勾稽关系"))
}

// isCaption reports whether a text in normal form names an article of the Regulations or a corner, as the rows between
// the blocks do.
func (m *Match) isCaption(tables []*Table, n string) bool {
	if strings.HasPrefix(n, "第二十条") {
		return true
	}
	for _, t := range tables {
		if n == text.Normal(t.Corner) {
			return true
		}
	}
	return false
}

// isValue reports whether a text reads as a number.
func isValue(s string) bool { return text.ParseValue(s).State == text.StateNumber }

func (s *sheet) blankRow(r int) bool {
	for _, c := range s.g.Row(r) {
		if s.norm(c) != "" {
			return false
		}
	}
	return true
}

func (s *sheet) texts(r int) []string {
	var out []string
	for _, c := range s.g.Row(r) {
		if s.norm(c) != "" {
			out = append(out, c.Text)
		}
	}
	return out
}

// list quotes up to eight texts for a message.
func list(words []string) string {
	const most = 8
	var b strings.Builder
	for i, w := range words {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(words)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(clip(oneLine(w), 40))
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clip shortens a text to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
