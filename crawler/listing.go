package crawler

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"nianbao/crawler/cms"
	"nianbao/extract/title"
)

// listing is the walk through the list pages of one visit.
type listing struct {
	*visitor
	system  cms.System
	column  string // what the column calls itself
	queue   []cms.Request
	asked   map[string]bool // requests made or waiting
	bodies  map[string]bool // SHA-256 of the pages read
	items   map[string]bool // addresses of all entries, reports or not
	listed  map[string]bool // those in items that are no menu entries
	reports []string        // addresses of the entries that are reports, in the list's order
	known   map[string]bool // those in reports
	total   int             // the largest number of entries that a page states
	outcome string

	repeated bool // the page read last came before
}

func newListing(v *visitor) *listing {
	return &listing{visitor: v, asked: map[string]bool{}, bodies: map[string]bool{}, items: map[string]bool{},
		listed: map[string]bool{}, known: map[string]bool{}, outcome: OutcomeOK}
}

// fruitless is how many list pages in a row may bring nothing new before the list is taken for ended: one of them may be
// the empty tab of a year. A page that came before to the byte ends it at once: the pager repeats itself.
const fruitless = 3

// walk reads the column page and the pages that follow from it, one after the other, until the list ends: no further
// page, pages that came before or have no new entry, or the limit. What such a page links to is not followed. It leaves
// the outcome of the visit.
func (l *listing) walk(ctx context.Context) error {
	l.add(cms.Request{URL: l.site.URL})
	vain := 0
	for number := 1; len(l.queue) > 0 && vain < fruitless; number++ {
		if number > l.crawler.opt.MaxLists {
			l.partial("stopped after %d list pages, with more to come", l.crawler.opt.MaxLists)
			break
		}
		request := l.queue[0]
		l.queue = l.queue[1:]
		got, err := l.fetch(ctx, RoleList, request)
		if err != nil {
			return err
		}
		l.crawler.opt.Progress(Event{Site: l.site.Key, Role: RoleList, URL: request.URL, Outcome: got.outcome,
			Items: len(l.reports)})
		if got.why != "" {
			l.failed(request, number, got)
			if number == 1 {
				break
			}
			vain++
			continue
		}
		fresh, err := l.read(ctx, number, got)
		if err != nil {
			return err
		}
		switch {
		case fresh:
			vain = 0
		case l.repeated:
			vain = fruitless
		default:
			vain++
		}
	}
	l.conclude()
	return nil
}

// failed judges a list page that did not come. Without the first page there is no list; the pages of the row's own
// template end where the server has no more.
func (l *listing) failed(request cms.Request, number int, got fetched) {
	if number == 1 {
		l.outcome = got.outcome
		if answered(got.outcome) { // it came, but we cannot read it
			l.outcome = OutcomeNeedsAdapter
		}
		l.note("%s: %s", request.URL, got.reason())
		return
	}
	missing := got.capture != nil &&
		(got.capture.Status == http.StatusNotFound || got.capture.Status == http.StatusGone)
	if l.site.Pages != "" && missing {
		return
	}
	l.partial("list page %d, %s: %s", number, request.URL, got.reason())
}

// read takes the entries of one list page and, if it brings anything new, queues the pages that it names.
func (l *listing) read(ctx context.Context, number int, got fetched) (fresh bool, err error) {
	sum := digest(got.body)
	if l.repeated = l.bodies[sum]; l.repeated {
		return false, nil
	}
	l.bodies[sum] = true
	contentType := got.capture.Header.Get("Content-Type")
	listPage := cms.Page{URL: l.withFragment(got.final), Body: got.body, ContentType: contentType, Number: number}
	if l.system == nil {
		if l.system = l.choose(listPage); l.system == nil {
			return false, nil
		}
		l.visit.System = l.system.Name()
	}
	list, err := l.system.Read(listPage)
	if err != nil {
		if number == 1 {
			l.outcome = OutcomeNeedsAdapter
			l.note("%s: not read by system %s: %v", got.final, l.system.Name(), err)
		} else {
			l.partial("list page %d, %s: not read by system %s: %v", number, got.final, l.system.Name(), err)
		}
		return false, nil
	}
	l.visit.Lists++
	l.column = cmp.Or(list.Heading, l.column)
	l.total = max(l.total, list.Total)
	fresh, err = l.take(ctx, list.Items, got.capture.ID)
	if err != nil {
		return false, err
	}
	if !fresh && number > 1 {
		return false, nil
	}
	return fresh, l.follow(number, list.Next)
}

// choose finds the list system: the row's, or the first that recognises the page; nil if there is none.
func (l *listing) choose(first cms.Page) cms.System {
	if l.site.Items != "" {
		return cms.WithSelector(l.site.Items)
	}
	for _, system := range l.crawler.systems {
		if l.site.System == system.Name() {
			return system
		}
		if l.site.System == "" {
			if _, ok := system.Recognise(first); ok {
				return system
			}
		}
	}
	l.outcome = OutcomeNeedsAdapter
	if l.site.System != "" {
		l.note("the register names system %q, which this version does not have", l.site.System)
	} else {
		l.note("no list system recognises %s", first.URL)
	}
	return nil
}

// take decides on the entries of one page and saves them as links. It says whether any was new.
func (l *listing) take(ctx context.Context, items []cms.Item, listCapture int64) (fresh bool, err error) {
	links := make([]Link, 0, len(items))
	for _, item := range items {
		address, err := Address(item.URL)
		if err != nil {
			address = item.URL // kept as it stands, and asked in vain if it should be a report
		}
		decided := title.Classify(item.Title, title.Context{Site: l.site.Name, Column: l.column, URL: l.site.URL})
		links = append(links, Link{URL: address, Title: item.Title, ListedOn: item.ListedOn,
			ListCaptureID: listCapture, Decision: string(decided.Kind), Reason: decided.Reason})
		if !l.items[address] {
			l.items[address], fresh = true, true
		}
		if decided.Kind != title.Navigation {
			l.listed[address] = true
		}
		// The same address may stand there twice, once as a picture without a title.
		if decided.Kind == title.Report && !l.known[address] {
			l.known[address] = true
			l.reports = append(l.reports, address)
		}
	}
	if err := l.crawler.archive.SaveLinks(ctx, l.site.Key, links); err != nil {
		return false, fmt.Errorf("save links of %s: %w", l.site.Key, err)
	}
	return fresh, nil
}

// follow queues the further pages: those of the row's template, else those the system found.
func (l *listing) follow(number int, next []cms.Request) error {
	if l.site.Pages == "" {
		for _, request := range next {
			l.add(request)
		}
		return nil
	}
	address, err := l.site.page(number + 1)
	if err != nil {
		return fmt.Errorf("pages of site %s: %w", l.site.Key, err)
	}
	l.add(cms.Request{URL: address})
	return nil
}

// add queues a request that was not asked before. The queue never grows over what may still be asked.
func (l *listing) add(request cms.Request) {
	address, err := Address(request.URL)
	if err != nil {
		address = request.URL
	}
	key := cmp.Or(request.Method, http.MethodGet) + " " + address + " " + digest(request.Body)
	if l.asked[key] || len(l.asked) > l.crawler.opt.MaxLists {
		return
	}
	l.asked[key] = true
	l.queue = append(l.queue, request)
}

// conclude names the outcome of a list that was read to its end.
func (l *listing) conclude() {
	if l.outcome != OutcomeOK {
		return
	}
	if l.total > len(l.listed) {
		l.partial("the page states %d entries, %d were found", l.total, len(l.listed))
		return
	}
	if len(l.reports) > 0 {
		return
	}
	l.outcome = OutcomeNeedsAdapter
	if l.site.System != "" || l.site.Items != "" {
		l.outcome = OutcomeEmpty
	}
	l.note("%d entries, none of them a report", len(l.listed))
}

func (l *listing) partial(format string, args ...any) {
	l.outcome = OutcomePartial
	l.note(format, args...)
}

// withFragment gives the final address the fragment of the register row, by which some systems name the column.
func (l *listing) withFragment(final *url.URL) *url.URL {
	with := *final
	if row, err := url.Parse(l.site.URL); err == nil {
		with.Fragment, with.RawFragment = row.Fragment, row.RawFragment
	}
	return &with
}
