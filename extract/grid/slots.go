package grid

// Limits of a grid. They are ours; WHATWG limits only the span of one cell.
const (
	maxSlots   = 2_000_000
	maxCells   = 200_000
	maxCovered = 2 * maxSlots // sum of the areas of all cells, which is more than the slots only where cells overlap

	maxColspan = 1000
	maxRowspan = 65534
)

// New makes the grid of cells that a document places itself (a spreadsheet, a word processor, a PDF). Spans below 1
// count as 1 and are otherwise taken as they are. Cells with a negative origin, and cells with which the grid would
// pass its limits (see the package's decisions), are left out.
func New(cells []Cell) Grid {
	var g Grid
	covered := 0
	for _, c := range cells {
		c.Rowspan, c.Colspan = max(c.Rowspan, 1), max(c.Colspan, 1)
		if c.Row < 0 || c.Column < 0 || len(g.Cells) == maxCells ||
			max(c.Row, c.Column, c.Rowspan, c.Colspan) > maxSlots { // first of all, so that no product overflows
			continue
		}
		rows, columns := max(g.Rows, c.Row+c.Rowspan), max(g.Columns, c.Column+c.Colspan)
		if rows*columns > maxSlots || covered+c.Rowspan*c.Colspan > maxCovered {
			continue
		}
		covered += c.Rowspan * c.Colspan
		g.Rows, g.Columns = rows, columns
		g.Cells = append(g.Cells, c)
	}
	g.cover()
	return g
}

// cover fills the slots from the cells, the earlier cell first.
func (g *Grid) cover() {
	g.slots = make([]int32, g.Rows*g.Columns)
	for i, c := range g.Cells {
		for row := c.Row; row < c.Row+c.Rowspan; row++ {
			line := g.slots[row*g.Columns : (row+1)*g.Columns]
			for column := c.Column; column < c.Column+c.Colspan; column++ {
				if line[column] == 0 {
					line[column] = int32(i + 1)
				}
			}
		}
	}
}

// At answers the cell that covers a slot, counted from 0: the first one where cells overlap, nil for a hole and outside
// of the grid. The cell must not be changed.
func (g Grid) At(row, column int) *Cell {
	if row < 0 || row >= g.Rows || column < 0 || column >= g.Columns {
		return nil
	}
	slot := row*g.Columns + column
	if slot >= len(g.slots) || g.slots[slot] == 0 {
		return nil
	}
	return &g.Cells[g.slots[slot]-1]
}

// Row answers the cells that cover a row, each once, from left to right, those included that begin in a row above.
// Holes are left out; outside of the grid there are none.
func (g Grid) Row(row int) []*Cell {
	return distinct(g.Columns, func(column int) *Cell { return g.At(row, column) }, func(c *Cell) int { return c.Column })
}

// Column answers the cells that cover a column, each once, from top to bottom, those included that begin in a column to
// the left. Holes are left out; outside of the grid there are none.
func (g Grid) Column(column int) []*Cell {
	return distinct(g.Rows, func(row int) *Cell { return g.At(row, column) }, func(c *Cell) int { return c.Row })
}

// distinct gathers the cells of n slots, each once: a cell is new at the slot where it begins, and an overlapped one can
// begin behind that and appear twice, with another one between.
func distinct(n int, at func(int) *Cell, begin func(*Cell) int) []*Cell {
	var cells []*Cell
	var last *Cell
	var seen map[*Cell]bool // made when the first cell comes that may have been there before
	for i := range n {
		c := at(i)
		if c == nil || c == last {
			continue
		}
		last = c
		if begin(c) != i && seen == nil {
			seen = map[*Cell]bool{}
			for _, c := range cells {
				seen[c] = true
			}
		}
		if !seen[c] {
			cells = append(cells, c)
		}
		if seen != nil {
			seen[c] = true
		}
	}
	return cells
}
