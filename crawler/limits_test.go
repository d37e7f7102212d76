package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"nianbao/crawler/cms"
)

func TestCookiesHaveBounds(t *testing.T) {
	c, err := newCookies()
	if err != nil {
		t.Fatal(err)
	}
	sent := func(address string) (names []string) {
		req := httptest.NewRequest("GET", address, nil)
		c.send(parse(t, address), req)
		for _, cookie := range req.Cookies() {
			names = append(names, cookie.Name)
		}
		return names
	}
	set := func(address string, lines ...string) {
		c.keep(parse(t, address), &http.Response{Header: http.Header{"Set-Cookie": lines}})
	}
	set("http://www.a.gov.cn/", "own=1", "domain=1; Domain=a.gov.cn", "suffix=1; Domain=gov.cn", "other=1; Domain=b.gov.cn",
		"long="+strings.Repeat("x", maxCookie))
	if got := sent("http://www.a.gov.cn/"); len(got) != 2 {
		t.Errorf("sent back: %q", got)
	}
	if got := sent("http://www.b.gov.cn/"); got != nil {
		t.Errorf("sent to another site: %q", got)
	}
	for i := range 3 * maxCookies {
		set("http://www.a.gov.cn/", fmt.Sprintf("c%d=1", i), "own=2")
	}
	if got := sent("http://www.a.gov.cn/"); len(got) > maxCookies || got[0] != "own" {
		t.Errorf("%d cookies: %q", len(got), got)
	}
	for i := range 2 * maxAllCookies / maxCookies {
		for n := range maxCookies {
			set(fmt.Sprintf("http://www.x%d.cn/", i), fmt.Sprintf("c%d=1", n))
		}
	}
	if c.all != maxAllCookies {
		t.Errorf("%d cookies are kept, %d are the most", c.all, maxAllCookies)
	}
}

func TestWithoutCredentials(t *testing.T) {
	for raw, want := range map[string]string{
		"http://u:p@a.gov.cn/x?y@z":   "http://a.gov.cn/x?y@z",
		"//u@a.gov.cn":                "//a.gov.cn",
		"ftp://u:p@ss@a/":             "ftp://a/",
		"http://a.gov.cn/@x":          "http://a.gov.cn/@x",
		"http://a.gov.cn?q=http://b@": "http://a.gov.cn?q=http://b@",
		"mailto:a@b.cn":               "mailto:a@b.cn",
		`http://a\@b/`:                `http://a\@b/`,
		"":                            "",
	} {
		if got := withoutCredentials(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

// What grows beyond two hundred times its size is no page; up to 1 MiB it does not matter.
func TestEncodingsHaveBounds(t *testing.T) {
	pack := func(n int) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(make([]byte, n))
		w.Close()
		return b.Bytes()
	}
	header := http.Header{"Content-Encoding": {"gzip"}}
	if body, err := Decode(header, pack(freeRatio), 0); err != nil || len(body) != freeRatio {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if _, err := Decode(header, pack(20<<20), 0); !errors.Is(err, errOverLimit) {
		t.Errorf("1 : 1000: %v", err)
	}
	header.Set("Content-Encoding", strings.Repeat("gzip,", maxCodings+1))
	if _, err := Decode(header, pack(1), 0); !errors.Is(err, errOverLimit) {
		t.Errorf("%d encodings: %v", maxCodings+1, err)
	}
	if start := decodeStart(header, pack(1), 10); start != nil {
		t.Errorf("begins with %q", start)
	}
}

// A site of many names cannot fill the memory with its files, and each is still obeyed.
func TestRobotsFilesAreForgottenAndAskedAgain(t *testing.T) {
	const names = 12
	rules := "User-agent: *\nDisallow: /secret\n" + strings.Repeat("Disallow: /a\n", 400<<10/13)
	asked := map[string]int{}
	s := serve(t, map[string]http.HandlerFunc{"/robots.txt": func(w http.ResponseWriter, r *http.Request) {
		if asked[r.Host]++; r.Host == "ill.test" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		io.WriteString(w, rules)
	}, "/*": says("page")})
	crawler := New(quick(newStepClock()), &memory{}, nil)
	crawler.resolve = func(context.Context, string) ([]netip.Addr, error) { return nil, nil }
	crawler.strict.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
	}
	for range 2 {
		if got, err := fetchWith(t, crawler, Site{}, "http://ill.test/secret"); err != nil || got.outcome != "http:500" {
			t.Fatalf("%s (%s) %v", got.outcome, got.why, err)
		}
		for i := range names {
			got, err := fetchWith(t, crawler, Site{}, fmt.Sprintf("http://x%d.test/secret", i))
			if err != nil || got.outcome != OutcomeRobots {
				t.Fatalf("%d: %s (%s) %v", i, got.outcome, got.why, err)
			}
		}
	}
	if held := crawler.hosts.robotsHeld; held > maxRobotsHeld || held == 0 {
		t.Errorf("%d bytes are held", held)
	}
	if n := asked["x0.test"]; n != 2 {
		t.Errorf("the first file was asked for %d times", n)
	}
	if n := asked["ill.test"]; n != 1 {
		t.Errorf("of a host that is deferred for the run it was asked for %d times", n)
	}
}

// Who waits for a host's turn holds no room that others wait for during theirs: a large robots.txt is given back before its page is asked.
func TestRobotsFilesHoldNoRoomWhileAHostIsWaitedFor(t *testing.T) {
	var crawler *Crawler
	last, large := -1, -1
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "User-agent: *\nDisallow: /secret\n"+strings.Repeat("Disallow: /a\n", 400<<10/13))
		},
		"/page.html": func(w http.ResponseWriter, _ *http.Request) {
			last, large = len(crawler.bodies.last), len(crawler.bodies.large)
			io.WriteString(w, "page")
		}})
	crawler = New(quick(newStepClock()), &memory{}, nil)
	crawler.bodies.left.Store(0) // others have all that is shared
	got, err := fetchWith(t, crawler, Site{}, s.URL+"/page.html")
	if err != nil || got.outcome != OutcomeNew {
		t.Fatalf("%s (%s) %v", got.outcome, got.why, err)
	}
	if last != 0 || large != 0 {
		t.Errorf("while the page was asked for, the last room was held by %d, that for large answers by %d", last, large)
	}
}

// A site that is slow, but not too slow to answer, does not hold a run for ever; the next visit goes on.
func TestVisitsEndAfterADay(t *testing.T) {
	clock := newStepClock()
	var list strings.Builder
	for i := range 40 {
		fmt.Fprintf(&list, "<li><a href=/%d.html>甲市人民政府%d年政府信息公开工作年度报告</a>", i, 1990+i)
	}
	s := serve(t, map[string]http.HandlerFunc{"/nb/": says("<ul>" + list.String()), "/*": func(w http.ResponseWriter, r *http.Request) {
		clock.Sleep(r.Context(), time.Hour)
		says("<h1>report</h1>")(w, r)
	}})
	store := &memory{}
	opt := quick(clock)
	opt.Recheck = 7 * 24 * time.Hour
	site := Site{Key: "slow", Name: "甲市人民政府", URL: s.URL + "/nb/"}
	visit, err := New(opt, store, cms.Systems()).Visit(t.Context(), site)
	if err != nil || visit.Outcome != OutcomePartial || visit.New != 25 ||
		!strings.Contains(visit.Detail, "stopped after 24h0m0s: 15 report pages were not asked for") {
		t.Errorf("%+v, %v", visit, err)
	}
	visit, err = New(opt, store, cms.Systems()).Visit(t.Context(), site)
	if err != nil || visit.Outcome != OutcomeOK || visit.New != 15 || visit.Unchanged != 25 {
		t.Errorf("%+v, %v", visit, err)
	}
}

// Over HTTP/2, too, headers have a limit, and an answer over it is asked for once.
func TestHeadersOfHTTP2HaveALimit(t *testing.T) {
	asked := 0
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header()["X"] = slices.Repeat([]string{strings.Repeat("x", 1000)}, 400) // one byte each on the wire, by HPACK
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	crawler := New(quick(newStepClock()), &memory{}, nil)
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	crawler.strict.TLSClientConfig = &tls.Config{RootCAs: pool}
	got, err := fetchWith(t, crawler, Site{}, s.URL+"/p")
	if err != nil || got.outcome != OutcomeNetwork || !strings.Contains(got.why, "header list larger") || asked != 2 {
		t.Errorf("asked %d times: %s (%s) %v", asked, got.outcome, got.why, err)
	}
}

func TestReadBody(t *testing.T) {
	text := strings.Repeat("0123456789", 100_000)
	roomy := func(int64) (bool, error) { return true, nil }
	for _, stated := range []int64{-1, 0, 5, int64(len(text)), 1 << 40} {
		for _, limit := range []int64{1 << 30, int64(len(text)), 1000} {
			body, err := readBody(iotest.HalfReader(strings.NewReader(text)), stated, limit, roomy)
			if want := text[:min(int64(len(text)), limit+1)]; err != nil || string(body) != want {
				t.Errorf("stated %d, limit %d: %d bytes, want %d (%v)", stated, limit, len(body), len(want), err)
			}
			if stated > int64(2*len(text)) && limit > stated/2 && cap(body) > 2*len(text) {
				t.Errorf("stated %d: room for %d is kept", stated, cap(body))
			}
		}
	}
	body, err := readBody(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abc"))), -1, 10, roomy)
	if string(body) != "a" || !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("%q, %v", body, err)
	}
}

// What sites print goes into the detail of a visit, but not without end.
func TestNotesAreShort(t *testing.T) {
	v := visitor{}
	v.note("%s", strings.Repeat("报", 2*maxNote))
	if got := []rune(v.detail()); len(got) != maxNote || got[maxNote-1] != '…' {
		t.Errorf("%d characters", len(got))
	}
}

// watchful is an archive that notes whether the room for large answers is held while an earlier answer is got, and read.
type watchful struct {
	memory
	crawler *Crawler
	noted   map[string]int
}

func (w *watchful) note(what string) { w.noted[what] += len(w.crawler.bodies.large) }

func (w *watchful) Unsettled(ctx context.Context, url string) (*Capture, error) {
	w.note("unsettled")
	return w.memory.Unsettled(ctx, url)
}

func (w *watchful) SaveCapture(ctx context.Context, c *Capture) error {
	if c.Role == RolePage {
		w.note("compared")
	}
	return w.memory.SaveCapture(ctx, c)
}

func (w *watchful) SaveLinks(ctx context.Context, site string, links []Link) error {
	w.note("list")
	return w.memory.SaveLinks(ctx, site, links)
}

// Earlier answers are large by what they unpack to, too: of a list that has not changed, of a page that is compared with its last
// answer, and of one whose files were not saved.
func TestEarlierAnswersHaveRoom(t *testing.T) {
	packed := func(page string) http.HandlerFunc {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		io.WriteString(w, page+"<!--"+strings.Repeat("large ", 25_000)+"-->")
		w.Close()
		return says(b.String(), "Content-Encoding: gzip", `ETag: "1"`)
	}
	s := serve(t, map[string]http.HandlerFunc{
		"/nb/":    inTurn(packed("<ul><li><a href=/1.html>甲市人民政府2023年政府信息公开工作年度报告</a>"), status(304)),
		"/1.html": inTurn(packed("<h1>report</h1>"), says("<h1>another</h1>")),
	})
	store := &watchful{}
	opt := quick(newStepClock())
	run := func(recheck time.Duration) map[string]int {
		opt.Recheck = recheck
		store.crawler, store.noted = New(opt, store, cms.Systems()), map[string]int{}
		visit, err := store.crawler.Visit(t.Context(), Site{Key: "a", Name: "甲市人民政府", URL: s.URL + "/nb/"})
		if err != nil || visit.Outcome != OutcomeOK || visit.Items != 1 {
			t.Errorf("%+v, %v", visit, err)
		}
		if n := len(store.crawler.bodies.large); n != 0 {
			t.Error("the room is held for ever")
		}
		return store.noted
	}
	run(0)
	if noted := run(time.Hour); noted["list"] == 0 || noted["unsettled"] == 0 {
		t.Errorf("a list that has not changed, a page without its files: %v", noted)
	}
	if noted := run(0); noted["compared"] == 0 {
		t.Errorf("a page that is compared: %v", noted)
	}
}

// A probe that waits for another to have fetched a robots.txt holds no room that the other may need for it.
func TestProbesHoldNoRoomWhileTheyWait(t *testing.T) {
	var crawler *Crawler
	fetching := make(chan *robotsFile, 1)
	s := serve(t, map[string]http.HandlerFunc{"/nb/": func(w http.ResponseWriter, r *http.Request) {
		file := crawler.hosts.of(&url.URL{Host: r.Host}).robotsOf("http://" + r.Host)
		file.turn <- struct{}{} // another fetches it anew
		fetching <- file
		says("<ul><li><a href=/1.html>甲市人民政府2023年政府信息公开工作年度报告</a></ul>"+"<!--"+strings.Repeat("large ", 45_000)+"-->")(w, r)
	}})
	crawler = New(quick(newStepClock()), nil, cms.Systems())
	crawler.bodies.left.Store(0) // others have all that is shared
	var probing sync.WaitGroup
	probing.Go(func() {
		if p, err := crawler.Probe(t.Context(), Site{URL: s.URL + "/nb/"}); err != nil || p.Outcome != OutcomeOK {
			t.Errorf("%s (%s) %v", p.Outcome, p.Detail, err)
		}
	})
	file := <-fetching
	for n := 0; n < 1000 && len(crawler.bodies.last) == 0; n++ { // until the page has its room
		time.Sleep(time.Millisecond)
	}
	other := hold{of: crawler.bodies}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := other.grow(ctx, 2*freeBody); err != nil {
		t.Errorf("the other waits for ever: %v", err)
	} else {
		other.drop()
	}
	<-file.turn
	probing.Wait()
}

// An answer that came whole is kept even if the run is ended while it waits for the room to be unpacked.
func TestWholeAnswersAreKeptWhileTheyWait(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, strings.Repeat("0123456789", 2*freeBody/10))
	w.Close()
	s := serve(t, map[string]http.HandlerFunc{"/p": says(packed.String(), "Content-Encoding: gzip")})
	store := &memory{}
	crawler := New(quick(nil), store, nil)
	crawler.bodies.left.Store(0)
	crawler.bodies.last <- struct{}{} // others have all room
	v, err := crawler.newVisitor(ctx, Site{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.transport.held.drop()
	time.AfterFunc(300*time.Millisecond, func() {
		end()
		time.Sleep(20 * time.Millisecond)
		<-crawler.bodies.last
	})
	got, err := v.fetch(ctx, RolePage, cms.Request{URL: s.URL + "/p"})
	if pages := store.of("/p"); len(pages) != 1 || !pages[0].Complete {
		t.Errorf("%d captures of the page: %s %v", len(pages), got.outcome, err)
	}
}
