package cms

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
)

// aspNet reads lists of ASP.NET pages. Their pagers are links, or they post the page's form back to the server with
// the number of the page and all the state that the page holds. The state changes from page to page, so that only the
// next page is asked from each.
type aspNet struct{}

var (
	// postBack is the call of such a pager: what is asked of, and which page.
	postBack = regexp.MustCompile(`__doPostBack\(\s*['"]([^'"]*)['"]\s*,\s*['"]([^'"]*)['"]`)
	// postedPage is a page in the second argument: 2, Page$2 (GridView).
	postedPage = regexp.MustCompile(`^(?:Page\$)?(\d{1,4})$`)
)

func (aspNet) Name() string { return "aspnet" }

func (aspNet) Recognise(p Page) (sign string, ok bool) {
	switch {
	case bytes.Contains(p.Body, []byte("__VIEWSTATE")):
		return "__VIEWSTATE in the page", true
	case strings.EqualFold(path.Ext(p.URL.Path), ".aspx"):
		return ".aspx in the address", true
	}
	return "", false
}

func (aspNet) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	if len(l.Next) > 0 {
		return l, nil
	}
	if next, last := postedNext(p, doc); next.button != nil {
		l.Pages = max(l.Pages, last)
		if request, ok := next.request(p); ok && (l.Pages == 0 || p.Number < l.Pages) {
			l.Next = []Request{request}
		}
		return l, nil
	}
	return turned(p, doc, l), nil
}

// posting is a pager's link that posts the form back.
type posting struct {
	button           *html.Node
	target, argument string
}

// postedNext finds the link to the next page, by its number or else by its words, and the number of the last page
// where a link to that tells it.
func postedNext(p Page, doc *html.Node) (next posting, last int) {
	var byWords posting
	for n := range doc.Descendants() {
		m := postBack.FindStringSubmatch(attribute(n, "href") + attribute(n, "onclick"))
		if m == nil || n.DataAtom == atom.Input || n.DataAtom == atom.Select {
			continue
		}
		found, words := posting{n, m[1], m[2]}, wordsOf(n)
		if lastWords.MatchString(words) {
			if page := postedPage.FindStringSubmatch(m[2]); page != nil {
				last = max(last, countOf(page[1]))
			}
		}
		switch {
		case nextWords.MatchString(words):
			byWords = found
		case pageIn(words) == p.Number+1 && next.button == nil:
			next = found
		}
	}
	if next.button == nil {
		next = byWords
	}
	return next, last
}

// request posts the form in which the link stands, as a browser does: every field that has a value, and what was
// clicked.
func (b posting) request(p Page) (Request, bool) {
	form := b.button.Parent
	for form != nil && form.DataAtom != atom.Form {
		form = form.Parent
	}
	if form == nil {
		return Request{}, false
	}
	address, ok := p.resolve(attribute(form, "action"))
	if !ok || !sameList(p.URL, address) {
		return Request{}, false
	}
	values := url.Values{}
	for n := range form.Descendants() {
		if name, value, ok := field(n); ok {
			values.Set(name, value)
		}
	}
	values.Set("__EVENTTARGET", b.target)
	values.Set("__EVENTARGUMENT", b.argument)
	return post(withoutFragment(address), values), true
}

// field is the name and value under which a form's element is sent; ok is false for buttons, what is not ticked and
// what has no name.
func field(n *html.Node) (name, value string, ok bool) {
	name = attribute(n, "name")
	switch n.DataAtom {
	case atom.Input:
		switch strings.ToLower(attribute(n, "type")) {
		case "submit", "button", "image", "reset", "file", "checkbox", "radio":
			return "", "", false
		}
		return name, attribute(n, "value"), name != ""
	case atom.Select:
		first := true
		for option := range n.Descendants() {
			if option.DataAtom == atom.Option && (first || has(option, "selected")) {
				value, first = attribute(option, "value"), false
				if !has(option, "value") {
					value = strings.TrimSpace(page.Text(option))
				}
			}
		}
		return name, value, name != ""
	}
	return "", "", false
}

// has says whether an element has an attribute, with or without a value.
func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
