package document

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// tag is what makes a text HTML: a less-than sign with the beginning of a tag, a comment or a declaration behind it (WHATWG
// HTML, 13.2.5.6). Any other is text.
var tag = regexp.MustCompile(`<[A-Za-z/!?]`)

// isPlain says whether bytes without zeros, or in UTF-16, are text without markup.
func isPlain(body []byte) bool {
	if isUTF16(body) {
		return !tag.MatchString(text.Decode(body[:min(len(body), largestMarkup)], "").Text)
	}
	return !tag.Match(body)
}

// isUTF16 says whether the bytes begin with the byte order mark of UTF-16.
func isUTF16(body []byte) bool {
	return len(body) >= 2 && (body[0] == 0xFF && body[1] == 0xFE || body[0] == 0xFE && body[1] == 0xFF)
}

// isJSON says whether a text without markup is an object or array of JSON: data for a script, not a text for people.
func isJSON(body []byte) bool {
	if bytes.IndexByte(body, '<') >= 0 {
		return false
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	trimmed := bytes.TrimSpace(body[:min(len(body), 64)])
	return (bytes.HasPrefix(trimmed, []byte("{")) || bytes.HasPrefix(trimmed, []byte("["))) && json.Valid(body)
}

// readPlain reads text without markup: a paragraph each line; lines with tabs that follow each other, and lines that are a
// cell each, are tables where their structure is beyond doubt.
func readPlain(body []byte, contentType string, o Options) (Document, error) {
	r := plainReader{builder: newBuilder("text", o.Limits)}
	if len(body) > r.limits.Markup {
		r.fail("more than %d bytes", r.limits.Markup)
		return r.finish()
	}
	dec := text.Decode(body, contentType)
	if n := strings.Count(dec.Text, "\n") + strings.Count(dec.Text, "\r"); n > linesPerBlock*r.limits.Blocks {
		r.fail("more than %d lines", linesPerBlock*r.limits.Blocks)
		return r.finish()
	}
	r.doc.Charset = dec.Charset
	if dec.Doubt != "" {
		r.doc.Doubts = append(r.doc.Doubts, dec.Doubt)
	}
	r.read(strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(dec.Text), "\n"))
	return r.finish()
}

// linesPerBlock is how many lines, most of them empty, a text may have for each of its paragraphs.
const linesPerBlock = 10

type plainReader struct {
	*builder
	tabbed []string // lines in a row that hold tabs: rows of a table typed as text
}

func (r *plainReader) read(lines []string) {
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if len(r.tabbed) > 0 && strings.Count(line, "\t") == strings.Count(r.tabbed[0], "\t") {
			r.tabbed = append(r.tabbed, line)
			continue
		}
		if rows, n := cellLines(lines[i:]); n > 0 {
			r.endTabbed()
			r.cellLines(rows, lines[i:i+n])
			i += n - 1
			continue
		}
		switch {
		case line == "":
		case strings.Contains(strings.TrimLeft(line, " \t　"), "\t"):
			r.tabbed = append(r.tabbed, line)
		default:
			r.endTabbed()
			r.paragraph(line, false)
		}
	}
	r.endTabbed()
}

// endTabbed files the lines with tabs that followed each other: as a table where they are as regular as one, else as the
// paragraphs that they are.
func (r *plainReader) endTabbed() {
	if g, ok := tabbedGrid(r.tabbed); ok {
		r.grid(g, len(r.tabbed), strings.Count(r.tabbed[0], "\t")+1)
	} else {
		r.paragraphs(r.tabbed)
	}
	r.tabbed = nil
}

// cellLines files lines that are a cell each.
func (r *plainReader) cellLines(rows [][]string, lines []string) {
	if isTable(rows) {
		r.grid(raggedGrid(rows), len(rows), widest(rows))
	} else {
		r.paragraphs(lines)
	}
}

func (r *plainReader) paragraphs(lines []string) {
	for _, line := range lines {
		r.paragraph(line, false)
	}
}

// grid files a table of so many rows and columns. A grid leaves out what it has no room for, so a larger one is a limit.
func (r *plainReader) grid(g grid.Grid, rows, columns int) {
	if rows*columns > r.limits.Cells {
		r.fail("more than %d cells", r.limits.Cells)
	}
	r.table(Table{Grid: g, Parent: -1})
}
