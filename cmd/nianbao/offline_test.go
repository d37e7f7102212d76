package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nianbao/crawler"
	"nianbao/extract"
)

// BenchmarkReadSchools reads the reports of a column beside parsing their HTML, in turn, and then on as many processors as
// -cpu says.
func BenchmarkReadSchools(b *testing.B) {
	c, err := newSchools(".", 0, 200)
	if err != nil {
		b.Fatal(err)
	}
	var inputs []extract.Input
	for path, body := range c.pages {
		if strings.HasPrefix(path, "/nb/r") {
			inputs = append(inputs, extract.Input{Body: []byte(body), ContentType: "text/html; charset=utf-8", URL: "http://www.example.gov.cn" + path})
		}
	}
	parse := func(in extract.Input) {
		if _, err := html.Parse(bytes.NewReader(in.Body)); err != nil {
			b.Error(err)
		}
	}
	read := func(in extract.Input) {
		if r, err := extract.Read(in); err != nil || r.Report == nil {
			b.Errorf("%s is not read as a report: %v", in.URL, err)
		}
	}
	b.Run("in turn", func(b *testing.B) {
		var parsing, reading time.Duration // of the best round
		var before, after runtime.MemStats
		for b.Loop() {
			parsed, took := time.Duration(0), time.Duration(0)
			for row := range slices.Chunk(inputs, 20) { // in rows, so that each pays for the garbage that it makes itself
				begin := time.Now()
				for _, in := range row {
					parse(in)
				}
				between := time.Now()
				for _, in := range row {
					read(in)
				}
				parsed, took = parsed+between.Sub(begin), took+time.Since(between)
			}
			if reading == 0 || took < reading {
				parsing, reading = parsed, took
			}
		}
		runtime.ReadMemStats(&before)
		for _, in := range inputs {
			read(in)
		}
		runtime.ReadMemStats(&after)
		pages := float64(len(inputs))
		b.ReportMetric(0, "ns/op") // of both together it says nothing
		b.ReportMetric(pages/parsing.Seconds(), "pages/s-html")
		b.ReportMetric(pages/reading.Seconds(), "pages/s")
		b.ReportMetric(reading.Seconds()/parsing.Seconds(), "x-html")
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/pages, "allocs/page")
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/pages/1000, "kB/page")
	})
	b.Run("at once", func(b *testing.B) {
		var next atomic.Int64
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				read(inputs[int(next.Add(1))%len(inputs)])
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	})
}

// BenchmarkOffline is what is done with an archive of a column of 2,000 reports (NIANBAO_PAGES says how many): reading it again,
// exporting it, and each query of the cookbook. The ratios are to parsing the pages' HTML, to reading the exported rows from
// SQLite, and to counting the cells.
func BenchmarkOffline(b *testing.B) {
	reports := benchReports(b)
	name := filepath.Join(b.TempDir(), "bench.db")
	visitBulk(b, name, []crawler.Site{{Key: "schools", Name: "蓝田县", URL: startSchools(b, reports)}}, bulkBegan)
	db, err := sql.Open("sqlite", "file:"+name+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	ask := func(b *testing.B, query string) (rows int) {
		b.Helper()
		result, err := db.QueryContext(b.Context(), query)
		if err != nil {
			b.Fatalf("%v: %s", err, query)
		}
		defer result.Close()
		columns, err := result.Columns()
		if err != nil {
			b.Fatal(err)
		}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(sql.RawBytes)
		}
		for result.Next() {
			if err := result.Scan(into...); err != nil {
				b.Fatal(err)
			}
			rows++
		}
		if err := result.Err(); err != nil {
			b.Fatal(err)
		}
		return rows
	}

	b.Run("reextract", func(b *testing.B) {
		c, err := newSchools(".", 0, reports)
		if err != nil {
			b.Fatal(err)
		}
		var reading, parsing effort
		for b.Loop() {
			reading.least(measured(b, "nianbao", "reextract", "--all", "--quiet", "--archive", name))
			parsing.least(effort{wall: timed(func() {
				for path, body := range c.pages {
					if !strings.HasPrefix(path, "/nb/r") {
						continue
					}
					if _, err := html.Parse(strings.NewReader(body)); err != nil {
						b.Fatal(err)
					}
				}
			})})
		}
		mustHave(b, name, "select count(*) from reports where completeness = 'complete'", reports)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(reports)/reading.wall.Seconds(), "pages/s")
		b.ReportMetric(float64(reading.wall)/float64(parsing.wall), "x-html")
		b.ReportMetric(float64(reading.peak)/1e6, "MB-peak")
	})
	for _, format := range []string{"csv", "parquet"} {
		b.Run("export "+format, func(b *testing.B) {
			var export, reading effort
			rows := 0
			for round := 0; b.Loop(); round++ {
				out := filepath.Join(b.TempDir(), fmt.Sprint(format, round))
				export.least(measured(b, "nianbao", "export", format, "--out", out, "--quiet", "--archive", name))
				files, err := filepath.Glob(filepath.Join(out, "*."+format))
				if err != nil || len(files) == 0 {
					b.Fatalf("%d files: %v", len(files), err)
				}
				rows = 0
				reading.least(effort{wall: timed(func() {
					for _, file := range files {
						rows += ask(b, "select * from "+strings.TrimSuffix(filepath.Base(file), "."+format))
					}
				})})
				if err := os.RemoveAll(out); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(rows)/export.wall.Seconds(), "rows/s")
			b.ReportMetric(float64(export.wall)/float64(reading.wall), "x-select")
			b.ReportMetric(float64(export.peak)/1e6, "MB-peak")
		})
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "archive", "QUERIES.md"))
	if err != nil {
		b.Fatal(err)
	}
	for i, r := range readRecipes(string(text) + "\n") {
		b.Run(fmt.Sprintf("query %d", i+1), func(b *testing.B) {
			var query, counting effort
			for b.Loop() {
				query.least(effort{wall: timed(func() { ask(b, r.query) })})
				counting.least(effort{wall: timed(func() { ask(b, "select count(value), count(distinct raw) from cells") })})
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(query.wall.Seconds()*1000, "ms")
			b.ReportMetric(float64(query.wall)/float64(counting.wall), "x-count-cells")
		})
	}
}

// timed is how long f takes.
func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}
