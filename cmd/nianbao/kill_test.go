package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// kill -9 at random moments of a crawl, as often as NIANBAO_KILLS says (15 unless told). After each death the archive
// verifies, and the next crawl completes it to the content that an undisturbed crawl gives.
func TestKilledCrawlIsCompletedByTheNext(t *testing.T) {
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	kills := 15
	if s := os.Getenv("NIANBAO_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("NIANBAO_KILLS: %v", err)
		}
		kills = n
	}
	register := serveSite(t, func() { time.Sleep(15 * time.Millisecond) }) // a kill finds requests under way, too
	dir := t.TempDir()

	began := time.Now()
	undisturbed := filepath.Join(dir, "undisturbed.db")
	mustRun(t, crawlArgs(undisturbed, register)...)
	length := time.Since(began)
	want := content(t, undisturbed)

	seed := uint64(began.UnixNano())
	t.Logf("an undisturbed crawl takes %v; seed %d", length, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	killed := 0
	for i := range kills {
		name := filepath.Join(dir, "killed-"+strconv.Itoa(i)+".db")
		crawl := crawlArgs(name, register)
		for range 1 + random.IntN(2) { // at times the crawl that should repair dies as well
			after := time.Duration(random.Int64N(int64(length)))
			if killAfter(t, after, crawl...) {
				killed++
			}
			if _, err := os.Stat(name); err == nil {
				mustRun(t, "verify", "--archive", name)
			}
		}
		mustRun(t, crawl...)
		mustRun(t, "verify", "--archive", name)
		if got := content(t, name); !slices.Equal(got, want) {
			t.Fatalf("crawl %d: the archive differs from an undisturbed one:\n%s", i, difference(want, got))
		}
		open, err := queryArchive(name, `select crawl_id from crawls where finished_at is null`)
		if err != nil || len(open) > 0 {
			t.Errorf("crawl %d: runs that died are still open: %v, %v", i, open, err)
		}
	}
	if killed < kills/2 {
		t.Errorf("only %d of the crawls were still running when they were to be killed", killed)
	}
	t.Logf("%d crawls killed", killed)
}

// The system calls that make a new archive are few and soon over, so that random kills miss them: strace kills the
// program at each of the first ones. The file that is left verifies, and the next crawl completes it.
func TestKilledWhileTheArchiveIsMade(t *testing.T) {
	if testing.Short() {
		t.Skip("starts dozens of processes")
	}
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no strace")
		}
		t.Skip("no strace")
	}
	register := serveSite(t, nil)
	dir := t.TempDir()
	undisturbed := filepath.Join(dir, "undisturbed.db")
	mustRun(t, crawlArgs(undisturbed, register)...)
	want := content(t, undisturbed)
	program, err := exec.LookPath("nianbao")
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []struct {
		name  string
		times int
	}{{"fsync", 6}, {"unlink", 1}, {"pwrite64", 4}} {
		for n := 1; n <= call.times; n++ {
			t.Run(call.name+strconv.Itoa(n), func(t *testing.T) {
				name := filepath.Join(dir, call.name+strconv.Itoa(n)+".db")
				crawl := crawlArgs(name, register)
				args := append([]string{"-f", "-o", os.DevNull, "-e", "trace=" + call.name, "-e",
					"inject=" + call.name + ":signal=KILL:when=" + strconv.Itoa(n), program}, crawl...)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if out, err := exec.CommandContext(ctx, "strace", args...).CombinedOutput(); err == nil {
					t.Fatalf("nothing was killed: %s", out)
				}
				mustRun(t, "verify", "--archive", name)
				mustRun(t, crawl...)
				if got := content(t, name); !slices.Equal(got, want) {
					t.Errorf("the archive differs from an undisturbed one:\n%s", difference(want, got))
				}
			})
		}
	}
}

// killAfter starts the program and kills it after a while; it tells whether there was still something to kill.
func killAfter(t *testing.T, after time.Duration, args ...string) bool {
	t.Helper()
	cmd := exec.Command("nianbao", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // fails only when the process has ended by itself
	err := cmd.Wait()
	if cmd.ProcessState.Exited() && err != nil {
		t.Fatalf("nianbao %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return !cmd.ProcessState.Exited()
}

// mustRun runs the program to its end, which must be status 0, and returns its output.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nianbao", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("nianbao %s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String()
}

// published are queries for what an archive says to those who ask it, times and numbers of runs left out.
var published = []string{
	`select 'report', report_id, key, site, authority, authority_printed, authority_type, level, scope, year, form,
		title, published_on, published_from, period_from, period_to, url, media, completeness, versions, sha256,
		extractor, contradictions, doubts from reports`,
	`select 'application', * from applications`,
	`select 'dispute', * from disputes`,
	`select 'disclosure', * from disclosure`,
	`select 'mention', report_id, section, metric, value, unit, approximate, quote from mentions`,
	`select 'cell', report_id, relation, row_id, column_id, value, raw, state, note, table_no, row_no, column_no
		from cells`,
	`select 'finding', report_id, rule, severity, relation, row_id, column_id, expected, actual, message
		from findings`,
	`select 'section', report_id, section, number, position, heading, text from sections`,
	`select 'table', report_id, table_no, caption, kind, rows, columns, grid from tables`,
	`select 'source', report_id, version, role, url, media, name, sha256, read from sources`,
	`select 'link', site, url, title, listed_on, decision, reason, report_id, gone_at from links`,
}

// content is what an archive holds: what it says, and the bodies that this came from.
func content(t *testing.T, name string) []string {
	t.Helper()
	return answers(t, name, append(slices.Clone(published),
		`select distinct 'body', role, url, sha256 from captures where sha256 is not null and outcome <> 'truncated'`))
}

// answers are the rows of all queries. Each of them must have some.
func answers(t *testing.T, name string, queries []string) []string {
	t.Helper()
	var lines []string
	for _, query := range queries {
		rows, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			t.Errorf("%s: no rows in %s", query, name)
		}
		slices.Sort(rows)
		lines = append(lines, rows...)
	}
	return lines
}

// difference lists the lines that only one side has.
func difference(want, got []string) string {
	var out strings.Builder
	for _, line := range want {
		if !slices.Contains(got, line) {
			out.WriteString("- " + line + "\n")
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			out.WriteString("+ " + line + "\n")
		}
	}
	if out.Len() == 0 {
		return "the same lines, but not equally often"
	}
	return out.String()
}
