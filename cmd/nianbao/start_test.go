package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The program starts in less than 50 ms, and a crawl takes less than 150 MB. Processor time is looked at, as others may keep the
// machine busy.
func TestStartsSoonAndStaysSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls hundreds of pages")
	}
	var start effort
	for range 20 {
		start.least(measured(t, "nianbao", "--version"))
	}
	if start.cpu > 50*time.Millisecond {
		t.Errorf("nianbao --version takes %v of a processor", start.cpu)
	}
	dir := t.TempDir()
	register := filepath.Join(dir, "sites.csv")
	if err := os.WriteFile(register, []byte("key,name,url\nschools,蓝田县,"+startSchools(t, 300)+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	crawl := measured(t, "nianbao", crawlArgs(filepath.Join(dir, "test.db"), register, "--quiet")...)
	if crawl.peak == 0 {
		t.Skip("nobody tells what memory a process has")
	}
	if crawl.peak > 150e6 {
		t.Errorf("a crawl of 300 pages takes %d MB", crawl.peak/1e6)
	}
	t.Logf("start %v, of a processor %v; memory %d MB", start.wall, start.cpu, crawl.peak/1e6)
}
