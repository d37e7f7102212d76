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
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		return readPack(body, o)
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
	return readHTML(body, contentType)
}

// magic lists the first bytes of formats that are no text.
var magic = []struct{ prefix, format string }{
	{"%PDF-", "pdf"},
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
