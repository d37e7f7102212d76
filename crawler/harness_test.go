package crawler

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"nianbao/crawler/cms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is an Archive that keeps everything in memory.
type memory struct {
	mu       sync.Mutex
	captures []*Capture
	links    map[string][]Link // by site
	files    map[string][]File // by address of the page
	rests    map[string]Rest   // by host
	unlisted []string
	fail     error // what SaveCapture answers
	failOnce error // what SaveFiles answers, once
}

func (m *memory) SaveCapture(_ context.Context, c *Capture) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if c.Outcome == OutcomeOK {
		c.Outcome = OutcomeNew
		for _, old := range m.captures {
			if old.URL != c.URL || !answered(old.Outcome) || old.Outcome == OutcomeNotModified {
				continue
			}
			c.Outcome = OutcomeChanged
			if old.SHA256 == c.SHA256 || c.SameAs != 0 {
				c.Outcome = OutcomeUnchanged
			}
		}
	}
	m.captures = append(m.captures, c)
	c.ID = int64(len(m.captures))
	return nil
}

func (m *memory) LastAnswer(_ context.Context, url string) (last time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.captures {
		if c.URL == url && answered(c.Outcome) {
			last = c.At
		}
	}
	return last, nil
}

func (m *memory) LastWhole(_ context.Context, method, url, requestSHA256 string) (last Whole, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.captures {
		if c.URL != url || c.Method != method || c.RequestSHA256 != requestSHA256 || !answered(c.Outcome) ||
			c.Outcome == OutcomeNotModified {
			continue
		}
		last.FinalURL, last.Header, last.At = c.FinalURL, c.Header, c.At
		if c.Outcome != OutcomeUnchanged {
			last.CaptureID, last.SHA256 = c.ID, c.SHA256
		}
	}
	return last, nil
}

func (m *memory) WholeBody(_ context.Context, id int64) (http.Header, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.captures[id-1]
	return c.Header, c.Body, nil
}

func (m *memory) HostRest(_ context.Context, host string) (Rest, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rests[host], nil
}

func (m *memory) SaveHostRest(_ context.Context, r Rest) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rests == nil {
		m.rests = map[string]Rest{}
	}
	m.rests[r.Host] = r
	if r.Failures == 0 {
		delete(m.rests, r.Host)
	}
	return nil
}

func (m *memory) Missing(_ context.Context, url string) (missing bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := false
	for _, c := range m.captures {
		if c.URL == url {
			seen = seen || answered(c.Outcome)
			missing = seen && Missed(c.Outcome)
		}
	}
	return missing, nil
}

func (m *memory) Unlisted(context.Context, string, time.Time) ([]string, error) {
	return m.unlisted, nil
}

func (m *memory) SaveFiles(_ context.Context, page int64, files []File) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.failOnce; err != nil {
		m.failOnce = nil
		return err
	}
	if m.files == nil {
		m.files = map[string][]File{}
	}
	m.files[m.captures[page-1].URL] = files
	return nil
}

func (m *memory) Unsettled(_ context.Context, url string) (last *Capture, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, saved := m.files[url]; saved {
		return nil, nil
	}
	for _, c := range m.captures {
		if c.URL == url && answered(c.Outcome) {
			last = c
		}
	}
	return last, nil
}

func (m *memory) FilesOf(_ context.Context, url string) ([]File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.files[url], nil
}

func (m *memory) SaveLinks(_ context.Context, site string, links []Link) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.links == nil {
		m.links = map[string][]Link{}
	}
	m.links[site] = append(m.links[site], links...)
	return nil
}

// of gives the captures whose URL ends so, in the order of their saving.
func (m *memory) of(ending string) (found []*Capture) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.captures {
		if strings.HasSuffix(c.URL, ending) {
			found = append(found, c)
		}
	}
	return found
}

// stepClock is a Clock that jumps instead of waiting, and remembers how far.
type stepClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newStepClock() *stepClock { return &stepClock{now: time.Date(2026, 3, 31, 18, 0, 0, 0, time.UTC)} }

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func (c *stepClock) waits() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.slept)
}

// site serves pages by path and counts how often each was asked.
type site struct {
	*httptest.Server
	mu   sync.Mutex
	hits map[string]int
}

// serve starts a site on loopback. A path without a handler answers 404; "/*" serves those.
func serve(t *testing.T, pages map[string]http.HandlerFunc) *site {
	t.Helper()
	s := &site{hits: map[string]int{}}
	s.Server = httptest.NewServer(s.handler(pages))
	t.Cleanup(s.Close)
	return s
}

func (s *site) handler(pages map[string]http.HandlerFunc) http.Handler {
	pages = maps.Clone(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.hits[r.URL.Path]++
		s.mu.Unlock()
		if page := pages[r.URL.Path]; page != nil {
			page(w, r)
		} else if page := pages["/*"]; page != nil && r.URL.Path != "/robots.txt" {
			page(w, r)
		} else {
			http.NotFound(w, r)
		}
	})
}

func (s *site) asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[path]
}

// says answers with a page in UTF-8, and further header lines "Name: value".
func says(body string, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		w.Write([]byte(body))
	}
}

// status answers with a status and header lines "Name: value".
func status(code int, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
	}
}

// inTurn answers with each handler once, and then always with the last.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		handler := handlers[0]
		if len(handlers) > 1 {
			handlers = handlers[1:]
		}
		mu.Unlock()
		handler(w, r)
	}
}

// raw answers with these bytes on the wire, and then closes the connection, or resets it.
func raw(answer string, reset bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		out.WriteString(answer)
		out.Flush()
		if reset {
			time.Sleep(20 * time.Millisecond) // a reset overtakes bytes that were not read yet
			conn.(*net.TCPConn).SetLinger(0)
		}
		conn.Close()
	}
}

// quick are options under which nothing waits for long.
func quick(clock Clock) Options {
	return Options{Version: "1.0", Contact: "mailto:someone@example.com", AllowPrivate: true, Timeout: 5 * time.Second,
		Clock: clock}
}

// fetchOne asks one page, as a visit would.
func fetchOne(t *testing.T, opt Options, row Site, address string) (fetched, *memory) {
	t.Helper()
	store := &memory{}
	got, err := fetchWith(t, New(opt, store, nil), row, address)
	if err != nil {
		t.Fatal(err)
	}
	return got, store
}

func fetchWith(t *testing.T, c *Crawler, row Site, address string) (fetched, error) {
	t.Helper()
	v, err := c.newVisitor(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	defer v.transport.held.drop()
	return v.fetch(t.Context(), RolePage, cms.Request{URL: address})
}

func postRequest(address, body string) cms.Request {
	return cms.Request{Method: http.MethodPost, URL: address, Body: []byte(body),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}
}
