package archive

import (
	"path/filepath"
	"testing"
	"time"

	"nianbao/crawler"
)

// A run that died is closed by the next that opens the archive, with what it had come to.
func TestDeadRunIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	if len(a.Recovered()) != 0 {
		t.Error("a new archive has runs that died")
	}
	if _, err := begin(t, a).Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	started := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	a.now = func() time.Time { return started }
	c := begin(t, a)
	if err := c.SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "茌平区人民政府", URL: "http://x.gov.cn/"}}); err != nil {
		t.Fatal(err)
	}
	at := func(minutes int, x *crawler.Capture) *crawler.Capture {
		x.At = started.Add(time.Duration(minutes) * time.Minute)
		return x
	}
	list := at(1, page("http://x.gov.cn/list", "列表", 0))
	list.Role = crawler.RoleList
	save(t, c, list)
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{
		{URL: "http://x.gov.cn/1.html", Title: "甲", Decision: "report"}, {URL: "http://x.gov.cn/2.html", Title: "乙", Decision: "report"},
		{URL: "http://x.gov.cn/3.html", Title: "丙", Decision: "guide"}}); err != nil {
		t.Fatal(err)
	}
	save(t, c, at(2, page("http://x.gov.cn/1.html", "一", 0)))
	save(t, c, at(3, page("http://x.gov.cn/1.html", "二", 0)))
	if err := c.SaveVisit(t.Context(), crawler.Visit{Site: "licheng", Outcome: crawler.OutcomeOK, Items: 3, New: 3}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil { // what Close does besides, a death leaves to the next run
		t.Fatal(err)
	}

	for again := range 2 {
		a = openAt(t, path)
		got := a.Recovered()
		if again == 1 {
			if len(got) != 0 {
				t.Errorf("recovered twice: %+v", got)
			}
		} else if len(got) != 1 || got[0].ID != 2 || got[0].Sites != 2 || got[0].OK != 1 || got[0].Failed != 1 || got[0].New != 4 ||
			!got[0].StartedAt.Equal(started) || !got[0].FinishedAt.Equal(started.Add(3*time.Minute)) {
			t.Errorf("%+v", got)
		}
		want(t, a, "chiping|partial|the run died before this visit ended|1|2|1|1|0\nlicheng|ok||0|3|3|0|0",
			`SELECT site, outcome, detail, lists, items, new, changed, unchanged FROM visits ORDER BY site`)
		want(t, a, "2|2|", `SELECT expected, found, last_ok_at FROM sites`)
		want(t, a, "0", `SELECT count(*) FROM crawls WHERE finished_at IS NULL`)
		sound(t, a)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A visit begins with robots.txt, and that is no page of its.
func TestDeadRunAfterRobots(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	robots := page("http://x.gov.cn/robots.txt", "User-agent: *", 0)
	robots.Role = crawler.RoleRobots
	save(t, begin(t, a), robots)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = openAt(t, path)
	want(t, a, "chiping|partial|the run died before this visit ended|0|0|0|0|0",
		`SELECT site, outcome, detail, lists, items, new, changed, unchanged FROM visits`)
	if last, err := a.LastVisits(t.Context(), time.Now()); err != nil || len(last) != 0 {
		t.Errorf("not due any more: %v, %v", last, err)
	}
}

// One that died before it asked anybody ends when it began.
func TestDeadRunWithoutCaptures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	begin(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = openAt(t, path)
	want(t, a, "1|0", `SELECT started_at = finished_at, sites FROM crawls`)
}

func TestSilenceIsToldByListsThatCame(t *testing.T) {
	a := openTest(t)
	visit := func(outcome string, items int) []Silence {
		t.Helper()
		c := begin(t, a)
		if err := c.SaveVisit(t.Context(), crawler.Visit{Site: "chiping", Outcome: outcome, Items: items, Detail: "a"}); err != nil {
			t.Fatal(err)
		}
		silent, err := c.Silent(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return silent
	}
	for i, step := range []struct {
		outcome string
		items   int
		silent  bool
	}{
		{crawler.OutcomeEmpty, 0, false}, // never had any
		{crawler.OutcomeOK, 5, false},
		{"blocked:ruishu", 0, false},
		{crawler.OutcomeTimeout, 0, false},
		{crawler.OutcomeEmpty, 0, true},
		{crawler.OutcomeNeedsAdapter, 0, true},
		{crawler.OutcomeOK, 3, false},
		{crawler.OutcomeOK, 0, true},
	} {
		silent := visit(step.outcome, step.items)
		if (len(silent) == 1) != step.silent || step.silent && (silent[0].Site != "chiping" || silent[0].Expected != 5) {
			t.Errorf("visit %d: %+v", i+1, silent)
		}
	}
	want(t, a, "a\na; no report is listed where there were up to 5, the last seen on 2026-02-01", `SELECT DISTINCT detail FROM visits`)
}

// What is missing is known by either scheme, until it is back; what is no longer listed is told until it is listed again.
func TestMissingAndUnlisted(t *testing.T) {
	a := openTest(t)
	const url = "http://x.gov.cn/1.html"
	links := []crawler.Link{{URL: url + "#a", Title: "甲", Decision: "report"}, {URL: "http://x.gov.cn/2.html", Title: "乙", Decision: "report"},
		{URL: "http://x.gov.cn/3.html", Title: "丙", Decision: "guide"}}
	since := captureAt.AddDate(1, 0, 0)
	check := func(c *Crawl, missing bool, unlisted ...string) {
		t.Helper()
		for _, u := range []string{url, "https://x.gov.cn/1.html#top"} {
			if got, err := c.Missing(t.Context(), u); err != nil || got != missing {
				t.Errorf("run %d: %s missing: %v, %v", c.ID(), u, got, err)
			}
		}
		got, err := c.Unlisted(t.Context(), "chiping", since)
		if err != nil || len(got) != len(unlisted) || len(got) > 0 && got[0] != unlisted[0] {
			t.Errorf("run %d: unlisted %v, %v, want %v", c.ID(), got, err, unlisted)
		}
	}
	list := func(c *Crawl, links []crawler.Link) {
		t.Helper()
		if err := c.SaveLinks(t.Context(), "chiping", links); err != nil {
			t.Fatal(err)
		}
	}
	miss := func(outcome string, hours int) *crawler.Capture {
		x := page(url, "没有", hours)
		x.Outcome = outcome
		return x
	}
	c := begin(t, a)
	list(c, links)
	save(t, c, miss(crawler.OutcomeHTTP(404), -1))
	check(c, false) // it never was there
	saveReport(t, a, save(t, c, page(url, "一", 0)).ID, report2023())
	check(c, false)
	for hours, outcome := range []string{crawler.OutcomeHTTP(404), crawler.OutcomeSoft404, crawler.OutcomeMoved, crawler.OutcomeHTTP(410)} {
		c = begin(t, a)
		check(c, hours > 0, url) // of the second no answer is known
		save(t, c, miss(outcome, 1+hours))
		check(c, true, url)
		list(c, links)
		check(c, true)
	}
	save(t, c, miss("blocked:ruishu", 6))
	check(c, true)
	c = begin(t, a)
	check(c, true, url)
	since = captureAt.Add(5 * time.Hour) // it was asked after that
	check(c, true)
	list(c, links)
	save(t, c, page(url, "一", 7))
	check(c, false)
	// An older answer that comes late says nothing.
	save(t, c, miss(crawler.OutcomeHTTP(404), 3))
	check(c, false)
	// Its entry is there, but no longer as a report.
	links[0].Decision = "guide"
	list(c, links)
	check(c, false, url)
}
