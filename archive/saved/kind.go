package saved

import (
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"slices"
	"strings"

	"nianbao/crawler"
)

// Kind is what a file is to an import.
type Kind string

// The kinds of files. Pages, MHTML and attachments become captures; WARC files and databases hold captures themselves.
const (
	Page       Kind = "page"
	MHTML      Kind = "mhtml" // a page with all it needs in one file (RFC 2557)
	Attachment Kind = "attachment"
	Picture    Kind = "picture" // counts only where it was named itself, or is the text of a page
	WARC       Kind = "warc"    // ISO 28500
	Database   Kind = "database"
	Other      Kind = "other"
)

var (
	documents = []string{"pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "odt", "ofd", "ceb", "rtf", "zip", "rar"}
	// pageEndings and documentEndings are asked where the bytes are text, which could be anything.
	pageEndings     = []string{".html", ".htm", ".shtml", ".xhtml"}
	documentEndings = []string{".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".odt", ".ofd", ".ceb", ".rtf"}
	mhtmlEndings    = []string{".mht", ".mhtml"}
)

// kindOf tells what a file is, and its format as captures name it. HTML under a document's name is an attachment: Word
// and Excel write such files.
func kindOf(body []byte, name string) (Kind, string) {
	end := strings.ToLower(path.Ext(name))
	switch {
	case bytes.HasPrefix(body, []byte("SQLite format 3\x00")):
		return Database, ""
	case isWARC(body):
		return WARC, ""
	case slices.Contains(mhtmlEndings, end) && bytes.Contains(body[:min(len(body), 4096)], []byte("MIME-Version")):
		return MHTML, "mhtml"
	}
	media := (&crawler.Capture{Body: body, Name: name}).Media()
	switch {
	case slices.Contains(documents, media), slices.Contains(documentEndings, end):
		return Attachment, media
	case media == "html", slices.Contains(pageEndings, end) && (media == "text" || len(body) == 0):
		return Page, "html"
	case media == "image":
		return Picture, media
	}
	return Other, media
}

// isWARC looks for the first record of a WARC file, packed or not.
func isWARC(body []byte) bool {
	const version = "WARC/"
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return false
		}
		head := make([]byte, len(version))
		n, _ := io.ReadFull(r, head) // the beginning of a damaged file tells, too
		body = head[:n]
	}
	return bytes.HasPrefix(body, []byte(version))
}
