package document

import (
	"fmt"
	"strings"
)

// The characters of a Word document that are no text ([MS-DOC] section 2.4).
const (
	markCell      = 0x07 // end of a cell, or of a row
	markLine      = 0x0B
	markPage      = 0x0C // page or section
	markParagraph = 0x0D
	markHyphen    = 0x1E // that does not break
	fieldBegin    = 0x13
	fieldSeparate = 0x14
	fieldEnd      = 0x15
)

// readDOC reads a document of Word 97 to 2003, or of WPS: the main text with its tables, tracked changes as accepted, then
// the text boxes. Workbooks embedded in it follow as tables; footnotes, headers and comments are left out.
func readDOC(streams []stream, o Options) (Document, error) {
	b := newBuilder("doc", o.Limits)
	w, err := openWord(streams, b.limits)
	if err != nil {
		return b.doc, err
	}
	all, pieces, err := w.characters()
	if err != nil {
		return b.doc, err
	}
	length := w.lengths[0]
	if length > len(all) {
		return b.doc, fmt.Errorf("doc: %d characters of text where %d are said to be: %w", len(all), length, ErrDamaged)
	}
	r := docReader{pieces: pieces, limits: b.limits}
	if r.paragraphs, err = w.bound(fcPapx); err != nil {
		return b.doc, err
	}
	if r.runs, err = w.bound(fcChpx); err != nil {
		return b.doc, err
	}
	text := r.read(all[:length])
	var inBoxes flow
	boxes := 0
	for _, n := range w.lengths[:len(w.lengths)-1] {
		boxes += n
	}
	if n := w.lengths[len(w.lengths)-1]; n > 0 && boxes+n <= len(all) {
		inBoxes = r.read(all[boxes : boxes+n])
	}
	if over := r.size.over(b.limits); over != "" {
		b.fail("%s", over)
	} else if r.work > mostWork {
		b.fail("properties of text that take too long to read")
	}
	b.flow(text, -1, 0)
	b.flow(inBoxes, -1, 0)
	addObjects(b, streams, o)
	return b.finish()
}

// docReader reads a range of characters.
type docReader struct {
	paragraphs, runs []properties
	pieces           []properties // what a fast save changed over whole pieces

	limits Limits
	size   size // read so far
	work   int  // bytes of properties that were looked at: lists may be long, and hold for a character each
}

// mostWork takes some seconds; a report of a hundred pages takes a thousandth of it.
const mostWork = 1 << 30

// read reads a text, up to the limits.
func (r *docReader) read(text []character) flow {
	l := levels{size: &r.size}
	var units []uint16
	var open fields
	from, to, shown, as := 0, 0, true, look{}
	for _, c := range text {
		if c.place < from || c.place >= to {
			if r.work > mostWork {
				return nil
			}
			from, to, shown, as = r.run(c.place)
		}
		switch c.unit {
		case markParagraph, markCell, markPage:
			if r.work > mostWork || r.size.over(r.limits) != "" {
				return nil
			}
			p := r.describe(c.place)
			if !shown && c.unit == markParagraph && !p.rowEnd { // the paragraph goes on in the next
				continue
			}
			p.gone = !shown
			l.paragraph(decode(units), p, c.unit == markCell)
			units = units[:0]
		case fieldBegin:
			open.begin()
		case fieldSeparate:
			open.separate()
		case fieldEnd:
			open.end()
		default:
			if s := printed(c.unit); s != 0 && shown && !as.gone && open.shown() {
				units = append(units, as.unit(s))
			}
		}
	}
	l.paragraph(decode(units), docParagraph{}, false)
	l.to(0)
	return l.text
}

// describe reads the properties of the paragraph that ends at a place.
func (r *docReader) describe(place int) docParagraph {
	own, changed := at(r.paragraphs, place), at(r.pieces, place)
	r.work += len(own) + len(changed)
	return describe(own, changed)
}

// run is the range of places around one in which characters have the same properties, whether they are shown, and how.
func (r *docReader) run(place int) (from, to int, shown bool, l look) {
	lo, hi := 0, len(r.runs)
	for lo < hi {
		if mid := (lo + hi) / 2; r.runs[mid].to <= place {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	from, to = place, place+1
	var own little
	if lo < len(r.runs) && r.runs[lo].from <= place {
		own = r.runs[lo].sprms
		if len(r.pieces) == 0 { // else a piece may end inside the run
			from, to = r.runs[lo].from, r.runs[lo].to
		}
	}
	changed := at(r.pieces, place)
	r.work += len(own) + len(changed)
	gone, l := hidden(own, changed)
	return from, to, !gone, l
}

// printed is what a character shows as, 0 for nothing.
func printed(unit uint16) uint16 {
	switch {
	case unit == markLine:
		return '\n'
	case unit == markHyphen:
		return '-'
	case unit == '\t' || unit >= 0x20:
		return unit
	}
	return 0
}

// addObjects adds the sheets of the workbooks that are embedded in a document: those behind its charts.
func addObjects(b *builder, streams []stream, o Options) {
	for _, s := range streams {
		if s.storage == "" {
			continue
		}
		name := s.storage[strings.LastIndex(s.storage, "/")+1:]
		switch s.name {
		case "Workbook", "Book":
			inner, err := readXLS(s.body, o)
			b.sheetsOf(name, inner, err)
		case "Package": // a file of another format, a workbook in a zip for one
			b.object(name, s.body, o)
		}
	}
}
