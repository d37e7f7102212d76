package page

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/net/html"
)

// contentKey is the key or variable under which a script holds a document's text, and the opening quote of the text. In
// JSON that is itself a string (JSON.parse("{\"content\":…")) backslashes stand before the quotes.
var contentKey = regexp.MustCompile(`\\*["']?\b` +
	`(?:content|contentHtml|htmlContent|articleContent|detailContent|docContent)\\*["']?\s*[:=]\s*` + "(\\\\{0,3})([\"'`])")

// Embedded finds a document's text that the page carries as a string in a script, in JSON or JavaScript, for the browser
// to fill in (gkmlpt: window._CONFIG = {DETAIL: {"content": "\u003Cp\u003E…"}}). It returns the HTML of the longest such
// text that holds more of a report's headings and table labels than the page shows without scripts; ok is false if there
// is none.
func Embedded(doc *html.Node) (markup string, ok bool) { return Look(doc).Embedded() }

// Embedded is the function Embedded of this page.
func (p *View) Embedded() (markup string, ok bool) {
	shown := -1
	for _, n := range p.scripts {
		for _, found := range stringsIn(n.FirstChild.Data) {
			if len(found) <= len(markup) || !strings.Contains(found, "<") {
				continue
			}
			if shown < 0 {
				shown = signs(p.flow(tight).text)
			}
			if signs(textOf(found)) > shown {
				markup, ok = found, true
			}
		}
	}
	return markup, ok
}

// stringsIn decodes the texts that a script holds under contentKey.
func stringsIn(script string) (found []string) {
	if !strings.Contains(script, "ontent") { // every key ends in content or Content, or goes on behind it
		return nil
	}
	for from := 0; ; {
		m := contentKey.FindStringSubmatchIndex(script[from:])
		if m == nil {
			return found
		}
		depth, begin := m[3]-m[2], from+m[5]
		end := closingQuote(script[begin:], script[begin-1], depth)
		if end < 0 {
			from = begin
			continue
		}
		s := unescape(script[begin : begin+end])
		for ; depth > 0; depth /= 2 { // one backslash: a string inside a string; three: twice inside
			s = unescape(s)
		}
		if strings.IndexByte(s, '<') < 0 { // JSON inside a string with other quotes: '{"content":"\\u003Cp…"}'
			s = unescape(s)
		}
		found = append(found, s)
		from = begin + end
	}
}

// closingQuote is where a string ends whose quotes are preceded by depth backslashes: at a quote behind that many, while
// every further backslash that escapes a quote inside comes on top; -1 if it does not end. It looks no further than
// longestString.
func closingQuote(s string, quote byte, depth int) int {
	slashes := 0
	for i := range min(len(s), longestString) {
		switch s[i] {
		case '\\':
			slashes++
			continue
		case quote:
			if slashes%(2*(depth+1)) == depth {
				return i - depth
			}
		}
		slashes = 0
	}
	return -1
}

// longestString bounds the text of a document, in bytes.
const longestString = 4 << 20

// escapes are the single characters that stand for others behind a backslash (ECMA-262 12.9.4); the rest stand for
// themselves.
var escapes = map[byte]string{'n': "\n", 'r': "\r", 't': "\t", 'b': "", 'f': " ", 'v': " ", '0': "", '\n': "", '\r': ""}

// unescape undoes the escapes of a string of JavaScript or JSON. What is no escape stays as it is.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if r, size := codeUnit(s[i:]); size > 0 {
			i += size - 1
			if next, more := codeUnit(s[i+1:]); utf16.IsSurrogate(r) && utf16.DecodeRune(r, next) != unicode.ReplacementChar {
				r = utf16.DecodeRune(r, next)
				i += more
			}
			b.WriteRune(r)
			continue
		}
		i++
		if e, ok := escapes[s[i]]; ok {
			b.WriteString(e)
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// codeUnit reads an escape \uXXXX or \xXX at the beginning of s and tells its length, 0 if there is none.
func codeUnit(s string) (r rune, size int) {
	switch {
	case strings.HasPrefix(s, `\u`):
		size = 6
	case strings.HasPrefix(s, `\x`):
		size = 4
	}
	if size == 0 || len(s) < size {
		return 0, 0
	}
	n, err := strconv.ParseUint(s[2:size], 16, 16)
	if err != nil {
		return 0, 0
	}
	return rune(n), size
}

// textOf is the text of a piece of HTML without white space, "" if it cannot be read.
func textOf(markup string) string {
	doc, err := Parse(markup)
	if err != nil {
		return ""
	}
	return readFlow(doc, tight, size{}).text
}

// signs counts the different headings, and whether there are labels and the name of the report.
func signs(text string) (n int) {
	for group, at := range places(text) {
		if group != ofNoise && len(at) > 0 {
			n++
		}
	}
	return n
}
