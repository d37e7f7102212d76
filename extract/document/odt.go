package document

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"strings"
)

// readODT reads a text document of LibreOffice (OpenDocument 1.3 part 3): running text and tables, tracked changes as
// accepted, notes and hidden text left out. The sheets embedded in it, and the figures behind its charts, follow as tables.
func readODT(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "odt", o.Limits)
	if err != nil {
		return Document{Media: "odt"}, err
	}
	b := newBuilder("odt", o.Limits)
	r := odtReader{limits: b.limits, hidden: map[string]bool{}, looks: map[string]look{}}
	var text flow
	found := false
	if p.has(odtManifest) { // it says so where the content is encrypted, OpenDocument 1.3 part 2, 3.4.1
		err = p.parse(odtManifest, func(_ *xml.Decoder, e xml.StartElement) error {
			if e.Name.Local == "encryption-data" {
				return ErrEncrypted
			}
			return nil
		})
	}
	if err == nil {
		err = p.parse("content.xml", func(d *xml.Decoder, e xml.StartElement) error {
			switch e.Name.Local {
			case "style":
				return r.style(d, e)
			case "text":
				found = true
				more, err := r.flow(d, 0)
				text = append(text, more...)
				return err
			}
			return nil
		})
	}
	if err == nil && !found {
		err = fmt.Errorf("OpenDocument file without a text: %w", ErrFormat)
	}
	if err != nil {
		return b.doc, err
	}
	b.flow(text, -1, 0)
	for _, name := range r.objects {
		if b.err != nil {
			break
		}
		tables, err := odfTables(p, name+"/content.xml", b.limits)
		b.sheetsOf(name, Document{Tables: tables}, err)
	}
	return b.finish()
}

const odtManifest = "META-INF/manifest.xml"

// odtReader reads elements of a text. Each of its methods begins behind an element's start and reads its end.
type odtReader struct {
	limits  Limits
	size    size            // read so far
	hidden  map[string]bool // styles whose text is not shown
	looks   map[string]look // those of styles
	objects []string        // folders of the charts and sheets met
}

// style notes whether the text of a style is hidden, and how it looks.
func (r *odtReader) style(d *xml.Decoder, e xml.StartElement) error {
	return children(d, 0, nil, func(in xml.StartElement) error {
		if in.Name.Local == "text-properties" && value(in, "display") == "none" {
			r.hidden[value(e, "name")] = true
		}
		if in.Name.Local == "text-properties" {
			r.looks[value(e, "name")] = lookOf(value(in, "text-line-through-style"), value(in, "text-position"))
		}
		return d.Skip()
	})
}

// lookOf is how text looks by a line through it and its position: super 58%, -33% 58%.
func lookOf(line, position string) look {
	l := look{gone: line != "" && line != "none"}
	switch up, _, _ := strings.Cut(position, " "); {
	case up == "" || strings.HasPrefix(up, "0"):
	case up == "sub" || strings.HasPrefix(up, "-"):
		l.script = lowered
	default:
		l.script = raised
	}
	return l
}

// flow reads paragraphs and tables up to the end of the element that holds them.
func (r *odtReader) flow(d *xml.Decoder, depth int) (f flow, err error) {
	err = children(d, depth, nil, func(e xml.StartElement) error {
		more, err := r.passage(d, e, depth+1)
		f = append(f, more...)
		return err
	})
	return f, err
}

func (r *odtReader) passage(d *xml.Decoder, e xml.StartElement, depth int) (flow, error) {
	switch e.Name.Local {
	case "p", "h":
		var p odtParagraph
		err := r.inline(d, &p, r.hidden[value(e, "style-name")], r.looks[value(e, "style-name")], depth)
		return append(flow{{text: p.text.String(), heading: e.Name.Local == "h"}}, p.boxes...),
			cmp.Or(err, r.grow(size{passages: 1, text: p.text.Len()}))
	case "table":
		t := &wordTable{}
		row := 0
		err := r.rows(d, t, &row, depth)
		return flow{{table: t}}, cmp.Or(err, r.grow(size{passages: 1}))
	case "section":
		if value(e, "display") == "none" {
			return nil, d.Skip()
		}
		return r.flow(d, depth)
	case "list", "list-item", "list-header", "index-body", "table-of-content", "text-box", "frame", "a", "g", "custom-shape":
		return r.flow(d, depth)
	case "object":
		r.objects = append(r.objects, strings.TrimPrefix(value(e, "href"), "./"))
	}
	return nil, d.Skip()
}

// grow counts what was read.
func (r *odtReader) grow(by size) error {
	r.size.grow(by)
	return r.size.limit(r.limits)
}

// odtParagraph is a paragraph being read; the text boxes in it follow it.
type odtParagraph struct {
	text  strings.Builder
	boxes flow
}

// inline reads the text of a paragraph, or of an element inside it.
func (r *odtReader) inline(d *xml.Decoder, p *odtParagraph, hidden bool, l look, depth int) error {
	write := func(s string) {
		if !hidden {
			p.text.WriteString(l.of(s))
		}
	}
	return children(d, depth, func(c xml.CharData) { write(string(c)) }, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "s":
			write(" ") // several, and they are folded
		case "tab":
			write("\t")
		case "line-break":
			write("\n")
		case "note", "annotation", "annotation-end", "tracked-changes", "ruby-text", "hidden-text", "hidden-paragraph":
		case "p", "h", "table", "list", "text-box", "object":
			inside, err := r.passage(d, e, depth+1)
			p.boxes = append(p.boxes, inside...)
			return err
		case "span":
			own := r.looks[value(e, "style-name")]
			if own.script == level {
				own.script = l.script
			}
			own.gone = own.gone || l.gone
			return r.inline(d, p, hidden || r.hidden[value(e, "style-name")], own, depth+1)
		default:
			return r.inline(d, p, hidden, l, depth+1)
		}
		return d.Skip()
	})
}

// rows reads the rows of a table, those in groups too.
func (r *odtReader) rows(d *xml.Decoder, t *wordTable, row *int, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-row":
			*row++
			return r.cells(d, t, *row-1, depth+1)
		case "table-header-rows", "table-rows", "table-row-group":
			return r.rows(d, t, row, depth+1)
		}
		return d.Skip()
	})
}

// cells reads the cells of a row.
func (r *odtReader) cells(d *xml.Decoder, t *wordTable, row, depth int) error {
	column := 0
	return children(d, depth, nil, func(e xml.StartElement) error {
		repeated := span(value(e, "number-columns-repeated"), 1)
		switch e.Name.Local {
		case "table-cell":
			content, err := r.flow(d, depth+1)
			if err = cmp.Or(err, r.grow(size{cells: repeated})); err != nil {
				return err
			}
			for range repeated {
				t.cells = append(t.cells, wordCell{row: row, column: column, content: content,
					rowspan: span(value(e, "number-rows-spanned"), 1), colspan: span(value(e, "number-columns-spanned"), 1)})
				column++
			}
			return err
		case "covered-table-cell":
			column += repeated
		}
		return d.Skip()
	})
}
