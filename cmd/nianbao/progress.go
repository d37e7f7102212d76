package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/schollz/progressbar/v3"

	"nianbao/crawler"
)

// screen is standard error as people see it: log lines, and on a terminal, while sites are visited, a bar below them
// that counts the sites and says what is being done. Its methods may be called from several goroutines.
type screen struct {
	out      io.Writer // log lines
	terminal io.Writer // the bar, which steers it
	bars     bool      // show the bar at all

	mu  sync.Mutex
	bar *progressbar.ProgressBar // nil while none is shown
}

// start shows the bar for so many sites.
func (s *screen) start(sites int) {
	if !s.bars {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar = progressbar.NewOptions(sites,
		progressbar.OptionSetWriter(s.terminal),
		progressbar.OptionSetWidth(20),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
	)
}

// event says which site is how far.
func (s *screen) event(e crawler.Event) {
	text := fmt.Sprintf("%s: lists", e.Site)
	if e.Items > 0 {
		text = fmt.Sprintf("%s: %d of %d reports", e.Site, e.Done, e.Items)
	}
	s.draw(func(bar *progressbar.ProgressBar) error { bar.Describe(spelled(text, true)); return nil })
}

// step counts one site as visited.
func (s *screen) step() { s.draw(func(bar *progressbar.ProgressBar) error { return bar.Add(1) }) }

// finish takes the bar away.
func (s *screen) finish() {
	s.draw((*progressbar.ProgressBar).Finish)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar = nil
}

// draw changes the bar if one is shown. A bar that cannot be drawn is no reason to fail.
func (s *screen) draw(change func(*progressbar.ProgressBar) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		_ = change(s.bar)
	}
}

// Write puts a log line where the bar is; the next change draws the bar again below it.
func (s *screen) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		_ = s.bar.Clear()
	}
	return s.out.Write(line)
}
