package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// odfTables reads the tables of a sheet, or of a chart, embedded in an OpenDocument file (OpenDocument 1.3 part 3, chapters 9
// and 11): what their cells show, days as YYYY-MM-DD.
func odfTables(p *pack, name string, l Limits) (tables []Table, err error) {
	r := odfReader{limits: l}
	err = p.parse(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "table" {
			return nil
		}
		s := newSheet(value(e, "name"), false)
		if s.name == "local-table" { // what a chart keeps
			s.name = ""
		}
		if err := r.rows(d, s, new(int), 0); err != nil {
			return err
		}
		if t, ok := s.table(l); ok {
			tables = append(tables, t)
		}
		return nil
	})
	return tables, err
}

// odfReader reads the sheets of an embedded file. Each of its methods begins behind an element's start and reads its end.
type odfReader struct {
	limits Limits
	size   size // read so far
}

// rows reads the rows of a sheet, those in groups too.
func (r *odfReader) rows(d *xml.Decoder, s *sheet, row *int, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-row":
			rows := repeats(e, "number-rows-repeated")
			if err := r.cells(d, s, *row, min(rows, maxSpan), depth+1); err != nil {
				return err
			}
			*row += rows
			return nil
		case "table-header-rows", "table-rows", "table-row-group":
			return r.rows(d, s, row, depth+1)
		}
		return d.Skip()
	})
}

// cells reads the cells of a row that show something. The row stands for several.
func (r *odfReader) cells(d *xml.Decoder, s *sheet, row, rows, depth int) error {
	column := 0
	return children(d, depth, nil, func(e xml.StartElement) error {
		columns := repeats(e, "number-columns-repeated")
		if e.Name.Local != "table-cell" {
			column += columns
			return d.Skip()
		}
		text, err := r.text(d, depth+1)
		if err != nil {
			return err
		}
		if value(e, "value-type") == "date" {
			text, _, _ = strings.Cut(value(e, "date-value"), "T")
		}
		if strings.TrimSpace(text) != "" {
			n := rows * min(columns, maxSpan)
			r.size.grow(size{cells: n, text: n * len(text)})
			if err := r.size.limit(r.limits); err != nil {
				return err
			}
			for i := range n {
				s.cells[place{row + i%rows, column + i/rows}] = text
			}
		}
		if rows, columns := span(value(e, "number-rows-spanned"), 1), span(value(e, "number-columns-spanned"), 1); rows*columns > 1 {
			s.merge(row, column, row+rows-1, column+columns-1)
		}
		column += columns
		return nil
	})
}

// text is the text of a cell, a line each paragraph.
func (r *odfReader) text(d *xml.Decoder, depth int) (string, error) {
	var lines []string
	err := children(d, depth, nil, func(e xml.StartElement) error {
		if e.Name.Local != "p" {
			return d.Skip()
		}
		var p odtParagraph
		err := (&odtReader{limits: r.limits}).inline(d, &p, false, look{}, depth+1)
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
