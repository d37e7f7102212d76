package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nianbao/archive"
)

// The report of 茌平 2023 (the demo's page, real tables) as a browser saves it, with the same report as .doc in the page's
// folder and as .xls beside it: one report in three sources, in the division that only the page names, with the
// contradiction that is really in it. The comment, the links and the name of the folder are made up.
func TestASavedPageAndItsFilesAreOneReport(t *testing.T) {
	const address = "http://www.chiping.gov.cn/art/2024/2/6/art_38212_2417065.html"
	page, err := demoFiles.ReadFile("demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		t.Fatal(err)
	}
	saved := bytes.Replace(page, []byte("</body>"), []byte(`<div class="fujian">附件：<a href="./年报_files/1.doc">年报.doc</a>
		<a href="2.xls">统计表</a></div></body>`), 1)
	if bytes.Equal(saved, page) {
		t.Fatal("the demo's page has no body")
	}
	saved = append([]byte("<!-- saved from url=(0059)"+address+" -->\n"), saved...)
	dir := t.TempDir()
	put := func(name string, body []byte) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	document := func(ending string) []byte {
		t.Helper()
		body, err := os.ReadFile(filepath.Join(repository, "testdata/documents/chiping-2023-review-sum-wrong/page"+ending))
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	put("in/年报.html", saved)
	put("in/年报_files/1.doc", document(".doc"))
	put("in/年报_files/saved_resource.html", []byte("<p>广告"))
	put("in/2.xls", document(".xls"))

	name := filepath.Join(dir, "test.db")
	for run, said := range []string{"3 new, 0 changed, 0 unchanged", "0 new, 0 changed, 3 unchanged"} {
		if out := mustRun(t, "import", "--archive", name, filepath.Join(dir, "in")); !strings.HasPrefix(out, said) {
			t.Fatalf("run %d: %s", run, out)
		}
		for query, want := range map[string][]string{
			"select authority, year, region_code, url, versions, contradictions from reports": {
				"聊城市茌平区人民政府|2023|371503|" + address + "|1|1"},
			"select role, media, version, read, coalesce(name, '-') from sources order by capture_id": {
				"page|html|1|1|-", "attachment|xls|1|0|2.xls", "attachment|doc|1|0|1.doc"},
			"select url from captures where role = 'attachment' and url like 'http%'": {
				"http://www.chiping.gov.cn/art/2024/2/6/2.xls"},
			"select total from applications where item = 'new_this_year'":                           {"125"},
			"select distinct rule from findings where severity <> 'note'":                           {"disputes.review_sum"},
			"select count(*) from captures":                                                         {"3"},
			"select count(*) from captures where transport <> 'import'":                             {"0"},
			"select count(*) from cells left join captures using (capture_id) where sha256 is null": {"0"},
		} {
			got, err := queryArchive(name, query)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("run %d: %s: %q, want %q", run, query, got, want)
			}
		}
	}
	mustRun(t, "verify", "--archive", name)
}

// A crawl of what was imported compares with it, and what is older than a crawl is a version before it.
func TestImportsAndCrawlsShareAddresses(t *testing.T) {
	register := serveSite(t, nil)
	dir := t.TempDir()
	name := filepath.Join(dir, "test.db")
	mustRun(t, crawlArgs(name, register, "chiping")...)
	rows, err := queryArchive(name, "select url from reports where site = 'chiping'")
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	current := mustRun(t, "get", "--archive", name, rows[0])
	older := strings.Replace(current, "34319", "34318", 1)
	if older == current {
		t.Fatal("the page has no such number")
	}
	for file, body := range map[string]string{"same.html": current, "older.html": older} {
		file = filepath.Join(dir, "in", file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		sidecar := fmt.Sprintf(`{"url": %q, "fetched_at": "2024-02-06", "site": "chiping"}`, rows[0])
		if strings.HasSuffix(file, "same.html") {
			sidecar = fmt.Sprintf(`{"url": %q, "fetched_at": "2024-02-07", "site": "chiping"}`, rows[0])
		}
		for f, text := range map[string]string{file: body, file + ".json": sidecar} {
			if err := os.WriteFile(f, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := mustRun(t, "import", "--archive", name, "--sites", register, filepath.Join(dir, "in"))
	if !strings.HasPrefix(out, "0 new, 1 changed, 1 unchanged") {
		t.Error(out)
	}
	number := "select value from cells join reports using (report_id) where site = 'chiping' and row_id = 'administrative_license'"
	for query, want := range map[string]string{
		number: "34319",
		"select versions || ' ' || first_seen_at from reports where site = 'chiping'":                                               "2 2024-02-05T16:00:00.000Z",
		"select group_concat(version || ' ' || read) from (select * from sources where url = '" + rows[0] + "' order by seen_from)": "1 0,2 1",
		"select count(*) from findings where rule = 'sources_disagree'":                                                             "0",
	} {
		got, err := queryArchive(name, query)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q; %v", query, got, want, err)
		}
	}
	mustRun(t, append(crawlArgs(name, register, "chiping"), "--recheck", "0s")...)
	got, err := queryArchive(name, "select new, changed from visits order by crawl_id desc limit 1")
	if err != nil || !slices.Equal(got, []string{"0|0"}) {
		t.Errorf("the crawl after the import: %q, %v", got, err)
	}
}

// An interrupted import keeps what it has brought in, and the next one goes on.
func TestInterruptedImport(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		page := fmt.Sprintf("<meta charset=utf-8><title>某县%d局政府信息公开指南</title><p>%d", i, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d.html", i)), []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "test.db")
	args := []string{"import", "--archive", name, dir}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := &cancelling{after: 5, cancel: cancel}
	if status := run(ctx, args, strings.NewReader(""), new(bytes.Buffer), stderr); status != statusPartly {
		t.Errorf("status %d: %s", status, &stderr.text)
	}
	if !strings.Contains(stderr.text.String(), "interrupted") {
		t.Errorf("said: %s", &stderr.text)
	}
	counts := func() []string {
		t.Helper()
		rows, err := queryArchive(name, "select count(*) from captures union all select count(*) from crawls where finished_at is null")
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if got := counts(); got[0] == "0" || got[0] == "40" || got[1] != "0" {
		t.Errorf("kept %s captures, %s runs are not finished", got[0], got[1])
	}
	mustRun(t, args...)
	if got := counts(); got[0] != "40" {
		t.Errorf("in the end %s captures", got[0])
	}
	got, err := queryArchive(name, "select count(*) from captures where outcome = 'not_report:guide'")
	if err != nil || got[0] != "40" {
		t.Errorf("read: %v, %v", got, err)
	}
}

// cancelling is a log that cancels after so many files were imported.
type cancelling struct {
	text   bytes.Buffer
	after  int
	cancel func()
}

func (c *cancelling) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("msg=import")) {
		if c.after--; c.after == 0 {
			c.cancel()
		}
	}
	return c.text.Write(line)
}

// An import into an archive that is being written is refused, like a crawl.
func TestImportIntoAnArchiveInUse(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "test.db")
	opened, err := archive.Open(t.Context(), name, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	var stderr bytes.Buffer
	if status := run(t.Context(), []string{"import", "--archive", name, dir}, nil, new(bytes.Buffer), &stderr); status != statusUsage ||
		!strings.Contains(stderr.String(), "is being written by process") {
		t.Errorf("status %d: %s", status, &stderr)
	}
}
