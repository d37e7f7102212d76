package archive

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/check"
)

// visitOn records a visit of chiping on a Beijing day; its run has another clock.
func visitOn(t *testing.T, a *Archive, day string, v crawler.Visit) *Crawl {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" 02:00", beijing)
	if err != nil {
		t.Fatal(err)
	}
	a.now = func() time.Time { return at }
	c := begin(t, a)
	v.Site = "chiping"
	if err := c.SaveVisit(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	return c
}

// okVisit is a complete visit that found n reports.
func okVisit(n int) crawler.Visit { return crawler.Visit{Outcome: crawler.OutcomeOK, Items: n} }

// covered asks for the years and their states.
const covered = `SELECT year, state FROM coverage ORDER BY year`

func TestCoverageNeedsProof(t *testing.T) {
	for name, test := range map[string]struct {
		before func(t *testing.T, a *Archive, c *Crawl) // what else the first run finds
		day    string
		visit  crawler.Visit
		want   string
	}{
		"due later":       {nil, "2025-03-31", okVisit(1), "not_due"},
		"the day after":   {nil, "2025-04-01", okVisit(1), "missing"},
		"partial":         {nil, "2025-04-01", crawler.Visit{Outcome: crawler.OutcomePartial, Items: 1}, "unknown"},
		"a page failed":   {nil, "2025-04-01", crawler.Visit{Outcome: crawler.OutcomeOK, Items: 2, Errors: 1}, "unknown"},
		"blocked":         {nil, "2025-04-01", crawler.Visit{Outcome: "blocked:ruishu"}, "unknown"},
		"a page is gone":  {nil, "2025-04-01", crawler.Visit{Outcome: crawler.OutcomeOK, Items: 2, Gone: 1}, "missing"},
		"listed, unread":  {listed("2024年政府信息公开工作年度报告", nil), "2025-04-01", okVisit(2), "unknown"},
		"another year's":  {listed("2022年政府信息公开工作年度报告", nil), "2025-04-01", okVisit(2), "missing"},
		"of no year":      {listed("政府信息公开工作年度报告", nil), "2025-04-01", okVisit(2), "unknown"},
		"cannot be read":  {listed("2024年年度报告", errors.New("a PDF")), "2025-04-01", okVisit(2), "unknown"},
		"file unread":     {listedWithFile(false), "2025-04-01", okVisit(2), "unknown"},
		"file read":       {listedWithFile(true), "2025-04-01", okVisit(2), "missing"},
		"of nobody":       {vague("", 2024), "2025-04-01", okVisit(2), "unknown"},
		"of no year read": {vague("聊城市茌平区人民政府", 0), "2025-04-01", okVisit(2), "unknown"},
		"of nobody, 2022": {vague("", 2022), "2025-04-01", okVisit(2), "missing"},
	} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			c := fill(t, a)
			if test.before != nil {
				test.before(t, a, c)
			}
			visitOn(t, a, test.day, test.visit)
			want(t, a, "2023|published\n2024|"+test.want, covered+` LIMIT 2`)
		})
	}
}

// listed puts an entry into the list; with an error its page came and could not be read.
func listed(title string, err error) func(*testing.T, *Archive, *Crawl) {
	return func(t *testing.T, a *Archive, c *Crawl) {
		t.Helper()
		link := crawler.Link{URL: "http://x.gov.cn/9.html", Title: title, Decision: "report"}
		if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{link}); err != nil {
			t.Fatal(err)
		}
		if err == nil {
			return
		}
		x := save(t, c, page(link.URL, "?", 0))
		if _, err := a.SaveReading(t.Context(), x.ID, "v1", extract.Reading{}, err); err != nil {
			t.Fatal(err)
		}
	}
}

// listedWithFile lists a page that is no report and carries a file, which was read or not.
func listedWithFile(read bool) func(*testing.T, *Archive, *Crawl) {
	return func(t *testing.T, a *Archive, c *Crawl) {
		t.Helper()
		listed("2024年年度报告", nil)(t, a, c)
		notReport := extract.Reading{NotReport: &extract.NotReport{Kind: "other", Reason: "It has no table."}}
		x := save(t, c, page("http://x.gov.cn/9.html", "见附件", 0))
		saveAs(t, a, x.ID, "v1", notReport)
		if err := c.SaveFiles(t.Context(), x.ID, []crawler.File{{URL: "http://x.gov.cn/9.doc"}}); err != nil {
			t.Fatal(err)
		}
		f := page("http://x.gov.cn/9.doc", "表", 0)
		f.Role = crawler.RoleAttachment
		save(t, c, f)
		if read {
			saveAs(t, a, f.ID, "v1", notReport)
		}
	}
}

// vague saves a report of the column that names no authority or no year.
func vague(authority string, year int) func(*testing.T, *Archive, *Crawl) {
	return func(t *testing.T, a *Archive, c *Crawl) {
		t.Helper()
		r := report2023()
		r.Authority, r.Year = authority, year
		saveReport(t, a, save(t, c, page("http://x.gov.cn/8.html", "无", 0)).ID, r)
	}
}

// What vanished, and what came back.
func TestCoverageOfPagesThatGo(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	miss := func(hours int) {
		t.Helper()
		x := page(versionURL, "", hours)
		x.Status, x.Outcome = 404, crawler.OutcomeHTTP(404)
		save(t, begin(t, a), x)
	}
	const state = `SELECT state, due_on, due_basis, published_on, days_late, report_id IS NOT NULL FROM coverage`
	const rest = "|2024-03-31|2019 Regulations, art. 49|2024-01-30|0|1"
	want(t, a, "published"+rest, state)
	miss(1)
	want(t, a, "published"+rest, state)
	miss(2)
	want(t, a, "vanished"+rest, state)
	save(t, begin(t, a), page(versionURL, "一", 3))
	want(t, a, "published"+rest, state)
}

// Who is late: coverage and the finding say the same, and a capture in time clears both.
func TestCoverageOfLateReports(t *testing.T) {
	late := func() *extract.Report {
		r := report2023()
		r.PublishedOn = "2024-04-10"
		r.Findings = []check.Finding{{Rule: check.Late, Severity: check.Note, Expected: "2024-03-31", Actual: "2024-04-10",
			Message: "late"}}
		return r
	}
	undated := report2023()
	undated.PublishedOn = ""
	for name, test := range map[string]struct {
		report *extract.Report
		on     string // first capture, UTC
		want   string // days_late, findings
	}{
		"late":                {late(), "2024-05-01T00:00:00Z", "10|1"},
		"captured before":     {late(), "2024-03-31T15:59:00Z", "0|0"},
		"captured too late":   {late(), "2024-03-31T16:00:00Z", "10|1"},
		"another date clears": {func() *extract.Report { r := late(); r.Findings = nil; return r }(), "2024-05-01T00:00:00Z", "0|0"},
		"no date":             {undated, "2024-05-01T00:00:00Z", "|0"},
		"no date but capture": {undated, "2024-03-01T00:00:00Z", "0|0"},
	} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			at, err := time.Parse(time.RFC3339, test.on)
			if err != nil {
				t.Fatal(err)
			}
			x := page(versionURL, "一", 0)
			x.At = at
			saveReport(t, a, save(t, begin(t, a), x).ID, test.report)
			want(t, a, test.want, `SELECT days_late, (SELECT count(*) FROM findings WHERE rule = 'report.late') FROM coverage`)
		})
	}
}

// A page that is dated anew, or another address that is, makes no report late that once gave a day in time.
func TestAReportDatedAnewIsNotLate(t *testing.T) {
	for why, url := range map[string]string{"another version": versionURL, "another source": "http://x.gov.cn/2.html"} {
		t.Run(why, func(t *testing.T) {
			a := openTest(t)
			saveReport(t, a, save(t, begin(t, a), page(versionURL, "一", 5000)).ID, report2023())
			anew := report2023(number("applications/granted/total", "3")) // the richer one
			anew.PublishedOn = "2026-07-01"
			anew.Findings = []check.Finding{{Rule: check.Late, Severity: check.Note, Expected: "2024-03-31", Actual: "2026-07-01",
				Message: "late"}}
			saveReport(t, a, save(t, begin(t, a), page(url, "二", 6000)).ID, anew)
			want(t, a, "2026-07-01|0|0", `SELECT published_on, days_late, (SELECT count(*) FROM findings WHERE rule = 'report.late')
				FROM coverage`)
		})
	}
}

// A report that names no year says nothing of whom the register names: its years are not known.
func TestCoverageOfABodyWithoutYears(t *testing.T) {
	a := openTest(t)
	c := visitOn(t, a, "2025-04-01", okVisit(1))
	must(t, c.SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "聊城市茌平区人民政府", URL: "http://x.gov.cn/list",
		Region: "371503"}}))
	want(t, a, "2024|missing", covered)
	vague("聊城市茌平区人民政府", 0)(t, a, c)
	want(t, a, "2024|unknown", covered)
}

// A body that only the register names is expected since its column is watched.
func TestCoverageOfWhomTheRegisterNames(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	site := crawler.Site{Key: "chiping", Name: "聊城市茌平区水利局", URL: "http://x.gov.cn/", Region: "371503"}
	if err := c.SaveSites(t.Context(), []crawler.Site{site}); err != nil {
		t.Fatal(err)
	}
	want(t, a, "", covered)
	visitOn(t, a, "2025-02-01", crawler.Visit{Outcome: crawler.OutcomeEmpty})
	want(t, a, "", covered)
	visitOn(t, a, "2025-02-02", okVisit(3))
	want(t, a, "聊城市茌平区水利局|chiping|2024|missing|2025-01-31", `SELECT authority, site, year, state, due_on FROM coverage`)
	visitOn(t, a, "2026-01-15", okVisit(3))
	want(t, a, "2024|missing\n2025|not_due", covered)
	id := ask(t, a, `SELECT DISTINCT authority_id FROM coverage`)

	r := report2023()
	r.Authority, r.AuthorityType, r.Year = "聊城市茌平区水利局", "bureau", 2024
	saveReport(t, a, save(t, c, page(versionURL, "一", 0)).ID, r)
	want(t, a, id+"|2024|published\n"+id+"|2025|not_due", `SELECT authority_id, year, state FROM coverage ORDER BY year`)

	// A column of a government's office that holds the government's reports accuses nobody.
	site.Key, site.Name = "office", "聊城市茌平区人民政府办公室"
	if err := c.SaveSites(t.Context(), []crawler.Site{site}); err != nil {
		t.Fatal(err)
	}
	government := page("http://x.gov.cn/2.html", "二", 0)
	government.Site = "office"
	r = report2023()
	r.Year = 2024
	saveReport(t, a, save(t, c, government).ID, r)
	a.now = func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) }
	if err := begin(t, a).SaveVisit(t.Context(), crawler.Visit{Site: "office", Outcome: crawler.OutcomeOK, Items: 1}); err != nil {
		t.Fatal(err)
	}
	want(t, a, "聊城市茌平区人民政府|2024|published\n聊城市茌平区人民政府|2025|not_due\n聊城市茌平区人民政府办公室|2025|missing\n"+
		"聊城市茌平区水利局|2024|published\n聊城市茌平区水利局|2025|unknown",
		`SELECT authority, year, state FROM coverage ORDER BY authority, year`)
	sound(t, a)
}

// The view has the rules of check.DueOn once more, in SQL: no kind of body, level, name or year may tell them apart.
func TestCoverageIsDueAsTheChecksSay(t *testing.T) {
	a := openTest(t)
	visitOn(t, a, "2027-02-01", okVisit(1))
	types := []string{"", "bureau", "commission", "development_zone", "government_body_other", "government_office", "hospital",
		"institution", "mass_organization", "peoples_government", "public_enterprise", "school", "state_council_department",
		"subdistrict", "township", "vertical_agency"}
	type body struct{ kind, level, name string }
	bodies := map[int64]body{}
	for _, kind := range types {
		for _, level := range []string{"", "national", "province", "prefecture", "county", "township"} {
			for _, name := range []string{"甲县水利局", "扬州市自然资源和规划局广陵分局"} {
				id := int64(len(bodies) + 1)
				bodies[id] = body{kind, level, name}
				if _, err := a.write.Exec(`INSERT INTO authorities(authority_id, name, names, type, level, first_year)
					VALUES (?, ?, '[]', ?, ?, 2007)`, id, name, orNull(kind), orNull(level)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	seen := 0
	for line := range strings.Lines(ask(t, a, `SELECT authority_id, year, ifnull(due_on, '-'), ifnull(due_basis, '-') FROM coverage`)) {
		var id int64
		var year int
		fields := strings.SplitN(strings.TrimSpace(line), "|", 4)
		if _, err := fmt.Sscan(fields[0]+" "+fields[1], &id, &year); err != nil {
			t.Fatal(err)
		}
		b := bodies[id]
		day, basis := check.DueOn(year, b.kind, b.level, b.name)
		if day == "" {
			day, basis = "-", "-"
		}
		if fields[2] != day || fields[3] != basis {
			t.Errorf("%+v %d: due on %s (%s), the checks say %s (%s)", b, year, fields[2], fields[3], day, basis)
		}
		seen++
	}
	if seen != len(bodies)*(2026-2008+1) {
		t.Errorf("%d rows", seen)
	}
}

// A page that answers by https now is gone when it is gone there, though nobody asks by http any more.
func TestGoneByTheOtherScheme(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	secure := page("https://x.gov.cn/1.html", "一", 1)
	saveReport(t, a, save(t, begin(t, a), secure).ID, report2023())
	for hours := range 2 {
		x := page(secure.URL, "", 2+hours)
		x.Status, x.Outcome = 404, crawler.OutcomeHTTP(404)
		save(t, begin(t, a), x)
	}
	want(t, a, stamp(captureAt.Add(2*time.Hour))+"|vanished", `SELECT gone_at, state FROM reports JOIN coverage USING (report_id)`)
	save(t, begin(t, a), page(versionURL, "一", 4))
	want(t, a, "|published", `SELECT gone_at, state FROM reports JOIN coverage USING (report_id)`)
}
