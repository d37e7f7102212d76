package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serveSite serves the demo's pages and writes a register of them; each request first waits for gate, if there is one.
func serveSite(t *testing.T, gate func()) (register string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gate != nil {
			gate()
		}
		serveDemo(w, r)
	}))
	t.Cleanup(server.Close)
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		t.Fatal(err)
	}
	register = filepath.Join(t.TempDir(), "sites.csv")
	text = bytes.ReplaceAll(text, []byte("http://HOST/"), []byte(server.URL+"/"))
	if err := os.WriteFile(register, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return register
}

// crawlArgs is the command line of a crawl of a site on loopback.
func crawlArgs(archive, register string, more ...string) []string {
	args := []string{"crawl", "--archive", archive, "--sites", register, "--allow-private", "--delay", "0s"}
	return append(args, more...)
}

func TestSecondCrawlOnOneArchiveIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "test.db")
	openArchive(t, name) // this process holds it until the end of the test
	out, err := exec.Command("nianbao", crawlArgs(name, serveSite(t, nil))...).CombinedOutput()
	if status := exitStatus(err); status != statusUsage {
		t.Errorf("exit status %d, want %d\n%s", status, statusUsage, out)
	}
	if holder := fmt.Sprintf("process %d", os.Getpid()); !strings.Contains(string(out), holder) {
		t.Errorf("the refusal does not name the holder, %s:\n%s", holder, out)
	}
}

// An interrupt ends the crawl soon and cleanly, with status 1; the archive is whole, and the next crawl completes it.
func TestInterruptedCrawlIsCompletedByTheNext(t *testing.T) {
	asked := make(chan struct{}, 1000)
	register := serveSite(t, func() {
		asked <- struct{}{}
		time.Sleep(30 * time.Millisecond)
	})
	dir := t.TempDir()
	undisturbed, name := filepath.Join(dir, "undisturbed.db"), filepath.Join(dir, "test.db")
	mustRun(t, crawlArgs(undisturbed, register)...)
	for len(asked) > 0 {
		<-asked
	}

	cmd := exec.Command("nianbao", crawlArgs(name, register)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 4 { // robots.txt and some pages
		<-asked
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	interrupted := time.Now()
	err := cmd.Wait()
	if status := exitStatus(err); status != statusPartly {
		t.Errorf("exit status %d, want %d\n%s", status, statusPartly, &stderr)
	}
	if took := time.Since(interrupted); took > 10*time.Second {
		t.Errorf("the crawl went on for %v", took)
	}
	if !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("the crawl does not say that it was interrupted:\n%s", &stderr)
	}
	mustRun(t, "verify", "--archive", name)
	finished, err := queryArchive(name, "select count(*) from crawls where finished_at is not null")
	if err != nil || !slices.Equal(finished, []string{"1"}) {
		t.Errorf("runs that are finished: %v, %v", finished, err)
	}
	mustRun(t, crawlArgs(name, register)...)
	if want, got := content(t, undisturbed), content(t, name); !slices.Equal(got, want) {
		t.Errorf("the archive differs from that of an undisturbed crawl:\n%s", difference(want, got))
	}
}

// get writes what was served, byte for byte, whichever way the bytes are named.
func TestGetWritesTheServedBytes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "test.db")
	mustRun(t, crawlArgs(name, serveSite(t, nil), "lantian")...)
	want, err := demoFiles.ReadFile("demo/site/lantian/zwgk/gkndbg/61f63765f8fd1c0bdc7dd31e.html")
	if err != nil {
		t.Fatal(err)
	}
	refs, err := queryArchive(name, "select report_id, key, sha256, substr(sha256, 1, 12), url from reports")
	if err != nil || len(refs) != 1 {
		t.Fatalf("reports: %v, %v", refs, err)
	}
	for _, ref := range strings.Split(refs[0], "|") {
		if got := mustRun(t, "get", "--archive", name, ref); got != string(want) {
			t.Errorf("get %s writes %d bytes, not the %d that were served", ref, len(got), len(want))
		}
	}
	file := filepath.Join(t.TempDir(), "page.html")
	mustRun(t, "get", "--archive", name, "-o", file, strings.Split(refs[0], "|")[2])
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("get -o writes something else: %v", err)
	}
	for _, ref := range []string{"http://127.0.0.1/never", strings.Repeat("f", 64), "no-such-key"} {
		out, err := exec.Command("nianbao", "get", "--archive", name, ref).CombinedOutput()
		if status := exitStatus(err); status != statusUsage || !strings.Contains(string(out), ref) {
			t.Errorf("get %s: exit status %d, want %d\n%s", ref, status, statusUsage, out)
		}
	}
}

// Reading again changes nothing when nothing has changed, and makes whole again what an older extractor has left.
func TestReextractReadsWhatIsThere(t *testing.T) {
	name := filepath.Join(t.TempDir(), "test.db")
	mustRun(t, crawlArgs(name, serveSite(t, nil))...)
	want := content(t, name)
	if out := mustRun(t, "reextract", "--archive", name); out != "0 captures read, 0 of them reports\n" {
		t.Errorf("nothing is to be read again, but: %s", out)
	}
	if out := mustRun(t, "reextract", "--archive", name, "--all"); out != "4 captures read, 4 of them reports\n"+
		"0 reports new, 0 lost, 0 with other numbers (0 numbers)\n" {
		t.Errorf("want all four reports read again, but: %s", out)
	}
	if got := content(t, name); !slices.Equal(got, want) {
		t.Errorf("reading again changed the archive:\n%s", difference(want, got))
	}
	if err := alterArchive(name, "update reading set extractor = '0'; delete from cell where value > 0"); err != nil {
		t.Fatal(err)
	}
	if out := mustRun(t, "reextract", "--archive", name); !strings.HasPrefix(out, "4 captures read, 4 of them reports\n"+
		"0 reports new, 0 lost, 4 with other numbers (") {
		t.Errorf("want all four reports read again, but: %s", out)
	}
	if got := content(t, name); !slices.Equal(got, want) {
		t.Errorf("reading again does not restore the archive:\n%s", difference(want, got))
	}
	mustRun(t, "verify", "--archive", name)
}

func exitStatus(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}
