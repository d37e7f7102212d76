package document

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// The places in the file information block that are read ([MS-DOC] section 2.5), and their indices in FibRgFcLcb97.
const (
	fibMagic      = 0xA5EC
	fcChpx        = 12 // PlcfBteChpx: character properties by place in the file
	fcPapx        = 13 // PlcfBtePapx: paragraph properties
	fcClx         = 33 // the piece table
	lwText        = 3  // ccpText and the lengths of the texts behind it, in FibRgLw97
	lwTextBoxes   = 9
	pageOfBinding = 512
)

// wordFile is the parts of a binary Word document.
type wordFile struct {
	main, table, data little
	pairs             int // where FibRgFcLcb begins
	limits            Limits
	lengths           []int // ccpText, ccpFtn, ccpHdd, ccpMcr, ccpAtn, ccpEdn, ccpTxbx
}

// openWord finds the parts of a document among the streams of its container.
func openWord(streams []stream, l Limits) (wordFile, error) {
	byName := map[string]little{}
	for _, s := range streams {
		if s.storage == "" {
			byName[s.name] = s.body
		}
	}
	w := wordFile{main: byName["WordDocument"], limits: l}
	if w.main.u16(0) != fibMagic {
		return w, fmt.Errorf("doc: the text does not begin with a file information block: %w", ErrDamaged)
	}
	flags := w.main.u16(0x0A)
	if flags&0x0100 != 0 {
		return w, fmt.Errorf("doc: %w", ErrEncrypted)
	}
	if w.main.u16(2) < 0xC1 { // Word 97
		return w, fmt.Errorf("doc of a version before Word 97: %w", ErrFormat)
	}
	name := "0Table"
	if flags&0x0200 != 0 {
		name = "1Table"
	}
	if w.table = byName[name]; w.table == nil {
		return w, fmt.Errorf("doc: no stream %s: %w", name, ErrDamaged)
	}
	words := 34
	w.data = byName["Data"]
	longs := words + 2*w.main.u16(32) + 2
	w.pairs = longs + 4*w.main.u16(longs-2) + 2
	for i := lwText; i <= lwTextBoxes; i++ {
		n := w.main.u32(longs + 4*i)
		if n > len(w.main) {
			return w, fmt.Errorf("doc: a text of %d characters in a stream of %d bytes: %w", n, len(w.main), ErrDamaged)
		}
		w.lengths = append(w.lengths, n)
	}
	return w, nil
}

// pair is a part of the table stream, by its index in FibRgFcLcb.
func (w wordFile) pair(index int) little {
	return w.table.part(w.main.u32(w.pairs+8*index), w.main.u32(w.pairs+8*index+4))
}

// character is one UTF-16 unit of the text, with its place in the main stream, by which its properties are found.
type character struct {
	unit  uint16
	place int
}

// characters joins the pieces of the text ([MS-DOC] section 2.4.1), and gives the properties that hold for whole pieces: a
// fast save changes the text and its properties there and leaves the rest of the file as it was.
func (w wordFile) characters() (all []character, changed []properties, err error) {
	clx := w.pair(fcClx)
	var modifiers []little
	for len(clx) > 0 && clx.u8(0) == 1 {
		modifiers = append(modifiers, clx.part(3, min(clx.u16(1), longestList)))
		clx = clx.part(3+clx.u16(1), len(clx))
	}
	if clx.u8(0) != 2 {
		return nil, nil, fmt.Errorf("doc: no piece table: %w", ErrDamaged)
	}
	pieces := clx.part(5, clx.u32(1))
	n := (len(pieces) - 4) / 12
	for i := range n {
		length := pieces.u32(4*i+4) - pieces.u32(4*i)
		place := pieces.u32(4*(n+1) + 8*i + 2)
		narrow := place&(1<<30) != 0
		place &= 1<<30 - 1
		if length < 0 || length > len(w.main) {
			return nil, nil, fmt.Errorf("doc: piece %d of %d is longer than the file: %w", i+1, n, ErrDamaged)
		}
		if len(all)+length > w.limits.Chars {
			return nil, nil, fmt.Errorf("doc: more than %d characters: %w", w.limits.Chars, ErrLimit)
		}
		width := 2
		if narrow {
			place, width = place/2, 1
		}
		if sprms := modifier(pieces.u16(4*(n+1)+8*i+6), modifiers); len(sprms) > 0 {
			changed = append(changed, properties{place, place + width*length, sprms})
		}
		if narrow {
			for k := range length {
				all = append(all, character{ansi(w.main.u8(place + k)), place + k})
			}
			continue
		}
		for k := range length {
			all = append(all, character{uint16(w.main.u16(place + 2*k)), place + 2*k})
		}
	}
	slices.SortStableFunc(changed, func(a, b properties) int { return a.from - b.from })
	return all, changed, nil
}

// modifier is what a piece's Prm says of its text: one modifier with a value of one byte, or the number of a list of them
// ([MS-DOC] sections 2.9.214 to 2.9.216).
func modifier(prm int, lists []little) little {
	if prm&1 != 0 {
		if no := prm >> 1; no < len(lists) {
			return lists[no]
		}
		return nil
	}
	code, known := map[int]int{0x18: sprmPFInTable, 0x19: sprmPFTtp, 0x41: sprmCFRMarkDel, 0x5C: sprmCFVanish}[prm>>1&0x7F]
	if !known {
		return nil
	}
	return little{byte(code), byte(code >> 8), byte(prm >> 8)}
}

// ansi is a character of a piece with one byte each, which is Windows-1252 whatever the language.
func ansi(b int) uint16 { return uint16(charmap.Windows1252.DecodeByte(byte(b))) }

// properties are modifiers (SPRMs) that hold for a range of places in the main stream.
type properties struct {
	from, to int
	sprms    little
}

// maxRuns is how many runs of characters, or paragraphs, may have properties of their own.
const maxRuns = 500_000

// bound reads the properties of all paragraphs, or of all runs of characters, sorted by place ([MS-DOC] sections 2.8.25,
// 2.8.26, 2.9.33, 2.9.174).
func (w wordFile) bound(index int) ([]properties, error) {
	list := w.pair(index)
	n := (len(list) - 4) / 8
	var all []properties
	huge := maxHuge
	for i := range n {
		page := w.main.part(pageOfBinding*list.u32(4*(n+1)+4*i), pageOfBinding)
		if len(page) < pageOfBinding {
			continue
		}
		runs := page.u8(pageOfBinding - 1)
		for k := range runs {
			p := properties{from: page.u32(4 * k), to: page.u32(4*k + 4)}
			if index == fcPapx {
				p.sprms = w.whole(paragraphSprms(page, 2*page.u8(4*(runs+1)+13*k)), &huge)
			} else if at := 2 * page.u8(4*(runs+1)+k); at != 0 {
				p.sprms = page.part(at+1, page.u8(at))
			}
			if p.to > p.from {
				all = append(all, p)
			}
		}
		if len(all) > maxRuns {
			return nil, fmt.Errorf("doc: more than %d runs of text: %w", maxRuns, ErrLimit)
		}
		if huge < 0 {
			return nil, fmt.Errorf("doc: properties of paragraphs of more than %d bytes: %w", maxHuge, ErrLimit)
		}
	}
	slices.SortStableFunc(all, func(a, b properties) int { return a.from - b.from })
	return all, nil
}

const (
	longestList = 0x3FA2   // bytes of a list of modifiers ([MS-DOC] section 2.9.210)
	maxHuge     = 16 << 20 // bytes of all lists that have no room on their page
)

// paragraphSprms are the modifiers at a place of a page, behind the number of the paragraph's style.
func paragraphSprms(page little, at int) little {
	if at == 0 {
		return nil
	}
	if count := page.u8(at); count != 0 {
		return page.part(at+3, 2*count-3)
	}
	return page.part(at+4, 2*page.u8(at+1)-2)
}

// whole adds the modifiers that had no room on the page and stand in the data stream ([MS-DOC] sections 2.6.2, 2.9.210).
// left is how many bytes of such may be added.
func (w wordFile) whole(sprms little, left *int) little {
	all := sprms
	sprms.each(func(code int, operand little) {
		if code == sprmPHugePapx || code == sprmPTableProps {
			at := operand.u32(0)
			more := w.data.part(at+2, min(w.data.u16(at), longestList))
			if *left -= len(more); *left >= 0 {
				all = append(slices.Clip(all), more...)
			}
		}
	})
	return all
}

// at finds the properties that hold at a place.
func at(all []properties, place int) little {
	i, found := slices.BinarySearchFunc(all, place, func(p properties, place int) int { return p.from - place })
	if !found {
		i--
	}
	if i < 0 || place >= all[i].to {
		return nil
	}
	return all[i].sprms
}

// each calls visit for every modifier with its operand ([MS-DOC] section 2.2.5.1).
func (sprms little) each(visit func(code int, operand little)) {
	for len(sprms) >= 2 {
		code := sprms.u16(0)
		size, skip := 0, 2
		switch code >> 13 {
		case 0, 1:
			size = 1
		case 2, 4, 5:
			size = 2
		case 3:
			size = 4
		case 7:
			size = 3
		case 6:
			size, skip = sprms.u8(2), 3
			if code == sprmTDefTable { // the count has two bytes and includes one of them
				size, skip = sprms.u16(2)-1, 4
			}
			if code == sprmPChgTabs && size == 255 {
				size = 4*sprms.u8(3) + 3*sprms.u8(4+4*sprms.u8(3)) + 2
			}
		}
		if size < 0 {
			return
		}
		visit(code, sprms.part(skip, size))
		sprms = sprms.part(skip+size, len(sprms))
	}
}

// The modifiers that are read ([MS-DOC] section 2.6).
const (
	sprmCFRMarkDel, sprmCFVanish                    = 0x0800, 0x083C
	sprmCFStrike, sprmCFDStrike, sprmCIss           = 0x0837, 0x2A53, 0x2A48
	sprmPFInTable, sprmPFTtp, sprmPChgTabs          = 0x2416, 0x2417, 0xC615
	sprmPFInnerTableCell, sprmPFInnerTtp, sprmPItap = 0x244B, 0x244C, 0x6649
	sprmPOutLvl                                     = 0x2640
	sprmPHugePapx, sprmPTableProps                  = 0x6646, 0x646B
	sprmTDefTable, sprmTVertMerge, sprmTMerge       = 0xD608, 0xD62B, 0x5624
)

// hidden says whether a run with these properties, the later ones over the earlier, is deleted by a tracked change or not
// shown, and how it looks. A value of 0x81 is the opposite of what the style says; styles that hide text are not looked at.
func hidden(lists ...little) (yes bool, l look) {
	deleted, vanished, struck, twice := false, false, false, false
	for _, sprms := range lists {
		sprms.each(func(code int, operand little) {
			on := operand.u8(0) == 1 || operand.u8(0) == 0x81
			switch code {
			case sprmCFRMarkDel:
				deleted = on
			case sprmCFVanish:
				vanished = on
			case sprmCFStrike:
				struck = on
			case sprmCFDStrike:
				twice = on
			case sprmCIss:
				l.script = map[byte]script{1: raised, 2: lowered}[byte(operand.u8(0))]
			}
		})
	}
	l.gone = struck || twice
	return deleted || vanished, l
}

// decode joins units to text.
func decode(units []uint16) string { return strings.ToValidUTF8(string(utf16.Decode(units)), "") }
