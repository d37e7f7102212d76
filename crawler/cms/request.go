package cms

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"nianbao/extract/text"
)

// text is the page's body as text.
func (p Page) text() string { return text.Decode(p.Body, p.ContentType).Text }

// The most that is asked: what RFC 9110 section 4.1 demands of programs for an address, and more than the state that pages of
// ASP.NET have their readers send back. What is longer was made to be copied many times.
const (
	MaxAddress = 8000      // bytes of an address
	maxForm    = 512 << 10 // bytes of a request's body
)

// Endless says whether a request is too long to be made.
func (r Request) Endless() bool { return len(r.URL) > MaxAddress || len(r.Body) > maxForm }

// loneSign is a % that begins no escape, which net/url refuses.
var loneSign = regexp.MustCompile(`%([^0-9A-Fa-f]|[0-9A-Fa-f](?:[^0-9A-Fa-f]|$)|$)`)

// resolve makes an address of the page absolute. It says no to what is no address of a page: scripts, other schemes, what
// does not parse, and what has no end. In answers and scripts addresses are often escaped for HTML.
func (p Page) resolve(ref string) (absolute string, ok bool) {
	if len(ref) > MaxAddress {
		return "", false
	}
	ref = loneSign.ReplaceAllString(strings.ReplaceAll(strings.TrimSpace(ref), "&amp;", "&"), "%25$1")
	u, err := p.URL.Parse(ref)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	return u.String(), true
}

// get asks an address with these parameters in place of those of the same name that it has.
func get(address string, parameters url.Values) Request {
	u, err := url.Parse(address)
	if err != nil {
		return Request{URL: address}
	}
	query := u.Query()
	for name, values := range parameters {
		query[name] = values
	}
	u.RawQuery, u.Fragment, u.RawFragment = query.Encode(), "", ""
	return Request{URL: u.String()}
}

// post sends a form.
func post(address string, form url.Values) Request {
	return Request{Method: http.MethodPost, URL: address, Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=UTF-8"}}}
}

// postJSON sends a JSON document.
func postJSON(address string, document any) (Request, error) {
	body, err := json.Marshal(document)
	if err != nil {
		return Request{}, fmt.Errorf("request body for %s: %w", address, err)
	}
	return Request{Method: http.MethodPost, URL: address, Body: body,
		Header: http.Header{"Content-Type": {"application/json; charset=UTF-8"}}}, nil
}

// form is what a request asked with: the parameters of its address, and over them those of a form in its body.
func (r Request) form() url.Values {
	u, err := url.Parse(r.URL)
	if err != nil {
		return url.Values{}
	}
	values := u.Query()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		sent, _ := url.ParseQuery(string(r.Body)) // what does parse is of use
		for name, v := range sent {
			values[name] = v
		}
	}
	return values
}

// number is the parameter of that name as a number that counts something, 0 if it is none.
func number(values url.Values, name string) int {
	n, err := strconv.Atoi(values.Get(name))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// numbered are the requests for the pages from..to of a list, at most maxFurther of them; none if they are too long.
func numbered(from, to int, page func(n int) Request) []Request {
	var next []Request
	for n := from; n <= to && len(next) < maxFurther; n++ {
		r := page(n)
		if r.Endless() {
			return nil
		}
		next = append(next, r)
	}
	return next
}
