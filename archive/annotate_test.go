package archive

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
	"nianbao/extract"
)

// chiping is the demo's report of 2023, whose review row prints 4+1+1+1 and a total of 6.
func chiping(t *testing.T) extract.Reading {
	t.Helper()
	body, err := os.ReadFile("../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		t.Fatal(err)
	}
	r, err := extract.Read(extract.Input{Body: body, ContentType: "text/html", URL: versionURL})
	if err != nil || r.Report == nil {
		t.Fatalf("%+v, %v", r.NotReport, err)
	}
	return r
}

// annotate says something of cells and reports, each as VERDICT RELATION/ROW/COLUMN VALUE, where - stands for nothing.
func annotate(t *testing.T, a *Archive, body string, words ...string) (Annotated, error) {
	t.Helper()
	var list []Annotation
	for _, w := range words {
		f := strings.SplitN(w, " ", 3)
		x := Annotation{SHA256: digest([]byte(body)), Verdict: f[0], By: "张三", Note: "看过"}
		if f[1] != "-" {
			p := strings.Split(f[1], "/")
			x.Relation, x.RowID, x.ColumnID = p[0], p[1], p[2]
		}
		if f[2] != "-" {
			x.Value = f[2]
		}
		list = append(list, x)
	}
	return a.Annotate(t.Context(), list)
}

func mustAnnotate(t *testing.T, a *Archive, body string, words ...string) Annotated {
	t.Helper()
	done, err := annotate(t, a, body, words...)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

const reviewed = `SELECT review_total, contradictions, (SELECT state FROM cells c WHERE c.report_id = p.report_id
	AND relation = 'disputes' AND row_id = 'review' AND column_id = 'total') FROM panel p`

func TestMisreadOverrides(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	r := chiping(t)
	saveAs(t, a, save(t, c, page(versionURL, "旧", 0)).ID, "v1", r)
	want(t, a, "6|1|number", reviewed)
	done := mustAnnotate(t, a, "旧", "misread disputes/review/total 7", "misread applications/granted/total -",
		"misread applications/fee_unpaid/total 3", "source_error disputes/review/upheld -")
	if done.New != 4 || done.Stale != 0 {
		t.Errorf("%+v", done)
	}
	// The sum of the row holds now; that of the column does not, as nothing is printed for 予以公开 any more.
	want(t, a, "7|checked", `SELECT review_total, state FROM panel JOIN cells USING (report_id)
		WHERE relation = 'disputes' AND row_id = 'review' AND column_id = 'total'`)
	want(t, a, "", `SELECT rule FROM findings WHERE rule = 'disputes.review_sum'`)
	want(t, a, "|91|checked\n3|0|checked", `SELECT a.total, iif(item = 'granted', 91, 0), state FROM applications a
		JOIN cells c ON c.row_id = item AND c.column_id = 'total' WHERE item IN ('granted', 'fee_unpaid')
		AND relation = 'applications' ORDER BY item DESC`)
	if note := ask(t, a, `SELECT note FROM cells WHERE relation = 'disputes' AND row_id = 'review' AND column_id = 'total'`); !strings.Contains(note,
		"misread, says 张三, 2026-02-01: the extractor read 6; 看过") {
		t.Errorf("note: %s", note)
	}
	want(t, a, "6", `SELECT raw FROM cells WHERE relation = 'disputes' AND row_id = 'review' AND column_id = 'total'`)
	want(t, a, "0|0", `SELECT (SELECT count(*) FROM revisions), (SELECT count(*) FROM past_cells)`)
	sound(t, a)

	// An annotated archive read again keeps every annotation, and so does the same file.
	before := contents(t, a)
	saveAs(t, a, 1, "v1", r)
	if done := mustAnnotate(t, a, "旧", "misread disputes/review/total 7", "misread applications/granted/total -",
		"misread applications/fee_unpaid/total 3", "source_error disputes/review/upheld -"); done.Unchanged != 4 || done.New+done.Changed > 0 {
		t.Errorf("the same file: %+v", done)
	}
	sameContents(t, a, before)

	// New bytes make it stale; the old ones bring it back.
	save(t, c, page(versionURL, "新", 2))
	saveAs(t, a, 2, "v1", r)
	want(t, a, "6|1|number", reviewed)
	want(t, a, "4", `SELECT count(*) FROM annotations n JOIN reports r USING (report_id) WHERE n.sha256 <> r.sha256`)
	saveAs(t, a, save(t, c, page(versionURL, "旧", 4)).ID, "v1", r)
	want(t, a, "7", `SELECT review_total FROM panel`)
	want(t, a, "0", `SELECT count(*) FROM annotations n JOIN reports r USING (report_id) WHERE n.sha256 <> r.sha256`)

	// Taken back, all is as it was read.
	if done := mustAnnotate(t, a, "旧", "retract disputes/review/total -", "retract applications/granted/total -",
		"retract applications/fee_unpaid/total -"); done.Retracted != 3 {
		t.Errorf("%+v", done)
	}
	want(t, a, "6|1|number", reviewed)
	want(t, a, "1", `SELECT count(*) FROM annotations`)
	sound(t, a)
}

// sameContents compares the public relations, but for numbers of findings.
func sameContents(t *testing.T, a *Archive, before map[string][]string) {
	t.Helper()
	for relation, rows := range contents(t, a) {
		was, ok := before[relation]
		if !ok {
			continue
		}
		if relation == "findings" {
			rows, was = withoutFirst(rows), withoutFirst(was)
		}
		if diff := cmp.Diff(was, rows); diff != "" {
			t.Errorf("%s: %s", relation, diff)
		}
	}
}

func withoutFirst(rows []string) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		_, out[i], _ = strings.Cut(r, "|")
	}
	slices.Sort(out)
	return out
}

// Confirmed is the number that the person saw, whatever a later extractor reads in the same bytes.
func TestConfirmedStands(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	mustAnnotate(t, a, "一", "confirmed applications/new_this_year/total -", "confirmed applications/carried_in/total -")
	want(t, a, "carried_in||checked\nnew_this_year|125|checked", `SELECT row_id, CAST(value AS INTEGER), state FROM cells
		WHERE column_id = 'total' AND row_id IN ('carried_in', 'new_this_year') ORDER BY 1`)
	saveAs(t, a, 1, "v2", extract.Reading{Report: report2023(number("applications/new_this_year/total", "12"))})
	want(t, a, "125", `SELECT received FROM panel`)
	want(t, a, "1", `SELECT count(*) FROM cells WHERE note LIKE 'confirmed by 张三, 2026-02-01: the extractor read 12; 看过'`)
	saveAs(t, a, 1, "v3", extract.Reading{Report: report2023(number("applications/new_this_year/total", "125"))})
	want(t, a, "1", `SELECT count(*) FROM cells WHERE row_id = 'new_this_year' AND note = 'confirmed by 张三, 2026-02-01; 看过'`)

	// What the person was shown is no longer what is there.
	shown := "12"
	_, err := a.Annotate(t.Context(), []Annotation{{SHA256: digest([]byte("一")), Relation: "applications", RowID: "new_this_year",
		ColumnID: "natural_person", Verdict: Confirmed, By: "李四", Shown: &shown}})
	if err == nil || !strings.Contains(err.Error(), "has 91 there, not 12") {
		t.Errorf("%v", err)
	}

	// A word on a document that turned out to be no report is kept, and can be taken back.
	saveAs(t, a, 1, "v4", extract.Reading{NotReport: &extract.NotReport{Kind: "guide", Reason: "It is one."}})
	want(t, a, "2", `SELECT count(*) FROM annotations`)
	mustAnnotate(t, a, "一", "retract applications/new_this_year/total -")
	want(t, a, "carried_in", `SELECT row_id FROM annotations`)
	sound(t, a)
}

// A number that the extractor did not find is added; what is compared across years is what the person says.
func TestMisreadAddsACell(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	after := report2023(number("applications/carried_in/total", "9"))
	after.Year = 2024
	saveReport(t, a, save(t, c, page("http://x.gov.cn/2.html", "二", 0)).ID, after)
	want(t, a, "", `SELECT rule FROM findings WHERE rule = 'applications.carried_over'`)
	mustAnnotate(t, a, "一", "misread applications/carried_forward/total 8", "misread disclosure/administrative_penalty/decisions_this_year 40")
	want(t, a, "8|||件", `SELECT c.value, c.table_no, c.raw, f.unit FROM cell c JOIN field f USING (field_id) WHERE row_id = 'carried_forward'`)
	want(t, a, "40", `SELECT penalties FROM panel WHERE year = 2023`)
	want(t, a, "applications.carried_over|8|9", `SELECT rule, expected, actual FROM findings WHERE rule = 'applications.carried_over'`)
	mustAnnotate(t, a, "二", "misread applications/carried_in/total 8")
	want(t, a, "", `SELECT rule FROM findings WHERE rule = 'applications.carried_over'`)
	sound(t, a)
}

func TestSaidToBeNoReport(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	url := "http://x.gov.cn/1.html"
	list := save(t, c, page("http://x.gov.cn/list", "目录", 0))
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: url, Title: "年报", ListCaptureID: list.ID, Decision: "report"}}); err != nil {
		t.Fatal(err)
	}
	before := contents(t, a)
	mustAnnotate(t, a, "一", "not_a_report - -")
	for range 2 {
		want(t, a, "0|0|0|0|0", `SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM cells), (SELECT count(*) FROM sources),
			(SELECT count(*) FROM search), (SELECT count(*) FROM authorities)`)
		want(t, a, "not_report:annotated", `SELECT outcome FROM captures WHERE url = ?`, url)
		want(t, a, "not_a_report|张三 says so, 2026-02-01: 看过|", `SELECT decision, reason, report_id FROM links`)
		want(t, a, "not_a_report|1", `SELECT verdict, report_id = ? FROM annotations`, hash53(url))
		sound(t, a)
		if s := saveReport(t, a, 1, report2023()); s.NotReport != "annotated" { // reading it again changes nothing
			t.Errorf("%+v", s)
		}
	}
	if done := mustAnnotate(t, a, "一", "retract - -"); done.Retracted != 1 {
		t.Errorf("%+v", done)
	}
	delete(before, "archive")
	sameContents(t, a, before)

	// A second source keeps the report.
	file := page("http://x.gov.cn/1.doc", "文件", 0)
	file.Role = crawler.RoleAttachment
	saveReport(t, a, save(t, c, file).ID, report2023())
	if done := mustAnnotate(t, a, "一", "not_a_report - -"); len(done.Staying) != 1 {
		t.Errorf("%+v", done)
	}
	want(t, a, "http://x.gov.cn/1.doc", `SELECT url FROM reports`)
	mustAnnotate(t, a, "一", "confirmed - -") // it is one
	want(t, a, "2", `SELECT count(*) FROM sources`)
	sound(t, a)
}

func TestSameAuthority(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	report := func(name, typ string, year int) string {
		r := report2023()
		r.Authority, r.AuthorityPrinted, r.AuthorityType, r.Year = name, name, typ, year
		body := name + string(rune('0'+year%10))
		saveReport(t, a, save(t, c, page("http://x.gov.cn/"+body, body, 0)).ID, r)
		return body
	}
	old := report("聊城市茌平区环境保护局", "bureau", 2017)
	report("聊城市茌平区生态环境局", "bureau", 2021)
	office := report("聊城市茌平区人民政府办公室", "government_office", 2023)
	const ids = `SELECT count(DISTINCT authority_id) FROM reports`
	before := contents(t, a)
	want(t, a, "4", ids)
	for range 2 {
		mustAnnotate(t, a, old, "same_authority - 371503 聊城市茌平区生态环境局")
		want(t, a, "3", ids)
		want(t, a, "聊城市茌平区生态环境局|2017|2021|2", `SELECT name, first_year, last_year, json_array_length(names) FROM authorities
			WHERE first_year = 2017`)
		saveReport(t, a, 2, func() *extract.Report { // read again
			r := report2023()
			r.Authority, r.AuthorityPrinted, r.AuthorityType, r.Year = "聊城市茌平区环境保护局", "聊城市茌平区环境保护局", "bureau", 2017
			return r
		}())
		want(t, a, "3", ids)
	}
	if done := mustAnnotate(t, a, old, "retract - -"); done.Retracted != 1 {
		t.Errorf("%+v", done)
	}
	delete(before, "archive")
	sameContents(t, a, before)
	mustAnnotate(t, a, old, "same_authority - "+ask(t, a, `SELECT authority_id FROM reports WHERE authority LIKE '%生态环境局'`))
	want(t, a, "3", ids)

	// Two with a report for one year cannot be one; nothing of the file is taken.
	_, err := annotate(t, a, office, "confirmed applications/new_this_year/total -", "same_authority - 371503 聊城市茌平区人民政府")
	var refused RefusedError
	if !errors.As(err, &refused) || len(refused) != 1 || refused[0].Index != 1 || !strings.Contains(err.Error(), "report for 2023") {
		t.Errorf("%v", err)
	}
	want(t, a, "1", `SELECT count(*) FROM annotations`)
	// A report that comes later and contradicts the link takes it away.
	report("聊城市茌平区生态环境局", "bureau", 2017)
	want(t, a, "4", ids)
	sound(t, a)
}

func TestWrongAnnotationsAreRefused(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	before := contents(t, a)
	for word, says := range map[string]string{
		"misread - 5": "misread is about a cell",
		"misread applications/new_this_year/total 1,024": "is no number",
		"misread applications/new_this_year/total 1e9":   "is no number",
		"misread applications/new_this_year/nobody 5":    "there is no cell",
		"misread statistics/received/year 5":             "on the form 2021",
		"confirmed applications/carried_forward/total -": "nothing was read there",
		"confirmed - 5": "no cell",
		"wrong applications/new_this_year/total 5":           `verdict "wrong"`,
		"not_a_report applications/new_this_year/total -":    "leave relation",
		"same_authority - 7":                                 "has no authority 7",
		"same_authority - 某局":                                "neither an authority_id",
		"same_authority - 371503 聊城市茌平区人民政府":                 "own authority",
		"same_authority - 371503 聊城市茌平区水利局":                  "has no authority",
		"same_authority applications/new_this_year/total 12": "leave relation",
	} {
		if _, err := annotate(t, a, "一", "confirmed applications/new_this_year/total -", word); err == nil || !strings.Contains(err.Error(), says) ||
			!strings.HasPrefix(err.Error(), "annotate: annotation 2: ") && !strings.HasPrefix(err.Error(), "annotate: annotation 1") {
			t.Errorf("%s: %v", word, err)
		}
	}
	for _, w := range []Annotation{
		{SHA256: "12", Verdict: Confirmed, By: "张三"}, {SHA256: digest([]byte("无")), Verdict: Confirmed, By: "张三"},
		{SHA256: digest([]byte("一")), Verdict: NotAReport}, {SHA256: digest([]byte("一")), Verdict: Misread, Relation: "disputes", By: "张三"},
	} {
		if _, err := a.Annotate(t.Context(), []Annotation{w}); err == nil {
			t.Errorf("taken: %+v", w)
		}
	}
	// A wrong one is refused also where a later one says something else of the same cell.
	if _, err := annotate(t, a, "一", "wrong applications/new_this_year/total 5", "confirmed applications/new_this_year/total -"); err == nil ||
		!strings.HasPrefix(err.Error(), `annotate: annotation 1: verdict "wrong"`) {
		t.Errorf("replaced by a later one: %v", err)
	}
	sameContents(t, a, before)
}

func TestDoubtfulCells(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	saveAs(t, a, save(t, c, page(versionURL, "旧", 0)).ID, "v1", chiping(t))
	for _, d := range []struct {
		doubts Doubts
		want   int
	}{
		{Doubts{}, 1}, {Doubts{Severities: []string{"contradiction"}}, 1}, {Doubts{Rules: []string{"disputes.review_sum"}}, 1},
		{Doubts{Rules: []string{"counts.negative"}}, 0}, {Doubts{Severities: []string{"doubt"}}, 0},
		{Doubts{Where: Where{YearFrom: 2023, YearTo: 2023}}, 1}, {Doubts{Where: Where{YearFrom: 2022, YearTo: 2022}}, 0},
		{Doubts{Where: Where{Site: "nowhere"}}, 0},
	} {
		cells, err := a.DoubtfulCells(t.Context(), d.doubts)
		if err != nil || len(cells) != d.want {
			t.Errorf("%+v: %+v, %v", d.doubts, cells, err)
			continue
		}
		for _, x := range cells {
			if x.Value != "6" || x.Raw != "6" || x.Year != 2023 || !strings.Contains(x.Message, "makes 7") || x.SHA256 != digest([]byte("旧")) {
				t.Errorf("%+v", x)
			}
		}
	}
	mustAnnotate(t, a, "旧", "source_error disputes/review/total -")
	if cells, err := a.DoubtfulCells(t.Context(), Doubts{}); err != nil || len(cells) != 0 {
		t.Errorf("asked again: %+v, %v", cells, err)
	}
	want(t, a, "6|1|number", reviewed)
}

// A list names a page by https that answers by http only: what a person says of it holds for the entry.
func TestNotAReportByTheOtherScheme(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	must(t, c.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: "https://x.gov.cn/1.html", Title: "2023", Decision: "report"}}))
	x := save(t, c, page("http://x.gov.cn/1.html", "一", 0))
	saveReport(t, a, x.ID, report2023())
	const links = `SELECT decision, report_id IS NOT NULL FROM links`
	want(t, a, "report|1", links)
	_, err := a.Annotate(t.Context(), []Annotation{{SHA256: x.SHA256, Verdict: NotAReport, By: "me"}})
	must(t, err)
	want(t, a, "not_a_report|0", links)
	y := save(t, c, page("https://x.gov.cn/1.html", "二", 1)) // it answers by https, too
	saveReport(t, a, y.ID, report2023())
	want(t, a, "report|1", links)
}

// What is said later of a link to another authority is not of the document itself, and the other way round.
func TestLaterWordIsOfTheSameThing(t *testing.T) {
	const link = "- 371503 聊城市茌平区水务局"
	for _, test := range []struct{ words, left []string }{
		{[]string{"retract " + link, "source_error - -"}, []string{"source_error"}},
		{[]string{"source_error - -", "retract " + link}, []string{"source_error"}},
		{[]string{"same_authority " + link, "retract " + link}, nil},
		{[]string{"source_error - -", "same_authority " + link, "retract - -"}, nil},
		{[]string{"retract - -", "same_authority " + link}, []string{"same_authority"}},
	} {
		a := openTest(t)
		c := begin(t, a)
		register(t, c, "chiping", "371503")
		publish(t, a, c, publication{site: "chiping", name: "聊城市茌平区水利局", year: 2023},
			publication{site: "chiping", name: "聊城市茌平区水务局", year: 2018})
		mustAnnotate(t, a, "聊城市茌平区水利局", "same_authority "+link)
		mustAnnotate(t, a, "聊城市茌平区水利局", test.words...)
		want(t, a, strings.Join(test.left, ","), `SELECT ifnull(group_concat(verdict), '') FROM annotations`)
		bodies := "2"
		if slices.Contains(test.left, "same_authority") {
			bodies = "1"
		}
		want(t, a, bodies, `SELECT count(*) FROM authorities`)
		sound(t, a)
	}
}
