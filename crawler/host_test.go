package crawler

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPause(t *testing.T) {
	now := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		budget *budget
		delay  time.Duration
		want   time.Duration
	}{
		"never asked":                   {&budget{}, time.Second, 0},
		"just asked":                    {&budget{ended: now}, time.Second, time.Second},
		"asked a while ago":             {&budget{ended: now.Add(-time.Hour)}, time.Second, 0},
		"slow answer":                   {&budget{ended: now, took: time.Second}, time.Second, 5 * time.Second},
		"very slow answer":              {&budget{ended: now, took: time.Minute}, time.Second, 10 * time.Second},
		"very slow, longer delay":       {&budget{ended: now, took: time.Minute}, 20 * time.Second, 20 * time.Second},
		"slow answer, pacing off":       {&budget{ended: now, took: time.Second}, 0, 0},
		"Retry-After, pacing off":       {&budget{ended: now, notBefore: now.Add(time.Minute)}, 0, time.Minute},
		"Retry-After sooner than delay": {&budget{ended: now, notBefore: now.Add(time.Second)}, 2 * time.Second, 2 * time.Second},
	} {
		if got := max(0, c.budget.pause(now, c.delay)); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestHostsAreToldApart(t *testing.T) {
	hs := newHosts()
	of := func(raw string) *host {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return hs.of(u)
	}
	if of("http://Example.com/a") != of("https://example.com:443/b") {
		t.Error("http and https of one name are two hosts")
	}
	if of("http://example.com/") == of("http://example.com:8080/") || of("http://example.com/") == of("http://a.example.com/") {
		t.Error("another port or name is the same host")
	}
}

// colly: Limit{DomainGlob:"*"} is one semaphore for all hosts; async starts one goroutine a URL.
func TestOneRequestAHostAtATime(t *testing.T) {
	var under, most atomic.Int32
	slow := func(w http.ResponseWriter, _ *http.Request) {
		most.Store(max(most.Load(), under.Add(1)))
		time.Sleep(20 * time.Millisecond)
		under.Add(-1)
	}
	s := serve(t, map[string]http.HandlerFunc{"/*": slow})
	crawler := New(quick(nil), &memory{}, nil)
	var running sync.WaitGroup
	for range 5 {
		running.Go(func() { fetchWith(t, crawler, Site{}, s.URL+"/p") })
	}
	running.Wait()
	if most.Load() != 1 || s.asked("/p") != 5 || s.asked("/robots.txt") != 1 {
		t.Errorf("%d at once, %d asked, robots.txt %d times", most.Load(), s.asked("/p"), s.asked("/robots.txt"))
	}
}

// colly: cancelling the context did not end Wait() for 7.9 s with a 2 s delay.
func TestWaitingEndsWithTheContext(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context, h *host) error{
		"for the pause": func(ctx context.Context, h *host) error {
			h.budget().ended = time.Now()
			_, err := h.acquire(ctx, pace{systemClock{}, time.Hour})
			return err
		},
		"for the turn": func(ctx context.Context, h *host) error {
			h.budget().turn <- struct{}{}
			_, err := h.acquire(ctx, pace{systemClock{}, 0})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHosts().of(&url.URL{Host: "example.com"})
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			began := time.Now()
			if err := wait(ctx, h); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			if took := time.Since(began); took > time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestSystemClockSleeps(t *testing.T) {
	began := time.Now()
	if err := (systemClock{}).Sleep(t.Context(), 30*time.Millisecond); err != nil || time.Since(began) < 30*time.Millisecond {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	if err := (systemClock{}).Sleep(t.Context(), -1); err != nil {
		t.Error(err)
	}
}
