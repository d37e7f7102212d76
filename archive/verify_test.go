package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
)

// noise is a body that does not compress.
func noise(n int) []byte {
	var b []byte
	for i := uint32(0); len(b) < n; i++ {
		sum := sha256.Sum256(binary.BigEndian.AppendUint32(nil, i))
		b = append(b, sum[:]...)
	}
	return b[:n]
}

func TestVerifyNamesADamagedBody(t *testing.T) {
	packed := strings.Repeat("年度报告 ", 200) + string(noise(300))
	hop := []byte("moved: " + string(noise(200)))
	for name, body := range map[string]string{"raw": string(noise(3000)), "zstd": packed, "redirect": string(hop)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			a := openAt(t, path)
			c := begin(t, a)
			save(t, c, page("http://x.gov.cn/0.html", "sound", 0))
			for i := range 2 { // two addresses with the same bytes
				x := page("http://x.gov.cn/"+string(rune('1'+i))+".html", body, i)
				if name == "redirect" {
					x = page(x.URL, "sound", i)
					x.Redirects = []crawler.Redirect{{URL: "http://x.gov.cn/old", Status: 301, At: x.At,
						SHA256: digest(hop), Body: hop}}
				}
				save(t, c, x)
			}
			var data []byte
			sum := digest([]byte(body))
			if err := a.read.QueryRow(`SELECT data FROM blob WHERE sha256 = ?`, sum).Scan(&data); err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			flipBit(t, path, data)
			r, err := OpenReader(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			v, err := r.Verify(t.Context())
			if err != nil || len(v.Damage) != 1 {
				t.Fatalf("damage %v, %v", v.Damage, err)
			}
			if d := v.Damage[0]; d.What != "blob" || d.Object != digest([]byte(body)) ||
				!slices.Equal(d.Captures, []int64{2, 3}) || !strings.Contains(d.String(), "Captures: 2 3.") {
				t.Errorf("damage %+v", d)
			}
			if _, err := r.Body(t.Context(), digest([]byte(body))); err == nil {
				t.Error("damaged bytes were handed out")
			}
		})
	}
}

// flipBit changes one bit in the middle of data, which must stand in the file whole.
func flipBit(t *testing.T, path string, data []byte) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(file, data)
	if at < 0 {
		t.Fatal("the body is not in the file in one piece")
	}
	file[at+len(data)/2] ^= 1
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Each of these is done behind the archive's back.
func TestVerifyFindsTampering(t *testing.T) {
	for name, test := range map[string]struct{ statement, what, object string }{
		"wide number":      {`UPDATE applications SET total = 126 WHERE item = 'new_this_year'`, "relation", "applications"},
		"wide row removed": {`DELETE FROM disputes`, "relation", "disputes"},
		"measure added": {`INSERT INTO disclosure SELECT report_id, 'rules', 'in_force', 1, '件' FROM report`,
			"relation", "disclosure"},
		"cell":              {`UPDATE cell SET value = 7 WHERE value = 125`, "relation", "applications"},
		"body removed":      {`PRAGMA foreign_keys = 0; DELETE FROM blob`, "capture", digest([]byte("一"))},
		"capture's time":    {`UPDATE capture SET fetched_at = '2020-01-01T00:00:00.000Z'`, "fingerprint", ""},
		"capture's address": {`UPDATE address SET url = 'http://other/'`, "fingerprint", ""},
		"application id":    {`PRAGMA application_id = 7`, "header", "application_id"},
		"schema version":    {`PRAGMA user_version = 0`, "header", "user_version"},
		"orphan":            {`PRAGMA foreign_keys = 0; DELETE FROM report`, "database", ""},
		"other report": {`INSERT INTO findings(report_id, rule, severity, message, other_report_id)
			SELECT report_id, 'x', 'doubt', 'x', 7 FROM report`, "relation", "findings"},
		"answer": {`UPDATE capture SET answer_id = NULL`, "capture", "new or changed"},
		"answer of another address": {`INSERT INTO address(address_id, url, method, request_sha256, answer_id)
			VALUES (99, 'http://y/', 'GET', '', 1)`, "capture", "address"},
		"reading":          {`UPDATE reading SET report = CAST(substr(report, 1, length(report) - 9) || 'xxxxxxxxx' AS BLOB)`, "reading", "1"},
		"reading removed":  {`UPDATE reading SET report = NULL`, "reading", "1"},
		"series":           {`UPDATE indicator SET value = value + 1 WHERE value = 125`, "relation", "series"},
		"series' way":      {`UPDATE measured SET basis = 'summed'`, "relation", "series"},
		"series' row gone": {`DELETE FROM indicator WHERE value = 125`, "relation", "series"},
		"left away":        {`UPDATE capture SET received = 'x'`, "capture", "received"},
		"search index":     {`INSERT INTO search(search) VALUES ('delete-all')`, "database", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			if _, err := fill(t, a).Finish(t.Context()); err != nil {
				t.Fatal(err)
			}
			if v := sound(t, a); v.Reports != 1 || v.Cells != 8 || v.Blobs != 1 || v.Captures != 1 {
				t.Errorf("counts %+v", v)
			}
			if _, err := a.write.Exec(test.statement); err != nil {
				t.Fatal(err)
			}
			v, err := a.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(v.Damage, func(d Damage) bool {
				return d.What == test.what && (test.object == "" || d.Object == test.object)
			}) {
				t.Errorf("damage %+v", v.Damage)
			}
		})
	}
}

// A page of the file overwritten with rubbish is damage, not an error, wherever it is.
func TestVerifySurvivesBrokenPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	fill(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const size = 4096
	deadline := time.Now().Add(20 * time.Second)
	found := 0
	for at := size; at < len(whole) && time.Now().Before(deadline); at += size {
		broken := bytes.Clone(whole)
		copy(broken[at:], noise(size))
		if err := os.WriteFile(path, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := OpenReader(t.Context(), path)
		if err != nil {
			found++
			continue
		}
		v, err := r.Verify(t.Context())
		if err != nil {
			t.Errorf("page %d: %v", at/size+1, err)
		}
		if len(v.Damage) == 0 {
			t.Errorf("page %d: nothing found", at/size+1)
		}
		found++
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if found < 10 {
		t.Errorf("only %d pages tried", found)
	}
}
