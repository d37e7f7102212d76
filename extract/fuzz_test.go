package extract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/text"
)

// Whatever bytes come, Read answers with a reading or an error, and every number it gives stands in a table at the
// address it names.
func FuzzRead(f *testing.F) {
	pages, _ := filepath.Glob("../testdata/reports/*/page.html")
	for _, p := range pages {
		if b, err := os.ReadFile(p); err == nil {
			f.Add(b, "text/html")
		}
	}
	f.Add([]byte("<table><tr><td>自然人<td rowspan=65535 colspan=1000>总计<tr><td>一、本年新收政府信息公开申请数量"), "")
	f.Add([]byte("<pre>信息内容\t本年处理决定数量\n行政许可\t3\n</pre>"), "text/html")
	f.Add([]byte("<table><tr><td>指标名称<td>计量单位<td>2016年度<td>历年累计<tr><td>主动公开文件数<td>条<td>1<td rowspan=9>2"), "")
	f.Add([]byte("%PDF-1.4"), "text/html")
	if _, err := documents.Read(f.Context(), extract.Input{Body: []byte("%PDF-1.4")}); err == nil {
		f.Fatal("a PDF of nothing is read") // and the engine is made, before there is a clock on each input
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		r, err := documents.Read(t.Context(), extract.Input{Body: body, ContentType: contentType})
		if err != nil {
			return
		}
		if (r.Report == nil) == (r.NotReport == nil) {
			t.Fatal("neither or both of report and not-report")
		}
		if r.Report == nil {
			return
		}
		for _, c := range r.Report.Cells {
			at := r.Report.Tables[c.Table].Grid.At(c.Row, c.Column)
			if at == nil {
				t.Fatalf("%s/%s/%s: no cell at %d.%d.%d", c.Relation, c.RowID, c.ColumnID, c.Table, c.Row, c.Column)
			}
			if c.Value.Valid != (c.State == text.StateNumber) {
				t.Fatalf("%+v: value and state disagree", c)
			}
			printed := strings.TrimLeft(text.Fold(at.Text), "增减 ") // as 本年增/减 prints it: 增8
			_, joined := text.Joined(at.Text)                      // settled by the sums it stands in
			if c.Value.Valid && text.ParseValue(printed).State != text.StateNumber && !joined {
				t.Fatalf("%+v: no number is printed at its address", c)
			}
		}
	})
}
