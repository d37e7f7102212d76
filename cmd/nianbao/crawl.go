package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/crawler/cms"
)

type crawlCmd struct {
	Keys         []string      `arg:"" optional:"" name:"site" help:"Keys of the sites to visit; none for all."`
	Sites        string        `placeholder:"FILE" help:"The register; none for the built-in one."`
	Contact      string        `placeholder:"ADDRESS" env:"NIANBAO_CONTACT" help:"Your address, for the User-Agent."`
	Delay        time.Duration `default:"1s" placeholder:"TIME" help:"Pause between two requests to one host."`
	Concurrency  int           `default:"16" placeholder:"N" help:"Hosts at once."`
	MaxBody      size          `default:"64MiB" placeholder:"SIZE" help:"Longest body; more is too_large."`
	Timeout      time.Duration `default:"1m" placeholder:"TIME" help:"How long one attempt may take."`
	Recheck      time.Duration `default:"168h" placeholder:"TIME" help:"How long a known page is not asked again."`
	AllowPrivate bool          `help:"Permit loopback and private addresses and any port."`
}

func (*crawlCmd) Help() string {
	return `Visits the column of each site: robots.txt, the list pages, and every report they list. What a site
answers is committed to the archive before it is read. Stop it whenever you like; the next crawl goes on where this one
stopped. Two crawls on one archive at once are refused.

A contact is required unless every host is loopback. One host never gets two requests at once. --delay 0s switches off
all pacing of our own, while Crawl-delay and Retry-After hold. A page that answered less than --recheck ago is not asked
again, 0s asks all now; list pages are asked in every visit, and so is a page that was there and is missing. Without --allow-private only public addresses are asked, on
ports 80, 443 and that of the register's row.

Examples:

  nianbao crawl --sites my-sites.csv --contact you@example.org
  nianbao crawl --sites my-sites.csv --contact you@example.org --recheck 0s hanyang

Exit status 1 says that the outcome of some site is not ok, or that a page failed or could not be read; each is named.`
}

// Validate refuses what no crawl can be made with.
func (c *crawlCmd) Validate() error {
	switch {
	case c.Delay < 0:
		return fmt.Errorf("--delay is negative: %v", c.Delay)
	case c.Recheck < 0:
		return fmt.Errorf("--recheck is negative: %v", c.Recheck)
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout is not positive: %v", c.Timeout)
	case c.Concurrency < 1:
		return fmt.Errorf("--concurrency is less than one: %d", c.Concurrency)
	}
	return nil
}

// Run visits the sites.
func (c *crawlCmd) Run(ctx context.Context, a *app) error {
	register, err := readRegister(c.Sites)
	if err != nil {
		return err
	}
	sites, err := chooseSites(register, c.Keys, a.now())
	if err != nil {
		return err
	}
	if c.Contact == "" && !allLoopback(sites) {
		return usageError("give a contact with --contact or NIANBAO_CONTACT: " +
			"the sites you crawl must be able to tell you when something is wrong")
	}
	return crawl(ctx, a, &crawling{trigger: "crawl", sites: sites, options: crawler.Options{
		Version: version(), Contact: c.Contact,
		Delay: c.Delay, Timeout: c.Timeout, Recheck: c.Recheck,
		Concurrency: c.Concurrency, MaxBody: int64(c.MaxBody), AllowPrivate: c.AllowPrivate,
	}})
}

// crawling is one run: what is to be done, and afterwards its number.
type crawling struct {
	trigger string // crawls.trigger
	sites   []crawler.Site
	options crawler.Options
	onLinks func([]crawler.Link) // told of the entries of each list page; nil for nobody

	id int64
}

// crawl visits the sites and reads what they answer. The error names each site whose outcome is not ok and each page
// that failed.
func crawl(ctx context.Context, a *app, c *crawling) (err error) {
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	run, err := opened.BeginCrawl(ctx, c.trigger)
	if err != nil {
		return err
	}
	c.id = run.ID()
	defer func() { // an interrupted run is finished, too: what was fetched is kept
		if _, finishErr := run.Finish(context.WithoutCancel(ctx)); finishErr != nil && err == nil {
			err = finishErr
		}
	}()
	if err := run.SaveSites(ctx, c.sites); err != nil {
		return err
	}

	a.screen.start(len(c.sites))
	defer a.screen.finish()
	options := c.options
	options.Log, options.Progress = a.log, a.screen.event

	p := pipeline{archive: opened, log: a.log}
	var t tally
	err = p.run(ctx, linkWatcher{run, c.onLinks}, func(ctx context.Context, into crawler.Archive) error {
		visitor := crawler.New(options, into, cms.Systems())
		return visitor.Crawl(ctx, c.sites, func(_ crawler.Site, visit crawler.Visit, _ error) {
			t.add(visit)
			// A visit that was broken off is recorded, too.
			if err := run.SaveVisit(context.WithoutCancel(ctx), visit); err != nil && t.saveErr == nil {
				t.saveErr = err
			}
			a.screen.step()
		})
	})
	a.screen.finish()
	if err == nil {
		err = t.saveErr
	}
	if err != nil || ctx.Err() != nil {
		return interrupted(ctx, err)
	}
	silent, err := run.Silent(ctx)
	if err != nil {
		return err
	}
	return t.verdict(p.failed, silent)
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

// tally is what the visits of a run came to.
type tally struct {
	notOK   []string // "key (outcome: detail)"
	pages   []string // "key (failed pages: detail)"
	saveErr error    // the first visit that could not be recorded
}

// add counts one visit.
func (t *tally) add(v crawler.Visit) {
	switch {
	case v.Outcome != crawler.OutcomeOK:
		t.notOK = append(t.notOK, fmt.Sprintf("%s (%s)", v.Site, joined(v.Outcome, v.Detail)))
	case v.Errors > 0:
		t.pages = append(t.pages, fmt.Sprintf("%s (%s)", v.Site, joined(fmt.Sprint(v.Errors), v.Detail)))
	}
}

// verdict is nil when everything is ok, else it names all that is not. unread are addresses of captures that could not
// be read, silent the sites that had reports and list none.
func (t *tally) verdict(unread []string, silent []archive.Silence) error {
	var bad, fallen []string
	for _, s := range silent {
		fallen = append(fallen, fmt.Sprintf("%s (%s)", s.Site, s.Detail()))
	}
	for _, group := range []struct {
		what  string
		names []string
	}{{"sites fallen silent", fallen}, {"sites not ok", t.notOK}, {"sites with failed pages", t.pages}, {"captures that cannot be read", unread}} {
		if len(group.names) > 0 {
			bad = append(bad, group.what+": "+strings.Join(group.names, ", "))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("done, but %s", strings.Join(bad, "; "))
}

func joined(outcome, detail string) string {
	if detail == "" {
		return outcome
	}
	return outcome + ": " + detail
}
