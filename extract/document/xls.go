package document

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode/utf16"

	"nianbao/extract/text"
)

// The records of a workbook that are read ([MS-XLS] section 2.3).
const (
	recFormula, recEOF, recDate1904, recFilePass, recContinue = 0x06, 0x0A, 0x22, 0x2F, 0x3C
	recCodePage, recBoundSheet, recMulRK, recXF, recMerged    = 0x42, 0x85, 0xBD, 0xE0, 0xE5
	recSST, recLabelSST, recNumber, recLabel, recBoolErr      = 0xFC, 0xFD, 0x203, 0x204, 0x205
	recString, recRow, recRK, recFormat, recBOF               = 0x207, 0x208, 0x27E, 0x41E, 0x809
	recColInfo, recRString                                    = 0x7D, 0xD6
)

// readXLS reads a workbook of Excel 97 to 2003, or of WPS (BIFF8): each sheet as it shows its values.
func readXLS(workbook []byte, o Options) (Document, error) {
	b := newBuilder("xls", o.Limits)
	r := xlsReader{all: workbook, limits: b.limits, own: map[int]string{}, left: len(workbook) / 2}
	sheets, err := r.read()
	if err != nil {
		return b.doc, fmt.Errorf("xls: %w", err)
	}
	b.sheets(sheets)
	return b.finish()
}

type xlsReader struct {
	all     little
	limits  Limits
	strings []string
	formats []int // number format by XF
	own     map[int]string
	late    bool
	size    size // of the sheets read so far
	left    int  // records that may still be read: sheets do not share any, and each has four bytes
	columns int  // records that describe columns
}

// record is one record, with what its CONTINUE records add to it.
type record struct {
	kind int
	body little
	next []little // the parts that continue it
}

// records calls each for the records from a place on, until it says no or the stream ends.
func (r *xlsReader) records(at int, each func(record) (more bool, err error)) error {
	for at+4 <= len(r.all) {
		rec := record{kind: r.all.u16(at), body: r.all.part(at+4, r.all.u16(at+2))}
		at += 4 + r.all.u16(at+2)
		for r.all.u16(at) == recContinue && at+4 <= len(r.all) {
			rec.next = append(rec.next, r.all.part(at+4, r.all.u16(at+2)))
			at += 4 + r.all.u16(at+2)
			r.left--
		}
		if r.left--; r.left < 0 {
			return fmt.Errorf("sheets that overlap: %w", ErrDamaged)
		}
		more, err := each(rec)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (r *xlsReader) read() ([]*sheet, error) {
	if r.all.u16(0) != recBOF {
		return nil, fmt.Errorf("the workbook does not begin with a BOF record: %w", ErrDamaged)
	}
	switch version := r.all.u16(4); version {
	case 0x600:
	case biffGraph:
		s, err := r.readGraph()
		return []*sheet{s}, err
	default:
		return nil, fmt.Errorf("workbook of BIFF version %#x: %w", version, ErrFormat)
	}
	var sheets []*sheet
	var starts []int
	err := r.records(0, func(rec record) (bool, error) {
		switch rec.kind {
		case recEOF:
			return false, nil
		case recFilePass:
			return false, ErrEncrypted
		case recDate1904:
			r.late = rec.body.u16(0) == 1
		case recFormat:
			s, _ := shortString(rec.body, 2, 2)
			r.own[rec.body.u16(0)] = ownFormat(s)
		case recXF:
			r.formats = append(r.formats, rec.body.u16(2))
		case recBoundSheet:
			if rec.body.u8(5) != 0 { // charts, macros
				return true, nil
			}
			name, _ := shortString(rec.body, 6, 1)
			sheets = append(sheets, newSheet(name, rec.body.u8(4)&3 != 0))
			starts = append(starts, rec.body.u32(0))
		case recSST:
			r.strings = sharedStrings(rec)
			if len(r.strings) > maxStrings {
				return false, fmt.Errorf("more than %d strings: %w", maxStrings, ErrLimit)
			}
		}
		if len(sheets) > r.limits.Members {
			return false, fmt.Errorf("more than %d sheets: %w", r.limits.Members, ErrLimit)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	for i, s := range sheets {
		if err := r.readSheet(starts[i], s); err != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.name, err)
		}
	}
	return sheets, nil
}

func (r *xlsReader) readSheet(start int, s *sheet) error {
	depth := 0               // charts stand in the sheet as substreams of their own
	pending := place{-1, -1} // of a formula whose text follows
	var failure error
	put := func(row, column int, shown string) {
		if shown == "" {
			return
		}
		s.put(place{row, column}, shown)
		r.size.grow(size{cells: 1, text: len(shown)})
		if failure == nil {
			failure = r.size.limit(r.limits)
		}
	}
	err := r.records(start, func(rec record) (bool, error) {
		body := rec.body
		switch rec.kind {
		case recBOF:
			depth++
			return true, nil
		case recEOF:
			depth--
			return depth > 0, nil
		}
		if depth != 1 {
			return depth > 0, nil
		}
		row, column, style := body.u16(0), body.u16(2), body.u16(4)
		switch rec.kind {
		case recRow:
			if body.u16(12)&0x20 != 0 {
				s.rows[row] = true
			}
		case recColInfo:
			if r.columns++; r.columns > sheetColumns {
				return false, fmt.Errorf("more than %d descriptions of columns: %w", sheetColumns, ErrLimit)
			}
			for c := row; c <= min(column, 255) && body.u16(8)&1 != 0; c++ { // the first and the last column stand there
				s.columns[c] = true
			}
		case recLabelSST:
			if i := body.u32(6); i < len(r.strings) {
				put(row, column, r.strings[i])
			}
		case recLabel, recRString:
			shown, _ := shortString(body, 6, 2)
			put(row, column, shown)
		case recNumber:
			put(row, column, r.shown(float(body.part(6, 8)), style))
		case recRK:
			put(row, column, r.shown(rk(body.u32(6)), style))
		case recMulRK:
			for i := 0; 4+6*i+6 <= len(body)-2; i++ {
				put(row, column+i, r.shown(rk(body.u32(4+6*i+2)), body.u16(4+6*i)))
			}
		case recBoolErr:
			put(row, column, boolOrError(body.u8(6), body.u8(7) != 0))
		case recFormula:
			pending = place{-1, -1}
			switch {
			case body.u16(12) != 0xFFFF:
				put(row, column, r.shown(float(body.part(6, 8)), style))
			case body.u8(6) == 0:
				pending = place{row, column}
			case body.u8(6) == 1, body.u8(6) == 2:
				put(row, column, boolOrError(body.u8(8), body.u8(6) == 2))
			}
		case recString:
			if pending.row >= 0 {
				shown, _ := shortString(body, 0, 2)
				put(pending.row, pending.column, shown)
				pending = place{-1, -1}
			}
		case recMerged:
			for i := range min(body.u16(0), len(body)/8) {
				at := 2 + 8*i
				s.merge(body.u16(at), body.u16(at+4), body.u16(at+2), body.u16(at+6))
			}
		}
		return failure == nil, failure
	})
	return err
}

// boolOrError is what a cell shows that holds TRUE or FALSE, or an error ([MS-XLS] section 2.5.10).
func boolOrError(code int, isError bool) string {
	if !isError {
		return strings.ToUpper(fmt.Sprint(code == 1))
	}
	words := map[int]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
	return cmp.Or(words[code], "#ERROR!")
}

// shown is a number as its cell shows it.
func (r *xlsReader) shown(f float64, style int) string {
	id := 0
	if style < len(r.formats) {
		id = r.formats[style]
	}
	return display(f, formatOf(id, r.own), r.late)
}

func float(b little) float64 {
	if len(b) < 8 {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// rk unpacks a number of four bytes ([MS-XLS] section 2.5.217).
func rk(v int) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(uint32(v)) >> 2)
	} else {
		f = math.Float64frombits(uint64(uint32(v)&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// shortString reads a string of BIFF8 whose count of characters has that many bytes, and where it ends.
func shortString(b little, at, counted int) (s string, end int) {
	count := b.u8(at)
	if counted == 2 {
		count = b.u16(at)
	}
	at += counted
	wide := b.u8(at)&1 != 0
	at++
	if !wide {
		raw := b.part(at, count)
		return latin(raw), at + count
	}
	return wideText(b.part(at, 2*count)), at + 2*count
}

// latin is text of one byte a character, which is the lower half of Unicode.
func latin(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// wideText is UTF-16, little-endian.
func wideText(b little) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b.u16(2 * i))
	}
	return string(utf16.Decode(units))
}

// sharedStrings reads the table of strings, which goes on over CONTINUE records: where a string is cut by one, the part
// begins with a byte that says anew how wide its characters are ([MS-XLS] section 2.5.293).
func sharedStrings(rec record) []string {
	parts := append([]little{rec.body}, rec.next...)
	c := cursor{parts: parts}
	c.at = 8
	count := rec.body.u32(4)
	var out []string
	for len(out) < min(count, maxStrings+1) && !c.ended() {
		out = append(out, c.string())
	}
	return out
}

// cursor reads on from part to part.
type cursor struct {
	parts []little
	part  int
	at    int
}

func (c *cursor) ended() bool {
	return c.part >= len(c.parts) || c.part == len(c.parts)-1 && c.at >= len(c.parts[c.part])
}

// turn goes on to the next part if this one is read; it says whether it did.
func (c *cursor) turn() bool {
	if c.part < len(c.parts) && c.at >= len(c.parts[c.part]) {
		c.part, c.at = c.part+1, 0
		return true
	}
	return false
}

func (c *cursor) byte() int {
	c.turn()
	if c.part >= len(c.parts) {
		return 0
	}
	c.at++
	return c.parts[c.part].u8(c.at - 1)
}

func (c *cursor) u16() int { low := c.byte(); return low | c.byte()<<8 }

func (c *cursor) u32() int { low := c.u16(); return low | c.u16()<<16 }

func (c *cursor) skip(n int) {
	for n > 0 && !c.ended() {
		c.turn()
		if c.part >= len(c.parts) {
			return
		}
		step := min(n, len(c.parts[c.part])-c.at)
		c.at += step
		n -= step
		if step == 0 && !c.turn() {
			return
		}
	}
}

// string reads one string with its formatting runs and reading aids behind it.
func (c *cursor) string() string {
	count := c.u16()
	flags := c.byte()
	runs, extra := 0, 0
	if flags&8 != 0 {
		runs = c.u16()
	}
	if flags&4 != 0 {
		extra = c.u32()
	}
	wide := flags&1 != 0
	units := make([]uint16, 0, min(count, 4096))
	for len(units) < count && !c.ended() {
		if c.turn() { // in the middle of a string: its width stands there again
			wide = c.byte()&1 != 0
		}
		if wide {
			units = append(units, uint16(c.u16()))
		} else {
			units = append(units, uint16(c.byte()))
		}
	}
	c.skip(4*runs + extra)
	return text.Fold(string(utf16.Decode(units)))
}
