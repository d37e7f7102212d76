package document

import (
	"fmt"
	"strings"
)

// builder collects the paragraphs and tables of a document in reading order, within its limits.
type builder struct {
	doc    Document
	limits Limits
	size   size
	err    error // the first limit that was reached; what comes after it is dropped
}

func newBuilder(media string, l Limits) *builder {
	return &builder{doc: Document{Media: media}, limits: l.orDefault()}
}

// paragraph adds running text, white space folded; nothing if there is none.
func (b *builder) paragraph(text string, heading bool) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || !b.room(size{text: len(text)}) {
		return
	}
	b.doc.Blocks = append(b.doc.Blocks, Block{Text: text, Table: -1, Heading: heading})
}

// table adds a table, at this place of the running text if it is printed there and not nested in another; it returns its
// number.
func (b *builder) table(t Table) int {
	no := len(b.doc.Tables)
	if !b.room(sizeOf(t.Grid)) {
		return no
	}
	b.doc.Tables = append(b.doc.Tables, t)
	if t.Parent < 0 && t.Chart == "" && !t.Layout {
		b.doc.Blocks = append(b.doc.Blocks, Block{Table: no})
	}
	return no
}

// room says whether the document may grow by so much.
func (b *builder) room(by size) bool {
	b.size.grow(by)
	if len(b.doc.Blocks)+len(b.doc.Tables) >= b.limits.Blocks {
		b.fail("more than %d paragraphs and tables", b.limits.Blocks)
	} else if over := b.size.over(b.limits); over != "" {
		b.fail("%s", over)
	}
	return b.err == nil
}

// fail ends the document at a limit.
func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("%s: %s: %w", b.doc.Media, fmt.Sprintf(format, args...), ErrLimit)
	}
}

// finish is the document, or the limit that it is over. Its title is the first paragraph, if that is short enough for one.
func (b *builder) finish() (Document, error) {
	if b.err != nil {
		return Document{Media: b.doc.Media}, b.err
	}
	for _, block := range b.doc.Blocks {
		if block.Table < 0 {
			if len([]rune(block.Text)) <= longestTitle {
				b.doc.Title = block.Text
			}
			break
		}
	}
	return b.doc, nil
}

// longestTitle is the number of characters up to which a first paragraph may be a title.
const longestTitle = 80

// object adds the tables of a file that is embedded in the document: the sheet behind a chart, as a rule. One that cannot be
// read is a doubt.
func (b *builder) object(name string, body []byte, o Options) {
	if o.depth++; o.depth > b.limits.Depth {
		b.fail("files embedded in files deeper than %d", b.limits.Depth)
		return
	}
	inner, err := Read(body, "", o)
	b.sheetsOf(name, inner, err)
}

// sheetsOf adds the tables of the embedded file of that name.
func (b *builder) sheetsOf(name string, inner Document, err error) {
	if err != nil {
		b.doc.Doubts = append(b.doc.Doubts, fmt.Sprintf("the object %s inside the document is not read: %v", name, err))
		return
	}
	for _, t := range inner.Tables {
		t.Chart, t.Parent = strings.TrimSpace(name+" "+t.Caption), -1
		b.table(t)
	}
}
