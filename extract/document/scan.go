package document

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/gif" // the formats that pages of scans come in
	_ "image/jpeg"
	_ "image/png"
	"slices"
	"unicode/utf8"
)

// Recognizer reads the characters in pictures (OCR). It is a program outside of this module: extract runs none.
type Recognizer interface {
	// Recognize returns the words of a picture with a block of lines in it, dark on white, some 300 dots an inch.
	Recognize(picture *image.Gray) ([]Recognized, error)
}

// Recognized is a word as it was recognised, and where, in pixels.
type Recognized struct {
	Text string
	Box  image.Rectangle
}

const (
	scanWidth  = 8.27 // inches of a page whose picture does not say how wide it is: A4
	scanRule   = 0.17 // inches from which on a line is looked at as one of a table: longer than a character's stroke
	scanPixels = 60 << 20
	scanMargin = 40 // pixels of paper around a cell that is shown to the recogniser
	scanInset  = 5  // pixels at the edge of a cell that belong to its lines
	scanStrip  = 12_000
	scanSpeck  = 3 // pixels up to which a dot is dirt
)

// readPicture reads a picture of a page, if there is a recogniser.
func readPicture(body []byte, o Options) (Document, error) {
	if o.Recognizer == nil {
		return Document{Media: "image"}, fmt.Errorf("image: %w", ErrImageOnly)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case errors.Is(err, image.ErrFormat):
		return Document{Media: "image"}, fmt.Errorf("image: %w", ErrFormat)
	case err != nil:
		return Document{Media: "image"}, fmt.Errorf("image: %w: %w", ErrDamaged, err)
	}
	if config.Width*config.Height > scanPixels || config.Width <= 0 || config.Height <= 0 {
		return Document{Media: "image"}, fmt.Errorf("%s image: %d by %d pixels, more than %d: %w", format, config.Width,
			config.Height, scanPixels, ErrLimit)
	}
	picture, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return Document{Media: "image"}, fmt.Errorf("%s image: %w: %w", format, ErrDamaged, err)
	}
	l := o.Limits.orDefault()
	p, err := scannedPage(picture, o.Recognizer, float64(config.Width)/scanWidth, l)
	if err != nil {
		return Document{Media: "image"}, fmt.Errorf("%s image: %w", format, err)
	}
	d := pdfDocument{recognized: 1, characters: len(p.glyphs), areas: []box{p.box}, pages: [][]placed{p.layOut(l)}}
	return d.document("image", l)
}

// scannedPage reads what a picture of a page shows: the lines of its tables by their ink, and the characters as the
// recogniser sees them. Each cell is shown to it without its lines and apart from the others, as lines and neighbours are
// what recognisers stumble over.
func scannedPage(picture image.Image, r Recognizer, dpi float64, l Limits) (pdfPage, error) {
	g := grey(picture)
	ink := binarize(g)
	if angle := ink.skew(); angle > 0.001 || angle < -0.001 {
		g = turn(g, angle)
		ink = binarize(g)
	}
	points := 72 / dpi
	p := pdfPage{box: box{0, 0, float64(g.Rect.Dx()) * points, float64(g.Rect.Dy()) * points}}
	across, down := crossing(ink.strokes(false, int(scanRule*dpi)), ink.strokes(true, int(scanRule*dpi)))
	for _, s := range across {
		p.rules = append(p.rules, box{float64(s.from), float64(s.at), float64(s.to), float64(s.at)}.times(points))
	}
	for _, s := range down {
		p.rules = append(p.rules, box{float64(s.at), float64(s.from), float64(s.at), float64(s.to)}.times(points))
	}
	tables := ruledTables(&p, l)
	var cells []image.Rectangle
	text := image.NewGray(g.Rect)
	draw.Draw(text, text.Rect, g, image.Point{}, draw.Src)
	for _, t := range tables {
		for _, c := range t.cells {
			if area := ink.trimmed(c.area.times(1 / points).pixels().Inset(scanInset)); !area.Empty() {
				cells = append(cells, area)
			}
		}
		draw.Draw(text, t.box.times(1/points).pixels().Inset(-scanInset), image.White, image.Point{}, draw.Src)
	}
	words, err := r.Recognize(text)
	if err != nil {
		return p, err
	}
	inCells, err := recognizeCells(g, cells, r)
	if err != nil {
		return p, err
	}
	for _, w := range append(apart(words), inCells...) {
		p.glyphs = append(p.glyphs, w.glyphs(points)...)
	}
	return p, nil
}

// apart moves the boxes of words that follow each other in a line, of a page or a cell, out of each other: recognisers let those of Chinese
// words overlap, and the order of the words is theirs to know.
func apart(words []Recognized) []Recognized {
	for i := 1; i < len(words); i++ {
		before, w := words[i-1].Box, &words[i].Box
		common := min(before.Max.Y, w.Max.Y) - max(before.Min.Y, w.Min.Y)
		if 2*common > min(before.Dy(), w.Dy()) && w.Min.X < before.Max.X {
			w.Min.X = before.Max.X
			w.Max.X = max(w.Max.X, w.Min.X+1)
		}
	}
	return words
}

func (b box) times(f float64) box { return box{b.left * f, b.top * f, b.right * f, b.bottom * f} }

func (b box) pixels() image.Rectangle {
	return image.Rect(int(b.left+0.5), int(b.top+0.5), int(b.right+0.5), int(b.bottom+0.5))
}

// crossing leaves the strokes that cross at least two of the other direction: the lines of tables do, strokes of
// characters and underlines do not.
func crossing(across, down []stroke) (a, d []stroke) {
	const near = 8 // pixels
	touch := func(x, y stroke) bool {
		return x.from-near <= y.at && y.at <= x.to+near && y.from-near <= x.at && x.at <= y.to+near
	}
	keep := func(lines, others []stroke) []stroke {
		return slices.DeleteFunc(slices.Clone(lines), func(s stroke) bool {
			crossed := 0
			for _, o := range others {
				if touch(s, o) {
					crossed++
				}
			}
			return crossed < 2
		})
	}
	for {
		a = keep(across, down)
		d = keep(down, a)
		if len(a) == len(across) && len(d) == len(down) {
			return a, d
		}
		across, down = a, d
	}
}

// trimmed is the part of an area that has ink, specks of dirt left out; empty for none.
func (b *bitmap) trimmed(area image.Rectangle) image.Rectangle {
	area = area.Intersect(image.Rect(0, 0, b.width, b.height))
	var rows, columns []int
	for y := area.Min.Y; y < area.Max.Y; y++ {
		n := 0
		for x := area.Min.X; x < area.Max.X; x++ {
			if b.ink[y*b.width+x] {
				n++
			}
		}
		rows = append(rows, n)
	}
	for x := area.Min.X; x < area.Max.X; x++ {
		n := 0
		for y := area.Min.Y; y < area.Max.Y; y++ {
			if b.ink[y*b.width+x] {
				n++
			}
		}
		columns = append(columns, n)
	}
	top, bottom := ends(rows)
	left, right := ends(columns)
	if bottom-top <= scanSpeck && right-left <= scanSpeck || top >= bottom || left >= right {
		return image.Rectangle{}
	}
	return image.Rect(area.Min.X+left, area.Min.Y+top, area.Min.X+right, area.Min.Y+bottom)
}

// ends are the first and the place behind the last that is not zero.
func ends(counts []int) (first, behind int) {
	for first < len(counts) && counts[first] == 0 {
		first++
	}
	for behind = len(counts); behind > first && counts[behind-1] == 0; behind-- {
	}
	return first, behind
}

// recognizeCells shows the cells below each other on clean paper, and puts the words back where they stood.
func recognizeCells(g *image.Gray, cells []image.Rectangle, r Recognizer) (words []Recognized, err error) {
	for len(cells) > 0 {
		n, width, height := 0, 0, scanMargin
		for n < len(cells) && (n == 0 || height+cells[n].Dy()+scanMargin <= scanStrip) {
			width, height = max(width, cells[n].Dx()), height+cells[n].Dy()+scanMargin
			n++
		}
		sheet := image.NewGray(image.Rect(0, 0, width+2*scanMargin, height))
		draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
		tops := make([]int, n)
		y := scanMargin
		for i, c := range cells[:n] {
			tops[i] = y
			draw.Draw(sheet, image.Rect(scanMargin, y, scanMargin+c.Dx(), y+c.Dy()), g, c.Min, draw.Src)
			y += c.Dy() + scanMargin
		}
		found, err := r.Recognize(sheet)
		if err != nil {
			return nil, err
		}
		first := len(words)
		last := -1
		for _, w := range found {
			middle := (w.Box.Min.Y + w.Box.Max.Y) / 2
			i, exact := slices.BinarySearch(tops, middle)
			if !exact {
				i--
			}
			if i < 0 || middle > tops[i]+cells[i].Dy()+scanMargin/2 {
				continue
			}
			if i != last {
				apart(words[first:])
				first, last = len(words), i
			}
			w.Box = w.Box.Add(image.Pt(cells[i].Min.X-scanMargin, cells[i].Min.Y-tops[i])).Intersect(cells[i])
			if !w.Box.Empty() {
				words = append(words, w)
			}
		}
		apart(words[first:])
		cells = cells[n:]
	}
	return words, nil
}

// glyphs are the characters of a word, side by side.
func (w Recognized) glyphs(points float64) (all []glyph) {
	n := utf8.RuneCountInString(w.Text)
	at := box{float64(w.Box.Min.X), float64(w.Box.Min.Y), float64(w.Box.Max.X), float64(w.Box.Max.Y)}.times(points)
	step, i := at.width()/float64(max(n, 1)), 0
	for _, c := range w.Text {
		left := at.left + step*float64(i)
		all = append(all, glyph{box: box{left, at.top, left + step, at.bottom}, char: c})
		i++
	}
	return all
}
