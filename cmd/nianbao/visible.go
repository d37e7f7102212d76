package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible is a writer that shows what would steer a terminal instead of sending it: titles, notes, headers and error
// messages come from whoever runs a site or made a file. Controls (C0 but for tab and line feed, DEL, C1), the
// bidirectional controls and the line separators of Unicode become \u001b and alike, which in JSON means the same; a byte
// that is no UTF-8 becomes \x9b. Standard output and standard error of all commands go through one of these each, but for
// the archived bytes that get writes. It may be used from one goroutine at a time.
type visible struct {
	out  io.Writer
	rest []byte // the beginning of a character whose end has not come
}

// Write writes p; a character that is cut off at its end waits for what comes.
func (v *visible) Write(p []byte) (int, error) {
	text := append(v.rest, p...)
	v.rest = nil
	for i := max(0, len(text)-utf8.UTFMax+1); i < len(text); i++ {
		if utf8.RuneStart(text[i]) && !utf8.FullRune(text[i:]) {
			text, v.rest = text[:i], text[i:]
			break
		}
	}
	if err := v.send(string(text)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// flush writes what waits.
func (v *visible) flush() error {
	rest := string(v.rest)
	v.rest = nil
	return v.send(rest)
}

func (v *visible) send(text string) error {
	_, err := io.WriteString(v.out, spelled(text, false))
	return err
}

// spelled is a text with all that would steer a terminal written out; oneLine says that it has to stay on its line, between
// its tabs.
func spelled(text string, oneLine bool) string {
	if strings.IndexFunc(text, func(c rune) bool { return c == utf8.RuneError || steers(c, oneLine) }) < 0 {
		return text
	}
	var out strings.Builder
	for i, c := range text {
		switch _, n := utf8.DecodeRuneInString(text[i:]); {
		case c == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case steers(c, oneLine):
			fmt.Fprintf(&out, `\u%04x`, c)
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}

// steers says whether a character does something to a terminal, or to whoever splits its output into lines.
func steers(c rune, oneLine bool) bool {
	switch c {
	case '\n', '\t':
		return oneLine
	case '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
}
