package page

import (
	"strings"

	"golang.org/x/net/html"
)

// Meta returns the meta elements by name (or property) in lower case, white space folded. The first value that is not
// empty counts. The names that matter are those of 国办发〔2017〕47号 (ArticleTitle, PubDate, ColumnName, SiteName …), whose
// spelling sites vary.
func Meta(doc *html.Node) map[string]string { return Look(doc).Meta() }

// Meta is the function Meta of this page. The map must not be changed.
func (p *View) Meta() map[string]string { return p.meta }

// Column returns the heading of the column that a list page shows: its ColumnType if that says 信息公开年报 (the standard's
// word for our column, 国办发〔2017〕47号), else its ColumnName, else its title element; "" if it has none of them.
func Column(doc *html.Node) string { return Look(doc).Column() }

// Column is the function Column of this page.
func (p *View) Column() string {
	switch {
	case strings.Contains(p.meta["columntype"], "年报"):
		return p.meta["columntype"]
	case p.meta["columnname"] != "":
		return p.meta["columnname"]
	}
	return p.title
}

// folded is s with its white space folded to single spaces.
func folded(s string) string { return strings.Join(strings.Fields(s), " ") }
