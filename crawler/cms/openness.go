package cms

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/extract/page"
)

// openness reads the lists of the directory of open information that sites in Anhui and Hulunbuir share:
// /OpennessContent/showList/<branch>/<column>/page_N.html and its kin.
type openness struct{}

var (
	// opennessAddress is the path of a list or an entry.
	opennessAddress = regexp.MustCompile(`(?i)/(?:Branch)?Openness(?:Content|AnnualReport)/|` +
		`/openness/detail/content/[0-9a-f]{24}|/XxgkPolicy/|/News/showList/\d+|` +
		`/opennessContent/?\?(?:.*&)?(?:branch_id|column_code)=`)
	opennessPage = regexp.MustCompile(`/page_(\d+)(\.html?)$`)
)

func (openness) Name() string { return "openness" }

func (openness) Recognise(p Page) (sign string, ok bool) {
	if m := opennessAddress.FindString(p.URL.RequestURI()); m != "" {
		return m + " in the address", true
	}
	if !opennessAddress.Match(p.Body) {
		return "", false
	}
	doc, err := parse(p)
	if err != nil {
		return "", false
	}
	for _, l := range page.Links(doc, p.URL) {
		u, err := url.Parse(l.URL)
		if err != nil || !sameHost(u, p.URL) {
			continue // a portal links to directories on other hosts
		}
		if m := opennessAddress.FindString(u.RequestURI()); strings.Contains(strings.ToLower(m), "content/") {
			return "entries at " + m, true
		}
	}
	return "", false
}

func (openness) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := turned(p, doc, list(p, doc, links, links))
	if template := opennessTemplate(p, l); template != "" {
		last := l.Pages
		for _, link := range links {
			m := opennessPage.FindStringSubmatch(withoutFragment(link.URL))
			if m != nil && opennessAt(link.URL, template) {
				last = max(last, countOf(m[1]))
			}
		}
		l.Pages = last
		l.Next = numbered(p.Number+1, last, func(n int) Request {
			return Request{URL: opennessPage.ReplaceAllString(template, "/page_"+strconv.Itoa(n)+"$2")}
		})
	}
	return l, nil
}

// opennessTemplate is the address of one page of the list, "" if its pages have other names: the list's own address,
// or that of the next page if the first has none.
func opennessTemplate(p Page, l List) string {
	if own := withoutFragment(p.URL.String()); opennessPage.MatchString(own) {
		return own
	}
	if len(l.Next) > 0 && opennessPage.MatchString(l.Next[0].URL) {
		return l.Next[0].URL
	}
	return ""
}

// opennessAt says whether an address is that of another page of the same list.
func opennessAt(address, template string) bool {
	return opennessPage.ReplaceAllString(withoutFragment(address), "") == opennessPage.ReplaceAllString(template, "")
}
