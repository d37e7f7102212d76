package crawler

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Media is the format of what came, as mediaOf tells it by the bytes and the file's name, or that in its address; "" if
// neither says, or if no body came.
func (c *Capture) Media() string {
	body, err := Decode(c.Header, c.Body, DefaultMaxBody)
	if err != nil || len(body) == 0 {
		return ""
	}
	name := c.Name
	if u, err := url.Parse(c.URL); err == nil && name == "" {
		name = addressName(u)
	}
	return mediaOf(body, name)
}

// mediaOf names the format of a file: pdf, doc, docx, xls, xlsx, wps, et, odt, ofd, ceb, rtf, zip, rar, 7z, gzip, image,
// html or text; "" if it is none of them. The bytes decide. The name is asked where they do not: for the formats that share the
// OLE container, and for those that have no sign of their own.
func mediaOf(body []byte, name string) string {
	named := byEnding[strings.ToLower(path.Ext(strings.TrimSpace(name)))]
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	head := body[:min(len(body), 1024)]
	for _, m := range magic {
		if bytes.HasPrefix(body, []byte(m.prefix)) {
			return m.media
		}
	}
	switch {
	case bytes.HasPrefix(body, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if ole[named] {
			return named
		}
		return "doc"
	case bytes.HasPrefix(body, []byte("PK\x03\x04")), bytes.HasPrefix(body, []byte("PK\x05\x06")):
		return packed(body, named)
	case bytes.Contains(head, []byte("%PDF-")): // what readers of PDF accept
		return "pdf"
	}
	sniffed := http.DetectContentType(body)
	switch {
	case strings.HasPrefix(sniffed, "image/"):
		return "image"
	case !strings.HasPrefix(sniffed, "text/") || len(body) == 0:
		return named
	case strings.HasPrefix(sniffed, "text/html"), bytes.Contains(bytes.ToLower(head), []byte("<html")):
		return "html"
	}
	return "text"
}

// magic lists formats that their first bytes tell alone.
var magic = []struct{ prefix, media string }{
	{"{\\rtf", "rtf"}, {"Rar!", "rar"}, {"7z\xbc\xaf", "7z"}, {"\x1f\x8b\x08", "gzip"}, {"MIME-Version:", "html"}, // a saved page
	{"II*\x00", "image"}, {"MM\x00*", "image"},
}

// ole are the formats that are kept in an OLE container.
var ole = map[string]bool{"doc": true, "xls": true, "wps": true, "et": true}

// byEnding is the format that the ending of a name promises.
var byEnding = map[string]string{
	".pdf": "pdf", ".doc": "doc", ".docx": "docx", ".xls": "xls", ".xlsx": "xlsx", ".wps": "wps", ".et": "et",
	".odt": "odt", ".ofd": "ofd", ".ceb": "ceb", ".rtf": "rtf", ".zip": "zip", ".rar": "rar", ".txt": "text",
	".html": "html", ".htm": "html", ".shtml": "html", ".jpg": "image", ".jpeg": "image", ".png": "image",
	".gif": "image", ".bmp": "image", ".tif": "image", ".tiff": "image", ".webp": "image",
}

// members are what the formats kept in a ZIP container hold, each with something that only it has.
var members = []struct{ name, media string }{
	{"word/document.xml", "docx"}, {"xl/workbook.xml", "xlsx"}, {"OFD.xml", "ofd"}, {"content.xml", "odt"},
}

// packed is the format of a ZIP container, by its members; by its name if the directory of its members is damaged.
func packed(body []byte, named string) string {
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		switch named {
		case "docx", "xlsx", "odt", "ofd":
			return named
		}
		return "zip"
	}
	for _, m := range members {
		for _, f := range r.File {
			if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), m.name) {
				return m.media
			}
		}
	}
	return "zip"
}
