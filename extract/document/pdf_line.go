package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// printedLine is one line of text, its glyphs from its beginning to its end. Its area is that of the glyphs, turned so that
// the line runs to the right.
type printedLine struct {
	box
	glyphs []glyph
	text   string
	em     float64 // the height of its characters
}

// Gaps within a line, in parts of the character's height.
const (
	digitGap = 0.35 // between digits, more than this parts them
	wordGap  = 0.7  // between other characters, more than this is a space; beside a digit, word processors leave a quarter
	wideGap  = 1.5  // more than this parts columns
)

// linesOf puts glyphs into lines, from the first to the last. Text that is turned is read as it runs; where turns are
// mixed, the most frequent counts.
func linesOf(glyphs []glyph) []*printedLine {
	return linesTurned(glyphs, turnOf(glyphs))
}

// linesTurned is linesOf for glyphs whose lines are turned so much.
func linesTurned(glyphs []glyph, turn int) []*printedLine {
	turned := turnedBack(glyphs, turn)
	slices.SortStableFunc(turned, func(a, b glyph) int { return cmp.Compare(b.height(), a.height()) })
	var lines []*printedLine // by the middle
	for _, g := range turned {
		_, y := g.middle()
		i, _ := slices.BinarySearchFunc(lines, y, func(l *printedLine, y float64) int {
			_, middle := l.middle()
			return cmp.Compare(middle, y)
		})
		best, most := -1, 0.5
		for j := max(0, i-2); j < min(len(lines), i+2); j++ {
			common := min(g.bottom, lines[j].bottom) - max(g.top, lines[j].top)
			if part := common / max(g.height(), 0.01); part > most {
				best, most = j, part
			}
		}
		if best >= 0 {
			lines[best].glyphs = append(lines[best].glyphs, g)
			continue
		}
		lines = slices.Insert(lines, i, &printedLine{box: g.box, glyphs: []glyph{g}})
	}
	return finished(lines)
}

// finished orders the glyphs of each line and makes its text; lines without any go.
func finished(lines []*printedLine) []*printedLine {
	out := lines[:0]
	for _, l := range lines {
		slices.SortStableFunc(l.glyphs, func(a, b glyph) int { return cmp.Compare(a.left, b.left) })
		l.glyphs = once(l.glyphs)
		if l.write(); l.text != "" {
			out = append(out, l)
		}
	}
	return out
}

// turnOf is by how much the lines of glyphs are turned.
func turnOf(glyphs []glyph) int {
	var counts [4]int
	for _, g := range glyphs {
		counts[g.turn/90]++
	}
	turn := 90 * slices.Index(counts[:], slices.Max(counts[:]))
	if turn == 0 && stacked(glyphs) {
		return 90
	}
	return turn
}

// turnedBack turns glyphs so that their lines run to the right.
func turnedBack(glyphs []glyph, turn int) []glyph {
	out := slices.Clone(glyphs)
	for i := range out {
		out[i].box = out[i].turnedBack(turn)
	}
	return out
}

// turnedBack is the area turned so that what runs in that direction runs to the right.
func (b box) turnedBack(turn int) box {
	switch turn {
	case 90: // downward, the next line at the left
		return box{b.top, -b.right, b.bottom, -b.left}
	case 180:
		return box{-b.right, -b.bottom, -b.left, -b.top}
	case 270: // upward, the next line at the right
		return box{-b.bottom, b.left, -b.top, b.right}
	}
	return b
}

// stacked tells upright characters that are written downward, the next column at the left, as in the labels at the side of
// a table: below each other they stand closer than beside each other, and closer than lines do.
func stacked(glyphs []glyph) bool {
	const few, many, tight, apart = 3, 60, 1.12, 0.1
	if len(glyphs) < few || len(glyphs) > many {
		return false
	}
	var below, beside []float64
	for _, g := range glyphs {
		if !isSquare(g.char) {
			continue
		}
		down, right := math.Inf(1), math.Inf(1)
		for _, o := range glyphs {
			dx, dy := (o.left-g.left)/em(&g), (o.top-g.top)/em(&g)
			if math.Abs(dx) < 0.4 && dy > 0.5 {
				down = min(down, dy)
			}
			if math.Abs(dy) < 0.4 && dx > 0.5 {
				right = min(right, dx)
			}
		}
		if !math.IsInf(down, 1) {
			below = append(below, down)
		}
		if !math.IsInf(right, 1) {
			beside = append(beside, right)
		}
	}
	if len(below) < 2 || len(beside) == 0 {
		return false
	}
	slices.Sort(below)
	slices.Sort(beside)
	pitch := below[len(below)/2]
	return pitch <= tight && beside[len(beside)/2] > pitch+apart
}

// once drops glyphs that are printed twice at one place, as some programs print bold.
func once(glyphs []glyph) []glyph {
	return slices.CompactFunc(glyphs, func(kept, next glyph) bool {
		return kept.char == next.char && math.Abs(kept.left-next.left) < 0.2*kept.width()
	})
}

// write makes the text of a line, and its true area.
func (l *printedLine) write() {
	var b strings.Builder
	var last *glyph
	blank := false // white space is printed since the last character
	for i := range l.glyphs {
		g := &l.glyphs[i]
		if g.char == ' ' {
			blank = true
			continue
		}
		if last == nil {
			l.box = g.box
		} else {
			l.box = l.box.join(g.box)
			b.WriteString(space(last, g, blank))
		}
		b.WriteRune(g.char)
		last, blank = g, false
		l.em = max(l.em, em(g))
	}
	l.text = b.String()
}

// space is what parts two characters that follow each other in a line. Digits that stand far apart are two numbers.
func space(a, b *glyph, blank bool) string {
	gap := (b.left - a.right) / max(em(a), em(b), 1)
	switch {
	case isFigure(a.char) && isFigure(b.char) && gap > wideGap:
		return "\n"
	case blank && gap > 0.1 || isFigure(a.char) && isFigure(b.char) && gap > digitGap || gap > wordGap:
		return " "
	}
	return ""
}

// em is the height of a character: the width of a square one, less than the height of its font's line else.
func em(g *glyph) float64 {
	if isSquare(g.char) {
		return max(g.width(), 0.6*g.height())
	}
	return 0.8 * g.height()
}

// isSquare tells the characters that are as wide as they are high.
func isSquare(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// isFigure tells the characters that numbers are made of.
func isFigure(r rune) bool {
	return '0' <= r && r <= '9' || r == '.' || r == ',' || '０' <= r && r <= '９' || r == '．'
}

// parts cuts a line where gaps part columns.
func (l *printedLine) parts() (parts []*printedLine) {
	from := 0
	for _, i := range l.gaps() {
		parts = append(parts, &printedLine{glyphs: l.glyphs[from:i]})
		from = i
	}
	return finished(append(parts, &printedLine{glyphs: l.glyphs[from:]}))
}

// parted says whether a line has such gaps.
func (l *printedLine) parted() bool { return len(l.gaps()) > 0 }

// gaps are the glyphs behind wide gaps.
func (l *printedLine) gaps() (behind []int) {
	var last *glyph
	for i := range l.glyphs {
		g := &l.glyphs[i]
		if g.char == ' ' {
			continue
		}
		if last != nil && g.left-last.right > wideGap*max(em(last), em(g)) {
			behind = append(behind, i)
		}
		last = g
	}
	return behind
}
