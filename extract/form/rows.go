package form

import (
	"slices"
	"strconv"
	"strings"

	"nianbao/extract/text"
)

// readRows reads a table whose header rows stand above rows with labels (表三, the statistics returns). It reports
// whether the grid is one.
func (m *reader) readRows(t *Table, s *sheet) bool {
	first, labels := -1, 0
	for r := 0; r < s.g.Rows; r++ {
		for _, c := range s.row(r) {
			n := s.norm(c)
			if _, lead := t.leadLabels[n]; lead || c.Row != r || len(t.rowsNamed(n)) == 0 || len(t.headersNamed(n)) > 0 {
				continue
			}
			labels++
			if first < 0 {
				first = r
			}
		}
	}
	switch {
	case first < 0:
		return m.openHeaders(t, s)
	case first == 0 || len(t.Columns) == 1 && labels < 3:
		return false
	}
	bands := m.bands(t, s, first)
	if bands == nil {
		return false
	}
	o := &opened{sheet: s, bands: bands, firstValue: bands[0].from, unitColumn: t.unitColumn(s, first)}
	m.open[t], m.found[t] = o, true
	m.Relations[s.no] = t.Relation
	for r := first; r < s.g.Rows; r++ {
		m.readLabelled(t, s, r, o)
	}
	return true
}

// openHeaders takes a grid that holds nothing but all headers of a table: the rows follow in the next one.
func (m *reader) openHeaders(t *Table, s *sheet) bool {
	if s.g.Rows > 6 || len(t.Columns) < 3 {
		return false
	}
	remarks := len(m.Remarks)
	bands := m.bands(t, s, s.g.Rows)
	if len(bands) != len(t.Columns) || len(m.Remarks) > remarks {
		m.Remarks = m.Remarks[:remarks]
		return false
	}
	m.open[t] = &opened{sheet: s, bands: bands, firstValue: bands[0].from, unitColumn: -1, waiting: true}
	m.Relations[s.no] = t.Relation
	return true
}

// unitColumn is the column headed 单位 or the like, -1 for none.
func (t *Table) unitColumn(s *sheet, rows int) int {
	for c := 0; c < s.g.Columns; c++ {
		for r := 0; r < rows; r++ {
			if x := s.at(r, c); x != nil && t.leadLabels[s.norm(x)] {
				return c
			}
		}
	}
	return -1
}

// rowLabels is what the label columns of one row hold.
type rowLabels struct {
	data    *Row
	leaf    *cell  // the label nearest to the numbers
	headers []*Row // group labels, those that span rows included
	strange []*cell
	unit    string // printed in a column of its own
}

// labelsOf takes apart the label columns of row r.
func (m *reader) labelsOf(t *Table, s *sheet, r int, o *opened) rowLabels {
	var l rowLabels
	for _, c := range s.row(r) {
		n := s.norm(c)
		if c.Column >= o.firstValue || n == "" {
			continue
		}
		named := t.rowsNamed(n)
		var row *Row
		if len(named) > 0 {
			if row = t.rowNamed(n, o.last); row != nil && !t.fits(row, o.last, l.headers) {
				row = nil
			}
		}
		switch {
		case c.Column == o.unitColumn && c.Row == r && !isValue(c.Text), row == nil && l.leaf != nil && isUnit(n):
			l.unit = n
		case row == nil && isValue(c.Text) && l.leaf != nil:
			// a number right of the label: the row is shifted, place decides
		case row == nil:
			if c.Row == r && !t.isLead(n) {
				l.strange = append(l.strange, c)
			}
		case row.Header:
			l.headers = append(l.headers, row)
			if l.data == nil {
				l.leaf = c
			}
		default:
			l.data, l.leaf = row, c
		}
	}
	return l
}

// fits reports whether a row can stand behind the row last and under these group labels. Only a label that heads a column,
// too, and so says little by itself (其他), must: 9.其他 under 不予公开 is no 其他 of 其他处理.
func (t *Table) fits(r, last *Row, headers []*Row) bool {
	if !r.vague || last == nil || slices.ContainsFunc(headers, func(h *Row) bool { return h.ID == r.Parent }) {
		return true
	}
	for at := last; at != nil; at = t.row(at.Parent) {
		if at.ID == r.Parent {
			return true
		}
	}
	return false
}

// isLead reports whether a text in normal form heads a column of labels or units.
func (t *Table) isLead(n string) bool {
	_, lead := t.leadLabels[n]
	return lead
}

// readLabelled reads one row of a table with row labels.
func (m *reader) readLabelled(t *Table, s *sheet, r int, o *opened) {
	l := m.labelsOf(t, s, r, o)
	if l.data == nil {
		m.readUnlabelled(t, s, r, o, l)
		return
	}
	o.last, o.waiting = l.data, false
	for _, h := range l.headers {
		if !t.under(l.data, h.ID) {
			m.remark(WrongGroup, t.Relation, l.data.ID, "", "%s stands under %s, on the form it stands elsewhere", l.data.Label,
				h.Label)
		}
	}
	for _, c := range l.strange {
		m.remarkStrange(t, s, c, l.data.ID)
	}
	if l.data.Recalled {
		m.recall = append(m.recall, l.data.Label)
	}
	m.take(s, r, l.data, l, o)
}

// readUnlabelled deals with a row in which no data row of the form is named: nothing there, a header printed again, a
// group label alone or with the numbers of its rows, or a leftover.
func (m *reader) readUnlabelled(t *Table, s *sheet, r int, o *opened, l rowLabels) {
	var rest []string
	for _, c := range s.row(r) {
		n := s.norm(c)
		if n == "" || c.Row != r || c == l.leaf || c.Column == o.unitColumn || len(t.headersNamed(n)) > 0 ||
			t.groupLabels[n] != "" || t.isCorner(n) || t.isLead(n) {
			continue
		}
		none := text.ParseValue(c.Text).State == text.StateNotApplicable // —— beside a group label
		if !none && (c.Column >= o.firstValue || l.leaf != nil && c.Column > l.leaf.Column) {
			rest = append(rest, c.Text)
		}
	}
	if n := len(l.headers); n > 0 && l.leaf != nil && l.leaf.Row == r {
		h := l.headers[n-1]
		o.last = h
		if len(rest) > 0 && h.Single != "" {
			single := &Row{ID: h.Single, Label: h.Label}
			m.singles[h.Single] = single
			m.take(s, r, single, l, o)
			return
		}
	}
	for _, c := range l.strange {
		if len(rest) == 0 {
			m.remarkStrange(t, s, c, "")
		}
	}
	if len(rest) == 0 {
		return
	}
	label, id := "a row without a label", ""
	switch {
	case len(l.strange) > 0:
		label = "row " + clip(oneLine(l.strange[len(l.strange)-1].Text), 40)
	case len(l.headers) > 0:
		h := l.headers[len(l.headers)-1]
		label, id = "row "+h.Label+", which has no numbers of its own on the form,", h.ID
	}
	m.remark(Leftover, t.Relation, id, "", "table %d, row %d: %s prints %s, which was not read", s.no, r, label, list(rest))
}

// goOn reads a grid without headers as the rest of a table that was cut in two. It reports whether it is one.
func (m *reader) goOn(s *sheet) bool {
	for i := range m.Edition.Tables {
		t := &m.Edition.Tables[i]
		o := m.open[t]
		if o == nil || o.sheet.no >= s.no {
			continue
		}
		switch {
		case t.Columns[0].Row != "":
			if !o.waiting || !m.goOnSideBySide(t, s, o) {
				continue
			}
		case t.Stacked:
			if !m.goOnBlock(s, o) {
				continue
			}
		default:
			if !m.goOnRows(t, s, o) {
				continue
			}
		}
		m.Relations[s.no], m.found[t] = t.Relation, true
		m.remarkContinued(s, t.Relation, o)
		return true
	}
	return false
}

// remarkContinued remarks that a grid goes on with a table of the one before.
func (m *reader) remarkContinued(s *sheet, relation string, o *opened) {
	m.remark(Continued, relation, "", "", "table %d has no headers; it was read as the rest of table %d", s.no, o.sheet.no)
}

// goOnRows reads the rows that a table with row labels lacks so far.
func (m *reader) goOnRows(t *Table, s *sheet, o *opened) bool {
	have := map[string]bool{}
	for _, c := range m.Cells {
		if c.Relation == t.Relation {
			have[c.RowID] = true
		}
	}
	fresh := 0
	for _, c := range s.cells {
		n := c.norm
		if len(t.headersNamed(n)) > 0 && c.Column >= o.firstValue {
			return false
		}
		if rows := t.rowsNamed(n); len(rows) > 0 && !rows[0].Header {
			if have[rows[len(rows)-1].ID] {
				return false
			}
			fresh++
		}
	}
	if fresh == 0 {
		return false
	}
	if s.g.Columns != o.sheet.g.Columns {
		shift, ok := t.shift(s, o)
		if !ok {
			m.remark(Ambiguous, t.Relation, "", "", "table %d goes on with table %d, but it has an empty column that may stand before its "+
				"numbers or behind them; none of them was read", s.no, o.sheet.no)
			return false
		}
		bands := slices.Clone(o.bands)
		for i := range bands {
			bands[i].from += shift
			bands[i].to += shift
		}
		if bands[0].from < 1 {
			return false
		}
		o = &opened{sheet: o.sheet, bands: bands, firstValue: bands[0].from, unitColumn: -1, last: o.last}
	}
	for r := 0; r < s.g.Rows; r++ {
		m.readLabelled(t, s, r, o)
	}
	return true
}

// shift is by how many columns the numbers of a grid without headers stand right of those of the table that it goes on. Its
// label columns may be fewer or more; then the numbers are its last columns. Or it has empty columns behind the numbers; then
// they begin where the labels end. It is not ok where both may be, or neither.
func (t *Table) shift(s *sheet, o *opened) (columns int, ok bool) {
	byEnd := s.g.Columns - o.sheet.g.Columns
	end := -1 // of the labels, where that is the same in all rows
	for r := range s.rows {
		for _, c := range s.row(r) {
			if rows := t.rowsNamed(s.norm(c)); len(rows) == 0 || rows[0].Header {
				continue
			}
			if end >= 0 && end != c.Column+c.Colspan {
				return byEnd, true
			}
			end = c.Column + c.Colspan
		}
	}
	byLabels := end - o.firstValue
	if end < 0 || byLabels == byEnd {
		return byEnd, true
	}
	last := byEnd > byLabels && !s.prints(end, o.firstValue+byEnd)
	first := !s.prints(o.bands[len(o.bands)-1].to+byLabels, s.g.Columns)
	if first {
		return byLabels, !last
	}
	return byEnd, last
}

// prints reports whether a text stands in the columns from..to-1.
func (s *sheet) prints(from, to int) bool {
	return slices.ContainsFunc(s.cells, func(c cell) bool { return from <= c.Column && c.Column < to && c.Text != "" })
}

// headerYear keeps the year that a header prints, and none where headers print several.
func (m *reader) headerYear(label string) {
	year := aYear.FindString(label)
	switch y, _ := strconv.Atoi(year); {
	case year == "":
	case m.HeaderYear == 0:
		m.HeaderYear = y
	case m.HeaderYear != y:
		m.HeaderYear = severalYears
	}
}

// severalYears is in the place of the year while headers are read.
const severalYears = -1

// bands resolves the columns under the header rows 0..rows-1 of a sheet, left to right; nil where too few are columns of
// the table. A header that names the same column twice, or a column no header explains, is remarked and holds its place.
func (m *reader) bands(t *Table, s *sheet, rows int) []band {
	var out []band
	count := map[*Column]int{}
	outside := map[string]int{} // columns of a group that do not stand under its header
	var unknown []string
	for c := 0; c < s.g.Columns; c++ {
		var path []*cell
		for r := 0; r < rows; r++ {
			if x := s.at(r, c); x != nil && s.norm(x) != "" && (len(path) == 0 || path[len(path)-1] != x) {
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
			if !slices.ContainsFunc(path, func(x *cell) bool { return t.groupLabels[s.norm(x)] == h.column.Group }) {
				outside[h.column.Group]++
			}
			m.headerYear(s.norm(leaf))
		}
		out = append(out, band{c, c + 1, t, h.column, h.unit})
	}
	if len(count) < min(2, len(t.Columns)) {
		return nil
	}
	m.looseGroups(t, s, out, outside)
	if len(unknown) > 0 {
		m.remark(Leftover, t.Relation, "", "", "table %d: column %s is not on the form; its numbers were not read", s.no,
			list(unknown))
	}
	var absent []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if count[c] == 0 {
			absent = append(absent, c.Label)
		}
		if count[c] < 2 {
			continue
		}
		m.remark(Ambiguous, t.Relation, c.Row, c.ID, "table %d has %d columns headed %s; none of them was read", s.no, count[c],
			c.Label)
		for k := range out {
			if out[k].column == c {
				out[k].column = nil
			}
		}
	}
	if len(absent) > 0 {
		m.remark(ColumnsAbsent, t.Relation, "", "", "table %d has no column %s", s.no, list(absent))
		m.movedHeaders(t, s, out, rows)
	}
	return out
}

// movedHeaders takes the columns from bands that a lost header cell has moved to the left: those behind the last one in the
// order of the form, up to a column of numbers, or one before the last header, that has no header of its own.
func (m *reader) movedHeaders(t *Table, s *sheet, bands []band, rows int) {
	bare := -1 // the last such column
	for c := bands[0].from; c < s.g.Columns; c++ {
		headed := false
		for r := 0; r < rows; r++ {
			x := s.at(r, c)
			headed = headed || x != nil && t.groupLabels[s.norm(x)] == "" && s.norm(x) != "" &&
				slices.ContainsFunc(bands, func(b band) bool { return b.from <= c && c < b.to })
		}
		for r := rows; !headed && r < s.g.Rows; r++ {
			if x := s.at(r, c); x != nil && x.Row == r && x.Column == c && (isValue(x.Text) || c < bands[len(bands)-1].from || t.Columns[0].Row != "") {
				bare = c
			}
		}
	}
	inOrder, moved := 0, false
	for i, b := range bands {
		switch {
		case b.column == nil:
		case inOrder == i && i < len(t.Columns) && b.column == &t.Columns[i]:
			inOrder++
		case b.from < bare:
			bands[i].column, moved = nil, true
		}
	}
	if moved {
		m.remark(Ambiguous, t.Relation, "", "", "table %d: a header is lost, and numbers stand in a column without one; the columns "+
			"between were not read", s.no)
	}
}

// looseGroups takes the columns from the bands, from the group on, where the header of a group is over some of its columns
// and others stand behind a column that is none of it (总计 before 其他): its span is wrong, and the headers behind it are moved.
func (m *reader) looseGroups(t *Table, s *sheet, bands []band, outside map[string]int) {
	for _, g := range t.Groups {
		first, last, inside := -1, -1, 0
		for i, b := range bands {
			if b.column != nil && b.column.Group == g.ID {
				if first < 0 {
					first = i
				}
				last = i
				inside++
			}
		}
		if outside[g.ID] == 0 || outside[g.ID] == inside || last-first+1 == inside {
			continue
		}
		m.remark(Ambiguous, t.Relation, "", "", "table %d: the header %s is not over all of its columns, and those behind it stand "+
			"elsewhere; none of them was read", s.no, g.Label)
		for i := first; i < len(bands); i++ {
			bands[i].column = nil
		}
	}
}

// resolve names the column that a path of header cells, top to bottom, stands for: the lowest cell that is a column
// label, alone or with the cell above it (a label cut over two rows), and whose group, where the form has one, is not
// contradicted by the other cells.
func (t *Table) resolve(s *sheet, path []*cell) (header, *cell) {
	var groups []string
	for _, c := range path {
		if id := t.groupLabels[s.norm(c)]; id != "" {
			groups = append(groups, id)
		}
	}
	for i := len(path) - 1; i >= 0; i-- {
		label := s.norm(path[i])
		hs := t.headersNamed(label)
		if i > 0 {
			if whole := t.headersNamed(s.norm(path[i-1]) + label); whole != nil {
				hs = whole
			}
		}
		var fit []header
		for _, h := range hs {
			switch {
			case h.column.Group == "" && !t.leafGroup(groups):
				fit = append(fit, h)
			case h.column.Group != "" && slices.Contains(groups, h.column.Group):
				fit = append(fit, h)
			case len(hs) == 1 && !t.leafGroup(groups):
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
func (t *Table) leafGroup(groups []string) bool {
	for i := range t.Columns {
		if g := t.Columns[i].Group; g != "" && slices.Contains(groups, g) {
			return true
		}
	}
	return false
}

// under reports whether the row stands below the header row with that id.
func (t *Table) under(r *Row, header string) bool {
	for p := r.Parent; p != ""; {
		if p == header {
			return true
		}
		up := t.row(p)
		if up == nil {
			return false
		}
		p = up.Parent
	}
	return false
}

// signs turns the words that some print for the signs of 本年增/减 into signs.
func signs(raw string) string {
	n := text.Simplify(text.Normal(raw))
	for _, w := range [][2]string{{"增加", "+"}, {"减少", "-"}, {"增", "+"}, {"减", "-"}} {
		if rest, ok := strings.CutPrefix(n, w[0]); ok && isValue(rest) {
			return w[1] + rest
		}
	}
	return raw
}
