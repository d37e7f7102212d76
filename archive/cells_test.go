package archive

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"nianbao/extract"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// What a transaction has at hand of the cells that it wrote is what it would read back, whatever pages print.
func TestCellsAtHandAreThoseStored(t *testing.T) {
	pages, err := filepath.Glob("../testdata/reports/*/page.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	a := openTest(t)
	c := begin(t, a)
	stated, numbers := map[text.State]int{}, 0
	for i, name := range pages {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		address := "http://x.gov.cn/" + filepath.Base(filepath.Dir(name)) + ".html"
		reading, err := extract.Read(extract.Input{Body: body, ContentType: "text/html", URL: address})
		if err != nil || reading.Report == nil {
			continue
		}
		r := reading.Report
		for j := range r.Cells { // what no page prints, and what people say
			switch cell := &r.Cells[j]; (i + j) % 40 {
			case 0:
				cell.Raw, cell.Note = "\xff1", "\xfe"
			case 1:
				cell.Table, cell.Row, cell.Column = 1, 1, 1
			}
		}
		capture := save(t, c, page(address, string(body), i)).ID
		saved, err := a.SaveReading(t.Context(), capture, "v1", reading, nil)
		if err != nil {
			t.Fatal(err)
		}
		if speaks, err := selectInts(t.Context(), a.read, `SELECT capture_id FROM report WHERE report_id = ?`, saved.ReportID); err != nil {
			t.Fatal(err)
		} else if speaks[0] != capture { // another page is the better source of this report
			continue
		}
		var fields []int64
		for _, cell := range r.Cells {
			id, ok := a.fields.Load(fieldName{cell.Relation, cell.RowID, cell.ColumnID, cmp.Or(cell.Unit, "unknown")})
			if !ok {
				t.Fatalf("no field for %v", cell)
			}
			fields = append(fields, id.(int64))
			stated[cell.State]++
		}
		want, err := storedCells(t.Context(), a.read, saved.ReportID)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff(want, asStored(r.Cells, fields), cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: stored, at hand:\n%s", name, d)
		}
		numbers += len(want)
	}
	if numbers < 1000 || len(stated) < 4 {
		t.Errorf("%d cells in the states %v show little", numbers, stated)
	}
}

// A person's word is stored as the state checked, and counts as if it had been read.
func TestCheckedCellsAtHand(t *testing.T) {
	cells := []form.Cell{
		{Relation: "disputes", RowID: "review", ColumnID: "total", Unit: "件", State: stateChecked, Table: -1, Row: -1, Column: -1},
		{Relation: "disputes", RowID: "review", ColumnID: "upheld", Unit: "件", State: stateChecked, Raw: "4",
			Value: decimal.NewNullDecimal(decimal.NewFromInt(4)), Table: -1, Row: -1, Column: -1},
	}
	got := asStored(cells, []int64{2, 1})
	slices.Reverse(cells)
	for i := range cells {
		cells[i].Table, cells[i].Row, cells[i].Column = 0, 0, 0
	}
	cells[0].State, cells[1].State = text.StateNumber, text.StateBlank
	if d := diff.Diff(cells, got); d != "" {
		t.Error(d)
	}
}
