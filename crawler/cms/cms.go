package cms

import (
	"net/http"
	"net/url"
)

// Page is one list page as the server sent it. A system sees nothing else: it never fetches.
type Page struct {
	URL         *url.URL // final address; the fragment is that of the register row
	Body        []byte   // as captured
	ContentType string
	Number      int // 1 for the column's first page, then counting
}

// Request is a further list page that a system asks for.
type Request struct {
	Method string // GET when empty
	URL    string // absolute
	Header http.Header
	Body   []byte
}

// Item is one entry of a list.
type Item struct {
	URL      string // absolute
	Title    string // title= or the text, white space folded
	ListedOn string // YYYY-MM-DD printed beside it, "" for none
}

// List is what a system reads from one page.
type List struct {
	Items []Item
	Next  []Request // further pages of the same list, nearest first
	Total int       // entries in the whole list as the page states it; 0 when it does not

	Heading string // the column's heading as the page tells it (page.Column), "" if it does not; context for titles
}

// System is one list system of government sites. Its methods are pure functions of the page.
type System interface {
	// Name is the system's id in the register and in visits.system.
	Name() string
	// Recognise says whether the page is this system's, and by which sign.
	Recognise(p Page) (sign string, ok bool)
	// Read takes the entries and the further pages from a list page. An error means the page is not what the system
	// expects; a list without entries is no error.
	Read(p Page) (List, error)
}
