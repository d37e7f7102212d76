package archive

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"nianbao/crawler"
)

// filled is a small archive with awkward texts in it, closed and opened for reading.
func filled(t testing.TB) *Archive {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	fill(t, a)
	if _, err := a.write.Exec(`INSERT INTO sites(key, name, url, region, note) VALUES
		('a', '=HYPERLINK("http://x")', '', NULL, '-'), ('b', '+8', '@SUM(1)', '', '-8'), ('c', 'x,"y"', 'u' || char(10) || 'v',
		'3"7', char(9) || 'tab')`); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func export(t testing.TB, a *Archive, o ExportOptions) (dir string) {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "out")
	}
	if _, err := a.Export(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o.Dir
}

func read(t testing.TB, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// NULL and an empty text differ, quotes and line ends are as RFC 4180 has them, numbers exact.
func TestExportCSV(t *testing.T) {
	a := filled(t)
	dir := export(t, a, ExportOptions{Format: "csv", Relations: []string{"sites", "panel"}})
	for _, want := range []string{
		"a,\"=HYPERLINK(\"\"http://x\"\")\",\"\",,,", "b,+8,@SUM(1),\"\",,", "c,\"x,\"\"y\"\"\",\"u\nv\",\"3\"\"7\",,",
	} {
		if got := read(t, dir, "sites.csv"); !strings.Contains(got, "\r\n"+want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if got := read(t, dir, "panel.csv"); !strings.Contains(got, ",12.5\r\n") || strings.HasPrefix(got, "\ufeff") {
		t.Errorf("panel: %q", got)
	}
	lines, err := csv.NewReader(strings.NewReader(read(t, dir, "sites.csv"))).ReadAll()
	if err != nil || len(lines) != 5 || lines[3][1] != `x,"y"` {
		t.Errorf("another reader: %q, %v", lines, err)
	}
}

// No cell of a file for spreadsheets begins like a formula, unless it is a number; ids keep all their digits.
func TestExportCSVForExcel(t *testing.T) {
	a := filled(t)
	dir := export(t, a, ExportOptions{Format: "csv", Excel: true})
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) != len(keys) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text := read(t, file)
		if !strings.HasPrefix(text, "\ufeff") {
			t.Errorf("%s has no byte order mark", file)
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range lines {
			for j, field := range line {
				if field != "" && strings.ContainsRune("=+-@\t\r", rune(field[0])) && !plainNumber.MatchString(field) {
					t.Errorf("%s: %q", file, field)
				}
				if i > 0 && wideIDs[lines[0][j]] && field != "" && field[0] != '\'' {
					t.Errorf("%s: %s %s", file, lines[0][j], field)
				}
			}
		}
	}
	sites := read(t, dir, "sites.csv")
	for _, want := range []string{"'=HYPERLINK", ",+8,'@SUM(1)", ",'-,", ",-8,", ",'\ttab,"} {
		if !strings.Contains(sites, want) {
			t.Errorf("no %q in %q", want, sites)
		}
	}
}

// The same archive makes the same bytes.
func TestExportsAreDeterministic(t *testing.T) {
	a := filled(t)
	for _, format := range ExportFormats {
		t.Run(format, func(t *testing.T) {
			one, two := digests(t, export(t, a, ExportOptions{Format: format})), digests(t, export(t, a, ExportOptions{Format: format}))
			if diff := cmp.Diff(one, two); diff != "" || len(one) == 0 {
				t.Errorf("%d files; %s", len(one), diff)
			}
		})
	}
}

func digests(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, fmt.Sprintf("%s %x", e.Name(), sha256.Sum256([]byte(read(t, dir, e.Name())))))
	}
	return all
}

// A folder that is in use is left alone unless forced; a failure leaves nothing; names are names of relations.
func TestExportFolder(t *testing.T) {
	a := filled(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := a.Export(t.Context(), ExportOptions{Format: "csv", Dir: dir})
	if !errors.Is(err, ErrExport) || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a folder in use: %v", err)
	}
	export(t, a, ExportOptions{Format: "csv", Dir: dir, Force: true, Relations: []string{"panel"}})
	if read(t, file) != "mine" || len(digests(t, dir)) != 2 {
		t.Errorf("forced: %v", digests(t, dir))
	}
	fresh := filepath.Join(t.TempDir(), "new")
	for _, o := range []ExportOptions{
		{Format: "csv", Relations: []string{"blob"}}, {Format: "csv", Relations: []string{"search"}},
		{Format: "csv", Relations: []string{"../panel"}}, {Format: "warp"},
		{Format: "datapackage", License: "no licence"}, {Format: "xlsx", Reports: []string{"1 OR 1"}},
		{Format: "slim", Where: Where{Site: "a"}},
	} {
		o.Dir = fresh
		if _, err := a.Export(t.Context(), o); !errors.Is(err, ErrExport) {
			t.Errorf("%+v: %v", o, err)
		}
		if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%+v left %v", o, digests(t, fresh))
			_ = os.RemoveAll(fresh)
		}
	}
}

func TestParseWhere(t *testing.T) {
	for terms, want := range map[string]string{
		"":                            "",
		"year=2023":                   "year=2023",
		"site=a-b region=370000":      "region=37,site=a-b",
		"region=371500":               "region=3715",
		"year=2019-2023 region=37150": "error",
		"region=371503":               "region=371503",
		"year=2023-2019":              "error",
		"year=2023 year=2024":         "error",
		"site=x'OR'1":                 "error",
		"region=37%":                  "error",
		"scope=own":                   "error",
		"year":                        "error",
	} {
		w, err := ParseWhere(strings.Fields(terms))
		got := w.String()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: %s (%v), want %s", terms, got, err, want)
		}
	}
}

// A choice takes the rows of its reports, and nothing refers to a row that is not taken.
func TestExportWhere(t *testing.T) {
	a := filled(t)
	for _, c := range []struct {
		where   Where
		reports int
	}{{Where{}, 1}, {Where{YearFrom: 2023, YearTo: 2023}, 1}, {Where{YearFrom: 2019, YearTo: 2022}, 0},
		{Where{Region: "37"}, 1}, {Where{Region: "11"}, 0}, {Where{Site: "nowhere"}, 0}} {
		dir := export(t, a, ExportOptions{Format: "csv", Where: c.where})
		if got := strings.Count(read(t, dir, "reports.csv"), "\r\n") - 1; got != c.reports {
			t.Errorf("%s: %d reports, want %d", c.where, got, c.reports)
		}
		for relation, k := range keys {
			for _, f := range k.foreign {
				if !f.closed {
					continue
				}
				there := column(t, dir, f.relation, f.other)
				for _, v := range column(t, dir, relation, f.column) {
					if v != "" && !slices.Contains(there, v) {
						t.Errorf("%s: %s.%s = %s is not in %s", c.where, relation, f.column, v, f.relation)
					}
				}
			}
		}
	}
}

func column(t *testing.T, dir, relation, name string) []string {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(read(t, dir, relation+".csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(lines[0], name)
	if i < 0 {
		t.Fatalf("%s has no column %s", relation, name)
	}
	var values []string
	for _, line := range lines[1:] {
		values = append(values, line[i])
	}
	return values
}

// The versions of a report are numbered by address, so that past_cells has two that are the first.
func TestKeysOfAReportAtTwoAddresses(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	for i, n := range []string{"6", "7"} {
		for _, url := range []string{versionURL, "http://x.gov.cn/2.html"} {
			saveReport(t, a, save(t, c, page(url, n+url, i)).ID, review(n))
		}
	}
	want(t, a, "2", `SELECT count(*) FROM past_cells WHERE version = 1 AND row_id = 'review'`)
	key := strings.Join(keys["past_cells"].columns, ", ")
	want(t, a, "0", fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM past_cells GROUP BY %s HAVING count(*) > 1)`, key))
}

// What a person calls no report is no row of reports, and a package does not say that it is.
func TestForeignKeysOfAnnotations(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	_, err := a.Annotate(t.Context(), []Annotation{{SHA256: ask(t, a, `SELECT sha256 FROM reports`), Verdict: NotAReport, By: "me"}})
	must(t, err)
	dir := export(t, a, ExportOptions{Format: "datapackage"})
	var p dataPackage
	must(t, json.Unmarshal([]byte(read(t, dir, "datapackage.json")), &p))
	for _, r := range p.Resources {
		for _, k := range r.Schema.ForeignKeys {
			other := k.Reference.Resource
			if other == "" {
				other = r.Name
			}
			there := column(t, dir, other, k.Reference.Fields[0])
			for _, v := range column(t, dir, r.Name, k.Fields[0]) {
				if v != "" && !slices.Contains(there, v) {
					t.Errorf("%s.%s = %s refers to nothing", r.Name, k.Fields[0], v)
				}
			}
		}
	}
}

// Keys are keys: no two rows of any relation have the same.
func TestKeys(t *testing.T) {
	a := filled(t)
	for _, relation := range publicRelations {
		k, ok := keys[relation]
		if !ok && relation != "search" {
			t.Errorf("%s has no entry", relation)
		}
		if k.columns == nil {
			continue
		}
		list := strings.Join(k.columns, ", ")
		want(t, a, "0", fmt.Sprintf(`SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT %s FROM "%s")) FROM "%s"`, list,
			relation, relation))
		want(t, a, "0", fmt.Sprintf(`SELECT count(*) FROM "%s" WHERE (%s IS NULL)`, relation,
			strings.Join(k.columns, " IS NULL OR ")))
	}
}

// A relation with more rows than fit a sheet goes on in another, and a text that is too long is cut; both are said.
func TestExportXLSXSaysWhatDoesNotFit(t *testing.T) {
	a := filled(t)
	x := &exporting{Archive: a, ctx: t.Context(), sheetRows: headerRows + 2,
		options: ExportOptions{Format: "xlsx", Dir: filepath.Join(t.TempDir(), "out"), Relations: []string{"applications", "sites"}}}
	if err := x.run(); err != nil {
		t.Fatal(err)
	}
	text := unzipped(t, filepath.Join(x.options.Dir, "nianbao.xlsx"))
	for _, want := range []string{`name="applications 2"`, "goes on in sheet applications 2", "=HYPERLINK(&#34;http://x&#34;)</t>"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "<f>") || len(x.out.Notes) == 0 {
		t.Errorf("a formula, or no note: %v", x.out.Notes)
	}
	b := book{}
	long := strings.Repeat("年", maxCellUnits-1) + "𠮷"
	cut := b.cell(x, Relation{Name: "sections", Columns: []Column{{Name: "text"}}}, 0, 9, long).(string)
	if cut != strings.Repeat("年", maxCellUnits-1) || len(b.notes) != 1 {
		t.Errorf("cut to %d bytes, notes %v", len(cut), b.notes)
	}
}

// unzipped is all text in a ZIP file, whose entries have no times and come sorted.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	var names []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
		if f.Modified.Year() > 1980 {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("entries: %v", names)
	}
	return all.String()
}

// The file has the archive's columns in their order with their types, each of them optional.
func TestExportParquet(t *testing.T) {
	a := filled(t)
	dir := export(t, a, ExportOptions{Format: "parquet", Relations: []string{"disclosure"}})
	data := read(t, dir, "disclosure.parquet")
	f, err := parquet.OpenFile(bytes.NewReader([]byte(data)), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range f.Schema().Fields() {
		columns = append(columns, fmt.Sprintf("%s %s %v", c.Name(), c.Type(), c.Optional()))
	}
	if diff := cmp.Diff([]string{"report_id INT(64,true) true", "item STRING true", "measure STRING true",
		"value DOUBLE true", "unit STRING true"}, columns); diff != "" {
		t.Error(diff)
	}
}

// A slim archive has all relations but no body, says so where one is asked for, is refused to writers, and is sound.
func TestSlimArchive(t *testing.T) {
	a := filled(t)
	whole := contents(t, a)
	path := filepath.Join(export(t, a, ExportOptions{Format: "slim"}), "nianbao-slim.db")
	slim, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer slim.Close()
	if diff := cmp.Diff(whole, contents(t, slim)); diff != "" {
		t.Errorf("relations differ: %s", diff)
	}
	want(t, slim, "delete", `PRAGMA journal_mode`)
	want(t, slim, "0", `SELECT sum(length(data)) FROM blob`)
	want(t, slim, "disputes", `SELECT section FROM search WHERE search MATCH '行政复议'`)
	v, err := slim.Verify(t.Context())
	if err != nil || len(v.Damage) > 0 || !v.Slim {
		t.Errorf("verify: %+v, %v", v, err)
	}
	sum := ask(t, slim, `SELECT sha256 FROM captures WHERE bytes > 0 LIMIT 1`)
	if _, err := slim.Body(t.Context(), sum); !errors.Is(err, ErrSlim) {
		t.Errorf("a body of %s: %v", sum, err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrSlim) {
		t.Errorf("opened for writing: %v", err)
	}
	if entries, err := filepath.Glob(path + "-*"); err != nil || len(entries) > 0 {
		t.Errorf("beside it: %v, %v", entries, err)
	}
}

// However many rows a relation has, an export holds few of them at once: the peak hardly grows with them.
func BenchmarkExport(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000} {
		a := filled(b)
		w := openAt(b, a.path)
		if _, err := w.write.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO mentions(report_id, section, metric, value, unit, approximate, quote)
			SELECT (SELECT report_id FROM report), 'overview', 'm' || (i % 43), i, '件', 0, '收到政府信息公开申请' || i || '件' FROM n`,
			rows); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		for _, format := range []string{"csv", "parquet", "xlsx"} {
			b.Run(fmt.Sprintf("%s/%d", format, rows), func(b *testing.B) {
				for b.Loop() {
					runtime.GC()
					most := peak(b, func() { export(b, a, ExportOptions{Format: format, Relations: []string{"mentions"}}) })
					b.ReportMetric(float64(most)/(1<<20), "MiB-peak")
				}
			})
		}
	}
}

// A choice has what is said of bodies that only the register names, too.
func TestExportWhereNobodyPublished(t *testing.T) {
	a := openTest(t)
	must(t, visitOn(t, a, "2025-04-01", okVisit(0)).SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "聊城市茌平区人民政府",
		URL: "http://x.gov.cn/list", Region: "371503"}}))
	for _, where := range []Where{{}, {YearFrom: 2024, YearTo: 2024}, {Region: "37"}, {Site: "chiping"}} {
		if got := column(t, export(t, a, ExportOptions{Format: "csv", Where: where}), "coverage", "year"); !slices.Equal(got, []string{"2024"}) {
			t.Errorf("%s: coverage of %v", where, got)
		}
	}
	for _, where := range []Where{{YearFrom: 2023, YearTo: 2023}, {Region: "11"}, {Site: "nowhere"}} {
		if got := column(t, export(t, a, ExportOptions{Format: "csv", Where: where}), "coverage", "year"); len(got) != 0 {
			t.Errorf("%s: coverage of %v", where, got)
		}
	}
}
