package check

import (
	"fmt"

	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// Year is what the checks across years look at: the report of one year.
type Year struct {
	Year  int
	Form  string // as reports.form
	Cells []form.Cell
}

// AcrossRules lists the checks of a report against the report of the year before, by the same body and with the same
// scope, in the order in which AcrossYears reports them.
func AcrossRules() []Rule {
	var out []Rule
	for _, a := range acrossRules() {
		out = append(out, a.Rule)
	}
	return out
}

// acrossRule is one check across years: places that must hold the sum of terms.
type acrossRule struct {
	Rule
	form     string // that both reports must have; "" for any
	relation string
	rows     []string // nil for every row that the later report prints
	columns  []string // in which it is judged, for terms over rows; nil for terms over columns
	is       string   // row or column of the later report that must equal the terms
	terms    []term   // the first must be a number, the others may be blank
	once     bool     // one finding for all columns, about the first of them that disagrees
}

// term is a row or column of the report of the year before, or of the later one, to be added or taken off.
type term struct {
	before bool
	id     string
	minus  bool
}

func acrossRules() []acrossRule {
	return []acrossRule{
		{
			Rule: Rule{ID: "applications.carried_over", Severity: Doubt,
				Sentence: "上年结转 is the 结转下年度继续办理 of the year before"},
			relation: "applications", is: "carried_in", terms: []term{{before: true, id: "carried_forward"}}, once: true,
			columns: []string{"total", "natural_person", "business", "research_institution", "public_interest_organization",
				"legal_service", "other_organization"},
		}, {
			Rule: Rule{ID: "disclosure.stock_and_flow", Severity: Note,
				Sentence: "现行有效件数 is that of the year before and 本年制发件数 without 本年废止件数"},
			form: "2021", relation: "disclosure", is: "in_force",
			terms: []term{{before: true, id: "in_force"}, {id: "issued_this_year"}, {id: "repealed_this_year", minus: true}},
		}, {
			Rule: Rule{ID: "disclosure.items_carried", Severity: Doubt,
				Sentence: "上一年项目数量 is that of the report of the year before, increased or decreased by its 本年增/减"},
			form: "2019", relation: "disclosure", is: "items_previous_year",
			terms: []term{{before: true, id: "items_previous_year"}, {before: true, id: "change_this_year"}},
		}, {
			Rule: Rule{ID: "statistics.cumulative_growth", Severity: Doubt,
				Sentence: "历年累计 is that of the year before and the number of the year"},
			form: "fujian", relation: "statistics", rows: []string{"disclosed_total"}, is: "cumulative",
			terms: []term{{before: true, id: "cumulative"}, {id: "year"}},
		},
	}
}

// AcrossYears judges a report against that of the year before. Both must be of one body and scope; nothing is judged
// unless they are of consecutive years. The findings are about the later report.
func AcrossYears(before, after Year) []Finding {
	if before.Year+1 != after.Year {
		return nil
	}
	y := years{before, after, newTable(before.Cells), newTable(after.Cells), form.ByID(after.Form)}
	var out []Finding
	for _, r := range acrossRules() {
		if r.form == "" || before.Form == r.form && after.Form == r.form {
			out = append(out, y.judge(r)...)
		}
	}
	return out
}

// years are two reports to be compared.
type years struct {
	before, after  Year
	earlier, later *table
	edition        *form.Edition // of the later report, nil if unknown
}

func (y *years) judge(r acrossRule) []Finding {
	lines := r.columns
	if lines == nil {
		lines = r.rows
	}
	if lines == nil {
		lines = y.later.lines(r.relation, true)
	}
	var out []Finding
	for _, line := range lines {
		f, broken := y.judgeLine(r, line, func(t *table, id string) *form.Cell {
			if r.columns != nil {
				return t.cell(r.relation, id, line)
			}
			return t.cell(r.relation, line, id)
		})
		if broken {
			out = append(out, f)
		}
		if broken && r.once {
			break
		}
	}
	return out
}

// judgeLine judges one row or column, in which at finds the cell of a term. Blanks count as nothing printed and the
// finding says so; nothing is judged when a term is not in its document, is unreadable, is money in another unit, or when
// the number of the later report or the first term is blank.
func (y *years) judgeLine(r acrossRule, line string, at func(t *table, id string) *form.Cell) (Finding, bool) {
	is := at(y.later, r.is)
	if is == nil || is.State != text.StateNumber {
		return Finding{}, false
	}
	sum, blanks, words := decimal.Zero, 0, ""
	for i, t := range r.terms {
		in, year := y.later, y.after.Year
		if t.before {
			in, year = y.earlier, y.before.Year
		}
		c := at(in, t.id)
		switch {
		case c == nil || c.State == text.StateText || i == 0 && c.State != text.StateNumber:
			return Finding{}, false
		case c.State != text.StateNumber:
			blanks++
			continue
		case !sameMeasure(c.Unit, is.Unit):
			return Finding{}, false
		}
		value, sign := c.Value.Decimal, " + "
		if t.minus {
			value, sign = value.Neg(), " - "
		}
		if i == 0 {
			sign = ""
		}
		sum = sum.Add(value)
		words += fmt.Sprintf("%s%s %s in %d", sign, label(y.edition, r.relation, t.id), c.Value.Decimal, year)
	}
	if sum.Equal(is.Value.Decimal) {
		return Finding{}, false
	}
	if len(r.terms) > 1 {
		words += fmt.Sprintf(" makes %s", sum)
	}
	f := r.foundAt(is, fmt.Sprintf("%s: %s, but %s %s in %d", label(y.edition, r.relation, line), words,
		label(y.edition, r.relation, r.is), is.Value.Decimal, y.after.Year))
	f.Expected = sum.String()
	if blanks > 0 {
		f.Message += fmt.Sprintf(" (%d blank cells counted as nothing)", blanks)
	}
	return f, true
}
