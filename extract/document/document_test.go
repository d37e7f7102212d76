package document_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"nianbao/extract/document"
)

// shape writes a document's blocks in short: a paragraph as its text, a heading with #, a table as its number.
func shape(d document.Document) string {
	var out []string
	for _, b := range d.Blocks {
		switch {
		case b.Table >= 0:
			out = append(out, fmt.Sprintf("[%d]", b.Table))
		case b.Heading:
			out = append(out, "#"+b.Text)
		default:
			out = append(out, b.Text)
		}
	}
	return strings.Join(out, " | ")
}

// The pages are invented, each for one thing.
func TestHTML(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"paragraphs, line breaks and inline elements",
			"<p>甲<b>乙</b></p><div>丙<br>丁<span>戊</span></div>", "甲乙 | 丙 | 丁戊"},
		{"a heading element", "<h2>一、总体情况</h2><p>甲</p>", "#一、总体情况 | 甲"},
		{"scripts and what is hidden are no text", "<p>甲</p><script>x</script><style>y</style><p hidden>乙</p><p style='display:none'>丙</p>", "甲"},
		{"a table of figures keeps its place", "<p>甲</p><table><tr><td>规章<td>1<tr><td>文件<td>2</table><p>乙</p>", "甲 | [0] | 乙"},
		{"a layout table is read as text, the table inside it as a table",
			"<table><tr><td>栏目<td><p>甲</p><table><tr><td>规章<td>1</table><p>乙</p></table>", "栏目 | 甲 | [1] | 乙"},
		{"a table that says it is layout", "<table role=presentation><tr><td>甲<td>乙</table>", "甲 | 乙"},
		{"running text in a cell makes a table layout", "<table><tr><td><p>一、总体情况</p><p>" + strings.Repeat("公开", 300) + "</p></table>",
			"一、总体情况 | " + strings.Repeat("公开", 300)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := document.Read([]byte(tt.page), "text/html; charset=utf-8", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What a cell and a paragraph say is what their reader takes from them. The pages are invented, each for one thing.
func TestAsSeen(t *testing.T) {
	for in, want := range map[string]string{
		"12<sup>1</sup>": "12¹", "12<a href='#n'><sup><span>１</span></sup></a>": "12¹",
		"12<span style='Vertical-Align: super'>1</span>": "12¹", "12<sub>3</sub>": "12₃",
		"<span style='vertical-align:middle'>12</span>": "12", "规范性文件<sup>注</sup>": "规范性文件注",
		"<del>5</del><ins>6</ins>": "6", "<s>5</s>6": "6", "<strike><b>5</b></strike>6": "6",
		"<span style='color:red;text-decoration:line-through'>5</span>6": "6", "<u style='text-decoration:underline'>5</u>6": "56",
		"5<span style='visibility:hidden'>0</span>":                                    "5",
		"5<span style='visibility:hidden'>0<b style='visibility:visible'>7</b></span>": "57",
		"<input value=5>": "5", "<input type=hidden value=5>": "", "<input type=text>": "", "<input type=button value=5>": "",
		"<input value=5 style='display:none'>": "", "<input value=搜索>": "", "<textarea>5</textarea>": "5", "<textarea>注</textarea>": "",
		"<input value=5>件": "5件",
	} {
		for _, around := range []string{"<table><tr><td>规章<td>@</table>", "<p>@</p>"} {
			field := strings.Contains(in, "<input") || strings.Contains(in, "<textarea")
			if field && around == "<p>@</p>" {
				continue // a form of the site
			}
			d, err := document.Read([]byte("<meta charset=utf-8>"+strings.Replace(around, "@", in, 1)), "text/html", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := shape(d)
			if len(d.Tables) > 0 {
				got = d.Tables[0].Grid.At(0, 1).Text
			}
			if got != want {
				t.Errorf("%s: %q, want %q", strings.Replace(around, "@", in, 1), got, want)
			}
		}
	}
	for in, want := range map[string]string{
		"<table><tr><td>5</table>": "5 (1 tables)", "<table><tr><td><p>5</p><td><tr><td>—</table>": "5\n— (1 tables)",
		"<table><tr><td>行政许可<td>5</table>": " (2 tables)", "<table><tr><td></table>": " (2 tables)",
		"<table style='display:none'><tr><td>5</table>":   " (2 tables)",
		"<table><tr><td><table><tr><td>5</table></table>": "5 (1 tables)",
		"<table><caption>注</caption><tr><td>5</table>":    " (2 tables)",
	} {
		d, err := document.Read([]byte("<meta charset=utf-8><table><tr><td>规章<td>"+in+"</table>"), "text/html", document.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s (%d tables)", d.Tables[0].Grid.At(0, 1).Text, len(d.Tables)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// Office documents say the same: the table and the sentence are made up and were written by hand as .docx; LibreOffice saved
// the others.
func TestAsSeenInOfficeDocuments(t *testing.T) {
	for _, format := range []string{"docx", "doc", "odt", "rtf"} {
		body, err := os.ReadFile("../../testdata/looks/raised-and-struck/made-up." + format)
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(body, "", document.Options{})
		if err != nil {
			t.Fatal(err)
		}
		const want = "[0] | 收到申请12¹件，9件 0,0 1x1 行政许可; 0,1 1x1 12¹; 0,2 1x1 9; 0,3 1x1 3₂"
		if got := shape(d) + " " + cellsOf(d, 0); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
}

// Tables typed as text: rows of preformatted text, or paragraphs, with the same number of tabs. What is not as regular
// stays text.
func TestTabbedText(t *testing.T) {
	tests := []struct{ name, page, want string }{
		{"preformatted", "<p>甲</p><pre>信息内容\t本年处理决定数量\n行政许可\t34\n</pre><p>乙</p>", "甲 | [0] | 乙"},
		{"paragraphs", "<p>信息内容\t本年处理决定数量</p><p>行政许可\t34</p><p>乙</p>", "[0] | 乙"},
		{"one row is no table", "<p>行政许可\t34</p><p>乙</p>", "行政许可 34 | 乙"},
		{"rows of unlike length", "<pre>信息内容\t本年处理决定数量\n行政许可\t3\t4</pre>", "信息内容 本年处理决定数量 | 行政许可 3 4"},
		{"tabs that indent the source", "<p>\n\t\t甲\n\t\t乙</p><p>\n\t丙</p>", "甲 乙 | 丙"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := document.Read([]byte(tt.page), "", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	d, _ := document.Read([]byte("<pre>信息内容\t本年处理决定数量\n行政许可\t34</pre>"), "", document.Options{})
	if len(d.Tables) != 1 || d.Tables[0].Grid.At(1, 1) == nil || d.Tables[0].Grid.At(1, 1).Text != "34" {
		t.Errorf("%+v", d.Tables)
	}
}

// The body may come as a JSON string in a script (gkmlpt, cms.md 3.5).
func TestBodyInAScript(t *testing.T) {
	d, err := document.Read([]byte(`<html><head><title>甲</title><script>window._CONFIG = {DETAIL: {"id": 1, "content":"\u003Cp\u003E一、总体情况\u003C/p\u003E\u003Ctable\u003E\u003Ctr\u003E\u003Ctd\u003E规章\u003Ctd\u003E1\u003C/table\u003E"}};</script></head><body><div id="app"></div></body></html>`), "", document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := shape(d); got != "一、总体情况 | [0]" || len(d.Tables) != 1 {
		t.Errorf("got %q and %d tables", got, len(d.Tables))
	}
}

func TestFormatByContent(t *testing.T) {
	tests := []struct {
		name, body, format string
	}{
		{"packed", "7z\xbc\xaf\x27\x1c\x00\x04", "7z"},
		{"data for a script", `{"code": 404, "data": [1, 2]}`, "JSON"},
		{"something with zeros", "<\x00\x01\x02", "unknown binary"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := document.Read([]byte(tt.body), "text/html", document.Options{})
			if !errors.Is(err, document.ErrFormat) || !strings.Contains(err.Error(), tt.format) {
				t.Errorf("error %v, want ErrFormat naming %s", err, tt.format)
			}
		})
	}
	if _, err := document.Read(nil, "text/html", document.Options{}); !errors.Is(err, document.ErrEmpty) {
		t.Errorf("no bytes: %v", err)
	}
}

// No depth of nesting takes the stack, and none is silently cut.
func TestDeepNesting(t *testing.T) {
	for _, n := range []int{100, 400, 10_000} {
		page := strings.Repeat("<div>", n) + "甲" + strings.Repeat("</div>", n)
		d, err := document.Read([]byte(page), "", document.Options{})
		if err == nil && shape(d) != "甲" {
			t.Errorf("depth %d: %q", n, shape(d))
		}
		if err != nil && n < 500 {
			t.Errorf("depth %d: %v", n, err)
		}
	}
}
