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
	packedSmall   = 0.05     // of the body: so good that it is not even packed without template
	longestChain  = 4        // versions packed one against the other
	openEncoders  = 16       // kept at once, over all hosts, with a decoder each
)

// template is a body whose beginning others are packed against. Bodies of one site share frame, scripts and menus.
type template struct {
	sha256  string
	head    []byte
	encoder *zstd.Encoder // nil until it is used, and again when others need the room
	decoder *zstd.Decoder // likewise
	used    int64
}

// templates are the templates of the hosts that bodies came from, read from the archive when a host is first met.
type templates struct {
	archive *Archive

	mu     sync.Mutex
	byHost map[string][]*template
	bySum  map[string]*template
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
	for _, x := range known {
		t.bySum[x.sha256] = x
	}
	return known, nil
}

// known is the template with this digest; nil if it is not at hand.
func (t *templates) known(sum string) *template {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bySum[sum]
}

// unpack returns the content of a frame that was packed against a template and has so many bytes.
func (t *templates) unpack(x *template, frame []byte, bytes int) ([]byte, error) {
	into, err := room(frame, bytes)
	if err != nil {
		return nil, err
	}
	_, d, err := t.codersOf(x)
	if err != nil {
		return nil, err
	}
	return d.DecodeAll(frame, into)
}

// head is a copy, so that a template does not keep the whole body in memory.
func head(body []byte) []byte { return bytes.Clone(body[:min(len(body), templateHead)]) }

// codersOf are the encoder and the decoder of a template.
func (t *templates) codersOf(x *template) (*zstd.Encoder, *zstd.Decoder, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clock++
	x.used = t.clock
	if x.encoder != nil {
		return x.encoder, x.decoder, nil
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
		oldest.encoder, oldest.decoder = nil, nil // whoever is using them goes on
	}
	e, err := encoderFor(x.head)
	if err != nil {
		return nil, nil, err
	}
	d, err := decoderFor(x.head)
	if err != nil {
		return nil, nil, err
	}
	x.encoder, x.decoder = e, d
	return e, d, nil
}

// encoderFor makes an encoder that packs against a dictionary of raw bytes. Its frames carry no dictionary number (RFC 8878
// section 5), as zstd -D demands for such a dictionary.
func encoderFor(dictionary []byte) (*zstd.Encoder, error) {
	// The tables of a level are made anew for each body, and what the dictionary has is found by the least of them, too.
	e, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(0, dictionary), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(1<<20), zstd.WithEncoderLevel(zstd.SpeedFastest))
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
	if b, err = unpacked(body, stated); err != nil {
		return b, false, err
	}
	// try keeps what comes of packing against a base, if that is smaller than what there is and less than limit.
	try := func(base string, e *zstd.Encoder, limit int, unpack func([]byte) ([]byte, error)) error {
		packed := e.EncodeAll(body, nil)
		if len(packed) >= min(limit, len(b.data)) {
			return nil
		}
		back, err := unpack(packed)
		if err != nil || !bytes.Equal(back, body) {
			return fmt.Errorf("self-test of body %s, packed against %s: %w", b.sha256, base, errOr(err, errOtherBytes))
		}
		b.codec, b.data, b.base = codecZstd, packed, base
		return nil
	}
	var previous string
	var dictionary []byte
	var all []*template
	tried := len(body) >= leastPacked && len(body) <= mostPacked
	if tried {
		if previous, dictionary, err = a.previous(ctx, c); err != nil {
			return b, false, err
		}
		if all, err = t.of(ctx, hostOf(c.URL)); err != nil {
			return b, false, err
		}
		all = t.lastUsedFirst(all)
	}
	against := func(x *template, limit int) error {
		e, d, err := t.codersOf(x)
		if err != nil {
			return err
		}
		return try(x.sha256, e, limit, func(frame []byte) ([]byte, error) {
			return d.DecodeAll(frame, make([]byte, 0, len(body)))
		})
	}
	if previous == "" && len(all) > 0 && all[0].sha256 != b.sha256 {
		if err := against(all[0], int(packedSmall*float64(len(body)))); err != nil || b.base != "" {
			return b, false, err
		}
	}
	if b, err = a.codec.packPlain(b); err != nil || !tried || b.codec == codecRaw {
		return b, false, err
	}
	plain := len(b.data)
	if previous != "" && previous != b.sha256 {
		e, err := encoderFor(dictionary)
		if err == nil {
			err = try(previous, e, plain, func(frame []byte) ([]byte, error) { return unpackWith(frame, dictionary, len(body)) })
		}
		if err != nil || len(b.data) < int(packedWell*float64(plain)) {
			return b, false, err
		}
	}
	for _, x := range all {
		if x.sha256 == b.sha256 {
			return b, false, nil
		}
		if err := against(x, plain); err != nil || len(b.data) < int(packedWell*float64(plain)) {
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
		x := &template{sha256: sum, head: head(body)}
		t.byHost[host], t.bySum[sum] = append(all[:len(all):len(all)], x), x
	}
}

// previous is the last whole answer of the capture's address, to pack its next version against; "" for none, or where
// the chain of versions packed against each other is long.
func (a *Archive) previous(ctx context.Context, c *crawler.Capture) (sum string, dictionary []byte, err error) {
	var known sql.NullString
	ok, err := found(a.reading.QueryRowContext(ctx, `SELECT c.sha256 FROM address a JOIN capture c ON c.capture_id = a.answer_id
		WHERE a.url = ? AND a.method = ? AND a.request_sha256 = ?`, clean(withoutFragment(c.URL)), c.Method, c.RequestSHA256).
		Scan(&known))
	if err != nil || !ok || !known.Valid {
		return "", nil, err
	}
	links, err := selectInts(ctx, a.reading, `WITH RECURSIVE chain(sha256, base) AS (
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
