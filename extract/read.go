package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/extract/check"
	"nianbao/extract/document"
	"nianbao/extract/form"
	"nianbao/extract/grid"
	"nianbao/extract/mention"
	"nianbao/extract/page"
	"nianbao/extract/text"
	"nianbao/extract/title"
)

// Version names this extractor. It is stored with every reading; a reading by another version is made again. Raise it
// with every change that can change a result.
const Version = "5"

// Reader reads documents one after the other and keeps what is costly to make (document.Reader). Several goroutines may
// use it.
type Reader struct{ documents *document.Reader }

// Options are what reading needs from outside: limits, a cache for compiled code.
type Options = document.Options

// NewReader makes a Reader. It is to be closed.
func NewReader(o Options) *Reader { return &Reader{document.NewReader(o)} }

// Close releases what the Reader holds.
func (r *Reader) Close() error { return r.documents.Close() }

// Prepare is document.Reader.Prepare.
func (r *Reader) Prepare() error { return r.documents.Prepare() }

// Read is the function Read, until the deadline of ctx: a PDF not read by then is over a limit, as document.Reader.Read
// says.
func (r *Reader) Read(ctx context.Context, in Input) (Reading, error) {
	doc, err := r.documents.Read(ctx, in.Body, in.ContentType)
	return read(in, doc, err, true)
}

// Read reads one document: its text and tables, whether it is an annual report on open government information, and if
// so its figures with everything that is wrong with them. The error says that the bytes could not be read at all
// (document.ErrFormat, document.ErrEmpty, a broken file that no list calls a report); what is wrong with the content is a
// finding. A zip or rar is no report, of the kind Container; document.Members gives the files in it, each to be read.
func Read(in Input) (Reading, error) {
	doc, err := document.Read(in.Body, in.ContentType, document.Options{})
	return read(in, doc, err, true)
}

// read says what a document is that was read, or not; with or without the figures of the narrative: the benchmark tells
// what they cost.
func read(in Input, doc document.Document, err error, mentions bool) (Reading, error) {
	if container := (*document.ContainerError)(nil); errors.As(err, &container) {
		return Reading{NotReport: &NotReport{Kind: Container, Reason: container.Error()}}, nil
	}
	if err != nil {
		return broken(in, &doc, err)
	}
	m := readForm(&doc)
	for no, t := range doc.Tables {
		if t.Drawn > 0 && m.Relations[no] != "" {
			doc.Doubts = append(doc.Doubts, fmt.Sprintf("table %d: %d cells hold a picture or a script and no text; they count as blank",
				no, t.Drawn))
		}
	}
	m.Remarks = check.Settle(m.Edition, m.Cells, m.Remarks)
	if doc.Recognized > 0 {
		doc.Doubts = append(doc.Doubts, recognized(doc.Recognized, m))
		mentions = false // nothing confirms a figure of the narrative
	}
	parts := sections(doc.Blocks, m.Edition)
	named := name(in, &doc, len(m.Cells) > 0 || len(parts) > 0)
	if named.Kind != title.Report && (speaks(named.Kind) || len(m.Cells) == 0) {
		return Reading{NotReport: &NotReport{Kind: string(named.Kind), Reason: named.Reason}}, nil
	}
	if named.Kind != title.Report && !slices.ContainsFunc(m.Cells, func(c form.Cell) bool { return c.Value.Valid }) {
		return Reading{NotReport: &NotReport{Kind: string(title.Template),
			Reason: "the title names no report and every cell of the form is empty"}}, nil
	}

	r := &Report{
		Authority: named.Authority, AuthorityPrinted: named.Printed, AuthorityType: named.Type, Level: named.Level,
		Scope: named.Scope, ScopeBasis: named.ScopeBasis, Year: named.Year, Form: "none", Title: named.text,
		PublishedOn: doc.PublishedOn, PublishedFrom: doc.PublishedFrom, Media: doc.Media, Charset: doc.Charset, Recognized: doc.Recognized,
		SiteCode: doc.Identity.SiteCode, IndexNo: doc.Identity.IndexNo, Publisher: doc.Identity.Publisher,
		CreditCode: cmp.Or(doc.Identity.CreditCode, page.CreditCodeOf(in.URL)),
		Cells:      m.Cells, Sections: parts,
	}
	if r.Scope == "" {
		r.Scope = "unknown"
	}
	if r.PublishedOn == "" && in.ListedOn != "" {
		r.PublishedOn, r.PublishedFrom = in.ListedOn, "list"
	}
	periodYear := 0
	if r.PeriodFrom, r.PeriodTo = period(doc.Blocks); r.PeriodTo != "" {
		periodYear = yearOf(r.PeriodFrom, r.PeriodTo)
	} else {
		periodYear = m.HeaderYear
	}
	if periodYear != 0 && !(doc.Recognized > 0 && r.Year != 0) { // what was recognised does not outweigh what was typed
		r.Year = periodYear
	}
	if m.Edition != nil {
		r.Form = m.Edition.ID
	}
	for no, t := range doc.Tables {
		r.Tables = append(r.Tables, Table{No: no, Caption: t.Caption, Kind: kindOf(m.Relations[no], t), Grid: t.Grid})
	}
	var breakdowns []mention.Breakdown
	for _, p := range r.Sections {
		if !mentions {
			break
		}
		figures, lists := mention.All(p.ID, p.Text)
		r.Mentions = append(r.Mentions, slices.DeleteFunc(figures, func(m mention.Mention) bool { return ofAnotherYear(m.Quote, r.Year) })...)
		breakdowns = append(breakdowns, lists...)
	}
	r.Completeness = completeness(m, r)
	if doc.Recognized > 0 && r.Completeness == "complete" {
		r.Completeness = "partial" // the values that no sum confirms are missing
	}
	r.Findings = check.Run(check.Subject{Edition: m.Edition, Cells: m.Cells, Authority: r.Authority,
		AuthorityType: r.AuthorityType, Level: r.Level, Year: r.Year, TitleYear: named.Year, PeriodYear: periodYear,
		PublishedOn: r.PublishedOn, Dates: dates(in), Preamble: preamble(doc.Blocks), Sections: sectionTexts(r.Sections),
		Mentions: r.Mentions, Breakdowns: breakdowns, Remarks: m.Remarks, Doubts: doc.Doubts})
	return Reading{Report: r}, nil
}

// calendarYear is a year in the words of a figure.
var calendarYear = regexp.MustCompile(`(20[0-9]{2})年`)

// ofAnotherYear reports whether the words of a figure name a year, and not that of the report.
func ofAnotherYear(quote string, reported int) bool {
	if reported == 0 || !strings.Contains(quote, "年") {
		return false
	}
	named := calendarYear.FindAllStringSubmatch(text.Normal(quote), -1)
	return len(named) > 0 && !slices.ContainsFunc(named, func(m []string) bool { return m[1] == strconv.Itoa(reported) })
}

// readForm reads the tables that the document shows: last year's form is often left in a hidden sheet, or in a hidden part of
// the page. Only where nothing of a form is shown, those count that a script of the page may show.
func readForm(doc *document.Document) form.Match {
	shown, all, rest := make([]grid.Grid, len(doc.Tables)), make([]grid.Grid, len(doc.Tables)), make([]grid.Grid, len(doc.Tables))
	unshown := false
	for i, t := range doc.Tables {
		if t.Hidden {
			continue
		}
		all[i] = t.Grid
		if t.Unshown {
			rest[i] = t.Grid
		} else {
			shown[i] = t.Grid
		}
		unshown = unshown || t.Unshown
	}
	m := form.Read(shown)
	if !unshown {
		return m
	}
	whole, alone := form.Read(all), form.Read(rest)
	if m.Edition == nil && len(m.Remarks) == 0 {
		if whole.Edition != nil {
			doc.Doubts = append(doc.Doubts, "the tables of the form are not displayed until a script of the page does so")
		}
		return whole
	}
	for i, t := range doc.Tables {
		if t.Unshown && (whole.Relations[i] != "" || alone.Relations[i] != "") { // alone, it may be another form

			doc.Doubts = append(doc.Doubts, fmt.Sprintf("table %d is of a form, but not displayed; it was not read", i))
		}
	}
	return m
}

// recognized takes the values that no sum confirms from a document whose pages were recognised, and words the doubt.
func recognized(pages int, m form.Match) string {
	confirmed, taken := check.Confirm(m.Edition, m.Cells)
	return fmt.Sprintf("the text of %d pages was recognised in pictures (OCR); %d numbers are given, which sums confirm, and %d are not",
		pages, confirmed, taken)
}

// Unreadable is what Read answers for a document whose reading was given up: a report that cannot be read, if the list or its
// file's name calls it one and the error is one of document's, else that error.
func Unreadable(in Input, err error) (Reading, error) { return broken(in, &document.Document{}, err) }

// broken is the reading of a document that cannot be read.
func broken(in Input, doc *document.Document, err error) (Reading, error) {
	if r, ok := unreadable(in, doc, err); ok {
		return Reading{Report: r}, nil
	}
	return Reading{}, fmt.Errorf("read document: %w", err)
}

// unreadable is the report whose file is damaged, encrypted, over a limit, or holds only pictures: a finding says so. That
// it is a report is what the list calls it, or the file's own title, or its name. ok is false where none of them does, or
// where the format is not one that is read.
func unreadable(in Input, doc *document.Document, err error) (r *Report, ok bool) {
	if !errors.Is(err, document.ErrDamaged) && !errors.Is(err, document.ErrEncrypted) &&
		!errors.Is(err, document.ErrLimit) && !errors.Is(err, document.ErrImageOnly) {
		return nil, false
	}
	var named title.Title
	var called, by string
	for _, c := range []struct{ called, by string }{
		{in.ListTitle, "The list calls the file a report"}, {doc.Title, "The file calls itself a report"},
		{fileName(in.URL), "The file is named like a report"},
	} {
		if named = title.Classify(c.called, title.Context{Site: in.SiteName, URL: in.URL}); named.Kind == title.Report {
			called, by = c.called, c.by
			break
		}
	}
	if called == "" {
		return nil, false
	}
	r = &Report{Authority: named.Authority, AuthorityPrinted: named.Printed, AuthorityType: named.Type, Level: named.Level,
		Scope: cmp.Or(named.Scope, "unknown"), ScopeBasis: named.ScopeBasis, Year: named.Year, Form: "none",
		Title: called, Media: doc.Media, Completeness: "unreadable"}
	if in.ListedOn != "" {
		r.PublishedOn, r.PublishedFrom = in.ListedOn, "list"
	}
	r.Findings = []check.Finding{{Rule: check.NothingToRead, Severity: check.Doubt,
		Message: fmt.Sprintf("%s, but it cannot be read: %v.", by, err)}}
	return r, true
}

// fileName is the name of the file at an address, without its extension.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	name := path.Base(u.Path)
	return strings.TrimSuffix(name, path.Ext(name))
}

// kindOf names a table: the relation it was read into, a chart's or an embedded sheet's figures, layout, or other.
func kindOf(relation string, t document.Table) string {
	switch {
	case relation != "":
		return relation
	case t.Chart != "":
		return "chart_data"
	case t.Layout:
		return "layout"
	}
	return "other"
}

// naming is what the title of a document says, and the title itself.
type naming struct {
	title.Title
	text string
}

// name decides what the document is by its titles: what the page calls itself, how the list named it, and, if it has the
// body of a report, what its text begins with (a title may be broken over the first lines; the first lines of a list
// page are titles, too). The first that is a report's counts; what it lacks the others may add.
func name(in Input, doc *document.Document, body bool) naming {
	c := title.Context{Site: in.SiteName, URL: in.URL, Column: doc.Column}
	titles := []string{doc.Title, in.ListTitle}
	if doc.Recognized > 0 {
		slices.Reverse(titles) // the list's is typed
	}
	if body {
		titles = append(titles, openings(doc.Blocks)...)
	}
	best := naming{Title: title.Title{Kind: title.Other, Reason: "the document has no title and no table of a known form"}}
	for i, t := range titles {
		if t = strings.TrimSpace(t); t == "" || best.whole() && i > 1 {
			continue
		}
		n := naming{classify(t, c, doc), strings.Join(strings.Fields(t), " ")}
		switch {
		case best.text == "" && i < 2:
			best = n
		case best.Kind != title.Report && speaks(best.Kind):
			// the title says what the page is; the text may cite a report
		case n.Kind != title.Report:
		case best.Kind != title.Report:
			best = n
		default:
			best.adopt(n)
		}
	}
	return best
}

// classify is title.Classify. The page's own title has been looked at; where that is fully a report's, site and column
// change nothing, unless the site itself is named like a report.
func classify(t string, c title.Context, doc *document.Document) title.Title {
	if n := (naming{Title: doc.Titled}); t == doc.Title && n.whole() && !strings.Contains(c.Site, "报") {
		return doc.Titled
	}
	return title.Classify(t, c)
}

// speaks reports whether a title of that kind says what the page is. A menu entry, or words that say nothing, do not.
func speaks(k title.Kind) bool { return k != title.Other && k != title.Navigation }

// whole reports whether a title leaves nothing open that the first lines of the text could tell.
func (n *naming) whole() bool { return n.Kind == title.Report && n.Authority != "" && n.Year != 0 }

// adopt takes from another title of the same document what this one does not say.
func (n *naming) adopt(o naming) {
	if n.Authority == "" && o.Authority != "" {
		n.Authority, n.Printed, n.Type, n.Level = o.Authority, o.Printed, o.Type, o.Level
	}
	if n.Year == 0 {
		n.Year = o.Year
	}
	if n.Scope == "" || n.Scope == "unknown" {
		n.Scope, n.ScopeBasis = o.Scope, o.ScopeBasis
	}
}

// openings are the first paragraphs of the text, alone and joined, as a title may be printed there in one line or more.
func openings(blocks []document.Block) []string {
	const lines = 4
	var first []string
	for _, b := range blocks {
		if b.Table >= 0 || len(first) == lines {
			break
		}
		if len([]rune(b.Text)) <= 60 {
			first = append(first, b.Text)
		}
	}
	out := first
	for i := range first {
		if i+1 < len(first) {
			out = append(out, first[i]+first[i+1])
		}
	}
	return out
}

// yearOf is the year of a period: the one in which it has most days (2023年1月1日至2024年1月1日 is of 2023), of equal ones the
// last.
func yearOf(from, to string) (year int) {
	first, _ := time.Parse(time.DateOnly, from)
	last, _ := time.Parse(time.DateOnly, to)
	most := 0
	for y := first.Year(); y <= last.Year(); y++ {
		days := 365
		if y == last.Year() {
			days = last.YearDay()
		}
		if y == first.Year() {
			days -= first.YearDay() - 1
		}
		if days >= most {
			year, most = y, days
		}
	}
	return year
}

// period is the statistical period that the running text states. Most reports state it in front, and of several the
// first counts, so the rest is read only where the beginning states none.
func period(blocks []document.Block) (from, to string) {
	const front = 800 // bytes
	if from, to = title.Period(runningText(blocks, front)); to == "" {
		from, to = title.Period(runningText(blocks, math.MaxInt))
	}
	return from, to
}

// runningText joins the paragraphs in normal form, the way title.Period reads them. Beyond so many bytes it ends with the
// next paragraph that ends a sentence, which no date goes on behind.
func runningText(blocks []document.Block, enough int) string {
	var b strings.Builder
	for _, x := range blocks {
		if x.Table >= 0 {
			continue
		}
		b.WriteString(text.Normal(x.Text))
		b.WriteByte('\n')
		if b.Len() >= enough && strings.HasSuffix(x.Text, "。") {
			break
		}
	}
	return b.String()
}

// completeness says how much of its form a report prints.
func completeness(m form.Match, r *Report) string {
	switch {
	case m.Edition != nil && len(m.Missing) == 0:
		return "complete"
	case m.Edition != nil:
		return "partial"
	case len(m.Remarks) > 0 || len(r.Sections) == 0:
		return "unreadable"
	}
	return "narrative"
}
