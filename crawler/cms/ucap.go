package cms

import (
	"cmp"
	"fmt"
	"path"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// ucap reads the static lists of UCAP (开普云). The first page is list.shtml, the second list_2.shtml; a script prints the
// pager, so that no link leads there, and ?page=2 brings the first page again.
type ucap struct{}

func (ucap) Name() string { return "ucap" }

func (ucap) Recognise(p Page) (sign string, ok bool) {
	call, ok := pagerCallIn(p.text(), true)
	if !ok {
		return "", false
	}
	return fmt.Sprintf("createPageHTML('%s', number of pages, …) in the page", call.element), true
}

func (ucap) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	call, ok := pagerCallIn(p.text(), true)
	if !ok { // one page, or a page of a list that has lost its pager
		return l, nil
	}
	name, ext := p.file()
	if printed := pageParameter(doc); call.name == "" && printed != "" {
		ext = strings.TrimPrefix(path.Ext(printed), ".")
		name = strings.TrimSuffix(printed, path.Ext(printed))
	}
	name, ext = cmp.Or(call.name, name, "index"), cmp.Or(call.ext, ext, "shtml")
	l.Pages, l.Total = call.pages, max(l.Total, call.total)
	return l.withFurther(p.numberedFiles(name, ext, call.current+1, call.pages)), nil
}

// pageParameter is the address of the first page as some templates keep it for the pager: in the attribute url of an
// element with the id pageParam.
func pageParameter(doc *html.Node) string {
	for n := range doc.Descendants() {
		if attribute(n, "id") == "pageParam" {
			return attribute(n, "url")
		}
	}
	return ""
}
