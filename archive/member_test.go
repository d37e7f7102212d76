package archive

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

const zipURL = "http://x.gov.cn/nb.zip"

// zipCapture is a whole answer with a container.
func zipCapture(body string, hours int) *crawler.Capture {
	return attachment(zipURL, "年报.zip", "PK\x03\x04"+body, hours)
}

func saveMembers(t *testing.T, a *Archive, id int64, members ...document.Member) {
	t.Helper()
	if err := a.SaveMembers(t.Context(), id, members); err != nil {
		t.Fatal(err)
	}
}

// containerRead notes that a capture is a container.
func containerRead(t *testing.T, a *Archive, id int64) {
	t.Helper()
	saveAs(t, a, id, "v1", extract.Reading{NotReport: &extract.NotReport{Kind: extract.Container, Reason: "zip of 1 file: a.doc"}})
}

// The members of a container are captures with its run, site and time, at addresses of their own, new, changed or
// unchanged by themselves; saving them again changes nothing.
func TestMembersAreCaptures(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	one, two := document.Member{Name: "2023/水利局 #1.doc", Body: []byte("一")}, document.Member{Name: "a@b.xls", Body: []byte("二")}
	first := save(t, c, zipCapture("1", 0))
	for range 2 {
		saveMembers(t, a, first.ID, one, two)
	}
	const captures = `SELECT capture_id, crawl_id, site, method, url, final_url = url, role, transport, fetched_at, http_status, headers,
		outcome, content_type, bytes, elapsed_ms FROM captures WHERE url LIKE '%#%' ORDER BY 1`
	const tail = "|1|attachment|http|2026-01-31T02:00:00.000Z|200||new||3|0"
	want(t, a, "2|1|chiping|GET|"+zipURL+"#2023/%E6%B0%B4%E5%88%A9%E5%B1%80%20%231.doc"+tail+"\n"+
		"3|1|chiping|GET|"+zipURL+"#a%40b.xls"+tail, captures)
	want(t, a, "2|水利局 #1.doc|text\n3|a@b.xls|text", `SELECT capture_id, name, media FROM file WHERE capture_id > 1`)

	// A new container with one member as it was.
	second := save(t, c, zipCapture("2", 1))
	saveMembers(t, a, second.ID, one, document.Member{Name: two.Name, Body: []byte("三")})
	want(t, a, "5|unchanged|2|4\n6|changed|6|4", `SELECT capture_id, outcome, answer_id, member_of FROM capture WHERE capture_id > 4`)

	// The container unchanged, or not modified: its members were seen, too; when it is gone, so are they.
	save(t, c, zipCapture("2", 2))
	same := zipCapture("", 3)
	same.Status, same.Outcome, same.Body, same.SHA256 = 304, crawler.OutcomeNotModified, nil, ""
	save(t, c, same)
	const seen = `SELECT first_seen_at, last_seen_at, gone_at FROM address ORDER BY address_id`
	want(t, a, "2026-01-31T02:00:00.000Z|2026-01-31T05:00:00.000Z|\n2026-01-31T02:00:00.000Z|2026-01-31T05:00:00.000Z|\n"+
		"2026-01-31T02:00:00.000Z|2026-01-31T05:00:00.000Z|", seen)
	for hour := 4; hour < 6; hour++ {
		gone := zipCapture("", hour)
		gone.Status, gone.Outcome, gone.Body, gone.SHA256 = 404, "http:404", nil, ""
		save(t, begin(t, a), gone)
	}
	want(t, a, "3", `SELECT count(*) FROM address WHERE gone_at = '2026-01-31T06:00:00.000Z'`)
	save(t, begin(t, a), zipCapture("2", 6))
	want(t, a, "0", `SELECT count(*) FROM address WHERE gone_at IS NOT NULL OR last_seen_at <> '2026-01-31T08:00:00.000Z'`)

	for id, err := range map[int64]error{99: ErrNotFound, 2: ErrNotFound} {
		if got := a.SaveMembers(t.Context(), id, []document.Member{one}); !errors.Is(got, err) {
			t.Errorf("members of capture %d: %v", id, got)
		}
	}
	if _, err := c.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
	want(t, a, "1", `SELECT fingerprinted = (SELECT count(*) FROM capture) FROM meta`)
}

// A container that was unpacked later than it was seen again, or missed, as its run died: its members share that.
func TestMembersUnpackedLate(t *testing.T) {
	const states = `SELECT concat_ws(',', ifnull(first_seen_at, '-'), ifnull(last_seen_at, '-'), ifnull(missed_at, '-'), ifnull(gone_at, '-'))
		FROM address WHERE url LIKE '%#%'`
	miss := func(t *testing.T, a *Archive, hour int) {
		gone := zipCapture("", hour)
		gone.Status, gone.Outcome, gone.Body, gone.SHA256 = 404, "http:404", nil, ""
		save(t, begin(t, a), gone)
	}
	for name, since := range map[string]func(*testing.T, *Archive){
		"seen again": func(t *testing.T, a *Archive) { save(t, begin(t, a), zipCapture("1", 1)) },
		"missed":     func(t *testing.T, a *Archive) { miss(t, a, 1) },
		"seen again, and gone": func(t *testing.T, a *Archive) {
			save(t, begin(t, a), zipCapture("1", 1))
			miss(t, a, 2)
			miss(t, a, 3)
		},
		"another since": func(t *testing.T, a *Archive) { save(t, begin(t, a), zipCapture("2", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			member := document.Member{Name: "a.doc", Body: []byte("一")}
			early, late := openTest(t), openTest(t)
			for a, unpacked := range map[*Archive]bool{early: true, late: false} {
				id := save(t, begin(t, a), zipCapture("1", 0)).ID
				if unpacked {
					saveMembers(t, a, id, member)
				}
				since(t, a)
				if !unpacked {
					saveMembers(t, a, id, member)
				}
			}
			wanted, err := selectTexts(t.Context(), early.read, states)
			must(t, err)
			got, err := selectTexts(t.Context(), late.read, states)
			must(t, err)
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("-unpacked at once +late:\n%s", diff)
			}
		})
	}
}

// A member is named by its address, as it is written or as people read it; without a name the container is meant, and
// a name that it does not have is nobody's.
func TestBodyOfAMember(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	saveMembers(t, a, save(t, c, zipCapture("1", 0)).ID, document.Member{Name: "水利局/a b.doc", Body: []byte("一")})
	save(t, c, page(filePage, "页", 0))
	for ref, want := range map[string]string{
		zipURL + "#%E6%B0%B4%E5%88%A9%E5%B1%80/a%20b.doc": "一",
		zipURL + "#水利局/a b.doc":                           "一",
		zipURL + "#水利局/a b.doc@2026-02-01":                "一",
		zipURL:                                            "PK\x03\x041",
		filePage + "#top":                                 "页",
		zipURL + "#other.doc":                             "",
		"http://x.gov.cn/%E5%B9%B4.zip#a.doc":             "",
	} {
		b, err := a.Body(t.Context(), ref)
		if string(b.Bytes) != want || (want == "") != errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %q, %v", ref, b.Bytes, err)
		}
	}
}

// A member is read with the entry of its container, or of the page that carries that; of several documents each has its own
// name for a title. Pictures do not count.
func TestUnreadMemberHasTheEntryOfItsContainer(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{
		{URL: filePage, Title: "茌平区2023年年报", ListedOn: "2024-01-30", Decision: "report", Reason: "."},
		{URL: "http://x.gov.cn/all.rar", Title: "各部门年报", ListedOn: "2024-02-01", Decision: "report", Reason: "."},
	}); err != nil {
		t.Fatal(err)
	}
	saveFiles(t, c, save(t, c, page(filePage, "一", 0)).ID, crawler.File{URL: zipURL})
	saveMembers(t, a, save(t, c, zipCapture("1", 0)).ID, document.Member{Name: "2022/1.doc", Body: []byte("一")},
		document.Member{Name: "1.jpg", Body: []byte("\xff\xd8\xff\xe0")})
	saveMembers(t, a, save(t, c, attachment("http://x.gov.cn/all.rar", "", "Rar!\x1a\x07\x00", 0)).ID,
		document.Member{Name: "农业/水利局2023年度报告.doc", Body: []byte("二")}, document.Member{Name: "财政局.v2.doc", Body: []byte("三")})
	unread, err := a.Unread(t.Context(), "v1", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	type entry struct{ URL, Title, ListedOn string }
	var got []entry
	for _, u := range unread[1:] {
		got = append(got, entry{u.Input.URL, u.Input.ListTitle, u.Input.ListedOn})
	}
	if diff := cmp.Diff([]entry{
		{zipURL, "茌平区2023年年报", "2024-01-30"}, {zipURL, "茌平区2023年年报", "2024-01-30"}, {zipURL, "茌平区2023年年报", "2024-01-30"},
		{"http://x.gov.cn/all.rar", "各部门年报", "2024-02-01"},
		{"http://x.gov.cn/all.rar", "水利局2023年度报告", "2024-02-01"}, {"http://x.gov.cn/all.rar", "财政局.v2", "2024-02-01"},
	}, got); diff != "" {
		t.Error(diff)
	}
}

// The report in a container that a page carries has container and members among its sources, and the page for its address;
// a run that sees the container again sees the report.
func TestSourcesInContainers(t *testing.T) {
	a := openTest(t)
	c := fill(t, a) // a page with the report
	saveFiles(t, c, 1, crawler.File{URL: zipURL, Name: "年报.zip"})
	z := save(t, c, zipCapture("1", 1))
	saveMembers(t, a, z.ID, document.Member{Name: "a.doc", Body: []byte("一")}, document.Member{Name: "b.txt", Body: []byte("二")})
	containerRead(t, a, z.ID)
	richer := report2023(number("applications/granted/total", "7"), number("applications/granted/natural_person", "7"))
	richer.Media = "doc"
	saveReport(t, a, 3, richer)
	save(t, c, zipCapture("1", 4))
	const sources = `SELECT capture_id, version, role, substr(url, 17), media, name, read, substr(seen_from, 12, 2), substr(seen_to, 12, 2)
		FROM sources ORDER BY capture_id`
	want(t, a, "1|1|page|1.html|html||0|02|02\n2|1|attachment|nb.zip|zip|年报.zip|0|03|06\n"+
		"3|1|attachment|nb.zip#a.doc|doc|a.doc|1|03|06\n4|1|attachment|nb.zip#b.txt|text|b.txt|0|03|06", sources)
	want(t, a, ask(t, a, `SELECT url FROM captures WHERE capture_id = 1`)+"|doc", `SELECT url, media FROM reports`)

	next := begin(t, a)
	save(t, next, zipCapture("1", 5))
	rows, err := a.Reports(t.Context(), next.ID())
	if err != nil || len(rows) != 1 {
		t.Errorf("the second run saw %d reports, %v", len(rows), err)
	}
	want(t, a, "3", `SELECT capture_id FROM cells GROUP BY 1`) // every number leads to the member's bytes
	sound(t, a)
}

// A list entry leads to the report in a container if that is the only one.
func TestLinksToContainers(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: zipURL, Title: "年报", Decision: "report", Reason: "."}}); err != nil {
		t.Fatal(err)
	}
	z := save(t, c, zipCapture("1", 0))
	saveMembers(t, a, z.ID, document.Member{Name: "a.doc", Body: []byte("一")}, document.Member{Name: "b.doc", Body: []byte("二")})
	containerRead(t, a, z.ID)
	want(t, a, "", `SELECT report_id FROM links`)
	one := saveReport(t, a, 2, report2023())
	want(t, a, ask(t, a, `SELECT ?`, one.ReportID), `SELECT report_id FROM links`)
	other := report2023()
	other.Year = 2022
	saveReport(t, a, 3, other)
	want(t, a, "", `SELECT report_id FROM links`)
	want(t, a, "2", `SELECT count(DISTINCT report_id) FROM sources WHERE url = ?`, zipURL)
}
