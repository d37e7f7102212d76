package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler/recorded"
)

// TestColumns crawls each site of testdata/columns over loopback, with nothing but the column's address, and once more
// with the list system in the register. Both come to want.txt, and to as many reports as a person counted. UPDATE=1 writes
// want.txt, for a person to read.
func TestColumns(t *testing.T) {
	folders, err := filepath.Glob("../../testdata/columns/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("%d columns: %v", len(folders), err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			site, err := recorded.Read(folder)
			if err != nil {
				t.Fatal(err)
			}
			got := crawlColumn(t, site, "")
			if want := "items=" + site.About["reports"] + " "; !strings.Contains(got, want) {
				t.Errorf("want %s", want)
			}
			file := filepath.Join(folder, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if site.About["items"] != "" {
				return // the register picks the entries, no system does
			}
			if diff := cmp.Diff(got, crawlColumn(t, site, site.About["system"])); diff != "" {
				t.Errorf("with the system in the register; -without +with:\n%s", diff)
			}
		})
	}
}

// crawlColumn crawls a site and says what came of it.
func crawlColumn(t *testing.T, site *recorded.Site, system string) string {
	t.Helper()
	playing := site.Play()
	defer playing.Close()
	dir := t.TempDir()
	register, name := filepath.Join(dir, "sites.csv"), filepath.Join(dir, "test.db")
	var rows bytes.Buffer
	w := csv.NewWriter(&rows)
	about := site.About
	_ = w.WriteAll([][]string{ // a buffer takes everything
		{"key", "name", "url", "region", "system", "pages", "items"},
		{"site", about["name"], playing.Fill(about["url"]), about["region"], system, playing.Fill(about["pages"]), about["items"]},
	})
	if err := os.WriteFile(register, rows.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	run(t.Context(), crawlArgs(name, register, "--quiet"), nil, &bytes.Buffer{}, &stderr)

	var b strings.Builder
	for _, part := range []struct{ title, query string }{
		{"visit", `select 'system=' || ifnull(system, '') || ' outcome=' || outcome || ' lists=' || lists || ' items=' || items ||
			' errors=' || errors || ifnull(char(10) || detail, '') from visits`},
		{"requests", `select role || ' ' || outcome || ' ' || method || ' ' || url from captures order by capture_id`},
		{"links", `select decision || ' ' || ifnull(listed_on, '-') || ' ' || url || ' ' || title from links
			where decision <> 'navigation' order by first_seen_at, url`},
		{"reports", `select year || ' ' || authority || ', ' || form || ', ' || completeness || ', ' ||
			(select count(*) from cells c where c.report_id = r.report_id and c.state = 'number') || ' numbers, ' ||
			(select count(*) from sources s where s.report_id = r.report_id) || ' sources, ' || ifnull(published_on, '-')
			from reports r order by year, authority, url`},
	} {
		lines, err := queryArchive(name, part.query)
		if err != nil {
			t.Fatalf("%v\n%s", err, &stderr)
		}
		fmt.Fprintf(&b, "%s %d\n", part.title, len(lines))
		for _, line := range lines {
			fmt.Fprintf(&b, "  %s\n", playing.Hide(strings.ReplaceAll(line, "\n", "\n  ")))
		}
	}
	return b.String()
}
