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
	"nianbao/extract/document"
	"nianbao/extract/form"
)

const versionURL = "http://x.gov.cn/1.html"

// revised asks for the revisions without their times.
const revised = `SELECT version, relation || '/' || row_id || '/' || column_id, ifnull(old_value, '-'), ifnull(new_value, '-'),
	old_capture_id, new_capture_id FROM revisions ORDER BY version, relation, row_id, column_id`

// past asks for what the superseded versions had in one place.
const past = `SELECT version, capture_id, raw, state FROM past_cells WHERE row_id = 'review' AND column_id = 'total'
	ORDER BY version`

// review is a report with that many reviews.
func review(n string) *extract.Report { return report2023(number("disputes/review/total", n)) }

// versionsOf saves an answer of versionURL for each report, an hour apart, and reads it as extractor v1 does.
func versionsOf(t *testing.T, a *Archive, reports ...*extract.Report) []int64 {
	t.Helper()
	var ids []int64
	for i, r := range reports {
		x := save(t, begin(t, a), page(versionURL, fmt.Sprint("version ", i), i))
		saveReport(t, a, x.ID, r)
		ids = append(ids, x.ID)
	}
	return ids
}

func TestNumberThatChangesAndChangesBack(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	for i, step := range []struct{ body, reviews string }{{"a", "6"}, {"a", "6"}, {"b", "7"}, {"b", "7"}, {"a", "6"}} {
		if x := save(t, c, page(versionURL, step.body, i)); x.Outcome != crawler.OutcomeUnchanged {
			saveReport(t, a, x.ID, review(step.reviews))
		}
	}
	at := func(hours int) string { return stamp(captureAt.Add(time.Duration(hours) * time.Hour)) }
	want(t, a, fmt.Sprintf("2|%s|disputes|review|total|6|7|1|3|%s|%s\n3|%[1]s|disputes|review|total|7|6|3|5|%[4]s|%[5]s", versionURL,
		at(1), at(2), at(3), at(4)), `SELECT version, url, relation, row_id, column_id, old_value, new_value, old_capture_id,
		new_capture_id, old_last_seen_at, new_first_seen_at FROM revisions ORDER BY version`)
	want(t, a, "1|1|6|number\n2|3|7|number", past)
	want(t, a, "1|1|"+at(0)+"|"+at(1)+"|0\n2|3|"+at(2)+"|"+at(3)+"|0\n3|5|"+at(4)+"|"+at(4)+"|1",
		`SELECT version, capture_id, seen_from, seen_to, read FROM sources ORDER BY version`)
	want(t, a, "3|6", `SELECT versions, review_total FROM reports JOIN panel USING (report_id)`)
	want(t, a, "8", `SELECT count(*) FROM past_cells WHERE version = 1`)
	sound(t, a)
}

func TestWhatIsARevision(t *testing.T) {
	with := func(change func(r *extract.Report)) *extract.Report {
		r := report2023()
		change(r)
		return r
	}
	section := func(i int, id, text string) *extract.Report {
		return with(func(r *extract.Report) { r.Sections[i].ID, r.Sections[i].Text = id, text })
	}
	without := func(place string) *extract.Report {
		return with(func(r *extract.Report) {
			var kept []form.Cell
			for _, c := range r.Cells {
				if !strings.HasPrefix(c.Relation+"/"+c.RowID+"/"+c.ColumnID, place) {
					kept = append(kept, c)
				}
			}
			r.Cells = kept
		})
	}
	text := number("disputes/review/total", "6")
	text.State, text.Raw, text.Value.Valid = "text", "六", false
	unit := number("disclosure/administrative_fee/fee_amount_this_year", "125000")
	unit.Value.Decimal = unit.Value.Decimal.Shift(-4)
	bare := unit
	bare.Unit, bare.Value = "unknown", number("a/b/c", "125000").Value
	for name, test := range map[string]struct {
		old, new *extract.Report
		want     string // row_id old new
	}{
		"nothing":         {report2023(), report2023(), ""},
		"number":          {report2023(), review("7"), "review 6 7"},
		"other spelling":  {report2023(), report2023(number("disclosure/administrative_license/decisions_this_year", "1024")), ""},
		"number to blank": {report2023(), report2023(blank("disputes/review/total"), number("disputes/litigation_direct/total", "0")), "litigation_direct - 0, review 6 -"},
		"blank to number": {report2023(), report2023(number("applications/carried_in/total", "2")), "carried_in - 2"},
		"number to text":  {report2023(number("disputes/review/upheld", "1")), report2023(number("disputes/review/upheld", "1"), text), "review 6 -"},
		"row taken out":   {report2023(), without("applications/refused_state_secret"), "refused_state_secret 1 -"},
		"row we cannot place": {report2023(), with(func(r *extract.Report) {
			*r = *without("applications/refused_state_secret")
			r.Findings = []check.Finding{{Rule: form.Leftover, Severity: check.Doubt, Relation: "applications"}}
		}), ""},
		"table into a picture": {report2023(), without("applications/"), ""},
		"all into a file": {report2023(), with(func(r *extract.Report) {
			r.Cells = nil
			r.Sections = r.Sections[:1]
			r.Sections[0].Text = "见附件。"
		}), ""},
		"page became a file": {report2023(), with(func(r *extract.Report) { *r = *review("7"); r.Media = "pdf" }), ""},
		"picture":            {with(func(r *extract.Report) { r.Media = "image" }), with(func(r *extract.Report) { *r = *review("7"); r.Media = "image" }), ""},
		"unit named":         {report2023(bare), report2023(unit), ""},
		"fee":                {report2023(), report2023(number("disclosure/administrative_fee/fee_amount_this_year", "12.50001")), "administrative_fee 12.5 12.50001"},
		"text":               {report2023(), section(0, "overview", "全区……"), "overview 全区各级行政机关…… 全区……"},
		"white space":        {report2023(), section(0, "overview", "全区 各级\n行政\u200b机关……"), ""},
		"text under another": {report2023(), section(0, "other", "全区各级行政机关……"), ""},
		"section taken out":  {report2023(), section(0, "overview", " "), "overview 全区各级行政机关…… -"},
		"heading and title":  {report2023(), with(func(r *extract.Report) { r.Title, r.PublishedOn, r.Sections[0].Heading = "又", "2024-02-01", "又" }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			versionsOf(t, a, test.old, test.new)
			got := ask(t, a, `SELECT group_concat(row_id || ' ' || ifnull(old_value, '-') || ' ' || ifnull(new_value, '-'), ', ')
				FROM (SELECT * FROM revisions ORDER BY row_id)`)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			want(t, a, "2", `SELECT versions FROM reports`)
			sound(t, a)
		})
	}
}

// Another extractor's other results are no revisions, and what stood stands until it has read both versions.
func TestReadingAgainMakesNoRevision(t *testing.T) {
	a := openTest(t)
	ids := versionsOf(t, a, review("6"), review("7"), review("7"))
	const stood = "2|disputes/review/total|6|7|1|2"
	want(t, a, stood, revised)
	as := func(extractor string, id int64, n string) {
		t.Helper()
		saveAs(t, a, id, extractor, extract.Reading{Report: review(n)})
	}
	as("v2", ids[0], "60")
	want(t, a, stood, revised)
	want(t, a, "1|1|6|number\n2|2|7|number", past)
	as("v2", ids[2], "70")
	want(t, a, stood, revised)
	as("v2", ids[1], "70")
	want(t, a, "2|disputes/review/total|60|70|1|2", revised)
	want(t, a, "1|1|60|number\n2|2|70|number", past)

	// One that fails on a version leaves what stood.
	if _, err := a.SaveReading(t.Context(), ids[0], "v3", extract.Reading{}, errors.New("broke down")); err != nil {
		t.Fatal(err)
	}
	as("v3", ids[1], "8")
	as("v3", ids[2], "9")
	want(t, a, "2|disputes/review/total|60|70|1|2\n3|disputes/review/total|8|9|2|3", revised)
	want(t, a, "1|1|60|number\n2|2|8|number", past)

	// A version that turns out to be no report is none, and those beside it are compared.
	as("v4", ids[0], "6")
	as("v4", ids[2], "9")
	saveAs(t, a, ids[1], "v4", extract.Reading{NotReport: &extract.NotReport{Kind: "interpretation"}})
	want(t, a, "2|disputes/review/total|6|9|1|3", revised)
	want(t, a, "1|1|6|number", past)
	for _, id := range []int64{ids[0], ids[2]} {
		saveAs(t, a, id, "v5", extract.Reading{NotReport: &extract.NotReport{Kind: "interpretation"}})
	}
	want(t, a, "0|0|0", `SELECT (SELECT count(*) FROM revision), (SELECT count(*) FROM compared), (SELECT count(*) FROM past_cell)`)
	sound(t, a)
}

// Versions with the same cells keep them once, and each keeps its own when another is read otherwise.
func TestVersionsShareTheirCells(t *testing.T) {
	a := openTest(t)
	ids := versionsOf(t, a, review("6"), review("6"), review("6"), review("7"), review("7"), review("8"))
	want(t, a, "16", `SELECT count(*) FROM past_cell`)
	const kept = "1|1|6|number\n2|2|6|number\n3|3|6|number\n4|4|7|number\n5|5|7|number"
	want(t, a, kept, past)
	want(t, a, "4|disputes/review/total|6|7|3|4\n6|disputes/review/total|7|8|5|6", revised)
	saveAs(t, a, ids[0], "v1", extract.Reading{Report: review("5")}) // as an operator's reextract --all may find
	want(t, a, strings.Replace(kept, "1|1|6", "1|1|5", 1), past)
	want(t, a, "2|disputes/review/total|5|6|1|2\n4|disputes/review/total|6|7|3|4\n6|disputes/review/total|7|8|5|6", revised)
	saveAs(t, a, ids[0], "v1", extract.Reading{NotReport: &extract.NotReport{Kind: "interpretation"}})
	want(t, a, "1|2|6|number\n2|3|6|number\n3|4|7|number\n4|5|7|number", past)
	sound(t, a)
}

// The report of one address, and of a file it carries: the two are never compared. Reports that become one bring their
// histories along.
func TestAddressesAreNotComparedWithEachOther(t *testing.T) {
	a := openTest(t)
	versionsOf(t, a, review("6"), review("7"))
	c := begin(t, a)
	file := page("http://x.gov.cn/1.doc", "文件", 5)
	file.Role = crawler.RoleAttachment
	saveReport(t, a, save(t, c, file).ID, report2023(number("disputes/review/total", "9"), number("disputes/review/other", "1")))
	want(t, a, "9|1", `SELECT review_total, (SELECT count(*) FROM reports) FROM panel`)
	want(t, a, "2|disputes/review/total|6|7|1|2", revised)

	other := report2023(number("disputes/review/total", "1"))
	other.Year = 2022
	for i, n := range []string{"1", "2"} {
		x := save(t, c, page("http://x.gov.cn/2.html", n, 6+i))
		other.Cells = report2023(number("disputes/review/total", n)).Cells
		saveReport(t, a, x.ID, other)
	}
	want(t, a, "2", `SELECT count(*) FROM reports`)
	for _, id := range []int64{4, 5} { // a better extractor reads another year
		r := report2023(number("disputes/review/total", fmt.Sprint(id-3)))
		saveAs(t, a, id, "v2", extract.Reading{Report: r})
	}
	want(t, a, "1", `SELECT count(*) FROM reports`)
	want(t, a, "http://x.gov.cn/1.html|6|7\nhttp://x.gov.cn/2.html|1|2", `SELECT url, old_value, new_value FROM revisions ORDER BY url`)
	sound(t, a)
}

// An import may bring older answers after newer ones.
func TestVersionsFollowTimeNotArrival(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	newer := save(t, c, page(versionURL, "新", 10))
	saveReport(t, a, newer.ID, review("7"))
	older := save(t, c, page(versionURL, "旧", 1))
	saveReport(t, a, older.ID, review("6"))
	want(t, a, "2|disputes/review/total|6|7|2|1", revised)
	want(t, a, "1|2|6|number", past)
	want(t, a, "7|2", `SELECT review_total, versions FROM panel JOIN reports USING (report_id)`)
	if again := save(t, c, page(versionURL, "新", 11)); again.Outcome != crawler.OutcomeUnchanged {
		t.Errorf("the newest answer is %s", again.Outcome)
	}
	sound(t, a)
}

func TestDiffAndHistory(t *testing.T) {
	a := openTest(t)
	versionsOf(t, a, review("6"), review("7"))
	miss := page(versionURL, "没有", 5)
	miss.Status, miss.Outcome = 404, crawler.OutcomeHTTP(404)
	save(t, begin(t, a), miss)
	key := ask(t, a, `SELECT key FROM reports`)
	for _, ref := range []string{key, ask(t, a, `SELECT report_id FROM reports`), versionURL + "#top", "https://x.gov.cn/1.html",
		digest([]byte("version 0"))[:10]} {
		d, err := a.Diff(t.Context(), ref)
		if err != nil || d.Key != key || len(d.Versions) != 2 || len(d.Revisions) != 1 || *d.Revisions[0].New != "7" {
			t.Errorf("%s: %+v, %v", ref, d, err)
		}
	}
	for _, ref := range []string{"http://x.gov.cn/2.html", "7", "nothing", digest([]byte("没有"))} {
		if _, err := a.Diff(t.Context(), ref); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), ref) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	h, err := a.History(t.Context(), "https://x.gov.cn/1.html")
	if err != nil || len(h.Captures) != 3 || h.Captures[1].Version != 2 || h.Captures[1].ReportKey != key ||
		h.Captures[2].Version != 0 || len(h.Absences) != 1 || h.Absences[0].Gone || !h.Absences[0].BackAt.IsZero() {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := a.History(t.Context(), "http://x.gov.cn/2.html"); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// Two versions with the same cells of which a better extractor reads the first otherwise: each keeps its own.
func TestVersionsThatShareTheirCellsNoMore(t *testing.T) {
	a := openTest(t)
	ids := versionsOf(t, a, review("6"), review("6"), review("8"))
	for i, n := range []string{"8", "5", "6"} {
		id := []int64{ids[2], ids[0], ids[1]}[i]
		saveAs(t, a, id, "v2", extract.Reading{Report: review(n)})
	}
	want(t, a, "1|1|5|number\n2|2|6|number", past)
	sound(t, a)
}

// A file in a container was last seen with its container, whatever asks.
func TestRevisionOfAFileInAContainer(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	for i, body := range []string{"1", "1", "2"} {
		if z := save(t, c, zipCapture(body, i)); z.Outcome != crawler.OutcomeUnchanged {
			saveMembers(t, a, z.ID, document.Member{Name: "a.doc", Body: []byte(body)})
			saveReport(t, a, z.ID+1, review(fmt.Sprint(6, body)))
		}
	}
	want(t, a, "61|62|"+stamp(captureAt.Add(time.Hour)), `SELECT old_value, new_value, old_last_seen_at FROM revisions`)
	want(t, a, "1", `SELECT old_last_seen_at = (SELECT seen_to FROM sources WHERE capture_id = old_capture_id) FROM revisions`)
}

// Requests that differ by their body are absent apart.
func TestAbsenceOfOneBodyOfSeveral(t *testing.T) {
	a := openTest(t)
	post := func(body string, hours int) *crawler.Capture {
		c := page(versionURL, "list "+body, hours)
		c.Method, c.RequestSHA256 = "POST", body
		return c
	}
	save(t, begin(t, a), post("1", 0))
	gone := post("1", 1)
	gone.Status, gone.Outcome = 404, "http:404"
	save(t, begin(t, a), gone)
	save(t, begin(t, a), post("2", 2))
	h, err := a.History(t.Context(), versionURL)
	must(t, err)
	if len(h.Absences) != 1 || !h.Absences[0].BackAt.IsZero() {
		t.Errorf("%+v", h.Absences)
	}
}
