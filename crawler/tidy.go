package crawler

import (
	"slices"
	"unicode/utf8"

	"nianbao/crawler/cms"
)

// tidy takes out of a list page what is only there to hurt: credentials in addresses, addresses that nobody could ask for, and
// titles without end. What is left out is named.
func (l *listing) tidy(list *cms.List) {
	list.Heading = shortened(list.Heading, maxTitle)
	if len(list.Parts) > cms.MaxParts || list.Cut {
		list.Parts = list.Parts[:min(len(list.Parts), cms.MaxParts)]
		l.partial("%s: more lists are named than are followed", l.address())
	}
	list.Parts = tidyParts(list.Parts)
	asked := len(list.Next)
	list.Next = slices.DeleteFunc(list.Next, cms.Request.Endless)
	if left := asked - len(list.Next); left > 0 {
		l.partial("%s: %d further pages are not asked for, as their addresses or forms have no end", l.address(), left)
	}
	for i := range list.Next {
		list.Next[i].URL = withoutCredentials(list.Next[i].URL)
	}
	found := len(list.Items)
	list.Items = slices.DeleteFunc(list.Items, func(i cms.Item) bool { return len(i.URL) > maxAddress })
	if left := found - len(list.Items); left > 0 {
		l.partial("%s: %d entries left out, whose addresses are longer than %d bytes", l.address(), left, maxAddress)
	}
	for i := range list.Items {
		item := &list.Items[i]
		item.URL, item.Title = withoutCredentials(item.URL), shortened(item.Title, maxTitle)
	}
}

func tidyParts(parts []cms.Part) []cms.Part {
	parts = slices.DeleteFunc(parts, func(p cms.Part) bool { return p.Endless() })
	for i := range parts {
		parts[i].URL, parts[i].Title = withoutCredentials(parts[i].URL), shortened(parts[i].Title, maxTitle)
	}
	return parts
}

// shortened is a text of at most so many characters; an ellipsis stands for the rest.
func shortened(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
