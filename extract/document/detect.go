package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Reader reads files one after the other. It keeps what is costly to make, the engine that reads PDF, from one to the
// next; nothing is made before the first PDF. Several goroutines may use it; they read one PDF at a time.
type Reader struct {
	options Options
	pdf     pdfEngine
}

// NewReader makes a Reader. It is to be closed.
func NewReader(o Options) *Reader {
	return &Reader{options: o, pdf: pdfEngine{cache: o.CompileCache}}
}

// Close releases what the Reader holds.
func (r *Reader) Close() error { return r.pdf.Close() }

// Read turns the bytes of one file into a Document. The format is decided by content, never by name or by the header,
// which servers get wrong. The header's content type only helps to decode text. The errors name the format found.
//
// A PDF that is not read when the deadline of ctx comes is ErrLimit; if ctx is cancelled, its cause is the error. Other
// formats take no time to speak of within their limits, and do not look at ctx.
func (r *Reader) Read(ctx context.Context, body []byte, contentType string) (Document, error) {
	if len(body) == 0 {
		return Document{}, ErrEmpty
	}
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return readPack(body, r.options)
	}
	if bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return readOLE(body, r.options)
	}
	if bytes.HasPrefix(body, []byte(`{\rtf`)) {
		return readRTF(body, r.options)
	}
	switch format := binaryFormat(body); format {
	case "":
		return readHTML(body, contentType)
	case "jpeg image", "png image", "gif image":
		return readPicture(body, r.options)
	case "pdf":
		return readPDF(ctx, &r.pdf, body, r.options)
	default:
		return Document{}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
}

// Read reads one file, without a limit on time. For several, a Reader reads PDF faster.
func Read(body []byte, contentType string, o Options) (Document, error) {
	r := NewReader(o)
	d, err := r.Read(context.Background(), body, contentType)
	return d, errors.Join(err, r.Close())
}

// magic lists the first bytes of formats that are no text.
var magic = []struct{ prefix, format string }{
	{"Rar!", "rar"},
	{"\x1f\x8b", "gzip"},
	{"7z\xbc\xaf", "7z"},
	{"\xff\xd8\xff", "jpeg image"},
	{"\x89PNG", "png image"},
	{"GIF8", "gif image"},
	{"BM", "bmp image"},
}

// binaryFormat names the format of bytes that are no HTML, "" where they may be.
func binaryFormat(body []byte) string {
	head := bytes.TrimLeft(body[:min(len(body), 1024)], "\xef\xbb\xbf \t\r\n")
	if i := bytes.Index(head, []byte("%PDF-")); i >= 0 && bytes.IndexByte(head[:i], '<') < 0 {
		return "pdf" // what may stand in front of it: ISO 32000-1, appendix H, implementation note 13
	}
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) && (len(m.prefix) > 2 || bytes.IndexByte(head, 0) >= 0) {
			return m.format
		}
	}
	utf16 := bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff"))
	if !utf16 && bytes.IndexByte(head, 0) >= 0 {
		return "unknown binary"
	}
	if !utf16 && bytes.IndexByte(body, '<') < 0 {
		return "plain text"
	}
	return ""
}

// readPack reads what is in a zip container, by its members.
func readPack(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "zip", o.Limits)
	if err != nil {
		return Document{Media: "zip"}, err
	}
	switch {
	case p.has("word/document.xml"):
		return readDOCX(body, o)
	case p.has("xl/workbook.xml"):
		return readXLSX(body, o)
	case p.has("content.xml") && p.has("styles.xml"):
		return readODT(body, o)
	}
	return Document{Media: "zip"}, fmt.Errorf("zip container: %w", ErrFormat)
}
