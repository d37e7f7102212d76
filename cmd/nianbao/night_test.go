package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nianbao/crawler"
)

// bulk is a site of many reports: pages of fifty entries, each with a page of its own. With tags, it answers 304 to who
// has what it has.
type bulk struct {
	reports int
	tags    bool
	seen    func() // called for each report page that is sent; nil for nothing

	requests, lists, bytes atomic.Int64
}

const perPage = 50

func (b *bulk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.requests.Add(1)
	var out strings.Builder
	if n, ok := strings.CutPrefix(r.URL.Path, "/nb/list"); ok {
		b.lists.Add(1)
		b.list(&out, n)
	} else if n, ok := strings.CutPrefix(r.URL.Path, "/nb/r"); ok {
		if b.seen != nil {
			b.seen()
		}
		fmt.Fprintf(&out, `<html><head><title>蓝田县第%s中学2023年政府信息公开工作年度报告</title></head><body><div class="TRS_Editor">
			<p>一、总体情况</p><p>%s</p></div></body></html>`, strings.TrimSuffix(n, ".html"), strings.Repeat("本校主动公开信息。", 200))
	} else {
		http.NotFound(w, r)
		return
	}
	if tag := fmt.Sprintf(`"%s"`, r.URL.Path); b.tags {
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	b.bytes.Add(int64(out.Len()))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, out.String())
}

// list is one page of the list; without tags its counter makes each answer another.
func (b *bulk) list(out *strings.Builder, name string) {
	page, _ := strconv.Atoi(strings.Trim(name, "_.html")) // the first has no number
	fmt.Fprintf(out, `<html><head><title>政府信息公开年报</title></head><body><p>访问量：%d</p><ul>`, b.requests.Load())
	for n := page * perPage; n < min(b.reports, (page+1)*perPage); n++ {
		fmt.Fprintf(out, `<li><a href="/nb/r%d.html">蓝田县第%d中学2023年政府信息公开工作年度报告</a> 2024-01-31</li>`, n, n)
	}
	out.WriteString("</ul>")
	if (page+1)*perPage < b.reports {
		fmt.Fprintf(out, `<a href="/nb/list_%d.html">下一页</a>`, page+1)
	}
	out.WriteString("</body></html>")
}

// serveBulk serves so many such sites and returns them with the rows of their register.
func serveBulk(t testing.TB, n int, b *bulk) []crawler.Site {
	t.Helper()
	var sites []crawler.Site
	for i := range n {
		server := httptest.NewServer(b)
		t.Cleanup(server.Close)
		sites = append(sites, crawler.Site{Key: fmt.Sprintf("bulk-%d", i), Name: "蓝田县", URL: server.URL + "/nb/list.html"})
	}
	return sites
}

// visitBulk is one night: a run over the sites at a time, with the recheck that users have.
func visitBulk(t testing.TB, name string, sites []crawler.Site, at time.Time) {
	t.Helper()
	clock := &jumpClock{now: at}
	a := &app{stdout: io.Discard, screen: &screen{out: io.Discard}, log: slog.New(slog.DiscardHandler), now: clock.Now,
		clock: clock, archive: name}
	run := &crawling{trigger: "schedule", sites: sites, options: crawler.Options{AllowPrivate: true, Recheck: 168 * time.Hour}}
	if err := crawl(t.Context(), a, run); err != nil {
		t.Fatal(err)
	}
}

var bulkBegan = time.Date(2026, 3, 31, 18, 0, 0, 0, time.UTC)

// A night without changes asks for the lists alone, and stores no body: with validators all are 304, without them the
// counter on the page is not taken for a change.
func TestNightWithoutChanges(t *testing.T) {
	for name, c := range map[string]struct {
		tags    bool
		outcome string
	}{"with validators": {true, "not_modified"}, "without": {false, "unchanged"}} {
		t.Run(name, func(t *testing.T) {
			b := &bulk{reports: 120, tags: c.tags}
			sites := serveBulk(t, 1, b)
			file := filepath.Join(t.TempDir(), "test.db")
			visitBulk(t, file, sites, bulkBegan)
			before := counts(t, file)
			asked := b.requests.Load()
			for night := 1; night <= 3; night++ {
				visitBulk(t, file, sites, bulkBegan.AddDate(0, 0, night))
			}
			if got := b.requests.Load() - asked; got != 3*4 { // robots.txt and three list pages
				t.Errorf("%d requests in three nights", got)
			}
			if after := counts(t, file); !slices.Equal(after, before) {
				t.Errorf("bodies, readings, reports, versions: %v, before %v", after, before)
			}
			for query, want := range map[string]string{
				`select distinct role, outcome from captures where crawl_id > 1 and role <> 'robots'`:           "list|" + c.outcome,
				`select group_concat(distinct outcome || items || ' ' || unchanged) from visits`:                "ok120 0,ok120 120",
				`select count(*) from links where last_seen_at >= '2026-04-03'`:                                 "120",
				`select count(*) from captures where outcome = 'not_modified' and sha256 is not null`:           "0",
				`select count(*) from links join captures on capture_id = list_capture_id where sha256 is null`: "0",
			} {
				if got, err := queryArchive(file, query); err != nil || !slices.Equal(got, []string{want}) {
					t.Errorf("%s\n got %v, %v\nwant %s", query, got, err, want)
				}
			}
			mustRun(t, "verify", "--archive", file)
		})
	}
}

func counts(t *testing.T, name string) []string {
	t.Helper()
	got, err := queryArchive(name, `select (select count(*) from blob), (select count(*) from reading), (select count(*) from reports),
		(select max(versions) from reports)`)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Memory does not grow with the number of pages: in the last tenth of them the heap is not much larger than in the third.
// NIANBAO_PAGES says how many pages, 5000 unless told.
func TestMemoryIsFlatOverManyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("fetches thousands of pages")
	}
	pages := 5000
	if s := os.Getenv("NIANBAO_PAGES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("NIANBAO_PAGES: %v", err)
		}
		pages = n
	}
	const hosts = 20
	var mu sync.Mutex
	var heap []uint64
	seen := 0
	b := &bulk{reports: pages / hosts, seen: func() {
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen%(pages/10) != 0 {
			return
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap = append(heap, m.HeapAlloc)
	}}
	file := filepath.Join(t.TempDir(), "test.db")
	began := time.Now()
	visitBulk(t, file, serveBulk(t, hosts, b), bulkBegan)
	var kib []uint64
	for _, n := range heap {
		kib = append(kib, n>>10)
	}
	t.Logf("%d pages in %v; heap [KiB] in each tenth: %v", seen, time.Since(began).Round(time.Second), kib)
	if len(heap) != 10 || seen != pages/hosts*hosts {
		t.Fatalf("%d pages, %d looks at the heap", seen, len(heap))
	}
	if last, third := heap[9], heap[2]; last > third+16<<20 {
		t.Errorf("the heap grew from %d to %d bytes", third, last)
	}
}

// A night without changes over a site of 2000 reports: what it asks for, what comes, how much larger the archive is.
func BenchmarkNightWithoutChanges(b *testing.B) {
	for _, tags := range []bool{true, false} {
		b.Run(map[bool]string{true: "validators", false: "none"}[tags], func(b *testing.B) {
			site := &bulk{reports: 2000, tags: tags}
			sites := serveBulk(b, 1, site)
			file := filepath.Join(b.TempDir(), "bench.db")
			visitBulk(b, file, sites, bulkBegan)
			requests, bytes, size := site.requests.Load(), site.bytes.Load(), fileSize(b, file)
			night := 0
			for b.Loop() {
				night++
				visitBulk(b, file, sites, bulkBegan.Add(time.Duration(night)*time.Hour)) // within the recheck, whatever b.N
			}
			n := float64(night)
			b.ReportMetric(float64(site.requests.Load()-requests)/n, "requests/op")
			b.ReportMetric(float64(site.bytes.Load()-bytes)/n, "received-B/op")
			b.ReportMetric(float64(fileSize(b, file)-size)/n, "archive-B/op")
		})
	}
}

func fileSize(b *testing.B, name string) int64 {
	b.Helper()
	info, err := os.Stat(name)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
