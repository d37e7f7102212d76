package cms

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	// pageCall is a call that turns to a page and names it: gotoPage(2), toPage('3').
	pageCall = regexp.MustCompile(`(?i)(?:page|fenye|turn|jump|goto)\w*\(\s*['"]?(\d{1,4})['"]?\s*[,)]`)
	// scriptAddress is an address in such a script.
	scriptAddress = regexp.MustCompile(`['"]([\w./%-]+\.\w{2,6}(?:\?[^'"<>\s]*)?|\?[^'"<>\s]+)['"]`)
	// builtAddress is how a script makes the address of a page: location.href = 'list_12_' + n + '.html'.
	builtAddress = regexp.MustCompile(`location(?:\.href)?\s*=\s*["']([^"'<>\s]+)["']\s*\+\s*[\w.()]+` +
		`(?:\s*\+\s*["']([^"'<>\s]*)["'])?`)
	// lastNumber is the number at the end of a page's name: 1.html, list_12_1.html, column-index-1.shtml.
	lastNumber = regexp.MustCompile(`(^|[_-])(\d+)(\.\w+)$`)
)

// pageParameters are the parameters by which sites number pages.
var pageParameters = []string{"page", "pageNo", "pageIndex", "pageNum", "currentPage", "curPage", "cur_page", "p"}

// turn is what an element says about pages that is no link: a button, an option, a call of a script.
type turn struct {
	address string // "" if the script names none
	number  int    // 0 if it names none
	next    bool
}

// scripted finds the further pages of a list whose pager has no links: by the addresses in its scripts; else by the
// number of pages, and the address as a script of the page makes it, or as the list's own would go on. known is the number of
// pages that the page states, all the number that is stated, named or counted in a script.
func scripted(p Page, doc *html.Node, known int) (next []Request, all int) {
	turns := turnsOf(p, doc)
	pages := known
	for _, t := range turns {
		pages = max(pages, t.number)
	}
	if pages == 0 {
		pages = max(silentPages(p, doc), pagesInScripts(doc))
	}
	add := func(address string) {
		if len(next) < maxFurther && address != withoutFragment(p.URL.String()) && sameList(p.URL, address) &&
			!slices.ContainsFunc(next, func(r Request) bool { return r.URL == address }) {
			next = append(next, Request{URL: address})
		}
	}
	for _, first := range []bool{true, false} { // the next page before the numbered ones
		for _, t := range turns {
			if t.address != "" && t.next == first && (t.next || t.number > p.Number) {
				add(t.address)
			}
		}
	}
	if len(next) > 0 {
		return next, pages
	}
	address := pageAddress(p, doc)
	for n := p.Number + 1; n <= pages; n++ {
		add(address(n))
	}
	return next, pages
}

// silentPages is the highest number in a pager whose links lead nowhere, as a script elsewhere listens to them; 0 if there is
// none. Without words of a pager beside them numbers are days of a calendar.
func silentPages(p Page, doc *html.Node) (pages int) {
	pager := false
	for n := range doc.Descendants() {
		href := attribute(n, "href")
		if n.DataAtom != atom.A && n.DataAtom != atom.Button || href != "" && !strings.HasPrefix(href, "#") && !hasScript(href) {
			continue
		}
		words := wordsOf(n)
		pager = pager || strings.Contains(words, "页") && (nextWords.MatchString(words) || lastWords.MatchString(words))
		pages = max(pages, pageIn(words))
	}
	if !pager || pages <= p.Number {
		return 0
	}
	return pages
}

var (
	// pagesVariable is what scripts call the number of pages: totalPage = 3, pageCount: 3.
	pagesVariable = regexp.MustCompile(`(?i)(?:^|[^\w$.])["']?` +
		`(?:total_?pages?|page_?count|pages?_?total|count_?page)["']?\s*[:=]\s*["']?(\d{1,4})\b`)
	// pagerPlugin is a script's call of what prints pagers, entriesVariable and sizeVariable are what it is told instead of pages.
	pagerPlugin     = regexp.MustCompile(`(?i)laypage|pagination\s*\(|kkpager|\.paging\s*\(`)
	entriesVariable = regexp.MustCompile(`(?i)(?:^|[^\w$.])["']?(?:count|total(?:_?(?:counts?|records?|data|num))?)["']?\s*[:=]\s*["']?(\d{1,6})\b`)
	sizeVariable    = regexp.MustCompile(`(?i)(?:^|[^\w$.])["']?(?:limit|page_?size|per_?page|show_?num)["']?\s*[:=]\s*["']?(\d{1,3})\b`)
	// pagerElement is the name of the element that a script prints the pager into.
	pagerElement = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:pag(?:e|es|er|ing|ination)(?:[_-]?` +
		`(?:div|list|box|bar|nav|content|wrap))?|laypage|fenye)\d?(?:$|[\s_-])`)
)

// pagesInScripts is the number of pages that a script counts, where the page has an empty element for it to print a pager into;
// 0 for none.
func pagesInScripts(doc *html.Node) (pages int) {
	place := false
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.Script && n.FirstChild != nil:
			for _, m := range pagesVariable.FindAllStringSubmatch(n.FirstChild.Data, -1) {
				count, _ := strconv.Atoi(m[1]) // at most four digits
				pages = max(pages, count)
			}
			if pagerPlugin.MatchString(n.FirstChild.Data) {
				pages = max(pages, pagesOf(firstNumber(entriesVariable, n.FirstChild.Data), firstNumber(sizeVariable, n.FirstChild.Data)))
			}
		case n.Type == html.ElementNode && !place && n.DataAtom != atom.Input:
			place = (pagerElement.MatchString(attribute(n, "id")) || pagerElement.MatchString(attribute(n, "class"))) && hollow(n)
		}
	}
	if !place {
		return 0
	}
	return pages
}

// hollow says whether an element shows nothing until a script fills it.
func hollow(n *html.Node) bool {
	seen := 0
	for d := range n.Descendants() {
		if seen++; seen > maxWords || d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && strings.TrimSpace(d.Data) != "" {
			return false
		}
	}
	return true
}

// upToLast are the pages up to that to which a link to the last one leads, where no other link leads on, and the number of the
// last. Names may count from 0: then there is one more, which is asked in the end.
func upToLast(p Page, doc *html.Node) (next []Request, last int) {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.A || !lastWords.MatchString(wordsOf(n)) {
			continue
		}
		address, ok := p.resolve(attribute(n, "href"))
		last, page, numbers := numberIn(address)
		if !ok || !numbers || last < p.Number || !sameList(p.URL, address) {
			continue
		}
		next = numbered(p.Number+1, last, func(n int) Request { return Request{URL: page(n)} })
		if p.Number == 1 && !strings.Contains(address, "?") {
			next = append(next, Request{URL: page(1), Guess: true})
		}
		return next, last
	}
	return nil, 0
}

// turnsOf are the elements that turn pages by a script.
func turnsOf(p Page, doc *html.Node) (turns []turn) {
	for n := range doc.Descendants() {
		script := attribute(n, "onclick")
		switch href := attribute(n, "href"); {
		case script == "" && hasScript(href):
			script = href
		case n.DataAtom == atom.Option:
			script = "'" + attribute(n, "value") + "'"
		}
		if script == "" {
			continue
		}
		words := wordsOf(n)
		t := turn{number: pageIn(words), next: nextWords.MatchString(words)}
		if t.number == 0 && !t.next && !pageWords.MatchString(words) {
			continue
		}
		if m := scriptAddress.FindStringSubmatch(script); m != nil {
			if address, ok := p.resolve(m[1]); ok {
				t.address = withoutFragment(address)
			}
		} else if m := pageCall.FindStringSubmatch(script); m != nil {
			t.number, _ = strconv.Atoi(m[1]) // at most four digits
		} else {
			continue
		}
		turns = append(turns, t)
	}
	return turns
}

// hasScript says whether an address is a script.
func hasScript(href string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(href)), "javascript:")
}

// maxWords is how many nodes below an element are looked at for its words.
const maxWords = 8

// wordsOf is the short text of an element, or of a button its value.
func wordsOf(n *html.Node) string {
	if n.DataAtom == atom.Input {
		return strings.TrimSpace(attribute(n, "value"))
	}
	var b strings.Builder
	seen := 0
	for d := range n.Descendants() {
		if seen++; seen > maxWords {
			break
		}
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// pageAddress is how the addresses of the list's pages are made: as a script of the page does it, else by counting on
// from the list's own address.
func pageAddress(p Page, doc *html.Node) func(n int) string {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Script || n.FirstChild == nil {
			continue
		}
		for _, m := range builtAddress.FindAllStringSubmatch(n.FirstChild.Data, -1) {
			if first, ok := p.resolve(m[1] + "1" + m[2]); ok && sameList(p.URL, first) {
				return func(n int) string {
					address, _ := p.resolve(m[1] + strconv.Itoa(n) + m[2])
					return address
				}
			}
		}
	}
	return func(n int) string { return countedOn(p.URL, n) }
}

// countedOn is the address of page n by the list's own: its page parameter or the number at its end replaced, else a
// number put in, as most static sites do (index_2.html).
func countedOn(own *url.URL, n int) string {
	u := *own
	u.Fragment, u.RawFragment = "", ""
	query := u.Query()
	for _, name := range pageParameters {
		if query.Get(name) != "" {
			query.Set(name, strconv.Itoa(n))
			u.RawQuery = query.Encode()
			return u.String()
		}
	}
	folder, name := path.Split(u.Path)
	switch extension := path.Ext(name); {
	case name == "":
		name = "index_" + strconv.Itoa(n) + ".html"
	case lastNumber.MatchString(name):
		name = lastNumber.ReplaceAllString(name, "${1}"+strconv.Itoa(n)+"${3}")
	default:
		name = strings.TrimSuffix(name, extension) + "_" + strconv.Itoa(n) + extension
	}
	u.Path, u.RawPath = folder+name, ""
	return u.String()
}
