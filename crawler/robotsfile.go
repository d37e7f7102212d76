package crawler

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	// robotsToken is the product token by which robots.txt files name us.
	robotsToken = "nianbao"
	// robotsAge is how long a robots.txt is believed (RFC 9309 section 2.4).
	robotsAge = 24 * time.Hour
)

// robotsFile is the robots.txt of one origin as the run knows it.
type robotsFile struct {
	turn    chan struct{} // holds a token while somebody fetches the file
	at      time.Time     // when it was fetched; zero for not yet
	rules   Robots
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
		rules, err := t.fetchRobots(ctx, u)
		refused, is := asRefusal(err)
		if err != nil && !is {
			return false, "", err
		}
		f.at, f.rules, f.refused = now, rules, refused
		if delay := rules.CrawlDelay(robotsToken); host.budget().slowDown(delay) {
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
// network) the origin is left alone.
func (t *transport) fetchRobots(ctx context.Context, u *url.URL) (Robots, error) {
	address := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	c, err := t.get(ctx, ask{role: RoleRobots, method: http.MethodGet, url: address,
		limit: t.crawler.opt.MaxBody, redirects: maxRobotsRedirects})
	if err != nil {
		return Robots{}, err
	}
	deferred := &refusal{outcome: c.Outcome}
	switch {
	case answered(c.Outcome), c.Outcome == OutcomeTooLarge:
		header, sent := c.text()
		body, err := Decode(header, sent, t.crawler.opt.MaxBody)
		if err == nil {
			return ParseRobots(body), nil
		}
		deferred.outcome = OutcomeRobots
		deferred.why = fmt.Sprintf("%s cannot be read (%v): host deferred", address, err)
	case c.Status >= 300 && c.Status < 500 && c.Outcome != OutcomeRate:
		return Robots{}, nil
	case c.Status != 0 && c.Err == "":
		deferred.why = fmt.Sprintf("%s answered %d: host deferred", address, c.Status)
	default:
		deferred.why = fmt.Sprintf("%s could not be had (%s): host deferred", address, c.Err)
	}
	return Robots{}, deferred
}
