package page

import (
	"regexp"
	"strconv"
	"time"
)

var dayPattern = regexp.MustCompile(`((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})`)

// Day returns the first day that a text prints, as YYYY-MM-DD: 2024-01-25, 2024/1/25, 2024.01.25, 2024年1月25日, with or
// without a time behind it. Numbers that only look like one are passed over: days not in the calendar, parts of longer
// numbers (索引号 2026-02-00018). "" if there is none.
func Day(s string) string {
	day, _ := firstDay(s)
	return day
}

// dayAt is the day with which s begins.
func dayAt(s string) string {
	if day, at := firstDay(s[:min(len(s), 40)]); at == 0 {
		return day
	}
	return ""
}

func firstDay(s string) (day string, at int) {
	for _, m := range dayPattern.FindAllStringSubmatchIndex(s, -1) {
		if m[0] > 0 && digitOrDash(s[m[0]-1]) || m[1] < len(s) && digitOrDash(s[m[1]]) {
			continue
		}
		year, _ := strconv.Atoi(s[m[2]:m[3]])
		month, _ := strconv.Atoi(s[m[4]:m[5]])
		d, _ := strconv.Atoi(s[m[6]:m[7]])
		t := time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
		if year >= 1990 && int(t.Month()) == month && t.Day() == d {
			return t.Format(time.DateOnly), m[0]
		}
	}
	return "", -1
}

func digitOrDash(b byte) bool { return '0' <= b && b <= '9' || b == '-' }
