package form

import (
	"slices"
	"strconv"
	"strings"
)

// readSideBySide reads a table whose one row of numbers stands under headers that name row and column (表四). It reports
// whether the grid is one.
func (m *reader) readSideBySide(t *Table, s *sheet) bool {
	last := -1
	for r := 0; r < s.g.Rows; r++ {
		labels, own := 0, 0
		for _, c := range s.row(r) {
			if c.Row != r {
				continue // one that reaches down to the numbers is no header among them
			}
			own++
			if n := s.norm(c); len(t.headersNamed(n)) > 0 || t.groupLabels[n] != "" {
				labels++
			}
		}
		if own == 0 && last >= 0 {
			last = r
			continue
		}
		if labels == 0 && (last >= 0 || len(s.texts(r)) > 1) { // one text alone is a caption, or says the unit
			break
		}
		if labels > 0 {
			last = r
		}
	}
	if last < 0 {
		return false
	}
	remarks := len(m.Remarks)
	bands := m.bands(t, s, last+1)
	if len(m.Remarks) > remarks || bands == nil {
		if ordered := m.bandsByOrder(t, s, last+1); ordered != nil {
			m.Remarks = m.Remarks[:remarks]
			m.remark(HeadersByOrder, t.Relation, "", "", "table %d: the headers over the %d columns are lost or do not fit; their labels "+
				"stand in the order of the form and were read so", s.no, len(ordered))
			bands = ordered
		}
	}
	if len(bands) < 3 {
		m.Remarks = m.Remarks[:remarks]
		return false
	}
	o := &opened{sheet: s, bands: bands, firstValue: bands[0].from, unitColumn: -1, waiting: true}
	m.open[t] = o
	m.Relations[s.no] = t.Relation
	latest := 0
	for r := last + 1; r < s.g.Rows; r++ {
		latest = max(latest, s.yearBefore(r, o.firstValue))
	}
	only, several := s.totalRow(last+1, o.firstValue)
	for r := last + 1; r < s.g.Rows; r++ {
		if s.blankRow(r) && (!o.waiting || r+1 < s.g.Rows) {
			continue
		}
		if several && latest == 0 && r != only {
			m.remark(Leftover, t.Relation, "", "", "table %d, row %d: the numbers of one of several bodies (%s) were not read", s.no, r,
				list(s.texts(r)))
			continue
		}
		if y := s.yearBefore(r, o.firstValue); 0 < y && y < latest {
			m.remark(Leftover, t.Relation, "", "", "table %d, row %d: the numbers of another year (%s) were not read", s.no, r,
				list(s.texts(r)))
			continue
		}
		m.takeSideBySide(t, s, r, o)
	}
	return true
}

// takeSideBySide takes a row of numbers; only the first one counts.
func (m *reader) takeSideBySide(t *Table, s *sheet, r int, o *opened) {
	if !o.waiting {
		m.remark(Leftover, t.Relation, "", "", "table %d, row %d: a second row of numbers (%s) was not read", s.no, r,
			list(s.texts(r)))
		return
	}
	o.waiting, m.found[t] = false, true
	m.take(s, r, nil, rowLabels{leaf: s.labelBefore(r, o.firstValue)}, o)
}

// totalRow says whether several rows of numbers have labels of their own, as those of several bodies do, and which of them is
// the total, -1 for none.
func (s *sheet) totalRow(from, column int) (row int, several bool) {
	row = -1
	labelled := 0
	for r := from; r < s.g.Rows; r++ {
		if !slices.ContainsFunc(s.row(r), func(c *cell) bool { return c.Row == r && c.Column >= column && isValue(c.Text) }) {
			continue // nothing, or a note
		}
		label := s.labelBefore(r, column)
		if label == nil || label.Row != r {
			return -1, false
		}
		labelled++
		if n := s.norm(label); n == "合计" || n == "总计" || n == "总数" {
			row = r
		}
	}
	return row, labelled > 1
}

// yearBefore is the year that a row of numbers is of by the label before it, 0 if that says none: 2023年, or 上年 and 本年, which
// are 1 and 9999.
func (s *sheet) yearBefore(r, column int) int {
	for _, c := range s.row(r) {
		n := s.norm(c)
		switch {
		case c.Column >= column || c.Rowspan > 1:
		case aYear.MatchString(c.Text):
			y, _ := strconv.Atoi(aYear.FindString(c.Text))
			return y
		case strings.Contains(n, "上年") || strings.Contains(n, "去年") || strings.Contains(n, "上一年"):
			return 1
		case strings.Contains(n, "本年") || strings.Contains(n, "今年"):
			return 9999
		}
	}
	return 0
}

// bandsByOrder gives each column its place on the form, where all labels of the form and no others stand in its order.
func (m *reader) bandsByOrder(t *Table, s *sheet, rows int) []band {
	var out []band
	for c := 0; c < s.g.Columns; c++ {
		for r := rows - 1; r >= 0; r-- {
			x := s.at(r, c)
			if x == nil || x.Column != c || len(t.headersNamed(s.norm(x))) == 0 {
				continue
			}
			if len(out) == len(t.Columns) || len(out) > 0 && out[len(out)-1].to != c {
				return nil // too many, or a column without a label of the form between them: it may be half of one
			}
			want := &t.Columns[len(out)]
			fits := false
			for _, h := range t.headersNamed(s.norm(x)) {
				fits = fits || h.column == want
			}
			if !fits {
				return nil
			}
			out = append(out, band{c, c + x.Colspan, t, want, t.Unit})
			break
		}
	}
	if len(out) != len(t.Columns) {
		return nil
	}
	return out
}

// goOnSideBySide reads the numbers of a table whose headers stand in a grid of their own.
func (m *reader) goOnSideBySide(t *Table, s *sheet, o *opened) bool {
	row := -1
	for r := 0; r < s.g.Rows; r++ {
		if s.blankRow(r) {
			continue
		}
		if row >= 0 {
			return false
		}
		row = r
	}
	if row < 0 || len(s.row(row)) != len(o.bands) && s.g.Columns != o.sheet.g.Columns {
		return false
	}
	for _, c := range s.row(row) {
		if s.norm(c) != "" && !isValue(c.Text) {
			return false
		}
	}
	m.takeSideBySide(t, s, row, o)
	return true
}
