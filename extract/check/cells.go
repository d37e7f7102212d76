package check

import (
	"fmt"
	"slices"
	"strings"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// table finds cells by relation, row and column.
type table struct {
	cells  map[[3]string]*form.Cell
	order  []*form.Cell
	listed map[listing][]string // what lines has answered
}

// listing is a question for the rows, or the columns, of a relation.
type listing struct {
	relation string
	rows     bool
}

func newTable(cells []form.Cell) *table {
	t := &table{cells: make(map[[3]string]*form.Cell, len(cells)), order: make([]*form.Cell, 0, len(cells)),
		listed: map[listing][]string{}}
	for i := range cells {
		c := &cells[i]
		t.cells[[3]string{c.Relation, c.RowID, c.ColumnID}] = c
		t.order = append(t.order, c)
	}
	return t
}

// cell is the cell at that place, nil if the document has none.
func (t *table) cell(relation, row, column string) *form.Cell {
	return t.cells[[3]string{relation, row, column}]
}

// number is the cell at that place if it prints a number, else nil.
func (t *table) number(relation, row, column string) *form.Cell {
	if c := t.cell(relation, row, column); c != nil && c.State == text.StateNumber {
		return c
	}
	return nil
}

// lines lists the rows, or the columns, that a relation prints, in the order of their first cell.
func (t *table) lines(relation string, rows bool) []string {
	asked := listing{relation, rows}
	if out, ok := t.listed[asked]; ok {
		return out
	}
	var out []string
	for _, c := range t.order {
		id := c.ColumnID
		if rows {
			id = c.RowID
		}
		if c.Relation == relation && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	t.listed[asked] = out
	return out
}

func judgeNegative(r Rule, s *Subject, at *table) []Finding {
	var out []Finding
	for _, c := range at.order {
		if c.Value.Valid && c.Value.Decimal.IsNegative() && s.Edition != nil && !signed(s.Edition, c) {
			out = append(out, r.foundAt(c,
				fmt.Sprintf("%s prints %s, below zero", label(s.Edition, c.Relation, c.RowID), c.Raw)))
		}
	}
	return out
}

// signed reports whether the cell's column holds increase and decrease.
func signed(e *form.Edition, c *form.Cell) bool {
	for _, t := range e.Tables {
		for _, column := range t.Columns {
			if t.Relation == c.Relation && column.ID == c.ColumnID && column.Signed {
				return true
			}
		}
	}
	return false
}

func judgeRulemaker(r Rule, s *Subject, at *table) []Finding {
	if mayMakeRules(s.AuthorityType, s.Level) {
		return nil
	}
	var out []Finding
	for _, c := range at.order {
		if c.RowID == "rules" && c.Value.Valid && !c.Value.Decimal.IsZero() {
			out = append(out, r.foundAt(c, fmt.Sprintf("prints %s 规章, which a body of this kind (%s) cannot make", c.Raw,
				strings.TrimSpace(s.AuthorityType+" "+s.Level))))
		}
	}
	return out
}

// mayMakeRules reports whether a body can have 规章 of its own (立法法 2023, art. 91 and 93), or we do not know that it
// cannot: a government of unknown level, and its office, which may report for it, are given the benefit.
func mayMakeRules(kind, level string) bool {
	switch kind {
	case "", "state_council_department":
		return true
	case "peoples_government", "government_office":
		return level != "county" && level != "township"
	}
	return level == "national"
}

// judgeItems finds the rows of the 2019 form in which 处理决定数量 is the sum of the two columns before it: 61 + 36 = 97
// items, printed where decisions are asked for. Without items in the year before the sum proves nothing.
func judgeItems(r Rule, _ *Subject, at *table) []Finding {
	var out []Finding
	for _, row := range at.lines("disclosure", true) {
		before := at.number("disclosure", row, "items_previous_year")
		change := at.number("disclosure", row, "change_this_year")
		decisions := at.number("disclosure", row, "decisions_this_year")
		if before == nil || change == nil || decisions == nil || !before.Value.Decimal.IsPositive() ||
			!before.Value.Decimal.Add(change.Value.Decimal).Equal(decisions.Value.Decimal) {
			continue
		}
		out = append(out, r.foundAt(decisions, fmt.Sprintf(
			"处理决定数量 %s is 上一年项目数量 %s and 本年增/减 %s together: it may count items, not decisions",
			decisions.Value.Decimal, before.Value.Decimal, change.Value.Decimal)))
	}
	return out
}
