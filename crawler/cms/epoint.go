package cms

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// epoint is EWB of 新点 (徐州, 营口, 许昌 …), which has two kinds of lists. Where the page's address names a category, a script
// posts it to <project>/rest/lightfrontaction/getgovinfolist, with a siteGuid and a project that stand in
// /js/webBuilderCommon.js: so that file is asked first. Elsewhere (moreinfo.html, govlist.html) the list is HTML, with
// 2.html for its second page.
//
// Two things differ from site to site and do not show beforehand: whether the parameters are wrapped in "params", and
// whether the first page is 0 or 1. The plain form and page 1 are asked first. An answer without a list is asked
// again in the other form, and page 0 is asked when a page that must hold entries by the stated total holds none, or,
// where no total is stated, behind the last page.
type epoint struct{}

const (
	epointSettings = "webBuilderCommon.js" // has siteInfo on most sites
	epointRequests = "ajaxReq.js"          // on some
	epointList     = "getgovinfolist"
	epointCategory = "categorynum"
	epointPageSize = 20
	epointProject  = "/EWB-FRONT" // where the settings name none
)

var (
	epointSign = regexp.MustCompile(`webBuilderCommon\.js|lightfrontaction|EWB-FRONT`)
	// epointWeak are signs in a page whose address names a category.
	epointWeak    = regexp.MustCompile(`\bajaxReq\.js|govInfoPub\w*\.html|\bcategorynum\b`)
	epointScript  = regexp.MustCompile(`["']([^"']*/(?:webBuilderCommon|ajaxReq)\.js)[^"']*["']`)
	epointGUID    = regexp.MustCompile(`\bsiteGuid["']?\s*[:=]\s*["']([^"']+)["']`)
	epointName    = regexp.MustCompile(`\bprojectName["']?\s*[:=]\s*["']([^"']+)["']`)
	epointWrapped = regexp.MustCompile(`(?s)getgovinfolist.{0,400}?\bparams["']?\s*:`)
	// epointOpen is the script by which an entry of an HTML list opens its page.
	epointOpen = regexp.MustCompile(`\blinkToNew\s*\(\s*["']([\w-]+)["']`)
)

func (epoint) Name() string { return "epoint" }

func (epoint) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	sign = epointSign.FindString(source)
	if sign == "" && p.URL.Query().Has(epointCategory) {
		sign = epointWeak.FindString(source)
	}
	return sign + " in the page", sign != ""
}

func (epoint) Read(p Page) (List, error) {
	switch asked := p.Asked.URL; {
	case strings.Contains(asked, epointList):
		return epointAnswer(p)
	case strings.HasSuffix(asked, ".js"):
		return epointSettingsRead(p)
	}
	if p.URL.Query().Get(epointCategory) == "" {
		return epointHTML(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	l := List{Heading: page.Column(doc)}
	if source := p.text(); epointGUID.MatchString(source) {
		l.Next, err = epointFirst(p, p.URL, source)
		return l, err
	}
	ref := "/js/" + epointSettings
	scripts := epointScript.FindAllStringSubmatch(p.text(), -1)
	at := slices.IndexFunc(scripts, func(m []string) bool { return strings.HasSuffix(m[1], epointSettings) })
	if len(scripts) > 0 {
		ref = scripts[max(at, 0)][1]
	}
	address, ok := p.resolve(ref)
	if !ok {
		return List{}, fmt.Errorf("%s names its settings at %q, which is no address", p.URL, ref)
	}
	l.Next = []Request{epointFile(address, p.URL.String())}
	return l, nil
}

// epointFile asks for a script of the site. Its Referer says for which column page, when the answer is read.
func epointFile(address, column string) Request {
	column, _, _ = strings.Cut(column, "#")
	return Request{URL: address, Header: http.Header{"Referer": {column}}}
}

// epointSettingsRead reads a script of the site for what the list needs to be asked.
func epointSettingsRead(p Page) (List, error) {
	column, err := url.Parse(p.Asked.Header.Get("Referer"))
	if err != nil {
		return List{}, fmt.Errorf("column page of %s: %w", p.URL, err)
	}
	source := p.text()
	if epointGUID.MatchString(source) {
		next, err := epointFirst(p, column, source)
		return List{Next: next}, err
	}
	if path.Base(p.Asked.URL) != epointSettings {
		return List{}, fmt.Errorf("no siteGuid in %s", p.URL)
	}
	other := strings.TrimSuffix(p.Asked.URL, epointSettings) + epointRequests
	return List{Next: []Request{epointFile(other, column.String())}}, nil
}

// epointQuery is what a list is asked for.
type epointQuery struct {
	DeptCode    string `json:"deptcode"`
	CategoryNum string `json:"categorynum"`
	PageIndex   int    `json:"pageIndex"`
	PageSize    int    `json:"pageSize"`
	SiteGUID    string `json:"siteGuid"`
}

// epointFirst asks for the first page of a column's list with the settings in a script.
func epointFirst(p Page, column *url.URL, script string) ([]Request, error) {
	project := epointProject
	if m := epointName.FindStringSubmatch(script); m != nil {
		project = "/" + strings.Trim(m[1], "/")
	}
	address, ok := p.resolve(project + "/rest/lightfrontaction/" + epointList)
	if !ok {
		return nil, fmt.Errorf("%s names the project %q, which is no path", p.URL, project)
	}
	query := column.Query()
	if query.Get(epointCategory) == "" { // without one the server answers with everything it has
		return nil, fmt.Errorf("no %s in the address of the column, %s", epointCategory, column)
	}
	r, err := epointRequest(address, column.String(), epointWrapped.MatchString(script), epointQuery{
		DeptCode: query.Get("deptcode"), CategoryNum: query.Get(epointCategory), PageIndex: 1, PageSize: epointPageSize,
		SiteGUID: epointGUID.FindStringSubmatch(script)[1]})
	return []Request{r}, err
}

func epointRequest(address, column string, wrapped bool, q epointQuery) (Request, error) {
	var document any = q
	if wrapped {
		document = map[string]any{"token": "", "params": q}
	}
	r, err := postJSON(address, document)
	if err != nil {
		return Request{}, err
	}
	column, _, _ = strings.Cut(column, "#")
	r.Header.Set("Referer", column)
	r.Header.Set("X-Requested-With", "XMLHttpRequest")
	return r, nil
}

// epointAsked is what a request for a list asked for.
func epointAsked(r Request) (q epointQuery, wrapped bool, err error) {
	var document struct {
		epointQuery
		Params *epointQuery `json:"params"`
	}
	if err := json.Unmarshal(r.Body, &document); err != nil {
		return q, false, fmt.Errorf("request body for %s: %w", r.URL, err)
	}
	if document.Params != nil {
		return *document.Params, true, nil
	}
	return document.epointQuery, false, nil
}

// errNoEpointList says what an answer lacks.
var errNoEpointList = errors.New("no custom.data in the answer")

func epointAnswer(p Page) (List, error) {
	q, wrapped, err := epointAsked(p.Asked)
	if err != nil {
		return List{}, err
	}
	again := func(wrapped bool, index int) (Request, error) {
		q := q
		q.PageIndex = index
		return epointRequest(p.Asked.URL, p.Asked.Header.Get("Referer"), wrapped, q)
	}
	a, err := parseAnswer(p.text())
	if err != nil {
		return List{}, fmt.Errorf("%s: %w", p.URL, err)
	}
	custom := a.at("custom")
	if inner, err := parseAnswer(custom.string()); err == nil {
		custom = inner // some sites send JSON inside a string
	}
	data := custom.first("data", "infodata")
	if !isArray(data) {
		if q.PageIndex == 0 {
			return List{}, nil // pages are counted from 1
		}
		if wrapped || q.PageIndex != 1 {
			return List{}, fmt.Errorf("%s: %w", p.URL, errNoEpointList)
		}
		r, err := again(true, 1)
		return List{Next: []Request{r}}, err
	}
	l := List{Items: epointItems(p, data.all()), Total: custom.first("total", "totalcount", "count").number()}
	l.Pages = (l.Total + q.PageSize - 1) / max(q.PageSize, 1)
	next := 0
	switch entries := len(data.all()); {
	case q.PageIndex == 0:
		return l, nil // the others were asked before
	case entries == 0 && q.PageIndex <= max(l.Pages, 1), l.Total == 0 && entries < q.PageSize:
		r, err := again(wrapped, 0)
		l.Next = []Request{r}
		return l, err
	case q.PageIndex == 1 && l.Pages > 1:
		next = l.Pages
	case l.Total == 0 && entries >= q.PageSize:
		next = q.PageIndex + 1
	}
	for n := q.PageIndex + 1; n <= next && len(l.Next) < maxFurther; n++ {
		r, err := again(wrapped, n)
		if err != nil {
			return List{}, err
		}
		l.Next = append(l.Next, r)
	}
	return l, nil
}

func epointItems(p Page, data []answer) []Item {
	var found []Item
	for _, entry := range data {
		ref := entry.first("infourl", "url", "linkurl").string()
		address, ok := p.resolve(ref)
		title := plainText(entry.first("realtitle", "title", "customtitle").string())
		if !ok || ref == "" || title == "" {
			continue
		}
		found = append(found, Item{URL: address, Title: title,
			ListedOn: entry.first("infodate", "pubdate", "publishdate", "date").day()})
	}
	return distinct(found)
}

// epointHTML reads a list that is HTML. Entries that are opened by script stand at /openDetailDynamic.html?infoid=….
func epointHTML(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	days := map[*html.Node]string{} // by row, so that one row with everything in it is read once
	for n := range doc.Descendants() {
		m := epointOpen.FindStringSubmatch(attribute(n, "onclick") + attribute(n, "href"))
		if m == nil {
			continue
		}
		row := rowOf(n)
		if _, read := days[row]; !read {
			days[row] = page.Day(page.Text(row))
		}
		title := strings.Join(strings.Fields(cmp.Or(attribute(n, "title"), page.Text(n))), " ")
		if address, ok := p.resolve("/openDetailDynamic.html?infoid=" + url.QueryEscape(m[1])); ok && title != "" {
			l.Items = append(l.Items, Item{URL: address, Title: title, ListedOn: days[row]})
		}
	}
	l.Items = distinct(l.Items)
	if m := epointPages.FindStringSubmatch(p.text()); m != nil && l.Pages == 0 {
		l.Pages, _ = strconv.Atoi(m[1]) // more digits than a list has pages: 0
	}
	return l, nil
}

// epointPages is the link to the last page.
var epointPages = regexp.MustCompile(`/(\d+)\.html["'][^>]*>\s*(?:尾|末)页`)

// rowOf is the table row or list entry that an element stands in, else the element's parent.
func rowOf(n *html.Node) *html.Node {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "tr" || up.Data == "li" {
			return up
		}
	}
	return cmp.Or(n.Parent, n)
}
