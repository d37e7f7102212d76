package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

func newJumpClock() *jumpClock {
	return &jumpClock{now: time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC)}
}

func (c *jumpClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// part is what of a site a fault strikes.
type part string

const (
	robotsPart part = "robots.txt"
	listPart   part = "lists"
	pagePart   part = "pages" // report pages and their files
)

func partOf(path string) part {
	switch {
	case path == "/robots.txt":
		return robotsPart
	case strings.Contains(path, "/index"):
		return listPart
	}
	return pagePart
}

// exchange is a request that a fault answers, with the answer that the healthy site would give.
type exchange struct {
	w      http.ResponseWriter
	r      *http.Request
	n      int // how often this address was asked before, since the fault began
	status int
	header http.Header
	body   []byte
	clock  *jumpClock
}

// healthy answers as the site does when nothing is wrong.
func (x exchange) healthy() {
	for name, values := range x.header {
		x.w.Header()[name] = values
	}
	x.w.WriteHeader(x.status)
	_, _ = x.w.Write(x.body)
}

// head is the beginning of a healthy answer on the wire, with more header lines and without the empty one.
func (x exchange) head(proto string, lines ...string) string {
	head := fmt.Sprintf("%s %d %s\r\nContent-Type: %s\r\n", proto, x.status, http.StatusText(x.status),
		x.header.Get("Content-Type"))
	for _, line := range lines {
		head += line + "\r\n"
	}
	return head
}

// half is the first half of the body.
func (x exchange) half() []byte { return x.body[:len(x.body)/2] }

// zipped is the body in gzip.
func (x exchange) zipped() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(x.body) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// wire takes the connection over and lets write do what it likes with it. Then the connection is closed, orderly or by a
// reset.
func (x exchange) wire(reset bool, write func(net.Conn)) {
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	write(conn)
	if reset {
		time.Sleep(10 * time.Millisecond) // a reset overtakes bytes that were not read yet
		_ = conn.(*net.TCPConn).SetLinger(0)
		return
	}
	// A close with unread bytes of the request would be a reset.
	_ = conn.(*net.TCPConn).CloseWrite()
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(io.Discard, conn)
}

// sends answers with these bytes on the wire.
func (x exchange) sends(reset bool, pieces ...[]byte) {
	x.wire(reset, func(conn net.Conn) {
		for _, p := range pieces {
			if _, err := conn.Write(p); err != nil {
				return
			}
		}
	})
}

// flood writes a piece again and again, until total bytes are written or the client has gone.
func flood(w io.Writer, piece []byte, total int64) (written int64) {
	for written < total {
		n, err := w.Write(piece)
		written += int64(n)
		if err != nil {
			break
		}
	}
	return written
}

// drip writes byte by byte, until the client has gone.
func drip(conn net.Conn, text []byte, every time.Duration) {
	for i := range text {
		if _, err := conn.Write(text[i : i+1]); err != nil {
			return
		}
		time.Sleep(every)
	}
}

// silence holds the connection without a word, until the client has gone.
func silence(conn net.Conn) {
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.Copy(io.Discard, conn)
}

// faultyServer serves the demo's pages and a report in a file. A fault may be switched on for a part of it.
type faultyServer struct {
	*httptest.Server
	clock *jumpClock

	mu       sync.Mutex
	struck   part
	answer   func(exchange) // nil while all is well
	asked    map[string]int // since the fault was switched on
	requests int            // since the fault was switched on or off
}

// newFaultyServer makes the server; the caller starts it.
func newFaultyServer(t *testing.T, clock *jumpClock) *faultyServer {
	t.Helper()
	s := &faultyServer{clock: clock}
	s.Server = httptest.NewUnstartedServer(s)
	s.Server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(s.Close)
	return s
}

// begin switches a fault on.
func (s *faultyServer) begin(on part, answer func(exchange)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.struck, s.answer, s.asked, s.requests = on, answer, map[string]int{}, 0
}

// end switches the fault off.
func (s *faultyServer) end() { s.begin("", nil) }

func (s *faultyServer) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *faultyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests++
	answer := s.answer
	if answer != nil && partOf(r.URL.Path) != s.struck {
		answer = nil
	}
	n := 0
	if answer != nil {
		n = s.asked[r.URL.Path]
		s.asked[r.URL.Path]++
	}
	s.mu.Unlock()
	if answer == nil {
		serveFiled(w, r)
		return
	}
	healthy := httptest.NewRecorder()
	serveFiled(healthy, r)
	answer(exchange{w, r, n, healthy.Code, healthy.Header(), healthy.Body.Bytes(), s.clock})
}

// The column whose report is a file: its text is that of a real report, list and page are made up.
const (
	filedRow  = "erlang,重庆市九龙坡区二郎街道办事处,http://HOST/filed/index.html,500107,"
	filedList = `<title>政府信息公开年报</title><ul><li><a href="2022.html">重庆市九龙坡区二郎街道办事处2022年政府信息公开工作年度报告</a>` +
		`<span>2023-01-18</span></li></ul>`
	filedPage = `<title>重庆市九龙坡区二郎街道办事处2022年政府信息公开工作年度报告</title><body><div id="zoom"><p>年度报告见附件。</p>` +
		`<p>附件：<a href="2022.doc">重庆市九龙坡区二郎街道办事处2022年政府信息公开工作年度报告.doc</a></p></div></body>`
	filedName = "../../testdata/documents/jiulongpo-erlang-2022-table-cut-header-again/page.doc"
)

// serveFiled is serveDemo with one column more.
func serveFiled(w http.ResponseWriter, r *http.Request) {
	var body []byte
	contentType := "text/html; charset=utf-8"
	switch r.URL.Path {
	case "/filed/index.html":
		body = []byte(filedList)
	case "/filed/2022.html":
		body = []byte(filedPage)
	case "/filed/2022.doc":
		file, err := os.ReadFile(filedName)
		if err != nil {
			panic(err)
		}
		body, contentType = file, "application/msword"
	default:
		serveDemo(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write(body)
}

// register is the register of the server's columns, at an address.
func (s *faultyServer) register(t *testing.T, scheme, host string) string {
	t.Helper()
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text)+filedRow+"\n", "http://HOST/", scheme+"://"+host+"/")
}

// bomb is a gigabyte in gzip, of a megabyte.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	flood(w, filler, gigabyte)
	_ = w.Close() // a buffer takes everything
	return b.Bytes()
})
