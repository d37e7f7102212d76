package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary stand for the program: in the tests, "nianbao" on the PATH is this binary, and as such
// it runs mainStatus in a process of its own.
func TestMain(m *testing.M) {
	for _, name := range []string{"NIANBAO_ARCHIVE", "NIANBAO_CONTACT"} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	testscript.Main(m, map[string]func(){"nianbao": func() { os.Exit(mainStatus()) }})
}

// TestScripts runs testdata/script/*.txtar, each named by what it shows. With UPDATE=1 their wanted outputs are
// rewritten. Beside testscript's own commands they have:
//
//	demosite          serves the demo's pages on loopback; $HOST is the address
//	expand IN OUT     copies a file with HOST replaced by the address
//	query DB SQL WANT asks the archive; the rows, joined by |, must be WANT
//	alter DB SQL      changes the archive behind the program's back
//	status N CMD…     runs a command whose exit status must be N
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       os.Getenv("UPDATE") == "1",
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demosite": cmdDemosite, "expand": cmdExpand, "query": cmdQuery, "alter": cmdAlter, "status": cmdStatus,
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
