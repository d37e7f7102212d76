package crawler

import (
	"context"
	"net"
	"net/netip"
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
)

// pace is what of the options bounds how fast a host is asked.
type pace struct {
	clock Clock
	delay time.Duration
}

// budget is the pace of the hosts that share it: one request at a time, with a pause between. Hosts of one registered
// domain share one, and so do hosts at one public address, since they are most likely one machine or one team.
type budget struct {
	turn chan struct{} // holds a token while a request is under way

	mu        sync.Mutex
	ended     time.Time     // when the last answer ended
	took      time.Duration // how long it took
	notBefore time.Time     // from Retry-After
}

// domain is what the robots.txt of the hosts of one registered domain ask for. It is theirs alone: whoever has a name lead to
// another's address shares its budget, and must not slow it down.
type domain struct {
	mu         sync.Mutex
	crawlDelay time.Duration
	ended      time.Time // when the last answer of one of them ended
}

// slowDown sets the Crawl-delay of the domain, capped, if it is longer than the one so far, and says whether it had to be
// capped.
func (d *domain) slowDown(delay time.Duration) (capped bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.crawlDelay = max(d.crawlDelay, min(delay, maxCrawlDelay))
	return delay > maxCrawlDelay
}

// ran notes a request that has ended now.
func (d *domain) ran(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = now
}

// pause is how long the domain wants to be left alone from now.
func (d *domain) pause(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended.IsZero() {
		return 0
	}
	return d.ended.Add(d.crawlDelay).Sub(now)
}

func newBudget() *budget { return &budget{turn: make(chan struct{}, 1)} }

// budgetName is the registered domain of a host, whatever its port. An IP address and a name without a domain, such as
// localhost, have none: there a port is a server by itself.
func budgetName(hostname, name string) string {
	domain := registeredDomain(hostname)
	if _, err := netip.ParseAddr(domain); err == nil || !strings.Contains(domain, ".") {
		return name
	}
	return domain
}

// budgetOf gives the budget of that name. The caller holds hs.mu.
func (hs *hosts) budgetOf(name string) *budget {
	b := hs.byBudget[name]
	if b == nil {
		b = newBudget()
		hs.byBudget[name] = b
	}
	return b
}

// budget is the one that the host shares at the moment.
func (h *host) budget() *budget {
	h.hosts.mu.Lock()
	defer h.hosts.mu.Unlock()
	return h.shared
}

// at notes that the host was found at an IP address. Hosts at one public address share a budget from then on.
func (h *host) at(ip netip.Addr) {
	if ip = ip.Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return
	}
	hs := h.hosts
	hs.mu.Lock()
	defer hs.mu.Unlock()
	there := hs.byAddress[ip.String()]
	if there == nil {
		hs.byAddress[ip.String()] = h.shared
		return
	}
	if there != h.shared {
		hs.join(h.shared, there)
	}
}

// join makes one budget of two: everybody who shares from shares into. The caller holds hs.mu. A request that is under way
// in from ends there; at most that one may run beside one of into.
func (hs *hosts) join(from, into *budget) {
	from.mu.Lock()
	ended, took, notBefore := from.ended, from.took, from.notBefore
	from.mu.Unlock()
	into.mu.Lock()
	into.took = max(into.took, took)
	into.ended, into.notBefore = later(into.ended, ended), later(into.notBefore, notBefore)
	into.mu.Unlock()
	for _, h := range hs.byName {
		if h.shared == from {
			h.shared = into
		}
	}
	for _, all := range []map[string]*budget{hs.byBudget, hs.byAddress} {
		for name, b := range all {
			if b == from {
				all[name] = into
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// take waits for the turn, or for the end of the context.
func (b *budget) take(ctx context.Context) error {
	select {
	case b.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give ends a turn.
func (b *budget) give() { <-b.turn }

// ran notes a request that has ended now, and how long its answer took.
func (b *budget) ran(now time.Time, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended, b.took = now, took
}

// pause is how long to wait from now until somebody of the budget may be asked. A delay of zero switches off our own
// pacing; what a host itself asks for by Retry-After holds.
func (b *budget) pause(now time.Time, delay time.Duration) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	var gap time.Duration
	if delay > 0 {
		gap = max(delay, min(responseFactor*b.took, maxResponsePause))
	}
	next := b.notBefore
	if !b.ended.IsZero() && b.ended.Add(gap).After(next) {
		next = b.ended.Add(gap)
	}
	return next.Sub(now)
}

// holdUntil keeps the budget's hosts unasked until then.
func (b *budget) holdUntil(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notBefore = later(b.notBefore, at)
}

// locate finds out where the host is, once a run and before it is asked first, so that hosts at one address never have two
// requests at once. What cannot be resolved is left to the connection, which will say so.
func (t *transport) locate(ctx context.Context, h *host, hostname string) {
	h.locating.Do(func() {
		if ip, err := netip.ParseAddr(hostname); err == nil {
			h.at(ip)
			return
		}
		ctx, cancel := context.WithTimeout(ctx, maxConnectTime)
		defer cancel()
		addresses, err := t.crawler.resolve(ctx, hostname)
		if err != nil {
			return
		}
		for _, ip := range addresses {
			h.at(ip)
		}
	})
}

// landed notes the address that a connection went to: a name may resolve to another each time.
func (h *host) landed(remote string) {
	ip, _, err := net.SplitHostPort(remote)
	if err != nil {
		return
	}
	if addr, err := netip.ParseAddr(ip); err == nil {
		h.at(addr)
	}
}

// resolve looks a name up as the connection will.
func resolve(ctx context.Context, name string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}
