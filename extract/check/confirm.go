package check

import (
	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// Notes of cells that were recognised in a picture.
const (
	noteConfirmed   = "OCR; the sums it stands in hold"
	noteUnconfirmed = "OCR; no sum confirms it, so no value is given"
	noteNothing     = "OCR; nothing was recognised in the cell"
)

// Confirm takes the values of cells that were recognised in a picture (OCR), but for those that stand in sums of the form
// that can be judged and of which all hold. Every cell says by its note that it was recognised; one without a value has
// the state text, as nobody has seen that it is blank. The cells are changed in place. It returns how many values are left,
// and how many were taken.
func Confirm(e *form.Edition, cells []form.Cell) (confirmed, taken int) {
	at := newTable(cells)
	holds := make([]bool, len(cells))
	for i, c := range cells {
		if e != nil && c.State == text.StateNumber {
			judged, hold := sumsWith(e, c, at)
			holds[i] = judged > 0 && hold
		}
	}
	for i := range cells {
		c := &cells[i]
		switch {
		case holds[i]:
			c.Note = joined(noteConfirmed, c.Note)
			confirmed++
		case c.State == text.StateNumber:
			c.Value, c.State, c.Note = decimal.NullDecimal{}, text.StateText, joined(noteUnconfirmed, c.Note)
			taken++
		case c.State == text.StateBlank:
			c.State, c.Note = text.StateText, noteNothing
		default:
			c.Note = joined("OCR", c.Note)
		}
	}
	return confirmed, taken
}

// joined is a note with the remark that was printed beside the number.
func joined(note, printed string) string {
	if printed == "" {
		return note
	}
	return note + "; " + printed
}
