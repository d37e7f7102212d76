package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Meta returns the meta elements by name (or property) in lower case, white space folded. The first value that is not
// empty counts. The names that matter are those of 国办发〔2017〕47号 (ArticleTitle, PubDate, ColumnName, SiteName …), whose
// spelling sites vary.
func Meta(doc *html.Node) map[string]string {
	meta := map[string]string{}
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom != atom.Meta {
			return true
		}
		name := strings.ToLower(strings.TrimSpace(attr(n, "name")))
		if name == "" {
			name = strings.ToLower(strings.TrimSpace(attr(n, "property")))
		}
		if value := folded(attr(n, "content")); name != "" && value != "" && meta[name] == "" {
			meta[name] = value
		}
		return true
	}, func(*html.Node) {})
	return meta
}

// Column returns the heading of the column that a list page shows: its ColumnType if that says 信息公开年报 (the standard's
// word for our column, 国办发〔2017〕47号), else its ColumnName, else its title element; "" if it has none of them.
func Column(doc *html.Node) string {
	meta := Meta(doc)
	switch {
	case strings.Contains(meta["columntype"], "年报"):
		return meta["columntype"]
	case meta["columnname"] != "":
		return meta["columnname"]
	}
	return titleElement(doc)
}

// folded is s with its white space folded to single spaces.
func folded(s string) string { return strings.Join(strings.Fields(s), " ") }
