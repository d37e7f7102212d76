package extract_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract"
	"nianbao/extract/check"
)

// A report converted to text with a line each cell and merged cells lost: tables 二 and 四 come to the numbers of the page. The
// columns of 三 cannot be told apart, so none of it is read, and every row of it is a doubt.
func TestTextWithALineEachCell(t *testing.T) {
	body, err := os.ReadFile("../testdata/texts/chiping-2023-every-cell-a-line/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	got, err := extract.Read(extract.Input{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(wantCells(t, "chiping-2023-review-sum-wrong"), func(cell string) bool {
		return strings.HasPrefix(cell, "applications/")
	})
	if diff := cmp.Diff(want, cellsOf(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if r := got.Report; r == nil || r.Authority != "聊城市茌平区人民政府" || r.Year != 2023 || r.Media != "text" || len(r.Sections) != 6 {
		t.Fatalf("%+v", r)
	}
	for _, label := range []string{"一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理"} {
		if !slices.ContainsFunc(got.Report.Findings, func(f check.Finding) bool {
			return f.Severity == check.Doubt && strings.Contains(f.Message, label)
		}) {
			t.Errorf("no doubt about %s", label)
		}
	}
}

// cellsOf writes the cells of a reading, without their places.
func cellsOf(r extract.Reading) (lines []string) {
	if r.Report == nil {
		return nil
	}
	for _, c := range r.Report.Cells {
		shown := c.Raw
		if c.Value.Valid {
			shown = c.Value.Decimal.String()
		}
		lines = append(lines, strings.Join([]string{c.Relation, c.RowID, c.ColumnID}, "/")+" "+string(c.State)+" "+shown)
	}
	slices.Sort(lines)
	return lines
}

// wantCells are the cells of the page from which a document was made.
func wantCells(t *testing.T, name string) []string {
	t.Helper()
	folder := filepath.Join("../testdata/reports", name)
	page := filepath.Join(folder, "page.html")
	if source, err := os.ReadFile(filepath.Join(folder, "source")); err == nil {
		page = filepath.Join(folder, strings.TrimSpace(string(source)))
	}
	body, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	r, err := extract.Read(extract.Input{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return cellsOf(r)
}
