package text

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// Decoded is a body as text, with what the decoding rests on.
type Decoded struct {
	Text    string // valid UTF-8 without a byte order mark; bytes that mean nothing read as U+FFFD
	Charset string // WHATWG name in lower case: utf-8, gb18030, big5 …
	Basis   string // what told: bom, utf-8, header, meta, gb18030, declaration
	Doubt   string // "" or one English sentence: why the text may be wrong
}

// Decode reads a body in the encoding that its bytes allow, told by its Content-Type header ("" for none) only where
// the bytes do not tell. The order: byte order mark; valid UTF-8; the header's charset, then the one named in the first
// 4,096 bytes, if the body decodes cleanly; GB18030 if it decodes cleanly; else what was declared, with a Doubt.
// It never fails. See the package's decisions for what counts as clean.
func Decode(body []byte, contentType string) Decoded {
	if d, ok := decodeBOM(body); ok {
		return d
	}
	header := lookup(charsetParameter(contentType))
	if cut := trimCut(body); utf8.Valid(cut) && (!header.utf16() || bytes.IndexByte(body, 0) < 0 || nearlyUTF8(body)) {
		return Decoded{Text: string(cut), Charset: "utf-8", Basis: "utf-8"}
	}
	meta := lookup(prescan(body))
	if !nearlyUTF8(body) {
		if text, ok := header.clean(body); ok {
			return Decoded{Text: text, Charset: header.name, Basis: "header"}
		}
		if text, ok := meta.clean(body); ok {
			return Decoded{Text: text, Charset: meta.name, Basis: "meta"}
		}
		if text, ok := cleanGB18030(body); ok {
			return Decoded{Text: text, Charset: "gb18030", Basis: "gb18030"}
		}
	}
	return decodeDamaged(body, header, meta)
}

// decodeDamaged reads a body that is clean in no encoding, and says so: in what was declared, or UTF-8 or GB18030,
// whichever leaves the fewest places undecoded. A declared single-byte encoding is taken if none of these fits.
func decodeDamaged(body []byte, header, meta charset) Decoded {
	type candidate struct {
		charset
		basis, reason string
	}
	candidates := []candidate{
		{header, "declaration", "the header declares it"},
		{meta, "declaration", "the page declares it"},
		{lookup("utf-8"), "utf-8", "most of its bytes are"},
		{lookup("gb18030"), "gb18030", "most of its bytes are"},
	}
	var best candidate
	var text string
	damage := -1
	for _, c := range candidates {
		if c.name != "utf-8" && (!c.multibyte() || c.utf16() && bytes.IndexByte(body, 0) < 0) ||
			c.name != "utf-8" && nearlyUTF8(body) {
			continue
		}
		t := c.decode(body)
		if n := strings.Count(t, "\uFFFD"); damage < 0 || n < damage {
			best, text, damage = c, t, n
		}
	}
	if 20*damage > highBytes(body) {
		for _, c := range candidates[:2] {
			if c.name != "" && c.name != "utf-8" && !c.multibyte() {
				return Decoded{
					Text: c.decode(body), Charset: c.name, Basis: c.basis,
					Doubt: fmt.Sprintf("The text is read as %s because %s, but any bytes decode in it.",
						c.name, c.reason),
				}
			}
		}
	}
	return Decoded{
		Text: text, Charset: best.name, Basis: best.basis,
		Doubt: fmt.Sprintf("The text is read as %s because %s, but not all of it decodes (places: %d).",
			best.name, best.reason, damage),
	}
}

// highBytes counts the bytes that are not ASCII.
func highBytes(body []byte) int {
	count := 0
	for _, c := range body {
		if c >= 0x80 {
			count++
		}
	}
	return count
}

// decodeBOM reads a body that begins with a byte order mark, which outranks everything (WHATWG Encoding, section 6).
func decodeBOM(body []byte) (Decoded, bool) {
	for _, mark := range []struct{ bytes, name string }{
		{"\xEF\xBB\xBF", "utf-8"}, {"\xFE\xFF", "utf-16be"}, {"\xFF\xFE", "utf-16le"},
	} {
		rest, ok := bytes.CutPrefix(body, []byte(mark.bytes))
		if !ok {
			continue
		}
		d := Decoded{Text: lookup(mark.name).decode(rest), Charset: mark.name, Basis: "bom"}
		if n := strings.Count(d.Text, "\uFFFD"); n > 0 {
			d.Doubt = fmt.Sprintf("The text is read as %s because of its byte order mark, but not all of it decodes "+
				"(places: %d).", mark.name, n)
		}
		return d, true
	}
	return Decoded{}, false
}

// charset is an encoding under its WHATWG name; the zero charset is none.
type charset struct {
	name     string
	encoding encoding.Encoding
}

// lookup finds the encoding that a label means. A label that is unknown, or one of those that WHATWG replaces
// because they are unsafe (hz-gb-2312, iso-2022-kr), gives the zero charset.
func lookup(label string) charset {
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "utf-16", "utf-16le":
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}
	case "utf-16be":
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}
	}
	e, err := htmlindex.Get(label)
	if err != nil {
		return charset{}
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "replacement" {
		return charset{}
	}
	if name == "gbk" {
		name = "gb18030"
	}
	return charset{name, e}
}

func (c charset) utf16() bool { return strings.HasPrefix(c.name, "utf-16") }

// multibyte tells the encodings whose well-formedness is evidence from those that decode any bytes.
func (c charset) multibyte() bool {
	switch c.name {
	case "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr":
		return true
	}
	return c.utf16()
}

// clean decodes a body whose every byte makes sense in this encoding.
func (c charset) clean(body []byte) (string, bool) {
	switch {
	case c.name == "gb18030":
		return cleanGB18030(body)
	case !c.multibyte(), c.utf16() && bytes.IndexByte(body, 0) < 0:
		return "", false
	}
	text := c.decode(body)
	return text, !strings.Contains(text, "\uFFFD")
}

// decode reads a body whatever it holds; what does not decode becomes U+FFFD, a tail cut inside a character goes.
func (c charset) decode(body []byte) string {
	switch c.name {
	case "utf-8":
		return strings.ToValidUTF8(string(trimCut(body)), "\uFFFD")
	case "gb18030":
		return decodeGB18030(body)
	case "utf-16le", "utf-16be":
		body = body[:len(body)&^1]
	}
	text, err := c.encoding.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return string(text)
}

// trimCut takes away the beginning of a UTF-8 sequence that the end of the body cuts off.
func trimCut(body []byte) []byte {
	for i := len(body) - 1; i >= 0 && i >= len(body)-3; i-- {
		if c := body[i]; c >= 0xC0 {
			if !utf8.FullRune(body[i:]) {
				return body[:i]
			}
			break
		} else if c < 0x80 {
			break
		}
	}
	return body
}

// nearlyUTF8 reports whether a body that is not valid UTF-8 is so but for a few places: at least 20 well-formed
// sequences of three bytes or more, as hanzi have, for each place that is malformed.
func nearlyUTF8(body []byte) bool {
	good, bad := 0, 0
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
			for size < len(body) && body[size]&0xC0 == 0x80 { // the rest of the same broken sequence
				size++
			}
		case size >= 3:
			good++
		}
		body = body[size:]
	}
	return good > 0 && good >= 20*bad
}
