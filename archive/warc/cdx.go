package warc

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CDXHeader is the first line of an index: the letters of its fields (the Internet Archive's CDX format, 11 fields).
const CDXHeader = " CDX N b a m s k r M S V g"

// CDXLine is the line of an answer: key, date, address, media type, status, digest, redirect, meta tags, length and
// offset of the member, file.
func CDXLine(uri string, at time.Time, contentType string, status int, digest, location string, p Place, file string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.Join([]string{SURT(uri), at.UTC().Format("20060102150405"), word(uri), word(strings.TrimSpace(media)),
		fmt.Sprint(status), word(strings.TrimPrefix(digest, "sha256:")), word(location), "-", fmt.Sprint(p.Length), fmt.Sprint(p.Offset),
		word(file)}, " ")
}

// word is a field of an index, which has no spaces.
func word(s string) string {
	if s == "" {
		return "-"
	}
	return strings.Join(strings.Fields(s), "%20")
}

// SURT is the key by which an index is sorted: host names from the right, without scheme and www, in lower case.
func SURT(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" {
		return word(strings.ToLower(uri))
	}
	labels := strings.Split(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), ".")
	slices.Reverse(labels)
	key := strings.Join(labels, ",")
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		key += ":" + port
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	key += ")" + strings.ToLower(path)
	if u.RawQuery != "" {
		query := strings.Split(strings.ToLower(u.RawQuery), "&")
		slices.Sort(query)
		key += "?" + strings.Join(query, "&")
	}
	return word(key)
}
