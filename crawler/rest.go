package crawler

import (
	"context"
	"fmt"
	"time"
)

// Rest is a host that wants to be left alone for a while, as one run tells the next.
type Rest struct {
	Host     string    // name, with the port where it is not a standard one
	Until    time.Time // it is not asked before
	Failures int       // runs in a row in which it had to rest; 0 for a host that need not any more
	Outcome  string    // of the answer that made it rest
	Reason   string    // in words
	Since    time.Time // first of those runs
}

// Rests is the part of the archive that keeps which hosts rest over runs.
type Rests interface {
	// HostRest gives what was saved last of a host; the zero Rest for nothing.
	HostRest(ctx context.Context, host string) (Rest, error)
	// SaveHostRest keeps it in place of what was saved before; one without failures is forgotten.
	SaveHostRest(ctx context.Context, r Rest) error
}

const (
	// firstRest is how long a host rests that does not say for how long; twice as long after each further run, up to
	// longestRest, give or take restJitter.
	firstRest   = time.Minute
	longestRest = 24 * time.Hour
	restJitter  = 0.25
	// maxRetryAfter caps the Retry-After that is obeyed over runs: longer ones are mistakes.
	maxRetryAfter = 7 * 24 * time.Hour
)

// next is the rest after another run in which the host had to rest. stated is what it asked for, 0 for nothing.
func (r Rest) next(now time.Time, stated time.Duration, why *refusal) Rest {
	n := Rest{Host: r.Host, Failures: r.Failures + 1, Outcome: why.outcome, Reason: why.why, Since: r.Since}
	if r.Failures == 0 {
		n.Since = now
	}
	n.Until = now.Add(min(stated, maxRetryAfter))
	if stated == 0 {
		n.Until = now.Add(backedOff(r.Host, n.Failures))
	}
	return n
}

// backedOff is how long a host rests after so many runs. Its jitter is the host's own, so that hosts which went down
// together do not come back together.
func backedOff(host string, failures int) time.Duration {
	wait := longestRest
	if doublings := failures - 1; doublings < 11 { // 2^11 minutes are more than a day
		wait = min(firstRest<<doublings, longestRest)
	}
	jitter := 1 + restJitter*(2*share(fmt.Sprint(host, failures))-1)
	return min(time.Duration(float64(wait)*jitter), longestRest)
}

// wake asks once a run what earlier runs left of the host, and lets it rest on if its time is not over.
func (t *transport) wake(ctx context.Context, h *host) error {
	h.waking.Lock()
	defer h.waking.Unlock()
	if h.awake {
		return nil
	}
	left, err := t.crawler.archive.HostRest(ctx, h.name)
	if err != nil {
		return fmt.Errorf("rest of host %s: %w", h.name, err)
	}
	h.awake, h.earlier = true, left
	now := t.crawler.opt.Clock.Now()
	if left.Failures == 0 || !left.Until.After(now) || left.Until.Sub(now) > maxRetryAfter { // the clock may have jumped
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resting == nil {
		h.resting = &refusal{left.Outcome, fmt.Sprintf("not asked: %s rests until %s, since %s (%s)", h.name,
			left.Until.UTC().Format(time.RFC3339), left.Since.UTC().Format(time.RFC3339), left.Reason)}
	}
	return nil
}

// putToRest leaves the host unasked for the rest of the run, and for a while after it. stated is the wait that it asked
// for, 0 for none.
func (t *transport) putToRest(ctx context.Context, h *host, stated time.Duration, why *refusal) error {
	if !h.rest(why) {
		return nil
	}
	h.waking.Lock()
	earlier := h.earlier
	h.waking.Unlock()
	earlier.Host = h.name
	r := earlier.next(t.crawler.opt.Clock.Now(), stated, why)
	t.crawler.opt.Log.Warn("host rests", "host", r.Host, "until", r.Until, "runs", r.Failures, "outcome", r.Outcome,
		"reason", r.Reason)
	if err := t.crawler.archive.SaveHostRest(context.WithoutCancel(ctx), r); err != nil {
		return fmt.Errorf("save the rest of host %s: %w", h.name, err)
	}
	return nil
}

// forgive forgets the rests of the hosts that answered in this run and did not have to rest: their next rest is short
// again.
func (c *Crawler) forgive(ctx context.Context) error {
	for _, h := range c.hosts.all() {
		h.waking.Lock()
		earlier := h.earlier
		h.waking.Unlock()
		h.mu.Lock()
		well := earlier.Failures > 0 && h.answered && !h.rested && h.resting == nil
		h.mu.Unlock()
		if !well {
			continue
		}
		if err := c.archive.SaveHostRest(context.WithoutCancel(ctx), Rest{Host: h.name}); err != nil {
			return fmt.Errorf("forget the rest of host %s: %w", h.name, err)
		}
	}
	return nil
}
