package crawler

import (
	"fmt"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// Address gives the identity of an absolute http or https URL: parsed by the WHATWG URL standard, without fragment and
// without credentials. It is what Capture.URL and Link.URL hold, so the two can be joined. Applying it twice changes
// nothing. Errors: the URL cannot be parsed, is not absolute, or has another scheme.
func Address(raw string) (string, error) {
	// The option is colly's: a lone % is encoded, so that net/url, which refuses it, can read the result.
	u, err := whatwg.NewParser(whatwg.WithPercentEncodeSinglePercentSign()).Parse(raw)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", raw, err)
	}
	if u.Scheme() != "http" && u.Scheme() != "https" {
		return "", fmt.Errorf("address %q: scheme %q is not http or https", raw, u.Scheme())
	}
	u.SetUsername("")
	u.SetPassword("")
	// net/http writes the request's address by net/url, which encodes a few characters more.
	sent, err := url.Parse(u.Href(true))
	if err != nil {
		return "", fmt.Errorf("address %q: %w", raw, err)
	}
	return sent.String(), nil
}

// withoutCredentials is an address without the user and password that may stand before its host, whether or not it is one
// that Address takes.
func withoutCredentials(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "//")
	end := strings.IndexAny(rest, `/?#\`)
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); ok && at >= 0 {
		return scheme + "//" + rest[at+1:]
	}
	return raw
}
