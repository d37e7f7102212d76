package cms

import (
	"fmt"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// selector reads the entries that a CSS selector of the register picks; further pages are found as in plain.
type selector struct{ css string }

// WithSelector makes a system whose entries are the links that a CSS selector picks, or that are inside the elements it
// picks. A selector that is none makes Read fail.
func WithSelector(css string) System { return selector{css} }

func (selector) Name() string { return "selector" }

func (s selector) Recognise(Page) (sign string, ok bool) {
	return "the register names the entries: " + s.css, true
}

func (s selector) Read(p Page) (List, error) {
	picks, err := cascadia.ParseGroup(s.css)
	if err != nil {
		return List{}, fmt.Errorf("items selector %q: %w", s.css, err)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	picked := map[*html.Node]bool{}
	for n := range doc.Descendants() { // parents come before their children
		if picks.Match(n) || n.Parent != nil && picked[n.Parent] {
			picked[n] = true
		}
	}
	all := page.Links(doc, p.URL)
	var candidates []page.Link
	for _, l := range all {
		if picked[l.Node] {
			candidates = append(candidates, l)
		}
	}
	return list(p, doc, candidates, all), nil
}
