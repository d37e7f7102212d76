package document

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
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

// longestFormat is how many bytes the number format of a workbook may have; Excel takes 255 characters.
const longestFormat = 1024

// ownFormat is a format that a workbook spells out; one that is longer than Excel's is none.
func ownFormat(code string) string {
	if len(code) > longestFormat {
		return "General"
	}
	return code
}

var (
	// literalText is what a format prints as it stands: quoted, escaped, filled or in brackets, but for [h], hours above 24.
	literalText = regexp.MustCompile(`"[^"]*"|[\\!].|_.|\*.|\[[^\]hmsHMS][^\]]*\]|\[[^\]]{3,}\]`)
	anyNumber   = regexp.MustCompile(`(?i)general`)
	dateSigns   = regexp.MustCompile(`(?i)[ymdhs]`)
	condition   = regexp.MustCompile(`\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]`)
)

// display is a number as its cell shows it, by the number format. Days are written YYYY-MM-DD, whatever the format's order:
// what matters is that a date is none of the numbers. A format that hides a number, or prints nought as a dash, does not:
// the number is in the file. late says that the workbook counts days from 1904.
func display(f float64, format string, late bool) string {
	section := sectionFor(f, format)
	bare := literalText.ReplaceAllString(section, "")
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return ""
	case anyNumber.MatchString(bare):
		return general(f) + unquoted(section)
	case dateSigns.MatchString(bare) && !strings.Contains(strings.ToUpper(bare), "E+"):
		return day(f, bare, late)
	case strings.ContainsAny(bare, "/?Ee@") || !strings.ContainsAny(bare, "0#"):
		return general(f)
	}
	return shapeOf(section).write(f)
}

// sectionFor is the part of a number format that holds for a number: by the conditions that the parts state, else the first,
// or the second for one below nought.
func sectionFor(f float64, format string) string {
	parts := strings.Split(format, ";")
	if !condition.MatchString(format) {
		if f < 0 && len(parts) > 1 && strings.ContainsAny(parts[1], "0#") {
			return parts[1]
		}
		return parts[0]
	}
	for _, part := range parts {
		m := condition.FindStringSubmatch(part)
		if m == nil {
			return part
		}
		bound, err := strconv.ParseFloat(m[2], 64)
		holds := map[string]bool{"<": f < bound, ">": f > bound, "=": f == bound, "<=": f <= bound, ">=": f >= bound, "<>": f != bound}
		if err == nil && holds[m[1]] {
			return part
		}
	}
	return parts[0]
}

// unquoted is the text behind General.
func unquoted(section string) string {
	at := anyNumber.FindStringIndex(section)
	if at == nil { // something that is printed as it stands parts the word
		return ""
	}
	return shapeOf(section[at[1]:]).before
}

// numberShape is how a part of a format writes a number (ECMA-376 part 1, 18.8.31).
type numberShape struct {
	before, after string // text around it: 万元 for one
	least, most   int    // decimals
	thousands     bool   // commas in it
	scale         int    // thousands that it is divided by: commas behind the last digit
	percent       bool
	point         bool // the decimals have begun
	split         bool // a point is printed between the digits of a whole number: 0!.0, prints 12345 as 1.2
	shift         int  // digits behind that point
	odd           bool // other text stands between the digits
}

// shapeOf reads a part of a format.
func shapeOf(section string) (s numberShape) {
	digits, commas := false, 0
	text := func(t string) {
		if t = strings.Trim(t, "-+()¥￥$ "); t == "" {
			return // the sign is written by itself, and a currency is the table's
		}
		if digits {
			s.after += t
		} else {
			s.before += t
		}
	}
	runes := []rune(section)
	for i := 0; i < len(runes); i++ {
		switch c := runes[i]; c {
		case '0', '#':
			switch {
			case s.after == "." && !s.point && !s.split:
				s.split, s.after = true, ""
			case s.after != "":
				s.odd = true
			}
			switch {
			case s.point:
				s.most++
				if c == '0' {
					s.least = s.most
				}
			case s.split:
				s.shift++
			}
			s.thousands = s.thousands || commas > 0
			digits, commas = true, 0
		case ',':
			commas++
		case '.':
			s.point, s.scale, commas = true, s.scale+commas, 0
		case '%':
			s.percent = true
		case '"', '[':
			end := i + 1
			for end < len(runes) && runes[end] != c && (c == '"' || runes[end] != ']') {
				end++
			}
			if c == '"' {
				text(string(runes[i+1 : end]))
			}
			i = end
		case '\\', '!':
			if i++; i < len(runes) {
				text(string(runes[i]))
			}
		case '_', '*':
			i++
		default:
			text(string(c))
		}
	}
	s.scale += commas
	return s
}

// maxDecimals bounds what a format may ask for; no number of a workbook has more digits.
const maxDecimals = 30

// write writes a number, rounded as Excel does: its 15 digits that count, halves away from nought.
func (s numberShape) write(f float64) string {
	n, err := decimal.NewFromString(strconv.FormatFloat(f, 'g', 15, 64))
	if err != nil || s.odd {
		return general(f)
	}
	if s.percent {
		n = n.Shift(2)
	}
	least, most := min(s.least, maxDecimals), min(s.most, maxDecimals)
	if n = n.Shift(int32(-3 * s.scale)); s.split {
		least, most = min(s.shift, maxDecimals), min(s.shift, maxDecimals)
		n = n.Round(0).Shift(int32(-s.shift))
	}
	out := n.StringFixed(int32(most))
	for most > least && strings.HasSuffix(out, "0") {
		out, most = out[:len(out)-1], most-1
	}
	if out = strings.TrimSuffix(out, "."); s.thousands {
		out = grouped(out)
	}
	if s.percent {
		out += "%"
	}
	return s.before + out + s.after
}

// grouped puts commas between thousands.
func grouped(s string) string {
	whole, rest, fraction := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction {
		whole += "." + rest
	}
	if strings.HasPrefix(s, "-") {
		whole = "-" + whole
	}
	return whole
}

// general is a number without a format: 15 digits that count, no exponent.
func general(f float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		rounded = f
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
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
	dated, timed := strings.ContainsAny(format, "yd"), strings.ContainsAny(format, "hs[")
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
