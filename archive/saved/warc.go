package saved

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"nianbao/archive/warc"
	"nianbao/crawler"
)

// Open opens the file, however large it is, for what reads containers piece by piece.
func (f *File) Open() (io.ReadCloser, error) { return f.folder.root.Open(filepath.FromSlash(f.name)) }

// ErrNoCapture says that an exchange of a WARC file is nothing that the archive keeps.
var ErrNoCapture = errors.New("no capture")

// CaptureOf is an exchange of a WARC file as a capture, with the transport import. What one of our own files notes of it
// holds: role, site, the address as requested. Of others an attachment is told by its bytes, and all else is a page. The
// payload of a revisit is its caller's to fill in. Errors wrap ErrNoCapture: an address that is none, a time that is
// missing.
func CaptureOf(e *warc.Exchange, source string) (*crawler.Capture, error) {
	c := &crawler.Capture{Role: crawler.RolePage, Method: e.Method, FinalURL: e.URI, URL: e.URI, At: e.At,
		RequestHeader: e.RequestHeader, Transport: crawler.TransportImport, Status: e.Status, StatusLine: e.StatusLine,
		Proto: e.Proto, Body: e.Payload, Complete: e.Cut == "", Outcome: crawler.OutcomeOK}
	c.Header = e.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	for _, h := range e.Redirects {
		c.Redirects = append(c.Redirects, crawler.Redirect{URL: h.URI, Status: h.Status, StatusLine: h.StatusLine,
			Header: h.Header, Location: h.Header.Get("Location"), At: h.At, Body: h.Payload, SHA256: sum(h.Payload)})
	}
	if len(e.Redirects) > 0 {
		c.URL, c.At = e.Redirects[0].URI, e.Redirects[0].At
	}
	note, ours := e.Note()
	if ours {
		c.Site, c.Role, c.URL, c.Name, c.At = note.Site, crawler.Role(note.Role), note.URL, note.Name, e.At
		c.RequestSHA256, c.Elapsed = note.Request, time.Duration(note.ElapsedMS)*time.Millisecond
	} else if len(e.RequestBody) > 0 {
		c.RequestSHA256 = sum(e.RequestBody)
	}
	var err error
	if c.URL, err = crawler.Address(c.URL); err != nil {
		return nil, fmt.Errorf("%w: the address %q: %w", ErrNoCapture, c.URL, err)
	}
	if c.FinalURL, err = crawler.Address(c.FinalURL); err != nil {
		return nil, fmt.Errorf("%w: the address %q: %w", ErrNoCapture, c.FinalURL, err)
	}
	if c.At.IsZero() {
		return nil, fmt.Errorf("%w: %s has no date", ErrNoCapture, c.URL)
	}
	c.Header[headerSource] = []string{source}
	if !e.Revisit {
		c.SHA256 = sum(c.Body)
	}
	switch {
	case e.NotModified && e.Status == http.StatusNotModified:
		c.Outcome = crawler.OutcomeNotModified
	case e.Cut != "":
		c.Outcome, c.Err = crawler.OutcomeTruncated, "the WARC file says that it is cut: "+e.Cut
	case ours && note.Outcome != "" && !slices.Contains(answers, note.Outcome):
		c.Outcome, c.Err = note.Outcome, note.Error
	case e.Status != 0 && e.Status/100 != 2:
		c.Outcome = crawler.OutcomeHTTP(e.Status)
	}
	if !ours && slices.Contains(documents, c.Media()) {
		c.Role = crawler.RoleAttachment
	}
	return c, nil
}

// answers are the outcomes of whole answers; which of them it is, the archive decides.
var answers = []string{crawler.OutcomeOK, crawler.OutcomeNew, crawler.OutcomeChanged, crawler.OutcomeUnchanged}

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}
