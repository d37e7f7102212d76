package document

import "slices"

// fields are the fields open at a place of a Word document, one in another: of each, whether its instruction is being read,
// which is no text; its result is.
type fields []bool

func (f *fields) begin() { *f = append(*f, true) }

func (f *fields) separate() {
	if n := len(*f); n > 0 {
		(*f)[n-1] = false
	}
}

func (f *fields) end() {
	if n := len(*f); n > 0 {
		*f = (*f)[:n-1]
	}
}

// shown says whether text at this place is shown.
func (f fields) shown() bool { return !slices.Contains(f, true) }
