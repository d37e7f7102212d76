package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/crawler/recorded"
)

// everySite are the demo's columns and all of testdata/columns, played over loopback.
func everySite(t *testing.T) []crawler.Site {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(serveDemo))
	t.Cleanup(server.Close)
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		t.Fatal(err)
	}
	sites, err := crawler.ReadSites("sites.csv", bytes.NewReader(bytes.ReplaceAll(text, []byte("http://HOST/"), []byte(server.URL+"/"))))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(repository, "testdata/columns/*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d columns: %v", len(folders), err)
	}
	for _, folder := range folders {
		site, err := recorded.Read(folder)
		if err != nil {
			t.Fatal(err)
		}
		playing := site.Play()
		t.Cleanup(playing.Close)
		about := site.About
		sites = append(sites, crawler.Site{Key: site.Name, Name: about["name"], URL: playing.Fill(about["url"]), Region: about["region"],
			Pages: playing.Fill(about["pages"]), Items: about["items"]})
	}
	return sites
}

// ownToARun are the columns that say something of the run and not of what it found, and numbers of findings, which are not
// stable.
var ownToARun = map[string][]string{
	"captures": {"crawl_id", "elapsed_ms"},
	"visits":   {"crawl_id"},
	"findings": {"finding_id"},
}

// dateHeader is when a server answered, by its own clock.
var dateHeader = regexp.MustCompile(`"Date":\["[^"]*"\],?`)

// everything are the rows of all public relations but crawls, whose rows are the runs.
func everything(t *testing.T, name string) []string {
	t.Helper()
	opened, err := archive.OpenReader(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	relations, err := opened.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range relations {
		if r.Name == "crawls" {
			continue
		}
		var columns []string
		for _, c := range r.Columns {
			if !slices.Contains(ownToARun[r.Name], c.Name) {
				columns = append(columns, "quote("+c.Name+")")
			}
		}
		rows, err := queryArchive(name, fmt.Sprintf("select %s from %s", strings.Join(columns, ", "), r.Name))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(rows)
		for _, row := range rows {
			lines = append(lines, r.Name+" "+dateHeader.ReplaceAllString(row, ""))
		}
	}
	return lines
}

// Two archives, each with half of the sites, merged, are what one archive with all of them is: relation by relation, column
// by column, the numbers of captures and reports included. Merged again, nothing changes; merged with all captures read
// again, likewise.
func TestTwoHalfCrawlsMergedAreOneWholeCrawl(t *testing.T) {
	sites := everySite(t)
	clock := new(fixedClock)
	clock.set(t, "2025-03-30 02:00")
	dir := t.TempDir()
	at := func(name string) *app {
		return &app{stdout: new(bytes.Buffer), screen: &screen{out: io.Discard}, log: slog.New(slog.DiscardHandler), now: clock.Now,
			archive: filepath.Join(dir, name+".db")}
	}
	crawled := func(name string, sites []crawler.Site) {
		err := crawl(t.Context(), at(name), &crawling{trigger: "crawl", sites: sites, options: crawler.Options{
			Version: "test", AllowPrivate: true, Clock: clock, Concurrency: 1}})
		if _, ended := err.(*troubles); err != nil && !ended { //nolint:errorlint // it is returned as it is
			t.Fatal(err)
		}
	}
	half := len(sites) / 2
	crawled("whole", sites)
	crawled("first", sites[:half])
	crawled("second", sites[half:])
	want := everything(t, filepath.Join(dir, "whole.db"))
	if len(want) < 10000 {
		t.Fatalf("only %d rows", len(want))
	}
	for _, c := range []struct {
		name, into string
		command    importCmd
	}{
		{"merged", "merged", importCmd{}}, {"merged again", "merged", importCmd{}}, {"read again", "reread", importCmd{Reread: true}},
	} {
		c.command.Paths = []string{filepath.Join(dir, "first.db"), filepath.Join(dir, "second.db")}
		into := at(c.into)
		if err := c.command.Run(t.Context(), into); err != nil {
			// What could not be read there cannot be read here.
			if !strings.Contains(err.Error(), "cannot be read") {
				t.Fatal(err)
			}
		}
		if got := everything(t, into.archive); !slices.Equal(got, want) {
			t.Errorf("%s:\n%.4000s", c.name, difference(want, got))
		}
		mustRun(t, "verify", "--archive", into.archive)
	}
	t.Logf("%d sites, %d rows", len(sites), len(want))
	t.Run("killed", func(t *testing.T) { killMerge(t, dir, want) })
}

// killMerge kills merges of the two halves at random moments. What each leaves is sound, and the next merge completes it to the
// same content.
func killMerge(t *testing.T, dir string, want []string) {
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	args := func(name string) []string {
		return []string{"import", "--archive", name, "--quiet", filepath.Join(dir, "first.db"), filepath.Join(dir, "second.db")}
	}
	began := time.Now()
	_ = exec.Command("nianbao", args(filepath.Join(dir, "undisturbed.db"))...).Run() // status 1: captures that nobody can read
	length := time.Since(began)
	killed := 0
	for i := range 5 {
		name := filepath.Join(dir, fmt.Sprintf("killed-%d.db", i))
		for range 2 {
			cmd := exec.Command("nianbao", args(name)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.Int64N(int64(length))))
			_ = cmd.Process.Kill() // fails only when the process has ended by itself
			if _ = cmd.Wait(); !cmd.ProcessState.Exited() {
				killed++
			}
			if _, err := os.Stat(name); err == nil {
				mustRun(t, "verify", "--archive", name)
			}
		}
		_ = exec.Command("nianbao", args(name)...).Run()
		if got := everything(t, name); !slices.Equal(got, want) {
			t.Errorf("merge %d: what the next merge completed is another archive:\n%.4000s", i, difference(want, got))
		}
	}
	if killed < 5 {
		t.Errorf("only %d of the merges were still running when they were to be killed", killed)
	}
}
