package crawler

import (
	"context"
	"time"
)

// Clock is where the crawler takes the time from and how it waits, so that tests need not.
type Clock interface {
	Now() time.Time
	// Sleep returns nil after d, or the context's error as soon as the context ends. A d of zero or less only looks
	// at the context.
	Sleep(ctx context.Context, d time.Duration) error
}

// systemClock is the machine's own clock.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// SystemClock is the machine's own clock.
func SystemClock() Clock { return systemClock{} }
