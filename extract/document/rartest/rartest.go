// Package rartest packs archives of RAR as no archiver does, for tests: members whose headers lie, streams that unpack to as
// much as one likes, and blocks of RAR 3 and 4 that hold nothing. The format is that of rarlab.com/technote.htm; of the streams, which
// that leaves out, it is what unrar reads.
package rartest

import (
	"encoding/binary"
	"hash/crc32"
)

// Member is a file of an archive.
type Member struct {
	Name   string
	Packed []byte // a stream that Repeat, Again and so on made
	Length int    // what its header says that it unpacks to
	Linked bool   // it goes on where the member before it ended, as in solid archives
	Window int    // bytes of the dictionary: 128 KiB, doubled so many times

	Unknown bool // its header does not know the length, whatever it says
	Folder  bool
}

// Archive is an archive of members, solid or not.
func Archive(solid bool, members ...Member) []byte {
	const mainBlock, fileBlock, endBlock, hasData, isSolid, linked, best = 1, 2, 5, 2, 4, 0x40, 5 << 7
	flags := 0
	if solid {
		flags = isSolid
	}
	out := append([]byte("Rar!\x1a\x07\x01\x00"), block(nil, mainBlock, 0, flags)...)
	for _, m := range members {
		compression := best | m.Window<<10
		if m.Linked {
			compression |= linked
		}
		const unix, regular, folder, unknown = 1, 0o100644, 1, 8
		flags := 0
		if m.Folder {
			flags |= folder
		}
		if m.Unknown {
			flags |= unknown
		}
		out = append(out, block([]byte(m.Name), fileBlock, hasData, len(m.Packed), flags, m.Length, regular, compression, unix, len(m.Name))...)
		out = append(out, m.Packed...)
	}
	return append(out, block(nil, endBlock, 0, 0)...)
}

// block is a block's header of numbers, with bytes behind them.
func block(tail []byte, numbers ...int) []byte {
	var fields []byte
	for _, n := range numbers {
		fields = binary.AppendUvarint(fields, uint64(n))
	}
	fields = append(fields, tail...)
	fields = append(binary.AppendUvarint(nil, uint64(len(fields))), fields...)
	return append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(fields)), fields...)
}

// longest is how many bytes one bit of Repeat unpacks to.
const longest = 4097

// Repeat is a stream of a byte n times, rounded up to what whole bits give: 32,776 bytes for each of its own.
func Repeat(c byte, n int) []byte {
	var b bits
	b.tables(c)
	b.add(0b10, 2)                                 // the byte
	b.add(0b11, 2)                                 // the longest match,
	b.add(1<<9-1, 9)                               // to the last byte of it,
	b.add(0, 1)                                    // one byte back
	for at := 1 + longest; at < n; at += longest { // and that again
		b.add(0, 1)
	}
	return b.last()
}

// Again is a stream of the byte that the member before ended with, n times: from 3586 to 4097.
func Again(n int) []byte {
	var b bits
	b.tables(0)
	b.add(0b11, 2)
	b.add(n-longest+1<<9-1, 9)
	b.add(0, 1)
	return b.last()
}

// bits are a stream's, the first of each byte its highest.
type bits struct {
	bytes []byte
	count int
}

func (b *bits) add(value, count int) {
	for i := count - 1; i >= 0; i-- {
		if b.count%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.count/8] |= byte(value>>i&1) << (7 - b.count%8)
		b.count++
	}
}

// tables are the codes of what follows: 0 repeats the last match, 10 is the byte, 11 the longest match; 0 is one byte back.
func (b *bits) tables(c byte) {
	lengths := make([]int, 306+64+16+44)
	lengths[257], lengths[c], lengths[305], lengths[306] = 1, 2, 2, 1
	for code := range 20 { // the code of the lengths themselves: 00 and 01 are 1 and 2, 10 and 11 runs of 0
		switch code {
		case 1, 2, 18, 19:
			b.add(2, 4)
		default:
			b.add(0, 4)
		}
	}
	for i := 0; i < len(lengths); {
		run := 0
		for i+run < len(lengths) && lengths[i+run] == 0 {
			run++
		}
		switch {
		case run == 0:
			b.add(lengths[i]-1, 2)
			run = 1
		case run >= 11:
			if run > 138 {
				run = min(run-3, 138) // what is left is no run of one or two
			}
			b.add(0b11, 2)
			b.add(run-11, 7)
		default: // three to ten
			run = min(run, 10)
			b.add(0b10, 2)
			b.add(run-3, 3)
		}
		i += run
	}
}

// last is the stream as one block, which is the last.
func (b *bits) last() []byte {
	const tables, last, threeBytes = 0x80, 0x40, 2 << 3
	size := len(b.bytes)
	head := []byte{tables | last | threeBytes | byte((b.count+7)%8), 0, byte(size), byte(size >> 8), byte(size >> 16)}
	head[1] = 0x5a ^ head[0] ^ head[2] ^ head[3] ^ head[4]
	return append(head, b.bytes...)
}

// EmptyBlock is a block of RAR 3 and 4 without content, packed by LZ. Another has to follow.
func EmptyBlock() []byte {
	var b bits
	b.add(0b00, 2)      // LZ, with tables of its own
	for i := range 20 { // the code of the lengths themselves: 0 is a run of 0 from eleven on, 10 is 1, 11 a run from three on
		b.add(map[int]int{1: 2, 18: 2, 19: 1}[i], 4)
	}
	run := func(n int) { // of zeros, of symbols that do not come
		b.add(0, 1)
		b.add(n-11, 7)
	}
	run(138)
	run(118)
	b.add(0b10, 2) // of symbol 256, which ends a block
	run(138)
	b.add(0b11, 2)
	b.add(9-3, 3)
	b.add(0, 1) // symbol 256,
	b.add(1, 1) // and the file goes on
	return b.bytes
}

// EmptyModel is a block of RAR 3 and 4 without content, packed by PPMd with a new model of so many MiB, from 1 to 256. Another has
// to follow.
func EmptyModel(size int) []byte {
	const ppm, escaped, anew, order = 0x80, 0x40, 0x20, 0x0f
	const escape = 0x0f
	// To a new model of that order these bytes are the escape character, and 0. They were found by trying.
	return append([]byte{ppm | escaped | anew | order, byte(size - 1), escape}, 0x0e, 0xf1, 0xc3, 0x14, 0x09)
}
