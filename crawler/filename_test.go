package crawler

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func gb18030(t testing.TB, s string) string {
	t.Helper()
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func TestFileName(t *testing.T) {
	const page = "http://x.gov.cn/down.jsp?id=3"
	for _, c := range []struct{ why, disposition, link, address, want string }{
		{"RFC 6266, section 5", `Attachment; filename=example.html`, "", page, "example.html"},
		{"RFC 6266, section 5: a quoted pair", `attachment; filename="EURO \"rates\".txt"`, "", page, `EURO "rates".txt`},
		{"RFC 6266, section 5: filename* wins wherever it stands",
			`attachment; filename="EURO rates"; filename*=utf-8''%e2%82%ac%20rates`, "", page, "€ rates"},
		{"RFC 5987, section 3.2.2", `attachment; filename*=iso-8859-1'en'%A3%20rates`, "", page, "£ rates"},
		{"in GBK", `attachment; filename*=GBK''%C4%EA%B1%A8.doc`, "", page, "年报.doc"},
		{"unknown charset", `attachment; filename*=x-none''%C4%EA; filename=a.doc`, "", page, "a.doc"},
		{"broken escape", `attachment; filename*=UTF-8''%C4%E; filename=a.doc`, "", page, "a.doc"},
		{"raw UTF-8", `attachment; filename="2023年报.pdf"`, "点击下载", page, "2023年报.pdf"},
		{"raw UTF-8, no quotes, blanks inside", `attachment;filename=2023 年报.pdf ;size=3`, "", page, "2023 年报.pdf"},
		{"raw GB18030", "attachment; filename=\"" + gb18030(t, "2023年报.pdf") + `"`, "", page, "2023年报.pdf"},
		{"raw GB18030 whose second byte is a backslash", "attachment; filename=\"" + gb18030(t, "乗乗年报") + `"; x=1`, "", page, "乗乗年报"},
		{"percent-encoded, as Java's URLEncoder does", `attachment; filename=2023%E5%B9%B4%E6%8A%A5+%281%29.pdf`, "", page, "2023年报 (1).pdf"},
		{"percent-encoded GBK", `attachment; filename="%C4%EA%B1%A8.pdf"`, "", page, "年报.pdf"},
		{"a plus sign of its own", `attachment; filename="A+B.pdf"`, "", page, "A+B.pdf"},
		{"a percent sign of its own", `attachment; filename="100%.pdf"`, "", page, "100%.pdf"},
		{"a path of Windows", `attachment; filename="C:\temp\年报.doc"`, "", page, "年报.doc"},
		{"a path upwards", `attachment; filename="../../etc/passwd"`, "", page, "passwd"},
		{"an encoded path", `attachment; filename*=UTF-8''..%2F..%2Fetc%2F%70asswd`, "", page, "passwd"},
		{"control and bidi characters", "attachment; filename=\"a\u202efdp.exe\x01\u200b\"", "", page, "afdp.exe"},
		{"nothing but dots", `attachment; filename=".."`, "年报", page, "年报"},
		{"empty", `attachment; filename=""`, "年报", page, "年报"},
		{"no file name", `inline`, "年报", page, "年报"},
		{"no quote at the end", `attachment; filename="年报.pdf`, "", page, "年报.pdf"},
		{"RFC 2047", `attachment; filename="=?UTF-8?B?MjAyM+W5tOaKpS5wZGY=?="`, "", page, "2023年报.pdf"},
		{"RFC 2047 in GBK, quoted", `attachment; filename="=?gb2312?Q?=C4=EA=B1=A8.pdf?="`, "", page, "年报.pdf"},
		{"RFC 2047, damaged", `attachment; filename="=?x-none?B?"; x=1`, "", page, "=?x-none?B?"},
		{"no type", `filename="年报.pdf"`, "", page, "年报.pdf"},
		{"a parameter without a value", `attachment; foo; filename=a.pdf`, "", page, "a.pdf"},
		{"the link", ``, "\u3000年报.pdf\n", page, "年报.pdf"},
		{"address: last part", ``, "", "http://x.gov.cn/a/%E5%B9%B4%E6%8A%A5.pdf?x=/y", "年报.pdf"},
		{"address: GBK", ``, "", "http://x.gov.cn/a/%C4%EA%B1%A8.pdf", "年报.pdf"},
		{"address: Hanweb", ``, "", "http://x.gov.cn/module/download/downfile.jsp?classid=0&filename=c72f.pdf", "c72f.pdf"},
		{"address: Hanweb with showname", ``, "", "http://x.gov.cn/d.jsp?filename=c72f.pdf&showname=%E5%B9%B4%E6%8A%A5.pdf", "年报.pdf"},
		{"address: VSB", ``, "", "http://x.gov.cn/virtual_attach_file.vsb?afc=5L4v&oid=1&e=.pdf", "virtual_attach_file.pdf"},
		{"address: an ending that is none", ``, "", "http://x.gov.cn/a.vsb?e=./../x", "a.vsb"},
		{"address: a folder", ``, "", "http://x.gov.cn/a/", "a"},
		{"address: no path", ``, "", "http://x.gov.cn", ""},
	} {
		u, err := url.Parse(c.address)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{}
		if c.disposition != "" {
			header.Set("Content-Disposition", c.disposition)
		}
		if got := fileName(header, c.link, u); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestLongNameKeepsItsEnding(t *testing.T) {
	got := fileName(nil, strings.Repeat("年", 3000)+".docx", nil)
	if n := utf8.RuneCountInString(got); n != longestName || !strings.HasSuffix(got, "年.docx") {
		t.Errorf("%d characters: %s", n, got)
	}
}

// Whatever a server sends, the name is text without a path and without what one cannot see.
func FuzzFileName(f *testing.F) {
	f.Add("attachment; filename*=UTF-8''%2e%2e%2f", "\u202e", "e=.pdf")
	f.Add("attachment; filename=\"\x81\\\"", "..", "showname=%FF%2F")
	f.Add(";;=;\"", "/", "filename=..")
	f.Fuzz(func(t *testing.T, disposition, link, query string) {
		u := &url.URL{Scheme: "http", Host: "x.gov.cn", Path: "/" + link, RawQuery: query}
		name := fileName(http.Header{"Content-Disposition": {disposition}}, link, u)
		if strings.ContainsAny(name, "/\\\x00\u202e\n") || !utf8.ValidString(name) || name == "." || name == ".." {
			t.Errorf("%q", name)
		}
	})
}
