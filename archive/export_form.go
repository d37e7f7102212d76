package archive

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"nianbao/extract/contact"
	"nianbao/extract/form"
)

// tableNames are what the sheets of a report are called, by relation.
var tableNames = map[string]string{
	"disclosure": "表二", "applications": "表三", "disputes": "表四", "statistics": "统计表",
}

// reportTables writes the tables of reports as their official forms lay them out, each number as the document prints it.
func (x *exporting) reportTables(out io.Writer) error {
	b, err := x.newBook()
	if err != nil {
		return err
	}
	for i, ref := range x.options.Reports {
		if err := x.reportSheets(b, i, ref); err != nil {
			return fmt.Errorf("report %s: %w", ref, err)
		}
	}
	return b.finish(x, out)
}

// reportSheets writes the sheets of one report.
func (x *exporting) reportSheets(b *book, n int, ref string) error {
	var id int64
	var year int
	var edition, title, url string
	ok, err := found(x.tx.QueryRowContext(x.ctx, `SELECT report_id, ifnull(year, 0), form, title, url FROM reports
		WHERE CAST(report_id AS TEXT) = ?1 OR key = ?1`, ref).Scan(&id, &year, &edition, &title, &url))
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: there is no report with this number or key", ErrExport)
	}
	e := form.ByID(edition)
	if e == nil {
		return fmt.Errorf("%w: it has no table of an official form", ErrExport)
	}
	cells, err := storedCells(x.ctx, x.tx, id)
	if err != nil {
		return err
	}
	for _, s := range form.Layout(e, cells, year) {
		name := tableNames[s.Relation]
		if len(x.options.Reports) > 1 {
			name = fmt.Sprintf("%s (%d)", name, n+1)
		}
		if x.options.NoContact {
			title = contact.Mask(title)
			for i, c := range s.Cells {
				if !c.Number {
					s.Cells[i].Text = contact.Mask(c.Text)
				}
			}
		}
		b.notes = append(b.notes, []any{name, nil, nil, title}, []any{name, nil, nil, url})
		if len(s.Absent) > 0 {
			b.notes = append(b.notes, []any{name, nil, nil,
				"empty here, and not in the document: " + strings.Join(s.Absent, ", ")})
		}
		for _, note := range s.Notes {
			b.notes = append(b.notes, []any{name, nil, nil, note})
		}
		if err := b.table(name, s); err != nil {
			return err
		}
		x.out.Rows += int64(s.Rows)
	}
	return nil
}

// table writes one sheet as it is laid out, with its merged cells and borders.
func (b *book) table(name string, s form.Sheet) error {
	w, err := b.sheet(name)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, s.Columns, 14); err != nil {
		return err
	}
	lines := make([][]any, s.Rows)
	for i := range lines {
		lines[i] = make([]any, s.Columns)
		for j := range lines[i] {
			lines[i][j] = excelize.Cell{StyleID: b.wrap}
		}
	}
	for _, c := range s.Cells {
		lines[c.Row][c.Column] = excelize.Cell{StyleID: b.wrap, Value: printedValue(c)}
	}
	for i, line := range lines {
		if err := w.SetRow("A"+strconv.Itoa(i+1), line); err != nil {
			return err
		}
	}
	for _, c := range s.Cells {
		if c.Rowspan*c.Colspan == 1 {
			continue
		}
		from, err := excelize.CoordinatesToCellName(c.Column+1, c.Row+1)
		if err != nil {
			return err
		}
		to, err := excelize.CoordinatesToCellName(c.Column+c.Colspan, c.Row+c.Rowspan)
		if err != nil {
			return err
		}
		if err := w.MergeCell(from, to); err != nil {
			return err
		}
	}
	return w.Flush()
}

// printedValue is what a place prints: a number where the print is one and nothing else, else the text.
func printedValue(c form.Placed) any {
	if c.Text == "" {
		return nil
	}
	if n, err := strconv.ParseInt(c.Text, 10, 64); err == nil && c.Number && strconv.FormatInt(n, 10) == c.Text {
		return n
	}
	return c.Text
}
