package cms

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/extract/page"
)

// fujian reads the lists of sites in Fujian: those that a script loads from /fjdzapp/search, with the number of the
// site's document library (channelid) and of the column (classsql: chnlid=…) in the page; and the static ones under
// /cms/html/.
type fujian struct{}

// fujianSearch is the path at which these sites answer queries.
const fujianSearch = "/fjdzapp/search"

var (
	// fujianCall is that path in a page, with or without parameters.
	fujianCall = regexp.MustCompile(`["']((?:https?:)?[\w./:-]*/fjdzapp/search)(\?[^"'<>\s]*)?["']`)
	// fujianParameter is a parameter of the query in a script: channelid: "229105", 'classsql' : 'chnlid=4910'.
	fujianParameter = regexp.MustCompile(
		`["']?\b(channelid|sortfield|classsql|classcol|classnum|classsort|cache|prepage|templet)["']?` +
			`\s*[:=]\s*(?:"([^"<>]*)"|'([^'<>]*)'|(\w+))`)
	// fujianChannel is the column's number where the script puts it together: classsql: 'chnlid=' + chnlid.
	fujianChannel = regexp.MustCompile(`(?i)\bchnlid\s*=\s*["']?(\d+)`)
	fujianEntries = regexp.MustCompile(`recordCount["']?\s*[:=]\s*["']?(\d+)`)
	fujianEntry   = regexp.MustCompile(`/t\d{8}_\d+\.html?["']`)
	fujianArticle = regexp.MustCompile(`/cms/html/\w+/\d{4}-\d\d-\d\d/\d+\.html`)
)

func (fujian) Name() string { return "fujian" }

func (fujian) Recognise(p Page) (sign string, ok bool) {
	if bytes.Contains(p.Body, []byte(fujianSearch)) {
		return fujianSearch + " in the page", true
	}
	if m := fujianArticle.Find(p.Body); m != nil && strings.HasPrefix(p.URL.Path, "/cms/html/") {
		return "entries under /cms/html/", true
	}
	return "", false
}

func (f fujian) Read(p Page) (List, error) {
	if strings.HasSuffix(p.Asked.address(), fujianSearch) {
		return f.answer(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	source := p.text()
	query, ok := fujianQuery(p, source)
	whole := query.form().Get("classsql") == ""
	if !ok || whole && fujianEntry.Match(p.Body) { // the page has its entries itself, the query is a search box's
		return turned(p, doc, list(p, doc, links, links)), nil
	}
	if query.Header == nil {
		query.Header = http.Header{}
	}
	query.Header.Set("X-Requested-With", "XMLHttpRequest")
	query.Header.Set("Referer", withoutFragment(p.URL.String())) // by it the answer knows the column's folder
	l := List{Heading: page.Column(doc), Next: []Request{query}}
	l.Parts, _ = below(p, doc, links, nil)
	if m := fujianEntries.FindStringSubmatch(source); m != nil && !whole {
		l.Total = countOf(m[1])
	}
	return l, nil
}

// fujianQuery is the query for the first entries, as the page's script makes it; ok is false if the page has none.
func fujianQuery(p Page, source string) (query Request, ok bool) {
	call := fujianCall.FindStringSubmatch(source)
	if call == nil {
		return Request{}, false
	}
	address, ok := p.resolve(call[1])
	if !ok {
		return Request{}, false
	}
	parameters, err := url.ParseQuery(strings.TrimPrefix(call[2], "?"))
	if err == nil && parameters.Get("channelid") != "" {
		parameters.Set("page", "1")
		return get(address, parameters), true
	}
	parameters = url.Values{}
	for _, m := range fujianParameter.FindAllStringSubmatch(source, -1) {
		if !parameters.Has(m[1]) {
			parameters.Set(m[1], m[2]+m[3]+m[4])
		}
	}
	if parameters.Get("channelid") == "" {
		return Request{}, false
	}
	if column := parameters.Get("classsql"); strings.HasSuffix(column, "=") {
		if m := fujianChannel.FindStringSubmatch(source); m != nil {
			parameters.Set("classsql", column+m[1])
		}
	}
	parameters.Set("page", "1")
	return post(address, parameters), true
}

// answer reads what the query brought. A query without a column (classsql) brings the whole site's documents: those in
// the folder of the column's page are ours.
func (fujian) answer(p Page) (List, error) {
	a, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	rows := a.first("data", "docs")
	if _, ok := rows.value.([]any); !ok {
		return List{}, fmt.Errorf("the answer of %s has no array data or docs", fujianSearch)
	}
	asked := p.Asked.form()
	whole := asked.Get("classsql") == ""
	l := List{Pages: a.first("pageCount", "pagecount").number()}
	if !whole {
		l.Total = a.first("recordCount", "recordcount", "count", "total").number()
	}
	names := entryNames
	names.url = []string{"docpuburl", "chnldocurl", "url"}
	l.Items = slices.DeleteFunc(entriesOf(p, rows.all(), names), func(item Item) bool {
		return whole && !p.Asked.from(item.URL)
	})
	present := max(number(asked, "page"), 1)
	l.Next = numbered(present+1, l.Pages, func(n int) Request { return p.Asked.with("page", strconv.Itoa(n)) })
	return l, nil
}

// address is what a request asks, without its parameters.
func (r Request) address() string {
	address, _, _ := strings.Cut(r.URL, "?")
	return address
}

// from says whether an address lies in the folder of the page that the request names as its referer; true if it names
// none.
func (r Request) from(address string) bool {
	referer, err := url.Parse(r.Header.Get("Referer"))
	return err != nil || referer.Host == "" || sameList(referer, address)
}

// with is the same request with another value of a parameter, in its address or its form.
func (r Request) with(name, value string) Request {
	if len(r.Body) == 0 {
		return Request{URL: get(r.URL, url.Values{name: {value}}).URL, Header: r.Header}
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		form = url.Values{}
	}
	form.Set(name, value)
	return Request{Method: http.MethodPost, URL: r.URL, Header: r.Header, Body: []byte(form.Encode())}
}
