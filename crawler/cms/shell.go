package cms

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
)

// longestShell is the number of characters of text up to which a page with a redirect in it is a shell: what a browser
// shows for a moment (正在跳转…), not a list that also holds such a script for phones.
const longestShell = 100

var (
	// sendsOn is a script that sends the browser on to an address that stands in it.
	sendsOn = regexp.MustCompile(`(?i)location(?:\s*\.\s*href)?\s*(?:=|\.\s*(?:replace|assign)\s*\()\s*["']([^"'<>\s]+)["']`)
	// refresh is the content of a meta refresh (HTML Standard section 4.2.5.3).
	refresh = regexp.MustCompile(`(?i)^\s*[\d.]+\s*[;,]\s*url\s*=\s*["']?([^"']+)`)
)

// listParameters are the parameters of an address by which a script loads the true list into the page: Epoint's
// openSubPage.html?specialurl=….
var listParameters = []string{"specialurl"}

// Shell looks whether a page is no list but only leads to one: it names the list in a parameter of its own address, or it
// sends a browser on by script or meta refresh. It returns where to, same host or same registered domain or not: that is
// for the crawler to judge. A page that is a list itself has no such part, nor has one whose script gives the browser a cookie to
// come back with: that is a test of the browser, which is not taken.
func Shell(p Page) []Part {
	query := p.URL.Query()
	for _, name := range listParameters {
		if target, ok := p.resolve(query.Get(name)); ok && query.Get(name) != "" {
			return []Part{{Request: Request{URL: target}, Way: WayParameter, Title: query.Get("righttitle")}}
		}
	}
	source := p.text()
	if !strings.Contains(source, "location") && !strings.Contains(strings.ToLower(source), "refresh") ||
		strings.Contains(source, "document.cookie") {
		return nil
	}
	doc, err := page.Parse(source)
	if err != nil || len([]rune(page.Text(doc))) > longestShell {
		return nil
	}
	for _, ref := range redirects(doc) {
		target, ok := p.resolve(ref)
		if ok && withoutFragment(target) != withoutFragment(p.URL.String()) {
			return []Part{{Request: Request{URL: target}, Way: WayRedirect}}
		}
	}
	return nil
}

// redirects are the addresses that a page sends a browser to.
func redirects(doc *html.Node) []string {
	var found []string
	for n := range doc.Descendants() {
		switch n.DataAtom {
		case atom.Meta:
			if strings.EqualFold(attribute(n, "http-equiv"), "refresh") {
				if m := refresh.FindStringSubmatch(attribute(n, "content")); m != nil {
					found = append(found, strings.TrimSpace(m[1]))
				}
			}
		case atom.Script:
			if n.FirstChild != nil {
				if m := sendsOn.FindStringSubmatch(n.FirstChild.Data); m != nil {
					found = append(found, m[1])
				}
			}
		case atom.Body, atom.Html:
			if m := sendsOn.FindStringSubmatch(attribute(n, "onload")); m != nil {
				found = append(found, m[1])
			}
		}
	}
	return found
}

// attribute is the value of an element's attribute, "" if it has none.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Below says whether an address lies in the folder of the list at own, or further down.
func Below(own *url.URL, address string) bool { return sameList(own, address) }
