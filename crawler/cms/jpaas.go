package cms

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// hanwebJpaas reads the lists of 大汉 jpaas. A column page names units, pieces of the page that a script gets by
// build/unit: as JSON with the HTML of entries and pager. Which of several units is the list is told by its column and
// its name.
type hanwebJpaas struct{}

func (hanwebJpaas) Name() string { return "hanweb-jpaas" }

// jpaasUnit is how a page names a unit. Attribute names have any case.
var jpaasUnit = regexp.MustCompile(`(?i)\bquerydata\s*=`)

// jpaasAddress is where units are asked for, where the page does not say.
const jpaasAddress = "/api-gateway/jpaas-publish-server/front/page/build/unit"

func (hanwebJpaas) Recognise(p Page) (sign string, ok bool) {
	if !jpaasUnit.MatchString(p.text()) {
		return "", false
	}
	doc, err := parse(p)
	if err != nil || len(jpaasUnits(p, doc)) == 0 {
		return "", false
	}
	return "queryData with webId and pageId in the page", true
}

func (hanwebJpaas) Read(p Page) (List, error) {
	if p.Asked.form().Has("tplSetId") {
		return readJpaasAnswer(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	l := surroundings(p, doc)
	if pager := jpaasPager(doc); pager != nil && pager.Parent != nil { // the first page of the list is in the page
		l.Items = items(p.URL, page.Links(pager.Parent, p.URL), nil)
		if len(l.Items) > 0 {
			l.Total, l.Next = afterPager(p, pager, len(l.Items))
			return l, nil
		}
	}
	units := listUnits(p, doc)
	if len(units) == 0 {
		return List{}, fmt.Errorf("%s: want an attribute queryData with webId and pageId", p.URL)
	}
	for _, u := range units {
		l.Next = append(l.Next, u.request)
	}
	return l, nil
}

// readJpaasAnswer reads the HTML inside the JSON of build/unit.
func readJpaasAnswer(p Page) (List, error) {
	a, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	if a.at("success").value == false {
		code, message := a.at("code").string(), a.at("message").string()
		return List{}, fmt.Errorf("%s: want a unit, the server says %s %s", p.URL, code, message)
	}
	markup := cmp.Or(a.at("data", "html").string(), a.at("data").string())
	doc, err := page.Parse(markup)
	if err != nil {
		return List{}, fmt.Errorf("parse unit from %s: %w", p.URL, err)
	}
	l := List{Items: items(p.URL, page.Links(doc, p.URL), nil)}
	if pager := jpaasPager(doc); pager != nil {
		l.Total, l.Next = afterPager(p, pager, len(l.Items))
	}
	return l, nil
}

// jpaasPager is the pager of a unit: it states how many entries there are. nil if there is none.
func jpaasPager(doc *html.Node) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "count") != "" &&
			(attribute(n, "querydata") != "" || strings.Contains(attribute(n, "class"), "pag")) {
			return n
		}
	}
	return nil
}

// afterPager is the number of entries that a pager states, and the request for the page after the one of shown entries
// that it stands below. The page's number has to be inside paramJson; others are ignored by the server.
func afterPager(p Page, pager *html.Node, shown int) (total int, next []Request) {
	count := url.Values{"count": {attribute(pager, "count")}, "rows": {attribute(pager, "rows")},
		"pageno": {attribute(pager, "pageno")}}
	total = number(count, "count")
	rows, present := cmp.Or(number(count, "rows"), shown), cmp.Or(number(count, "pageno"), 1)
	if asked, err := parseAnswer(p.Asked.form().Get("paramJson")); err == nil {
		present = cmp.Or(asked.at("pageNo").number(), present) // some servers always say 1
	}
	if shown == 0 || rows == 0 || present*rows >= total {
		return total, nil
	}
	unit, ok := p.Asked, p.Asked.form().Has("tplSetId")
	if !ok {
		var u jpaasList
		if u, ok = newJpaasList(p, pager); !ok {
			return total, nil
		}
		unit = u.request
	}
	paramJSON := fmt.Sprintf(`{"pageNo":%d,"pageSize":%d}`, present+1, rows)
	return total, []Request{unit.inAddress(url.Values{"paramJson": {paramJSON}})}
}

// jpaasList is a unit that a page names.
type jpaasList struct {
	column  string // pageId
	tag     string // the unit's name
	request Request
}

// jpaasUnits are the units that a column page names.
func jpaasUnits(p Page, doc *html.Node) []jpaasList {
	var units []jpaasList
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			if u, ok := newJpaasList(p, n); ok {
				units = append(units, u)
			}
		}
	}
	return units
}

// newJpaasList makes a unit of an element's queryData; ok is false if it has none.
func newJpaasList(p Page, n *html.Node) (unit jpaasList, ok bool) {
	query := pairsIn(attribute(n, "querydata"))
	if query.Get("webId") == "" || query.Get("pageId") == "" {
		return jpaasList{}, false
	}
	address, ok := p.resolve(cmp.Or(attribute(n, "url"), attribute(n, "uniturl"), jpaasAddress))
	return jpaasList{column: query.Get("pageId"), tag: query.Get("tagId"), request: get(address, query)}, ok
}

var (
	// listTag are words in the names of units that are lists; otherTag of those that are something else.
	listTag  = regexp.MustCompile(`(?i)列表|list|分页|当前栏目|信息|内容`)
	otherTag = regexp.MustCompile(`(?i)搜索|检索|search|导航|菜单|menu|nav|位置|头部|底部|页脚|推荐|热点|专题|banner|logo`)
)

// listUnits are the units of a page that can be its list, best first: those of its own column if it has any, and of
// those the ones that are named like lists. Where the names say nothing all are asked.
func listUnits(p Page, doc *html.Node) []jpaasList {
	units := jpaasUnits(p, doc)
	column := cmp.Or(page.Meta(doc)["colid"], columnOf(p.URL))
	for _, narrower := range []func(jpaasList) bool{
		func(u jpaasList) bool { return u.column == column },
		func(u jpaasList) bool { return !otherTag.MatchString(u.tag) },
		func(u jpaasList) bool { return listTag.MatchString(u.tag) },
	} {
		if some := keep(units, narrower); len(some) > 0 {
			units = some
		}
	}
	return units[:min(len(units), maxFurther)]
}

func keep(units []jpaasList, wanted func(jpaasList) bool) []jpaasList {
	var kept []jpaasList
	for _, u := range units {
		if wanted(u) {
			kept = append(kept, u)
		}
	}
	return kept
}
