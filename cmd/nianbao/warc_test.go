package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// reportsOf are the reports of an archive with their numbers, whatever brought them in. Who published a report may only be
// known by the register.
func reportsOf(t *testing.T, name string, registered bool) []string {
	t.Helper()
	named := "authority, site"
	if !registered {
		named = "1"
	}
	rows, err := queryArchive(name, `select `+named+`, year, scope, form, completeness, url, sha256,
			(select group_concat(relation || row_id || column_id || ifnull(value, state), ' ')
				from (select * from cells c where c.report_id = r.report_id order by relation, row_id, column_id))
		from reports r order by url`)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// An export is imported into an empty archive: the same reports from the same bytes, and another export has the same
// payloads. Once more adds nothing.
func TestExportedWARCComesBack(t *testing.T) {
	register := serveSite(t, nil)
	dir := t.TempDir()
	first, second := filepath.Join(dir, "first.db"), filepath.Join(dir, "second.db")
	mustRun(t, crawlArgs(first, register)...)
	mustRun(t, append(crawlArgs(first, register), "--recheck", "0s")...) // unchanged answers and such
	mustRun(t, "export", "warc", "--archive", first, "--out", filepath.Join(dir, "one"))
	for range 2 {
		mustRun(t, "import", "--archive", second, "--sites", register, filepath.Join(dir, "one", "nianbao.warc.gz"))
	}
	if want, got := reportsOf(t, first, true), reportsOf(t, second, true); !slices.Equal(want, got) || len(want) != 4 {
		t.Errorf("the archive differs:\n%s", difference(want, got))
	}
	mustRun(t, "verify", "--archive", second)
	payloads := func(name string) []string {
		rows, err := queryArchive(name, `select site, role, url, final_url, fetched_at, http_status, sha256 from captures
			order by fetched_at, url, role`)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if want, got := payloads(first), payloads(second); !slices.Equal(want, got) || len(want) < 20 {
		t.Errorf("the captures differ:\n%s", difference(want, got))
	}
}

// A page that was missing in several visits answers the same 404 page in each: the later ones are revisits in the WARC file,
// and come back as what they are, not as a version of the report.
func TestRepeatedMissesComeBackFromWARC(t *testing.T) {
	const missing = "/lantian/zwgk/gkndbg/61f63765f8fd1c0bdc7dd31e.html"
	gone := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone && r.URL.Path == missing {
			http.Error(w, "there is no such page", http.StatusNotFound)
			return
		}
		serveDemo(w, r)
	}))
	defer server.Close()
	dir := t.TempDir()
	register := filepath.Join(dir, "sites.csv")
	if err := os.WriteFile(register, []byte("key,name,url,region\nlantian,蓝田县自然资源和规划局,"+server.URL+
		"/lantian/zwgk/gkndbg/index.html,610122\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	first, second := filepath.Join(dir, "first.db"), filepath.Join(dir, "second.db")
	for range 3 {
		mustRun(t, append(crawlArgs(first, register), "--recheck", "0s")...)
		gone = true
	}
	mustRun(t, "export", "warc", "--archive", first, "--out", filepath.Join(dir, "one"))
	mustRun(t, "import", "--archive", second, "--sites", register, filepath.Join(dir, "one", "nianbao.warc.gz"))
	for _, query := range []string{
		`select outcome from captures where url like '%` + missing + `' order by fetched_at`,
		`select year, versions from reports`,
	} {
		want, err := queryArchive(first, query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := queryArchive(second, query)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s\n got %q\nwant %q", query, got, want)
		}
	}
}

// wget's WARC file of the same site comes to the same reports as our own crawl, whatever the register says of it.
func TestWARCOfWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("wget is missing")
		}
		t.Skip("needs wget")
	}
	register := serveSite(t, nil)
	dir := t.TempDir()
	crawled := filepath.Join(dir, "crawled.db")
	mustRun(t, crawlArgs(crawled, register)...)
	text, err := os.ReadFile(register)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--quiet", "--recursive", "--level=3", "--no-host-directories", "--warc-file=site", "--warc-cdx",
		"--no-directories", "--delete-after", "--tries=1", "--timeout=5"}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Split(line, ","); len(fields) > 2 && strings.HasPrefix(fields[2], "http") {
			args = append(args, strings.TrimSpace(fields[2]))
		}
	}
	links, err := queryArchive(crawled, `select url from reports`) // one is behind a script, which wget does not read
	if err != nil {
		t.Fatal(err)
	}
	args = append(args, links...)
	c := exec.CommandContext(t.Context(), wget, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil && c.ProcessState.ExitCode() != 8 { // 8: some page was a 404
		t.Fatalf("%v\n%s", err, out)
	}
	for name, more := range map[string][]string{"registered": {"--sites", register}, "unknown": nil} {
		imported := filepath.Join(dir, name+".db")
		mustRun(t, append([]string{"import", "--archive", imported, filepath.Join(dir, "site.warc.gz")}, more...)...)
		registered := name == "registered"
		want, got := reportsOf(t, crawled, registered), reportsOf(t, imported, registered)
		if !slices.Equal(want, got) || len(want) != 4 {
			t.Errorf("%s: the reports differ:\n%s", name, difference(want, got))
		}
		mustRun(t, "verify", "--archive", imported)
	}
}
