package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"go.uber.org/goleak"

	"nianbao/crawler"
)

// fault is something that can be wrong with a site for a while.
type fault struct {
	name    string
	answer  func(exchange)
	outcome string        // of the captures that it spoils
	timeout time.Duration // of one attempt, where the fault is to be slow; else two seconds
	maxBody int64         // 0 for the usual

	only     part   // what it may strike; "" for each part in turn
	harmless bool   // the crawl comes to the same as a healthy one
	recoded  bool   // but for the bytes, which are sent in another encoding
	robots   string // outcome of the visits where it strikes robots.txt, if not the same; "ok" where it means that there is none
	unseen   bool   // by HTTP the answers are whole: pages come right when they are asked again, after --recheck, as new versions
}

// gigabyte is written in pieces of one page of a site.
const gigabyte = 1 << 30

var filler = bytes.Repeat([]byte("<p>政府信息公开工作年度报告</p>\n"), 1000)

// faults are those that strike answers of a plain server.
func faults() []fault {
	status := func(code int) func(exchange) {
		return func(x exchange) { x.w.WriteHeader(code) }
	}
	rate := func(wait func(exchange) string) func(exchange) {
		return func(x exchange) {
			x.w.Header().Set("Retry-After", wait(x))
			x.w.WriteHeader(http.StatusTooManyRequests)
		}
	}
	seconds := func(n string) func(exchange) string { return func(exchange) string { return n } }
	date := func(in time.Duration) func(exchange) string {
		return func(x exchange) string { return x.clock.Now().Add(in).Format(http.TimeFormat) }
	}
	firstOnly := func(bad func(exchange)) func(exchange) {
		return func(x exchange) {
			if x.n > 0 {
				x.healthy()
				return
			}
			bad(x)
		}
	}
	reset := func(x exchange) { x.sends(true) }
	const slow = 150 * time.Millisecond
	chunk := func(b []byte) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(b), b) }

	return []fault{
		{name: "reset before any byte", answer: reset, outcome: "network"},
		{name: "reset at the first attempt", answer: firstOnly(reset), harmless: true},
		{name: "reset in the middle of the body", outcome: "truncated", answer: func(x exchange) {
			x.sends(true, []byte(x.head("HTTP/1.1", fmt.Sprint("Content-Length: ", len(x.body)), "")), x.half())
		}},
		{name: "closed before any byte", outcome: "network", answer: func(x exchange) { x.sends(false) }},
		{name: "closed in the headers", outcome: "network", answer: func(x exchange) { x.sends(false, []byte(x.head("HTTP/1.1"))) }},
		{name: "silence", outcome: "timeout", timeout: slow, answer: func(x exchange) { x.wire(false, silence) }},
		{name: "slow headers", outcome: "timeout", timeout: slow, answer: func(x exchange) {
			x.wire(false, func(c net.Conn) { drip(c, []byte(x.head("HTTP/1.1")), 5*time.Millisecond) })
		}},
		{name: "slow drip of the body", outcome: "timeout", timeout: slow, answer: func(x exchange) {
			x.wire(false, func(c net.Conn) {
				_, _ = c.Write([]byte(x.head("HTTP/1.1", fmt.Sprint("Content-Length: ", len(x.body)), "")))
				drip(c, x.body, 5*time.Millisecond)
			})
		}},
		{name: "body in pieces, in time", harmless: true, answer: func(x exchange) {
			x.wire(false, func(c net.Conn) {
				_, _ = c.Write([]byte(x.head("HTTP/1.1", fmt.Sprint("Content-Length: ", len(x.body)), "")))
				for piece := range slices.Chunk(x.body, 1+len(x.body)/20) {
					_, _ = c.Write(piece)
					time.Sleep(time.Millisecond)
				}
			})
		}},
		{name: "Content-Length too large", outcome: "truncated", answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", fmt.Sprint("Content-Length: ", len(x.body)+100), "")), x.body)
		}},
		{name: "Content-Length too small", unseen: true, answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", fmt.Sprint("Content-Length: ", len(x.body)/2), "")), x.body)
		}},
		{name: "Content-Length that is none", outcome: "network", answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", "Content-Length: many", "")), x.body)
		}},
		{name: "chunks cut", outcome: "truncated", answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", "Transfer-Encoding: chunked", "")), chunk(x.half()))
		}},
		{name: "chunks cut within one", outcome: "truncated", answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", "Transfer-Encoding: chunked", "")), chunk(x.body)[:len(x.body)/2])
		}},
		{name: "chunks reset", outcome: "truncated", answer: func(x exchange) {
			x.sends(true, []byte(x.head("HTTP/1.1", "Transfer-Encoding: chunked", "")), chunk(x.half()))
		}},
		{name: "chunks of nonsense", outcome: "truncated", answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", "Transfer-Encoding: chunked", "")), []byte("nonsense\r\n"), x.half())
		}},
		{name: "gzip cut", outcome: "truncated", answer: func(x exchange) {
			packed := x.zipped()
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			x.w.Header().Set("Content-Encoding", "gzip")
			_, _ = x.w.Write(packed[:len(packed)/2])
		}},
		{name: "gzip with a wrong sum", outcome: "truncated", answer: func(x exchange) {
			packed := x.zipped()
			packed[len(packed)-8] ^= 1
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			x.w.Header().Set("Content-Encoding", "gzip")
			_, _ = x.w.Write(packed)
		}},
		{name: "gzip that is none", outcome: "truncated", answer: func(x exchange) {
			x.w.Header().Set("Content-Encoding", "gzip")
			x.healthy()
		}},
		{name: "gzip unasked", harmless: true, recoded: true, answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			x.w.Header().Set("Content-Encoding", "gzip")
			_, _ = x.w.Write(x.zipped())
		}},
		{name: "HTTP/1.0 without length", harmless: true, answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.0", "")), x.body)
		}},
		{name: "HTTP/1.0 without length, reset", outcome: "truncated", answer: func(x exchange) {
			x.sends(true, []byte(x.head("HTTP/1.0", "")), x.half())
		}},
		{name: "HTTP/1.0 without length, closed", unseen: true, answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.0", "")), x.half())
		}},
		{name: "garbage for a status line", outcome: "network", answer: func(x exchange) {
			x.sends(false, []byte("\x00\xff\x13 年报 garbage\r\n\r\n"), x.body)
		}},
		{name: "100 MB of headers", outcome: "network", answer: func(x exchange) {
			x.wire(false, func(c net.Conn) {
				_, _ = c.Write([]byte(x.head("HTTP/1.1")))
				flood(c, []byte("X-Filler: "+strings.Repeat("x", 1000)+"\r\n"), 100<<20)
			})
		}},
		{name: "one header line of 100 MB", outcome: "network", answer: func(x exchange) {
			x.wire(false, func(c net.Conn) {
				_, _ = c.Write([]byte(x.head("HTTP/1.1") + "X-Filler: "))
				flood(c, bytes.Repeat([]byte("x"), 1<<16), 100<<20)
			})
		}},
		{name: "keep-alive that is a lie", harmless: true, answer: func(x exchange) {
			x.sends(false, []byte(x.head("HTTP/1.1", "Connection: keep-alive", "Keep-Alive: timeout=60, max=100",
				fmt.Sprint("Content-Length: ", len(x.body)), "")), x.body)
		}},
		{name: "connection held after the answer", harmless: true, answer: func(x exchange) {
			x.wire(false, func(c net.Conn) {
				_, _ = c.Write([]byte(x.head("HTTP/1.1", "Connection: keep-alive",
					fmt.Sprint("Content-Length: ", len(x.body)), "")))
				_, _ = c.Write(x.body)
				silence(c)
			})
		}},
		{name: "100 Continue without end", outcome: "network", answer: func(x exchange) {
			x.wire(false, func(c net.Conn) { flood(c, []byte("HTTP/1.1 100 Continue\r\n\r\n"), 10<<20) })
		}},
		{name: "500", outcome: "http:500", answer: status(500)},
		{name: "502", outcome: "http:502", answer: status(502)},
		{name: "503", outcome: "http:503", answer: status(503)},
		{name: "504", outcome: "http:504", answer: status(504)},
		{name: "503 for an hour", outcome: "rate", answer: func(x exchange) {
			x.w.Header().Set("Retry-After", "3600")
			x.w.WriteHeader(http.StatusServiceUnavailable)
		}},
		{name: "429 without a time", outcome: "rate", answer: func(x exchange) { x.w.WriteHeader(429) }},
		{name: "429 for 20 seconds, always", outcome: "rate", answer: rate(seconds("20"))},
		{name: "429 for 20 seconds, once", harmless: true, answer: firstOnly(rate(seconds("20")))},
		{name: "429 for an hour", outcome: "rate", answer: rate(seconds("3600"))},
		{name: "429 until a date, once", harmless: true, answer: firstOnly(rate(date(30 * time.Second)))},
		{name: "429 until a date in an hour", outcome: "rate", answer: rate(date(time.Hour))},
		{name: "redirects in a circle", outcome: "http:302", robots: "ok", answer: func(x exchange) {
			http.Redirect(x.w, x.r, x.r.URL.Path, http.StatusFound)
		}},
		{name: "redirects that never end", outcome: "http:302", robots: "ok", answer: func(x exchange) {
			x.w.Header().Set("Location", fmt.Sprintf("%s?n=%d", x.r.URL.Path, x.n+1))
			x.w.WriteHeader(http.StatusFound)
		}},
		{name: "1 GB body with length", outcome: "too_large", robots: "ok", maxBody: 4 << 20, answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			x.w.Header().Set("Content-Length", fmt.Sprint(gigabyte))
			flood(x.w, filler, gigabyte)
		}},
		{name: "1 GB body in chunks", outcome: "too_large", robots: "ok", maxBody: 4 << 20, answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			flood(x.w, filler, gigabyte)
		}},
		{name: "1 GB body, usual --max-body", outcome: "too_large", robots: "ok", answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			flood(x.w, filler, gigabyte)
		}},
		{name: "whole page of 60 MB", unseen: true, only: pagePart, answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			flood(x.w, filler, 60<<20)
		}},
		{name: "1 GB body in gzip", outcome: "too_large", maxBody: 4 << 20, answer: func(x exchange) {
			x.w.Header().Set("Content-Type", x.header.Get("Content-Type"))
			x.w.Header().Set("Content-Encoding", "gzip")
			_, _ = x.w.Write(bomb())
		}},
	}
}

// A site with a fault is crawled, and once more when the fault is over. The first run is bounded, names what failed and
// says so in its exit status, and nothing that it reads is wrong; after the second the archive says what one of a
// healthy crawl says. Each fault strikes robots.txt, the lists and the pages; where CI is not true one of them, by turns. The
// table of the log has the figures.
func TestFaultsPass(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls some hundred times")
	}
	clock := newJumpClock()
	server := newFaultyServer(t, clock)
	server.Start()
	bed := newBed(t, clock, server.register(t, "http", server.Listener.Addr().String()))
	bed.requests = server.count
	parts := []part{robotsPart, listPart, pagePart}
	for i, f := range faults() {
		for j, on := range parts {
			if f.only != "" && f.only != on || f.only == "" && i%len(parts) != j && os.Getenv("CI") != "true" {
				continue
			}
			t.Run(fmt.Sprintf("%s, %s", f.name, on), func(t *testing.T) {
				bed.show(t, f, on, func() { server.begin(on, f.answer) }, server.end)
			})
		}
	}
	bed.log(t)
}

// bed is where faults are tried: a register, what a healthy crawl of it comes to, and the table of figures.
type bed struct {
	clock    *jumpClock
	sites    []crawler.Site
	name     string // the healthy archive
	healthy  []string
	requests func() int // that the server got since the fault began or ended
	rows     []string
}

// newBed crawls the register's columns, which are healthy yet.
func newBed(t *testing.T, clock *jumpClock, register string) *bed {
	t.Helper()
	sites, err := crawler.ReadSites("sites.csv", strings.NewReader(register))
	if err != nil {
		t.Fatal(err)
	}
	b := &bed{clock: clock, sites: sites, requests: func() int { return 0 }}
	b.name = filepath.Join(t.TempDir(), "healthy.db")
	if run := b.crawl(t, b.name, fault{}); run.err != nil {
		t.Fatal(run.err)
	}
	b.healthy = answers(t, b.name, published) // none of them is empty
	return b
}

// nextNight is when the crawl after a fault comes: later than any rest that a host may have, and before pages that
// answered are asked again.
const nextNight = 25 * time.Hour

// recheck is the usual --recheck.
const recheck = 168 * time.Hour

// heapBound is what no fault may drive the heap over: some bodies of the usual --max-body, packed and being read.
const heapBound = 1 << 30

// show crawls under a fault, and after it.
func (b *bed) show(t *testing.T, f fault, on part, begin, end func()) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "test.db")
	begin()
	first := b.crawl(t, name, f)
	requests := b.requests()
	end()
	if first.peak > heapBound {
		t.Errorf("%d MiB of heap were in use", first.peak>>20)
	}
	outcomes := outcomesOf(t, name)
	var captures int
	for _, o := range outcomes {
		captures += o.n
	}

	outcome := f.outcome
	if on == robotsPart && f.robots != "" {
		outcome = f.robots
	}
	switch {
	case f.unseen:
		b.nothingWrong(t, name)
	case f.harmless || outcome == "ok":
		if first.err != nil {
			t.Errorf("the crawl says %v", first.err)
		}
		b.equal(t, name, f)
	default:
		if statusOf(first.err) != statusPartly {
			t.Errorf("exit status %d: %v", statusOf(first.err), first.err)
		}
		b.named(t, first.err)
		if !slices.ContainsFunc(outcomes, func(o counted) bool { return o.outcome == outcome }) {
			t.Errorf("no capture has the outcome %s, they have %v", outcome, outcomes)
		}
		b.nothingWrong(t, name)
	}
	verified(t, name)

	b.clock.advance(nextNight)
	if f.unseen {
		b.clock.advance(2 * recheck) // pages may be spread over as many nights again
	}
	second := b.crawl(t, name, fault{})
	if second.err != nil {
		t.Errorf("the crawl after the fault says %v", second.err)
	}
	verified(t, name)
	equal := "NO"
	if b.equal(t, name, f) {
		equal = "yes"
	}
	b.rows = append(b.rows, fmt.Sprintf("%s\t%s\t%s\t%d\t%d\t%.2f\t%.1f\t%d\t%d\t%s", f.name, on, shown(outcomes), requests,
		captures, first.took.Seconds(), float64(first.peak)/(1<<20), statusOf(first.err), b.requests(), equal))
}

// digests are what differs where the same was sent in another encoding.
var digests = regexp.MustCompile(`[0-9a-f]{64}`)

// equal compares an archive with the healthy one. After an unseen fault a page has two versions, and entries of a list that
// was cut are gone.
func (b *bed) equal(t *testing.T, name string, f fault) bool {
	t.Helper()
	want, got := b.healthy, said(t, name)
	switch {
	case f.recoded:
		want, got = slices.Clone(want), slices.Clone(got)
		for _, lines := range [][]string{want, got} {
			for i, line := range lines {
				lines[i] = digests.ReplaceAllString(line, "SHA256")
			}
		}
	case f.unseen:
		versioned := func(line string) bool {
			return strings.HasPrefix(line, "report|") || strings.HasPrefix(line, "source|") || strings.HasPrefix(line, "link|")
		}
		want, got = slices.DeleteFunc(slices.Clone(want), versioned), slices.DeleteFunc(slices.Clone(got), versioned)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the archive differs from a healthy one:\n%s", difference(want, got))
		return false
	}
	return true
}

// said are the lines of what an archive says.
func said(t *testing.T, name string) (lines []string) {
	t.Helper()
	for _, query := range published {
		rows, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(rows)
		lines = append(lines, rows...)
	}
	return lines
}

// named says whether an error names the site or page that failed: each column is on its own in the fault.
func (b *bed) named(t *testing.T, err error) {
	t.Helper()
	for _, site := range b.sites {
		if !strings.Contains(fmt.Sprint(err), site.Key) {
			t.Errorf("%s is not named: %v", site.Key, err)
		}
	}
}

// nothingWrong sees that every number of an archive is one of the healthy archive: some may be missing, none wrong.
func (b *bed) nothingWrong(t *testing.T, name string) {
	t.Helper()
	cells, err := queryArchive(name, published[slices.IndexFunc(published, func(q string) bool {
		return strings.Contains(q, "from cells")
	})])
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range cells {
		if !slices.Contains(b.healthy, cell) {
			t.Errorf("the fault made a number wrong: %s", cell)
		}
	}
}

// crawled is what a crawl came to.
type crawled struct {
	err  error
	took time.Duration
	peak uint64 // bytes of heap in use at most
}

// crawl crawls in this process, on the bed's clock, and sees that nothing goes on when it is over.
func (b *bed) crawl(t *testing.T, name string, f fault) (out crawled) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	options := crawler.Options{Version: "test", Timeout: 10 * time.Second, Recheck: recheck, Concurrency: 4,
		MaxBody: f.maxBody, AllowPrivate: true, Clock: b.clock}
	if f.timeout > 0 {
		options.Timeout = f.timeout
	}
	var stderr bytes.Buffer
	s := &screen{out: &stderr}
	a := &app{stdout: &stderr, screen: s, log: slog.New(slog.NewTextHandler(s, nil)), now: b.clock.Now, archive: name}
	began := time.Now()
	out.peak = heapPeak(func() {
		out.err = crawl(t.Context(), a, &crawling{trigger: "crawl", sites: b.sites, options: options})
	})
	out.took = time.Since(began)
	// The server's own goroutines may live a little longer, and those in which net waits for a resolver, up to its timeout.
	if err := goleak.Find(before, goleak.IgnoreAnyFunction("net/http.(*conn).serve"),
		goleak.IgnoreAnyFunction("net/http.(*connReader).backgroundRead"),
		goleak.IgnoreAnyFunction("net.(*Resolver).goLookupIPCNAMEOrder"),
		goleak.IgnoreAnyFunction("net.(*Resolver).tryOneName"), goleak.IgnoreAnyFunction("net.(*Resolver).lookupIPAddr.func1"),
		goleak.IgnoreAnyFunction("net.(*Resolver).lookupIPAddr.func2")); err != nil {
		t.Error(err)
	}
	return out
}

// heapPeak is the most heap that is in use while do runs, looked at every millisecond.
func heapPeak(do func()) (peak uint64) {
	runtime.GC()
	inUse := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		for {
			metrics.Read(inUse)
			peak = max(peak, inUse[0].Value.Uint64()+inUse[1].Value.Uint64())
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return peak
}

// counted is how many captures have an outcome.
type counted struct {
	outcome string
	n       int
}

// outcomesOf counts the captures of an archive by outcome.
func outcomesOf(t *testing.T, name string) (out []counted) {
	t.Helper()
	rows, err := queryArchive(name, `select outcome, count(*) from captures group by 1 order by outcome in ('new', 'unchanged'), 1`)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		outcome, n, _ := strings.Cut(row, "|")
		var c int
		if _, err := fmt.Sscan(n, &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, counted{outcome, c})
	}
	return out
}

func shown(outcomes []counted) string {
	var words []string
	for _, o := range outcomes {
		words = append(words, fmt.Sprintf("%d %s", o.n, o.outcome))
	}
	return strings.Join(words, ", ")
}

// verified fails the test if the archive is damaged.
func verified(t *testing.T, name string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := run(t.Context(), []string{"verify", "--archive", name}, nil, &stdout, &stderr); status != statusOK {
		t.Errorf("verify: exit status %d\n%s%s", status, &stdout, &stderr)
	}
}

// log prints the table.
func (b *bed) log(t *testing.T) {
	t.Helper()
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "fault\tstrikes\tcaptures of the run\trequests\tcaptures\tseconds\theap MiB\tstatus\trequests after\tequal after")
	for _, row := range b.rows {
		fmt.Fprintln(w, row)
	}
	w.Flush()
	t.Logf("\n%s", &text)
}
