package extract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// readHTML has pandas.read_html read each page of a JSON list and answers with the rows that it makes a frame of: cells
// copied into every slot they span, headers first, before a column is named or a text becomes a number.
const readHTML = `
import io, json, sys
import pandas, pandas.io.html
pandas.io.html._data_to_frame = lambda data, **_: [list(map(str, row)) for part in data for row in part]
out = []
for page in json.load(sys.stdin):
    try:
        out.append(pandas.read_html(io.StringIO(page), flavor="lxml", displayed_only=False))
    except ValueError as e:
        if "No tables found" not in str(e):
            raise
        out.append([])
json.dump(out, sys.stdout)
`

// A disagreement class is a reason why pandas reads another table than we do. In all of them we are right: TestChromium
// of package grid has a browser lay out the same pages, and it agrees with our grids cell by cell.
var disagreements = []struct {
	name, reason string
	holds        func(d disagreement) bool
}{
	{"nested tables", "pandas takes the rows of the tables inside a table for its own",
		func(d disagreement) bool {
			return d.any(func(n *html.Node) bool { return n.DataAtom == atom.Table })
		}},
	{"rows past the end", "pandas adds rows for a rowspan that goes beyond the last row; the standard cuts it",
		func(d disagreement) bool {
			return len(d.pandas) > len(d.ours) && sameRows(d.pandas[:len(d.ours)], d.ours)
		}},
	{"order of row groups", "pandas puts header rows first wherever they stand, and a foot where it is written",
		func(d disagreement) bool { return sameRowsInAnyOrder(d.pandas, d.ours) }},
	{"broken markup", "the parser of pandas repairs it otherwise than the standard: repaired by ours, pandas agrees",
		func(d disagreement) bool { return sameRows(d.repaired, d.ours) }},
	{"what is not shown", "pandas reads scripts, styles, templates, and cells and rows that are hidden",
		func(d disagreement) bool {
			return d.any(func(n *html.Node) bool {
				switch n.DataAtom {
				case atom.Script, atom.Style, atom.Template, atom.Noscript:
					return true
				}
				style := attribute(n, "style")
				return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) ||
					strings.Contains(style, "display") || strings.Contains(style, "visibility")
			})
		}},
	{"rowspan=0", "pandas takes a rowspan of 0 for 1; the standard for all rows to the end of the group",
		func(d disagreement) bool {
			return d.any(func(n *html.Node) bool { return attribute(n, "rowspan") == "0" })
		}},
	{"overlapping cells", "pandas moves cells that overlap; the standard leaves them",
		func(d disagreement) bool {
			slots := map[[2]int]bool{}
			for _, c := range d.grid.Cells {
				for r := range c.Rowspan {
					for k := range c.Colspan {
						at := [2]int{c.Row + r, c.Column + k}
						if slots[at] {
							return true
						}
						slots[at] = true
					}
				}
			}
			return false
		}},
}

// A disagreement is one table that pandas reads otherwise.
type disagreement struct {
	pandas, ours [][]string
	repaired     [][]string // what pandas reads of the page as our parser repairs it
	table        *html.Node
	grid         grid.Grid
}

// any reports whether one of the nodes under the table is such a node.
func (d disagreement) any(such func(*html.Node) bool) bool {
	for n := range d.table.Descendants() {
		if such(n) {
			return true
		}
	}
	return false
}

// attribute is the value of a node's attribute in lower case, "" if it has none.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.ToLower(strings.TrimSpace(a.Val))
		}
	}
	return ""
}

// hugeSpan is a span beyond the limits of the standard, colspan 1000 and rowspan 65534.
var hugeSpan = regexp.MustCompile(`(?i)(?:col|row)span\s*=\s*["']?\s*[0-9]{4,}`)

// TestPandas compares every table of every page with pandas.read_html, lists all disagreements by class, and fails on one
// of no known class.
func TestPandas(t *testing.T) {
	python := "/usr/bin/python3" // Debian's, for which python3-pandas and python3-lxml are
	if out, err := exec.Command(python, "-c", "import pandas, lxml").CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("pandas is missing: %v\n%s", err, out)
		}
		t.Skip("pandas is missing")
	}
	var names, pages []string
	for _, dir := range caseDirs(t) {
		names = append(names, filepath.Base(dir))
		pages = append(pages, text.Decode(readCase(t, dir).Body, "text/html").Text)
	}
	grids, err := filepath.Glob("../testdata/grids/*.html")
	if err != nil || len(grids) == 0 {
		t.Fatalf("no grids: %v", err)
	}
	for _, file := range grids {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if hugeSpan.Match(b) {
			t.Logf("%s left out: pandas sets no limit to spans and does not come to an end", filepath.Base(file))
			continue
		}
		names = append(names, filepath.Base(file))
		pages = append(pages, text.Decode(b, "text/html").Text)
	}
	answers := askPandas(t, python, pages)
	repaired := make([]string, len(pages))
	for i, page := range pages {
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := html.Render(&b, root); err != nil {
			t.Fatal(err)
		}
		repaired[i] = b.String()
	}
	again := askPandas(t, python, repaired)
	tables, agreed := 0, 0
	classes := map[string]int{}
	for i, name := range names {
		root, err := html.Parse(strings.NewReader(pages[i]))
		if err != nil {
			t.Fatal(err)
		}
		var ours []*html.Node
		for n := range root.Descendants() {
			if n.DataAtom == atom.Table && strings.TrimSpace(textUnder(n)) != "" {
				ours = append(ours, n) // pandas passes over a table without text
			}
		}
		if len(ours) != len(answers[i]) {
			t.Errorf("%s: we see %d tables, pandas %d", name, len(ours), len(answers[i]))
			continue
		}
		for no, table := range ours {
			tables++
			g, _, _ := grid.FromHTML(table)
			mine, theirs := slots(g), squeezed(answers[i][no])
			if sameRows(mine, theirs) {
				agreed++
				continue
			}
			d := disagreement{pandas: theirs, ours: mine, table: table, grid: g}
			if no < len(again[i]) {
				d.repaired = squeezed(again[i][no])
			}
			class := ""
			for _, known := range disagreements {
				if known.holds(d) {
					class = known.name
					break
				}
			}
			if class == "" {
				t.Errorf("%s, table %d: no known disagreement\npandas %q\nours   %q", name, no, theirs, mine)
				continue
			}
			classes[class]++
			t.Logf("%s, table %d: %s", name, no, class)
		}
	}
	t.Logf("pandas agrees on %d of %d tables", agreed, tables)
	for _, d := range disagreements {
		t.Logf("%d disagreements: %s: %s", classes[d.name], d.name, d.reason)
	}
	if agreed < 200 {
		t.Errorf("only %d tables were agreed on", agreed)
	}
}

// askPandas runs the script on the pages.
func askPandas(t *testing.T, python string, pages []string) [][][][]string {
	t.Helper()
	in, err := json.Marshal(pages)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-c", readHTML)
	cmd.WaitDelay = time.Second
	cmd.Stdin = bytes.NewReader(in)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("pandas: %v\n%s", err, complaint.String())
	}
	var answers [][][][]string
	if err := json.Unmarshal(out.Bytes(), &answers); err != nil {
		t.Fatalf("read the answer of pandas: %v", err)
	}
	if len(answers) != len(pages) {
		t.Fatalf("pandas answered %d pages of %d", len(answers), len(pages))
	}
	return answers
}

// slots copies every cell's text, without white space, into each slot it covers; a hole is "".
func slots(g grid.Grid) [][]string {
	rows := make([][]string, g.Rows)
	for r := range rows {
		for c := range g.Columns {
			s := ""
			if cell := g.At(r, c); cell != nil {
				s = text.Normal(cell.Text)
			}
			rows[r] = append(rows[r], s)
		}
	}
	return trimmed(rows)
}

// squeezed takes the white space out of what pandas read.
func squeezed(rows [][]string) [][]string {
	for _, row := range rows {
		for i := range row {
			row[i] = text.Normal(row[i])
		}
	}
	return trimmed(rows)
}

// trimmed takes the empty slots from the ends of the rows: pandas does not fill up a short row.
func trimmed(rows [][]string) [][]string {
	for i, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows[i] = row
	}
	return rows
}

func sameRows(a, b [][]string) bool { return fmt.Sprintf("%q", a) == fmt.Sprintf("%q", b) }

func sameRowsInAnyOrder(a, b [][]string) bool {
	count := map[string]int{}
	for _, row := range a {
		count[fmt.Sprintf("%q", row)]++
	}
	for _, row := range b {
		count[fmt.Sprintf("%q", row)]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func textUnder(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return b.String()
}
