package crawler

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"net/http"
	"testing"
)

// zipOf is a ZIP container with empty members of these names.
func zipOf(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMediaOf(t *testing.T) {
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"
	docx := zipOf(t, "[Content_Types].xml", "word/document.xml")
	for _, c := range []struct{ body, name, want string }{
		{"%PDF-1.4\n", "年报.doc", "pdf"},
		{"\r\nHTTP junk\r\n%PDF-1.4\n", "", "pdf"},
		{ole, "年报.doc", "doc"}, {ole, "年报.XLS", "xls"}, {ole, "年报.wps", "wps"}, {ole, "年报.et", "et"},
		{ole, "", "doc"}, {ole, "年报.pdf", "doc"}, {ole, "年报.docx", "doc"},
		{docx, "年报.doc", "docx"}, {docx, "年报.wps", "docx"},
		{zipOf(t, `word\document.xml`), "", "docx"},
		{zipOf(t, "xl/workbook.xml"), "", "xlsx"},
		{zipOf(t, "OFD.xml", "Doc_0/Document.xml"), "", "ofd"},
		{zipOf(t, "mimetype", "content.xml"), "", "odt"},
		{zipOf(t, "1.doc", "2.doc"), "年报.docx", "zip"}, {zipOf(t), "", "zip"},
		{docx[:len(docx)-30], "年报.docx", "docx"}, {docx[:len(docx)-30], "年报.pdf", "zip"},
		{"Rar!\x1a\x07\x00", "", "rar"}, {"7z\xbc\xaf\x27\x1c", "", "7z"}, {"\x1f\x8b\x08\x00", "年报.doc", "gzip"},
		{"MIME-Version: 1.0\r\nContent-Type: multipart/related", "年报.doc", "html"},
		{`{\rtf1\ansi}`, "年报.doc", "rtf"},
		{"\xff\xd8\xff\xe0", "", "image"}, {"\x89PNG\r\n\x1a\n", "", "image"}, {"GIF89a", "", "image"}, {"II*\x00\x08", "", "image"},
		{"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", "年报.pdf", "html"},
		{"<?xml version=\"1.0\"?>\n<HTML xmlns=\"…\">", "年报.doc", "html"},
		{gb18030(t, "<p>年报</p>"), "", "html"},
		{gb18030(t, "2023年年报"), "年报.txt", "text"}, {"年报", "年报.doc", "text"},
		{"\x00\x01\x02", "年报.ceb", "ceb"}, {"\x00\x01\x02", "年报.dat", ""}, {"", "年报.pdf", "pdf"}, {"", "", ""},
	} {
		if got := mediaOf([]byte(c.body), c.name); got != c.want {
			t.Errorf("%.20q named %s: got %q, want %q", c.body, c.name, got, c.want)
		}
	}
}

// The format is that of the bytes without their Content-Encoding, under the name of the file or of its address.
func TestMediaOfACapture(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := Capture{URL: "http://x.gov.cn/d.jsp?filename=1.xls", Header: http.Header{"Content-Encoding": {"gzip"}}, Body: packed.Bytes()}
	if got := c.Media(); got != "xls" {
		t.Errorf("by its address: %q", got)
	}
	c.Name = "年报.wps"
	if got := c.Media(); got != "wps" {
		t.Errorf("by its name: %q", got)
	}
	if c.Body = c.Body[:3]; c.Media() != "" {
		t.Errorf("damaged: %q", c.Media())
	}
}
