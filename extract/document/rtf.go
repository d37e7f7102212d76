package document

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// readRTF reads Rich Text Format (specification 1.9.1): running text and tables, deleted and hidden text left out, and what
// stands in headers, notes, pictures and objects.
func readRTF(body []byte, o Options) (Document, error) {
	b := newBuilder("rtf", o.Limits)
	r := rtfReader{in: body, fonts: map[int]encoding.Encoding{}, page: charmap.Windows1252, text: new(strings.Builder)}
	r.levels.size = &r.size
	r.read(b.limits)
	if r.deep {
		b.fail("groups nested deeper than %d", maxGroups)
	}
	if over := r.size.over(b.limits); over != "" {
		b.fail("%s", over)
	}
	b.flow(r.levels.text, -1, 0)
	return b.finish()
}

// maxGroups bounds groups in groups.
const maxGroups = 1000

// rtfState is what a group inherits and gives back at its end.
type rtfState struct {
	skip   bool // its text is not the document's
	hidden bool
	look   look
	font   int
	uc     int // characters that stand behind \u for readers without Unicode

	inTable bool
	depth   int // \itap
	heading bool
	box     bool // it is the content of a text box
}

type rtfReader struct {
	in    []byte
	at    int
	state rtfState
	stack []rtfState
	deep  bool
	size  size

	page  encoding.Encoding         // of the document, \ansicpg
	fonts map[int]encoding.Encoding // by their character set, \fcharset
	bytes []byte                    // of the text that wait to be decoded
	text  *strings.Builder          // the paragraph being read
	drop  int                       // characters that stand for the one before

	levels levels
	row    map[int]*rtfRow
	high   rune     // first half of a character that takes two \u
	around []rtfBox // what text boxes interrupted
	boxes  flow     // text boxes met in the paragraph being read, which they follow
}

// rtfBox is the paragraph and the tables that a text box stands in.
type rtfBox struct {
	text   *strings.Builder
	levels levels
	boxes  flow
	row    map[int]*rtfRow
}

// rtfRow is the definition of a row: it may stand before its cells, or behind.
type rtfRow struct {
	edges []int
	flags []int
	next  int // flags of the cell being defined
}

func (r *rtfReader) read(l Limits) {
	r.state.uc, r.row = 1, map[int]*rtfRow{}
	ended := 0
	for r.at < len(r.in) {
		if long := len(r.bytes) + r.text.Len(); long > l.Text || r.size.passages != ended { // more since the last look
			r.size.text += long
			if r.size.over(l) != "" {
				return
			}
			r.size.text -= long
			ended = r.size.passages
		}
		switch c := r.in[r.at]; c {
		case '{':
			if r.stack = append(r.stack, r.state); len(r.stack) > maxGroups {
				r.deep = true
				return
			}
			r.at++
		case '}':
			r.flush()
			if n := len(r.stack); n > 0 {
				if r.state.box && !r.stack[n-1].box {
					r.endBox()
				}
				r.state, r.stack = r.stack[n-1], r.stack[:n-1]
			}
			r.at++
		case '\\':
			r.control()
		case '\r', '\n':
			r.at++
		default:
			r.byte(c)
			r.at++
		}
	}
	for len(r.around) > 0 {
		r.endBox()
	}
	r.end(false)
	r.levels.to(0)
}

// beginBox begins the content of a text box, which has paragraphs and tables of its own.
func (r *rtfReader) beginBox() {
	r.flush()
	r.around = append(r.around, rtfBox{r.text, r.levels, r.boxes, r.row})
	r.text = new(strings.Builder)
	r.levels, r.boxes, r.row = levels{size: &r.size}, nil, map[int]*rtfRow{}
	r.state.inTable, r.state.depth, r.state.heading, r.state.box = false, 0, false, true
}

// endBox goes back to the paragraph that the box stands in.
func (r *rtfReader) endBox() {
	r.end(false)
	r.levels.to(0)
	inside := r.levels.text
	last := r.around[len(r.around)-1]
	r.around = r.around[:len(r.around)-1]
	r.levels, r.boxes, r.row = last.levels, append(last.boxes, inside...), last.row
	r.text = last.text
}

// byte takes one byte of text.
func (r *rtfReader) byte(c byte) {
	if r.drop > 0 {
		r.drop--
		return
	}
	if !r.state.skip && !r.state.hidden {
		r.bytes = append(r.bytes, c)
	}
}

// flush decodes the bytes of text that came since.
func (r *rtfReader) flush() {
	if len(r.bytes) == 0 {
		return
	}
	set := r.page
	if own := r.fonts[r.state.font]; own != nil {
		set = own
	}
	decoded, err := set.NewDecoder().Bytes(r.bytes)
	if err != nil {
		decoded = []byte(strings.ToValidUTF8(string(r.bytes), "\uFFFD"))
	}
	r.text.WriteString(r.state.look.of(string(decoded)))
	r.bytes = r.bytes[:0]
}

func (r *rtfReader) rune(c rune) {
	if !r.state.skip && !r.state.hidden {
		r.flush()
		r.text.WriteString(r.state.look.of(string(c)))
	}
}

// control reads a control word or symbol.
func (r *rtfReader) control() {
	r.at++
	if r.at >= len(r.in) {
		return
	}
	c := r.in[r.at]
	if c < 'A' || c > 'z' || c > 'Z' && c < 'a' {
		r.symbol(c)
		return
	}
	from := r.at
	for r.at < len(r.in) && (r.in[r.at]|0x20) >= 'a' && (r.in[r.at]|0x20) <= 'z' {
		r.at++
	}
	word := string(r.in[from:r.at])
	from = r.at
	if r.at < len(r.in) && r.in[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.in) && r.in[r.at] >= '0' && r.in[r.at] <= '9' {
		r.at++
	}
	n, err := strconv.Atoi(string(r.in[from:r.at]))
	if r.at < len(r.in) && r.in[r.at] == ' ' {
		r.at++
	}
	if word == "bin" {
		r.at += min(max(n, 0), len(r.in)-r.at)
		return
	}
	r.word(word, n, err == nil)
}

func (r *rtfReader) symbol(c byte) {
	r.at++
	switch c {
	case '\'':
		if r.at+2 <= len(r.in) {
			if code, err := strconv.ParseUint(string(r.in[r.at:r.at+2]), 16, 8); err == nil {
				r.byte(byte(code))
			}
			r.at += 2
		}
	case '\\', '{', '}':
		r.byte(c)
	case '~':
		r.rune(' ')
	case '_':
		r.rune('-')
	case '*':
		r.flush()
		r.state.skip = true // a destination that readers may not know
	case '\r', '\n':
		r.end(false)
	}
}

// skipped are the groups whose text is not the document's.
var skipped = map[string]bool{"colortbl": true, "stylesheet": true, "info": true, "header": true, "headerl": true, "headerr": true,
	"headerf": true, "footer": true, "footerl": true, "footerr": true, "footerf": true, "footnote": true, "annotation": true,
	"pict": true, "object": true, "fldinst": true, "listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true,
	"generator": true, "xmlnstbl": true, "themedata": true, "datastore": true, "latentstyles": true, "bkmkstart": true,
	"bkmkend": true, "nonesttables": true, "filetbl": true, "mmathPr": true, "sp": true, "shprslt": true}

// readable are the destinations behind \* whose text is the document's.
var readable = map[string]bool{"nesttableprops": true, "shpinst": true}

func (r *rtfReader) word(word string, n int, given bool) {
	on := !given || n != 0
	switch {
	case skipped[word]:
		r.flush()
		r.state.skip = true
		return
	case word == "shptxt" && !r.state.skip && !r.state.box:
		r.beginBox()
		return
	}
	if readable[word] {
		r.state.skip = len(r.stack) > 0 && r.stack[len(r.stack)-1].skip
		return
	}
	switch word {
	case "fonttbl":
		r.state.skip = true
	case "ansicpg":
		if n == 936 {
			r.page = simplifiedchinese.GB18030
		}
	case "fcharset":
		if n == 134 && r.state.font == int(uint16(r.state.font)) {
			r.fonts[r.state.font] = simplifiedchinese.GB18030
		}
	case "f":
		r.flush()
		r.state.font = n
	case "plain":
		r.flush()
		r.state.hidden, r.state.look = false, look{}
	case "v", "deleted":
		r.flush()
		r.state.hidden = on
	case "strike", "striked":
		r.flush()
		r.state.look.gone = on
	case "super", "sub", "nosupersub":
		r.flush()
		r.state.look.script = level
		if on {
			r.state.look.script = map[string]script{"super": raised, "sub": lowered}[word]
		}
	case "uc":
		r.state.uc = max(0, n)
	case "u":
		r.unit(rune(uint16(n)))
		r.drop = r.state.uc
	case "tab":
		r.rune('\t')
	case "line":
		r.rune('\n')
	case "emdash", "endash":
		r.rune('—')
	case "lquote", "rquote":
		r.rune('’')
	case "ldblquote":
		r.rune('“')
	case "rdblquote":
		r.rune('”')
	case "bullet":
		r.rune('•')
	default:
		if !r.state.skip {
			r.layout(word, n, on)
		}
	}
}

// unit takes a unit of UTF-16.
func (r *rtfReader) unit(c rune) {
	switch {
	case c >= 0xD800 && c < 0xDC00:
		r.high = c
		return
	case utf16.IsSurrogate(c):
		c = utf16.DecodeRune(r.high, c)
	}
	r.rune(c)
}

// layout reads the words that make paragraphs and tables.
func (r *rtfReader) layout(word string, n int, on bool) {
	switch word {
	case "par":
		if !r.state.hidden { // else the paragraph goes on in the next
			r.end(false)
		}
	case "sect", "page":
		r.end(false)
	case "pard":
		r.state.inTable, r.state.depth, r.state.heading = false, 0, false
	case "intbl":
		r.state.inTable = on
	case "itap":
		r.state.depth = min(max(n, 0), 64)
	case "outlinelevel":
		r.state.heading = n < 9
	case "cell", "nestcell":
		r.end(true)
	case "row", "nestrow":
		r.endRow(word == "nestrow")
	case "trowd":
		r.row[r.level()] = &rtfRow{}
	case "clvmgf":
		r.definition().next |= 3 << 5
	case "clvmrg":
		r.definition().next |= 1 << 5
	case "clmrg":
		r.definition().next |= 1
	case "cellx":
		d := r.definition()
		if len(d.edges) < maxSpan {
			d.edges, d.flags = append(d.edges, n), append(d.flags, d.next)
		}
		d.next = 0
	}
}

// level is the table whose rows are being defined: a row is defined before \intbl says that there is one.
func (r *rtfReader) level() int { return max(1, r.state.depth) }

func (r *rtfReader) definition() *rtfRow {
	if r.row[r.level()] == nil {
		r.row[r.level()] = &rtfRow{}
	}
	return r.row[r.level()]
}

// end ends a paragraph; cell says that a cell ends with it.
func (r *rtfReader) end(cell bool) {
	r.flush()
	text := r.text.String()
	r.text.Reset()
	depth := 0
	if r.state.inTable || r.state.depth > 0 || cell {
		depth = max(1, r.state.depth)
	}
	r.levels.paragraph(text, docParagraph{depth: depth, outlined: r.state.heading}, cell)
	boxes := r.boxes
	r.boxes = nil
	if !cell {
		here := r.levels.here()
		*here = append(*here, boxes...)
	} else if n := len(boxes); n > 0 { // the cell is closed already
		row := &r.levels.tables[len(r.levels.tables)-1].row
		row.cells[len(row.cells)-1] = append(row.cells[len(row.cells)-1], boxes...)
	}
}

// endRow ends a row. The definition that came last for its level holds; rows without one of their own take over the one
// before.
func (r *rtfReader) endRow(nested bool) {
	r.flush()
	r.text.Reset()
	depth := max(1, r.state.depth)
	if !nested {
		depth = 1
	}
	r.levels.to(depth)
	d := r.row[depth]
	if nested && d == nil {
		d = r.row[1]
	}
	if d == nil {
		d = &rtfRow{}
	}
	r.levels.tables[depth-1].closeRow(d.edges, d.flags)
}
