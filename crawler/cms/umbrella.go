package cms

import (
	"nianbao/extract/page"
)

// umbrella reads an entry that is a page of links to the reports of many bodies: the links of its body, the site's frame
// left out.
type umbrella struct{}

// Umbrella returns the system that reads such pages. It is not among Systems: no column is recognised by it.
func Umbrella() System { return umbrella{} }

func (umbrella) Name() string { return "umbrella" }

func (umbrella) Recognise(Page) (sign string, ok bool) {
	return "an entry that announces many reports", true
}

func (umbrella) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	body := page.Body(doc)
	if markup, ok := page.Embedded(doc); ok {
		if body, err = page.Parse(markup); err != nil {
			return List{}, err
		}
	}
	return List{Items: items(p.URL, page.Links(body, p.URL), nil)}, nil
}
