package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf16"
)

const (
	wordOpen = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	wordShut = `</w:body></w:document>`
)

// zipped makes a zip of names, each with its content behind it.
func zipped(members ...any) []byte { return packedAs(zip.Deflate, members) }

// zippedLoose is zipped without packing: what repeats itself is not over the limit on how tightly it is packed.
func zippedLoose(members ...any) []byte { return packedAs(zip.Store, members) }

func packedAs(method uint16, members []any) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: members[i].(string), Method: method})
		if err == nil && members[i+1] != nil {
			_, err = io.Copy(f, source(members[i+1]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// source reads bytes, or what a reader has.
func source(from any) io.Reader {
	if body, ok := from.([]byte); ok {
		return bytes.NewReader(body)
	}
	return from.(io.Reader)
}

// spaces are so many MiB of spaces, none of them in memory.
func spaces(megabytes int64) io.Reader { return io.LimitReader(blanks{}, megabytes<<20) }

type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// overlapping makes a zip whose n entries are all the same bytes of it.
func overlapping(n int, content []byte) []byte {
	one := zipped("a.txt", content)
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	at := bytes.LastIndex(one, []byte("PK\x01\x02"))
	entry := one[at:end]
	out := bytes.Clone(one[:at])
	for range n {
		out = append(out, entry...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	return append(out, tail...)
}

// rarOf makes an archive of RAR 3 of names, each with its content behind it, stored.
func rarOf(members ...any) []byte {
	block := func(kind byte, flags uint16, rest []byte) []byte {
		h := binary.LittleEndian.AppendUint16([]byte{kind}, flags)
		h = append(binary.LittleEndian.AppendUint16(h, uint16(7+len(rest))), rest...)
		return append(binary.LittleEndian.AppendUint16(nil, uint16(crc32.ChecksumIEEE(h))), h...)
	}
	out := append([]byte("Rar!\x1a\x07\x00"), block(0x73, 0, make([]byte, 6))...)
	for i := 0; i < len(members); i += 2 {
		name, body := members[i].(string), members[i+1].([]byte)
		h := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
		h = binary.LittleEndian.AppendUint32(h, uint32(len(body)))
		h = binary.LittleEndian.AppendUint32(append(h, 2), crc32.ChecksumIEEE(body))
		h = append(h, 0, 0, 0, 0, 20, 0x30)
		h = binary.LittleEndian.AppendUint16(h, uint16(len(name)))
		h = append(h, 0x20, 0, 0, 0)
		out = append(out, block(0x74, 0x8000, append(h, name...))...)
		out = append(out, body...)
	}
	return append(out, block(0x7b, 0x4000, nil)...)
}

// deflated is bytes as the filter FlateDecode of PDF unpacks them.
func deflated(body io.Reader) []byte {
	var b bytes.Buffer
	return packedBy(zlib.NewWriter(&b), &b, body)
}

// gzipOf packs bytes with gzip.
func gzipOf(body io.Reader) []byte {
	var b bytes.Buffer
	return packedBy(gzip.NewWriter(&b), &b, body)
}

func packedBy(w io.WriteCloser, b *bytes.Buffer, body io.Reader) []byte {
	_, err := io.Copy(w, body)
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func streamOf(keys string, body []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", keys, len(body), body)
}

// pdfOf makes a PDF of objects, of which the first is the catalog.
func pdfOf(objects ...string) []byte {
	var b, list bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range objects {
		fmt.Fprintf(&list, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %[1]d/Root 1 0 R>>\nstartxref\n%[3]d\n%%%%EOF\n", len(objects)+1, &list, at)
	return b.Bytes()
}

// biff makes a record of a workbook of numbers of two bytes.
func biff(kind uint16, values ...uint16) []byte {
	out := binary.LittleEndian.AppendUint16(nil, kind)
	out = binary.LittleEndian.AppendUint16(out, uint16(2*len(values)))
	for _, v := range values {
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	return out
}

// cfbEntry is an entry of the directory of an OLE2 container ([MS-CFB] section 2.6); child and right are other entries, 0 for
// none. size is what it says, where that is not what its data have.
type cfbEntry struct {
	name         string
	kind         byte // 1 storage, 2 stream, 5 root
	child, right int
	size         uint32
	data         []byte
}

// cfbOf makes a container of a directory: the data of the entries first, then the directory, then the allocation table, which
// spoil may change; dir is the first sector of the directory. Streams without data begin at sector 0.
func cfbOf(entries []cfbEntry, spoil func(fat []uint32, dir int)) []byte {
	const sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
	var body []byte
	var fat []uint32
	add := func(data []byte) uint32 {
		first := uint32(len(fat))
		for at := 0; at < len(data); at += sector {
			block := make([]byte, sector)
			copy(block, data[at:])
			body = append(body, block...)
			fat = append(fat, uint32(len(fat)+1))
		}
		fat[len(fat)-1] = end
		return first
	}
	add(make([]byte, 16*sector))
	none := func(n int) uint32 {
		if n == 0 {
			return free
		}
		return uint32(n)
	}
	var directory []byte
	for _, e := range entries {
		start := uint32(0)
		if e.data != nil {
			e.data = append(e.data, make([]byte, max(0, 4096-len(e.data)))...)
			start, e.size = add(e.data), uint32(len(e.data))
		}
		if e.kind == 5 {
			start = end
		}
		b := make([]byte, 128)
		for i, u := range utf16.Encode([]rune(e.name)) {
			binary.LittleEndian.PutUint16(b[2*i:], u)
		}
		binary.LittleEndian.PutUint16(b[64:], uint16(2*len(e.name)+2))
		b[66] = e.kind
		binary.LittleEndian.PutUint32(b[68:], free)
		binary.LittleEndian.PutUint32(b[72:], none(e.right))
		binary.LittleEndian.PutUint32(b[76:], none(e.child))
		binary.LittleEndian.PutUint32(b[116:], start)
		binary.LittleEndian.PutUint32(b[120:], e.size)
		directory = append(directory, b...)
	}
	dir := add(directory)
	tables := (len(fat) + sector/4) / (sector/4 - 1)
	first := len(fat)
	for range tables {
		fat = append(fat, 0xFFFFFFFD)
	}
	if spoil != nil {
		spoil(fat, int(dir))
	}
	for len(fat)%(sector/4) != 0 {
		fat = append(fat, free)
	}
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(tables), 48: dir, 56: 4096, 60: end, 68: end} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(free)
		if i < tables {
			v = uint32(first + i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	out := append(head, body...)
	for _, v := range fat {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}
