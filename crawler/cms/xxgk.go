package cms

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
)

// hanwebXxgk reads the lists of 大汉's module 信息公开. A column page says in its address, its scripts or its frames what to
// send to search.jsp (search_custom.jsp, subjectinfo.jsp); the answer is HTML. xxgkAnnualReport.jsp is another thing:
// the report of one body and one year, with the other years beside it.
type hanwebXxgk struct{}

func (hanwebXxgk) Name() string { return "hanweb-xxgk" }

var (
	// xxgkCall is an address of the module with what it is asked for, in a frame or a script. In a link it is another
	// list's.
	xxgkCall = regexp.MustCompile(`((?i:href)\s*=\s*)?["']([^"'<>\s]*/module/xxgk/` +
		`(?:search|search_custom|subjectinfo)\.jsp\?[^"'<>\s]*)`)
	// xxgkLoad is a call of loadDynamic: an address, often put together of pieces, the element to fill, the type of
	// information, two more, and the site.
	xxgkLoad = regexp.MustCompile(`loadDynamic\s*\(([^,;]*/module/xxgk/search\.jsp[^,;]*),\s*["'](\w*)["']` +
		`\s*,\s*["'](\w*)["'](?:\s*,\s*["'][^"']*["']){2}\s*,\s*["'](\w*)["']`)
	quotedPiece = regexp.MustCompile(`"([^"]*)"|'([^']*)'`)
	xxgkTree    = regexp.MustCompile(`(?i)src\s*=\s*["']([^"'<>\s]*/module/xxgk/tree\.jsp\?[^"'<>\s]*)`)
	xxgkPages   = regexp.MustCompile(`共\s*(\d{1,5})\s*页`)
	xxgkCount   = regexp.MustCompile(`共\s*(\d{1,7})\s*条`)
	// xxgkDivision is the id of the element that a column's list is put into; short numbers are no column's.
	xxgkDivision = regexp.MustCompile(`^div(\d{3,})$`)
)

func (hanwebXxgk) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	switch {
	case strings.Contains(source, "dataproxy.jsp"):
		return "", false
	case isAnnualReport(p.URL):
		return "xxgkAnnualReport.jsp, the report of one body and year", true
	case moduleXxgk(p.URL) && strings.Contains(source, "/art/"):
		return "an answer of " + path.Base(p.URL.Path), true
	case xxgkAddress(source) != "":
		return "/module/xxgk/search.jsp in the page", true
	case xxgkTree.MatchString(source):
		return "/module/xxgk/tree.jsp in the page", true
	}
	return "", false
}

// moduleXxgk says whether an address is one that answers with entries.
func moduleXxgk(u *url.URL) bool {
	return strings.Contains(u.Path, "/module/xxgk/") &&
		slices.Contains([]string{"search.jsp", "search_custom.jsp", "subjectinfo.jsp"}, path.Base(u.Path))
}

func (hanwebXxgk) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	switch {
	case isAnnualReport(p.URL):
		return readAnnualReport(p, doc), nil
	case moduleXxgk(p.URL):
		return readXxgkAnswer(p, doc)
	}
	first, ok := xxgkFirst(p)
	if !ok {
		return List{}, fmt.Errorf("%s: want an address of /module/xxgk/ with parameters in the page", p.URL)
	}
	l := surroundings(p, doc)
	l.Parts = slices.DeleteFunc(l.Parts, func(part Part) bool { return part.URL == first.URL })
	l.Next = []Request{first}
	return l, nil
}

// xxgkAddress is the first address in a page's frames and scripts that asks the module for entries, "" for none.
func xxgkAddress(source string) string {
	for _, m := range xxgkCall.FindAllStringSubmatch(source, -1) {
		if m[1] == "" {
			return m[2]
		}
	}
	return ""
}

// xxgkFirst is the request for the first entries of a column.
func xxgkFirst(p Page) (first Request, ok bool) {
	source := strings.ReplaceAll(p.text(), "&amp;", "&")
	call, tree := xxgkAddress(source), firstMatch(xxgkTree, source)
	address, ok := p.resolve(cmp.Or(call, tree))
	if !ok || call == "" && tree == "" {
		return Request{}, false
	}
	if call != "" && !strings.Contains(call, "/search.jsp?") {
		return Request{URL: withoutFragment(address)}, true // a page of its own, shown in a frame
	}
	fields := url.Values{"infotypeId": {""}, "jdid": {"1"}, "area": {""}, "divid": {"div" + columnOf(p.URL)},
		"vc_title": {""}, "vc_number": {""}, "vc_filenumber": {""}, "vc_all": {""}, "texttype": {""}, "fbtime": {"-1"},
		"sortfield": {",compaltedate:0"}, "standardXxgk": {"1"}, "isAllList": {"1"}}
	load := xxgkLoad.FindStringSubmatch(source)
	if load != nil {
		call = joinedPieces(load[1])
	}
	for _, printed := range []string{tree, call} {
		if u, err := url.Parse(printed); err == nil {
			maps.Copy(fields, u.Query())
		}
	}
	if load != nil {
		fields.Set("divid", load[2])
		fields.Set("infotypeId", cmp.Or(load[3], fields.Get("infotypeId")))
		fields.Set("jdid", cmp.Or(load[4], fields.Get("jdid")))
	}
	maps.Copy(fields, olderFields(p.URL))
	fields.Set("currpage", "1")
	if address, ok = p.resolve("/module/xxgk/search.jsp"); !ok {
		return Request{}, false
	}
	return xxgkPost(address, fields), true
}

// joinedPieces are the strings of an expression, one behind the other; what stands between them is a visitor's choice.
func joinedPieces(expression string) string {
	var b strings.Builder
	for _, m := range quotedPiece.FindAllStringSubmatch(expression, -1) {
		b.WriteString(m[1] + m[2])
	}
	return b.String()
}

// olderFields are the form's fields that older column addresses hold, some under other names.
func olderFields(column *url.URL) url.Values {
	fields := column.Query()
	for older, name := range map[string]string{"vc_xxgkarea": "area", "number": "infotypeId"} {
		if value := fields.Get(older); value != "" {
			fields.Set(name, value)
		}
		fields.Del(older)
	}
	fields.Del("uid") // these two are of the jpage script
	fields.Del("pageNum")
	return fields
}

// xxgkPost sends the fields as a browser does: as a form, and what says which list and page it is in the address too.
func xxgkPost(address string, fields url.Values) Request {
	echo := url.Values{}
	for _, name := range []string{"infotypeId", "jdid", "area", "divid", "currpage"} {
		if fields.Has(name) {
			echo[name] = fields[name]
		}
	}
	return post(get(address, echo).URL, fields)
}

// readXxgkAnswer reads the HTML that search.jsp and its like answer, as a piece of a page or as a page.
func readXxgkAnswer(p Page, doc *html.Node) (List, error) {
	asked := p.Asked
	if asked.URL == "" {
		asked.URL = p.URL.String()
	}
	text := page.Text(doc)
	links := xxgkLinks(doc, p.URL)
	pages := firstNumber(xxgkPages, text)
	if len(links) == 0 && pages == 0 && text != "" && !strings.ContainsAny(text, "无没") {
		return List{}, fmt.Errorf("%s: want entries of 信息公开 or a count of pages", p.URL)
	}
	form := asked.form()
	l := List{Items: items(p.URL, links, nil), Pages: pages}
	if column := wantedColumn(form); column == "" {
		l.Total = firstNumber(xxgkCount, text)
	} else { // the count may be that of other columns too
		l.Items = ownColumn(l.Items, column, form.Get("infotypeId"))
	}
	if present := max(number(form, "currpage"), 1); present < pages {
		hidden := hiddenFields(doc)
		l.Next = numbered(present+1, pages, func(n int) Request { return xxgkPage(asked, hidden, strconv.Itoa(n)) })
	}
	return l, nil
}

// xxgkPage asks for another page: with the form that the answer itself holds, if it holds one, else the way this one
// was asked for.
func xxgkPage(asked Request, hidden url.Values, n string) Request {
	if asked.Method != http.MethodPost && len(hidden) == 0 {
		return get(asked.URL, url.Values{"currpage": {n}})
	}
	fields := asked.form()
	maps.Copy(fields, hidden)
	fields.Set("currpage", n)
	if asked.Method != http.MethodPost { // the page's own address says which list it is
		return post(get(asked.URL, url.Values{"currpage": {n}}).URL, fields)
	}
	address, _, _ := strings.Cut(asked.URL, "?")
	return xxgkPost(address, fields)
}

// hiddenFields are the fields that a form hides, those without a value left out.
func hiddenFields(doc *html.Node) url.Values {
	fields := url.Values{}
	for n := range doc.Descendants() {
		name, value := attribute(n, "name"), attribute(n, "value")
		if n.DataAtom == atom.Input && strings.EqualFold(attribute(n, "type"), "hidden") && name != "" && value != "" {
			fields.Set(name, value)
		}
	}
	return fields
}

// xxgkRow are the classes of what holds an entry.
var xxgkRow = regexp.MustCompile(`\b(?:tr_main_value_(?:odd|even)|wip_lists|bt_link)\b`)

// xxgkLinks are the links of an answer: those in the rows of entries, if it has such rows. Where titles are cut short,
// the whole one is in an attribute of its own.
func xxgkLinks(doc *html.Node, at *url.URL) []page.Link {
	inRow := map[*html.Node]bool{}
	for n := range doc.Descendants() { // parents come before their children
		if n.Type == html.ElementNode && (inRow[n.Parent] || xxgkRow.MatchString(attribute(n, "class"))) {
			inRow[n] = true
		}
	}
	all := page.Links(doc, at)
	for i := range all {
		all[i].Title = cmp.Or(all[i].Title, attribute(all[i].Node, "mc"))
	}
	return slices.DeleteFunc(all, func(l page.Link) bool {
		return len(inRow) > 0 && !inRow[l.Node] || !strings.Contains(l.URL, "/art/") && moduleLink.MatchString(l.URL)
	})
}

// moduleLink is an address of the module itself: pagers, trees, subscriptions.
var moduleLink = regexp.MustCompile(`/module/xxgk/(?:search|search_custom|subjectinfo|tree)\.jsp`)

// wantedColumn is the number of the column whose list was asked for, "" if the form does not name it, or names a single
// body by its credit code: then all entries of the answer count.
func wantedColumn(form url.Values) string {
	m := xxgkDivision.FindStringSubmatch(form.Get("divid"))
	if m == nil || page.ValidCreditCode(form.Get("area")) {
		return ""
	}
	return m[1]
}

// ownColumn leaves out the entries of other columns, where a server answers with the whole district: it does so if it
// was asked for no type of information, and may do so if it was. A column that has none of its own in the answer to a
// type keeps all of them: its entries are kept elsewhere.
func ownColumn(entries []Item, column, kind string) []Item {
	var own []Item
	for _, item := range entries {
		if strings.Contains(item.URL, "/art_"+column+"_") {
			own = append(own, item)
		}
	}
	if len(own) == 0 && kind != "" && kind != "0" {
		return entries
	}
	return own
}
