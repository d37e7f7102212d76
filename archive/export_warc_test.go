package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nianbao/archive/warc"
	"nianbao/crawler"
)

// exchanged fills an archive with one of each kind of exchange.
func exchanged(t testing.TB, a *Archive) {
	t.Helper()
	c := begin(t, a)
	x := page("http://x.gov.cn/1.html", "<html>一</html>", 0)
	x.StatusLine, x.Proto, x.RemoteAddr = "200 OK", "HTTP/1.1", "192.0.2.1:80"
	x.Header = http.Header{"Content-Type": {"text/html"}, "Content-Disposition": {"inline; filename=\xc4\xea\xb1\xa8.htm"}}
	x.RequestHeader = http.Header{"User-Agent": {"nianbao/1 (+you@example.org)"}}
	save(t, c, x)
	hop := []byte("moved")
	y := page("http://x.gov.cn/old", "<html>二</html>", 1)
	y.StatusLine, y.FinalURL, y.Header = "200 OK", "http://x.gov.cn/2.html", http.Header{"Content-Type": {"text/html"}}
	y.Redirects = []crawler.Redirect{{URL: "http://x.gov.cn/old", Status: 302, StatusLine: "302 Found", At: y.At,
		Header: http.Header{"Location": {"/2.html"}}, Location: "http://x.gov.cn/2.html", SHA256: digest(hop), Body: hop}}
	save(t, c, y)
	again := page("http://x.gov.cn/1.html", "<html>一</html>", 24)
	again.StatusLine = "200 OK"
	save(t, c, again)
	unchanged := page("http://x.gov.cn/1.html", "", 48)
	unchanged.Status, unchanged.StatusLine, unchanged.Outcome, unchanged.SHA256 = 304, "304 Not Modified", crawler.OutcomeNotModified, ""
	save(t, c, unchanged)
	packed := page("http://x.gov.cn/3.html", "\x1f\x8b\x08\x00 not to be unpacked", 49)
	packed.StatusLine, packed.Header = "200 OK", http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"text/html"}}
	save(t, c, packed)
	cut := page("http://x.gov.cn/4.html", "half", 50)
	cut.StatusLine, cut.Outcome, cut.Complete, cut.Err = "200 OK", crawler.OutcomeTruncated, false, "unexpected EOF"
	save(t, c, cut)
	silent := page("http://x.gov.cn/5.html", "", 51)
	silent.Status, silent.Outcome, silent.SHA256, silent.Complete, silent.Err = 0, crawler.OutcomeTimeout, "", false, "no answer"
	save(t, c, silent)
	empty := page("http://x.gov.cn/6.html", "", 52)
	empty.StatusLine = "200 OK"
	save(t, c, empty)
}

func exportedWARC(t testing.TB, a *Archive) (file, index []byte, notes string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "warc")
	out, err := a.Export(t.Context(), ExportOptions{Format: "warc", Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if file, err = os.ReadFile(filepath.Join(dir, "nianbao.warc.gz")); err == nil {
		index, err = os.ReadFile(filepath.Join(dir, "nianbao.cdx"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return file, index, strings.Join(out.Notes, " ")
}

// What is exported comes back as it was, twice the same bytes; each line of the index leads to its record.
func TestExportWARC(t *testing.T) {
	a := openTest(t)
	exchanged(t, a)
	file, index, notes := exportedWARC(t, a)
	again, _, _ := exportedWARC(t, a)
	if !bytes.Equal(file, again) {
		t.Error("the same archive gives other bytes")
	}
	if notes != "25 records: 6 answers with their payloads, 2 that repeat an earlier one, 1 exchanges without an answer." {
		t.Error(notes)
	}
	var got []string
	for e, err := range warc.Exchanges(bytes.NewReader(file), 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Damage != "" {
			t.Errorf("%s: %s", e.URI, e.Damage)
		}
		line := strings.Join([]string{e.Method, e.URI, e.StatusLine, string(e.Payload), e.Cut}, "|")
		for _, hop := range e.Redirects {
			line += "|from " + hop.URI
		}
		if e.Revisit {
			line += "|revisit of " + e.RefersToURI
		}
		got = append(got, line)
	}
	wanted := []string{
		"GET|http://x.gov.cn/1.html|200 OK|<html>一</html>|", "GET|http://x.gov.cn/2.html|200 OK|<html>二</html>||from http://x.gov.cn/old",
		"GET|http://x.gov.cn/1.html|200 OK|||revisit of http://x.gov.cn/1.html",
		"GET|http://x.gov.cn/1.html|304 Not Modified|||revisit of http://x.gov.cn/1.html",
		"GET|http://x.gov.cn/3.html|200 OK|\x1f\x8b\x08\x00 not to be unpacked|", "GET|http://x.gov.cn/4.html|200 OK|half|unspecified",
		"GET|http://x.gov.cn/6.html|200 OK||",
	}
	if !slices.Equal(got, wanted) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
	lines := strings.Split(strings.TrimRight(string(index), "\n"), "\n")
	if len(lines) != 1+8 || lines[0] != warc.CDXHeader {
		t.Fatalf("%d lines of index:\n%s", len(lines), index)
	}
	for _, line := range lines[1:] {
		var key, at, uri, media, status, sum, to, tags string
		var length, offset int
		if err := scanFields(line, &key, &at, &uri, &media, &status, &sum, &to, &tags, &length, &offset); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		r, err := warc.NewReader(bytes.NewReader(file[offset : offset+length]))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if record, err := r.Next(); err != nil || record.TargetURI() != uri {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// scanFields reads fields that are parted by spaces.
func scanFields(line string, into ...any) error {
	for i, word := range strings.Fields(line) {
		if i >= len(into) {
			break
		}
		switch v := into[i].(type) {
		case *string:
			*v = word
		case *int:
			if err := json.Unmarshal([]byte(word), v); err != nil {
				return err
			}
		}
	}
	return nil
}

// npm's warcio reads the file: each record, and payloads whose digests, computed there, are those that we state.
func TestWarcioReadsTheExport(t *testing.T) {
	modules := os.Getenv("NIANBAO_NODE_MODULES")
	node, err := exec.LookPath("node")
	if _, missing := os.Stat(filepath.Join(modules, "warcio")); modules == "" || missing != nil || err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the judge is missing: node (%v), warcio in NIANBAO_NODE_MODULES=%q (%v)", err, modules, missing)
		}
		t.Skip("needs node, and warcio in NIANBAO_NODE_MODULES")
	}
	a := openTest(t)
	exchanged(t, a)
	file, _, notes := exportedWARC(t, a)
	name := filepath.Join(t.TempDir(), "a.warc.gz")
	if err := os.WriteFile(name, file, 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), node, "testdata/warcio.mjs", modules, name)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	payloads := map[string]bool{}
	records := 0
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		var r struct {
			Type, URI, Payload, Stated string
			Status, Length             int
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		records++
		if r.Type == "response" {
			if r.Payload != r.Stated {
				t.Errorf("%s: warcio finds the payload %s, the record says %s", r.URI, r.Payload, r.Stated)
			}
			payloads[strings.TrimPrefix(r.Payload, "sha256:")] = true
		}
	}
	if !strings.HasPrefix(notes, fmt.Sprintf("%d records", records)) {
		t.Errorf("warcio reads %d records of: %s", records, notes)
	}
	bodies, err := selectTexts(t.Context(), a.read, `SELECT sha256 FROM blob`)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range bodies {
		if !payloads[body] {
			t.Errorf("body %s is in no response", body)
		}
	}
}

// A 304, and an answer that says the same in other bytes, refer to the record with the bytes that they confirm, whatever came in
// between.
func TestExportedRevisitsReferToTheirBytes(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	a := openTest(t)
	c := begin(t, a)
	first := save(t, c, page(url, "a", 0))
	save(t, c, page(url, "b", 1))
	back := save(t, c, page(url, "a", 2))
	gone := page(url, "not found", 3)
	gone.Status, gone.Outcome = 404, crawler.OutcomeHTTP(404)
	save(t, c, gone)
	same := page(url, "", 4)
	same.Status, same.Outcome, same.Body, same.SHA256 = 304, crawler.OutcomeNotModified, nil, ""
	save(t, c, same)
	alike := page(url, "a, counted", 5)
	alike.SameAs = back.ID
	save(t, c, alike)
	file, _, _ := exportedWARC(t, a)
	unpacked, err := gzip.NewReader(bytes.NewReader(file))
	must(t, err)
	text, err := io.ReadAll(unpacked)
	must(t, err)
	var dates []string
	for line := range strings.Lines(string(text)) {
		if date, ok := strings.CutPrefix(line, "WARC-Refers-To-Date: "); ok {
			dates = append(dates, strings.TrimSpace(date))
		}
	}
	if at := stamp(first.At); !slices.Equal(dates, []string{at, at, at}) {
		t.Errorf("revisits refer to %v, not to %s", dates, at)
	}
}
