package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"nianbao/extract/document/rartest"
)

// hostileFile is a document or container that is made to do harm.
type hostileFile struct {
	name string        // what it tries
	file string        // its name, whose ending tells servers what to call it
	body func() []byte // made when it is needed
	want string        // part of what becomes of it
	is   string        // "" if the list calls it a report; else the way in: "attached", "import", "extract"
}

// fileAttacks are those by documents and containers. Each goes through the whole program.
func fileAttacks() (all []attack) {
	for _, f := range hostileFiles() {
		a := attack{class: "file", name: f.file + ": " + f.name, run: f.crawled}
		switch f.is {
		case "import":
			a.run = f.imported
		case "extract":
			a.run = f.extracted
		case "attached":
			a.run = f.attached
		}
		if strings.HasSuffix(f.file, ".pdf") {
			a.memory, a.time = 600, time.Minute // the first of them makes the engine
		}
		all = append(all, a)
	}
	return append(all, attack{class: "file", name: "a dozen of 60 MB in gzip at once", run: func(v *victim) string {
		big := gzipOf(io.MultiReader(strings.NewReader("<p>"), spaces(60), bytes.NewReader(noise(400_000))))
		for i := range 12 {
			const time = 4 // in the head of gzip
			big[time] = byte(i)
			v.file(fmt.Sprint("saved/", i, ".doc"), big)
		}
		r := v.nianbao("import", "saved")
		return hostileFile{want: "more than 16777216 bytes"}.became(v, []string{firstLine(r.stderr)}, r)
	}})
}

// crawled serves the file where a list calls it a report, before a report that is one. That is read all the same; what
// becomes of the file is what the archive says of it.
func (f hostileFile) crawled(v *victim) string {
	v.Helper()
	body := f.body()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/nb/":
			fmt.Fprintf(w, `<title>政府信息公开年报</title><ul>`+
				`<li><a href="/nb/%s">武汉市蔡甸区人民政府2023年政府信息公开工作年度报告</a> 2024-01-20</li>`+
				`<li><a href="/nb/good.html">安康市统计局2020年政府信息公开工作年度报告</a> 2021-01-20</li></ul>`, f.file)
		case "/nb/" + f.file:
			_, _ = w.Write(body) // a client that went away sees nothing
		case "/nb/good.html":
			_, _ = w.Write(mustRead(v.T, "../../testdata/reports/ankang-tjj-2020-columns-of-the-head-reordered/page.html"))
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			asked++
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	v.file("sites.csv", fmt.Appendf(nil, "key,name,url\nvillain,武汉市人民政府,%s/nb/\n", server.URL))
	r := v.nianbao("crawl", "--sites", "sites.csv", "--allow-private", "--delay", "0s")
	if good := v.query(`select count(*) from reports where url like '%/nb/good.html' and completeness <> 'unreadable'`); good[0] != "1" {
		v.Errorf("the report beside it was not read:\n%s", r.stderr)
	}
	if asked > 0 {
		v.Errorf("%d addresses were asked for that only the file names", asked)
	}
	return f.became(v, v.query(`select ifnull((select message from findings f where f.report_id = r.report_id and f.relation is null limit 1),
		completeness) from reports r where url like '%/nb/`+f.file+`%' union all
		select decision || ': ' || ifnull(reason, '') from links where url like '%/nb/`+f.file+`%' and decision <> 'report'`), r)
}

// attached serves a report that carries the file. The report is read all the same.
func (f hostileFile) attached(v *victim) string {
	v.Helper()
	body, page := f.body(), mustRead(v.T, "../../testdata/reports/ankang-tjj-2020-columns-of-the-head-reordered/page.html")
	link := fmt.Appendf(nil, `<p>附件：<a href="/nb/%s">年报.%s</a></p>`, f.file, f.file)
	first := bytes.Index(page, []byte("<table"))
	page = join(page[:first], link, page[first:])
	list := shows(`<title>政府信息公开年报</title><li><a href="/nb/1.html">安康市统计局2020年政府信息公开工作年度报告</a> 2021-01-20</li>`)
	r := v.crawl(pages{"/nb/": list, "/nb/1.html": shows(string(page)),
		"/nb/" + f.file: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }})
	if good := v.query(`select completeness from reports where site = 'hostile'`); len(good) != 1 || good[0] == "unreadable" {
		v.Errorf("of the report that carries it there are %q:\n%s", good, r.stderr)
	}
	return f.became(v, v.query(`select message from findings join reports using (report_id) where site = 'hostile' and message like '%`+f.file+`%'`), r)
}

// imported brings the file in.
func (f hostileFile) imported(v *victim) string {
	v.Helper()
	v.file("saved/"+f.file, f.body())
	r := v.nianbao("import", "saved")
	return f.became(v, []string{firstLine(r.stderr)}, r)
}

// extracted prints what the file says.
func (f hostileFile) extracted(v *victim) string {
	v.Helper()
	v.file(f.file, f.body())
	r := v.nianbao("extract", "--format", "csv", f.file)
	return f.became(v, []string{firstLine(r.stderr)}, r)
}

// became is what became of the file, in short. It must be what was wanted.
func (f hostileFile) became(v *victim, said []string, r reply) string {
	v.Helper()
	all := strings.Join(said, "; ")
	if all == "" { // of a container the archive says nothing but what is in it, of a format that is not read nothing at all
		all = failure(r.stderr)
	}
	if !strings.Contains(all, f.want) {
		v.Errorf("it became %q, want %q\n%.4000s", all, f.want, r.stderr)
	}
	if all == "" || strings.Contains(all, readAsNothing) {
		return "read: no report"
	}
	for _, before := range []string{"cannot be read: ", "error="} {
		if _, reason, ok := strings.Cut(all, before); ok {
			all = reason
		}
	}
	return fmt.Sprintf("%.110s", all)
}

// readAsNothing is part of what is said of a file that was read and holds no report.
const readAsNothing = "neither its tables"

// firstLine is the first line that says something of a failure, else the first.
func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return cmp.Or(failure(s), first)
}

// failure is the first line that says something of a failure, "" if none does.
func failure(s string) string {
	for line := range strings.Lines(s) {
		if strings.Contains(line, "ERROR") || strings.Contains(line, "ERR") || strings.Contains(line, "format for a later version") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// noise is bytes that cannot be packed.
func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	return b
}

func repeat(n int, s string) []byte { return bytes.Repeat([]byte(s), n) }

// each makes a text of n parts, told their numbers.
func each(n int, format string) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.Bytes()
}

func join(parts ...any) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			b.WriteString(p)
		case []byte:
			b.Write(p)
		}
	}
	return b.Bytes()
}

// hostileFiles are the documents and containers.
func hostileFiles() []hostileFile {
	docx := func(body ...any) []byte {
		return zippedLoose("[Content_Types].xml", nil, "word/document.xml", join(append([]any{wordOpen}, body...)...))
	}
	xlsx := func(parts ...any) []byte {
		return zippedLoose(append([]any{"xl/workbook.xml", []byte(`<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`),
			"xl/_rels/workbook.xml.rels", []byte(`<R><Relationship Id="r1" Target="worksheets/sheet1.xml"/></R>`)}, parts...)...)
	}
	const megabyte = 1 << 20
	return []hostileFile{
		{name: "a bomb of 300 MB", file: "a.zip", want: "unpacks to more than", body: func() []byte { return zipped("a.txt", spaces(300)) }},
		{name: "zips of zips, ten in each, with 10 MB in each", file: "nested.zip", want: "unpacks to more than", body: func() []byte {
			b := zipped("a.txt", repeat(10*megabyte, " "))
			for range 5 {
				b = zipped("0", b, "1", b, "2", b, "3", b, "4", b, "5", b, "6", b, "7", b, "8", b, "9", b)
			}
			return b
		}},
		{name: "a zip in a zip, thirty deep", file: "deep.zip", want: "containers nested deeper than 8", body: func() []byte {
			b := zipped("a.txt", []byte("x"))
			for range 30 {
				b = zipped("a.zip", b)
			}
			return b
		}},
		{name: "5,000 entries that share one of 10 MB", file: "overlap.zip", want: "unpacks to more than", body: func() []byte { return overlapping(5000, repeat(10*megabyte, " ")) }},
		{name: "60,000 entries", file: "many.zip", want: "zip with 60000 members", body: func() []byte { return overlapping(60_000, []byte("x")) }},
		{name: "names that lead out of the folder", file: "names.zip", body: func() []byte {
			page := pageWith()
			return zipped("../../../../escaped.html", page, `..\..\escaped.html`, page, `C:\escaped.html`, page, "/tmp/escaped.html", page,
				"nul\x00.html", page, "con\x1b[2J.html", page, strings.Repeat("a/", 4000)+"x.html", page)
		}},
		{name: "names that lead out of the folder", file: "names.rar", is: "extract", body: func() []byte {
			return rarOf("../../../../escaped.html", pageWith(), `C:\escaped.html`, pageWith(), "nul\x00.html", pageWith())
		}},
		{name: "a bomb of 300 MB", file: "bomb.rar", want: "unpacks to more than", body: func() []byte {
			return rartest.Archive(false, rartest.Member{Name: "年报.txt", Packed: rartest.Repeat(' ', 300*megabyte), Length: 300 * megabyte})
		}},
		{name: "a hundred bombs of 60 MB", file: "bombs.rar", want: "more than 16777216 bytes", body: func() []byte {
			bomb := rartest.Member{Packed: join(rartest.Repeat(' ', 60*megabyte), repeat(400_000, "x")), Length: 60 * megabyte, Window: 8}
			bombs := make([]rartest.Member, 100)
			for i := range bombs {
				bombs[i] = bomb
				bombs[i].Name = fmt.Sprint(i, ".txt")
			}
			return rartest.Archive(false, bombs...)
		}},
		{name: "solid, a member of 200 GB said to have ten bytes", file: "solid.rar", body: func() []byte {
			return rartest.Archive(true, rartest.Member{Name: "1.txt", Packed: rartest.Repeat(' ', 200<<30), Length: 10},
				rartest.Member{Name: "2.txt", Packed: rartest.Again(4000), Length: 4000, Linked: true})
		}},
		{name: "solid, 200 GB in a file of the system's", file: "thumbs.rar", want: "unpacks to more than", body: func() []byte {
			return rartest.Archive(true, rartest.Member{Name: "Thumbs.db", Packed: rartest.Repeat(' ', 200<<30), Length: 200 << 30},
				rartest.Member{Name: "年报.txt", Packed: rartest.Again(4000), Length: 4000, Linked: true})
		}},
		{name: "a dictionary of 4 GB", file: "dictionary.rar", want: "dictionary too large", body: func() []byte {
			return rartest.Archive(false, rartest.Member{Name: "年报.txt", Packed: rartest.Repeat(' ', 1000), Length: 1 << 40, Window: 15})
		}},
		{name: "models of 256 MB for two thousand members", file: "models.rar", want: "more than 80 MiB of memory", body: func() []byte {
			var members []any
			for i := range 2000 {
				members = append(members, fmt.Sprint(i, ".txt"), join("\xaf\xff", repeat(500, "\x12\x45\x99\x77")))
			}
			return rarBy(29, 0x33, members...)
		}},
		{name: "models of 32 MB for a hundred members", file: "model.rar", want: "corrupt ppm data", body: func() []byte {
			var members []any
			for i := range 100 {
				members = append(members, fmt.Sprint(i, ".txt"), join("\xaf\x1f", repeat(5000, "\x12\x45\x99\x77")))
			}
			return rarBy(29, 0x33, members...)
		}},
		{name: "models of 256 MB in the middle of two thousand members", file: "middle.rar", want: "more than 80 MiB of memory", body: func() []byte {
			var members []any
			for i := range 2000 {
				members = append(members, fmt.Sprint(i, ".txt"), join(rartest.EmptyBlock(), "\xaf\xff", repeat(500, "\x12\x45\x99\x77")))
			}
			return rarBy(29, 0x33, members...)
		}},
		{name: "a model of 256 MB, a million times in one member", file: "again.rar", want: "more than 80 MiB of memory", body: func() []byte {
			return rarBy(29, 0x33, "1.txt", join(rartest.EmptyBlock(), repeat(1_000_000, string(rartest.EmptyModel(256)))))
		}},
		{name: "a model of 2 MB, a thousand times in one member", file: "small.rar", want: "decoder expected more data", body: func() []byte {
			return rarBy(29, 0x33, "1.txt", join(rartest.EmptyBlock(), repeat(1000, string(rartest.EmptyModel(2)))))
		}},
		{name: "a model of 256 MB again and again behind 47 MB of text", file: "behind.rar", want: "text: more than 16777216 bytes", body: func() []byte {
			models := join(rartest.EmptyBlock(), repeat(20_000, string(rartest.EmptyModel(64))), repeat(20_000, string(rartest.EmptyModel(256))))
			const head, end = 7 + 13, 7 // bytes of an archive's own blocks
			stored := rarBy(29, 0x30, "年报.txt", repeat(47*megabyte, " "))
			return join(stored[:len(stored)-end], rarBy(29, 0x33, "2.txt", models)[head:])
		}},
		{name: "a hundred archives with models of 256 MB", file: "archives.zip", want: "more than 80 MiB of memory", body: func() []byte {
			archive := rarBy(29, 0x33, "1.txt", join(rartest.EmptyBlock(), repeat(1000, string(rartest.EmptyModel(256)))))
			var members []any
			for i := range 100 {
				members = append(members, fmt.Sprint(i, ".rar"), archive)
			}
			return zipped(members...)
		}},
		{name: "a hundred thousand folders with a dictionary of 32 MB", file: "folders.rar", want: "behind its first 1000 members", body: func() []byte {
			folders := make([]rartest.Member, 100_000)
			for i := range folders {
				folders[i] = rartest.Member{Name: "a", Folder: true, Length: 64 * megabyte, Window: 8}
			}
			return rartest.Archive(false, folders...)
		}},
		{name: "9,900 files of one byte", file: "members.zip", is: "import", body: func() []byte {
			var members []any
			for i := range 9900 {
				members = append(members, fmt.Sprint(i, ".txt"), []byte("x"))
			}
			return zipped(members...)
		}},
		{name: "5,000 files with names of 400 characters, in five containers with such names", file: "names.zip", is: "import", body: func() []byte {
			name := strings.Repeat("\U00020000", 390)
			members := []any{"noise", noise(100_000)}
			for i := range 5000 {
				members = append(members, fmt.Sprint(i, name, ".txt"), []byte("x"))
			}
			b := zipped(members...)
			for range 5 {
				b = zipped(name+".zip", b)
			}
			return b
		}},
		{name: "a zip that is its own one member", file: "quine.zip", want: "containers nested deeper than 8", body: quine},
		{name: "a head that says there are 2^60 bytes of directory", file: "lies.7z", want: "7z: format not read", body: func() []byte {
			return join("7z\xbc\xaf\x27\x1c\x00\x04", repeat(4, "\x00"), repeat(8, "\x00"), "\xff\xff\xff\xff\xff\xff\xff\x0f", repeat(4, "\x00"))
		}},
		{name: "a 7z of noise, 10 MB", file: "noise.7z", want: "7z: format not read", body: func() []byte {
			return join("7z\xbc\xaf\x27\x1c\x00\x04", repeat(10*megabyte/8, "\x5d\x00\x00\x80\x00\xff\xff\xff"))
		}},
		{name: "a bomb of 300 MB in a tar", file: "bomb.tar.gz", want: "gzip unpacks to more than", body: func() []byte { return gzipOf(tarOf("年报.txt", 300)) }},
		{name: "a file said to have 2^62 bytes", file: "lies.tar", want: "unknown binary: format not read", body: func() []byte {
			b := make([]byte, 1024)
			copy(b, "年报.txt")
			copy(b[124:], "\x80\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00\x00")
			copy(b[257:], "ustar\x0000")
			return b
		}},
		{name: "a dictionary of 4 GB", file: "dictionary.xz", want: "unknown binary: format not read", body: func() []byte {
			return []byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x28\x00\x00\x00\x00\x00")
		}},
		{name: "gzip in gzip, six times around a bomb, carried by a report", file: "carried.doc", want: "unpacks to more than", is: "attached",
			body: func() []byte {
				b := gzipOf(spaces(300))
				for range 6 {
					b = gzipOf(bytes.NewReader(b))
				}
				return b
			}},
		{name: "a bomb of 300 MB, carried by a report", file: "carried.rar", want: "unpacks to more than", is: "attached", body: func() []byte {
			return rartest.Archive(false, rartest.Member{Name: "年报.txt", Packed: rartest.Repeat(' ', 300*megabyte), Length: 300 * megabyte})
		}},
		{name: "gzip in gzip, fifty times", file: "deep.gz", want: "containers nested deeper than 8", body: func() []byte {
			b := []byte("x")
			for range 50 {
				b = gzipOf(bytes.NewReader(b))
			}
			return b
		}},
		{name: "a bomb of 300 MB", file: "a.gz", want: "gzip unpacks to more than", body: func() []byte { return gzipOf(spaces(300)) }},

		{name: "entities in entities", file: "laughs.docx", want: "invalid character entity", body: func() []byte {
			return zipped("word/document.xml", join(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>`,
				wordOpen, "<w:p><w:r><w:t>&c;</w:t></w:r></w:p>"))
		}},
		{name: "an entity that is a file of the machine", file: "external.docx", want: "invalid character entity", body: func() []byte {
			return zipped("word/document.xml", join(`<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>`, wordOpen,
				"<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"))
		}},
		{name: "a workbook whose sheet is a file of the machine", file: "outside.xlsx", want: "no such member in the container", body: func() []byte {
			return zipped("xl/workbook.xml", []byte(`<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`),
				"xl/_rels/workbook.xml.rels", []byte(`<R><Relationship Id="r1" TargetMode="External" Target="file:///../../../../etc/worksheets/passwd"/></R>`))
		}},
		{name: "list numbers of a megabyte", file: "lists.docx", want: readAsNothing, body: func() []byte {
			return zippedLoose("word/numbering.xml", join(`<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:lvlText w:val="`,
				repeat(500_000, "%1"), `"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>`),
				"word/document.xml", join(wordOpen, repeat(5000, `<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>`), wordShut))
		}},
		{name: "900,000 paragraphs", file: "paragraphs.docx", want: "more than 200000 paragraphs", body: func() []byte { return docx(repeat(900_000, "<w:p/>"), wordShut) }},
		{name: "300,000 paragraphs that are one", file: "joined.docx", want: readAsNothing, body: func() []byte {
			return docx(repeat(150_000, "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>政府信息公开</w:t></w:r></w:p>"), wordShut)
		}},
		{name: "cells that span a thousand columns", file: "spans.docx", want: readAsNothing, body: func() []byte {
			return docx(repeat(200, `<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000"/></w:tcPr></w:tc></w:tr>`+strings.Repeat("<w:tr/>", 1900)+`</w:tbl>`), wordShut)
		}},
		{name: "200,000 fields that do not end", file: "fields.docx", want: readAsNothing, body: func() []byte {
			return docx("<w:p>", repeat(200_000, `<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/><w:t>x</w:t></w:r>`), "</w:p>", wordShut)
		}},
		{name: "an element of a million attributes", file: "attributes.docx", want: "more than 10000 attributes", body: func() []byte {
			return docx("<w:p ", each(1_000_000, `a%x="" `), "/>", wordShut)
		}},
		{name: "elements nested three million deep", file: "deep.docx", want: "more than 2000000 tags", body: func() []byte { return docx("<x>", repeat(3_000_000, "<a>")) }},
		{name: "one merged cell of all columns and rows", file: "range.xlsx", want: "reaches over more than 150000 cells", body: func() []byte {
			return xlsx("xl/worksheets/sheet1.xml", []byte(`<x><sheetData><row><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></x>`))
		}},
		{name: "cells at the ends of the sheet", file: "far.xlsx", want: "reaches over more than 150000 cells", body: func() []byte {
			return xlsx("xl/worksheets/sheet1.xml", []byte(`<x><row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row></x>`))
		}},
		{name: "100,000 cells that share a string of a megabyte", file: "strings.xlsx", want: "bytes of text", body: func() []byte {
			return xlsx("xl/sharedStrings.xml", join("<sst><si><t>", repeat(megabyte, "a"), "</t></si></sst>"),
				"xl/worksheets/sheet1.xml", join("<x>", repeat(100_000, `<row><c t="s"><v>0</v></c></row>`), "</x>"))
		}},
		{name: "a number format of a megabyte for 100,000 cells", file: "format.xlsx", want: readAsNothing, body: func() []byte {
			return xlsx("xl/styles.xml", join(`<x><numFmts><numFmt numFmtId="200" formatCode="`, repeat(500_000, "0;"), `"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs></x>`),
				"xl/worksheets/sheet1.xml", join("<x>", repeat(100_000, `<row><c s="0"><v>1</v></c></row>`), "</x>"))
		}},
		{name: "500,000 sheets", file: "sheets.xlsx", want: "more than 10000 sheets", body: func() []byte {
			return zippedLoose("xl/_rels/workbook.xml.rels", []byte(`<R/>`), "xl/workbook.xml", join("<w>", repeat(500_000, "<sheet/>"), "</w>"))
		}},
		{name: "a thousand times a thousand repeated cells, 10,000 times", file: "repeated.odt", want: "more than 150000 cells", body: func() []byte {
			return zippedLoose("styles.xml", []byte("<x/>"), "content.xml", join(`<o xmlns:t="t"><text><t:table>`, repeat(10_000,
				`<t:table-row t:number-rows-repeated="1000"><t:table-cell t:number-columns-repeated="1000"><p>1</p></t:table-cell></t:table-row>`),
				`</t:table></text></o>`))
		}},

		{name: "elements nested 100,000 deep", file: "deep.html", want: "exceeds 512 nodes", body: func() []byte { return repeat(100_000, "<div>") }},
		{name: "five million elements", file: "elements.html", want: "a page of ", body: func() []byte { return repeat(5_000_000, "<p>") }},
		{name: "a table of a million cells", file: "cells.html", want: "a page of 1000001 tags", body: func() []byte { return join("<table>", repeat(1_000_000, "<td>1")) }},
		{name: "a table of 190,000 cells", file: "table.html", want: "more than 150000 cells", body: func() []byte { return join("<table>", repeat(190_000, "<td>1")) }},
		{name: "150 tables of a thousand columns and rows", file: "spans.html", want: "slots", body: func() []byte {
			return repeat(150, `<table><td colspan=1000>`+strings.Repeat("<tr>", 1000)+"</table>")
		}},
		{name: "a cell over 65,534 rows and 1,000 columns, a thousand times", file: "rowspan.html", want: "was cut", body: func() []byte {
			return join("<table>", repeat(1000, `<tr><td rowspan=65534 colspan=1000>1`))
		}},
		{name: "an element of 1.8 million attributes", file: "attributes.html", want: "words and attributes", body: func() []byte { return join("<p ", each(1_800_000, "a%x "), ">") }},
		{name: "an attribute of 15 MB", file: "attribute.html", want: readAsNothing, body: func() []byte { return join("<p title='", repeat(15*megabyte, "a"), "'>x") }},
		{name: "15 MB of text without a space", file: "text.html", want: "bytes of text", body: func() []byte { return join("<p>", repeat(5*megabyte, "报"), "</p>") }},
		{name: "paragraphs that open 500 elements anew each", file: "anew.html", want: "not closed", body: func() []byte {
			return join("<p>", each(500, "<b id=%d>"), "</p>", repeat(50_000, "<p>x</p>"))
		}},
		{name: "brackets nested ten million deep", file: "deep.json", want: "bytes of text", body: func() []byte { return repeat(10_000_000, "[") }},
		{name: "a script of 300,000 texts of reports", file: "script.html", want: "tags", body: func() []byte {
			return join("<script>", repeat(300_000, `"content":"<p>一、总体情况",`), "</script>")
		}},
		{name: "a page of 40 MB", file: "long.html", want: "more than 16777216 bytes", body: func() []byte { return join("<p>", repeat(10*megabyte, "<!--")) }},
		{name: "40 MB of empty lines", file: "lines.txt", want: "more than 16777216 bytes", body: func() []byte { return repeat(40*megabyte, "\n") }},
		{name: "rows of tabs, 8 MB", file: "tabs.txt", want: readAsNothing, body: func() []byte { return repeat(8, strings.Repeat("\t", megabyte)+"\n") }},

		{name: "a page tree that is a ring", file: "ring.pdf", want: "damaged", body: func() []byte {
			return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[3 0 R]>>", "<</Type/Pages/Count 9/Kids[2 0 R 3 0 R]>>")
		}},
		{name: "a list of objects that goes on with itself", file: "xref.pdf", want: readAsNothing, body: func() []byte {
			b := pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>")
			at := bytes.LastIndex(b, []byte("xref\n"))
			return bytes.Replace(b, []byte("/Root"), fmt.Appendf(nil, "/Prev %d/Root", at-1), 1)
		}},
		{name: "object streams that hold each other", file: "objstm.pdf", want: readAsNothing, body: func() []byte {
			return pdfOf("<</Type/Catalog/Pages 4 0 R>>", "<</Type/ObjStm/N 1/First 4/Extends 3 0 R/Length 9>>stream\n4 0 <<>>\n\nendstream",
				"<</Type/ObjStm/N 1/First 4/Extends 2 0 R/Length 9>>stream\n4 0 <<>>\n\nendstream", "<</Type/Pages/Count 1/Kids[5 0 R]>>", "<</Type/Page/Parent 4 0 R>>")
		}},
		{name: "a page as wide as numbers go", file: "box.pdf", want: readAsNothing, body: func() []byte {
			return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
				"<</Type/Page/Parent 2 0 R/MediaBox[-1e38 -1e38 1e38 1e38]/Contents 4 0 R/UserUnit 1e30/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
				streamOf("", []byte("BT /F 1e30 Tf 1e30 0 Td (1) Tj ET 0 0 1e38 1e38 re S")))
		}},
		{name: "a million objects", file: "objects.pdf", want: readAsNothing, body: func() []byte {
			all := make([]string, 1_000_000)
			for i := range all {
				all[i] = "[]"
			}
			copy(all, []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>"})
			return pdfOf(all...)
		}},
		{name: "a page of 1 GB, packed twice", file: "flate.pdf", want: "more than 256 MiB of memory", body: func() []byte {
			content := deflated(bytes.NewReader(deflated(spaces(1000))))
			return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
				streamOf("/Filter[/FlateDecode/FlateDecode]", content))
		}},
		{name: "scripts, and programs to be launched", file: "launch.pdf", want: readAsNothing, body: func() []byte {
			return pdfOf("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>/AA<</WC 4 0 R>>/Names<</JavaScript<</Names[(a) 4 0 R]>>>>>>",
				"<</Type/Pages/Count 1/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/AA<</O 4 0 R>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://127.0.0.1:1/)>>>>]>>",
				"<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:1/'\\); while\\(true\\){})>>")
		}},
		{name: "3,000 pages", file: "pages.pdf", want: "more than 2000 pages", body: func() []byte {
			return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3000/Kids["+strings.Repeat("3 0 R ", 3000)+"]>>", "<</Type/Page/Parent 2 0 R>>")
		}},

		{name: "a directory that is a ring", file: "ring.doc", want: "cycle", body: func() []byte {
			return cfbOf([]cfbEntry{{name: "Root Entry", kind: 5, child: 1}, {name: "WordDocument", kind: 2, size: 4096}}, func(fat []uint32, dir int) { fat[dir] = uint32(dir) })
		}},
		{name: "a stream that is a ring, said to have 2 GB", file: "stream.doc", want: "longer than the file", body: func() []byte {
			return cfbOf([]cfbEntry{{name: "Root Entry", kind: 5, child: 1}, {name: "WordDocument", kind: 2, size: 1<<31 - 1}}, func(fat []uint32, dir int) { fat[0] = 0 })
		}},
		{name: "storages nested 100,000 deep", file: "storages.doc", want: "a directory of more than", body: func() []byte {
			all := []cfbEntry{{name: "Root Entry", kind: 5, child: 1}}
			for i := range 100_000 {
				all = append(all, cfbEntry{name: "a", kind: 1, child: i + 2})
			}
			return cfbOf(all, nil)
		}},
		{name: "2,000 streams that are all of the file", file: "shared.doc", want: "longer than the file", body: func() []byte {
			all := []cfbEntry{{name: "Root Entry", kind: 5, child: 1}}
			for i := range 2000 {
				all = append(all, cfbEntry{name: fmt.Sprint(i), kind: 2, right: i + 2, size: 8192})
			}
			all[2000].right = 0
			return cfbOf(all, nil)
		}},
		{name: "9,000 sheets that are one", file: "sheets.xls", want: "sheets that overlap", body: func() []byte {
			book := biff(0x809, 0x600, 5, 0, 0)
			for range 9000 {
				book = append(book, biff(0x85, 0, 0, 0, 0x0001, 'a')...) // they begin at 0
			}
			book = append(book, repeat(200_000, "\xff\x7f\x00\x00")...)
			return cfbOf([]cfbEntry{{name: "Root Entry", kind: 5, child: 1}, {name: "Workbook", kind: 2, data: book}}, nil)
		}},
		{name: "records longer than the file", file: "records.xls", want: readAsNothing, body: func() []byte {
			book := append(biff(0x809, 0x600, 5, 0, 0), repeat(2000, "\xfc\x00\xff\xff\xff\xff\xff\x7f\xff\xff\xff\x7f")...)
			return cfbOf([]cfbEntry{{name: "Root Entry", kind: 5, child: 1}, {name: "Workbook", kind: 2, data: book}}, nil)
		}},

		{name: "a million braces", file: "braces.rtf", want: "nested deeper than 1000", body: func() []byte { return join(`{\rtf1`, repeat(1_000_000, "{")) }},
		{name: "binary data said to be longer than any file", file: "bin.rtf", want: readAsNothing, body: func() []byte {
			return join(`{\rtf1 {\pict\bin9223372036854775807 x}{\pict\bin-1 x}`, repeat(1_000_000, `\bin99999999999999999999 `))
		}},
		{name: "two million cells", file: "cells.rtf", want: "more than 150000 cells", body: func() []byte { return join(`{\rtf1\trowd\cellx1`, repeat(2_000_000, `\cell`), `\row}`) }},
		{name: "100,000 rows with edges of their own", file: "edges.rtf", want: readAsNothing, body: func() []byte {
			return join(`{\rtf1`, each(100_000, `\trowd\clvmgf\cellx1%06d\cell\row`))
		}},
		{name: "text boxes, 20,000 in one paragraph of a megabyte", file: "boxes.rtf", want: readAsNothing, body: func() []byte {
			return join(`{\rtf1`, repeat(megabyte, "a"), repeat(20_000, `{\shp{\*\shpinst{\shptxt b\par}}}`), `\par}`)
		}},

		{name: "multiparts nested 5,000 deep", file: "deep.mht", want: "damaged", body: func() []byte {
			return join("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b0\"\n\n", each(5000, "--b%[1]d\nContent-Type: multipart/related; boundary=\"b%[1]d.\"\n\n"))
		}},
		{name: "9,000 pages of frames", file: "frames.mht", want: "slots", body: func() []byte {
			return join("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<frameset></frameset>\n",
				repeat(9000, "--b\nContent-Type: text/html\n\n<table><td>1<td>2<td>3<td>4<td>5<td>6<td>7<td>8<td>9<td>0<tr><td colspan=1000>\n"), "--b--\n")
		}},
		{name: "a page of base64 without end", file: "base64.mht", body: func() []byte {
			return join("MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n", repeat(10*megabyte, "PHA+"))
		}},

		{name: "a record said to have 2^62 bytes", file: "length.warc", want: "cannot import", is: "import", body: func() []byte {
			return []byte("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://127.0.0.1/\r\nContent-Length: 4611686018427387904\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
		}},
		{name: "a record that is a bomb of 1 GB", file: "bomb.warc.gz", want: "passed_over=1", is: "import", body: func() []byte {
			return gzipOf(io.MultiReader(strings.NewReader("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://127.0.0.1/\r\n"+
				"Content-Type: application/http\r\nContent-Length: 1048576019\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), spaces(1000)))
		}},
		{name: "a head of 60 MB", file: "head.warc", want: "cannot import", is: "import", body: func() []byte {
			return join("WARC/1.0\r\n", repeat(1_000_000, "WARC-Concurrent-To: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"))
		}},
		{name: "a saved page that says its sidecar is deep", file: "page.html.meta.json", is: "import", body: func() []byte { return repeat(5_000_000, "[") }},
	}
}
