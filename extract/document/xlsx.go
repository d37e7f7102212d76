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
	size    size // of the sheets read so far
	columns int  // elements that describe columns
}

func (r *xlsxReader) read() ([]*sheet, error) {
	if err := r.readStrings(); err != nil {
		return nil, err
	}
	if err := r.readStyles(); err != nil {
		return nil, err
	}
	targets := map[string]string{}
	err := r.parseUpTo(smallPart, "xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
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
	err = r.parseUpTo(smallPart, "xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
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
			if names = append(names, targets[id]); len(names) > r.limits.Members {
				return fmt.Errorf("more than %d sheets: %w", r.limits.Members, ErrLimit)
			}
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
		s, err := richText(d, 0)
		if err != nil {
			return err
		}
		if r.strings = append(r.strings, s); len(r.strings) > maxStrings {
			return fmt.Errorf("more than %d strings: %w", maxStrings, ErrLimit)
		}
		return nil
	})
}

// maxStrings is how many strings the cells of a workbook may share.
const maxStrings = 1_000_000

// richText reads a string, with or without runs, to the end of its element; reading aids (rPh) are no part of it.
func richText(d *xml.Decoder, depth int) (string, error) {
	var b strings.Builder
	err := children(d, depth, nil, func(e xml.StartElement) error {
		var s string
		var err error
		switch e.Name.Local {
		case "t":
			err = d.DecodeElement(&s, &e)
		case "r":
			s, err = richText(d, depth+1)
		default:
			return d.Skip()
		}
		b.WriteString(s)
		return err
	})
	return b.String(), err
}

func (r *xlsxReader) readStyles() error {
	if !r.has("xl/styles.xml") {
		return nil
	}
	inCells := false
	return r.parseUpTo(smallPart, "xl/styles.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(value(e, "numFmtId")); err == nil {
				r.own[id] = ownFormat(value(e, "formatCode"))
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
	ref, kind     string
	style         int
	value, inline string
	formula       bool
}

// readCell reads a c element to its end.
func readCell(d *xml.Decoder, e xml.StartElement) (c xlsxCell, err error) {
	c.ref, c.kind = value(e, "r"), value(e, "t")
	c.style, _ = strconv.Atoi(value(e, "s")) // without one it is 0
	err = children(d, 0, nil, func(e xml.StartElement) (err error) {
		switch e.Name.Local {
		case "v":
			return d.DecodeElement(&c.value, &e)
		case "f":
			c.formula = true
		case "is":
			c.inline, err = richText(d, 1)
			return err
		}
		return d.Skip()
	})
	return c, err
}

func (r *xlsxReader) readSheet(name string, s *sheet) error {
	row, column := -1, 0
	return r.parse(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			row, column = row+1, 0
			if n, err := strconv.Atoi(value(e, "r")); err == nil && n > 0 && n <= sheetRows {
				row = n - 1
			}
			if isTrue(value(e, "hidden")) {
				s.rows[row] = true
			}
		case "col":
			first, last := span(value(e, "min"), 1), span(value(e, "max"), 0)
			if r.columns++; r.columns > sheetColumns {
				return fmt.Errorf("more than %d descriptions of columns: %w", sheetColumns, ErrLimit)
			}
			for c := first - 1; c < last && isTrue(value(e, "hidden")); c++ {
				s.columns[c] = true
			}
		case "c":
			c, err := readCell(d, e)
			if err != nil {
				return err
			}
			if at, ok := cellPlace(c.ref); ok {
				row, column = at.row, at.column
			}
			if shown := r.shown(c); shown != "" && row >= 0 {
				s.put(place{row, column}, shown)
				r.size.grow(size{cells: 1, text: len(shown)})
				if err := r.size.limit(r.limits); err != nil {
					return err
				}
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
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.value))
		if err != nil || i < 0 || i >= len(r.strings) {
			return ""
		}
		return r.strings[i]
	case "inlineStr":
		return c.inline
	case "str", "e", "d":
		return c.value
	case "b":
		if c.value == "1" {
			return "TRUE"
		}
		return "FALSE"
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(c.value), 64)
	if c.formula && c.value == "" {
		return "=" // a formula that was never computed is no blank: whoever opens the file sees what it makes
	}
	if err != nil {
		return c.value
	}
	id := 0
	if c.style >= 0 && c.style < len(r.formats) {
		id = r.formats[c.style]
	}
	return display(f, formatOf(id, r.own), r.late)
}

// What a sheet of Excel has.
const (
	sheetRows    = 1 << 20
	sheetColumns = 1 << 14
)

// cellPlace reads a reference such as AB12.
func cellPlace(ref string) (place, bool) {
	column, i := 0, 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 3; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 || row > sheetRows {
		return place{}, false
	}
	return place{row - 1, column - 1}, true
}
