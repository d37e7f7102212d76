package archive

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// The codecs of blob.codec.
const (
	codecRaw  = "raw"
	codecZstd = "zstd"
)

// maxBody bounds what a damaged frame can make us allocate. It is above any --max-body that fits SQLite's blob limit.
const maxBody = 1 << 30

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
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBody))
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
	if packed := c.encoder.EncodeAll(body, nil); len(packed) < len(body) {
		b.codec, b.data = codecZstd, packed
	}
	if b.data == nil {
		b.data = []byte{} // an empty body is not NULL
	}
	back, err := c.unpack(b)
	if err != nil || !bytes.Equal(back, body) {
		return blob{}, fmt.Errorf("self-test of body %s: %w", b.sha256, errOr(err, errOtherBytes))
	}
	return b, nil
}

// decoderFor makes a decoder for frames that were packed against a dictionary.
func decoderFor(dictionary []byte) (*zstd.Decoder, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(0, dictionary), zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(maxBody))
	if err != nil {
		return nil, fmt.Errorf("make zstd decoder with a dictionary: %w", err)
	}
	return d, nil
}

// unpackWith returns the content of a frame that was packed against a dictionary.
func unpackWith(frame, dictionary []byte) ([]byte, error) {
	d, err := decoderFor(dictionary)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.DecodeAll(frame, nil)
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
		return c.decoder.DecodeAll(b.data, nil)
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
	if err := a.reading.QueryRowContext(ctx, `SELECT bytes, codec, `+a.baseColumn+`, data FROM blob WHERE sha256 = ?`, sum).
		Scan(&b.bytes, &b.codec, &b.base, &b.data); err != nil {
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
		return nil, fmt.Errorf("damaged: more than %d bodies packed against each other", steps)
	}
	if x := a.templates.known(b.base); x != nil { // as most are while a crawl goes on
		body, err := a.templates.unpack(x, b.data)
		return b.check(body, err)
	}
	base, err := a.unpacked(ctx, b.base, steps+1)
	if err != nil {
		return nil, fmt.Errorf("packed against body %s: %w", b.base, err)
	}
	body, err := unpackWith(b.data, head(base))
	return b.check(body, err)
}

// check compares length and digest of an unpacked body with what the archive says of it.
func (b blob) check(body []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("damaged: does not unpack: %w", err)
	}
	if len(body) != b.bytes {
		return nil, fmt.Errorf("damaged: has %d bytes, should have %d", len(body), b.bytes)
	}
	if sum := digest(body); sum != b.sha256 {
		return nil, fmt.Errorf("damaged: hashes to %s", sum)
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
