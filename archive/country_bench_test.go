package archive

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nianbao/extract"
	"nianbao/extract/division"
)

// recipe is a query of QUERIES.md.
type recipe struct{ name, query string }

func cookbook(t testing.TB) []recipe {
	t.Helper()
	text, err := os.ReadFile("QUERIES.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []recipe
	for _, m := range regexp.MustCompile("(?ms)^## (\\d+)\\. [^\n]*$.*?^```sql(?: sqlite)?\n(.*?)^```$").FindAllSubmatch(text, -1) {
		all = append(all, recipe{fmt.Sprintf("%02s", m[1]), string(m[2])})
	}
	if len(all) != strings.Count(string(text), "```sql") {
		t.Fatalf("%d queries are understood", len(all))
	}
	return all
}

// ofOneReport are the relations that are asked for one report. Of links and coverage, column and body are asked.
var ofOneReport = []string{"reports", "panel", "applications", "disputes", "disclosure", "statistics", "series", "sections",
	"mentions", "tables", "cells", "findings", "revisions", "past_cells", "sources"}

// searches are words and what they are like.
var searches = []struct{ name, words string }{
	{"three-common", "政府信"}, {"three-rare", "茌平区"}, {"four-common", "行政复议"}, {"five", "依申请公开"}, {"none", "紫色大象飞"},
}

// rankedSearch is query 27: of the first thousand places those first of which the words are most.
const rankedSearch = `SELECT * FROM (SELECT report_id, section, snippet(search, 2, '[', ']', '…', 24),
	1.0 * length(replace(text, ?1, '')) / length(text) AS rest FROM search WHERE search MATCH ?1 LIMIT 1000) ORDER BY rest LIMIT 20`

// drain reads all rows of a query and returns how many there are.
func drain(ctx context.Context, a *Archive, query string, args ...any) (n int, err error) {
	rows, err := a.read.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	row := make([]any, len(columns))
	for i := range row {
		row[i] = new(any)
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(row...); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// BenchmarkCountry measures an archive of NIANBAO_REPORTS reports (5,000 if that is not set). With NIANBAO_COUNTRY it is
// made in that file, which stays and is used again; a million take 30 GB and about an hour. first-ms is the first time that a
// query was asked, ms/op later ones.
func BenchmarkCountry(b *testing.B) {
	reports, err := strconv.Atoi(cmp.Or(os.Getenv("NIANBAO_REPORTS"), "5000"))
	if err != nil {
		b.Fatal(err)
	}
	name := cmp.Or(os.Getenv("NIANBAO_COUNTRY"), filepath.Join(b.TempDir(), "country.db"))
	if _, err := os.Stat(name); err != nil {
		countryArchive(b, name, reports)
	}
	open := func() *Archive {
		a, err := OpenReader(b.Context(), name)
		if err != nil {
			b.Fatal(err)
		}
		return a
	}
	b.Run("open=reader", func(b *testing.B) {
		for b.Loop() {
			if err := open().Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open=writer", func(b *testing.B) {
		for b.Loop() {
			a, err := Open(b.Context(), name, Options{Now: testClock()})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := a.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
	a := open()
	defer a.Close()
	ask := func(b *testing.B, query string, args ...any) {
		b.Helper()
		start := time.Now()
		n, err := drain(b.Context(), a, query, args...)
		if err != nil {
			b.Fatal(err)
		}
		first := time.Since(start)
		for b.Loop() { // which forgets what was reported before
			if _, err := drain(b.Context(), a, query, args...); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(first.Milliseconds()), "first-ms")
		b.ReportMetric(float64(n), "rows")
	}
	for _, r := range cookbook(b) {
		b.Run("query="+r.name, func(b *testing.B) { ask(b, r.query) })
		b.Run("shell="+r.name, func(b *testing.B) {
			shell, err := exec.LookPath("sqlite3")
			if err != nil {
				b.Skip(err)
			}
			for b.Loop() {
				if out, err := exec.CommandContext(b.Context(), shell, "-readonly", name, r.query).CombinedOutput(); err != nil {
					b.Fatalf("%v: %.300s", err, out)
				}
			}
		})
	}
	for _, s := range searches {
		b.Run("search="+s.name, func(b *testing.B) {
			ask(b, rankedSearch, s.words)
		})
	}
	b.Run("stats", func(b *testing.B) {
		for b.Loop() {
			if _, err := a.Stats(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unread", func(b *testing.B) {
		for b.Loop() {
			if _, err := a.CountUnread(b.Context(), "v1"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("report", func(b *testing.B) {
		ids, err := selectInts(b.Context(), a.read, `SELECT report_id FROM report WHERE year = 2023 LIMIT 1000`)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			id := ids[rand.IntN(len(ids))]
			for _, relation := range ofOneReport {
				if _, err := drain(b.Context(), a, `SELECT * FROM `+relation+` WHERE report_id = ?`, id); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("coverage=authority", func(b *testing.B) {
		id := 0
		if err := a.read.QueryRowContext(b.Context(), `SELECT authority_id FROM authorities LIMIT 1`).Scan(&id); err != nil {
			b.Fatal(err)
		}
		ask(b, `SELECT * FROM coverage WHERE authority_id = ?`, id)
	})
	b.Run("size", func(b *testing.B) { logSizes(b, name) })
	b.Run("add", func(b *testing.B) { compareAdding(b, name) })
}

// logSizes prints bytes a report by table, its indexes included. dbstat is in the sqlite3 shell, and not in the driver.
func logSizes(b *testing.B, name string) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		b.Skip(err)
	}
	out, err := exec.CommandContext(b.Context(), shell, "-readonly", name, `SELECT iif(tbl_name LIKE 'search\_%' ESCAPE '\', 'search', tbl_name),
		sum(pageno * page_size) / (SELECT count(*) FROM report), sum(pageno * page_size) / 1000000 -- pgsize ends at 2 GB
		FROM dbstat('main', 1) d LEFT JOIN sqlite_schema USING (name), pragma_page_size GROUP BY 1 ORDER BY 2 DESC`).CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	b.Logf("table, bytes a report, MB:\n%s", out)
	for b.Loop() {
	}
}

// compareAdding adds reports to the country and to an empty archive in turns, each by SaveCapture and SaveReadings as a run
// does, sixteen together, and states what the country takes in hundredths of what the empty one takes.
func compareAdding(b *testing.B, name string) {
	c := country{TB: b, draw: rand.New(rand.NewPCG(1, 2))}
	c.learn()
	archives := []*Archive{openAt(b, name), openTest(b)}
	var crawls []*Crawl
	for _, a := range archives {
		crawls = append(crawls, begin(b, a))
	}
	took := make([][]time.Duration, 2)
	county := division.Division{Name: "临时县"}
	for round := 0; b.Loop(); round++ {
		var reports []*extract.Report
		for i := range 16 {
			r := c.report(county, fmt.Sprintf("第%d局", time.Now().UnixNano()), 2021+i%5)
			r.Title += "."
			reports = append(reports, r)
		}
		for i := range archives {
			which := (round + i) % 2
			start := time.Now()
			readings := make([]Reading, len(reports))
			for j, r := range reports {
				x := page(fmt.Sprintf("http://bench.gov.cn/%s", r.Title), fmt.Sprintf("%s %d", r.Title, j), round)
				x.Site = "bench"
				if err := crawls[which].SaveCapture(b.Context(), x); err != nil {
					b.Fatal(err)
				}
				readings[j] = Reading{CaptureID: x.ID, Reading: extract.Reading{Report: r}}
			}
			if _, err := archives[which].SaveReadings(b.Context(), SaveOptions{Extractor: "v1"}, readings); err != nil {
				b.Fatal(err)
			}
			took[which] = append(took[which], time.Since(start))
		}
	}
	for _, t := range took {
		slices.Sort(t)
	}
	full, empty := took[0][len(took[0])/2], took[1][len(took[1])/2]
	b.ReportMetric(float64(full.Microseconds())/16000, "ms/report-full")
	b.ReportMetric(float64(empty.Microseconds())/16000, "ms/report-empty")
	b.ReportMetric(100*float64(full)/float64(empty), "%-of-empty")
}
