package document

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"regexp"
	"strings"
)

// mimeHead is a header block as Word, WPS and browsers begin a saved page with: fields, among them MIME-Version.
var mimeHead = regexp.MustCompile(`(?i)\A\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*?)*?MIME-Version:`)

// isMHTML says whether bytes begin like a message (RFC 5322) in MIME (RFC 2045).
func isMHTML(body []byte) bool {
	return mimeHead.Match(bytes.TrimPrefix(body[:min(len(body), 4096)], []byte("\xef\xbb\xbf")))
}

// readMHTML reads a web page that was saved with all it needs in one file (RFC 2557): the root part, with its own
// encoding and charset. A workbook that Excel saved so is a page of frames; all its pages are read, in order.
func readMHTML(body []byte, o Options) (Document, error) {
	l := o.Limits.orDefault()
	body = bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n")
	buffered := bufio.NewReader(bytes.NewReader(body))
	header, err := textproto.NewReader(buffered).ReadMIMEHeader()
	if err != nil {
		return Document{Media: "html"}, fmt.Errorf("mhtml: header: %w: %w", ErrDamaged, err)
	}
	m := mhtml{limits: l}
	err = m.part("mhtml", header, buffered, 0)
	root := m.root()
	if root < 0 {
		if err == nil {
			err = fmt.Errorf("mhtml: no part is HTML: %w", ErrFormat)
		}
		return Document{Media: "html"}, err
	}
	if cut := m.pages[root]; cut.err != nil {
		return Document{Media: "html"}, cut.err
	}
	d, readErr := readHTML(m.pages[root].body, m.pages[root].contentType, l)
	if readErr != nil {
		return d, fmt.Errorf("mhtml: %w", readErr)
	}
	if len(m.pages) > 1 && frames.Match(m.pages[root].body) {
		for i, p := range m.pages {
			if i == root || strings.HasSuffix(strings.ToLower(p.location), "tabstrip.htm") {
				continue
			}
			if p.err != nil {
				return Document{Media: "html"}, p.err
			}
			more, readErr := readHTML(p.body, p.contentType, l)
			if readErr != nil {
				return d, fmt.Errorf("mhtml: %s: %w", p.location, readErr)
			}
			d.add(more)
			if err := d.within(l); err != nil {
				return Document{Media: "html"}, fmt.Errorf("mhtml: %w", err)
			}
		}
	}
	if err != nil {
		d.Doubts = append(d.Doubts, fmt.Sprintf("the page was read, but not what stands behind it: %v", err))
	}
	return d, nil
}

// frames is the element of a page that shows others.
var frames = regexp.MustCompile(`(?i)<frameset\b`)

// mhtml collects the pages of a file.
type mhtml struct {
	limits Limits
	start  string // Content-ID of the root, RFC 2387 section 3.2
	parts  int
	pages  []mhtmlPage
}

type mhtmlPage struct {
	id, location string
	contentType  string
	body         []byte
	err          error // it could not be decoded to its end
}

// root is the number of the page that the others belong to, -1 if there is none.
func (m *mhtml) root() int {
	for i, p := range m.pages {
		if m.start != "" && p.id == m.start {
			return i
		}
	}
	if len(m.pages) == 0 {
		return -1
	}
	return 0
}

// part reads one part with all parts in it. where names it in errors.
func (m *mhtml) part(where string, header textproto.MIMEHeader, body io.Reader, depth int) error {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain" // RFC 2045 section 5.2
	}
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		return m.multipart(where, parameters, body, depth)
	case kind != "text/html" && kind != "application/xhtml+xml":
		return nil
	}
	decoded, err := decodeTransfer(header.Get("Content-Transfer-Encoding"), body)
	if err != nil {
		err = fmt.Errorf("%s (%s): %w: %w", where, kind, ErrDamaged, err)
	}
	m.pages = append(m.pages, mhtmlPage{id: strings.Trim(header.Get("Content-Id"), "<> "), location: header.Get("Content-Location"),
		contentType: header.Get("Content-Type"), body: decoded, err: err})
	return err
}

// multipart reads the parts of a multipart.
func (m *mhtml) multipart(where string, parameters map[string]string, body io.Reader, depth int) error {
	if depth >= m.limits.Depth {
		return fmt.Errorf("%s: parts nested deeper than %d: %w", where, m.limits.Depth, ErrLimit)
	}
	if parameters["boundary"] == "" {
		return fmt.Errorf("%s: a multipart without boundary: %w", where, ErrDamaged)
	}
	if m.start == "" {
		m.start = strings.Trim(parameters["start"], "<> ")
	}
	parts := multipart.NewReader(body, parameters["boundary"])
	for n := 1; ; n++ {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		inner := fmt.Sprintf("%s: part %d", where, n)
		if err != nil {
			return fmt.Errorf("%s: %w: %w", inner, ErrDamaged, err)
		}
		if m.parts++; m.parts > m.limits.Members {
			return fmt.Errorf("%s: more than %d parts: %w", where, m.limits.Members, ErrLimit)
		}
		if err := m.part(inner, p.Header, p, depth+1); err != nil {
			return err
		}
	}
}

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). What came before an error is returned with it.
func decodeTransfer(encoding string, body io.Reader) ([]byte, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body) // it passes over the ends of lines
	case "", "7bit", "8bit", "binary":
	default:
		return nil, errors.New("unknown transfer encoding " + encoding)
	}
	return io.ReadAll(body)
}

// add puts another page behind this one.
func (d *Document) add(more Document) {
	first := len(d.Tables)
	for _, b := range more.Blocks {
		if b.Table >= 0 {
			b.Table += first
		}
		d.Blocks = append(d.Blocks, b)
	}
	for _, t := range more.Tables {
		if t.Parent >= 0 {
			t.Parent += first
		}
		d.Tables = append(d.Tables, t)
	}
	d.Doubts = append(d.Doubts, more.Doubts...)
}
