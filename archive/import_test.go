package archive

import (
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"nianbao/crawler"
	"nianbao/extract/form"
)

// imported is a saved page or file as a capture.
func imported(role crawler.Role, url, body string, hours int) *crawler.Capture {
	c := page(url, body, hours)
	c.Site, c.Role, c.Transport, c.Status, c.StatusLine, c.Proto = "", role, crawler.TransportImport, 0, "", ""
	c.Header = http.Header{"Import-Source": {"年报/1.html"}}
	return c
}

func beginImport(t testing.TB, a *Archive) *Crawl {
	t.Helper()
	c, err := a.BeginCrawl(t.Context(), "import")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is imported may be older than what was crawled. It finds its place in time: what the address answers now, and
// whether it is gone, stay.
func TestAnImportTakesItsPlaceInTime(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	for why, c := range map[string]struct {
		body    string
		hours   int
		outcome string
	}{
		"older, other bytes":                    {"甲", -5, "changed"},
		"older, the bytes of the first crawl":   {"乙", -5, "unchanged"},
		"older, bytes that only came later":     {"丙", -5, "changed"},
		"between, bytes of the crawl before it": {"乙", 5, "unchanged"},
		"between, bytes of the crawl after it":  {"丙", 5, "unchanged"},
		"between, other bytes":                  {"甲", 5, "changed"},
		"newer, other bytes":                    {"甲", 15, "changed"},
		"newer, the same bytes":                 {"丙", 15, "unchanged"},
	} {
		t.Run(why, func(t *testing.T) {
			a := openTest(t)
			crawl := begin(t, a)
			save(t, crawl, page(url, "乙", 0))
			last := save(t, crawl, page(url, "丙", 10))
			run := beginImport(t, a)
			got := save(t, run, imported(crawler.RolePage, url, c.body, c.hours))
			if got.Outcome != c.outcome {
				t.Errorf("outcome %s, want %s", got.Outcome, c.outcome)
			}
			current := last.ID
			if c.hours > 10 && c.outcome == "changed" {
				current = got.ID
			}
			want(t, a, fmt.Sprint(current), `SELECT answer_id FROM address`)
			// the next crawl compares with what the address answered last
			next := save(t, begin(t, a), page(url, "丙", 20))
			if wanted := map[bool]string{true: "changed", false: "unchanged"}[current == got.ID]; next.Outcome != wanted {
				t.Errorf("next crawl: %s, want %s", next.Outcome, wanted)
			}
			sound(t, a)
		})
	}
}

// An answer ends only the absences that began before it.
func TestAnImportEndsNoLaterAbsence(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	a := openTest(t)
	save(t, begin(t, a), page(url, "乙", 0))
	for hours := 10; hours <= 20; hours += 10 { // gone in two runs
		gone := page(url, "not found", hours)
		gone.Status, gone.Outcome = 404, "http:404"
		save(t, begin(t, a), gone)
	}
	const goneAt = `SELECT gone_at FROM address`
	want(t, a, "2026-01-31T12:00:00.000Z", goneAt)
	save(t, beginImport(t, a), imported(crawler.RolePage, url, "甲", 5))
	want(t, a, "2026-01-31T12:00:00.000Z", goneAt)
	save(t, beginImport(t, a), imported(crawler.RolePage, url, "丙", 30))
	want(t, a, "", goneAt)
	sound(t, a)
}

// A report is read from the version that is newest in time, whichever came first into the archive.
func TestAnOlderVersionThatIsImportedLaterIsAVersion(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	a := openTest(t)
	now := save(t, begin(t, a), page(url, "now", 0))
	received := func(n int) form.Cell { return number("applications/new_this_year/total", fmt.Sprint(n)) }
	saveReport(t, a, now.ID, report2023(received(2)))
	run := beginImport(t, a)
	old := save(t, run, imported(crawler.RolePage, url, "old", -100))
	saveReport(t, a, old.ID, report2023(received(1)))
	want(t, a, "1|2|"+now.SHA256, `SELECT count(*), versions, sha256 FROM reports`)
	want(t, a, "1|0\n2|1", `SELECT version, read FROM sources ORDER BY seen_from`)

	newer := save(t, run, imported(crawler.RolePage, url, "newer", 100))
	saveReport(t, a, newer.ID, report2023(received(3)))
	want(t, a, "1|3|"+newer.SHA256, `SELECT count(*), versions, sha256 FROM reports`)
	sound(t, a)
}

// An import visits nobody, so the run's figures are those of its captures.
func TestARunThatImportsCountsItsCaptures(t *testing.T) {
	a := openTest(t)
	save(t, begin(t, a), page("http://x.gov.cn/1.html", "old", 0))
	run := beginImport(t, a)
	save(t, run, imported(crawler.RolePage, "http://x.gov.cn/1.html", "new", 1))
	save(t, run, imported(crawler.RolePage, "http://x.gov.cn/1.html", "new", 2))
	save(t, run, imported(crawler.RoleAttachment, "http://x.gov.cn/2.doc", "doc", 1))
	summary, err := run.Finish(t.Context())
	if err != nil || summary.New != 1 || summary.Changed != 1 || summary.Sites != 0 {
		t.Errorf("%+v, %v", summary, err)
	}
}

// The same request, time and bytes are one capture; each of them alone makes another.
func TestFindCapture(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	a := openTest(t)
	c := imported(crawler.RolePage, url, "一", 0)
	find := func(c *crawler.Capture) int64 {
		t.Helper()
		id, err := a.FindCapture(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	if id := find(c); id != 0 {
		t.Errorf("found in an empty archive: %d", id)
	}
	save(t, beginImport(t, a), c)
	if id := find(imported(crawler.RoleAttachment, url+"#top", "一", 0)); id != c.ID {
		t.Errorf("the same: %d", id)
	}
	post := imported(crawler.RolePage, url, "一", 0)
	post.Method = "POST"
	for why, other := range map[string]*crawler.Capture{
		"another address": imported(crawler.RolePage, url+"?", "一", 0), "another time": imported(crawler.RolePage, url, "一", 1),
		"other bytes": imported(crawler.RolePage, url, "二", 0), "another method": post,
	} {
		if id := find(other); id != 0 {
			t.Errorf("%s: %d", why, id)
		}
	}
}

// What an import is called comes from its own list title, else from the page that carries it, and only where no list
// names it. An address that is made of the bytes tells the extractor nothing.
func TestUnreadImports(t *testing.T) {
	const made = "nih:sha-256;20230118"
	a := openTest(t)
	run := beginImport(t, a)
	titled := imported(crawler.RolePage, "http://x.gov.cn/1.html", "一", 0)
	titled.Header["Import-List-Title"] = []string{"某县2022年年报"}
	save(t, run, titled)
	saveFiles(t, run, titled.ID, crawler.File{URL: made, Name: "某县2023年年报.doc"})
	save(t, run, imported(crawler.RoleAttachment, made, "二", 0))
	listed := imported(crawler.RolePage, "http://x.gov.cn/3.html", "三", 0)
	listed.Header["Import-List-Title"] = []string{"某县2021年年报"}
	save(t, run, listed)
	if err := run.SaveLinks(t.Context(), "x", []crawler.Link{{URL: listed.URL, Title: "某县2021年政府信息公开年报",
		ListCaptureID: titled.ID, Decision: "report"}}); err != nil {
		t.Fatal(err)
	}
	unread, err := a.Unread(t.Context(), "v1", 0, 9)
	if err != nil || len(unread) != 3 {
		t.Fatalf("%d unread, %v", len(unread), err)
	}
	for i, wanted := range []struct{ address, url, title string }{
		{titled.URL, titled.URL, "某县2022年年报"}, {made, "", "某县2023年年报.doc"},
		{listed.URL, listed.URL, "某县2021年政府信息公开年报"},
	} {
		u := unread[i]
		if u.Address != wanted.address || u.Input.URL != wanted.url || u.Input.ListTitle != wanted.title {
			t.Errorf("%q, %q, %q; want %q", u.Address, u.Input.URL, u.Input.ListTitle, wanted)
		}
	}
}

// A file says less than the page that carries it: where the page names its site and the file does not, both are of that
// site's division, so that they are one report, and its place stays if the file speaks for it.
func TestAFileIsWhereItsPageIs(t *testing.T) {
	const url, file = "http://www.chiping.gov.cn/1.html", "http://www.chiping.gov.cn/1.doc"
	for why, inFile := range map[string][]form.Cell{
		"as much in both": nil, "the file has more": {number("disputes/review/upheld", "4")},
	} {
		t.Run(why, func(t *testing.T) {
			a := openTest(t)
			run := beginImport(t, a)
			p := save(t, run, imported(crawler.RolePage, url, "page", 0))
			saveFiles(t, run, p.ID, crawler.File{URL: file, Name: "年报.doc"})
			onPage := report2023()
			onPage.SiteCode = "3715030001"
			saveReport(t, a, p.ID, onPage)
			f := save(t, run, imported(crawler.RoleAttachment, file, "file", 0))
			saveReport(t, a, f.ID, report2023(inFile...))
			want(t, a, "1|371503", `SELECT count(*), region_code FROM reports`)
			want(t, a, "page|attachment", `SELECT group_concat(role, '|') FROM (SELECT role FROM sources ORDER BY capture_id)`)
			sound(t, a)
		})
	}
}

// What is imported between two answers with the same bytes makes the second a version of its own: the report is what the address
// says last, and not what it said in between.
func TestAnImportBetweenAnswersOfOneVersion(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	confirmed := page(url, "", 10)
	confirmed.Status, confirmed.Outcome, confirmed.Body, confirmed.SHA256 = 304, crawler.OutcomeNotModified, nil, ""
	for why, c := range map[string]struct {
		again *crawler.Capture // the other answer that says what the crawled one says
		at    int              // of the import, in hours
	}{
		"the same bytes":    {page(url, "crawled", 10), 5},
		"not modified":      {confirmed, 5},
		"an import earlier": {imported(crawler.RolePage, url, "crawled", -10), -5},
	} {
		t.Run(why, func(t *testing.T) {
			a := openTest(t)
			crawl := begin(t, a)
			first := save(t, crawl, page(url, "crawled", 0))
			saveFiles(t, crawl, first.ID, crawler.File{URL: "http://x.gov.cn/1.doc", Name: "附件"})
			saveReport(t, a, first.ID, review("6"))
			save(t, crawl, c.again)
			run := beginImport(t, a)
			between := save(t, run, imported(crawler.RolePage, url, "between", c.at))
			saveReport(t, a, between.ID, review("7"))
			want(t, a, "1|new|1\n2|changed|1", `SELECT capture_id, outcome, answer_id = capture_id FROM capture WHERE sha256 = ? ORDER BY 1`,
				first.SHA256)
			want(t, a, "6|3", `SELECT review_total, versions FROM panel JOIN reports USING (report_id)`)
			want(t, a, "1|0\n2|0\n3|1", `SELECT version, read FROM sources WHERE role = 'page' ORDER BY seen_from`)
			want(t, a, "2|6|7|1\n3|7|6|1", `SELECT version, old_value, new_value, old_last_seen_at < new_first_seen_at FROM revisions ORDER BY version`)
			want(t, a, "2", `SELECT count(*) FROM attached`)
			wantFiles(t, run, url, crawler.File{URL: "http://x.gov.cn/1.doc", Name: "附件"})
			if next := save(t, begin(t, a), page(url, "crawled", 20)); next.Outcome != crawler.OutcomeUnchanged {
				t.Errorf("next crawl: %s", next.Outcome)
			}
			sound(t, a)
		})
	}
}

// An import visits nobody, if it dies too.
func TestADeadImportMakesNoVisit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	c := imported(crawler.RolePage, "http://x.gov.cn/1.html", "甲", 0)
	c.Site = "chiping"
	save(t, beginImport(t, a), c)
	must(t, a.Close())
	a = openAt(t, path)
	want(t, a, "0", `SELECT count(*) FROM visits`)
	want(t, a, "0|1|1", `SELECT sites, new, finished_at IS NOT NULL FROM crawls`)
}
