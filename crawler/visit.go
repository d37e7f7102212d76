package crawler

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gocolly/colly/v2"

	"nianbao/crawler/cms"
	"nianbao/extract/title"
)

// maxNotes is how many single failures Visit.Detail names before it only counts them, maxNote how many characters one of
// them may have: what sites print can be of any length.
const (
	maxNotes = 20
	maxNote  = 1000
)

// BrokenOff begins the detail of a visit that the end of the run cut short.
const BrokenOff = "the visit was broken off"

// visitor is one visit of one site under way.
type visitor struct {
	crawler   *Crawler
	site      Site
	transport *transport
	collector *colly.Collector
	visit     Visit
	began     time.Time
	cut       bool // it took too long, and left something

	listed     map[string]bool // addresses of all entries of the column
	askedFiles map[string]bool // addresses of attachments asked in this visit
	notes      []string        // for Visit.Detail
	more       int             // notes over maxNotes
}

// Visit reads the site's column, saves its links, and fetches the report pages in it. Whatever the site does ends up in
// the Visit; the error is our machine's: the archive's, or the context's when the run is ended, and then the Visit
// holds what was done until then.
func (c *Crawler) Visit(ctx context.Context, s Site) (Visit, error) {
	v, err := c.newVisitor(ctx, s)
	if err != nil {
		return Visit{Site: s.Key}, fmt.Errorf("visit %s: %w", s.Key, err)
	}
	defer v.transport.held.drop()
	err = v.run(ctx)
	if err != nil {
		v.visit.Outcome = OutcomePartial
		if ctx.Err() == nil { // another try may fail, too, and must not keep others from being visited
			v.note("it could not go on: %v", err)
		}
	}
	v.visit.Detail = v.detail()
	if err != nil && ctx.Err() != nil {
		v.visit.Detail = strings.TrimSuffix(BrokenOff+"; "+v.visit.Detail, "; ")
	}
	c.opt.Log.Info("visit", "site", s.Key, "url", s.URL, "system", v.visit.System, "outcome", v.visit.Outcome,
		"lists", v.visit.Lists, "items", v.visit.Items, "new", v.visit.New, "changed", v.visit.Changed,
		"unchanged", v.visit.Unchanged, "gone", v.visit.Gone, "errors", v.visit.Errors,
		"ms", c.opt.Clock.Now().Sub(v.began).Milliseconds())
	return v.visit, err
}

func (c *Crawler) newVisitor(ctx context.Context, s Site) (*visitor, error) {
	cookies, err := newCookies()
	if err != nil {
		return nil, err
	}
	t := &transport{crawler: c, site: s, cookies: cookies, held: hold{of: c.bodies}}
	if address, err := Address(s.URL); err == nil {
		row, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		t.rowHost, t.rowPort = row.Hostname(), row.Port()
	}
	return &visitor{crawler: c, site: s, transport: t, collector: newCollector(ctx, t), visit: Visit{Site: s.Key},
		began: c.opt.Clock.Now(), askedFiles: map[string]bool{}}, nil
}

// newCollector makes the link walker of one visit. Everything that colly would decide by itself is switched off: the
// transport below it knows better. Init, unlike NewCollector, does not read settings from the environment.
func newCollector(ctx context.Context, t *transport) *colly.Collector {
	collector := new(colly.Collector)
	collector.Init()
	collector.Context = ctx
	collector.AllowURLRevisit = true        // what was asked is in a ledger of ours
	collector.IgnoreRobotsTxt = true        // obeyed in the transport, on redirects too
	collector.ParseHTTPErrorResponse = true // the transport has judged the status
	collector.MaxBodySize = 0               // limited in the transport
	collector.DisableCookies()              // kept in the transport, over redirects too
	collector.SetRequestTimeout(0)          // kept in the transport, retries not counted
	collector.WithTransport(t)
	return collector
}

// run is the visit: the list first, so that its links are saved even if the pages behind them never come.
func (v *visitor) run(ctx context.Context) error {
	c, err := v.column(ctx)
	if err != nil {
		return err
	}
	v.visit.Items = len(c.reports)
	for i, e := range c.reports {
		if v.late() {
			v.cutShort("%d report pages were not asked for", len(c.reports)-i)
			return nil
		}
		if err := v.page(ctx, e, i+1); err != nil {
			return err
		}
		c.reports[i] = entry{} // a long column needs less and less memory
	}
	if !v.cut {
		v.visit.Outcome = c.outcome
	}
	for i, address := range c.unlisted {
		if v.late() {
			v.cutShort("%d report pages that are no longer listed were not asked for", len(c.unlisted)-i)
			return nil
		}
		if err := v.page(ctx, entry{address: address}, v.visit.Items); err != nil {
			return err
		}
	}
	return nil
}

// unlisted are the reports that earlier visits found and that the column no longer shows, as far as they are due: they may
// be gone, and only their own addresses tell. None if the server did not answer for the column, or the column has moved to
// another site or port.
func (v *visitor) unlisted(ctx context.Context, c *column) (due []string, err error) {
	switch {
	case c.first.final == nil:
		return nil, nil
	case c.outcome != OutcomeOK && c.outcome != OutcomePartial && c.outcome != OutcomeEmpty &&
		c.outcome != OutcomeNeedsAdapter && !Missed(c.outcome):
		return nil, nil
	}
	addresses, err := v.crawler.archive.Unlisted(ctx, v.site.Key,
		v.crawler.opt.Clock.Now().Add(-v.crawler.opt.Recheck))
	if err != nil {
		return nil, fmt.Errorf("reports of %s that are not listed: %w", v.site.Key, err)
	}
	for _, address := range addresses {
		if _, listed := c.known[pageOf(address)]; listed {
			continue
		}
		if u, err := url.Parse(address); err == nil && neighbours(u, c.first.final) && u.Port() == c.first.final.Port() {
			due = append(due, address)
		}
	}
	return due, nil
}

// walked is what a visit goes on with once the lists are read.
type walked struct {
	outcome  string
	reports  []entry
	unlisted []string
}

// column reads the lists. What it needs to know of them for that is gone when it returns.
func (v *visitor) column(ctx context.Context) (walked, error) {
	c := newColumn(v)
	if err := c.walk(ctx); err != nil {
		return walked{}, err
	}
	v.listed = c.entries
	unlisted, err := v.unlisted(ctx, c)
	return walked{c.outcome, c.reports, unlisted}, err
}

// page fetches one report page and the files it carries, unless they answered a short time ago.
func (v *visitor) page(ctx context.Context, e entry, number int) error {
	event := Event{Site: v.site.Key, Role: roleOf(e.address), URL: e.address, Done: number, Items: v.visit.Items}
	defer func() { v.crawler.opt.Progress(event) }()
	known, err := v.known(ctx, e.address)
	if err != nil {
		return err
	}
	known = known || event.Role == RoleAttachment && v.askedFiles[e.address] // it came as a file of another
	v.askedFiles[e.address] = true
	if known {
		v.visit.Unchanged++
		files, err := v.filesOf(ctx, e)
		if err != nil {
			return err
		}
		return v.fetchFiles(ctx, e.address, files, false)
	}
	got, err := v.fetch(ctx, event.Role, withReferer(cms.Request{URL: e.address}, e.referer))
	if err != nil {
		return err
	}
	event.Outcome = got.outcome
	gone, err := v.gone(ctx, e.address, got)
	switch {
	case err != nil:
		return err
	case gone:
		v.visit.Gone++
		v.note("%s is gone: %s", e.address, got.reason())
		files, err := v.crawler.archive.FilesOf(ctx, e.address)
		if err != nil {
			return fmt.Errorf("files of %s: %w", e.address, err)
		}
		return v.fetchFiles(ctx, e.address, files, true)
	case got.why != "":
		v.visit.Errors++
		v.note("%s: %s", e.address, got.reason())
		return nil
	case got.outcome == OutcomeNew:
		v.visit.New++
	case got.outcome == OutcomeChanged:
		v.visit.Changed++
	default:
		v.visit.Unchanged++
	}
	v.listInPlace(e, got)
	var files []File
	if got.outcome == OutcomeNotModified {
		files, err = v.filesOf(ctx, e)
	} else {
		files, err = v.saveFiles(ctx, e, got)
	}
	if err != nil {
		return err
	}
	return v.fetchFiles(ctx, got.final.String(), files, false)
}

// fewReports is how many reports that the column does not list a report page may link to.
const fewReports = 2

// listInPlace notes a page that its title makes a report, such as 2023年年报, and that is a list of reports itself: they would be
// missed without a word.
func (v *visitor) listInPlace(e entry, got fetched) {
	if !e.unnamed || len(got.body) > maxListPage || mediaOf(got.body, "") != "html" || tooMuch(got.body) != nil {
		return
	}
	l, err := cms.Umbrella().Read(cms.Page{URL: got.final, Body: got.body, ContentType: got.contentType(), Number: 1})
	if err != nil { // no page: reading it will fail and say so
		return
	}
	others := 0
	for _, item := range l.Items {
		address, err := Address(item.URL)
		if err == nil && !v.listed[address] && roleOf(address) == RolePage &&
			title.Classify(item.Title, title.Context{Site: v.site.Name, Column: e.column}).Kind == title.Report {
			others++
		}
	}
	if others > fewReports {
		v.visit.Errors++
		v.note("%s: it is a list of %d reports that are not read, and needs a row of its own", e.address, others)
	}
}

// gone says whether an answer is that a page is not there which was there once.
func (v *visitor) gone(ctx context.Context, address string, got fetched) (bool, error) {
	if got.capture == nil || !Missed(got.outcome) {
		return false, nil
	}
	missing, err := v.crawler.archive.Missing(ctx, address)
	if err != nil {
		return false, fmt.Errorf("whether %s was there: %w", address, err)
	}
	return missing, nil
}

// known says whether an address answered so short a time ago that it is not asked again. One that was not there when it
// was asked last is asked in every visit.
func (v *visitor) known(ctx context.Context, address string) (bool, error) {
	recheck := v.crawler.opt.Recheck
	if recheck == 0 {
		return false, nil
	}
	last, err := v.crawler.archive.LastAnswer(ctx, address)
	if err != nil {
		return false, fmt.Errorf("last answer of %s: %w", address, err)
	}
	now := v.crawler.opt.Clock.Now()
	if last.IsZero() || last.After(now) || // never, or by a clock that was wrong
		now.Sub(last) >= recheck+spread(address, recheck) {
		return false, nil
	}
	missing, err := v.crawler.archive.Missing(ctx, address)
	if err != nil {
		return false, fmt.Errorf("whether %s is missing: %w", address, err)
	}
	return !missing, nil
}

// documents are the endings of addresses that lead straight to a file.
var documents = []string{".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".rtf", ".ppt", ".pptx",
	".zip", ".rar", ".7z", ".jpg", ".jpeg", ".png"}

func roleOf(address string) Role {
	if u, err := url.Parse(address); err == nil && slices.Contains(documents, strings.ToLower(path.Ext(u.Path))) {
		return RoleAttachment
	}
	return RolePage
}

// fetched is the answer to a request, as the visit needs it.
type fetched struct {
	capture *Capture // nil if nothing was asked
	final   *url.URL
	body    []byte // without Content-Encoding
	outcome string
	why     string // why the page cannot be used, "" if it can
}

// contentType is the header by which the body is read, "" for none.
func (f fetched) contentType() string {
	header, _ := f.capture.text()
	return header.Get("Content-Type")
}

// reason is the outcome with its explanation, for people.
func (f fetched) reason() string {
	if f.why == f.outcome {
		return f.outcome
	}
	return f.outcome + " (" + f.why + ")"
}

// fetch sends a request through colly. The error is our machine's.
func (v *visitor) fetch(ctx context.Context, role Role, r cms.Request) (fetched, error) {
	v.transport.role, v.transport.last = role, result{}
	v.transport.held.drop()
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	var body io.Reader
	if len(r.Body) > 0 {
		body = bytes.NewReader(r.Body)
	}
	asked := v.collector.Request(cmp.Or(r.Method, http.MethodGet), r.URL, body, nil, header)
	last := v.transport.last
	switch {
	case last.err != nil:
		return fetched{}, last.err
	case last.refused != nil:
		return fetched{outcome: last.refused.outcome, why: last.refused.why}, nil
	case last.capture == nil && ctx.Err() != nil:
		return fetched{}, ctx.Err()
	case last.capture == nil:
		// colly could not make a request of it, so nothing was asked.
		return fetched{outcome: OutcomeNetwork, why: fmt.Sprint(cmp.Or(asked, errors.New("no request")))}, nil
	}
	got := fetched{capture: last.capture, body: last.body, outcome: last.capture.Outcome}
	final, err := url.Parse(last.capture.FinalURL)
	if err != nil {
		return fetched{}, fmt.Errorf("final address of %s: %w", r.URL, err)
	}
	got.final = final
	if !answered(got.outcome) {
		got.why = cmp.Or(last.capture.Err, got.outcome)
		if got.outcome == OutcomeRate { // how long it wants to be left alone stands in a header
			got.why = cmp.Or(last.capture.Err, last.capture.StatusLine+inHeader(last.capture.Header, "Retry-After"))
		}
	} else if last.unreadable != nil {
		got.why = last.unreadable.Error()
	}
	return got, nil
}

// withReferer adds the page that led to a request, as servers of some list systems want it; "" for none. A request that
// names one keeps it.
func withReferer(r cms.Request, page string) cms.Request {
	if page == "" || r.Header.Get("Referer") != "" {
		return r
	}
	r.Header = r.Header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	page, _, _ = strings.Cut(page, "#")
	r.Header.Set("Referer", page)
	return r
}

// late says whether the visit has taken all the time it may: a slow site must not keep others waiting for ever. What it did
// not come to is due in the next visit.
func (v *visitor) late() bool { return v.crawler.opt.Clock.Now().Sub(v.began) > maxVisit }

// cutShort ends the visit because it is late, and says what it did not come to.
func (v *visitor) cutShort(format string, args ...any) {
	v.cut, v.visit.Outcome = true, OutcomePartial
	v.note("stopped after %v: "+format, append([]any{maxVisit}, args...)...)
}

// note adds a sentence to Visit.Detail.
func (v *visitor) note(format string, args ...any) {
	if len(v.notes) == maxNotes {
		v.more++
		return
	}
	v.notes = append(v.notes, shortened(fmt.Sprintf(format, args...), maxNote))
}

func (v *visitor) detail() string {
	detail := strings.Join(v.notes, "; ")
	if v.more > 0 {
		detail += fmt.Sprintf("; and %d more", v.more)
	}
	return detail
}
