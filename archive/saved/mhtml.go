package saved

import (
	"bytes"
	"net/mail"
	"time"

	"nianbao/crawler"
)

// fromMHTML says that the head of an MHTML file told an address or a time.
const fromMHTML = "mhtml"

// mhtmlHead is what the head of an MHTML file says of the page: its address (Snapshot-Content-Location as Chromium writes
// it, else Content-Location, RFC 2557 section 4) and when it was saved; "" and zero where it does not say.
func mhtmlHead(body []byte) (address string, at time.Time) {
	m, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return "", time.Time{}
	}
	for _, name := range []string{"Snapshot-Content-Location", "Content-Location"} {
		if address, err = crawler.Address(m.Header.Get(name)); err == nil {
			break
		}
	}
	if at, err = m.Header.Date(); err != nil {
		at = time.Time{}
	}
	return address, at
}
