package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// judgeIdentity judges one identity of the report's form, in every row or column it applies to.
func judgeIdentity(r Rule, s *Subject, at *table) []Finding {
	if s.Edition == nil {
		return nil
	}
	var out []Finding
	for i := range s.Edition.Identities {
		id := &s.Edition.Identities[i]
		if id.ID != r.ID || id.SkipAbsent && leftOver(s, id.Relation) {
			continue
		}
		lines := id.Rows
		if id.Over == "rows" {
			lines = id.Columns
		}
		if len(lines) == 0 {
			lines = at.lines(id.Relation, id.Over == "columns")
		}
		for _, line := range lines {
			if f, broken := judgeLine(r, s.Edition, id, line, at); broken {
				out = append(out, f)
			}
		}
	}
	return out
}

// leftOver reports whether a row of the relation, or a number in it, was not read: it may be a part of any sum.
func leftOver(s *Subject, relation string) bool {
	return slices.ContainsFunc(s.Remarks, func(r form.Remark) bool {
		return r.Relation == relation && (r.Rule == form.Leftover || r.Rule == form.Ambiguous)
	})
}

// side is what the terms of one side of an identity print in a row or column.
type side struct {
	sum    decimal.Decimal
	cells  []*form.Cell // that print numbers
	blanks int
}

// judgeLine judges an identity in one row or column. Blanks count as nothing printed: the sides are compared without them
// and the finding says so, but not when a whole side is blank, when a term is not in the document (unless the identity
// leaves such terms out), prints something unreadable, or is money in another unit than
// the rest.
func judgeLine(r Rule, e *form.Edition, id *form.Identity, line string, at *table) (Finding, bool) {
	cell := func(term string) *form.Cell {
		if id.Over == "rows" {
			return at.cell(id.Relation, term, line)
		}
		return at.cell(id.Relation, line, term)
	}
	unit := ""
	read := func(terms []string, skip bool) (s side, ok bool) {
		for _, term := range terms {
			c := cell(term)
			switch {
			case c == nil && skip:
				continue
			case c == nil || c.State == text.StateText:
				return s, false
			case c.State != text.StateNumber:
				s.blanks++
				continue
			case unit != "" && id.Op != "iff_zero" && !sameMeasure(c.Unit, unit):
				return s, false
			}
			unit = c.Unit
			if !c.Value.Decimal.IsZero() { // most are
				s.sum = s.sum.Add(c.Value.Decimal)
			}
			s.cells = append(s.cells, c)
		}
		return s, len(s.cells) > 0
	}
	left, ok := read(id.Terms(func(term string) bool { return cell(term) != nil }), id.SkipAbsent)
	if !ok {
		return Finding{}, false
	}
	var right side // zero
	if len(id.Equals) > 0 {
		if right, ok = read(id.Equals, false); !ok {
			return Finding{}, false
		}
	}
	if holds(id.Op, left.sum, right.sum) {
		return Finding{}, false
	}
	named, expected, actual := right, left, right
	if len(right.cells) == 0 { // no total: the sum itself is what is wrong
		named, expected, actual = left, right, left
	}
	f := r.foundAt(named.cells[0], fmt.Sprintf("%s: %s", label(e, id.Relation, line),
		against(id.Op, left, right, func(c *form.Cell) string {
			if id.Over == "rows" {
				return label(e, c.Relation, c.RowID)
			}
			return label(e, c.Relation, c.ColumnID)
		})))
	f.Severity = Severity(id.Severity)
	f.Expected, f.Actual = expected.sum.String(), actual.sum.String()
	if n := left.blanks + right.blanks; n > 0 {
		f.Message += fmt.Sprintf(" (%d blank cells counted as nothing)", n)
	}
	return f, true
}

// sameMeasure reports whether numbers in two units may be compared. Counts may, of 条 or of 件; money only in one unit.
func sameMeasure(a, b string) bool {
	money := func(unit string) bool { return unit == "unknown" || strings.HasSuffix(unit, "元") }
	return a == b || !money(a) && !money(b)
}

// holds reports whether the sums of two sides stand to each other as the identity says.
func holds(op string, left, right decimal.Decimal) bool {
	switch op {
	case "<=":
		return left.LessThanOrEqual(right)
	case ">=":
		return left.GreaterThanOrEqual(right)
	case "iff_zero":
		return left.IsZero() == right.IsZero()
	}
	return left.Equal(right)
}

// against words what is wrong with two sides; name words the label of a cell.
func against(op string, left, right side, name func(*form.Cell) string) string {
	parts, totals := left.words(name), right.words(name)
	switch op {
	case "<=":
		return said(parts, left.sum) + " is above " + said(totals, right.sum)
	case ">=":
		return said(parts, left.sum) + " is below " + said(totals, right.sum)
	case "iff_zero":
		return said(parts, left.sum) + " stands against " + said(totals, right.sum)
	}
	sum := "the sum of the parts"
	if len(parts) > 0 {
		sum = strings.Join(parts, " + ")
	}
	total := said(totals, right.sum)
	if len(totals) < 2 {
		total = "the report prints " + total
	}
	return fmt.Sprintf("%s makes %s, but %s", sum, left.sum, total)
}

// words are the numbers of a side that are not zero, each with its label.
func (s side) words(name func(*form.Cell) string) []string {
	var out []string
	for _, c := range s.cells {
		if !c.Value.Decimal.IsZero() {
			out = append(out, name(c)+" "+c.Value.Decimal.String())
		}
	}
	return out
}

// said words a side: its numbers, with their sum if they are several.
func said(words []string, sum decimal.Decimal) string {
	switch len(words) {
	case 0:
		return "0"
	case 1:
		return words[0]
	}
	return fmt.Sprintf("%s = %s", strings.Join(words, " + "), sum)
}

// label words an id as the form prints it.
func label(e *form.Edition, relation, id string) string {
	if e == nil {
		return id
	}
	for _, t := range e.Tables {
		if t.Relation != relation {
			continue
		}
		for _, x := range t.Rows {
			if x.ID == id {
				return x.Label
			}
		}
		for _, x := range t.Columns {
			if x.ID == id {
				return strings.ReplaceAll(x.Label, "{Y}", "本")
			}
		}
	}
	return id
}
