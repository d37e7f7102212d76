package check_test

import (
	"testing"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// unreadable makes a cell one whose digits are cut by white space.
func unreadable(t *testing.T, s *check.Subject, relation, row, column, raw string) *form.Cell {
	c := cellOf(t, s, relation, row, column)
	c.Value.Valid, c.State, c.Raw = false, text.StateText, raw
	s.Remarks = append(s.Remarks, form.Remark{Rule: form.Unreadable, Relation: relation, RowID: row, ColumnID: column})
	return c
}

func TestSettle(t *testing.T) {
	s := subject(counter())
	set(t, s, "disputes", "review", "upheld", 125)
	set(t, s, "disputes", "review", "total", 125+
		cellOf(t, s, "disputes", "review", "corrected").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "other").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "pending").Value.Decimal.IntPart())
	c := unreadable(t, s, "disputes", "review", "upheld", "12 5")
	left := check.Settle(s.Edition, s.Cells, s.Remarks)
	if !c.Value.Valid || c.Value.Decimal.String() != "125" || c.State != text.StateNumber || c.Note == "" {
		t.Errorf("the sum holds with 125, but the cell is %+v", c)
	}
	if len(left) != 1 || left[0].Rule != form.SettledBySums {
		t.Errorf("remarks %+v", left)
	}

	// The sum does not hold with it, cannot be judged, or there is none: no value.
	for name, breakIt := range map[string]func(s *check.Subject){
		"another total": func(s *check.Subject) { set(t, s, "disputes", "review", "total", 9) },
		"a total that is unreadable, too": func(s *check.Subject) {
			unreadable(t, s, "disputes", "review", "total", "x")
		},
	} {
		s := subject(counter())
		breakIt(s)
		c := unreadable(t, s, "disputes", "review", "upheld", "12 5")
		if left := check.Settle(s.Edition, s.Cells, s.Remarks); c.Value.Valid || c.State != text.StateText || len(left) != len(s.Remarks) {
			t.Errorf("%s: cell %+v, remarks %+v", name, c, left)
		}
	}
	s = subject(counter())
	c = unreadable(t, s, "disclosure", "administrative_license", "decisions_this_year", "12 5")
	if check.Settle(s.Edition, s.Cells, s.Remarks); c.Value.Valid {
		t.Errorf("a cell in no sum was given %v", c.Value.Decimal)
	}
}
