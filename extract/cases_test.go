package extract_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract"
	"nianbao/extract/form"
)

// Every folder of testdata/reports is a case: page.html, or the page that the file source names (a page of the demo),
// and want.txt, what it must be read as. UPDATE=1 writes want.txt anew; a person reads it against the page.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob("../testdata/reports/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			in := readCase(t, dir)
			reading, err := extract.Read(in)
			if err != nil {
				t.Fatal(err)
			}
			got := dump(reading)
			file := filepath.Join(dir, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("read otherwise than wanted (-want +got):\n%s", diff)
			}
		})
	}
}

func readCase(t *testing.T, dir string) extract.Input {
	t.Helper()
	file := filepath.Join(dir, "page.html")
	if source, err := os.ReadFile(filepath.Join(dir, "source")); err == nil {
		file = filepath.Join(dir, filepath.FromSlash(strings.TrimSpace(string(source))))
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return extract.Input{Body: body, ContentType: "text/html", URL: "http://www.example.gov.cn/zwgk/nb/1.html"}
}

// dump writes a reading as lines that diff well: facts of the report, one line a cell, a finding, a section, a table.
func dump(r extract.Reading) string {
	var b strings.Builder
	if r.NotReport != nil {
		fmt.Fprintf(&b, "not a report: %s: %s\n", r.NotReport.Kind, r.NotReport.Reason)
		return b.String()
	}
	p := r.Report
	for _, f := range [][2]string{
		{"title", p.Title}, {"authority", p.Authority}, {"authority_printed", p.AuthorityPrinted},
		{"authority_type", p.AuthorityType}, {"level", p.Level}, {"scope", strings.TrimSpace(p.Scope + " " + p.ScopeBasis)},
		{"year", fmt.Sprint(p.Year)}, {"period", p.PeriodFrom + " " + p.PeriodTo},
		{"published_on", strings.TrimSpace(p.PublishedOn + " " + p.PublishedFrom)}, {"form", p.Form},
		{"completeness", p.Completeness}, {"charset", p.Charset},
	} {
		fmt.Fprintf(&b, "%s: %s\n", f[0], f[1])
	}
	b.WriteString("\n")
	for _, c := range p.Cells {
		fmt.Fprintf(&b, "%s/%s/%s %s\n", c.Relation, c.RowID, c.ColumnID, valueWords(c))
	}
	b.WriteString("\n")
	for _, f := range p.Findings {
		fmt.Fprintf(&b, "%s %s %s/%s/%s: %s\n", f.Severity, f.Rule, f.Relation, f.RowID, f.ColumnID, f.Message)
	}
	b.WriteString("\n")
	for _, s := range p.Sections {
		fmt.Fprintf(&b, "section %d %s %q: %s\n", s.Position, s.ID, s.Heading, clip(s.Text))
	}
	for _, t := range p.Tables {
		fmt.Fprintf(&b, "table %d %s %dx%d %s\n", t.No, t.Kind, t.Grid.Rows, t.Grid.Columns, t.Caption)
	}
	return b.String()
}

// valueWords writes a cell's value, and whatever of it is not plain.
func valueWords(c form.Cell) string {
	s := string(c.State)
	if c.Value.Valid {
		s = c.Value.Decimal.String()
		if c.Unit != "件" {
			s += " " + c.Unit
		}
	}
	if !c.Value.Valid || c.Raw != c.Value.Decimal.String() {
		s += fmt.Sprintf(" raw %q", c.Raw)
	}
	if c.Note != "" {
		s += fmt.Sprintf(" note %q", c.Note)
	}
	return s + fmt.Sprintf(" @%d.%d.%d", c.Table, c.Row, c.Column)
}

func clip(s string) string {
	s = strings.ReplaceAll(s, "\n", " ¶ ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:50]) + fmt.Sprintf("… (%d characters)", len(r))
	}
	return s
}

// Whatever is read, every cell's address leads to a cell of a table that prints its raw text.
func TestEveryCellLeadsToItsText(t *testing.T) {
	dirs, _ := filepath.Glob("../testdata/reports/*")
	cells := 0
	for _, dir := range dirs {
		reading, err := extract.Read(readCase(t, dir))
		if err != nil || reading.Report == nil {
			continue
		}
		for _, c := range reading.Report.Cells {
			cells++
			at := reading.Report.Tables[c.Table].Grid.At(c.Row, c.Column)
			if at == nil || strings.Join(strings.Fields(at.Text), " ") != c.Raw {
				t.Errorf("%s: %s/%s/%s says %q, its address holds %+v", filepath.Base(dir), c.Relation, c.RowID, c.ColumnID, c.Raw, at)
			}
		}
	}
	if cells < 1000 {
		t.Errorf("only %d cells were looked at", cells)
	}
}

func TestGridJSON(t *testing.T) {
	r, err := extract.Read(extract.Input{Body: []byte("<title>甲县2023年政府信息公开工作年度报告</title><table><tr><td colspan=2>甲<tr><td>1<td>2</table>")})
	if err != nil || r.Report == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	b, err := json.Marshal(r.Report.Tables[0].Grid.Cells)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"text":"甲","row":0,"column":0,"rowspan":1,"colspan":2},{"text":"1","row":1,"column":0,"rowspan":1,"colspan":1},{"text":"2","row":1,"column":1,"rowspan":1,"colspan":1}]`
	if string(b) != want {
		t.Errorf("got %s", b)
	}
}
