package crawler

import (
	"cmp"
	"time"
)

// Due gives the sites whose cron entry came up, in Beijing time, after their last visit and not after now, in the
// order of the register. last holds the time of the last visit by key; a site without one is due at once. Rows that do
// not hold today are never due, nor are rows whose entry ReadSites would refuse.
func Due(now time.Time, sites []Site, last map[string]time.Time) []Site {
	var due []Site
	for _, site := range sites {
		if !site.Active(now) {
			continue
		}
		schedule, err := parseCron(cmp.Or(site.Cron, DefaultCron))
		if err != nil {
			continue
		}
		visited, known := last[site.Key]
		if !known || !schedule.Next(visited.In(beijing)).After(now) {
			due = append(due, site)
		}
	}
	return due
}
