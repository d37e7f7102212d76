package cms

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"nianbao/extract/page"
)

// pcCloud is the cloud whose lists are at …/pc/list.html (自贡, 开封, 大理, 江西省): the whole list is a literal in a script
// of the page, and names the files of each entry. How such a list goes on is not known: pager links in the page are
// followed, and a larger number of entries that the page states becomes List.Total.
type pcCloud struct{}

// listData begins the literal with the list.
var listData = regexp.MustCompile(`(?:\b(?:var|let|const)\s+|window\.)listData\s*=\s*`)

func (pcCloud) Name() string { return "pc-cloud" }

func (pcCloud) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	return "listData with an articleList in the page", listData.MatchString(source) && articleList.MatchString(source)
}

var articleList = regexp.MustCompile(`\barticleList["']?\s*:`)

func (pcCloud) Read(p Page) (List, error) {
	source := p.text()
	at := listData.FindStringIndex(source)
	if at == nil {
		return List{}, fmt.Errorf("%s: no listData in the page", p.URL)
	}
	data, err := parseAnswer(literal(source[at[1]:]))
	if err != nil {
		return List{}, fmt.Errorf("listData of %s: %w", p.URL, err)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	l := list(p, doc, nil, page.Links(doc, p.URL))
	l.Items = nil
	for _, entry := range data.at("articleList").all() {
		if item, ok := cloudItem(p, entry); ok {
			l.Items = append(l.Items, item)
		}
	}
	l.Items = distinct(l.Items)
	l.Total = cmp.Or(data.first("total", "totalCount", "count", "articleCount").number(), l.Total)
	l.Pages = data.first("pageCount", "totalPage", "totalPages", "pages").number()
	return l, nil
}

// cloudItem is one entry: its page, or its first file if it has no page.
func cloudItem(p Page, entry answer) (item Item, ok bool) {
	item = Item{Title: plainText(entry.first("title", "articleTitle").string()),
		ListedOn: entry.first("pubDate", "publishTime", "createTime").day()}
	for _, f := range entry.at("articleFiles").all() {
		path := f.at("filePath").string()
		if address, ok := p.resolve(f.at("domainName").string() + path); ok && path != "" {
			item.Files = append(item.Files, File{URL: address, Name: f.at("fileName").string()})
		}
	}
	urls := entry.at("urls")
	if inner, err := parseAnswer(literal(urls.string())); err == nil {
		urls = inner // JSON inside a string
	}
	ref := cmp.Or(urls.first("pc", "PC").string(), entry.first("url", "linkUrl").string())
	item.URL, ok = p.resolve(ref)
	if (!ok || ref == "") && len(item.Files) > 0 {
		item.URL, ref, ok = item.Files[0].URL, item.Files[0].URL, true
	}
	return item, ok && ref != "" && item.Title != ""
}

// distinct leaves out entries whose address came before.
func distinct(items []Item) []Item {
	seen := map[string]bool{}
	return slices.DeleteFunc(items, func(i Item) bool {
		address := withoutFragment(i.URL)
		again := seen[address]
		seen[address] = true
		return again
	})
}
