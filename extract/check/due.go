package check

import (
	"fmt"
	"strings"
	"time"
)

// DueOn returns the last day on which a report is on time, as YYYY-MM-DD, and the provision that says so. Both are ""
// when no provision gives that body a day. kind is the authority's type and level its level, as extract/title names them;
// authority is its name, whose ending tells a branch (分局).
//
// Report years 2008 to 2018: 31 March for all (Regulations on Open Government Information 2007, art. 31). From 2019
// (Regulations 2019, art. 49): departments of governments at county level and above 31 January, those governments
// 31 March.
func DueOn(year int, kind, level, authority string) (day, basis string) {
	switch {
	case year < 2008:
		return "", ""
	case year < 2019:
		return fmt.Sprintf("%d-03-31", year+1), "2007 Regulations, art. 31"
	case level == "township" || strings.HasSuffix(authority, "分局"):
		return "", ""
	}
	switch kind {
	case "peoples_government":
		return fmt.Sprintf("%d-03-31", year+1), "2019 Regulations, art. 49"
	case "government_office", "commission", "bureau", "state_council_department":
		return fmt.Sprintf("%d-01-31", year+1), "2019 Regulations, art. 49"
	}
	return "", ""
}

// judgeLate compares the days that date the report with the last day on time. The day itself is on time, and one date on
// or before it clears the report: pages are posted again, and dated anew, when a site moves.
func judgeLate(r Rule, s *Subject, _ *table) []Finding {
	due, basis := DueOn(s.Year, s.AuthorityType, s.Level, s.Authority)
	end := fmt.Sprintf("%d-12-31", s.Year)
	if due == "" || s.PublishedOn <= due {
		return nil
	}
	for _, d := range s.Dates {
		if d > end && d <= due {
			return nil
		}
	}
	late, last, ok := days(s.PublishedOn, due)
	if !ok {
		return nil
	}
	f := r.found(fmt.Sprintf("published on %s, %d days after %s, the last day on time (%s)", s.PublishedOn, late,
		last, basis))
	f.Expected, f.Actual = due, s.PublishedOn
	return []Finding{f}
}

// days is how many days a is after b, and b in words; ok is false when one of them is no day.
func days(a, b string) (n int, last string, ok bool) {
	x, err1 := time.Parse(time.DateOnly, a)
	y, err2 := time.Parse(time.DateOnly, b)
	return int(x.Sub(y) / (24 * time.Hour)), y.Format("2 January 2006"), err1 == nil && err2 == nil
}
