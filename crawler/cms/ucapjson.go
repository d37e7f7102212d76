package cms

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"nianbao/extract/page"
)

// ucapJSON reads lists of UCAP (开普云) that the page loads from a service: the page has no entries, its script names the
// service and the channel.
type ucapJSON struct{}

func (ucapJSON) Name() string { return "ucap-json" }

func (ucapJSON) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	for _, s := range ucapServices {
		if s.marked(source) {
			return s.sign, true
		}
	}
	return "", false
}

func (ucapJSON) Read(p Page) (List, error) {
	if p.Number > 1 {
		return readUCAP(p)
	}
	source := p.text()
	for _, s := range ucapServices {
		if next := s.asks(p, source); len(next) > 0 {
			return List{Next: next[:min(len(next), maxFurther)], Heading: heading(p)}, nil
		}
	}
	return List{}, errors.New("expected the address of a list service (/common/search/<channel>) in the page, found none")
}

// heading is the heading of a page that holds no entries.
func heading(p Page) string {
	doc, err := parse(p)
	if err != nil {
		return ""
	}
	return page.Column(doc)
}

// readUCAP reads an answer of any of the services.
func readUCAP(p Page) (List, error) {
	root, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	data := root.at("data")
	if data.value == nil {
		data = root.at("results", "data")
	}
	found, ok := data.first("results", "list").value.([]any)
	if !ok {
		return List{}, errors.New("expected data.results or data.list in the answer, found neither")
	}
	l := List{Total: data.first("total", "allRow").number()}
	for _, v := range found {
		entry := answer{v}
		address, ok := p.resolve(entry.first("url", "URL").string())
		title := plainText(entry.first("title", "TITLE").string())
		if printed := entry.first("url", "URL").string(); ok && printed != "" && title != "" {
			l.Items = append(l.Items, Item{URL: address, Title: title, ListedOn: listedUCAP(entry)})
		}
	}
	l.Next = furtherUCAP(p.Asked, len(found), l.Total)
	return l, nil
}

// listedUCAP is the day on which an entry was published.
func listedUCAP(entry answer) string {
	if day := entry.first("publishedTimeStr", "PUBLISHED_TIME_FORMAT", "publishedTime", "pubTime").day(); day != "" {
		return day
	}
	for _, domain := range entry.at("domainMetaList").all() {
		for _, meta := range domain.at("resultList").all() {
			if meta.at("key").string() == "pubdate" {
				return meta.at("value").day()
			}
		}
	}
	return ""
}

// furtherUCAP are the requests for the pages after the one that was asked.
func furtherUCAP(asked Request, found, total int) []Request {
	form := asked.form()
	parameter := "page"
	if form.Has("pageIndex") {
		parameter = "pageIndex"
	}
	current := max(number(form, parameter), 1)
	size := found
	if current > 1 { // the last page is shorter
		size = max(found, number(form, "_pageSize"), number(form, "pageSize"), number(form, "size"))
	}
	last := pagesOf(total, size)
	if wanted := max(number(form, "_pageSize"), number(form, "pageSize"), number(form, "size")); total == 0 && found > 0 && found >= wanted {
		last = current + 1 // nothing is stated: on while pages are full
	}
	return numbered(current+1, last, func(n int) Request {
		return withParameter(asked, parameter, strconv.Itoa(n))
	})
}

// withParameter is a request with another value of one parameter.
func withParameter(r Request, name, value string) Request {
	if r.Method != http.MethodPost {
		return get(r.URL, url.Values{name: {value}})
	}
	form, _ := url.ParseQuery(string(r.Body)) // of our own making
	form.Set(name, value)
	return post(r.URL, form)
}

// pagesOf is the number of pages of a list with size entries on each, 0 if there are none.
func pagesOf(total, size int) int {
	if size <= 0 {
		return 0
	}
	return (total + size - 1) / size
}
