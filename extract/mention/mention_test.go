package mention_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nianbao/extract/mention"
)

// The seed's own arithmetic: the three lists of 聊城市茌平区人民政府 2023.
func TestArithmeticOfTheSeed(t *testing.T) {
	var got []string
	for _, s := range sections(t, "../../testdata/mentions/chiping-2023/text.txt") {
		for _, b := range mention.Breakdowns(s[0], s[1]) {
			got = append(got, sum(b))
			if b.Sum().String() == "538" && b.Parts[7].Label != "部门建议提案办理总体情况" {
				t.Errorf("the last part of 538 is called %q", b.Parts[7].Label)
			}
		}
	}
	for _, want := range []string{
		"4237 = 9+140+31+756+223+12+6+32+3028 exhaustive",
		"228 = 47+75+9+16+81 exhaustive",
		"538 = 2+2+72+72+175+175+1+39",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %q", want, got)
		}
	}
}

// Every metric has its labels and is read in some case, from text a person has looked at.
func TestEveryMetricIsRead(t *testing.T) {
	files, _ := filepath.Glob(cases + "/text.txt")
	read := map[string]bool{}
	for _, f := range files {
		for _, s := range sections(t, f) {
			for _, m := range mention.Read(s[0], s[1]) {
				read[m.Metric] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, m := range mention.Metrics() {
		if m.ID == "" || m.LabelZH == "" || m.LabelEN == "" || len(m.Units) == 0 || seen[m.ID] {
			t.Errorf("metric %+v: a label, an id of its own or units are missing", m)
		}
		seen[m.ID] = true
		if !read[m.ID] {
			t.Errorf("no case states %s", m.ID)
		}
	}
}

// A figure is the same figure however it is spelt.
func TestSpellings(t *testing.T) {
	spellings := map[string]func(n int) string{
		"plain":      func(n int) string { return fmt.Sprint(n) },
		"thousands":  grouped(","),
		"spaces":     grouped(" "),
		"no-break":   grouped("\u00a0"),
		"full width": func(n int) string { return strings.Map(fullWidth, fmt.Sprint(n)) },
		"wide comma": grouped("，"),
		"万":          func(n int) string { return strings.TrimRight(fmt.Sprintf("%.4f", float64(n)/1e4), "0") + "万" },
		"Chinese":    chinese,
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(spellings))).Draw(rt, "spelling")
		n := rapid.IntRange(1, 99999).Draw(rt, "n")
		unit := rapid.SampledFrom([]string{"件", " 件", "余件", "件左右"}).Draw(rt, "unit")
		printed := spellings[name](n)
		if strings.HasSuffix(printed, ".万") {
			printed = strings.Replace(printed, ".", "", 1)
		}
		before := rapid.SampledFrom([]string{"", "共", "共计 ", "总数为", "近"}).Draw(rt, "before")
		text := "2023年，收到政府信息公开申请" + before + printed + unit + "，按时答复率100%。"
		got := mention.Read("overview", text)
		if len(got) != 1 || got[0].Value.String() != fmt.Sprint(n) || got[0].Unit != "件" ||
			got[0].Metric != "applications_received" ||
			!strings.Contains(text, got[0].Quote) || !strings.Contains(got[0].Quote, printed) {
			rt.Fatalf("%q: %+v, want %d", text, got, n)
		}
		if about := strings.ContainsAny(before+unit, "近约余左"); got[0].Approximate != about {
			rt.Fatalf("%q: approximate %v", text, got[0].Approximate)
		}
	})
}

// What is said of more or less than a year is no figure of the report. The sentences are made up.
func TestOtherPeriods(t *testing.T) {
	const words = "共收到政府信息公开申请15件"
	for _, before := range []string{"近三年", "2021年以来，", "自2008年以来", "《条例》施行以来，", "“十三五”期间", "近年来，", "上半年", "第一季度"} {
		if got := mention.Read("overview", before+words+"。"); len(got) != 0 {
			t.Errorf("%s%s: %+v", before, words, got)
		}
	}
	for _, before := range []string{"今年以来，", "本年以来", "2023年，", "2021年以来，我局加强公开，全年", ""} {
		if got := mention.Read("overview", before+words+"。"); len(got) != 1 {
			t.Errorf("%s%s: %+v", before, words, got)
		}
	}
}

// Whatever the text, every quote is in it, every list has its parts, and nothing takes long.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob(cases + "/text.txt")
	for _, file := range files {
		for _, s := range sections(f, file) {
			f.Add(s[1])
		}
	}
	for _, s := range hostile {
		f.Add(strings.Repeat(s, 20))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range mention.Read("overview", text) {
			if m.Quote == "" || !strings.Contains(text, m.Quote) || !m.Value.Equal(m.Value.Abs()) {
				t.Errorf("%q: %+v", text, m)
			}
		}
		for _, b := range mention.Breakdowns("overview", text) {
			if len(b.Parts) < 2 || !strings.Contains(text, b.Quote) {
				t.Errorf("%q: %+v", text, b)
			}
		}
	})
}

// Hostile texts take time in proportion to their length: a megabyte takes less than a second on an idle machine, and would
// take minutes if it grew with the square.
func TestHostileTextIsBounded(t *testing.T) {
	const limit = 30 * time.Second
	size := 1 << 20
	if testing.Short() { // with the race detector
		size = 1 << 16
	}
	for name, unit := range hostile {
		text := strings.Repeat(unit, size/len(unit))
		begin := time.Now()
		mention.Read("overview", text)
		mention.Breakdowns("overview", text)
		if took := time.Since(begin); took > limit {
			t.Errorf("%s: %d bytes take %v", name, size, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

// grouped writes thousands apart.
func grouped(sep string) func(int) string {
	return func(n int) string {
		if n < 1000 {
			return fmt.Sprint(n)
		}
		return fmt.Sprintf("%d%s%03d", n/1000, sep, n%1000)
	}
}

func fullWidth(r rune) rune { return r - '0' + '０' }

// chinese writes a number below 100,000 in words.
func chinese(n int) string {
	digits := []rune("零一二三四五六七八九")
	if n >= 10000 {
		rest := ""
		if n%10000 > 0 {
			rest = chinese(n % 10000)
			if n%10000 < 1000 {
				rest = "零" + rest
			}
		}
		return chinese(n/10000) + "万" + rest
	}
	var b strings.Builder
	zero := false
	for _, p := range []struct {
		power int
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / p.power % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteString("零")
			zero = false
		}
		if p.power != 10 || d != 1 || b.Len() > 0 {
			b.WriteRune(digits[d])
		}
		b.WriteString(p.name)
	}
	return b.String()
}
