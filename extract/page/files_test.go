package page

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// caseAddress is the address of the page of a case, in its first line.
var caseAddress = regexp.MustCompile(`^<!-- address: (\S+)`)

// TestFiles reads every page of testdata/pages-with-files. A case is a folder named by why it exists: page.html begins
// with its address and its source; want.txt has a line for each file, its class, name and address, parted by tabs.
// UPDATE=1 writes want.txt.
func TestFiles(t *testing.T) {
	folders, err := filepath.Glob("../../testdata/pages-with-files/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			page, err := os.ReadFile(filepath.Join(folder, "page.html"))
			if err != nil {
				t.Fatal(err)
			}
			m := caseAddress.FindSubmatch(page)
			if m == nil || !strings.Contains(string(page[:min(len(page), 1000)]), "source: ") {
				t.Fatal("page.html must begin with its address and its source")
			}
			var got strings.Builder
			for _, f := range filesOf(t, string(page), string(m[1])) {
				class := "document"
				if f.Picture {
					class = "picture"
				}
				fmt.Fprintf(&got, "%s\t%s\t%s\n", class, f.Name, f.URL)
			}
			file := filepath.Join(folder, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func filesOf(t testing.TB, markup, address string) []File {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	doc := parse(t, markup)
	return Files(doc, Body(doc), base)
}

// What a page repeats, nests or leaves open makes the work no longer than its length does, and no address twice.
func TestFilesOfHostilePages(t *testing.T) {
	for why, markup := range map[string]string{
		"many links in one block": `<div id=zoom>文</div><div class=fj>附件` +
			strings.Repeat(`<a href=a.pdf><img>x</a>`, 30000) + `</div>`,
		"many links in the body": `<div id=zoom>文` + strings.Repeat(`<a href=/b?e=.pdf title=下载>下载</a>`, 30000),
		"nested containers": strings.Repeat(`<div class="TRS_Editor nav">`, 400) +
			strings.Repeat(`<img src=a.jpg>`, 20000),
		"lists of files in JSON": `<script>` + strings.Repeat(`"files":[{`, 50000) + `</script>`,
		"viewer in viewer":       `<a href="viewer.html?file=` + strings.Repeat(`viewer.html?file=`, 20000) + `a.pdf">x</a>`,
		"a long name":            `<div id=zoom>文<a href="a.pdf" download="` + strings.Repeat(`../`, 10000) + `">下载</a>`,
	} {
		began := time.Now()
		seen := map[string]bool{}
		for _, f := range filesOf(t, markup, "http://x.gov.cn/a/b.html") {
			if seen[f.URL] {
				t.Errorf("%s: %s twice", why, f.URL)
			}
			seen[f.URL] = true
		}
		// Quadratic work would take minutes. Under the race detector, which CI runs with -short, nothing is timed.
		if took := time.Since(began); took > 30*time.Second && !testing.Short() {
			t.Errorf("%s: took %v", why, took)
		}
	}
}

// TestFilesByWordsAndMarks gives links whose address does not tell that they lead to a file.
func TestFilesByWordsAndMarks(t *testing.T) {
	text := strings.Repeat("本机关认真贯彻条例，主动公开政府信息。", 20)
	for _, link := range []string{
		`<a href="/x/f.action?id=1">2023年报告.pdf（1.2MB）</a>`, `<a href="/x/f.action?id=1">2023年报告.docx [35.5 KB]</a>`,
		`<a href="/x/f.action?id=1" APPENDIX="TRUE">2023年报告</a>`,
	} {
		got := filesOf(t, `<body><div class="TRS_Editor"><p>`+text+`</p>`+link+`</div></body>`, "http://a.gov.cn/nb/t1.html")
		if len(got) != 1 || got[0].URL != "http://a.gov.cn/x/f.action?id=1" {
			t.Errorf("%s: %v", link, got)
		}
	}
}

// TestFilesOfScriptsAndViewers gives a file in the ways in which pages show it without a link: in the body or, at the end, beside
// it; and what is none.
func TestFilesOfScriptsAndViewers(t *testing.T) {
	for _, c := range []struct{ inside, beside, want string }{
		{`<script>PDFObject.embed("/u/x.pdf", "#pdf")</script>`, "", "/u/x.pdf"},
		{`<div id=p></div>`, `<script>PDFObject.embed('/u/x.pdf', '#p')</script>`, "/u/x.pdf"},
		{`<div id=p></div>`, `<script>pdfjsLib.getDocument('/u/x.pdf'); new Pdfh5('#p', {pdfurl: "/u/x.pdf"})</script>`, "/u/x.pdf"},
		{`<div id=p></div>`, `<script>$("#p").attr("src", "/pdfjs/web/viewer.html?file=/u/x.pdf")</script>`, "/u/x.pdf"},
		{`见附件。<script>var file = "\/u\/x.docx"; var name = '报告.pdf'</script>`, "", "/u/x.docx"},
		{"见附件。", `<script>var help = "/u/help.pdf"</script>`, ""},
		{"见附件。", `<div><embed src="/u/x.pdf"></div>`, "/u/x.pdf"},
		{"见附件。", `<div class="footer"><embed src="/u/x.pdf"></div>`, ""},
		{`<iframe data-src="/u/x.pdf"></iframe>`, "", "/u/x.pdf"},
		{`<iframe src="/plugins/show/index.html?pdfurl=%2Fu%2Fx.pdf"></iframe>`, "", "/u/x.pdf"},
		{`<object><param name="FileName" value="/u/x.pdf"></object>`, "", "/u/x.pdf"},
		{`<div class="pdf" data-src="/u/x.pdf"></div>`, "", "/u/x.pdf"},
		{`<a href="javascript:;" data-href="/u/x.pdf">附件</a>`, "", "/u/x.pdf"},
		{`<a href="about:blank" onclick="window.open('/u/x.pdf')">附件</a>`, "", "/u/x.pdf"},
		{`<a href="#" onclick="window.open('年 报.pdf')">附件</a>`, "", "/nb/%E5%B9%B4%20%E6%8A%A5.pdf"},
		{`<a href="#" onclick="load(12, '年报.pdf')">附件</a>`, "", ""},
		{`<a href="http:/a.gov.cn/u/x.pdf">附件</a>`, "", "/u/x.pdf"},
		{`<a href="http:\\\a.gov.cn\u\x.PDF">附件</a>`, "", "/u/x.PDF"},
		{`<a href="/api/file/download?id=12">附件</a>`, "", "/api/file/download?id=12"},
		{`<a href="/attachment/download/12">附件</a>`, "", "/attachment/download/12"},
		{`<a href="/u/x.pdf;jsessionid=A1">附件</a>`, "", "/u/x.pdf;jsessionid=A1"},
		{`<a href="/getFile.aspx?id=12">附件</a>`, "", "/getFile.aspx?id=12"},
		{"见附件。", `<ul id="files"><li><a href="/u/x.pdf">全文</a></li></ul>`, "/u/x.pdf"},
		{"见附件。", `<div class="bottom"><a href="/u/x.pdf">2023年度报告</a></div>`, "/u/x.pdf"},
		{"主动公开。", `<div class="bottom"><a href="/u/x.pdf">便民手册</a></div>`, ""},
		{`<a href="/u/x">附件：报告</a><a href="/u/y/">附件</a><a href="/u/z">附件要求</a><a href="http://pan.b.cn/x">附件</a>`, "", "/u/x"},
		{`<iframe src="/preview/onlinePreview?url=aHR0cDovL2EuZ292LmNuL3UveC5wZGY%3D"></iframe>`, "", "/u/x.pdf"},
		{`见下。<iframe src="/c/12.html"></iframe>`, "", "/c/12.html"},
		{`见下。<iframe src="/video/12.html"></iframe><iframe src="http://b.gov.cn/12.html"></iframe>`, "", ""},
		{strings.Repeat("主动公开。", 100) + `<iframe src="/c/12.html"></iframe>`, "", ""},
		{`<a href="#" onclick="window.open('/u/' + 12 + '.pdf')">附件</a>`, "", "/u/12.pdf"},
		{`<a href="/download/">下载中心</a>`, "", ""},
		{"见附件。", `<div>下载：<a href="/u/x.pdf">年度报告</a></div>`, "/u/x.pdf"},
		{`<img lay-src="/u/1.jpg" src="/s.gif">`, "", "/u/1.jpg"},
	} {
		got := filesOf(t, `<body><div class="TRS_Editor">`+c.inside+`</div>`+c.beside+`</body>`, "http://a.gov.cn/nb/t1.html")
		var found []string
		for _, f := range got {
			found = append(found, strings.TrimPrefix(f.URL, "http://a.gov.cn"))
		}
		if strings.Join(found, " ") != c.want {
			t.Errorf("%s | %s: %q, want %q", c.inside, c.beside, found, c.want)
		}
	}
}

// TestScanInFolder gives a scan in a folder whose name holds the letters of 二维码.
func TestScanInFolder(t *testing.T) {
	got := filesOf(t, `<body><div class="TRS_Editor"><p><img src="/newmedia/p1.jpg"><img src="/newmedia/ewm.png"></p></div></body>`,
		"http://a.gov.cn/nb/t1.html")
	if len(got) != 1 || got[0].URL != "http://a.gov.cn/newmedia/p1.jpg" {
		t.Errorf("%v", got)
	}
}
