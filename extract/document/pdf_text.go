package document

import (
	"slices"
	"strings"
	"unicode"
)

// measures are those of the running text of a document.
type measures struct {
	left, right float64 // its margins
	pitch       float64 // from line to line, in parts of the character's height
}

// measuresOf takes the measures of the lines of all pages, which are so wide. Where no line comes near the right margin, it
// is as wide as the left one.
func measuresOf(pages [][]*printedLine, width float64) (m measures) {
	var lefts, rights, pitches []float64
	for _, lines := range pages {
		for i, l := range lines {
			lefts, rights = append(lefts, l.left), append(rights, l.edge())
			if i > 0 && l.top > lines[i-1].top {
				pitches = append(pitches, (l.bottom-lines[i-1].bottom)/max(l.em, 1))
			}
		}
	}
	if len(lefts) == 0 {
		return m
	}
	slices.Sort(lefts)
	slices.Sort(pitches)
	m.left, m.right = lefts[len(lefts)/20], slices.Max(rights)
	if mirrored := width - m.left; m.right < 0.75*mirrored {
		m.right = mirrored
	}
	m.pitch = 1.5
	if len(pitches) > 0 {
		m.pitch = pitches[len(pitches)/4]
	}
	return m
}

// edge is where a line ends, without a mark at its end: word processors let that hang over the margin.
func (l *printedLine) edge() float64 {
	if last := l.glyphs[len(l.glyphs)-1]; beginsNoLine(last.char) {
		return last.left
	}
	return l.right
}

// continues says whether a line of running text goes on with the paragraph of the line before it: that is full, and the
// line is neither indented nor set apart. samePage is false over a page break, where the distance says nothing.
func (m measures) continues(before, line *printedLine, samePage bool) bool {
	if before.parted() || line.parted() {
		return false
	}
	if line.left > m.left+line.em && line.left > before.left+0.5*line.em {
		return false
	}
	if samePage && (line.bottom-before.bottom)/max(line.em, 1) > 1.3*m.pitch+0.2 {
		return false
	}
	if strings.HasSuffix(before.text, "。") && numbered.MatchString(line.text) {
		return false
	}
	if large := max(line.em, before.em); large > 1.15*min(line.em, before.em) {
		return false
	}
	return before.right+line.firstWord() > m.right
}

// firstWord is the width of what cannot be parted at the beginning of a line: a character with the marks behind it that
// begin no line, or a number or word.
func (l *printedLine) firstWord() float64 {
	end := l.left
	for i, g := range l.glyphs {
		if g.char == ' ' {
			if end > l.left {
				break
			}
			continue
		}
		if i > 0 && end > l.left && !(isLatin(g.char) && isLatin(l.glyphs[i-1].char)) && !beginsNoLine(g.char) {
			break
		}
		end = g.right
	}
	return end - l.left
}

func isLatin(r rune) bool {
	return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) || isFigure(r) || r == '%' || r == '-'
}

func beginsNoLine(r rune) bool {
	return strings.ContainsRune("，。、；：？！）》」』”’〉】％%,.;:?!)", r)
}

// glue is what parts two lines that are one text: nothing in Chinese, a space between words.
func glue(before, line string) string {
	a, b := lastRune(before), firstRune(line)
	if isFigure(a) && isFigure(b) {
		return ""
	}
	if isLatin(a) && isLatin(b) {
		return " "
	}
	return ""
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) rune {
	var last rune
	for _, r := range s {
		last = r
	}
	return last
}

// Points at both sides of a cell that its text keeps from the lines: no wider ones are known. A number is only joined
// over lines where it surely did not fit.
const (
	cellMargin       = 16.0
	figureCellMargin = 12.0
)

// content is the text of a cell, and the tables in it: a paragraph each line, those joined that the width of the cell broke.
func (c *pdfCell) content() flow {
	return append(wrapped(c.lines, c.room()), c.tables...)
}

// room is the length that a line in the cell may have.
func (c *pdfCell) room() float64 {
	if turn := turnOf(c.glyphs); turn == 90 || turn == 270 {
		return c.area.height()
	}
	return c.area.width()
}

// text is what the cell says, in one line.
func (c *pdfCell) text() string {
	var b strings.Builder
	for _, l := range c.lines {
		b.WriteString(l.text)
	}
	return b.String()
}

// wrapped joins the lines of a cell that its width broke.
func wrapped(lines []*printedLine, room float64) (f flow) {
	for i, l := range lines {
		if i > 0 && lines[i-1].broken(l, room) {
			last := &f[len(f)-1].text
			*last += glue(*last, l.text) + l.text
			continue
		}
		f = append(f, passage{text: l.text})
	}
	return f
}

// broken says whether the next line of a cell goes on with this one: its beginning did not fit.
func (l *printedLine) broken(next *printedLine, room float64) bool {
	if isFigure(lastRune(l.text)) && isFigure(firstRune(next.text)) {
		return l.width()+next.glyphs[0].width() > room-figureCellMargin
	}
	return l.width()+next.firstWord() > room-cellMargin
}
