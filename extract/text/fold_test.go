package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty":                    {" \u3000\u00a0\t\r\n", ""},
		"no-break and ideographic": {"\u3000\u3000商业\u00a0 \t企业\u3000", "商业 企业"},
		"lines":                    {"\n 一 \r\n\r\n \n二\r三\u2028四\n", "一\n二\n三\n四"},
		"invisible":                {"\ufeff聊\u200b城\u00ad市\u202e\u2066\x00", "聊城市"},
		"space, invisible, space":  {"a \u200b b", "a b"},
		"joiners stay":             {"ئې\u200cرى", "ئې\u200cرى"},
		"broken bytes":             {"a\xffb", "a\uFFFDb"},
		"full-width stays":         {"（１２）", "（１２）"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestNormal(t *testing.T) {
	for name, c := range map[string]struct{ a, b string }{
		"padded":                 {"商 业\u3000企\u00a0业", "商业\n企业"},
		"quotes":                 {"危及“三安全一稳定”", "危及\"三安全一稳定\""},
		"corner quotes":          {"危及「三安全一稳定」", "危及三安全一稳定"},
		"brackets":               {"（一）予以公开", "(一)予以公开"},
		"bracket kinds":          {"〔一〕予以公开", "【一】予以公开"},
		"full-width punctuation": {"本年收费金额（单位：万元）", "本年收费金额(单位:万元)"},
		"full-width digits":      {"２０２３年", "2023年"},
		"zero-width":             {"\ufeff总\u200b计\u00ad", "总计"},
		"kangxi radical":         {"⼀、本年新收", "一、本年新收"},
		"enclosed":               {"㈠予以公开", "(一)予以公开"},
	} {
		t.Run(name, func(t *testing.T) {
			if a, b := Normal(c.a), Normal(c.b); a != b {
				t.Errorf("Normal(%q) = %q, Normal(%q) = %q", c.a, a, c.b, b)
			}
		})
	}
	for _, c := range [][2]string{
		{"1、申请人", "1.申请人"}, {"非《规定》所指", "非规定所指"}, {"总计", "合计"}, {"其他", "其它"}, {"", "一"},
	} {
		if Normal(c[0]) == Normal(c[1]) {
			t.Errorf("Normal makes %q and %q the same: %q", c[0], c[1], Normal(c[0]))
		}
	}
}

// hard are characters that have come apart or together in some normalization.
var hard = []rune(" \n\t\u00a0\u3000\u200b\u200d\u00ad\ufeff“”\"'（）()【】〔〕￥１２一⼀㈠①" +
	"²½é\u0301a\u0308ｶﾞか\u3099가각ﬁ℃…¨´～—－Ǆ㍻\U0001D7CF\U0002F800")

func TestNormalProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom(hard))).Draw(t, "s")
		checkNormal(t, s)
		checkFold(t, s)
		cut := rapid.IntRange(0, utf8.RuneCountInString(s)).Draw(t, "cut")
		runes := []rune(s)
		// White space put between two letters never changes a label (between a letter and its accent it does).
		if cut == len(runes) || !unicode.Is(unicode.M, runes[cut]) && !unicode.Is(unicode.Lm, runes[cut]) {
			spaced := string(runes[:cut]) + " \u3000" + string(runes[cut:])
			if Normal(spaced) != Normal(s) {
				t.Fatalf("Normal(%q) = %q, but Normal(%q) = %q", s, Normal(s), spaced, Normal(spaced))
			}
		}
	})
}

type failer interface{ Fatalf(string, ...any) }

func checkNormal(t failer, s string) {
	if n, ok := normalChinese(s); ok && n != normalAny(s) {
		t.Fatalf("normal form of %q: %q character by character, %q by NFKC", s, n, normalAny(s))
	}
	n := Normal(s)
	if again := Normal(n); again != n {
		t.Fatalf("Normal(%q) = %q, and again %q", s, n, again)
	}
	if strings.ContainsFunc(n, unicode.IsSpace) || strings.ContainsAny(n, "“”‘’\"'「」【】〔〕[]{}（）\u200b\ufeff") {
		t.Fatalf("Normal(%q) = %q holds what it should not", s, n)
	}
}

func checkFold(t failer, s string) {
	f := Fold(s)
	if again := Fold(f); again != f {
		t.Fatalf("Fold(%q) = %q, and again %q", s, f, again)
	}
	if !utf8.ValidString(f) || strings.Contains(f, "  ") || strings.Contains(f, "\n\n") || strings.Contains(f, " \n") ||
		strings.Contains(f, "\n ") || strings.TrimSpace(f) != f {
		t.Fatalf("Fold(%q) = %q is not folded", s, f)
	}
}

// FuzzNormal checks the properties of Normal and Fold on any string.
// Every character by itself, and beside one that combines with others.
func TestNormalOfChineseIsNormal(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		for _, s := range []string{string(r), "公" + string(r) + "e", string(r) + "\u0301"} {
			if n, ok := normalChinese(s); ok && n != normalAny(s) {
				t.Fatalf("%U: %q character by character, %q by NFKC", r, n, normalAny(s))
			}
		}
	}
}

func FuzzNormal(f *testing.F) {
	f.Add("（一）予以公开")
	f.Add("a\u200b\u0301 \u0308“e\u00b4")
	f.Add(string(hard))
	f.Fuzz(func(t *testing.T, s string) {
		checkNormal(t, s)
		checkFold(t, s)
	})
}
