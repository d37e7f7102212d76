package document

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrFormat is wrapped by the errors of Read for a file that is of no format this version reads.
var ErrFormat = errors.New("format not read by this version")

// ErrEmpty is returned by Read for a file without any bytes.
var ErrEmpty = errors.New("the file is empty")

// Read turns the bytes of one file into a Document. The format is decided by content, never by name or by the header,
// which servers get wrong. The header's content type only helps to decode text. The errors name the format found.
func Read(body []byte, contentType string) (Document, error) {
	if len(body) == 0 {
		return Document{}, ErrEmpty
	}
	if format := binaryFormat(body); format != "" {
		return Document{}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
	return readHTML(body, contentType)
}

// magic lists the first bytes of formats that are no text.
var magic = []struct{ prefix, format string }{
	{"%PDF-", "pdf"},
	{"PK\x03\x04", "zip container (docx, xlsx, wps, ofd …)"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE2 container (doc, xls, wps …)"},
	{"Rar!", "rar"},
	{"{\\rtf", "rtf"},
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
