package crawler

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"nianbao/crawler/cms"
	"nianbao/extract/title"
)

// listing is the walk through the pages of one list.
type listing struct {
	*column
	part    part
	system  cms.System
	sign    string          // by which the system was recognised
	queue   []cms.Request   // pages to be asked
	found   map[string]bool // addresses of the entries of this list
	counted map[string]bool // those in found that are no menu entries
	certain map[string]bool // those in counted that are surely of the list: a day stands beside them, or they are reports
	reports int             // entries that are reports
	parts   []cms.Part      // lists below, to be followed
	total   int             // the largest number of entries that a page states
	pages   int             // the largest number of pages that a page states
	read    int             // pages read
	size    int             // how many are in counted, once the list was read
	heading string          // what the list calls itself
	final   *url.URL        // where the first page was found

	repeated bool // the page read last came before
}

func newListing(c *column, p part) *listing {
	return &listing{column: c, part: p, found: map[string]bool{}, counted: map[string]bool{},
		certain: map[string]bool{}}
}

// fruitless is how many list pages in a row may bring nothing new before the list is taken for ended: one of them may be
// empty. A page that came before to the byte ends it at once: the pager repeats itself.
const fruitless = 3

// walk reads the first page of the list and the pages that follow from it, one after the other, until the list ends: no
// further page, pages that came before or have no new entry, or a limit. What such a page links to is not followed.
func (l *listing) walk(ctx context.Context) error {
	defer l.forget()
	l.add(l.part.Request)
	vain := 0
	for number := 1; len(l.queue) > 0 && vain < fruitless && !l.full; number++ {
		switch {
		case l.fetched == l.crawler.opt.MaxLists:
			l.stop("stopped after %d list pages, with more to come", l.fetched)
			return nil
		case l.late():
			l.stop("stopped after %v, with list pages to come", maxVisit)
			return nil
		case number > maxPages:
			l.partial("%s: stopped after %d pages of the list, with more to come%s", l.address(), maxPages, l.stated())
			return nil
		}
		request := l.queue[0]
		l.queue = l.queue[1:]
		got, err := l.ask(ctx, request)
		if err != nil {
			return err
		}
		if got.why != "" {
			if err := l.failed(ctx, request, number, got); err != nil || number == 1 {
				return err
			}
			vain++
			continue
		}
		fresh, err := l.take(ctx, number, request, got)
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
	l.complete()
	return nil
}

// forget drops what of a list is needed only while it is read.
func (l *listing) forget() {
	l.size = len(l.counted)
	l.found, l.counted, l.certain = nil, nil, nil
}

// ask fetches a list page, as a browser would that came from the page before.
func (l *listing) ask(ctx context.Context, r cms.Request) (fetched, error) {
	referer := l.part.referer
	if l.final != nil {
		referer = l.final.String()
	}
	got, err := l.fetch(ctx, RoleList, withReferer(r, referer))
	if err != nil {
		return got, err
	}
	l.fetched++
	if got.capture != nil && got.outcome != OutcomeRobots { // a page that robots.txt refuses is noted, and not asked
		l.sent++
	}
	if l.part.root() && l.final == nil {
		l.first = got
		if len(got.body) > freeBody { // no page that stands in the place of a column is that large, and it would be kept until the end
			bare := *got.capture
			bare.Body, bare.still = nil, nil
			l.first.body, l.first.capture = nil, &bare
		}
	}
	l.crawler.opt.Progress(Event{Site: l.site.Key, Role: RoleList, URL: r.URL, Outcome: got.outcome,
		Items: len(l.column.reports)})
	return got, nil
}

// failed judges a list page that did not come. Without the column's first page there is no list; the pages of the row's own
// template, and those that were guessed, end where the server has no more.
func (l *listing) failed(ctx context.Context, request cms.Request, number int, got fetched) error {
	missing := got.capture != nil &&
		(got.capture.Status == http.StatusNotFound || got.capture.Status == http.StatusGone)
	switch {
	case number == 1 && l.part.root():
		l.outcome = got.outcome
		if answered(got.outcome) { // it came, but we cannot read it
			l.outcome = OutcomeNeedsAdapter
		}
		l.note("%s: %s", request.URL, got.reason())
		if missing {
			return l.vanished(ctx, got)
		}
	case number == 1:
		l.partial("%s: %s", l.part.steps(), got.reason())
	case missing && (request.Guess || l.site.Pages != "" && l.part.root()):
	default:
		l.partial("list page %d, %s: %s", number, request.URL, got.reason())
	}
	return nil
}

// vanished makes a column gone that answered in an earlier run.
func (l *listing) vanished(ctx context.Context, got fetched) error {
	last, err := l.crawler.archive.LastAnswer(ctx, got.capture.URL)
	if err != nil {
		return fmt.Errorf("last answer of %s: %w", got.capture.URL, err)
	}
	if !last.IsZero() {
		l.outcome = OutcomeGone
		l.note("it last answered at %s", last.UTC().Format("2006-01-02 15:04"))
	}
	return nil
}

// take reads one list page and, if it brings anything new, queues the pages that it names.
func (l *listing) take(ctx context.Context, number int, request cms.Request, got fetched) (fresh bool, err error) {
	sum := digest(got.body)
	again := l.bodies[sum]
	if l.repeated = again && number > 1; l.repeated {
		return false, nil
	}
	l.bodies[sum] = true
	if err := tooMuch(got.body); err != nil {
		l.unread(number, got, "", err)
		return false, nil
	}
	p := cms.Page{URL: l.withFragment(got.final), Body: got.body, Number: number, Asked: request,
		ContentType: got.contentType()}
	if number == 1 {
		l.final = got.final
		if l.shell(p) || l.system == nil {
			return false, nil
		}
	}
	list, err := l.system.Read(p)
	if err != nil {
		l.unread(number, got, " by system "+l.system.Name(), err)
		return false, nil
	}
	if l.repeated = again && (len(list.Items) > 0 || len(list.Next) == 0); l.repeated {
		return false, nil // a page without entries may get others by each address
	}
	l.tidy(&list)
	l.read++
	l.visit.Lists++
	l.heading = cmp.Or(list.Heading, l.heading)
	l.total, l.pages = max(l.total, list.Total), max(l.pages, list.Pages)
	followed := l.choose(list.Parts)
	fresh, err = l.save(ctx, list.Items, followed, got.capture)
	if err != nil {
		return false, err
	}
	fresh = fresh || len(list.Items) == 0 && len(list.Next) > 0 // a step on the way to the list
	if !fresh && number > 1 {
		return false, nil
	}
	return fresh, l.further(number, list.Next)
}

// tooMuch says what of a list page would take too much time or memory to read; nil for nothing.
func tooMuch(body []byte) error {
	if n := len(body); n > maxListPage {
		return fmt.Errorf("%d bytes, %d are the most that is read of a list page", n, maxListPage)
	}
	if n := bytes.Count(body, []byte("<")); n > maxListTags {
		return fmt.Errorf("%d tags, %d are the most that is read of a list page", n, maxListTags)
	}
	return nil
}

// unread notes a page that is not read, by the system that tried it, if one did.
func (l *listing) unread(number int, got fetched, by string, err error) {
	if number == 1 && l.part.root() {
		l.outcome = OutcomeNeedsAdapter
		l.note("%s: not read%s: %v", got.final, by, err)
		return
	}
	l.partial("list page %d, %s: not read%s: %v", number, got.final, by, err)
}

// shell finds the list's system from its first page. It says whether the page is none, but only leads to one.
func (l *listing) shell(first cms.Page) bool {
	instead := l.allowed(tidyParts(cms.Shell(first)))
	if len(instead) > 0 && instead[0].Way == cms.WayParameter {
		l.parts = instead
		return true
	}
	system, recognised := l.recognise(first)
	if len(instead) > 0 && !recognised {
		l.parts = instead
		return true
	}
	if system == nil {
		l.unknown(first)
		return false
	}
	l.system = system
	if l.visit.System == "" || l.visit.System == plainSystem && recognised {
		l.visit.System = system.Name()
	}
	return false
}

// recognise finds the list system: the row's, or the first that recognises the page; nil if there is none. sure is false
// if it takes the page only because it takes every page, or because the row says so.
func (l *listing) recognise(first cms.Page) (system cms.System, sure bool) {
	switch {
	case l.part.Way == cms.WayUmbrella:
		return cms.Umbrella(), true
	case l.site.Items != "":
		return cms.WithSelector(l.site.Items), true
	}
	for _, candidate := range l.crawler.systems {
		sign, ok := candidate.Recognise(first)
		ours := l.site.System == "" || l.site.System == candidate.Name()
		switch {
		case ok && (ours || !l.part.root() && system == nil): // a list below may be another system's
			if system, sure, l.sign = candidate, candidate.Name() != plainSystem, sign; ours {
				return system, sure
			}
		case ours && l.site.System != "" && l.part.root():
			l.sign = "named by the register, though the page does not show it"
			return candidate, false
		}
	}
	if system != nil {
		return system, sure
	}
	return nil, false
}

// unknown notes that no system reads the list.
func (l *listing) unknown(first cms.Page) {
	if l.part.root() {
		l.outcome = OutcomeNeedsAdapter
	}
	if l.site.System != "" {
		l.note("the register names system %q, which this version does not have", l.site.System)
	} else {
		l.note("no list system recognises %s", first.URL)
	}
}

// allowed leaves out parts that are too deep, on the site of somebody else, or at the address of the register row itself.
func (l *listing) allowed(parts []cms.Part) []cms.Part {
	var out []cms.Part
	for _, p := range parts {
		target, err := url.Parse(p.URL)
		switch {
		case err != nil || l.final != nil && !neighbours(l.final, target):
			l.note("not followed to another site: %s %s", p.Way, p.URL)
		case l.part.depth == maxDepth:
			l.partial("not followed, as it is more than %d steps from the column: %s %s", maxDepth, p.Way, p.URL)
		default:
			out = append(out, p)
		}
	}
	return out
}

// choose decides which of the lists below are followed, and keeps them; it returns them with the reason by address.
func (l *listing) choose(parts []cms.Part) map[string]string {
	followed := map[string]string{}
	for _, p := range parts {
		reason, ok := l.leads(l, p)
		if !ok || len(l.allowed([]cms.Part{p})) == 0 {
			continue
		}
		address, err := Address(p.URL)
		if err != nil {
			continue
		}
		if p.Way != cms.WayFrame {
			followed[address] = reason
		}
		l.parts = append(l.parts, p)
	}
	return followed
}

// save decides on the entries of one page and saves them as links, those that are lists themselves too. It says whether any
// was new to this list.
func (l *listing) save(ctx context.Context, items []cms.Item, followed map[string]string, from *Capture) (fresh bool, err error) {
	links := make([]Link, 0, len(items)+len(followed))
	seen := map[string]bool{}
	for _, item := range items {
		if len(l.entries) >= maxEntries {
			l.stop("stopped after %d entries, with more to come%s", maxEntries, l.stated())
			break
		}
		if l.seen++; l.seen > maxSeen {
			l.stop("stopped after %d entries, repeated ones included, with more to come%s", maxSeen, l.stated())
			break
		}
		address, err := Address(item.URL)
		if err != nil {
			address = item.URL // kept as it stands, and asked in vain if it should be a report
		}
		decision, reason, unnamed := l.decide(item)
		if why, ok := followed[address]; ok {
			decision, reason = decisionColumn, why
		}
		seen[address] = true
		links = append(links, Link{URL: address, Title: item.Title, ListedOn: item.ListedOn,
			ListCaptureID: from.listedBy(), Decision: decision, Reason: reason})
		l.entries[address] = true
		if identity := withoutSession(address); !l.found[identity] {
			l.found[identity], fresh = true, true
		}
		l.count(withoutSession(address), decision, item.ListedOn != "")
		switch decision {
		case string(title.Report):
			l.report(address, item, from.FinalURL, unnamed)
		case string(title.Umbrella):
			l.umbrella(item)
		}
	}
	for _, p := range l.parts {
		address, err := Address(p.URL)
		if err != nil || seen[address] || followed[address] == "" {
			continue
		}
		seen[address], fresh = true, true
		links = append(links, Link{URL: address, Title: p.Title, ListCaptureID: from.listedBy(), Decision: decisionColumn,
			Reason: followed[address]})
	}
	if err := l.crawler.archive.SaveLinks(ctx, l.site.Key, links); err != nil {
		return false, fmt.Errorf("save links of %s: %w", l.site.Key, err)
	}
	return fresh, nil
}

// count keeps an entry for the comparison with the total that the page states.
func (l *listing) count(identity, decision string, dated bool) {
	if decision != string(title.Navigation) || dated {
		l.counted[identity] = true
	}
	if decision == string(title.Report) || dated {
		l.certain[identity] = true
	}
}

// length is the number of entries found. Menus hold entries that look like the list's own (政府信息公开指南); in a list that
// prints days most entries have one, and those without are left out.
func (l *listing) length() int {
	if 2*len(l.certain) >= len(l.counted) {
		return len(l.certain)
	}
	return len(l.counted)
}

// decisionColumn is the decision on an entry that is itself a list of the column.
const decisionColumn = "column"

// decide says what an entry is, and whether its title names nobody.
func (l *listing) decide(item cms.Item) (decision, reason string, unnamed bool) {
	context := title.Context{Site: l.site.Name, Column: cmp.Or(l.heading, l.part.column), URL: l.site.URL}
	if l.part.Way == cms.WayUmbrella {
		context.Column = l.part.Title
	}
	decided := title.Classify(item.Title, context)
	if l.part.Way == cms.WayUmbrella && decided.Kind == title.Navigation && decided.Type != "" {
		return string(title.Report), "a body's name, on a page that announces the reports of many (" + l.part.Title + ")", false
	}
	return string(decided.Kind), decided.Reason, decided.Authority == ""
}

// report keeps an entry that is a report. The same address may stand there twice, once as a picture without a title.
func (l *listing) report(address string, item cms.Item, referer string, unnamed bool) {
	identity := pageOf(address)
	place, known := l.known[identity]
	if !known {
		place = len(l.column.reports)
		l.known[identity] = place
		l.column.reports = append(l.column.reports, entry{address: address, referer: referer, unnamed: unnamed,
			column: cmp.Or(l.heading, l.part.column)})
		l.reports++
	}
	l.column.reports[place].files = append(l.column.reports[place].files, item.Files...)
}

// umbrella follows an entry that announces the reports of many bodies, unless it is a file.
func (l *listing) umbrella(item cms.Item) {
	if roleOf(item.URL) == RoleAttachment || l.part.Way == cms.WayUmbrella {
		return
	}
	p := cms.Part{Request: cms.Request{URL: item.URL}, Way: cms.WayUmbrella, Title: item.Title}
	l.parts = append(l.parts, l.allowed([]cms.Part{p})...)
}

// further queues further pages of the list: those of the row's template, else those the system found.
func (l *listing) further(number int, next []cms.Request) error {
	if l.site.Pages == "" || !l.part.root() {
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
	key := keyOf(request)
	if l.asked[key] || len(l.queue) > maxPages {
		return
	}
	l.asked[key] = true
	l.queue = append(l.queue, request)
}

// keyOf tells requests for list pages apart.
func keyOf(request cms.Request) string {
	address, err := Address(request.URL)
	if err != nil {
		address = request.URL
	}
	return cmp.Or(request.Method, http.MethodGet) + " " + withoutSession(address) + " " + digest(request.Body)
}

// complete compares what was found with what the list states of itself.
func (l *listing) complete() {
	switch {
	case l.full:
	case l.total > l.length():
		l.partial("%sthe page states %d entries, %d were found", l.where(), l.total, l.length())
	case l.total == 0 && l.pages > l.read && l.read > 0:
		l.partial("%sthe page states %d pages, %d different ones came", l.where(), l.pages, l.read)
	}
}

// where names a list other than the column's own, in front of a sentence.
func (l *listing) where() string {
	if l.part.root() {
		return ""
	}
	return l.address() + ": "
}

// stated is what the list says of its length, in brackets.
func (l *listing) stated() string {
	switch {
	case l.total > 0:
		return fmt.Sprintf(" (%d entries found of %d)", l.length(), l.total)
	case l.pages > 0:
		return fmt.Sprintf(" (%d entries found on %d of %d pages)", l.length(), l.read, l.pages)
	}
	return ""
}

// address is where the list's first page was found, or asked.
func (l *listing) address() string {
	if l.final != nil {
		return l.final.String()
	}
	return l.part.URL
}

// withFragment gives the final address the fragment of the address asked, by which some systems name the column.
func (l *listing) withFragment(final *url.URL) *url.URL {
	with := *final
	if asked, err := url.Parse(l.part.URL); err == nil {
		with.Fragment, with.RawFragment = asked.Fragment, asked.RawFragment
	}
	return &with
}
