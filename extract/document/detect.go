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

// IsPDF says whether Read takes bytes for a PDF. Where they are one, Prepare should be called before a deadline is set.
func IsPDF(body []byte) bool { return binaryFormat(body) == "pdf" }

// Prepare makes the engine that reads PDF, which takes seconds if it is not compiled yet: on a busy machine they would not be
// the document's. The error says that it cannot be made.
func (r *Reader) Prepare() error { return r.pdf.prepare() }

// Read turns the bytes of one file into a Document. The format is decided by content, never by name or by the header,
// which servers get wrong. The header's content type only helps to decode text. The errors name the format found.
//
// A PDF that is not read when the deadline of ctx comes is ErrLimit; if ctx is cancelled, its cause is the error. Other
// formats take no time to speak of within their limits, and do not look at ctx.
func (r *Reader) Read(ctx context.Context, body []byte, contentType string) (Document, error) {
	return r.read(ctx, body, contentType, r.options)
}

// read is Read of a file that may stand in another.
func (r *Reader) read(ctx context.Context, body []byte, contentType string, o Options) (Document, error) {
	if len(body) == 0 {
		return Document{}, ErrEmpty
	}
	if isZip(body) {
		return readPack(body, o)
	}
	if isRar(body) {
		return Document{Media: "rar"}, listed("rar", body, o)
	}
	if IsGzip(body) {
		return r.readGzip(ctx, body, contentType, o)
	}
	if bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return readOLE(body, o)
	}
	if bytes.HasPrefix(body, []byte(`{\rtf`)) {
		return readRTF(body, o)
	}
	switch format := binaryFormat(body); format {
	case "":
	case "jpeg image", "png image", "gif image", "bmp image":
		return readPicture(body, o)
	case "pdf":
		return readPDF(ctx, &r.pdf, body, o)
	default:
		return Document{}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
	if isMHTML(body) {
		return readMHTML(body, o)
	}
	if isPlain(body) {
		return readPlain(body, contentType, o)
	}
	return readHTML(body, contentType, o.Limits)
}

// Read reads one file, without a limit on time. For several, a Reader reads PDF faster.
func Read(body []byte, contentType string, o Options) (Document, error) {
	r := NewReader(o)
	d, err := r.Read(context.Background(), body, contentType)
	return d, errors.Join(err, r.Close())
}

// magic lists the first bytes of formats that are no text.
var magic = []struct{ prefix, format string }{
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
	if !isUTF16(body) && bytes.IndexByte(head, 0) >= 0 {
		return "unknown binary"
	}
	if isJSON(body) {
		return "JSON"
	}
	return ""
}

// readPack reads what is in a zip container, by its members.
func readPack(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "zip", o.Limits)
	if err != nil {
		return Document{Media: "zip"}, err
	}
	switch format := p.format(); format {
	case "docx":
		return readDOCX(body, o)
	case "xlsx":
		return readXLSX(body, o)
	case "odt":
		return readODT(body, o)
	case "":
		return Document{Media: "zip"}, listed("zip", body, o)
	default:
		return Document{Media: format}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
}
