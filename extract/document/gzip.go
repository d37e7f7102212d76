package document

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
)

// IsGzip says whether bytes are one file in gzip (RFC 1952), which may be two hundred times as large.
func IsGzip(body []byte) bool { return bytes.HasPrefix(body, []byte("\x1f\x8b\x08")) }

// gunzip unpacks one file; no limit is the default. Bytes that come with an error are part of its content. Errors wrap ErrDamaged or ErrLimit.
func gunzip(body []byte, l Limits) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("gzip: %w: %w", ErrDamaged, err)
	}
	defer r.Close()
	most := min(l.Inflated, max(smallMember, int64(len(body))*l.Ratio))
	inner, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(inner)) > most:
		return inner, fmt.Errorf("gzip unpacks to more than %d bytes: %w", most, ErrLimit)
	case err != nil:
		return inner, fmt.Errorf("gzip: %w: %w", ErrDamaged, err)
	}
	return inner, nil
}

// readGzip reads the file inside by its own type.
func (r *Reader) readGzip(ctx context.Context, body []byte, contentType string, o Options) (Document, error) {
	o.Limits = o.Limits.orDefault()
	if o.depth++; o.depth > o.Limits.Depth {
		return Document{Media: "gzip"}, fmt.Errorf("gzip: containers nested deeper than %d: %w", o.Limits.Depth, ErrLimit)
	}
	inner, err := gunzip(body, o.Limits)
	if err != nil {
		return Document{Media: "gzip"}, err
	}
	d, err := r.read(ctx, inner, contentType, o)
	if err != nil {
		return d, fmt.Errorf("gzip: %w", err)
	}
	return d, nil
}
