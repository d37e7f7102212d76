package archive

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
	"nianbao/extract"
)

const (
	filePage = "http://x.gov.cn/1.html"
	fileURL  = "http://x.gov.cn/down.jsp?id=1"
)

// attachment is a whole answer with a file.
func attachment(url, name, body string, hours int) *crawler.Capture {
	c := page(url, body, hours)
	c.Role, c.Name = crawler.RoleAttachment, name
	c.Header.Set("Content-Type", "application/octet-stream")
	return c
}

func saveFiles(t *testing.T, c *Crawl, page int64, files ...crawler.File) {
	t.Helper()
	if err := c.SaveFiles(t.Context(), page, files); err != nil {
		t.Fatal(err)
	}
}

func wantFiles(t *testing.T, c *Crawl, url string, want ...crawler.File) {
	t.Helper()
	got, err := c.FilesOf(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of %s: %s", url, diff)
	}
}

// The files of a page are those of its newest whole answer, in page order, however often they are saved and whichever
// capture of the same bytes they are saved with.
func TestFilesOfAPage(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	one, two := crawler.File{URL: fileURL, Name: "年报.pdf"}, crawler.File{URL: "http://x.gov.cn/2.xls"}
	wantFiles(t, c, filePage)
	first := save(t, c, page(filePage, "一", 0))
	wantFiles(t, c, filePage)
	saveFiles(t, c, first.ID, two, one)
	saveFiles(t, c, first.ID, two, one)
	wantFiles(t, c, filePage+"#top", two, one)

	same := save(t, c, page(filePage, "一", 1))
	wantFiles(t, c, filePage, two, one)
	saveFiles(t, c, same.ID, one)
	wantFiles(t, c, filePage, one)
	want(t, a, "1|0|"+fileURL, `SELECT capture_id, position, address FROM attached`)

	failed := page(filePage, "busy", 2)
	failed.Status, failed.Outcome = 503, "http:503"
	save(t, c, failed)
	wantFiles(t, c, filePage, one)
	saveFiles(t, c, save(t, c, page(filePage, "二", 3)).ID) // the new version carries none
	wantFiles(t, c, filePage)
	if err := c.SaveFiles(t.Context(), 99, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("files of a capture that is not there: %v", err)
	}
	sound(t, a)
}

// A captured file of a report's page is a source of the report, whether it can be read or not, once.
func TestSourcesHoldTheFilesOfAReport(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	saveFiles(t, c, 1, crawler.File{URL: fileURL, Name: "附件"}, crawler.File{URL: "http://x.gov.cn/never.doc"})
	const files = `SELECT capture_id, version, role, url, media, name, read FROM sources WHERE role = 'attachment'
		ORDER BY capture_id`
	want(t, a, "", files) // carried, but not captured yet

	file := save(t, c, attachment(fileURL, "2023年报.pdf", "%PDF-1.4 一", 1))
	want(t, a, "2|1|attachment|"+fileURL+"|pdf|2023年报.pdf|0", files)
	want(t, a, file.SHA256, `SELECT sha256 FROM sources WHERE capture_id = 2`)
	save(t, c, attachment(fileURL, "2023年报.pdf", "%PDF-1.4 一", 2))
	want(t, a, "2026-01-31T03:00:00.000Z|2026-01-31T04:00:00.000Z", `SELECT seen_from, seen_to FROM sources
		WHERE capture_id = 2`)
	save(t, c, attachment(fileURL, "", "%PDF-1.4 二", 3))
	want(t, a, "2|1|attachment|"+fileURL+"|pdf|2023年报.pdf|0\n4|2|attachment|"+fileURL+"|pdf|附件|0", files)

	// One that fails stays what it is.
	if _, err := a.SaveReading(t.Context(), 2, "v1", extract.Reading{}, errors.New("pdf: not read")); err != nil {
		t.Fatal(err)
	}
	want(t, a, "2\n4", `SELECT capture_id FROM sources WHERE role = 'attachment' ORDER BY 1`)
	want(t, a, "1|1", `SELECT count(*), sum(read) FROM sources WHERE role = 'page'`)

	// One that is read as the same report has the row of its reading alone, and none that another page of the report
	// carries it, too.
	same := report2023()
	same.Media = "pdf"
	saveReport(t, a, 4, same)
	other := save(t, c, page("http://x.gov.cn/other.html", "三", 4))
	saveReport(t, a, other.ID, report2023())
	saveFiles(t, c, other.ID, crawler.File{URL: fileURL, Name: "另一页的附件"})
	want(t, a, "2|1|attachment|"+fileURL+"|pdf|2023年报.pdf|0\n4|1|attachment|"+fileURL+"|pdf|down.jsp|0", files)
	want(t, a, "1", `SELECT count(*) FROM reports`)

	// The bytes of a report at a time are those of a reading, not of a file beside it.
	b, err := a.Body(t.Context(), ask(t, a, `SELECT key FROM reports`)+"@2026-01-31T03:30:00Z")
	if err != nil || b.CaptureID != 1 {
		t.Errorf("report at the time of its file: capture %d, %v", b.CaptureID, err)
	}
	sound(t, a)
}

// A file is read with what the list said of the page that carries it, unless a list names the file itself.
func TestUnreadFileHasTheEntryOfItsPage(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	if err := c.SaveLinks(t.Context(), "chiping", []crawler.Link{
		{URL: filePage + "#1", Title: "茌平区2023年年报", ListedOn: "2024-01-30", Decision: "report", Reason: "."},
		{URL: "http://x.gov.cn/own.pdf", Title: "茌平区2022年年报", ListedOn: "2023-01-30", Decision: "report", Reason: "."},
	}); err != nil {
		t.Fatal(err)
	}
	saveFiles(t, c, save(t, c, page(filePage, "一", 0)).ID,
		crawler.File{URL: fileURL}, crawler.File{URL: "http://x.gov.cn/own.pdf"})
	save(t, c, attachment(fileURL, "年报.pdf", "%PDF-1.4 一", 1))
	save(t, c, attachment("http://x.gov.cn/own.pdf", "", "%PDF-1.4 二", 2))
	save(t, c, attachment("http://x.gov.cn/stray.pdf", "", "%PDF-1.4 三", 3))
	type entry struct {
		Role            crawler.Role
		Title, ListedOn string
	}
	unread, err := a.Unread(t.Context(), "v1", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []entry
	for _, u := range unread {
		got = append(got, entry{u.Role, u.Input.ListTitle, u.Input.ListedOn})
	}
	if diff := cmp.Diff([]entry{
		{crawler.RolePage, "茌平区2023年年报", "2024-01-30"},
		{crawler.RoleAttachment, "茌平区2023年年报", "2024-01-30"},
		{crawler.RoleAttachment, "茌平区2022年年报", "2023-01-30"},
		{crawler.RoleAttachment, "", ""},
	}, got); diff != "" {
		t.Error(diff)
	}
}

// The name under which a file was sent is kept with its capture, and is that of its reading; a page has none.
func TestNameOfAFile(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	file := save(t, c, attachment(fileURL, "2023年报\xff.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1))
	want(t, a, "2|2023年报\ufffd.doc|doc", `SELECT * FROM file`)
	saveReport(t, a, file.ID, report2023())
	want(t, a, "1|\n2|2023年报\ufffd.doc", `SELECT capture_id, name FROM sources ORDER BY capture_id`)
}

// What a run asked last of a site may lack its files; what it asked before does not.
func TestUnsettled(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	const first, last = "http://x.gov.cn/1.html", "http://x.gov.cn/2.html"
	wantUnsettled := func(url, body string) {
		t.Helper()
		got, err := c.Unsettled(t.Context(), url+"#top")
		if err != nil || (got == nil) != (body == "") || got != nil && string(got.Body) != body {
			t.Errorf("%s: %+v, %v", url, got, err)
		}
	}
	wantUnsettled(first, "")
	save(t, c, page(first, "一", 1))
	wantUnsettled(first, "一")
	other := page("http://y.gov.cn/", "其他", 2)
	other.Site = "hanyang"
	save(t, c, other)
	wantUnsettled(first, "一")
	save(t, c, page(last, "二", 3))
	wantUnsettled(first, "")
	c = begin(t, a)
	save(t, c, page("http://x.gov.cn/3.html", "三", 4))
	wantUnsettled(last, "二")
	save(t, c, page(last, "二", 5)) // unchanged: its files are those of the first
	got, err := c.Unsettled(t.Context(), "https://x.gov.cn/2.html")
	if err != nil || got == nil || got.ID != 3 || got.Header.Get("Content-Type") != "text/html" || got.URL != last {
		t.Errorf("%+v, %v", got, err)
	}
}

// A page names its file by https, and the host answers by http alone: it is the page's file all the same.
func TestAFileByTheOtherScheme(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	must(t, c.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: versionURL, Title: "2023年年度报告", Decision: "report"}}))
	p := save(t, c, page(versionURL, "一", 0))
	saveFiles(t, c, p.ID, crawler.File{URL: "https://x.gov.cn/1.doc", Name: "年报"})
	f := save(t, c, attachment("http://x.gov.cn/1.doc", "1.doc", "二", 0))
	unread, err := a.Unread(t.Context(), "v1", p.ID, 2)
	must(t, err)
	if len(unread) != 1 || unread[0].Input.ListTitle != "2023年年度报告" {
		t.Errorf("%+v", unread)
	}
	leads := report2023() // the page says where it is, the file has the numbers
	leads.SiteCode, leads.Cells, leads.Authority, leads.Completeness = "3715230001", nil, "茌平区人民政府", "narrative"
	saveReport(t, a, p.ID, leads)
	want(t, a, "1|page\n2|attachment", `SELECT capture_id, role FROM sources ORDER BY 1`)
	has := report2023()
	has.Authority = "茌平区人民政府"
	saveReport(t, a, f.ID, has)
	want(t, a, versionURL+"|2", `SELECT url, (SELECT capture_id FROM sources WHERE read) FROM reports`)
	want(t, a, "1|page\n2|attachment", `SELECT capture_id, role FROM sources ORDER BY 1`)
	sound(t, a)
}
