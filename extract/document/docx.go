package document

import (
	"cmp"
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"
)

// readDOCX reads a document of Word, or of WPS in a zip (ECMA-376 part 1, chapter 17): running text and tables of the main
// part, tracked changes as accepted. Sheets embedded in it, and the figures behind its charts, follow as tables.
func readDOCX(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "docx", o.Limits)
	if err != nil {
		return Document{Media: "docx"}, err
	}
	b := newBuilder("docx", o.Limits)
	r := docxReader{limits: b.limits}
	if p.has("word/numbering.xml") {
		if r.lists, err = readNumbering(p); err != nil {
			return b.doc, err
		}
	}
	if p.has("word/styles.xml") {
		if r.headings, err = readHeadingStyles(p); err != nil {
			return b.doc, err
		}
	}
	var text flow
	err = p.parse("word/document.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "body" {
			return nil
		}
		text, err = r.flow(d, 0)
		return err
	})
	if err != nil {
		return b.doc, err
	}
	b.flow(text, -1, 0)
	if err := addEmbedded(b, p, "word/", o); err != nil {
		return b.doc, err
	}
	return b.finish()
}

// docxReader reads elements of a main part. Each of its methods begins behind an element's start and reads its end.
type docxReader struct {
	limits   Limits
	size     size // read so far
	lists    *numbering
	headings map[string]bool // styles of headings
	boxes    flow            // text boxes met inside the paragraph being read
}

// flow reads the paragraphs and tables of a body, a cell or a text box.
func (r *docxReader) flow(d *xml.Decoder, depth int) (f flow, err error) {
	err = children(d, depth, nil, func(e xml.StartElement) error {
		more, err := r.passage(d, e, depth)
		f = f.and(more)
		return err
	})
	return f, err
}

// passage reads one child of a flow.
func (r *docxReader) passage(d *xml.Decoder, e xml.StartElement, depth int) (flow, error) {
	switch e.Name.Local {
	case "p":
		return r.paragraph(d, depth+1)
	case "tbl":
		t, err := r.table(d, depth+1)
		return flow{{table: t}}, cmp.Or(err, r.grow(size{passages: 1}))
	case "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml":
		return r.flow(d, depth+1)
	}
	return nil, d.Skip()
}

// grow counts what was read.
func (r *docxReader) grow(by size) error {
	r.size.grow(by)
	return r.size.limit(r.limits)
}

// paragraph reads a paragraph, with the text boxes anchored in it behind it.
func (r *docxReader) paragraph(d *xml.Decoder, depth int) (flow, error) {
	outer := r.boxes
	r.boxes = nil
	var p docxParagraph
	err := r.inline(d, &p, depth)
	boxes := r.boxes
	r.boxes = outer
	text := p.text.String()
	if strings.TrimSpace(text) != "" && r.lists != nil {
		number := r.lists.next(p.list, p.level)
		if number != "" && strings.IndexByte("0123456789", strings.TrimSpace(text)[0]) >= 0 {
			number += " " // 1. before 5 is no 1.5
		}
		text = number + text
	}
	return append(flow{{text: text, heading: r.headings[p.style] || p.outlined, goesOn: p.goesOn}}, boxes...),
		cmp.Or(err, r.grow(size{passages: 1, text: len(text)}))
}

// docxParagraph is a paragraph being read.
type docxParagraph struct {
	text     strings.Builder
	style    string
	list     string // numId
	level    int
	outlined bool
	vanished bool // the run being read is hidden
	look     look // of the run being read
	fields   fields
	goesOn   bool // its end is deleted: the next paragraph is part of it
}

// inline reads what stands in a paragraph or in an element inside it.
func (r *docxReader) inline(d *xml.Decoder, p *docxParagraph, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error { return r.piece(d, e, p, depth) })
}

// piece reads one element inside a paragraph.
func (r *docxReader) piece(d *xml.Decoder, e xml.StartElement, p *docxParagraph, depth int) error {
	write := func(s string) error {
		if !p.vanished && p.fields.shown() {
			p.text.WriteString(p.look.of(s))
		}
		return d.Skip()
	}
	switch e.Name.Local {
	case "t":
		var s string
		if err := d.DecodeElement(&s, &e); err != nil {
			return unexpected(err)
		}
		if !p.vanished && p.fields.shown() {
			p.text.WriteString(p.look.of(s))
		}
		return nil
	case "tab", "ptab":
		return write("\t")
	case "br", "cr":
		return write("\n")
	case "noBreakHyphen":
		return write("-")
	case "sym":
		code, err := strconv.ParseUint(value(e, "char"), 16, 32)
		if err != nil || code >= 0xF000 { // a place in a font of signs
			return d.Skip()
		}
		return write(string(rune(code)))
	case "pStyle":
		p.style = value(e, "val")
		return d.Skip()
	case "outlineLvl":
		level, err := strconv.Atoi(value(e, "val"))
		p.outlined = err == nil && level < 9
		return d.Skip()
	case "ilvl":
		p.level, _ = strconv.Atoi(value(e, "val")) // no number is level 0
		return d.Skip()
	case "numId":
		p.list = value(e, "val")
		return d.Skip()
	case "vanish", "webHidden":
		p.vanished = value(e, "val") != "0" && value(e, "val") != "false"
		return d.Skip()
	case "strike", "dstrike":
		p.look.gone = p.look.gone || value(e, "val") != "0" && value(e, "val") != "false"
		return d.Skip()
	case "vertAlign":
		p.look.script = map[string]script{"superscript": raised, "subscript": lowered}[value(e, "val")]
		return d.Skip()
	case "fldChar":
		switch value(e, "fldCharType") {
		case "begin":
			p.fields.begin()
		case "separate":
			p.fields.separate()
		case "end":
			p.fields.end()
		}
		return d.Skip()
	case "r":
		p.vanished, p.look = false, look{}
		err := r.inline(d, p, depth+1)
		p.vanished, p.look = false, look{}
		return err
	case "txbxContent":
		inside, err := r.flow(d, depth+1)
		r.boxes = append(r.boxes, inside...)
		return err
	case "pPr":
		return r.properties(d, p, depth+1)
	case "rPr", "numPr", "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo",
		"AlternateContent", "Choice", "drawing", "pict", "shape", "textbox", "group", "rect", "inline", "anchor", "graphic",
		"graphicData", "wsp", "txbx", "wgp", "ruby", "rubyBase", "object":
		return r.inline(d, p, depth+1)
	}
	return d.Skip() // deletions, notes, instructions of fields, Fallback beside Choice, reading aids, properties
}

// properties reads what is said of a paragraph, and of the mark at its end.
func (r *docxReader) properties(d *xml.Decoder, p *docxParagraph, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		if e.Name.Local != "rPr" {
			return r.piece(d, e, p, depth)
		}
		return children(d, depth+1, nil, func(e xml.StartElement) error {
			p.goesOn = p.goesOn || e.Name.Local == "del" || e.Name.Local == "moveFrom"
			return d.Skip()
		})
	})
}

// table reads a table.
func (r *docxReader) table(d *xml.Decoder, depth int) (*wordTable, error) {
	t := &wordTable{}
	var m merged
	row := 0
	err := r.rows(d, depth, func() error {
		kept, err := r.row(d, t, &m, row, depth+1)
		if kept {
			row++
		}
		return err
	})
	return t, err
}

// rows calls each for every row, those inside content controls too.
func (r *docxReader) rows(d *xml.Decoder, depth int, each func() error) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "tr":
			return each()
		case "sdt", "sdtContent", "customXml", "ins":
			return r.rows(d, depth+1, each)
		}
		return d.Skip()
	})
}

// row reads a row of a table, and says whether it is one: a row that a tracked change deletes is none.
func (r *docxReader) row(d *xml.Decoder, t *wordTable, m *merged, row, depth int) (kept bool, err error) {
	kept = true
	column := 0
	var cells []docxCell
	var read func(depth int) error
	read = func(depth int) error {
		return children(d, depth, nil, func(e xml.StartElement) error {
			switch e.Name.Local {
			case "tc":
				c, err := r.cell(d, depth+1)
				if c.Gone == nil {
					c.row, c.column = row, column
					column += c.colspan
					cells = append(cells, c)
				}
				return cmp.Or(err, r.grow(size{cells: 1}))
			case "trPr", "sdt", "sdtContent", "customXml":
				return read(depth + 1)
			case "gridBefore":
				column += span(value(e, "val"), 0)
			case "del":
				kept = false
			}
			return d.Skip()
		})
	}
	if err = read(depth); err != nil || !kept {
		return kept, err
	}
	for _, c := range cells {
		if n := len(t.cells); c.Right != nil && c.Right.Val != "restart" && n > 0 && t.cells[n-1].row == row {
			t.cells[n-1].colspan += c.colspan
			continue
		}
		m.add(t, c.wordCell, c.Down != nil && c.Down.Val == "restart", c.Down != nil && c.Down.Val != "restart")
	}
	return true, nil
}

// docxCell is a cell with its properties.
type docxCell struct {
	wordCell
	cellProperties
}

// cellProperties are what a cell says of its merging: across several columns, with the cell above (vMerge), and, in old
// versions, with the cell at its left (hMerge). Gone says that a tracked change deletes it.
type cellProperties struct {
	Span  wordValue  `xml:"gridSpan"`
	Down  *wordValue `xml:"vMerge"`
	Right *wordValue `xml:"hMerge"`
	Gone  *struct{}  `xml:"cellDel"`
}

// wordValue is an element with a w:val.
type wordValue struct {
	Val string `xml:"val,attr"`
}

// cell reads a cell.
func (r *docxReader) cell(d *xml.Decoder, depth int) (c docxCell, err error) {
	err = children(d, depth, nil, func(e xml.StartElement) error {
		if e.Name.Local == "tcPr" {
			return d.DecodeElement(&c.cellProperties, &e)
		}
		more, err := r.passage(d, e, depth+1)
		c.content = c.content.and(more)
		return err
	})
	c.rowspan, c.colspan = 1, span(c.Span.Val, 1)
	return c, err
}

// maxSpan bounds spans as browsers do.
const maxSpan = 1000

// span is a count of columns or rows, or what it is without a proper one.
func span(s string, without int) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return without
	}
	return min(n, maxSpan)
}

// readHeadingStyles finds the paragraph styles of headings: those with an outline level, and the title.
func readHeadingStyles(p *pack) (map[string]bool, error) {
	found := map[string]bool{}
	err := p.parseUpTo(smallPart, "word/styles.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "style" {
			return nil
		}
		var style struct {
			ID   string `xml:"styleId,attr"`
			Name struct {
				Val string `xml:"val,attr"`
			} `xml:"name"`
			Level *struct {
				Val string `xml:"val,attr"`
			} `xml:"pPr>outlineLvl"`
		}
		if err := d.DecodeElement(&style, &e); err != nil {
			return unexpected(err)
		}
		name := strings.ToLower(style.Name.Val)
		found[style.ID] = style.Level != nil || strings.HasPrefix(name, "heading") || name == "title"
		return nil
	})
	return found, err
}

// addEmbedded adds the sheets embedded in an office document, and the figures behind its charts, in the order of their
// names: a chart's own memory of them, and its sheet. One that cannot be read is a doubt.
func addEmbedded(b *builder, p *pack, folder string, o Options) error {
	var names []string
	for _, name := range p.names {
		if strings.HasPrefix(name, folder+"embeddings/") || strings.HasPrefix(name, folder+"charts/chart") && path.Ext(name) == ".xml" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if b.err != nil {
			return nil
		}
		if path.Ext(name) != ".xml" {
			body, err := p.read(name)
			if err != nil {
				return err
			}
			b.object(path.Base(name), body, o)
			continue
		}
		t, ok, err := chartTable(p, name)
		if err != nil {
			b.sheetsOf(path.Base(name), Document{}, err)
		} else if ok {
			b.table(t)
		}
	}
	return nil
}
