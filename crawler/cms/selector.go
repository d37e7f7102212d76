package cms

import (
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// selector reads the entries that a CSS selector or a path of the register picks; further pages of an HTML list are
// found as in plain, those of an answer in JSON only by the register's template.
type selector struct{ items string }

// WithSelector makes a system whose entries the register names in its column items.
//
// In an HTML page they are the links that a CSS selector picks, or that are inside the elements it picks.
//
// In an answer in JSON they are the objects to which a path leads. It begins with $ (the whole answer) and goes on by
// .name or ['name'] to a member, by [*] to all elements of an array, by [0] to one: $.data.rows[*]. An entry's title,
// address and date are found under the names that systems use for them (title, name, docTitle; url, link, href,
// docPubUrl; date, time, pubDate, publishedTimeStr and alike), whatever their case; others are named behind the path:
//
//	$.data.rows[*] title=bt url=lj date=meta.fbrq
//
// A selector or path that is none makes Read fail, and the error says where.
func WithSelector(items string) System { return selector{items} }

// CheckItems says what is wrong with a selector or path of the register, nil if nothing is.
func CheckItems(items string) error {
	if strings.HasPrefix(items, "$") {
		_, err := parseJSONPath(items)
		return err
	}
	if _, err := cascadia.ParseGroup(items); err != nil {
		return fmt.Errorf("items selector %q: %w", items, err)
	}
	return nil
}

func (selector) Name() string { return "selector" }

func (s selector) Recognise(Page) (sign string, ok bool) {
	return "the register names the entries: " + s.items, true
}

func (s selector) Read(p Page) (List, error) {
	if strings.HasPrefix(s.items, "$") {
		path, err := parseJSONPath(s.items)
		if err != nil {
			return List{}, err
		}
		return path.read(p)
	}
	picks, err := cascadia.ParseGroup(s.items)
	if err != nil {
		return List{}, fmt.Errorf("items selector %q: %w", s.items, err)
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
	return turned(p, doc, list(p, doc, candidates, all)), nil
}
