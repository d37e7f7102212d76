package crawler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/crawler/cms"
	"nianbao/extract/title"
)

// Probe is what a look at a column found. Nothing of it is kept in an archive.
type Probe struct {
	URL     string `json:"url"` // as asked, fragment kept
	Outcome string `json:"outcome"`
	Detail  string `json:"detail"`
	System  string `json:"system"`
	Sign    string `json:"sign"` // by which the system was recognised

	Steps   []string       `json:"steps"` // from the address to the list
	Asked   int            `json:"asked"` // list pages
	Lists   []ProbedList   `json:"lists"`
	Entries map[string]int `json:"entries"` // by the decision on them
	First   *ProbedEntry   `json:"first"`   // report in the order of the lists; nil if there is none
	Last    *ProbedEntry   `json:"last"`

	Declared  []string `json:"declared"`  // encodings that the first page of the list says it is in
	Encoding  string   `json:"encoding"`  // in which it was read, and what told
	Robots    string   `json:"robots"`    // what robots.txt says about the column
	Transport string   `json:"transport"` // https, https-relaxed, http
	TLSFault  string   `json:"tls_fault"`
	Server    string   `json:"server"`
	Unusual   []string `json:"unusual"`

	Key      string `json:"key"`       // made of the address, for the register
	Name     string `json:"name"`      // the authority, as far as the pages tell; "" if they do not
	SiteCode string `json:"site_code"` // 网站标识码, "" if the page prints none
}

// ProbedList is one list of a column, as far as it was read.
type ProbedList struct {
	Way         string `json:"way"` // from the list above, "" for the column's own
	Title       string `json:"title"`
	URL         string `json:"url"`
	Heading     string `json:"heading"`
	System      string `json:"system"`
	Sign        string `json:"sign"`
	PerPage     []int  `json:"per_page"`     // entries of each page that was read, menus left out
	PagesStated int    `json:"pages_stated"` // 0 if the list does not say
	TotalStated int    `json:"total_stated"`
	Found       int    `json:"found"`   // entries, menus left out
	Reports     int    `json:"reports"` // that no list before had
}

// ProbedEntry is an entry of a list.
type ProbedEntry struct {
	Title    string `json:"title"`
	ListedOn string `json:"listed_on"`
	URL      string `json:"url"`
}

// probeBody is how many bytes of a body a probe reads at most: it keeps those of the list pages in memory until the end.
const probeBody = 16 << 20

// Probe walks the lists of a column as a visit does and says what it met. It asks for no report page and keeps nothing,
// so a Crawler that only probes needs no archive. That it stops after Options.MaxLists list pages does not make the
// outcome partial. The error is our machine's, or the context's.
func (c *Crawler) Probe(ctx context.Context, s Site) (Probe, error) {
	seen := &observer{}
	probing := *c
	probing.archive, probing.opt.MaxBody = seen, min(c.opt.MaxBody, probeBody)
	s.URL = withoutCredentials(s.URL)
	v, err := probing.newVisitor(ctx, s)
	if err != nil {
		return Probe{}, fmt.Errorf("probe %s: %w", s.URL, err)
	}
	defer v.transport.held.drop()
	walked := newColumn(v)
	if err := walked.walk(ctx); err != nil {
		return Probe{}, fmt.Errorf("probe %s: %w", s.URL, err)
	}
	if walked.full && walked.fetched == probing.opt.MaxLists && walked.unstopped == OutcomeOK {
		walked.outcome = OutcomeOK
		if err := walked.conclude(ctx); err != nil {
			return Probe{}, fmt.Errorf("probe %s: %w", s.URL, err)
		}
	}
	p := Probe{URL: s.URL, Outcome: walked.outcome, Detail: v.detail(), System: v.visit.System, Asked: walked.sent,
		Steps: []string{}, Lists: []ProbedList{}, Declared: []string{}, Unusual: []string{}}
	p.addLists(walked.lists, seen)
	p.addEntries(seen)
	p.addAnswers(seen)
	p.addPage(seen.listPage(walked.lists), probing.opt.MaxBody)
	p.addHost(s.URL, walked)
	p.Key, p.Name = siteKey(s.URL), cmp.Or(seen.author(), p.Name)
	v.transport.held.drop() // another may fetch the robots.txt, and need the room
	p.Robots, err = v.robots(ctx, cmp.Or(seen.landed(), s.URL))
	return p, err
}

// ProbeAll probes the sites as Crawl visits them, and calls done after each, never twice at a time.
func (c *Crawler) ProbeAll(ctx context.Context, sites []Site, done func(Site, Probe)) error {
	var report sync.Mutex
	return c.each(ctx, sites, func(ctx context.Context, site Site) error {
		p, err := c.Probe(ctx, site)
		if err != nil {
			return err
		}
		report.Lock()
		defer report.Unlock()
		done(site, p)
		return nil
	})
}

// Row is the row of the register that the probe comes to. A system that takes every page is left out of it: a later
// version may know better.
func (p Probe) Row() Site {
	row := Site{Key: p.Key, Name: p.Name, URL: p.URL, System: p.System}
	if row.System == plainSystem {
		row.System = ""
	}
	if p.Transport == "https-relaxed" {
		row.TLS = TLSRelaxed
	}
	return row
}

// addLists says how the lists were reached and what each of them held.
func (p *Probe) addLists(lists []*listing, seen *observer) {
	for _, c := range seen.captures {
		for _, r := range c.Redirects {
			if c.Role == RoleList {
				p.Steps = append(p.Steps, fmt.Sprintf("HTTP %d: %s → %s", r.Status, r.URL, r.Location))
			}
		}
	}
	pages := seen.pages
	for _, l := range lists {
		switch l.part.Way {
		case cms.WayRedirect, cms.WayParameter, cms.WayFrame:
			p.Steps = append(p.Steps, l.part.steps())
		}
		if l.repeated {
			p.Unusual = append(p.Unusual, l.address()+": a page came a second time, so the list was taken for ended")
		}
		if l.read == 0 {
			continue
		}
		list := ProbedList{Way: string(l.part.Way), Title: l.part.Title, URL: l.address(), Heading: l.heading,
			System: l.system.Name(), Sign: l.sign, PagesStated: l.pages, TotalStated: l.total, Found: l.size,
			Reports: l.reports}
		// Each page that a list reads saves its links once, and the lists are read one after the other.
		for range min(l.read, len(pages)) {
			list.PerPage = append(list.PerPage, countEntries(pages[0]))
			pages = pages[1:]
		}
		p.Lists = append(p.Lists, list)
		if p.Sign == "" && list.System == p.System {
			p.Sign = list.Sign
		}
	}
}

func countEntries(links []Link) int {
	n := 0
	for _, l := range links {
		if l.Decision != string(title.Navigation) || l.ListedOn != "" {
			n++
		}
	}
	return n
}

// addEntries counts the entries, each address once.
func (p *Probe) addEntries(seen *observer) {
	p.Entries = map[string]int{}
	known := map[string]bool{}
	for _, l := range slices.Concat(seen.pages...) {
		if known[l.URL] {
			continue
		}
		known[l.URL] = true
		p.Entries[l.Decision]++
		if l.Decision != string(title.Report) {
			continue
		}
		p.Last = &ProbedEntry{Title: l.Title, ListedOn: l.ListedOn, URL: l.URL}
		if p.First == nil {
			p.First = p.Last
		}
	}
}

// addAnswers tells what is to be seen in the answers to the list pages as such.
func (p *Probe) addAnswers(seen *observer) {
	compressed := ""
	for _, c := range seen.captures {
		if c.Outcome == OutcomeTLS {
			p.TLSFault = cmp.Or(p.TLSFault, c.Err)
		}
		if c.Role == RoleList && c.Status != 0 {
			p.Transport = cmp.Or(p.Transport, c.Transport)
			p.Server = cmp.Or(p.Server, c.Header.Get("Server"))
			if coding := c.Header.Get("Content-Encoding"); !strings.EqualFold(coding, "identity") {
				compressed = cmp.Or(compressed, coding)
			}
		}
	}
	if compressed != "" {
		p.Unusual = append(p.Unusual, "compressed though not asked for: "+compressed)
	}
}

// addHost notes a column that answers from another host or scheme than its address.
func (p *Probe) addHost(address string, c *column) {
	asked, err := url.Parse(address)
	if err != nil || c.first.final == nil {
		return
	}
	if final := c.first.final; final.Host != asked.Host || final.Scheme != asked.Scheme {
		p.Unusual = append(p.Unusual, fmt.Sprintf("answers from %s://%s", final.Scheme, final.Host))
	}
}

// robots says in words what the robots.txt of an address's origin says about it. The walk has asked it already, unless
// the address could not be asked at all.
func (v *visitor) robots(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", nil // the outcome says what is wrong with the address
	}
	if err := v.crawler.guard.url(u, v.transport.rowPort); err != nil {
		return "", nil
	}
	ok, rule, err := v.transport.allowed(ctx, u)
	if refused, is := asRefusal(err); is {
		return refused.Error(), nil
	}
	if err != nil {
		return "", fmt.Errorf("robots.txt of %s: %w", u.Host, err)
	}
	h := v.crawler.hosts.of(u)
	f := h.robotsOf(u.Scheme + "://" + u.Host)
	f.turn <- struct{}{}
	rules := f.rules
	<-f.turn
	var words string
	switch {
	case !ok:
		words = "refuses: " + rule
	case len(rules.groups) == 0:
		words = "none"
	case rule == "":
		words = "allows: no rule is about this address"
	default:
		words = "allows: " + rule
	}
	if delay := rules.CrawlDelay(robotsToken); delay > 0 {
		words += fmt.Sprintf("; Crawl-delay %v", delay)
	}
	return words, nil
}

// observer is the Archive of a probe: it only remembers until the probe is told. A probe is one goroutine.
type observer struct {
	captures []*Capture
	pages    [][]Link // entries of each list page
}

// SaveCapture remembers the answer; the body of a list page alone, which is looked at in the end.
func (o *observer) SaveCapture(_ context.Context, c *Capture) error {
	c.ID = int64(len(o.captures) + 1)
	kept := *c
	if kept.Redirects = slices.Clone(c.Redirects); c.Role != RoleList || !answered(c.Outcome) {
		kept.Body = nil
	}
	for i := range kept.Redirects {
		kept.Redirects[i].Body = nil
	}
	o.captures = append(o.captures, &kept)
	return nil
}

// LastAnswer knows of no earlier run.
func (o *observer) LastAnswer(context.Context, string) (time.Time, error) { return time.Time{}, nil }

func (*observer) LastWhole(context.Context, string, string, string) (Whole, error) {
	return Whole{}, nil
}

func (*observer) WholeBody(context.Context, int64) (http.Header, []byte, error) {
	return nil, nil, errors.New("a probe keeps nothing")
}

func (*observer) HostRest(context.Context, string) (Rest, error) { return Rest{}, nil }

func (*observer) SaveHostRest(context.Context, Rest) error { return nil }

func (*observer) Missing(context.Context, string) (bool, error) { return false, nil }

func (*observer) Unlisted(context.Context, string, time.Time) ([]string, error) { return nil, nil }

func (*observer) SaveFiles(context.Context, int64, []File) error { return nil }

func (*observer) Unsettled(context.Context, string) (*Capture, error) { return nil, nil }

func (*observer) FilesOf(context.Context, string) ([]File, error) { return nil, nil }

// SaveLinks remembers the entries of a list page.
func (o *observer) SaveLinks(_ context.Context, _ string, links []Link) error {
	o.pages = append(o.pages, links)
	return nil
}

// listPage is the first page of the first list that was read; where there is none, of the first that answered; else
// nil.
func (o *observer) listPage(lists []*listing) (page *Capture) {
	address := ""
	if i := slices.IndexFunc(lists, func(l *listing) bool { return l.read > 0 }); i >= 0 {
		address = lists[i].address()
	}
	for _, c := range o.captures {
		if c.Role != RoleList || !answered(c.Outcome) {
			continue
		}
		if c.FinalURL == address {
			return c
		}
		if page == nil {
			page = c
		}
	}
	return page
}

// landed is where the column's own address led, "" if it did not answer.
func (o *observer) landed() string {
	for _, c := range o.captures {
		if c.Role == RoleList && c.Status != 0 {
			return c.FinalURL
		}
	}
	return ""
}

// author is the one authority that the reports' titles name; "" if they name several or none.
func (o *observer) author() string {
	author := ""
	for _, l := range slices.Concat(o.pages...) {
		if l.Decision != string(title.Report) {
			continue
		}
		named := title.Classify(l.Title, title.Context{}).Authority
		switch {
		case named == "" || named == author:
		case author != "":
			return ""
		default:
			author = named
		}
	}
	return author
}
