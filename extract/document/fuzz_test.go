package document

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"testing"

	"nianbao/extract/grid"
)

// The parts of containers are fuzzed by themselves: hardly any change of a container's bytes leaves it one.

const smallest = "../../testdata/documents/hanyang-2022-leading-empty-cell-blank-rule/page."

// within fails where a document is over what it may become.
func within(t *testing.T, d Document, err error) {
	if err != nil {
		return
	}
	if err := d.within(Limits{}); err != nil {
		t.Error(err)
	}
	for _, b := range d.Blocks {
		if b.Table >= len(d.Tables) {
			t.Errorf("a block of table %d of %d", b.Table, len(d.Tables))
		}
	}
	for _, table := range d.Tables {
		if again := grid.New(table.Grid.Cells); len(again.Cells) != len(table.Grid.Cells) {
			t.Errorf("of %d cells of a grid %d fit into one", len(table.Grid.Cells), len(again.Cells))
		}
	}
}

// part is a member of the smallest report in a format.
func part(f *testing.F, format, name string) []byte {
	f.Helper()
	body, err := os.ReadFile(smallest + format)
	if err != nil {
		f.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		f.Fatal(err)
	}
	in, err := r.Open(name)
	if err != nil {
		return nil // not each has one
	}
	defer in.Close()
	content, err := io.ReadAll(in)
	if err != nil {
		f.Fatal(err)
	}
	return content
}

// packParts makes a zip of members, each with its content behind it.
func packParts(t *testing.T, members ...any) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		m, err := w.CreateHeader(&zip.FileHeader{Name: members[i].(string), Method: zip.Store})
		if err == nil {
			_, err = m.Write(members[i+1].([]byte))
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

// FuzzDOCX: text, lists, styles and a chart of a .docx.
func FuzzDOCX(f *testing.F) {
	f.Add(part(f, "docx", "word/document.xml"), part(f, "docx", "word/numbering.xml"), part(f, "docx", "word/styles.xml"), []byte(nil))
	f.Add([]byte(`<w:document xmlns:w="w"><w:body><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="3"/><w:vMerge w:val="restart"/></w:tcPr><w:p/></w:tc></w:tr>`+
		`<w:tr><w:trPr><w:gridBefore w:val="2"/></w:trPr><w:tc><w:tcPr><w:vMerge/><w:hMerge/></w:tcPr></w:tc></w:tr></w:tbl><w:p><w:pPr><w:rPr><w:del/></w:rPr>`+
		`<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:fldChar w:fldCharType="begin"/><w:t>1</w:t></w:r></w:p></w:body></w:document>`),
		[]byte(`<n><abstractNum abstractNumId="1"><lvl ilvl="1"><start val="1"/><numFmt val="chineseCounting"/><lvlText val="%1、%2"/></lvl></abstractNum><num numId="1"><abstractNumId val="1"/></num></n>`),
		[]byte(`<s><style styleId="a"><name val="heading 1"/></style></s>`),
		[]byte(`<c><chart><plotArea><bar><ser><tx><strRef><strCache><pt idx="0"><v>a</v></pt></strCache></strRef></tx><val><numRef><numCache><pt idx="3"><v>1</v></pt></numCache></numRef></val></ser></bar></plotArea></chart></c>`))
	f.Fuzz(func(t *testing.T, text, lists, styles, chart []byte) {
		d, err := readDOCX(packParts(t, "word/document.xml", text, "word/numbering.xml", lists, "word/styles.xml", styles,
			"word/charts/chart1.xml", chart), Options{})
		within(t, d, err)
	})
}

// FuzzXLSX: a sheet, its strings and styles.
func FuzzXLSX(f *testing.F) {
	f.Add(part(f, "xlsx", "xl/worksheets/sheet1.xml"), part(f, "xlsx", "xl/sharedStrings.xml"), part(f, "xlsx", "xl/styles.xml"))
	f.Fuzz(func(t *testing.T, cells, strings, styles []byte) {
		d, err := readXLSX(packParts(t, "xl/workbook.xml", []byte(`<w xmlns:r="r"><sheet name="a" r:id="1"/></w>`),
			"xl/_rels/workbook.xml.rels", []byte(`<r><Relationship Id="1" Target="worksheets/a.xml"/></r>`),
			"xl/worksheets/a.xml", cells, "xl/sharedStrings.xml", strings, "xl/styles.xml", styles), Options{})
		within(t, d, err)
	})
}

// FuzzODT: the text of an .odt, with a sheet in it.
func FuzzODT(f *testing.F) {
	f.Add(part(f, "odt", "content.xml"), []byte(`<o xmlns:t="t"><t:table><t:table-row t:number-rows-repeated="2"><t:table-cell t:number-columns-spanned="2"><p>1</p></t:table-cell></t:table-row></t:table></o>`))
	f.Add([]byte(`<o><text><p><frame><object href="./a"/></frame>1<s c="9"/></p><list><list-item><p>2</p></list-item></list></text></o>`), []byte(nil))
	f.Fuzz(func(t *testing.T, content, sheet []byte) {
		d, err := readODT(packParts(t, "content.xml", content, "styles.xml", []byte("<s/>"), "a/content.xml", sheet), Options{})
		within(t, d, err)
	})
}

// streams are those of the smallest report in a format of OLE2, by name.
func streams(f *testing.F, format string) map[string][]byte {
	f.Helper()
	body, err := os.ReadFile(smallest + format)
	if err != nil {
		f.Fatal(err)
	}
	all, err := openOLE(body)
	if err != nil {
		f.Fatal(err)
	}
	byName := map[string][]byte{}
	for _, s := range all {
		byName[s.name] = s.body
	}
	return byName
}

// FuzzDOC: the streams of a .doc.
func FuzzDOC(f *testing.F) {
	s := streams(f, "doc")
	f.Add(s["WordDocument"], s["1Table"], s["Data"])
	f.Fuzz(func(t *testing.T, main, table, data []byte) {
		d, err := readDOC([]stream{{"", "WordDocument", main}, {"", "0Table", table}, {"", "1Table", table}, {"", "Data", data}}, Options{})
		within(t, d, err)
	})
}

// FuzzXLS: the stream of an .xls.
func FuzzXLS(f *testing.F) {
	f.Add(streams(f, "xls")["Workbook"])
	f.Add([]byte("\x09\x08\x04\x00\x80\x06\x05\x00\x03\x00\x0f\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0\x3f")) // Microsoft Graph
	f.Fuzz(func(t *testing.T, workbook []byte) {
		d, err := readXLS(workbook, Options{})
		within(t, d, err)
	})
}

// FuzzRTF: whatever stands in a file of RTF.
func FuzzRTF(f *testing.F) {
	body, err := os.ReadFile(smallest + "rtf")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{\rtf1\ansicpg936{\fonttbl{\f0\fcharset134 a;}}\trowd\clvmgf\cellx100\clvmrg\cellx-5\intbl\itap2 a\nestcell{\*\nesttableprops\trowd\cellx9\nestrow}\cell\row{\shp{\*\shpinst{\shptxt b\par}}}\u-10179?\u-8704?\'b1\'ed}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := readRTF(body, Options{})
		within(t, d, err)
	})
}

// FuzzText: text without markup, with tables in it.
func FuzzText(f *testing.F) {
	f.Add([]byte("\t1\n\t2\n\n\t3\nx\n\t4\n\na\tb\nc\td\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := readPlain(body, "", Options{})
		within(t, d, err)
	})
}

// FuzzNumberFormat: a number has some text in any format.
func FuzzNumberFormat(f *testing.F) {
	for _, format := range []string{"General", `0.00_ ;[Red]-0.00`, `[>=100]0"万元";0.0%`, `yyyy"年"m"月"d"日"`, "[h]:mm:ss", `#,##0,,"百万"`, `0!.0,`, "??/??", "@"} {
		f.Add(12345.678, format, false)
	}
	f.Fuzz(func(t *testing.T, number float64, format string, late bool) {
		if shown := display(number, ownFormat(format), late); len(shown) > 4*longestFormat {
			t.Errorf("%d bytes", len(shown))
		}
	})
}
