package crawler

// Site is one row of the register: a column of annual reports on some authority's web site.
type Site struct {
	Key    string
	Name   string
	URL    string // the column's list page, fragment kept
	Region string // GB/T 2260 code, "" if unknown
	System string // list system; "" to recognise it from the page
	Pages  string // URL template for further list pages, with {page}
	Items  string // CSS selector of the item links
	Cron   string // five fields; "" for the default
	TLS    string // "relaxed" or ""
	Since  string // YYYY-MM-DD, "" for always
	Until  string
	Note   string
}
