package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold gives text as it is shown to people: every run of white space within a line (no-break and ideographic space
// included) is one space, lines are trimmed, empty lines go, "\n" alone parts the lines. Control characters, bidi
// controls and invisible zero-width characters go; the joiners U+200C and U+200D stay, as Uyghur and Mongolian words
// need them. The result is valid UTF-8, and folding it again changes nothing.
func Fold(s string) string {
	s = strings.TrimSpace(s)
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	const none, space, line = 0, 1, 2
	gap := none
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			gap = line
		case unicode.IsSpace(r):
			gap = max(gap, space)
		case invisible(r):
		default:
			if b.Len() > 0 && gap == space {
				b.WriteByte(' ')
			} else if b.Len() > 0 && gap == line {
				b.WriteByte('\n')
			}
			gap = none
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isFolded reports whether s, which neither begins nor ends with a space, is of the characters that nearly all text is
// made of, with single spaces between: most texts are, and need no copy.
func isFolded(s string) bool {
	gap := false
	for _, r := range s {
		switch {
		case '!' <= r && r <= '~', '\u3001' <= r && r <= '\u9FFF', '\uFF01' <= r && r <= '\uFF5E',
			'\u2010' <= r && r <= '\u2027':
			gap = false
		case r == ' ' && !gap:
			gap = true
		default:
			return false
		}
	}
	return true
}

// invisible names the characters that change no glyph in Chinese text: controls, bidi controls, zero-width characters.
func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r == '\u00AD', r == '\u061C', r == '\u180E', r == '\u200B', r == '\u200E', r == '\u200F', r == '\uFEFF':
		return true
	}
	return '\u202A' <= r && r <= '\u202E' || '\u2060' <= r && r <= '\u206F' || '\uFFF9' <= r && r <= '\uFFFB'
}

// Normal gives the form in which labels are compared: NFKC (full-width letters, digits and punctuation become ASCII,
// ① becomes 1), no white space, no invisible characters, no quotation marks of any kind, and every kind of bracket as
// ( or ). Book title marks 《》 stay, and so do the differences between 、 , and . . It is idempotent. It is for comparing
// only: never read a number from it, as it turns 22² into 222.
func Normal(s string) string {
	if n, ok := normalChinese(s); ok {
		return n
	}
	return normalAny(s)
}

// normalChinese is Normal for text of plain Chinese characters, ASCII, and full-width forms of ASCII, which is nearly all
// text there is: each character by itself, a fifth of the cost. ok is false where a character needs more.
func normalChinese(s string) (n string, ok bool) {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch {
		case '\u4E00' <= r && r <= '\u9FA5', r == '、', r == '。', r == '《', r == '》', r == '—':
			out = utf8.AppendRune(out, r)
			continue
		case '！' <= r && r <= '～':
			r -= '！' - '!'
		case r == '\u3000', r == '\u00A0', r == '“', r == '”', r == '‘', r == '’':
			continue
		}
		if r >= utf8.RuneSelf {
			return "", false
		}
		if r = label(r); r >= 0 {
			out = append(out, byte(r))
		}
	}
	return string(out), true
}

// normalAny is Normal for any text.
func normalAny(s string) string {
	// Taking characters away can bring a letter and its accent together, hence the second NFKC.
	return norm.NFKC.String(strings.Map(label, norm.NFKC.String(strings.Map(label, s))))
}

// label maps one character to its place in a label, -1 to drop it.
func label(r rune) rune {
	switch r {
	case '"', '\'', '`', '´', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '«', '»', '‹', '›',
		'「', '」', '『', '』', '〝', '〞', '〟', '＂', '＇', '｀', '｢', '｣', '﹁', '﹂', '﹃', '﹄':
		return -1
	case '[', '{', '【', '〔', '〖', '〘', '〚', '⦅':
		return '('
	case ']', '}', '】', '〕', '〗', '〙', '〛', '⦆':
		return ')'
	}
	if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}
