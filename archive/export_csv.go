package archive

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// csv writes a file a relation: RFC 4180, UTF-8, a header with the names of the columns. NULL is an empty field, an
// empty text a quoted one; numbers are the shortest decimals that are exactly those of the archive.
func (x *exporting) csv() error {
	for _, r := range x.relations {
		if err := x.writeFile(r.Name+".csv", func(w io.Writer) error { return x.relationCSV(r, w) }); err != nil {
			return err
		}
	}
	if x.options.Excel {
		x.note("Texts that a spreadsheet could take for a formula, and report_id and authority_id, of which it would keep " +
			"15 digits, begin with an apostrophe.")
	}
	return nil
}

func (x *exporting) relationCSV(r Relation, w io.Writer) error {
	var line bytes.Buffer
	if x.options.Excel {
		line.WriteString("\ufeff")
	}
	for i, c := range r.Columns {
		line.WriteString(comma(i) + c.Name)
	}
	line.WriteString("\r\n")
	if _, err := w.Write(line.Bytes()); err != nil {
		return err
	}
	return x.each(r, func(values []any) error {
		line.Reset()
		for i, v := range values {
			line.WriteString(comma(i))
			field, err := csvField(v)
			if err != nil {
				return fmt.Errorf("%s: %w", r.Columns[i].Name, err)
			}
			if x.options.Excel {
				_, text := v.(string)
				if field = Harmless(field, text); wideIDs[r.Columns[i].Name] && v != nil && !strings.HasPrefix(field, "'") {
					field = "'" + field
				}
			}
			line.WriteString(quoted(field, v))
		}
		line.WriteString("\r\n")
		_, err := w.Write(line.Bytes())
		return err
	})
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

// csvField is a value as text.
func csvField(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case string:
		return v, nil
	}
	return "", fmt.Errorf("a value of type %T", v)
}

// quoted puts a field into quotes where RFC 4180 section 2 wants them, and an empty text, which is not NULL.
func quoted(field string, v any) string {
	if v == nil || field != "" && !strings.ContainsAny(field, ",\"\r\n") {
		return field
	}
	return `"` + strings.ReplaceAll(field, `"`, `""`) + `"`
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?$`)

// Harmless puts an apostrophe before a text that a spreadsheet may take for a formula (OWASP, CSV Injection): one that
// begins with = + - @ or their full-width forms, behind white space, quotes and characters that are not seen, which
// programs pass over; a tab, line feed or carriage return at its beginning is enough. A number is none; what is no text
// in the archive (text false) stays.
func Harmless(field string, text bool) string {
	if !text || field == "" || plainNumber.MatchString(field) {
		return field
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(field, unseen))
	if strings.ContainsRune("\t\n\r", rune(field[0])) || strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + field
	}
	return field
}

// unseen says whether a spreadsheet may pass over a character at the beginning of a field.
func unseen(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == '"' || c == '\''
}
