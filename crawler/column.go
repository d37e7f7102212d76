package crawler

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"time"

	"nianbao/crawler/cms"
	"nianbao/extract/page"
	"nianbao/extract/text"
	"nianbao/extract/title"
)

// The bounds of a column. Each of them, when reached, makes the visit partial and is named in its detail.
const (
	maxLists    = 1000           // lists of the column
	maxDepth    = 4              // steps from the column's address down to a list
	maxPages    = 200            // pages of one list
	maxEntries  = 20_000         // entries of all lists
	maxSeen     = 500_000        // the same, repeated ones counted each time
	maxListTags = 200_000        // tags of the same: six for each of the entries, and as many again
	maxListPage = 8 << 20        // bytes of a list page that is read: systems take a second for each MiB to recognise it
	maxTitle    = 1000           // characters of an entry's title; the rest is cut off
	maxVisit    = 24 * time.Hour // of the visit, its pages and files included
)

// column is the walk through the lists of one visit: the one at the row's address and those below it.
type column struct {
	*visitor
	queue   []part          // lists to be read
	asked   map[string]bool // requests for list pages, made or waiting
	bodies  map[string]bool // SHA-256 of the list pages read
	entries map[string]bool // addresses of all entries, reports or not
	queued  map[string]bool // first requests of the lists that are waiting or read
	crowded bool            // more lists were named than are followed
	seen    int             // entries of all lists, repeated ones too
	reports []entry         // the entries that are reports, in the order of the lists
	known   map[string]int  // place in reports by address
	fetched int             // list pages wanted
	sent    int             // of them, those that a request was made for
	full    bool            // a bound of the column was reached
	outcome string

	first     fetched    // what the row's address answered
	lists     []*listing // those that were read, for a probe
	unstopped string     // the outcome before a bound was reached
}

// part is a list of the column.
type part struct {
	cms.Part
	depth   int
	column  string // what the list above calls itself
	referer string // address of the page that led here
}

// root says whether the part is the list at the row's own address.
func (p part) root() bool { return p.depth == 0 }

// entry is an entry of a list that is a report.
type entry struct {
	address string
	referer string // list page
	files   []cms.File
	unnamed bool   // its title names no authority: it may be a list, of one year
	column  string // heading of the list
}

func newColumn(v *visitor) *column {
	return &column{visitor: v, asked: map[string]bool{}, bodies: map[string]bool{}, entries: map[string]bool{},
		queued: map[string]bool{}, known: map[string]int{}, outcome: OutcomeOK}
}

// walk reads the list at the row's address and every list below it. It leaves the outcome of the visit.
func (c *column) walk(ctx context.Context) error {
	c.queue = []part{{Part: cms.Part{Request: cms.Request{URL: c.site.URL}}}}
	for len(c.queue) > 0 && !c.full {
		p := c.queue[0]
		c.queue = c.queue[1:]
		l := newListing(c, p)
		if err := l.walk(ctx); err != nil {
			return err
		}
		c.lists = append(c.lists, l)
		c.followParts(l)
	}
	return c.conclude(ctx)
}

// followParts queues the lists to which a list that was read leads: what stands in the place of the list itself at once, the
// lists below it after all others. Frames are looked into only where there is nothing else.
func (c *column) followParts(l *listing) {
	var instead, below []part
	for _, p := range l.parts {
		next := part{Part: p, depth: l.part.depth + 1, column: cmp.Or(p.Title, l.heading, l.part.column), referer: l.address()}
		switch p.Way {
		case cms.WayRedirect, cms.WayParameter:
			next.column = cmp.Or(l.heading, l.part.column, p.Title)
			instead = append(instead, next)
		case cms.WayFrame:
			next.column = cmp.Or(l.heading, l.part.column)
			if l.reports == 0 {
				instead = append(instead, next)
			}
		default:
			below = append(below, next)
		}
	}
	c.queue = append(c.notQueued(instead), append(c.queue, c.notQueued(below)...)...)
}

// notQueued leaves out the lists that were queued before, and those over the bound.
func (c *column) notQueued(parts []part) (fresh []part) {
	for _, p := range parts {
		key := keyOf(p.Request)
		switch {
		case c.queued[key]:
		case len(c.queued) == maxLists:
			if !c.crowded {
				c.partial("more than %d lists below the column's own; the rest is not followed", maxLists)
			}
			c.crowded = true
			return fresh
		default:
			c.queued[key] = true
			fresh = append(fresh, p)
		}
	}
	return fresh
}

// leads decides whether a list below another is followed, and why it is kept among the links.
func (c *column) leads(l *listing, p cms.Part) (reason string, ok bool) {
	above := title.Context{Site: c.site.Name, Column: cmp.Or(l.heading, l.part.column), URL: l.address()}
	switch p.Way {
	case cms.WayYear:
		return "the list of one year, below this one", true
	case cms.WayColumn:
		decided := title.Classify(p.Title, above)
		named := title.Context{Column: p.Title}.Yearly()
		known := decided.Type != "" || decided.Kind == title.Umbrella
		switch {
		case decided.Kind != title.Navigation && decided.Kind != title.Umbrella:
			return "", false
		case cms.Below(l.final, p.URL):
			return "a list below this one (" + p.Title + ")", above.Yearly() || named
		}
		return "the list of another body (" + p.Title + ")", known && above.Yearly()
	}
	return "", true
}

// steps says in words how a part was reached, for the visit's detail.
func (p part) steps() string {
	if p.Title == "" {
		return fmt.Sprintf("%s %s", p.Way, p.URL)
	}
	return fmt.Sprintf("%s %s (%s)", p.Way, p.URL, p.Title)
}

// neighbours says whether two addresses are of one site: the same host, or the same registered domain.
func neighbours(a, b *url.URL) bool {
	return registeredDomain(a.Hostname()) == registeredDomain(b.Hostname())
}

// conclude names the outcome of a column that was read to its end.
func (c *column) conclude(ctx context.Context) error {
	if len(c.reports) == 0 {
		defer c.hint()
	}
	if c.outcome != OutcomeOK || len(c.reports) > 0 {
		return nil
	}
	c.outcome = OutcomeNeedsAdapter
	if c.visit.System != "" && c.visit.System != plainSystem || c.site.Items != "" {
		c.outcome = OutcomeEmpty
	}
	c.note("%d entries, none of them a report", len(c.entries))
	return c.suspect(ctx)
}

// plainSystem is the name of the system that takes every page for its own: that it found nothing proves nothing.
const plainSystem = "plain"

// suspect asks once for an address beside the column that cannot exist. A site that answers it like the column itself
// answers everything so: the column is no page of its.
func (c *column) suspect(ctx context.Context) error {
	if c.first.final == nil || len(c.first.body) == 0 {
		return nil
	}
	address := sibling(c.first.final, digest([]byte(c.site.Key + c.first.final.String()))[:12])
	got, err := c.fetch(ctx, RoleProbe, cms.Request{URL: address})
	if err != nil {
		return err
	}
	if answered(got.outcome) && alike(c.first.body, got.body) {
		c.outcome = OutcomeSoft404
		c.note("%s, which cannot exist, answers the same page", address)
	}
	return nil
}

// maxHints is how many addresses a visit names where the column may be now.
const maxHints = 3

// hint names columns of annual reports to which the page links that came in place of the column, for a person to look at:
// portals move their columns when they are rebuilt.
func (c *column) hint() {
	if c.first.capture == nil || blocked(c.first.outcome) || c.first.outcome == OutcomeTooLarge {
		return
	}
	header, sent := c.first.capture.text()
	body, err := Decode(header, sent, maxListPage)
	if err != nil || len(body) > maxListPage || mediaOf(body, "") != "html" {
		return
	}
	doc, err := page.Parse(text.Decode(body, c.first.contentType()).Text)
	if err != nil {
		return
	}
	named := map[string]bool{c.first.capture.URL: true, c.first.final.String(): true}
	for _, link := range page.Links(doc, c.first.final) {
		address, err := Address(link.URL)
		words := cmp.Or(link.Title, link.Text)
		if err != nil || named[address] || !(title.Context{Column: words}).Yearly() {
			continue
		}
		if named[address] = true; len(named) > maxHints+2 {
			return
		}
		c.note("a column of reports is linked there: %s (%s)", address, words)
	}
}

func (c *column) partial(format string, args ...any) {
	c.outcome = OutcomePartial
	c.note(format, args...)
}

// stop ends the walk at a bound.
func (c *column) stop(format string, args ...any) {
	c.full, c.unstopped = true, c.outcome
	c.partial(format, args...)
}
