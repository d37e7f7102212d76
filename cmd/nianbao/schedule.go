package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
)

type scheduleCmd struct {
	crawlFlags
}

func (*scheduleCmd) Help() string {
	return `Stays in the foreground and visits each site when its cron entry is due: five fields as in cron, Asia/Shanghai
unless the entry begins with CRON_TZ= and a time zone; 0 2 * * * where the register has none. A site starts later than
its entry says by up to 25 minutes, always by the same for one site, so that the sites of one host don't start
together. What was missed, because the machine slept or the program did not run, is made up for once. A site that was never
visited is due at once.

The sites that are due are visited together, in one run; those that fall due meanwhile wait for the next one, so no site
is ever visited twice at a time. The archive is locked while a run is under way, and free for other commands between.
If another command holds it when a site is due, the run waits for it.

SIGHUP reads the register again; one that is not right is refused, said in the log, and the old one stays. SIGTERM and
Ctrl-C end it cleanly, with exit status 0: what was fetched is kept, the next start goes on. A site that is not ok is in
the log, the summary and the archive, and no reason to end.

Examples:

  nianbao schedule --sites my-sites.csv --contact you@example.org
  nianbao schedule --sites my-sites.csv --contact you@example.org --metrics :9469 --notify https://example.org/hook`
}

// Run visits sites when they are due, until it is told to end.
func (c *scheduleCmd) Run(ctx context.Context, a *app) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	return c.stay(ctx, a, hangup)
}

// stay is Run with the signal that asks for the register to be read again.
func (c *scheduleCmd) stay(ctx context.Context, a *app, hangup <-chan os.Signal) error {
	s := &scheduling{app: a, cmd: c, watch: newWatch(a), last: map[string]time.Time{}}
	var err error
	if s.sites, err = c.register(); err != nil {
		return err
	}
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	if err := s.checkArchive(ctx); err != nil {
		return err
	}
	s.watch.due = s.dueNow
	stop, err := s.watch.serve(a, c.Metrics)
	if err != nil {
		return err
	}
	defer stop()

	ended := make(chan struct{})
	var listening sync.WaitGroup
	listening.Go(func() {
		for {
			select {
			case <-hangup:
				s.reread()
			case <-ended:
				return
			}
		}
	})
	defer listening.Wait()
	defer close(ended)
	s.run(ctx)
	a.log.Info("schedule ends")
	return nil
}

// register reads the register and sees that it may be crawled.
func (c *scheduleCmd) register() ([]crawler.Site, error) {
	sites, err := readRegister(c.Sites)
	if err != nil {
		return nil, err
	}
	if len(sites) == 0 {
		return nil, usageError("the register %s has no site", c.Sites)
	}
	return sites, c.checkContact(sites)
}

// How long a schedule waits at most before it looks at the clock again, which may have been set or have stood still while
// the machine slept; before it tries again to open an archive that another command holds; and, longer each time, after a
// run that failed by our own machine.
const (
	longestSleep = time.Minute
	lockedWait   = 30 * time.Second
	firstRetry   = time.Minute
	lastRetry    = time.Hour
)

// scheduling is a schedule under way.
type scheduling struct {
	app   *app
	cmd   *scheduleCmd
	watch *watch

	mu    sync.Mutex
	sites []crawler.Site
	last  map[string]time.Time // last visits
	wake  context.CancelFunc   // ends the sleep; nil while nobody sleeps
}

// checkArchive makes the archive, or refuses what is none, before anything is waited for.
func (s *scheduling) checkArchive(ctx context.Context) (err error) {
	opened, err := openForWriting(ctx, s.app)
	var locked *archive.LockedError
	if errors.As(err, &locked) {
		s.app.log.Warn("the archive is in use; runs wait until it is free", "holder", locked.Holder)
		return nil
	}
	if err != nil {
		return err
	}
	return opened.Close()
}

// run is the loop: what is due is visited, then it sleeps until something is due.
func (s *scheduling) run(ctx context.Context) {
	wait := firstRetry
	for ctx.Err() == nil {
		err := s.visitDue(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.app.log.Error("the run failed", "error", err, "again_in", wait)
			if s.app.clock.Sleep(ctx, wait) != nil {
				return
			}
			wait = min(2*wait, lastRetry)
		default:
			wait = firstRetry
			s.sleep(ctx)
		}
	}
}

// visitDue visits the sites that are due, again and again until none is. The error is our machine's: what sites answer
// is none.
func (s *scheduling) visitDue(ctx context.Context) error {
	waiting := false
	for {
		if err := s.recall(ctx); err != nil {
			return err
		}
		due := s.due(s.app.now())
		if len(due) == 0 {
			if waiting { // who used the archive has visited them
				s.watch.paused("")
			}
			return nil
		}
		run := s.cmd.crawling("schedule", due)
		run.watch = s.watch
		err := crawl(ctx, s.app, run)
		var ended *troubles
		var locked *archive.LockedError
		switch {
		case errors.As(err, &ended):
			s.app.log.Warn("the run is done, not all is ok", "crawl", run.id, "error", err)
		case errors.As(err, &locked):
			if !waiting {
				waiting = true
				s.app.log.Warn("sites are due, and the archive is in use; waiting", "sites", len(due), "holder", locked.Holder)
				s.watch.paused("sites are due, and the archive is in use")
			}
			if err := s.app.clock.Sleep(ctx, lockedWait); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
}

// due lists the sites that are due.
func (s *scheduling) due(now time.Time) []crawler.Site {
	s.mu.Lock()
	defer s.mu.Unlock()
	return crawler.Due(now, s.sites, s.last)
}

func (s *scheduling) dueNow() int { return len(s.due(s.app.now())) }

// recall asks the archive when each site was last visited, by whatever command.
func (s *scheduling) recall(ctx context.Context) (err error) {
	opened, err := archive.OpenReader(ctx, s.app.archive)
	if err != nil {
		return notThere(err)
	}
	defer closeArchive(opened, &err)
	last, err := opened.LastVisits(ctx, s.app.now())
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = last
	return nil
}

// notThere is nil for an archive that does not exist yet.
func notThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sleep returns when a site is due, when the register was read again, when the clock was set back, or when ctx ends.
func (s *scheduling) sleep(ctx context.Context) {
	sleeping, wake := context.WithCancel(ctx)
	defer wake()
	s.mu.Lock()
	s.wake = wake
	next, ok := crawler.NextDue(s.app.now(), s.sites, s.last)
	s.mu.Unlock()
	if ok {
		s.app.log.Info("waiting", "next", next)
	} else {
		s.app.log.Warn("no row of the register will be due")
	}
	for now := s.app.now(); !ok || now.Before(next); {
		step := longestSleep
		if ok {
			step = min(step, next.Sub(now))
		}
		if s.app.clock.Sleep(sleeping, step) != nil {
			return
		}
		before := now
		if now = s.app.now(); now.Before(before) {
			s.app.log.Warn("the clock was set back", "from", before, "to", now)
			return
		}
		if len(s.due(now)) > 0 { // a row may hold today that did not when next was reckoned
			return
		}
	}
}

// reread reads the register again. One that is not right leaves the old one.
func (s *scheduling) reread() {
	sites, err := s.cmd.register()
	if err != nil {
		s.app.log.Error("the register is not read again; the old one stays", "error", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sites = sites
	s.app.log.Info("the register was read again", "sites", len(sites))
	if s.wake != nil {
		s.wake()
	}
}
