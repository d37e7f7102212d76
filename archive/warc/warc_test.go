package warc

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// record writes a record as tools do.
func record(kind, uri string, block string, fields ...string) string {
	return "WARC/1.0\r\nWARC-Type: " + kind + "\r\nWARC-Target-URI: " + uri + "\r\nWARC-Date: 2024-02-06T01:02:03Z\r\n" +
		"WARC-Record-ID: <urn:uuid:x>\r\n" + strings.Join(append(fields, ""), "\r\n") +
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s\r\n\r\n", len(block), block)
}

func sha1Of(s string) string {
	sum := sha1.Sum([]byte(s))
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// read gives each exchange of a file as a line.
func read(file string, most int64) (lines []string, err error) {
	for e, err := range Exchanges(strings.NewReader(file), most) {
		if err != nil {
			return lines, err
		}
		line := fmt.Sprintf("%s %s %d %q", e.Method, e.URI, e.Status, e.Payload)
		for _, hop := range e.Redirects {
			line += " from " + hop.URI
		}
		if e.Cut != "" {
			line += " cut " + e.Cut
		}
		if e.Revisit {
			line += fmt.Sprintf(" revisit %t of %s", e.NotModified, e.RefersToURI)
		}
		if e.Damage != "" {
			line += " damaged"
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// What the tools write, each in its own way; made up after their files.
func TestExchanges(t *testing.T) {
	const page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>年报"
	chunked := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
	for name, c := range map[string]struct{ file, want string }{
		"brackets, request first (wget)": {record("request", "<http://x.cn/>", "GET / HTTP/1.1\r\nHost: x.cn\r\n\r\n") +
			record("response", "<http://x.cn/>", page), `GET http://x.cn/ 200 "<p>年报"`},
		"request behind (Heritrix)": {record("response", "http://x.cn/", page) +
			record("request", "http://x.cn/", "POST / HTTP/1.1\r\n\r\na=1") + record("metadata", "http://x.cn/", "fetchTimeMs: 3"),
			`POST http://x.cn/ 200 "<p>年报"`},
		"chunks, digest of the raw payload": {record("response", "http://x.cn/", chunked,
			"WARC-Payload-Digest: "+sha1Of("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")), `GET http://x.cn/ 200 "abcde"`},
		"chunks, digest of the payload": {record("response", "http://x.cn/", chunked, "WARC-Payload-Digest: "+sha1Of("abcde")),
			`GET http://x.cn/ 200 "abcde"`},
		"chunks that are undone, the header left": {record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>年报"),
			`GET http://x.cn/ 200 "<p>年报"`},
		"chunks without the last one": {record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
			`GET http://x.cn/ 200 "abc" cut disconnect`},
		"chunks that break off": {record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nd"),
			`GET http://x.cn/ 200 "abcd" cut disconnect`},
		"chunks without the last line": {record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0"),
			`GET http://x.cn/ 200 "abc"`},
		"a wrong digest": {record("response", "http://x.cn/", page, "WARC-Payload-Digest: "+sha1Of("other")),
			`GET http://x.cn/ 200 "<p>年报" damaged`},
		"a digest of a function that nobody knows": {record("response", "http://x.cn/", page, "WARC-Payload-Digest: blake9:abc"),
			`GET http://x.cn/ 200 "<p>年报"`},
		"a redirect and where it leads": {record("response", "http://x.cn/a", "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n") +
			record("response", "http://x.cn/b", page), `GET http://x.cn/b 200 "<p>年报" from http://x.cn/a`},
		"a redirect that leads nowhere": {record("response", "http://x.cn/a", "HTTP/1.1 302 Found\r\nLocation: /c\r\n\r\n") +
			record("response", "http://x.cn/b", page), `GET http://x.cn/a 302 ""` + "\n" + `GET http://x.cn/b 200 "<p>年报"`},
		"a revisit": {record("revisit", "http://x.cn/", "HTTP/1.1 304 Not Modified\r\n\r\n", "WARC-Profile: http://x/revisit/server-not-modified",
			"WARC-Refers-To-Target-URI: http://x.cn/"), `GET http://x.cn/ 304 "" revisit true of http://x.cn/`},
		"a resource": {record("resource", "http://x.cn/1.pdf", "%PDF-", "Content-Type: application/pdf"), `GET http://x.cn/1.pdf 0 "%PDF-"`},
		"what says that it is cut": {record("response", "http://x.cn/", page, "WARC-Truncated: disconnect"),
			`GET http://x.cn/ 200 "<p>年报" cut disconnect`},
		"dns and warcinfo": {record("warcinfo", "", "software: x") + record("response", "dns:x.cn", "2024 x.cn. IN A 1.2.3.4") +
			record("response", "http://x.cn/", page), `GET http://x.cn/ 200 "<p>年报"`},
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := read(c.file, 1<<20)
			if got := strings.Join(lines, "\n"); err != nil || got != c.want {
				t.Errorf("%v\ngot  %s\nwant %s", err, got, c.want)
			}
		})
	}
}

// Files that are broken say where, and what stands before is given; a payload over the limit is cut.
func TestBrokenFiles(t *testing.T) {
	whole := record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\n\r\nabc")
	for name, c := range map[string]struct {
		file string
		at   string
		good int
	}{
		"no WARC file":     {"<html>", "does not begin with a record", 0},
		"cut in a block":   {whole + whole[:len(whole)-9], "record 2", 1},
		"cut in fields":    {whole + whole[:60], "record 2", 1},
		"no length":        {whole + "WARC/1.0\r\nWARC-Type: response\r\n\r\n", "record 2: cannot read Content-Length", 1},
		"negative length":  {"WARC/1.0\r\nContent-Length: -1\r\n\r\n", "record 1", 0},
		"no colon":         {"WARC/1.0\r\nhello\r\n\r\n", "no colon", 0},
		"fields for ever":  {"WARC/1.0\r\n" + strings.Repeat("a: b\r\n", 100_000), "too long", 0},
		"garbage between":  {whole + "garbage\r\n" + whole, "record 2: cannot find its beginning", 1},
		"gzip that is cut": {func() string { s := packed(whole + whole); return s[:len(s)-20] }(), "record", 0},
	} {
		t.Run(name, func(t *testing.T) {
			lines, err := read(c.file, 1<<20)
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.at) || len(lines) < c.good {
				t.Errorf("%d exchanges, then %v; want %d, and %q", len(lines), err, c.good, c.at)
			}
		})
	}
	long := record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", 3<<20))
	lines, err := read(packed(long+whole), 10)
	if err != nil || len(lines) != 2 || !strings.HasSuffix(lines[0], `"xxxxxxxxxx" cut length`) {
		t.Errorf("%v %v", lines, err)
	}
}

func packed(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, s) //nolint:errcheck // to memory
	w.Close()
	return b.String()
}

// FuzzExchanges: whatever bytes come, reading them ends, in exchanges or in an error.
func FuzzExchanges(f *testing.F) {
	f.Add([]byte(record("response", "http://x.cn/", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")))
	f.Add([]byte(record("response", "http://x.cn/a", "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")))
	f.Add([]byte(packed(record("request", "http://x.cn/a", "GET / HTTP/1.0\n\n"))))
	f.Fuzz(func(t *testing.T, body []byte) {
		for e, err := range Exchanges(bytes.NewReader(body), 1<<16) {
			if err != nil {
				return
			}
			if len(e.Payload) > 1<<16 {
				t.Errorf("%d bytes of payload", len(e.Payload))
			}
		}
	})
}
