package crawler

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/http2"
)

// gbk is a page in GBK: <title>年报</title> as bytes.
const gbk = "<html><head><meta charset=\"gbk\"><title>\xc4\xea\xb1\xa8</title></head></html>"

// colly: Response.Body is re-encoded before OnResponse when the header names a charset; a charset only in <meta> is
// ignored; a header that says utf-8 over GBK bytes is believed.
func TestStoredAndReadBytesAreTheServedOnes(t *testing.T) {
	for name, contentType := range map[string]string{
		"charset in the header":         "text/html; charset=gbk",
		"charset only in meta":          "text/html",
		"header says utf-8 wrongly":     "text/html; charset=utf-8",
		"charset nobody knows":          "text/html; charset=klingon",
		"content type that is nonsense": ";;;charset=gbk",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				io.WriteString(w, gbk)
			}})
			got, _ := fetchOne(t, quick(nil), Site{}, s.URL+"/p")
			c := got.capture
			if string(c.Body) != gbk || c.SHA256 != digest([]byte(gbk)) || c.Outcome != OutcomeNew || !c.Complete {
				t.Errorf("capture %q %s complete %v: %q", c.SHA256, c.Outcome, c.Complete, c.Body)
			}
			if string(got.body) != gbk || got.why != "" {
				t.Errorf("the list system would get %q, %s", got.body, got.why)
			}
			if c.Header.Get("Content-Type") != contentType {
				t.Errorf("content type recorded as %q", c.Header.Get("Content-Type"))
			}
		})
	}
}

func TestCaptureRecordsTheExchange(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, r *http.Request) {
		w.Header()["X-Twice"] = []string{"b", "a"}
		io.WriteString(w, r.UserAgent()+"|"+r.Header.Get("Accept-Encoding"))
	}})
	got, store := fetchOne(t, quick(nil), Site{Key: "here"}, s.URL+"/p?年=1#part")
	c := got.capture
	if want := "nianbao/1.0 (+mailto:someone@example.com)|identity"; string(c.Body) != want {
		t.Errorf("the server saw %q, want %q", c.Body, want)
	}
	if c.URL != s.URL+"/p?%E5%B9%B4=1" || c.FinalURL != c.URL || c.Site != "here" || c.Role != RolePage ||
		c.Method != "GET" {
		t.Errorf("%+v", c)
	}
	if c.Status != 200 || c.StatusLine != "200 OK" || c.Proto != "HTTP/1.1" || c.Transport != "http" ||
		c.RemoteAddr != strings.TrimPrefix(s.URL, "http://") || c.Elapsed <= 0 || c.At.IsZero() || c.Err != "" {
		t.Errorf("%+v", c)
	}
	if twice := c.Header["X-Twice"]; !slices.Equal(twice, []string{"b", "a"}) {
		t.Errorf("header values %q", twice)
	}
	if agent := c.RequestHeader.Get("User-Agent"); agent != "nianbao/1.0 (+mailto:someone@example.com)" {
		t.Errorf("request header recorded with agent %q", agent)
	}
	robots := store.of("/robots.txt")
	if len(robots) != 1 || robots[0].Role != RoleRobots || robots[0].Outcome != "http:404" {
		t.Errorf("robots.txt recorded as %+v", robots)
	}
}

// colly: a body over MaxBodySize is cut silently.
func TestBodyOverTheLimitIsTooLarge(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/over":  func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1<<20+1)) },
		"/exact": func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1<<20)) },
	})
	opt := quick(newStepClock())
	opt.MaxBody = 1 << 20
	got, _ := fetchOne(t, opt, Site{}, s.URL+"/over")
	if c := got.capture; c.Outcome != OutcomeTooLarge || len(c.Body) != 1<<20 || c.Complete || c.Err == "" ||
		c.SHA256 != digest(c.Body) {
		t.Errorf("over: %s, %d bytes, complete %v, %q", c.Outcome, len(c.Body), c.Complete, c.Err)
	}
	if got.why == "" || got.body != nil {
		t.Error("the cut body was taken for the page")
	}
	if s.asked("/over") != 1 {
		t.Errorf("asked %d times", s.asked("/over"))
	}
	got, _ = fetchOne(t, opt, Site{}, s.URL+"/exact")
	if c := got.capture; c.Outcome != OutcomeNew || len(c.Body) != 1<<20 || !c.Complete {
		t.Errorf("exact: %s, %d bytes, complete %v", c.Outcome, len(c.Body), c.Complete)
	}
}

// colly: a reply without Content-Length whose connection drops is taken as whole; nothing is tried again.
func TestCutAnswersAreTruncatedAndAskedAgain(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	for name, cut := range map[string]http.HandlerFunc{
		"chunked, closed":             raw(head+"Transfer-Encoding: chunked\r\n\r\n5\r\nstart\r\n", false),
		"with length, closed":         raw(head+"Content-Length: 100\r\n\r\nstart", false),
		"with length, reset":          raw(head+"Content-Length: 100\r\n\r\nstart", true),
		"without length, reset":       raw(head+"Connection: close\r\n\r\nstart", true),
		"chunk size that is nonsense": raw(head+"Transfer-Encoding: chunked\r\n\r\n5\r\nstart\r\nzz\r\n", false),
	} {
		t.Run(name, func(t *testing.T) {
			clock := newStepClock()
			s := serve(t, map[string]http.HandlerFunc{"/p": inTurn(cut, cut, says("whole"))})
			got, store := fetchOne(t, quick(clock), Site{}, s.URL+"/p")
			if got.why != "" || string(got.body) != "whole" {
				t.Fatalf("in the end %q: %s", got.body, got.why)
			}
			attempts := store.of("/p")
			if len(attempts) != 3 {
				t.Fatalf("%d attempts recorded", len(attempts))
			}
			for _, c := range attempts[:2] {
				if c.Outcome != OutcomeTruncated || c.Complete || string(c.Body) != "start" || c.Err == "" ||
					c.SHA256 != digest([]byte("start")) {
					t.Errorf("%s complete %v %q %q", c.Outcome, c.Complete, c.Body, c.Err)
				}
			}
			if waits := clock.waits(); !slices.Equal(waits, []time.Duration{time.Second, 2 * time.Second}) {
				t.Errorf("waited %v", waits)
			}
		})
	}
}

// RFC 9112 section 6.3: without length and chunks the body ends where the connection is closed in order.
func TestBodyUntilOrderlyCloseIsWhole(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": raw("HTTP/1.0 200 OK\r\n\r\nall of it", false)})
	got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
	if got.capture.Outcome != OutcomeNew || string(got.body) != "all of it" {
		t.Errorf("%s %q", got.capture.Outcome, got.body)
	}
}

func TestResetsAreAskedAgainAfter1And2And4Seconds(t *testing.T) {
	clock := newStepClock()
	s := serve(t, map[string]http.HandlerFunc{"/p": raw("", true)})
	got, store := fetchOne(t, quick(clock), Site{}, s.URL+"/p")
	attempts := store.of("/p")
	if len(attempts) != 4 || s.asked("/p") != 4 {
		t.Fatalf("%d attempts recorded, %d made", len(attempts), s.asked("/p"))
	}
	if c := got.capture; c != attempts[3] || c.Outcome != OutcomeNetwork || c.Status != 0 || c.SHA256 != "" ||
		c.Err == "" {
		t.Errorf("%+v", c)
	}
	if waits := clock.waits(); !slices.Equal(waits, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}) {
		t.Errorf("waited %v", waits)
	}
}

// colly: the client times out after 10 s, body included.
func TestSlowAnswersTimeOut(t *testing.T) {
	for name, slow := range map[string]http.HandlerFunc{
		"before the first byte": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"inside the body": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "start")
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p": slow})
			opt := quick(newStepClock())
			opt.Timeout = 100 * time.Millisecond
			got, store := fetchOne(t, opt, Site{}, s.URL+"/p")
			if c := got.capture; c.Outcome != OutcomeTimeout || c.Complete || got.body != nil || c.Err == "" {
				t.Errorf("%s complete %v %q", c.Outcome, c.Complete, c.Err)
			}
			if len(store.of("/p")) != 4 {
				t.Errorf("%d attempts", len(store.of("/p")))
			}
		})
	}
}

// colly: net/http undoes gzip.
func TestUnaskedContentEncodings(t *testing.T) {
	page := strings.Repeat("年报 ", 100)
	pack := func(open func(io.Writer) io.WriteCloser) []byte {
		var b bytes.Buffer
		w := open(&b)
		io.WriteString(w, page)
		w.Close()
		return b.Bytes()
	}
	gzipped := pack(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	zlibbed := pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	deflated := pack(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f })
	brotlied := pack(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) })
	zstded := pack(func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z })
	for name, c := range map[string]struct {
		encoding string
		sent     []byte
		outcome  string
		readable bool
	}{
		"gzip":                 {"gzip", gzipped, OutcomeNew, true},
		"deflate with zlib":    {"deflate", zlibbed, OutcomeNew, true},
		"deflate without zlib": {"Deflate", deflated, OutcomeNew, true},
		"identity":             {"identity", []byte(page), OutcomeNew, true},
		"br":                   {"br", brotlied, OutcomeNew, true},
		"br that is cut":       {"br", brotlied[:len(brotlied)-2], OutcomeTruncated, false},
		"br that is no br":     {"br", []byte(page), OutcomeTruncated, false},
		"zstd":                 {"zstd", zstded, OutcomeNew, true},
		"zstd that is cut":     {"zstd", zstded[:len(zstded)-2], OutcomeTruncated, false},
		"two, one in the other": {"gzip, br", pack(func(w io.Writer) io.WriteCloser {
			outer := brotli.NewWriter(w)
			return nested{gzip.NewWriter(outer), outer}
		}), OutcomeNew, true},
		"one that nobody knows": {"compress", []byte(page), OutcomeNew, false},
		"gzip that is cut":      {"gzip", gzipped[:len(gzipped)-6], OutcomeTruncated, false},
		"gzip that is no gzip":  {"gzip", []byte(page), OutcomeTruncated, false},
		"gzip of an empty body": {"gzip", nil, OutcomeTruncated, false}, // nobody can read a page without a body
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p.xml.gz": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", c.encoding)
				w.Header().Set("Content-Type", "text/html")
				w.Write(c.sent)
			}})
			got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p.xml.gz")
			if !bytes.Equal(got.capture.Body, c.sent) || got.capture.Outcome != c.outcome {
				t.Errorf("stored %d bytes as %s, sent %d", len(got.capture.Body), got.capture.Outcome, len(c.sent))
			}
			if (got.why == "") != c.readable {
				t.Errorf("readable: %v (%s)", got.why == "", got.why)
			}
			if c.readable && c.sent != nil && string(got.body) != page {
				t.Errorf("read as %q", got.body)
			}
		})
	}
}

// nested closes a writer and the one that it writes to.
type nested struct {
	io.WriteCloser
	outer io.Closer
}

func (n nested) Close() error { return errors.Join(n.WriteCloser.Close(), n.outer.Close()) }

func TestDecodeStopsAtTheLimit(t *testing.T) {
	for coding, open := range map[string]func(io.Writer) io.WriteCloser{
		"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
		"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
		"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
		"zstd":    func(w io.Writer) io.WriteCloser { z, _ := zstd.NewWriter(w); return z },
	} {
		var b bytes.Buffer
		w := open(&b)
		w.Write(make([]byte, 1<<20))
		w.Close()
		header := http.Header{"Content-Encoding": {coding}}
		if _, err := Decode(header, b.Bytes(), 1<<20-1); err == nil {
			t.Errorf("%s: a body that unpacks to more than the limit was let through", coding)
		}
		if body, err := Decode(header, b.Bytes(), 1<<20); err != nil || len(body) != 1<<20 {
			t.Errorf("%s: %d bytes, %v", coding, len(body), err)
		}
		if start := decodeStart(header, b.Bytes(), 1000); len(start) != 1000 {
			t.Errorf("%s: the first 1000 bytes are %d", coding, len(start))
		}
	}
}

func TestRedirectsAreFollowedAndRecorded(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/a": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/b?x=1#frag")
			w.Header().Set("Set-Cookie", "pass=1")
			w.WriteHeader(302)
			io.WriteString(w, "moved")
		},
		"/b": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, r.URL.RawQuery, " ", r.Header.Get("Cookie"))
		},
	})
	got, store := fetchOne(t, quick(nil), Site{}, s.URL+"/a")
	c := got.capture
	if string(c.Body) != "x=1 pass=1" || c.URL != s.URL+"/a" || c.FinalURL != s.URL+"/b?x=1" || len(c.Redirects) != 1 {
		t.Fatalf("%q from %s by %+v", c.Body, c.FinalURL, c.Redirects)
	}
	hop := c.Redirects[0]
	if hop.URL != s.URL+"/a" || hop.Status != 302 || hop.StatusLine != "302 Found" || hop.Location != s.URL+"/b?x=1" ||
		string(hop.Body) != "moved" || hop.SHA256 != digest([]byte("moved")) || hop.RemoteAddr == "" ||
		hop.Header.Get("Location") != "/b?x=1#frag" || hop.At.IsZero() {
		t.Errorf("%+v", hop)
	}
	if len(store.of("/a")) != 1 || len(store.of("/b?x=1")) != 0 {
		t.Error("the redirect is not inside one capture")
	}
}

func TestRedirectLoopsEnd(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/a": status(302, "Location: /b"), "/b": status(302, "Location: /a")})
	got, _ := fetchOne(t, quick(nil), Site{}, s.URL+"/a")
	c := got.capture
	if len(c.Redirects) != 10 || c.Outcome != "http:302" || c.Status != 302 || c.Err == "" {
		t.Errorf("%d redirects, %s, %q", len(c.Redirects), c.Outcome, c.Err)
	}
	if asked := s.asked("/a") + s.asked("/b"); asked != 11 {
		t.Errorf("asked %d times", asked)
	}
}

func TestRedirectsWithoutUsableTarget(t *testing.T) {
	for name, c := range map[string]struct{ location, outcome string }{
		"no location":    {"", "http:302"},
		"other scheme":   {"ftp://example.com/x", OutcomeNetwork},
		"no address":     {"http://[", "http:302"},
		"script":         {"javascript:void(0)", OutcomeNetwork},
		"without a host": {"http:///", OutcomeNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/a": status(302, "Location: "+c.location)})
			got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/a")
			if got.capture.Outcome != c.outcome {
				t.Errorf("%s: %s", got.capture.Outcome, got.capture.Err)
			}
		})
	}
}

func TestMethodOverRedirects(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s", r.Method, body)
	}
	s := serve(t, map[string]http.HandlerFunc{"/302": status(302, "Location: /echo"),
		"/307": status(307, "Location: /echo"), "/echo": echo})
	for path, want := range map[string]string{"/302": "GET ", "/307": "POST page=2", "/echo": "POST page=2"} {
		c := New(quick(nil), &memory{}, nil)
		v, err := c.newVisitor(t.Context(), Site{})
		if err != nil {
			t.Fatal(err)
		}
		defer v.transport.held.drop()
		got, err := v.fetch(t.Context(), RoleList, postRequest(s.URL+path, "page=2"))
		if err != nil || string(got.body) != want {
			t.Errorf("%s: %q, want %q (%v)", path, got.body, want, err)
		}
		if got.capture.Method != "POST" || got.capture.RequestSHA256 != digest([]byte("page=2")) {
			t.Errorf("%s: %s %s", path, got.capture.Method, got.capture.RequestSHA256)
		}
	}
}

// colly: no retry, no back-off, Retry-After unused.
func TestRetryAfterUpToAMinuteIsWaitedFor(t *testing.T) {
	clock := newStepClock()
	date := clock.Now().Add(30 * time.Second).Format(http.TimeFormat)
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		wait   time.Duration
	}{
		"429 with seconds":        {status(429, "Retry-After: 7"), 7 * time.Second},
		"503 with seconds":        {status(503, "Retry-After: 60"), time.Minute},
		"503 with a date":         {status(503, "Retry-After: "+date), 30 * time.Second},
		"429 with a date gone by": {status(429, "Retry-After: Mon, 01 Jan 2024 00:00:00 GMT"), 0},
		"429 with no time at all": {status(429, "Retry-After: 0"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newStepClock()
			s := serve(t, map[string]http.HandlerFunc{"/p": inTurn(c.answer, says("at last"))})
			got, store := fetchOne(t, quick(clock), Site{}, s.URL+"/p")
			if string(got.body) != "at last" {
				t.Fatalf("%s: %s", got.outcome, got.why)
			}
			if attempts := store.of("/p"); len(attempts) != 2 || attempts[0].Outcome != OutcomeRate {
				t.Errorf("%d attempts", len(attempts))
			}
			var waited time.Duration
			for _, w := range clock.waits() {
				waited += w
			}
			if waited != c.wait {
				t.Errorf("waited %v, want %v", waited, c.wait)
			}
		})
	}
}

func TestHostRestsWhenToldToWaitForLong(t *testing.T) {
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		attempts int
	}{
		"Retry-After over a minute":       {status(429, "Retry-After: 61"), 1},
		"429 without Retry-After":         {status(429), 1},
		"asked again three times in vain": {status(503, "Retry-After: 1"), 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p": c.answer, "/q": says("never")})
			store := &memory{}
			crawler := New(quick(newStepClock()), store, nil)
			got, err := fetchWith(t, crawler, Site{}, s.URL+"/p")
			if err != nil || got.outcome != OutcomeRate || len(store.of("/p")) != c.attempts {
				t.Errorf("%s after %d attempts (%v)", got.outcome, len(store.of("/p")), err)
			}
			got, err = fetchWith(t, crawler, Site{}, s.URL+"/q")
			if err != nil || got.outcome != OutcomeRate || got.capture != nil || s.asked("/q") != 0 {
				t.Errorf("another page of the host: %s, asked %d times (%v)", got.outcome, s.asked("/q"), err)
			}
		})
	}
}

func Test503WithoutRetryAfterIsAnAnswer(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": status(503), "/q": says("fine")})
	crawler := New(quick(newStepClock()), &memory{}, nil)
	if got, _ := fetchWith(t, crawler, Site{}, s.URL+"/p"); got.outcome != "http:503" || s.asked("/p") != 1 {
		t.Errorf("%s, asked %d times", got.outcome, s.asked("/p"))
	}
	if got, _ := fetchWith(t, crawler, Site{}, s.URL+"/q"); got.why != "" {
		t.Errorf("another page of the host: %s", got.why)
	}
}

func TestFirewallAnswersAreNamedAndNotAskedAgain(t *testing.T) {
	for _, code := range firewallStatuses {
		s := serve(t, map[string]http.HandlerFunc{"/p": status(code), "/q": says("x")})
		crawler := New(quick(newStepClock()), &memory{}, nil)
		want := fmt.Sprintf("blocked:%d", code)
		if got, _ := fetchWith(t, crawler, Site{}, s.URL+"/p"); got.outcome != want || s.asked("/p") != 1 {
			t.Errorf("%d: %s, asked %d times", code, got.outcome, s.asked("/p"))
		}
		if got, _ := fetchWith(t, crawler, Site{}, s.URL+"/q"); got.outcome != want || s.asked("/q") != 0 {
			t.Errorf("%d: then %s, asked %d times", code, got.outcome, s.asked("/q"))
		}
	}
}

// The signs stand in the page, whatever the status; a firewall that answers once is not asked again in the run.
func TestFirewallPagesAreNamedByTheirSigns(t *testing.T) {
	challenge := says(`<html><script>var a="security_verify_data"</script></html>`)
	s := serve(t, map[string]http.HandlerFunc{"/p": challenge, "/q": says("x")})
	crawler := New(quick(newStepClock()), &memory{}, nil)
	got, _ := fetchWith(t, crawler, Site{}, s.URL+"/p")
	if got.outcome != "blocked:yunsuo" || got.body != nil || !strings.Contains(got.why, "security_verify_data") ||
		!got.capture.Complete || s.asked("/p") != 1 {
		t.Errorf("%s (%s) %q, asked %d times", got.outcome, got.why, got.body, s.asked("/p"))
	}
	if got, _ = fetchWith(t, crawler, Site{}, s.URL+"/q"); got.outcome != "blocked:yunsuo" || s.asked("/q") != 0 ||
		!strings.Contains(got.why, "200 OK") || !strings.Contains(got.why, "security_verify_data") {
		t.Errorf("then %s (%s), asked %d times", got.outcome, got.why, s.asked("/q"))
	}
}

// In place of robots.txt a challenge says nothing about what the site allows: the host is left alone.
func TestFirewallInPlaceOfRobots(t *testing.T) {
	challenge := says(`<script>document.cookie="C3VK=1"</script>`)
	s := serve(t, map[string]http.HandlerFunc{"/robots.txt": challenge, "/p": says("x")})
	got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
	if got.outcome != "blocked:chuangyu" || s.asked("/p") != 0 || !strings.Contains(got.why, "host deferred") {
		t.Errorf("%s (%s), asked %d times", got.outcome, got.why, s.asked("/p"))
	}
}

// A compressed challenge is one too.
func TestFirewallPageUnderContentEncoding(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		z := gzip.NewWriter(w)
		io.WriteString(z, "<html><script>$_ts={}</script></html>")
		z.Close()
	}})
	if got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p"); got.outcome != "blocked:ruishu" {
		t.Errorf("%s (%s)", got.outcome, got.why)
	}
}

// Cookies that a server sets by header are kept and sent, as every client does: a redirect to the same address that
// wants its cookie back (openresty's CT6T) is passed by that alone.
func TestRedirectToItselfThatSetsACookie(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("CT6T"); err != nil || cookie.Value != "a1b2c3" {
			w.Header().Set("Set-Cookie", "CT6T=a1b2c3; Path=/; HttpOnly")
			w.Header().Set("Location", r.URL.Path)
			w.WriteHeader(http.StatusFound)
			return
		}
		io.WriteString(w, "page")
	}})
	got, store := fetchOne(t, quick(nil), Site{}, s.URL+"/p")
	if string(got.body) != "page" || len(got.capture.Redirects) != 1 || len(store.of("/p")) != 1 {
		t.Errorf("%s (%s) %q", got.outcome, got.why, got.body)
	}
}

func TestNobodyListening(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	clock := newStepClock()
	got, store := fetchOne(t, quick(clock), Site{}, s.URL+"/p")
	if got.outcome != OutcomeNetwork || got.capture != nil || len(store.of("/robots.txt")) != 1 ||
		len(clock.waits()) != 0 {
		t.Errorf("%s: %s, %d attempts, waits %v", got.outcome, got.why, len(store.of("/robots.txt")), clock.waits())
	}
}

// colly reads COLLY_ settings and proxies from the environment; we read neither.
func TestTheEnvironmentChangesNothing(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:9")
	t.Setenv("COLLY_PROXY", "http://127.0.0.1:9")
	t.Setenv("COLLY_USER_AGENT", "somebody else")
	t.Setenv("COLLY_DISALLOWED_DOMAINS", "127.0.0.1")
	t.Setenv("COLLY_MAX_BODY_SIZE", "1")
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter,
		r *http.Request) {
		io.WriteString(w, r.UserAgent())
	}})
	got, _ := fetchOne(t, quick(nil), Site{}, s.URL+"/p")
	if !strings.HasPrefix(string(got.body), "nianbao/") {
		t.Errorf("%q, %s", got.body, got.why)
	}
}

func TestAnArchiveThatFailsIsAnErrorOfOurs(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": says("x")})
	full := errors.New("disk full")
	_, err := fetchWith(t, New(quick(nil), &memory{fail: full}, nil), Site{}, s.URL+"/p")
	if !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if s.asked("/p") != 0 {
		t.Error("went on asking though nothing can be kept")
	}
}

func TestTLSFaults(t *testing.T) {
	s := httptest.NewTLSServer(says("secret"))
	defer s.Close()
	s.Config.ErrorLog = nil
	got, store := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
	if got.outcome != OutcomeTLS || len(store.captures) != 1 {
		t.Errorf("strict: %s (%s) after %d attempts", got.outcome, got.why, len(store.captures))
	}
	row := Site{URL: s.URL + "/", TLS: TLSRelaxed}
	got, store = fetchOne(t, quick(newStepClock()), row, s.URL+"/p")
	if got.why != "" || got.capture.Transport != "https-relaxed" || string(got.body) != "secret" {
		t.Errorf("relaxed: %s %s", got.why, got.capture.Transport)
	}
	if first := store.captures[0]; first.Outcome != OutcomeTLS || first.Transport != "https" {
		t.Errorf("relaxed: the strict way was not tried first: %s %s", first.Outcome, first.Transport)
	}
	other := Site{URL: "https://other.example/", TLS: TLSRelaxed}
	if got, _ = fetchOne(t, quick(newStepClock()), other, s.URL+"/p"); got.outcome != OutcomeTLS {
		t.Errorf("another host than the row's: %s", got.outcome)
	}
}

func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(says("two"))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	got, _ := fetchOne(t, quick(nil), Site{URL: s.URL + "/", TLS: TLSRelaxed}, s.URL+"/p")
	if string(got.body) != "two" || got.capture.Proto != "HTTP/2.0" {
		t.Errorf("%q over %s: %s", got.body, got.capture.Proto, got.why)
	}
}

// net/url takes some addresses that it does not read when it has written them. No Location ends a crawl.
func TestRedirectsToWhatIsNoAddress(t *testing.T) {
	for to, want := range map[string]string{"//::1": "http:302", "//80::1/a": "http:302", "//x:data:/": "http:302", "//[::1": "http:302",
		"ftp://a/b": OutcomeNetwork, "x:y": OutcomeNetwork, "https://": OutcomeNetwork, "//a:b@/": OutcomeNetwork} {
		s := serve(t, map[string]http.HandlerFunc{"/p": status(302, "Location: "+to)})
		got, err := fetchWith(t, New(quick(newStepClock()), &memory{}, nil), Site{}, s.URL+"/p")
		if err != nil || got.outcome != want {
			t.Errorf("%s: %s, want %s (%v)", to, got.outcome, want, err)
		}
	}
}

// net/http makes a request of HTTP/2 again by itself when the server refuses it or goes away, without pause and for as long as it
// may take. Each attempt of ours is one request.
func TestHTTP2ThatRefusesRequests(t *testing.T) {
	for name, refuse := range map[string]func(*http2.Framer, uint32) error{
		"refused": func(f *http2.Framer, stream uint32) error {
			return f.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
		},
		"gone away": func(f *http2.Framer, _ uint32) error { return f.WriteGoAway(0, http2.ErrCodeNo, nil) },
	} {
		s := httptest.NewTLSServer(nil)
		certificates := s.TLS.Certificates
		s.Close()
		listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certificates, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		var asked atomic.Int32
		var serving sync.WaitGroup
		serving.Go(func() {
			for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
				serving.Go(func() {
					defer conn.Close()
					io.ReadFull(conn, make([]byte, len(http2.ClientPreface)))
					framer := http2.NewFramer(conn, conn)
					framer.WriteSettings()
					for frame, err := framer.ReadFrame(); err == nil; frame, err = framer.ReadFrame() {
						if _, ok := frame.(*http2.HeadersFrame); ok {
							asked.Add(1)
							refuse(framer, frame.Header().StreamID)
						}
					}
				})
			}
		})
		store := &memory{}
		crawler := New(quick(newStepClock()), store, nil)
		crawler.strict.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
		got, err := fetchWith(t, crawler, Site{}, "https://"+listener.Addr().String()+"/p")
		listener.Close()
		serving.Wait()
		if err != nil || got.outcome != OutcomeNetwork || int(asked.Load()) != len(store.captures) || asked.Load() != 4 {
			t.Errorf("%s: asked %d times, recorded %d times: %s (%s) %v", name, asked.Load(), len(store.captures), got.outcome, got.why, err)
		}
	}
}
