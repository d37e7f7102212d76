package check_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// consistent fills every cell of an edition with numbers whose sums hold: draw gives the parts, the totals follow.
func consistent(e *form.Edition, draw func() int64) []form.Cell {
	values := map[[3]string]int64{}
	put := func(relation, row, column string, n int64) { values[[3]string{relation, row, column}] = n }
	get := func(relation, row, column string) int64 { return values[[3]string{relation, row, column}] }
	var cells []form.Cell
	for _, t := range e.Tables {
		for _, r := range t.Rows {
			for _, c := range t.Columns {
				if r.Header || c.Row != "" && c.Row != r.ID {
					continue
				}
				n := draw()
				if r.ID == "rules" {
					n = 0
				}
				put(t.Relation, r.ID, c.ID, n)
				cells = append(cells, form.Cell{Relation: t.Relation, RowID: r.ID, ColumnID: c.ID, State: text.StateNumber, Unit: t.Unit})
			}
		}
	}
	applicants := []string{"natural_person", "business", "research_institution", "public_interest_organization", "legal_service", "other_organization"}
	var results []string
	for _, id := range e.Identities {
		if id.ID == "applications.handled_sum" {
			results = id.Sum
		}
	}
	for _, a := range applicants {
		var handled int64
		for _, r := range results {
			handled += get("applications", r, a)
		}
		put("applications", "total_handled", a, handled)
		// What came in is what was handled and what is left.
		put("applications", "new_this_year", a, handled+get("applications", "carried_forward", a))
		put("applications", "carried_in", a, 0)
	}
	for _, r := range append([]string{"new_this_year", "carried_in", "total_handled", "carried_forward"}, results...) {
		var sum int64
		for _, a := range applicants {
			sum += get("applications", r, a)
		}
		put("applications", r, "total", sum)
	}
	for _, ch := range []string{"review", "litigation_direct", "litigation_after_review"} {
		put("disputes", ch, "total", get("disputes", ch, "upheld")+get("disputes", ch, "corrected")+get("disputes", ch, "other")+
			get("disputes", ch, "pending"))
	}
	for i := range cells {
		c := &cells[i]
		c.Value = decimal.NewNullDecimal(decimal.NewFromInt(get(c.Relation, c.RowID, c.ColumnID)))
		c.Raw = c.Value.Decimal.String()
	}
	return cells
}

// subject is a report of a county's bureau in which everything holds.
func subject(draw func() int64) *check.Subject {
	e := form.ByID("2021")
	return &check.Subject{Edition: e, Cells: consistent(e, draw), AuthorityType: "bureau", Level: "county", Year: 2023,
		TitleYear: 2023, PeriodYear: 2023, Sections: 6}
}

func counter() func() int64 {
	n := int64(0)
	return func() int64 { n++; return n%7 + 1 }
}

func cellOf(t *testing.T, s *check.Subject, relation, row, column string) *form.Cell {
	t.Helper()
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Relation == relation && c.RowID == row && c.ColumnID == column {
			return c
		}
	}
	t.Fatalf("no cell %s/%s/%s", relation, row, column)
	return nil
}

func set(t *testing.T, s *check.Subject, relation, row, column string, n int64) {
	c := cellOf(t, s, relation, row, column)
	c.Value = decimal.NewNullDecimal(decimal.NewFromInt(n))
	c.Raw = c.Value.Decimal.String()
}

func blank(t *testing.T, s *check.Subject, relation, row, column string) {
	c := cellOf(t, s, relation, row, column)
	c.Value, c.State, c.Raw = decimal.NullDecimal{}, text.StateBlank, ""
}

func remark(rule string) func(*testing.T, *check.Subject) {
	return func(_ *testing.T, s *check.Subject) {
		s.Remarks = append(s.Remarks, form.Remark{Rule: rule, Relation: "applications", RowID: "granted", Message: "said by the form"})
	}
}

// breaks names, for every rule, what breaks it in a report that is right, and the cell its finding must name.
var breaks = map[string]struct {
	do   func(*testing.T, *check.Subject)
	cell string
}{
	"applications.balance": {func(t *testing.T, s *check.Subject) {
		set(t, s, "applications", "carried_in", "natural_person", 1)
	}, "applications/total_handled/natural_person"},
	"applications.handled_sum": {func(t *testing.T, s *check.Subject) {
		set(t, s, "applications", "granted", "legal_service", 99)
	}, "applications/total_handled/legal_service"},
	"applications.applicant_sum": {func(t *testing.T, s *check.Subject) {
		set(t, s, "applications", "repeated_request", "total", 99)
	}, "applications/repeated_request/total"},
	"disputes.review_sum": {func(t *testing.T, s *check.Subject) {
		set(t, s, "disputes", "review", "total", 99)
	}, "disputes/review/total"},
	"disputes.litigation_direct_sum": {func(t *testing.T, s *check.Subject) {
		set(t, s, "disputes", "litigation_direct", "upheld", 99)
	}, "disputes/litigation_direct/total"},
	"disputes.litigation_after_review_sum": {func(t *testing.T, s *check.Subject) {
		set(t, s, "disputes", "litigation_after_review", "pending", 99)
	}, "disputes/litigation_after_review/total"},
	"counts.negative": {func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "normative_documents", "in_force", -3)
	}, "disclosure/normative_documents/in_force"},
	"disclosure.rules_of_no_rulemaker": {func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "rules", "in_force", 6) // a town of 尼勒克县 prints 6 in its report of 2023
	}, "disclosure/rules/in_force"},
	"report.year":   {func(_ *testing.T, s *check.Subject) { s.TitleYear = 2022 }, "//"},
	"document.text": {func(_ *testing.T, s *check.Subject) { s.Doubts = []string{"cut"} }, "//"},
	check.NothingToRead: {func(_ *testing.T, s *check.Subject) {
		s.Edition, s.Cells, s.Sections = nil, nil, 0
	}, "//"},
	form.Leftover:       {remark(form.Leftover), "applications/granted/"},
	form.Unreadable:     {remark(form.Unreadable), "applications/granted/"},
	form.Ambiguous:      {remark(form.Ambiguous), "applications/granted/"},
	form.Shifted:        {remark(form.Shifted), "applications/granted/"},
	form.CellsAbsent:    {remark(form.CellsAbsent), "applications/granted/"},
	form.RowsAbsent:     {remark(form.RowsAbsent), "applications/granted/"},
	form.ColumnsAbsent:  {remark(form.ColumnsAbsent), "applications/granted/"},
	form.WrongGroup:     {remark(form.WrongGroup), "applications/granted/"},
	form.HeaderlessRows: {remark(form.HeaderlessRows), "applications/granted/"},
	form.UnknownForm:    {remark(form.UnknownForm), "applications/granted/"},
	form.UnitUnknown:    {remark(form.UnitUnknown), "applications/granted/"},
	form.StrayNumber:    {remark(form.StrayNumber), "applications/granted/"},
}

func TestEveryRuleHasAPassAndAFailCase(t *testing.T) {
	if fs := check.Run(*subject(counter())); len(fs) != 0 {
		t.Fatalf("a report in which everything holds has findings: %+v", fs)
	}
	known := map[string]bool{}
	for _, r := range check.Rules() {
		known[r.ID] = true
		b, ok := breaks[r.ID]
		if !ok {
			t.Errorf("rule %s has no case that breaks it", r.ID)
			continue
		}
		if r.Sentence == "" {
			t.Errorf("rule %s has no sentence", r.ID)
		}
		s := subject(counter())
		b.do(t, s)
		found := false
		for _, f := range check.Run(*s) {
			if f.Rule != r.ID {
				continue
			}
			if at := f.Relation + "/" + f.RowID + "/" + f.ColumnID; at != b.cell || f.Severity != r.Severity || f.Message == "" {
				t.Errorf("rule %s: finding at %s %s %q, want at %s %s", r.ID, at, f.Severity, f.Message, b.cell, r.Severity)
			}
			found = true
		}
		if !found {
			t.Errorf("rule %s found nothing in a report that breaks it", r.ID)
		}
	}
	for id := range breaks {
		if !known[id] {
			t.Errorf("case for %s, which is no rule", id)
		}
	}
}

func TestRealInconsistencies(t *testing.T) {
	// 聊城市茌平区人民政府 2023 prints 4+1+1+1 against 6 in 行政复议.
	s := subject(counter())
	for column, n := range map[string]int64{"upheld": 4, "corrected": 1, "other": 1, "pending": 1, "total": 6} {
		set(t, s, "disputes", "review", column, n)
	}
	fs := check.Run(*s)
	if len(fs) != 1 || fs[0].Expected != "7" || fs[0].Actual != "6" || fs[0].Severity != check.Contradiction {
		t.Fatalf("findings %+v, want one contradiction of 7 against 6", fs)
	}
	if want := "行政复议: 结果维持 4 + 结果纠正 1 + 其他结果 1 + 尚未审结 1 makes 7, but the report prints 总计 6"; fs[0].Message != want {
		t.Errorf("message %q, want %q", fs[0].Message, want)
	}
}

func TestBlanks(t *testing.T) {
	columns := []string{"upheld", "corrected", "other", "pending"}
	// The sum holds without the blanks: nothing to say.
	s := subject(counter())
	blank(t, s, "disputes", "review", "other")
	set(t, s, "disputes", "review", "total", cellOf(t, s, "disputes", "review", "upheld").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "corrected").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "pending").Value.Decimal.IntPart())
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("a sum that holds without its blank: %+v", fs)
	}
	// It does not hold: the finding says that blanks were counted as nothing.
	set(t, s, "disputes", "review", "total", 99)
	if fs := check.Run(*s); len(fs) != 1 || !strings.Contains(fs[0].Message, "1 blank cells counted as nothing") {
		t.Errorf("a broken sum with a blank: %+v", fs)
	}
	// A whole side is blank, as in 上海市人民政府办公厅 2019: no judgement.
	for _, c := range columns {
		blank(t, s, "disputes", "review", c)
	}
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("all parts blank: %+v", fs)
	}
	s = subject(counter())
	blank(t, s, "disputes", "review", "total")
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("total blank: %+v", fs)
	}
	// A row that is not in the document: no judgement either.
	s = subject(counter())
	kept := s.Cells[:0]
	for _, c := range s.Cells {
		if c.RowID != "granted" {
			kept = append(kept, c)
		}
	}
	s.Cells = kept
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("a result row absent: %+v", fs)
	}
}

// Any number of a sum that is changed is found.
func TestAnyChangeInASumIsFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := subject(func() int64 { return rapid.Int64Range(0, 400).Draw(rt, "n") })
		if fs := check.Run(*s); len(fs) != 0 {
			rt.Fatalf("consistent report: %+v", fs)
		}
		var inSums []int
		for i, c := range s.Cells {
			if c.Relation == "applications" || c.Relation == "disputes" {
				inSums = append(inSums, i)
			}
		}
		c := &s.Cells[rapid.SampledFrom(inSums).Draw(rt, "cell")]
		d := rapid.Int64Range(1, 9).Draw(rt, "change")
		c.Value.Decimal = c.Value.Decimal.Add(decimal.NewFromInt(d))
		contradictions := 0
		for _, f := range check.Run(*s) {
			if f.Severity == check.Contradiction {
				contradictions++
			}
		}
		if contradictions == 0 {
			rt.Fatalf("%s/%s/%s raised by %d: nothing found", c.Relation, c.RowID, c.ColumnID, d)
		}
	})
}
