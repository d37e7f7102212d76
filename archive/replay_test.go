package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawler"
	"nianbao/extract"
)

// deed is one write of a run: what is written, and under which name a failure speaks of it.
type deed struct {
	name  string
	twice bool
	do    func(context.Context, *Archive, *Crawl) error
}

// runDeeds does the deeds in a new crawl, up to the death of the process before the deed of that number; a death after all of
// them is the end of the run.
func runDeeds(ctx context.Context, a *Archive, deeds []deed, death int) error {
	c, err := a.BeginCrawl(ctx, "crawl")
	if err != nil {
		return err
	}
	for _, d := range deeds[:min(death, len(deeds))] {
		for range map[bool]int{false: 1, true: 2}[d.twice] {
			if err := d.do(ctx, a, c); err != nil {
				return fmt.Errorf("%s: %w", d.name, err)
			}
		}
	}
	if death > len(deeds) {
		_, err = c.Finish(ctx)
	}
	return err
}

// Every write may be done again: a run of writes that a crawl makes, in the order in which one makes them, comes to the same
// public content whether each is done once or twice, and however often the process dies in it and the next run begins from
// the start. Numbers and times of runs and captures are left out, since they are what tells runs apart.
func TestWritesMayBeRepeated(t *testing.T) {
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if enough(&checks) {
			return
		}
		deeds := drawDeeds(t)
		ctx := context.Background()
		dir, err := os.MkdirTemp("", "nianbao")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		once := make([]deed, len(deeds))
		for i, d := range deeds {
			once[i] = d
			once[i].twice = false
		}
		want := contentAfter(t, ctx, filepath.Join(dir, "once.db"), once, nil)
		deaths := rapid.SliceOfN(rapid.IntRange(0, len(deeds)+1), 0, 3).Draw(t, "deaths")
		got := contentAfter(t, ctx, filepath.Join(dir, "again.db"), deeds, deaths)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("-once +again:\n%s", diff)
		}
	})
}

// enough says whether a property that takes long has been checked often enough for -short, by which the race detector looks.
func enough(checks *int) bool {
	*checks++
	return testing.Short() && *checks > 2
}

// contentAfter does the deeds, first those up to each death, then all.
func contentAfter(t *rapid.T, ctx context.Context, path string, deeds []deed, deaths []int) string {
	for i, death := range deaths {
		dead := fmt.Sprintf("%s.%d", path, i)
		withArchive(t, ctx, path, func(a *Archive) error {
			if err := runDeeds(ctx, a, deeds, death); err != nil {
				return err
			}
			return copyAsKilled(path, dead)
		})
		path = dead
	}
	var content string
	withArchive(t, ctx, path, func(a *Archive) error {
		if err := runDeeds(ctx, a, deeds, len(deeds)+1); err != nil {
			return err
		}
		v, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		if len(v.Damage) > 0 {
			return fmt.Errorf("damage: %v", v.Damage)
		}
		content, err = publicContent(ctx, a)
		return err
	})
	return content
}

func withArchive(t *rapid.T, ctx context.Context, path string, do func(*Archive) error) {
	a, err := openQuick(ctx, path, Options{Now: testClock()})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(do(a), a.Close()); err != nil {
		t.Fatal(err)
	}
}

// copyAsKilled copies the files of an open archive as they are on disk between two writes: what a process leaves that is
// killed.
func copyAsKilled(from, to string) error {
	for _, ending := range []string{"", "-wal"} {
		data, err := os.ReadFile(from + ending)
		if err != nil {
			return err
		}
		if err := os.WriteFile(to+ending, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// publicContent is what the archive says, without what tells runs apart.
func publicContent(ctx context.Context, a *Archive) (string, error) {
	var all strings.Builder
	for _, query := range []string{
		`SELECT report_id, key, site, authority_id, authority, authority_printed, scope, year, form, title, published_on, url,
			media, completeness, versions, superseded_by, gone_at, sha256, extractor, contradictions, doubts FROM reports`,
		`SELECT * FROM applications`, `SELECT * FROM disputes`, `SELECT * FROM disclosure`, `SELECT * FROM statistics`,
		`SELECT * FROM panel`,
		`SELECT report_id, section, number, position, heading, text FROM sections`,
		`SELECT report_id, section, metric, value, unit, approximate, quote FROM mentions`,
		`SELECT report_id, table_no, caption, kind, rows, columns, grid FROM tables`,
		`SELECT report_id, relation, row_id, column_id, value, raw, state, note, table_no, row_no, column_no FROM cells`,
		`SELECT report_id, rule, severity, relation, row_id, column_id, expected, actual, message, other_report_id FROM findings`,
		`SELECT report_id, version, role, url, media, name, sha256, read FROM sources`,
		`SELECT site, url, title, listed_on, decision, reason, report_id, gone_at IS NULL FROM links`,
		`SELECT authority_id, name, names, type, level, region_code, credit_code, first_year, last_year FROM authorities`,
		`SELECT authority_id, authority, site, year, state, published_on, report_id FROM coverage`,
		`SELECT report_id, section, text FROM search`,
		`SELECT key, name, url, region, system_seen, expected, found FROM sites`,
		`SELECT DISTINCT role, url, final_url, sha256 FROM captures`,
	} {
		rows, err := rowsOf(ctx, a, query)
		if err != nil {
			return "", fmt.Errorf("%s: %w", query, err)
		}
		fmt.Fprintf(&all, "%s\n%s\n", query, strings.Join(rows, "\n"))
	}
	return all.String(), nil
}

// rowsOf are the rows of a query as texts, sorted.
func rowsOf(ctx context.Context, a *Archive, query string) (lines []string, err error) {
	rows, err := a.read.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprint(values...))
	}
	slices.Sort(lines)
	return lines, rows.Err()
}

// drawDeeds draws what a crawl of one or two sites writes: the register, and for each site a list, its links, the pages with
// their files and readings, and the visit. Sites share addresses and reports. A reading is saved at once or later.
func drawDeeds(t *rapid.T) (deeds []deed) {
	add := func(name string, do func(context.Context, *Archive, *Crawl) error) {
		deeds = append(deeds, deed{name, rapid.Bool().Draw(t, "twice "+name), do})
	}
	read := map[string]bool{}
	var later []func()
	add("sites", func(ctx context.Context, _ *Archive, c *Crawl) error {
		return c.SaveSites(ctx, []crawler.Site{
			{Key: "s0", Name: "茌平区人民政府", URL: "http://s0.gov.cn/", Region: "371503"}, {Key: "s1", URL: "http://s1.gov.cn/"}})
	})
	for i := range rapid.IntRange(1, 2).Draw(t, "sites") {
		site := fmt.Sprint("s", i)
		list := fmt.Sprintf("http://%s.gov.cn/", site)
		add("capture "+list, savesCapture(site, crawler.RoleList, list, "list of "+site))
		pages := rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 4, rapid.ID).Draw(t, "pages of "+site)
		add("links of "+site, func(ctx context.Context, a *Archive, c *Crawl) error {
			id, err := answerOf(ctx, a, list)
			var links []crawler.Link
			for _, n := range pages {
				links = append(links, crawler.Link{URL: pageURL(n), Title: fmt.Sprint("年报", n), ListCaptureID: id, Decision: "report"})
			}
			return errors.Join(err, c.SaveLinks(ctx, site, links))
		})
		for _, n := range pages {
			url := pageURL(n)
			add("capture "+url, savesCapture(site, crawler.RolePage, url, fmt.Sprint("page ", n)))
			if n%2 == 0 {
				file := url + ".doc"
				add("files of "+url, func(ctx context.Context, a *Archive, c *Crawl) error {
					id, err := answerOf(ctx, a, url)
					return errors.Join(err, c.SaveFiles(ctx, id, []crawler.File{{URL: file, Name: "年报.doc"}}))
				})
				add("capture "+file, savesCapture(site, crawler.RoleAttachment, file, fmt.Sprint("file ", n)))
			}
			if read[url] {
				continue // its bytes were there, so that nothing is unread
			}
			read[url] = true
			reading, readErr := drawReading(t, url)
			save := func() {
				add("reading of "+url, func(ctx context.Context, a *Archive, _ *Crawl) error {
					id, err := answerOf(ctx, a, url)
					if err == nil {
						_, err = a.SaveReading(ctx, id, "v1", reading, readErr)
					}
					return err
				})
			}
			if rapid.Bool().Draw(t, "read "+url+" at once") {
				save()
			} else {
				later = append(later, save)
			}
		}
		add("visit of "+site, func(ctx context.Context, _ *Archive, c *Crawl) error {
			return c.SaveVisit(ctx, crawler.Visit{Site: site, System: "plain", Outcome: crawler.OutcomeOK, Lists: 1, Items: len(pages)})
		})
	}
	for _, save := range later {
		save()
	}
	return deeds
}

func pageURL(n int) string { return fmt.Sprintf("http://s%d.gov.cn/%d.html", n%2, n) }

// savesCapture is the deed of saving one capture.
func savesCapture(site string, role crawler.Role, url, body string) func(context.Context, *Archive, *Crawl) error {
	return func(ctx context.Context, a *Archive, c *Crawl) error {
		capture := page(url, body, 0)
		capture.Site, capture.Role, capture.At = site, role, a.now()
		return c.SaveCapture(ctx, capture)
	}
}

// answerOf is the capture that brought the bytes of an address.
func answerOf(ctx context.Context, a *Archive, url string) (id int64, err error) {
	return id, a.read.QueryRowContext(ctx, `SELECT answer_id FROM address WHERE url = ?`, url).Scan(&id)
}

// drawReading draws what the extractor makes of a page: a report of one of few bodies, years and figures, so that some are
// the same report and some disagree; another page; nothing.
func drawReading(t *rapid.T, url string) (extract.Reading, error) {
	switch rapid.IntRange(0, 9).Draw(t, "kind of "+url) {
	case 0:
		return extract.Reading{NotReport: &extract.NotReport{Kind: "guide", Reason: "It is a guide."}}, nil
	case 1:
		return extract.Reading{}, errors.New("cannot be read")
	}
	figure := func(place string) string {
		return fmt.Sprint(rapid.IntRange(1, 3).Draw(t, place+" of "+url))
	}
	r := report2023(number("applications/carried_in/total", figure("in")), number("applications/carried_forward/total", figure("forward")))
	r.Year = rapid.IntRange(2021, 2023).Draw(t, "year of "+url)
	if rapid.Bool().Draw(t, "another body of "+url) {
		r.Authority, r.AuthorityPrinted, r.AuthorityType = "聊城市茌平区水利局", "聊城市茌平区水利局", "bureau"
	}
	if rapid.Bool().Draw(t, "fewer numbers of "+url) {
		r.Cells = r.Cells[2:]
	}
	return extract.Reading{Report: r}, nil
}
