package cms

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"nianbao/extract/page"
)

// nfcms reads the lists of NFCMS, the system of Guangdong's sites: index.html, index_2.html, on some index2.html. Its
// pager has links, but not to every page.
type nfcms struct{}

func (nfcms) Name() string { return "nfcms" }

var (
	nfcmsArticle = regexp.MustCompile(`(?i)href\s*=\s*["']?[^"'\s>]*/?content/m?post_\d+\.html`)
	nfcmsPager   = regexp.MustCompile(`(?i)href\s*=\s*["']?[^"'\s>]*\bindex_?\d{1,4}\.html`)
	nfcmsFile    = regexp.MustCompile(`^index(_?)([1-9]\d{0,3})\.(html?)$`)
)

func (nfcms) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	switch {
	case strings.Contains(source, "NFCMS_SITE_ID"):
		return "NFCMS_SITE_ID in the page", true
	case nfcmsArticle.MatchString(source) && nfcmsPager.MatchString(source):
		return "articles named content/post_<number>.html and a pager of index_<number>.html", true
	}
	return "", false
}

func (nfcms) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	last, mark, ext := lastIndex(p.URL, links)
	l.Pages = max(l.Pages, last)
	isPage := func(address string) bool { n, _, _ := indexNumber(p.URL, address); return n > 0 }
	l.Items = slices.DeleteFunc(l.Items, func(i Item) bool { return isPage(i.URL) })
	l.Next = slices.DeleteFunc(l.Next, func(r Request) bool { return isPage(r.URL) }) // they come in their order
	current, _, _ := indexNumber(p.URL, p.URL.String())
	return l.withFurther(numbered(max(current, 1)+1, l.Pages, func(n int) Request {
		address, _ := p.resolve("index" + mark + strconv.Itoa(n) + "." + ext)
		return Request{URL: address}
	})), nil
}

// lastIndex is the highest number of a page that links lead to, and how its name is spelled: where there is none, as on
// most sites.
func lastIndex(own *url.URL, links []page.Link) (last int, mark, ext string) {
	mark, ext = "_", "html"
	for _, l := range links {
		if n, m, e := indexNumber(own, l.URL); n > last {
			last, mark, ext = n, m, e
		}
	}
	return last, mark, ext
}

// indexNumber is the number of a further page in the list's own folder, 0 if the address is none.
func indexNumber(own *url.URL, address string) (n int, mark, ext string) {
	u, err := url.Parse(address)
	if err != nil || !sameHost(u, own) {
		return 0, "", ""
	}
	folder, file := path.Split(u.EscapedPath())
	ownFolder, _ := path.Split(own.EscapedPath())
	m := nfcmsFile.FindStringSubmatch(file)
	if m == nil || folder != ownFolder {
		return 0, "", ""
	}
	n, _ = strconv.Atoi(m[2])
	return n, m[1], m[3]
}
