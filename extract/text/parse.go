package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// maxDigits is how many significant digits a number may have: more than a spreadsheet keeps is no count and no amount.
const maxDigits = 15

// units are the units that may follow a number in a cell. Multiples other than of money are left out on purpose.
var units = map[string]bool{
	"元": true, "万元": true, "亿元": true,
	"件": true, "条": true, "项": true, "个": true, "次": true, "篇": true, "起": true, "宗": true, "人": true,
	"份": true, "家": true, "例": true, "期": true, "场": true, "部": true, "种": true, "名": true,
	"件次": true, "人次": true, "条次": true,
}

// notApplicable are the words, white space removed and letters raised, that say that a cell has no number. Besides
// them, any run of dashes or of slashes does.
var notApplicable = map[string]bool{"无": true, "N/A": true, "NA": true, "不适用": true, "*": true}

var (
	// number is a number alone: a sign that touches it; digits plain, in groups of three with commas, or in groups of
	// three with spaces; a fraction.
	number = regexp.MustCompile(`^([+\-−]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+|[0-9]+)` +
		`((?:\.[0-9]+)?)[ \n]*`)
	dashes   = regexp.MustCompile(`^[-\x{2010}-\x{2015}\x{2212}\x{2500}\x{2501}\x{FE58}\x{FE63}]+$`)
	slashes  = regexp.MustCompile(`^(/+|\\+)$`)
	onlySign = strings.NewReplacer("−", "-", ",", "", " ", "")
)

// ParseValue reads the text of a table cell. A number may have a sign (+2, －18), thousands parted by commas or by
// spaces (62,544.3758, 14 069), a fraction, full-width forms of all these, a unit behind it (251000元), and remarks in
// brackets behind that (22（其中修订16件）); a bracketed unit is a unit. Nothing printed is StateBlank; / — - 无 and the like
// are StateNotApplicable; all else, and whatever could be read in two ways, is StateText. Nothing is converted.
func ParseValue(raw string) Value {
	// Most cells print nothing, or a few digits.
	const most = 9
	if raw == "" {
		return Value{State: StateBlank}
	}
	if len(raw) <= most && strings.Trim(raw, "0123456789") == "" {
		n, _ := strconv.ParseInt(raw, 10, 64)
		if n == 0 {
			return Value{State: StateNumber} // most numbers are, and this one takes no memory
		}
		return Value{State: StateNumber, Number: decimal.NewFromInt(n)}
	}
	shown := []rune(Fold(raw))
	if len(shown) == 0 {
		return Value{State: StateBlank}
	}
	plain := strings.Map(halfWidth, string(shown))
	if isNotApplicable(plain) {
		return Value{State: StateNotApplicable}
	}
	asText := Value{State: StateText}
	m := number.FindStringSubmatch(plain)
	if m == nil || significant(m[2]+m[3]) > maxDigits {
		return asText
	}
	n, err := decimal.NewFromString(onlySign.Replace(m[1] + m[2] + m[3]))
	if err != nil {
		return asText
	}
	// halfWidth maps rune by rune, so what follows the number begins at the same rune of what was shown.
	unit, notes, ok := remarks(shown[utf8.RuneCountInString(m[0]):])
	if !ok {
		return asText
	}
	return Value{State: StateNumber, Number: n, Unit: unit, Note: notes}
}

// isNotApplicable reports whether half-width text says that there is no number.
func isNotApplicable(plain string) bool {
	word := strings.ToUpper(strings.Join(strings.Fields(plain), ""))
	return notApplicable[word] || dashes.MatchString(word) || slashes.MatchString(word)
}

// remarks takes apart what follows a number: a unit, then brackets, one of which may hold the unit instead.
func remarks(rest []rune) (unit, note string, ok bool) {
	s := string(rest)
	begin := strings.IndexFunc(s, func(r rune) bool { return closing(r) != 0 })
	if begin < 0 {
		begin = len(s)
	}
	if unit = strings.TrimSpace(s[:begin]); unit != "" && !units[unit] {
		return "", "", false
	}
	var notes []string
	for s = s[begin:]; s != ""; {
		inner, after, ok := bracketed(s)
		inner = strings.TrimSpace(inner)
		switch {
		case !ok || inner == "" || isValue(inner):
			return "", "", false // 22（16）, 22（无）: what stands there is no remark but a second value
		case units[inner] && unit == "":
			unit = inner
		default:
			notes = append(notes, inner)
		}
		s = strings.TrimLeft(after, " \n")
	}
	return unit, strings.Join(notes, "；"), true
}

// isValue reports whether s is a number, with its unit or without, or says that there is none.
func isValue(s string) bool {
	plain := strings.Map(halfWidth, s)
	if isNotApplicable(plain) {
		return true
	}
	m := number.FindString(plain)
	return m != "" && (len(m) == len(plain) || units[plain[len(m):]])
}

// bracketed splits s into what the bracket at its beginning holds and what follows it; brackets may be nested.
func bracketed(s string) (inner, after string, ok bool) {
	var awaited []rune
	first := 0
	for i, r := range s {
		next := i + utf8.RuneLen(r)
		if c := closing(r); c != 0 {
			if awaited = append(awaited, c); first == 0 {
				first = next
			}
		} else if len(awaited) > 0 && halfWidth(r) == awaited[len(awaited)-1] {
			if awaited = awaited[:len(awaited)-1]; len(awaited) == 0 {
				return s[first:i], s[next:], true
			}
		} else if len(awaited) == 0 {
			break
		}
	}
	return "", "", false
}

// closing answers the bracket that closes r, in half width; 0 if r opens none.
func closing(r rune) rune {
	switch halfWidth(r) {
	case '(':
		return ')'
	case '[':
		return ']'
	case '【':
		return '】'
	case '〔':
		return '〕'
	}
	return 0
}

// halfWidth maps the full-width forms of ASCII characters to these. It is no NFKC, which would make digits of ² and ①.
func halfWidth(r rune) rune {
	if '\uFF01' <= r && r <= '\uFF5E' {
		return r - 0xFEE0
	}
	return r
}

// significant counts the digits of a number without its leading zeros.
func significant(digits string) int {
	count := 0
	for _, c := range digits {
		if c == '0' && count == 0 || c < '0' || c > '9' {
			continue
		}
		count++
	}
	return count
}

// Joined is the number that a text is when white space inside it means nothing, for text whose digits stand on several
// lines or in pieces (12 over 5 as 125). ok is false where the text is no such number, or needs no joining. Whether it is
// meant is for the caller to find out.
func Joined(raw string) (n decimal.Decimal, ok bool) {
	pieces := strings.Fields(raw)
	if len(pieces) < 2 || ParseValue(raw).State != StateText {
		return n, false
	}
	joined := strings.Join(pieces, "")
	if strings.HasPrefix(joined, "0") && !strings.HasPrefix(joined, "0.") {
		return n, false // 0 over 0 are two noughts
	}
	v := ParseValue(joined)
	if v.State != StateNumber || v.Unit != "" || v.Note != "" {
		return n, false
	}
	return v.Number, true
}
