package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary stand for the program: in the tests, "nianbao" on the PATH is this binary, and as such
// it runs mainStatus in a process of its own. So do a site to be crawled and a peer to be measured against.
func TestMain(m *testing.M) {
	for _, name := range []string{"NIANBAO_ARCHIVE", "NIANBAO_CONTACT"} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	if len(os.Args) > 1 && os.Args[1] == unrarName { // what the program started, or a test that is one itself
		go func() {
			for range time.Tick(2 * time.Millisecond) { // until it is killed
				noteStatus("."+strconv.Itoa(os.Getpid()), "/proc/self/status", fmt.Sprintf("/proc/%d/status", os.Getppid()))
			}
		}()
		os.Exit(mainStatus())
	}
	testscript.Main(m, map[string]func(){
		"nianbao": func() {
			status := mainStatus()
			noteStatus("", "/proc/self/status")
			os.Exit(status)
		},
		"schools": func() { os.Exit(schoolsStatus()) },
		"colly":   func() { os.Exit(collyStatus()) },
	})
}

// noteStatus writes what proc(5) says of processes where a test wants it, if one does.
func noteStatus(ending string, of ...string) {
	name := os.Getenv("NIANBAO_TEST_STATUS")
	if name == "" {
		return
	}
	var all []byte
	for _, process := range of {
		status, err := os.ReadFile(process)
		if err != nil {
			return
		}
		all = append(all, status...)
	}
	next := name + "-next" + ending // it may be killed meanwhile
	if os.WriteFile(next, all, 0o666) == nil {
		_ = os.Rename(next, name+ending)
	}
}

// TestScripts runs testdata/script/*.txtar, each named by what it shows. With UPDATE=1 their wanted outputs are
// rewritten. Beside testscript's own commands they have:
//
//	demosite          serves the demo's pages on loopback; $HOST is the address
//	expand IN OUT     copies a file with HOST replaced by the address
//	query DB SQL WANT asks the archive; the rows, joined by |, must be WANT
//	alter DB SQL      changes the archive behind the program's back
//	fill CSV VERDICT VALUE  fills in the lines of an annotation file
//	sql DB SQL CSV    writes a query's rows as CSV with header and byte order mark
//	status N CMD…     runs a command whose exit status must be N
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") == "1",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demosite": cmdDemosite, "expand": cmdExpand, "query": cmdQuery, "alter": cmdAlter, "status": cmdStatus,
			"fill": cmdFill, "sql": cmdSQL,
		},
	})
}

func cmdDemosite(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 0, "demosite")
	server := httptest.NewServer(http.HandlerFunc(serveDemo))
	ts.Defer(server.Close)
	ts.Setenv("HOST", strings.TrimPrefix(server.URL, "http://"))
}

func cmdExpand(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 2, "expand IN OUT")
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "HOST", ts.Getenv("HOST"))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

func cmdQuery(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 3, "query DB SQL WANT")
	rows, err := queryArchive(ts.MkAbs(args[0]), args[1])
	ts.Check(err)
	if got := strings.Join(rows, "\n"); got != args[2] {
		ts.Fatalf("%s\n got %s\nwant %s", args[1], got, args[2])
	}
}

func cmdAlter(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 2, "alter DB SQL")
	ts.Check(alterArchive(ts.MkAbs(args[0]), args[1]))
}

func cmdFill(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 3, "fill CSV VERDICT VALUE")
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	for _, row := range rows[1:] {
		row[slices.Index(rows[0], "verdict")], row[slices.Index(rows[0], "value")] = args[1], args[2]
	}
	writeCSV(ts, args[0], "", rows)
}

func cmdSQL(ts *testscript.TestScript, neg bool, args []string) {
	wantArgs(ts, neg, args, 3, "sql DB SQL CSV")
	lines, err := queryArchive(ts.MkAbs(args[0]), args[1])
	ts.Check(err)
	names, err := queryArchive(ts.MkAbs(args[0]), "select name from pragma_table_info('"+args[1][strings.LastIndex(args[1], " ")+1:]+"')")
	ts.Check(err)
	rows := [][]string{names}
	for _, line := range lines {
		rows = append(rows, strings.Split(strings.ReplaceAll(line, "NULL", ""), "|"))
	}
	writeCSV(ts, args[2], byteOrderMark, rows)
}

func writeCSV(ts *testscript.TestScript, name, mark string, rows [][]string) {
	text := bytes.NewBufferString(mark)
	ts.Check(csv.NewWriter(text).WriteAll(rows))
	ts.Check(os.WriteFile(ts.MkAbs(name), text.Bytes(), 0o666))
}

func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND [ARGUMENT…]")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("exit status %s, want %s", got, args[0])
	}
}

func wantArgs(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}
