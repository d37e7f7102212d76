package crawler

import (
	"net/http"
	"strings"
	"testing"
)

// Parts of the answers below.
const (
	oddHead    = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	oddChunked = oddHead + "Transfer-Encoding: chunked\r\n\r\n"
	oddEnd     = "Content-Length: 4\r\n\r\npage"
	oddChunks  = "4\r\npage\r\n0\r\n\r\n"
)

// Answers that are not quite HTTP, byte for byte on the wire, and are read all the same.
func TestOddAnswersThatAreRead(t *testing.T) {
	for name, answer := range map[string]string{
		"no reason phrase":            "HTTP/1.1 200 \r\n" + oddEnd,
		"no space after the status":   "HTTP/1.1 200\r\n" + oddEnd,
		"no space after the colon":    "HTTP/1.1 200 OK\r\nContent-Length:4\r\n\r\npage",
		"LF alone":                    "HTTP/1.1 200 OK\nContent-Length: 4\n\npage",
		"Content-Length twice, equal": oddHead + "Content-Length: 4\r\n" + oddEnd,
		"Content-Length with spaces":  oddHead + "Content-Length:   4  \r\n\r\npage",
		"more than Content-Length":    oddHead + oddEnd + " and more",
		"spaces after the chunk size": oddChunked + "4  \r\npage\r\n0\r\n\r\n",
		"chunk size with zeros":       oddChunked + "000" + oddChunks,
		"chunk extension":             oddChunked + "4;x=y\r\npage\r\n0\r\n\r\n",
		"chunks and Content-Length":   oddHead + "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n" + oddChunks,
		"GBK in a header":             oddHead + "X-Title: \xc4\xea\xb1\xa8\r\n" + oddEnd,
		"GBK in the reason phrase":    "HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\n" + oddEnd,
		"UTF-8 in a header":           oddHead + "Content-Disposition: inline; filename=年报.html\r\n" + oddEnd,
		"folded header":               oddHead + "X-Long: a\r\n b\r\n" + oddEnd,
		"underscore in a header":      oddHead + "X_Odd: a\r\n" + oddEnd,
		"space before the colon":      oddHead + "X-Odd : a\r\n" + oddEnd,
		"space in a header's name":    oddHead + "X Odd: a\r\n" + oddEnd,
		"HTTP/1.0":                    "HTTP/1.0 200 OK\r\n\r\npage",
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p": raw(answer, false)})
			got, _ := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
			if got.outcome != OutcomeNew || string(got.body) != "page" || got.capture.Err != "" || !got.capture.Complete {
				t.Errorf("%s (%s) %q", got.outcome, got.capture.Err, got.body)
			}
		})
	}
}

// Answers that net/http does not take for HTTP are recorded with what is wrong with them; they are asked for again only
// where the connection may have been cut by chance.
func TestOddAnswersThatAreNotRead(t *testing.T) {
	long := "X-Long: " + strings.Repeat("x", 1000) + "\r\n"
	for name, c := range map[string]struct {
		answer, outcome, err string
		attempts             int
	}{
		"line without colon":            {oddHead + "nonsense\r\n" + oddEnd, OutcomeNetwork, "malformed MIME header", 1},
		"Content-Length twice, unequal": {oddHead + "Content-Length: 5\r\n" + oddEnd, OutcomeNetwork, "Content-Length", 1},
		"Content-Length that is none":   {oddHead + "Content-Length: x\r\n\r\n", OutcomeNetwork, "Content-Length", 1},
		"Content-Length below zero":     {oddHead + "Content-Length: -1\r\n\r\n", OutcomeNetwork, "Content-Length", 1},
		"status that is no number":      {"HTTP/1.1 OK\r\n\r\npage", OutcomeNetwork, "malformed HTTP", 1},
		"no status line":                {"<html>page</html>", OutcomeNetwork, "malformed HTTP", 1},
		"no status line, empty line":    {"<html>\r\n\r\npage", OutcomeNetwork, "malformed HTTP", 1},
		"another protocol":              {"SSH-2.0-OpenSSH_8.0\r\n", OutcomeNetwork, "malformed HTTP", 1},
		"HTTP version that is none":     {"HTTP/1 200 OK\r\n\r\npage", OutcomeNetwork, "malformed HTTP", 1},
		"Transfer-Encoding of two": {oddHead + "Transfer-Encoding: gzip, chunked\r\n\r\n" + oddChunks, OutcomeNetwork,
			"transfer encoding", 1},
		"Transfer-Encoding: identity": {oddHead + "Transfer-Encoding: identity\r\n\r\n", OutcomeNetwork,
			"transfer encoding", 1},
		"headers without end":           {oddHead + strings.Repeat(long, 1200), OutcomeNetwork, "headers exceeded", 1},
		"nothing at all":                {"", OutcomeNetwork, "EOF", 4},
		"no empty line after the last":  {oddChunked + "4\r\npage\r\n0\r\n", OutcomeTruncated, "EOF", 4},
		"chunk size that is no number":  {oddChunked + "4g\r\npage\r\n0\r\n\r\n", OutcomeTruncated, "chunk", 4},
		"chunk longer than its size is": {oddChunked + "3\r\npage\r\n0\r\n\r\n", OutcomeTruncated, "chunk", 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]http.HandlerFunc{"/p": raw(c.answer, false)})
			got, store := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
			if got.outcome != c.outcome || got.body != nil || !strings.Contains(got.capture.Err, c.err) {
				t.Errorf("%s (%s) %q", got.outcome, got.capture.Err, got.body)
			}
			if n := len(store.of("/p")); n != c.attempts {
				t.Errorf("asked %d times, want %d", n, c.attempts)
			}
		})
	}
}

// A Location in GBK, as some servers write it, leads to the address whose bytes it holds.
func TestLocationThatIsNotUTF8(t *testing.T) {
	for location, want := range map[string]string{
		"/\xc4\xea\xb1\xa8.html":      "/%C4%EA%B1%A8.html",
		"/p?name=\xc4\xea\xb1\xa8":    "/p?name=%C4%EA%B1%A8",
		"/年报.html":                    "/%E5%B9%B4%E6%8A%A5.html",
		"/%C4%EA%B1%A8.html#\xc4\xea": "/%C4%EA%B1%A8.html",
	} {
		found := raw("HTTP/1.1 302 Found\r\nLocation: "+location+"\r\nContent-Length: 0\r\n\r\n", false)
		s := serve(t, map[string]http.HandlerFunc{"/a": found, "/*": says("page")})
		got, _ := fetchOne(t, quick(nil), Site{}, s.URL+"/a")
		if got.outcome != OutcomeNew || got.capture.FinalURL != s.URL+want {
			t.Errorf("%q: %s (%s), led to %s", location, got.outcome, got.why, got.capture.FinalURL)
		}
	}
}
