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

// maxFurther bounds the further pages that one page may name.
const maxFurther = 50

var (
	nextWords = regexp.MustCompile(`(?i)^(?:[>›»→]{1,2}|(?:下一?|后一?)[页頁][>›»→]{0,2}|next(?: ?page)?[>›»→]{0,2})$`)
	pageWords = regexp.MustCompile(`(?i)^(?:[<>«»‹›←→]{1,2}|[<«‹←]{0,2}(?:上一?|前一?|首|第一|尾|末|最后一?)[页頁]|` +
		`first|last|prev(?:ious)?(?: ?page)?|` +
		`第?\d{1,4}[页頁]|\.{2,3}|…|跳转|go)$`)
	// yearTab is the text of a link to the part of a column that holds one year; article is a folder named by an article's
	// number, as some systems have (…/1027108/index.html).
	yearTab    = regexp.MustCompile(`^(?:19|20)\d\d ?(?:年度?)?$`)
	article    = regexp.MustCompile(`/\d{5,}/(?:index\.\w+)?$`)
	listName   = regexp.MustCompile(`/(?:(?:index|list|\w+_list)\.\w+)?$`)
	pageNumber = regexp.MustCompile(`^\[?(?:第 ?)?([1-9]\d{0,3}) ?[页頁]?\]?$`)
)

// pagerLink is what a link says about pages.
type pagerLink struct {
	page.Link
	number int  // 0 if it names none
	next   bool // it leads to the next page
}

// further finds the pages on which the list goes on: the next one first, then the numbered ones after the present page,
// then the lists of single years. pagers are all links that turn pages; they are no entries.
func further(p Page, links []page.Link) (next []Request, pagers map[*html.Node]bool) {
	pagers = map[*html.Node]bool{}
	var found []pagerLink
	for from := 0; from < len(links); {
		run := turning(links[from:])
		if run == nil {
			if l := links[from]; tab(p.URL, l) {
				pagers[l.Node] = true
				found = append(found, pagerLink{Link: l, number: afterNumbers})
			}
			from++
			continue
		}
		from += len(run)
		if len(run) == 1 && run[0].number > 0 { // a lone number is no pager
			continue
		}
		for _, l := range run {
			pagers[l.Node] = true
			if l.next || l.number > p.Number {
				found = append(found, l)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b pagerLink) int { return cmp.Compare(a.order(), b.order()) })

	asked := map[string]bool{withoutFragment(p.URL.String()): true}
	for _, l := range found {
		address := withoutFragment(l.URL)
		if asked[address] || !sameList(p.URL, address) || len(next) == maxFurther {
			continue
		}
		asked[address] = true
		next = append(next, Request{URL: address})
	}
	return next, pagers
}

// afterNumbers is a page number behind all that are read from a page, which have four digits.
const afterNumbers = 10_000

// tab says whether a link leads to the list of one year: it names a year and nothing else, and its address is a list's,
// a folder or the list's own with another query.
func tab(own *url.URL, l page.Link) bool {
	if !yearTab.MatchString(l.Text) || !sameList(own, l.URL) {
		return false
	}
	u, err := url.Parse(l.URL)
	if err != nil {
		return false
	}
	at := u.EscapedPath()
	return at == own.EscapedPath() && u.RawQuery != own.RawQuery || listName.MatchString(at) && !article.MatchString(at)
}

// order sorts the next page in front of the numbered ones.
func (l pagerLink) order() int {
	if l.next {
		return 0
	}
	return l.number
}

// turning is the unbroken run of pager links with which links begin.
func turning(links []page.Link) (run []pagerLink) {
	for _, l := range links {
		words := strings.TrimSpace(l.Text)
		if words == "" {
			words = l.Title
		}
		t := pagerLink{Link: l}
		switch m := pageNumber.FindStringSubmatch(words); {
		case strings.Contains(" "+l.Rel+" ", " next ") || nextWords.MatchString(words):
			t.next = true
		case m != nil && !year(m[1]):
			t.number, _ = strconv.Atoi(m[1])
		case pageWords.MatchString(words):
		default:
			return run
		}
		run = append(run, t)
	}
	return run
}

// year says whether a number names a year rather than a page: columns are often parted by years.
func year(digits string) bool { return len(digits) == 4 && (digits[:2] == "19" || digits[:2] == "20") }

// sameList says whether an address can be another page of the list found at own: same host, same folder or below.
func sameList(own *url.URL, address string) bool {
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Host, own.Host) {
		return false
	}
	folder := own.EscapedPath()
	if folder != "" && !strings.HasSuffix(folder, "/") {
		folder = path.Dir(folder)
	}
	folder = strings.TrimSuffix(folder, "/") + "/"
	return strings.HasPrefix(u.EscapedPath(), folder) || u.EscapedPath()+"/" == folder
}
