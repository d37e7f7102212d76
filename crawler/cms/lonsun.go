package cms

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// lonsun is EX8 of 龙讯 (Anhui, parts of Gansu, Hubei and Sichuan). Its column pages are HTML; a script fetches the
// list from /site/label/8888, page by page, with parameters that stand in the script and differ from site to site.
// The annual reports of a body are at /public/column/<body>?type=3, its years in ul#timeFrame.
type lonsun struct{}

var (
	lonsunLabel  = regexp.MustCompile(`/site/label/8888\b`)
	lonsunObject = regexp.MustCompile(`\blabelName\b`)
	// lonsunColumn is the path of a column page, perhaps below a folder (/zwgk/public/column/6615904).
	lonsunColumn = regexp.MustCompile(`/(?:public/column|content/column|site/tpl)/\d+$`)
	// lonsunLink is an address that pages of this system link to.
	lonsunLink = regexp.MustCompile(`/(?:public/column|content/column|content/article|site/tpl)/\d+|` +
		`/public/\d+/\d+\.html`)
	// lonsunEntry is the address of a document.
	lonsunEntry     = regexp.MustCompile(`/(?:public/(?:content/)?\d+/\d+\.html|content/article/\d+)`)
	lonsunPageCount = regexp.MustCompile(`\bpageCount["']?\s*[:=]\s*["']?(\d+)`)
)

func (lonsun) Name() string { return "lonsun" }

func (lonsun) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	switch {
	case lonsunLabel.MatchString(source):
		return "/site/label/8888 in the page", true
	case lonsunColumn.MatchString(p.URL.Path) && lonsunLink.MatchString(source):
		return "the path " + p.URL.Path + " and such links in the page", true
	}
	return "", false
}

func (lonsun) Read(p Page) (List, error) {
	if lonsunLabel.MatchString(p.Asked.URL) {
		return lonsunFragment(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	parts, links := lonsunYears(p, links)
	l := list(p, doc, links, links)
	l.Parts = append(l.Parts, parts...)
	found := calls(p, lonsunLabel, lonsunObject)
	at := slices.IndexFunc(found, func(c call) bool {
		return strings.Contains(strings.ToLower(c.parameters.Get("labelName")), "list")
	})
	if at < 0 {
		return l, nil // the entries are links
	}
	if m := lonsunPageCount.FindStringSubmatch(p.text()); m != nil {
		l.Pages, _ = strconv.Atoi(m[1]) // more digits than a list has pages: 0
	}
	from := 1
	if slices.ContainsFunc(l.Items, func(i Item) bool { return lonsunEntry.MatchString(i.URL) }) {
		from = 2 // the first page stands in the HTML
	}
	l.Next = numbered(from, max(l.Pages, 1), func(n int) Request {
		return found[at].request(map[string]string{"pageIndex": strconv.Itoa(n)})
	})
	return l, nil
}

// lonsunFragment reads a page of the list that the label answered. A page with fewer entries than were asked for is the
// last one; the number of pages stands only in the column page.
func lonsunFragment(p Page) (List, error) {
	found, err := linksIn(p.URL, p.text())
	if err != nil {
		return List{}, err
	}
	asked := p.Asked.form()
	l := List{Items: found}
	if size := number(asked, "pageSize"); size > 0 && len(found) >= size {
		l.Next = []Request{get(p.Asked.URL, map[string][]string{
			"pageIndex": {strconv.Itoa(cmp.Or(number(asked, "pageIndex"), 1) + 1)}})}
	}
	return l, nil
}

// lonsunYears takes the links to the lists of single years in ul#timeFrame out of the page's links. A link there that
// leads to a document stays: it is the report of that year.
func lonsunYears(p Page, links []page.Link) (years []Part, others []page.Link) {
	own := withoutFragment(p.URL.String())
	for _, l := range links {
		if !within(l.Node, "timeFrame") || lonsunEntry.MatchString(l.URL) {
			others = append(others, l)
			continue
		}
		if address := withoutFragment(l.URL); address != own {
			years = append(years, Part{Request: Request{URL: address}, Way: WayYear, Title: cmp.Or(l.Text, l.Title)})
		}
	}
	return years, others
}

// within says whether an element stands inside the one with this id.
func within(n *html.Node, id string) bool {
	for ; n != nil; n = n.Parent {
		if attribute(n, "id") == id {
			return true
		}
	}
	return false
}
