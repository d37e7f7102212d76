package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A page says its encoding in the header, in meta, in both, in none, or lies. The text and the numbers are the same in
// each case, and what is archived are the bytes that were served.
func TestEncodingsGiveTheSameReport(t *testing.T) {
	const column, page = "/chiping/col/col38212/index.html", "/chiping/art/2024/2/6/art_38212_2417065.html"
	utf8, err := demoFiles.ReadFile("demo/site" + page)
	if err != nil {
		t.Fatal(err)
	}
	const declaration = `<meta charset="utf-8">`
	if !bytes.Contains(utf8, []byte(declaration)) {
		t.Fatalf("the page has no %s to change", declaration)
	}
	gbk := func(meta string) []byte {
		text := bytes.Replace(utf8, []byte(declaration), []byte(meta), 1)
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(utf8); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, header, coding string
		body                 []byte
	}{
		{"utf-8, said so", "text/html; charset=utf-8", "", utf8},
		{"gbk, only in meta", "text/html", "", gbk(`<meta charset="gbk">`)},
		{"gbk, only in the header", "text/html; charset=GB2312", "", gbk("")},
		{"gbk, served as utf-8", "text/html; charset=utf-8", "", gbk(declaration)},
		{"gbk, said nowhere", "text/html", "", gbk("")},
		{"gzip that nobody asked for", "text/html; charset=utf-8", "gzip", zipped.Bytes()},
	}
	var want []string
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != page {
					serveDemo(w, r)
					return
				}
				w.Header().Set("Content-Type", c.header)
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				_, _ = w.Write(c.body)
			}))
			defer server.Close()
			dir := t.TempDir()
			register, name := filepath.Join(dir, "sites.csv"), filepath.Join(dir, "test.db")
			row := "key,name,url,region\nchiping,聊城市茌平区人民政府," + server.URL + column + ",371503\n"
			if err := os.WriteFile(register, []byte(row), 0o666); err != nil {
				t.Fatal(err)
			}
			mustRun(t, crawlArgs(name, register)...)

			got := saidByTheReport(t, name)
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("not the same report:\n%s", difference(want, got))
			}
			served := sha256.Sum256(c.body)
			stored, err := queryArchive(name, "select distinct sha256 from captures where url like '%"+page+"'")
			if err != nil {
				t.Fatal(err)
			}
			if digest := hex.EncodeToString(served[:]); !slices.Equal(stored, []string{digest}) {
				t.Errorf("served %s, archived %v", digest, stored)
			}
			if got := mustRun(t, "get", "--archive", name, hex.EncodeToString(served[:])); got != string(c.body) {
				t.Error("nianbao get does not write the bytes that were served")
			}
		})
	}
}

// saidByTheReport is all that the archive's one report says, bytes and addresses left out.
func saidByTheReport(t *testing.T, name string) []string {
	t.Helper()
	var lines []string
	for _, query := range []string{
		"select authority, year, form, title, published_on, completeness, contradictions, doubts from reports",
		"select item, natural_person, business, legal_service, total from applications order by item",
		"select channel, upheld, corrected, other, pending, total from disputes order by channel",
		"select item, measure, value, unit from disclosure order by item, measure",
		"select section, heading, text from sections order by position",
		"select table_no, kind, grid from tables order by table_no",
		"select relation, row_id, column_id, value, raw, state from cells order by relation, row_id, column_id",
		"select rule, severity, relation, row_id, column_id, message from findings order by rule, message",
	} {
		rows, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			t.Fatalf("%s: no rows", query)
		}
		lines = append(lines, strings.Join(rows, "\n"))
	}
	return lines
}
