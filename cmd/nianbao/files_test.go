package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// served is a site of a list and what it links to, by path; the register names 茌平.
func served(t *testing.T, pages map[string][]byte) (url, register string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.Contains(r.URL.Path, ".") && !strings.HasSuffix(r.URL.Path, ".html") {
			w.Header().Set("Content-Type", "application/octet-stream")
		}
		_, _ = w.Write(body) // a client that went away sees nothing
	}))
	t.Cleanup(server.Close)
	register = filepath.Join(t.TempDir(), "sites.csv")
	rows := "key,name,url,region\nchiping,聊城市茌平区人民政府," + server.URL + "/nb/,371503\n"
	if err := os.WriteFile(register, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	return server.URL, register
}

const listed2023 = `<title>政府信息公开年报</title><ul><li><a href="%s">聊城市茌平区人民政府2023年政府信息公开工作年度报告</a> 2024-02-06</li></ul>`

// listOf is a list page with one entry.
func listOf(href string) []byte { return fmt.Appendf(nil, listed2023, href) }

// pageWith is a page that has a title, and links to files, in its body.
func pageWith(files ...string) []byte {
	var b strings.Builder
	b.WriteString(`<title>聊城市茌平区人民政府2023年政府信息公开工作年度报告</title><h1>聊城市茌平区人民政府2023年政府信息公开工作年度报告</h1><div id="zoom"><p>详见附件。</p>`)
	for _, f := range files {
		fmt.Fprintf(&b, `<p><a href="%s">附件：%s</a></p>`, f, f)
	}
	b.WriteString(`</div>`)
	return []byte(b.String())
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// documentOf is a document of testdata/documents.
func documentOf(t *testing.T, name string) []byte {
	return mustRead(t, "../../testdata/documents/"+name)
}

// chipingPage is the demo's page of the report, with links behind its text.
func chipingPage(t *testing.T, links string) []byte {
	body := mustRead(t, "demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	const end = "<!--ZJEG_RSS.content.end-->"
	if !bytes.Contains(body, []byte(end)) {
		t.Fatal("the page has no end of its content")
	}
	return bytes.Replace(body, []byte(end), []byte(links+end), 1)
}

// rezip makes a zip of the same members, the text of all replaced.
func rezip(t *testing.T, body []byte, replace ...string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f.Name, strings.NewReplacer(replace...).Replace(string(content)))
	}
	return zipOf(t, files...)
}

// zipOf makes a zip of names and contents.
func zipOf(t *testing.T, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		in, err := w.Create(files[i])
		if err == nil {
			_, err = io.WriteString(in, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wantRows asks an archive; in the rows SITE stands for the site's address.
func wantRows(t *testing.T, name, site string, queries map[string][]string) {
	t.Helper()
	for query, want := range queries {
		got, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], site, "SITE")
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %q\nwant %q", query, got, want)
		}
	}
}

const (
	oneReport = `select authority || '|' || year || '|' || completeness || '|' || media || '|' || url from reports`
	sourcesOf = `select role || '|' || ifnull(media, '') || '|' || url || '|' || read from sources order by url`
	unequal   = `select rule || '|' || relation || '|' || row_id || '|' || expected || '|' || actual from findings where rule = 'sources_disagree'`
	notRead   = `select url from reading join captures using (capture_id) where reading.error is not null order by url`
)

// A report that a page carries in its text and in files, or in files alone, is one report: the richer source is read, the
// others are kept and compared. The figures are those of 茌平 2023; the site is made up.
func TestReportInPageAndFiles(t *testing.T) {
	const chiping = "chiping-2023-review-sum-wrong/page."
	docx, doc := documentOf(t, chiping+"docx"), documentOf(t, chiping+"doc")
	other := rezip(t, docx, "34319", "34318")
	nameless := rezip(t, docx, "聊城市茌平区人民政府", "", "茌平", "", "2023年", "", "聊城市", "")
	for name, c := range map[string]struct {
		pages   map[string][]byte
		entry   string
		queries map[string][]string
	}{
		"the page and the same as a file": {map[string][]byte{
			"/nb/1.html": chipingPage(t, `<p><a href="nb.docx">附件：报告.docx</a></p>`), "/nb/nb.docx": docx}, "1.html",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|html|SITE/nb/1.html"},
				sourcesOf: {"page|html|SITE/nb/1.html|1", "attachment|docx|SITE/nb/nb.docx|0"},
				unequal:   {},
			}},
		"the file prints another number": {map[string][]byte{
			"/nb/1.html": chipingPage(t, `<p><a href="nb.docx">附件：报告.docx</a></p>`), "/nb/nb.docx": other}, "1.html",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|html|SITE/nb/1.html"},
				sourcesOf: {"page|html|SITE/nb/1.html|1", "attachment|docx|SITE/nb/nb.docx|0"},
				unequal:   {"sources_disagree|disclosure|administrative_license|34319|34318"},
			}},
		"the page has a title, the file the report": {map[string][]byte{
			"/nb/1.html": pageWith("nb.doc"), "/nb/nb.doc": doc}, "1.html",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|doc|SITE/nb/1.html"},
				sourcesOf: {"page|html|SITE/nb/1.html|0", "attachment|doc|SITE/nb/nb.doc|1"},
				unequal:   {},
			}},
		"the file names neither body nor year": {map[string][]byte{
			"/nb/1.html": pageWith("nb.docx"), "/nb/nb.docx": nameless}, "1.html",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|docx|SITE/nb/1.html"},
				sourcesOf: {"page|html|SITE/nb/1.html|0", "attachment|docx|SITE/nb/nb.docx|1"},
			}},
		"the list leads to the file": {map[string][]byte{"/nb/nb.doc": doc}, "nb.doc",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|doc|SITE/nb/nb.doc"},
				sourcesOf: {"attachment|doc|SITE/nb/nb.doc|1"},
			}},
		"the file is in a zip that the page carries": {map[string][]byte{
			"/nb/1.html": pageWith("nb.zip"), "/nb/nb.zip": zipOf(t, "年报/2023.doc", string(doc), "年报/读我.txt", "附件一份。")}, "1.html",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|doc|SITE/nb/1.html"},
				sourcesOf: {"page|html|SITE/nb/1.html|0", "attachment|zip|SITE/nb/nb.zip|0",
					"attachment|text|SITE/nb/nb.zip#%E5%B9%B4%E6%8A%A5/%E8%AF%BB%E6%88%91.txt|0",
					"attachment|doc|SITE/nb/nb.zip#%E5%B9%B4%E6%8A%A5/2023.doc|1"},
				`select outcome from captures where url like '%nb.zip'`: {"not_report:container"},
			}},
		"the list leads to a zip of a file without names": {map[string][]byte{"/nb/nb.zip": zipOf(t, "1.docx", string(nameless))}, "nb.zip",
			map[string][]string{
				oneReport: {"聊城市茌平区人民政府|2023|complete|docx|SITE/nb/nb.zip#1.docx"},
				sourcesOf: {"attachment|zip|SITE/nb/nb.zip|0", "attachment|docx|SITE/nb/nb.zip#1.docx|1"},
				`select count(*) from links join reports using (report_id)`: {"1"},
			}},
	} {
		t.Run(name, func(t *testing.T) {
			c.pages["/nb/"] = listOf(c.entry)
			site, register := served(t, c.pages)
			archived := filepath.Join(t.TempDir(), "test.db")
			mustRun(t, crawlArgs(archived, register)...)
			wantRows(t, archived, site, c.queries)
			wantRows(t, archived, site, map[string][]string{notRead: {}})
			mustRun(t, "verify", "--archive", archived)

			before := content(t, archived)
			mustRun(t, "reextract", "--all", "--archive", archived)
			if after := content(t, archived); !slices.Equal(before, after) {
				t.Errorf("reading again changed the archive:\n%s", difference(before, after))
			}
		})
	}
}

// A file that is broken, encrypted or a bomb costs the other files of the run nothing: each is named with what is wrong
// with it, the exit status is 1, and what can be read is read, also beside it in one container.
func TestBadFilesHarmNoOthers(t *testing.T) {
	doc := documentOf(t, "chiping-2023-review-sum-wrong/page.doc")
	encrypted := bytes.Clone(doc)
	encrypted[bytes.Index(encrypted, []byte{0xEC, 0xA5})+0x0B] |= 1
	zeros := strings.Repeat("\x00", 60<<20)
	bomb := zipOf(t, "zeros.doc", zeros)
	deep := []byte("甲")
	for range 12 {
		deep = zipOf(t, "a.zip", string(deep))
	}
	bad := map[string][]byte{
		"cut.doc": doc[:len(doc)/2], "secret.doc": encrypted, "empty.zip": zipOf(t), "cut.zip": bomb[:len(bomb)/2],
		"bomb.docx": zipOf(t, "word/document.xml", "<w>"+strings.Repeat(" ", 60<<20)), "deep.zip": deep,
		"mixed.zip":   zipOf(t, "zeros.doc", zeros, "nb.doc", string(doc), "broken.doc", string(doc[:len(doc)/2])),
		"entity.docx": zipOf(t, "word/document.xml", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="x"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`),
	}
	pages := map[string][]byte{"/nb/": listOf("1.html")}
	var files []string
	for name, body := range bad {
		pages["/nb/"+name] = body
		files = append(files, name)
	}
	slices.Sort(files)
	pages["/nb/1.html"] = pageWith(files...)
	site, register := served(t, pages)
	archived := filepath.Join(t.TempDir(), "test.db")
	out, err := exec.Command("nianbao", crawlArgs(archived, register)...).CombinedOutput()
	if status := exitStatus(err); status != statusPartly {
		t.Errorf("exit status %d\n%s", status, out)
	}
	wantRows(t, archived, site, map[string][]string{
		oneReport:                            {"聊城市茌平区人民政府|2023|complete|doc|SITE/nb/1.html"},
		`select url from sources where read`: {"SITE/nb/mixed.zip#nb.doc"},
		`select c.url || ' ' || r.error from reading r join captures c using (capture_id) where r.error is not null order by c.url`: {
			"SITE/nb/deep.zip a.zip" + strings.Repeat("/a.zip", 7) + ": containers nested deeper than 8: the file is over a limit",
			"SITE/nb/empty.zip read document: zip: no file in it: the file is empty",
			"SITE/nb/mixed.zip zeros.doc: unpacks to more than 12231400 bytes: the file is over a limit",
			"SITE/nb/mixed.zip#broken.doc read document: OLE2 container: the file is damaged: mscfb: directory entries read error (mscfb: EOF; 71168); 71168",
		},
		`select severity || ' ' || substr(message, 1, instr(message, ' is a source')) || substr(message, instr(message, 'read: ') + 6)
			from findings where rule = 'source_unreadable' order by message`: {
			"note SITE/nb/bomb.docx docx: word/document.xml: more than 8388608 bytes without a tag: the file is over a limit.",
			"note SITE/nb/cut.doc OLE2 container: the file is damaged: mscfb: directory entries read error (mscfb: EOF; 71168); 71168.",
			"note SITE/nb/cut.zip zip: the file is damaged: zip: not a valid zip file.",
			"note SITE/nb/entity.docx docx: word/document.xml: the file is damaged: XML syntax error on line 1: invalid character entity &b;.",
			"note SITE/nb/secret.doc doc: the file is encrypted.",
		},
	})
	for _, name := range []string{"deep.zip", "empty.zip", "mixed.zip", "mixed.zip#broken.doc"} {
		if !strings.Contains(string(out), site+"/nb/"+name) {
			t.Errorf("the run does not name %s:\n%s", name, out)
		}
	}
	mustRun(t, "verify", "--archive", archived)
}

// Each file in a zip or rar is a document of extract; one that cannot be unpacked or read fails alone.
func TestExtractReadsContainers(t *testing.T) {
	doc := documentOf(t, "chiping-2023-review-sum-wrong/page.doc")
	name := filepath.Join(t.TempDir(), "年报.zip")
	packed := zipOf(t, "一/2023.doc", string(doc), "指南.txt", "政府信息公开指南", "zeros.xls", strings.Repeat("\x00", 60<<20), "in.zip", string(zipOf(t, "cut.doc", string(doc[:4000]))))
	if err := os.WriteFile(name, packed, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("nianbao", "extract", name)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if status := exitStatus(cmd.Run()); status != statusPartly {
		t.Errorf("exit status %d", status)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	want := []string{
		`{"source":"` + name + `","error":"zeros.xls: unpacks to more than `,
		`{"source":"` + name + `#一/2023.doc","report":{"authority":"聊城市茌平区人民政府"`,
		`{"source":"` + name + `#指南.txt","report":null,"not_report":{"kind":"guide"`,
		`{"source":"` + name + `#in.zip/cut.doc","error":"read document: OLE2 container: the file is damaged`,
	}
	if len(lines) != len(want) {
		t.Fatalf("%d lines:\n%.2000s", len(lines), &stdout)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], want[i]) {
			t.Errorf("line %d: %.300s", i, lines[i])
		}
	}
	if says := "2 of 4 documents could not be read: " + name + ", " + name + "#in.zip/cut.doc"; !strings.Contains(stderr.String(), says) {
		t.Errorf("it says:\n%s", &stderr)
	}
}

// get writes a file in a container, named by its address as it is written or as people read it.
func TestGetOfAMember(t *testing.T) {
	doc := documentOf(t, "chiping-2023-review-sum-wrong/page.doc")
	site, register := served(t, map[string][]byte{"/nb/": listOf("nb.zip"), "/nb/nb.zip": zipOf(t, "年报 1.doc", string(doc))})
	archived := filepath.Join(t.TempDir(), "test.db")
	mustRun(t, crawlArgs(archived, register)...)
	for _, fragment := range []string{"年报 1.doc", "%E5%B9%B4%E6%8A%A5%201.doc"} {
		if got := mustRun(t, "get", "--archive", archived, site+"/nb/nb.zip#"+fragment); got != string(doc) {
			t.Errorf("%s: %d bytes", fragment, len(got))
		}
	}
	report := mustRun(t, "get", "--archive", archived, strings.Join(mustQuery(t, archived, "select report_id from reports"), ""))
	if report != string(doc) {
		t.Errorf("the report's bytes are %d", len(report))
	}
}

func mustQuery(t *testing.T, name, query string) []string {
	t.Helper()
	rows, err := queryArchive(name, query)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
