package crawler

import (
	"context"
	"runtime/debug"
	"sync/atomic"
)

// What of the bodies of a run is in memory at once, over all its hosts.
const (
	freeBody    = 256 << 10 // bytes that a body has without asking: nearly all of them
	sharedRoom  = 8 << 20   // bytes beyond those that all bodies have together; one of them may have as many as it likes
	largeAnswer = 128 << 10 // bytes of an answer beyond which it is kept and read while no other such one is
)

// bodies is the room for the bodies of a run. One grows by what is left of the shared room; where that is not enough it waits to be
// the one that may grow to its end, which one body always may. So none waits for a host that waits itself, and for a slow host
// no longer than Options.Timeout.
type bodies struct {
	left atomic.Int64  // of the shared room
	last chan struct{} // holds a token while one body has more room than is shared
	// large holds a token while a large answer is dealt with: it is packed and parsed then, which takes several times its room. None
	// waits for a host meanwhile.
	large chan struct{}
}

func newBodies(large chan struct{}) *bodies {
	if large == nil {
		large = make(chan struct{}, 1)
	}
	b := &bodies{last: make(chan struct{}, 1), large: large}
	b.left.Store(sharedRoom)
	return b
}

// take takes room that is shared, if there is as much.
func (b *bodies) take(bytes int64) bool {
	if b.left.Add(-bytes) >= 0 {
		return true
	}
	b.left.Add(bytes)
	return false
}

// hold is the room that the answers of one visit have, which makes one request at a time.
type hold struct {
	of     *bodies
	shared int64
	last   bool
	large  bool
}

// grow makes room for a body of so many bytes. It says whether the body may have as many more as it likes.
func (h *hold) grow(ctx context.Context, bytes int64) (free bool, err error) {
	more := bytes - freeBody - h.shared
	switch {
	case h.last:
		return true, nil
	case more <= 0:
		return false, nil
	case h.of.take(more):
		h.shared += more
		return false, nil
	}
	select {
	case h.of.last <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	h.of.left.Add(h.shared)
	h.shared, h.last = 0, true
	debug.FreeOSMemory() // garbage of others may be as large as it will be
	return true, nil
}

// deal waits until no other large answer is dealt with. It does not heed the end of a run: what was fetched is kept.
func (h *hold) deal() {
	if h.large {
		return
	}
	h.of.large <- struct{}{}
	h.large = true
	if h.last {
		debug.FreeOSMemory() // what it grew from, and what others left
	}
}

// drop gives everything back: the answer is not needed any more. It comes before any wait for a host.
func (h *hold) drop() {
	h.of.left.Add(h.shared)
	if h.last {
		debug.FreeOSMemory() // before the next one grows: garbage is as large as it was
		<-h.of.last
	}
	if h.large {
		<-h.of.large
	}
	*h = hold{of: h.of}
}
