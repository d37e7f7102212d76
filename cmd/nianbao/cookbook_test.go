package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recipe is a query of archive/QUERIES.md; result is the table below it.
type recipe struct {
	begin, end  int // of query and result in the file
	query       string
	sqliteOnly  bool
	result      string
	resultBegin int
}

var recipes = regexp.MustCompile("(?s)```sql( sqlite)?\n(.*?)```\n(\n\\|.*?\n\n|\n(?:\\*no rows\\*\n\n)?)")

func readRecipes(text string) []recipe {
	var all []recipe
	for _, m := range recipes.FindAllStringSubmatchIndex(text, -1) {
		all = append(all, recipe{begin: m[0], end: m[7], query: text[m[4]:m[5]], sqliteOnly: m[2] >= 0,
			result: text[m[6]:m[7]], resultBegin: m[6]})
	}
	return all
}

// What people do with an archive, on one of real reports.
func TestOnRealReports(t *testing.T) {
	name := fixtureArchive(t)
	for what, test := range map[string]func(*testing.T, string){
		"cookbook": testCookbook, "DuckDB sums": testDuckDBSums, "data package": testDataPackage, "readers": testReaders,
		"labels": testLabels, "report tables": testReportTables, "LibreOffice": testLibreOffice,
	} {
		t.Run(what, func(t *testing.T) { test(t, name) })
	}
}

// Every query of the cookbook answers on the fixture archive, in the sqlite3 shell and in DuckDB on the Parquet files,
// with the same rows, which stand below it. UPDATE=1 refreshes them, for a person to read.
func testCookbook(t *testing.T, name string) {
	shell := judge(t, "sqlite3")
	file := filepath.Join("..", "..", "archive", "QUERIES.md")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data) + "\n" // so that the last table ends like the others
	all := readRecipes(text)
	if len(all) < 20 || len(all) != strings.Count(text, "```sql") {
		t.Fatalf("%d queries are understood", len(all))
	}
	var got strings.Builder
	last := 0
	for _, r := range all {
		out, err := exec.CommandContext(t.Context(), shell, "-readonly", "-cmd", ".mode markdown --wrap 300", "-cmd", ".nullvalue NULL", name,
			r.query).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %s\n%s", err, out, r.query)
		}
		table := "\n" + string(out) + "\n"
		if len(out) == 0 {
			table = "\n*no rows*\n\n"
		}
		got.WriteString(text[last:r.resultBegin] + table)
		last = r.end
	}
	got.WriteString(text[last:])
	now := strings.TrimSuffix(got.String(), "\n")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(strings.Split(string(data), "\n"), strings.Split(now, "\n")); diff != "" {
		t.Errorf("UPDATE=1 refreshes archive/QUERIES.md (-file +now):\n%s", diff)
	}

	dir := filepath.Join(t.TempDir(), "parquet")
	mustRun(t, "export", "parquet", "--archive", name, "--out", dir)
	var queries []string
	for _, r := range all {
		if !r.sqliteOnly {
			queries = append(queries, r.query)
		}
	}
	answers := askDuckDB(t, views(t, dir), queries)
	for i, query := range queries {
		out, err := exec.CommandContext(t.Context(), shell, "-readonly", "-json", name, query).Output()
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]any
		if len(out) > 0 {
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(plainRows(want), plainRows(answers[i])); diff != "" {
			t.Errorf("DuckDB answers otherwise (-sqlite +duckdb): %s\n%s", query, diff)
		}
	}
}

// views are the statements that make a view of each Parquet file.
func views(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	var all []string
	for _, f := range files {
		all = append(all, fmt.Sprintf(`CREATE VIEW "%s" AS SELECT * FROM read_parquet('%s')`,
			strings.TrimSuffix(filepath.Base(f), ".parquet"), f))
	}
	return all
}

// askDuckDB runs statements, then queries, in one DuckDB in memory, and returns the rows of each query.
func askDuckDB(t *testing.T, statements, queries []string) [][]map[string]any {
	t.Helper()
	in, err := json.Marshal(map[string]any{"statements": statements, "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	var answers [][]map[string]any
	if err := json.Unmarshal(runNode(t, "duckdb.js", "@duckdb/node-api", in), &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// runNode runs a script of testdata/judge with the npm packages of NIANBAO_NODE_MODULES; without the package it needs
// the test is skipped, in CI it fails.
func runNode(t *testing.T, script, needs string, stdin []byte, args ...string) []byte {
	t.Helper()
	node, modules := judge(t, "node"), os.Getenv("NIANBAO_NODE_MODULES")
	if _, err := os.Stat(filepath.Join(modules, needs)); modules == "" || err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI needs the npm package %s in NIANBAO_NODE_MODULES", needs)
		}
		t.Skipf("no npm package %s in NIANBAO_NODE_MODULES", needs)
	}
	command := exec.CommandContext(t.Context(), node, append([]string{filepath.Join("testdata", "judge", script)}, args...)...)
	command.Env = append(os.Environ(), "NODE_PATH="+modules)
	command.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", script, err, out, &stderr)
	}
	return out
}

// plainRows writes rows so that a number is the same number whatever type a database gives it, to twelve digits.
func plainRows(rows []map[string]any) []map[string]string {
	var out []map[string]string
	for _, row := range rows {
		plain := map[string]string{}
		for name, v := range row {
			s := fmt.Sprint(v)
			if n, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(n) && v != nil {
				s = strconv.FormatFloat(n, 'g', 12, 64)
			}
			plain[name] = s
		}
		out = append(out, plain)
	}
	return out
}

// judge returns the path of an outside program; without it the test is skipped, in CI it fails.
func judge(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI needs %s: %v", name, err)
	}
	t.Skipf("no %s: %v", name, err)
	return ""
}
