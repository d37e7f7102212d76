package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// The codecs of blob.codec.
const (
	codecRaw  = "raw"
	codecZstd = "zstd"
)

// maxBody bounds what a damaged row can make us allocate. It is above any --max-body that fits SQLite's blob limit.
const maxBody = 1 << 30

// maxReading is the most bytes that the extractor's result of one document takes, in JSON; more is damage.
const maxReading = 64 << 20

var errDamaged = errors.New("damaged")

// codec packs and unpacks bodies. It may be used from several goroutines.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newCodec() (*codec, error) {
	e, err := zstd.NewWriter(nil)
	if err != nil {
		return nil, fmt.Errorf("make zstd encoder: %w", err)
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBody),
		zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, fmt.Errorf("make zstd decoder: %w", err)
	}
	return &codec{e, d}, nil
}

// blob is a body ready to be stored.
type blob struct {
	sha256 string
	bytes  int
	codec  string
	base   string // digest of the body whose first templateHead bytes are the frame's dictionary, "" for none
	data   []byte
}

// pack makes a blob. It unpacks what it packed and compares, so that no fault of memory or of the compressor is found
// years later; and it refuses a body whose digest is not the one that was stated.
func (c *codec) pack(body []byte, stated string) (blob, error) {
	b, err := unpacked(body, stated)
	if err != nil {
		return b, err
	}
	return c.packPlain(b)
}

// unpacked is the blob of a body as it is.
func unpacked(body []byte, stated string) (blob, error) {
	sum := digest(body)
	if stated != "" && stated != sum {
		return blob{}, fmt.Errorf("body has SHA-256 %s, stated was %s", sum, stated)
	}
	return blob{sha256: sum, bytes: len(body), codec: codecRaw, data: body}, nil
}

// packPlain is the blob of a body that is as it is, packed by itself where that is smaller.
func (c *codec) packPlain(b blob) (blob, error) {
	body := b.data
	packed, err := c.frame(body)
	if err != nil {
		return blob{}, fmt.Errorf("pack body %s: %w", b.sha256, err)
	}
	if packed != nil {
		b.codec, b.data = codecZstd, packed
	}
	if b.data == nil {
		b.data = []byte{} // an empty body is not NULL
	}
	if err := c.test(b, body); err != nil {
		return blob{}, fmt.Errorf("self-test of body %s: %w", b.sha256, err)
	}
	return b, nil
}

// frame is a body packed by itself, nil where that is not smaller. How long the frame of a long body becomes is found out first: where
// it is not a quarter shorter, as of scans and zips, it is not worth having as much in memory again.
func (c *codec) frame(body []byte) ([]byte, error) {
	if len(body) <= mostPacked {
		if packed := c.encoder.EncodeAll(body, nil); len(packed) < len(body) {
			return packed, nil
		}
		return nil, nil
	}
	var length counted
	e, err := zstd.NewWriter(&length, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	_, err = e.Write(body)
	if err := errors.Join(err, e.Close()); err != nil {
		return nil, err
	}
	if int(length) > len(body)/4*3 {
		return nil, nil
	}
	return c.encoder.EncodeAll(body, make([]byte, 0, int(length)+int(length)/8)), nil
}

// counted is how many bytes were written.
type counted int

func (c *counted) Write(b []byte) (int, error) {
	*c += counted(len(b))
	return len(b), nil
}

// test unpacks a blob and compares it with its body: a long one in pieces, so that it is not in memory twice.
func (c *codec) test(b blob, body []byte) error {
	if b.codec == codecRaw || len(body) <= mostPacked {
		back, err := c.unpack(b)
		if err != nil || !bytes.Equal(back, body) {
			return errOr(err, errOtherBytes)
		}
		return nil
	}
	d, err := zstd.NewReader(bytes.NewReader(b.data), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("make zstd decoder: %w", err)
	}
	defer d.Close()
	piece := make([]byte, 1<<20)
	for {
		n, err := d.Read(piece)
		if !bytes.HasPrefix(body, piece[:n]) {
			return errOtherBytes
		}
		body = body[n:]
		switch {
		case err == io.EOF && len(body) > 0:
			return errOtherBytes
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// errLength says that a frame does not hold as much as it should.
var errLength = errors.New("has another length than it should have")

// room is where the content of a frame goes, which has so many bytes: a frame that gives more is refused by the decoder, one
// that says so by itself before anything is made.
func room(frame []byte, bytes int) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(frame); err != nil {
		return nil, err
	}
	if bytes < 0 || bytes > maxBody || h.HasFCS && h.FrameContentSize != uint64(bytes) {
		return nil, errLength
	}
	return make([]byte, 0, bytes), nil
}

// decoderFor makes a decoder for frames that were packed against a dictionary, nil for none. It gives no more than the room there is.
func decoderFor(dictionary []byte) (*zstd.Decoder, error) {
	options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecodeAllCapLimit(true)}
	if dictionary != nil {
		options = append(options, zstd.WithDecoderDictRaw(0, dictionary))
	}
	d, err := zstd.NewReader(nil, options...)
	if err != nil {
		return nil, fmt.Errorf("make zstd decoder with a dictionary: %w", err)
	}
	return d, nil
}

// unpackWith returns the content of a frame that was packed against a dictionary, nil for none, and has so many bytes.
func unpackWith(frame, dictionary []byte, bytes int) ([]byte, error) {
	into, err := room(frame, bytes)
	if err != nil {
		return nil, err
	}
	d, err := decoderFor(dictionary)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(frame, into)
}

// unpackReading returns the content of a reading's frame, maxReading at most, in the room given if that is enough.
func unpackReading(d *zstd.Decoder, frame, into []byte) ([]byte, error) {
	var h zstd.Header
	if err := h.Decode(frame); err != nil {
		return nil, err
	}
	if h.FrameContentSize > maxReading {
		return nil, errLength
	}
	if need := cmp.Or(int(h.FrameContentSize), maxReading); cap(into) < need {
		into = make([]byte, 0, need)
	}
	return d.DecodeAll(frame, into[:0])
}

// errOtherBytes says that what was packed does not come back.
var errOtherBytes = errors.New("unpacks to other bytes")

// errOr is err, or other where there is none.
func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// unpack returns the body of a blob that has no base. It does not check the digest.
func (c *codec) unpack(b blob) ([]byte, error) {
	switch b.codec {
	case codecRaw:
		return b.data, nil
	case codecZstd:
		if b.bytes > mostPacked { // what a decoder made last it keeps until it makes the next
			return unpackWith(b.data, nil, b.bytes)
		}
		into, err := room(b.data, b.bytes)
		if err != nil {
			return nil, err
		}
		return c.decoder.DecodeAll(b.data, into)
	}
	return nil, fmt.Errorf("unknown codec %q", b.codec)
}

// body reads the body with this digest and checks it. The error is sql.ErrNoRows when there is none.
func (a *Archive) body(ctx context.Context, sum string) ([]byte, error) {
	body, err := a.unpacked(ctx, sum, 0)
	if err != nil {
		return nil, fmt.Errorf("read body %s: %w", sum, err)
	}
	return body, nil
}

// unpacked is body, at so many steps from the body that was asked for.
func (a *Archive) unpacked(ctx context.Context, sum string, steps int) ([]byte, error) {
	b := blob{sha256: sum}
	if err := a.bodies.QueryRowContext(ctx, `SELECT bytes, codec, ifnull(base, ''), data FROM blob WHERE sha256 = ?`, sum).
		Scan(&b.bytes, &b.codec, &b.base, (*uncopied)(&b.data)); err != nil {
		return nil, err
	}
	if len(b.data) == 0 && b.bytes > 0 {
		if slim, err := isSlim(ctx, a.read); err != nil || slim {
			return nil, cmp.Or(err, ErrSlim)
		}
	}
	if b.base == "" {
		body, err := a.codec.unpack(b)
		return b.check(body, err)
	}
	if steps > longestChain+1 {
		return nil, fmt.Errorf("%w: more than %d bodies packed against each other", errDamaged, steps)
	}
	if x := a.templates.known(b.base); x != nil { // as most are while a crawl goes on
		body, err := a.templates.unpack(x, b.data, b.bytes)
		return b.check(body, err)
	}
	base, err := a.unpacked(ctx, b.base, steps+1)
	if err != nil {
		return nil, fmt.Errorf("packed against body %s: %w", b.base, err)
	}
	body, err := unpackWith(b.data, head(base), b.bytes)
	return b.check(body, err)
}

// uncopied takes the bytes that the driver made, which makes others for the next row: a copy, as database/sql makes it, would be a
// large body once more in memory. That the bytes stay is seen by their digest.
type uncopied []byte

// Scan implements sql.Scanner.
func (u *uncopied) Scan(value any) error {
	data, ok := value.([]byte)
	if !ok {
		return fmt.Errorf("a body is %T", value)
	}
	*u = data
	return nil
}

// check compares length and digest of an unpacked body with what the archive says of it.
func (b blob) check(body []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("%w: does not unpack: %w", errDamaged, err)
	}
	if len(body) != b.bytes {
		return nil, fmt.Errorf("%w: has %d bytes, should have %d", errDamaged, len(body), b.bytes)
	}
	if sum := digest(body); sum != b.sha256 {
		return nil, fmt.Errorf("%w: hashes to %s", errDamaged, sum)
	}
	return body, nil
}

// save stores the blob unless it is there.
func (b blob) save(ctx context.Context, tx execer) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO blob(sha256, bytes, codec, base, data) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, b.sha256, b.bytes, b.codec, orNull(b.base), b.data)
	if err != nil {
		return fmt.Errorf("store body %s: %w", b.sha256, err)
	}
	return nil
}

// digest is the SHA-256 of a body in hex.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
