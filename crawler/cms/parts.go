package cms

import (
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/publicsuffix"

	"nianbao/extract/page"
)

// MaxParts is how many lists of one page are followed: a city has some hundred bodies. One more says that there are more.
const (
	MaxParts = 500
	maxParts = MaxParts + 1
)

var (
	// yearTab is the text of a link to the part of a column that holds one year. The Regulations are of 2007, the
	// earliest reports of some cities on 2004.
	yearTab = regexp.MustCompile(`^(?:200[4-9]|20[12]\d|203[0-5]) ?(?:年度?)?$`)
	// yearDigits is a year in an address.
	yearDigits = regexp.MustCompile(`20[0-3]\d`)
	// listName is the end of a list's address: a folder, or a page with a list's name.
	listName = regexp.MustCompile(`(?i)/(?:(?:index|list|default|\w+_list)\.\w+)?$`)
	// article is a folder named by an article's number, as some systems have (…/1027108/index.html), and what else the
	// addresses of articles have: a date, a hexadecimal id, a fixed name.
	article = regexp.MustCompile(`(?i)/\d{5,}/(?:index\.\w+)?$|/t\d{8}_|/content/|/art/|/info/\d|post_\d|[0-9a-f]{24}`)
	// columnName is a part of a path that names a column of annual reports (公开年报, 年度报告); columnPage is the end of one
	// whose list has that name itself: /zfxxgk/zfxxgknb.htm, /public/xxgknb.
	columnName = regexp.MustCompile(`(?i)/` + columnWords + `(?:[/.]|$)`)
	columnPage = regexp.MustCompile(`(?i)/` + columnWords + `(?:\.(?:[sj]?html?|jsp|aspx?|php))?$`)
	// otherFrame is the address of a frame that holds no list.
	otherFrame = regexp.MustCompile(`(?i)visitcount|login|tree\.jsp|share|footer|header|search|(?:^|[/_-])top(?:[/._?-]|\d|$)`)
)

const columnWords = `(?:\w*(?:gk(?:gz)?nb|ndbg|ndgzbg|gkbg|nianbao)\w*|\d{0,4}n?nb\d*)`

// below finds the lists to which the first page of a list leads: its frames, the lists of single years, and columns;
// its own pages, to which the pagers lead, are none. tabs are the links to years, which are no entries; a link to a
// column stays one, as its title may be a report's.
func below(p Page, doc *html.Node, links []page.Link, pagers map[*html.Node]bool) ([]Part, map[*html.Node]bool) {
	var parts []Part
	tabs := map[*html.Node]bool{}
	known := map[string]bool{p.URL.String(): true, withoutFragment(p.URL.String()): true}
	for _, l := range links {
		if pagers[l.Node] {
			known[l.URL] = true
		}
	}
	add := func(way Way, address, title string) {
		if p.Number == 1 && !known[address] && len(parts) < maxParts {
			known[address] = true
			parts = append(parts, Part{Request: Request{URL: address}, Way: way, Title: title})
		}
	}
	for _, address := range frames(p, doc) {
		add(WayFrame, address, "")
	}
	for _, l := range chosen(p, doc) {
		if tab(p.URL, l) {
			add(WayYear, l.URL, l.Text)
		}
	}
	folder := columnFolder(p.URL)
	for _, l := range links {
		switch {
		case tab(p.URL, l):
			tabs[l.Node] = true
			add(WayYear, l.URL, l.Text)
		case titleOf(l) != "" && columnAt(p.URL, folder, l.URL):
			add(WayColumn, l.URL, titleOf(l))
		}
	}
	return parts, tabs
}

// chosen are the addresses that a page offers in a list to choose from, as links.
func chosen(p Page, doc *html.Node) (found []page.Link) {
	for n := range doc.Descendants() {
		value := attribute(n, "value")
		if n.DataAtom != atom.Option || !strings.ContainsAny(value, "/.?") {
			continue
		}
		if address, ok := p.resolve(value); ok {
			found = append(found, page.Link{URL: address, Text: wordsOf(n), Node: n})
		}
	}
	return found
}

// frames are the addresses of the page's frames on the same host that may hold a list.
func frames(p Page, doc *html.Node) (found []string) {
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Iframe && n.DataAtom != atom.Frame {
			continue
		}
		src := attribute(n, "src")
		address, ok := p.resolve(src)
		u, err := url.Parse(address)
		sameHost := ok && err == nil && sameHost(u, p.URL)
		if src != "" && sameHost && !otherFrame.MatchString(u.RequestURI()) {
			found = append(found, address)
		}
	}
	return found
}

// tab says whether a link leads to the list of one year: it names a year and nothing else, and its address is the
// column's own with another query, or a list's in the column's folder or beside the present year's.
func tab(own *url.URL, l page.Link) bool {
	if !yearTab.MatchString(strings.Trim(l.Text, bullets+"〉＞»›")) {
		return false
	}
	u, err := url.Parse(l.URL)
	if err != nil || !sameHost(u, own) {
		return false
	}
	at := u.EscapedPath()
	if at == own.EscapedPath() {
		return u.RawQuery != own.RawQuery
	}
	return listAddress(u) && (sameList(own, l.URL) || besideYear(own.EscapedPath(), at))
}

// besideYear says whether a folder stands beside that of the year in which own lies: /nb/2022n52/ of
// /nb/2025n/xz/index.html; or whether the two paths differ in nothing but the year.
func besideYear(own, at string) bool {
	if yearDigits.ReplaceAllString(at, "*") == yearDigits.ReplaceAllString(own, "*") {
		return true
	}
	folder, _ := path.Split(at)
	above, _ := path.Split(strings.TrimSuffix(folder, "/"))
	rest, inside := strings.CutPrefix(own, above)
	year, _, _ := strings.Cut(rest, "/")
	return inside && above != "/" && yearDigits.MatchString(year)
}

// listAddress says whether an address is a list's by its shape, and not an article's.
func listAddress(u *url.URL) bool {
	at := u.EscapedPath()
	return (listName.MatchString(at) || columnPage.MatchString(at)) && !article.MatchString(at)
}

// columnAt says whether an address is a column's that may belong to the list at own: it is a list's, and either lies
// in the list's folder, or is of the same registered domain and names a column of annual reports.
func columnAt(own *url.URL, folder, address string) bool {
	u, err := url.Parse(address)
	if err != nil || !listAddress(u) || withoutFragment(address) == withoutFragment(own.String()) {
		return false
	}
	at := u.EscapedPath()
	if sameHost(u, own) && folder != "" && strings.HasPrefix(at, folder) && at != folder {
		return true
	}
	return columnName.MatchString(at) && domainOf(u) == domainOf(own)
}

// columnFolder is the folder that is the column's alone, "" if its address tells none: /a/xxgknb/ of
// /a/xxgknb/index.html and of /a/xxgknb.htm.
func columnFolder(own *url.URL) string {
	at := own.EscapedPath()
	folder, name := path.Split(at)
	switch {
	case own.RawQuery != "":
		return ""
	case name != "" && !listName.MatchString("/"+name):
		folder = strings.TrimSuffix(at, path.Ext(name)) + "/"
	}
	if folder == "/" || folder == "" {
		return ""
	}
	return folder
}

// domainOf is the registered domain of an address's host; of an IP address the host itself.
func domainOf(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil {
		return u.Host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}
