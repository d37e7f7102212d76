package text

import (
	"strings"
	"testing"
)

func TestSimplify(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "政府信息公开": "政府信息公开", "政府信息公開工作年度報告": "政府信息公开工作年度报告", "結轉下年度繼續辦理": "结转下年度继续办理",
		"a1，（一）": "a1，（一）",
	} {
		if got := Simplify(in); got != want {
			t.Errorf("Simplify(%q) = %q, want %q", in, got, want)
		}
	}
	seen := map[rune]bool{}
	for pair := range strings.FieldsSeq(traditional) {
		r := []rune(pair)
		if len(r) != 2 || r[0] == r[1] || r[0] < firstHanzi || r[0] > lastHanzi || seen[r[0]] {
			t.Errorf("%q is no pair, or stands twice", pair)
			continue
		}
		seen[r[0]] = true
	}
	for pair := range strings.FieldsSeq(traditional) {
		if again := Simplify(Simplify(pair)); again != Simplify(pair) {
			t.Errorf("%q: simplified twice gives %q", pair, again)
		}
	}
}
