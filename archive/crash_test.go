package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tests of death and of the lock need a second process: this test binary again, told by the environment what to be.
const (
	childKind = "NIANBAO_TEST_CHILD"
	childPath = "NIANBAO_TEST_PATH"
)

func TestMain(m *testing.M) {
	switch os.Getenv(childKind) {
	case "writer":
		fmt.Fprintln(os.Stderr, childWriter(os.Getenv(childPath)))
		os.Exit(1)
	case "holder":
		fmt.Fprintln(os.Stderr, childHolder(os.Getenv(childPath)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// childWriter saves captures from several goroutines until it is killed, and prints the address of each once
// SaveCapture says that it is durable.
func childWriter(path string) error {
	ctx, now := context.Background(), time.Now().UnixNano()
	a, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	c, err := a.BeginCrawl(ctx, "crawl")
	if err != nil {
		return err
	}
	var mu sync.Mutex
	failed := make(chan error)
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				url := fmt.Sprintf("http://x.gov.cn/%d/%d/%d", now, g, i)
				if err := c.SaveCapture(ctx, page(url, bodyOf(url), i)); err != nil {
					failed <- err
					return
				}
				mu.Lock()
				fmt.Println(url)
				mu.Unlock()
			}
		}()
	}
	return <-failed
}

// bodyOf is the body that the writer stores for an address: of changing length, up to some pages of the database.
func bodyOf(url string) string {
	return strings.Repeat(url+"\n", 1+len(url)*int(digest([]byte(url))[0])/100*8)
}

// childHolder opens the archive, says so, and holds it until it is killed.
func childHolder(path string) error {
	if _, err := Open(context.Background(), path, Options{}); err != nil {
		return err
	}
	fmt.Println("open")
	select {}
}

// child starts this test binary as another process.
func child(t *testing.T, kind, path string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childKind+"="+kind, childPath+"="+path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	return cmd, &stderr
}

// kill ends a child as a power cut of the process would, and waits for it.
func kill(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the child ended otherwise: %v", err)
	}
}

// A writer is killed again and again, at moments from the creation of the file on. After each death the archive is
// sound and has every capture that was acknowledged, with its bytes.
func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	deaths := 5
	if os.Getenv("CI") == "true" {
		deaths = 20
	}
	path := filepath.Join(t.TempDir(), "a.db")
	var acknowledged []string
	for death := range deaths {
		cmd, stderr := child(t, "writer", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Every fourth dies some milliseconds after its start, in the middle of opening; the others after some captures.
		wait := rand.IntN(60)
		if death%4 == 0 {
			time.Sleep(time.Duration(rand.IntN(40)) * time.Millisecond)
			wait = 0
		}
		lines := bufio.NewScanner(out)
		for n := 0; n < wait && lines.Scan(); n++ {
			acknowledged = append(acknowledged, lines.Text())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it still had said
			acknowledged = append(acknowledged, lines.Text())
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("the writer ended by itself: %v %s", err, stderr)
		}
		a, err := Open(t.Context(), path, Options{})
		if err != nil {
			t.Fatalf("after death %d: %v", death+1, err)
		}
		sound(t, a)
		for _, url := range acknowledged {
			if b, err := a.Body(t.Context(), url); err != nil || string(b.Bytes) != bodyOf(url) {
				t.Errorf("after death %d: %s was acknowledged: %v", death+1, url, err)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	if len(acknowledged) == 0 {
		t.Error("no writer lived long enough to save anything")
	}
	t.Logf("%d deaths, %d captures acknowledged", deaths, len(acknowledged))
}

func TestLockKeepsASecondProcessOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	cmd, stderr := child(t, "holder", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the holder said %q: %v %s", line, err, stderr)
	}
	_, err = Open(t.Context(), path, Options{})
	var locked *LockedError
	if !errors.As(err, &locked) || locked.Path != path ||
		!strings.Contains(err.Error(), "process "+strconv.Itoa(cmd.Process.Pid)+" on ") {
		t.Errorf("Open beside a holder: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), link, Options{}); !errors.As(err, &locked) {
		t.Errorf("Open under another name: %v", err)
	}
	r, err := OpenReader(t.Context(), path) // reading needs no lock
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	kill(t, cmd)
	a := openAt(t, path) // the lock died with its holder
	if _, err := Open(t.Context(), path, Options{}); !errors.As(err, &locked) {
		t.Errorf("Open twice in one process: %v", err)
	}
	sound(t, a)
}
