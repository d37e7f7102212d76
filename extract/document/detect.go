package document

import (
	"bytes"
	"fmt"
)

// Read turns the bytes of one file into a Document. The format is decided by content, never by name or by the header,
// which servers get wrong. The header's content type only helps to decode text. The errors name the format found.
func Read(body []byte, contentType string, o Options) (Document, error) {
	if len(body) == 0 {
		return Document{}, ErrEmpty
	}
	if isZip(body) {
		return readPack(body, o)
	}
	if isRar(body) {
		return Document{Media: "rar"}, listed("rar", body, o)
	}
	if isGzip(body) {
		return readGzip(body, contentType, o)
	}
	if bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return readOLE(body, o)
	}
	if bytes.HasPrefix(body, []byte(`{\rtf`)) {
		return readRTF(body, o)
	}
	if format := binaryFormat(body); format != "" {
		return Document{}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
	if isMHTML(body) {
		return readMHTML(body, o)
	}
	if isPlain(body) {
		return readPlain(body, contentType, o)
	}
	return readHTML(body, contentType)
}

// magic lists the first bytes of formats that are no text.
var magic = []struct{ prefix, format string }{
	{"%PDF-", "pdf"},
	{"7z\xbc\xaf", "7z"},
	{"\xff\xd8\xff", "jpeg image"},
	{"\x89PNG", "png image"},
	{"GIF8", "gif image"},
	{"BM", "bmp image"},
}

// binaryFormat names the format of bytes that are no HTML, "" where they may be.
func binaryFormat(body []byte) string {
	head := bytes.TrimLeft(body[:min(len(body), 1024)], "\xef\xbb\xbf \t\r\n")
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
