package mention

import (
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// figure is a number with its unit in a paragraph. Offsets are those of prose.s.
type figure struct {
	from, to    int // the number and all that belongs to it: 近200余条左右
	value       decimal.Decimal
	unit        string // in the form of prose
	unitAt      int
	approximate bool
}

// counters are the units a figure may have, longer ones before their beginnings.
var counters = []string{"人次", "场次", "场(次)", "次(场)", "件次", "条次", "班次", "亿元", "万元", "条", "件", "项", "个", "次", "篇",
	"起", "宗", "人", "份", "家", "例", "期", "场", "部", "种", "名", "则", "元"}

// figures finds the numbers with units of a paragraph, in order.
func figures(p *prose) []figure {
	var out []figure
	for i := 0; i < len(p.s); {
		c := p.s[i]
		if c < utf8.RuneSelf {
			if !isDigit(rune(c)) {
				i++
				continue
			}
			n, fraction, length, ok := arabic(p.s[i:])
			if f, good := completed(p, i, i+length, n, fraction); ok && good && alone(p.s, i, i+length) {
				out = append(out, f)
				i = f.to
			} else {
				i += length
			}
			continue
		}
		r, width := utf8.DecodeRuneInString(p.s[i:])
		if !isNumeral(r) {
			i += width
			continue
		}
		n, length, ok := chinese(p.s[i:])
		end := i + length
		if run := p.s[i:end]; ok && strings.HasPrefix(p.s[end:], "元") {
			// 十万元 is 10 in the unit 万元
			for _, u := range []string{"万", "亿"} {
				if before, found := strings.CutSuffix(run, u); found && before != "" {
					n, length, ok = chinese(before)
					end = i + length
				}
			}
		}
		if f, good := completed(p, i, end, decimal.NewFromInt(n), false); ok && good && counted(p.s, i) {
			out = append(out, f)
			i = f.to
		} else {
			i += length
		}
	}
	return out
}

// completed adds to a number at [from, end) what belongs to it: multiple, unit, and the words that make it approximate.
func completed(p *prose, from, end int, n decimal.Decimal, fraction bool) (figure, bool) {
	f := figure{from: from, value: n}
	some := func() {
		for _, w := range []string{"余", "多", "来"} {
			if strings.HasPrefix(p.s[end:], w) {
				end += len(w)
				f.approximate = true
			}
		}
	}
	some()
	r, width := utf8.DecodeRuneInString(p.s[end:])
	if powers[r] > 10 && (f.approximate || !strings.HasPrefix(p.s[end+width:], "元")) {
		f.value, fraction = n.Mul(decimal.NewFromInt(powers[r])), false
		end += width
		some()
	}
	for _, u := range counters {
		if strings.HasPrefix(p.s[end:], u) {
			f.unit, f.unitAt = u, end
			break
		}
	}
	f.to = end + len(f.unit)
	rest := p.s[f.to:]
	money := strings.HasSuffix(f.unit, "元")
	if f.unit == "" || !money && (fraction || !f.value.IsInteger()) || strings.HasPrefix(rest, "百分点") ||
		f.unit == "次" && strings.HasPrefix(rest, "性") {
		return f, false
	}
	for _, w := range []string{"以上", "左右", "上下"} {
		if strings.HasPrefix(rest, w) {
			f.approximate = true
			f.to += len(w)
		}
	}
	for _, w := range []string{"近", "约", "大约", "逾", "超", "超过", "将近", "接近", "至少", "不少于", "不低于"} {
		if strings.HasSuffix(p.s[:from], w) {
			f.approximate = true
			f.from = from - len(w)
		}
	}
	return f, true
}

// alone reports whether the digits at [from, end) are a number of their own, not a piece of an ordinal, a range, a
// fraction, a date, a telephone number, an address or a code.
func alone(s string, from, end int) bool {
	r, width := utf8.DecodeLastRuneInString(s[:from])
	switch {
	case from == 0:
	case strings.ContainsRune("第〔[/._%=-+#@", r):
		return false
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return false
	case r == '至' || r == '到' || r == ':': // 3至5次, 10:30
		if b, _ := utf8.DecodeLastRuneInString(s[:from-width]); isDigit(b) {
			return false
		}
	}
	next, width := utf8.DecodeRuneInString(s[end:])
	switch next {
	case '-', '/', '_', '=', '%':
		return false
	case '至', '到', '、': // 3至5次, 2、3次
		after, _ := utf8.DecodeRuneInString(s[end+width:])
		return !isDigit(after)
	}
	return true
}

// notBefore are characters before a Chinese numeral that make it something else than a count: 第三方, 每一件, 数十件,
// 进一步, 三分之一.
const notBefore = "第每逐任同某另这那该哪首唯其之初再上下进统数几好单某万-~.%"

// counted reports whether the Chinese numeral at i can be a count.
func counted(s string, i int) bool {
	r, width := utf8.DecodeLastRuneInString(s[:i])
	if i == 0 {
		return true
	}
	if r == '、' || r == '至' || r == '到' {
		b, _ := utf8.DecodeLastRuneInString(s[:i-width])
		return !isNumeral(b)
	}
	return !isDigit(r) && !strings.ContainsRune(notBefore, r)
}
