package main

import (
	"archive/tar"
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

// quine makes a zip whose one member is that zip. Its stream unpacks to itself, with the head and the end of the file around it, by
// two kinds of blocks: what prints bytes that stand in it, and what repeats the last ones printed (Russ Cox, Zip Files All the
// Way Down). The lengths are chosen so that both take 5 bytes; the checksum is left out.
func quine() []byte {
	le := binary.LittleEndian
	const name = "it-is-what-it-is-inside-it.zip"
	print := func(n int) []byte { return le.AppendUint16(le.AppendUint16([]byte{0}, uint16(n)), ^uint16(n)) }
	type code struct{ length, lengthMore, lengthBits, distance, distanceMore, distanceBits int }
	block := func(matches ...code) (b deflateBits) {
		b.add(1<<1, 3) // the codes that RFC 1951 section 3.2.6 has
		for _, m := range matches {
			b.code(m.length-256, 7)
			b.add(m.lengthMore, m.lengthBits)
			b.code(m.distance, 5)
			b.add(m.distanceMore, m.distanceBits)
		}
		b.code(0, 7)
		return b
	}
	ten := code{264, 0, 0, 8, 3, 3} // bytes, from 20 before
	twenty := block(ten, ten)
	first := block(code{276, 6, 3, 12, 0, 5}) // 65 bytes: the head and a print
	first.add(1<<1, 3)                        // and an empty block
	first.code(0, 7)
	rest := block(code{279, 13, 4, 13, 15, 5}) // 112 bytes: itself, the last block, the end of the file
	rest.add(0, 3)
	repeat20, repeatFirst := twenty.bytes, first.bytes
	repeatRest, last := join(rest.bytes, "\x00\x00\xff\xff"), "\x01\x00\x00\xff\xff"
	made := func(packed, whole int) []byte {
		sizes := le.AppendUint32(le.AppendUint32(make([]byte, 8, 20), uint32(packed)), uint32(whole)) // behind time and checksum
		about := join("\x14\x00\x00\x00\x08\x00", sizes, string([]byte{byte(len(name)), 0, 0, 0}))
		head := join("PK\x03\x04", about, name)
		directory := join("PK\x01\x02\x14\x00", about, make([]byte, 14), name)
		ends := join("PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00", le.AppendUint32(nil, uint32(len(directory))),
			le.AppendUint32(nil, uint32(len(head)+packed)), "\x00\x00")
		p := len(head) + 5
		stream := join(print(p), head, print(p), repeatFirst,
			print(5), repeatFirst, print(5), print(5), print(20), repeatFirst, print(5), print(5), print(20), repeat20,
			print(20), repeat20, print(20), repeat20, print(20), repeat20,
			print(20), repeat20, print(0), print(0), print(112), repeat20, print(0), print(0),
			print(112), repeatRest, last, directory, ends, repeatRest, last)
		return join(head, stream, directory, ends)
	}
	draft := made(0, 0)
	return made(len(draft)-60-76-22, len(draft))
}

// deflateBits are bits as RFC 1951 packs them: the first of each byte its lowest.
type deflateBits struct {
	bytes []byte
	count int
}

// add adds a number, its lowest bit first.
func (b *deflateBits) add(n, bits int) {
	for i := range bits {
		if b.count%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.count/8] |= byte(n>>i&1) << (b.count % 8)
		b.count++
	}
}

// code adds a code, its highest bit first.
func (b *deflateBits) code(n, bits int) {
	for i := bits - 1; i >= 0; i-- {
		b.add(n>>i&1, 1)
	}
}

// rarOf makes an archive of RAR 3 of names, each with its content behind it, stored.
func rarOf(members ...any) []byte { return rarBy(20, 0x30, members...) }

// rarBy is rarOf of contents packed by a version and a method, or that say so.
func rarBy(version, method byte, members ...any) []byte {
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
		h = append(h, 0, 0, 0, 0, version, method)
		h = binary.LittleEndian.AppendUint16(h, uint16(len(name)))
		h = append(h, 0x20, 0, 0, 0)
		out = append(out, block(0x74, 0x8000, append(h, name...))...)
		out = append(out, body...)
	}
	return append(out, block(0x7b, 0x4000, nil)...)
}

// tarOf makes a tar of one file of spaces.
func tarOf(name string, megabytes int64) io.Reader {
	var head bytes.Buffer
	if err := tar.NewWriter(&head).WriteHeader(&tar.Header{Name: name, Size: megabytes << 20, Mode: 0o644}); err != nil {
		panic(err)
	}
	return io.MultiReader(&head, spaces(megabytes))
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
