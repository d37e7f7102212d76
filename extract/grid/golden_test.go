package grid

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"nianbao/extract/text"
)

// TestGrids forms every table of testdata/grids and compares it with the wanted grid beside it. UPDATE=1 writes what we
// form; TestChromium tells whether it is right.
func TestGrids(t *testing.T) {
	files, err := filepath.Glob("../../testdata/grids/*.html")
	if err != nil || len(files) < 25 {
		t.Fatalf("found %d pages, want at least 25 (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for i, table := range tablesOf(t, string(body)) {
				g, nested, cut := FromHTML(table)
				checkGrid(t, g)
				fmt.Fprintf(&got, "table %d: %d rows, %d columns, %d nested, cut %t\n",
					i, g.Rows, g.Columns, len(nested), cut)
				for _, c := range g.Cells {
					kind := "td"
					if c.Header {
						kind = "th"
					}
					fmt.Fprintf(&got, "%d,%d %dx%d %s %q\n", c.Row, c.Column, c.Rowspan, c.Colspan, kind, c.Text)
				}
			}
			wanted := strings.TrimSuffix(file, ".html") + ".txt"
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(wanted, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(wanted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("grid differs (-want +got):\n%s", diff)
			}
		})
	}
}

// tablesOf answers the tables of a page that are not hidden, nested ones included, in document order.
func tablesOf(t testing.TB, page string) []*html.Node {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("parse the page: %v", err)
	}
	var tables []*html.Node
	walk(document, func(n *html.Node) bool {
		if n.Type == html.ElementNode {
			if displayOf(n) == none {
				return false
			}
			if n.Data == "table" {
				tables = append(tables, n)
			}
		}
		return true
	}, func(*html.Node) {})
	return tables
}

// pagesIn reads every HTML page under a folder, decoded as the program decodes it.
func pagesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".html", ".htm", ".shtml"}, filepath.Ext(path)) {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		pages[path] = text.Decode(body, "").Text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// checkGrid checks what must hold of every grid.
func checkGrid(t testing.TB, g Grid) {
	t.Helper()
	covered := make([]bool, g.Rows*g.Columns)
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Row < 0 || c.Column < 0 || c.Rowspan < 1 || c.Colspan < 1 ||
			c.Row+c.Rowspan > g.Rows || c.Column+c.Colspan > g.Columns {
			t.Fatalf("cell %+v is outside of %d×%d", *c, g.Rows, g.Columns)
		}
		if g.At(c.Row, c.Column) != c {
			t.Fatalf("cell %+v is not at its origin", *c)
		}
		if c.Text != text.Fold(c.Text) {
			t.Fatalf("the text of cell %+v is not folded", *c)
		}
		for y := c.Row; y < c.Row+c.Rowspan; y++ {
			for x := c.Column; x < c.Column+c.Colspan; x++ {
				covered[y*g.Columns+x] = true
			}
		}
	}
	for y := range g.Rows {
		for x := range g.Columns {
			c := g.At(y, x)
			if (c != nil) != covered[y*g.Columns+x] {
				t.Fatalf("slot %d,%d: covered %t, At %v", y, x, covered[y*g.Columns+x], c)
			}
			if c != nil && (y < c.Row || y >= c.Row+c.Rowspan || x < c.Column || x >= c.Column+c.Colspan) {
				t.Fatalf("slot %d,%d answers the cell %+v", y, x, *c)
			}
		}
	}
	if g.At(-1, 0) != nil || g.At(0, -1) != nil || g.At(g.Rows, 0) != nil || g.At(0, g.Columns) != nil {
		t.Fatal("At answers a cell outside of the grid")
	}
}
