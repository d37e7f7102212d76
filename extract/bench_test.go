package extract_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nianbao/extract"
)

// benchPage is a real report of about 70 kB with its narrative: 聊城市茌平区人民政府 2023, a page of the demo.
const benchPage = "../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html"

// BenchmarkRead measures what reading a page costs beside parsing its HTML, and prints the ratios that issue 3 bounds:
// 2 without mentions, 4 with. The three are timed in turn, so that other work on the machine weighs on each alike, and
// each many times in a row, so that it pays for the garbage that it makes itself and not for that of the one before.
func BenchmarkRead(b *testing.B) {
	body, err := os.ReadFile(benchPage)
	if err != nil {
		b.Fatal(err)
	}
	in := extract.Input{Body: body, ContentType: "text/html; charset=utf-8", URL: "http://www.example.gov.cn/nb/1.html"}
	first, err := extract.Read(in)
	if err != nil || first.Report == nil || len(first.Report.Mentions) == 0 {
		b.Fatalf("the page is not read as a report with mentions: %+v, %v", first.NotReport, err)
	}
	const row = 20
	b.SetBytes(row * int64(len(body)))
	var parse, bare, whole time.Duration
	for b.Loop() {
		parse += timed(row, func() {
			if _, err := html.Parse(bytes.NewReader(body)); err != nil {
				b.Fatal(err)
			}
		})
		bare += timed(row, func() {
			if _, err := extract.ReadWithoutMentions(in); err != nil {
				b.Fatal(err)
			}
		})
		whole += timed(row, func() {
			if _, err := extract.Read(in); err != nil {
				b.Fatal(err)
			}
		})
	}
	b.ReportMetric(float64(parse.Microseconds())/float64(row*b.N), "µs-html")
	b.ReportMetric(float64(bare.Microseconds())/float64(row*b.N), "µs-without-mentions")
	b.ReportMetric(float64(bare)/float64(parse), "x-without-mentions")
	b.ReportMetric(float64(whole)/float64(parse), "x-with-mentions")
}

// timed is how long f takes n times in a row.
func timed(n int, f func()) time.Duration {
	begin := time.Now()
	for range n {
		f()
	}
	return time.Since(begin)
}
