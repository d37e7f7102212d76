package archive

import (
	"testing"
	"time"

	"nianbao/crawler"
)

func TestCrawlSumsUpItsVisits(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	err := c.SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "茌平区人民政府", URL: "http://x.gov.cn/#a"},
		{Key: "licheng", Name: "历城区人民政府", URL: "http://y.gov.cn/"}})
	if err != nil {
		t.Fatal(err)
	}
	visits := []crawler.Visit{
		{Site: "chiping", System: "plain", Outcome: crawler.OutcomeOK, Lists: 2, Items: 5, New: 4, Changed: 1},
		{Site: "licheng", Outcome: "blocked:waf", Detail: "a challenge page", Errors: 1, Gone: 2},
	}
	for _, v := range visits {
		if err := c.SaveVisit(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Sites != 2 || s.OK != 1 || s.Failed != 1 || s.New != 4 || s.Changed != 1 || s.Gone != 2 || s.Trigger != "crawl" ||
		!s.FinishedAt.After(s.StartedAt) {
		t.Errorf("summary %+v", s)
	}
	rows, err := a.Visits(t.Context(), c.ID())
	if err != nil || len(rows) != 2 || rows[0].Visit != visits[0] || rows[1].Visit != visits[1] {
		t.Errorf("visits %+v, %v", rows, err)
	}
	want(t, a, "chiping|plain|1|1|0|0.0|5|5\nlicheng||0|0|1|1.0|0|0", `SELECT key, system_seen, verified_at IS NOT NULL,
		last_ok_at IS NOT NULL, empty_streak, printf('%.1f', blocked_share), expected, found FROM sites ORDER BY key`)

	// The second run finds nothing where five were.
	c = begin(t, a)
	if err := c.SaveVisit(t.Context(), crawler.Visit{Site: "chiping", Outcome: crawler.OutcomeEmpty}); err != nil {
		t.Fatal(err)
	}
	want(t, a, "plain|1|5|0", `SELECT system_seen, empty_streak, expected, found FROM sites WHERE key = 'chiping'`)
	last, err := a.LastVisits(t.Context(), time.Now())
	if err != nil || len(last) != 2 || !last["chiping"].After(last["licheng"]) || !last["licheng"].Equal(s.StartedAt) {
		t.Errorf("last visits %v, %v", last, err)
	}
}

func TestRegisterRowsAreReplaced(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	old := crawler.Site{Key: "x", Name: "甲", URL: "http://old/", Until: "2024-12-31"}
	fresh := crawler.Site{Key: "x", Name: "甲", URL: "http://new/", Since: "2025-01-01", Region: "371503", Cron: "0 3 * * *"}
	for range 2 {
		if err := c.SaveSites(t.Context(), []crawler.Site{old, fresh}); err != nil {
			t.Fatal(err)
		}
	}
	old.URL = "http://older/"
	if err := c.SaveSites(t.Context(), []crawler.Site{old}); err != nil {
		t.Fatal(err)
	}
	want(t, a, "http://older/|||2024-12-31|\nhttp://new/|371503|2025-01-01||0 3 * * *",
		`SELECT url, region, since, until, cron FROM sites ORDER BY since`)
}

func TestLinksComeAndGo(t *testing.T) {
	a := openTest(t)
	const url = "http://x.gov.cn/1.html#p"
	show := func(title string, listed bool, outcome string) {
		t.Helper()
		c := begin(t, a)
		list := page("http://x.gov.cn/list", title, int(c.ID()))
		list.Role = crawler.RoleList
		save(t, c, list)
		var links []crawler.Link
		if listed {
			links = []crawler.Link{{URL: url, Title: title, ListedOn: "2024-01-30", ListCaptureID: list.ID,
				Decision: "report", Reason: "The title says so."}}
		}
		if err := c.SaveLinks(t.Context(), "chiping", links); err != nil {
			t.Fatal(err)
		}
		if err := c.SaveVisit(t.Context(), crawler.Visit{Site: "chiping", Outcome: outcome}); err != nil {
			t.Fatal(err)
		}
	}
	const links = `SELECT url, title, list_capture_id, first_seen_at < last_seen_at, gone_at IS NOT NULL FROM links`
	show("甲", true, crawler.OutcomeOK)
	want(t, a, url+"|甲|1|0|0", links)
	show("乙", true, crawler.OutcomeOK)
	want(t, a, url+"|乙|2|1|0", links)
	show("", false, crawler.OutcomePartial) // no proof
	want(t, a, url+"|乙|2|1|0", links)
	show("", false, crawler.OutcomeOK)
	want(t, a, url+"|乙|2|1|1", links)
	show("乙", true, crawler.OutcomeOK)
	want(t, a, url+"|乙|5|1|0", links)
}

func TestFingerprintIsOfTheCaptures(t *testing.T) {
	prints := map[string]bool{}
	make := func(order ...int) string {
		a := openTest(t)
		c := begin(t, a)
		for _, i := range order {
			save(t, c, page("http://x.gov.cn/1.html", string(rune('a'+i)), i))
		}
		before := ask(t, a, `SELECT fingerprint FROM archive`)
		if _, err := c.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := ask(t, a, `SELECT fingerprint FROM archive`)
		if after == before || len(after) != 64 {
			t.Errorf("fingerprint %q, then %q", before, after)
		}
		want(t, a, stamp(captureAt)+"|"+stamp(captureAt.Add(time.Duration(len(order)-1)*time.Hour)),
			`SELECT first_capture, last_capture FROM archive`)
		prints[after] = true
		sound(t, a)
		return after
	}
	if make(0, 1, 2) != make(2, 0, 1) {
		t.Error("the fingerprint depends on the order of saving")
	}
	make(0, 1)
	if len(prints) != 2 {
		t.Errorf("%d different fingerprints, want 2", len(prints))
	}
}
