package crawler

import (
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// File is a file that a page carries: an attachment, or the document itself behind a viewer.
type File struct {
	URL  string // by Address, as Capture.URL
	Name string // as the page names it, "" if it does not
}

// fileName is what a file is called: by the header it came with, else by the link that led to it, else by its address;
// "" if none of them says. It is the name alone, never a path, without characters that one cannot see.
func fileName(header http.Header, linkName string, u *url.URL) string {
	for _, value := range header.Values("Content-Disposition") {
		if name := dispositionName(value); name != "" {
			return name
		}
	}
	if name := plainName(linkName); name != "" {
		return name
	}
	return addressName(u)
}

// dispositionName reads the file name of a Content-Disposition header (RFC 6266): the parameter filename* (RFC 5987)
// before filename. Servers send the latter as raw UTF-8, raw GB18030 or percent-encoded, and need not quote it.
func dispositionName(value string) string {
	var plain, extended string
	// The bytes are decoded before they are parsed, as in GB18030 the second byte of a character can be a backslash.
	for key, v := range parameters(decodeName(value)) {
		switch {
		case key == "filename*" && extended == "":
			extended = plainName(extendedValue(v))
		case key == "filename" && plain == "":
			plain = plainName(unescapeName(encodedWords(v)))
		}
	}
	if extended != "" {
		return extended
	}
	return plain
}

// encodedWords undoes the encoding of names in mail (RFC 2047), which programs in Java use for some browsers:
// =?UTF-8?B?5bm05oqlLnBkZg==?=.
func encodedWords(name string) string {
	if !strings.HasPrefix(name, "=?") {
		return name
	}
	decoder := mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
		enc, err := htmlindex.Get(charset)
		if err != nil {
			return nil, fmt.Errorf("charset of a file name: %w", err)
		}
		return enc.NewDecoder().Reader(input), nil
	}}
	decoded, err := decoder.DecodeHeader(name)
	if err != nil {
		return name
	}
	return decoded
}

// parameters yields names, in lower case, and values of a header value's parameters, quotes undone. What is damaged is
// passed over.
func parameters(value string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		first, rest, _ := strings.Cut(value, ";")
		if strings.Contains(first, "=") { // the type is left out: filename=a.pdf
			rest = value
		}
		for rest != "" {
			key, after, ok := strings.Cut(rest, "=")
			if i := strings.IndexByte(key, ';'); i >= 0 {
				rest = rest[i+1:] // a parameter without a value
				continue
			}
			if !ok {
				return
			}
			var v string
			v, rest = parameterValue(strings.TrimSpace(after))
			if !yield(strings.ToLower(strings.TrimSpace(key)), v) {
				return
			}
		}
	}
}

// parameterValue takes a quoted string or a token from the beginning of s and returns what follows the next semicolon.
func parameterValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			_, rest, _ = strings.Cut(s[i+1:], ";")
			return b.String(), rest
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++ // other backslashes are those of a path that Windows programs send
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// extendedValue decodes charset'language'percent-encoded (RFC 5987); "" if it is none, or in an unknown charset.
func extendedValue(s string) string {
	charset, rest, ok := strings.Cut(s, "'")
	_, encoded, ok2 := strings.Cut(rest, "'")
	if !ok || !ok2 {
		return ""
	}
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return ""
	}
	raw, err := url.PathUnescape(encoded)
	if err != nil {
		return ""
	}
	decoded, err := enc.NewDecoder().String(raw)
	if err != nil {
		return ""
	}
	return decoded
}

// unescapeName undoes percent-encoding, if the name has any. Where it has, a plus sign is a space, as the encoders that
// leave the plus in names (Java's URLEncoder) write it so.
func unescapeName(name string) string {
	unescaped, err := url.PathUnescape(name)
	if err != nil || unescaped == name {
		return name
	}
	if unescaped, err = url.QueryUnescape(name); err != nil {
		return name
	}
	return decodeName(unescaped)
}

// decodeName makes text of raw bytes: UTF-8 if they are, else GB18030.
func decodeName(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(raw)
	if err != nil {
		return strings.ToValidUTF8(raw, "\ufffd")
	}
	return decoded
}

// nameParameters are the query parameters in which download programs are told a file's name, the one for people first.
var nameParameters = []string{"showname", "filename", "fileName"}

// addressName is the name that an address tells: that in a parameter of a download program, else the last part of the
// path, with the ending that VSB puts into the parameter e.
func addressName(u *url.URL) string {
	if u == nil {
		return ""
	}
	query := u.Query()
	for _, key := range nameParameters {
		if name := plainName(unescapeName(decodeName(query.Get(key)))); name != "" {
			return name
		}
	}
	name := plainName(decodeName(path.Base("/" + u.Path)))
	if end := query.Get("e"); name != "" && byEnding[strings.ToLower(end)] != "" {
		name = strings.TrimSuffix(name, path.Ext(name)) + end
	}
	return name
}

// longestName is the number of characters to which a name is cut.
const longestName = 200

// plainName is a name without path, control and format characters (those that turn the direction of writing among
// them), and without space around it; "" if nothing is left.
func plainName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	if strings.Trim(name, ".") == "" {
		return ""
	}
	if runes := []rune(name); len(runes) > longestName {
		end := []rune(path.Ext(name))
		if len(end) > 8 {
			end = nil
		}
		name = string(runes[:longestName-len(end)]) + string(end)
	}
	return name
}
