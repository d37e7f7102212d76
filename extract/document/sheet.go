package document

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// sheet is one sheet of a workbook before its grid is formed.
type sheet struct {
	name    string
	hidden  bool
	cells   map[place]string // what is shown
	spans   map[place]area   // merged cells by their first
	rows    map[int]bool     // that are hidden
	columns map[int]bool
	folded  map[place]string // what stands in hidden rows and columns
}

func newSheet(name string, hidden bool) *sheet {
	return &sheet{name: name, hidden: hidden, cells: map[place]string{}, rows: map[int]bool{}, columns: map[int]bool{},
		folded: map[place]string{}}
}

// put fills a cell; one that shows nothing is left as it is.
func (s *sheet) put(at place, shown string) {
	if strings.TrimSpace(shown) == "" {
		return
	}
	if s.rows[at.row] || s.columns[at.column] {
		s.folded[at] = shown
		return
	}
	s.cells[at] = shown
}

// place is a cell's row and column, area how far a merged cell reaches.
type (
	place struct{ row, column int }
	area  struct{ rows, columns int }
)

// merge makes one cell of an area; what an area of another cell covers is left as it is.
func (s *sheet) merge(row, column, lastRow, lastColumn int) {
	if lastRow < row || lastColumn < column || row < 0 || column < 0 {
		return
	}
	if s.spans == nil {
		s.spans = map[place]area{}
	}
	s.spans[place{row, column}] = area{lastRow - row + 1, lastColumn - column + 1}
}

// table is the sheet's grid, empty margins and hidden rows and columns left out; ok is false for an empty sheet. Every slot
// between cells that hold something is a cell, as a sheet has no holes.
func (s *sheet) table(l Limits) (t Table, ok bool) {
	first, last := place{1 << 30, 1 << 30}, place{-1, -1}
	for at := range s.cells {
		first = place{min(first.row, at.row), min(first.column, at.column)}
		reach := s.spans[at]
		last = place{max(last.row, at.row+max(1, reach.rows)-1), max(last.column, at.column+max(1, reach.columns)-1)}
	}
	height, width := last.row-first.row+1, last.column-first.column+1
	if last.row < 0 || height*width > l.Cells || height > l.Cells || width > l.Cells {
		return Table{}, false
	}
	rows, columns := visible(first.row, last.row, s.rows), visible(first.column, last.column, s.columns)
	covered := map[place]bool{}
	var cells []grid.Cell
	for row := first.row; row <= last.row; row++ {
		for column := first.column; column <= last.column; column++ {
			at := place{row, column}
			if covered[at] {
				continue
			}
			below, right := row+1, column+1
			if merged, ok := s.spans[at]; ok {
				below, right = min(row+merged.rows, last.row+1), min(column+merged.columns, last.column+1)
				for c := column + 1; c < right; c++ { // merged cells do not overlap
					if covered[place{row, c}] {
						right = c
					}
				}
				for r := row; r < below; r++ {
					for c := column; c < right; c++ {
						covered[place{r, c}] = true
					}
				}
			}
			c := grid.Cell{Text: text.Fold(s.cells[at]), Row: rows[row-first.row], Column: columns[column-first.column],
				Rowspan: rows[below-first.row] - rows[row-first.row], Colspan: columns[right-first.column] - columns[column-first.column]}
			if c.Rowspan > 0 && c.Colspan > 0 {
				cells = append(cells, c)
			}
		}
	}
	return Table{Grid: grid.New(cells), Caption: s.name, Parent: -1, Hidden: s.hidden}, true
}

// visible counts for the rows or columns from first to behind last how many shown ones stand before them.
func visible(first, last int, hidden map[int]bool) []int {
	before := make([]int, last-first+2)
	for i := first; i <= last; i++ {
		before[i-first+1] = before[i-first]
		if !hidden[i] {
			before[i-first+1]++
		}
	}
	return before
}

// sheets adds the sheets of a workbook: the rows with one filled cell as paragraphs, as titles and headings stand in a
// sheet between the tables, and what is between them as tables. What is hidden, sheets, rows and columns, is in hidden tables.
func (b *builder) sheets(all []*sheet) {
	for _, s := range all {
		if s.hidden {
			continue
		}
		if t, ok := b.tableOf(s); ok {
			b.sheet(t)
		}
	}
	for _, s := range all { // kept, but no part of the running text
		out := s
		if !s.hidden {
			out = &sheet{name: s.name, hidden: true, cells: s.folded}
		}
		if t, ok := b.tableOf(out); ok {
			t.Layout = true
			b.table(t)
		}
	}
}

// tableOf is the grid of a sheet; ok is false for an empty one, and for one whose cells are too far apart, which is a limit.
func (b *builder) tableOf(s *sheet) (t Table, ok bool) {
	t, ok = s.table(b.limits)
	if !ok && len(s.cells) > 0 {
		b.fail("the sheet %s reaches over more than %d cells", s.name, b.limits.Cells)
	}
	return t, ok
}

// sheet adds the grid of a sheet, cut into paragraphs and tables.
func (b *builder) sheet(t Table) {
	from := 0
	for row := 0; row <= t.Grid.Rows; row++ {
		words, alone := "", false
		if row < t.Grid.Rows {
			words, alone = onlyCell(t.Grid, row)
			alone = alone && (row == from || !isLabel(t.Grid, row) && !goesOn(t.Grid, row+1))
		}
		if row < t.Grid.Rows && !alone {
			continue
		}
		if part, ok := rowsOf(t.Grid, from, row); ok {
			b.table(Table{Grid: part, Caption: t.Caption, Parent: -1})
		}
		b.paragraph(words, false)
		from = row + 1
	}
}

// onlyCell says whether a row of a sheet is a paragraph: one cell at most holds something, and no cell reaches into the row
// from above or out of it below.
func onlyCell(g grid.Grid, row int) (words string, alone bool) {
	filled := 0
	for _, c := range g.Row(row) {
		if c.Row != row || c.Rowspan > 1 {
			return "", false
		}
		if strings.TrimSpace(c.Text) != "" {
			filled++
			words = c.Text
		}
	}
	return words, filled <= 1
}

// isLabel says whether the only cell of a row may be the label of blanks: short, in one column, and no heading. Below the rows
// of a table it is taken for one.
func isLabel(g grid.Grid, row int) bool {
	for _, c := range g.Row(row) {
		if c.Text == "" {
			continue
		}
		section := strings.Contains(c.Text, "情况") || strings.Contains(c.Text, "报告") || strings.Contains(c.Text, "事项")
		return c.Colspan == 1 && utf8.RuneCountInString(c.Text) <= longestLabel && !strings.Contains(c.Text, "。") &&
			!(section && strings.Contains(c.Text, "、"))
	}
	return false
}

// goesOn says whether a row goes on with the table above the heading in front of it, as in the statistics return of 2014, which
// is one table with a heading for each part (一、主动公开情况): the row ends in a number, or in a unit with a blank behind. The
// first row of another table ends in a header.
func goesOn(g grid.Grid, row int) bool {
	filled, last := 0, ""
	for _, c := range g.Row(row) {
		if c.Row == row && c.Text != "" {
			filled, last = filled+1, c.Text
		}
	}
	value := text.ParseValue(last)
	return filled > 1 && (value.State == text.StateNumber || value.State == text.StateNotApplicable ||
		slices.Contains(units, last))
}

// units are those of the statistics return.
var units = []string{"条", "次", "件", "个", "人", "份", "场", "项", "元", "万元", "次数", "人数"}

// longestLabel is the number of characters up to which a cell may be a label; that of the form's longest is 36.
const longestLabel = 45

// rowsOf is the part of a grid from one row to before another, its empty columns at the right left out; ok is false if
// there is nothing in it.
func rowsOf(g grid.Grid, from, to int) (grid.Grid, bool) {
	width := 0
	var cells []grid.Cell
	first, _ := slices.BinarySearchFunc(g.Cells, from, func(c grid.Cell, row int) int { return cmp.Compare(c.Row, row) })
	for _, c := range g.Cells[first:] { // they stand row by row, and sheets may have as many paragraphs as rows
		if c.Row >= to {
			break
		}
		if c.Text != "" {
			width = max(width, c.Column+c.Colspan)
		}
		c.Row -= from
		cells = append(cells, c)
	}
	cells = slices.DeleteFunc(cells, func(c grid.Cell) bool { return c.Column >= width })
	for i := range cells {
		cells[i].Colspan = min(cells[i].Colspan, width-cells[i].Column)
	}
	return grid.New(cells), len(cells) > 0
}

// sorted forms a grid of cells in any order.
func sorted(cells []grid.Cell) grid.Grid {
	slices.SortFunc(cells, func(a, b grid.Cell) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return grid.New(cells)
}
