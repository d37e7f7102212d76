package document

import (
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// endTabbed files the paragraphs with tabs that followed each other: as a table where its structure is beyond doubt, two
// rows or more with the same number of tabs, else as the paragraphs that they are.
func (r *htmlReader) endTabbed() {
	rows := r.tabbed
	r.tabbed = nil
	if g, ok := tabbedGrid(rows); ok {
		r.doc.Blocks = append(r.doc.Blocks, Block{Table: len(r.doc.Tables)})
		r.doc.Tables = append(r.doc.Tables, Table{Grid: g, Parent: -1})
		return
	}
	for _, row := range rows {
		r.doc.Blocks = append(r.doc.Blocks, Block{Text: strings.ReplaceAll(text.Fold(row), "\n", " "), Table: -1})
	}
}

// tabbedGrid is the table that lines of tab-separated text make: a cell a field.
func tabbedGrid(rows []string) (grid.Grid, bool) {
	if len(rows) < 2 {
		return grid.Grid{}, false
	}
	fields := strings.Count(strings.Trim(rows[0], "\r\n"), "\t")
	var cells []grid.Cell
	for no, row := range rows {
		row = strings.Trim(row, "\r\n")
		if strings.Count(row, "\t") != fields {
			return grid.Grid{}, false
		}
		for column, field := range strings.Split(row, "\t") {
			cells = append(cells, grid.Cell{Text: text.Fold(field), Row: no, Column: column, Rowspan: 1, Colspan: 1})
		}
	}
	return grid.New(cells), true
}
