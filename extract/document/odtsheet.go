package document

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// odfTables reads the tables of a sheet, or of a chart, embedded in an OpenDocument file (OpenDocument 1.3 part 3, chapters 9
// and 11): what their cells show, days as YYYY-MM-DD.
func odfTables(p *pack, name string, l Limits) (tables []Table, err error) {
	cells := 0
	err = p.parse(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "table" {
			return nil
		}
		s := newSheet(value(e, "name"), false)
		if s.name == "local-table" { // what a chart keeps
			s.name = ""
		}
		if err := odfRows(d, s, new(int), l.Cells-cells, 0); err != nil {
			return err
		}
		cells += len(s.cells)
		if t, ok := s.table(l); ok {
			tables = append(tables, t)
		}
		return nil
	})
	return tables, err
}

// odfRows reads the rows of a sheet, those in groups too, up to a number of cells.
func odfRows(d *xml.Decoder, s *sheet, row *int, most, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-row":
			shown, err := odfCells(d, s, *row, depth+1)
			rows := repeats(e, "number-rows-repeated")
			for column, text := range shown {
				for r := range min(rows, maxSpan) {
					s.cells[place{*row + r, column}] = text
				}
			}
			*row += rows
			if err == nil && len(s.cells) > most {
				err = fmt.Errorf("more than %d cells: %w", most, ErrLimit)
			}
			return err
		case "table-header-rows", "table-rows", "table-row-group":
			return odfRows(d, s, row, most, depth+1)
		}
		return d.Skip()
	})
}

// odfCells reads the cells of a row that show something, by their columns.
func odfCells(d *xml.Decoder, s *sheet, row, depth int) (map[int]string, error) {
	column := 0
	shown := map[int]string{}
	err := children(d, depth, nil, func(e xml.StartElement) error {
		columns := repeats(e, "number-columns-repeated")
		if e.Name.Local != "table-cell" {
			column += columns
			return d.Skip()
		}
		text, err := odfText(d, depth+1)
		if value(e, "value-type") == "date" {
			text, _, _ = strings.Cut(value(e, "date-value"), "T")
		}
		for c := range min(columns, maxSpan) {
			if strings.TrimSpace(text) == "" {
				break
			}
			shown[column+c] = text
		}
		if rows, columns := span(value(e, "number-rows-spanned"), 1), span(value(e, "number-columns-spanned"), 1); rows*columns > 1 {
			s.merge(row, column, row+rows-1, column+columns-1)
		}
		column += columns
		return err
	})
	return shown, err
}

// odfText is the text of a cell, a line each paragraph.
func odfText(d *xml.Decoder, depth int) (string, error) {
	var lines []string
	err := children(d, depth, nil, func(e xml.StartElement) error {
		if e.Name.Local != "p" {
			return d.Skip()
		}
		var p odtParagraph
		err := (&odtReader{}).inline(d, &p, false, depth+1)
		lines = append(lines, p.text.String())
		return err
	})
	return strings.Join(lines, "\n"), err
}

// repeats is how many rows or columns an element stands for: at the end of a sheet, for all the rest.
func repeats(e xml.StartElement, name string) int {
	n, err := strconv.Atoi(value(e, name))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<20)
}
