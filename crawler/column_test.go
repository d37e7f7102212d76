package crawler

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/cms"
)

// part is a link of the anchors system to a list below.
func partLink(way cms.Way, href, title string) string {
	return fmt.Sprintf("<i %s %q %q>", way, href, title)
}

const columnHead = "<!--anchors--><title>政府信息公开年报</title>"

// Which lists below a list are read, and how far down.
func TestColumnsAreTrees(t *testing.T) {
	for name, c := range map[string]struct {
		pages    map[string]http.HandlerFunc
		outcome  string
		items    int
		asked    []string
		unasked  []string
		detail   string
		decision map[string]string // of links, by end of address
	}{
		"years and bodies below the column": {
			pages: map[string]http.HandlerFunc{
				"/list/": list(report(2023), partLink(cms.WayYear, "2022/", "2022年"),
					partLink(cms.WayColumn, "bm/", "区政府部门")),
				"/list/2022/": list(report(2022)), "/list/bm/": list(partLink(cms.WayColumn, "jyj/", "区教育局")),
				"/list/bm/jyj/": list(report(2021)),
			},
			outcome: OutcomeOK, items: 3, asked: []string{"/list/2022/", "/list/bm/", "/list/bm/jyj/"},
			decision: map[string]string{"/list/2022/": "column", "/list/bm/jyj/": "column", "/r/2021.html": "report"},
		},
		"what is no list of reports is not followed": {
			pages: map[string]http.HandlerFunc{"/list/": list(report(2023), partLink(cms.WayColumn, "zn/", "政府信息公开指南"),
				partLink(cms.WayColumn, "jc/", "政府信息公开制度"), partLink(cms.WayColumn, "/gk/xxgknb/", "政府信息公开年报"))},
			outcome: OutcomeOK, items: 1, unasked: []string{"/list/zn/", "/list/jc/", "/gk/xxgknb/"},
		},
		"another body's column on the same site is": {
			pages: map[string]http.HandlerFunc{"/list/": list(report(2023), partLink(cms.WayColumn, "/jyj/xxgknb/", "区教育局")),
				"/jyj/xxgknb/": list(report(2022))},
			outcome: OutcomeOK, items: 2, asked: []string{"/jyj/xxgknb/"},
		},
		"a body of links": {
			pages: map[string]http.HandlerFunc{
				"/list/": list(`<a href="/r/all.html" title="2023年度茌平区各部门政府信息公开工作年度报告">`),
				"/r/all.html": says(`<title>x</title><body><p>` + strings.Repeat(`各部门年度报告如下。`, 20) +
					`</p><p><a href="/r/2023.html">区教育局</a><a href="/r/2022.html">区公安局</a><a href="/x">首页</a></p>`),
			},
			outcome: OutcomeOK, items: 2, decision: map[string]string{"/r/all.html": "umbrella", "/r/2023.html": "report"},
		},
		"a frame, where the page itself has nothing": {
			pages:   map[string]http.HandlerFunc{"/list/": list(partLink(cms.WayFrame, "/frame", "")), "/frame": list(report(2023))},
			outcome: OutcomeOK, items: 1, asked: []string{"/frame"},
		},
		"a frame beside a list is not looked into": {
			pages: map[string]http.HandlerFunc{"/list/": list(report(2023), partLink(cms.WayFrame, "/frame", "")),
				"/frame": list(report(2022))},
			outcome: OutcomeOK, items: 1, unasked: []string{"/frame"},
		},
		"a frame that holds itself": {
			pages:   map[string]http.HandlerFunc{"/list/": list(partLink(cms.WayFrame, "/list/", ""))},
			outcome: OutcomeEmpty,
		},
		"frames in frames without end": {
			pages: map[string]http.HandlerFunc{"/list/": list(partLink(cms.WayFrame, "/f/1", "")),
				"/*": func(w http.ResponseWriter, r *http.Request) {
					list(partLink(cms.WayFrame, r.URL.Path+"1", ""))(w, r)
				}},
			outcome: OutcomePartial, asked: []string{"/f/1111"}, unasked: []string{"/f/11111"}, detail: "more than 4 steps",
		},
		"a script that sends on": {
			pages: map[string]http.HandlerFunc{"/list/": says(`<script>location.replace("./nb/")</script>`),
				"/list/nb/":   says(`<html><head><META HTTP-EQUIV=Refresh content="0; URL='2/'"></head></html>`),
				"/list/nb/2/": list(report(2023))},
			outcome: OutcomeOK, items: 1, asked: []string{"/list/nb/", "/list/nb/2/"},
		},
		"two scripts that send to each other": {
			pages: map[string]http.HandlerFunc{"/list/": says(`<script>window.location.href = '/b'</script>`),
				"/b": says(`<body onload="location='/list/'">`)},
			outcome: OutcomeNeedsAdapter, asked: []string{"/b"},
		},
		"a script that sends to somebody else": {
			pages:   map[string]http.HandlerFunc{"/list/": says(`<script>location.href="http://www.example.com/"</script>`)},
			outcome: OutcomeNeedsAdapter, detail: "not followed to another site",
		},
		"the true list in a parameter": {
			pages: map[string]http.HandlerFunc{"/list/": list(partLink(cms.WayRedirect, "/sub.html?specialurl=/true/", "")),
				"/sub.html": says("<p>shell"), "/true/": list(report(2023))},
			outcome: OutcomeOK, items: 1, asked: []string{"/true/"},
		},
		"a part that fails": {
			pages:   map[string]http.HandlerFunc{"/list/": list(report(2023), partLink(cms.WayYear, "2022/", "2022年"))},
			outcome: OutcomePartial, items: 1, detail: "(2022年): http:404",
		},
		"a part that states more than it gives": {
			pages: map[string]http.HandlerFunc{"/list/": list(report(2023), partLink(cms.WayYear, "2022/", "2022年")),
				"/list/2022/": list("<b total=5>", report(2022))},
			outcome: OutcomePartial, items: 2, detail: "/list/2022/: the page states 5 entries, 1 were found",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for year := 2021; year < 2024; year++ {
				c.pages[fmt.Sprintf("/r/%d.html", year)] = says(fmt.Sprint(year))
			}
			s := serve(t, c.pages)
			visit, store := visitOnce(t, s, quick(newStepClock()), nil)
			if visit.Outcome != c.outcome || visit.Items != c.items || !strings.Contains(visit.Detail, c.detail) {
				t.Errorf("%+v", visit)
			}
			for _, path := range c.asked {
				if s.asked(path) != 1 {
					t.Errorf("%s asked %d times", path, s.asked(path))
				}
			}
			for _, path := range c.unasked {
				if s.asked(path) != 0 {
					t.Errorf("%s was asked", path)
				}
			}
			for ending, want := range c.decision {
				at := slices.IndexFunc(store.links["here"], func(l Link) bool { return strings.HasSuffix(l.URL, ending) })
				if at < 0 || store.links["here"][at].Decision != want || store.links["here"][at].Reason == "" {
					t.Errorf("%s: no link with decision %s", ending, want)
				}
			}
		})
	}
}

// Traps end by themselves, and the visit says what it left.
func TestTraps(t *testing.T) {
	n := 0
	fresh := func() int { n++; return n } // a number that no page had before
	entries := func(count int, path string) string {
		var b strings.Builder
		for range count {
			fmt.Fprintf(&b, `<a href="%s%d" title="通知公告第%d号的通知">`, path, n, fresh())
		}
		return b.String()
	}
	for name, c := range map[string]struct {
		page    http.HandlerFunc
		outcome string
		detail  string
		most    int // list pages asked
	}{
		"a pager that has always another page": {
			page: func(w http.ResponseWriter, r *http.Request) {
				list(entries(3, "/x/"), further(fmt.Sprintf("/list/%d", fresh())))(w, r)
			}, outcome: OutcomePartial, detail: "stopped after 200 pages of the list, with more to come", most: 200,
		},
		"the same, and it states how long it is": {
			page: func(w http.ResponseWriter, r *http.Request) {
				list("<b total=1000000>", entries(3, "/x/"), further(fmt.Sprintf("/list/%d", fresh())))(w, r)
			}, outcome: OutcomePartial, detail: "(600 entries found of 1000000)", most: 200,
		},
		"a calendar": {
			page: func(w http.ResponseWriter, r *http.Request) {
				list(partLink(cms.WayYear, fmt.Sprintf("%d/", fresh()), "2022年"), partLink(cms.WayYear, fmt.Sprintf("%d/", fresh()), "2023年"))(w, r)
			}, outcome: OutcomePartial, detail: "more than 4 steps", most: 31,
		},
		"a tree that is too wide": {
			page: func(w http.ResponseWriter, r *http.Request) {
				var parts []string
				for range 100 {
					parts = append(parts, partLink(cms.WayYear, fmt.Sprintf("%d/", fresh()), "2022年"))
				}
				list(parts...)(w, r)
			}, outcome: OutcomePartial, detail: "stopped after 300 list pages", most: 300,
		},
		"a session's mark in every address": {
			page: func(w http.ResponseWriter, r *http.Request) {
				mark := fmt.Sprintf(";jsessionid=%d", fresh())
				list(`<a href="/r/1.html`+mark+`" title="茌平区2023年政府信息公开工作年度报告">`, further("/list/2"+mark))(w, r)
			}, outcome: OutcomeOK, most: 2,
		},
		"a million entries": {
			page: func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, columnHead)
				for i := range 1_000_000 {
					fmt.Fprintf(w, `<a href="/%d" title="x">`, i)
				}
			}, outcome: OutcomeNeedsAdapter, detail: "are the most that is read of a list page", most: 1,
		},
		"a hundred thousand entries": {
			page: func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, columnHead)
				for i := range 100_000 {
					fmt.Fprintf(w, `<a href="/%d" title="x">`, i)
				}
			}, outcome: OutcomePartial, detail: "stopped after 20000 entries", most: 1,
		},
		"redirects in a circle": {
			page: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/list/?"+fmt.Sprint(fresh()), http.StatusFound)
			},
			outcome: "http:302", detail: "stopped after 10 redirects", most: 11,
		},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			s := serve(t, map[string]http.HandlerFunc{"/r/1.html": says("report"), "/*": func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, "/list/") {
					asked++
				}
				c.page(w, r)
			}})
			opt := quick(newStepClock())
			opt.MaxLists, opt.Timeout = 300, time.Minute // a page of 25 MB takes its time on a busy machine, and is asked again
			visit, _ := visitOnce(t, s, opt, nil)
			if visit.Outcome != c.outcome || !strings.Contains(visit.Detail, c.detail) {
				t.Errorf("%+v", visit)
			}
			if asked > c.most {
				t.Errorf("%d list pages were asked", asked)
			}
		})
	}
}

// A column that is not there any more: how that shows, and where it may be now.
func TestColumnsThatAreNotThere(t *testing.T) {
	home := says(`<title>茌平区人民政府</title><body><a href="/zwgk/xxgknb/">政府信息公开年报</a><a href="/gk/">政府信息公开指南</a>` +
		strings.Repeat("<p>要闻</p>", 50))
	everything := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!--anchors--><title>韩城市</title>%s<p>%s", strings.Repeat("<p>办事服务", 40), r.URL.Path)
	}
	for name, c := range map[string]struct {
		pages   map[string]http.HandlerFunc
		outcome string
		detail  string
	}{
		"sent home": {map[string]http.HandlerFunc{"/list/": status(302, "Location: /"), "/": home}, OutcomeMoved,
			"/zwgk/xxgknb/ (政府信息公开年报)"},
		"a page that says so":          {map[string]http.HandlerFunc{"/list/": says("<title>页面不存在</title><h1>404</h1>")}, OutcomeSoft404, ""},
		"one answer for every address": {map[string]http.HandlerFunc{"/*": everything}, OutcomeSoft404, "which cannot exist"},
		"a list that is empty, and a server that says no": {map[string]http.HandlerFunc{"/list/": everything}, OutcomeEmpty,
			"none of them a report"},
		"404 with the home page": {map[string]http.HandlerFunc{"/list/": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusNotFound)
			home(w, r)
		}}, "http:404", "/zwgk/xxgknb/ (政府信息公开年报)"},
	} {
		t.Run(name, func(t *testing.T) {
			visit, _ := visitOnce(t, serve(t, c.pages), quick(newStepClock()), nil)
			if visit.Outcome != c.outcome || !strings.Contains(visit.Detail, c.detail) {
				t.Errorf("%+v", visit)
			}
		})
	}
}

// A column that answered in an earlier run and does not any more is gone, not merely missing.
func TestColumnThatAnsweredOnceIsGone(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/list/": inTurn(list(report(2023)), status(404)), "/r/2023.html": says("2023")})
	store := &memory{}
	row := Site{Key: "here", URL: s.URL + "/list/"}
	for _, want := range []string{OutcomeOK, OutcomeGone} {
		visit, err := New(quick(newStepClock()), store, []cms.System{anchors{}}).Visit(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		if visit.Outcome != want {
			t.Errorf("%+v", visit)
		}
	}
}

// Lists may come by one page at many addresses, of which each names another list (Epoint's openSubPage.html), or asks a service
// for it by its own address. The page is the same to the byte; the lists are not.
func TestOnePageLeadsToManyLists(t *testing.T) {
	root := list(partLink(cms.WayYear, "/open.html?specialurl=/2022/", "2022年"), partLink(cms.WayYear, "/open.html?specialurl=/2023/", "2023年"),
		partLink(cms.WayYear, "/c/2020/", "2020年"), partLink(cms.WayYear, "/c/2021/", "2021年"))
	s := serve(t, map[string]http.HandlerFunc{
		"/list/": root, "/open.html": says("<!--anchors--><p>frame"),
		"/2022/": list(report(2022)), "/2023/": list(report(2023)),
		"/c/2020/": list(further("rows")), "/c/2021/": list(further("rows")),
		"/c/2020/rows": list(report(2020)), "/c/2021/rows": list(report(2021)),
	})
	visit, err := New(quick(newStepClock()), &memory{}, []cms.System{anchors{}}).Visit(t.Context(), Site{Key: "here", URL: s.URL + "/list/"})
	if err != nil || visit.Items != 4 {
		t.Errorf("%+v, %v", visit, err)
	}
}

// A page that names more lists than are followed is not taken for whole.
func TestTooManyListsAreSaid(t *testing.T) {
	var years, categories strings.Builder
	for i := range 600 {
		fmt.Fprintf(&years, "<a href=/nb/%d/>2022年</a> ", i)
	}
	for i := range 60 {
		fmt.Fprintf(&categories, `,{"id":%d,"name":"局%d","post_count":1}`, i+10, i)
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/nb/": says("<title>政府信息公开年报</title><ul>" + years.String() + "<li><a href=/r/1.html>甲市人民政府2023年政府信息公开工作年度报告</a></ul>"),
		"/gkmlpt/policy": says(`<script>window._CONFIG = {SID: '1', TREE: [{"id":7,"name":"政府信息公开年报","post_count":0,"children":[` +
			categories.String()[1:] + `]}],}</script>`),
		"/*": func(w http.ResponseWriter, r *http.Request) {
			const title = "甲市人民政府2022年政府信息公开工作年度报告"
			if strings.HasPrefix(r.URL.Path, "/gkmlpt/api/") {
				fmt.Fprintf(w, `{"articles":[{"title":"%s","url":"/x%s.html"}]}`, title, r.URL.Path)
				return
			}
			says(fmt.Sprintf("<title>政府信息公开年报</title><ul><li><a href=/x%s1.html>%s</a></ul>", r.URL.Path, title))(w, r)
		},
	})
	for path, most := range map[string]int{"/nb/": 501, "/gkmlpt/policy#7": 51} {
		p, err := New(quick(newStepClock()), nil, cms.Systems()).Probe(t.Context(), Site{URL: s.URL + path})
		if err != nil || p.Outcome != OutcomePartial || !strings.Contains(p.Detail, "more lists are named") || p.Asked > most {
			t.Errorf("%s: %s, asked %d: %s %v", path, p.Outcome, p.Asked, p.Detail, err)
		}
	}
}
