package crawler

import (
	"cmp"
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // for entries with a time zone, on machines without one

	"github.com/robfig/cron/v3"
)

// maxJitter bounds how much later than its cron entry says a site is due. Where the entry comes oftener, half the time to
// its next coming is the bound.
const maxJitter = 30 * time.Minute

// jitterSteps is in how many groups the sites of one entry start. Few, since a run has a cost of its own.
const jitterSteps = 6

// Due gives the sites whose cron entry came up after their last visit and not after now, in the order of the register.
// last holds the time of the last visit by key; a site without one is due at once. However often the entry came up
// meanwhile, the site is due once. Rows that do not hold today are never due, nor are rows whose entry ReadSites would
// refuse.
//
// A site is due by its jitter later than its entry says, so that sites do not all start together. The jitter is the site's
// own, made of its key: none to five sixths of half an hour, or of half the time to the entry's next coming if that is
// shorter. Of sites with one host and one jitter a run visits one after the other, as they share a budget.
func Due(now time.Time, sites []Site, last map[string]time.Time) []Site {
	var due []Site
	for _, site := range sites {
		if at, ok := dueAt(now, site, last); ok && !at.After(now) {
			due = append(due, site)
		}
	}
	return due
}

// NextDue tells when the first of the sites is due; that may have passed. ok is false if none will ever be.
func NextDue(now time.Time, sites []Site, last map[string]time.Time) (at time.Time, ok bool) {
	for _, site := range sites {
		if next, will := dueAt(now, site, last); will && (!ok || next.Before(at)) {
			at, ok = next, true
		}
	}
	return at, ok
}

// dueAt tells when a site is due. A last visit in the future was noted by a clock that was wrong: it counts as one now, or
// the site would not be visited until then.
func dueAt(now time.Time, site Site, last map[string]time.Time) (time.Time, bool) {
	if !site.Active(now) {
		return time.Time{}, false
	}
	t, err := parseCron(cmp.Or(site.Cron, DefaultCron))
	if err != nil {
		return time.Time{}, false
	}
	visited, known := last[site.Key]
	if !known {
		return now, true
	}
	if visited.After(now) {
		visited = now
	}
	next := t.next(visited)
	if next.IsZero() {
		return time.Time{}, false
	}
	return next.Add(t.jitter(next, site.Key)), true
}

// jitter is how much later than at next the site of that key is due.
func (t timetable) jitter(next time.Time, key string) time.Duration {
	if _, ok := t.entry.(cron.ConstantDelaySchedule); ok {
		return 0 // sites that are visited so long after their last visit drift apart by themselves
	}
	bound := maxJitter
	if after := t.next(next); !after.IsZero() {
		bound = min(bound, after.Sub(next)/2)
	}
	return bound / jitterSteps * time.Duration(share(key)*jitterSteps)
}

// timetable is a cron entry: times of day on the clocks of a place.
type timetable struct {
	entry cron.Schedule // in UTC, which stands for the place's clocks
	zone  *time.Location
}

// next is when the entry comes up first after t, the zero time for never. The entry is about what the clocks of its place
// show. An hour that they leave out in spring is taken for the one behind it, and one that they show twice in autumn counts
// the first time, so that a nightly visit comes once a night. cron's own reading would leave it out, or repeat it.
func (t timetable) next(after time.Time) time.Time {
	if delay, ok := t.entry.(cron.ConstantDelaySchedule); ok { // @every
		return delay.Next(after)
	}
	shown := onClocks(after, t.zone)
	for {
		if shown = t.entry.Next(shown); shown.IsZero() {
			return time.Time{}
		}
		if at := whenShown(shown, t.zone); at.After(after) {
			return at
		}
	}
}

// onClocks is what the clocks of a place show, as a time in UTC.
func onClocks(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// whenShown is when the clocks of a place first show what stands in shown as a time in UTC; if they never do, when they
// would if they had not been put forward.
func whenShown(shown time.Time, zone *time.Location) time.Time {
	y, m, d := shown.Date()
	at := time.Date(y, m, d, shown.Hour(), shown.Minute(), shown.Second(), shown.Nanosecond(), zone)
	_, before := at.Add(-3 * time.Hour).Zone() // clocks are put by an hour or less
	unchanged := shown.Add(-time.Duration(before) * time.Second).In(zone)
	if onClocks(at, zone).Equal(shown) && !onClocks(unchanged, zone).Equal(shown) {
		return at
	}
	return unchanged
}

// parseCron reads robfig/cron's standard entry: five fields, or a word like @daily. It may begin with CRON_TZ= and a time
// zone (IANA name); without, times are Beijing's.
func parseCron(entry string) (timetable, error) {
	if strings.Contains(entry, "TZ=") && !strings.Contains(entry, " ") { // cron would panic
		return timetable{}, errors.New("names a time zone and no times")
	}
	if strings.Contains(entry, "TZ= ") { // cron would take it for UTC
		return timetable{}, errors.New("names an empty time zone")
	}
	schedule, err := cron.ParseStandard(entry)
	if err != nil {
		return timetable{}, err
	}
	if every, ok := schedule.(cron.ConstantDelaySchedule); ok && every.Delay < time.Minute {
		return timetable{}, errors.New("comes more often than once a minute")
	}
	t := timetable{entry: schedule, zone: beijing}
	if fields, ok := schedule.(*cron.SpecSchedule); ok {
		if fields.Location != time.Local {
			t.zone = fields.Location
		} else if strings.Contains(entry, "TZ=") {
			return timetable{}, errors.New("names the time zone of whatever machine runs it")
		}
		inUTC := *fields
		inUTC.Location = time.UTC
		t.entry = &inUTC
	}
	if t.next(time.Date(2024, 1, 1, 0, 0, 0, 0, beijing)).IsZero() {
		return timetable{}, errors.New("never comes")
	}
	return t, nil
}
