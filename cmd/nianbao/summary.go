package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
)

// tally is what a run came to, while it goes on.
type tally struct {
	visits  []crawler.Visit // told one after the other
	saveErr error           // the first visit that could not be recorded
	silent  []archive.Silence

	mu       sync.Mutex
	captures map[string]int // by outcome
	bytes    int64          // of their bodies
}

// add counts one visit. Of those that are ok and without errors nothing but numbers is kept.
func (t *tally) add(v crawler.Visit) {
	if v.Outcome == crawler.OutcomeOK && v.Errors == 0 {
		v.Detail = ""
	}
	t.visits = append(t.visits, v)
}

// captured counts one exchange.
func (t *tally) captured(c *crawler.Capture) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.captures == nil {
		t.captures = map[string]int{}
	}
	t.captures[c.Outcome]++
	t.bytes += int64(len(c.Body))
}

// summary is what a run came to, for people and for --notify.
type summary struct {
	Archive    string         `json:"archive"`
	Crawl      int64          `json:"crawl_id"`
	Trigger    string         `json:"trigger"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at"`
	Sites      int            `json:"sites"`
	OK         int            `json:"ok"`
	Failed     int            `json:"failed"`
	New        int            `json:"new"`
	Changed    int            `json:"changed"`
	Unchanged  int            `json:"unchanged"`
	Gone       int            `json:"gone"`
	Errors     int            `json:"errors"`
	Captures   map[string]int `json:"captures"` // by outcome
	Bytes      int64          `json:"bytes"`    // received in bodies
	Read       int            `json:"read"`     // captures read
	Reports    int            `json:"reports"`  // of those, reports
	Unread     []string       `json:"unread"`   // addresses of captures that cannot be read
	NotOK      []siteTrouble  `json:"not_ok"`   // sites not ok, or with pages that failed
	Silent     []siteSilence  `json:"silent"`   // sites that had reports and list none
	Error      string         `json:"error"`    // why the run was broken off, "" if it was not
}

// siteTrouble is a site that is not ok.
type siteTrouble struct {
	Site    string `json:"site"`
	Outcome string `json:"outcome"`
	Errors  int    `json:"errors"`
	Detail  string `json:"detail"`
}

// siteSilence is a site that had reports and lists none.
type siteSilence struct {
	Site   string `json:"site"`
	Detail string `json:"detail"`
}

func summaryOf(a *app, totals archive.CrawlSummary, t *tally, p *pipeline, err error) summary {
	s := summary{Archive: a.archive, Crawl: totals.ID, Trigger: totals.Trigger, StartedAt: totals.StartedAt,
		FinishedAt: totals.FinishedAt, Sites: totals.Sites, OK: totals.OK, Failed: totals.Failed,
		New: totals.New, Changed: totals.Changed, Gone: totals.Gone,
		Captures: t.captures, Bytes: t.bytes, Read: p.read, Reports: p.reports,
		Unread: append([]string{}, p.failed...), NotOK: []siteTrouble{}, Silent: []siteSilence{}}
	if s.Captures == nil {
		s.Captures = map[string]int{}
	}
	for _, v := range t.visits {
		s.Unchanged += v.Unchanged
		s.Errors += v.Errors
		if v.Outcome != crawler.OutcomeOK || v.Errors > 0 {
			s.NotOK = append(s.NotOK, siteTrouble{v.Site, v.Outcome, v.Errors, v.Detail})
		}
	}
	for _, x := range t.silent {
		s.Silent = append(s.Silent, siteSilence{x.Site, x.Detail()})
	}
	var ended *troubles
	if err != nil && !errors.As(err, &ended) {
		s.Error = err.Error()
	}
	return s
}

// String is the summary as two lines for people.
func (s summary) String() string {
	total := 0
	parts := []string{}
	for _, outcome := range slices.Sorted(maps.Keys(s.Captures)) {
		total += s.Captures[outcome]
		parts = append(parts, fmt.Sprintf("%d %s", s.Captures[outcome], outcome))
	}
	asked := fmt.Sprintf("%d requests, %s", total, bytesText(s.Bytes))
	if total > 0 {
		asked += ": " + strings.Join(parts, ", ")
	}
	return fmt.Sprintf("run %d: %d sites, %d ok, %d not; pages: %d new, %d changed, %d unchanged, %d gone, %d failed\n"+
		"%s; %d captures read, %d of them reports; %v\n", s.Crawl, s.Sites, s.OK, s.Failed, s.New, s.Changed, s.Unchanged,
		s.Gone, s.Errors, asked, s.Read, s.Reports, s.FinishedAt.Sub(s.StartedAt).Round(time.Second))
}

// sumUp tells what a run came to: on the terminal, in the log and where --notify says. It returns the run's error: that
// nobody could be notified is logged, and changes nothing.
func (c *crawling) sumUp(ctx context.Context, a *app, s summary, err error) error {
	a.log.Info("run", "crawl", s.Crawl, "trigger", s.Trigger, "sites", s.Sites, "ok", s.OK, "failed", s.Failed,
		"new", s.New, "changed", s.Changed, "unchanged", s.Unchanged, "gone", s.Gone, "errors", s.Errors,
		"bytes", s.Bytes, "read", s.Read, "reports", s.Reports, "ms", s.FinishedAt.Sub(s.StartedAt).Milliseconds())
	if c.tell && !a.quiet {
		if _, printErr := fmt.Fprint(a.stdout, s); printErr != nil && err == nil {
			err = printErr
		}
	}
	if c.notify == "" {
		return err
	}
	body, jsonErr := marshal(s)
	if jsonErr != nil {
		return errors.Join(err, jsonErr)
	}
	// A run that was broken off is worth telling, too.
	if notifyErr := crawler.Notify(context.WithoutCancel(ctx), c.options, c.notify, body); notifyErr != nil {
		a.log.Error("cannot notify", "error", notifyErr)
	}
	return err
}
