package warc

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Exchange is what a file holds of one address asked once: the records of it put together.
type Exchange struct {
	Record int // number of the record with the answer
	URI    string
	At     time.Time

	Method        string // of the request record; GET where there is none
	RequestHeader http.Header
	RequestBody   []byte

	Proto      string // HTTP/1.1; "" for a resource
	StatusLine string // 200 OK
	Status     int    // 0 for a resource
	Header     http.Header
	Payload    []byte // after chunking, as sent otherwise
	Cut        string // why the payload is not whole: WARC-Truncated, length where it is over the limit, disconnect without the last chunk; ""

	// Revisit says that the payload is that of an earlier record, which is named as far as the file tells.
	Revisit       bool
	NotModified   bool   // the server said so; else the payload had the same digest
	PayloadDigest string // labelled, as stated; "" for none
	RefersToURI   string
	RefersToDate  time.Time

	Damage    string      // what the stated digests say against the bytes, "" for nothing
	Redirects []*Exchange // that led here, the first one first
	Metadata  string      // of a metadata record about it, ""
}

// Exchanges reads the exchanges of a file, in its order. Payloads are read up to most bytes. A broken record is an error
// that wraps ErrFormat and ends the sequence.
func Exchanges(in io.Reader, most int64) iter.Seq2[*Exchange, error] {
	return func(yield func(*Exchange, error) bool) {
		r, err := NewReader(in)
		if err != nil {
			yield(nil, err)
			return
		}
		g := gathering{yield: yield}
		for {
			record, err := r.Next()
			if errors.Is(err, io.EOF) {
				g.end()
				return
			}
			if err == nil {
				err = g.add(record, most)
			}
			if err != nil {
				g.end()
				if !g.stopped {
					yield(nil, err)
				}
				return
			}
			if g.stopped {
				return
			}
		}
	}
}

// gathering puts the records of an exchange together, and its redirects before it.
type gathering struct {
	yield   func(*Exchange, error) bool
	stopped bool

	request *Exchange   // of a request record that waits for its answer
	open    *Exchange   // the answer whose other records may follow
	hops    []*Exchange // answers that sent on to the next
}

// add takes in a record.
func (g *gathering) add(r *Record, most int64) error {
	kind := r.Type()
	switch kind {
	case "response", "revisit", "resource", "request", "metadata":
	default:
		return nil // warcinfo, conversion and continuation bring no answer
	}
	block, err := io.ReadAll(io.LimitReader(r.Block, most+(1<<20)+1)) // room for the header
	if err != nil {
		return fmt.Errorf("record %d: cannot read its block: %w: %w", r.Number, ErrFormat, err)
	}
	uri := r.TargetURI()
	switch kind {
	case "request":
		g.takeRequest(uri, block)
	case "metadata":
		if g.open != nil && g.open.URI == uri {
			g.open.Metadata = string(block)
		}
	default:
		g.close()
		if e := answer(r, kind, block, most); e != nil {
			if q := g.request; q != nil && q.URI == uri {
				e.Method, e.RequestHeader, e.RequestBody = q.Method, q.RequestHeader, q.RequestBody
			}
			g.request, g.open = nil, e
		}
	}
	return nil
}

// takeRequest takes in a request record, which stands behind its answer or before it.
func (g *gathering) takeRequest(uri string, block []byte) {
	m, ok := parseMessage(block)
	if !ok {
		return
	}
	method, _, _ := strings.Cut(m.first, " ")
	q := &Exchange{URI: uri, Method: method, RequestHeader: m.header, RequestBody: m.body}
	if g.open != nil && g.open.URI == uri && g.open.RequestHeader == nil {
		g.open.Method, g.open.RequestHeader, g.open.RequestBody = q.Method, q.RequestHeader, q.RequestBody
		return
	}
	g.request = q
}

// answer is the exchange of a record that brings one; nil where its block is none.
func answer(r *Record, kind string, block []byte, most int64) *Exchange {
	e := &Exchange{Record: r.Number, URI: r.TargetURI(), At: r.Date(), Method: http.MethodGet,
		Cut: r.Fields.Get("Warc-Truncated"), PayloadDigest: r.Fields.Get("Warc-Payload-Digest"),
		RefersToURI:  strings.Trim(r.Fields.Get("Warc-Refers-To-Target-Uri"), "<>"),
		RefersToDate: date(r.Fields.Get("Warc-Refers-To-Date"))}
	if int64(len(block)) == r.Length && judge(r.Fields.Get("Warc-Block-Digest"), block) == wrong {
		e.Damage = "the block does not have the digest that the record states"
	}
	raw := block
	if kind == "resource" {
		e.Payload, e.Header = block, http.Header{}
		if t := r.Fields.Get("Content-Type"); t != "" {
			e.Header.Set("Content-Type", t)
		}
	} else {
		m, ok := parseMessage(block)
		if ok {
			e.Proto, e.StatusLine, e.Status, ok = m.status()
		}
		if !ok && kind == "response" {
			return nil // of a protocol that is not HTTP: dns:
		}
		e.Header, e.Payload, raw = m.header, m.body, m.raw
		if m.cut && e.Cut == "" {
			e.Cut = "disconnect"
		}
	}
	if kind == "revisit" {
		e.Revisit, e.Payload, e.Cut = true, nil, "" // that its block has no payload does not say that the payload was cut
		e.NotModified = strings.Contains(r.Fields.Get("Warc-Profile"), "server-not-modified")
		return e
	}
	if int64(len(e.Payload)) > most || int64(len(block)) < r.Length {
		e.Payload, e.Cut = e.Payload[:min(int64(len(e.Payload)), most)], "length"
		return e
	}
	// Tools differ on whether chunks belong to the payload.
	if e.Damage == "" && judge(e.PayloadDigest, e.Payload) == wrong && judge(e.PayloadDigest, raw) == wrong {
		e.Damage = "the payload does not have the digest that the record states"
	}
	return e
}

// close hands over the open exchange, or keeps it as a hop of the next.
func (g *gathering) close() {
	e := g.open
	g.open = nil
	if e == nil || g.stopped {
		return
	}
	if n := len(g.hops); n > 0 {
		if location(g.hops[n-1]) == e.URI {
			e.Redirects = g.hops
		} else {
			g.flush()
		}
		g.hops = nil
	}
	if location(e) != "" && len(e.Redirects) < maxHops {
		g.hops, e.Redirects = append(e.Redirects, e), nil
		return
	}
	g.give(e)
}

// maxHops is how many redirects one exchange may have.
const maxHops = 20

// location is where an answer sends its client, absolute; "" if it does not.
func location(e *Exchange) string {
	if e.Status < 300 || e.Status > 399 || e.Revisit {
		return ""
	}
	from, err := url.Parse(e.URI)
	if err != nil {
		return ""
	}
	to, err := from.Parse(e.Header.Get("Location"))
	if err != nil || e.Header.Get("Location") == "" {
		return ""
	}
	to.Fragment = ""
	return to.String()
}

// flush hands over redirects that led nowhere.
func (g *gathering) flush() {
	for _, hop := range g.hops {
		g.give(hop)
	}
	g.hops = nil
}

func (g *gathering) give(e *Exchange) {
	if !g.stopped && !g.yield(e, nil) {
		g.stopped = true
	}
}

// end hands over what is left.
func (g *gathering) end() {
	g.close()
	g.flush()
}
