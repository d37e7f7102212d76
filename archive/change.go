package archive

import (
	"strings"
	"unicode"

	"nianbao/extract"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// change is a number or a section in which two versions of a report differ; nil for what is not printed.
type change struct {
	place    [3]string // relation, row_id, column_id
	old, new *string
}

// changes lists what the publisher changed between two versions of one address, both as one extractor read them. A
// document that became another kind of thing has no changes: its numbers went into a file or a picture, or came out of
// one, and are compared with nothing. Nor is text that was recognised in pictures (OCR).
func changes(old, new *extract.Report) []change {
	if old.Media != new.Media || old.Media == mediaImage || old.Recognized+new.Recognized > 0 ||
		(countNumbers(old.Cells) == 0) != (countNumbers(new.Cells) == 0) {
		return nil
	}
	return append(changedNumbers(old, new), changedSections(old, new)...)
}

// mediaImage is the medium whose text was guessed from a picture: two guesses that differ prove no change.
const mediaImage = "image"

// changedNumbers compares the numbers, in the relations of which both versions print some. A cell that one of them lacks
// altogether counts as a number that came or went, unless that one has something in the same relation that no label
// explains: the number may be there.
func changedNumbers(old, new *extract.Report) []change {
	before, after := numbersOf(old.Cells), numbersOf(new.Cells)
	var out []change
	compare := func(c form.Cell) {
		place := [3]string{c.Relation, c.RowID, c.ColumnID}
		x, y := before.numbers[place], after.numbers[place]
		switch {
		case x == nil && y == nil, !before.relations[c.Relation] || !after.relations[c.Relation]:
		case x == nil:
			if before.printed[place] || !unexplained(old, c.Relation) {
				out = append(out, change{place, nil, decimalText(y)})
			}
		case y == nil:
			if after.printed[place] || !unexplained(new, c.Relation) {
				out = append(out, change{place, decimalText(x), nil})
			}
		case x.Value.Decimal.Equal(y.Value.Decimal), x.Unit != y.Unit && x.Raw == y.Raw:
		default:
			out = append(out, change{place, decimalText(x), decimalText(y)})
		}
	}
	for _, c := range old.Cells {
		compare(c)
	}
	for _, c := range new.Cells {
		if !before.printed[[3]string{c.Relation, c.RowID, c.ColumnID}] {
			compare(c)
		}
	}
	return out
}

// numbered is a version's cells by place.
type numbered struct {
	printed   map[[3]string]bool       // places that the document has
	numbers   map[[3]string]*form.Cell // those of them with a number
	relations map[string]bool          // relations with a number
}

func numbersOf(cells []form.Cell) numbered {
	n := numbered{map[[3]string]bool{}, map[[3]string]*form.Cell{}, map[string]bool{}}
	for i, c := range cells {
		place := [3]string{c.Relation, c.RowID, c.ColumnID}
		n.printed[place] = true
		if c.State == text.StateNumber {
			n.numbers[place], n.relations[c.Relation] = &cells[i], true
		}
	}
	return n
}

// unexplained says whether something is printed in the relation's table that the extractor could not place.
func unexplained(r *extract.Report, relation string) bool {
	for _, f := range r.Findings {
		switch f.Rule {
		case form.Leftover, form.Ambiguous, form.HeaderlessRows:
			if f.Relation == "" || f.Relation == relation {
				return true
			}
		}
	}
	return false
}

func decimalText(c *form.Cell) *string {
	s := c.Value.Decimal.String()
	return &s
}

// changedSections compares the texts of the sections by name; those that only white space tells apart are equal, and a
// text that moved under another name is not changed. None if one of the versions has no sections.
func changedSections(old, new *extract.Report) []change {
	if len(old.Sections) == 0 || len(new.Sections) == 0 {
		return nil
	}
	before, after := sectionsOf(old.Sections), sectionsOf(new.Sections)
	var out []change
	for _, id := range sectionNames(old.Sections, new.Sections) {
		x, y := before[id], after[id]
		switch {
		case x == "" && y == "", spaceless(x) == spaceless(y):
		case x == "" && holds(old.Sections, y), y == "" && holds(new.Sections, x):
		default:
			out = append(out, change{[3]string{"sections", id, "text"}, textOrNil(x), textOrNil(y)})
		}
	}
	return out
}

// sectionsOf joins the texts of the sections by name.
func sectionsOf(sections []extract.Section) map[string]string {
	texts := map[string]string{}
	for _, s := range sections {
		if t := strings.TrimSpace(clean(s.Text)); t != "" {
			texts[s.ID] = strings.TrimPrefix(texts[s.ID]+"\n"+t, "\n")
		}
	}
	return texts
}

// sectionNames lists the names of sections, each once, in the order in which they first occur.
func sectionNames(lists ...[]extract.Section) []string {
	var names []string
	seen := map[string]bool{}
	for _, sections := range lists {
		for _, s := range sections {
			if !seen[s.ID] {
				seen[s.ID] = true
				names = append(names, s.ID)
			}
		}
	}
	return names
}

// holds says whether a text is a section's, whatever its name.
func holds(sections []extract.Section, wanted string) bool {
	for _, t := range sectionsOf(sections) {
		if spaceless(t) == spaceless(wanted) {
			return true
		}
	}
	return false
}

// spaceless is a text without white space and without characters that take no room.
func spaceless(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, s)
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
