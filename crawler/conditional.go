package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Whole is the last whole answer to a request, as the archive has it. The zero value stands for none.
type Whole struct {
	CaptureID int64       // the capture that brought its bytes
	SHA256    string      // of those bytes
	Bytes     int64       // how many they are
	FinalURL  string      // the address that answered last with a body
	Header    http.Header // of that answer
	At        time.Time   // when it was asked
}

// Wholes is the part of the archive that knows earlier answers.
type Wholes interface {
	// LastWhole gives the last whole answer to a request, the zero Whole if there is none.
	LastWhole(ctx context.Context, method, url, requestSHA256 string) (Whole, error)
	// WholeBody gives the bytes that a capture brought, as they were sent, and the header that says how to read them.
	WholeBody(ctx context.Context, captureID int64) (http.Header, []byte, error)
}

const (
	// maxTrust is how long after a body came a server is believed that it has not changed. Then the body is asked for
	// once more: caches that answer 304 for ever exist.
	maxTrust = 30 * 24 * time.Hour
	// leastAge is how old a page must have been when it was sent for its Last-Modified to tell two states of it apart
	// (RFC 9110 section 8.8.2.2). A server that prints the time of the answer there says nothing by it.
	leastAge = time.Minute
)

// validators are the header fields by which a server is asked whether an answer still holds (RFC 9110 section 13.1); nil
// where it gave none that can be relied on. A weak entity tag is good enough: it is compared weakly anyway.
func (w Whole) validators(now time.Time) http.Header {
	if w.CaptureID == 0 || w.At.After(now) || now.Sub(w.At) > maxTrust {
		return nil
	}
	fields := http.Header{}
	if tag := w.Header.Get("ETag"); entityTag(tag) {
		fields.Set("If-None-Match", tag)
	}
	if modified := w.Header.Get("Last-Modified"); w.settled(modified) {
		fields.Set("If-Modified-Since", modified)
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// settled says whether a Last-Modified was in the past when it was sent, by the server's clock where it tells it.
func (w Whole) settled(modified string) bool {
	at, err := http.ParseTime(modified)
	if err != nil {
		return false
	}
	sent, err := http.ParseTime(w.Header.Get("Date"))
	if err != nil || sent.After(w.At.Add(24*time.Hour)) { // a server that lives in the future
		sent = w.At
	}
	return sent.Sub(at) >= leastAge && w.At.Sub(at) >= leastAge
}

// entityTag says whether s has the form of an entity tag (RFC 9110 section 8.8.3).
func entityTag(s string) bool {
	s = strings.TrimPrefix(s, "W/")
	return len(s) >= 2 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) && !strings.Contains(s[1:len(s)-1], `"`)
}

// confirms says whether a 304 is about the answer that was asked about: a tag it names must be that one's.
func (w Whole) confirms(header http.Header) bool {
	named, had := header.Get("ETag"), w.Header.Get("ETag")
	return named == "" || !entityTag(had) || strings.TrimPrefix(named, "W/") == strings.TrimPrefix(had, "W/")
}

// conditional are the validators for one hop: they belong to the address that gave them, and to GET.
func (a ask) conditional(method string, target *url.URL, now time.Time) http.Header {
	if method != http.MethodGet || a.whole.FinalURL != target.String() {
		return nil
	}
	return a.whole.validators(now)
}

// withoutCache is the request after a 304 that is no answer: one that nobody asked for, one about other bytes, or one
// about bytes that the archive cannot give. It is made once.
func (a ask) withoutCache() ask {
	a.whole, a.afresh = Whole{}, true
	a.header = a.header.Clone()
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set("Cache-Control", "no-cache")
	return a
}

// recall looks up what the request answered last.
func (t *transport) recall(ctx context.Context, a ask) (Whole, error) {
	if a.role == RoleProbe {
		return Whole{}, nil
	}
	sum := ""
	if len(a.body) > 0 {
		sum = digest(a.body)
	}
	w, err := t.crawler.archive.LastWhole(ctx, a.method, a.url.String(), sum)
	if err != nil {
		return Whole{}, fmt.Errorf("last answer of %s: %w", a.url, err)
	}
	return w, nil
}

// compare notes that an answer with other bytes than the last one's has the same content. What is too large to be looked into is
// another answer. It does not heed the end of a run: the answer is kept, and would be taken for another one.
func (t *transport) compare(ctx context.Context, c *Capture, w Whole) {
	if c.Outcome != OutcomeOK || w.CaptureID == 0 || w.SHA256 == c.SHA256 || c.Role == RoleAttachment ||
		max(w.Bytes, int64(len(c.Body))) > maxListPage {
		return
	}
	final, err := url.Parse(c.FinalURL)
	if err != nil || c.FinalURL != w.FinalURL {
		return
	}
	header, body, err := t.earlier(context.WithoutCancel(ctx), w)
	if err != nil { // it is kept as another answer, and verify says what is wrong with the old one
		t.crawler.opt.Log.Warn("cannot compare with the last answer", "site", c.Site, "url", c.URL, "error", err)
		return
	}
	if SameContent(c.Role, final, header, body, c.Header, c.Body) {
		c.SameAs = w.CaptureID
	}
}

// reread gets from the archive what an address still answers, where somebody needs to read it. It says whether that was
// possible.
func (t *transport) reread(ctx context.Context, c *Capture, w Whole) bool {
	if c.Role != RoleList && c.Role != RoleRobots {
		return true
	}
	header, body, err := t.earlier(ctx, w)
	if err != nil {
		t.crawler.opt.Log.Warn("cannot read the last answer, which still holds", "site", c.Site, "url", c.URL, "error", err)
		return false
	}
	c.still = &stillHolds{captureID: w.CaptureID, header: header, body: body}
	return true
}

// earlier gets an earlier answer from the archive, in the room for large ones if it is one, or unpacks to one.
func (t *transport) earlier(ctx context.Context, w Whole) (http.Header, []byte, error) {
	if w.Bytes > largeAnswer {
		t.held.deal()
	}
	header, body, err := t.crawler.archive.WholeBody(ctx, w.CaptureID)
	if err == nil && unpacksBeyond(header, body, largeAnswer) {
		t.held.deal()
	}
	return header, body, err
}

// stillHolds is the earlier answer that a 304 stands for.
type stillHolds struct {
	captureID int64
	header    http.Header
	body      []byte
}

// text is the header and the body by which an answer is read: its own, or that of the earlier answer which still holds.
func (c *Capture) text() (http.Header, []byte) {
	if c.still != nil {
		return c.still.header, c.still.body
	}
	return c.Header, c.Body
}

// listedBy is the capture that has the bytes of a list.
func (c *Capture) listedBy() int64 {
	if c.still != nil {
		return c.still.captureID
	}
	return c.ID
}
