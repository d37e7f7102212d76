package page

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

func TestParseIsBounded(t *testing.T) {
	if _, err := Parse(strings.Repeat("<p>", maxTags)); err != nil {
		t.Error(err)
	}
	if _, err := Parse(strings.Repeat("<p>", maxTags+1)); err == nil || !strings.Contains(err.Error(), "200001 tags") {
		t.Errorf("one tag more: %v", err)
	}
	if _, err := Parse(strings.Repeat("<div>", 600)); err == nil {
		t.Error("elements nested 600 deep")
	}
}

// BenchmarkParse is what the limits cost beside html.Parse.
func BenchmarkParse(b *testing.B) {
	body, err := os.ReadFile("../../cmd/nianbao/demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		b.Fatal(err)
	}
	var alone, all time.Duration
	for b.Loop() {
		began := time.Now()
		if _, err := html.Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
		alone += time.Since(began)
		began = time.Now()
		if _, err := Parse(string(body)); err != nil {
			b.Fatal(err)
		}
		all += time.Since(began)
	}
	b.ReportMetric(float64(all)/float64(alone), "x-html")
}
