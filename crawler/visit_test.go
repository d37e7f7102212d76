package crawler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/crawler/cms"
)

// anchors is a list system for these tests: every <a href title> is an entry, <a class=next href> a further page,
// <b total=N> the stated total, <i way href title> a list below. It recognises pages that say <!--anchors-->.
type anchors struct{}

var (
	anchor = regexp.MustCompile(`<a href="([^"]*)" title="([^"]*)">`)
	next   = regexp.MustCompile(`<a class=next href="([^"]*)">`)
	total  = regexp.MustCompile(`<b total=(\d+)>`)
	below  = regexp.MustCompile(`<i (\w+) "([^"]*)" "([^"]*)">`)
)

func (anchors) Name() string { return "anchors" }

func (anchors) Recognise(p cms.Page) (string, bool) {
	return "<!--anchors-->", bytes.Contains(p.Body, []byte("<!--anchors-->"))
}

func (anchors) Read(p cms.Page) (list cms.List, err error) {
	if bytes.Contains(p.Body, []byte("garbage")) {
		return list, errors.New("garbage")
	}
	at := func(ref []byte) string {
		u, err := p.URL.Parse(string(ref))
		if err != nil {
			return string(ref)
		}
		return u.String()
	}
	for _, m := range anchor.FindAllSubmatch(p.Body, -1) {
		item := cms.Item{URL: at(m[1]), Title: string(m[2])}
		if bytes.HasPrefix(m[1], []byte("/r/")) { // menus print no day
			item.ListedOn = "2024-01-31"
		}
		list.Items = append(list.Items, item)
	}
	for _, m := range next.FindAllSubmatch(p.Body, -1) {
		list.Next = append(list.Next, cms.Request{URL: at(m[1])})
	}
	if bytes.Contains(p.Body, []byte("政府信息公开年报</title>")) {
		list.Heading = "政府信息公开年报"
	}
	for _, m := range below.FindAllSubmatch(p.Body, -1) {
		list.Parts = append(list.Parts, cms.Part{Request: cms.Request{URL: at(m[2])}, Way: cms.Way(m[1]), Title: string(m[3])})
	}
	if m := total.FindSubmatch(p.Body); m != nil {
		list.Total, err = strconv.Atoi(string(m[1]))
	}
	return list, err
}

// report is the list entry of a report.
func report(year int) string {
	return fmt.Sprintf(`<a href="/r/%d.html" title="茌平区人民政府%d年政府信息公开工作年度报告">`, year, year)
}

func reports(years ...int) (entries string) {
	for _, year := range years {
		entries += report(year)
	}
	return entries
}

func further(href string) string { return fmt.Sprintf(`<a class=next href="%s">`, href) }

func list(parts ...string) http.HandlerFunc {
	return says("<!--anchors--><title>政府信息公开年报</title>" + strings.Join(parts, ""))
}

// visitOnce visits the site's /list/ with a register row that change may alter.
func visitOnce(t *testing.T, s *site, opt Options, change func(*Site)) (Visit, *memory) {
	t.Helper()
	store := &memory{}
	row := Site{Key: "here", Name: "茌平区人民政府", URL: s.URL + "/list/"}
	if change != nil {
		change(&row)
	}
	visit, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	return visit, store
}

func TestVisit(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/list/": list(reports(2023, 2022), `<a href="/guide.html" title="政府信息公开指南">`, further("2.html")),
		"/list/2.html": list(reports(2021),
			`<a href="/r/2020.pdf#page=1" title="茌平区人民政府2020年政府信息公开工作年度报告">`),
		"/*": func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "page "+r.URL.Path) },
	})
	var events []Event
	opt := quick(newStepClock())
	opt.Progress = func(e Event) { events = append(events, e) }
	var log bytes.Buffer
	opt.Log = slog.New(slog.NewJSONHandler(&log, nil))
	visit, store := visitOnce(t, s, opt, nil)
	want := Visit{Site: "here", System: "anchors", Outcome: OutcomeOK, Lists: 2, Items: 4, New: 4}
	if visit != want {
		t.Errorf("%+v", visit)
	}
	links := store.links["here"]
	if len(links) != 5 {
		t.Fatalf("%d links", len(links))
	}
	if l := links[0]; l.URL != s.URL+"/r/2023.html" || l.Decision != "report" || l.Reason == "" ||
		l.ListedOn != "2024-01-31" ||
		l.ListCaptureID != store.of("/list/")[0].ID {
		t.Errorf("%+v", l)
	}
	if l := links[2]; l.Decision == "report" || l.Reason == "" || s.asked("/guide.html") != 0 {
		t.Errorf("%+v asked %d times", l, s.asked("/guide.html"))
	}
	for ending, role := range map[string]Role{"/list/": RoleList, "/list/2.html": RoleList, "/r/2023.html": RolePage,
		"/r/2020.pdf": RoleAttachment} {
		if c := store.of(ending); len(c) != 1 || c[0].Role != role || c[0].Site != "here" {
			t.Errorf("%s: captures %+v", ending, c)
		}
	}
	if last := events[len(events)-1]; len(events) != 6 || last.Done != 4 || last.Items != 4 || last.Outcome != OutcomeNew {
		t.Errorf("%d events, the last %+v", len(events), last)
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatalf("not one log line: %v\n%s", err, log.String())
	}
	for _, key := range []string{"site", "url", "system", "outcome", "lists", "items", "new", "changed",
		"unchanged", "errors", "ms"} {
		if _, ok := line[key]; !ok {
			t.Errorf("the log line has no %q", key)
		}
	}
}

// The plain system of cms, over a list in GBK whose charset stands only in meta.
func TestVisitOfAPlainListInGBK(t *testing.T) {
	gb := func(s string) http.HandlerFunc {
		encoded, err := simplifiedchinese.GBK.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, encoded)
		}
	}
	const head = `<html><head><meta charset="gbk"><title>政府信息公开年报</title></head><body><ul>`
	s := serve(t, map[string]http.HandlerFunc{
		"/list/": gb(head + `<li><a href="../r/2023.html">茌平区2023年政府信息公开工作年度报告</a> 2024-01-31</li>
			<li><a href="../r/tu.html">一图读懂茌平区2023年政府信息公开工作年度报告</a></li></ul>
			<a href="index_2.html">下一页</a>`),
		"/list/index_2.html": gb(head + `<li><a href="../r/2022.html" title="茌平区2022年政府信息公开工作年度报告">茌平区…</a></li></ul>
			<a href="./">上一页</a>`),
		"/r/2023.html": gb("二〇二三"), "/r/2022.html": gb("二〇二二"),
	})
	store := &memory{}
	row := Site{Key: "here", Name: "茌平区人民政府", URL: s.URL + "/list/"}
	visit, err := New(quick(nil), store, cms.Systems()).Visit(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	if visit.System != "plain" || visit.Outcome != OutcomeOK || visit.Lists != 2 || visit.Items != 2 || visit.New != 2 {
		t.Errorf("%+v", visit)
	}
	if first := store.links["here"][0]; first.Title != "茌平区2023年政府信息公开工作年度报告" ||
		first.ListedOn != "2024-01-31" {
		t.Errorf("%+v", first)
	}
	if s.asked("/r/tu.html") != 0 {
		t.Error("an interpretation was fetched as a report")
	}
}

func TestSecondVisit(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/list/":       list(reports(2023, 2022, 2021)),
		"/r/2023.html": inTurn(says("first"), says("second")),
		"/r/2022.html": says("same"),
		"/r/2021.html": inTurn(status(404), says("there after all")),
	})
	clock := newStepClock()
	store := &memory{}
	row := Site{Key: "here", URL: s.URL + "/list/"}
	for i, c := range []struct {
		recheck time.Duration
		later   time.Duration
		want    Visit
	}{
		{0, 0, Visit{New: 2, Errors: 1}},
		{time.Hour, time.Minute, Visit{New: 1, Unchanged: 2}}, // only what never answered is asked
		{time.Hour, time.Minute, Visit{Unchanged: 3}},
		{time.Hour, time.Hour, Visit{Changed: 1, Unchanged: 2}},
		{0, 0, Visit{Unchanged: 3}},
	} {
		clock.Sleep(t.Context(), c.later)
		opt := quick(clock)
		opt.Recheck = c.recheck
		visit, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		if visit.Outcome != OutcomeOK || visit.New != c.want.New || visit.Changed != c.want.Changed ||
			visit.Unchanged != c.want.Unchanged || visit.Errors != c.want.Errors {
			t.Errorf("visit %d: %+v", i+1, visit)
		}
	}
	if s.asked("/list/") != 5 || s.asked("/r/2022.html") != 3 {
		t.Errorf("list asked %d times, a known page %d times", s.asked("/list/"), s.asked("/r/2022.html"))
	}
}

// A page that was there and is not is gone, no failure, and is asked in every visit until it is back; so are its files.
func TestPagesThatGoAndComeBack(t *testing.T) {
	there, away := says(`<h1>2023</h1><div id="zoom"><a href="/r/2023.doc">年报.doc</a></div>`), status(404)
	file := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/msword")
		io.WriteString(w, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/list/":       list(reports(2023, 2022)),
		"/r/2023.html": inTurn(there, away, away, there),
		"/r/2023.doc":  inTurn(file, away, away, file),
		"/r/2022.html": says("stays"),
	})
	clock := newStepClock()
	store := &memory{}
	row := Site{Key: "here", URL: s.URL + "/list/"}
	for i, c := range []struct {
		recheck time.Duration
		want    Visit
	}{
		{time.Hour, Visit{New: 2}},
		{0, Visit{Gone: 1, Unchanged: 1}},
		{time.Hour, Visit{Gone: 1, Unchanged: 1}}, // though it was there a minute ago
		{time.Hour, Visit{Unchanged: 2}},
		{time.Hour, Visit{Unchanged: 2}}, // as well known again as the other
	} {
		clock.Sleep(t.Context(), time.Minute)
		opt := quick(clock)
		opt.Recheck = c.recheck
		visit, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		if visit.Outcome != OutcomeOK || visit.New != c.want.New || visit.Gone != c.want.Gone || visit.Errors != 0 ||
			visit.Unchanged != c.want.Unchanged || strings.Contains(visit.Detail, "/r/2023.html is gone: http:404") != (c.want.Gone > 0) {
			t.Errorf("visit %d: %+v", i+1, visit)
		}
	}
	if s.asked("/r/2023.html") != 4 || s.asked("/r/2023.doc") != 4 || s.asked("/r/2022.html") != 2 {
		t.Errorf("page asked %d times, its file %d times, the other page %d times", s.asked("/r/2023.html"),
			s.asked("/r/2023.doc"), s.asked("/r/2022.html"))
	}
}

// Reports that the list no longer shows are asked for like any other, on the column's own site, unless the column itself
// could not be had.
func TestReportsThatAreNoLongerListed(t *testing.T) {
	for name, test := range map[string]struct {
		list http.HandlerFunc
		gone int
	}{
		"list":       {list(reports(2023)), 1},
		"empty list": {list(), 1},
		"no list":    {status(404), 1},
		"blocked":    {status(412), 0},
		"no answer":  {status(500), 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/list/": test.list, "/r/2023.html": says("fine"), "/r/2021.html": says("fine")})
			elsewhere := serve(t, nil)
			other := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
			store := &memory{unlisted: []string{s.URL + "/r/2023.html", s.URL + "/r/2022.html", s.URL + "/r/2021.html",
				other + "/r/2020.html"}}
			for _, path := range []string{"/r/2022.html", "/r/2021.html"} { // they answered once
				store.captures = append(store.captures, &Capture{URL: s.URL + path, Outcome: OutcomeNew, SHA256: digest([]byte("fine"))})
			}
			visit, err := New(quick(newStepClock()), store, []cms.System{anchors{}}).Visit(t.Context(),
				Site{Key: "here", URL: s.URL + "/list/", System: "anchors"})
			if err != nil {
				t.Fatal(err)
			}
			if visit.Gone != test.gone || visit.Errors != 0 || s.asked("/r/2021.html") != test.gone ||
				s.asked("/r/2023.html") > 1 || elsewhere.asked("/r/2020.html") != 0 {
				t.Errorf("%+v", visit)
			}
		})
	}
}

func TestListGuards(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) { // every page is new, and there is always another
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		list(reports(2001+n), further(fmt.Sprintf("?n=%d", n+1)))(w, r)
	}
	for name, c := range map[string]struct {
		pages   map[string]http.HandlerFunc
		change  func(*Site)
		want    Visit
		asked   map[string]int
		detail  string
		reading string
	}{
		"a pager that leads back to where it was": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("2")),
				"/list/2": list(reports(2022), further("/list/"))},
			want: Visit{Outcome: OutcomeOK, Lists: 2, Items: 2}, asked: map[string]int{"/list/": 1, "/list/2": 1},
		},
		"a server that answers every page with the first": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("?p=2"), further("?p=3"))},
			want:  Visit{Outcome: OutcomeOK, Lists: 1, Items: 1}, asked: map[string]int{"/list/": 2},
		},
		"the same, though the page states more": {
			pages:  map[string]http.HandlerFunc{"/list/": list("<b total=33>", reports(2023), further("?p=2"))},
			want:   Visit{Outcome: OutcomePartial, Lists: 1, Items: 1},
			detail: "the page states 33 entries, 1 were found",
		},
		"menu entries do not count against the stated total": {
			pages:  map[string]http.HandlerFunc{"/list/": list("<b total=2>", reports(2023), `<a href="/x" title="首页">`)},
			want:   Visit{Outcome: OutcomePartial, Lists: 1, Items: 1},
			detail: "the page states 2 entries, 1 were found",
		},
		"the stated total is reached": {
			pages: map[string]http.HandlerFunc{"/list/": list("<b total=3>", reports(2023, 2022),
				`<a href="/r/x" title="茌平区政府信息公开指南">`, `<a href="/x" title="政府信息公开制度">`)},
			want: Visit{Outcome: OutcomeOK, Lists: 1, Items: 2},
		},
		"a page without a new entry": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("2")),
				"/list/2": list(reports(2023), "<p>", further("3")), "/list/3": list(reports(2021))},
			want: Visit{Outcome: OutcomeOK, Lists: 2, Items: 1}, asked: map[string]int{"/list/3": 0},
		},
		"a list without end": {
			pages:  map[string]http.HandlerFunc{"/list/": endless},
			want:   Visit{Outcome: OutcomePartial, Lists: 20, Items: 20},
			detail: "stopped after 20 list pages", asked: map[string]int{"/list/": 20},
		},
		"a further page that fails": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("2")), "/list/2": status(500)},
			want:  Visit{Outcome: OutcomePartial, Lists: 1, Items: 1}, detail: "list page 2",
		},
		"a further page that cannot be read": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("2")), "/list/2": list("garbage")},
			want:  Visit{Outcome: OutcomePartial, Lists: 1, Items: 1}, detail: "not read by system anchors: garbage",
		},
		"the row's template, until a page is missing": {
			pages: map[string]http.HandlerFunc{"/list/": list(reports(2023), further("wrong")),
				"/list/index_2.html": list(reports(2022)),
				"/list/index_3.html": list(reports(2021))},
			change: func(s *Site) { s.Pages = "index_{page}.html" },
			want:   Visit{Outcome: OutcomeOK, Lists: 3, Items: 3}, asked: map[string]int{"/list/wrong": 0,
				"/list/index_4.html": 1},
		},
		"the row's template, and the server breaks": {
			pages:  map[string]http.HandlerFunc{"/list/": list(reports(2023)), "/list/index_2.html": status(500)},
			change: func(s *Site) { s.Pages = "index_{page}.html" },
			want:   Visit{Outcome: OutcomePartial, Lists: 1, Items: 1}, detail: "index_2.html: http:500",
		},
		"tabs of years, one empty, one missing": {
			pages: map[string]http.HandlerFunc{
				"/list/":      list(reports(2023), further("2022/"), further("2021/"), further("2020/"), further("2019/")),
				"/list/2022/": list("nothing yet"), "/list/2021/": status(404), "/list/2020/": list(reports(2020)),
				"/list/2019/": list(reports(2019))},
			want: Visit{Outcome: OutcomePartial, Lists: 4, Items: 3}, detail: "2021/: http:404",
			asked: map[string]int{"/list/2019/": 1},
		},
		"an entry listed twice, once as a picture": {
			pages: map[string]http.HandlerFunc{"/list/": list(`<a href="/r/2023.html" title="">`, reports(2023, 2023))},
			want:  Visit{Outcome: OutcomeOK, Lists: 1, Items: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string]http.HandlerFunc{}
			for path, page := range c.pages {
				pages[path] = page
			}
			for year := 2001; year < 2030; year++ {
				pages[fmt.Sprintf("/r/%d.html", year)] = says(fmt.Sprint(year))
			}
			s := serve(t, pages)
			opt := quick(newStepClock())
			opt.MaxLists = 20
			visit, _ := visitOnce(t, s, opt, c.change)
			if visit.Outcome != c.want.Outcome || visit.Lists != c.want.Lists || visit.Items != c.want.Items ||
				visit.New != c.want.Items || !strings.Contains(visit.Detail, c.detail) {
				t.Errorf("%+v", visit)
			}
			for path, want := range c.asked {
				if s.asked(path) != want {
					t.Errorf("%s asked %d times, want %d", path, s.asked(path), want)
				}
			}
		})
	}
}

func TestOutcomesOfVisits(t *testing.T) {
	whole := list(reports(2023))
	for name, c := range map[string]struct {
		list, robots http.HandlerFunc
		change       func(*Site)
		want, detail string
	}{
		"404":      {list: status(404), want: "http:404", detail: "/list/: http:404"},
		"500":      {list: status(500), want: "http:500"},
		"firewall": {list: status(412), want: "blocked:412"},
		"rate":     {list: status(429, "Retry-After: 3600"), want: OutcomeRate, detail: "(Retry-After: 3600)"},
		"reset":    {list: raw("", true), want: OutcomeNetwork},
		"cut": {list: raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<a", false),
			want: OutcomeTruncated},
		"too large": {list: says(strings.Repeat("x", 5000)), want: OutcomeTooLarge},
		"robots refuse": {list: whole, robots: says("User-agent: *\nDisallow: /list"),
			want: OutcomeRobots, detail: "Disallow: /list"},
		"robots deferred": {list: whole, robots: status(503), want: "http:503",
			detail: "answered 503: host deferred"},
		"no system": {list: says("<p>script does it all"), want: OutcomeNeedsAdapter,
			detail: "no list system recognises"},
		"nothing in it": {list: list(), want: OutcomeEmpty, detail: "0 entries, none of them a report"},
		"nothing, but named": {list: list(`<a href="/x" title="指南">`),
			change: func(s *Site) { s.System = "anchors" }, want: OutcomeEmpty},
		"system named, not there": {list: whole, change: func(s *Site) { s.System = "hanweb" },
			want: OutcomeNeedsAdapter, detail: `"hanweb"`},
		"not read":             {list: list("garbage"), want: OutcomeNeedsAdapter, detail: "garbage"},
		"brotli that is none":  {list: says("x", "Content-Encoding: br"), want: OutcomeTruncated},
		"encoding of its own":  {list: says("x", "Content-Encoding: compress"), want: OutcomeNeedsAdapter},
		"address that is none": {list: whole, change: func(s *Site) { s.URL = "http://[" }, want: OutcomeNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			pages := map[string]http.HandlerFunc{"/list/": c.list, "/r/2023.html": says("2023")}
			if c.robots != nil {
				pages["/robots.txt"] = c.robots
			}
			opt := quick(newStepClock())
			opt.MaxBody = 4000
			visit, _ := visitOnce(t, serve(t, pages), opt, c.change)
			if visit.Outcome != c.want || visit.Items != 0 || !strings.Contains(visit.Detail, c.detail) || visit.Detail == "" {
				t.Errorf("%+v", visit)
			}
		})
	}
}

func TestPagesThatFailAreErrorsAndNamed(t *testing.T) {
	pages := map[string]http.HandlerFunc{"/r/2001.html": says("fine"),
		"/robots.txt": says("User-agent: *\nDisallow: /r/2003")}
	var years []int
	for year := 2001; year <= 2030; year++ {
		years = append(years, year)
	}
	pages["/list/"] = list(reports(years...))
	visit, store := visitOnce(t, serve(t, pages), quick(newStepClock()), nil)
	if visit.Outcome != OutcomeOK || visit.New != 1 || visit.Errors != 29 || visit.Items != 30 {
		t.Errorf("%+v", visit)
	}
	for _, want := range []string{"/r/2002.html: http:404", "/r/2003.html: robots (robots.txt of ", "and 9 more"} {
		if !strings.Contains(visit.Detail, want) {
			t.Errorf("detail lacks %q: %s", want, visit.Detail)
		}
	}
	if c := store.of("/r/2003.html"); len(c) != 1 || c[0].Outcome != OutcomeRobots {
		t.Error("the refused page is not recorded")
	}
}

func TestPagesOnAHostThatRestsAreNotAsked(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/list/": list(reports(2023, 2022, 2021)),
		"/r/2023.html": says("fine"), "/r/2022.html": status(429, "Retry-After: 600"), "/r/2021.html": says("fine")})
	visit, store := visitOnce(t, s, quick(newStepClock()), nil)
	if visit.Outcome != OutcomeOK || visit.New != 1 || visit.Errors != 2 || len(store.of("/r/2021.html")) != 0 ||
		!strings.Contains(visit.Detail, "/r/2021.html: rate (not asked: ") {
		t.Errorf("%+v", visit)
	}
}

func TestAHostThatIsDownIsNotAskedForEver(t *testing.T) {
	pages := map[string]http.HandlerFunc{"/list/": list(reports(2023, 2022, 2021, 2020, 2019, 2018)),
		"/r/2022.html": says("fine"), "/*": raw("", true)}
	visit, store := visitOnce(t, serve(t, pages), quick(newStepClock()), nil)
	if visit.New != 1 || visit.Errors != 5 || len(store.of("/r/2019.html")) != 4 || len(store.of("/r/2018.html")) != 0 ||
		!strings.Contains(visit.Detail, "/r/2018.html: network (not asked: ") {
		t.Errorf("%+v", visit)
	}
}

func TestPagesOnOtherHosts(t *testing.T) {
	other := serve(t, map[string]http.HandlerFunc{"/r.html": says("there"),
		"/robots.txt": says("User-agent: *\nDisallow: /no")})
	s := serve(t, map[string]http.HandlerFunc{"/list/": list(
		`<a href="`+other.URL+`/r.html" title="茌平区2023年政府信息公开工作年度报告">`,
		`<a href="`+other.URL+`/no.html" title="茌平区2022年政府信息公开工作年度报告">`,
		`<a href="javascript:open(1)" title="茌平区2021年政府信息公开工作年度报告">`)})
	visit, _ := visitOnce(t, s, quick(newStepClock()), nil)
	if visit.New != 1 || visit.Errors != 2 || other.asked("/r.html") != 1 || other.asked("/no.html") != 0 {
		t.Errorf("%+v", visit)
	}
}

// fragments gives the fragment that a system sees.
type fragments struct{ seen *string }

func (fragments) Name() string                      { return "fragments" }
func (fragments) Recognise(cms.Page) (string, bool) { return "", true }
func (f fragments) Read(p cms.Page) (cms.List, error) {
	*f.seen = p.URL.String()
	return cms.List{}, nil
}

func TestSystemsSeeTheRowsFragmentOnTheFinalAddress(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/gkmlpt": status(302, "Location: /gkmlpt/index"),
		"/gkmlpt/index": says("x")})
	var seen string
	row := Site{Key: "gd", URL: s.URL + "/gkmlpt#1234"}
	if _, err := New(quick(nil), &memory{}, []cms.System{fragments{&seen}}).Visit(t.Context(), row); err != nil {
		t.Fatal(err)
	}
	if seen != s.URL+"/gkmlpt/index#1234" {
		t.Errorf("saw %s", seen)
	}
}

func TestVisitEndsPromptlyWithItsContext(t *testing.T) {
	arrived := make(chan struct{})
	for name, slow := range map[string]http.HandlerFunc{
		"while a server is silent": func(_ http.ResponseWriter,
			r *http.Request) {
			arrived <- struct{}{}
			<-r.Context().Done()
		},
		"while waiting to retry": func(w http.ResponseWriter, r *http.Request) {
			status(503, "Retry-After: 50")(w, r)
			go func() { arrived <- struct{}{} }()
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/list/": list(reports(2023, 2022)),
				"/r/2023.html": says("kept"), "/r/2022.html": slow})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var ended time.Time
			go func() { <-arrived; ended = time.Now(); cancel() }()
			store := &memory{}
			visit, err := New(quick(nil), store, []cms.System{anchors{}}).Visit(ctx, Site{Key: "here", URL: s.URL + "/list/"})
			if !errors.Is(err, context.Canceled) || visit.New != 1 || visit.Outcome != OutcomePartial {
				t.Errorf("%+v %v", visit, err)
			}
			if took := time.Since(ended); took > time.Second {
				t.Errorf("took %v to end", took)
			}
			if len(store.of("/r/2023.html")) != 1 {
				t.Error("what was fetched is lost")
			}
		})
	}
}

func TestCrawl(t *testing.T) {
	var mu sync.Mutex
	under := map[string]int{}
	page := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		under[r.Host]++
		if under[r.Host] > 1 {
			t.Errorf("%s has two requests at once", r.Host)
		}
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		list(reports(2023))(w, r)
		mu.Lock()
		under[r.Host]--
		mu.Unlock()
	}
	var rows []Site
	for i := range 4 {
		s := serve(t, map[string]http.HandlerFunc{"/*": page})
		for j := range 3 {
			rows = append(rows, Site{Key: fmt.Sprintf("s%d-%d", i, j), URL: fmt.Sprintf("%s/%d/", s.URL, j)})
		}
	}
	var visited []string
	opt := quick(nil)
	opt.Concurrency = 3
	err := New(opt, &memory{}, []cms.System{anchors{}}).Crawl(t.Context(), rows, func(s Site, v Visit, err error) {
		if err != nil || v.Outcome != OutcomeOK {
			t.Errorf("%s: %+v %v", s.Key, v, err)
		}
		visited = append(visited, s.Key)
	})
	if err != nil || len(visited) != len(rows) {
		t.Fatalf("visited %v: %v", visited, err)
	}
	for _, row := range rows {
		if !slices.Contains(visited, row.Key) {
			t.Errorf("%s was not visited", row.Key)
		}
	}
}

func TestCrawlEndsWhenTheArchiveFails(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/list/": list(reports(2023))})
	var rows []Site
	for i := range 50 {
		rows = append(rows, Site{Key: fmt.Sprintf("s%d", i), URL: s.URL + "/list/"})
	}
	full := errors.New("disk full")
	calls := 0
	err := New(quick(nil), &memory{fail: full}, []cms.System{anchors{}}).Crawl(t.Context(), rows, func(Site,
		Visit, error) {
		calls++
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%v after %d visits", err, calls)
	}
}

func TestCrawlEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	u, _ := url.Parse("http://127.0.0.1:1/")
	err := New(quick(nil), &memory{}, nil).Crawl(ctx, []Site{{Key: "a", URL: u.String()}}, func(_ Site, v Visit,
		err error) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("visited: %+v %v", v, err)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// A run that dies between a page and its files leaves a page that is known, and whose files are not: the next run finds them
// in what is archived, without asking for the page.
func TestFilesOfAPageWhoseRunDied(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/list/":       list(reports(2023)),
		"/r/2023.html": says(`<p>附件：<a href="2023.pdf">2023年年报.pdf</a></p>`),
		"/r/2023.pdf":  says("%PDF-1.7"),
	})
	opt := quick(newStepClock())
	opt.Recheck = time.Hour
	row := Site{Key: "here", URL: s.URL + "/list/"}
	store := &memory{failOnce: errors.New("killed")}
	if _, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row); err == nil {
		t.Fatal("the first visit was not broken off")
	}
	for range 2 {
		if _, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		if s.asked("/r/2023.html") != 1 || s.asked("/r/2023.pdf") != 1 {
			t.Errorf("the page was asked %d times, its file %d times", s.asked("/r/2023.html"), s.asked("/r/2023.pdf"))
		}
	}
}

// A report that is listed under the mark of another session is listed: it is not asked under the old one, too.
func TestAnotherSessionsReportIsListed(t *testing.T) {
	const page = `<a href="/r/1.html;jsessionid=2" title="茌平区2023年政府信息公开工作年度报告">`
	s := serve(t, map[string]http.HandlerFunc{"/list/": list(page), "/*": says("fine")})
	store := &memory{unlisted: []string{s.URL + "/r/1.html;jsessionid=1"}}
	visit, err := New(quick(newStepClock()), store, []cms.System{anchors{}}).Visit(t.Context(),
		Site{Key: "here", URL: s.URL + "/list/", System: "anchors"})
	if err != nil || visit.New != 1 || s.asked("/r/1.html;jsessionid=2") != 1 || s.asked("/r/1.html;jsessionid=1") != 0 {
		t.Errorf("%+v, %v", visit, err)
	}
}
