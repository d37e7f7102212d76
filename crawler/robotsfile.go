package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	// robotsToken is the product token by which robots.txt files name us.
	robotsToken = "nianbao"
	// robotsAge is how long a robots.txt is believed (RFC 9309 section 2.4).
	robotsAge = 24 * time.Hour
	// maxRobotsHeld is how many bytes of these files a run knows by heart. What was read first is forgotten first, and asked
	// for again where it is needed: a site of many host names could fill the memory with them.
	maxRobotsHeld = 4 << 20
)

// robotsFile is the robots.txt of one origin as the run knows it.
type robotsFile struct {
	turn    chan struct{} // holds a token while somebody fetches the file
	at      time.Time     // when it was fetched; zero for not yet
	rules   Robots
	size    int      // bytes of the file
	refused *refusal // set when it could not be had: the origin is left alone
}

// robotsOf gives the file of an origin, fetched or not.
func (h *host) robotsOf(origin string) *robotsFile {
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.robots[origin]
	if f == nil {
		f = &robotsFile{turn: make(chan struct{}, 1)}
		h.robots[origin] = f
	}
	return f
}

// allowed asks the robots.txt of the address's origin; rule is the line that decided. Errors: a *refusal if the file
// could not be had, the context's, the archive's.
func (t *transport) allowed(ctx context.Context, u *url.URL) (ok bool, rule string, err error) {
	host := t.crawler.hosts.of(u)
	f := host.robotsOf(u.Scheme + "://" + u.Host)
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return false, "", ctx.Err()
	}
	now := t.crawler.opt.Clock.Now()
	if f.at.IsZero() || now.Sub(f.at) > robotsAge {
		rules, size, err := t.fetchRobots(ctx, u)
		refused, is := asRefusal(err)
		if err != nil && !is {
			return false, "", err
		}
		f.at, f.rules, f.refused = now, rules, refused
		t.crawler.hosts.hold(f, size)
		if delay := rules.CrawlDelay(robotsToken); host.domain.slowDown(delay) {
			t.crawler.opt.Log.Warn("Crawl-delay capped", "host", host.name, "asked", delay, "kept", maxCrawlDelay)
		}
	}
	if f.refused != nil {
		return false, "", f.refused
	}
	path := u.EscapedPath()
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	ok, rule = f.rules.Allowed(robotsToken, path)
	return ok, rule, nil
}

// fetchRobots gets and reads a robots.txt by RFC 9309 section 2.3.1: one that is there is obeyed, one that the server
// says is not there (4xx, or redirects without end) allows everything, and as long as it cannot be had (5xx, 429,
// network) the origin is left alone. size is the length of what was read.
func (t *transport) fetchRobots(ctx context.Context, u *url.URL) (rules Robots, size int, err error) {
	address := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	defer t.held.drop() // the host is waited for next
	c, err := t.get(ctx, ask{role: RoleRobots, method: http.MethodGet, url: address,
		limit: min(robotsLimit, t.crawler.opt.MaxBody), redirects: maxRobotsRedirects})
	if err != nil {
		return Robots{}, 0, err
	}
	deferred := &refusal{outcome: c.Outcome}
	switch {
	case answered(c.Outcome), c.Outcome == OutcomeTooLarge && c.Status < 300:
		header, sent := c.text()
		body, err := Decode(header, sent, t.crawler.opt.MaxBody)
		if err == nil {
			return ParseRobots(body), min(len(body), robotsLimit), nil
		}
		deferred.outcome = OutcomeRobots
		deferred.why = fmt.Sprintf("%s cannot be read (%v): host deferred", address, err)
	case c.Status >= 300 && c.Status < 500 && c.Status != http.StatusNotModified && c.Outcome != OutcomeRate:
		return Robots{}, 0, nil
	case c.Status != 0 && c.Err == "":
		deferred.why = fmt.Sprintf("%s answered %d: host deferred", address, c.Status)
	default:
		deferred.why = fmt.Sprintf("%s could not be had (%s): host deferred", address, c.Err)
	}
	return Robots{}, 0, deferred
}

// hold counts a file that was read anew, and forgets those read first while there are too many. The caller has its turn.
func (hs *hosts) hold(f *robotsFile, size int) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	hs.robots = slices.DeleteFunc(hs.robots, func(other *robotsFile) bool { return other == f })
	if size > 0 { // one that is not there, or could not be had, takes no room, and is not asked for again
		hs.robots = append(hs.robots, f)
	}
	hs.robotsHeld += size - f.size
	f.size = size
	for i := 0; hs.robotsHeld > maxRobotsHeld && i < len(hs.robots); {
		old := hs.robots[i]
		select {
		case old.turn <- struct{}{}:
			hs.robotsHeld -= old.size
			old.at, old.rules, old.size = time.Time{}, Robots{}, 0
			hs.robots = slices.Delete(hs.robots, i, i+1)
			<-old.turn
		default: // somebody reads it, as the caller does his own
			i++
		}
	}
}
