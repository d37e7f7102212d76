package warc

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// Field is a named field of a record.
type Field struct{ Name, Value string }

// Writer writes records, each in a gzip member of its own (WARC 1.1 annex D).
type Writer struct {
	out    io.Writer
	offset int64
	packed bytes.Buffer
	zip    *gzip.Writer
}

// NewWriter writes to out.
func NewWriter(out io.Writer) *Writer {
	w := &Writer{out: out}
	w.zip, _ = gzip.NewWriterLevel(&w.packed, gzip.DefaultCompression) // the level is a good one
	return w
}

// Place is where a record stands in the file.
type Place struct{ Offset, Length int64 }

// Write writes a record of this type about an address ("" for none), with more fields and its block, and returns its
// number, which later records refer to. The number is made from the content and seed.
func (w *Writer) Write(kind, uri string, at time.Time, seed string, fields []Field, block []byte) (id string, p Place, err error) {
	id = recordID(kind, uri, at, seed, block)
	var head bytes.Buffer
	head.WriteString("WARC/1.1\r\n")
	put := func(name, value string) { fmt.Fprintf(&head, "%s: %s\r\n", name, oneLine(value)) }
	put("WARC-Type", kind)
	put("WARC-Record-ID", id)
	put("WARC-Date", at.UTC().Format("2006-01-02T15:04:05.000Z"))
	if uri != "" {
		put("WARC-Target-URI", uri)
	}
	for _, f := range fields {
		if f.Value != "" {
			put(f.Name, f.Value)
		}
	}
	put("WARC-Block-Digest", Digest(block))
	put("Content-Length", fmt.Sprint(len(block)))
	head.WriteString("\r\n")

	w.packed.Reset()
	w.zip.Reset(&w.packed)
	for _, part := range [][]byte{head.Bytes(), block, []byte("\r\n\r\n")} {
		if _, err := w.zip.Write(part); err != nil {
			return "", Place{}, fmt.Errorf("pack a record: %w", err)
		}
	}
	if err := w.zip.Close(); err != nil {
		return "", Place{}, fmt.Errorf("pack a record: %w", err)
	}
	p = Place{w.offset, int64(w.packed.Len())}
	n, err := w.out.Write(w.packed.Bytes())
	w.offset += int64(n)
	if err != nil {
		return "", Place{}, fmt.Errorf("write a record: %w", err)
	}
	return id, p, nil
}

// recordID makes a number from what a record holds: the same archive gives the same file.
func recordID(kind, uri string, at time.Time, seed string, block []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n%s\n", kind, uri, at.UTC().Format(time.RFC3339Nano), seed)
	h.Write(block)
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// oneLine keeps a value from ending its field.
func oneLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, s)
}

// ResponseBlock is the HTTP message of an answer: its payload stands behind it as it is, so the header says how long it
// is, and not that it is chunked.
func ResponseBlock(proto, statusLine string, header http.Header, payload []byte) []byte {
	if !strings.HasPrefix(proto, "HTTP/1.") {
		proto = "HTTP/1.1" // HTTP/2 has no text form
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\r\n", proto, oneLine(statusLine))
	writeHeader(&b, header)
	b.Write(payload)
	return b.Bytes()
}

// RequestBlock is the HTTP message of a request without body, to the target of an address.
func RequestBlock(method, target, host string, header http.Header) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", oneLine(method), oneLine(target))
	if header.Get("Host") == "" {
		fmt.Fprintf(&b, "Host: %s\r\n", oneLine(host))
	}
	writeHeader(&b, header)
	return b.Bytes()
}

// writeHeader writes header fields by name, and the empty line behind them. Values are bytes.
func writeHeader(b *bytes.Buffer, header http.Header) {
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		shown := name
		if strings.EqualFold(name, "Transfer-Encoding") {
			shown = "X-Archive-Orig-Transfer-Encoding" // the chunks are undone
		}
		for _, value := range header[name] {
			b.WriteString(shown)
			b.WriteString(": ")
			b.WriteString(strings.NewReplacer("\r", " ", "\n", " ").Replace(value))
			b.WriteString("\r\n")
		}
	}
	b.WriteString("\r\n")
}
