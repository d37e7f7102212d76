package crawler

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// maxLost is how many addresses in a row may fail, retries included, before the host is taken for down: each of them
// costs four attempts.
const maxLost = 3

// hosts is what a run knows about the hosts it has asked.
type hosts struct {
	mu        sync.Mutex
	byName    map[string]*host
	byBudget  map[string]*budget // by registered domain, or by host where there is none
	byDomain  map[string]*domain // likewise
	byAddress map[string]*budget // by public IP address

	robots     []*robotsFile // those known by heart, in the order in which they were read
	robotsHeld int           // their bytes
}

func newHosts() *hosts {
	return &hosts{byName: map[string]*host{}, byBudget: map[string]*budget{}, byDomain: map[string]*domain{},
		byAddress: map[string]*budget{}}
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
		h = &host{name: name, hosts: hs, robots: map[string]*robotsFile{}}
		of := budgetName(u.Hostname(), name)
		if hs.byDomain[of] == nil {
			hs.byDomain[of] = &domain{}
		}
		h.shared, h.domain = hs.budgetOf(of), hs.byDomain[of]
		hs.byName[name] = h
	}
	return h
}

// all lists the hosts that the run has met.
func (hs *hosts) all() []*host {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	list := make([]*host, 0, len(hs.byName))
	for _, h := range hs.byName {
		list = append(list, h)
	}
	return list
}

// host is one server as we treat it.
type host struct {
	name   string
	hosts  *hosts
	shared *budget // guarded by hosts.mu; read it with budget
	domain *domain // that it is of for ever

	mu        sync.Mutex
	robots    map[string]*robotsFile // by origin, scheme://host:port
	lost      int                    // addresses in a row that failed, retries included
	resting   *refusal               // set when the host is not to be asked for the rest of the run
	unreached map[string]bool        // schemes by which no connection came about

	locating sync.Once  // where its name leads
	waking   sync.Mutex // held while somebody asks what earlier runs left
	awake    bool
	earlier  Rest // what they left; the zero Rest for nothing
	rested   bool // this run made it rest
	answered bool // the host answered something in this run
}

// acquire waits for what the host's domain asks for, without keeping others from their turn meanwhile, then for the turn of the
// host's budget and for its pause to pass. The caller ends the turn with release of
// what it returns. Errors: a *refusal if the host rests, or the context's error.
func (h *host) acquire(ctx context.Context, p pace) (*budget, error) {
	for {
		if wait := h.domain.pause(p.clock.Now()); wait > 0 && h.refused() == nil {
			if err := p.clock.Sleep(ctx, wait); err != nil {
				return nil, err
			}
			continue
		}
		b := h.budget()
		if err := b.take(ctx); err != nil {
			return nil, err
		}
		may, err := h.await(ctx, b, p)
		if may {
			return b, nil
		}
		b.give()
		if err != nil {
			return nil, err
		}
	}
}

// await waits in a turn of b for its pause to pass, and keeps the turn meanwhile: one of two that gave it up would have it again only
// when the other has to wait. It says whether the host may be asked then; if not, and without an error, the turn is not its own.
func (h *host) await(ctx context.Context, b *budget, p pace) (may bool, err error) {
	for {
		now := p.clock.Now()
		wait := b.pause(now, p.delay)
		switch {
		case h.refused() != nil:
			return false, h.refused()
		case h.domain.pause(now) > 0: // another of its hosts was asked while we waited
			return false, nil
		case b != h.budget(): // it joined another while we waited
			return false, nil
		case wait <= 0:
			return ctx.Err() == nil, ctx.Err()
		}
		if err := p.clock.Sleep(ctx, wait); err != nil { // what was true before may have changed
			return false, err
		}
	}
}

// release ends the turn of a request whose answer took so long. The host may have joined another budget meanwhile, which
// pauses then, too.
func (h *host) release(turn *budget, now time.Time, took time.Duration) {
	if b := h.budget(); b != turn {
		b.ran(now, took)
	}
	turn.ran(now, took)
	h.domain.ran(now)
	turn.give()
}

// refused is why the host is not to be asked for the rest of the run; nil if it may be.
func (h *host) refused() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resting == nil {
		return nil
	}
	return h.resting
}

// rest leaves the host unasked for the rest of the run; the first reason stays. It says whether this one is the first.
func (h *host) rest(r *refusal) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.resting != nil {
		return false
	}
	h.resting, h.rested = r, true
	return true
}

// heard notes whether an address gave an answer, or none even after all retries; that a server is not available (503) is
// none. A host that fails too often in a row is to rest: the refusal says why, nil as long as it may be asked.
func (h *host) heard(c *Capture) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Status != 0 && c.Outcome != outcomeUnavailable {
		h.lost, h.answered = 0, true
		return nil
	}
	h.lost++
	if h.lost < maxLost {
		return nil
	}
	if c.Outcome == outcomeUnavailable {
		return &refusal{c.Outcome, fmt.Sprintf("not asked: %s answered %s to %d addresses in a row, and rests for this run",
			h.name, c.StatusLine, maxLost)}
	}
	return &refusal{c.Outcome, fmt.Sprintf("not asked: %s gave no answer to %d addresses in a row, and rests for this run",
		h.name, maxLost)}
}

// outcomeUnavailable is a 503 that does not say when to come back.
var outcomeUnavailable = OutcomeHTTP(503)

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
