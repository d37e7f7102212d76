package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// injection is a fault of this machine: what strace does to a system call.
type injection struct {
	what string // for strace: signal=KILL, error=EIO …
	on   bool   // from that call on, as on a disk that is full; else once
}

func (i injection) String() string {
	_, name, _ := strings.Cut(i.what, "=")
	if i.on {
		return name + " from then on"
	}
	return name
}

// injections are what may happen to a write.
var injections = []injection{
	{"signal=KILL", false}, {"error=EIO", false}, {"error=EIO", true}, {"error=ENOSPC", false}, {"error=ENOSPC", true},
}

// The program is killed, or told of a disk that fails or is full, at the writes and syncs of a crawl: at a sample of
// them, or at each of the first NIANBAO_INJECTIONS of both. The archive verifies after it, has each capture that was
// acknowledged, and no page twice; an error is named and ends in status 1, or was got over. The next crawl completes the
// archive to the content that an undisturbed crawl gives. strace counts the calls of each thread by itself, and so do the
// numbers here: the log says how many different calls of the process were hit.
func TestWritesThatFail(t *testing.T) {
	if testing.Short() {
		t.Skip("starts hundreds of processes")
	}
	needStrace(t)
	// A new archive begins with hundreds of writes that make it; one that is there begins with the crawl's.
	type kind struct {
		call     string
		existing bool
	}
	points := map[kind][]int{
		{"pwrite64", false}: {40}, {"pwrite64", true}: {2, 30, 90}, {"fsync", false}: {2}, {"fsync", true}: {3, 9},
	}
	if s := os.Getenv("NIANBAO_INJECTIONS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("NIANBAO_INJECTIONS: %v", err)
		}
		for k := range points {
			points[k] = nil
			for i := range n {
				points[k] = append(points[k], i+1)
			}
		}
	}
	server := newFaultyServer(t, newJumpClock())
	server.Start()
	s := &sweep{dir: t.TempDir(), register: filepath.Join(t.TempDir(), "sites.csv"), counts: map[string]*sweepCount{}}
	text := server.register(t, "http", server.Listener.Addr().String())
	if err := os.WriteFile(s.register, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	undisturbed := filepath.Join(s.dir, "undisturbed.db")
	mustRun(t, crawlArgs(undisturbed, s.register)...)
	s.want = content(t, undisturbed)
	openArchive(t, filepath.Join(s.dir, "empty.db")).Close()
	t.Run("strike", func(t *testing.T) { // returns when all that is below has ended
		for k, calls := range points {
			for _, what := range injections {
				archive := "a new archive"
				if k.existing {
					archive = "an archive"
				}
				t.Run(fmt.Sprintf("%s at %s of %s", what, k.call, archive), func(t *testing.T) {
					t.Parallel()
					beyond := 0
					for _, n := range calls {
						if beyond == 5 {
							break // no thread makes so many calls
						}
						t.Run(strconv.Itoa(n), func(t *testing.T) {
							beyond++
							if s.inject(t, k.call, k.existing, what, n) {
								beyond = 0
							}
						})
					}
				})
			}
		}
	})
	s.log(t)
}

func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no strace")
		}
		t.Skip("no strace")
	}
}

// sweep is a series of injections.
type sweep struct {
	dir, register string
	want          []string // content of an undisturbed archive

	mu     sync.Mutex
	counts map[string]*sweepCount
}

// sweepCount is what came of one injection at one kind of call.
type sweepCount struct {
	struck, recovered, acknowledged int
	places                          map[int]bool // calls of the process that were struck first
}

// inject crawls with one injection, and then without; it says whether the injection came about.
func (s *sweep) inject(t *testing.T, call string, existing bool, what injection, n int) (fired bool) {
	t.Helper()
	name := filepath.Join(s.dir, fmt.Sprintf("%s-%v-%s-%d.db", call, existing, strings.ReplaceAll(what.String(), " ", "-"), n))
	if existing {
		empty, err := os.ReadFile(filepath.Join(s.dir, "empty.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, empty, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	trace := name + ".trace"
	defer removeAll(t, name, name+"-wal", name+"-shm", name+"-journal", name+".lock", trace)
	crawl := crawlArgs(name, s.register)
	stderr, status := s.underStrace(t, trace, call, what, n, append(crawl, "-v"))

	place, fired := firstHit(t, trace, call, what)
	if !fired {
		if status != statusOK {
			t.Errorf("nothing was injected, but exit status %d: %s", status, stderr)
		}
		return false
	}
	acknowledged := 0
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		mustRun(t, "verify", "--archive", name)
		acknowledged = nothingLost(t, name, stderr)
	}
	killed := what.what == "signal=KILL"
	switch {
	case killed:
		if status != -1 {
			t.Errorf("killed, but exit status %d", status)
		}
	case status == statusOK:
		if got := content(t, name); !slices.Equal(got, s.want) {
			t.Errorf("status 0, but the archive differs from an undisturbed one:\n%s", difference(s.want, got))
		}
	case status != statusPartly || !named.MatchString(stderr):
		t.Errorf("exit status %d, want %d and the fault by name:\n%s", status, statusPartly, stderr)
	}
	s.count(call, existing, what, place, acknowledged, !killed && status == statusOK)
	mustRun(t, crawl...)
	mustRun(t, "verify", "--archive", name)
	if got := content(t, name); !slices.Equal(got, s.want) {
		t.Errorf("the archive differs from an undisturbed one:\n%s\nafter\n%s", difference(s.want, got), stderr)
	}
	twice, err := queryArchive(name, `select url, count(*) from captures where role in ('page', 'attachment')
		and outcome in ('new', 'changed', 'unchanged') group by 1 having count(*) > 1`)
	if err != nil || len(twice) > 0 {
		t.Errorf("asked again, though the answer was there: %v %v", twice, err)
	}
	return true
}

// named is the last line of a crawl that a disk ended: SQLite's words for it.
var named = regexp.MustCompile(`nianbao crawl: .*(disk I/O error|database or disk is full|input/output error|no space left|interrupted)`)

// underStrace runs the program; the status is -1 if it was killed.
func (s *sweep) underStrace(t *testing.T, trace, call string, what injection, n int, args []string) (stderr string, status int) {
	t.Helper()
	program, err := exec.LookPath("nianbao")
	if err != nil {
		t.Fatal(err)
	}
	when := strconv.Itoa(n)
	if what.on {
		when += "+"
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "strace", append([]string{"-f", "-qq", "-s", "0", "-o", trace,
		"-e", "trace=" + call, "-e", "inject=" + call + ":" + what.what + ":when=" + when, program}, args...)...)
	// A run waits while the disk is full, for ever where it stays so: then a person would end it. The signal goes to the
	// group, of which strace with -o passes it over.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out interruptOn
	if what.on && strings.Contains(what.what, "ENOSPC") {
		out.words, out.do = "paused: the disk is full", func() {
			if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
				t.Errorf("interrupt the crawl: %v", err)
			}
		}
	}
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("the crawl goes on for ever:\n%s", out.text.String())
	}
	return out.text.String(), exitStatus(err)
}

// interruptOn is output that does something once when certain words are in it.
type interruptOn struct {
	text  bytes.Buffer
	words string
	do    func()
}

func (o *interruptOn) Write(p []byte) (int, error) {
	n, err := o.text.Write(p)
	if o.do != nil && bytes.Contains(o.text.Bytes(), []byte(o.words)) {
		o.do()
		o.do = nil
	}
	return n, err
}

// firstHit finds the call that the injection struck first: its place among those of the process.
func firstHit(t *testing.T, trace, call string, what injection) (place int, ok bool) {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, " "+call+"(") {
			place++
		}
		if strings.Contains(line, "(INJECTED)") || what.what == "signal=KILL" && strings.Contains(line, "killed by SIGKILL") {
			return place, true
		}
	}
	return 0, false
}

// stored is the log line of a capture that the archive has acknowledged.
var stored = regexp.MustCompile(`(?m) msg=capture .*role=(\S+) url=(\S+) status=\d+ outcome=(\S+) `)

// nothingLost sees that each acknowledged capture is there, and at most one more: the one that was being stored. It says how
// many were acknowledged.
func nothingLost(t *testing.T, name, stderr string) int {
	t.Helper()
	missing := map[string]int{}
	acknowledged := stored.FindAllStringSubmatch(stderr, -1)
	for _, m := range acknowledged {
		missing[m[1]+"|"+m[2]+"|"+m[3]]++
	}
	rows, err := queryArchive(name, `select role, url, outcome from captures`)
	if err != nil && len(acknowledged) > 0 {
		t.Fatal(err)
	}
	for _, row := range rows {
		if missing[row]--; missing[row] == 0 {
			delete(missing, row)
		}
	}
	unheard := 0
	for key, n := range missing {
		if n > 0 {
			t.Errorf("acknowledged, and not there: %s", key)
		} else {
			unheard -= n
		}
	}
	if unheard > 1 {
		t.Errorf("%d captures that nobody acknowledged: %v", unheard, missing)
	}
	return len(acknowledged)
}

// count notes one injection that came about.
func (s *sweep) count(call string, existing bool, what injection, place, acknowledged int, recovered bool) {
	key := fmt.Sprintf("%-8s of a new archive, %s", call, what)
	if existing {
		key = fmt.Sprintf("%-8s of an archive, %s", call, what)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts[key]
	if c == nil {
		c = &sweepCount{places: map[int]bool{}}
		s.counts[key] = c
	}
	c.struck++
	c.acknowledged += acknowledged
	c.places[place] = true
	if recovered {
		c.recovered++
	}
}

// log prints the figures.
func (s *sweep) log(t *testing.T) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(s.counts)) {
		c := s.counts[key]
		places := slices.Sorted(maps.Keys(c.places))
		t.Logf("%s: struck %d times, at %d different calls of the process up to its %dth; got over %d times; %d captures acknowledged before",
			key, c.struck, len(places), places[len(places)-1], c.recovered, c.acknowledged)
	}
}

func removeAll(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
}
