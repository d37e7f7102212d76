package extract_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"nianbao/extract"
)

// The page is that of a case whose figures are made up, with one thing done to it: the cell 本年新收 自然人 (9) printed
// another way, or last year's form left behind in a part that is not displayed.
func TestWhatAPageDoesNotShow(t *testing.T) {
	body, err := os.ReadFile("../testdata/reports/sums-wrong-at-the-source/page.html")
	if err != nil {
		t.Fatal(err)
	}
	page := string(body)
	const cell = `<span style="font-family:宋体">9</span>`
	from := strings.Index(page, "<p>三、收到和处理")
	to := strings.Index(page, "<p>四、政府信息公开行政复议")
	table := page[from:to]
	for _, test := range []struct{ name, page, want, doubt string }{
		{"as it is", page, "9 number", ""},
		{"raised note", strings.Replace(page, cell, `9<sup>1</sup>`, 1), "0 text", ""},
		{"tracked change", strings.Replace(page, cell, `<del>8</del><ins>9</ins>`, 1), "9 number", ""},
		{"struck", strings.Replace(page, cell, `<span style="text-decoration:line-through">8</span>9`, 1), "9 number", ""},
		{"invisible digit", strings.Replace(page, cell, `9<span style="visibility:hidden">0</span>`, 1), "9 number", ""},
		{"field", strings.Replace(page, cell, `<input type="text" value="9">`, 1), "9 number", ""},
		{"list to choose from", strings.Replace(page, cell, `<select><option>0<option selected>9<option>10</select>`, 1), "9 number", ""},
		{"table in the cell", strings.Replace(page, cell, `<table><tr><td>9</td></tr></table>`, 1), "9 number", ""},
		{"two values in a table in the cell", strings.Replace(page, cell, `<table><tr><td>9</td><td>8</td></tr></table>`, 1), "0 text", ""},
		{"last year's table hidden", page[:from] + `<div style="display:none">` + strings.Replace(table, ">9<", ">8<", 1) + "</div>" + page[from:],
			"9 number", "is of a form, but not displayed"},
		{"an older form hidden", page[:from] + `<div style="display:none"><table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<td>处理决定数量` +
			"<tr><td>行政许可<td>1<td>2<td>3</table></div>" + page[from:], "9 number", "is of a form, but not displayed"},
		{"picture of a number", strings.Replace(page, cell, `<img src="9.png">`, 1), "0 blank", "1 cells hold a picture or a script"},
		{"number that a script writes", strings.Replace(page, cell, `<script>document.write(9)</script>`, 1), "0 blank",
			"1 cells hold a picture or a script"},
		{"picture beside a number", strings.Replace(page, cell, `9<img src="new.gif">`, 1), "9 number", ""},
		{"the whole report hidden until a script shows it", strings.Replace(page, `<div id="zoom"`, `<div style="display:none" id="zoom"`, 1),
			"9 number", "until a script of the page does so"},
	} {
		reading, err := extract.Read(extract.Input{Body: []byte(test.page), ContentType: "text/html"})
		if err != nil || reading.Report == nil {
			t.Errorf("%s: %+v, %v", test.name, reading.NotReport, err)
			continue
		}
		got := "no cell"
		for _, c := range reading.Report.Cells {
			if c.RowID == "new_this_year" && c.ColumnID == "natural_person" {
				got = fmt.Sprintf("%s %s", c.Value.Decimal, c.State)
			}
		}
		doubts := ""
		for _, f := range reading.Report.Findings {
			doubts += f.Message + "\n"
		}
		if got != test.want || !strings.Contains(doubts, test.doubt) {
			t.Errorf("%s: %s, want %s with %q:\n%s", test.name, got, test.want, test.doubt, doubts)
		}
	}
}

// A figure of the year before, said by its number, is none of the report's. The sentences are made up.
func TestFiguresOfAnotherYear(t *testing.T) {
	const page = "<meta charset=utf-8><title>丙市水利局2023年政府信息公开工作年度报告</title><p>一、总体情况</p><p>@</p><p>二、主动公开政府信息情况</p>"
	for in, want := range map[string]string{
		"2022年收到政府信息公开申请5件，2023年收到政府信息公开申请6件。": "6",
		"２０２２年收到政府信息公开申请5件。":                   "",
		"截至2023年12月31日收到政府信息公开申请6件。":           "6",
		"全年收到政府信息公开申请6件。":                      "6",
	} {
		reading, err := extract.Read(extract.Input{Body: []byte(strings.Replace(page, "@", in, 1)), ContentType: "text/html"})
		if err != nil || reading.Report == nil {
			t.Fatalf("%s: %+v, %v", in, reading, err)
		}
		var got []string
		for _, m := range reading.Report.Mentions {
			got = append(got, m.Value.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", in, got, want)
		}
	}
}
