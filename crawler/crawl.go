package crawler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"nianbao/crawler/cms"
)

// Options are what a run is told. Zero values mean what each field says.
type Options struct {
	Version string // of the program, for the User-Agent
	Contact string // address or page of whoever answers for this crawl, for the User-Agent; "" to name nobody

	Delay       time.Duration // pause of our own between requests to a host; 0 for none
	Timeout     time.Duration // for one request, body included; 0 for 2 minutes
	Recheck     time.Duration // a page that answered so recently is not asked again; 0 asks every page
	Concurrency int           // hosts at once; 0 for 16
	MaxBody     int64         // bytes of one body; 0 for 48 MiB
	MaxLists    int           // list pages of one visit; 0 for 1000

	AllowPrivate bool // ask loopback and private addresses, on any port

	// Large holds a token while a large body is packed or parsed, so that others who have one in memory can wait for that; nil if
	// there are none. It has room for one.
	Large chan struct{}

	// Before is called before each request, while no host's turn is held. It may wait; its error ends the run. nil for
	// nothing.
	Before func(context.Context) error

	Clock    Clock        // nil for the machine's
	Log      *slog.Logger // nil for none
	Progress func(Event)  // nil for none; called from several goroutines
}

// The limits that hold where Options names none.
const (
	DefaultTimeout     = 2 * time.Minute
	DefaultConcurrency = 16
	DefaultMaxBody     = 48 << 20 // one is in memory up to four times: fetched, stored, taken out to be read
	DefaultMaxLists    = 1000
)

// Event tells how far a visit has come: sent after each list page, and after each report page that was dealt with.
type Event struct {
	Site    string // register key
	Role    Role
	URL     string
	Outcome string // "" for a page that was not due to be asked
	Done    int    // report pages dealt with so far in this visit
	Items   int    // report pages known so far in this visit
}

// Crawler is one run: what it learns about hosts (robots.txt, pace, who wants to be left alone) holds until it is
// dropped. It may be used by several goroutines.
type Crawler struct {
	opt       Options
	archive   Archive
	systems   []cms.System
	userAgent string
	guard     guard
	hosts     *hosts // shared with the probes of this run
	bodies    *bodies
	resolve   func(context.Context, string) ([]netip.Addr, error)
	strict    *http.Transport
	relaxed   *http.Transport
}

// New prepares a run that saves to a and reads lists with the systems, which are tried in their order.
func New(opt Options, a Archive, systems []cms.System) *Crawler {
	opt.Timeout = cmp.Or(opt.Timeout, DefaultTimeout)
	opt.Concurrency = max(1, cmp.Or(opt.Concurrency, DefaultConcurrency))
	opt.MaxBody = cmp.Or(opt.MaxBody, DefaultMaxBody)
	opt.MaxLists = cmp.Or(opt.MaxLists, DefaultMaxLists)
	if opt.Clock == nil {
		opt.Clock = systemClock{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Before == nil {
		opt.Before = func(context.Context) error { return nil }
	}
	if opt.Progress == nil {
		opt.Progress = func(Event) {}
	}
	userAgent := "nianbao/" + opt.Version
	if opt.Contact != "" {
		userAgent += " (+" + opt.Contact + ")"
	}
	g := guard{allowPrivate: opt.AllowPrivate}
	return &Crawler{
		opt: opt, archive: a, systems: systems, userAgent: userAgent, guard: g,
		hosts: newHosts(), bodies: newBodies(opt.Large), resolve: resolve,
		strict:  newHTTPTransport(g, opt.Timeout, nil),
		relaxed: newHTTPTransport(g, opt.Timeout, relaxedTLS()),
	}
}

// Crawl visits the sites, those of hosts with one budget one after the other and up to Options.Concurrency at once. After
// each visit it calls done, never twice at a time, with the visit and our machine's error, if any. Such an error ends
// the crawl: without an archive there is no point in asking anybody. Crawl returns it, or the context's error; what
// the sites answered is in the visits.
func (c *Crawler) Crawl(ctx context.Context, sites []Site, done func(Site, Visit, error)) error {
	var report sync.Mutex
	err := c.each(ctx, sites, func(ctx context.Context, site Site) error {
		visit, err := c.Visit(ctx, site)
		report.Lock()
		defer report.Unlock()
		done(site, visit, err)
		if err != nil {
			return fmt.Errorf("visit %s: %w", site.Key, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.forgive(ctx)
}

// each does something with each site, one after the other for those of one budget, and for up to Options.Concurrency
// budgets at once. The first error that is not the context's ends it, and is returned; else the context's error.
func (c *Crawler) each(ctx context.Context, sites []Site, do func(context.Context, Site) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	slots := make(chan struct{}, c.opt.Concurrency)
	for _, group := range c.byBudget(sites) {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			running.Wait()
			return context.Cause(ctx)
		}
		running.Go(func() {
			defer func() { <-slots }()
			for _, site := range group {
				if ctx.Err() != nil {
					return
				}
				if err := do(ctx, site); err != nil && ctx.Err() == nil {
					cancel(err)
				}
			}
		})
	}
	running.Wait()
	return context.Cause(ctx)
}

// byBudget groups the sites by the budget of their columns' hosts, in the order in which each first appears.
func (c *Crawler) byBudget(sites []Site) [][]Site {
	index := map[*budget]int{}
	var groups [][]Site
	for _, site := range sites {
		u, err := url.Parse(site.URL)
		if err != nil {
			u = &url.URL{Host: site.URL} // a group of its own; the visit will say what is wrong
		}
		b := c.hosts.of(u).budget()
		i, ok := index[b]
		if !ok {
			i = len(groups)
			index[b], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], site)
	}
	return groups
}
