package crawler

import (
	"fmt"
	"testing"
	"time"
)

// at reads a time for these tests.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestNextOnTheClocksOfAPlace(t *testing.T) {
	for name, c := range map[string]struct{ entry, after, want string }{
		"Beijing unless told":         {"0 2 * * *", "2026-03-31T10:00:00Z", "2026-03-31T18:00:00Z"},
		"as a word":                   {"@daily", "2026-03-31T10:00:00Z", "2026-03-31T16:00:00Z"},
		"another zone":                {"CRON_TZ=Asia/Urumqi 0 2 * * *", "2026-03-31T10:00:00Z", "2026-03-31T20:00:00Z"},
		"every so long":               {"@every 90m", "2026-03-31T10:00:00Z", "2026-03-31T11:30:00Z"},
		"Berlin in winter":            {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-27T12:00:00Z", "2026-03-28T01:30:00Z"},
		"in the hour left out":        {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
		"after it":                    {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"},
		"in the hour that is twice":   {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		"once all the same":           {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		"after the second of the two": {"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-10-25T01:45:00Z", "2026-10-26T01:30:00Z"},
		"midnight that is left out":   {"CRON_TZ=America/Havana 0 0 * * *", "2026-03-07T12:00:00Z", "2026-03-08T05:00:00Z"},
		"half an hour of summer time": {"CRON_TZ=Australia/Lord_Howe 15 2 * * *", "2026-10-02T16:00:00Z", "2026-10-03T15:45:00Z"},
	} {
		timetable, err := parseCron(c.entry)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := timetable.next(at(t, c.after)); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: %s after %s comes %s, want %s", name, c.entry, c.after, got.UTC().Format(time.RFC3339), c.want)
		}
	}
}

// In any zone with summer time a nightly entry comes once a day, whatever hour it names.
func TestNightlyComesOnceADay(t *testing.T) {
	for _, zone := range []string{"Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe",
		"Africa/Casablanca", "Asia/Beirut"} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, clock := range []string{"0 0", "30 1", "0 2", "30 2", "15 3"} {
			timetable, err := parseCron("CRON_TZ=" + zone + " " + clock + " * * *")
			if err != nil {
				t.Fatal(err)
			}
			last := time.Date(2025, 12, 31, 12, 0, 0, 0, place)
			for day := range 365 {
				next := timetable.next(last)
				if gap := next.Sub(last); day > 0 && (gap < 22*time.Hour || gap > 26*time.Hour) {
					t.Errorf("%s, %s: %v between %v and %v", zone, clock, gap, last, next)
				}
				last = next.In(place)
			}
			if last.YearDay() != 365 || last.Year() != 2026 {
				t.Errorf("%s, %s: 365 nights end on %v", zone, clock, last)
			}
		}
	}
}

func TestJitter(t *testing.T) {
	now := at(t, "2026-03-31T10:00:00Z")
	seen := map[time.Time]bool{}
	last := map[string]time.Time{}
	for i := range 200 {
		site := Site{Key: fmt.Sprintf("site-%d", i)}
		last[site.Key] = now
		due, ok := dueAt(now, site, last)
		base := at(t, "2026-03-31T18:00:00Z")
		if !ok || due.Before(base) || !due.Before(base.Add(maxJitter)) {
			t.Errorf("%s is due at %v", site.Key, due)
		}
		if again, _ := dueAt(now.Add(time.Hour), site, last); !again.Equal(due) {
			t.Errorf("%s: %v, later %v", site.Key, due, again)
		}
		seen[due] = true
		site.Cron = "* * * * *" // half the time to the next coming
		if due, _ := dueAt(now, site, last); due.Sub(now) < time.Minute || due.Sub(now) >= 90*time.Second {
			t.Errorf("%s: each minute, due after %v", site.Key, due.Sub(now))
		}
	}
	if len(seen) != jitterSteps {
		t.Errorf("200 sites start at %d moments", len(seen))
	}
}

// A machine that slept, or whose clock was set, visits each site once and goes on by its entry.
func TestClockJumps(t *testing.T) {
	sites := []Site{{Key: "a"}}
	due := func(now string, last string) bool {
		return len(Due(at(t, now), sites, map[string]time.Time{"a": at(t, last)})) == 1
	}
	if !due("2026-04-08T09:00:00Z", "2026-03-31T18:20:00Z") {
		t.Error("a week's sleep: not due")
	}
	if due("2026-04-08T09:05:00Z", "2026-04-08T09:00:00Z") {
		t.Error("due again after the missed visit was made up for")
	}
	if due("2026-03-31T17:00:00Z", "2026-03-31T18:20:00Z") {
		t.Error("the clock was set back an hour: due at once")
	}
	// Visited by a clock that was a year ahead: due at the next coming, not in a year.
	next, ok := NextDue(at(t, "2026-03-31T10:00:00Z"), sites, map[string]time.Time{"a": at(t, "2027-03-31T10:00:00Z")})
	if !ok || next.Before(at(t, "2026-03-31T18:00:00Z")) || next.After(at(t, "2026-03-31T18:30:00Z")) {
		t.Errorf("next due %v", next)
	}
}

func TestNextDue(t *testing.T) {
	now := at(t, "2026-03-31T10:00:00Z")
	last := map[string]time.Time{"a": now, "b": now, "c": now}
	sites := []Site{{Key: "a"}, {Key: "b", Cron: "0 20 * * *"}, {Key: "c", Until: "2020-01-01"}}
	if next, ok := NextDue(now, sites, last); !ok || next.Before(at(t, "2026-03-31T12:00:00Z")) || next.After(at(t, "2026-03-31T12:30:00Z")) {
		t.Errorf("%v, %v", next, ok)
	}
	if next, ok := NextDue(now, append(sites, Site{Key: "new"}), last); !ok || !next.Equal(now) {
		t.Errorf("a new site: %v, %v", next, ok)
	}
	if _, ok := NextDue(now, sites[2:], last); ok {
		t.Error("a row that does not hold is due")
	}
}
