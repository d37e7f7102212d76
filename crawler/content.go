package crawler

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"nianbao/crawler/cms"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// SameContent says whether two answers to one request with other bytes say the same, but for what differs from answer to
// answer by itself: visit counters, the day of today, nonces, stamps. Of pages the container of the text, the tables and
// what the page says of itself count; of lists everything; of JSON all but the fields that volatileField names. Where it
// cannot tell, they differ.
func SameContent(role Role, final *url.URL, oldHeader http.Header, old []byte, newHeader http.Header, now []byte) bool {
	if role != RoleList && role != RolePage {
		return false // a file is its bytes
	}
	before := contentOf(role, final, oldHeader, old)
	return before != "" && before == contentOf(role, final, newHeader, now)
}

// contentOf is the digest of what a body says, "" if it has none but its bytes.
func contentOf(role Role, final *url.URL, header http.Header, sent []byte) string {
	body, err := Decode(header, sent, maxListPage)
	if err != nil || len(body) == 0 || len(body) > maxListPage {
		return ""
	}
	if json.Valid(body) {
		if cms.CheckJSON(string(body)) != nil {
			return ""
		}
		return contentOfJSON(body)
	}
	if mediaOf(body, "") != "html" {
		return ""
	}
	source := text.Decode(body, header.Get("Content-Type")).Text
	if strings.ContainsRune(source, '\uFFFD') {
		return "" // characters that could not be read are not known to be the same
	}
	doc, err := page.Parse(source)
	if err != nil {
		return ""
	}
	view := page.Look(doc)
	if role == RoleList {
		return view.ListContent()
	}
	return view.Content(final)
}

// volatileField are the fields by which interfaces tell of the answer itself, in lower case.
var volatileField = regexp.MustCompile(`^(?:timestamp|_?nonce|\w*token|request_?id|trace_?id|log_?id|server_?time|sys(?:tem)?_?time|now|` +
	`cost_?time|elapsed|took|(?:view|visit|click|read|browse)_?(?:count|num|times)|hits?_?count)$`)

// contentOfJSON is the digest of a JSON text without its volatile fields where these hold a number or a text. Numbers
// stay as they are written.
func contentOfJSON(body []byte) string {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return ""
	}
	steadyJSON(v)
	out, err := json.Marshal(v) // keys come sorted
	if err != nil {
		return ""
	}
	return digest(out)
}

// steadyJSON takes the volatile fields out of v. The decoder bounds how deep v is.
func steadyJSON(v any) {
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			steadyJSON(inner)
		}
	case map[string]any:
		for key, inner := range v {
			switch inner.(type) {
			case []any, map[string]any:
				steadyJSON(inner)
			default:
				if volatileField.MatchString(strings.ToLower(key)) {
					delete(v, key)
				}
			}
		}
	}
}
