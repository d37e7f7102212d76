package crawler

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"golang.org/x/net/publicsuffix"
)

// How much servers may have us remember and send back within a visit: the least that RFC 6265 section 6.1 asks for.
const (
	maxCookie     = 4096 // bytes of one: name, value and attributes
	maxCookies    = 50   // of one registered domain
	maxAllCookies = 3000
)

// cookies are those of one visit. They go back where they came from; none is for a whole public suffix (gov.cn). What is
// over the bounds is forgotten, as by a browser.
type cookies struct {
	jar http.CookieJar
	set map[string]map[string]bool // those kept of each registered domain: name, domain and path as the server gave them
	all int
}

func newCookies() (*cookies, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	return &cookies{jar: jar, set: map[string]map[string]bool{}}, err
}

// keep takes the cookies of an answer.
func (c *cookies) keep(u *url.URL, answer *http.Response) {
	domain := registeredDomain(u.Hostname())
	if c.set[domain] == nil {
		c.set[domain] = map[string]bool{}
	}
	set := c.set[domain]
	var kept []*http.Cookie
	for _, cookie := range answer.Cookies() {
		name := cookie.Name + ";" + cookie.Domain + ";" + cookie.Path
		switch {
		case len(cookie.Raw) > maxCookie:
			continue
		case set[name]:
		case len(set) == maxCookies || c.all == maxAllCookies:
			continue
		default:
			set[name] = true
			c.all++
		}
		kept = append(kept, cookie)
	}
	c.jar.SetCookies(u, kept)
}

// send puts those for an address into a request.
func (c *cookies) send(u *url.URL, req *http.Request) {
	for _, cookie := range c.jar.Cookies(u) {
		req.AddCookie(cookie)
	}
}
