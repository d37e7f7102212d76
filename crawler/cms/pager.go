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
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
)

// maxFurther bounds the further pages that one page may name.
const maxFurther = 50

var (
	nextWords = regexp.MustCompile(`(?i)^` + pagerFrame + `(?:[>＞›»→▶►❯]{1,2}|` +
		`(?:下 ?一?|后 ?一?) ?[页頁] ?(?:[(（](?:\d{1,4}(?:/\d{1,4})?|N)[)）])? ?[>＞〉›»→▶►❯|]{0,3}|` +
		`next(?: ?page)? ?[>＞〉›»→▶►❯]{0,2}|[后向]翻)` + pagerFrame + `$`)
	lastWords = regexp.MustCompile(`^` + pagerFrame + `(?:尾|末|最后一?) ?[页頁]` + pagerFrame + `$`)
	pageWords = regexp.MustCompile(`(?i)^` + pagerFrame + `(?:[<>＜＞«»‹›←→]{1,2}|` +
		`[<＜〈«‹←]{0,2} ?(?:上 ?一?|前 ?一?|首|第一|尾|末|最后一?) ?[页頁] ?[>＞〉›»→|]{0,2}|` +
		`first|last|prev(?:ious)?(?: ?page)?|` +
		`第?\d{1,4}[页頁]|\.{2,3}|…|跳转|go)` + pagerFrame + `$`)
	pageNumber = regexp.MustCompile(`^\[?(?:第 ?)?([1-9]\d{0,3}) ?[页頁]?\]?$`)
)

// pagerFrame is what may stand around the words of a pager's link: [下一页], 【尾页】.
const pagerFrame = `[\[【(（\])）】 ]*`

// pagerLink is what a link says about pages.
type pagerLink struct {
	page.Link
	number int  // 0 if it names none
	next   bool // it leads to the next page
}

// further finds the pages on which the list goes on: the next one first, then the numbered ones after the present
// page. pagers are all links that turn pages; they are no entries.
func further(p Page, links []page.Link) (next []Request, pagers map[*html.Node]bool) {
	pagers = map[*html.Node]bool{}
	var found []pagerLink
	for from := 0; from < len(links); {
		run := turning(links[from:])
		from += max(len(run), 1)
		if len(run) == 1 && run[0].number > 0 && !numbers(run[0].URL, run[0].number) { // a lone number is no pager
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

// numbers says whether an address itself names the page of that number, counted from 1 or from 0: index_2.html, ?page=2.
func numbers(address string, page int) bool {
	n, _, ok := numberIn(address)
	return ok && page > 1 && (n == page || n == page-1)
}

// numberIn is the number of a page in an address, and the address of another page of that list; ok is false if there is no
// number.
func numberIn(address string) (n int, page func(n int) string, ok bool) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, nil, false
	}
	query := u.Query()
	for _, name := range pageParameters {
		if n := number(query, name); n > 0 && n < 10_000 {
			return n, func(n int) string { return get(address, url.Values{name: {strconv.Itoa(n)}}).URL }, true
		}
	}
	folder, name := path.Split(u.Path)
	m := lastNumber.FindStringSubmatch(name)
	if m == nil || len(m[2]) > 4 {
		return 0, nil, false
	}
	n, _ = strconv.Atoi(m[2]) // at most four digits
	return n, func(n int) string {
		other := *u
		other.Path, other.RawPath = folder+lastNumber.ReplaceAllString(name, "${1}"+strconv.Itoa(n)+"${3}"), ""
		return other.String()
	}, true
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
		words := cmp.Or(strings.TrimSpace(l.Text), l.Title, iconWords(l.Node))
		t := pagerLink{Link: l, number: pageIn(words)}
		t.next = strings.Contains(" "+l.Rel+" ", " next ") || nextWords.MatchString(words)
		if t.number == 0 && !t.next && !pageWords.MatchString(words) {
			return run
		}
		run = append(run, t)
	}
	return run
}

var (
	nextIcon = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:page[_-]?)?next(?:[_-]?page)?(?:[^a-z]|$)`)
	turnIcon = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:page[_-]?)?(?:prev(?:ious)?|first|last)(?:[_-]?page)?(?:[^a-z]|$)|` +
		`(?:angle|chevron|arrow|caret)s?[_-](?:double[_-])?(?:left|right)`)
)

// iconWords are the words for which the icon of a link without any stands: those of its label, else by the names of its
// classes and pictures. An arrow may lead anywhere, so it only keeps a pager together.
func iconWords(n *html.Node) string {
	if n == nil {
		return ""
	}
	if label := cmp.Or(attribute(n, "aria-label"), attribute(n, "alt"), attribute(n, "value")); label != "" {
		return label
	}
	names := attribute(n, "class") + " " + attribute(n, "id") + " " + path.Base(attribute(n, "src"))
	if n.Parent != nil && n.Parent.DataAtom == atom.Li {
		names += " " + attribute(n.Parent, "class")
	}
	seen := 0
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			names += " " + attribute(d, "class") + " " + path.Base(attribute(d, "src"))
		}
		if seen++; seen > maxWords || len(names) > longestIcon {
			break
		}
	}
	names = names[:min(len(names), longestIcon)]
	switch {
	case nextIcon.MatchString(names):
		return "下一页"
	case turnIcon.MatchString(names):
		return "…"
	}
	return ""
}

// longestIcon bounds the names that are looked at.
const longestIcon = 300

// pageIn is the page that a link's words name: 3, [3], 第3页. It is 0 if they name none, and for a year: columns are
// often parted by years.
func pageIn(words string) int {
	m := pageNumber.FindStringSubmatch(words)
	if m == nil || len(m[1]) == 4 && (m[1][:2] == "19" || m[1][:2] == "20") {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // at most four digits
	return n
}

// sameHost says whether two addresses are of one host. Some pages print the standard port, and those that were asked for
// without www. print their own addresses with it.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(withoutWWW(hostOf(a)), withoutWWW(hostOf(b)))
}

func withoutWWW(host string) string {
	if len(host) > 4 && strings.EqualFold(host[:4], "www.") {
		return host[4:]
	}
	return host
}

// hostOf is host and port of an address, the standard port left out.
func hostOf(u *url.URL) string {
	if u.Port() == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return u.Host
}

// sameList says whether an address can be another page of the list found at own: same host, same folder or below.
func sameList(own *url.URL, address string) bool {
	u, err := url.Parse(address)
	if err != nil || !sameHost(u, own) {
		return false
	}
	folder := own.EscapedPath()
	if folder != "" && !strings.HasSuffix(folder, "/") {
		folder = path.Dir(folder)
	}
	folder = strings.TrimSuffix(folder, "/") + "/"
	return strings.HasPrefix(u.EscapedPath(), folder) || u.EscapedPath()+"/" == folder
}
