package saved

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"path"

	"nianbao/crawler"
)

// The names under which captures.headers holds what is known of an import.
const (
	headerSource      = "Import-Source"
	headerAddressFrom = "Import-Address-From"
	headerTimeFrom    = "Import-Time-From"
	headerListTitle   = "Import-List-Title" // archive.Unread knows it, too
)

// item makes the capture of a file, and finds what a page carries.
func (s *Set) item(f *File) (Item, error) {
	if f.is(WARC, Database) {
		return Item{File: f}, nil
	}
	body, _, err := f.folder.read(f.name, s.options.MaxBody)
	if err != nil {
		return Item{}, err
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != f.sha256 {
		return Item{}, errors.New("it changed while it was imported")
	}
	if f.Address == "" {
		f.Address, f.AddressFrom = contentAddress(f.sha256), fromContent
	}
	f.Site = cmp.Or(f.Site, s.options.Site)
	item := Item{File: f, Capture: f.capture(body)}
	if f.Kind == Page {
		item.Files = s.carriedBy(f, body)
	}
	return item, nil
}

// capture is a file as a capture that came whole, without a status.
func (f *File) capture(body []byte) *crawler.Capture {
	header := f.sidecar.header()
	header[headerSource] = []string{f.Source}
	header[headerAddressFrom] = []string{f.AddressFrom}
	header[headerTimeFrom] = []string{f.TimeFrom}
	if f.ListTitle != "" {
		header[headerListTitle] = []string{f.ListTitle}
	}
	c := &crawler.Capture{
		Site: f.Site, Role: crawler.RolePage, Method: http.MethodGet, URL: f.Address, FinalURL: f.Address,
		Transport: crawler.TransportImport, At: f.At, Header: header, Body: body, SHA256: f.sha256, Complete: true,
		Outcome: crawler.OutcomeOK,
	}
	if !f.is(Page, MHTML) {
		c.Role, c.Name = crawler.RoleAttachment, path.Base(f.name)
	}
	return c
}
