package archive

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/grid"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// number is a cell that prints raw as a number; blank one that prints nothing.
func number(place, raw string) form.Cell {
	c := cellAt(place)
	c.Raw, c.State = raw, text.StateNumber
	c.Value = decimal.NewNullDecimal(decimal.RequireFromString(strings.ReplaceAll(raw, ",", "")))
	return c
}

func blank(place string) form.Cell {
	c := cellAt(place)
	c.State = text.StateBlank
	return c
}

func cellAt(place string) form.Cell {
	p := strings.Split(place, "/")
	c := form.Cell{Relation: p[0], RowID: p[1], ColumnID: p[2], Unit: "件", Table: 1, Row: 3, Column: 2}
	if p[2] == "fee_amount_this_year" {
		c.Unit = "万元"
	}
	return c
}

// report2023 is a report of 茌平区 with a few cells; more replaces or adds some.
func report2023(more ...form.Cell) *extract.Report {
	r := &extract.Report{
		Authority: "聊城市茌平区人民政府", AuthorityPrinted: "聊城市茌平区人民政府", AuthorityType: "peoples_government",
		Level: "county", Scope: "unknown", Year: 2023, Form: "2021", Title: "聊城市茌平区人民政府2023年度政府信息公开工作报告",
		PublishedOn: "2024-01-30", PublishedFrom: "meta", Media: "html", Completeness: "complete",
		Cells: []form.Cell{
			number("applications/new_this_year/natural_person", "91"),
			number("applications/new_this_year/total", "125"),
			number("applications/refused_state_secret/total", "1"),
			number("applications/refused_deliberative/total", "3"),
			blank("applications/carried_in/total"),
			number("disputes/review/total", "6"),
			number("disclosure/administrative_fee/fee_amount_this_year", "12.5"),
			number("disclosure/administrative_license/decisions_this_year", "1,024"),
		},
		Sections: []extract.Section{
			{ID: "overview", Number: "一、", Position: 0, Heading: "总体情况", Text: "全区各级行政机关……"},
			{ID: "disputes", Number: "四、", Position: 1, Heading: "行政复议", Text: "因政府信息公开被申请行政复议6件。"},
		},
		Tables: []extract.Table{{No: 1, Kind: "applications", Grid: grid.Grid{Rows: 1, Columns: 2,
			Cells: []grid.Cell{{Text: "<本年>", Rowspan: 1, Colspan: 2}}}}},
		Findings: []check.Finding{{Rule: "disputes.sum", Severity: check.Contradiction, Relation: "disputes",
			RowID: "review", ColumnID: "total", Expected: "7", Actual: "6", Message: "4+1+1+1 is 7, 总计 prints 6."}},
	}
	for _, c := range more {
		replaced := false
		for i, old := range r.Cells {
			if old.Relation == c.Relation && old.RowID == c.RowID && old.ColumnID == c.ColumnID {
				r.Cells[i], replaced = c, true
			}
		}
		if !replaced {
			r.Cells = append(r.Cells, c)
		}
	}
	return r
}

func saveReport(t testing.TB, a *Archive, capture int64, r *extract.Report) Saved {
	t.Helper()
	return saveAs(t, a, capture, "v1", extract.Reading{Report: r})
}

func saveAs(t testing.TB, a *Archive, capture int64, extractor string, r extract.Reading) Saved {
	t.Helper()
	s, err := a.SaveReading(t.Context(), capture, extractor, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill puts one report into an archive and returns its crawl.
func fill(t testing.TB, a *Archive) *Crawl {
	t.Helper()
	c := begin(t, a)
	if err := c.SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "茌平区人民政府",
		URL: "http://x.gov.cn/list", Region: "371503"}}); err != nil {
		t.Fatal(err)
	}
	saveReport(t, a, save(t, c, page("http://x.gov.cn/1.html", "一", 0)).ID, report2023())
	return c
}

func TestReportBecomesRows(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	want(t, a, "371503-聊城市茌平区人民政府-2023|聊城市茌平区人民政府|371503|2023|http://x.gov.cn/1.html|1|1|0|v1",
		`SELECT key, authority, region_code, year, url, versions, contradictions, doubts, extractor FROM reports`)
	want(t, a, "1", `SELECT report_id = ? FROM reports`, hash53("http://x.gov.cn/1.html"))
	want(t, a, "carried_in||\nnew_this_year|91|125\nrefused_deliberative||3\nrefused_state_secret||1",
		`SELECT item, natural_person, total FROM applications`)
	want(t, a, "administrative_fee|fee_amount_this_year|12.5|万元\nadministrative_license|decisions_this_year|1024|件",
		`SELECT item, measure, value, unit FROM disclosure`)
	want(t, a, "125||4|||6|12.5", `SELECT received, carried_in, refused, not_processed, litigation_total, review_total, fees
		FROM panel`)
	want(t, a, "carried_in|||blank|1|3|2\nnew_this_year|125.0|125|number|1|3|2", `SELECT row_id,
		CASE WHEN value IS NOT NULL THEN printf('%.1f', value) END, raw, state, table_no, row_no, column_no
		FROM cells WHERE column_id = 'total' AND row_id IN ('carried_in', 'new_this_year') ORDER BY row_id`)
	want(t, a, "1,024|1024", `SELECT raw, value FROM cells WHERE row_id = 'administrative_license'`)
	want(t, a, "overview|一、|0|1\ndisputes|四、|1|1", `SELECT section, number, position, capture_id FROM sections`)
	want(t, a, "title\ndisputes", `SELECT section FROM search WHERE text LIKE '%政府信息公开%'`)
	want(t, a, `[{"text":"<本年>","row":0,"column":0,"rowspan":1,"colspan":2}]`, `SELECT grid FROM tables`)
	want(t, a, "disputes.sum|contradiction|disputes|review|total|7|6",
		`SELECT rule, severity, relation, row_id, column_id, expected, actual FROM findings`)
	want(t, a, `聊城市茌平区人民政府|[{"name":"聊城市茌平区人民政府","years":[2023]}]|371503|2023|2023`,
		`SELECT name, names, region_code, first_year, last_year FROM authorities`)
	want(t, a, "published|2023|chiping", `SELECT state, year, site FROM coverage`)
	want(t, a, "1|1|page|1", `SELECT capture_id, version, role, read FROM sources`)

	rows, err := a.Reports(t.Context(), c.ID())
	if err != nil || len(rows) != 1 || rows[0].Numbers != 7 || rows[0].Contradictions != 1 || rows[0].Year != 2023 {
		t.Errorf("Reports: %+v, %v", rows, err)
	}
	if rows, err := a.Reports(t.Context(), c.ID()+1); err != nil || len(rows) != 0 {
		t.Errorf("Reports of another run: %+v, %v", rows, err)
	}
	found, err := a.Findings(t.Context(), rows0(t, a).ReportID, "contradiction")
	if err != nil || len(found) != 1 || found[0].Actual != "6" || found[0].Year != 2023 {
		t.Errorf("Findings: %+v, %v", found, err)
	}
	s, err := a.Stats(t.Context())
	if err != nil || s.Reports != 1 || s.Captures != 1 || s.Blobs != 1 || len(s.ByYear) != 1 || s.ByYear[0].Form != "2021" ||
		len(s.Findings) != 1 || s.FileBytes == 0 || len(s.LastCrawls) != 1 {
		t.Errorf("Stats: %+v, %v", s, err)
	}
	sound(t, a)
}

func TestMentionsBecomeRows(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	r := report2023()
	r.Mentions = []mention.Mention{
		{Section: "overview", Metric: "proactive_items", Value: decimal.NewFromInt(4237), Unit: "条", Quote: "主动公开政府信息4237条"},
		{Section: "other", Metric: "information_processing_fee", Value: decimal.RequireFromString("1.25"), Unit: "万元",
			Approximate: true, Quote: "约1.25万元"},
	}
	const rows = `SELECT section, metric, value, unit, approximate, quote, capture_id FROM mentions ORDER BY value DESC`
	for range 2 { // reading again puts them in the place of those before
		saveReport(t, a, 1, r)
		want(t, a, "overview|proactive_items|4237|条|0|主动公开政府信息4237条|1\n"+
			"other|information_processing_fee|1.25|万元|1|约1.25万元|1", rows)
	}
	want(t, a, "real|integer", `SELECT DISTINCT typeof(value), typeof(approximate) FROM mentions`)
	saveReport(t, a, 1, report2023())
	want(t, a, "", rows)
	sound(t, a)
}

// The statistics of the forms of 2014 and of Fujian: their columns are measures.
func TestStatisticsBecomeRows(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	r := report2023(number("statistics/disclosed_total/year", "1,204"), number("statistics/disclosed_total/cumulative", "35000"),
		blank("statistics/received/year"), number("statistics/dedicated_funds/year", "2.5"))
	r.Cells[len(r.Cells)-1].Unit = "万元"
	r.Form = "fujian"
	saveReport(t, a, save(t, c, page("http://x.gov.cn/1.html", "一", 0)).ID, r)
	want(t, a, "dedicated_funds|year|2.5|万元\ndisclosed_total|cumulative|35000|件\ndisclosed_total|year|1204|件\nreceived|year||件",
		`SELECT item, measure, value, unit FROM statistics`)
	want(t, a, "1,204|number", `SELECT raw, state FROM cells WHERE relation = 'statistics' AND row_id = 'disclosed_total'
		AND column_id = 'year'`)
	sound(t, a)
}

func rows0(t *testing.T, a *Archive) ReportRow {
	t.Helper()
	rows, err := a.Reports(t.Context(), 0)
	if err != nil || len(rows) == 0 {
		t.Fatalf("no reports: %v", err)
	}
	return rows[0]
}

// Reading the same thing again must leave every public relation as it is.
func TestSavingAgainChangesNothing(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	contents := func() string {
		var all strings.Builder
		for _, r := range publicRelations {
			all.WriteString(r + "\n" + ask(t, a, `SELECT * FROM "`+r+`"`) + "\n")
		}
		return all.String()
	}
	before := contents()
	saveReport(t, a, 1, report2023())
	if after := contents(); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	save(t, c, page("http://x.gov.cn/1.html", "一", 5))
	want(t, a, "1|1|1", `SELECT (SELECT count(*) FROM blob), (SELECT count(*) FROM report), (SELECT count(*) FROM sources)`)
	want(t, a, "1|"+stamp(captureAt)+"|2026-01-31T07:00:00.000Z|2026-01-31T07:00:00.000Z", `SELECT versions, first_seen_at,
		last_seen_at, seen_to FROM reports JOIN sources USING (report_id)`)
	if u, err := a.Unread(t.Context(), "v1", 0, 10); err != nil || len(u) != 0 {
		t.Errorf("unread: %v, %v", u, err)
	}
}

func TestUnreadIsWhatThisExtractorHasNotRead(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	list := page("http://x.gov.cn/list", "列表", 1)
	list.Role = crawler.RoleList
	save(t, c, list)
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: "http://x.gov.cn/2.doc#x", Title: "2022年度报告",
		ListedOn: "2023-01-30", ListCaptureID: list.ID, Decision: "report"}}); err != nil {
		t.Fatal(err)
	}
	doc := page("http://x.gov.cn/2.doc", "二", 2)
	doc.Role, doc.Header = crawler.RoleAttachment, map[string][]string{"Content-Type": {"application/msword"}}
	save(t, c, doc)
	broken := page("http://x.gov.cn/3.html", "三", 3)
	broken.Outcome = crawler.OutcomeTruncated
	save(t, c, broken)
	save(t, c, page("http://x.gov.cn/2.doc", "二", 4)) // unchanged

	unread, err := a.Unread(t.Context(), "v1", 0, 10)
	if err != nil || len(unread) != 1 {
		t.Fatalf("unread: %+v, %v", unread, err)
	}
	u := unread[0]
	if u.CaptureID != doc.ID || u.Site != "chiping" || string(u.Input.Body) != "二" || u.Input.URL != doc.URL ||
		u.Input.ContentType != "application/msword" || u.Input.ListTitle != "2022年度报告" ||
		u.Input.ListedOn != "2023-01-30" || u.Input.SiteName != "茌平区人民政府" {
		t.Errorf("unread: %+v", u)
	}
	for _, test := range []struct {
		extractor string
		after     int64
		limit     int
		want      int
	}{{"v2", 0, 10, 2}, {"", 0, 10, 2}, {"", 0, 1, 1}, {"", 1, 10, 1}, {"", doc.ID, 10, 0}} {
		if u, err := a.Unread(t.Context(), test.extractor, test.after, test.limit); err != nil || len(u) != test.want {
			t.Errorf("%+v: %d unread, %v", test, len(u), err)
		}
	}
	saveAs(t, a, doc.ID, "v1", extract.Reading{Report: report2023(number("disputes/review/upheld", "4"))})
	want(t, a, "2.doc", `SELECT name FROM sources WHERE role = 'attachment'`)
	want(t, a, "http://x.gov.cn/2.doc#x|1", `SELECT url, report_id IS NOT NULL FROM links`)
}

func TestNotAReport(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	x := save(t, c, page("http://x.gov.cn/1.html", "一图读懂", 0))
	not := extract.Reading{NotReport: &extract.NotReport{Kind: "interpretation", Reason: "The title has 解读."}}
	if s := saveAs(t, a, x.ID, "v1", not); s.NotReport != "interpretation" || s.ReportID != 0 {
		t.Errorf("saved %+v", s)
	}
	want(t, a, "not_report:interpretation|0", `SELECT outcome, (SELECT count(*) FROM reports) FROM captures`)

	// A better extractor finds that it is one, and another that it is none after all: no row is left behind.
	saveAs(t, a, x.ID, "v2", extract.Reading{Report: report2023()})
	want(t, a, "new|1", `SELECT outcome, (SELECT count(*) FROM reports) FROM captures`)
	saveAs(t, a, x.ID, "v3", not)
	want(t, a, "0|0|0|0|0|0|0", `SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM cell),
		(SELECT count(*) FROM applications), (SELECT count(*) FROM search), (SELECT count(*) FROM tables),
		(SELECT count(*) FROM findings), (SELECT count(*) FROM authorities)`)
	sound(t, a)
}

func TestFailedReadingKeepsWhatWasRead(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	if s, err := a.SaveReading(t.Context(), 1, "v2", extract.Reading{}, errors.New("out of memory")); err != nil ||
		s.ReportID != 0 || s.Key != "" {
		t.Fatalf("%+v, %v", s, err)
	}
	want(t, a, "2023|125", `SELECT year, received FROM panel`)
	if u, err := a.Unread(t.Context(), "v2", 0, 10); err != nil || len(u) != 0 {
		t.Errorf("asked again: %v, %v", u, err)
	}
	failed, err := a.FailedReadings(t.Context())
	if err != nil || len(failed) != 1 || failed[0].Err != "out of memory" || failed[0].URL != "http://x.gov.cn/1.html" {
		t.Errorf("%+v, %v", failed, err)
	}
	saveAs(t, a, 1, "v3", extract.Reading{Report: report2023()})
	if failed, err := a.FailedReadings(t.Context()); err != nil || len(failed) != 0 {
		t.Errorf("%+v, %v", failed, err)
	}
}

func TestSaveReadingRefusesWhatHasNoPlace(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	twice := report2023()
	twice.Cells = append(twice.Cells, twice.Cells[0])
	noNumber := number("applications/granted/total", "1")
	noNumber.State = text.StateText
	for name, r := range map[string]extract.Reading{
		"nothing":          {},
		"both":             {Report: report2023(), NotReport: &extract.NotReport{}},
		"unknown relation": {Report: report2023(number("reports/x/year", "1"))},
		"unknown column":   {Report: report2023(number("applications/granted/everyone", "1"))},
		"no row":           {Report: report2023(number("disclosure//in_force", "1"))},
		"twice":            {Report: twice},
		"state and value":  {Report: report2023(noNumber)},
	} {
		if _, err := a.SaveReading(t.Context(), 1, "v9", r, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	_, err := a.SaveReading(t.Context(), 77, "v9", extract.Reading{Report: report2023()}, nil)
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown capture: %v", err)
	}
	want(t, a, "v1|125", `SELECT extractor, received FROM reports JOIN panel USING (report_id)`)
}

func TestNumberThatIsNoCount(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	s := saveReport(t, a, save(t, c, page("http://x.gov.cn/1.html", "一", 0)).ID,
		report2023(number("applications/granted/total", "3.5"),
			number("applications/granted/business", "99999999999999999999")))
	if s.Doubts != 2 {
		t.Errorf("%+v", s)
	}
	want(t, a, "|", `SELECT total, business FROM applications WHERE item = 'granted'`)
	want(t, a, "3.5|3.5|3.5", `SELECT c.raw, c.value, f.actual
		FROM cells c JOIN findings f USING (report_id, row_id, column_id) WHERE column_id = 'total' AND rule = 'not_whole'`)
	sound(t, a)
}

func TestNewVersionOfAReport(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	second := save(t, c, page("http://x.gov.cn/1.html", "二", 24))
	// A correction may even make the document poorer: the newest version of an address speaks for it.
	r := report2023(number("applications/new_this_year/total", "126"))
	r.Cells = r.Cells[:2]
	first := rows0(t, a).ReportID
	if s := saveReport(t, a, second.ID, r); s.ReportID != first {
		t.Errorf("another report: %d, %d", s.ReportID, first)
	}
	want(t, a, "2|126|v1|"+second.SHA256, `SELECT versions, received, extractor, sha256
		FROM reports JOIN panel USING (report_id)`)
	day1, day2 := stamp(captureAt), stamp(captureAt.AddDate(0, 0, 1))
	want(t, a, "1|1|"+day1+"|"+day1+"|0\n2|2|"+day2+"|"+day2+"|1",
		`SELECT capture_id, version, seen_from, seen_to, read FROM sources ORDER BY capture_id`)
	// Reading the old version again does not bring its numbers back.
	saveAs(t, a, 1, "v2", extract.Reading{Report: report2023()})
	want(t, a, "126", `SELECT received FROM panel`)
	// The page was overwritten by something else: what was published stays.
	third := save(t, c, page("http://x.gov.cn/1.html", "三", 48))
	saveAs(t, a, third.ID, "v1", extract.Reading{NotReport: &extract.NotReport{Kind: "other"}})
	want(t, a, "2|126", `SELECT versions, received FROM reports JOIN panel USING (report_id)`)
	sound(t, a)
}

func TestSameReportAtTwoAddresses(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	id := rows0(t, a).ReportID
	other := save(t, c, page("http://y.gov.cn/1.html", "另", 1))
	poorer := report2023(number("applications/new_this_year/total", "152"), blank("disputes/review/total"))
	if s := saveReport(t, a, other.ID, poorer); s.ReportID != id || s.Doubts != 1 {
		t.Errorf("saved %+v", s)
	}
	want(t, a, "125|http://x.gov.cn/1.html|1", `SELECT received, url, versions FROM panel JOIN reports USING (report_id)`)
	want(t, a, "sources_disagree|doubt|applications|new_this_year|total|125|152", `SELECT rule, severity, relation, row_id,
		column_id, expected, actual FROM findings WHERE severity <> 'contradiction'`)
	// The other address gets richer: now it speaks for the report, which keeps number and key.
	better := save(t, c, page("http://y.gov.cn/1.html", "又", 2))
	s := saveReport(t, a, better.ID, report2023(number("disputes/review/upheld", "4")))
	if s.ReportID != id || s.Doubts != 0 {
		t.Errorf("saved %+v", s)
	}
	want(t, a, "125|http://y.gov.cn/1.html|2", `SELECT received, url, versions FROM panel JOIN reports USING (report_id)`)
	want(t, a, "1|1|0\n2|1|0\n3|2|1", `SELECT capture_id, version, read FROM sources ORDER BY capture_id`)
	want(t, a, "1", `SELECT count(*) FROM authorities`)
	sound(t, a)
}

// A site that poses as another's authority joins its report, whichever came first, and is named there with a doubt; it does not
// speak for it, however many numbers it prints. Where the authority's own site has not all of it, the richer one does.
func TestNoOtherSiteSpeaks(t *testing.T) {
	own, other := page("http://x.gov.cn/1.html", "一", 0), page("http://evil.cn/1.html", "另", 1)
	other.Site = "evil"
	richer := report2023(number("applications/new_this_year/total", "152"), number("disputes/review/upheld", "4"), number("disputes/review/other", "1"))
	richer.SiteCode = "3715030001"
	silent, part := report2023(), report2023()
	silent.Cells, part.Completeness = nil, "partial"
	for name, c := range map[string]struct {
		first, second     *crawler.Capture
		readings          map[*crawler.Capture]*extract.Report
		received, doubted string
	}{
		"its own first":         {own, other, map[*crawler.Capture]*extract.Report{own: report2023(), other: richer}, "125|http://x.gov.cn/1.html", "125|152"},
		"the other first":       {other, own, map[*crawler.Capture]*extract.Report{own: report2023(), other: richer}, "125|http://x.gov.cn/1.html", "125|152"},
		"its own has a part":    {own, other, map[*crawler.Capture]*extract.Report{own: part, other: richer}, "152|http://evil.cn/1.html", "152|125"},
		"its own has no number": {own, other, map[*crawler.Capture]*extract.Report{own: silent, other: richer}, "152|http://evil.cn/1.html", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			run := begin(t, a)
			must(t, run.SaveSites(t.Context(), []crawler.Site{
				{Key: "chiping", Name: "茌平区人民政府", URL: "http://x.gov.cn/list", Region: "371503"},
				{Key: "evil", Name: "茌平区教育局", URL: "http://evil.cn/list", Region: "371503"}}))
			for _, capture := range []*crawler.Capture{c.first, c.second} {
				copied := *capture
				saveReport(t, a, save(t, run, &copied).ID, c.readings[capture])
			}
			want(t, a, c.received, `SELECT received, url FROM panel JOIN reports USING (report_id)`)
			want(t, a, c.doubted, `SELECT expected, actual FROM findings WHERE rule = 'sources_disagree'`)
			want(t, a, "http://evil.cn/1.html\nhttp://x.gov.cn/1.html", `SELECT url FROM sources ORDER BY url`)
			sound(t, a)
		})
	}
}

func TestReportsThatAreNotTheSame(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	variants := map[string]func(*extract.Report){
		"year":      func(r *extract.Report) { r.Year = 2022 },
		"scope":     func(r *extract.Report) { r.Scope = "own" },
		"authority": func(r *extract.Report) { r.Authority = "聊城市茌平区水利局" },
		"unknown":   func(r *extract.Report) { r.Authority, r.Year = "", 0 },
	}
	for name, change := range variants {
		r := report2023()
		change(r)
		saveReport(t, a, save(t, c, page("http://x.gov.cn/"+name, name, 1)).ID, r)
	}
	// The same name in another division, or at another site of no known division, is another body.
	elsewhere := page("http://z.gov.cn/1.html", "别", 1)
	elsewhere.Site = "elsewhere"
	saveReport(t, a, save(t, c, elsewhere).ID, report2023())
	want(t, a, "6|6|5|3", `SELECT count(*), count(DISTINCT key), count(authority_id), count(DISTINCT authority_id)
		FROM reports`)
	want(t, a, "371503-聊城市茌平区人民政府-2022\n371503-聊城市茌平区人民政府-2023\n371503-聊城市茌平区人民政府-2023-own\n"+
		"371503-聊城市茌平区水利局-2023\nelsewhere-聊城市茌平区人民政府-2023",
		`SELECT key FROM reports WHERE authority_id IS NOT NULL ORDER BY key`)
	want(t, a, `[{"name":"聊城市茌平区人民政府","years":[2022,2023]}]|2022|2023`,
		`SELECT names, first_year, last_year FROM authorities WHERE first_year = 2022`)
	sound(t, a)
}

// Some columns show every year's report at one address.
func TestAddressUsedForSeveralYears(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	next := save(t, c, page("http://x.gov.cn/1.html", "次年", 24*365))
	r := report2023()
	r.Year = 2024
	saveReport(t, a, next.ID, r)
	want(t, a, "2023|1\n2024|2", `SELECT year, capture_id FROM reports JOIN sources USING (report_id) ORDER BY year`)
	// Reading both again changes nothing.
	before := ask(t, a, `SELECT report_id, key FROM reports ORDER BY 1`)
	saveAs(t, a, 1, "v2", extract.Reading{Report: report2023()})
	saveAs(t, a, next.ID, "v2", extract.Reading{Report: r})
	want(t, a, before, `SELECT report_id, key FROM reports ORDER BY 1`)
	sound(t, a)
}

// An extractor that reads the year better moves the report, with all its versions, and keeps its number.
func TestCorrectedIdentity(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	save(t, c, page("http://x.gov.cn/1.html", "二", 1))
	saveReport(t, a, 2, report2023())
	id := rows0(t, a).ReportID
	right := report2023()
	right.Year = 2022
	for capture := range int64(2) {
		saveAs(t, a, capture+1, "v2", extract.Reading{Report: right})
	}
	row := rows0(t, a)
	if row.ReportID != id || row.Year != 2022 || row.Versions != 2 || row.Key != "371503-聊城市茌平区人民政府-2022" {
		t.Errorf("%+v", row)
	}
	want(t, a, "1", `SELECT count(*) FROM reports`)

	// And one that finds two reports to be one merges them into the older.
	apart := report2023()
	apart.Scope = "own"
	saveAs(t, a, save(t, c, page("http://y.gov.cn/1.html", "三", 2)).ID, "v2", extract.Reading{Report: apart})
	want(t, a, "2", `SELECT count(*) FROM reports`)
	saveAs(t, a, 3, "v3", extract.Reading{Report: right})
	want(t, a, "1|3", `SELECT count(DISTINCT report_id), count(*) FROM sources`)
	sound(t, a)
}

// The poorer of two addresses changes its word on what it is: it must leave the report it shared.
func TestSourceThatTurnsOutToBeAnother(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	other := save(t, c, page("http://y.gov.cn/1.html", "另", 1))
	saveReport(t, a, other.ID, report2023())
	want(t, a, "1", `SELECT count(*) FROM reports`)
	apart := report2023()
	apart.Year = 2021
	saveAs(t, a, other.ID, "v2", extract.Reading{Report: apart})
	saveAs(t, a, 1, "v2", extract.Reading{Report: report2023()})
	saveAs(t, a, other.ID, "v2", extract.Reading{Report: apart})
	want(t, a, "2021|http://y.gov.cn/1.html\n2023|http://x.gov.cn/1.html", `SELECT year, url FROM reports ORDER BY year`)
	sound(t, a)
}

func TestLabels(t *testing.T) {
	a := openTest(t)
	path := a.path
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, labels := range [][]Label{
		{{Relation: "applications", ID: "granted", Form: "2021", Number: "（一）", LabelZH: "予以公开", LabelEN: "granted"}},
		nil, // leaves them
	} {
		a, err := Open(t.Context(), path, Options{Labels: labels, Extractor: "v1", FormsHash: "abc"})
		if err != nil {
			t.Fatal(err)
		}
		want(t, a, "applications|granted|2021|予以公开|", `SELECT relation, id, form, label_zh, parent FROM labels
			WHERE form IS NOT NULL`)
		want(t, a, "机关名称|authority|", `SELECT label_zh, label_en, parent FROM labels
			WHERE relation = 'reports' AND id = 'authority'`)
		want(t, a, "被防火墙拦截|blocked by a firewall|outcome", `SELECT label_zh, label_en, parent FROM labels
			WHERE relation = 'visits' AND id = 'blocked'`)
		want(t, a, "applications.carried_over\ndisclosure.items_carried\ndisclosure.stock_and_flow\nnot_whole\nsource_unreadable\n"+
			"sources_disagree\nstatistics.cumulative_growth",
			`SELECT id FROM labels WHERE relation = 'findings' AND label_zh <> '' AND (id LIKE '%.%' OR id LIKE '%\_%' ESCAPE '\')
				AND id NOT LIKE '%\_id' ESCAPE '\' ORDER BY id`)
		want(t, a, "1|v1|abc", `SELECT (SELECT schema = user_version FROM pragma_user_version), extractor, forms_hash FROM archive`)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// An extractor that fails is not the one that read what stands.
func TestAFailedExtractorIsNotTheReportsOwn(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	want(t, a, "v1", `SELECT extractor FROM reports`)
	if _, err := a.SaveReading(t.Context(), 1, "v2", extract.Reading{}, errors.New("a panic")); err != nil {
		t.Fatal(err)
	}
	want(t, a, "1|1", `SELECT extractor IS NULL, contradictions FROM reports`)
	saveAs(t, a, 1, "v3", extract.Reading{Report: report2023()})
	want(t, a, "v3", `SELECT extractor FROM reports`)
}

// What is no whole number is no count of panel.
func TestPanelCutsNoNumber(t *testing.T) {
	a := openTest(t)
	versionsOf(t, a, report2023(number("disclosure/administrative_license/decisions_this_year", "12.7"),
		number("disclosure/administrative_penalty/decisions_this_year", "3")))
	want(t, a, "|3", `SELECT licenses, penalties FROM panel`)
	want(t, a, "12.7", `SELECT value FROM disclosure WHERE item = 'administrative_license'`)
	sound(t, a)
}
