package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/archive"
	"nianbao/extract/document"
	"nianbao/extract/form"
	"nianbao/extract/grid"
)

// DuckDB reads the Parquet and the CSV files as the archive has it: of every column as many values, the same least and
// greatest, and the same sum; of texts as many bytes. Sums of whole numbers are taken modulo a prime, as those of report
// numbers exceed 64 bits.
func testDuckDBSums(t *testing.T, name string) {
	dir := t.TempDir()
	mustRun(t, "export", "parquet", "--archive", name, "--out", filepath.Join(dir, "parquet"))
	mustRun(t, "export", "csv", "--archive", name, "--out", filepath.Join(dir, "csv"))
	opened, err := archive.OpenReader(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	relations, err := opened.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var statements, queries, names, want []string
	for _, r := range relations {
		if r.Name == "search" {
			continue
		}
		var types, sums, same []string
		for _, c := range r.Columns {
			duck := map[string]string{"INTEGER": "BIGINT", "REAL": "DOUBLE", "TEXT": "VARCHAR"}[c.Type]
			types = append(types, fmt.Sprintf("'%s': '%s'", c.Name, duck))
			column := `"` + c.Name + `"`
			least := fmt.Sprintf(", min(%s), max(%s)", column, column)
			switch c.Type {
			case "INTEGER":
				sums = append(sums, fmt.Sprintf("count(%s), sum(%s %% 1000003)", column, column)+least)
				same = append(same, sums[len(sums)-1])
			case "REAL":
				sums = append(sums, fmt.Sprintf("count(%s), sum(%s)", column, column)+least)
				same = append(same, sums[len(sums)-1])
			case "TEXT":
				sums = append(sums, fmt.Sprintf("count(%s), sum(length(CAST(%s AS BLOB))), count(DISTINCT %s)", column, column, column))
				same = append(same, fmt.Sprintf("count(%s), sum(strlen(%s)), count(DISTINCT %s)", column, column, column))
			}
		}
		statements = append(statements,
			fmt.Sprintf(`CREATE VIEW "p_%s" AS SELECT * FROM read_parquet('%s')`, r.Name,
				filepath.Join(dir, "parquet", r.Name+".parquet")),
			fmt.Sprintf(`CREATE VIEW "c_%s" AS SELECT * FROM read_csv('%s', header = true, delim = ',', quote = '"',
				escape = '"', nullstr = '', allow_quoted_nulls = false, auto_detect = false, max_line_size = 16000000,
				columns = {%s})`, r.Name, filepath.Join(dir, "csv", r.Name+".csv"), strings.Join(types, ", ")))
		rows, err := queryArchive(name, fmt.Sprintf(`SELECT count(*), %s FROM "%s"`, strings.Join(sums, ", "), r.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, view := range []string{"p_", "c_"} {
			names = append(names, view+r.Name)
			want = append(want, rows[0])
			queries = append(queries, fmt.Sprintf(`SELECT [CAST(x AS VARCHAR) FOR x IN v] AS sums FROM (
				SELECT [%s] AS v FROM "%s")`, "CAST(count(*) AS VARCHAR), "+castAll(strings.Join(same, ", ")), view+r.Name))
		}
	}
	for i, answer := range askDuckDB(t, statements, queries) {
		var got []string
		for _, v := range answer[0]["sums"].([]any) {
			if v == nil {
				v = "NULL"
			}
			got = append(got, plainNumber(fmt.Sprint(v)))
		}
		var sums []string
		for _, v := range strings.Split(want[i], "|") {
			sums = append(sums, plainNumber(v))
		}
		if strings.Join(got, "|") != strings.Join(sums, "|") {
			t.Errorf("%s:\n%v in DuckDB\n%v in the archive", names[i], got, sums)
		}
	}
}

// castAll puts each of several aggregates, none of which has a comma inside, into a cast to text.
func castAll(list string) string {
	parts := strings.Split(list, ", ")
	for i, p := range parts {
		parts[i] = "CAST(" + p + " AS VARCHAR)"
	}
	return strings.Join(parts, ", ")
}

// plainNumber writes a number as plainRows does.
func plainNumber(s string) string { return plainRows([]map[string]any{{"n": s}})[0]["n"] }

// The npm package datapackage, by those who made the standard, finds nothing wrong with descriptor, types, keys and
// references. It knows version 1, which version 2 keeps to in all that it checks; ajv holds the descriptor against that
// version's profile, and against what version 2 demands, as testdata/judge/datapackage-2.json says it.
func testDataPackage(t *testing.T, name string) {
	for _, where := range [][]string{nil, {"--where", "year=2019-2023", "--where", "region=35"}} {
		dir := filepath.Join(t.TempDir(), "package")
		mustRun(t, append([]string{"export", "datapackage", "--archive", name, "--out", dir, "--license", "CC-BY-4.0"}, where...)...)
		out := string(runNode(t, "datapackage.js", "datapackage", nil, filepath.Join(dir, "datapackage.json")))
		if !strings.HasSuffix(out, "valid\n") {
			t.Errorf("%v: %s", where, out)
		}
		text, err := os.ReadFile(filepath.Join(dir, "datapackage.json"))
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			Schema      string `json:"$schema"`
			Citation    string
			Fingerprint string
			Provenance  struct{ Fingerprint, Extractor, Where string }
			Licenses    []struct{ Name string }
			Resources   []struct {
				Name, Type, Hash string
				Schema           struct {
					Fields []struct{ Name, Unit string }
				}
			}
		}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		if d.Schema != "https://datapackage.org/profiles/2.0/datapackage.json" || len(d.Provenance.Fingerprint) != 64 ||
			!strings.Contains(d.Citation, d.Provenance.Fingerprint) || d.Provenance.Extractor == "" ||
			len(d.Licenses) != 1 || d.Licenses[0].Name != "CC-BY-4.0" {
			t.Errorf("descriptor %+v", d)
		}
		for _, r := range d.Resources {
			sum := sha256File(t, filepath.Join(dir, r.Name+".csv"))
			if r.Type != "table" || r.Hash != "sha256:"+sum || len(r.Schema.Fields) == 0 {
				t.Errorf("resource %s: %+v", r.Name, r)
			}
		}
	}
}

func sha256File(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), judge(t, "sha256sum"), name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))[0]
}

// Other programs than ours open an archive, slim or whole, as it is on disk, and read the same.
func testReaders(t *testing.T, name string) {
	dir := filepath.Join(t.TempDir(), "slim")
	mustRun(t, "export", "slim", "--archive", name, "--out", dir)
	rows, err := queryArchive(name, `SELECT count(*) || ' ' || sum(received) || ' ' || round(sum(fees), 4) FROM panel`)
	if err != nil {
		t.Fatal(err)
	}
	want := rows[0]
	const query = `SELECT count(*) AS n, sum(received) AS received, round(sum(fees), 4) AS fees FROM panel`
	for _, file := range []string{name, filepath.Join(dir, "nianbao-slim.db")} {
		for reader, read := range map[string]func(t *testing.T) string{
			"better-sqlite3": func(t *testing.T) string {
				return string(runNode(t, "better-sqlite3.js", "better-sqlite3", nil, file, query))
			},
			"pandas": func(t *testing.T) string {
				return runJudge(t, "/usr/bin/python3", "import pandas", "-c", `
import sqlite3, sys, pandas
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(*["%.12g" % x for x in pandas.read_sql(sys.argv[2], db).iloc[0]])`, file, query)
			},
			"RSQLite": func(t *testing.T) string {
				return runJudge(t, "Rscript", "", "-e", `
a <- commandArgs(trailingOnly = TRUE)
db <- DBI::dbConnect(RSQLite::SQLite(), a[1], flags = RSQLite::SQLITE_RO)
cat(sprintf("%.12g", unlist(DBI::dbGetQuery(db, a[2])[1, ])), "\n")`, file, query)
			},
		} {
			t.Run(reader+" "+filepath.Base(file), func(t *testing.T) {
				if got := strings.TrimSpace(read(t)); got != want {
					t.Errorf("reads %q, want %q", got, want)
				}
			})
		}
	}
}

// runJudge runs an outside program; where it, or the Python module it needs, is missing, the test is skipped, in CI it
// fails.
func runJudge(t *testing.T, program, needs string, args ...string) string {
	t.Helper()
	path := judge(t, program)
	if needs != "" && os.Getenv("CI") != "true" {
		if err := exec.CommandContext(t.Context(), path, "-c", needs).Run(); err != nil {
			t.Skipf("%s: %s: %v", program, needs, err)
		}
	}
	if program == "Rscript" && os.Getenv("CI") != "true" {
		if err := exec.CommandContext(t.Context(), path, "-e", "library(RSQLite)").Run(); err != nil {
			t.Skipf("no RSQLite: %v", err)
		}
	}
	out, err := exec.CommandContext(t.Context(), path, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

// Each id and word that the relations hold has a label in both languages: rows and columns of the forms, indicators,
// metrics, rules, and the words of columns that have a closed set of them.
func testLabels(t *testing.T, name string) {
	unlabelled := func(query string) {
		t.Helper()
		rows, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			t.Errorf("no label: %s", row)
		}
	}
	const labelled = `SELECT 1 FROM labels l WHERE ifnull(l.label_zh, '') <> '' AND ifnull(l.label_en, '') <> '' AND `
	unlabelled(`SELECT DISTINCT relation || '/' || row_id FROM cells c
		WHERE NOT EXISTS (` + labelled + `l.relation = c.relation AND l.id = c.row_id)`)
	unlabelled(`SELECT DISTINCT relation || '/' || column_id FROM cells c
		WHERE NOT EXISTS (` + labelled + `l.relation = c.relation AND l.id = c.column_id)`)
	unlabelled(`SELECT DISTINCT relation || '/' || id FROM labels WHERE ifnull(label_zh, '') = '' OR ifnull(label_en, '') = ''`)
	for _, c := range []struct{ relation, column, words string }{
		{"series", "indicator", ""}, {"mentions", "metric", ""}, {"findings", "rule", ""},
		{"reports", "authority_type", "w"}, {"reports", "level", "w"}, {"reports", "scope", "w"}, {"reports", "form", "w"},
		{"reports", "completeness", "w"}, {"reports", "published_from", "w"}, {"panel", "scope", "w"}, {"series", "basis", "w"},
		{"series", "comparability", "w"}, {"cells", "state", "w"}, {"tables", "kind", "w"}, {"findings", "severity", "w"},
		{"coverage", "state", "w"}, {"sources", "role", "w"}, {"links", "decision", "w"}, {"captures", "role", "w"},
		{"captures", "transport", "w"}, {"captures", "outcome", "w"}, {"visits", "outcome", "w"}, {"crawls", "trigger", "w"},
		{"authorities", "type", "w"}, {"authorities", "level", "w"},
	} {
		parent := ""
		if c.words != "" {
			parent = fmt.Sprintf(" AND l.parent = '%s'", c.column)
		}
		unlabelled(fmt.Sprintf(`SELECT DISTINCT '%[1]s.%[2]s ' || %[2]s FROM %[1]s x WHERE %[2]s IS NOT NULL AND NOT EXISTS (
			%[3]s l.relation = '%[1]s' AND l.id = CASE WHEN instr(x.%[2]s, ':') > 0
				THEN substr(x.%[2]s, 1, instr(x.%[2]s, ':') - 1) ELSE x.%[2]s END%[4]s)`, c.relation, c.column, labelled, parent))
	}
	unlabelled(`SELECT DISTINCT section FROM sections x WHERE section GLOB '[a-z]*' -- others are headings, verbatim
		AND NOT EXISTS (` + labelled + `l.relation = 'sections' AND l.id = x.section)`)
	opened, err := archive.OpenReader(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	relations, err := opened.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range relations {
		for _, c := range append(r.Columns, archive.Column{Name: r.Name}) {
			unlabelled(fmt.Sprintf(`SELECT '%[1]s.%[2]s' WHERE NOT EXISTS (%[3]s l.relation = '%[1]s' AND l.id = '%[2]s')`,
				r.Name, c.Name, labelled))
		}
	}
}

// The official tables of a report, written as a workbook, are read back as the cells that they were written from.
func testReportTables(t *testing.T, name string) {
	for _, report := range []string{"茌平区人民政府", "上海市人民政府办公厅", "平潭县人民政府", "洪泽区人民政府"} {
		t.Run(report, func(t *testing.T) {
			rows, err := queryArchive(name, "SELECT report_id FROM reports WHERE authority LIKE '%"+report+"'")
			if err != nil || len(rows) != 1 {
				t.Fatalf("%v, %v", rows, err)
			}
			dir := filepath.Join(t.TempDir(), "x")
			mustRun(t, "export", "xlsx", "--archive", name, "--out", dir, "--report", rows[0])
			body, err := os.ReadFile(filepath.Join(dir, "report.xlsx"))
			if err != nil {
				t.Fatal(err)
			}
			d, err := document.Read(body, "", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var grids []grid.Grid
			for _, t := range d.Tables {
				grids = append(grids, t.Grid)
			}
			var got []string
			for _, c := range form.Read(grids).Cells {
				got = append(got, fmt.Sprintf("%s/%s/%s|%s|%v", c.Relation, c.RowID, c.ColumnID, c.State, c.Value.Decimal.InexactFloat64()))
			}
			want, err := queryArchive(name, `SELECT relation || '/' || row_id || '/' || column_id, state, ifnull(value, 0) FROM cells
				WHERE report_id = `+rows[0])
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-archive +workbook:\n%s", diff)
			}
		})
	}
}

// LibreOffice opens the workbook of all relations; a sheet has what the archive has, formulas and long numbers included.
func testLibreOffice(t *testing.T, name string) {
	office := judge(t, "soffice")
	dir := t.TempDir()
	mustRun(t, "export", "xlsx", "--archive", name, "--out", filepath.Join(dir, "x"))
	command := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "--outdir", dir,
		filepath.Join(dir, "x", "nianbao.xlsx"))
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "nianbao-panel.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want, err := queryArchive(name, `SELECT * FROM panel ORDER BY report_id`)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 3+len(want) || lines[0][2] != "authority" || lines[1][2] != "机关名称" || lines[2][13] != "applications received [件]" {
		t.Fatalf("%d lines, header %v", len(lines), lines[:3])
	}
	for i, line := range lines[3:] {
		if got := strings.Join(line, "|"); got != strings.ReplaceAll(want[i], "NULL", "") {
			t.Errorf("row %d\n got %s\nwant %s", i, got, want[i])
		}
	}
}
