package cms

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// huilan is the portal of 慧点 (海关, 中国人民银行, 北京市住建委, departments of Liaoning). Its entries are HTML links; its pagers are
// links whose address stands in a tagname attribute or a call of queryArticleByCondition (…/eportal/ui?pageId=…&
// currentPage=2, …/index2.html, …/5dbcf8b5-2.shtml), on newer sites javascript:next(2) for index_2.html.
type huilan struct{}

var (
	huilanSign = regexp.MustCompile(`\bqueryArticleByCondition\s*\(|\beasysite-|` +
		`/?\beportal/(?:ui\?pageId=|uiFramework|fileDir)|` +
		`article_paging_list_hidden|(?i)javascript:\s*next\(\s*\d+\s*\)`)
	huilanQuery = regexp.MustCompile(`queryArticleByCondition\s*\(\s*this\s*,\s*['"]([^'"]+)['"]`)
	huilanNext  = regexp.MustCompile(`(?i)\bnext\(\s*['"]?(\d{1,4})['"]?\s*\)`)
	// huilanPages are the places that say how many pages the list has.
	huilanPages = regexp.MustCompile(`(?s)\btotalpage=["']?(\d{1,4})\b|` +
		`easysite-total-page.{0,80}?\d\s*(?:</b>)?\s*/\s*(?:<b>)?\s*(\d{1,4})\b`)
	// huilanNumber is the page number in the address of a second page.
	huilanNumber = regexp.MustCompile(`(?i)([?&]currentPage=|[-_]|index)2(&|$|\.s?html?$)`)
)

func (huilan) Name() string { return "huilan" }

func (huilan) Recognise(p Page) (sign string, ok bool) {
	sign = huilanSign.FindString(p.text())
	return sign + " in the page", sign != ""
}

func (huilan) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	if m := huilanPages.FindStringSubmatch(p.text()); m != nil {
		l.Pages, _ = strconv.Atoi(m[1] + m[2]) // at most four digits
	}
	var pager []Request
	var counted []int
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if number, ok := huilanCounted(n); ok {
			counted = append(counted, number)
		} else if address, ok := huilanLink(p, n); ok {
			pager = append(pager, Request{URL: address})
		}
	}
	if len(pager) == 0 {
		pager = huilanNumbered(p, counted)
	}
	if len(pager) == 0 {
		return l, nil
	}
	l.Next = pager
	if second := huilanNumber.FindStringSubmatchIndex(pager[0].URL); second != nil && p.Number == 1 && l.Pages > 1 {
		before, behind := pager[0].URL[:second[3]], pager[0].URL[second[4]:]
		l.Next = numbered(2, l.Pages, func(n int) Request { return Request{URL: before + strconv.Itoa(n) + behind} })
	}
	l.Items = slices.DeleteFunc(l.Items, func(i Item) bool {
		return slices.ContainsFunc(l.Next, func(r Request) bool { return r.URL == withoutFragment(i.URL) })
	})
	return l, nil
}

// huilanWords are what a link to a page other than the next says.
var huilanWords = regexp.MustCompile(`^(?:\[?([2-9]|\d{2,4})\]?|尾页|末页|最后一?页)$`)

// huilanCounted is the number of the page that a link asks next() for. Links back are left out.
func huilanCounted(n *html.Node) (number int, ok bool) {
	m := huilanNext.FindStringSubmatch(attribute(n, "href") + attribute(n, "onclick"))
	if m == nil {
		return 0, false
	}
	words := strings.TrimSpace(page.Text(n))
	if !nextWords.MatchString(words) && !huilanWords.MatchString(words) {
		return 0, false
	}
	number, err := strconv.Atoi(m[1])
	return number, err == nil
}

// huilanLink is the address of the next page, where the element is the link to it.
func huilanLink(p Page, n *html.Node) (address string, ok bool) {
	ref := attribute(n, "tagname")
	if m := huilanQuery.FindStringSubmatch(attribute(n, "onclick")); m != nil {
		ref = m[1]
	}
	if ref == "" || strings.HasPrefix(ref, "[") { // [NEXTPAGE] on the last page
		return "", false
	}
	if !nextWords.MatchString(strings.TrimSpace(page.Text(n))) && !nextWords.MatchString(attribute(n, "title")) {
		return "", false
	}
	address, ok = p.resolve(ref)
	return address, ok && ownHost(p.URL, address) && address != withoutFragment(p.URL.String())
}

// huilanOwn is the number in the address of a page of a counted list.
var huilanOwn = regexp.MustCompile(`index_(\d{1,4})(?:\.\w+)?$`)

// huilanNumbered are the pages index_N from the one behind the page at hand to the last that its pager names.
func huilanNumbered(p Page, counted []int) []Request {
	own, ending := 0, path.Ext(p.URL.Path)
	if m := huilanOwn.FindStringSubmatch(p.URL.Path); m != nil {
		own, _ = strconv.Atoi(m[1]) // at most four digits
	}
	counted = slices.DeleteFunc(counted, func(n int) bool { return n <= own })
	if len(counted) == 0 {
		return nil
	}
	return numbered(slices.Min(counted), slices.Max(counted), func(n int) Request {
		address, _ := p.resolve("index_" + strconv.Itoa(n) + cmp.Or(ending, ".html"))
		return Request{URL: address}
	})
}

func ownHost(own *url.URL, address string) bool {
	u, err := url.Parse(address)
	return err == nil && sameHost(u, own)
}
