package archive

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"nianbao/crawler"
)

// The bounds of packing bodies against others. The figures behind them are in the benchmark BenchmarkSize.
const (
	templateHead  = 64 << 10 // bytes of a body that serve others as dictionary; frames of a site repeat within them
	templatesHost = 8        // templates of a host
	leastPacked   = 512      // shorter bodies are packed by themselves
	mostPacked    = 8 << 20  // longer ones, too: each trial takes as much memory again
	packedWell    = 0.5      // of the size without template: good enough not to try the host's other templates
	packedBadly   = 0.75     // of it: the body is of a template that is not known yet
	longestChain  = 4        // versions packed one against the other
	openEncoders  = 16       // kept at once, over all hosts
)

// template is a body whose beginning others are packed against. Bodies of one site share frame, scripts and menus.
type template struct {
	sha256  string
	head    []byte
	encoder *zstd.Encoder // nil until it is used, and again when others need the room
	used    int64
}

// templates are the templates of the hosts that bodies came from, read from the archive when a host is first met.
type templates struct {
	archive *Archive

	mu     sync.Mutex
	byHost map[string][]*template
	clock  int64 // counts uses
}

// hostOf is what templates are kept by: the host of an address, "" for an address without one.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// of returns the templates of a host, the one used last first.
func (t *templates) of(ctx context.Context, host string) ([]*template, error) {
	t.mu.Lock()
	known, ok := t.byHost[host]
	t.mu.Unlock()
	if ok {
		return known, nil
	}
	sums, err := selectTexts(ctx, t.archive.read, `SELECT sha256 FROM template WHERE host = ? LIMIT ?`, host, templatesHost)
	if err != nil {
		return nil, fmt.Errorf("find the templates of %s: %w", host, err)
	}
	for _, sum := range sums {
		body, err := t.archive.body(ctx, sum)
		if err != nil {
			continue // damaged: verify says so, and nothing more is packed against it
		}
		known = append(known, &template{sha256: sum, head: head(body)})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if others, ok := t.byHost[host]; ok {
		return others, nil
	}
	t.byHost[host] = known
	return known, nil
}

// head is a copy, so that a template does not keep the whole body in memory.
func head(body []byte) []byte { return bytes.Clone(body[:min(len(body), templateHead)]) }

// encoderOf is the encoder of a template.
func (t *templates) encoderOf(x *template) (*zstd.Encoder, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clock++
	x.used = t.clock
	if x.encoder != nil {
		return x.encoder, nil
	}
	var oldest *template
	open := 0
	for _, all := range t.byHost {
		for _, other := range all {
			if other.encoder == nil {
				continue
			}
			if open++; oldest == nil || other.used < oldest.used {
				oldest = other
			}
		}
	}
	if open >= openEncoders {
		oldest.encoder = nil // whoever is using it goes on
	}
	var err error
	x.encoder, err = encoderFor(x.head)
	return x.encoder, err
}

// encoderFor makes an encoder that packs against a dictionary of raw bytes. Its frames carry no dictionary number (RFC 8878
// section 5), as zstd -D demands for such a dictionary.
func encoderFor(dictionary []byte) (*zstd.Encoder, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(0, dictionary), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, fmt.Errorf("make a zstd encoder with a dictionary: %w", err)
	}
	return e, nil
}

// pack makes the blob of a body of this address: by itself, or against another body where that is a good deal smaller. What
// the address answered before comes first, as versions differ little, then the templates of its host. fresh says that the
// blob is to be a template for what comes.
func (t *templates) pack(ctx context.Context, c *crawler.Capture, body []byte, stated string) (b blob, fresh bool, err error) {
	a := t.archive
	if b, err = a.codec.pack(body, stated); err != nil || len(body) < leastPacked || len(body) > mostPacked || b.codec == codecRaw {
		return b, false, err
	}
	plain := len(b.data)
	try := func(base string, e *zstd.Encoder, dictionary []byte) error {
		packed := e.EncodeAll(body, nil)
		if len(packed) >= len(b.data) {
			return nil
		}
		back, err := a.codec.unpackWith(packed, dictionary, len(body))
		if err != nil || !bytes.Equal(back, body) {
			return fmt.Errorf("self-test of body %s, packed against %s: %w", b.sha256, base, errOr(err, errOtherBytes))
		}
		b.data, b.base = packed, base
		return nil
	}
	previous, dictionary, err := a.previous(ctx, c)
	if err != nil {
		return b, false, err
	}
	if previous != "" && previous != b.sha256 {
		e, err := encoderFor(dictionary)
		if err == nil {
			err = try(previous, e, dictionary)
		}
		if err != nil || len(b.data) < int(packedWell*float64(plain)) {
			return b, false, err
		}
	}
	host := hostOf(c.URL)
	all, err := t.of(ctx, host)
	if err != nil {
		return b, false, err
	}
	for _, x := range t.lastUsedFirst(all) {
		if x.sha256 == b.sha256 {
			return b, false, nil
		}
		e, err := t.encoderOf(x)
		if err == nil {
			err = try(x.sha256, e, x.head)
		}
		if err != nil || len(b.data) < int(packedWell*float64(plain)) {
			return b, false, err
		}
	}
	return b, b.base == "" || len(b.data) > int(packedBadly*float64(plain)), nil
}

// lastUsedFirst is a copy in that order.
func (t *templates) lastUsedFirst(all []*template) []*template {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := append([]*template(nil), all...)
	for i := range out { // eight at most, and mostly in order
		for j := i; j > 0 && out[j].used > out[j-1].used; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// add makes a stored body a template of its host, unless the host has enough.
func (t *templates) add(host, sum string, body []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.byHost[host]
	if len(all) < templatesHost {
		t.byHost[host] = append(all[:len(all):len(all)], &template{sha256: sum, head: bytes.Clone(head(body))})
	}
}

// previous is the last whole answer of the capture's address, to pack its next version against; "" for none, or where
// the chain of versions packed against each other is long.
func (a *Archive) previous(ctx context.Context, c *crawler.Capture) (sum string, dictionary []byte, err error) {
	var known sql.NullString
	ok, err := found(a.read.QueryRowContext(ctx, `SELECT c.sha256 FROM address a JOIN capture c ON c.capture_id = a.answer_id
		WHERE a.url = ? AND a.method = ? AND a.request_sha256 = ?`, clean(withoutFragment(c.URL)), c.Method, c.RequestSHA256).
		Scan(&known))
	if err != nil || !ok || !known.Valid {
		return "", nil, err
	}
	links, err := selectInts(ctx, a.read, `WITH RECURSIVE chain(sha256, base) AS (
			SELECT sha256, base FROM blob WHERE sha256 = ?
			UNION ALL SELECT b.sha256, b.base FROM chain c JOIN blob b ON b.sha256 = c.base
			LIMIT ?) -- a damaged archive may have a chain that is a circle
		SELECT count(*) FROM chain WHERE base IS NOT NULL`, known.String, longestChain+1)
	if err != nil || len(links) == 0 || links[0] >= longestChain {
		return "", nil, err
	}
	body, err := a.body(ctx, known.String)
	if err != nil {
		return "", nil, nil // damaged: verify says so
	}
	return known.String, head(body), nil
}
