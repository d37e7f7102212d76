package extract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract"
)

// A mention's words stand in its section to the letter, so that full text over the sections finds each of them; the archive
// indexes no words twice.
func TestMentionsAreQuotedFromTheirSections(t *testing.T) {
	pages, err := filepath.Glob("../testdata/*/*/page.html")
	if err != nil {
		t.Fatal(err)
	}
	mentions := 0
	for _, page := range pages {
		body, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		reading, err := extract.Read(extract.Input{Body: body, ContentType: "text/html", URL: "http://x.gov.cn/1.html"})
		if err != nil || reading.Report == nil {
			continue // other tests say why
		}
		for _, m := range reading.Report.Mentions {
			mentions++
			found := false
			for _, s := range reading.Report.Sections {
				found = found || s.ID == m.Section && strings.Contains(s.Text, m.Quote)
			}
			if !found {
				t.Errorf("%s: %q is not in a section %s", page, m.Quote, m.Section)
			}
		}
	}
	if mentions < 150 {
		t.Errorf("only %d mentions in %d pages", mentions, len(pages))
	}
	t.Logf("%d mentions", mentions)
}
