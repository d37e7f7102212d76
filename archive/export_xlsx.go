package archive

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// The limits of a sheet (Excel specifications and limits).
const (
	maxSheetRows = 1_048_576
	maxCellUnits = 32_767 // UTF-16 code units in a cell
	maxNotes     = 10_000 // cut texts that are named one by one
)

// headerRows are the rows above the data: the column's name, its Chinese and its English label.
const headerRows = 3

// xlsx writes one workbook: a sheet a relation, one of the labels, and one of notes on what did not fit. Texts are
// written as texts, never as formulas.
func (x *exporting) xlsx() error {
	if x.options.Reports != nil {
		return x.writeFile("report.xlsx", x.reportTables)
	}
	return x.writeFile("nianbao.xlsx", func(w io.Writer) error {
		if !slices.ContainsFunc(x.relations, func(r Relation) bool { return r.Name == "labels" }) {
			labels, err := x.relation(x.ctx, "labels")
			if err != nil {
				return err
			}
			x.relations = append(x.relations, labels)
		}
		b, err := x.newBook()
		if err != nil {
			return err
		}
		for _, r := range x.relations {
			if err := b.relation(x, r); err != nil {
				return errors.Join(err, b.file.Close())
			}
		}
		return b.finish(x, w)
	})
}

// book is a workbook being written.
type book struct {
	file   *excelize.File
	labels map[[2]string][2]string // relation and id: Chinese, English
	bold   int                     // style
	wrap   int                     // style
	notes  [][]any
	cut    int // texts that were cut
	sheets int
}

func (x *exporting) newBook() (*book, error) {
	b := &book{file: excelize.NewFile(excelize.Options{TmpDir: x.temp}), labels: map[[2]string][2]string{}}
	if err := b.file.SetDocProps(&excelize.DocProperties{Creator: "nianbao", Created: "1980-01-01T00:00:00Z",
		Modified: "1980-01-01T00:00:00Z"}); err != nil {
		return nil, err
	}
	var err error
	if b.bold, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, err
	}
	line := func(side string) excelize.Border { return excelize.Border{Type: side, Color: "000000", Style: 1} }
	if b.wrap, err = b.file.NewStyle(&excelize.Style{
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"},
		Border:    []excelize.Border{line("left"), line("right"), line("top"), line("bottom")},
	}); err != nil {
		return nil, err
	}
	rows, err := x.tx.QueryContext(x.ctx, `SELECT relation, id, ifnull(label_zh, ''), ifnull(label_en, '') FROM labels
		WHERE form IS NOT NULL OR parent IS NULL ORDER BY form`)
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var relation, id, zh, en string
		if err := rows.Scan(&relation, &id, &zh, &en); err != nil {
			return nil, err
		}
		b.labels[[2]string{relation, id}] = [2]string{zh, en} // the newest form comes last
	}
	return b, rows.Err()
}

// sheet begins a sheet.
func (b *book) sheet(name string) (*excelize.StreamWriter, error) {
	var err error
	if b.sheets++; b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return nil, err
	}
	return b.file.NewStreamWriter(name)
}

// relation writes the sheet of a relation, and further ones where it has more rows than fit.
func (b *book) relation(x *exporting, r Relation) error {
	var w *excelize.StreamWriter
	row, part := x.sheetRows, 0
	begin := func() (err error) {
		name := r.Name
		if part++; part > 1 {
			name = fmt.Sprintf("%s %d", r.Name, part)
			x.note("Sheet %s goes on in sheet %s.", r.Name, name)
			b.notes = append(b.notes, []any{r.Name, nil, nil, "goes on in sheet " + name})
		}
		if w != nil {
			if err := w.Flush(); err != nil {
				return err
			}
		}
		if w, err = b.sheet(name); err != nil {
			return err
		}
		if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: headerRows, TopLeftCell: "A4",
			ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		row = 0
		return b.header(w, r, &row)
	}
	if err := begin(); err != nil {
		return err
	}
	cells := make([]any, len(r.Columns))
	err := x.each(r, func(values []any) error {
		if row == x.sheetRows {
			if err := begin(); err != nil {
				return err
			}
		}
		row++
		for i, v := range values {
			cells[i] = b.cell(x, r, i, row, v)
		}
		return w.SetRow("A"+strconv.Itoa(row), cells)
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// header writes the rows above the data.
func (b *book) header(w *excelize.StreamWriter, r Relation, row *int) error {
	lines := [headerRows][]any{}
	for _, c := range r.Columns {
		l := b.labels[[2]string{r.Name, c.Name}]
		en := cmp.Or(l[1], c.Meaning)
		if c.Unit != "" {
			en += " [" + c.Unit + "]"
		}
		lines[0] = append(lines[0], excelize.Cell{StyleID: b.bold, Value: c.Name})
		lines[1] = append(lines[1], l[0])
		lines[2] = append(lines[2], en)
	}
	for _, line := range lines {
		*row++
		if err := w.SetRow("A"+strconv.Itoa(*row), line); err != nil {
			return err
		}
	}
	return nil
}

// cell is a value as a sheet takes it: ids of 16 digits as text, texts not above the length of a cell.
func (b *book) cell(x *exporting, r Relation, column, row int, v any) any {
	switch v := v.(type) {
	case int64:
		if wideIDs[r.Columns[column].Name] {
			return strconv.FormatInt(v, 10)
		}
	case string:
		if len(v) <= maxCellUnits {
			return v
		}
		units := utf16.Encode([]rune(v))
		if len(units) <= maxCellUnits {
			return v
		}
		if b.cut++; b.cut <= maxNotes {
			b.notes = append(b.notes, []any{r.Name, r.Columns[column].Name, row,
				fmt.Sprintf("cut: the text has %d characters, a cell holds %d", len(units), maxCellUnits)})
		}
		end := maxCellUnits
		if utf16.IsSurrogate(rune(units[end-1])) && utf16.IsSurrogate(rune(units[end])) && units[end-1] < 0xdc00 {
			end-- // not half a character
		}
		return string(utf16.Decode(units[:end]))
	}
	return v
}

// finish writes the sheet of notes and the workbook.
func (b *book) finish(x *exporting, out io.Writer) (err error) {
	defer func() { err = errors.Join(err, b.file.Close()) }()
	w, err := b.sheet("notes")
	if err != nil {
		return err
	}
	if b.cut > 0 {
		x.note("%d texts were longer than a cell holds and are cut; sheet notes names them.", b.cut)
	}
	if b.cut > maxNotes {
		b.notes = append(b.notes, []any{nil, nil, nil, fmt.Sprintf("and %d more texts that are cut", b.cut-maxNotes)})
	}
	about := []any{"exported by nianbao; the forms' labels are in sheet labels; an empty cell is NULL"}
	var fingerprint sql.NullString
	if err := x.tx.QueryRowContext(x.ctx, `SELECT fingerprint FROM archive`).Scan(&fingerprint); err != nil {
		return err
	}
	lines := slices.Concat([][]any{about, {"fingerprint of the archive", fingerprint.String},
		{"choice", cmp.Or(x.options.Where.String(), "all reports")}, {"sheet", "column", "row", "note"}}, b.notes)
	for i, line := range lines {
		if err := w.SetRow("A"+strconv.Itoa(i+1), line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &sortedZip{dir: x.temp, out: out} })
	return b.file.Write(io.Discard)
}
