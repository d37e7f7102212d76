package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
)

// How long a run waits before it looks for room on the disk again: longer each time.
const (
	firstLook = time.Second
	lastLook  = 5 * time.Minute
)

// room makes a run wait while the disk has none. Its methods may be called from several goroutines.
type room struct {
	archive *archive.Archive
	clock   crawler.Clock
	log     *slog.Logger
	floor   int64 // bytes that must be free before anything is asked for
	watch   *watch

	mu      sync.Mutex
	without bool // it was said that there is no room
}

// wait returns when the disk has more than the floor free, or with the context's error.
func (r *room) wait(ctx context.Context) error {
	for look := firstLook; ; look = min(2*look, lastLook) {
		free, err := r.archive.FreeSpace()
		if err != nil && !errors.Is(err, errors.ErrUnsupported) {
			r.log.Debug("cannot tell the free space", "error", err)
		}
		if err != nil || free >= r.floor {
			r.found()
			return ctx.Err()
		}
		r.missed("paused: less free than --min-free", "free", free, "min_free", r.floor)
		if err := r.clock.Sleep(ctx, look); err != nil {
			return err
		}
	}
}

// do writes to the archive, again and again while the disk is full, until it is written or ctx ends.
func (r *room) do(ctx context.Context, write func() error) error {
	for look := firstLook; ; look = min(2*look, lastLook) {
		err := write()
		if err == nil {
			if look > firstLook { // else the disk was not full: there may still be less free than wait wants
				r.found()
			}
			return nil
		}
		if !r.archive.IsFull(err) {
			return err
		}
		r.missed("paused: the disk is full", "error", err)
		if r.clock.Sleep(ctx, look) != nil {
			return err
		}
	}
}

// missed says once that the run pauses.
func (r *room) missed(why string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.without {
		r.without = true
		r.log.Error(why, args...)
		r.watch.paused(why)
	}
}

// found says that the run goes on, if it paused.
func (r *room) found() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.without {
		r.without = false
		r.log.Warn("the run goes on: there is room again")
		r.watch.paused("")
	}
}

// roomy is an archive that waits for room instead of failing. ctx is the run's: what was fetched is saved even after it
// has ended, but not waited for.
type roomy struct {
	crawler.Archive
	room *room
	ctx  context.Context
}

func (r roomy) SaveCapture(ctx context.Context, c *crawler.Capture) error {
	return r.room.do(r.ctx, func() error { return r.Archive.SaveCapture(ctx, c) })
}

func (r roomy) SaveFiles(ctx context.Context, page int64, files []crawler.File) error {
	return r.room.do(r.ctx, func() error { return r.Archive.SaveFiles(ctx, page, files) })
}

func (r roomy) SaveLinks(ctx context.Context, site string, links []crawler.Link) error {
	return r.room.do(r.ctx, func() error { return r.Archive.SaveLinks(ctx, site, links) })
}

func (r roomy) SaveHostRest(ctx context.Context, rest crawler.Rest) error {
	return r.room.do(r.ctx, func() error { return r.Archive.SaveHostRest(ctx, rest) })
}
