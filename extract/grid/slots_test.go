package grid

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// texts writes the texts of cells, parted by |.
func texts(cells []*Cell) string {
	var s []string
	for _, c := range cells {
		s = append(s, c.Text)
	}
	return strings.Join(s, "|")
}

func TestNew(t *testing.T) {
	g := New([]Cell{
		{Text: "a", Rowspan: 2}, {Text: "b", Column: 1, Colspan: 2}, {Text: "c", Row: 1, Column: 2},
		{Text: "d", Row: 3},
		{Text: "over c", Row: 1, Column: 1, Colspan: 3},
		{Text: "negative", Row: -1}, {Text: "too far", Row: maxSlots}, {Text: "too wide", Colspan: 1 << 62},
		{Text: "too big", Rowspan: 2000, Colspan: 2000},
	})
	checkGrid(t, g)
	if g.Rows != 4 || g.Columns != 4 || len(g.Cells) != 5 {
		t.Fatalf("grid of %d×%d with %d cells, want 4×4 with 5", g.Rows, g.Columns, len(g.Cells))
	}
	for row, want := range []string{"a|b", "a|over c|c", "", "d"} {
		if got := texts(g.Row(row)); got != want {
			t.Errorf("row %d is %s, want %s", row, got, want)
		}
	}
	for column, want := range []string{"a|d", "b|over c", "b|c", "over c"} {
		if got := texts(g.Column(column)); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
	if g.Row(-1) != nil || g.Row(4) != nil || g.Column(4) != nil || (Grid{}).At(0, 0) != nil || (Grid{}).Row(0) != nil {
		t.Error("there are cells outside of the grid")
	}
	if literal := (Grid{Rows: 1, Columns: 1, Cells: []Cell{{}}}); literal.At(0, 0) != nil {
		t.Error("a grid made without New has cells at its slots")
	}
}

// TestNewOfFromHTML checks that the two constructors agree: what one formed from HTML the other forms from its cells.
func TestNewOfFromHTML(t *testing.T) {
	for name, page := range pagesIn(t, "../../testdata/grids") {
		for i, table := range tablesOf(t, page) {
			g, _, _ := FromHTML(table)
			again := New(g.Cells)
			checkGrid(t, again)
			if diff := cmp.Diff(g.Cells, again.Cells); diff != "" {
				t.Errorf("%s, table %d: %s", name, i, diff)
			}
			for y := range again.Rows {
				if a, b := texts(g.Row(y)), texts(again.Row(y)); a != b {
					t.Errorf("%s, table %d: row %d is %s, and again %s", name, i, y, a, b)
				}
			}
		}
	}
}

func TestNewProperties(t *testing.T) {
	span := rapid.IntRange(-1, 6)
	cell := rapid.Custom(func(t *rapid.T) Cell {
		return Cell{
			Row: span.Draw(t, "row"), Column: span.Draw(t, "column"),
			Rowspan: span.Draw(t, "rowspan"), Colspan: span.Draw(t, "colspan"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		cells := rapid.SliceOfN(cell, 0, 20).Draw(rt, "cells")
		g := New(cells)
		kept := 0
		for i, c := range cells {
			if c.Row >= 0 && c.Column >= 0 {
				kept++
				if g.At(c.Row, c.Column) == nil {
					rt.Fatalf("cell %d is not in the grid", i)
				}
			}
		}
		if len(g.Cells) != kept {
			rt.Fatalf("%d cells of %d were kept", len(g.Cells), kept)
		}
	})
}

func TestJSON(t *testing.T) {
	g := New([]Cell{{Text: "（一）\n<b>", Rowspan: 2, Header: true}, {Text: "9", Column: 1, Row: 1}})
	got, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"text":"（一）\n\u003cb\u003e","row":0,"column":0,"rowspan":2,"colspan":1},` +
		`{"text":"9","row":1,"column":1,"rowspan":1,"colspan":1}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var again Grid
	if err := json.Unmarshal(got, &again); err != nil {
		t.Fatal(err)
	}
	if texts(again.Row(1)) != "（一）\n<b>|9" {
		t.Errorf("read back: %+v", again)
	}
	if empty, err := json.Marshal(Grid{}); err != nil || string(empty) != "[]" {
		t.Errorf("the empty grid is %s (%v)", empty, err)
	}
	if err := json.Unmarshal([]byte(`{}`), &again); err == nil {
		t.Error("an object was read as a grid")
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"<p> 一、\n总体 <b>情况</b></p>":              "一、 总体 情况",
		"<div>a<table><tr><td>x</table>b</div>": "a\nb",
		"<table><tr><td>x</table>":              "",
		"<p hidden>x</p>":                       "",
		"<ul><li>a<br>b<li>c</ul>":              "a\nb\nc",
	} {
		document, err := html.Parse(strings.NewReader(in))
		if err != nil {
			t.Fatal(err)
		}
		if got := Text(document); got != want {
			t.Errorf("Text(%s) = %q, want %q", in, got, want)
		}
	}
}

// TestRowsWithoutAGroup covers a tree that no HTML parser makes, but a converter from another format could.
func TestRowsWithoutAGroup(t *testing.T) {
	element := func(name string, children ...*html.Node) *html.Node {
		n := &html.Node{Type: html.ElementNode, Data: name}
		for _, c := range children {
			n.AppendChild(c)
		}
		return n
	}
	tall := element("td")
	tall.Attr = []html.Attribute{{Key: "rowspan", Val: "0"}}
	table := element("table", element("col"), element("tr", tall, element("td")), element("tr"),
		element("tbody", element("tr", element("th"))), element("tr", element("td")))
	g, _, _ := FromHTML(table)
	checkGrid(t, g)
	if got := fmt.Sprint(g.Cells); got != "[{ 0 0 2 1 false} { 0 1 1 1 false} { 2 0 1 1 true} { 3 0 1 1 false}]" {
		t.Error(got)
	}
}

// TestHostileTables checks that tables made to exhaust time, memory or stack are cut, quickly, and still are grids.
func TestHostileTables(t *testing.T) {
	chain := func(depth int) *html.Node { // built by hand: the HTML parser refuses such depths
		root := &html.Node{Type: html.ElementNode, Data: "table"}
		n := root
		for i := range depth {
			child := &html.Node{Type: html.ElementNode, Data: []string{"tbody", "tr", "td", "table"}[i%4]}
			n.AppendChild(child)
			n = child
		}
		return root
	}
	deep := &html.Node{Type: html.ElementNode, Data: "td"}
	for n, i := deep, 0; i < 200_000; i++ {
		child := &html.Node{Type: html.ElementNode, Data: "span"}
		n.AppendChild(child)
		n = child
	}
	var staircase strings.Builder // each row overlaps all the rows before it
	staircase.WriteString("<tr>" + strings.Repeat("<td>", 1400))
	for i := range 1400 {
		staircase.WriteString("<tr>" + strings.Repeat("<td>", 1399-i) + "<td colspan=1000 rowspan=65534>")
	}
	page := func(parts ...string) *html.Node { return tablesOf(t, "<table>"+strings.Join(parts, ""))[0] }
	repeat := strings.Repeat
	for name, c := range map[string]struct {
		table *html.Node
		cut   bool
	}{
		"colspan 1000 in 10,000 rows":     {page(repeat("<tr><td colspan=1000>", 10_000)), true},
		"300,000 cells":                   {page(repeat("<tr>"+repeat("<td>", 100), 3000)), true},
		"300,000 cells of colspan 1000":   {page("<tr>", repeat("<td colspan=1000>", 300_000)), true},
		"col elements by the thousand":    {page(repeat("<col span=1000>", 10_000), "<tr><td><tr><td>"), true},
		"wide last row":                   {page(repeat("<tr><td>", 50_000), "<tr><td colspan=1000>"), true},
		"rowspan 65534 in each row":       {page(repeat("<tr><td rowspan=65534>", 2000)), true},
		"staircase of overlaps":           {page(staircase.String()), true},
		"tables 10,000 deep":              {chain(40_000), false},
		"elements 200,000 deep in a cell": {wrap(deep), false},
		"many empty rows":                 {page(repeat("<tr>", 100_000)), false},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			g, nested, cut := FromHTML(c.table)
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			checkGrid(t, g)
			if cut != c.cut || g.Rows*g.Columns > maxSlots || len(g.Cells) > maxCells || len(nested) > 1 {
				t.Errorf("%d×%d slots, %d cells, %d nested, cut %t", g.Rows, g.Columns, len(g.Cells), len(nested), cut)
			}
		})
	}
}

func wrap(td *html.Node) *html.Node {
	for _, name := range []string{"tr", "tbody", "table"} {
		n := &html.Node{Type: html.ElementNode, Data: name}
		n.AppendChild(td)
		td = n
	}
	return td
}

// FuzzGrid forms the grids of any page: they are whole, the nested tables are those of the page, and the same page
// gives the same grids.
func FuzzGrid(f *testing.F) {
	for _, page := range []string{
		"<table><tr><td rowspan=0>a<td colspan=2>b<tr><td>c</table>",
		"<table><thead><tr><th>h<tfoot><tr><td>f<table><tr><td>n</table></table>",
		"<table><col span=1000><tr hidden><td><tr><td style=display:none>x<pre>\n y</pre>",
		"<table><tr><td>a<td rowspan=3>b<td>c<tr><td colspan=3>d<td>e<tr><td>f<td>g<td>h</table>",
	} {
		f.Add(page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		document, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Skip("the parser refuses the page")
		}
		for n := range document.Descendants() {
			if n.Type != html.ElementNode || n.Data != "table" {
				continue
			}
			g, nested, cut := FromHTML(n)
			checkGrid(t, g)
			if cut && len(page) < 1000 {
				t.Errorf("a table was cut")
			}
			for _, inner := range nested {
				if inner == n || inner.Data != "table" {
					t.Errorf("nested is %s", inner.Data)
				}
			}
			again, _, _ := FromHTML(n)
			if diff := cmp.Diff(g.Cells, again.Cells); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// BenchmarkFromHTML forms the grid of the largest table of the 2021 form.
func BenchmarkFromHTML(b *testing.B) {
	row := "<tr><td colspan=3><p>一、本年新收政府信息公开申请数量</p></td>" + strings.Repeat("<td><p>0</p></td>", 7)
	table := tablesOf(b, "<table>"+strings.Repeat(row, 30)+"</table>")[0]
	b.ReportAllocs()
	for b.Loop() {
		FromHTML(table)
	}
}
