package document

import (
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// cellLines takes a table from the beginning of lines in which every cell is a line that begins with a tab and a row ends
// with a blank line, as converters of .doc write them. A cell goes on over lines without a tab if another cell follows.
// It returns how many lines the table has, 0 if there is none.
func cellLines(lines []string) (rows [][]string, n int) {
	isCell := func(i int) bool {
		return i < len(lines) && strings.HasPrefix(lines[i], "\t") && strings.Count(lines[i], "\t") == 1
	}
	blank := true
	for i := 0; i < len(lines); i++ {
		switch line := strings.TrimSpace(lines[i]); {
		case isCell(i):
			if blank {
				rows = append(rows, nil)
			}
			rows[len(rows)-1] = append(rows[len(rows)-1], line)
			blank, n = false, i+1
		case len(rows) == 0:
			return nil, 0
		case line == "":
			blank = true
		case isCell(i + 1):
			last := rows[len(rows)-1]
			last[len(last)-1] += line
			blank = false
		default:
			return rows, n
		}
	}
	return rows, n
}

// isTable says whether rows are a table's: two and more, not all of one cell, as indented paragraphs are.
func isTable(rows [][]string) bool {
	return len(rows) > 1 && widest(rows) > 1
}

// widest is the number of cells of the longest row.
func widest(rows [][]string) int {
	n := 0
	for _, row := range rows {
		n = max(n, len(row))
	}
	return n
}

// raggedGrid is a grid of rows of unlike length.
func raggedGrid(rows [][]string) grid.Grid {
	var cells []grid.Cell
	for no, row := range rows {
		for column, field := range row {
			cells = append(cells, grid.Cell{Text: text.Fold(field), Row: no, Column: column, Rowspan: 1, Colspan: 1})
		}
	}
	return grid.New(cells)
}
