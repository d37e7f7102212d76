package text

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestParseValue(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		// numbers: number unit note
		{"0", "number 0"},
		{"00", "number 0"},
		{"007", "number 7"},
		{"125", "number 125"},
		{"\u00a0\u00a0125\u3000\n", "number 125"},
		{"\u200b125\ufeff", "number 125"},
		{"１２５", "number 125"},
		{"+2", "number 2"},
		{"-18", "number -18"},
		{"－18", "number -18"},
		{"−18", "number -18"},
		{"＋２", "number 2"},
		{"-0", "number 0"},
		{"75.9260", "number 75.926"},
		{"12.50", "number 12.5"},
		{"24252.311082", "number 24252.311082"},
		{"62,544.3758", "number 62544.3758"},
		{"62，544．3758", "number 62544.3758"},
		{"11,398,889", "number 11398889"},
		{"14 069", "number 14069"},
		{"14\u00a0069", "number 14069"},
		{"11 398 889", "number 11398889"},
		{"11\u2009398\u3000889.5", "number 11398889.5"},
		{"999999999999999", "number 999999999999999"},
		{"000000000000000000001", "number 1"},
		{"251000元", "number 251000 元"},
		{"75394432.52元", "number 75394432.52 元"},
		{"0.5 万元", "number 0.5 万元"},
		{"125\n件", "number 125 件"},
		{"12（件）", "number 12 件"},
		{"3亿元", "number 3 亿元"},
		{"5人次", "number 5 人次"},
		{"22（其中修订16件）", "number 22 - 其中修订16件"},
		{"55(含自然失效29件)", "number 55 - 含自然失效29件"},
		{"22\n（其中修订\n16件）", "number 22 - 其中修订\n16件"},
		{"22件（其中修订16件）", "number 22 件 其中修订16件"},
		{"9【含废止（2件）】", "number 9 - 含废止（2件）"},
		{"9（含a)（b）", "number 9 - 含a；b"},
		{"9〔历史累计〕 (注)", "number 9 - 历史累计；注"},
		// nothing printed
		{"", "blank"},
		{" \u3000\u00a0\n\t", "blank"},
		{"\ufeff\u200b", "blank"},
		// printed, but no number
		{"/", "not_applicable"}, {"／", "not_applicable"}, {"\\", "not_applicable"}, {"//", "not_applicable"},
		{"-", "not_applicable"}, {"－", "not_applicable"}, {"—", "not_applicable"}, {"——", "not_applicable"},
		{"–", "not_applicable"}, {"--", "not_applicable"}, {"- -", "not_applicable"}, {"−", "not_applicable"},
		{"─", "not_applicable"}, {"无", "not_applicable"}, {" 无 ", "not_applicable"}, {"N/A", "not_applicable"},
		{"n/a", "not_applicable"}, {"Ｎ／Ａ", "not_applicable"}, {"不适用", "not_applicable"}, {"*", "not_applicable"},
		// no single number
		{"1\n2", "text"}, {"14\n069", "text"}, {"1 2", "text"}, {"12 34", "text"}, {"1 2 3", "text"},
		{"0 000", "text"}, {"14 0690", "text"}, {"1,23", "text"}, {"1,2345", "text"}, {"1234,567", "text"},
		{"1, 234", "text"}, {"1,234 567", "text"}, {"0,123", "text"}, {"1.234.567", "text"}, {".5", "text"},
		{"5.", "text"}, {"- 5", "text"}, {"+-5", "text"}, {"–5", "text"}, {"(5)", "text"}, {"（5）", "text"},
		{"22（16）", "text"}, {"22（16件）", "text"}, {"22（无）", "text"}, {"22（）", "text"}, {"22（其中", "text"},
		{"22（其中]", "text"}, {"22（a）3", "text"}, {"22件3", "text"}, {"22件件", "text"},
		{"3万件", "text"}, {"3万", "text"}, {"12%", "text"}, {"12％", "text"}, {"3千元", "text"}, {"约22", "text"},
		{"22余件", "text"}, {"10²", "text"}, {"22①", "text"}, {"²", "text"}, {"一", "text"}, {"三件", "text"},
		{"1e5", "text"}, {"0x1F", "text"}, {"٣", "text"}, {"½", "text"}, {"2023-12-31", "text"}, {"1-2", "text"},
		{"1234567890123456", "text"}, {"0.1234567890123456", "text"}, {"×", "text"}, {"√", "text"}, {"?", "text"},
		{"¥100", "text"}, {"12.3.", "text"}, {"1\x002", "number 12"}, {"\uFFFD5", "text"}, {"5\uFFFD", "text"},
		{"NaN", "text"}, {"Infinity", "text"}, {"无5", "text"}, {"/5", "text"},
	} {
		if got := describe(ParseValue(c.raw)); got != c.want {
			t.Errorf("ParseValue(%q) = %q, want %q", c.raw, got, c.want)
		}
	}
}

// describe writes a value as "state number unit note", "-" for a unit left out before a note.
func describe(v Value) string {
	s := string(v.State)
	if v.State == StateNumber {
		s += " " + v.Number.String()
	}
	if v.Unit != "" {
		s += " " + v.Unit
	} else if v.Note != "" {
		s += " -"
	}
	if v.Note != "" {
		s += " " + v.Note
	}
	return s
}

// TestParseValueReadsWhatWasWritten writes numbers in every spelling that is one number, and reads them back.
func TestParseValueReadsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(0, 999_999_999_999).Draw(t, "whole")
		fraction := rapid.SampledFrom([]string{"", ".5", ".50", ".007"}).Draw(t, "fraction")
		sign := rapid.SampledFrom([]string{"", "+", "-", "−", "－", "＋"}).Draw(t, "sign")
		separator := rapid.SampledFrom([]string{"", ",", "，", " ", "\u00a0", "\u3000", "\u2009"}).Draw(t, "separator")
		unit := rapid.SampledFrom([]string{"", "件", "万元"}).Draw(t, "unit")
		note := rapid.SampledFrom([]string{"", "其中修订16件"}).Draw(t, "note")
		raw := sign + grouped(whole, separator) + fraction
		if rapid.Bool().Draw(t, "full-width") {
			raw = strings.Map(func(r rune) rune {
				if '0' <= r && r <= '9' {
					return r + 0xFEE0
				}
				return r
			}, raw)
		}
		raw = rapid.SampledFrom([]string{"", " ", "\n", "\u3000"}).Draw(t, "before") + raw + unit
		if note != "" {
			raw += "（" + note + "）"
		}
		want := decimal.RequireFromString(fmt.Sprintf("%d%s", whole, fraction))
		if strings.ContainsAny(sign, "-−－") {
			want = want.Neg()
		}
		v := ParseValue(raw)
		if v.State != StateNumber || !v.Number.Equal(want) || v.Unit != unit || v.Note != note {
			t.Fatalf("ParseValue(%q) = %s, want %s %s %s", raw, describe(v), want, unit, note)
		}
	})
}

// grouped writes n with a separator between its groups of three digits.
func grouped(n int64, separator string) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + separator + s[i:]
	}
	return s
}

// FuzzParseValue checks what must hold of any text: a number is made of the digits printed before its remark and of no
// others, reading is independent of the white space around, and states carry nothing that is not theirs.
func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"22（其中修订16件）", "62,544.3758", "14 069", "１２５", "-", "1\n2", "((((", "9（a（b）", "+0.0元"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v := ParseValue(raw)
		if again := ParseValue("\u3000\n" + raw + " \u00a0"); describe(again) != describe(v) {
			t.Errorf("%q reads %q, with space around it %q", raw, describe(v), describe(again))
		}
		switch v.State {
		case StateNumber:
			printed, _, _ := strings.Cut(strings.Map(halfWidth, raw), v.Unit+"(")
			digits := onlyDigits(printed)
			if !strings.HasPrefix(strings.TrimLeft(digits, "0"), strings.Trim(onlyDigits(v.Number.String()), "0")) {
				t.Errorf("%q has the digits %s but reads as %s", raw, digits, v.Number)
			}
			if v.Unit != "" && !units[v.Unit] {
				t.Errorf("%q reads with the unit %q", raw, v.Unit)
			}
		case StateBlank, StateNotApplicable, StateText:
			if v.Unit != "" || v.Note != "" || !v.Number.IsZero() {
				t.Errorf("%q is %s but carries %+v", raw, v.State, v)
			}
			if v.State == StateBlank && Fold(raw) != "" {
				t.Errorf("%q is not blank", raw)
			}
		default:
			t.Errorf("%q has the state %q", raw, v.State)
		}
	})
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func TestJoined(t *testing.T) {
	for raw, want := range map[string]string{
		"1\n25": "125", "12 5": "125", "62,\n544.3758": "62544.3758", "１\n２": "12", "1 0": "10",
		"125": "", "14 069": "", "": "", "0 0": "", "0\n5": "", "12 件": "", "a 5": "", "1,\n2": "",
	} {
		n, ok := Joined(raw)
		if ok != (want != "") || ok && n.String() != want {
			t.Errorf("Joined(%q) = %v, %v, want %q", raw, n, ok, want)
		}
	}
}
