package document

import (
	"fmt"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"nianbao/extract/text"
)

// The records of Microsoft Graph's datasheet ([MS-OGRAPH] section 2.4): each names its row and column, three bytes of format,
// and a value.
const (
	biffGraph              = 0x680
	graphNumber            = 0x03
	graphLabel             = 0x04
	graphValue             = 7 // where the value begins
	codePageChinese        = 936
	graphLengthOfLabel     = 2
	graphLengthOfWideLabel = 3 // with a byte that says whether characters have two bytes
)

// readGraph reads the datasheet of a chart made with Microsoft Graph, which Word 97 to 2003 inserted as its own kind of chart.
func (r *xlsReader) readGraph() (*sheet, error) {
	s := newSheet("", false)
	var set encoding.Encoding = charmap.Windows1252
	var failure error
	put := func(at place, shown string) {
		s.put(at, shown)
		r.size.grow(size{cells: 1, text: len(shown)})
		failure = r.size.limit(r.limits)
	}
	err := r.records(0, func(rec record) (bool, error) {
		at := place{rec.body.u16(0), rec.body.u16(2)}
		switch rec.kind {
		case recCodePage:
			if rec.body.u16(0) == codePageChinese {
				set = simplifiedchinese.GB18030
			}
		case graphNumber:
			if len(rec.body) >= graphValue+8 {
				put(at, general(float(rec.body.part(graphValue, 8))))
			}
		case graphLabel:
			shown, err := graphText(rec.body, set)
			if err != nil {
				return false, err
			}
			put(at, shown)
		}
		return failure == nil, failure
	})
	return s, err
}

// graphText is the text of a label: with a byte each character, in the code page, or as a string of BIFF8.
func graphText(body little, set encoding.Encoding) (string, error) {
	count := body.u16(graphValue)
	narrow := body.part(graphValue+graphLengthOfLabel, count)
	if len(body) == graphValue+graphLengthOfLabel+count {
		decoded, err := set.NewDecoder().Bytes(narrow)
		return text.Fold(string(decoded)), err
	}
	wide := body.u8(graphValue+graphLengthOfLabel)&1 != 0
	size := count
	if wide {
		size = 2 * count
	}
	if len(body) != graphValue+graphLengthOfWideLabel+size {
		return "", fmt.Errorf("a label of %d characters in %d bytes: %w", count, len(body), ErrDamaged)
	}
	shown, _ := shortString(body, graphValue, 2)
	return text.Fold(shown), nil
}
