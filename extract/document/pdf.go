package document

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// readPDF reads the pages of a PDF (ISO 32000) as they are printed: characters with their places, and the lines drawn.
func readPDF(ctx context.Context, e *pdfEngine, body []byte, o Options) (Document, error) {
	l, recognizer := o.Limits.orDefault(), o.Recognizer
	if len(body) > l.Size {
		return Document{Media: "pdf"}, fmt.Errorf("pdf: more than %d bytes: %w", l.Size, ErrLimit)
	}
	var d pdfDocument
	err := e.read(ctx, body, func(lib pdfium.Pdfium, doc references.FPDF_DOCUMENT) error {
		return d.read(&pdfPages{pdfium: lib, document: doc, limits: l, recognizer: recognizer})
	})
	if err != nil {
		return Document{Media: "pdf"}, err
	}
	if d.pictured > 0 && d.characters == 0 && d.recognized == 0 {
		return Document{Media: "pdf", Title: d.title}, fmt.Errorf("pdf: %d pages: %w", len(d.pages), ErrImageOnly)
	}
	if !bytes.Contains(body[max(0, len(body)-trailer):], []byte("%%EOF")) {
		d.doubt("the file has no end mark: it may be cut off")
	}
	return d.document("pdf", l)
}

// document is what the pages say, in order.
func (d *pdfDocument) document(media string, l Limits) (Document, error) {
	b := newBuilder(media, l)
	b.flow(d.flow(), -1, 0)
	b.doc.Doubts, b.doc.Recognized = d.doubts, d.recognized
	return b.finish()
}

// trailer is how many bytes at the end of a file may hold its end mark (ISO 32000-1, appendix H, implementation note 18).
const trailer = 1024

// pdfDocument is what is printed on the pages of a document.
type pdfDocument struct {
	pages      [][]placed
	areas      []box  // of each page
	title      string // what the file's properties call it, read where nothing else is
	characters int
	pictured   int // pages that are pictures
	recognized int // those of them whose characters were recognised
	doubts     []string
}

// placed is a line of text or a table, where it stands on its page.
type placed struct {
	box
	line  *printedLine
	table *pdfTable
}

func (d *pdfDocument) doubt(format string, args ...any) {
	d.doubts = append(d.doubts, fmt.Sprintf(format, args...))
}

// read reads the pages.
func (d *pdfDocument) read(r *pdfPages) error {
	count, err := r.pdfium.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: r.document})
	if err != nil || count.PageCount < 1 {
		return fmt.Errorf("pdf: no pages: %w", ErrDamaged)
	}
	if count.PageCount > r.limits.Pages {
		return fmt.Errorf("pdf: more than %d pages: %w", r.limits.Pages, ErrLimit)
	}
	nameless, unseen, crowded := 0, 0, 0
	for no := range count.PageCount {
		p, err := r.page(no)
		if err != nil {
			if !errors.Is(err, ErrLimit) {
				err = fmt.Errorf("pdf: page %d: %v: %w", no+1, err, ErrDamaged)
			}
			return err
		}
		if p.isPicture() {
			d.pictured++
			if r.recognizer != nil {
				if p, err = r.recognized(no); err != nil {
					return fmt.Errorf("pdf: page %d: %w", no+1, err)
				}
				d.recognized++
			}
		}
		if p.unseen*2 > p.texts {
			unseen++
		}
		if p.crowded {
			crowded++
		}
		nameless += p.nameless
		d.characters += len(p.glyphs)
		p.setUpright()
		d.areas = append(d.areas, p.box)
		d.pages = append(d.pages, p.layOut(r.limits))
	}
	if d.characters == 0 {
		meta, err := r.pdfium.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: r.document, Tag: "Title"})
		if err == nil {
			d.title = meta.Value
		}
	}
	if unread := d.pictured - d.recognized; unread > 0 && d.characters > 0 {
		d.doubt("%d of %d pages are pictures without text", unread, count.PageCount)
	}
	if unseen > 0 {
		d.doubt("the text of %d pages is not shown: a machine read it off a picture", unseen)
	}
	if nameless > 0 {
		d.doubt("the fonts do not say which characters %d of the signs are", nameless)
	}
	if crowded > 0 {
		d.doubt("%d pages have more than %d lines drawn, which were not all looked at", crowded, maxRules)
	}
	return nil
}

// manyRules is how many lines a page without text has that is a drawing of text.
const manyRules = 200

// isPicture says whether a page shows something and has no text.
func (p *pdfPage) isPicture() bool {
	return len(p.glyphs) == 0 && (p.pictures > 0 || p.paths > manyRules)
}

// setUpright turns a page that is printed sideways.
func (p *pdfPage) setUpright() {
	var counts [4]int
	for _, g := range p.glyphs {
		counts[g.turn/90]++
	}
	turn := 90 * slices.Index(counts[:], slices.Max(counts[:]))
	if turn == 0 {
		return
	}
	p.box = p.box.turnedBack(turn)
	for i := range p.glyphs {
		g := &p.glyphs[i]
		g.box, g.turn = g.box.turnedBack(turn), (g.turn-turn+360)%360
	}
	for i, r := range p.rules {
		p.rules[i] = r.turnedBack(turn)
	}
}

// layOut makes lines and tables of what is printed, from the top of the page to its bottom.
func (p *pdfPage) layOut(l Limits) (all []placed) {
	tables := ruledTables(p, l)
	free := p.hanging(tables, p.fill(tables))
	for i, t := range tables {
		for c := range t.cells {
			cell := &t.cells[c]
			cell.lines = linesOf(cell.glyphs)
		}
		if outer := around(t.box, tables[i+1:]); outer != nil {
			outer.tables = append(outer.tables, passage{table: t.word()})
			continue
		}
		all = append(all, placed{box: t.box, table: t})
	}
	for _, turn := range []int{0, 90, 180, 270} {
		var turned []glyph
		for _, g := range free {
			if g.turn == turn {
				turned = append(turned, g)
			}
		}
		for _, line := range linesTurned(turned, turn) {
			all = append(all, placed{box: line.box.turnedBack((360 - turn) % 360), line: line})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Or(cmp.Compare(a.top, b.top), cmp.Compare(a.left, b.left)) })
	return all
}

// around is the cell in which an area lies, of the first table that has one.
func around(b box, tables []*pdfTable) *pdfCell {
	for _, t := range tables {
		x, y := b.middle()
		if cell := t.cellAt(x, y); cell != nil && cell.area.width() >= b.width() && cell.area.height() >= b.height() {
			return cell
		}
	}
	return nil
}

// fill puts the glyphs into the cells in which they stand, and gives back the others. A character stands where its middle
// is. The figures of a number stay together: where one is too long for its cell, its middle tells the cell.
func (p *pdfPage) fill(tables []*pdfTable) (free []glyph) {
	for i := 0; i < len(p.glyphs); {
		j := i + 1
		whole := p.glyphs[i].box
		for j < len(p.glyphs) && touch(&p.glyphs[j-1], &p.glyphs[j]) {
			whole = whole.join(p.glyphs[j].box)
			j++
		}
		x, y := whole.middle()
		var cell *pdfCell
		for _, t := range tables {
			if cell = t.cellAt(x, y); cell != nil {
				break
			}
		}
		if cell != nil {
			cell.glyphs = append(cell.glyphs, p.glyphs[i:j]...)
		} else {
			free = append(free, p.glyphs[i:j]...)
		}
		i = j
	}
	return free
}

// hanging puts what hangs out of the lowest table of a page into its cells, and gives back the other glyphs: a browser that
// cuts a cell between two pages may end its lines before its text.
func (p *pdfPage) hanging(tables []*pdfTable, free []glyph) (rest []glyph) {
	var lowest *pdfTable
	for _, t := range tables {
		if lowest == nil || t.bottom > lowest.bottom {
			lowest = t
		}
	}
	if lowest == nil || !slices.Contains(lowest.openBelow, true) || lowest.bottom-p.top < p.height()/2 {
		return free
	}
	var below []glyph
	for _, g := range free {
		if _, y := g.middle(); y > lowest.bottom && g.turn == 0 {
			below = append(below, g)
		} else {
			rest = append(rest, g)
		}
	}
	edge, hangs := lowest.bottom, true
	for _, line := range linesTurned(below, 0) {
		if hangs = hangs && line.top < edge+line.em && lowest.hangs(line); !hangs {
			rest = append(rest, line.glyphs...)
			continue
		}
		for _, g := range line.glyphs {
			x, _ := g.middle()
			cell := lowest.cellAt(x, lowest.bottom-1)
			cell.glyphs = append(cell.glyphs, g)
		}
		edge = line.bottom
	}
	return rest
}

// hangs says whether each part of a line is below one cell that no line ends.
func (t *pdfTable) hangs(line *printedLine) bool {
	for _, part := range line.parts() {
		column := before(t.columns, part.left)
		if column < 0 || column >= len(t.openBelow) || !t.openBelow[column] ||
			t.cellAt(part.left, t.bottom-1) != t.cellAt(part.right, t.bottom-1) {
			return false
		}
	}
	return true
}

// touch says whether two figures are of one number: the second stands close behind the first.
func touch(a, b *glyph) bool {
	if !isFigure(a.char) || !isFigure(b.char) || a.turn != b.turn {
		return false
	}
	x, y := a.box.turnedBack(a.turn), b.box.turnedBack(b.turn)
	gap := (y.left - x.right) / max(em(a), 1)
	common := min(x.bottom, y.bottom) - max(x.top, y.top)
	return -0.2 < gap && gap < 0.12 && common > 0.5*min(x.height(), y.height())
}

// flow is the running text of the document with its tables, over page breaks.
func (d *pdfDocument) flow() flow {
	d.dropMargins()
	var lines [][]*printedLine
	for no, page := range d.pages {
		page = aligned(page)
		d.pages[no] = page
		var of []*printedLine
		for _, p := range page {
			if p.line != nil {
				of = append(of, p.line)
			}
		}
		lines = append(lines, of)
	}
	m := measuresOf(lines, d.areas[0].width())
	var f flow
	var last placed // what f ends with
	for _, page := range d.pages {
		for i, p := range page {
			switch {
			case p.table != nil && i == 0 && last.table != nil && last.table.goesOn(p.table):
				last.table.join(p.table)
				f[len(f)-1].table = last.table.word()
				continue
			case p.table != nil:
				f = append(f, passage{table: p.table.word()})
			case last.line != nil && m.continues(last.line, p.line, i > 0):
				f[len(f)-1].text += glue(f[len(f)-1].text, p.line.text) + p.line.text
			default:
				f = append(f, passage{text: p.line.text})
			}
			last = p
		}
	}
	return f
}

// word is the table as word processors have it.
func (t *pdfTable) word() *wordTable {
	w := &wordTable{}
	for i := range t.cells {
		c := &t.cells[i]
		w.cells = append(w.cells, wordCell{row: c.row, column: c.column, rowspan: c.rowspan, colspan: c.colspan, content: c.content()})
	}
	return w
}
