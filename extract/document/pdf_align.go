package document

import (
	"slices"

	"nianbao/extract/text"
)

const (
	fewestRows = 3   // of a table without lines
	rowPitch   = 3.0 // parts of a character's height that its rows are apart at most
)

// aligned makes tables of lines that stand below each other in columns, where none are drawn. What is not beyond doubt stays
// text: at least three lines must have all columns, and one column must hold numbers.
func aligned(page []placed) (out []placed) {
	for i := 0; i < len(page); {
		rows, n := columned(page[i:])
		if t := alignedTable(rows); t != nil {
			out = append(out, placed{box: t.box, table: t})
			i += n
			continue
		}
		for range max(n, 1) {
			out = append(out, page[i])
			i++
		}
	}
	return out
}

// columned are the parts of the lines, from the first on, that have several, and how many lines that are.
func columned(page []placed) (rows [][]*printedLine, n int) {
	for n < len(page) && page[n].line != nil {
		parts := page[n].line.parts()
		if len(parts) < 2 {
			break
		}
		if n > 0 && page[n].bottom-page[n-1].bottom > rowPitch*page[n].line.em {
			break
		}
		rows = append(rows, parts)
		n++
	}
	return rows, n
}

// stretch is where a column stands.
type stretch struct{ left, right float64 }

// alignedTable makes a table of lines in parts, nil if they do not stand in columns.
func alignedTable(rows [][]*printedLine) *pdfTable {
	most, full := 0, 0
	for _, parts := range rows {
		if len(parts) > most {
			most, full = len(parts), 0
		}
		if len(parts) == most {
			full++
		}
	}
	if full < fewestRows {
		return nil
	}
	columns := make([]stretch, 0, most)
	for _, parts := range rows {
		for i, part := range parts {
			if len(parts) < most {
				break
			}
			if len(columns) == i {
				columns = append(columns, stretch{part.left, part.right})
			}
			columns[i] = stretch{min(columns[i].left, part.left), max(columns[i].right, part.right)}
		}
	}
	for i := 1; i < len(columns); i++ {
		if columns[i].left <= columns[i-1].right {
			return nil
		}
	}
	t := &pdfTable{byAlignment: true}
	numbers := make([]int, most)
	for no, parts := range rows {
		taken := -1
		for _, part := range parts {
			first, last := under(columns, part)
			if first < 0 || first <= taken || first != last && len(parts) == most {
				return nil
			}
			taken = last
			t.cells = append(t.cells, pdfCell{row: no, column: first, rowspan: 1, colspan: last - first + 1,
				area: part.box, glyphs: part.glyphs, lines: []*printedLine{part}})
			if first == last && text.ParseValue(part.text).State == text.StateNumber {
				numbers[first]++
			}
		}
	}
	if slices.Max(numbers[1:]) < 2 {
		return nil
	}
	t.blanks(len(rows), most)
	for i, c := range t.cells {
		if i == 0 {
			t.box = c.area
		}
		if c.text() != "" {
			t.box = t.box.join(c.area)
		}
	}
	return t
}

// under are the first and last columns that a part stands in, -1 for none.
func under(columns []stretch, part *printedLine) (first, last int) {
	first = -1
	for i, c := range columns {
		if part.left < c.right && c.left < part.right {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}

// blanks adds the cells in which nothing is printed.
func (t *pdfTable) blanks(rows, columns int) {
	covered := make([]bool, rows*columns)
	for _, c := range t.cells {
		for column := c.column; column < c.column+c.colspan; column++ {
			covered[c.row*columns+column] = true
		}
	}
	for slot, is := range covered {
		if !is {
			t.cells = append(t.cells, pdfCell{row: slot / columns, column: slot % columns, rowspan: 1, colspan: 1})
		}
	}
}
