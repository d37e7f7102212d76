package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf8"
)

// attack is something hostile that comes from outside, and what it tries.
type attack struct {
	class  string        // what comes: server, file, register, archive, output
	name   string        // what it tries
	memory int64         // MiB that a command may have resident; 0 for 300, the limit without a PDF
	time   time.Duration // that a command may take; 0 for 30 seconds
	// run plays it against a victim, fails where it succeeds, and says in a few words what became of it.
	run func(*victim) string
}

// attacks are all of them; each file attacks_*_test.go has those of some classes.
func attacks() []attack {
	return slices.Concat(serverAttacks(), fileAttacks(), archiveAttacks())
}

// victim is a folder in which commands meet an attack. Its archive, nianbao.db, holds the demo's four reports already, as
// those of bystanders.
type victim struct {
	*testing.T
	dir     string // working folder of the commands; there is nothing beside it
	cache   string // where commands keep the compiled engine of PDFs, so that it is made once
	replies []reply
	attack
}

// reply is what one command came to.
type reply struct {
	stdout, stderr string
	status         int
	rss            int64 // bytes resident at most
	took           time.Duration
}

// TestAttacks plays all attacks against the program in processes of its own. Whatever comes, no command crashes, takes more
// time or memory than it may, prints a character that steers a terminal, or writes outside its folder; the archive
// verifies, and what it said of other sites it still says.
func TestAttacks(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	made := filepath.Join(t.TempDir(), "made.db")
	mustRun(t, crawlArgs(made, serveSite(t, nil))...)
	want := content(t, made)
	archive, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "class\tattack\tresult\tseconds\tMiB")
	for _, a := range attacks() {
		t.Run(a.class+"/"+strings.ReplaceAll(a.name, "/", "|"), func(t *testing.T) {
			outer := t.TempDir()
			v := &victim{T: t, dir: filepath.Join(outer, "victim"), cache: filepath.Join(filepath.Dir(made), "cache"), attack: a}
			if err := os.Mkdir(v.dir, 0o777); err != nil {
				t.Fatal(err)
			}
			v.file("nianbao.db", archive)
			result := a.run(v)
			v.unharmed(want)
			var rss int64
			var took time.Duration
			for _, r := range v.replies {
				rss, took = max(rss, r.rss), max(took, r.took)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%d\n", a.class, a.name, result, took.Seconds(), rss>>20)
		})
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d attacks\n%s", len(attacks()), &table)
}

// file writes a file into the folder and returns its path.
func (v *victim) file(name string, data []byte) string {
	v.Helper()
	path := filepath.Join(v.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		v.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		v.Fatal(err)
	}
	return path
}

// nianbao runs a command in the folder, and fails if it crashes, takes too much, or steers the terminal. What "get" prints
// are archived bytes, whatever they are.
func (v *victim) nianbao(args ...string) reply {
	v.Helper()
	limit, memory := v.time, v.memory
	if limit == 0 {
		limit = 30 * time.Second
	}
	if memory == 0 {
		memory = 300
	}
	// A busy machine may take several times as long; a command that hangs takes for ever.
	ctx, cancel := context.WithTimeout(v.Context(), 4*limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nianbao", args...)
	cmd.Dir = v.dir
	status := filepath.Join(v.T.TempDir(), "status")
	cmd.Env = append(os.Environ(), "HOME="+filepath.Join(v.dir, "home"), "TMPDIR="+v.dir, "XDG_CACHE_HOME="+v.cache,
		"NIANBAO_TEST_STATUS="+status)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	debug.FreeOSMemory() // what this process has resident counts for the command until it runs
	began := time.Now()
	err := cmd.Run()
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	used := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	r := reply{stdout.String(), stderr.String(), exitStatus(err), resident(status, usage.Maxrss<<10), time.Since(began)}
	v.replies = append(v.replies, r)
	said := fmt.Sprintf("nianbao %s\n%.4000s\n%.4000s", strings.Join(args, " "), r.stdout, r.stderr)
	switch {
	case ctx.Err() != nil:
		v.Fatalf("did not end within %v: %s", 4*limit, said)
	case r.status < statusOK || r.status > statusDamaged || strings.Contains(r.stderr, "goroutine "):
		v.Fatalf("crashed, exit status %d: %s", r.status, said)
	case used > limit:
		v.Errorf("%v of processor time, may take %v: %s", used, limit, said)
	case r.rss > memory<<20:
		v.Errorf("%d MiB resident, may have %d: %s", r.rss>>20, memory, said)
	}
	if args[0] != "get" {
		if c, ok := steering(r.stdout); ok {
			v.Errorf("stdout has %q: %s", c, said)
		}
	}
	if c, ok := steering(r.stderr); ok {
		v.Errorf("stderr has %q: %s", c, said)
	}
	return r
}

// resident is how many bytes a process had resident at most, by what proc(5) said of it at its end, or together with one that it
// started, by what that said of both on and on: the most of each until then, and the pages of the program, which they share, once. If
// it says nothing, what its parent was told; that counts memory which the parent itself had when it started the process.
func resident(status string, told int64) int64 {
	most, _ := residentSays(status)
	if most == 0 {
		return told
	}
	started, _ := filepath.Glob(status + ".*")
	for _, child := range started {
		both, shared := residentSays(child)
		most = max(most, both-shared)
	}
	return most
}

// residentSays adds up the lines of most resident memory. shared is how much of the first process's is of files: its program.
func residentSays(status string) (most, shared int64) {
	text, err := os.ReadFile(status)
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(text)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			most += kib << 10
		}
		if n, _ := fmt.Sscanf(line, "RssFile: %d kB", &kib); n == 1 && shared == 0 {
			shared = kib << 10
		}
	}
	return most, shared
}

// steering finds a character that does something to a terminal: controls but for tab and line feed, bidirectional
// overrides, bytes that are no UTF-8.
func steering(s string) (rune, bool) {
	for i, c := range s {
		if c == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return c, true
			}
		}
		if c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)) {
			return c, true
		}
	}
	return 0, false
}

// query asks the victim's archive.
func (v *victim) query(sql string) []string {
	v.Helper()
	rows, err := queryArchive(filepath.Join(v.dir, "nianbao.db"), sql)
	if err != nil {
		v.Fatal(err)
	}
	return rows
}

// unharmed sees that the folder is all that was written to, that the archive verifies, and that the bystanders' rows are as
// they were.
func (v *victim) unharmed(want []string) {
	v.Helper()
	outer := filepath.Dir(v.dir)
	err := filepath.WalkDir(outer, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == v.dir {
			return filepath.SkipDir
		}
		if path != outer {
			v.Errorf("%s was written outside the folder", path)
		}
		return nil
	})
	if err != nil {
		v.Fatal(err)
	}
	if r := v.nianbao("verify"); r.status != statusOK {
		v.Errorf("verify: exit status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	got := content(v.T, filepath.Join(v.dir, "nianbao.db"))
	got = slices.DeleteFunc(got, func(line string) bool { return !slices.Contains(want, line) })
	slices.Sort(got)
	sorted := slices.Sorted(slices.Values(want))
	if !slices.Equal(got, sorted) {
		v.Errorf("rows of bystanders changed:\n%s", difference(sorted, got))
	}
}
