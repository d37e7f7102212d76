package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/extract"
)

// fixtureReport is a line of testdata/fixture/reports.csv: a folder of testdata/reports and the column it stands in.
type fixtureReport struct {
	site, folder, title, listedOn, url string
	body                               []byte
}

// fixtureArchive makes an archive of 35 real reports of 2009 to 2025, on four forms, from 29 columns, through the whole
// pipeline, and returns its name; it is closed. Only what a network would do is made up: when three runs came by, the
// hosts (example.gov.cn), and three events: between March and April 茌平 corrects the total of its reviews from 6 to 7,
// 民治's report of 2022 is gone, and 舒兰 is behind a firewall. It is the same archive byte for byte wherever it is made.
func fixtureArchive(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "fixture.db")
	now := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	hash, err := formsHash()
	if err != nil {
		t.Fatal(err)
	}
	opened, err := archive.Open(t.Context(), name, archive.Options{Now: func() time.Time { return now }, Labels: labels(),
		Extractor: extract.Version, FormsHash: hash})
	if err != nil {
		t.Fatal(err)
	}
	sites, err := readRegister(filepath.Join("testdata", "fixture", "sites.csv"))
	if err != nil {
		t.Fatal(err)
	}
	reports := fixtureReports(t, sites)
	for run := range 3 {
		f := fixtureRun{t: t, archive: opened, run: run, at: now}
		f.crawl(sites, reports)
		now = now.AddDate(0, 1, 0)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func fixtureReports(t *testing.T, sites []crawler.Site) []fixtureReport {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "fixture", "reports.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []fixtureReport
	for _, line := range lines[1:] {
		i := slices.IndexFunc(sites, func(s crawler.Site) bool { return s.Key == line[0] })
		if i < 0 {
			t.Fatalf("no site %s", line[0])
		}
		dir := filepath.Join("..", "..", "testdata", "reports", line[1])
		file := filepath.Join(dir, "page.html")
		if source, err := os.ReadFile(filepath.Join(dir, "source")); err == nil {
			file = filepath.Join(dir, filepath.FromSlash(strings.TrimSpace(string(source))))
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fixtureReport{line[0], line[1], line[2], line[3], sites[i].URL + line[1] + ".html", body})
	}
	return all
}

// fixtureRun is one run through the columns.
type fixtureRun struct {
	t       *testing.T
	archive *archive.Archive
	crawled *archive.Crawl
	run     int
	at      time.Time
}

func (f *fixtureRun) check(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// get saves what an address answered.
func (f *fixtureRun) get(site string, role crawler.Role, url string, status int, body []byte) *crawler.Capture {
	f.t.Helper()
	f.at = f.at.Add(time.Second)
	c := &crawler.Capture{Site: site, Role: role, URL: url, FinalURL: url, Method: "GET", Transport: "http", At: f.at,
		Status: status, StatusLine: fmt.Sprintf("%d %s", status, http.StatusText(status)), Proto: "HTTP/1.1",
		Header: http.Header{"Content-Type": {"text/html"}}, Body: body, Complete: true, Outcome: crawler.OutcomeOK}
	if status != 200 {
		c.Outcome = crawler.OutcomeHTTP(status)
	}
	f.check(f.crawled.SaveCapture(f.t.Context(), c))
	return c
}

// crawl visits every column.
func (f *fixtureRun) crawl(sites []crawler.Site, reports []fixtureReport) {
	f.t.Helper()
	ctx := f.t.Context()
	var err error
	f.crawled, err = f.archive.BeginCrawl(ctx, "crawl")
	f.check(err)
	f.check(f.crawled.SaveSites(ctx, sites))
	for _, s := range sites {
		visit := crawler.Visit{Site: s.Key, System: "plain", Outcome: crawler.OutcomeOK, Lists: 1}
		if s.Key == "shulan" && f.run > 0 {
			f.get(s.Key, crawler.RoleList, s.URL, 412, []byte("blocked"))
			visit.System, visit.Outcome, visit.Detail, visit.Lists = "", crawler.OutcomeBlocked("412"), "status 412", 0
			f.check(f.crawled.SaveVisit(ctx, visit))
			continue
		}
		var list strings.Builder
		var links []crawler.Link
		for _, r := range reports {
			if r.site == s.Key {
				fmt.Fprintf(&list, "<li><a href=%q>%s</a> %s</li>\n", r.url, r.title, r.listedOn)
				links = append(links, crawler.Link{URL: r.url, Title: r.title, ListedOn: r.listedOn, Decision: "report",
					Reason: "the title names an authority, a year and 年度报告"})
			}
		}
		listed := f.get(s.Key, crawler.RoleList, s.URL, 200, []byte("<ul>\n"+list.String()+"</ul>"))
		if s.Key == "chiping" { // made up
			links = append(links, crawler.Link{URL: s.URL + "yt.html", Title: "一图读懂：茌平区2023年政府信息公开工作年度报告",
				ListedOn: "2024-02-07", Decision: "interpretation", Reason: "the title announces an explanation (一图读懂)"})
		}
		for i := range links {
			links[i].ListCaptureID = listed.ID
		}
		f.check(f.crawled.SaveLinks(ctx, s.Key, links))
		for _, r := range reports {
			if r.site == s.Key {
				visit.Items++
				f.report(r, &visit)
			}
		}
		if visit.Items == 0 {
			visit.Outcome = crawler.OutcomeEmpty
		}
		f.check(f.crawled.SaveVisit(ctx, visit))
	}
	p := pipeline{archive: f.archive, log: slog.New(slog.DiscardHandler)}
	f.check(p.run(ctx, nil, nil))
	if len(p.failed) > 0 {
		f.t.Fatalf("not read: %v", p.failed)
	}
	_, err = f.crawled.Finish(ctx)
	f.check(err)
}

// report asks for one report.
func (f *fixtureRun) report(r fixtureReport, visit *crawler.Visit) {
	f.t.Helper()
	body, status := r.body, 200
	switch {
	case r.site == "minzhi" && strings.Contains(r.folder, "2022") && f.run > 0:
		body, status = []byte("404"), 404
		visit.Gone++
	case r.site == "chiping" && f.run > 0:
		body = correctReviews(f.t, body)
	}
	c := f.get(r.site, crawler.RolePage, r.url, status, body)
	switch c.Outcome {
	case crawler.OutcomeNew:
		visit.New++
	case crawler.OutcomeChanged:
		visit.Changed++
	case crawler.OutcomeUnchanged:
		visit.Unchanged++
	}
}

// correctReviews changes the total of 行政复议 in 茌平's report of 2023, 6 as published, to the 7 that its parts make.
func correctReviews(t *testing.T, page []byte) []byte {
	t.Helper()
	at := bytes.Index(page, []byte("复议后起诉"))
	row := bytes.Index(page[max(at, 0):], []byte(">6<"))
	if at < 0 || row < 0 {
		t.Fatal("茌平's page has no total of 6")
	}
	out := slices.Clone(page)
	out[at+row+1] = '7'
	return out
}
