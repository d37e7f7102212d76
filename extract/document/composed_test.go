package document_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"

	"nianbao/extract/document"
)

// oleStream is a stream of a container, by its path: storages and name.
type oleStream struct {
	path []string
	body []byte
}

// streamsOf takes a container apart.
func streamsOf(t *testing.T, body []byte) (all []oleStream) {
	t.Helper()
	r, err := mscfb.New(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.File {
		if f.FileInfo().IsDir() {
			continue
		}
		content := make([]byte, f.Size)
		if _, err := f.Read(content); err != nil && f.Size > 0 {
			t.Fatal(err)
		}
		all = append(all, oleStream{append(append([]string{}, f.Path...), f.Name), content})
	}
	return all
}

const (
	sector   = 512
	noSector = 0xFFFFFFFF
	endChain = 0xFFFFFFFE
	fatSect  = 0xFFFFFFFD
)

// composeOLE makes a container of streams ([MS-CFB] section 2). Every stream is padded to 4096 bytes, so that none is in the
// mini stream; the entries of a storage are a list to the right.
func composeOLE(streams []oleStream) []byte {
	type entry struct {
		name                string
		kind                byte
		child, right, start uint32
		size                int
	}
	entries := []entry{{name: "Root Entry", kind: 5, child: noSector, right: noSector, start: endChain}}
	var data []byte
	var fat []uint32
	add := func(body []byte) (start uint32) {
		start = uint32(len(fat))
		for len(body)%sector != 0 {
			body = append(body, 0)
		}
		for i := range len(body) / sector {
			next := start + uint32(i) + 1
			if i == len(body)/sector-1 {
				next = endChain
			}
			fat = append(fat, next)
		}
		data = append(data, body...)
		return start
	}
	under := func(parent int, e entry) int {
		e.right = entries[parent].child
		entries = append(entries, e)
		entries[parent].child = uint32(len(entries) - 1)
		return len(entries) - 1
	}
	folders := map[string]int{"": 0}
	for _, s := range streams {
		parent, path := 0, ""
		for _, name := range s.path[:len(s.path)-1] {
			path += "/" + name
			if _, known := folders[path]; !known {
				folders[path] = under(parent, entry{name: name, kind: 1, child: noSector, start: 0})
			}
			parent = folders[path]
		}
		body := bytes.Clone(s.body)
		for len(body) < 4096 {
			body = append(body, 0)
		}
		under(parent, entry{name: s.path[len(s.path)-1], kind: 2, child: noSector, start: add(body), size: len(body)})
	}
	var directory []byte
	for _, e := range entries {
		out := make([]byte, 128)
		for i, u := range utf16.Encode([]rune(e.name)) {
			binary.LittleEndian.PutUint16(out[2*i:], u)
		}
		binary.LittleEndian.PutUint16(out[64:], uint16(2*len(utf16.Encode([]rune(e.name)))+2))
		out[66], out[67] = e.kind, 1
		for i, v := range []uint32{noSector, e.right, e.child} {
			binary.LittleEndian.PutUint32(out[68+4*i:], v)
		}
		binary.LittleEndian.PutUint32(out[116:], e.start)
		binary.LittleEndian.PutUint32(out[120:], uint32(e.size))
		directory = append(directory, out...)
	}
	first := add(directory)
	tables := (len(fat) + 127) / 127 // sectors of the allocation table, which holds itself too
	begin := len(fat)
	for range tables {
		fat = append(fat, fatSect)
	}
	for len(fat)%128 != 0 {
		fat = append(fat, noSector)
	}
	for _, v := range fat {
		data = binary.LittleEndian.AppendUint32(data, v)
	}
	header := make([]byte, sector)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(header[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(len(fat) / 128), 48: first, 56: 4096, 60: endChain, 68: endChain} {
		binary.LittleEndian.PutUint32(header[at:], v)
	}
	for i := range 109 {
		v := uint32(noSector)
		if i < len(fat)/128 {
			v = uint32(begin + i)
		}
		binary.LittleEndian.PutUint32(header[76+4*i:], v)
	}
	return append(header, data...)
}

// wordDocument reads a .doc fixture into its streams, and gives places to those that fast saves change.
func wordDocument(t *testing.T, file string) (streams []oleStream, main, table *oleStream) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	streams = streamsOf(t, body)
	for i := range streams {
		switch streams[i].path[0] {
		case "WordDocument":
			main = &streams[i]
		case "1Table", "0Table":
			table = &streams[i]
		}
	}
	return streams, main, table
}

// TestFastSave: a document of which a fast save has changed a word keeps the new one behind the rest of the file, and its
// piece table names three pieces: what was before it, the new text, and what follows. The pieces may say that their text is
// deleted ([MS-DOC] section 2.9.177).
func TestFastSave(t *testing.T) {
	const fibClx = 154 + 8*33
	for name, c := range map[string]struct {
		text string
		prm  uint16
		want string
	}{
		"other text":   {"27", 0, "修订：收到27件"},
		"text deleted": {"27", 0x41<<1 | 1<<8, "修订：收到件"},
		"text hidden":  {"27", 0x5C<<1 | 1<<8, "修订：收到件"},
	} {
		streams, main, table := wordDocument(t, features+"features.doc")
		le := binary.LittleEndian
		at, size := le.Uint32(main.body[fibClx:]), le.Uint32(main.body[fibClx+4:])
		clx := table.body[at : at+size]
		if clx[0] != 2 || le.Uint32(clx[1:]) != 16 {
			t.Fatalf("the fixture has not one piece: % x", clx[:min(len(clx), 30)])
		}
		length, place := le.Uint32(clx[9:]), le.Uint32(clx[15:])
		text := string(utf16.Decode(units(main.body[place : place+2*length])))
		cut := uint32(len(utf16.Encode([]rune(text[:strings.Index(text, "8件")]))))
		moved := uint32(len(main.body))
		for _, u := range utf16.Encode([]rune(c.text)) {
			main.body = le.AppendUint16(main.body, u)
		}
		// The new text stands for "8". The text is longer by one character now; the last is behind what the head counts.
		var pieces []byte
		for _, cp := range []uint32{0, cut, cut + 2, length + 1} {
			pieces = le.AppendUint32(pieces, cp)
		}
		for i, from := range []uint32{place, moved, place + 2*(cut+1)} {
			prm := uint16(0)
			if i == 1 {
				prm = c.prm
			}
			pieces = le.AppendUint16(pieces, 0)
			pieces = le.AppendUint16(le.AppendUint32(pieces, from), prm)
		}
		le.PutUint32(main.body[fibClx:], uint32(len(table.body)))
		le.PutUint32(main.body[fibClx+4:], uint32(5+len(pieces)))
		table.body = append(le.AppendUint32(append(table.body, 2), uint32(len(pieces))), pieces...)
		d, err := document.Read(composeOLE(streams), "", document.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Blocks[1].Text; !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func units(b []byte) (all []uint16) {
	for i := 0; i+1 < len(b); i += 2 {
		all = append(all, binary.LittleEndian.Uint16(b[i:]))
	}
	return all
}

// record is a record of a BIFF stream.
func record(kind int, body ...byte) []byte {
	out := binary.LittleEndian.AppendUint16(nil, uint16(kind))
	return append(binary.LittleEndian.AppendUint16(out, uint16(len(body))), body...)
}

// TestMicrosoftGraph: a chart of Microsoft Graph inside a .doc keeps a datasheet of its own kind, with the seed's figures here.
// The stream is composed after [MS-OGRAPH]; no real one was at hand.
func TestMicrosoftGraph(t *testing.T) {
	le := binary.LittleEndian
	cell := func(row, column int) []byte {
		out := le.AppendUint16(nil, uint16(row))
		return append(le.AppendUint16(out, uint16(column)), 0, 0, 0)
	}
	label := func(row, column int, gbk string) []byte {
		return record(4, append(le.AppendUint16(cell(row, column), uint16(len(gbk))), gbk...)...)
	}
	wide := func(row, column int, text string) []byte {
		u := utf16.Encode([]rune(text))
		body := append(le.AppendUint16(cell(row, column), uint16(len(u))), 1)
		for _, c := range u {
			body = le.AppendUint16(body, c)
		}
		return record(4, body...)
	}
	number := func(row, column int, f float64) []byte {
		return record(3, le.AppendUint64(cell(row, column), math.Float64bits(f))...)
	}
	stream := bytes.Join([][]byte{
		record(0x809, 0x80, 6, 5, 0), record(0x42, 0xA8, 3), record(0x0A),
		record(0x809, 0x80, 6, 0, 0x80), label(0, 1, "\xcd\xbc\xce\xc4"), wide(0, 2, "文稿解读"), label(1, 0, "\xd5\xfe\xb2\xdf"),
		number(1, 1, 75), number(1, 2, 47), record(0x0A),
	}, nil)
	streams, _, _ := wordDocument(t, features+"features.doc")
	streams = append(streams, oleStream{[]string{"ObjectPool", "_1", "Workbook"}, stream})
	d, err := document.Read(composeOLE(streams), "", document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	last := len(d.Tables) - 1
	if got := cellsOf(d, last); got != "0,0 1x1 ; 0,1 1x1 图文; 0,2 1x1 文稿解读; 1,0 1x1 政策; 1,1 1x1 75; 1,2 1x1 47" || d.Tables[last].Chart != "_1" {
		t.Errorf("%q: %s; %v", d.Tables[last].Chart, got, d.Doubts)
	}
}

// TestObjectsOfAnyFormat: what is embedded is recognised by its content, whatever its name: a workbook in a zip inside an
// OLE2 container inside a .docx, and one that is nothing known, which is a doubt.
func TestObjectsOfAnyFormat(t *testing.T) {
	sheet := workbook(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>其他解读</t></is></c><c r="B1"><v>81</v></c></row>`, "")
	d, err := document.Read(word(t, `<p>甲</p>`, "word/embeddings/oleObject1.bin", string(composeOLE([]oleStream{{[]string{"Package"}, sheet}})),
		"word/embeddings/oleObject2.bin", "\x00\x01\x02"), "", document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := cellsOf(d, 0); got != "0,0 1x1 其他解读; 0,1 1x1 81" || len(d.Doubts) != 1 {
		t.Errorf("%s; %v", got, d.Doubts)
	}
	nested := sheet
	for range 20 {
		nested = composeOLE([]oleStream{{[]string{"Package"}, nested}})
	}
	d, err = document.Read(word(t, `<p>甲</p>`, "word/embeddings/oleObject1.bin", string(nested)), "", document.Options{})
	if err != nil || len(d.Tables) != 0 || len(d.Doubts) != 1 {
		t.Errorf("nested without end: %v, %v", d.Doubts, err)
	}
}
