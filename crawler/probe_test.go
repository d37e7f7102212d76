package crawler

import (
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/html"

	"nianbao/crawler/cms"
	"nianbao/crawler/recorded"
)

// columnPage is a made-up list page with these entries.
func columnPage(rest string, titles ...string) string {
	var b strings.Builder
	b.WriteString(`<html><head><meta charset="utf-8"><title>政府信息公开年报-甲市人民政府门户网站</title>` +
		`<meta name="SiteName" content="甲市人民政府"></head><body><ul>`)
	for i, t := range titles {
		fmt.Fprintf(&b, `<li><a href="/zwgk/nb/t%d.html">%s</a><span>202%d-01-30</span></li>`, len(rest)*100+i, t, i)
	}
	return b.String() + "</ul>" + rest + "</body></html>"
}

// probe probes a column of a site on loopback.
func probe(t *testing.T, opt Options, row Site) Probe {
	t.Helper()
	p, err := New(opt, nil, cms.Systems()).Probe(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const plainSign = "none of the known systems; HTML links"

// A column behind a redirect and a page that sends on by script: every step is told, and no report page is asked.
func TestProbeTellsHowTheListWasReached(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": says("User-agent: *\nCrawl-delay: 2\nAllow: /zwgk/\n"),
		"/":           status(http.StatusMovedPermanently, "Location: /zwgk/"),
		"/zwgk/":      says(`<script>location.href="/zwgk/nb/"</script>`),
		"/zwgk/nb/": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server", "made-up/1")
			says(columnPage("", "甲市人民政府2020年政府信息公开工作年度报告", "甲市人民政府2021年政府信息公开工作年度报告",
				"2021年网站工作年度报表"))(w, r)
		},
	})
	got := probe(t, quick(newStepClock()), Site{URL: s.URL + "/#x"})
	want := Probe{
		URL: s.URL + "/#x", Outcome: OutcomeOK, System: "plain", Sign: plainSign, Asked: 2,
		Steps: []string{"HTTP 301: " + s.URL + "/ → " + s.URL + "/zwgk/", "redirect " + s.URL + "/zwgk/nb/"},
		Lists: []ProbedList{{Way: "redirect", URL: s.URL + "/zwgk/nb/", Heading: "政府信息公开年报-甲市人民政府门户网站",
			System: "plain", Sign: plainSign, PerPage: []int{3}, Found: 3, Reports: 2}},
		Entries: map[string]int{"report": 2, "website_report": 1},
		First: &ProbedEntry{Title: "甲市人民政府2020年政府信息公开工作年度报告", ListedOn: "2020-01-30",
			URL: s.URL + "/zwgk/nb/t0.html"},
		Last: &ProbedEntry{Title: "甲市人民政府2021年政府信息公开工作年度报告", ListedOn: "2021-01-30",
			URL: s.URL + "/zwgk/nb/t1.html"},
		Declared: []string{"utf-8 (header)", "utf-8 (meta)"}, Encoding: "utf-8 (by its bytes)",
		Robots: "allows: Allow: /zwgk/; Crawl-delay 2s", Transport: "http", Server: "made-up/1", Name: "甲市人民政府",
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Probe{}, "Key"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := s.asked("/zwgk/nb/t0.html"); n != 0 {
		t.Errorf("a report page was asked %d times", n)
	}
}

// gbkReport is 甲市人民政府2020年政府信息公开工作年度报告 in GBK.
const gbkReport = "\xbc\xd7\xca\xd0\xc8\xcb\xc3\xf1\xd5\xfe\xb8\xae2020\xc4\xea" +
	"\xd5\xfe\xb8\xae\xd0\xc5\xcf\xa2\xb9\xab\xbf\xaa\xb9\xa4\xd7\xf7\xc4\xea\xb6\xc8\xb1\xa8\xb8\xe6"

// declaring answers with a body under a header that names an encoding.
func declaring(charset, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset="+charset)
		fmt.Fprint(w, body)
	}
}

// What is unusual about a site is said.
func TestProbeTellsWhatIsUnusual(t *testing.T) {
	report := "甲市人民政府2020年政府信息公开工作年度报告"
	gzipped := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, columnPage("", report))
		z.Close()
	}
	bare := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<ul><li><a href=a.html>%s</a></li></ul>", report)
	}
	again := says(columnPage(`<a href="?page=2">下一页</a><a href="?page=3">3</a>`, report))
	for name, c := range map[string]struct {
		page http.HandlerFunc
		want string
	}{
		"compressed":    {gzipped, "compressed though not asked for: gzip"},
		"no charset":    {bare, "the page does not say in which encoding it is"},
		"pages repeat":  {again, "a page came a second time"},
		"nothing odd":   {says(columnPage("", report)), ""},
		"another host":  {nil, "answers from http://127.0.0.1"},
		"wrong charset": {declaring("gbk", columnPage("", report)), "declares gbk (header), but is in utf-8"},
		"no such charset": {declaring("utf8-x", columnPage("", report)),
			"declares an encoding that there is not: utf8-x"},
		"gb2312 is gbk": {declaring("gb2312", "<ul><li><a href=a.html>"+gbkReport+"</a></li></ul>"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			other := serve(t, map[string]http.HandlerFunc{"/nb/": says(columnPage("", report))})
			if c.page == nil {
				c.page = status(http.StatusFound, "Location: "+other.URL+"/nb/")
			}
			s := serve(t, map[string]http.HandlerFunc{"/nb/": c.page})
			p := probe(t, quick(newStepClock()), Site{URL: s.URL + "/nb/"})
			said := strings.Join(p.Unusual, "; ")
			if !strings.Contains(said, c.want) || c.want == "" && said != "" {
				t.Errorf("unusual: %q, want %q", p.Unusual, c.want)
			}
			if p.Entries["report"] != 1 {
				t.Errorf("%d reports, want 1; %s: %s", p.Entries["report"], p.Outcome, p.Detail)
			}
		})
	}
}

// The probe's own bound on list pages makes nothing partial; a page that fails does.
func TestProbeStopsAfterItsListPages(t *testing.T) {
	page := func(n int) http.HandlerFunc {
		return says(columnPage(strings.Repeat(" ", n)+fmt.Sprintf(`<a href="/nb/%d.html">下一页</a>`, n+1),
			fmt.Sprintf("甲市人民政府%d年政府信息公开工作年度报告", 2010+n)))
	}
	pages := map[string]http.HandlerFunc{"/nb/": page(1)}
	for n := 2; n < 9; n++ {
		pages[fmt.Sprintf("/nb/%d.html", n)] = page(n)
	}
	opt := quick(newStepClock())
	opt.MaxLists = 3
	p := probe(t, opt, Site{URL: serve(t, pages).URL + "/nb/"})
	if p.Outcome != OutcomeOK || p.Asked != 3 || p.Entries["report"] != 3 {
		t.Errorf("%s: %s; %d pages, %d reports", p.Outcome, p.Detail, p.Asked, p.Entries["report"])
	}
	if !strings.Contains(p.Detail, "stopped after 3 list pages") {
		t.Errorf("detail %q does not say that there is more", p.Detail)
	}

	delete(pages, "/nb/2.html")
	pages["/nb/"] = says(columnPage(`<a href="/nb/2.html">2</a><a href="/nb/3.html">3</a><a href="/nb/4.html">4</a>`,
		"甲市人民政府2011年政府信息公开工作年度报告"))
	p = probe(t, opt, Site{URL: serve(t, pages).URL + "/nb/"})
	if p.Outcome != OutcomePartial || p.Asked != 3 || !strings.Contains(p.Detail, "stopped after 3 list pages") {
		t.Errorf("without page 2: %s: %s; %d pages", p.Outcome, p.Detail, p.Asked)
	}
}

// The name is that of the one authority that all reports name, else the site's.
func TestProbeName(t *testing.T) {
	for _, c := range []struct{ second, want string }{
		{"甲市水利局2021年政府信息公开工作年度报告", "甲市水利局"},
		{"2021年政府信息公开工作年度报告", "甲市水利局"},
		{"甲市民政局2021年政府信息公开工作年度报告", "甲市人民政府"},
	} {
		s := serve(t, map[string]http.HandlerFunc{
			"/nb/": says(columnPage("", "甲市水利局2020年政府信息公开工作年度报告", c.second)),
		})
		if p := probe(t, quick(newStepClock()), Site{URL: s.URL + "/nb/"}); p.Name != c.want || p.Entries["report"] != 2 {
			t.Errorf("%s: %s, want %s; %v", c.second, p.Name, c.want, p.Entries)
		}
	}
}

// A column without a report among the pages that were looked at is not ok, though the bound was reached.
func TestProbeWithoutReports(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/nb/": says(columnPage(`<a href="/nb/2.html">下一页</a>`, "甲市政府信息公开指南")),
	})
	opt := quick(newStepClock())
	opt.MaxLists = 1
	p := probe(t, opt, Site{URL: s.URL + "/nb/"})
	if p.Outcome != OutcomeNeedsAdapter || p.First != nil {
		t.Errorf("%s, first %v", p.Outcome, p.First)
	}
}

// robots.txt in all its states.
func TestProbeRobots(t *testing.T) {
	for name, c := range map[string]struct {
		robots  http.HandlerFunc
		want    string
		outcome string
	}{
		"none":    {nil, "none", OutcomeOK},
		"refuses": {says("User-agent: nianbao\nDisallow: /nb\n"), "refuses: Disallow: /nb", OutcomeRobots},
		"silent":  {says("User-agent: *\nDisallow: /x\n"), "allows: no rule is about this address", OutcomeOK},
		"broken":  {status(http.StatusBadGateway), "http:502: ", OutcomeHTTP(502)},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string]http.HandlerFunc{"/nb/": says(columnPage("", "甲市人民政府2020年政府信息公开工作年度报告"))}
			if c.robots != nil {
				pages["/robots.txt"] = c.robots
			}
			s := serve(t, pages)
			p := probe(t, quick(newStepClock()), Site{URL: s.URL + "/nb/"})
			if !strings.HasPrefix(p.Robots, c.want) || p.Outcome != c.outcome {
				t.Errorf("robots %q, want %q; outcome %s, want %s", p.Robots, c.want, p.Outcome, c.outcome)
			}
			if s.asked("/robots.txt") != 1 {
				t.Errorf("robots.txt asked %d times", s.asked("/robots.txt"))
			}
			if p.Asked != s.asked("/nb/") {
				t.Errorf("%d list pages said to be asked, %d were", p.Asked, s.asked("/nb/"))
			}
		})
	}
}

// The row says relaxed only where it was needed, and keeps the fragment.
func TestProbeRow(t *testing.T) {
	list := says(columnPage("", "甲市人民政府2020年政府信息公开工作年度报告"))
	faulty := httptest.NewUnstartedServer(list)
	faulty.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail, as they shall
	faulty.StartTLS()                                   // with a certificate that is nobody's
	t.Cleanup(faulty.Close)
	sound := serve(t, map[string]http.HandlerFunc{"/nb/": list})
	for _, c := range []struct{ url, want string }{
		{faulty.URL + "/nb/#12", TLSRelaxed}, {sound.URL + "/nb/#12", ""},
	} {
		p := probe(t, quick(newStepClock()), Site{URL: c.url, TLS: TLSRelaxed})
		if row := p.Row(); row.TLS != c.want || row.URL != c.url || row.Name != "甲市人民政府" || row.System != "" {
			t.Errorf("%+v", row)
		}
		if (p.TLSFault != "") != (c.want != "") {
			t.Errorf("TLS fault %q", p.TLSFault)
		}
	}
	p := probe(t, quick(newStepClock()), Site{URL: faulty.URL + "/nb/"})
	if p.Outcome != OutcomeTLS || p.TLSFault == "" {
		t.Errorf("strict: %s, %q", p.Outcome, p.TLSFault)
	}
}

// The sites of one host are probed one after the other with the pause between, and share its robots.txt.
func TestProbeAllKeepsThePace(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/*": says(columnPage("", "甲市人民政府2020年政府信息公开工作年度报告"))})
	clock := newStepClock()
	opt := quick(clock)
	opt.Delay = time.Second
	var keys []string
	sites := []Site{{Key: "a", URL: s.URL + "/a/"}, {Key: "b", URL: s.URL + "/b/"}}
	err := New(opt, nil, cms.Systems()).ProbeAll(t.Context(), sites, func(s Site, p Probe) {
		if p.Outcome != OutcomeOK {
			t.Errorf("%s: %s", s.Key, p.Outcome)
		}
		keys = append(keys, s.Key)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b"}, keys); diff != "" {
		t.Error(diff)
	}
	if s.asked("/robots.txt") != 1 || len(clock.waits()) != 2 {
		t.Errorf("robots.txt asked %d times, %d pauses", s.asked("/robots.txt"), len(clock.waits()))
	}
}

func TestSiteKey(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.hanyang.gov.cn/bmxxgk/zfgzjg/qrmzfbgs/zfxxgkndbg/": "hanyang-qrmzfbgs",
		"https://www.beijing.gov.cn/gongkai/zfxxgk/gknb/":               "beijing-gongkai",
		"http://www.luqiao.gov.cn/col/col1228995987/index.html":         "luqiao-col1228995987",
		"https://rsj.km.gov.cn/zfxxgk/zfxxgknb/":                        "rsj-km",
		"https://www.gd.gov.cn/gkmlpt/policy#755001":                    "gd-755001",
		"http://61.150.65.235/zfxxgk/zfxxgknb/bmxxgknb/":                "61-150-65-235-bmxxgknb",
		"https://www.example.org":                                       "example",
		"https://x.gov.cn/" + "long/" + strings.Repeat("z", 60):         "x-" + strings.Repeat("z", 38),
	} {
		if got := siteKey(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestOwner(t *testing.T) {
	for name, c := range map[string]struct{ head, want string }{
		"SiteName": {`<meta name="SiteName" content="武汉市汉阳区人民政府"><title>政府信息公开年报</title>`,
			"武汉市汉阳区人民政府"},
		"SiteName with 门户网站": {`<meta name="SiteName" content="武汉市汉阳区人民政府门户网站">`, "武汉市汉阳区人民政府"},
		"ContentSource is closer": {`<meta name="SiteName" content="甲市人民政府">` +
			`<meta name="ContentSource" content="甲市水利局">`, "甲市水利局"},
		"title element":            {`<title>政府信息公开年报_聊城市水利局</title>`, "聊城市水利局"},
		"a site that names nobody": {`<meta name="SiteName" content="中国·汉阳"><title>政府信息公开年报</title>`, ""},
		"nothing at all":           {``, ""},
		"a word of a menu":         {`<title>首页 > 政府信息公开 > 年报</title>`, ""},
	} {
		doc, err := html.Parse(strings.NewReader("<html><head>" + c.head + "</head></html>"))
		if err != nil {
			t.Fatal(err)
		}
		if got := owner(doc); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A probe that reads every list page comes to the list system and the number of reports of each recorded site.
func TestProbeOfRecordedSites(t *testing.T) {
	folders, err := filepath.Glob("../testdata/columns/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d columns: %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			site, err := recorded.Read(folder)
			if err != nil {
				t.Fatal(err)
			}
			playing := site.Play()
			defer playing.Close()
			about := site.About
			p := probe(t, quick(newStepClock()), Site{Name: about["name"], URL: playing.Fill(about["url"]),
				Region: about["region"], Pages: playing.Fill(about["pages"]), Items: about["items"]})
			if p.System != about["system"] && about["items"] == "" {
				t.Errorf("system %s, want %s", p.System, about["system"])
			}
			if got := fmt.Sprint(p.Entries["report"]); got != about["reports"] {
				t.Errorf("%s reports, want %s; %s: %s", got, about["reports"], p.Outcome, p.Detail)
			}
		})
	}
}
