package crawler

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// colly: robots.txt is fetched outside limits and context, not checked on redirect targets, its query is re-sorted.
func TestRobotsAreObeyed(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": says("User-agent: *\nDisallow: /no\nDisallow: /x?b=1&a=2\nDisallow: /年\n"),
		"/*":          says("page"),
		"/jump":       status(302, "Location: /no/here"),
	})
	store := &memory{}
	crawler := New(quick(nil), store, nil)
	for path, want := range map[string]string{
		"/no/page": OutcomeRobots, "/yes": OutcomeNew, "/x?b=1&a=2": OutcomeRobots, "/x?a=2&b=1": OutcomeNew,
		"/年报": OutcomeRobots, "/jump": OutcomeRobots,
	} {
		got, err := fetchWith(t, crawler, Site{}, s.URL+path)
		if err != nil || got.outcome != want || got.capture == nil {
			t.Fatalf("%s: %s, want %s (%v)", path, got.outcome, want, err)
		}
		if c := got.capture; want == OutcomeRobots && (c.Status != 0 || c.SHA256 != "" || !strings.Contains(c.Err,
			"Disallow: /")) {
			t.Errorf("%s: recorded as %+v", path, c)
		}
	}
	if s.asked("/no/page") != 0 || s.asked("/no/here") != 0 {
		t.Error("a refused page was asked")
	}
	jump := store.of("/jump")[0]
	if len(jump.Redirects) != 1 || jump.FinalURL != s.URL+"/no/here" {
		t.Errorf("the redirect into a refused page is recorded as %+v", jump)
	}
	if s.asked("/robots.txt") != 1 || len(store.of("/robots.txt")) != 1 {
		t.Errorf("robots.txt asked %d times, recorded %d times", s.asked("/robots.txt"), len(store.of("/robots.txt")))
	}
}

func TestRobotsOfARedirectTargetsHostAreObeyed(t *testing.T) {
	target := serve(t, map[string]http.HandlerFunc{"/robots.txt": says("User-agent: nianbao\nDisallow: /\n"),
		"/*": says("x")})
	s := serve(t, map[string]http.HandlerFunc{"/p": status(301, "Location: "+target.URL+"/q")})
	got, _ := fetchOne(t, quick(nil), Site{}, s.URL+"/p")
	if got.outcome != OutcomeRobots || target.asked("/q") != 0 {
		t.Errorf("%s, asked %d times", got.outcome, target.asked("/q"))
	}
}

// RFC 9309 section 2.3.1.
func TestRobotsThatCannotBeHad(t *testing.T) {
	elsewhere := serve(t, map[string]http.HandlerFunc{"/r": says("User-agent: *\nDisallow: /p\n")})
	for name, c := range map[string]struct {
		robots  http.HandlerFunc
		outcome string // of the page
		detail  string
	}{
		"404 allows":   {status(404), OutcomeNew, ""},
		"403 allows":   {status(403), OutcomeNew, ""},
		"412 allows":   {status(412), OutcomeNew, ""},
		"304 defers":   {status(304), "http:304", "answered 304: host deferred"}, // though nobody asked whether it has changed
		"500 defers":   {status(500), "http:500", "answered 500: host deferred"},
		"503 defers":   {status(503), "http:503", "answered 503: host deferred"},
		"429 defers":   {status(429), OutcomeRate, "429"},
		"reset defers": {raw("", true), OutcomeNetwork, "host deferred"},
		"cut defers": {raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser", false),
			OutcomeTruncated, "host deferred"},
		"redirect is followed":        {status(302, "Location: "+elsewhere.URL+"/r"), OutcomeRobots, "Disallow: /p"},
		"redirect to nowhere allows":  {status(302, "Location: /nowhere"), OutcomeNew, ""},
		"more than 5 redirects allow": {status(302, "Location: /robots.txt"), OutcomeNew, ""},
		"brotli that is none defers":  {says("x", "Content-Encoding: br"), OutcomeTruncated, "host deferred"},
		"encoding of its own defers":  {says("x", "Content-Encoding: compress"), OutcomeRobots, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/robots.txt": c.robots, "/p": says("page")})
			got, store := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
			if got.outcome != c.outcome || !strings.Contains(got.why, c.detail) {
				t.Errorf("%s (%s), want %s (%s)", got.outcome, got.why, c.outcome, c.detail)
			}
			if asked := s.asked("/p") > 0; asked != (c.outcome == OutcomeNew) {
				t.Errorf("the page was asked: %v", asked)
			}
			if len(store.of("/robots.txt")) == 0 {
				t.Error("the attempt on robots.txt is not recorded")
			}
		})
	}
}

func TestRobotsOverTheLimitAreReadToIt(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": says("User-agent: *\nDisallow: /p\n" + strings.Repeat("# filler\n", 100)),
		"/p":          says("page"),
	})
	opt := quick(nil)
	opt.MaxBody = 100
	if got, _ := fetchOne(t, opt, Site{}, s.URL+"/p"); got.outcome != OutcomeRobots {
		t.Errorf("%s", got.outcome)
	}
}

func TestCrawlDelayHoldsAlsoWithoutPacingOfOurs(t *testing.T) {
	for name, c := range map[string]struct {
		robots string
		delay  time.Duration
		want   time.Duration
	}{
		"stated":               {"User-agent: *\nCrawl-delay: 3\n", 0, 3 * time.Second},
		"longer than ours":     {"User-agent: *\nCrawl-delay: 3\n", time.Second, 3 * time.Second},
		"shorter than ours":    {"User-agent: *\nCrawl-delay: 3\n", 5 * time.Second, 5 * time.Second},
		"capped at a minute":   {"User-agent: *\nCrawl-delay: 3600\n", 0, time.Minute},
		"nothing stated":       {"", 0, 0},
		"nothing stated, ours": {"", 2 * time.Second, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			clock := newStepClock()
			s := serve(t, map[string]http.HandlerFunc{"/robots.txt": says(c.robots), "/p": says("x"), "/q": says("y")})
			opt := quick(clock)
			opt.Delay = c.delay
			crawler := New(opt, &memory{}, nil)
			for _, path := range []string{"/p", "/q"} {
				before := len(clock.waits())
				if got, err := fetchWith(t, crawler, Site{}, s.URL+path); err != nil || got.why != "" {
					t.Fatalf("%s: %s %v", path, got.why, err)
				}
				var waited time.Duration
				for _, w := range clock.waits()[before:] {
					waited += w
				}
				if waited != c.want { // robots.txt counts as a request, so even the first page waits
					t.Errorf("%s: waited %v, want %v", path, waited, c.want)
				}
			}
		})
	}
}
