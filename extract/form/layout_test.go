package form_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/form"
	"nianbao/extract/grid"
)

// Every report of testdata, laid out as its official form and read again, says the same.
func TestLayoutReadsBack(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/reports/*")
	if err != nil {
		t.Fatal(err)
	}
	laid := 0
	for _, dir := range dirs {
		id, cells := readReport(t, filepath.Base(dir))
		if id == "none" || id == "" {
			continue
		}
		laid++
		var grids []grid.Grid
		for _, s := range form.Layout(form.ByID(id), cells, 2020) {
			var g []grid.Cell
			for _, c := range s.Cells {
				g = append(g, grid.Cell{Text: c.Text, Row: c.Row, Column: c.Column, Rowspan: c.Rowspan, Colspan: c.Colspan})
			}
			grids = append(grids, grid.New(g))
		}
		want, got := values(cells), values(form.Read(grids).Cells)
		for _, c := range cells {
			if c.Note != "" { // what decided the number, or against it, is not in the table any more
				place := c.Relation + "/" + c.RowID + "/" + c.ColumnID + " "
				elsewhere := func(v string) bool { return strings.HasPrefix(v, place) }
				want, got = slices.DeleteFunc(want, elsewhere), slices.DeleteFunc(got, elsewhere)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", filepath.Base(dir), diff)
		}
	}
	t.Logf("%d reports", laid)
	if laid < 50 {
		t.Errorf("only %d reports have a form", laid)
	}
}

// values are the numbers of cells, by place.
func values(cells []form.Cell) []string {
	var out []string
	for _, c := range cells {
		if c.Value.Valid {
			out = append(out, fmt.Sprintf("%s/%s/%s %s", c.Relation, c.RowID, c.ColumnID, c.Value.Decimal))
		}
	}
	slices.Sort(out)
	return out
}
