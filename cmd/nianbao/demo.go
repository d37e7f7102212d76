package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/extract/check"
)

type demoCmd struct{}

func (*demoCmd) Help() string {
	return `Serves a small government site with four columns on loopback, crawls it over HTTP into nianbao-demo.db, and
shows the reports found, the outcomes of the visits, the links passed over, an inconsistency that is in a published
report, and queries to try next. Only --archive on the command line names another file, the environment does not. Needs
no network. Run it again to see that nothing is stored twice.

Examples:

  nianbao demo
  nianbao demo --archive /tmp/try.db`
}

// Run crawls the demo site and shows what came of it.
func (*demoCmd) Run(ctx context.Context, a *app) error {
	if !a.explicit {
		a.archive = "nianbao-demo.db"
	}
	links, run, err := crawlDemoSite(ctx, a)
	if run.id == 0 {
		return err // there is nothing to show
	}
	return errors.Join(err, showDemo(ctx, a, run, links))
}

// crawlDemoSite serves the demo site, crawls it into the app's archive, and returns the links its lists hold.
func crawlDemoSite(ctx context.Context, a *app) ([]crawler.Link, *crawling, error) {
	run := &crawling{trigger: "demo", options: crawler.Options{Version: version(), AllowPrivate: true}}
	site, err := startDemoSite(a.log)
	if err != nil {
		return nil, run, err
	}
	defer site.close()
	if run.sites, err = site.sites(); err != nil {
		return nil, run, err
	}
	var mu sync.Mutex
	var links []crawler.Link
	run.onLinks = func(more []crawler.Link) {
		mu.Lock()
		defer mu.Unlock()
		links = append(links, more...)
	}
	err = crawl(ctx, a, run)
	return links, run, err
}

// showDemo prints what the run found.
func showDemo(ctx context.Context, a *app, run *crawling, links []crawler.Link) (err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	reports, err := opened.Reports(ctx, run.id)
	if err != nil {
		return err
	}
	visits, err := opened.Visits(ctx, run.id)
	if err != nil {
		return err
	}
	contradictions, err := opened.Findings(ctx, 0, string(check.Contradiction))
	if err != nil {
		return err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "A government site with %d columns was served on loopback and crawled into %s.\n",
		len(run.sites), a.archive)
	for _, part := range []struct {
		title string
		table table
	}{
		{"Reports found", reportTable(reports)},
		{"Outcomes of the visits", visitTable(visits)},
		{"Links passed over, and why", passedOver(links)},
	} {
		fmt.Fprintf(&out, "\n%s\n\n", part.title)
		if err := part.table.writeTo(&out, "  "); err != nil {
			return err
		}
	}
	fmt.Fprint(&out, "\nInconsistencies in what was published\n\n")
	for _, f := range contradictions {
		fmt.Fprintf(&out, "  %s %d, %s/%s/%s:\n  %s\n", f.Authority, f.Year, f.Relation, f.RowID, f.ColumnID, f.Message)
	}
	fmt.Fprint(&out, "\nTry next\n\n")
	for _, query := range demoQueries {
		fmt.Fprintf(&out, "  sqlite3 -box %s \"%s\"\n\n", shellWord(a.archive), query)
	}
	_, err = io.WriteString(a.stdout, out.String())
	return err
}

// demoQueries are statements to try: a figure per report, a number back to its bytes, the full text.
var demoQueries = [...]string{
	`select authority, year, received, granted, handled, fees from panel`,
	`select value, raw, table_no, row_no, column_no, url, sha256 from cells join captures using (capture_id)` +
		` where relation = 'disputes' and row_id = 'review' and column_id = 'total'`,
	`select authority, heading from search join reports using (report_id)` +
		` join sections using (report_id, section) where search match '规范性文件'`,
}

func reportTable(reports []archive.ReportRow) table {
	t := table{header: []string{"authority", "year", "form", "completeness", "numbers", "contradictions", "doubts"}}
	for _, r := range reports {
		t.add(r.Authority, strconv.Itoa(r.Year), r.Form, r.Completeness, strconv.Itoa(r.Numbers),
			strconv.Itoa(r.Contradictions), strconv.Itoa(r.Doubts))
	}
	return t
}

func visitTable(visits []archive.VisitRow) table {
	t := table{header: []string{"site", "system", "outcome", "lists", "reports", "new", "changed", "unchanged",
		"detail"}}
	for _, v := range visits {
		t.add(v.Site, v.System, v.Outcome, strconv.Itoa(v.Lists), strconv.Itoa(v.Items), strconv.Itoa(v.New),
			strconv.Itoa(v.Changed), strconv.Itoa(v.Unchanged), v.Detail)
	}
	return t
}

// passedOver counts the links that are no reports by what they are instead, with one of each as an example.
func passedOver(links []crawler.Link) table {
	kinds := map[string][]crawler.Link{}
	for _, l := range links {
		if l.Decision != "report" {
			kinds[l.Decision] = append(kinds[l.Decision], l)
		}
	}
	t := table{header: []string{"kind", "links", "for example", "because"}}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		first := kinds[kind][0]
		t.add(kind, strconv.Itoa(len(kinds[kind])), first.Title, first.Reason)
	}
	return t
}

// shellWord quotes a file name for a POSIX shell where it needs that.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
