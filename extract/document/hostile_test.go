package document_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"nianbao/extract/document"
)

// made is a document that LibreOffice made of the smallest report.
func made(t testing.TB, format string) []byte {
	t.Helper()
	body, err := os.ReadFile("../../testdata/documents/hanyang-2022-leading-empty-cell-blank-rule/page." + format)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// renamed gives a stream of an OLE2 container another name (MS-CFB 2.6.1).
func renamed(body []byte, from, to string) []byte {
	encode := func(s string) []byte {
		var out []byte
		for _, u := range utf16.Encode([]rune(s)) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		return append(out, 0, 0)
	}
	out := bytes.Clone(body)
	at := bytes.Index(out, encode(from))
	copy(out[at:at+64], make([]byte, 64))
	copy(out[at:], encode(to))
	binary.LittleEndian.PutUint16(out[at+64:], uint16(len(encode(to))))
	return out
}

// Every format that is read, and each way in which a file of it can be bad: the error is of the right kind and names the
// place. What ends early but is text to its end is read, as browsers and word processors do.
func TestHostileFiles(t *testing.T) {
	cut := func(b []byte) []byte { return b[:len(b)/2] }
	// The first byte of a stream of zip that is packed, turned over.
	spoil := func(b []byte, member string) []byte {
		out := bytes.Clone(b)
		at := bytes.Index(out, []byte(member))
		out[at+len(member)+20] ^= 0xff
		return out
	}
	doc, xls := made(t, "doc"), made(t, "xls")
	lockedDoc := bytes.Clone(doc)
	lockedDoc[bytes.Index(lockedDoc, []byte{0xEC, 0xA5})+0x0B] |= 1 // fEncrypted, MS-DOC 2.5.2
	lockedXLS := bytes.Clone(xls)
	first := bytes.Index(lockedXLS, []byte{0x09, 0x08, 0x10, 0x00}) + 20 // behind BOF
	binary.LittleEndian.PutUint16(lockedXLS[first:], 0x2F)               // FILEPASS, MS-XLS 2.4.117
	lockedODT := packed(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "\x8f\x01", "styles.xml", "\x02",
		"META-INF/manifest.xml", `<m:manifest xmlns:m="x"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>`)
	spaces := strings.Repeat(" ", 20<<20)
	cells := func(n int, cell string) string { return strings.Repeat(cell, n) }
	const entities = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`
	limits := document.Limits{Inflated: 10 << 20, Cells: 1000, Blocks: 1000}
	for name, c := range map[string]struct {
		body []byte
		want error // nil: it is read
		says string
	}{
		"empty":                    {nil, document.ErrEmpty, ""},
		"docx cut":                 {cut(made(t, "docx")), document.ErrDamaged, "zip"},
		"docx spoilt":              {spoil(made(t, "docx"), "word/document.xml"), document.ErrDamaged, "docx: word/document.xml"},
		"docx encrypted":           {renamed(doc, "WordDocument", "EncryptedPackage"), document.ErrEncrypted, "office document"},
		"docx with entities":       {packed(t, "word/document.xml", entities+wordHead+"<w:p><w:r><w:t>&b;"), document.ErrDamaged, "docx: word/document.xml"},
		"docx as a bomb":           {packed(t, "word/document.xml", wordHead+spaces), document.ErrLimit, "docx: word/document.xml: unpacks to more than"},
		"docx of many cells":       {word(t, "<w:tbl><w:tr>"+cells(1100, "<w:tc/>")+"</w:tr></w:tbl>"), document.ErrLimit, "docx: word/document.xml: more than 1000 cells"},
		"docx of many paragraphs":  {word(t, cells(1100, "<p>1</p>")), document.ErrLimit, "docx: word/document.xml: more than 1000 paragraphs"},
		"docx nested":              {word(t, strings.Repeat("<w:tbl><w:tr><w:tc>", 300)), document.ErrLimit, "docx: word/document.xml"},
		"xlsx cut":                 {cut(made(t, "xlsx")), document.ErrDamaged, "zip"},
		"xlsx spoilt":              {spoil(made(t, "xlsx"), "xl/worksheets/sheet1.xml"), document.ErrDamaged, "xlsx: xl/worksheets/sheet1.xml"},
		"xlsx of many cells":       {workbook(t, cells(1100, "<row><c><v>1</v></c><c><v>1</v></c></row>"), ""), document.ErrLimit, "xlsx: "},
		"xlsx of a far cell":       {workbook(t, `<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>`, ""), document.ErrLimit, "reaches over more than 1000 cells"},
		"xlsx with entities":       {packed(t, "xl/workbook.xml", entities+"<workbook>&b;</workbook>", "xl/_rels/workbook.xml.rels", "<x/>"), document.ErrDamaged, "xlsx: xl/workbook.xml"},
		"odt cut":                  {cut(made(t, "odt")), document.ErrDamaged, "zip"},
		"odt spoilt":               {spoil(made(t, "odt"), "content.xml"), document.ErrDamaged, "odt: content.xml"},
		"odt encrypted":            {lockedODT, document.ErrEncrypted, "odt"},
		"odt as a bomb":            {packed(t, "content.xml", "<x>"+spaces, "styles.xml", "<x/>"), document.ErrLimit, "odt: content.xml: unpacks to more than"},
		"odt of repeated cells":    {packed(t, "content.xml", `<o xmlns:t="t"><text><t:table><t:table-row t:number-rows-repeated="1000000"><t:table-cell t:number-columns-repeated="1000000"><p>1</p></t:table-cell></t:table-row></t:table></text></o>`, "styles.xml", "<x/>"), nil, ""},
		"doc cut":                  {cut(doc), document.ErrDamaged, "OLE2 container"},
		"doc of a header alone":    {doc[:512], document.ErrDamaged, "OLE2 container"},
		"doc encrypted":            {lockedDoc, document.ErrEncrypted, "doc"},
		"doc without its table":    {renamed(doc, "1Table", "xTable"), document.ErrDamaged, "doc"},
		"xls cut":                  {cut(xls), document.ErrDamaged, "OLE2 container"},
		"xls encrypted":            {lockedXLS, document.ErrEncrypted, "xls"},
		"rtf cut":                  {cut(made(t, "rtf")), nil, ""},
		"rtf nested":               {[]byte(`{\rtf1` + strings.Repeat("{", 2000)), document.ErrLimit, "rtf: groups nested deeper than 1000"},
		"rtf of many paragraphs":   {[]byte(`{\rtf1` + cells(1100, `a\par `) + "}"), document.ErrLimit, "rtf: more than 1000 paragraphs"},
		"text of many lines":       {[]byte(cells(1100, "甲\n")), document.ErrLimit, "text: more than 1000 paragraphs"},
		"text of many cells":       {[]byte(cells(600, "甲\t1\n")), document.ErrLimit, "text: more than 1000 cells"},
		"text of a line each cell": {[]byte(cells(200, "\t1\n\n") + cells(200, "\t1\n")), document.ErrLimit, "text: more than 1000 cells"},
		"text of indented lines":   {[]byte(cells(900, "\t1\n")), nil, ""},
		"html cut":                 {[]byte("<table><tr><td>行政许可<td>343"), nil, ""},
		"html nested":              {[]byte(strings.Repeat("<div>", 10_000)), errAny, "html: "},
		"gzip cut":                 {cut(gzipped([]byte(savedPage))), document.ErrDamaged, "gzip: the file is damaged"},
		"gzip as a bomb":           {gzipped([]byte(spaces)), document.ErrLimit, "gzip unpacks to more than"},
		"gzip in gzip": {func() []byte {
			b := []byte("甲")
			for range 20 {
				b = gzipped(b)
			}
			return b
		}(), document.ErrLimit, "containers nested deeper than 8"},
		"zip cut":             {cut(zipped(t, file{name: "a.doc", body: string(doc)})), document.ErrDamaged, "zip: the file is damaged"},
		"zip of many members": {zipped(t, make([]file, 10_001)...), document.ErrLimit, "zip with 10001 members"},
		"rar cut":             {rar5(file{name: "a.doc"})[:20], document.ErrDamaged, "rar: the file is damaged"},
		"7z":                  {[]byte("7z\xbc\xaf\x27\x1c\x00\x04"), document.ErrFormat, "7z"},
		"ofd":                 {packed(t, "OFD.xml", "<ofd:OFD/>", "Doc_0/Document.xml", ""), document.ErrFormat, "ofd"},
		"a picture as .doc":   {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), document.ErrImageOnly, "image"},
		"a program as .doc":   {[]byte("MZ\x90\x00\x03\x00\x00\x00"), document.ErrFormat, "unknown binary"},
	} {
		t.Run(name, func(t *testing.T) {
			var d document.Document
			var err error
			grown := heapWhile(func() { d, err = document.Read(c.body, "application/msword", document.Options{Limits: limits}) })
			switch {
			case c.want == nil && (err != nil || d.Media == ""):
				t.Errorf("error %v", err)
			case c.want == errAny && err == nil, c.want != nil && c.want != errAny && !errors.Is(err, c.want):
				t.Errorf("error %v, want %v", err, c.want)
			case err != nil && !strings.Contains(err.Error(), c.says):
				t.Errorf("error %v does not say %q", err, c.says)
			}
			if grown > 150<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

// errAny is any error.
var errAny = fmt.Errorf("any")
