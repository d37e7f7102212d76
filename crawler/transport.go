package crawler

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// maxRedirects and maxRobotsRedirects are how many hops an attempt follows (RFC 9309 section 2.3.1.2 for robots.txt).
const (
	maxRedirects       = 10
	maxRobotsRedirects = 5
)

// transport is the http.RoundTripper of one visit, below colly. It makes every request of the visit: checks the
// address, asks robots.txt, keeps the pace, sends, follows redirects, reads the body, and tries again where that
// helps. Each attempt is saved before colly sees anything of it. A visit makes one request at a time.
type transport struct {
	crawler *Crawler
	site    Site
	rowHost string // host of the register row, the only one that may be asked with relaxed TLS
	rowPort string
	cookies *cookies
	relaxed bool              // the strict way has failed with a TLS fault in this visit
	instead map[string]string // scheme to ask an origin by, as its own was not reached in this visit; "" for none

	held hold   // the room of the last answer
	role Role   // of the next request
	name string // by which a page names the file that is asked next
	last result // of the last request
}

// result is what became of a request.
type result struct {
	capture    *Capture // the last attempt; nil if nothing was asked
	refused    *refusal // why nothing was asked
	body       []byte   // without Content-Encoding; nil unless the answer was whole and 2xx, and of files that are no page
	unreadable error    // the Content-Encoding that could not be undone
	err        error    // our machine's
}

// ask is a request to be made, with what it may cost.
type ask struct {
	role      Role
	method    string
	url       *url.URL
	header    http.Header
	body      []byte
	limit     int64 // bytes of body
	redirects int
	robots    bool  // obey robots.txt; false only for robots.txt itself
	whole     Whole // what the request answered last
	afresh    bool  // a 304 was no answer: ask for the body itself
}

// RoundTrip makes the request of colly. It returns the answer without the body, of which colly would make a copy, and without
// the headers that would make colly decode or redirect once more; an error if no answer came. What happened in full is in t.last.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.last = result{}
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			t.last.err = fmt.Errorf("body of %s %s: %w", req.Method, req.URL, err)
			return nil, t.last.err
		}
	}
	target := *req.URL
	target.Fragment, target.RawFragment, target.User = "", "", nil
	capture, err := t.get(req.Context(), ask{
		role: t.role, method: req.Method, url: &target, header: req.Header, body: body,
		limit: t.crawler.opt.MaxBody, redirects: maxRedirects, robots: true,
	})
	if err != nil {
		if refused, ok := asRefusal(err); ok {
			t.last.refused = refused
		} else {
			t.last.err = err
		}
		return nil, err
	}
	t.last.capture = capture
	if answered(capture.Outcome) {
		header, body := capture.text()
		t.last.body, t.last.unreadable = Decode(header, body, t.crawler.opt.MaxBody)
	}
	if capture.Role == RoleAttachment && mediaOf(t.last.body, "") != "html" { // nothing in it is looked for
		bare := *capture
		bare.Body, t.last.body, t.last.capture = nil, nil, &bare
	}
	if capture.Status == 0 {
		return nil, fmt.Errorf("%s: %s: %s", capture.URL, capture.Outcome, capture.Err)
	}
	return t.response(req, capture), nil
}

// response is the answer as colly gets it. Without a charset in Content-Type colly leaves the bytes alone.
func (t *transport) response(req *http.Request, c *Capture) *http.Response {
	header := c.Header.Clone()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Location", "Set-Cookie"} {
		header.Del(name)
	}
	if media, _, err := mime.ParseMediaType(header.Get("Content-Type")); err == nil {
		header.Set("Content-Type", media)
	} else {
		header.Set("Content-Type", "application/octet-stream")
	}
	return &http.Response{
		Status: c.StatusLine, StatusCode: c.Status, Proto: c.Proto, Header: header,
		Body: http.NoBody, Request: req,
	}
}

// persist asks until there is an answer that asking again would not change, and returns the last attempt. Every attempt
// is saved. Errors: a *refusal if nothing was asked, the context's, the archive's.
func (t *transport) persist(ctx context.Context, a ask) (*Capture, error) {
	clock := t.crawler.opt.Clock
	failures, waits := 0, 0
	var err error
	if a.whole, err = t.recall(ctx, a); err != nil {
		return nil, err
	}
	for {
		t.held.drop()
		c, last, err := t.attempt(ctx, a)
		if err != nil {
			return nil, err
		}
		if unpacksBeyond(c.Header, c.Body, largeAnswer) {
			t.held.deal()
		}
		t.compare(ctx, c, a.whole)
		// What was fetched is kept even if the run is ending.
		if err := t.crawler.archive.SaveCapture(context.WithoutCancel(ctx), c); err != nil {
			return nil, fmt.Errorf("save capture of %s: %w", c.URL, err)
		}
		t.crawler.opt.Log.Debug("capture", "site", c.Site, "role", string(c.Role), "url", c.URL,
			"status", c.Status, "outcome", c.Outcome, "bytes", len(c.Body), "error", c.Err)
		final, err := url.Parse(c.FinalURL)
		if err != nil {
			return nil, fmt.Errorf("final address of %s: %w", c.URL, err)
		}
		host := t.crawler.hosts.of(final)
		switch {
		case c.Status == http.StatusNotModified && !a.afresh && !(c.Outcome == OutcomeNotModified && t.reread(ctx, c, a.whole)):
			a = a.withoutCache()
		case c.Outcome == OutcomeTLS && last != nil && last.fault.relaxed && t.mayRelax(final) && !t.relaxed:
			t.relaxed = true
		case c.Outcome == OutcomeRate && c.Status != 0:
			wait, stated := retryAfter(c.Header, clock.Now())
			if !stated || wait > patience || waits == rateRetries {
				return c, t.putToRest(ctx, host, wait, &refusal{OutcomeRate, fmt.Sprintf(
					"not asked: %s answered %s%s, and rests for this run",
					c.FinalURL, c.StatusLine, inHeader(c.Header, "Retry-After"))})
			}
			waits++
			host.budget().holdUntil(clock.Now().Add(wait))
		case last != nil && last.again && failures < len(backOff):
			t.held.drop()
			if err := clock.Sleep(ctx, backOff[failures]); err != nil {
				return nil, err
			}
			failures++
		default:
			if last != nil {
				host.reached(final.Scheme, !last.unreached)
			}
			if last != nil && last.again || c.Status != 0 {
				if why := host.heard(c); why != nil {
					return c, t.putToRest(ctx, host, 0, why)
				}
			}
			// A firewall that blocks one page blocks them all; a 4xx on robots.txt however only means there is none.
			if blocked(c.Outcome) && c.Role != RoleRobots && c.Status != 0 {
				return c, t.putToRest(ctx, host, 0, &refusal{c.Outcome, fmt.Sprintf("not asked: the firewall of %s answered "+
					"%s (%s), and it rests for this run", host.name, c.StatusLine, c.Err)})
			}
			return c, nil
		}
	}
}

func inHeader(h http.Header, name string) string {
	if h.Get(name) == "" {
		return ""
	}
	return fmt.Sprintf(" (%s: %s)", name, h.Get(name))
}

// attempt asks once, redirects included. last is the request that ended it, nil if it was not made.
func (t *transport) attempt(ctx context.Context, a ask) (c *Capture, last *hop, err error) {
	c = &Capture{Site: t.site.Key, Role: a.role, Method: a.method, URL: a.url.String(), At: t.crawler.opt.Clock.Now()}
	method, target, body := a.method, a.url, a.body
	if len(body) > 0 {
		c.RequestSHA256 = digest(body)
	}
	for {
		h, stop, err := t.hop(ctx, a, method, target, body)
		c.FinalURL, c.Transport = target.String(), t.transportName(target)
		if stop != nil && len(c.Redirects) == 0 && !stop.recorded {
			return nil, nil, stop.refusal
		}
		if err != nil {
			return nil, nil, err
		}
		if stop != nil {
			c.Outcome, c.Err = stop.outcome, stop.why
			return c, nil, nil
		}
		if len(c.Redirects) == 0 {
			c.At, c.RequestHeader = h.at, h.sent
		}
		c.Elapsed = h.at.Add(h.took).Sub(c.At)
		next := h.location()
		if h.outcome == OutcomeTooLarge {
			next = nil
		}
		if next == nil || len(c.Redirects) == a.redirects {
			c.RemoteAddr, c.Status, c.StatusLine, c.Proto, c.Header = h.remote, h.status, h.statusLine, h.proto, h.header
			c.Body, c.SHA256, c.Complete, c.Outcome, c.Err = h.body, h.sha256(), h.complete, h.outcome, h.err
			if h.status == http.StatusNotModified && h.conditional && a.whole.confirms(h.header) {
				c.Body, c.SHA256, c.Outcome = nil, "", OutcomeNotModified
				return c, h, nil
			}
			if next != nil {
				c.Err = fmt.Sprintf("stopped after %d redirects", a.redirects)
			}
			judgePage(c, a.url, target, t.site.atHome(), t.name)
			if c.Role == RoleAttachment {
				c.Name = fileName(c.Header, t.name, target)
			}
			return c, h, nil
		}
		c.Redirects = append(c.Redirects, Redirect{URL: target.String(), Status: h.status, StatusLine: h.statusLine,
			Header: h.header, Location: next.String(), RemoteAddr: h.remote, At: h.at, SHA256: h.sha256(), Body: h.body})
		if h.status != http.StatusTemporaryRedirect && h.status != http.StatusPermanentRedirect {
			method, body = http.MethodGet, nil
		}
		target = next
	}
}

// stop is why a hop was not made. recorded says that the refusal is about this very address and makes a capture; the
// others are about the host.
type stop struct {
	*refusal
	recorded bool
}

// hop makes one request, if it may be made.
func (t *transport) hop(ctx context.Context, a ask, method string, u *url.URL, body []byte) (*hop, *stop, error) {
	if err := t.crawler.guard.url(u, t.rowPort); err != nil {
		return nil, &stop{&refusal{OutcomeNetwork, err.Error()}, true}, nil
	}
	host, clock := t.crawler.hosts.of(u), t.crawler.opt.Clock
	if err := t.wake(ctx, host); err != nil {
		return nil, nil, err
	}
	if refused, is := asRefusal(host.refused()); is { // before its robots.txt is asked
		return nil, &stop{refused, false}, nil
	}
	if a.robots {
		ok, rule, err := t.allowed(ctx, u)
		if refused, is := asRefusal(err); is {
			return nil, &stop{refused, false}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			why := fmt.Sprintf("robots.txt of %s: %s", u.Host, rule)
			return nil, &stop{&refusal{OutcomeRobots, why}, true}, nil
		}
	}
	t.locate(ctx, host, u.Hostname())
	if err := t.crawler.opt.Before(ctx); err != nil {
		return nil, nil, err
	}
	turn, err := host.acquire(ctx, pace{clock, t.crawler.opt.Delay})
	if err != nil {
		if refused, is := asRefusal(err); is {
			return nil, &stop{refused, false}, nil
		}
		return nil, nil, err
	}
	h, err := t.send(ctx, a, method, u, body)
	if err != nil {
		host.release(turn, clock.Now(), 0)
		return nil, nil, err
	}
	host.landed(h.remote)
	host.release(turn, clock.Now(), h.took)
	return h, nil, nil
}

// mayRelax says whether the row accepts a TLS fault of this host.
func (t *transport) mayRelax(u *url.URL) bool {
	return t.site.TLS == TLSRelaxed && u.Scheme == "https" && u.Hostname() == t.rowHost
}

// relaxes says whether u is asked with relaxed settings.
func (t *transport) relaxes(u *url.URL) bool { return t.relaxed && t.mayRelax(u) }

// wireFor is what sends a single request to u.
func (t *transport) wireFor(u *url.URL) http.RoundTripper {
	if t.relaxes(u) {
		return t.crawler.relaxed
	}
	return t.crawler.strict
}

func (t *transport) transportName(u *url.URL) string {
	if t.relaxes(u) {
		return "https-relaxed"
	}
	return u.Scheme
}
