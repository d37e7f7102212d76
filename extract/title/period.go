package title

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	span = regexp.MustCompile(`(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})日?起?[,至到止~—–-]+` +
		`(?:(20\d\d)[年./-])?(\d{1,2})[月./-](\d{1,2})`)
	// stated are the words that introduce the period of a report's figures.
	stated = regexp.MustCompile(`统计期限|统计时间|统计时限|数据时间|数据期限|统计数据|数据统计|数据.{0,6}统计|时间范围|(?:^|[^示效])期限|报告期|起止时间|所列数据|涵盖`)
)

// reach is how many characters may stand between the introducing words and the dates.
const reach = 40

// Period reads the statistical period that a report's text states (本报告中所列数据的统计期限自2023年1月1日起至2023年12月31日止),
// as days in the form YYYY-MM-DD. Both are "" when the text states none, or one that is no period: a day that does not
// exist, an end before the beginning, less than a month (in which something may be objected to), more than two years. Of
// several the first counts.
func Period(text string) (from, to string) {
	s := strings.Join(strings.Fields(norm.NFKC.String(text)), "")
	for _, m := range span.FindAllStringSubmatchIndex(s, -1) {
		if !stated.MatchString(lastRunes(s[:m[0]], reach)) {
			continue
		}
		part := func(i int) string {
			if m[2*i] < 0 {
				return s[m[2]:m[3]] // the second date leaves its year out
			}
			return s[m[2*i]:m[2*i+1]]
		}
		first, ok1 := day(part(1), part(2), part(3))
		last, ok2 := day(part(4), part(5), part(6))
		if length := last.Sub(first); ok1 && ok2 && length >= 27*24*time.Hour && length <= 2*366*24*time.Hour {
			return first.Format(time.DateOnly), last.Format(time.DateOnly)
		}
	}
	return "", ""
}

func lastRunes(s string, n int) string {
	from := len(s)
	for i := 0; i < n && from > 0; i++ {
		_, size := utf8.DecodeLastRuneInString(s[:from])
		from -= size
	}
	return s[from:]
}

// day is the date y-m-d, if there is one in the calendar.
func day(y, m, d string) (time.Time, bool) {
	year, _ := strconv.Atoi(y)
	month, _ := strconv.Atoi(m)
	dayOfMonth, _ := strconv.Atoi(d)
	t := time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == year && int(t.Month()) == month && t.Day() == dayOfMonth
}
