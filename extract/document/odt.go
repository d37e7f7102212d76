package document

import (
	"encoding/xml"
	"strings"
)

// readODT reads a text document of LibreOffice (OpenDocument 1.3 part 3): running text and tables, tracked changes as
// accepted, notes left out.
func readODT(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "odt", o.Limits)
	if err != nil {
		return Document{Media: "odt"}, err
	}
	b := newBuilder("odt", o.Limits)
	var text flow
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
			if e.Name.Local != "text" {
				return nil
			}
			more, err := odtFlow(d, 0)
			text = append(text, more...)
			return err
		})
	}
	if err != nil {
		return b.doc, err
	}
	b.flow(text, -1, 0)
	return b.finish()
}

const odtManifest = "META-INF/manifest.xml"

// odtFlow reads paragraphs and tables up to the end of the element that holds them.
func odtFlow(d *xml.Decoder, depth int) (f flow, err error) {
	err = children(d, depth, nil, func(e xml.StartElement) error {
		more, err := odtPassage(d, e, depth+1)
		f = append(f, more...)
		return err
	})
	return f, err
}

func odtPassage(d *xml.Decoder, e xml.StartElement, depth int) (flow, error) {
	switch e.Name.Local {
	case "p", "h":
		var text strings.Builder
		var boxes flow
		err := odtInline(d, &text, &boxes, depth)
		return append(flow{{text: text.String(), heading: e.Name.Local == "h"}}, boxes...), err
	case "table":
		t := &wordTable{}
		row := 0
		err := odtRows(d, t, &row, depth)
		return flow{{table: t}}, err
	case "section", "list", "list-item", "list-header", "index-body", "table-of-content", "text-box", "frame", "a":
		return odtFlow(d, depth)
	}
	return nil, d.Skip()
}

// odtInline reads the text of a paragraph; text boxes in it go to boxes.
func odtInline(d *xml.Decoder, text *strings.Builder, boxes *flow, depth int) error {
	return children(d, depth, func(c xml.CharData) { text.Write(c) }, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "s":
			text.WriteString(strings.Repeat(" ", span(value(e, "c"), 1)))
		case "tab":
			text.WriteByte('\t')
		case "line-break":
			text.WriteByte('\n')
		case "note", "annotation", "annotation-end", "tracked-changes", "ruby-text":
		case "text-box":
			inside, err := odtFlow(d, depth+1)
			*boxes = append(*boxes, inside...)
			return err
		default:
			return odtInline(d, text, boxes, depth+1)
		}
		return d.Skip()
	})
}

// odtRows reads the rows of a table, those in groups too.
func odtRows(d *xml.Decoder, t *wordTable, row *int, depth int) error {
	return children(d, depth, nil, func(e xml.StartElement) error {
		switch e.Name.Local {
		case "table-row":
			*row++
			return odtCells(d, t, *row-1, depth+1)
		case "table-header-rows", "table-rows", "table-row-group":
			return odtRows(d, t, row, depth+1)
		}
		return d.Skip()
	})
}

// odtCells reads the cells of a row.
func odtCells(d *xml.Decoder, t *wordTable, row, depth int) error {
	column := 0
	return children(d, depth, nil, func(e xml.StartElement) error {
		repeated := span(value(e, "number-columns-repeated"), 1)
		switch e.Name.Local {
		case "table-cell":
			content, err := odtFlow(d, depth+1)
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
