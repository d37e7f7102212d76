package text

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// prescanLimit is how many bytes at the beginning of a page are searched for a declared encoding.
const prescanLimit = 4096

// prescan finds the label of the encoding that a page names itself: in an XML declaration, or in a meta element as
// charset= or http-equiv="Content-Type" (HTML standard, "prescan a byte stream to determine its encoding"). "" if none.
func prescan(body []byte) string {
	head := body[:min(len(body), prescanLimit)]
	if rest, ok := bytes.CutPrefix(head, []byte("<?xml")); ok {
		if declaration, _, ok := bytes.Cut(rest, []byte(">")); ok {
			if label := parameter(string(declaration), "encoding"); label != "" {
				return inASCII(label)
			}
		}
	}
	tokens := html.NewTokenizer(bytes.NewReader(head))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := tokens.TagName()
			if string(name) != "meta" {
				continue
			}
			attributes := map[string]string{}
			for more {
				var key, value []byte
				key, value, more = tokens.TagAttr()
				if _, seen := attributes[string(key)]; !seen {
					attributes[string(key)] = string(value)
				}
			}
			label := attributes["charset"]
			if label == "" && strings.EqualFold(strings.TrimSpace(attributes["http-equiv"]), "content-type") {
				label = charsetParameter(attributes["content"])
			}
			if lookup(label).name != "" {
				return inASCII(label)
			}
		}
	}
}

// inASCII answers utf-8 for a utf-16 label: it was found by reading ASCII, so the page cannot be UTF-16.
func inASCII(label string) string {
	if lookup(label).utf16() {
		return "utf-8"
	}
	return label
}

// charsetParameter finds the charset in a Content-Type value, malformed ones included (HTML standard, "extracting a
// character encoding from a meta element"). "" if there is none.
func charsetParameter(contentType string) string { return parameter(contentType, "charset") }

// parameter finds name=value in s; the value may be quoted and space may surround the equals sign.
func parameter(s, name string) string {
	lower := asciiLower(s)
	for at := 0; ; {
		i := strings.Index(lower[at:], name)
		if i < 0 {
			return ""
		}
		at += i + len(name)
		rest, ok := strings.CutPrefix(strings.TrimLeft(s[at:], " \t\r\n\f"), "=")
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, " \t\r\n\f")
		if rest == "" {
			return ""
		}
		if q := rest[0]; q == '"' || q == '\'' {
			value, _, closed := strings.Cut(rest[1:], string(q))
			if !closed {
				return ""
			}
			return strings.TrimSpace(value)
		}
		if end := strings.IndexAny(rest, " \t\r\n\f;,\"'"); end >= 0 {
			rest = rest[:end]
		}
		return rest
	}
}

// asciiLower lowers A to Z only, so that offsets stay those of s.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
