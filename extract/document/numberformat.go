package document

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// builtinFormats are the number formats of a workbook that it does not spell out, by number (ECMA-376 part 1, 18.8.30).
// 27 to 36 and 50 to 58 are dates of East Asian versions.
var builtinFormats = map[int]string{
	0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy-m-d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
	21: "h:mm:ss", 22: "yyyy-m-d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
	40: "#,##0.00;-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@",
}

// formatOf is the number format of that number.
func formatOf(id int, own map[int]string) string {
	if f, ok := own[id]; ok {
		return f
	}
	if id >= 27 && id <= 36 || id >= 50 && id <= 58 {
		return "yyyy-m-d"
	}
	return builtinFormats[id]
}

var (
	// literalText is what a format prints as it stands: quoted, escaped, filled or in brackets.
	literalText = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)
	dateSigns   = regexp.MustCompile(`(?i)[ymdhs]`)
	places      = regexp.MustCompile(`\.([0#?]*)`)
)

// display is a number as its cell shows it, by the number format. Days are written YYYY-MM-DD, whatever the format's order:
// what matters is that a date is none of the numbers. late says that the workbook counts days from 1904.
func display(f float64, format string, late bool) string {
	section, _, _ := strings.Cut(format, ";")
	bare := literalText.ReplaceAllString(section, "")
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return ""
	case bare == "" || strings.EqualFold(bare, "General") || bare == "@" || strings.ContainsAny(bare, "/?") && !dateSigns.MatchString(bare):
		return general(f)
	case dateSigns.MatchString(bare) && !strings.Contains(strings.ToUpper(bare), "E+"):
		return day(f, bare, late)
	case strings.ContainsAny(bare, "Ee"):
		return general(f)
	case strings.Contains(bare, "%"):
		return fixed(f*100, bare) + "%"
	case strings.ContainsAny(bare, "0#"):
		return fixed(f, bare)
	}
	return general(f)
}

// general is a number without a format: 15 digits that count, no exponent.
func general(f float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		rounded = f
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// fixed writes a number with the decimals of a format: as many as it has noughts, more where they count and there is room.
func fixed(f float64, format string) string {
	least, most := 0, 0
	if m := places.FindStringSubmatch(format); m != nil {
		least, most = strings.Count(m[1], "0"), len(m[1])
	}
	s := strconv.FormatFloat(f, 'f', most, 64)
	for most > least && strings.HasSuffix(s, "0") {
		s, most = s[:len(s)-1], most-1
	}
	s = strings.TrimSuffix(s, ".")
	if strings.Contains(format, ",") {
		whole, rest, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
		if rest != "" {
			whole += "." + rest
		}
		if strings.HasPrefix(s, "-") {
			whole = "-" + whole
		}
		s = whole
	}
	return s
}

// day writes a serial number of days as a date, and as a time where the format shows one.
func day(f float64, format string, late bool) string {
	if f < 0 || f > 2_958_465 { // 9999-12-31
		return general(f)
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if late {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole, part := math.Modf(f)
	at := start.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	format = strings.ToLower(format)
	dated, timed := strings.ContainsAny(format, "yd"), strings.ContainsAny(format, "hs")
	switch {
	case dated && timed:
		return at.Format("2006-01-02 15:04:05")
	case timed:
		return at.Format("15:04:05")
	case !strings.Contains(format, "d"):
		return at.Format("2006-01")
	case !strings.Contains(format, "y"):
		return at.Format("01-02")
	}
	return at.Format(time.DateOnly)
}
