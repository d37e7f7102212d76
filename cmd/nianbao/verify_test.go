package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An archive that may not be read, or beside which nothing may be written, is not called damaged. strace refuses, as root may write
// everywhere.
func TestVerifyWithoutPermission(t *testing.T) {
	needStrace(t)
	program, err := exec.LookPath("nianbao")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a.db")
	mustRun(t, "demo", "--quiet", "--archive", name)
	for _, ending := range []string{"-wal", "-shm"} {
		_ = os.Remove(name + ending)
	}
	for _, refused := range []string{name, name + "-shm"} {
		out, err := exec.CommandContext(t.Context(), "strace", "-f", "-qq", "-o", os.DevNull, "-P", refused, "-e", "trace=open,openat",
			"-e", "inject=open,openat:error=EACCES", program, "verify", "--archive", name).CombinedOutput()
		if exitStatus(err) != statusUsage || !strings.Contains(string(out), name) {
			t.Errorf("%s: %v\n%s", filepath.Base(refused), err, out)
		}
	}
}
