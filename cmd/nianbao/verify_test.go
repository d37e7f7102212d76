package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An archive in a folder that may not be written, or that may not be read, is not called damaged.
func TestVerifyWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := filepath.Join(t.TempDir(), "archive")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "a.db")
	var out bytes.Buffer
	if status := run(t.Context(), []string{"demo", "--quiet", "--archive", name}, nil, &out, &out); status != statusOK {
		t.Fatal(out.String())
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o777) })
	for _, ending := range []string{"-wal", "-shm"} {
		_ = os.Remove(name + ending)
	}
	for _, mode := range []os.FileMode{0o555, 0} {
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		if status := run(t.Context(), []string{"verify", "--archive", name}, nil, &out, &stderr); status != statusUsage || !strings.Contains(stderr.String(), name) {
			t.Errorf("folder %v: exit status %d, %s", mode, status, &stderr)
		}
	}
}
