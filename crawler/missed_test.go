package crawler

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/cms"
)

const missedReport = "甲市人民政府2023年政府信息公开工作年度报告"

// visitSystems visits the site's /nb/ with the list systems of cms.
func visitSystems(t *testing.T, s *site) (Visit, *memory) {
	t.Helper()
	store := &memory{}
	row := Site{Key: "here", Name: "甲市人民政府", URL: s.URL + "/nb/"}
	visit, err := New(quick(newStepClock()), store, cms.Systems()).Visit(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	return visit, store
}

// Pagers that name pages which never come make a visit partial, however they turn.
func TestPagersWhosePagesDoNotComeAreNoticed(t *testing.T) {
	for name, pager := range map[string]string{
		"links":      `<a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=2">下一页</a>`,
		"calls":      `<a href="javascript:gotoPage(2)">2</a><a href="javascript:gotoPage(3)">3</a>`,
		"no address": `<a href="javascript:;">2</a><a href="javascript:;">3</a><a href="javascript:;">下一页</a>`,
		"a script":   `<div id="page"></div><script>var totalPage = 3</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			same := says(columnPage(pager, missedReport))
			s := serve(t, map[string]http.HandlerFunc{"/nb/": same, "/nb/index_2.html": same, "/zwgk/nb/t0.html": says("x"), "/*": says("x")})
			visit, _ := visitSystems(t, s)
			if visit.Outcome != OutcomePartial || !strings.Contains(visit.Detail, "states 3 pages, 1 different ones came") || visit.Items != 1 {
				t.Errorf("%+v", visit)
			}
		})
	}
}

// A report page that only sends a browser on leads to the report, as its file.
func TestReportPagesThatSendOn(t *testing.T) {
	for name, c := range map[string]struct{ page, want, unwanted, detail string }{
		"a script to a file":     {`<script>window.location.href="/u/x.pdf"</script>`, "/u/x.pdf", "", ""},
		"a script to a page":     {`<p>正在跳转</p><script>location.replace("../../r/1.html")</script>`, "/r/1.html", "", ""},
		"a meta element":         {`<meta http-equiv="refresh" content="0;url=/r/1.html">`, "/r/1.html", "", ""},
		"a test of the browser":  {`<script>document.cookie="k=1";location.href="/r/1.html"</script>`, "", "/r/1.html", ""},
		"to somebody else":       {`<script>location.href="http://www.example.com/r/1.html"</script>`, "", "", "not followed to another site"},
		"a page for phones, too": {`<script>if (phone) location.href="/r/1.html"</script><p>` + strings.Repeat("主动公开。", 30), "", "/r/1.html", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", missedReport)), "/zwgk/nb/t0.html": says(c.page),
				"/r/1.html": says("<p>" + missedReport + strings.Repeat("主动公开。", 100)), "/u/x.pdf": says("%PDF-1.4", "Content-Type: application/pdf")})
			visit, store := visitSystems(t, s)
			if visit.Outcome != OutcomeOK || visit.Errors != 0 || !strings.Contains(visit.Detail, c.detail) {
				t.Errorf("%+v", visit)
			}
			if c.want != "" && (s.asked(c.want) != 1 || store.of(c.want)[0].Outcome != OutcomeNew || len(store.files[s.URL+"/zwgk/nb/t0.html"]) != 1) {
				t.Errorf("%s asked %d times, files %v", c.want, s.asked(c.want), store.files)
			}
			if c.unwanted != "" && s.asked(c.unwanted) != 0 {
				t.Errorf("%s asked", c.unwanted)
			}
		})
	}
}

// A page that a download program sends in place of a file is no file.
func TestPagesInPlaceOfAFile(t *testing.T) {
	for name, c := range map[string]struct {
		link, answer, outcome string
	}{
		"an alert": {`<a href="/down.jsp?fileid=1">附件：报告</a>`, `<script>alert("文件不存在");history.back()</script>`, OutcomeSoft404},
		"a page under the name of a file": {`<a href="/down.jsp?fileid=1">报告.pdf</a>`,
			`<title>甲市</title><p>` + strings.Repeat("欢迎访问。", 200), OutcomeSoft404},
		"what an office program wrote": {`<a href="/down.jsp?fileid=1">报告.doc</a>`,
			`<html xmlns:o="urn:schemas-microsoft-com:office:office"><p>年报`, OutcomeNew},
		"a page of text without a promise": {`<a href="/down.jsp?fileid=1">附件</a>`,
			`<p>` + strings.Repeat("主动公开。", 200), OutcomeNew},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", missedReport)), "/down.jsp": says(c.answer),
				"/zwgk/nb/t0.html": says(`<div class="TRS_Editor"><p>` + strings.Repeat("主动公开。", 100) + `</p>` + c.link + `</div>`)})
			visit, store := visitSystems(t, s)
			got := store.of("/down.jsp?fileid=1")
			if len(got) != 1 || got[0].Outcome != c.outcome || (visit.Errors == 1) != (c.outcome == OutcomeSoft404) {
				t.Errorf("%+v, captures %+v", visit, got)
			}
		})
	}
}

// A list of reports that its title makes a report is not missed without a word.
func TestListsThatLookLikeReports(t *testing.T) {
	rows := func(href string, n int) (rows string) {
		for i := range n {
			rows += fmt.Sprintf(`<li><a href="%s%d.html">甲市第%d中学2023年政府信息公开工作年度报告</a></li>`, href, i, i)
		}
		return `<ul class="list">` + rows + `</ul>`
	}
	for name, c := range map[string]struct {
		title, page string
		errors      int
	}{
		"a list":                     {"2023年政府信息公开年报", rows("/x/", 5), 1},
		"a report with others of it": {"2023年政府信息公开年报", `<p>` + strings.Repeat("主动公开。", 100) + rows("/zwgk/nb/t", 2), 0},
		"a report of somebody":       {missedReport, rows("/x/", 5), 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", c.title)), "/zwgk/nb/t0.html": says("<html><body>" + c.page)})
			visit, _ := visitSystems(t, s)
			if visit.Errors != c.errors || visit.Items != 1 || strings.Contains(visit.Detail, "list of 5 reports") != (c.errors == 1) {
				t.Errorf("%+v", visit)
			}
		})
	}
}

// An answer without a body is no report: it is an error, and asked for again in the next visit.
func TestReportsWithoutABody(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", missedReport)), "/zwgk/nb/t0.html": inTurn(says(""), says("报告"))})
	store := &memory{}
	for _, want := range []Visit{{Errors: 1}, {New: 1}} {
		opt := quick(newStepClock())
		opt.Recheck = 7 * 24 * time.Hour
		visit, err := New(opt, store, cms.Systems()).Visit(t.Context(), Site{Key: "here", Name: "甲市人民政府", URL: s.URL + "/nb/"})
		if err != nil {
			t.Fatal(err)
		}
		if visit.Errors != want.Errors || visit.New != want.New {
			t.Errorf("%+v", visit)
		}
	}
	if got := store.of("/t0.html"); len(got) != 2 || got[0].Outcome != OutcomeTruncated {
		t.Errorf("%d captures, the first %+v", len(got), got[0])
	}
}

// A report that is listed by http and by https is one page, and is asked for once.
func TestAReportByBothSchemes(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/r": says("报告")})
	other := strings.Replace(s.URL, "http:", "https:", 1)
	s.Config.Handler = s.handler(map[string]http.HandlerFunc{"/r": says("报告"),
		"/nb/": says(`<title>政府信息公开年报</title><a href="` + s.URL + `/r">` + missedReport + `</a><a href="` + other + `/r">` + missedReport + `</a>`)})
	visit, store := visitSystems(t, s)
	if visit.Items != 1 || visit.Errors != 0 || len(store.of("/r")) != 1 {
		t.Errorf("%+v, %d captures", visit, len(store.of("/r")))
	}
}

// A report that is cut into pages is fetched whole.
func TestReportsInSeveralPages(t *testing.T) {
	pager := `<p><b>1</b> <a href="t0_2.html">2</a> <a href="t0_2.html">下一页</a></p>`
	text := `<html><body><div class="TRS_Editor"><p>` + strings.Repeat("主动公开。", 100)
	s := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", missedReport)), "/zwgk/nb/t0.html": says(text + pager),
		"/zwgk/nb/t0_2.html": says(text)})
	visit, store := visitSystems(t, s)
	if visit.Outcome != OutcomeOK || visit.Errors != 0 || len(store.of("/t0_2.html")) != 1 {
		t.Errorf("%+v, %d captures", visit, len(store.of("/t0_2.html")))
	}
}

// Retry-After by a clock that is behind ours, and beyond all numbers.
func TestRetryAfterThatIsHardToRead(t *testing.T) {
	now := time.Date(2026, 3, 31, 18, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"Tue, 31 Mar 2026 17:10:30 GMT": 30 * time.Second, "Tue, 31 Mar 2026 18:00:40 GMT": 50*time.Minute + 40*time.Second,
		"99999999999": maxRetryAfter, "99999999999999999999999": maxRetryAfter, "5": 5 * time.Second,
	} {
		header := http.Header{"Retry-After": {value}, "Date": {"Tue, 31 Mar 2026 17:10:00 GMT"}}
		if wait, ok := retryAfter(header, now); !ok || wait != want {
			t.Errorf("%s: %v %v, want %v", value, wait, ok, want)
		}
	}
	if _, ok := retryAfter(http.Header{"Retry-After": {"soon"}}, now); ok {
		t.Error("soon")
	}
}

// Crawl-delay with a unit behind it.
func TestCrawlDelayWithAUnit(t *testing.T) {
	for value, want := range map[string]time.Duration{"10s": 10 * time.Second, "2.5 sec": 2500 * time.Millisecond, "10秒": 10 * time.Second,
		"3": 3 * time.Second, "x": 0, "-1": 0, "1e9": 0, "": 0, "s": 0, "100000s": 0} {
		if got := ParseRobots([]byte("User-agent: *\nCrawl-delay: " + value)).CrawlDelay("nianbao"); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// A file that is an entry of the list and a file of another is asked for once, though all are to be asked now.
func TestAFileThatIsAnEntry(t *testing.T) {
	for _, first := range []string{"/r/1.html", "/r/1.pdf"} {
		s := serve(t, map[string]http.HandlerFunc{"/r/1.pdf": says("%PDF-1.4"), "/r/1.html": says(`<body><a href="1.pdf">附件</a>`),
			"/nb/": says(`<title>政府信息公开年报</title><a href="` + first + `">` + missedReport + `</a><a href="/r/1.html">甲市教育局2023年政府信息公开工作年度报告</a>` +
				`<a href="/r/1.pdf">甲市财政局2023年政府信息公开工作年度报告</a>`)})
		visit, store := visitSystems(t, s)
		if visit.Items != 2 || visit.Errors != 0 || len(store.of("/r/1.pdf")) != 1 {
			t.Errorf("%+v, %d captures", visit, len(store.of("/r/1.pdf")))
		}
	}
}
