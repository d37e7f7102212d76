package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gocolly/colly/v2"
	"nianbao/crawler"
)

// python is Debian's own: another one does not see Debian's Scrapy.
const python = "/usr/bin/python3"

// effort is what a process took.
type effort struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory at most
}

// measured runs a program to its end.
func measured(b testing.TB, name string, args ...string) effort {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begin := time.Now()
	err := cmd.Start()
	if err == nil {
		ended, peak := make(chan struct{}), make(chan int64)
		go func() { peak <- peakOf(cmd.Process.Pid, ended) }()
		err = cmd.Wait()
		close(ended)
		e := effort{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak: <-peak}
		if err == nil {
			return e
		}
	}
	b.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &out)
	return effort{}
}

// peakOf asks Linux, until a process has ended, how many bytes of memory it has had at most; 0 where nobody knows. What wait4
// tells of a process counts what its parent had when it was started, too.
func peakOf(process int, ended <-chan struct{}) (peak int64) {
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
		if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
			var kilobytes int64
			if _, err := fmt.Sscan(after, &kilobytes); err == nil {
				peak = kilobytes << 10
			}
		}
		select {
		case <-ended:
			return peak
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// least keeps the best of each, as what else runs on a machine only ever makes a run slower.
func (e *effort) least(o effort) {
	if e.wall == 0 {
		*e = o
	}
	e.wall, e.cpu, e.peak = min(e.wall, o.wall), min(e.cpu, o.cpu), min(e.peak, o.peak)
}

// BenchmarkPeers crawls a column of 2,000 reports (NIANBAO_PAGES says how many) on loopback with nothing between requests:
// with nianbao, archive, tables, facts and checks included; with colly, which only fetches; with Scrapy, which keeps pages
// and cells in SQLite, as fast as it can and as durably as nianbao; each a process of its own, in turn. Then nianbao visits the column again: as each night, and asking
// every page. Each round has all; the best of all rounds counts. .ci/peers makes the README's table of it.
func BenchmarkPeers(b *testing.B) {
	reports := benchReports(b)
	address := startSchools(b, reports)
	dir := b.TempDir()
	register := filepath.Join(dir, "sites.csv")
	if err := os.WriteFile(register, []byte("key,name,url\ncolumn,蓝田县,"+address+"\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	withScrapy := exec.Command(python, "-c", "import scrapy").Run() == nil
	var crawl, night, asking, bare, scrapy, durable, start effort
	for round := 0; b.Loop(); round++ {
		name := filepath.Join(dir, strconv.Itoa(round)+".db")
		for range 10 {
			start.least(measured(b, "nianbao", "--version"))
		}
		bare.least(measured(b, "colly", address, strconv.Itoa(reports)))
		crawl.least(measured(b, "nianbao", crawlArgs(name, register, "--quiet")...))
		if withScrapy {
			file := filepath.Join(dir, "scrapy.db")
			for _, way := range []struct {
				effort *effort
				args   []string
			}{{&scrapy, nil}, {&durable, []string{"durable"}}} {
				way.effort.least(measured(b, python, append([]string{"testdata/peers/pipeline.py", address, file}, way.args...)...))
				mustHave(b, file, "select count(*) from page", reports)
				mustHave(b, file, "select count(distinct page_id) from cell", reports)
				remove(b, file)
			}
		}
		night.least(measured(b, "nianbao", crawlArgs(name, register, "--quiet")...))
		asking.least(measured(b, "nianbao", crawlArgs(name, register, "--quiet", "--recheck", "0s")...))
		mustHave(b, name, "select count(*) from reports where completeness = 'complete'", reports)
		remove(b, name)
	}
	b.ReportMetric(0, "ns/op") // of all together it says nothing
	rate := func(name string, e effort) {
		b.ReportMetric(e.wall.Seconds(), "s-"+name)
		b.ReportMetric(float64(reports)/e.wall.Seconds(), "pages/s-"+name)
		b.ReportMetric(float64(reports)/e.cpu.Seconds(), "pages/cpu-s-"+name)
		b.ReportMetric(float64(e.peak)/1e6, "MB-"+name)
		b.ReportMetric(float64(e.wall)/float64(bare.wall), "x-colly-"+name)
	}
	rate("nianbao", crawl)
	rate("colly", bare)
	rate("night", night)
	rate("asking", asking)
	if withScrapy {
		rate("scrapy", scrapy)
		rate("durable", durable)
		b.ReportMetric(float64(scrapy.wall)/float64(crawl.wall), "x-faster-than-scrapy")
		b.ReportMetric(float64(durable.wall)/float64(crawl.wall), "x-faster-than-durable")
	}
	b.ReportMetric(float64(start.wall.Microseconds())/1000, "ms-start")
}

func benchReports(b *testing.B) int {
	b.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("NIANBAO_PAGES"), "2000"))
	if err != nil {
		b.Fatalf("NIANBAO_PAGES: %v", err)
	}
	return n
}

// mustHave is a check that nobody was fast by doing less.
func mustHave(b *testing.B, name, query string, want int) {
	b.Helper()
	got, err := queryArchive(name, query)
	if err != nil || len(got) != 1 || got[0] != strconv.Itoa(want) {
		b.Fatalf("%s: %v, %v, want %d", query, got, err, want)
	}
}

func remove(b *testing.B, name string) {
	b.Helper()
	for _, end := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(name + end); err != nil && !os.IsNotExist(err) {
			b.Fatal(err)
		}
	}
}

// collyStatus is the program "colly LIST_URL REPORTS": bare colly fetches the list pages and the reports, one request at a
// time like nianbao, and does nothing with them.
func collyStatus() int {
	fetched := 0
	pages := colly.NewCollector()
	pages.OnResponse(func(*colly.Response) { fetched++ })
	lists := colly.NewCollector()
	lists.OnHTML("ul.list li a", func(a *colly.HTMLElement) { _ = pages.Visit(a.Request.AbsoluteURL(a.Attr("href"))) })
	lists.OnHTML("a.next", func(a *colly.HTMLElement) { _ = lists.Visit(a.Request.AbsoluteURL(a.Attr("href"))) })
	for _, c := range []*colly.Collector{pages, lists} {
		c.OnError(func(r *colly.Response, err error) { fmt.Fprintln(os.Stderr, r.Request.URL, err) })
	}
	if err := lists.Visit(os.Args[1]); err != nil || strconv.Itoa(fetched) != os.Args[2] {
		fmt.Fprintf(os.Stderr, "%d pages, want %s: %v\n", fetched, os.Args[2], err)
		return statusPartly
	}
	return statusOK
}

// BenchmarkCrawl is the crawl of BenchmarkPeers within this process, for profiles (-cpuprofile) and allocations.
func BenchmarkCrawl(b *testing.B) {
	reports := benchReports(b)
	sites := []crawler.Site{{Key: "schools", Name: "蓝田县", URL: startSchools(b, reports)}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		visitBulk(b, filepath.Join(b.TempDir(), "bench.db"), sites, bulkBegan)
	}
	runtime.ReadMemStats(&after)
	pages := float64(reports * b.N)
	b.ReportMetric(pages/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/pages, "allocs/page")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/pages/1000, "kB/page")
}
