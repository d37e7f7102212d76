package cms

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/extract/page"
)

// igs are the search servers of 拓尔思 behind which some columns keep their list: IGS (JSON), WAS5 (HTML, or JSON
// written loosely) and Infogate of Jilin (JSONP, on a host of its own). The column page holds a script with the
// request; a register row may also name the request itself. A search box of the site is no list: it is not taken for
// one.
type igs struct{}

var (
	igsAddress = regexp.MustCompile(`/igs/front/search(?:/publish/data)?(?:/list\.html|\.jhtml|\.html)|` +
		`/was5/web/search|` +
		`/govsearch/jsonp/[\w/]*\.jsp`)
	// igsMark is a parameter that a list is chosen by.
	igsMark = regexp.MustCompile(`(?i)\bcode["']?\s*:|filter\[|\bchannelid["']?\s*:|\bclasssql\b|\blb["']?\s*:`)
	// igsKeyword is a parameter that holds what a visitor searches for.
	igsKeyword = regexp.MustCompile(`(?i)^(?:searchWord|keywords?|searchText|q)$`)
)

func (igs) Name() string { return "igs" }

func (igs) Recognise(p Page) (sign string, ok bool) {
	if path := igsAddress.FindString(p.URL.Path); path != "" {
		return "the path " + path, true
	}
	if c, ok := igsCall(p); ok {
		return c.address + " asked by a script in the page", true
	}
	return "", false
}

// igsCall is the request for the list in a column page.
func igsCall(p Page) (call, bool) {
	for _, c := range calls(p, igsAddress, igsMark) {
		if igsList(c.parameters) {
			return c, true
		}
	}
	return call{}, false
}

// igsList says whether a request is for a list rather than for what a visitor types: it names a channel, a list or a
// search by code, and a page.
func igsList(parameters url.Values) bool {
	chosen, paged := false, false
	for name, values := range parameters {
		switch lower := strings.ToLower(name); {
		case igsKeyword.MatchString(name) && values[0] != "":
			return false
		case lower == "code", lower == "channelid", lower == "lb", strings.HasPrefix(lower, "filter[") && values[0] != "":
			chosen = true
		case igsPaged[lower]:
			paged = true
		}
	}
	return chosen && paged
}

// igsPaged are the parameters, in lower case, of a request that asks for pages.
var igsPaged = map[string]bool{"pagenumber": true, "pageindex": true, "pagesize": true, "page": true, "perpage": true,
	"prepage": true}

func (igs) Read(p Page) (List, error) {
	if !igsAddress.MatchString(p.URL.Path) {
		c, ok := igsCall(p)
		if !ok {
			return List{}, fmt.Errorf("%s: no request for a list in the page's scripts", p.URL)
		}
		doc, err := parse(p)
		if err != nil {
			return List{}, err
		}
		return List{Heading: page.Column(doc), Next: []Request{igsPage(c, 1)}}, nil
	}
	text := p.text()
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\ufeff"), "<") {
		doc, err := parse(p)
		if err != nil {
			return List{}, err
		}
		links := page.Links(doc, p.URL)
		return list(p, doc, links, links), nil
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))
	a, err := parseAnswer(literal(text[len(callback.FindString(text)):]))
	if err != nil {
		return List{}, fmt.Errorf("%s: %w", p.URL, err)
	}
	return igsAnswer(p, a)
}

// igsPage asks for one page, by the parameters that count pages on the server. publish/data takes its number from
// pageNumber or from pageIndex, by site: both say it.
func igsPage(c call, n int) Request {
	number := strconv.Itoa(n)
	if !strings.Contains(c.address, "/igs/") {
		return c.request(map[string]string{"page": number})
	}
	over := map[string]string{"pageNumber": number}
	if c.parameters.Has("pageIndex") || strings.Contains(c.address, "/publish/data") {
		over["pageIndex"] = number
	}
	return c.request(over)
}

// igsAnswer reads an answer in JSON, whichever of the three servers sent it.
func igsAnswer(p Page, a answer) (List, error) {
	var entries answer
	frame := a
	for _, frame = range []answer{a.at("page"), a.at("data"), a} { // {"page": {"content": […]}}, {"data": {…}}, {…}
		if entries = frame.first("content", "rows", "docs", "data", "list"); isArray(entries) {
			break
		}
	}
	if !isArray(entries) {
		return List{}, fmt.Errorf("%s: no content, rows, docs, data or list in the answer", p.URL)
	}
	var l List
	for _, e := range entries.all() {
		ref := strings.TrimSpace(e.first("DOCPUBURL", "docpuburl", "puburl", "url", "chnldocurl").string())
		address, ok := p.resolve(ref)
		title := e.first("DOCTITLE", "doctitle", "title", "title2").string()
		title = plainText(cmp.Or(title, e.at("tip", "title").string()))
		if !ok || ref == "" || title == "" {
			continue
		}
		day := e.first("DOCRELTIME", "docreltime", "PUBDATE", "pubdate", "trs_time", "time", "RELEASEDATE").day()
		l.Items = append(l.Items, Item{URL: address, Title: title,
			ListedOn: cmp.Or(day, e.at("tip").first("dates", "pubdate").day())})
	}
	l.Items = distinct(l.Items)
	for _, stated := range []answer{frame, a, a.at("page")} {
		l.Total = cmp.Or(l.Total, stated.first("totalElements", "total", "totalCount", "count").number())
		l.Pages = cmp.Or(l.Pages, stated.first("totalPages", "totalPage", "pageCount", "pagecount").number())
	}
	igsFurther(p, &l, len(entries.all()))
	return l, nil
}

func isArray(a answer) bool {
	_, ok := a.value.([]any)
	return ok
}

// igsFurther asks for the pages behind an answer with this many entries: those that it states, or, if it states none,
// the next one while pages are full.
func igsFurther(p Page, l *List, entries int) {
	asked := p.Asked.form()
	own, _ := p.resolve(p.Asked.URL)
	if p.Asked.URL == "" {
		own, asked = p.URL.String(), p.URL.Query()
	}
	address, _, _ := strings.Cut(own, "?")
	c := call{address: address, parameters: asked}
	at := cmp.Or(number(asked, "pageNumber"), number(asked, "page"), number(asked, "pageIndex"), 1)
	size := sizeOf(asked)
	if size == 0 && at == 1 {
		size = entries
	}
	if l.Pages == 0 && size > 0 {
		l.Pages = (l.Total + size - 1) / size
	}
	last := l.Pages
	if l.Pages == 0 && l.Total == 0 && entries > 0 && entries >= size {
		last = at + 1
	}
	l.Next = numbered(at+1, last, func(n int) Request { return igsPage(c, n) })
}

// sizeOf is the number of entries that a request wants on a page, 0 if it does not say.
func sizeOf(asked url.Values) int {
	return cmp.Or(number(asked, "pageSize"), number(asked, "perpage"), number(asked, "prepage"))
}
