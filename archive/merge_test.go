package archive

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// mergedContent is publicContent, with all that a merge must come to besides: times, outcomes and what is kept beside
// addresses. Left out are the numbers of captures, runs and findings, and what a run said for itself (crawls; of visits
// detail, new, changed, unchanged, gone), as a run that knows half counts more as new.
func mergedContent(ctx context.Context, a *Archive) (string, error) {
	public, err := publicContent(ctx, a)
	if err != nil {
		return "", err
	}
	all := new(strings.Builder)
	all.WriteString(public)
	for _, query := range []string{
		`SELECT report_id, first_seen_at, last_seen_at, gone_at FROM reports`,
		`SELECT site, method, url, final_url, role, transport, fetched_at, http_status, headers, redirects, outcome,
			content_type, bytes, sha256, error, elapsed_ms FROM captures`,
		`SELECT a.url, a.first_seen_at, a.last_seen_at, k.fetched_at, a.missed_at, c.started_at, a.gone_at FROM address a
			LEFT JOIN capture k ON k.capture_id = a.answer_id LEFT JOIN crawls c ON c.crawl_id = a.missed_crawl`,
		`SELECT a.url, c.fetched_at, h.fetched_at FROM capture c JOIN address a USING (address_id) JOIN capture h ON h.capture_id = c.answer_id`,
		`SELECT s.report_id, s.version, s.url, s.seen_from, s.seen_to, c.fetched_at FROM sources s JOIN captures c USING (capture_id)`,
		`SELECT r.report_id, r.version, r.url, r.relation, r.row_id, r.column_id, r.old_value, r.new_value, r.old_last_seen_at, r.new_first_seen_at,
			o.fetched_at, n.fetched_at FROM revisions r JOIN captures o ON o.capture_id = r.old_capture_id
			JOIN captures n ON n.capture_id = r.new_capture_id`,
		`SELECT report_id, version, relation, row_id, column_id, value, raw, state FROM past_cells`,
		`SELECT l.site, l.url, l.title, l.first_seen_at, l.last_seen_at, l.gone_at, c.fetched_at FROM links l
			LEFT JOIN captures c ON c.capture_id = l.list_capture_id`,
		`SELECT c.started_at, v.site, v.system, v.outcome, v.lists, v.items, v.errors FROM visits v JOIN crawls c USING (crawl_id)`,
		`SELECT key, name, url, region, system_seen, verified_at, last_ok_at, empty_streak, blocked_share, expected, found FROM sites`,
		`SELECT authority_id, year, state, due_on, published_on, days_late, report_id, last_complete_visit_at FROM coverage`,
		`SELECT * FROM annotations`, `SELECT fingerprint, first_capture, last_capture FROM archive`,
		`SELECT site, body, name FROM named`, `SELECT * FROM host_rest`,
		`SELECT a.url, c.fetched_at, r.report_id, r.year, r.not_report, r.error, r.numbers FROM reading r JOIN capture c USING (capture_id)
			JOIN address a USING (address_id)`,
	} {
		rows, err := rowsOf(ctx, a, query)
		if err != nil {
			return "", fmt.Errorf("%s: %w", query, err)
		}
		fmt.Fprintf(all, "%s\n%s\n", query, strings.Join(rows, "\n"))
	}
	return all.String(), nil
}

// watched is what a run finds: of each address a body, or how it failed.
type watched struct {
	day    int
	part   int               // the archive that makes it, 0 to 2
	found  map[string]string // by address
	silent map[string]bool   // sites whose lists do not answer
}

// world is a web of two sites, and what can be read in it.
type world struct {
	readings map[string]extract.Reading // by address and body
	errs     map[string]error
	at       time.Time
}

// markup is a page that says what it is called by, and how often it was looked at: "one 2" is "one" for the second reader.
func markup(name string) string {
	content, reader, _ := strings.Cut(name, " ")
	return fmt.Sprintf(`<html><head><title>年报</title></head><body><div class="info">来源：茌平区 浏览次数：<span>1%s</span></div>
<div class="TRS_Editor"><p>一、总体情况</p><p>正文%s正文。</p></div></body></html>`, reader, content)
}

// readingKey finds what is read in a body, which is its content.
func readingKey(url, body string) string {
	if _, after, page := strings.Cut(body, "<p>正文"); page {
		body, _, _ = strings.Cut(after, "正文")
	}
	content, _, _ := strings.Cut(body, " ")
	return url + " " + content
}

// members are the files in a container: one that both containers have, and one of its own.
func members(body string) []document.Member {
	name, container := strings.CutPrefix(body, "PK\x03\x04")
	if !container {
		return nil
	}
	return []document.Member{{Name: "a.doc", Body: []byte("in both")}, {Name: "b.doc", Body: []byte("in " + name)}}
}

// record lets an archive make a run.
func (w *world) record(ctx context.Context, a *Archive, r watched) error {
	w.at = time.Date(2025, 3, 1+r.day, 0, 0, 0, 0, time.UTC)
	run, err := a.BeginCrawl(ctx, "crawl")
	if err != nil {
		return err
	}
	if err := run.SaveSites(ctx, []crawler.Site{
		{Key: "s0", Name: "茌平区人民政府", URL: "http://s0.gov.cn/", Region: "371503"},
		{Key: "s1", URL: "http://s1.gov.cn/", Note: fmt.Sprint("day ", r.day)}}); err != nil {
		return err
	}
	for _, site := range []string{"s0", "s1"} {
		if err := w.visit(ctx, a, run, r, site); err != nil {
			return err
		}
	}
	_, err = run.Finish(ctx)
	return err
}

func (w *world) visit(ctx context.Context, a *Archive, run *Crawl, r watched, site string) error {
	w.at = w.at.Add(time.Second)
	v := crawler.Visit{Site: site, System: "plain", Outcome: crawler.OutcomeOK, Lists: 1}
	if r.silent[site] {
		v.Outcome, v.Lists = crawler.OutcomeTimeout, 0
		return run.SaveVisit(ctx, v)
	}
	list := fmt.Sprintf("http://%s.gov.cn/", site)
	id, err := w.fetch(ctx, run, site, crawler.RoleList, list, fmt.Sprint("list ", r.day/2))
	if err != nil {
		return err
	}
	var links []crawler.Link
	for n := range 4 {
		if url := pageURL(n); strings.HasPrefix(url, list) && r.found[url] != "" {
			links = append(links, crawler.Link{URL: url, Title: fmt.Sprint("年报", r.found[url]), ListCaptureID: id, Decision: "report"})
		}
	}
	v.Items = len(links)
	if err := run.SaveLinks(ctx, site, links); err != nil {
		return err
	}
	for _, l := range links {
		body := r.found[l.URL]
		id, err := w.fetch(ctx, run, site, crawler.RolePage, l.URL, body)
		if err != nil {
			return err
		}
		file := l.URL + ".doc"
		names := !fails(body) && body != "three" // by its bytes; a file that is named is not asked for in each visit
		if names {
			if err := run.SaveFiles(ctx, id, []crawler.File{{URL: file, Name: "年报.doc"}}); err != nil {
				return err
			}
		}
		if err := w.read(ctx, a); err != nil {
			return err
		}
		if !names || r.found[file] == "" {
			continue
		}
		if _, err := w.fetch(ctx, run, site, crawler.RoleAttachment, file, r.found[file]); err != nil {
			return err
		}
		if err := w.read(ctx, a); err != nil {
			return err
		}
	}
	w.at = w.at.Add(time.Second)
	return run.SaveVisit(ctx, v)
}

func fails(body string) bool { return body == "404" || body == "timeout" }

func (w *world) fetch(ctx context.Context, run *Crawl, site string, role crawler.Role, url, body string) (int64, error) {
	w.at = w.at.Add(time.Second)
	c := page(url, body, 0)
	c.Site, c.Role, c.At = site, role, w.at
	switch body {
	case "404":
		c.Status, c.Outcome = 404, crawler.OutcomeHTTP(404)
	case "timeout":
		c.Status, c.Outcome, c.Body, c.SHA256, c.Complete = 0, crawler.OutcomeTimeout, nil, "", false
	}
	if role == crawler.RolePage && c.Outcome == crawler.OutcomeOK {
		c.Body = []byte(markup(body))
		c.SHA256 = digest(c.Body)
		if err := compareAsCrawler(ctx, run, c); err != nil {
			return 0, err
		}
	}
	err := run.SaveCapture(ctx, c)
	return c.ID, err
}

// compareAsCrawler does what the crawler does with an answer in other bytes.
func compareAsCrawler(ctx context.Context, run *Crawl, c *crawler.Capture) error {
	last, err := run.LastWhole(ctx, c.Method, c.URL, "")
	if err != nil || last.CaptureID == 0 {
		return err
	}
	header, body, err := run.WholeBody(ctx, last.CaptureID)
	if err != nil {
		return err
	}
	final, err := url.Parse(c.FinalURL)
	if err == nil && crawler.SameContent(c.Role, final, header, body, c.Header, c.Body) {
		c.SameAs = last.CaptureID
	}
	return err
}

// read does what the pipeline does, before anything else comes: in which order it gets to read what comes together, no archive
// knows.
func (w *world) read(ctx context.Context, a *Archive) error {
	for after := int64(0); ; {
		unread, err := a.Unread(ctx, "v1", after, 1000)
		if err != nil || len(unread) == 0 {
			return err
		}
		for _, u := range unread {
			key := readingKey(u.Address, string(u.Input.Body))
			if err := a.SaveMembers(ctx, u.CaptureID, members(string(u.Input.Body))); err != nil {
				return err
			}
			if _, err := a.SaveReading(ctx, u.CaptureID, "v1", w.readings[key], w.errs[key]); err != nil {
				return err
			}
			after = u.CaptureID
		}
	}
}

// Runs that three archives made, merged in any order, come to what one archive of all runs says; merging again changes
// nothing.
func TestMergedPartsAreOneWhole(t *testing.T) {
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if enough(&checks) {
			return
		}
		ctx := context.Background()
		dir, err := os.MkdirTemp("", "nianbao")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		w := &world{readings: map[string]extract.Reading{}, errs: map[string]error{}}
		runs := w.draw(t)
		options := Options{Now: func() time.Time { return w.at }, Extractor: "v1"}
		path := func(name string) string { return filepath.Join(dir, name+".db") }
		make := func(name string, do func(*Archive) error) (content string) {
			a, err := openQuick(ctx, path(name), options)
			if err != nil {
				t.Fatal(err)
			}
			err = do(a)
			if err == nil && len(name) > 1 { // no part
				content, err = mergedContent(ctx, a)
			}
			if len(name) == 3 { // a merged one
				if v, verifyErr := a.Verify(ctx); err == nil && (verifyErr != nil || len(v.Damage) > 0) {
					err = fmt.Errorf("%s: %v, %w", name, v.Damage, verifyErr)
				}
			}
			if err := errors.Join(err, a.Close()); err != nil {
				t.Fatal(err)
			}
			return content
		}
		of := func(parts ...int) func(a *Archive) error {
			return func(a *Archive) error {
				for _, r := range runs {
					for _, part := range parts {
						if r.part == part {
							if err := w.record(ctx, a, r); err != nil {
								return err
							}
						}
					}
				}
				return a.refreshFingerprint(ctx)
			}
		}
		want := make("whole", of(0, 1, 2))
		make("a", of(0))
		make("b", of(1))
		make("c", of(2))
		order := rapid.Permutation([]string{"a", "b", "c"}).Draw(t, "order")
		name := strings.Join(order, "")
		got := make(name, func(a *Archive) error {
			for _, other := range order {
				if _, err := a.Merge(ctx, path(other), MergeOptions{}); err != nil {
					return err
				}
			}
			return errors.Join(w.read(ctx, a), a.refreshFingerprint(ctx))
		})
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
			t.Fatalf("-whole +%s:\n%s", name, diff)
		}
		again := make(name, func(a *Archive) error {
			var taken int
			for _, other := range append(order, "whole") {
				m, err := a.Merge(ctx, path(other), MergeOptions{})
				if err != nil {
					return err
				}
				taken += m.Captures + m.Runs + m.Bodies + m.Readings
			}
			if taken != 0 {
				return fmt.Errorf("merging again took %d things", taken)
			}
			return nil
		})
		if diff := cmp.Diff(strings.Split(got, "\n"), strings.Split(again, "\n")); diff != "" {
			t.Fatalf("-%s +merged again:\n%s", name, diff)
		}
	})
}

// drawReading draws what is read in a body, once.
func (w *world) drawReading(t *rapid.T, url, body string) {
	key := readingKey(url, body)
	if _, drawn := w.readings[key]; drawn {
		return
	}
	if len(members(body)) > 0 {
		w.readings[key] = extract.Reading{NotReport: &extract.NotReport{Kind: extract.Container, Reason: "It is a container."}}
		return
	}
	w.readings[key], w.errs[key] = drawReading(t, key)
}

// frames are the pages that each archive, and the whole one, has got last, by archive and address.
type frames map[[2]string]string

// keep is a page that an archive gets, such that none of the parts leaves bytes away which the whole one keeps: they are lost then, and
// merging cannot bring them back (doc.go, Merging).
func (f frames) keep(part int, url, page string) string {
	own, whole := [2]string{fmt.Sprint(part), url}, [2]string{"whole", url}
	repeats := readingKey(url, f[own]) == readingKey(url, page)
	if repeats && readingKey(url, f[whole]) != readingKey(url, page) {
		page = f[own]
	}
	if !repeats {
		f[own] = page
	}
	f[whole] = page
	return page
}

// draw draws some runs.
func (w *world) draw(t *rapid.T) []watched {
	var runs []watched
	seen := frames{}
	for day := range rapid.IntRange(1, 5).Draw(t, "runs") {
		r := watched{day: day, part: rapid.IntRange(0, 2).Draw(t, "part"), found: map[string]string{}, silent: map[string]bool{}}
		for _, site := range []string{"s0", "s1"} {
			r.silent[site] = rapid.IntRange(0, 5).Draw(t, site+" is silent") == 0
		}
		for n := range 4 {
			for _, url := range []string{pageURL(n), pageURL(n) + ".doc"} {
				bodies := []string{"", "one", "one", "two", "three", "404", "timeout", "one 2", "one 3", "two 2"}
				if strings.HasSuffix(url, ".doc") {
					bodies = []string{"", "one", "one", "two", "404", "timeout", "PK\x03\x04one", "PK\x03\x04two"}
				}
				body := rapid.SampledFrom(bodies).Draw(t, fmt.Sprintf("%s on day %d", url, day))
				if strings.HasSuffix(url, ".html") && !r.silent[fmt.Sprint("s", n%2)] && body != "" && !fails(body) {
					body = seen.keep(r.part, url, body)
				}
				r.found[url] = body
				if body == "" || fails(body) {
					continue
				}
				w.drawReading(t, url, body)
				for _, m := range members(body) {
					w.drawReading(t, MemberAddress(url, m.Name), string(m.Body))
				}
			}
		}
		runs = append(runs, r)
	}
	return runs
}

// An address shows the report of 2021 first, that of 2022 later. One archive has seen both, the other the later one only, which
// therefore has there the number of the address. Merged in either order, the earlier has it.
func TestMergeOfAnAddressWithSeveralYears(t *testing.T) {
	const url = "http://x.gov.cn/nb.html"
	dir := t.TempDir()
	open := func(name string) *Archive {
		a, err := openQuick(t.Context(), filepath.Join(dir, name+".db"), Options{Now: testClock(), Extractor: "v1"})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for name, years := range map[string][]int{"both": {2021, 2022}, "later": {2022, 2023}} {
		a := open(name)
		run := begin(t, a)
		for _, year := range years {
			r := report2023()
			r.Year = year
			saveReport(t, a, save(t, run, page(url, fmt.Sprint(year, name), year)).ID, r)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want2021, want2022, want2023 := hash53(url), hash53(url+"#2022"), hash53(url+"#2023")
	for _, order := range [][]string{{"both", "later"}, {"later", "both"}} {
		a := open("into-" + order[0])
		for range 2 {
			for _, other := range order {
				if _, err := a.Merge(t.Context(), filepath.Join(dir, other+".db"), MergeOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			want(t, a, fmt.Sprintf("2021|%d\n2022|%d\n2023|%d", want2021, want2022, want2023), `SELECT year, report_id FROM reports ORDER BY year`)
		}
		sound(t, a)
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A report is found at two addresses: first, by one archive, at one that had another year's report before, as only the other
// archive knows; that one found it later at an address of its own. It has the number of one that came second at the first.
// The case is invented, after one that TestMergedPartsAreOneWhole drew.
func TestMergeOfAReportThatCameSecond(t *testing.T) {
	const first, later = "http://x.gov.cn/1.html", "http://x.gov.cn/3.html"
	type found struct {
		url         string
		year, hours int
	}
	halves := map[string][]found{
		"a": {{first, 2023, 0}, {later, 2021, 1}, {later, 2022, 9}},
		"b": {{first, 2022, 5}},
	}
	dir := t.TempDir()
	open := func(name string) *Archive {
		a, err := openQuick(t.Context(), filepath.Join(dir, name+".db"), Options{Now: testClock(), Extractor: "v1"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		return a
	}
	make := func(name string, all ...found) *Archive {
		a := open(name)
		run := begin(t, a)
		for _, f := range all {
			r := report2023()
			r.Year = f.year
			saveReport(t, a, save(t, run, page(f.url, fmt.Sprint(f), f.hours)).ID, r)
		}
		return a
	}
	numbers := fmt.Sprintf("2021|%d\n2022|%d\n2023|%d", hash53(later), hash53(first+"#2022"), hash53(first))
	const query = `SELECT year, report_id FROM reports ORDER BY year`
	a, b := halves["a"], halves["b"]
	want(t, make("whole", a[0], a[1], b[0], a[2]), numbers, query)
	for name, half := range halves {
		if err := make(name, half...).Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
		into := open("into-" + order[0])
		for range 2 {
			for _, other := range order {
				if _, err := into.Merge(t.Context(), filepath.Join(dir, other+".db"), MergeOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			want(t, into, numbers, query)
		}
		sound(t, into)
	}
}
