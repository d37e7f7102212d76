package title

import (
	"strconv"
	"strings"
)

// read takes author and year from what stands before the core at byte from; behind is the text after the core, where
// the year may stand too. without is what is left in front of the core when year and known name are taken out.
func read(f folded, from int, behind string) (t Title, without string) {
	s := f.String()[:from]
	all := years.FindAllStringSubmatchIndex(s, -1)
	if len(all) == 0 {
		t = author(f.bytes(0, from))
		if m := years.FindStringSubmatchIndex(behind); m != nil {
			t.Year = reportYear(behind, m)
		}
		return t, leftover(t, s)
	}
	m := all[len(all)-1]
	left, right := f.bytes(0, m[0]), f.bytes(m[1], from)
	t = author(left)
	without = leftover(t, left.String()) + right.String()
	if t.Type == "" { // 2022年上海市…, 图解|2022年上海市…
		if second := author(right); second.Printed != "" && (t.Printed == "" || second.Type != "") {
			t = second
			without = left.String() + leftover(t, right.String())
		} else {
			t.scoped(right)
		}
	} else {
		t.scoped(right) // 聊城市2023年全市…
	}
	t.Year = reportYear(s, m)
	return t, without
}

// scoped takes the scope from words that stand elsewhere than beside the name, if those there tell none.
func (t *Title) scoped(words folded) {
	if t.Scope == ScopeUnknown {
		_, t.Scope, t.ScopeBasis = withoutScope(words)
	}
}

// leftover is s, or nothing if s held a name that is known to be an authority's.
func leftover(t Title, s string) string {
	if t.Type == "" {
		return s
	}
	return ""
}

// yearAndTail reads the name and the year of a title that has no core. The tail is what follows the year, with its 年,
// which may belong to 年报 as well.
func yearAndTail(f folded) (t Title, tail string) {
	s := f.String()
	m := years.FindStringSubmatchIndex(s)
	if m == nil {
		return author(f), s
	}
	t = author(f.bytes(0, m[0]))
	t.Year = reportYear(s, m)
	if m[6] >= 0 {
		return t, s[m[6]:]
	}
	return t, s[m[1]:]
}

// reportYear is the year that a match of years in s stands for: of an academic year the one in which it ends, 0 for a
// longer period.
func reportYear(s string, m []int) int {
	first, _ := strconv.Atoi(s[m[2]:m[3]])
	if m[4] < 0 {
		return first
	}
	second, _ := strconv.Atoi(s[m[4]:m[5]])
	if second < 100 {
		second += first / 100 * 100
	}
	if second == first+1 {
		return second
	}
	return 0 // 2019-2023年 is no year
}

// author reads an authority's name, and the scope words beside it, from a part of a title.
func author(f folded) Title {
	s := f.String()
	if i := strings.LastIndexAny(s, "|_>:"); i >= 0 { // breadcrumbs, 图解:…
		f = f.bytes(i+1, len(s))
		s = f.String()
	}
	if m := beforeName.FindStringIndex(s); m != nil {
		f = f.bytes(m[1], len(s))
		s = f.String()
	}
	if m := behindName.FindStringIndex(s); m != nil {
		f = f.bytes(0, m[0])
	}
	f, scope, basis := withoutScope(f)
	t := Title{Scope: scope, ScopeBasis: basis}
	if len(f.runes) < 2 {
		return t
	}
	n := nameOf(f)
	t.Authority, t.Printed, t.Type, t.Level = n.Normal, n.Printed, n.Type, n.Level
	return t
}
