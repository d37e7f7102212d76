package document

// fields are the fields open at a place of a Word document, one in another. The instruction of a field is no text; its
// result is.
type fields struct {
	instruction []bool // of each: its instruction is being read
	hidden      int    // how many are true: to ask for each character costs nothing, however many fields are open
}

func (f *fields) begin() {
	f.instruction = append(f.instruction, true)
	f.hidden++
}

func (f *fields) separate() {
	if n := len(f.instruction); n > 0 && f.instruction[n-1] {
		f.instruction[n-1] = false
		f.hidden--
	}
}

func (f *fields) end() {
	f.separate()
	if n := len(f.instruction); n > 0 {
		f.instruction = f.instruction[:n-1]
	}
}

// shown says whether text at this place is shown.
func (f *fields) shown() bool { return f.hidden == 0 }
