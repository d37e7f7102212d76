package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// After a run a summary is printed and posted. What is secret in the address stays out of the log, also when it fails.
func TestSummaryIsPrintedAndPosted(t *testing.T) {
	var mu sync.Mutex
	var bodies []map[string]any
	tries := 0
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if tries++; r.URL.Path == "/redirect" {
			http.Redirect(w, r, "/hook", http.StatusFound)
			return
		}
		var body map[string]any
		text, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(text, &body) != nil || r.Method != http.MethodPost || r.URL.Query().Get("key") != "geheim" ||
			r.Header.Get("Content-Type") != "application/json" || strings.Contains(string(text), "someone@example.org") {
			t.Errorf("%s %s %v: %s", r.Method, r.URL, r.Header, text)
		}
		bodies = append(bodies, body)
		if tries == 1 {
			w.WriteHeader(http.StatusBadGateway) // it is tried again
		}
	}))
	defer hook.Close()
	name := filepath.Join(t.TempDir(), "test.db")
	args := crawlArgs(name, serveSite(t, nil), "--contact", "someone@example.org")
	out, err := exec.Command("nianbao", append(args, "--notify", hook.URL+"/hook?key=geheim")...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := string(out)
	if !strings.Contains(text, "run 1: 4 sites, 4 ok, 0 not; pages: 4 new") || strings.Contains(text, "geheim") ||
		strings.Contains(text, "someone@") || strings.Count(text, "msg=run ") != 1 || strings.Count(text, "msg=visit ") != 4 ||
		strings.Count(text, "msg=report ") != 4 {
		t.Errorf("%s", text)
	}
	if len(bodies) != 2 {
		t.Fatalf("%d bodies", len(bodies))
	}
	b := bodies[1]
	if b["sites"] != 4.0 || b["ok"] != 4.0 || b["reports"] != 4.0 || b["trigger"] != "crawl" || b["error"] != "" ||
		len(b["not_ok"].([]any)) != 0 || b["captures"].(map[string]any)["new"] == nil {
		t.Errorf("%v", b)
	}

	// A redirect is an answer, not a way to follow; that nobody was told is logged and changes no status.
	out, err = exec.Command("nianbao", append(args, "--notify", hook.URL+"/redirect?key=geheim")...).CombinedOutput()
	if text := string(out); err != nil || !strings.Contains(text, "302 Found") || strings.Contains(text, "geheim") || len(bodies) != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	hook.Close()
	out, err = exec.Command("nianbao", append(args, "--notify", hook.URL+"/hook?key=geheim")...).CombinedOutput()
	if text := string(out); err != nil || !strings.Contains(text, "cannot notify") || strings.Contains(text, "geheim") {
		t.Errorf("%v\n%s", err, out)
	}
	for _, wrong := range []string{"ftp://x/?key=geheim", "nonsense?geheim", "http://[::geheim", ""} {
		out, err := exec.Command("nianbao", append(args, "--notify="+wrong)...).CombinedOutput()
		if status := exitStatus(err); wrong != "" && (status != statusUsage || strings.Contains(string(out), "geheim")) {
			t.Errorf("%s: exit status %d\n%s", wrong, status, out)
		}
	}
}

func TestMetricsText(t *testing.T) {
	var m metricsText
	m.counts("x_total", "X.", "outcome", map[string]int64{"http:404": 2, "a\"b\\c\nd": 1})
	m.gauge("y", "Y.", 1.5)
	want := "# HELP x_total X.\n# TYPE x_total counter\nx_total{outcome=\"a\\\"b\\\\c\\nd\"} 1\nx_total{outcome=\"http:404\"} 2\n" +
		"# HELP y Y.\n# TYPE y gauge\ny 1.5\n"
	if got := m.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
