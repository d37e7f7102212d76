package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhoSharesABudget(t *testing.T) {
	hs := newHosts()
	of := func(raw string) *budget {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return hs.of(u).budget()
	}
	for _, pair := range [][2]string{
		{"http://www.hzxh.gov.cn/", "https://y.hzxh.gov.cn:8443/"}, // gov.cn is a public suffix
		{"http://www.edu.com/", "http://edu.com/"},
		{"http://WWW.Hangzhou.gov.cn./", "http://jw.hangzhou.gov.cn/"},
	} {
		if of(pair[0]) != of(pair[1]) {
			t.Errorf("%s and %s do not share", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{
		{"http://www.hzxh.gov.cn/", "http://www.hangzhou.gov.cn/"},
		{"http://127.0.0.1:8001/", "http://127.0.0.1:8002/"}, // an address has no domain
		{"http://[::1]:8001/", "http://[::1]:8002/"},
		{"http://localhost:8001/", "http://localhost:8002/"},
		{"http://1.2.3.4/", "http://1.2.3.5/"},
	} {
		if of(pair[0]) == of(pair[1]) {
			t.Errorf("%s and %s share", pair[0], pair[1])
		}
	}
}

// Hosts at one public address share turn and pause from the moment that is known, with all who shared before.
func TestHostsAtOneAddressShare(t *testing.T) {
	hs := newHosts()
	of := func(name string) *host { return hs.of(&url.URL{Scheme: "http", Host: name}) }
	a, a2, b, c := of("www.a.gov.cn"), of("x.a.gov.cn"), of("www.b.gov.cn"), of("www.c.gov.cn")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a.budget().ran(now, time.Second)
	a.domain.slowDown(7 * time.Second)
	a.domain.ran(now)
	b.budget().holdUntil(now.Add(time.Minute))
	public := netip.MustParseAddr("202.96.1.1")
	for _, h := range []*host{a, b} {
		h.at(public)
	}
	if a.budget() != b.budget() || a2.budget() != b.budget() || of("new.a.gov.cn").budget() != b.budget() {
		t.Error("one address, and not one budget")
	}
	if wait := a2.budget().pause(now, 0); wait != time.Minute {
		t.Errorf("the wait of one is %v for the other", wait)
	}
	if !b.budget().ended.Equal(now) {
		t.Errorf("%+v", b.budget())
	}
	if own, neighbour, other := a.domain.pause(now), a2.domain.pause(now), b.domain.pause(now); own != 7*time.Second || neighbour != own || other > 0 {
		t.Errorf("the Crawl-delay of one makes it wait %v, its neighbour %v, the one at its address %v", own, neighbour, other)
	}
	c.at(netip.MustParseAddr("::ffff:202.96.1.1"))
	if c.budget() != a.budget() {
		t.Error("the same address in IPv6 dress is another")
	}
	for _, own := range []string{"127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fe80::1"} {
		d, e := of("d"+own+".gov.cn"), of("e"+own+".edu.cn")
		d.at(netip.MustParseAddr(own))
		e.at(netip.MustParseAddr(own))
		if d.budget() == e.budget() {
			t.Errorf("%s is not public", own)
		}
	}
}

// Two names that resolve to one public address never have two requests at once, not even the first. The names lead to
// loopback here; the look-up alone says otherwise.
func TestOneAddressOneRequest(t *testing.T) {
	var under, most atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		most.Store(max(most.Load(), under.Add(1)))
		time.Sleep(10 * time.Millisecond)
		under.Add(-1)
	}))
	defer s.Close()
	c := New(quick(nil), &memory{}, nil)
	c.resolve = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("202.96.1.1")}, nil
	}
	var running sync.WaitGroup
	for i := range 4 {
		running.Go(func() {
			address := fmt.Sprintf("http://localhost:%s/%d", s.URL[len("http://127.0.0.1:"):], i)
			h := c.hosts.of(&url.URL{Scheme: "http", Host: fmt.Sprintf("www.n%d.gov.cn", i)})
			v, err := c.newVisitor(t.Context(), Site{})
			if err != nil {
				t.Error(err)
				return
			}
			v.transport.locate(t.Context(), h, h.name)
			b, err := h.acquire(t.Context(), pace{systemClock{}, 0})
			if err != nil {
				t.Error(err)
				return
			}
			if resp, err := http.Get(address); err != nil {
				t.Error(err)
			} else {
				resp.Body.Close()
			}
			h.release(b, time.Now(), 0)
		})
	}
	running.Wait()
	http.DefaultClient.CloseIdleConnections()
	if most.Load() != 1 {
		t.Errorf("%d requests at once", most.Load())
	}
}

// A host that has its name lead to another's address, and asks for a minute between requests, waits for that minute itself; the
// other one has its turns meanwhile.
func TestCrawlDelayIsOnesOwn(t *testing.T) {
	hs := newHosts()
	evil, site := hs.of(&url.URL{Host: "www.evil.cn"}), hs.of(&url.URL{Host: "www.a.gov.cn"})
	clock := systemClock{}
	for _, h := range []*host{site, evil} {
		h.at(netip.MustParseAddr("202.96.1.1"))
	}
	evil.domain.slowDown(time.Hour)
	evil.release(mustAcquire(t, evil, clock), clock.Now(), 0)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := evil.acquire(ctx, pace{clock, 0})
		ended <- err
	}()
	for range 5 {
		site.release(mustAcquire(t, site, clock), clock.Now(), 0)
	}
	select {
	case err := <-ended:
		t.Errorf("its own wait ended: %v", err)
	default:
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// mustAcquire gives the host its turn, within a second.
func mustAcquire(t *testing.T, h *host, clock Clock) *budget {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	b, err := h.acquire(ctx, pace{clock, 0})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A host that joins another budget while it waits for its turn waits for that one's.
func TestJoiningWhileWaiting(t *testing.T) {
	hs := newHosts()
	a, b := hs.of(&url.URL{Host: "www.a.gov.cn"}), hs.of(&url.URL{Host: "www.b.gov.cn"})
	first, err := a.acquire(t.Context(), pace{systemClock{}, 0})
	if err != nil {
		t.Fatal(err)
	}
	other, err := b.acquire(t.Context(), pace{systemClock{}, 0})
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan *budget)
	go func() {
		turn, err := a.acquire(t.Context(), pace{systemClock{}, 0})
		if err != nil {
			t.Error(err)
		}
		got <- turn
	}()
	b.at(netip.MustParseAddr("202.96.1.1"))
	a.at(netip.MustParseAddr("202.96.1.1"))
	a.release(first, time.Now(), 0)
	select {
	case <-got:
		t.Fatal("two turns at once")
	case <-time.After(20 * time.Millisecond):
	}
	b.release(other, time.Now(), 0)
	turn := <-got
	if turn != b.budget() {
		t.Error("the turn is the old budget's")
	}
	a.release(turn, time.Now(), 0)
}

// Two visits whose hosts share a budget are asked in turn: the one that waits for the pause does not lose its turn to the other.
func TestTurnsGoRound(t *testing.T) {
	hs := newHosts()
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	var asked [2]int
	var running sync.WaitGroup
	for i, name := range []string{"www.a.gov.cn", "www.b.gov.cn"} {
		h := hs.of(&url.URL{Host: name})
		h.at(netip.MustParseAddr("202.96.1.1"))
		running.Go(func() {
			for {
				turn, err := h.acquire(ctx, pace{systemClock{}, 20 * time.Millisecond})
				if err != nil {
					return
				}
				asked[i]++
				h.release(turn, time.Now(), 0)
			}
		})
	}
	running.Wait()
	if fewest := min(asked[0], asked[1]); fewest < 5 || fewest < max(asked[0], asked[1])/2 {
		t.Errorf("one was asked %d times, the other %d times", asked[0], asked[1])
	}
}
