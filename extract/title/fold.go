package title

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nianbao/extract/text"
)

// maxRunes bounds what is read of a title; real ones stay under a hundred characters.
const maxRunes = 400

// folded is a text in the form in which titles are compared, each of its runes knowing where it was printed.
type folded struct {
	runes    []rune
	original string
	start    []int // byte offsets into original, one per rune
	end      []int
}

// signs unifies brackets, dashes and quotes after NFKC.
var signs = strings.NewReplacer(
	"〔", "(", "〕", ")", "【", "(", "】", ")", "[", "(", "]", ")", "「", "(", "」", ")",
	"—", "-", "–", "-", "−", "-", "‐", "-", "‑", "-", "~", "-", "〜", "-",
	"《", "", "》", "", "“", "", "”", "", "\"", "", "'", "", "‘", "", "’", "",
)

// fold brings s into comparing form: NFKC, no white space, no invisible characters, one kind of bracket and dash, no
// quotes, title words in simplified characters. Text after maxRunes is left out.
func fold(s string) folded {
	f := folded{original: s}
	var it norm.Iter
	it.InitString(norm.NFKC, s)
	for !it.Done() && len(f.runes) < maxRunes {
		from := it.Pos()
		segment := string(it.Next())
		for _, r := range text.Simplify(signs.Replace(segment)) {
			if invisible(r) {
				continue
			}
			f.runes = append(f.runes, r)
			f.start = append(f.start, from)
			f.end = append(f.end, it.Pos())
		}
	}
	f.chineseYears()
	return f
}

func invisible(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// chineseYears writes 二〇二三年 as 2023年, in place.
func (f folded) chineseYears() {
	const digits = "〇一二三四五六七八九"
	digit := func(r rune) int {
		switch r {
		case '○', '零', 'O', '0':
			return 0
		}
		if i := strings.IndexRune(digits, r); i >= 0 {
			return i / len("〇")
		}
		return -1
	}
	for i := 4; i < len(f.runes); i++ {
		if f.runes[i] != '年' || digit(f.runes[i-4]) != 2 {
			continue
		}
		if digit(f.runes[i-3]) < 0 || digit(f.runes[i-2]) < 0 || digit(f.runes[i-1]) < 0 {
			continue
		}
		for j := i - 4; j < i; j++ {
			f.runes[j] = rune('0' + digit(f.runes[j]))
		}
	}
}

func (f folded) String() string { return string(f.runes) }

// slice takes the runes from..to, still knowing where they were printed.
func (f folded) slice(from, to int) folded {
	return folded{runes: f.runes[from:to], original: f.original, start: f.start[from:to], end: f.end[from:to]}
}

// bytes takes the part that lies between two byte offsets of f.String().
func (f folded) bytes(from, to int) folded {
	s := f.String()
	a := utf8.RuneCountInString(s[:from])
	return f.slice(a, a+utf8.RuneCountInString(s[from:to]))
}

// printed is what was printed in the place of f, white space folded.
func (f folded) printed() string {
	if len(f.runes) == 0 {
		return ""
	}
	return strings.Join(strings.Fields(f.original[f.start[0]:f.end[len(f.end)-1]]), " ")
}

// undoubled drops the second half of a title that was printed twice. Short ones (2020) only look like it.
func (f folded) undoubled() folded {
	const shortest = 8
	half := len(f.runes) / 2
	if len(f.runes)%2 == 0 && half >= shortest && string(f.runes[:half]) == string(f.runes[half:]) {
		return f.slice(0, half)
	}
	return f
}

var (
	leading  = regexp.MustCompile(`^(?:[·•●■◆★>\-*.、:,!]+|\(?(?i:置顶|new!)\)?|\(?附件?\d*\)?[:.、]|\d{1,3}[.、]|\(\d{1,3}\)|` + datePattern + `)+`)
	trailing = regexp.MustCompile(`(?i)(?:\.(?:docx?|pdf|wps|xlsx?|rtf|ofd|html?|shtml|txt|zip|rar)|\(?` + datePattern +
		`(?:\d{1,2}:\d{2}(?::\d{2})?)?\)?|[>*·•]|new!?|\(?置顶\)?)+$`)
)

const datePattern = `\(?20\d\d[-/.]\d{1,2}[-/.]\d{1,2}\)?`

// trimmed drops bullets and numbers in front, and file name endings and dates behind.
func (f folded) trimmed() folded {
	s := f.String()
	if m := leading.FindStringIndex(s); m != nil {
		f = f.bytes(m[1], len(s))
		s = f.String()
	}
	if m := trailing.FindStringIndex(s); m != nil {
		f = f.bytes(0, m[0])
	}
	return f
}

// withoutEllipsis takes off the dots by which a list shows that it cut the title.
func (f folded) withoutEllipsis() (folded, bool) {
	if m := cut.FindStringIndex(f.String()); m != nil {
		return f.bytes(0, m[0]), true
	}
	return f, false
}
