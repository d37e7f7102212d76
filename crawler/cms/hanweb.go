package cms

import (
	"net/url"
	"regexp"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// What the systems of 大汉 (Hanweb) and TrueCMS have in common: settings in scripts, addresses with a column's number,
// and entries that come one by one.

// pair is a name and its value in an object of a script, with any quotes, or none around names and numbers.
var pair = regexp.MustCompile(`['"]?\b([A-Za-z_]\w*)['"]?\s*:\s*(?:'([^']*)'|"([^"]*)"|(-?\d+|true|false)\b)`)

// pairsIn are the names and plain values of an object in a script. Values that are expressions are left out.
func pairsIn(script string) url.Values {
	found := url.Values{}
	for _, m := range pair.FindAllStringSubmatch(script, -1) {
		found.Set(m[1], m[2]+m[3]+m[4])
	}
	return found
}

var columnPath = regexp.MustCompile(`/col/col(\d+)(?:/|$)`)

// columnOf is the number of the column that an address names, "" if it names none.
func columnOf(u *url.URL) string {
	if m := columnPath.FindStringSubmatch(u.Path); m != nil {
		return m[1]
	}
	return ""
}

// inAddress is the same request with these parameters in its address.
func (r Request) inAddress(parameters url.Values) Request {
	changed := r
	changed.URL = get(r.URL, parameters).URL
	return changed
}

// recordItems are the entries of records that came apart, each a piece of HTML. Each is read by itself, so that one
// that is broken does not spoil the next, and rows need no table around them. An address counts once.
func recordItems(at *url.URL, records []string) ([]Item, error) {
	var found []Item
	known := map[string]bool{}
	for _, record := range records {
		entries, err := linksIn(at, record)
		if err != nil {
			return nil, err
		}
		for _, item := range entries {
			if key := withoutFragment(item.URL); !known[key] {
				known[key] = true
				found = append(found, item)
			}
		}
	}
	return found, nil
}

// surroundings is what a column page holds besides the entries that come by a system's own way: its heading, and the
// lists below it. 大汉 has all columns of a site in one folder, so that the words alone say which belong to this one: the
// years.
func surroundings(p Page, doc *html.Node) List {
	links := page.Links(doc, p.URL)
	l := list(p, doc, nil, links)
	l.Items, l.Next, l.Total, l.Pages = nil, nil, 0, 0
	known := map[string]bool{withoutFragment(p.URL.String()): true}
	for _, part := range l.Parts {
		known[withoutFragment(part.URL)] = true
	}
	for _, link := range links {
		u, err := url.Parse(link.URL)
		if err != nil || !yearTab.MatchString(link.Text) || columnOf(u) == "" || !sameHost(u, p.URL) ||
			columnOf(u) == columnOf(p.URL) || known[withoutFragment(link.URL)] || len(l.Parts) == maxParts {
			continue
		}
		known[withoutFragment(link.URL)] = true
		l.Parts = append(l.Parts, Part{Request: Request{URL: link.URL}, Way: WayYear, Title: link.Text})
	}
	return l
}
