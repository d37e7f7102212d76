package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Sheet is one table of an official form, laid out as the form prints it, with a report's numbers in it.
type Sheet struct {
	Relation string
	Title    string
	Columns  int
	Rows     int
	Cells    []Placed // by rows, then columns
	Absent   []string // relation/row/column of the places that the report's document does not have; they are empty
	Notes    []string // the same of the cells that have a note, with it
}

// Placed is a cell of a sheet: a label, or a place for a number.
type Placed struct {
	Row, Column, Rowspan, Colspan int
	Text                          string // the label, or what the document prints
	Number                        bool   // it prints a number
}

// Layout lays the tables of a form out with the cells of one report of that year, which may be 0. The blocks of 表二 are
// one sheet. Rows that the form leaves to the report stand there only if the report has them.
func Layout(e *Edition, cells []Cell, year int) []Sheet {
	l := layout{cells: map[string]Cell{}, year: year}
	for _, c := range cells {
		l.cells[c.Relation+"/"+c.RowID+"/"+c.ColumnID] = c
	}
	stacked := 1
	for _, t := range e.Tables {
		if t.Stacked {
			stacked = max(stacked, 1+len(t.Columns))
		}
	}
	for i := range e.Tables {
		t := &e.Tables[i]
		if n := len(l.sheets); n == 0 || !t.Stacked || l.sheets[n-1].Relation != t.Relation {
			l.sheets = append(l.sheets, Sheet{Relation: t.Relation, Title: t.Caption})
		}
		l.sheet = &l.sheets[len(l.sheets)-1]
		switch {
		case t.Stacked:
			l.block(t, stacked)
		case t.Columns[0].Row != "":
			l.side(t)
		case len(t.LabelColumns) > 0:
			l.list(t)
		default:
			l.nested(t)
		}
	}
	for i := range l.sheets {
		s := &l.sheets[i]
		slices.SortFunc(s.Cells, func(a, b Placed) int {
			if a.Row != b.Row {
				return a.Row - b.Row
			}
			return a.Column - b.Column
		})
		for _, c := range s.Cells {
			s.Rows, s.Columns = max(s.Rows, c.Row+c.Rowspan), max(s.Columns, c.Column+c.Colspan)
		}
	}
	return l.sheets
}

// layout is one Layout under way.
type layout struct {
	cells  map[string]Cell
	year   int
	sheets []Sheet
	sheet  *Sheet
}

// next is the first row below what the sheet has.
func (l *layout) next() int {
	row := 0
	for _, c := range l.sheet.Cells {
		row = max(row, c.Row+c.Rowspan)
	}
	return row
}

func (l *layout) label(row, column, rowspan, colspan int, text string) {
	if l.year != 0 {
		text = strings.ReplaceAll(text, "{Y}", fmt.Sprint(l.year))
	}
	text = strings.ReplaceAll(text, "{Y}", "")
	l.sheet.Cells = append(l.sheet.Cells, Placed{row, column, rowspan, colspan, text, false})
}

func (l *layout) number(row, column, colspan int, relation, rowID, columnID string) {
	name := relation + "/" + rowID + "/" + columnID
	c, ok := l.cells[name]
	if !ok {
		l.sheet.Absent = append(l.sheet.Absent, name)
	}
	if c.Note != "" {
		l.sheet.Notes = append(l.sheet.Notes, name+": "+c.Note)
	}
	l.sheet.Cells = append(l.sheet.Cells, Placed{row, column, 1, colspan, c.Raw, c.Value.Valid})
}

// has says whether the report has any number of the row.
func (l *layout) has(t *Table, row string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool {
		_, ok := l.cells[t.Relation+"/"+row+"/"+c.ID]
		return ok
	})
}

// block is one of the blocks of 表二, each under its caption and header; the last column takes what is left of the width.
func (l *layout) block(t *Table, width int) {
	row := l.next()
	l.label(row, 0, 1, width, t.Caption)
	l.label(row+1, 0, 1, 1, t.Corner)
	span := func(i int) int {
		if i == len(t.Columns)-1 {
			return width - 1 - i
		}
		return 1
	}
	for i, c := range t.Columns {
		l.label(row+1, 1+i, 1, span(i), c.Label)
	}
	row += 2
	for _, r := range t.Rows {
		if r.Optional && !l.has(t, r.ID) {
			continue
		}
		l.label(row, 0, 1, 1, r.Number+r.Label)
		for i, c := range t.Columns {
			l.number(row, 1+i, span(i), t.Relation, r.ID, c.ID)
		}
		row++
	}
}

// groupsOf are the groups above a column, the outermost first. Where one group is above all others (申请人情况), it is
// above the columns without a group, too.
func (t *Table) groupsOf(c Column) []Group {
	var path, roots []Group
	for _, g := range t.Groups {
		if g.Parent == "" {
			roots = append(roots, g)
		}
	}
	if c.Group == "" && len(roots) == 1 {
		return roots
	}
	for id := c.Group; id != ""; {
		i := slices.IndexFunc(t.Groups, func(g Group) bool { return g.ID == id })
		if i < 0 {
			break
		}
		path = append(path, t.Groups[i])
		id = t.Groups[i].Parent
	}
	slices.Reverse(path)
	return path
}

// heads places the headers of the columns from a column on, each under its groups, and returns how many rows they take.
func (l *layout) heads(t *Table, from int) int {
	depth := 1
	for _, c := range t.Columns {
		depth = max(depth, 1+len(t.groupsOf(c)))
	}
	for level := range depth {
		for i := 0; i < len(t.Columns); i++ {
			path := t.groupsOf(t.Columns[i])
			switch {
			case len(path) > level: // a group, as wide as its columns that follow each other
				width := 1
				for i+width < len(t.Columns) {
					if p := t.groupsOf(t.Columns[i+width]); len(p) <= level || p[level].ID != path[level].ID {
						break
					}
					width++
				}
				l.label(level, from+i, 1, width, path[level].Label)
				i += width - 1
			case len(path) == level:
				l.label(level, from+i, depth-level, 1, t.Columns[i].Label)
			}
		}
	}
	return depth
}

// side is 表四: one row of numbers under headers that name row and column.
func (l *layout) side(t *Table) {
	row := l.heads(t, 0)
	for i, c := range t.Columns {
		l.number(row, i, 1, t.Relation, c.Row, c.ID)
	}
}

// list is a statistics return: a line a row, the unit beside it.
func (l *layout) list(t *Table) {
	l.label(0, 0, 1, 1, t.LabelColumns[0])
	l.label(0, 1, 1, 1, "单位")
	for i, c := range t.Columns {
		l.label(0, 2+i, 1, 1, c.Label)
	}
	row := 1
	for _, r := range t.Rows {
		if r.Optional && !l.has(t, r.ID) {
			continue
		}
		l.label(row, 0, 1, 1, r.Number+r.Label)
		unit := cmp.Or(r.Printed, r.Unit, t.Unit)
		if r.Header {
			unit = ""
		}
		l.label(row, 1, 1, 1, unit)
		for i, c := range t.Columns {
			if r.Header {
				l.label(row, 2+i, 1, 1, "")
			} else {
				l.number(row, 2+i, 1, t.Relation, r.ID, c.ID)
			}
		}
		row++
	}
}

// nested is 表三: header rows stand left of the rows below them, merged over all of these.
func (l *layout) nested(t *Table) {
	type line struct {
		row  Row
		path []Row // header rows above, the outermost first
	}
	var lines []line
	labels := 1
	for _, r := range t.Rows {
		if r.Header && r.Single != "" && l.has(t, r.Single) {
			r.ID, r.Header = r.Single, false // one row instead of those below it
		}
		if r.Header || r.Optional && !l.has(t, r.ID) {
			continue
		}
		var path []Row
		for p := t.row(r.Parent); p != nil; p = t.row(p.Parent) {
			path = append(path, *p)
		}
		slices.Reverse(path)
		if slices.ContainsFunc(path, func(p Row) bool { return p.Single != "" && l.has(t, p.Single) }) {
			continue
		}
		lines = append(lines, line{r, path})
		labels = max(labels, 1+len(path))
	}
	top := l.heads(t, labels)
	l.label(0, 0, top, labels, t.Corner)
	for i, n := range lines {
		for level, p := range n.path {
			if i > 0 && len(lines[i-1].path) > level && lines[i-1].path[level].ID == p.ID {
				continue
			}
			height := 1
			for i+height < len(lines) && len(lines[i+height].path) > level && lines[i+height].path[level].ID == p.ID {
				height++
			}
			l.label(top+i, level, height, 1, p.Number+p.Label)
		}
		l.label(top+i, len(n.path), 1, labels-len(n.path), n.row.Number+n.row.Label)
		for j, c := range t.Columns {
			l.number(top+i, labels+j, 1, t.Relation, n.row.ID, c.ID)
		}
	}
}
