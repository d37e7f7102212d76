package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// However many processors there are, and whichever site answers first, an archive says the same. Only these depend on the
// order: the numbers of captures, all times, which body is packed against which, and which of two sources with equally many
// numbers speaks for a report, as the one that was archived first does; here each report has one.
func TestTheOrderOfAnswersChangesNothing(t *testing.T) {
	const columns, reports = 3, 40
	var register strings.Builder
	register.WriteString("key,name,url\n")
	for i := range columns {
		site, err := newSchools(".", i*reports, reports)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(rand.N(10 * time.Millisecond))
			site.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		fmt.Fprintf(&register, "schools-%d,蓝田县,%s/nb/list.html\n", i, server.URL)
	}
	dir := t.TempDir()
	sites := filepath.Join(dir, "sites.csv")
	if err := os.WriteFile(sites, []byte(register.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	var want, order []string
	for run, processors := range []string{"1", "2", "2"} {
		name := filepath.Join(dir, fmt.Sprint(run)+".db")
		crawl := exec.CommandContext(t.Context(), "nianbao", crawlArgs(name, sites, "--quiet")...)
		crawl.Env = append(os.Environ(), "GOMAXPROCS="+processors)
		if out, err := crawl.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		mustRun(t, "verify", "--archive", name)
		got := answers(t, name, append(slices.Clone(published),
			`select 'body', role, outcome, url, sha256 from captures where role <> 'robots'`,
			`select 'link', site, url, title, listed_on, decision, reason, report_id from links`,
			`select 'visit', site, system, outcome, detail, lists, items, new, changed, unchanged, gone, errors from visits`,
			`select 'finding', report_id, rule, severity, relation, row_id, column_id, expected, actual, message, other_report_id from findings`,
			`select 'series', * from series`, `select 'panel', * from panel`, `select 'authority', * from authorities`,
			`select 'section', report_id, section, number, position, heading, text from sections`,
			`select 'table', report_id, table_no, caption, kind, rows, columns, grid from tables`))
		captured, err := queryArchive(name, `select url from captures order by capture_id`)
		if err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			want, order = got, captured
			continue
		}
		if slices.Equal(captured, order) {
			t.Error("the answers came in the same order, which shows nothing")
		}
		if !slices.Equal(got, want) {
			t.Errorf("on %s processors:\n%s", processors, difference(want, got))
		}
	}
}
