package crawler

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/cms"
)

func TestBackOffDoublesToADay(t *testing.T) {
	for failures, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 5: 16 * time.Minute, 11: 1024 * time.Minute} {
		for i := range 100 {
			got := backedOff(fmt.Sprint("host", i), failures)
			if got < want*3/4 || got > want*5/4 {
				t.Errorf("after %d runs: %v", failures, got)
			}
		}
	}
	for _, failures := range []int{12, 40, 1000} {
		if got := backedOff("h", failures); got > 24*time.Hour || got < 18*time.Hour {
			t.Errorf("after %d runs: %v", failures, got)
		}
	}
	if backedOff("a.gov.cn", 1) == backedOff("b.gov.cn", 1) {
		t.Error("two hosts come back together")
	}
}

// Rests outlive the run: a host that asked for a day is not asked within it, by no run; each further run in which it must
// rest makes the next rest longer, and one without trouble ends that.
func TestRestsOutliveTheRun(t *testing.T) {
	trouble := true
	answer := status(429)
	s := serve(t, map[string]http.HandlerFunc{"/list/": func(w http.ResponseWriter, r *http.Request) {
		if trouble {
			answer(w, r)
			return
		}
		list(reports(2023))(w, r)
	}, "/r/2023.html": says("report")})
	clock, store := newStepClock(), &memory{}
	name := strings.TrimPrefix(s.URL, "http://")
	run := func() (got Visit) {
		t.Helper()
		err := New(quick(clock), store, []cms.System{anchors{}}).Crawl(t.Context(), []Site{{Key: "here", URL: s.URL + "/list/"}},
			func(_ Site, v Visit, _ error) { got = v })
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	began := clock.Now()
	if v := run(); v.Outcome != OutcomeRate {
		t.Errorf("%+v", v)
	}
	rest := store.rests[name]
	if wait := rest.Until.Sub(clock.Now()); rest.Failures != 1 || wait < 45*time.Second || wait > 75*time.Second ||
		rest.Outcome != OutcomeRate || !strings.Contains(rest.Reason, "429") || !rest.Since.Equal(began) {
		t.Errorf("%+v", rest)
	}
	asked := s.asked("/list/") + s.asked("/robots.txt")
	if v := run(); v.Outcome != OutcomeRate || !strings.Contains(v.Detail, "rests until") ||
		s.asked("/list/")+s.asked("/robots.txt") != asked {
		t.Errorf("%+v, and it was asked", v)
	}
	clock.Sleep(t.Context(), 2*time.Minute)
	run()
	rest = store.rests[name]
	if wait := rest.Until.Sub(clock.Now()); rest.Failures != 2 || wait < 90*time.Second || wait > 150*time.Second ||
		!rest.Since.Equal(began) {
		t.Errorf("%+v", rest)
	}
	clock.Sleep(t.Context(), time.Hour)
	answer = status(503, "Retry-After: "+clock.Now().Add(30*time.Hour).Format(http.TimeFormat))
	run()
	if rest = store.rests[name]; rest.Failures != 3 || rest.Until.Sub(clock.Now()).Round(time.Minute) != 30*time.Hour {
		t.Errorf("%+v", rest)
	}
	trouble = false
	clock.Sleep(t.Context(), 29*time.Hour)
	if v := run(); v.Outcome != OutcomeRate {
		t.Errorf("asked before the time is over: %+v", v)
	}
	clock.Sleep(t.Context(), 2*time.Hour)
	if v := run(); v.Outcome != OutcomeOK || len(store.rests) != 0 {
		t.Errorf("%+v, %v", v, store.rests)
	}
}

// A Retry-After of years is a mistake, and a clock that was years ahead when a host had to rest, too.
func TestRestsAreBounded(t *testing.T) {
	now := newStepClock().Now()
	r := Rest{Host: "h"}.next(now, 10*365*24*time.Hour, &refusal{"rate", "x"})
	if r.Until.Sub(now) != maxRetryAfter {
		t.Errorf("%v", r.Until.Sub(now))
	}
	s := serve(t, map[string]http.HandlerFunc{"/p": says("fine")})
	store := &memory{rests: map[string]Rest{strings.TrimPrefix(s.URL, "http://"): {Failures: 1, Until: now.AddDate(3, 0, 0)}}}
	if got, err := fetchWith(t, New(quick(newStepClock()), store, nil), Site{}, s.URL+"/p"); err != nil || string(got.body) != "fine" {
		t.Errorf("%s, %v", got.outcome, err)
	}
}

// The breaker counts addresses that failed after all retries; 503 is such a failure, and one answer between closes it.
func TestBreaker(t *testing.T) {
	down := status(503)
	s := serve(t, map[string]http.HandlerFunc{"/1": down, "/2": down, "/3": says("up"), "/4": down, "/5": down, "/6": down,
		"/7": says("up")})
	store := &memory{}
	c := New(quick(newStepClock()), store, nil)
	for i := 1; i <= 7; i++ {
		got, err := fetchWith(t, c, Site{}, fmt.Sprintf("%s/%d", s.URL, i))
		if err != nil {
			t.Fatal(err)
		}
		if resting := got.capture == nil; resting != (i == 7) {
			t.Errorf("page %d: %s (%s)", i, got.outcome, got.why)
		}
	}
	if r := store.rests[strings.TrimPrefix(s.URL, "http://")]; r.Failures != 1 || r.Outcome != "http:503" {
		t.Errorf("%+v", store.rests)
	}
	dead := httptest.NewServer(nil)
	dead.Close()
	for i := range 4 { // nobody listens: the failure is robots.txt's, and the origin is deferred
		if got, err := fetchWith(t, c, Site{}, fmt.Sprintf("%s/%d", dead.URL, i)); err != nil || got.capture != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
}
