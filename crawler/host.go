package crawler

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

const (
	// responseFactor times the last response time is the least pause before a host is asked again.
	responseFactor = 5
	// maxResponsePause caps the pause that follows from a slow answer.
	maxResponsePause = 10 * time.Second
	// maxCrawlDelay caps what a robots.txt may ask for; longer ones are a mistake, or mean "stay away" and should
	// have said Disallow. The cap is logged.
	maxCrawlDelay = time.Minute
	// maxLost is how many addresses in a row may give no answer before the host is taken for down: each of them costs
	// four attempts.
	maxLost = 3
)

// hosts is what a run knows about the hosts it has asked.
type hosts struct {
	mu     sync.Mutex
	byName map[string]*host
}

// of gives the host of a URL. http and https on their own ports are one host; any other port is a host by itself.
func (hs *hosts) of(u *url.URL) *host {
	name := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		name += ":" + port
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	h := hs.byName[name]
	if h == nil {
		h = &host{name: name, turn: make(chan struct{}, 1), robots: map[string]*robotsFile{}}
		hs.byName[name] = h
	}
	return h
}

// host is one server as we treat it: asked by one request at a time, with a pause between.
type host struct {
	name string
	turn chan struct{} // holds a token while a request is under way

	mu         sync.Mutex
	robots     map[string]*robotsFile // by origin, scheme://host:port
	crawlDelay time.Duration
	ended      time.Time       // when the last answer ended
	took       time.Duration   // how long it took
	notBefore  time.Time       // from Retry-After
	lost       int             // addresses in a row that gave no answer at all, retries included
	resting    *refusal        // set when the host is not to be asked for the rest of the run
	unreached  map[string]bool // schemes by which no connection came about
}

// acquire waits for the host's turn and for its pause to pass. The caller ends its turn with release. Errors: a
// *refusal if the host rests, or the context's error.
func (h *host) acquire(ctx context.Context, clock Clock, delay time.Duration) error {
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		h.mu.Lock()
		resting, wait := h.resting, h.pause(clock.Now(), delay)
		h.mu.Unlock()
		var err error
		switch {
		case resting != nil:
			err = resting
		case wait > 0:
			if err = clock.Sleep(ctx, wait); err == nil {
				continue // what was true before the sleep may have changed
			}
		default:
			err = ctx.Err()
			if err == nil {
				return nil
			}
		}
		<-h.turn
		return err
	}
}

// release ends the turn of a request whose answer took so long.
func (h *host) release(now time.Time, took time.Duration) {
	h.mu.Lock()
	h.ended, h.took = now, took
	h.mu.Unlock()
	<-h.turn
}

// pause is how long to wait from now until the host may be asked. A delay of zero switches off our own pacing; what
// the host itself asks for holds.
func (h *host) pause(now time.Time, delay time.Duration) time.Duration {
	gap := h.crawlDelay
	if delay > 0 {
		gap = max(gap, delay, min(responseFactor*h.took, maxResponsePause))
	}
	next := h.notBefore
	if !h.ended.IsZero() && h.ended.Add(gap).After(next) {
		next = h.ended.Add(gap)
	}
	return next.Sub(now)
}

// holdUntil keeps the host unasked until then.
func (h *host) holdUntil(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at.After(h.notBefore) {
		h.notBefore = at
	}
}

// rest leaves the host unasked for the rest of the run; the first reason stays.
func (h *host) rest(r *refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resting == nil {
		h.resting = r
	}
}

// heard notes whether an address gave an answer, or none even after all retries. A host that is silent too often rests.
func (h *host) heard(c *Capture) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Status != 0 {
		h.lost = 0
		return
	}
	h.lost++
	if h.lost == maxLost && h.resting == nil {
		h.resting = &refusal{c.Outcome, fmt.Sprintf("not asked: %s gave no answer to %d addresses in a row, and rests for "+
			"this run", h.name, maxLost)}
	}
}

// reached notes whether a connection came about by the scheme.
func (h *host) reached(scheme string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unreached == nil {
		h.unreached = map[string]bool{}
	}
	h.unreached[scheme] = !ok
}

// outOfReach says whether the last connection by the scheme failed.
func (h *host) outOfReach(scheme string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.unreached[scheme]
}

// slowDown sets the Crawl-delay of the host, capped, if it is longer than the one so far, and says whether it had to
// be capped.
func (h *host) slowDown(delay time.Duration) (capped bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.crawlDelay = max(h.crawlDelay, min(delay, maxCrawlDelay))
	return delay > maxCrawlDelay
}
