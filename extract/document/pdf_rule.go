package document

import (
	"cmp"
	"slices"
)

const (
	ruleGap  = 2.5 // points that lines may be apart and still touch
	lineGap  = 3.0 // points that two lines may be apart and be one line of the table: double lines, spaced cells
	halfLine = 0.5 // of the side between two slots: what is drawn of it from which on it parts them
)

// pdfTable is a table as it is drawn on one page, or on several that go on with it.
type pdfTable struct {
	byAlignment bool // no lines are drawn
	box
	columns []float64 // the lines between columns, from left to right, outer ones included
	levels  []float64 // the lines between rows
	cells   []pdfCell
	slots   []int32 // of each slot, row by row, the cell that covers it

	openAbove, openBelow []bool // by column: no line ends the table there, as where a browser cuts a row in two
}

// pdfCell is a cell with its place, and what is in it.
type pdfCell struct {
	row, column, rowspan, colspan int
	area                          box
	glyphs                        []glyph
	lines                         []*printedLine // made of the glyphs
	tables                        flow           // tables that stand in the cell
}

// wire is a line of a table: of the horizontal ones, at is their height and from and to are the ends.
type wire struct{ at, from, to float64 }

// wires are the lines of a page, horizontal and vertical, those drawn in pieces joined.
type wires struct{ across, down []wire }

func wiresOf(rules []box) (w wires) {
	for _, r := range rules {
		x, y := r.middle()
		if r.width() >= r.height() {
			w.across = append(w.across, wire{y, r.left, r.right})
		} else {
			w.down = append(w.down, wire{x, r.top, r.bottom})
		}
	}
	w.across, w.down = pieced(w.across), pieced(w.down)
	return w
}

// pieced joins the pieces of each line.
func pieced(pieces []wire) (lines []wire) {
	slices.SortFunc(pieces, func(a, b wire) int { return cmp.Compare(a.at, b.at) })
	for from := 0; from < len(pieces); {
		to := from
		for to < len(pieces) && pieces[to].at-pieces[from].at <= ruleGap/2 {
			to++
		}
		level := pieces[from:to]
		slices.SortFunc(level, func(a, b wire) int { return cmp.Compare(a.from, b.from) })
		first := len(lines)
		for _, piece := range level {
			if last := len(lines) - 1; last >= first && piece.from-lines[last].to <= ruleGap {
				lines[last].to = max(lines[last].to, piece.to)
			} else {
				lines = append(lines, piece)
			}
		}
		from = to
	}
	return lines
}

// groups parts the lines of a page into those that touch each other: one group each table.
func (w wires) groups() (groups []wires) {
	of := make([]int, len(w.across)+len(w.down)) // disjoint sets
	for i := range of {
		of[i] = i
	}
	find := func(i int) int {
		for of[i] != i {
			of[i] = of[of[i]]
			i = of[i]
		}
		return i
	}
	for i, a := range w.across {
		for j, d := range w.down {
			if a.from-ruleGap <= d.at && d.at <= a.to+ruleGap && d.from-ruleGap <= a.at && a.at <= d.to+ruleGap {
				of[find(i)] = find(len(w.across) + j)
			}
		}
	}
	numbers := map[int]int{}
	group := func(i int) *wires {
		root := find(i)
		n, ok := numbers[root]
		if !ok {
			n = len(groups)
			numbers[root] = n
			groups = append(groups, wires{})
		}
		return &groups[n]
	}
	for i, a := range w.across {
		g := group(i)
		g.across = append(g.across, a)
	}
	for j, d := range w.down {
		g := group(len(w.across) + j)
		g.down = append(g.down, d)
	}
	return groups
}

// linesAt are the heights, or the distances from the left, at which lines run; the outermost are those that the crossing
// lines reach, as many tables are drawn without their sides.
func linesAt(lines, crossing []wire) (at []float64) {
	var all []float64
	for _, l := range lines {
		all = append(all, l.at)
	}
	if len(crossing) > 0 {
		first, last := crossing[0].from, crossing[0].to
		for _, c := range crossing {
			first, last = min(first, c.from), max(last, c.to)
		}
		all = append(all, first, last)
	}
	slices.Sort(all)
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to]-all[from] <= lineGap {
			to++
		}
		at = append(at, (all[from]+all[to-1])/2)
		from = to
	}
	return at
}

// slotted is the raster of a table's lines, with the sides of its slots that are drawn.
type slotted struct {
	xs, ys []float64
	right  []bool // of each slot: the side to the next slot is drawn
	below  []bool
	above  []bool // of the slots of the first row
}

func (s *slotted) columns() int { return len(s.xs) - 1 }
func (s *slotted) rows() int    { return len(s.ys) - 1 }

// slots makes the raster; ok is false where the lines are those of no table, or of one with too many slots.
func (w wires) slots(most int) (s slotted, ok bool) {
	s.xs, s.ys = linesAt(w.down, w.across), linesAt(w.across, w.down)
	if len(w.across) == 0 || len(w.down) == 0 || len(s.xs) < 2 || len(s.ys) < 2 {
		return s, false
	}
	rows, columns := s.rows(), s.columns()
	if columns < 2 && rows < 2 || rows > most/columns {
		return s, false
	}
	s.right, s.below, s.above = make([]bool, rows*columns), make([]bool, rows*columns), make([]bool, columns)
	drawn(w.down, s.xs, s.ys, func(line, slot int) {
		if line > 0 {
			s.right[slot*columns+line-1] = true
		}
	})
	drawn(w.across, s.ys, s.xs, func(line, slot int) {
		if line > 0 {
			s.below[(line-1)*columns+slot] = true
		} else {
			s.above[slot] = true
		}
	})
	return s, true
}

// drawn tells for each level, and each stretch between two marks, whether the lines at that level cover the stretch.
func drawn(lines []wire, levels, marks []float64, covered func(level, stretch int)) {
	length := make([][]float64, len(levels))
	for _, l := range lines {
		level := nearest(levels, l.at)
		if length[level] == nil {
			length[level] = make([]float64, len(marks)-1)
		}
		first, _ := slices.BinarySearch(marks, l.from)
		for i := max(0, first-1); i < len(marks)-1 && marks[i] < l.to; i++ {
			length[level][i] += max(0, min(l.to, marks[i+1])-max(l.from, marks[i]))
		}
	}
	for level, stretches := range length {
		for i, sum := range stretches {
			if sum >= halfLine*(marks[i+1]-marks[i]) {
				covered(level, i)
			}
		}
	}
}

// nearest is the index of the value that is nearest.
func nearest(sorted []float64, x float64) int {
	i, _ := slices.BinarySearch(sorted, x)
	if i == len(sorted) || i > 0 && x-sorted[i-1] < sorted[i]-x {
		i--
	}
	return i
}

// cells are the rectangles of slots that no line parts. An area of another shape, which is a table with a line missing, is cut
// into rows.
func (s *slotted) cells() (cells []pdfCell) {
	rows, columns := s.rows(), s.columns()
	seen := make([]bool, rows*columns)
	for first := range seen {
		if seen[first] {
			continue
		}
		area := s.area(first, seen)
		top, bottom, left, right := rows, -1, columns, -1
		for _, slot := range area {
			row, column := slot/columns, slot%columns
			top, bottom, left, right = min(top, row), max(bottom, row), min(left, column), max(right, column)
		}
		if len(area) == (bottom-top+1)*(right-left+1) {
			cells = append(cells, s.cell(top, left, bottom, right))
			continue
		}
		slices.Sort(area)
		for i := 0; i < len(area); {
			j := i + 1
			for j < len(area) && area[j] == area[j-1]+1 && area[j]%columns != 0 && !s.right[area[j-1]] {
				j++
			}
			row := area[i] / columns
			cells = append(cells, s.cell(row, area[i]%columns, row, area[j-1]%columns))
			i = j
		}
	}
	return cells
}

// area are the slots that one can reach from a slot without crossing a line.
func (s *slotted) area(first int, seen []bool) (area []int) {
	columns := s.columns()
	seen[first] = true
	area = []int{first}
	for next := 0; next < len(area); next++ {
		slot := area[next]
		visit := func(to int, open bool) {
			if open && !seen[to] {
				seen[to] = true
				area = append(area, to)
			}
		}
		column := slot % columns
		if column > 0 {
			visit(slot-1, !s.right[slot-1])
		}
		if column < columns-1 {
			visit(slot+1, !s.right[slot])
		}
		if slot >= columns {
			visit(slot-columns, !s.below[slot-columns])
		}
		if slot+columns < len(seen) {
			visit(slot+columns, !s.below[slot])
		}
	}
	return area
}

func (s *slotted) cell(top, left, bottom, right int) pdfCell {
	return pdfCell{row: top, column: left, rowspan: bottom - top + 1, colspan: right - left + 1,
		area: box{s.xs[left], s.ys[top], s.xs[right+1], s.ys[bottom+1]}}
}

// ruledTables are the tables that are drawn on a page, the smaller one first, so that one that stands in another comes
// before it.
func ruledTables(p *pdfPage, l Limits) (tables []*pdfTable) {
	for _, group := range withSides(wiresOf(p.rules).groups()) {
		for _, part := range group.stacked(l.Cells) {
			s, ok := part.slots(l.Cells)
			if !ok {
				continue
			}
			t := &pdfTable{box: box{s.xs[0], s.ys[0], s.xs[len(s.xs)-1], s.ys[len(s.ys)-1]}, cells: s.cells()}
			if len(t.cells) < 2 {
				continue // a frame
			}
			t.trim(&s)
			tables = append(tables, t)
		}
	}
	slices.SortStableFunc(tables, func(a, b *pdfTable) int {
		return cmp.Compare(a.width()*a.height(), b.width()*b.height())
	})
	return tables
}

// sideSlack is how much longer or shorter than a table, in points, a line at its side may be.
const sideSlack = 6.0

// withSides gives each table the vertical lines that touch none of its lines and are as high as it: where a cell goes from
// the page before to the next one, nothing on this page ends it.
func withSides(groups []wires) []wires {
	for _, lone := range groups {
		if len(lone.across) > 0 {
			continue
		}
		for i, g := range groups {
			if len(g.across) == 0 || len(g.down) == 0 {
				continue
			}
			heights := linesAt(g.across, g.down)
			top, bottom := heights[0], heights[len(heights)-1]
			for _, d := range lone.down {
				if d.from-top < sideSlack && top-d.from < sideSlack && d.to-bottom < sideSlack && bottom-d.to < sideSlack {
					groups[i].down = append(groups[i].down, d)
				}
			}
		}
	}
	return groups
}

// stacked cuts tables that stand on one another and share a line: below it, hardly any line between columns goes on.
func (w wires) stacked(most int) []wires {
	s, ok := w.slots(most)
	if !ok {
		return nil
	}
	columns := s.columns()
	from := 0
	for row := 1; row < s.rows(); row++ {
		if slices.Contains(s.below[(row-1)*columns:row*columns], false) {
			continue
		}
		above, below := s.linesIn(from, row), s.linesIn(row, s.rows())
		common := 0
		for i := range above {
			if above[i] && below[i] {
				common++
			}
		}
		if fewer := min(count(above), count(below)); fewer >= 3 && common*2 < fewer {
			upper, lower := w.cut(s.ys[row])
			return append(upper.stacked(most), lower.stacked(most)...)
		}
	}
	return []wires{w}
}

// linesIn are the lines between columns that are drawn in some of the rows.
func (s *slotted) linesIn(from, to int) []bool {
	drawn := make([]bool, s.columns()-1)
	for row := from; row < to; row++ {
		for i := range drawn {
			drawn[i] = drawn[i] || s.right[row*s.columns()+i]
		}
	}
	return drawn
}

func count(of []bool) (n int) {
	for _, is := range of {
		if is {
			n++
		}
	}
	return n
}

// cut parts the lines at a height at which one is drawn.
func (w wires) cut(y float64) (upper, lower wires) {
	for _, a := range w.across {
		if a.at <= y+lineGap {
			upper.across = append(upper.across, a)
		}
		if a.at >= y-lineGap {
			lower.across = append(lower.across, a)
		}
	}
	for _, d := range w.down {
		if d.from < y-lineGap {
			upper.down = append(upper.down, wire{d.at, d.from, min(d.to, y)})
		}
		if d.to > y+lineGap {
			lower.down = append(lower.down, wire{d.at, max(d.from, y), d.to})
		}
	}
	return upper, lower
}

// trim leaves out the lines at which no cell ends, as those of an underlined word.
func (t *pdfTable) trim(s *slotted) {
	usedX, usedY := make([]bool, len(s.xs)), make([]bool, len(s.ys))
	for _, c := range t.cells {
		usedX[c.column], usedX[c.column+c.colspan] = true, true
		usedY[c.row], usedY[c.row+c.rowspan] = true, true
	}
	x, y := ranks(usedX), ranks(usedY)
	last := (s.rows() - 1) * s.columns()
	for i, used := range usedX {
		if used && i < s.columns() {
			t.openAbove, t.openBelow = append(t.openAbove, !s.above[i]), append(t.openBelow, !s.below[last+i])
		}
	}
	t.columns, t.levels = kept(s.xs, usedX), kept(s.ys, usedY)
	t.slots = make([]int32, t.rows()*(len(t.columns)-1))
	for i := range t.cells {
		c := &t.cells[i]
		c.column, c.colspan = x[c.column], x[c.column+c.colspan]-x[c.column]
		c.row, c.rowspan = y[c.row], y[c.row+c.rowspan]-y[c.row]
		for row := c.row; row < c.row+c.rowspan; row++ {
			for column := c.column; column < c.column+c.colspan; column++ {
				t.slots[row*(len(t.columns)-1)+column] = int32(i)
			}
		}
	}
}

func (t *pdfTable) rows() int { return len(t.levels) - 1 }

// kept are the values that are used.
func kept(values []float64, used []bool) (out []float64) {
	for i, v := range values {
		if used[i] {
			out = append(out, v)
		}
	}
	return out
}

// ranks counts the true ones before each.
func ranks(used []bool) []int {
	out, n := make([]int, len(used)), 0
	for i, u := range used {
		out[i] = n
		if u {
			n++
		}
	}
	return out
}

// cellAt is the cell that holds a place, nil for none.
func (t *pdfTable) cellAt(x, y float64) *pdfCell {
	column, row := before(t.columns, x), before(t.levels, y)
	if column < 0 || row < 0 || column >= len(t.columns)-1 || row >= t.rows() {
		return nil
	}
	return &t.cells[t.slots[row*(len(t.columns)-1)+column]]
}

// before is the index of the last value that is not greater, -1 for none.
func before(sorted []float64, x float64) int {
	i, found := slices.BinarySearch(sorted, x)
	if found {
		return i
	}
	return i - 1
}
