package document_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract/document"
)

// packed makes a zip container of names and contents.
func packed(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		f, err := w.Create(members[i])
		if err == nil {
			_, err = f.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const wordHead = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>`

// word makes a docx of the content of its body. p and tc stand for short paragraphs and cells.
func word(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	for _, short := range []string{"p", "tc"} {
		open, shut := `<w:p><w:r><w:t>`, `</w:t></w:r></w:p>`
		if short == "tc" {
			open, shut = `<w:tc>`+open, shut+`</w:tc>`
		}
		body = strings.NewReplacer("<"+short+">", open, "</"+short+">", shut).Replace(body)
	}
	return packed(t, append([]string{"[Content_Types].xml", "", "word/document.xml", wordHead + body + `</w:body></w:document>`},
		more...)...)
}

// cellsOf writes the cells of a table: row,column rowspan x colspan and text.
func cellsOf(d document.Document, no int) string {
	if no >= len(d.Tables) {
		return "no table"
	}
	var out []string
	for _, c := range d.Tables[no].Grid.Cells {
		out = append(out, fmt.Sprintf("%d,%d %dx%d %s", c.Row, c.Column, c.Rowspan, c.Colspan, c.Text))
	}
	return strings.Join(out, "; ")
}

// What Word does to text and tables. The documents are made up, each for one thing (ECMA-376 part 1, chapter 17).
func TestDOCX(t *testing.T) {
	const lists = `<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/>` +
		`<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>` +
		`<w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/>` +
		`</w:num></w:numbering>`
	listed := func(level int, text string) string {
		return fmt.Sprintf(`<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`,
			level, text)
	}
	for name, c := range map[string]struct {
		body  string
		more  []string
		text  string
		table string
	}{
		"paragraphs, tabs and breaks": {body: `<p>甲</p><w:p><w:r><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:br/><w:t>丁</w:t></w:r></w:p>`,
			text: "甲 | 乙 丙 丁"},
		"tracked changes are accepted": {body: `<w:p><w:r><w:t>收到</w:t></w:r><w:del><w:r><w:delText>7</w:delText></w:r></w:del><w:ins><w:r><w:t>8</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r></w:p>`,
			text: "收到8件"},
		"what is hidden is not read": {body: `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r><w:r><w:t>甲</w:t></w:r></w:p>`, text: "甲"},
		"the result of a field": {body: `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
			text: "3"},
		"a text box once": {body: `<w:p><w:r><w:t>甲</w:t><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent><p>乙</p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><p>乙</p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
			text: "甲 | 乙"},
		"numbers that Word makes": {body: listed(0, "总体情况") + listed(1, "甲") + listed(1, "乙") + listed(0, "主动公开") + listed(1, "丙"),
			more: []string{"word/numbering.xml", lists}, text: "一、总体情况 | 1.甲 | 2.乙 | 二、主动公开 | 1.丙"},
		"numbers that Word makes stay apart from digits": {body: listed(0, "收到") + `<w:tbl><w:tr><tc>行政许可</tc><w:tc>` + listed(1, "5") + `</w:tc></w:tr></w:tbl>`,
			more: []string{"word/numbering.xml", lists}, text: "一、收到 | [0]", table: "0,0 1x1 行政许可; 0,1 1x1 1. 5"},
		"merged cells": {body: `<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><p>a</p></w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><p>b</p></w:tc></w:tr>` +
			`<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><p></p></w:tc><tc>c</tc><tc>d</tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 2x1 a; 0,1 1x2 b; 1,1 1x1 c; 1,2 1x1 d"},
		"a row that begins late": {body: `<w:tbl><w:tr><tc>a</tc><tc>b</tc></w:tr><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><tc>c</tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 1x1 a; 0,1 1x1 b; 1,1 1x1 c"},
		"a table in a cell": {body: `<w:tbl><w:tr><tc>a</tc><w:tc><p>b</p><w:tbl><w:tr><tc>1</tc><tc>2</tc></w:tr></w:tbl></w:tc></w:tr></w:tbl>`,
			text: "a | b | [1]", table: "0,0 1x1 a; 0,1 1x1 b"},
		"digits over several runs": {body: `<w:tbl><w:tr><tc>行政许可</tc><w:tc><w:p><w:r><w:t>3</w:t></w:r><w:r><w:t>4</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 1x1 行政许可; 0,1 1x1 34"},
		"a field in a field's instruction": {body: `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>=3</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>是</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`,
			text: "是"},
		"a bullet is no number":            {body: listed(0, "甲"), more: []string{"word/numbering.xml", strings.Replace(lists, "%1、", "\uf0b7", 1)}, text: "甲"},
		"a paragraph whose end is deleted": {body: `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>12</w:t></w:r></w:p><p>5件</p><p>乙</p>`, text: "125件 | 乙"},
		"a deleted row between merged cells": {body: `<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><p>a</p></w:tc><tc>1</tc></w:tr>` +
			`<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><p>x</p></w:tc><tc>9</tc></w:tr>` +
			`<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><p></p></w:tc><tc>2</tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 2x1 a; 0,1 1x1 1; 1,1 1x1 2"},
		"a deleted cell": {body: `<w:tbl><w:tr><tc>a</tc><w:tc><w:tcPr><w:cellDel/></w:tcPr><p>9</p></w:tc><tc>b</tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 1x1 a; 0,1 1x1 b"},
		"cells merged to the right, as old versions do": {body: `<w:tbl><w:tr><w:tc><w:tcPr><w:hMerge w:val="restart"/></w:tcPr><p>a</p></w:tc><w:tc><w:tcPr><w:hMerge/></w:tcPr><p></p></w:tc><tc>b</tc></w:tr></w:tbl>`,
			text: "[0]", table: "0,0 1x2 a; 0,2 1x1 b"},
		"a content control around rows": {body: `<w:tbl><w:sdt><w:sdtContent><w:tr><tc>a</tc><tc>b</tc></w:tr></w:sdtContent></w:sdt></w:tbl>`,
			text: "[0]", table: "0,0 1x1 a; 0,1 1x1 b"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := document.Read(word(t, c.body, c.more...), "", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != c.text || d.Media != "docx" {
				t.Errorf("%s: got %q, want %q", d.Media, got, c.text)
			}
			if c.table != "" && cellsOf(d, 0) != c.table {
				t.Errorf("got %s, want %s", cellsOf(d, 0), c.table)
			}
		})
	}
}

// The figures behind a chart of Word, as the seed's report has them, from the chart's own cache and from its workbook.
func TestChartsAreTables(t *testing.T) {
	const chart = `<c:chartSpace xmlns:c="x"><c:chart><c:plotArea><c:pieChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>政策解读</c:v></c:pt></c:strCache></c:strRef></c:tx>` +
		`<c:cat><c:strRef><c:strCache><c:pt idx="0"><c:v>图文解读</c:v></c:pt><c:pt idx="1"><c:v>文稿解读</c:v></c:pt></c:strCache></c:strRef></c:cat>` +
		`<c:val><c:numRef><c:numCache><c:pt idx="0"><c:v>75</c:v></c:pt><c:pt idx="1"><c:v>47.0</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:pieChart></c:plotArea></c:chart></c:chartSpace>`
	sheet := workbook(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>其他解读</t></is></c><c r="B1"><v>81</v></c></row>`, "")
	d, err := document.Read(word(t, `<p>甲</p>`, "word/charts/chart1.xml", chart, "word/embeddings/book1.xlsx", string(sheet)), "",
		document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Tables) != 3 || shape(d) != "甲" { // the chart, the sheet, and its hidden neighbour
		t.Fatalf("%q and %d tables", shape(d), len(d.Tables))
	}
	if got := cellsOf(d, 0); got != "0,0 1x1 ; 0,1 1x1 政策解读; 1,0 1x1 图文解读; 1,1 1x1 75; 2,0 1x1 文稿解读; 2,1 1x1 47" {
		t.Error(got)
	}
	if got := cellsOf(d, 1); got != "0,0 1x1 其他解读; 0,1 1x1 81" {
		t.Error(got)
	}
	for _, table := range d.Tables {
		if table.Chart == "" {
			t.Error("a chart's table does not say so")
		}
	}
}

// workbook makes an xlsx of one sheet with these rows, and elements behind them.
func workbook(t testing.TB, rows, behind string) []byte {
	t.Helper()
	return packed(t, "xl/workbook.xml", `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+
		`<sheet name="表" sheetId="1" r:id="rId1"/><sheet name="暗" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="166" formatCode="0.00_ "/></numFmts>`+
			`<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="165"/><xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="3"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml", `<sst><si><t>规章</t></si><si><r><t>行政</t></r><r><t>许可</t></r><rPh><t>x</t></rPh></si></sst>`,
		"xl/worksheets/sheet1.xml", `<worksheet><sheetData>`+rows+`</sheetData>`+behind+`</worksheet>`,
		"xl/worksheets/sheet2.xml", `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>`)
}

// Values are read as the sheet shows them (ECMA-376 part 1, 18.8.30): a day is no number.
func TestXLSX(t *testing.T) {
	for name, c := range map[string]struct{ rows, before, behind, want string }{
		"shared strings, rich ones too": {rows: `<row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c></row>`, want: "0,0 1x1 规章; 0,1 1x1 行政许可"},
		"a day":                         {rows: `<row><c s="1"><v>45322</v></c><c s="5"><v>45322</v></c></row>`, want: "0,0 1x1 2024-01-31; 0,1 1x1 2024-01-31"},
		"formats of numbers": {rows: `<row><c><v>34319</v></c><c s="2"><v>0.125</v></c><c s="3"><v>12.5</v></c><c s="4"><v>1234567</v></c></row>`,
			want: "0,0 1x1 34319; 0,1 1x1 12.50%; 0,2 1x1 12.50; 0,3 1x1 1,234,567"},
		"what a computer cannot write": {rows: `<row><c><v>0.30000000000000004</v></c><c><v>1E+2</v></c></row>`, want: "0,0 1x1 0.3; 0,1 1x1 100"},
		"hidden rows and columns are tables of their own": {rows: `<row><c r="A1"><v>1</v></c><c r="B1"><v>9</v></c><c r="C1"><v>2</v></c></row><row hidden="1"><c r="A2"><v>9</v></c></row>` +
			`<row><c r="A3"><v>3</v></c><c r="C3"><v>4</v></c></row>`, before: `<cols><col min="2" max="2" hidden="1"/></cols>`, want: "0,0 1x1 1; 0,1 1x1 2; 1,0 1x1 3; 1,1 1x1 4"},
		"a blank beside its label": {rows: `<row><c t="inlineStr"><is><t>信息内容</t></is></c><c t="inlineStr"><is><t>本年处理决定数量</t></is></c></row><row><c t="inlineStr"><is><t>行政处罚</t></is></c></row>` +
			`<row><c t="inlineStr"><is><t>行政强制</t></is></c><c><v>2</v></c></row>`, want: "0,0 1x1 信息内容; 0,1 1x1 本年处理决定数量; 1,0 1x1 行政处罚; 1,1 1x1 ; 2,0 1x1 行政强制; 2,1 1x1 2"},
		"an error and a truth": {rows: `<row><c t="e"><v>#DIV/0!</v></c><c t="b"><v>1</v></c></row>`, want: "0,0 1x1 #DIV/0!; 0,1 1x1 TRUE"},
		"merged cells": {rows: `<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row><row r="2"><c r="C2"><v>3</v></c></row>`,
			behind: `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, want: "0,0 2x2 1; 0,2 1x1 2; 1,2 1x1 3"},
		"a formula that was never computed is no blank": {rows: `<row><c><v>1</v></c><c><f>SUM(A1:A1)</f><v></v></c><c><f>A1</f></c><c t="str"><f>""</f><v></v></c><c><f>A1</f><v>1</v></c></row>`,
			want: "0,0 1x1 1; 0,1 1x1 =; 0,2 1x1 =; 0,3 1x1 ; 0,4 1x1 1"},
		"blank and nought": {rows: `<row><c><v>0</v></c><c/><c t="inlineStr"><is><t>/</t></is></c></row>`, want: "0,0 1x1 0; 0,1 1x1 ; 0,2 1x1 /"},
	} {
		t.Run(name, func(t *testing.T) {
			body := workbook(t, c.rows, c.behind)
			if c.before != "" {
				body = workbook(t, `</sheetData>`+c.before+`<sheetData>`+c.rows, c.behind)
			}
			d, err := document.Read(body, "", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := cellsOf(d, 0); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if last := d.Tables[len(d.Tables)-1]; !last.Hidden || last.Caption != "暗" {
				t.Errorf("the hidden sheet is %+v", last)
			}
		})
	}
}

// RTF as Word and WPS write it. Made up, each for one thing.
func TestRTF(t *testing.T) {
	for name, c := range map[string]struct{ body, text, table string }{
		"GBK and Unicode":              {`\ansicpg936 \'bc\'d7\u20057?\par \uc2\u20057\'d2\'d2\par`, "甲乙 | 乙", ""},
		"what is no text":              {`{\fonttbl{\f0 宋体;}}{\header x}{\*\unknown x}{\pict 00ff}a{\v b}{\deleted c}\par`, "a", ""},
		"a field":                      {`{\field{\*\fldinst PAGE}{\fldrslt 3}}\par`, "3", ""},
		"a table":                      {`\trowd\cellx1000\cellx2000\pard\intbl a\cell b\cell\row\trowd\cellx2000\pard\intbl c\cell\row\pard z\par`, "[0] | z", "0,0 1x1 a; 0,1 1x1 b; 1,0 1x2 c"},
		"a text box in a cell":         {`\trowd\cellx1000\cellx2000\pard\intbl a{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 202}}{\shptxt\pard 9\par}}{\shprslt 9}}\cell b\cell\row\pard z\par`, "[0] | z", "0,0 1x1 a\n9; 0,1 1x1 b"},
		"a text box in a header":       {`{\header{\shp{\*\shpinst{\shptxt 9\par}}}}a\par`, "a", ""},
		"a deleted end of a paragraph": {`12{\deleted\par}5\par`, "125", ""},
		"a rare character":             {`\u-10179 ?\u-8704 ?\par`, "😀", ""},
		"cells merged downward":        {`\trowd\clvmgf\cellx1000\cellx2000\pard\intbl a\cell b\cell\row\trowd\clvmrg\cellx1000\cellx2000\pard\intbl\cell c\cell\row\pard`, "[0]", "0,0 2x1 a; 0,1 1x1 b; 1,1 1x1 c"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := document.Read([]byte(`{\rtf1\ansi `+c.body+`}`), "", document.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != c.text || c.table != "" && cellsOf(d, 0) != c.table {
				t.Errorf("got %q, %s; want %q, %s", got, cellsOf(d, 0), c.text, c.table)
			}
		})
	}
}

// A file that is damaged, encrypted, empty or a bomb says so, and costs little.
func TestFilesThatCannotBeRead(t *testing.T) {
	doc, err := os.ReadFile("../../testdata/documents/hanyang-2022-leading-empty-cell-blank-rule/page.doc")
	if err != nil {
		t.Fatal(err)
	}
	encrypted := bytes.Clone(doc)
	at := bytes.Index(encrypted, []byte{0xEC, 0xA5})
	encrypted[at+0x0B] |= 1
	const sst = `<sst>`
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":                        {nil, document.ErrEmpty},
		"a PDF of nothing":               {[]byte("%PDF-1.7\n"), document.ErrDamaged},
		"a zip of another office format": {packed(t, "[Content_Types].xml", "x", "ppt/presentation.xml", "x"), document.ErrFormat},
		"a zip cut in two":               {word(t, "<p>甲</p>")[:200], document.ErrDamaged},
		"a docx whose XML ends early":    {packed(t, "word/document.xml", wordHead+"<w:p><w:r>"), document.ErrDamaged},
		"a docx without end of nesting":  {packed(t, "word/document.xml", wordHead+"<w:p>"+strings.Repeat("<w:r>", 5000)), document.ErrLimit},
		"tables in tables without end":   {packed(t, "word/document.xml", wordHead+strings.Repeat("<w:tbl><w:tr><w:tc>", 5000)), document.ErrLimit},
		"a bomb":                         {packed(t, "word/document.xml", wordHead+strings.Repeat(" ", 20<<20)), document.ErrLimit},
		"a workbook of too many cells":   {workbook(t, strings.Repeat(`<row>`+strings.Repeat(`<c><v>1</v></c>`, 100)+`</row>`, 110), ""), document.ErrLimit},
		"a workbook without its strings": {packed(t, "xl/workbook.xml", "<workbook/>", "xl/sharedStrings.xml", sst), document.ErrDamaged},
		"a doc cut in two":               {doc[:len(doc)/2], document.ErrDamaged},
		"an encrypted doc":               {encrypted, document.ErrEncrypted},
		"an OLE container of zeros":      {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...), document.ErrDamaged},
		"RTF groups without end":         {[]byte(`{\rtf1` + strings.Repeat("{", 100_000)), document.ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			limits := document.Limits{Inflated: 10 << 20, Cells: 10_000}
			if _, err := document.Read(c.body, "", document.Options{Limits: limits}); !errors.Is(err, c.want) {
				t.Errorf("error %v, want %v", err, c.want)
			}
		})
	}
}

// TestODT: what the fixtures of LibreOffice do not show. Made up (OpenDocument 1.3 part 3).
func TestODT(t *testing.T) {
	const head = `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:style="s" xmlns:table="b" xmlns:draw="d" xmlns:fo="f">`
	for name, c := range map[string]struct{ styles, body, text, table string }{
		"hidden text": {`<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>`,
			`<text:p>甲<text:span text:style-name="T1">9</text:span>乙</text:p><text:section text:display="none"><text:p>9</text:p></text:section>`, "甲乙", ""},
		"a text box in a shape": {"", `<text:p>甲<draw:custom-shape><text:p>乙</text:p><text:p>丙</text:p></draw:custom-shape>丁</text:p>`, "甲丁 | 乙 | 丙", ""},
		"covered and repeated cells": {"", `<table:table><table:table-header-rows><table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2"><text:p>a</text:p></table:table-cell><table:covered-table-cell/>` +
			`<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row><table:covered-table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>` +
			`<table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>0</text:p></table:table-cell></table:table-row></table:table>`,
			"[0]", "0,0 2x2 a; 0,2 1x1 b; 1,2 1x1 c; 2,0 1x1 0; 2,1 1x1 0; 2,2 1x1 0"},
	} {
		body := packed(t, "styles.xml", "<x/>", "content.xml", head+`<office:automatic-styles>`+c.styles+`</office:automatic-styles><office:body><office:text>`+
			c.body+`</office:text></office:body></office:document-content>`)
		d, err := document.Read(body, "", document.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := shape(d); got != c.text || c.table != "" && cellsOf(d, 0) != c.table {
			t.Errorf("%s: got %q, %s; want %q, %s", name, got, cellsOf(d, 0), c.text, c.table)
		}
	}
	spreadsheet := packed(t, "styles.xml", "<x/>", "content.xml", head+`<office:body><office:spreadsheet/></office:body></office:document-content>`)
	if _, err := document.Read(spreadsheet, "", document.Options{}); !errors.Is(err, document.ErrFormat) {
		t.Errorf("a spreadsheet: %v", err)
	}
	const sheet = `<table:table table:name="表"><table:table-row><table:table-cell><text:p>规章</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>0</text:p></table:table-cell>` +
		`<table:table-cell office:value-type="date" office:date-value="2024-01-31T00:00:00"><text:p>2024年1月31日</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell/><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>` +
		`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>`
	d, err := document.Read(packed(t, "styles.xml", "<x/>", "content.xml", head+`<office:body><office:text><text:p>甲<draw:frame><draw:object xlink:href="./Object 1" xmlns:xlink="x"/></draw:frame></text:p></office:text></office:body></office:document-content>`,
		"Object 1/content.xml", head+sheet+`</office:document-content>`), "", document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := cellsOf(d, 0); got != "0,0 1x1 规章; 0,1 1x1 0; 0,2 1x1 0; 0,3 1x1 2024-01-31; 1,0 1x1 ; 1,1 1x1 7; 1,2 1x1 ; 1,3 1x1 ; 2,0 1x1 ; 2,1 1x1 7; 2,2 1x1 ; 2,3 1x1 " ||
		d.Tables[0].Chart != "Object 1 表" {
		t.Errorf("%s: %s", d.Tables[0].Chart, got)
	}
}

// FuzzRead: whatever bytes come, reading them ends, without a panic, in a document or in an error.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("../../testdata/documents/*/*.*")
	if err != nil || len(files) == 0 {
		f.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.Size() > 40<<10 {
			continue
		}
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	makeEngine(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := pdfs.Read(t.Context(), body, "")
		if err != nil {
			return
		}
		for _, b := range d.Blocks {
			if b.Table >= len(d.Tables) {
				t.Errorf("a block of table %d of %d", b.Table, len(d.Tables))
			}
		}
	})
}
