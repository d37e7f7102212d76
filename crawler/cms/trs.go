package cms

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"nianbao/extract/page"
)

// trs reads the static lists of TRS WCM (拓尔思) and of systems that copy its templates. The first page is index.html, the
// second index_1.html; a script prints the pager, so that no link leads there.
type trs struct{}

func (trs) Name() string { return "trs" }

func (trs) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	if _, ok := pagerCallIn(source, false); ok {
		return "createPageHTML(number of pages, …) in the page", true
	}
	if pagesCounted.MatchString(source) {
		return "a script variable countPage in the page", true
	}
	if datedArticle.MatchString(source) && !listService.MatchString(source) && pagesWithoutPager(p) {
		return "articles named t<date>_<number>.html, and a number of pages without a way there", true
	}
	return "", false
}

var (
	// datedArticle is a link to an article, and its extension.
	datedArticle = regexp.MustCompile(`(?i)href\s*=\s*["']?[^"'\s>]*/t20\d{6}_\d+(?:_wap)?\.(s?html?)\b`)
	// listService is an address of a service by which sites with such articles load their lists instead.
	listService = regexp.MustCompile(`/igs/front/search|/was5/web/search|fjdzapp|/govsearch/|__doPostBack`)
)

// pagesWithoutPager says whether a page states that the list has several pages, and neither link nor script leads to
// them.
func pagesWithoutPager(p Page) bool {
	doc, err := parse(p)
	if err != nil {
		return false
	}
	_, pages := counts(doc)
	if pages < 2 || len(turnsOf(p, doc)) > 0 {
		return false
	}
	next, _ := further(p, page.Links(doc, p.URL))
	return len(next) == 0
}

func (trs) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	if p.Number > 1 && len(links) == 0 {
		return List{}, fmt.Errorf("expected entries on %s, found a stub of %d bytes without a link", p.URL, len(p.Body))
	}
	l := list(p, doc, links, links)
	source := p.text()
	name, ext := p.file()
	call, called := pagerCallIn(source, false)
	if !called {
		call.pages, called = counted("countPage", source)
		call.current, _ = counted("currentPage", source)
	}
	name = cmp.Or(call.name, name, "index")
	ext = cmp.Or(call.ext, ext, articleExtension(source), "html")
	switch {
	case called:
		l.Pages = call.pages
		return l.withFurther(p.numberedFiles(name, ext, call.current+1, call.last(p.Number))), nil
	case p.Number == 1 && len(l.Next) == 0 && l.Pages > 1: // from 0 or from 1: one of the two ends will not be there
		next := p.numberedFiles(name, ext, 1, l.Pages)
		if len(next) > 0 {
			next[0].Guess, next[len(next)-1].Guess = true, true
		}
		return l.withFurther(next), nil
	}
	return l, nil
}

// last is the number of the last page. Lists count from 0; those that call their first page 1 count from 1.
func (c pagerCall) last(number int) int {
	if c.current == number {
		return c.pages
	}
	return c.pages - 1
}

// articleExtension is the extension of the articles, which lists mostly share.
func articleExtension(source string) string {
	if m := datedArticle.FindStringSubmatch(source); m != nil {
		return strings.ToLower(m[1])
	}
	return ""
}
