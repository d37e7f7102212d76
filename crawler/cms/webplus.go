package cms

import (
	"regexp"
	"strconv"

	"nianbao/extract/page"
)

// webPlus reads the lists of WebPlus (苏迪): list.htm, list2.htm and so on, with the numbers of entries and pages in the
// pager.
type webPlus struct{}

var (
	webPlusSign    = regexp.MustCompile(`wp_paging|wp_news_w\d|wp_listcolumn|wp_articlecontent|/_upload/(?:tpl|site)/`)
	webPlusPage    = regexp.MustCompile(`/list\d*(\.htm)$`)
	webPlusEntries = regexp.MustCompile(`总共\s*(\d+)\s*(?:条|记录)`)
	webPlusPages   = regexp.MustCompile(`页码\s*\d+\s*/\s*(\d+)`)
)

func (webPlus) Name() string { return "webplus" }

func (webPlus) Recognise(p Page) (sign string, ok bool) {
	if m := webPlusSign.Find(p.Body); m != nil {
		return string(m) + " in the page", true
	}
	return "", false
}

func (webPlus) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	text := page.Text(doc)
	if m := webPlusEntries.FindStringSubmatch(text); m != nil {
		l.Total = countOf(m[1])
	}
	if m := webPlusPages.FindStringSubmatch(text); m != nil {
		l.Pages = countOf(m[1])
	}
	own := withoutFragment(p.URL.String())
	if len(l.Next) > 0 {
		own = l.Next[0].URL // a column's first page may have another name: main.htm, or a folder
	}
	if webPlusPage.MatchString(own) && l.Pages > 0 {
		l.Next = numbered(p.Number+1, l.Pages, func(n int) Request {
			return Request{URL: webPlusPage.ReplaceAllString(own, "/list"+strconv.Itoa(n)+"$1")}
		})
	}
	return l, nil
}
