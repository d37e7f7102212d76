package archive

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/crawler"
	"nianbao/extract/document"
)

// What SaveCapture keeps step by step, refold makes anew from the captures alone: outcomes, answers, and the rows of the
// address and of the files in the container that it brings.
func TestRefoldIsWhatSaveCaptureKeeps(t *testing.T) {
	a, ctx := openTest(t), context.Background()
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		checks++
		url := fmt.Sprintf("http://x.gov.cn/%d.zip", checks)
		var run *Crawl
		for i := range rapid.IntRange(1, 8).Draw(t, "captures") {
			if run == nil || rapid.Bool().Draw(t, "next run") {
				var err error
				if run, err = a.BeginCrawl(ctx, "crawl"); err != nil {
					t.Fatal(err)
				}
			}
			if err := answerDrawn(ctx, t, a, run, url, i); err != nil {
				t.Fatal(err)
			}
		}
		state := func() []string {
			var all []string
			for _, query := range []string{
				`SELECT capture_id, outcome, capture.answer_id, sha256, bytes, received FROM capture JOIN address a USING (address_id)`,
				`SELECT * FROM address a`,
			} {
				rows, err := rowsOf(ctx, a, fmt.Sprintf(`%s WHERE a.url GLOB '%s*'`, query, url))
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, rows...)
			}
			return all
		}
		kept := state()
		addresses, err := selectInts(ctx, a.read, `SELECT a.address_id FROM address a WHERE a.url GLOB ? || '*' ORDER BY EXISTS (SELECT 1 FROM capture c
			WHERE c.address_id = a.address_id AND c.member_of IS NOT NULL)`, url)
		if err != nil {
			t.Fatal(err)
		}
		err = a.update(ctx, "refold", func(tx *sql.Tx) error {
			for _, address := range addresses {
				if _, err := refold(ctx, tx, address, math.MaxInt64, nil); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(kept, state()); diff != "" {
			t.Fatalf("-kept +made anew:\n%s", diff)
		}
	})
}

// answerDrawn saves what an address may answer: a container with files, changed, the same, the same in another frame, a 304
// of what it answered last, a miss, a failure.
func answerDrawn(ctx context.Context, t *rapid.T, a *Archive, run *Crawl, url string, i int) error {
	c := zipCapture(fmt.Sprint(rapid.IntRange(1, 2).Draw(t, "bytes")), 0)
	c.URL, c.FinalURL = url, url
	c.At = captureAt.Add(time.Duration(i) * time.Hour)
	last, err := run.LastWhole(ctx, "GET", url, "")
	if err != nil {
		return err
	}
	switch kind := rapid.SampledFrom([]string{"whole", "whole", "frame", "304", "404", "timeout"}).Draw(t, "answer"); {
	case kind == "frame":
		c.Body, c.SameAs = append(c.Body, fmt.Sprint("frame", i)...), last.CaptureID
		c.SHA256 = digest(c.Body)
	case kind == "304":
		c.Status, c.Outcome, c.Body, c.SHA256 = 304, crawler.OutcomeNotModified, nil, ""
	case kind == "404":
		c.Status, c.Outcome = 404, crawler.OutcomeHTTP(404)
	case kind == "timeout":
		c.Status, c.Outcome, c.Body, c.SHA256, c.Complete = 0, crawler.OutcomeTimeout, nil, "", false
	}
	if err := run.SaveCapture(ctx, c); err != nil || c.Outcome != crawler.OutcomeNew && c.Outcome != crawler.OutcomeChanged {
		return err
	}
	var members []document.Member
	for n := range rapid.IntRange(0, 2).Draw(t, "members") {
		members = append(members, document.Member{Name: fmt.Sprint(n, ".doc"), Body: []byte(fmt.Sprint(rapid.IntRange(1, 2).Draw(t, "member")))})
	}
	return a.SaveMembers(ctx, c.ID, members)
}

// What two archives know of one address finds its place in time, also where neither archive can have seen it: a 304 in one,
// and what is the same but for its frame, after other bytes in the other.
func TestFoldInterleaved(t *testing.T) {
	sum := func(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }
	for why, c := range map[string]struct {
		all  []answer
		want string
	}{
		"the same again": {[]answer{{capture: 9, at: "1", outcome: "new", sha256: sum("a")}, {capture: 1, at: "2", outcome: "new", sha256: sum("a")}},
			"9 new 9, 1 unchanged 9; 1 2 9"},
		"others between": {[]answer{{capture: 1, at: "1", outcome: "new", sha256: sum("a")}, {capture: 9, at: "2", outcome: "new", sha256: sum("b")},
			{capture: 2, at: "3", outcome: "unchanged", head: 1, sha256: sum("a")}}, "1 new 1, 9 changed 9, 2 changed 2; 1 3 2"},
		"a 304 after others": {[]answer{{capture: 1, at: "1", outcome: "new", sha256: sum("a")}, {capture: 9, at: "2", outcome: "new", sha256: sum("b")},
			{capture: 2, at: "3", outcome: "not_modified", status: 304, head: 1, sha256: sum("a")}}, "1 new 1, 9 changed 9, 2 changed 2; 1 3 2"},
		"such a 304 once more": {[]answer{{capture: 1, at: "1", outcome: "new", sha256: sum("a")},
			{capture: 2, at: "3", outcome: "changed", status: 304, head: 2, sha256: sum("a")}}, "1 new 1, 2 not_modified 1; 1 3 1"},
		"a 304 of nothing": {[]answer{{capture: 2, at: "3", outcome: "not_modified", status: 304}}, "2 not_modified 0;   0"},
		"missed by two runs": {[]answer{{capture: 1, at: "1", outcome: "new", sha256: sum("a")}, {capture: 2, crawl: 1, at: "2", outcome: "gone"},
			{capture: 9, crawl: 2, at: "3", outcome: "gone"}}, "1 new 1, 2 gone 0, 9 gone 0; 1 1 1 missed 2 gone 2"},
	} {
		s, err := fold(c.all, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i, a := range c.all {
			got += fmt.Sprintf("%s%d %s %d", map[bool]string{true: ", "}[i > 0], a.capture, a.outcome, a.head)
		}
		got += fmt.Sprintf("; %s %s %d", s.first, s.last, s.answer)
		if s.missedAt != "" {
			got += fmt.Sprintf(" missed %s gone %s", s.missedAt, s.goneAt)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", why, got, c.want)
		}
	}
}
