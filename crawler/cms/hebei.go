package cms

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/extract/page"
)

// hebei reads the lists of the system of Hebei's sites: columns at /columns/<uuid>/index.html, entries at
// /columns/<uuid>/YYYYMM/DD/<uuid>.html. Pages after the first come in pieces, from a block of the column's template.
type hebei struct{}

const uuid = `[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`

var (
	hebeiColumn  = regexp.MustCompile(`(?i)/columns/` + uuid + `/`)
	hebeiArticle = regexp.MustCompile(`(?i)/columns/` + uuid + `/\d{6}/\d\d/` + uuid + `\.html`)
	// hebeiBlock is the address of the list's pieces. The same page may have other blocks: search, related columns.
	hebeiBlock = regexp.MustCompile(`(?i)["']((?:https?://[\w.:-]+)?/columns/` + uuid + `/templates/` + uuid +
		`/blocks/` + uuid + `)[?"']`)
)

func (hebei) Name() string { return "hebei" }

func (hebei) Recognise(p Page) (sign string, ok bool) {
	switch {
	case !hebeiColumn.MatchString(p.URL.Path):
	case hebeiBlock.Match(p.Body):
		return "a block of the column's template in the page", true
	case hebeiArticle.Match(p.Body):
		return "entries at /columns/<uuid>/<month>/<day>/", true
	}
	return "", false
}

func (h hebei) Read(p Page) (List, error) {
	if strings.Contains(p.Asked.address(), "/blocks/") {
		return h.block(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	if len(l.Next) > 0 {
		return l, nil
	}
	for _, m := range hebeiBlock.FindAllSubmatch(p.Body, -1) {
		address, ok := p.resolve(string(m[1]))
		if !ok || !sameList(p.URL, address) {
			continue // a block of another column
		}
		first := 2
		if !hebeiArticle.Match(p.Body) {
			first = 1 // nothing in the page itself
		}
		if l.Pages == 0 || l.Pages >= first {
			l.Next = []Request{hebeiPage(address, first)}
		}
		break
	}
	return l, nil
}

// hebeiPage asks a block for a page of the list.
func hebeiPage(block string, n int) Request {
	r := get(block, url.Values{"page": {strconv.Itoa(n)}, "fix": {"0"}})
	r.Header = http.Header{"X-Requested-With": {"XMLHttpRequest"}}
	return r
}

// block reads a piece of HTML, which some sites send as a JSON string. The next one is asked until one has no entries,
// or the list's pages are told.
func (hebei) block(p Page) (List, error) {
	markup := strings.TrimSpace(strings.TrimPrefix(p.text(), "\ufeff"))
	if strings.HasPrefix(markup, `"`) {
		var inner string
		if err := json.Unmarshal([]byte(markup), &inner); err != nil {
			return List{}, fmt.Errorf("a block of %s is neither HTML nor a JSON string: %w", p.URL, err)
		}
		markup = inner
	}
	doc, err := parse(Page{URL: p.URL, Body: []byte(markup), ContentType: "text/html; charset=utf-8"})
	if err != nil {
		return List{}, err
	}
	var l List
	l.Total, l.Pages = counts(doc)
	for _, item := range items(p.URL, page.Links(doc, p.URL), nil) {
		if hebeiArticle.MatchString(item.URL) {
			l.Items = append(l.Items, item)
		}
	}
	present := number(p.Asked.form(), "page")
	if len(l.Items) > 0 && (l.Pages == 0 || present < l.Pages) {
		l.Next = []Request{hebeiPage(p.Asked.address(), present+1)}
	}
	return l, nil
}
