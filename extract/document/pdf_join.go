package document

import (
	"math"
	"regexp"
	"slices"
	"unicode"
)

// goesOn says whether a table at the top of a page is the rest of this one at the end of the page before: they are equally
// wide, and one has no lines between columns that the other has not.
func (t *pdfTable) goesOn(rest *pdfTable) bool {
	if t.byAlignment || rest.byAlignment || math.Abs(t.width()-rest.width()) > lineGap {
		return false
	}
	lines := t.linesWith(rest)
	return len(lines) == max(len(t.columns), len(rest.columns))
}

// linesWith are the lines between columns of both tables.
func (t *pdfTable) linesWith(rest *pdfTable) (lines []float64) {
	lines = slices.Clone(t.columns)
	for _, x := range rest.columns {
		x += t.left - rest.left
		if near := nearest(t.columns, x); math.Abs(t.columns[near]-x) > lineGap {
			lines = append(lines, x)
		}
	}
	slices.Sort(lines)
	return lines
}

// join adds the rest of the table from the next page. Rows at its top that repeat the rows at the table's top are left out;
// the cells that the page break cut are made whole.
func (t *pdfTable) join(rest *pdfTable) {
	lines := t.linesWith(rest)
	t.over(lines, 0)
	rest.over(lines, t.left-rest.left)
	rest.dropRows(t.repeated(rest))
	if rest.rows() == 0 {
		return
	}
	seam := seam{t, rest, map[int]int{}}
	seam.pair()
	offset := t.rows()
	cut := seam.rowIsCut()
	if cut {
		offset--
	}
	for i := range rest.cells {
		c := rest.cells[i]
		if above, ok := seam.above[i]; ok && (cut || seam.isCut(above, i)) {
			whole := &t.cells[above]
			whole.rowspan = offset + c.row + c.rowspan - whole.row
			whole.glyphs, whole.lines = append(whole.glyphs, c.glyphs...), append(whole.lines, c.lines...)
			whole.tables = append(whole.tables, c.tables...)
			continue
		}
		c.row += offset
		t.cells = append(t.cells, c)
	}
	bottom := t.levels[len(t.levels)-1]
	if cut {
		t.levels = t.levels[:len(t.levels)-1]
	}
	for _, y := range rest.levels[1:] {
		t.levels = append(t.levels, bottom+y-rest.levels[0])
	}
	t.openBelow = rest.openBelow
}

// over places the cells by more lines than the table itself has.
func (t *pdfTable) over(lines []float64, shift float64) {
	to := make([]int, len(t.columns))
	for i, x := range t.columns {
		to[i] = nearest(lines, x+shift)
	}
	above, below := make([]bool, len(lines)-1), make([]bool, len(lines)-1)
	for i := range len(t.columns) - 1 {
		for column := to[i]; column < to[i+1]; column++ {
			above[column], below[column] = t.openAbove[i], t.openBelow[i]
		}
	}
	for i := range t.cells {
		c := &t.cells[i]
		c.column, c.colspan = to[c.column], to[c.column+c.colspan]-to[c.column]
	}
	t.columns, t.openAbove, t.openBelow = slices.Clone(lines), above, below
	for i := range t.columns {
		t.columns[i] -= shift
	}
}

// repeated counts the rows at the top of the rest that are those at the top of the table, as word processors repeat
// headers. A row counts only if no cell reaches out of it below, and something is in it.
func (t *pdfTable) repeated(rest *pdfTable) (rows int) {
	type key struct{ row, column int }
	at := map[key]*pdfCell{}
	for i := range t.cells {
		at[key{t.cells[i].row, t.cells[i].column}] = &t.cells[i]
	}
	same := make([]bool, rest.rows()+1)
	for i := range same {
		same[i] = true
	}
	filled := make([]bool, rest.rows()+1)
	ends := make([]bool, rest.rows()+1) // no cell reaches over the end of the row
	for i := range ends {
		ends[i] = true
	}
	for i := range rest.cells {
		c := &rest.cells[i]
		o := at[key{c.row, c.column}]
		said := c.text()
		same[c.row] = same[c.row] && o != nil && o.colspan == c.colspan && o.rowspan == c.rowspan && o.text() == said
		filled[c.row] = filled[c.row] || said != ""
		for row := c.row; row < c.row+c.rowspan-1; row++ {
			ends[row] = false
		}
	}
	for row := 0; row < rest.rows() && row < t.rows() && same[row]; row++ {
		if ends[row] && filled[row] {
			rows = row + 1
		}
	}
	return rows
}

// dropRows leaves out rows at the top, none of whose cells reaches below them.
func (t *pdfTable) dropRows(rows int) {
	if rows == 0 {
		return
	}
	t.cells = slices.DeleteFunc(t.cells, func(c pdfCell) bool { return c.row < rows })
	for i := range t.cells {
		t.cells[i].row -= rows
	}
	t.levels = t.levels[rows:]
	for i := range t.openAbove {
		t.openAbove[i] = false // the header's last line stands there
	}
}

// seam is where a page break cuts a table.
type seam struct {
	upper, lower *pdfTable
	above        map[int]int // cell at the top of the lower part to the cell of the same columns at the bottom of the upper
}

func (s *seam) pair() {
	type key struct{ column, colspan int }
	bottom := map[key]int{}
	for i, c := range s.upper.cells {
		if c.row+c.rowspan == s.upper.rows() {
			bottom[key{c.column, c.colspan}] = i
		}
	}
	for i, c := range s.lower.cells {
		if above, ok := bottom[key{c.column, c.colspan}]; ok && c.row == 0 {
			s.above[i] = above
		}
	}
}

// open says whether no line is drawn on either side of the page break: a browser cuts a row like that.
func (s *seam) open(lower int) bool {
	c := s.lower.cells[lower]
	for column := c.column; column < c.column+c.colspan; column++ {
		if !s.upper.openBelow[column] || !s.lower.openAbove[column] {
			return false
		}
	}
	return true
}

// rowIsCut says whether the page break cuts the last row of the upper part in two. That is certain where no line is drawn.
// Word processors draw one: then the lower part must say nothing that could not be the rest of what the upper part says.
func (s *seam) rowIsCut() bool {
	open, top, says := true, 0, false
	for i := range s.lower.cells {
		c := &s.lower.cells[i]
		if c.row > 0 {
			continue
		}
		top++
		above, ok := s.above[i]
		if !ok {
			return false
		}
		open = open && s.open(i)
		said, over := c.text(), s.upper.cells[above].text()
		says = says || over != "" && s.upper.cells[above].rowspan == 1
		switch {
		case said == "" || over == "":
		case !hasLetter(said) || !s.isRest(above, i):
			open = open && s.open(i)
			if !s.open(i) {
				return false
			}
		}
	}
	if open {
		return top > 0
	}
	return says && s.complements()
}

// complements says whether the first row of the lower part lacks what a row of its own has: a label with its values.
func (s *seam) complements() bool {
	label, value, labelOver, valueOver := false, false, false, false
	for i := range s.lower.cells {
		c := &s.lower.cells[i]
		if c.row > 0 || c.rowspan > 1 {
			continue
		}
		over := &s.upper.cells[s.above[i]]
		said, before := c.text(), over.text()
		if hasLetter(said) {
			label = true
			if before == "" { // a label where there was none is of a new row
				return false
			}
		} else if said != "" {
			value = true
		}
		if over.rowspan == 1 {
			labelOver, valueOver = labelOver || hasLetter(before), valueOver || before != "" && !hasLetter(before)
		}
	}
	return !(label && value) && !(value && valueOver) && labelOver
}

// isCut says whether the page break cuts one cell that reaches over several rows: no line is drawn, or a label goes on.
func (s *seam) isCut(above, lower int) bool {
	if s.open(lower) {
		return true
	}
	a, c := &s.upper.cells[above], &s.lower.cells[lower]
	if !hasLetter(a.text()) {
		return false
	}
	if c.text() != "" {
		return (a.rowspan > 1 || c.rowspan > 1) && s.isRest(above, lower)
	}
	for i := range s.lower.cells { // a label at the left of others that has none of its own
		o := &s.lower.cells[i]
		if o.row == 0 && o.column > c.column && hasLetter(o.text()) {
			return true
		}
	}
	return false
}

// numbered is how the label of a row begins that is no rest of another.
var numbered = regexp.MustCompile(`^[（(]?[一二三四五六七八九十0-9]+[）)、.．]|^[①-⑳]`)

// isRest says whether the text of the lower cell can be the rest of that of the upper one: that has a line which was full.
func (s *seam) isRest(above, lower int) bool {
	a, c := &s.upper.cells[above], &s.lower.cells[lower]
	if len(a.lines) == 0 || len(c.lines) == 0 || numbered.MatchString(c.text()) {
		return false
	}
	return a.lines[len(a.lines)-1].broken(c.lines[0], a.room())
}

// hasLetter says whether text is a label and no value.
func hasLetter(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}
