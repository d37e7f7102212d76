package cms

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/title"
)

// TestLists reads every list page of testdata/lists. A case is a folder: about.txt (why it exists, its source, its
// address), page.html, and want.txt with the entries and the decision on each. UPDATE=1 writes want.txt, for a person
// to read.
func TestLists(t *testing.T) {
	folders, err := filepath.Glob("../../testdata/lists/*")
	if err != nil || len(folders) < 10 {
		t.Fatalf("%d list pages: %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			about := readAbout(t, folder)
			body, err := os.ReadFile(filepath.Join(folder, "page.html"))
			if err != nil {
				t.Fatal(err)
			}
			address, err := url.Parse(about["url"])
			if err != nil {
				t.Fatal(err)
			}
			p := Page{URL: address, Body: body, ContentType: about["content-type"], Number: 1}
			if about["number"] != "" {
				if p.Number, err = strconv.Atoi(about["number"]); err != nil {
					t.Fatal(err)
				}
			}
			got := describe(t, p, about["items"])
			file := filepath.Join(folder, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// describe writes what a system reads from a page, an entry a line.
func describe(t *testing.T, p Page, items string) string {
	t.Helper()
	var system System
	if items != "" {
		system = WithSelector(items)
	} else {
		for _, s := range Systems() {
			if _, ok := s.Recognise(p); ok {
				system = s
				break
			}
		}
	}
	list, err := system.Read(p)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "system %s\nheading %s\n", system.Name(), list.Heading)
	for _, item := range list.Items {
		d := title.Classify(item.Title, title.Context{Column: list.Heading, URL: p.URL.String()})
		fmt.Fprintf(&b, "%-14s %-10s %s  %s\n", d.Kind, item.ListedOn, item.URL, item.Title)
	}
	for _, next := range list.Next {
		fmt.Fprintf(&b, "next %s\n", next.URL)
	}
	for _, part := range list.Parts {
		fmt.Fprintf(&b, "part %s %s  %s\n", part.Way, part.URL, part.Title)
	}
	if list.Total > 0 {
		fmt.Fprintf(&b, "total %d\n", list.Total)
	}
	if list.Pages > 0 {
		fmt.Fprintf(&b, "pages %d\n", list.Pages)
	}
	return b.String()
}

func readAbout(t *testing.T, folder string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(folder, "about.txt"))
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("%s: no key: %q", folder, line)
		}
		about[key] = value
	}
	return about
}

func TestWithSelectorRefusesBadSelector(t *testing.T) {
	address, _ := url.Parse("http://www.example.gov.cn/")
	if _, err := WithSelector("li >").Read(Page{URL: address}); err == nil {
		t.Error("a selector that is none was taken")
	}
}

// TestFurtherIsBounded gives a pager of a thousand pages.
func TestFurtherIsBounded(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= 1000; i++ {
		fmt.Fprintf(&b, "<a href='index_%d.html'>%d</a>", i, i)
	}
	address, _ := url.Parse("http://www.example.gov.cn/nb/")
	list, err := plain{}.Read(Page{URL: address, Body: []byte(b.String()), Number: 7})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Next) != maxFurther || list.Next[0].URL != "http://www.example.gov.cn/nb/index_8.html" {
		t.Errorf("%d further pages, the first %v", len(list.Next), list.Next[0])
	}
	if len(list.Items) != 0 {
		t.Errorf("pager links taken for entries: %v", list.Items)
	}
}
