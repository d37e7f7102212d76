package cms

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// literal rewrites the JavaScript literal with which a text begins as JSON: keys without quotes, single quotes,
// commas behind the last element, comments and undefined are what sites write into scripts and into answers that are
// meant for JSON. Names of variables become null. What follows the literal is left out; what is no literal stays
// wrong, for the JSON decoder to refuse.
func literal(script string) string {
	var out strings.Builder
	depth, comma := 0, false
	for i := 0; i < len(script); {
		c := script[i]
		rest := script[i:]
		switch {
		case c <= ' ':
			i++
			continue
		case strings.HasPrefix(rest, "\ufeff"):
			i += len("\ufeff")
			continue
		case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "/*"):
			i += comment(rest)
			continue
		case c == ',':
			comma = true // written when an element follows
			i++
			continue
		}
		if comma && c != '}' && c != ']' {
			out.WriteByte(',')
		}
		comma = false
		switch {
		case c == '"' || c == '\'':
			text, length := quotedText(rest)
			out.WriteString(text)
			i += length
		case digit(c) || c == '-' || c == '.':
			number := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789.+-eE"))]
			out.WriteString(number)
			i += len(number)
		case wordByte(c):
			word := rest[:wordLength(rest)]
			out.WriteString(wordValue(word, rest[len(word):]))
			i += len(word)
		default:
			out.WriteByte(c)
			i++
			switch c {
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
		}
		if depth <= 0 && (c == '}' || c == ']' || c == ';') {
			break
		}
	}
	return out.String()
}

// comment is the length of the comment with which a script begins.
func comment(script string) int {
	end := "\n"
	if script[1] == '*' {
		end = "*/"
	}
	if i := strings.Index(script[2:], end); i >= 0 {
		return 2 + i + len(end)
	}
	return len(script)
}

// quotedText reads the string with which a script begins and returns it in JSON, with its length in the script.
func quotedText(script string) (text string, length int) {
	quote := script[0]
	var b strings.Builder
	b.WriteByte('"')
	i := 1
	for i < len(script) && script[i] != quote {
		switch c := script[i]; {
		case c == '\\' && i+1 < len(script):
			i++
			b.WriteString(escaped(script[i:]))
			if script[i] == 'x' {
				i += min(2, len(script)-i-1)
			}
			_, size := utf8.DecodeRuneInString(script[i:])
			i += size
			continue
		case c == '"':
			b.WriteString(`\"`)
		case c < ' ':
			control, _ := json.Marshal(string(c)) // a string never fails
			b.Write(control[1 : len(control)-1])
		default:
			b.WriteByte(c)
		}
		i++
	}
	b.WriteByte('"')
	return b.String(), min(i+1, len(script))
}

// escaped is in JSON what stands behind a backslash.
func escaped(script string) string {
	switch c := script[0]; {
	case strings.IndexByte(`"\/bfnrtu`, c) >= 0:
		return `\` + script[:1]
	case c == 'x' && len(script) > 2:
		return `\u00` + script[1:3]
	case c == '\n' || c == '\r':
		return ""
	}
	_, size := utf8.DecodeRuneInString(script)
	return script[:size]
}

// wordValue is in JSON a name that stands in a literal, before what follows it.
func wordValue(word, follows string) string {
	switch {
	case strings.HasPrefix(strings.TrimLeft(follows, " \t\r\n"), ":"):
		return `"` + word + `"`
	case word == "true" || word == "false":
		return word
	}
	return "null"
}

func wordLength(script string) int {
	n := 0
	for n < len(script) && wordByte(script[n]) {
		n++
	}
	return n
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || digit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
