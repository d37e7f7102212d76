package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
)

// manyReports makes an archive of n reports, each the demo's page for another body, as an older version has read them.
func manyReports(t *testing.T, name string, n int) {
	t.Helper()
	page, err := os.ReadFile("demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		t.Fatal(err)
	}
	opened := openArchive(t, name)
	run, err := opened.BeginCrawl(t.Context(), "crawl")
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		body := bytes.ReplaceAll(page, []byte("茌平区人民政府"), fmt.Appendf(nil, "茌平区第%d街道办事处", i))
		url := fmt.Sprintf("http://x.gov.cn/%d.html", i)
		if err := run.SaveCapture(t.Context(), &crawler.Capture{Role: crawler.RolePage, Method: "GET", URL: url, FinalURL: url,
			At: time.Date(2026, 2, 1, 0, 0, i, 0, time.UTC), Status: 200, Complete: true, Outcome: crawler.OutcomeOK, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
}

// figuresOf are what reading makes of captures.
var figuresOf = []string{
	`select report_id, key, year, form, completeness, contradictions, doubts, sha256, extractor from reports`,
	`select report_id, relation, row_id, column_id, value, raw, state, capture_id from cells`,
	`select report_id, rule, relation, row_id, column_id, message from findings`,
	`select report_id, section, heading, text from sections`,
	`select authority_id, name, names from authorities`,
}

func reextracted(t *testing.T, name string, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if status := run(context.Background(), append([]string{"reextract", "--quiet", "--archive", name}, args...), nil, &out, &log); status != statusOK {
		t.Fatalf("exit status %d: %s", status, &log)
	}
	return out.String()
}

// However many documents are read at once, the same is found in them.
func TestReadingInParallelIsAsReadingInTurn(t *testing.T) {
	var wants []string
	for _, processors := range []int{1, 4} {
		name := filepath.Join(t.TempDir(), "a.db")
		manyReports(t, name, 24)
		before := runtime.GOMAXPROCS(processors)
		out := reextracted(t, name)
		runtime.GOMAXPROCS(before)
		if !strings.Contains(out, "24 captures read, 24 of them reports\n24 reports new, 0 lost") {
			t.Errorf("%s", out)
		}
		got := answers(t, name, figuresOf)
		if wants == nil {
			wants = got
		} else if !slices.Equal(got, wants) {
			t.Errorf("%s", difference(wants, got))
		}
	}
}

// kill -9 in the midst of it: what was read is there, what was not is as the older version read it, and the next run goes on.
func TestKilledReextractGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	name := filepath.Join(t.TempDir(), "a.db")
	const reports = 64
	manyReports(t, name, reports)
	reextracted(t, name)
	want := answers(t, name, figuresOf)
	if err := alterArchive(name, `update reading set extractor = '1'`); err != nil {
		t.Fatal(err)
	}
	if err := alterArchive(name, `update cell set value = 1 where value = 125`); err != nil {
		t.Fatal(err)
	}
	killed := false
	for after := 100 * time.Millisecond; !killed && after < 5*time.Second; after += 50 * time.Millisecond {
		if !killAfter(t, after, "reextract", "--archive", name) {
			t.Skip("it ends before it can be killed")
		}
		left, err := queryArchive(name, `select count(*) from reading where extractor = '1'`)
		if err != nil {
			t.Fatal(err)
		}
		killed = left[0] != fmt.Sprint(reports) && left[0] != "0"
	}
	mixed, err := queryArchive(name, `select count(*) from reading join cell using (report_id) where (extractor = '1') <> (value = 1)
		and field_id = (select field_id from field where relation = 'applications' and row_id = 'new_this_year' and column_id = 'total')`)
	if err != nil || mixed[0] != "0" {
		t.Errorf("readings whose rows are another's: %v, %v", mixed, err)
	}
	left, err := queryArchive(name, `select count(*) from reading where extractor = '1'`)
	if err != nil {
		t.Fatal(err)
	}
	out := reextracted(t, name)
	if !strings.HasPrefix(out, left[0]+" captures read") {
		t.Errorf("%s left, but %s", left[0], out)
	}
	if got := answers(t, name, figuresOf); !slices.Equal(got, want) {
		t.Errorf("%s", difference(want, got))
	}
	mustRun(t, "verify", "--archive", name)
	t.Logf("%s of %d were left", left[0], reports)
}
