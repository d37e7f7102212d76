package archive

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"nianbao/extract"
)

// richest is the demo's richest page, and what is read in it.
func richest(b *testing.B) ([]byte, extract.Report) {
	body, err := os.ReadFile("../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		b.Fatal(err)
	}
	reading, err := extract.Read(extract.Input{Body: body, ContentType: "text/html", URL: "http://x.gov.cn/1.html"})
	if err != nil {
		b.Fatal(err)
	}
	return body, *reading.Report
}

// BenchmarkSaveReading saves readings of the demo's richest page, each as the report of another body, alone and
// as many together as a run has ready at most. What capturing costs is left out.
func BenchmarkSaveReading(b *testing.B) {
	_, report := richest(b)
	a := openTest(b)
	c := begin(b, a)
	n := 0
	next := func() Reading {
		r := report
		r.Authority = fmt.Sprintf("某县%d局", n)
		x := save(b, c, page(fmt.Sprintf("http://x.gov.cn/%d", n), fmt.Sprint(n), 0))
		n++
		return Reading{CaptureID: x.ID, Reading: extract.Reading{Report: &r}}
	}
	for _, together := range []int{1, 32} {
		b.Run(fmt.Sprintf("together=%d", together), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				readings := make([]Reading, together)
				for i := range readings {
					readings[i] = next()
				}
				b.StartTimer()
				if _, err := a.SaveReadings(b.Context(), SaveOptions{Extractor: "v1"}, readings); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(together*b.N)/b.Elapsed().Seconds(), "readings/s")
		})
	}
}

// BenchmarkWriter is all that one page costs the single writer: its capture, which comes with those of other hosts, and its
// reading, saved with as many others as a run has ready at most.
func BenchmarkWriter(b *testing.B) {
	body, report := richest(b)
	a := openTest(b)
	c := begin(b, a)
	const together, hosts = 32, 16
	n := 0
	for b.Loop() {
		readings := make([]Reading, together)
		var next atomic.Int64
		var visitors sync.WaitGroup
		for range hosts {
			visitors.Go(func() {
				for i := next.Add(1) - 1; i < together; i = next.Add(1) - 1 {
					r := report
					r.Authority = fmt.Sprintf("某县%d局", n+int(i))
					address := fmt.Sprintf("http://x%d.gov.cn/%d", i%hosts, n+int(i))
					x := save(b, c, page(address, strings.ReplaceAll(string(body), "茌平", fmt.Sprint(n+int(i))), 0))
					readings[i] = Reading{CaptureID: x.ID, Reading: extract.Reading{Report: &r}}
				}
			})
		}
		visitors.Wait()
		n += together
		if _, err := a.SaveReadings(b.Context(), SaveOptions{Extractor: "v1"}, readings); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pages/s")
}
