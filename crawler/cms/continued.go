package cms

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"nianbao/extract/page"
)

// ownFurther is what stands between a document's name and its ending on its further pages: 123_2.html, 123-2.html.
var ownFurther = regexp.MustCompile(`^[_-]\d{1,3}$`)

// Continued are the further pages of a document that its site has cut into several: those to which a pager leads whose names begin
// with the document's own, and those that a pager's call counts (TRS). Links to other documents (下一篇) have other names.
func Continued(p Page) []Request {
	base := path.Base(p.URL.Path)
	ext := path.Ext(base)
	name := strings.TrimSuffix(base, ext)
	source := p.text()
	if ext == "" || name == "" || strings.HasSuffix(p.URL.Path, "/") || !pagerMark.MatchString(source) {
		return nil
	}
	if call, ok := pagerCallIn(source, false); ok && call.pages > 1 && call.name == name {
		return p.numberedFiles(name, ext[1:], 1, call.last(1))
	}
	doc, err := parse(p)
	if err != nil {
		return nil
	}
	next, _ := further(p, page.Links(doc, p.URL))
	var own []Request
	for _, r := range next {
		u, err := url.Parse(r.URL)
		if err != nil {
			continue
		}
		rest, ok := strings.CutPrefix(path.Base(u.Path), name)
		if rest, same := strings.CutSuffix(rest, ext); ok && same && ownFurther.MatchString(rest) {
			own = append(own, r)
		}
	}
	return own
}

// pagerMark is in every page that has a pager.
var pagerMark = regexp.MustCompile(`createPage|下\s?一?\s?[页頁]|后\s?一?\s?[页頁]`)
