package check

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// Settle decides the cells that could not be read because white space cuts their digits (12 over 5: is it 125, or two
// numbers?). Such a cell gets the joined number if it stands in sums that can be judged with it and all of them hold;
// it then carries a note. The cells are changed in place. It returns the remarks with those on settled cells replaced.
func Settle(e *form.Edition, cells []form.Cell, remarks []form.Remark) []form.Remark {
	if e == nil {
		return remarks
	}
	for again := true; again; { // a settled cell may complete the sum of another
		again = false
		for i := range cells {
			c := &cells[i]
			if c.State != text.StateText {
				continue
			}
			n, ok := text.Joined(c.Raw)
			if !ok {
				continue
			}
			before := *c
			c.Value, c.State = decimal.NewNullDecimal(n), text.StateNumber
			judged, hold := sumsWith(e, *c, newTable(cells))
			if judged == 0 || !hold {
				*c = before
				continue
			}
			c.Note = fmt.Sprintf("printed as %q; the sums it stands in decided", before.Raw)
			remarks = slices.DeleteFunc(remarks, func(r form.Remark) bool {
				return r.Rule == form.Unreadable && r.Relation == c.Relation && r.RowID == c.RowID && r.ColumnID == c.ColumnID
			})
			remarks = append(remarks, form.Remark{Rule: form.SettledBySums, Relation: c.Relation, RowID: c.RowID,
				ColumnID: c.ColumnID, Message: fmt.Sprintf("printed as %q, which may be one number or two; read as %s, with which %d sums hold",
					before.Raw, n, judged)})
			again = true
		}
	}
	return remarks
}

// sumsWith judges the sums in which a cell stands: how many could be judged, and whether all of them hold.
func sumsWith(e *form.Edition, c form.Cell, at *table) (judged int, hold bool) {
	hold = true
	for _, id := range e.Identities {
		term, line := c.RowID, c.ColumnID
		key := func(term string) [3]string { return [3]string{id.Relation, term, line} }
		if id.Over == "columns" {
			term, line = c.ColumnID, c.RowID
			key = func(term string) [3]string { return [3]string{id.Relation, line, term} }
		}
		parts := id.Terms(func(t string) bool { return at.cells[key(t)] != nil })
		if id.Relation != c.Relation || id.Op != "" && id.Op != "==" ||
			!slices.Contains(parts, term) && !slices.Contains(id.Equals, term) ||
			id.Over == "columns" && len(id.Rows) > 0 && !slices.Contains(id.Rows, line) {
			continue
		}
		sum, whole := at.add(parts, key)
		total, there := at.add(id.Equals, key)
		if whole && there {
			judged++
			hold = hold && sum.Equal(total)
		}
	}
	return judged, hold
}

// add adds up the numbers of some terms, blanks as nothing; ok is false where a term is not in the document or unreadable.
func (t *table) add(terms []string, key func(string) [3]string) (sum decimal.Decimal, ok bool) {
	for _, term := range terms {
		c := t.cells[key(term)]
		if c == nil || c.State == text.StateText {
			return sum, false
		}
		if c.Value.Valid {
			sum = sum.Add(c.Value.Decimal)
		}
	}
	return sum, true
}
