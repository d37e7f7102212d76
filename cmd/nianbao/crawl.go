package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/crawler/cms"
)

type crawlCmd struct {
	Keys []string `arg:"" optional:"" name:"site" help:"Keys of the sites to visit; none for all."`
	crawlFlags
}

func (*crawlCmd) Help() string {
	return `Visits the column of each site: robots.txt, the list pages, and every report they list. What a site
answers is committed to the archive before it is read. Stop it whenever you like; the next crawl goes on where this one
stopped. Two crawls on one archive at once are refused.

A contact is required unless every host is loopback. One host never gets two requests at once, nor do hosts of one
registered domain or at one public address. --delay 0s switches off all pacing of our own, while Crawl-delay and
Retry-After hold, the latter over runs. A page that answered less than --recheck ago is not asked again, and then in one
of the following nights, spread over as many nights as --recheck has; 0s asks all now. List pages are asked in every
visit, and so is a page that was there and is missing. Servers are asked only for what has changed, where they can tell.
Without --allow-private only public addresses are asked, on ports 80, 443 and that of the register's row.

While the disk is full, or has less than --min-free left, the crawl pauses, says so, and goes on when there is room. At
the end a summary is printed and, with --notify, POSTed as JSON.

Examples:

  nianbao crawl --sites my-sites.csv --contact you@example.org
  nianbao crawl --sites my-sites.csv --contact you@example.org --recheck 0s hanyang

Exit status 1 says that the outcome of some site is not ok, or that a page failed or could not be read; each is named.`
}

// Run visits the sites.
func (c *crawlCmd) Run(ctx context.Context, a *app) (err error) {
	register, err := readRegister(c.Sites)
	if err != nil {
		return err
	}
	sites, err := chooseSites(register, c.Keys, a.now())
	if err != nil {
		return err
	}
	if err := c.checkContact(sites); err != nil {
		return err
	}
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	run := c.crawling("crawl", sites)
	run.watch = newWatch(a)
	stop, err := run.watch.serve(a, c.Metrics)
	if err != nil {
		return err
	}
	defer stop()
	return crawl(ctx, a, run)
}

// crawling is one run: what is to be done, and afterwards its number.
type crawling struct {
	trigger string // crawls.trigger
	sites   []crawler.Site
	options crawler.Options
	minFree int64                // bytes that must be free on the disk before anything is asked for
	notify  string               // where a summary is sent, "" for nowhere
	tell    bool                 // print a summary
	watch   *watch               // told how things go; nil for nobody
	onLinks func([]crawler.Link) // told of the entries of each list page; nil for nobody

	id int64
}

// crawl visits the sites and reads what they answer. The error is a *troubles if the run came to its end: it names each
// site whose outcome is not ok and each page that failed.
func crawl(ctx context.Context, a *app, c *crawling) (err error) {
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	c.options.Clock = cmp.Or(c.options.Clock, a.clock)
	c.watch = cmp.Or(c.watch, newWatch(a))
	room := &room{archive: opened, clock: a.clock, log: a.log, floor: c.minFree, watch: c.watch}
	var run *archive.Crawl
	if err := room.do(ctx, func() (err error) {
		run, err = opened.BeginCrawl(ctx, c.trigger)
		return err
	}); err != nil {
		return err
	}
	c.id = run.ID()
	c.watch.begin(a.now())
	defer func() { c.watch.end(a.now(), err) }()

	var t tally
	p := pipeline{archive: opened, log: a.log, room: room, recognizer: a.recognizer}
	err = c.visit(ctx, a, run, &p, &t)
	// An interrupted run is finished, too: what was fetched is kept.
	totals := archive.CrawlSummary{ID: run.ID(), Trigger: c.trigger}
	if finishErr := room.do(ctx, func() (err error) {
		finished, err := run.Finish(context.WithoutCancel(ctx))
		if err == nil {
			totals = finished
		}
		return err
	}); finishErr != nil && err == nil {
		err = finishErr
	}
	if err == nil && ctx.Err() == nil {
		err = t.verdict(p.failed)
	}
	err = interrupted(ctx, err)
	return c.sumUp(ctx, a, summaryOf(a, totals, &t, &p, err), err)
}

// visit is the run itself.
func (c *crawling) visit(ctx context.Context, a *app, run *archive.Crawl, p *pipeline, t *tally) error {
	if err := p.room.do(ctx, func() error { return run.SaveSites(ctx, c.sites) }); err != nil {
		return err
	}
	a.screen.start(len(c.sites))
	defer a.screen.finish()
	options := c.options
	options.Log, options.Progress, options.Before = a.log, a.screen.event, p.room.wait
	p.large = make(chan struct{}, 1)
	options.Large = p.large

	into := counting{roomy{linkWatcher{run, c.onLinks}, p.room, ctx}, c.watch, t}
	err := p.run(ctx, into, func(ctx context.Context, into crawler.Archive) error {
		visitor := crawler.New(options, into, cms.Systems())
		return visitor.Crawl(ctx, c.sites, func(_ crawler.Site, visit crawler.Visit, _ error) {
			t.add(visit)
			c.watch.visited(visit.Outcome)
			// A visit that was broken off is recorded, too.
			if err := p.room.do(ctx, func() error { return run.SaveVisit(context.WithoutCancel(ctx), visit) }); err != nil &&
				t.saveErr == nil {
				t.saveErr = err
			}
			a.screen.step()
		})
	})
	if err == nil {
		err = t.saveErr
	}
	if err != nil || ctx.Err() != nil {
		return err
	}
	t.silent, err = run.Silent(ctx)
	return err
}

// linkWatcher is an archive that passes on the links it saves.
type linkWatcher struct {
	crawler.Archive
	watch func([]crawler.Link)
}

func (w linkWatcher) SaveLinks(ctx context.Context, site string, links []crawler.Link) error {
	if w.watch != nil {
		w.watch(links)
	}
	return w.Archive.SaveLinks(ctx, site, links)
}

// counting is an archive that counts the captures it saves.
type counting struct {
	crawler.Archive
	watch *watch
	tally *tally
}

func (c counting) SaveCapture(ctx context.Context, capture *crawler.Capture) error {
	err := c.Archive.SaveCapture(ctx, capture)
	if err == nil {
		c.watch.captured(capture.Outcome)
		c.tally.captured(capture)
	}
	return err
}

// troubles is the error of a run that came to its end: what of it is not ok.
type troubles struct{ text string }

func (t *troubles) Error() string { return t.text }

// verdict is nil when everything is ok, else it names all that is not. unread are addresses of captures that could not
// be read.
func (t *tally) verdict(unread []string) error {
	var fallen, notOK, pages, bad []string
	for _, s := range t.silent {
		fallen = append(fallen, fmt.Sprintf("%s (%s)", s.Site, s.Detail()))
	}
	for _, v := range t.visits {
		switch {
		case v.Outcome != crawler.OutcomeOK:
			notOK = append(notOK, fmt.Sprintf("%s (%s)", v.Site, joined(v.Outcome, v.Detail)))
		case v.Errors > 0:
			pages = append(pages, fmt.Sprintf("%s (%s)", v.Site, joined(fmt.Sprint(v.Errors), v.Detail)))
		}
	}
	for _, group := range []struct {
		what  string
		names []string
	}{{"sites fallen silent", fallen}, {"sites not ok", notOK}, {"sites with failed pages", pages},
		{"captures that cannot be read", unread}} {
		if len(group.names) > 0 {
			bad = append(bad, group.what+": "+strings.Join(group.names, ", "))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return &troubles{"done, but " + strings.Join(bad, "; ")}
}

func joined(outcome, detail string) string {
	if detail == "" {
		return outcome
	}
	return outcome + ": " + detail
}
