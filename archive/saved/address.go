package saved

import (
	"os"
	"strings"

	"golang.org/x/net/html"

	"nianbao/crawler"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// How an address is known, besides the constants of package page.
const (
	fromSidecar = "sidecar"
	fromPage    = "page"    // the link of a page that carries the file
	fromContent = "content" // there is none; it is made of the bytes
)

// ownAddress is the address that a file's sidecar or the file itself states; "" if neither does.
func ownAddress(f *File, body []byte) (address, from string) {
	if f.sidecar.URL != "" {
		return f.sidecar.URL, fromSidecar
	}
	if f.Kind == MHTML {
		if address, _ = mhtmlHead(body); address != "" {
			from = fromMHTML
		}
		return address, from
	}
	if f.Kind != Page {
		return "", ""
	}
	doc, err := parse(body, f.sidecar.ContentType)
	if err != nil {
		return "", "" // nested too deep to be a page: reading it will fail and say so
	}
	stated, from := page.Address(doc)
	if address, err = crawler.Address(stated); err != nil {
		return "", ""
	}
	return address, from
}

// parse reads a page's tree.
func parse(body []byte, contentType string) (*html.Node, error) {
	return html.Parse(strings.NewReader(text.Decode(body, contentType).Text))
}

// contentAddress names bytes by their SHA-256, in the form of RFC 6920 section 7 that has the digest in hex.
func contentAddress(sha256 string) string { return "nih:sha-256;" + sha256 }

// doubtAddresses takes addresses away that templates seem to have copied: those that the site wrote into a page while
// another file, of other bytes, has the same.
func (s *Set) doubtAddresses() {
	claims := map[string]map[string]string{} // address -> digest -> path of the first file
	for _, f := range s.files {
		if f.passed || f.Address == "" {
			continue
		}
		if claims[f.Address] == nil {
			claims[f.Address] = map[string]string{}
		}
		if _, ok := claims[f.Address][f.sha256]; !ok {
			claims[f.Address][f.sha256] = f.Path
		}
	}
	for _, f := range s.files {
		written := f.AddressFrom == page.FromMeta || f.AddressFrom == page.FromCanonical || f.AddressFrom == page.FromOpenGraph
		if f.passed || !written || len(claims[f.Address]) < 2 {
			continue
		}
		f.Doubt = f.Address + " is stated by other files, too"
		f.Address, f.AddressFrom = "", ""
	}
}

// sameFile says whether two paths lead to one file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}
