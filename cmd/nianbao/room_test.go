package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nianbao/crawler"
)

// actingClock jumps, and does something at each sleep.
type actingClock struct {
	jumpClock
	act func(n int)
	n   int
}

func (c *actingClock) Sleep(ctx context.Context, d time.Duration) error {
	c.n++
	c.act(c.n)
	return c.jumpClock.Sleep(ctx, d)
}

// A run pauses while the disk is full or has less free than it should, says so once, and goes on when there is room.
func TestRunWaitsForRoom(t *testing.T) {
	opened := openArchive(t, filepath.Join(t.TempDir(), "test.db"))
	var log bytes.Buffer
	clock := &actingClock{}
	w := newWatch(&app{})
	r := &room{archive: opened, clock: clock, log: slog.New(slog.NewTextHandler(&log, nil)), floor: math.MaxInt64, watch: w}
	clock.act = func(n int) {
		if w.trouble == "" {
			t.Error("health does not tell of the pause")
		}
		if n == 4 {
			r.floor = 1
		}
	}
	if err := r.wait(t.Context()); err != nil || clock.n != 4 {
		t.Errorf("%v after %d looks", err, clock.n)
	}
	if text := log.String(); strings.Count(text, "paused") != 1 || strings.Count(text, "goes on") != 1 || w.trouble != "" {
		t.Errorf("%s", text)
	}

	tries := 0
	clock.act, clock.n = func(int) {}, 0
	full := fmt.Errorf("save capture: %w", syscall.ENOSPC)
	if err := r.do(t.Context(), func() error {
		if tries++; tries < 4 {
			return full
		}
		return nil
	}); err != nil || tries != 4 || clock.n != 3 {
		t.Errorf("%v after %d tries", err, tries)
	}
	other := errors.New("other")
	if err := r.do(t.Context(), func() error { return other }); !errors.Is(err, other) || clock.n != 3 {
		t.Errorf("another error is waited for: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	clock.act = func(int) { cancel() }
	if err := r.do(ctx, func() error { return full }); !errors.Is(err, full) {
		t.Errorf("ended while the disk is full: %v", err)
	}
	r.floor = math.MaxInt64
	if err := r.wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ended while there is too little room: %v", err)
	}
}

// With less free than --min-free nothing is asked for; that such a run can be ended does not say that there is room.
func TestNothingIsAskedWithoutRoom(t *testing.T) {
	asked := 0
	register, err := readRegister(serveSite(t, func() { asked++ }))
	if err != nil {
		t.Fatal(err)
	}
	a, _, log := simulated(t, bulkBegan)
	ctx, cancel := context.WithCancel(t.Context())
	clock := &actingClock{act: func(int) { cancel() }}
	a.clock, a.now = clock, clock.Now
	err = crawl(ctx, a, &crawling{trigger: "crawl", sites: register, minFree: math.MaxInt64,
		options: crawler.Options{AllowPrivate: true}})
	if err == nil || !strings.Contains(err.Error(), "interrupted") || asked != 0 || !strings.Contains(log.String(), "--min-free") ||
		strings.Contains(log.String(), "goes on") {
		t.Errorf("%v, asked %d times\n%s", err, asked, log)
	}
}
