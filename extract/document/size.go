package document

import (
	"fmt"

	"nianbao/extract/grid"
)

// size is how large a document has become. What a file of some bytes says may be a thousand times as long: cells that
// repeat, strings that cells share, spans.
type size struct{ text, cells, slots, passages int }

func sizeOf(g grid.Grid) size {
	s := size{cells: len(g.Cells), slots: g.Rows * g.Columns}
	for i := range g.Cells {
		s.text += len(g.Cells[i].Text)
	}
	return s
}

func (s *size) grow(by size) {
	s.text += by.text
	s.cells += by.cells
	s.slots += by.slots
	s.passages += by.passages
}

// over says which limit it is over, "" for none.
func (s *size) over(l Limits) string {
	switch {
	case s.text > l.Text:
		return fmt.Sprintf("more than %d bytes of text", l.Text)
	case s.cells > l.Cells:
		return fmt.Sprintf("more than %d cells", l.Cells)
	case s.slots > l.Slots:
		return fmt.Sprintf("tables of more than %d slots", l.Slots)
	case s.passages > l.Blocks:
		return fmt.Sprintf("more than %d paragraphs and tables", l.Blocks)
	}
	return ""
}

// limit is over as an error.
func (s *size) limit(l Limits) error {
	if over := s.over(l); over != "" {
		return fmt.Errorf("%s: %w", over, ErrLimit)
	}
	return nil
}

// within says whether a document is within the limits. The error wraps ErrLimit.
func (d *Document) within(l Limits) error {
	var s size
	for _, t := range d.Tables {
		s.grow(sizeOf(t.Grid))
	}
	for _, b := range d.Blocks {
		s.grow(size{passages: 1, text: len(b.Text)})
	}
	return s.limit(l.orDefault())
}
