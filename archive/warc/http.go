package warc

import (
	"bytes"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// message is an HTTP message as a record holds it.
type message struct {
	first  string // status line or request line
	header http.Header
	body   []byte // after chunking
	raw    []byte // as it stands in the record
	cut    bool   // the last chunk is missing
}

// parseMessage reads an HTTP message. ok is false where the block is none.
func parseMessage(block []byte) (m message, ok bool) {
	head, body, found := bytes.Cut(block, []byte("\r\n\r\n"))
	if !found {
		if head, body, found = bytes.Cut(block, []byte("\n\n")); !found {
			head, body = block, nil
		}
	}
	m = message{header: http.Header{}, body: body, raw: body}
	last := ""
	for i, line := range strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n") {
		switch name, value, colon := strings.Cut(line, ":"); {
		case i == 0:
			m.first = strings.TrimSpace(line)
		case line == "":
		case (line[0] == ' ' || line[0] == '\t') && last != "":
			values := m.header[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
		case colon:
			last = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
			m.header[last] = append(m.header[last], strings.TrimSpace(value))
		}
	}
	if strings.EqualFold(m.header.Get("Transfer-Encoding"), "chunked") {
		// Some tools keep the header and undo the chunks: then the body is no sequence of them.
		if plain, whole, ok := unchunked(body); ok {
			m.body, m.cut = plain, !whole
		}
		m.header.Del("Transfer-Encoding") // as the archive keeps headers: chunks are the connection's, not the answer's
	}
	return m, m.first != ""
}

// status takes a status line apart: HTTP/1.1 200 OK.
func (m *message) status() (proto, line string, code int, ok bool) {
	proto, line, _ = strings.Cut(m.first, " ")
	digits, _, _ := strings.Cut(line, " ")
	code, err := strconv.Atoi(digits)
	return proto, line, code, err == nil && strings.HasPrefix(proto, "HTTP/")
}

// unchunked undoes chunks (RFC 9112 section 7.1). Of a body that is cut within a later chunk what came is given, and is not
// whole; ok is false where the body does not begin with a chunk.
func unchunked(body []byte) (plain []byte, whole, ok bool) {
	for {
		line, rest, found := bytes.Cut(body, []byte("\n"))
		digits, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";") // extensions mean nothing to us
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 31)
		if !found && digits != "0" || err != nil {
			return plain, false, ok
		}
		n := min(int(size), len(rest))
		if plain, ok = append(plain, rest[:n]...), true; size == 0 || n < int(size) {
			return plain, size == 0, true
		}
		body = bytes.TrimPrefix(bytes.TrimPrefix(rest[n:], []byte("\r")), []byte("\n"))
	}
}
