package page

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Where a page says its own address.
const (
	FromSavedMark = "saved_from" // the comment that a browser or SingleFile leaves in a page it saves
	FromMeta      = "meta"       // the meta element Url (国办发〔2017〕47号)
	FromCanonical = "canonical"  // the link element rel=canonical (RFC 6596)
	FromOpenGraph = "og"         // the meta element og:url
)

// Address is the address that a page states as its own, absolute, http or https, and where it states it: one of the
// constants From…. The mark of the browser that saved the page counts most, as it is where the page was seen; then what
// the site says. A site's home page is no document's own address, and templates name it on every page, so only the
// browser's mark may name one. Both are "" if the page does not say.
func Address(doc *html.Node) (address, from string) {
	var mark, canonical string
	walk(doc, func(n *html.Node) bool {
		switch {
		case n.Type == html.CommentNode && mark == "":
			mark = absolute(savedFrom(n.Data))
		case n.DataAtom == atom.Link && canonical == "" && hasWord(attr(n, "rel"), "canonical"):
			canonical = absolute(attr(n, "href"))
		}
		return true
	}, func(*html.Node) {})
	if mark != "" {
		return mark, FromSavedMark
	}
	meta := Meta(doc)
	for _, said := range []struct{ address, from string }{
		{absolute(meta["url"]), FromMeta}, {canonical, FromCanonical}, {absolute(meta["og:url"]), FromOpenGraph},
	} {
		if said.address != "" && !isHome(said.address) {
			return said.address, said.from
		}
	}
	return "", ""
}

var (
	// webMark is the Mark of the Web: the length of the address, and the address.
	webMark = regexp.MustCompile(`^\s*saved from url=\(\d+\)(\S+)`)
	// singleFile is the comment of the extension SingleFile, which has a line for the address.
	singleFile = regexp.MustCompile(`^\s*Page saved with SingleFile\s[^<>]*?url:\s*(\S+)`)
)

// savedFrom is the address in a comment of a program that saved the page; "" if it is another comment.
func savedFrom(comment string) string {
	if m := webMark.FindStringSubmatch(comment); m != nil {
		return strings.ReplaceAll(m[1], "%2D%2D", "--") // two hyphens would end the comment; Chromium writes them so
	}
	if m := singleFile.FindStringSubmatch(comment); m != nil {
		return m[1]
	}
	return ""
}

// absolute is a printed address if it is an absolute one of http or https, else "".
func absolute(printed string) string {
	if printed == "" {
		return ""
	}
	address, ok := resolve(nil, printed)
	if !ok {
		return ""
	}
	return address
}

// isHome says whether an address is that of a site, not of a page on it.
func isHome(address string) bool {
	u, err := url.Parse(address)
	return err != nil || strings.Trim(u.Path, "/") == "" && u.RawQuery == ""
}

// hasWord says whether a list of words parted by white space has this one, in any case.
func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
