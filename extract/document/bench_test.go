package document_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nianbao/extract/document"
)

// benchReport is the report that all formats are timed with: 聊城市茌平区人民政府 2023, with its narrative and its four tables.
const (
	benchReport = "../../testdata/documents/chiping-2023-review-sum-wrong/page."
	benchPage   = "../../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html"
)

// BenchmarkFormats reads one report in each format: files and cells a second, what reading a file allocates, the largest heap seen, and how
// often the time of parsing its page as HTML goes into it. The two are timed in turn, so that other work on the machine
// weighs on both alike.
func BenchmarkFormats(b *testing.B) {
	page, err := os.ReadFile(benchPage)
	if err != nil {
		b.Fatal(err)
	}
	files, err := filepath.Glob(benchReport + "*")
	if err != nil || len(files) == 0 {
		b.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range append(files, benchPage) {
		body, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.TrimPrefix(filepath.Ext(file), "."), func(b *testing.B) {
			d, err := document.Read(body, "text/html; charset=utf-8", document.Options{})
			if err != nil {
				b.Fatal(err)
			}
			cells := 0
			for _, t := range d.Tables {
				cells += len(t.Grid.Cells)
			}
			var parsing, reading time.Duration
			var largest uint64
			rounds := 0
			for b.Loop() {
				begin := time.Now()
				if _, err := html.Parse(bytes.NewReader(page)); err != nil {
					b.Fatal(err)
				}
				between := time.Now()
				if _, err := document.Read(body, "text/html; charset=utf-8", document.Options{}); err != nil {
					b.Fatal(err)
				}
				parsing, reading = parsing+between.Sub(begin), reading+time.Since(between)
				if rounds++; rounds%16 == 1 {
					largest = max(largest, memory().HeapInuse)
				}
			}
			const row = 10
			before := memory()
			for range row {
				if _, err := document.Read(body, "text/html; charset=utf-8", document.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			after := memory()
			b.ReportMetric(0, "ns/op") // of both together it says nothing
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/row/(1<<20), "MiB/file")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/row, "allocs/file")
			b.ReportMetric(float64(rounds)/reading.Seconds(), "files/s")
			b.ReportMetric(float64(rounds*cells)/reading.Seconds(), "cells/s")
			b.ReportMetric(float64(reading)/float64(parsing), "x-html")
			b.ReportMetric(float64(largest)/(1<<20), "MiB-heap")
		})
	}
}

// memory is what the runtime says of the heap now.
func memory() (m runtime.MemStats) {
	runtime.ReadMemStats(&m)
	return m
}
