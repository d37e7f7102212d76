package mention

import (
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// maxDigits is how many digits a figure may have.
const maxDigits = 15

// arabic reads the number at the beginning of s, which begins with a digit: plain, in groups of three parted by commas or
// spaces (3,456; 3 456), digits spaced one by one (1 2 5), with a fraction. length is how much of s it takes up, whether or
// not it could be read (ok).
func arabic(s string) (n decimal.Decimal, fraction bool, length int, ok bool) {
	for length < len(s) && (isDigit(rune(s[length])) || strings.IndexByte(",. ", s[length]) >= 0 &&
		length+1 < len(s) && isDigit(rune(s[length+1]))) {
		length++
	}
	whole, rest, fraction := strings.Cut(s[:length], ".")
	digits, ok := ungroup(whole)
	if !ok || len(digits)+len(rest) > maxDigits || strings.ContainsAny(rest, ",. ") {
		return n, fraction, length, false
	}
	if fraction {
		digits += "." + rest
	}
	n, err := decimal.NewFromString(digits)
	return n, fraction, length, err == nil
}

// ungroup takes the separators out of a whole number if they part it in one consistent way.
func ungroup(s string) (string, bool) {
	sep := strings.IndexAny(s, ", ")
	if sep < 0 {
		return s, true
	}
	parts := strings.Split(s, s[sep:sep+1])
	single := s[sep] == ' ' && len(parts[0]) == 1
	thousands := len(parts[0]) <= 3 && s[0] != '0'
	for _, p := range parts[1:] {
		single = single && len(p) == 1
		thousands = thousands && len(p) == 3
	}
	joined := strings.Join(parts, "")
	return joined, (single || thousands) && !strings.ContainsAny(joined, ", ")
}

// numerals are the Chinese digits; 两 counts as 二.
var numerals = map[rune]int64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8,
	'九': 9}

// powers are the Chinese powers of ten.
var powers = map[rune]int64{'十': 10, '百': 100, '千': 1000, '万': 1e4, '亿': 1e8}

// isNumeral reports whether r is part of a Chinese number.
func isNumeral(r rune) bool {
	switch r {
	case '零', '〇', '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '千', '万', '亿':
		return true
	}
	return false
}

// chinese reads the Chinese number at the beginning of s: 三, 十二, 一百零五, 两千三百, 三万二千; also 百, 千 and 万 alone, as
// in 百余件. Digits in a row (三四次, 二〇二三), colloquial short forms (一千二) and 零 alone are not read. length is that of
// the run of numerals, whether or not it could be read (ok).
func chinese(s string) (n int64, length int, ok bool) {
	for length < len(s) {
		r, width := utf8.DecodeRuneInString(s[length:])
		if !isNumeral(r) {
			break
		}
		length += width
	}
	switch run := s[:length]; run {
	case "百", "千", "万":
		r, _ := utf8.DecodeRuneInString(run)
		return powers[r], length, true
	default:
		n, ok = join(run, "亿", 1e8, func(s string) (int64, bool) { return join(s, "万", 1e4, small) })
		return n, length, ok && n > 0
	}
}

// join reads what stands before and behind the power named by word: 三万 and 二千. A lone digit behind it is colloquial.
func join(s, word string, power int64, below func(string) (int64, bool)) (int64, bool) {
	high, low, found := strings.Cut(s, word)
	if !found {
		return below(s)
	}
	h, ok := small(high)
	if !ok || h == 0 || low != "" && utf8.RuneCountInString(low) == 1 {
		return 0, false
	}
	if low == "" {
		return h * power, true
	}
	l, ok := below(low)
	return h*power + l, ok
}

// small reads a number below 10,000.
func small(s string) (n int64, ok bool) {
	last, zero := int64(1e4), false
	for rest := s; rest != ""; {
		r, width := utf8.DecodeRuneInString(rest)
		rest = rest[width:]
		digit, named := numerals[r]
		next, width := utf8.DecodeRuneInString(rest)
		switch p := powers[next]; {
		case r == '十' && (n == 0 || zero) && last > 10: // 十二
			n, last, zero = n+10, 10, false
		case !named:
			return 0, false
		case digit == 0:
			if zero || rest == "" {
				return 0, false
			}
			zero = true
		case p > 0 && p < last:
			n, last, zero, rest = n+digit*p, p, false, rest[width:]
		case rest == "" && (n == 0 || last == 10 || zero):
			n += digit
		default:
			return 0, false
		}
	}
	return n, s != ""
}
