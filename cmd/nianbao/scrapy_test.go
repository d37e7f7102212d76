package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/recorded"
)

// TestScrapyFindsTheSameReports crawls recorded columns with Scrapy, by rules written by hand for each, and with nothing but
// the address: both find the same reports.
func TestScrapyFindsTheSameReports(t *testing.T) {
	const python = "/usr/bin/python3" // Debian's own: another one does not see Debian's Scrapy
	if err := exec.Command(python, "-c", "import scrapy").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("Scrapy is not installed: %v", err)
		}
		t.Skip("Scrapy is not installed")
	}
	for column, spider := range map[string]string{
		"trs-jiulongpo-second-page-is-index-1":    "trs",
		"plain-department-tree":                   "tree",
		"gkmlpt-longhua-category-in-the-fragment": "gkmlpt",
		"hanweb-jpage-yandu-records-by-number":    "jpage",
	} {
		t.Run(column, func(t *testing.T) {
			site, err := recorded.Read(filepath.Join("../../testdata/columns", column))
			if err != nil {
				t.Fatal(err)
			}
			playing := site.Play()
			defer playing.Close()

			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			scrapy := exec.CommandContext(ctx, python, "testdata/scrapy/spiders.py", spider, playing.Fill(site.About["url"]))
			var stdout, stderr bytes.Buffer
			scrapy.Stdout, scrapy.Stderr = &stdout, &stderr
			if err := scrapy.Run(); err != nil {
				t.Fatalf("%v\n%s", err, &stderr)
			}
			want := strings.Fields(stdout.String())
			slices.Sort(want)

			dir := t.TempDir()
			register, name := filepath.Join(dir, "sites.csv"), filepath.Join(dir, "test.db")
			row := "key,name,url\nsite," + site.About["name"] + "," + playing.Fill(site.About["url"]) + "\n"
			if err := os.WriteFile(register, []byte(row), 0o666); err != nil {
				t.Fatal(err)
			}
			run(t.Context(), crawlArgs(name, register, "--quiet"), nil, &bytes.Buffer{}, &stderr)
			got, err := queryArchive(name, "select url from links where decision = 'report' order by url")
			if err != nil {
				t.Fatalf("%v\n%s", err, &stderr)
			}
			if len(got) == 0 || !slices.Equal(got, want) {
				t.Errorf("not the same:\n%s", difference(want, got))
			}
		})
	}
}
