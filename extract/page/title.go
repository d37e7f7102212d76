package page

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/title"
)

// titleClasses are the classes and ids under which sites print a document's title, in lower case.
var titleClasses = map[string]bool{
	"title": true, "tit": true, "bt": true, "biaoti": true, "article-title": true, "article_title": true, "articletitle": true,
	"art_title": true, "arttitle": true, "arti_title": true, "xl_title": true, "xxgk_title": true, "content-title": true,
	"content_title": true, "con_title": true, "detail-title": true, "news_title": true, "main-title": true, "info_title": true,
	"ivs_title": true, "cont_title": true,
}

// longestTitle is the number of characters up to which a heading can be a title.
const longestTitle = 120

// Title returns what the page calls its document, white space folded: the ArticleTitle meta element, the title printed
// in or above the body container, or the title element without the names of column and site. If the first of these
// names no report and nothing else either, one that names a report is preferred. "" if the page has no title.
func Title(doc, body *html.Node) string { return Look(doc).Title(body) }

// Title is the function Title of this page.
func (p *View) Title(body *html.Node) string {
	meta := p.meta
	given := []string{meta["articletitle"], p.textOf(ucapTitle)}
	for _, t := range given {
		if t != "" && decided(p.Classify(t)) {
			return t
		}
	}
	printed := p.headingsAbove(body)
	element := p.titlePart(p.title)
	candidates := append(append(given, printed...), element, meta["title"], meta["og:title"])

	best, rank := "", 0
	for _, t := range candidates {
		c := p.Classify(t)
		if best == "" && t != "" && c.Kind != title.Report && c.Year != 0 && decided(c) {
			return t // an explanation of the report, say: its page may print the report's title too
		}
		if r := reportRank(c); r > rank {
			best, rank = t, r
		}
	}
	if best != "" {
		return best
	}
	for _, t := range append(append(given, element, meta["title"]), printed...) {
		if t != "" {
			return t
		}
	}
	return ""
}

// Classify is what a title says by itself. Pages print the same one in several places; it is looked at once.
func (p *View) Classify(t string) title.Title {
	said, ok := p.titles[t]
	if !ok {
		said = title.Classify(t, title.Context{})
		p.titles[t] = said
	}
	return said
}

// decided says whether a title tells clearly that its document is something else than a report, or fully which report.
func decided(t title.Title) bool {
	switch t.Kind {
	case title.Other, title.Navigation:
		return false
	case title.Report:
		return t.Authority != "" && t.Year != 0
	}
	return true
}

// reportRank grades the title of a report by what it tells; 0 for other titles.
func reportRank(t title.Title) int {
	if t.Kind != title.Report {
		return 0
	}
	rank := 1
	if t.Authority != "" {
		rank += 2
	}
	if t.Year != 0 {
		rank++
	}
	return rank
}

// headingsAbove are the texts of headings and title elements up to the end of body, links left out.
func (p *View) headingsAbove(body *html.Node) (found []string) {
	f := p.flow(spaced)
	limit := f.span(body).to
	for i, n := range f.order {
		if f.spans[i].from > limit {
			break
		}
		if !isHeading(n) || linked(n) {
			continue
		}
		if t := f.of(i); t != "" && utf8.RuneCountInString(t) <= longestTitle {
			found = append(found, t)
		}
	}
	return found
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4:
		return true
	}
	if titleClasses[strings.ToLower(attr(n, "id"))] {
		return true
	}
	for _, class := range strings.Fields(strings.ToLower(attr(n, "class"))) {
		if titleClasses[class] {
			return true
		}
	}
	return false
}

// linked says whether a heading is a link or its first child is one: it names another page.
func linked(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.A && attr(c, "href") != "" {
			return true
		}
	}
	return n.DataAtom == atom.A || n.Parent != nil && n.Parent.DataAtom == atom.A
}

// titlePart takes from a title element the part that names the document: the one that names a report, else the first.
func (p *View) titlePart(s string) string {
	parts := splitTitle(s)
	for _, part := range parts {
		if p.Classify(part).Kind == title.Report {
			return part
		}
	}
	if len(parts) > 0 {
		return parts[0]
	}
	return ""
}

// splitTitle parts a title element at the signs that sites put between document, column and site. A dash between digits
// (2021-2022学年) parts nothing.
func splitTitle(s string) (parts []string) {
	runes := []rune(s)
	from := 0
	add := func(to int) {
		if p := strings.TrimSpace(string(runes[from:to])); p != "" {
			parts = append(parts, p)
		}
		from = to + 1
	}
	for i, r := range runes {
		switch r {
		case '_', '|', '｜', '>', '»':
			add(i)
		case '-', '–', '—', '－':
			if i == 0 || i+1 == len(runes) || !unicode.IsDigit(runes[i-1]) || !unicode.IsDigit(runes[i+1]) {
				add(i)
			}
		}
	}
	add(len(runes))
	return parts
}
