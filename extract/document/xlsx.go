package document

import (
	"encoding/xml"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// readXLSX reads a workbook of Excel, or of WPS in a zip (ECMA-376 part 1, chapter 18): each sheet as it shows its values.
func readXLSX(body []byte, o Options) (Document, error) {
	p, err := openZip(body, "xlsx", o.Limits)
	if err != nil {
		return Document{Media: "xlsx"}, err
	}
	b := newBuilder("xlsx", o.Limits)
	r := xlsxReader{pack: p, limits: b.limits, own: map[int]string{}}
	sheets, err := r.read()
	if err != nil {
		return b.doc, err
	}
	b.sheets(sheets)
	if err := addEmbedded(b, p, "xl/", o); err != nil {
		return b.doc, err
	}
	return b.finish()
}

type xlsxReader struct {
	*pack
	limits  Limits
	strings []string
	formats []int // number format by cell style
	own     map[int]string
	late    bool // days count from 1904
	cells   int
}

func (r *xlsxReader) read() ([]*sheet, error) {
	if err := r.readStrings(); err != nil {
		return nil, err
	}
	if err := r.readStyles(); err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err := r.parse("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			target := value(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = "xl/" + target
			}
			targets[value(e, "Id")] = path.Clean(strings.TrimPrefix(target, "/"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var sheets []*sheet
	var names []string
	err = r.parse("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			r.late = isTrue(value(e, "date1904"))
		case "sheet":
			id := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			state := value(e, "state")
			sheets = append(sheets, newSheet(value(e, "name"), state == "hidden" || state == "veryHidden"))
			names = append(names, targets[id])
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, s := range sheets {
		if !strings.Contains(names[i], "worksheets/") { // a sheet that is a chart
			continue
		}
		if err := r.readSheet(names[i], s); err != nil {
			return nil, err
		}
	}
	return sheets, nil
}

func (r *xlsxReader) readStrings() error {
	if !r.has("xl/sharedStrings.xml") {
		return nil
	}
	return r.parse("xl/sharedStrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		var s richText
		if err := d.DecodeElement(&s, &e); err != nil {
			return unexpected(err)
		}
		r.strings = append(r.strings, s.String())
		return nil
	})
}

// richText is a string with or without runs; reading aids (rPh) are no part of it.
type richText struct {
	Text string   `xml:"t"`
	Runs []string `xml:"r>t"`
}

func (s richText) String() string { return s.Text + strings.Join(s.Runs, "") }

func (r *xlsxReader) readStyles() error {
	if !r.has("xl/styles.xml") {
		return nil
	}
	inCells := false
	return r.parse("xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(value(e, "numFmtId")); err == nil {
				r.own[id] = value(e, "formatCode")
			}
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs", "cellStyleXfs":
			inCells = false
		case "xf":
			if inCells {
				id, _ := strconv.Atoi(value(e, "numFmtId")) // without one it is General, 0
				r.formats = append(r.formats, id)
			}
		}
		return nil
	})
}

// xlsxCell is a c element.
type xlsxCell struct {
	Ref    string   `xml:"r,attr"`
	Type   string   `xml:"t,attr"`
	Style  int      `xml:"s,attr"`
	Value  string   `xml:"v"`
	Inline richText `xml:"is"`
}

func (r *xlsxReader) readSheet(name string, s *sheet) error {
	row, column := -1, 0
	return r.parse(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			row, column = row+1, 0
			if n, err := strconv.Atoi(value(e, "r")); err == nil && n > 0 {
				row = n - 1
			}
			if isTrue(value(e, "hidden")) {
				s.rows[row] = true
			}
		case "col":
			first, last := span(value(e, "min"), 1), span(value(e, "max"), 0)
			for c := first - 1; c < last && isTrue(value(e, "hidden")); c++ {
				s.columns[c] = true
			}
		case "c":
			var c xlsxCell
			if err := d.DecodeElement(&c, &e); err != nil {
				return unexpected(err)
			}
			if at, ok := cellPlace(c.Ref); ok {
				row, column = at.row, at.column
			}
			if shown := r.shown(c); shown != "" && row >= 0 {
				if r.cells++; r.cells > r.limits.Cells {
					return fmt.Errorf("xlsx: %s: more than %d cells: %w", name, r.limits.Cells, ErrLimit)
				}
				s.put(place{row, column}, shown)
			}
			column++
		case "mergeCell":
			from, to, _ := strings.Cut(value(e, "ref"), ":")
			a, ok := cellPlace(from)
			z, also := cellPlace(to)
			if ok && also {
				s.merge(a.row, a.column, z.row, z.column)
			}
		}
		return nil
	})
}

// isTrue reads a truth value of XML Schema.
func isTrue(s string) bool { return s == "1" || s == "true" }

// shown is what a cell shows.
func (r *xlsxReader) shown(c xlsxCell) string {
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(r.strings) {
			return ""
		}
		return r.strings[i]
	case "inlineStr":
		return c.Inline.String()
	case "str", "e", "d":
		return c.Value
	case "b":
		if c.Value == "1" {
			return "TRUE"
		}
		return "FALSE"
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(c.Value), 64)
	if err != nil {
		return c.Value
	}
	id := 0
	if c.Style >= 0 && c.Style < len(r.formats) {
		id = r.formats[c.Style]
	}
	return display(f, formatOf(id, r.own), r.late)
}

// cellPlace reads a reference such as AB12.
func cellPlace(ref string) (place, bool) {
	column, i := 0, 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 3; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 || row > 1<<20 {
		return place{}, false
	}
	return place{row - 1, column - 1}, true
}
