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
		return !tag.MatchString(text.Decode(body, "").Text)
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
	trimmed := strings.TrimSpace(strings.TrimPrefix(string(body[:min(len(body), 64)]), "\ufeff"))
	return (strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[")) &&
		json.Valid([]byte(strings.TrimPrefix(string(body), "\ufeff")))
}

// readPlain reads text without markup: a paragraph each line; lines with tabs that follow each other are tables where
// their structure is beyond doubt.
func readPlain(body []byte, contentType string, o Options) (Document, error) {
	dec := text.Decode(body, contentType)
	b := newBuilder("text", o.Limits)
	b.doc.Charset = dec.Charset
	if dec.Doubt != "" {
		b.doc.Doubts = append(b.doc.Doubts, dec.Doubt)
	}
	var tabbed []string
	table := func(g grid.Grid, rows, width int) {
		if rows*width > b.limits.Cells { // a grid leaves out what it has no room for
			b.fail("more than %d cells", b.limits.Cells)
		}
		b.table(Table{Grid: g, Parent: -1})
	}
	end := func() {
		if g, ok := tabbedGrid(tabbed); ok {
			table(g, len(tabbed), strings.Count(tabbed[0], "\t")+1)
		} else {
			for _, row := range tabbed {
				b.paragraph(row, false)
			}
		}
		tabbed = nil
	}
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(dec.Text, "\r\n", "\n"), "\r", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		if rows, n := cellLines(lines[i:]); n > 0 {
			end()
			if isTable(rows) {
				table(raggedGrid(rows), len(rows), widest(rows))
			} else {
				for _, line := range lines[i : i+n] {
					b.paragraph(line, false)
				}
			}
			i += n - 1
			continue
		}
		line := lines[i]
		if line == "" {
			continue
		}
		if strings.Contains(strings.TrimLeft(line, " \t　"), "\t") ||
			len(tabbed) > 0 && strings.Count(line, "\t") == strings.Count(tabbed[0], "\t") {
			tabbed = append(tabbed, line)
			continue
		}
		end()
		b.paragraph(line, false)
	}
	end()
	return b.finish()
}
