package mention

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/extract/text"
)

// prose is one paragraph in the form in which words are compared: half-width, simplified characters, no quotation marks,
// no white space but one space between digits, which the reader of numbers judges.
type prose struct {
	raw string
	s   string
	at  []int32 // for every byte of s the offset in raw of its character
}

// newProse folds one paragraph.
func newProse(raw string) prose {
	b := make([]byte, 0, len(raw))
	at := make([]int32, 0, len(raw))
	last, space := rune(0), false
	for i, r := range raw {
		if r >= utf8.RuneSelf && !han(r) || r < ' ' {
			r = fold(r)
		}
		switch r {
		case -1, '"', '\'':
			continue
		case ' ':
			space = true
			continue
		}
		if space && isDigit(last) && isDigit(r) {
			b, at = append(b, ' '), append(at, int32(i))
		}
		space, last = false, r
		b = utf8.AppendRune(b, r)
		for len(at) < len(b) {
			at = append(at, int32(i))
		}
	}
	p := prose{raw: raw, s: string(b), at: at}
	if strings.Contains(p.s, "開") { // a page that a converter has gone over: 公開 is in every report
		if s := text.Simplify(p.s); len(s) == len(p.s) {
			p.s = s
		}
	}
	return p
}

// han reports whether r is one of the common Chinese characters, which stay as they are.
func han(r rune) bool { return '\u4E00' <= r && r <= '\u9FFF' }

// fold maps one character that is not printable ASCII to its form in prose; -1 drops it.
func fold(r rune) rune {
	switch {
	case '\uFF01' <= r && r <= '\uFF5E':
		return r - 0xFEE0
	case r < 0x2000 && r >= utf8.RuneSelf && r != '\u00A0' && r != '\u0085' && r != '\u00AD':
		return r
	}
	switch r {
	case '“', '”', '‘', '’', '「', '」', '『', '』':
		return -1
	case '｡':
		return '。'
	case '—', '–', '―', '～', '〜':
		return '-'
	}
	if unicode.IsSpace(r) {
		return ' '
	}
	if r < 0x2E80 && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) || r == utf8.RuneError || r == '\uFEFF' {
		return -1
	}
	return r
}

// printed gives what was printed for p.s[from:to].
func (p *prose) printed(from, to int) string {
	if from >= to {
		return ""
	}
	last := int(p.at[to-1])
	_, width := utf8.DecodeRuneInString(p.raw[last:])
	return p.raw[p.at[from] : last+width]
}

// before is the part of the sentence that ends at i, at most reach bytes of it.
func (p *prose) before(i int) string {
	low := max(0, i-reach)
	for low > 0 && low < i && !utf8.RuneStart(p.s[low]) {
		low++
	}
	w := p.s[low:i]
	return w[sentenceStart(w):]
}

// after is the part of the sentence that begins at i, at most ahead bytes of it, with its full stop.
func (p *prose) after(i int) string {
	high := min(len(p.s), i+ahead)
	for high < len(p.s) && !utf8.RuneStart(p.s[high]) {
		high--
	}
	w := p.s[i:high]
	if end := strings.IndexAny(w, "!?"); end >= 0 {
		w = w[:end+1]
	}
	if end := strings.Index(w, stop); end >= 0 {
		w = w[:end+len(stop)]
	}
	return w
}

// How far a sentence is looked at around a number, in bytes; a Chinese character has three.
const (
	reach = 240
	ahead = 90
)

const stop = "。"

// sentenceStart is where the last sentence of s begins.
func sentenceStart(s string) int {
	start := max(strings.LastIndexByte(s, '!'), strings.LastIndexByte(s, '?')) + 1
	if i := strings.LastIndex(s, stop); i >= 0 {
		start = max(start, i+len(stop))
	}
	return start
}

// unit is the unit of a figure as printed.
func (p *prose) unit(f *figure) string {
	return strings.Join(strings.Fields(p.printed(f.unitAt, f.unitAt+len(f.unit))), "")
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
