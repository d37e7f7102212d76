package archive

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// published is what design.md section 3 promises to those who query: relations and columns, in this order.
const published = `
reports: report_id key site authority_id authority authority_printed authority_type level province prefecture
  region region_code scope scope_basis year form title published_on published_from period_from period_to url
  media completeness versions superseded_by first_seen_at last_seen_at gone_at sha256 extractor contradictions
  doubts
panel: report_id authority_id authority authority_type level province prefecture region_code year scope form
  completeness contradictions received carried_in granted partially_granted refused unable_to_provide
  not_processed other_handling handled carried_forward review_total review_corrected litigation_total
  litigation_corrected normative_issued normative_in_force licenses penalties coercions fees
applications: report_id item natural_person business research_institution public_interest_organization
  legal_service other_organization total
disputes: report_id channel upheld corrected other pending total
disclosure: report_id item measure value unit
statistics: report_id item measure value unit
series: report_id authority_id authority authority_type level province region_code scope year form indicator
  value unit basis comparability
sections: report_id section number position heading text capture_id
mentions: report_id section metric value unit approximate quote capture_id
tables: report_id capture_id table_no caption kind rows columns grid
cells: report_id relation row_id column_id value raw state note capture_id table_no row_no column_no
findings: finding_id report_id rule severity relation row_id column_id expected actual message other_report_id
revisions: report_id version url relation row_id column_id old_value new_value old_capture_id new_capture_id
  old_last_seen_at new_first_seen_at
past_cells: report_id version relation row_id column_id value raw state note capture_id table_no row_no
  column_no
annotations: report_id sha256 relation row_id column_id verdict value by at note
coverage: authority_id authority site year state due_on due_basis published_on days_late report_id
  last_complete_visit_at
sources: report_id capture_id version role url media name sha256 seen_from seen_to read
links: site url title listed_on list_capture_id decision reason report_id first_seen_at last_seen_at gone_at
captures: capture_id crawl_id site method url final_url role transport fetched_at http_status headers redirects
  outcome content_type bytes sha256 error elapsed_ms
crawls: crawl_id trigger started_at finished_at sites ok failed new changed gone
visits: crawl_id site system outcome detail lists items new changed unchanged gone errors
sites: key name url region system pages items cron tls since until note system_seen verified_at last_ok_at
  empty_streak blocked_share expected found
authorities: authority_id name names type level region_code credit_code first_year last_year
divisions: code name level parent province valid_from valid_to successor
labels: relation id form number label_zh label_en parent
archive: fingerprint schema extractor forms_hash first_capture last_capture
search: report_id section text
`

func TestRelationsAreThePublishedOnes(t *testing.T) {
	a := openTest(t)
	relations, err := a.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range relations {
		if r.Meaning == "" {
			t.Errorf("%s has no meaning", r.Name)
		}
		got = append(got, r.Name+":")
		for _, c := range r.Columns {
			got = append(got, c.Name)
			if c.Meaning == "" {
				t.Errorf("%s.%s has no meaning", r.Name, c.Name)
			}
			if c.Type == "" && r.Name != "search" {
				t.Errorf("%s.%s has no declared type", r.Name, c.Name)
			}
		}
	}
	if diff := cmp.Diff(strings.Fields(published), got); diff != "" {
		t.Error(diff)
	}
}

func TestRelationsTellUnitAndExample(t *testing.T) {
	a := openTest(t)
	save(t, begin(t, a), page("http://x.gov.cn/1.html", "一", 0))
	relations, err := a.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	find := func(relation, column string) Column {
		for _, r := range relations {
			if r.Name == relation {
				return *r.column(column)
			}
		}
		t.Fatalf("no relation %s", relation)
		return Column{}
	}
	for _, want := range []struct {
		relation string
		column   Column
	}{
		{"panel", Column{"fees", "REAL", "administrative fees charged (行政事业性收费)", "万元", ""}},
		{"captures", Column{"elapsed_ms", "INTEGER", "until the body ended", "ms", "12"}},
		{"captures", Column{"url", "TEXT", "as requested, without fragment; of a file in a container that of the container, # and the file's name", "", "http://x.gov.cn/1.html"}},
		{"visits", Column{"outcome", "TEXT", "ok, partial, empty, needs_adapter, blocked:<kind>, robots, soft404, moved, " +
			"gone, rate, http:<status>, tls, timeout, network", "", ""}},
		{"reports", Column{"doubts", "INTEGER", "findings that make it doubtful", "", ""}},
		{"sources", Column{"read", "INTEGER", "1 for the one the report's numbers come from", "", ""}},
		{"coverage", Column{"last_complete_visit_at", "TEXT", "start of the last visit of the site that was ok and in which no page failed", "", ""}},
		{"coverage", Column{"days_late", "INTEGER", "0 when one date of it (page, list, address, first capture) is on time; NULL when there is no day, or no date and no report", "days", ""}},
		{"search", Column{"section", "", "as in sections, or title", "", ""}},
	} {
		if diff := cmp.Diff(want.column, find(want.relation, want.column.Name)); diff != "" {
			t.Errorf("%s: %s", want.relation, diff)
		}
	}
	for _, r := range relations {
		if r.Name == "captures" && !strings.HasSuffix(r.Meaning, "per file in a container that came in one") { // it has two lines
			t.Errorf("captures: %s", r.Meaning)
		}
	}
}

// The snapshot shows in a review what a change of migrations and views comes to.
func TestSchemaSnapshot(t *testing.T) {
	a := openTest(t)
	got := ask(t, a, `SELECT sql || ';' || char(10) FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT LIKE 'search\_%' ESCAPE '\' ORDER BY type, name`)
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile("schema.sql", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	snapshot, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(snapshot), got); diff != "" {
		t.Errorf("schema.sql is not what migrations and views make; UPDATE=1 refreshes it\n%s", diff)
	}
}

// An archive made by version 1 must open in every later version with all it holds.
func TestMigrateFromVersion1(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	first := fstest.MapFS{"migrations/0001_archive.sql": file(t, "migrations/0001_archive.sql")}
	db := openRaw(t, path)
	if err := migrate(t.Context(), db, first, fstest.MapFS{}); err != nil {
		t.Fatal(err)
	}
	const crawl = `INSERT INTO crawls(trigger, started_at) VALUES ('crawl', '2026-01-01T00:00:00.000Z')`
	if _, err := db.Exec(crawl); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	a := openAt(t, path)
	want(t, a, "crawl", `SELECT trigger FROM crawls`)
	fresh := openTest(t)
	const schema = `SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`
	if diff := cmp.Diff(ask(t, fresh, schema), ask(t, a, schema)); diff != "" {
		t.Errorf("a migrated archive has another schema than a new one: %s", diff)
	}
}

// Later migrations may alter tables that views name, and views that changed are made anew.
func TestMigrateOneStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db := openRaw(t, path)
	defer db.Close()
	steps := fstest.MapFS{"migrations/0001_archive.sql": file(t, "migrations/0001_archive.sql")}
	views := fstest.MapFS{"views/v.sql": {Data: []byte(`CREATE VIEW v(a) AS SELECT note FROM sites;`)}}
	if err := migrate(t.Context(), db, steps, views); err != nil {
		t.Fatal(err)
	}
	steps["migrations/0002_remark.sql"] = &fstest.MapFile{Data: []byte(
		`ALTER TABLE sites RENAME COLUMN note TO remark; ALTER TABLE sites ADD COLUMN more TEXT /* more */;`)}
	broken := fstest.MapFS{"views/v.sql": {Data: []byte(`CREATE VIEW v(a) AS SELEC remark FROM sites;`)}}
	if err := migrate(t.Context(), db, steps, broken); err == nil {
		t.Fatal("a broken view was taken")
	}
	version := func() (version int) {
		t.Helper()
		if err := db.QueryRow(`PRAGMA user_version`).Scan(&version); err != nil {
			t.Fatal(err)
		}
		return version
	}
	if _, err := db.Exec(`SELECT a FROM v`); err != nil || version() != 1 {
		t.Errorf("a failed migration left version %d, %v", version(), err)
	}
	views["views/v.sql"].Data = []byte(`CREATE VIEW v(a, b) AS SELECT remark, more FROM sites;`)
	for range 2 {
		if err := migrate(t.Context(), db, steps, views); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec(`SELECT a, b FROM v`); err != nil || version() != 2 {
		t.Errorf("after the migration: version %d, %v", version(), err)
	}
	views["views/v.sql"].Data = []byte(`CREATE VIEW v(c) AS SELECT remark FROM sites;`)
	if err := migrate(t.Context(), db, steps, views); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`SELECT c FROM v`); err != nil {
		t.Errorf("a changed view was not made anew: %v", err)
	}
	delete(steps, "migrations/0001_archive.sql")
	if err := migrate(t.Context(), db, steps, views); err == nil {
		t.Error("migrations with a gap were taken")
	}
}

func file(t *testing.T, name string) *fstest.MapFile {
	t.Helper()
	text, err := migrations.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: text}
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, nil))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// People open the file with whatever SQLite their system has; Debian 12 has 3.40.
func TestSqlite3ShellOpensIt(t *testing.T) {
	shell := judge(t, "sqlite3")
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	fill(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	run := func(command string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), shell, "-readonly", path, command).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v: %s", command, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if got := run(`PRAGMA integrity_check`); got != "ok" {
		t.Errorf("integrity check: %s", got)
	}
	if got := run(`PRAGMA application_id`); got != "1852399982" {
		t.Errorf("application_id %s", got)
	}
	if got := run(`.schema reports`); !strings.Contains(got, "-- statistical year") {
		t.Errorf(".schema lost the comments: %s", got)
	}
	if got := run(`SELECT DISTINCT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p
		WHERE m.type IN ('table', 'view') AND p.type = '' AND m.name NOT LIKE 'search%' AND m.name <> 'kept'`); got != "" {
		t.Errorf("columns without a declared type: %s", got)
	}
	for _, r := range publicRelations {
		run(`SELECT * FROM "` + r + `"`)
	}
	// One report is found by indexes. annotations are few; coverage and links are asked by authority, site and address.
	scans := regexp.MustCompile(`SCAN [a-z]+`)
	for _, r := range []string{"reports", "panel", "applications", "disputes", "disclosure", "statistics", "series", "sections",
		"mentions", "tables", "cells", "findings", "revisions", "past_cells", "sources"} {
		for _, scan := range scans.FindAllString(run(`EXPLAIN QUERY PLAN SELECT * FROM `+r+` WHERE report_id = 1`), -1) {
			if scan != "SCAN typed" { // which is empty
				t.Errorf("%s of one report: %s", r, scan)
			}
		}
	}
	if got := run(`SELECT total FROM applications JOIN reports USING (report_id)
		WHERE authority LIKE '%茌平%' AND item = 'new_this_year'`); got != "125" {
		t.Errorf("total is %s", got)
	}
	if got := run(`SELECT received, refused, fees FROM panel`); got != "125|4|12.5" {
		t.Errorf("panel: %s", got)
	}
	for _, query := range []string{`search MATCH '行政复议'`, `instr(text, '复议')`} {
		if got := run(`SELECT section FROM search WHERE ` + query); got != "disputes" {
			t.Errorf("%s finds %q", query, got)
		}
	}
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
