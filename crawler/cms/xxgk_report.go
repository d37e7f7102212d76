package cms

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/page"
)

// isAnnualReport says whether an address is that of one body's report of one year.
func isAnnualReport(u *url.URL) bool { return path.Base(u.Path) == "xxgkAnnualReport.jsp" }

// yearOption is the text of a choice of years.
var yearOption = regexp.MustCompile(`^((?:19|20)\d\d)\s*(?:年度?)?(?:政府信息公开.*)?$`)

// readAnnualReport makes a list of a page that is a report: the entries are the same body's reports of all years, this
// page among them, as its links and choices name them. Other bodies are parts only if the address names none: else they
// are other columns, beside this one.
func readAnnualReport(p Page, doc *html.Node) List {
	l := List{Heading: page.Column(doc)}
	known := map[string]bool{} // addresses and years
	entry := func(address, year, title string) {
		if !known[address] && title != "" {
			known[address], known[year] = true, true
			l.Items = append(l.Items, Item{URL: address, Title: title})
		}
	}
	area, own := p.URL.Query().Get("area"), p.URL.Query().Get("fbtime")
	if own != "" {
		entry(asReport(p.URL), own, page.Title(doc, page.Body(doc)))
	}
	body := func(address, title string) {
		if len(l.Parts) < maxParts {
			l.Parts = append(l.Parts, Part{Request: Request{URL: address}, Way: WayColumn, Title: title})
		}
	}
	for _, link := range page.Links(doc, p.URL) {
		u, err := url.Parse(link.URL)
		if err != nil || !isAnnualReport(u) {
			continue
		}
		whose, year := u.Query().Get("area"), u.Query().Get("fbtime")
		switch {
		case whose == area && year != "" && (u.Query().Has("artId") || !known[year]):
			entry(withoutFragment(link.URL), year, titleOf(link))
		case area == "" && whose != "":
			body(withoutFragment(link.URL), titleOf(link))
		}
	}
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Option {
			continue
		}
		words := strings.TrimSpace(page.Text(n))
		value := strings.TrimSpace(attribute(n, "value"))
		switch {
		case yearOption.MatchString(words):
			if year := yearOption.FindStringSubmatch(words)[1]; !known[year] {
				entry(yearAddress(p.URL, area, year), year, words)
			}
		case area == "" && value != "" && selectName(n) == "area":
			body(yearAddress(p.URL, value, own), words)
		}
	}
	return l
}

// asReport is the list page's own address with its parameters in another order. A page is asked once in each of its
// addresses, and what is asked as a list is not read as a report.
func asReport(own *url.URL) string {
	u := *own
	parameters := strings.Split(u.RawQuery, "&")
	slices.Reverse(parameters)
	u.RawQuery, u.Fragment, u.RawFragment = strings.Join(parameters, "&"), "", ""
	return u.String()
}

// yearAddress is the address of a body's report of a year. artId, which some sites add, names a single report.
func yearAddress(own *url.URL, area, year string) string {
	u := *own
	query := u.Query()
	query.Del("artId")
	for name, value := range map[string]string{"area": area, "fbtime": year} {
		if value != "" {
			query.Set(name, value)
		}
	}
	u.RawQuery, u.Fragment, u.RawFragment = query.Encode(), "", ""
	return u.String()
}

// selectName is the name or id of the choice that an option belongs to.
func selectName(option *html.Node) string {
	for n := option.Parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.Select {
			if name := attribute(n, "name"); name != "" {
				return name
			}
			return attribute(n, "id")
		}
	}
	return ""
}
