package form

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/net/html"

	"nianbao/extract/grid"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// FuzzRead: whatever tables a page has, each cell of the form stands at the address it names, and has a value if it says so.
func FuzzRead(f *testing.F) {
	pages, err := filepath.Glob("../../testdata/reports/*/page.html")
	if err != nil || len(pages) == 0 {
		f.Fatalf("%d pages: %v", len(pages), err)
	}
	for _, p := range pages {
		body, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text.Decode(body, "").Text)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		root, err := page.Parse(markup)
		if err != nil {
			return
		}
		var grids []grid.Grid
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "table" {
				g, _, _ := grid.FromHTML(n)
				grids = append(grids, g)
			}
		}
		for _, c := range Read(grids).Cells {
			if c.Table < 0 || c.Table >= len(grids) || grids[c.Table].At(c.Row, c.Column) == nil {
				t.Errorf("%s/%s/%s: no cell at %d.%d.%d", c.Relation, c.RowID, c.ColumnID, c.Table, c.Row, c.Column)
			}
			if c.Value.Valid != (c.State == text.StateNumber) {
				t.Errorf("%+v: value and state disagree", c)
			}
		}
	})
}
