package cms

import (
	"net/http"
	"net/url"
)

// Page is one list page as the server sent it. A system sees nothing else: it never fetches.
type Page struct {
	URL         *url.URL // final address; the fragment is that of the register row
	Body        []byte   // as captured, Content-Encoding undone
	ContentType string
	Number      int     // 1 for a list's first page, then counting
	Asked       Request // what was asked for it: an answer to a form does not say which page it is
}

// Request is a further list page that a system asks for.
type Request struct {
	Method string // GET when empty
	URL    string // absolute
	Header http.Header
	Body   []byte
	Guess  bool // nothing on the page leads there: that it is missing only says that the guess was wrong
}

// File is a file that belongs to an entry.
type File struct {
	URL  string // absolute
	Name string // as the list names it, "" if it does not
}

// Item is one entry of a list.
type Item struct {
	URL      string // absolute
	Title    string // title= or the text, white space folded
	ListedOn string // YYYY-MM-DD printed beside it, "" for none
	Files    []File // files that the list itself names, beside the entry's page
}

// Way says how a part hangs on the list that names it.
type Way string

// The ways from a list to its parts.
const (
	WayRedirect  Way = "redirect"  // the page does nothing but send a browser on, by script or meta refresh
	WayParameter Way = "parameter" // the page's address names the list that a script loads into it
	WayFrame     Way = "frame"     // the list stands in an iframe
	WayYear      Way = "year"      // the list of one year
	WayColumn    Way = "column"    // the list of some bodies, or of one
	WayUmbrella  Way = "umbrella"  // an entry that is a page of links to reports
)

// Part is a list below a list: it is recognised and read by itself, from its first page.
type Part struct {
	Request
	Way   Way
	Title string // the words that lead there, "" of a frame
}

// List is what a system reads from one page.
type List struct {
	Items []Item
	Next  []Request // further pages of the same list, nearest first
	Parts []Part    // lists below this one that the page may lead to; which of them are followed is not decided here
	Total int       // entries in the whole list as the page states it; 0 when it does not
	Pages int       // pages of the whole list as the page states it; 0 when it does not
	Cut   bool      // the page names more lists than stand in Next, and they will not come otherwise

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
