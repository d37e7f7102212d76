package check

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// NothingToRead is the rule of the finding that says why a report's completeness is unreadable where no table tells.
const NothingToRead = "document.nothing_to_read"

// Subject is what the checks look at: one report as it was read.
type Subject struct {
	Edition       *form.Edition // nil when the report has no known form
	Cells         []form.Cell
	AuthorityType string // extract/title's id, "" if unknown
	Level         string // national … township, "" if unknown
	Year          int    // as decided
	TitleYear     int    // as the title prints it, 0 for none
	PeriodYear    int    // as the text states it, 0 for none
	Remarks       []form.Remark
	Doubts        []string // about the decoding or limits of the document
	Sections      int      // how many of the form's sections the text has
}

// Rule is one check: a stable id, how grave a finding of it is, what it says in one sentence, and the judgement.
type Rule struct {
	ID       string
	Severity Severity
	Sentence string
	judge    func(r Rule, s *Subject, at *table) []Finding
}

// Rules lists every check of one report in the order in which its findings are reported: the sums of the official forms,
// then what else is wrong, then what reading left behind.
func Rules() []Rule {
	var rules []Rule
	seen := map[string]bool{}
	for _, e := range form.Editions() {
		for _, id := range e.Identities {
			if seen[id.ID] {
				continue
			}
			seen[id.ID] = true
			rules = append(rules, Rule{id.ID, Severity(id.Severity), id.Sentence, judgeIdentity})
		}
	}
	rules = append(rules,
		Rule{"counts.negative", Contradiction, "no count of an official form is below zero", judgeNegative},
		Rule{"disclosure.rules_of_no_rulemaker", Note,
			"only departments of the State Council, provinces and cities divided into districts make 规章", judgeRulemaker},
		Rule{"report.year", Doubt, "the year of the title is the year of the statistical period", judgeYear},
		Rule{"document.text", Doubt, "the document could be decoded and read to its end", judgeDocument},
		Rule{NothingToRead, Doubt, "the page holds the tables or the sections of the report its title promises", judgeEmpty},
	)
	for _, r := range []Rule{
		{ID: form.Leftover, Severity: Doubt, Sentence: "everything printed in a table of the form is explained by its labels"},
		{ID: form.Unreadable, Severity: Doubt, Sentence: "every cell of the form prints a number, a blank or a sign for none"},
		{ID: form.Ambiguous, Severity: Doubt, Sentence: "every cell of the form can be read in one way only"},
		{ID: form.Shifted, Severity: Doubt, Sentence: "every row stands under its headers"},
		{ID: form.CellsAbsent, Severity: Doubt, Sentence: "every row has a cell for every column"},
		{ID: form.RowsAbsent, Severity: Doubt, Sentence: "every row of the form is printed"},
		{ID: form.ColumnsAbsent, Severity: Doubt, Sentence: "every column of the form is printed"},
		{ID: form.WrongGroup, Severity: Doubt, Sentence: "every row stands under its group"},
		{ID: form.HeaderlessRows, Severity: Doubt, Sentence: "a table with rows of the form has column headers"},
		{ID: form.UnknownForm, Severity: Doubt, Sentence: "the tables are of a form that this version reads"},
		{ID: form.UnitUnknown, Severity: Doubt, Sentence: "an amount of money is printed with its unit"},
		{ID: form.StrayNumber, Severity: Note, Sentence: "no page number stands in a label column"},
	} {
		r.judge = judgeRemarks
		rules = append(rules, r)
	}
	return rules
}

// Run judges one report by every rule and returns the findings in the order of Rules.
func Run(s Subject) []Finding {
	at := newTable(s.Cells)
	var out []Finding
	for _, r := range Rules() {
		out = append(out, r.judge(r, &s, at)...)
	}
	return out
}

// table finds cells by relation, row and column.
type table struct {
	cells map[[3]string]*form.Cell
	order []*form.Cell
}

func newTable(cells []form.Cell) *table {
	t := &table{cells: make(map[[3]string]*form.Cell, len(cells))}
	for i := range cells {
		c := &cells[i]
		t.cells[[3]string{c.Relation, c.RowID, c.ColumnID}] = c
		t.order = append(t.order, c)
	}
	return t
}

// lines lists the rows, or the columns, that a relation prints, in the order of their first cell.
func (t *table) lines(relation string, rows bool) []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range t.order {
		id := c.ColumnID
		if rows {
			id = c.RowID
		}
		if c.Relation == relation && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// judgeIdentity judges one sum of the report's form, in every row or column it applies to.
func judgeIdentity(r Rule, s *Subject, at *table) []Finding {
	if s.Edition == nil {
		return nil
	}
	var out []Finding
	for _, id := range s.Edition.Identities {
		if id.ID != r.ID {
			continue
		}
		lines := id.Rows
		if len(lines) == 0 {
			lines = at.lines(id.Relation, id.Over == "columns")
		}
		for _, line := range lines {
			if f, broken := judgeSum(r, s.Edition, id, line, at); broken {
				out = append(out, f)
			}
		}
	}
	return out
}

// judgeSum judges one sum in one row or column. Blanks count as nothing printed: the sum is judged without them and the
// finding says so, but not when a whole side is blank, a term is not in the document, or prints something unreadable.
func judgeSum(r Rule, e *form.Edition, id form.Identity, line string, at *table) (Finding, bool) {
	cell := func(term string) *form.Cell {
		if id.Over == "rows" {
			return at.cells[[3]string{id.Relation, term, line}]
		}
		return at.cells[[3]string{id.Relation, line, term}]
	}
	blanks := 0
	side := func(terms []string) (sum decimal.Decimal, words []string, ok bool) {
		numbers := 0
		for _, term := range terms {
			c := cell(term)
			if c == nil || c.State == text.StateText {
				return sum, nil, false
			}
			if c.State != text.StateNumber {
				blanks++
				continue
			}
			numbers++
			sum = sum.Add(c.Value.Decimal)
			if !c.Value.Decimal.IsZero() {
				words = append(words, label(e, id.Relation, term)+" "+c.Value.Decimal.String())
			}
		}
		return sum, words, numbers > 0
	}
	sum, parts, ok := side(id.Sum)
	if !ok {
		return Finding{}, false
	}
	total, totals, ok := side(id.Equals)
	if !ok || sum.Equal(total) {
		return Finding{}, false
	}
	f := Finding{Rule: r.ID, Severity: r.Severity, Relation: id.Relation, RowID: id.Equals[0], ColumnID: line,
		Expected: sum.String(), Actual: total.String()}
	if id.Over == "columns" {
		f.RowID, f.ColumnID = line, id.Equals[0]
	}
	f.Message = fmt.Sprintf("%s: %s makes %s, but %s", label(e, id.Relation, line), sumOf(parts), sum, saysOf(totals, total))
	if blanks > 0 {
		f.Message += fmt.Sprintf(" (%d blank cells counted as nothing)", blanks)
	}
	return f, true
}

// sumOf words the side of a sum that is added up.
func sumOf(parts []string) string {
	if len(parts) == 0 {
		return "the sum of the parts"
	}
	return strings.Join(parts, " + ")
}

// saysOf words the side of a sum that is printed.
func saysOf(totals []string, total decimal.Decimal) string {
	switch len(totals) {
	case 0:
		return "the report prints 0"
	case 1:
		return "the report prints " + totals[0]
	}
	return fmt.Sprintf("%s makes %s", strings.Join(totals, " + "), total)
}

// label words an id as the form prints it.
func label(e *form.Edition, relation, id string) string {
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
				return x.Label
			}
		}
	}
	return id
}

func judgeNegative(r Rule, s *Subject, at *table) []Finding {
	var out []Finding
	for _, c := range at.order {
		if c.Value.Valid && c.Value.Decimal.IsNegative() && s.Edition != nil {
			out = append(out, Finding{Rule: r.ID, Severity: r.Severity, Relation: c.Relation, RowID: c.RowID,
				ColumnID: c.ColumnID, Actual: c.Value.Decimal.String(),
				Message: fmt.Sprintf("%s prints %s, below zero", label(s.Edition, c.Relation, c.RowID), c.Raw)})
		}
	}
	return out
}

func judgeRulemaker(r Rule, s *Subject, at *table) []Finding {
	if mayMakeRules(s.AuthorityType, s.Level) {
		return nil
	}
	var out []Finding
	for _, c := range at.order {
		if c.RowID == "rules" && c.Value.Valid && !c.Value.Decimal.IsZero() {
			out = append(out, Finding{Rule: r.ID, Severity: r.Severity, Relation: c.Relation, RowID: c.RowID,
				ColumnID: c.ColumnID, Actual: c.Value.Decimal.String(), Message: fmt.Sprintf(
					"prints %s 规章, which a body of this kind (%s) cannot make", c.Raw, strings.TrimSpace(s.AuthorityType+" "+s.Level))})
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

func judgeYear(r Rule, s *Subject, _ *table) []Finding {
	if s.TitleYear == 0 || s.PeriodYear == 0 || s.TitleYear == s.PeriodYear {
		return nil
	}
	return []Finding{{Rule: r.ID, Severity: r.Severity, Expected: fmt.Sprint(s.PeriodYear), Actual: fmt.Sprint(s.TitleYear),
		Message: fmt.Sprintf("the title says %d, the statistical period in the text %d; the period was taken", s.TitleYear,
			s.PeriodYear)}}
}

func judgeDocument(r Rule, s *Subject, _ *table) []Finding {
	var out []Finding
	for _, d := range s.Doubts {
		out = append(out, Finding{Rule: r.ID, Severity: r.Severity, Message: d})
	}
	return out
}

func judgeEmpty(r Rule, s *Subject, at *table) []Finding {
	if s.Sections > 0 || s.Edition != nil || len(s.Remarks) > 0 {
		return nil
	}
	return []Finding{{Rule: r.ID, Severity: r.Severity, Message: "the page carries the title of a report but neither its " +
		"tables nor its sections; they may be in an attachment or a picture"}}
}

func judgeRemarks(r Rule, s *Subject, _ *table) []Finding {
	var out []Finding
	for _, m := range s.Remarks {
		if m.Rule == r.ID {
			out = append(out, Finding{Rule: r.ID, Severity: r.Severity, Relation: m.Relation, RowID: m.RowID,
				ColumnID: m.ColumnID, Message: m.Message})
		}
	}
	return out
}
