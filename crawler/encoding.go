package crawler

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Decode undoes the Content-Encoding (RFC 9110 section 8.4) of a captured body, for reading; what the archive keeps is
// the body as it was sent. It knows gzip, deflate (both with and without the zlib wrapper, as servers send both) and
// identity. limit is the most bytes that the result may have, 0 for no limit. Errors: an encoding it does not know, a
// damaged body, a result over the limit.
func Decode(header http.Header, body []byte, limit int64) ([]byte, error) {
	codings := strings.FieldsFunc(strings.ToLower(strings.Join(header.Values("Content-Encoding"), ",")),
		func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	for _, coding := range slices.Backward(codings) {
		if coding == "identity" || len(body) == 0 {
			continue
		}
		r, err := decoder(coding, body)
		if err != nil {
			return nil, fmt.Errorf("undo content encoding %s: %w", coding, err)
		}
		if body, err = readAtMost(r, limit); err != nil {
			return nil, fmt.Errorf("undo content encoding %s: %w", coding, err)
		}
	}
	return body, nil
}

func decoder(coding string, body []byte) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		// RFC 9110 means zlib by deflate, yet many servers send the raw stream. The zlib header tells them apart.
		br := bufio.NewReader(bytes.NewReader(body))
		if head, err := br.Peek(2); err == nil && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
			return zlib.NewReader(br)
		}
		return flate.NewReader(br), nil
	}
	return nil, fmt.Errorf("not known")
}

func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	if limit <= 0 {
		return io.ReadAll(r)
	}
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return b, err
}
