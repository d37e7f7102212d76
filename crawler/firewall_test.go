package crawler

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAnswers judges every folder of testdata/answers: answer.txt is what a server sends, want.txt what that is, with a
// piece of the evidence. Those called ok or http are close to the others and must pass: one page wrongly taken for a
// firewall's makes its host rest.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("../testdata/answers/*/answer.txt")
	if err != nil || len(files) < 40 {
		t.Fatalf("found %d answers, want at least 40 (%v)", len(files), err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			want := readWant(t, filepath.Join(folder, "want.txt"))
			c := readAnswer(t, file)
			asked := cmp.Or(want["asked"], "https://www.example.gov.cn/zfxxgk/ndbg/1.html")
			final := cmp.Or(want["final"], asked)
			c.Role = Role(cmp.Or(want["role"], string(RolePage)))
			if final != asked {
				c.Redirects = []Redirect{{URL: asked, Status: http.StatusFound}}
			}
			judgePage(c, parse(t, asked), parse(t, final), false, "")
			if c.Outcome != want["outcome"] || !strings.Contains(c.Err, want["evidence"]) ||
				(want["evidence"] == "") != (c.Err == "") {
				t.Errorf("%s (%s), want %s (%s)", c.Outcome, c.Err, want["outcome"], want["evidence"])
			}
			seen[c.Outcome] = true
		})
	}
	for _, s := range signatures {
		if !seen[OutcomeBlocked(s.kind)] {
			t.Errorf("no answer is recognised as %s", s.kind)
		}
	}
}

// readWant reads lines "name: value".
func readWant(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		want[name] = value
	}
	return want
}

// readAnswer reads an answer as it stands on the wire, up to what the transport makes of it by the status.
func readAnswer(t *testing.T, file string) *Capture {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(data)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &Capture{Status: resp.StatusCode, Header: resp.Header, Body: body, Complete: true,
		Outcome: outcomeOfStatus(resp.StatusCode, false)}
}

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Every report page that the extraction is tested with is the page itself, whatever it mentions.
func TestReportsAreTheirOwnPages(t *testing.T) {
	files, err := filepath.Glob("../testdata/reports/*/page.html")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d reports, want at least 20 (%v)", len(files), err)
	}
	address := parse(t, "https://www.example.gov.cn/zfxxgk/ndbg/1.html")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := &Capture{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: body, Outcome: OutcomeOK}
		want := OutcomeOK
		if filepath.Base(filepath.Dir(file)) == "error-page-is-no-report" {
			want = OutcomeSoft404
		}
		if judgePage(c, address, address, false, ""); c.Outcome != want {
			t.Errorf("%s: %s (%s)", file, c.Outcome, c.Err)
		}
	}
}
