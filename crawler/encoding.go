package crawler

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// The bounds of what is unpacked, beside the caller's. Pages are packed once, and to a fiftieth at best.
const (
	maxCodings = 5       // one in the other
	maxRatio   = 200     // bytes of the result for each byte of the body
	freeRatio  = 1 << 20 // bytes of the result up to which the ratio does not matter
)

// Why a Content-Encoding cannot be undone, where the body is not simply damaged.
var (
	errUnknownCoding = errors.New("not known")
	errOverLimit     = errors.New("over the limit")
)

// maxWindow is how far back zstd may refer: what RFC 9659 allows in a Content-Encoding.
const maxWindow = 8 << 20

// Decode undoes the Content-Encoding (RFC 9110 section 8.4) of a captured body, for reading; what the archive keeps is
// the body as it was sent. It knows gzip, deflate (both with and without the zlib wrapper, as servers send both), br,
// zstd and identity, up to five of them one in the other. limit is the most bytes that the result may have, 0 for no limit of
// the caller's; nor may it have more than 1 MiB and 200 times the bytes of the body. Errors: an encoding it does not know, a
// damaged body, a result over a limit.
func Decode(header http.Header, body []byte, limit int64) ([]byte, error) {
	named := codings(header)
	if len(named) > maxCodings {
		return nil, fmt.Errorf("undo %d content encodings: %w of %d", len(named), errOverLimit, maxCodings)
	}
	for _, coding := range named {
		if len(body) == 0 {
			break
		}
		r, err := decoder(coding, bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("undo content encoding %s: %w", coding, err)
		}
		most, why := max(freeRatio, maxRatio*int64(len(body))), fmt.Sprintf(", which for %d bytes is the most", len(body))
		if limit > 0 && limit <= most {
			most, why = limit, ""
		}
		if body, err = readAtMost(r, most); errors.Is(err, errOverLimit) {
			return nil, fmt.Errorf("undo content encoding %s: %w of %d bytes%s", coding, err, most, why)
		} else if err != nil {
			return nil, fmt.Errorf("undo content encoding %s: %w", coding, err)
		}
	}
	return body, nil
}

// decodeStart undoes the Content-Encoding of the beginning of a body: of at most limit bytes, and as far as it goes.
func decodeStart(header http.Header, body []byte, limit int64) []byte {
	var r io.Reader = bytes.NewReader(body)
	named := codings(header)
	if len(named) > maxCodings {
		return nil
	}
	for _, coding := range named {
		var err error
		if r, err = decoder(coding, r); err != nil {
			return nil
		}
	}
	start, _ := io.ReadAll(io.LimitReader(r, limit)) // what came before the damage is the beginning too
	return start
}

// unpacksBeyond says whether a body, or what it unpacks to, has more than so many bytes.
func unpacksBeyond(header http.Header, body []byte, limit int64) bool {
	return int64(len(body)) > limit ||
		len(codings(header)) > 0 && int64(len(decodeStart(header, body, limit+1))) > limit
}

// codings are the encodings of a body, the outermost first. identity is none.
func codings(header http.Header) []string {
	named := strings.FieldsFunc(strings.ToLower(strings.Join(header.Values("Content-Encoding"), ",")),
		func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	named = slices.DeleteFunc(named, func(coding string) bool { return coding == "identity" })
	slices.Reverse(named)
	return named
}

func decoder(coding string, body io.Reader) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(body)
	case "deflate":
		// RFC 9110 means zlib by deflate, yet many servers send the raw stream. The zlib header tells them apart.
		br := bufio.NewReader(body)
		if head, err := br.Peek(2); err == nil && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			return zlib.NewReader(br)
		}
		return flate.NewReader(br), nil
	case "br":
		return brotli.NewReader(body), nil
	case "zstd":
		r, err := zstd.NewReader(body, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		return r.IOReadCloser(), nil
	}
	return nil, errUnknownCoding
}

func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = errOverLimit
	}
	return b, err
}
