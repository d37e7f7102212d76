package main

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// An export without contacts has none of those that the demo's reports print, nor the contact of whoever crawled, nor the name
// of whoever annotated; every number is as it was, and a masked text is found by what else stands in it.
func TestExportWithoutContacts(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.db")
	mustRun(t, crawlArgs(name, serveContacts(t), "--contact", "crawler@example.org")...)
	sha, err := queryArchive(name, `SELECT sha256 FROM reports WHERE authority LIKE '%茌平%'`)
	if err != nil {
		t.Fatal(err)
	}
	words := filepath.Join(dir, "words.csv")
	if err := os.WriteFile(words, []byte("sha256,relation,row_id,column_id,verdict,value,by,note\n"+sha[0]+
		",,,,confirmed,,Zhang San,see 联系人：张三\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "annotate", "--archive", name, words)
	secrets := []string{"4271365", "cpxzwwlzx", "crawler@example.org", "Zhang San", "张三"}

	whole, masked := filepath.Join(dir, "whole"), filepath.Join(dir, "masked")
	for _, format := range []string{"csv", "xlsx", "datapackage", "parquet", "slim"} {
		mustRun(t, "export", format, "--archive", name, "--out", filepath.Join(whole, format))
		mustRun(t, "export", format, "--archive", name, "--out", filepath.Join(masked, format), "--without-contacts")
		for _, secret := range secrets {
			// What is masked is there without the flag: the test sees what it looks for. Requests are in slim alone.
			if got := found(t, filepath.Join(whole, format), secret); !got && (secret != "crawler@example.org" || format == "slim") {
				t.Errorf("%s has no %s", format, secret)
			}
			if found(t, filepath.Join(masked, format), secret) {
				t.Errorf("%s without contacts has %s", format, secret)
			}
		}
	}
	mustRun(t, "export", "xlsx", "--archive", name, "--out", filepath.Join(masked, "report"), "--without-contacts", "--report", "371503-聊城市茌平区人民政府-2023")
	slim := filepath.Join(masked, "slim", "nianbao-slim.db")
	for _, query := range []string{
		`SELECT * FROM applications ORDER BY report_id, item`, `SELECT * FROM panel ORDER BY report_id`,
		`SELECT report_id, relation, row_id, column_id, value, raw, state FROM cells ORDER BY 1, 2, 3, 4`,
		`SELECT report_id, metric, value FROM mentions ORDER BY 1, 2, 3, rowid`, `SELECT * FROM reports ORDER BY 1`,
		`SELECT report_id, table_no, rows, columns, grid FROM tables WHERE kind = 'applications' ORDER BY 1, 2`,
		`SELECT count(*), sum(length(sha256)) FROM captures`,
	} {
		if want, got := ask(t, name, query), ask(t, slim, query); len(want) == 0 || !slices.Equal(want, got) {
			t.Errorf("%s: %s", query, difference(want, got))
		}
	}
	if got := ask(t, slim, `SELECT count(*) FROM search WHERE search MATCH '"4271365"'`); got[0] != "0" {
		t.Errorf("the search index finds the number %s times", got[0])
	}
	if got := ask(t, slim, `SELECT text FROM sections WHERE text LIKE '%中心街5226号%'`); len(got) != 1 ||
		!strings.Contains(got[0], "邮编：252100；电话：[telephone]；电子邮箱：[e-mail]") {
		t.Errorf("%q", got)
	}
	mustRun(t, "verify", "--archive", slim)
	if status, out := runArgs("export", "warc", "--archive", name, "--out", filepath.Join(dir, "warc"), "--without-contacts"); status != statusUsage {
		t.Errorf("warc: exit status %d: %s", status, out)
	}
}

func ask(t *testing.T, name, query string) []string {
	t.Helper()
	rows, err := queryArchive(name, query)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// serveContacts serves the demo with 茌平's contact sentence, which it prints before its first section, in its last one, too.
func serveContacts(t *testing.T) (register string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		serveDemo(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(bytes.Replace(answer.Body.Bytes(), []byte("2023年无收取信息处理费情况。"), []byte("2023年无收取信息处理费情况。"+
			"如对本报告有疑问，请联系（地址：聊城市茌平区中心街5226号；邮编：252100；电话：0635-4271365；电子邮箱：cpxzwwlzx@lc.shandong.cn）。"), 1))
	}))
	t.Cleanup(server.Close)
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		t.Fatal(err)
	}
	register = filepath.Join(t.TempDir(), "sites.csv")
	if err := os.WriteFile(register, bytes.ReplaceAll(text, []byte("http://HOST/"), []byte(server.URL+"/")), 0o666); err != nil {
		t.Fatal(err)
	}
	return register
}

// runArgs runs the program in this process.
func runArgs(args ...string) (int, string) {
	var out bytes.Buffer
	status := run(context.Background(), args, strings.NewReader(""), &out, &out)
	return status, out.String()
}

// found looks for a text in all files of a folder, in what is packed in them, too.
func found(t *testing.T, dir, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(name) {
		case ".xlsx":
			data = unzipped(t, data)
		case ".parquet":
			data = texts(t, data)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

func unzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.Bytes()
}

func texts(t *testing.T, data []byte) []byte {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buffer := make([]parquet.Row, 64)
		for {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				for _, v := range row {
					if v.Kind() == parquet.ByteArray {
						all.Write(v.ByteArray())
					}
				}
			}
			if err != nil {
				break
			}
		}
		rows.Close()
	}
	return all.Bytes()
}
