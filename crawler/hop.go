package crawler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	maxConnectTime   = 15 * time.Second
	maxFirstByteTime = 30 * time.Second
	maxHeader        = 256 << 10 // bytes of an answer's headers, as in Chromium
	maxRedirectBody  = 64 << 10  // bytes of an answer that sends us on: ten of them are kept with a capture
)

// newHTTPTransport makes what sends single requests. It keeps no connection: net/http sends a request that failed on a
// reused connection again by itself, and no attempt of ours may go unrecorded. No proxy, no decompression.
func newHTTPTransport(g guard, timeout time.Duration, tlsConfig *tls.Config) *http.Transport {
	connect := min(maxConnectTime, timeout)
	dialer := &net.Dialer{Timeout: connect, Control: g.control()}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        tlsConfig,
		TLSHandshakeTimeout:    connect,
		ResponseHeaderTimeout:  min(maxFirstByteTime, timeout),
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		DisableKeepAlives:      true,
		MaxConnsPerHost:        1,
		ForceAttemptHTTP2:      true,
	}
}

// relaxedTLS accepts any certificate and every version and cipher that Go still has. It serves only rows that ask for
// it, after the strict way has failed.
func relaxedTLS() *tls.Config {
	config := &tls.Config{
		InsecureSkipVerify: true, // the register row accepts this host's fault; captures record it
		MinVersion:         tls.VersionTLS10,
		Renegotiation:      tls.RenegotiateOnceAsClient,
	}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		config.CipherSuites = append(config.CipherSuites, suite.ID)
	}
	return config
}

// hop is one request and what came back: a link in the chain of redirects of an attempt.
type hop struct {
	url         *url.URL
	sent        http.Header
	remote      string
	at          time.Time
	took        time.Duration // from the connection to the end of the body
	status      int           // 0 when no status line came
	statusLine  string
	proto       string
	header      http.Header
	body        []byte
	complete    bool
	outcome     string
	err         string
	again       bool     // worth asking again soon
	conditional bool     // the server was asked whether an earlier answer still holds
	unreached   bool     // no connection came about, and the host's name is not why
	fault       tlsFault // of the outcome tls
}

func (h *hop) sha256() string {
	if h.status == 0 {
		return ""
	}
	return digest(h.body)
}

// location is where the answer sends us on to, nil if it does not.
func (h *hop) location() *url.URL {
	switch h.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	value := escapeBroken(h.header.Get("Location"))
	target, err := h.url.Parse(value)
	if value == "" || err != nil {
		return nil
	}
	if address, err := Address(target.String()); err == nil {
		target, err = url.Parse(address)
		if err != nil {
			return nil
		}
	}
	target.Fragment, target.RawFragment, target.User = "", "", nil
	if _, err := url.Parse(target.String()); err != nil { // net/url takes //::1, and does not read what it writes of it
		return nil
	}
	return target
}

// escapeBroken writes what is not ASCII in an address that is not UTF-8 as escapes, so that the server gets back the
// bytes it sent: most often they are GBK.
func escapeBroken(address string) string {
	if utf8.ValidString(address) {
		return address
	}
	var b strings.Builder
	for _, c := range []byte(address) {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// send makes one request and reads its answer to the end, or to the limit. It fails only when ctx ends; whatever the
// network or the server does is in the hop.
func (t *transport) send(ctx context.Context, a ask, method string, u *url.URL, body []byte) (*hop, error) {
	whole, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	limited := &stopwatch{left: t.crawler.opt.Timeout, end: func() { cancel(context.DeadlineExceeded) }}
	limited.run()
	defer limited.pause()
	watch := &wire{now: t.crawler.opt.Clock.Now, again: func() { cancel(errAskedAgain) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(whole, watch.trace()), method, u.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("request %s %s: %w", method, u, err)
	}
	if len(body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	req.Header = t.requestHeader(a, method)
	t.cookies.send(u, req)
	condition := a.conditional(method, u, t.crawler.opt.Clock.Now())
	for name := range condition {
		req.Header.Set(name, condition.Get(name))
	}
	h := &hop{url: u, sent: req.Header.Clone(), at: t.crawler.opt.Clock.Now(), conditional: condition != nil}

	limit := a.limit
	resp, err := t.wireFor(u).RoundTrip(req)
	if err == nil {
		defer resp.Body.Close()
		t.cookies.keep(u, resp)
		h.status, h.statusLine, h.proto, h.header = resp.StatusCode, resp.Status, resp.Proto, resp.Header
		if h.location() != nil {
			limit = min(limit, maxRedirectBody)
		}
		h.body, err = readBody(resp.Body, resp.ContentLength, limit, func(bytes int64) (bool, error) {
			limited.pause() // the host has no part in it
			defer limited.run()
			return t.held.grow(ctx, bytes)
		})
		h.complete = err == nil && int64(len(h.body)) <= limit
	}
	if cause := context.Cause(whole); err != nil && ctx.Err() == nil && cause != nil {
		err = cause
	}
	var connected time.Time
	h.remote, connected = watch.connection()
	if connected.IsZero() {
		connected = h.at
	}
	h.took = t.crawler.opt.Clock.Now().Sub(connected)
	if ctx.Err() != nil && !h.complete {
		return nil, ctx.Err()
	}
	tooLarge := int64(len(h.body)) > limit
	if tooLarge {
		h.body = h.body[:limit]
	}
	h.judge(err, watch.handshakeFailed(), tooLarge, t.crawler.opt.Clock.Now())
	if h.outcome == OutcomeOK && len(codings(h.header)) > 0 && unpacksBeyond(h.header, h.body, freeBody) {
		// How much it unpacks to is not known before. It came whole, and is kept even if the run ends meanwhile.
		if _, err := t.held.grow(context.WithoutCancel(ctx), a.limit); err != nil {
			return nil, err
		}
	}
	h.judgeEncoding(a.limit)
	h.unreached = (h.remote == "" || h.outcome == OutcomeTLS) && !unnamed(err) && !errors.Is(err, errRefused)
	if h.outcome == OutcomeTLS {
		h.err = fmt.Sprintf("%s (%v); %s", h.fault.why, err, h.fault.advice(u.Hostname() == t.rowHost, t.relaxes(u)))
	}
	return h, nil
}

// stopwatch ends something when it has run for so long; while it pauses it does not run.
type stopwatch struct {
	left  time.Duration
	end   func()
	timer *time.Timer
	since time.Time
}

func (s *stopwatch) run() { s.timer, s.since = time.AfterFunc(s.left, s.end), time.Now() }

func (s *stopwatch) pause() {
	s.timer.Stop()
	s.left = max(0, s.left-time.Since(s.since))
}

// readBody reads a body to its end, or to one byte over the limit. Unlike io.ReadAll it never has more than one and a half times
// the limit in memory, and it asks for room beyond what is free; that may say that there is room for all of it. stated is the
// length that the header states, below zero for none: one may state what one likes.
func readBody(r io.Reader, stated, limit int64, room func(bytes int64) (all bool, err error)) ([]byte, error) {
	size := int64(64 << 10)
	if stated >= 0 {
		size = stated + 1
	}
	body := make([]byte, 0, min(size, limit+1, freeBody))
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF && len(body) < cap(body)/2:
			return bytes.Clone(body), nil
		case err == io.EOF, int64(len(body)) > limit:
			return body, nil
		case err != nil && len(body) < cap(body)/2:
			return bytes.Clone(body), err
		case err != nil:
			return body, err
		case len(body) == cap(body):
			size := min(2*int64(len(body)), limit+1)
			all, err := room(size)
			if err != nil {
				return body, err
			}
			if all {
				size = min(max(size, stated+1), limit+1)
			}
			grown := make([]byte, len(body), size)
			copy(grown, body)
			body = grown
		}
	}
}

// judge names the outcome. A status other than 2xx is the answer, however its body ended; but a redirect whose body does
// not end is not followed.
func (h *hop) judge(err error, tlsFailed, tooLarge bool, now time.Time) {
	var timeout net.Error
	timedOut := errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
	if err != nil {
		h.err = err.Error()
	}
	switch {
	case tooLarge && h.location() != nil:
		h.outcome, h.err = OutcomeTooLarge, fmt.Sprintf("the body of a redirect is longer than %d bytes", len(h.body))
	case h.status != 0 && (h.status < 200 || h.status > 299):
		_, stated := retryAfter(h.header, now)
		h.outcome = outcomeOfStatus(h.status, stated)
	case tooLarge:
		h.outcome, h.err = OutcomeTooLarge, fmt.Sprintf("body is longer than %d bytes", len(h.body))
	case err == nil:
		h.outcome = OutcomeOK
	case errors.Is(err, errRefused):
		h.outcome = OutcomeNetwork
	case timedOut:
		h.outcome, h.again = OutcomeTimeout, true
	case tlsFailed || isRenegotiation(err):
		h.outcome, h.fault = OutcomeTLS, tlsFaultOf(err)
	case h.status != 0:
		h.outcome, h.again = OutcomeTruncated, true
	case malformed(err):
		h.outcome, h.err = OutcomeNetwork, fmt.Sprintf("the answer cannot be read as HTTP: %v", err)
	default:
		h.outcome, h.again = OutcomeNetwork, !neverConnected(err)
	}
}

// judgeEncoding looks whether a whole answer is whole within its Content-Encoding, too: a server whose compressor died
// ends its answer in good order. An encoding that we do not know proves nothing.
func (h *hop) judgeEncoding(limit int64) {
	if h.outcome != OutcomeOK {
		return
	}
	_, err := Decode(h.header, h.body, limit)
	switch {
	case err == nil, errors.Is(err, errUnknownCoding):
	case errors.Is(err, errOverLimit):
		h.outcome, h.err = OutcomeTooLarge, err.Error()
	default:
		h.outcome, h.again, h.err = OutcomeTruncated, true, err.Error()
	}
}

// malformed tells an answer that net/http does not take for HTTP, and that will be the same if it is asked for again.
func malformed(err error) bool {
	for _, mark := range []string{"malformed", "Content-Length", "transfer encoding", "response headers exceeded",
		"response header list larger"} {
		if strings.Contains(err.Error(), mark) {
			return true
		}
	}
	return false
}

// neverConnected tells a name that does not resolve or a port that nobody listens on, which asking again in a second
// will not mend, from a connection that was lost.
func neverConnected(err error) bool {
	var op *net.OpError
	return unnamed(err) || errors.As(err, &op) && op.Op == "dial"
}

// unnamed says whether the host's name did not resolve.
func unnamed(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns)
}

// requestHeader is what we send: who we are, that we want the plain bytes, and what the list system asked for.
func (t *transport) requestHeader(a ask, method string) http.Header {
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("User-Agent", t.crawler.userAgent)
	header.Set("Accept-Encoding", "identity")
	if header.Get("Accept") == "" {
		header.Set("Accept", "*/*")
	}
	if method == http.MethodGet {
		header.Del("Content-Type")
	}
	for _, name := range []string{"Cookie", "If-None-Match", "If-Modified-Since"} {
		header.Del(name) // the jar's and the archive's alone are sent
	}
	return header
}

// errAskedAgain is why a request was given up that the server of HTTP/2 refused or went away from: net/http would make it again by
// itself, without pause and without end.
var errAskedAgain = errors.New("the server ended the connection, or refused the request, before it answered")

// wire watches one request on its way: which address it reached and when, and whether TLS failed. net/http may dial
// on after the request was given up, hence the lock.
type wire struct {
	now   func() time.Time
	again func() // called when net/http is about to make the request another time

	mu        sync.Mutex
	begun     bool
	remote    string
	connected time.Time
	tlsFailed bool
}

func (w *wire) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.begun {
				w.again()
			}
			w.begun = true
		},
		GotConn: func(info httptrace.GotConnInfo) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.remote, w.connected = info.Conn.RemoteAddr().String(), w.now()
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.tlsFailed = err != nil
		},
	}
}

func (w *wire) connection() (remote string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.remote, w.connected
}

func (w *wire) handshakeFailed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tlsFailed
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
