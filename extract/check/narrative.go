package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"nianbao/extract/form"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// place is where a form prints a number.
type place struct{ relation, row, column string }

// claim is a figure of the running text that a table prints, too: any of the sums of places may be what the text counts.
type claim struct {
	metric   string
	sentence string
	sums     [][]place
}

// claims are the figures that are compared. Where the text may count in two ways both are good: received may include
// what was carried in. In 2019 制发 may be 制作 or 公开; that form does not say what is in force or repealed.
var claims = func() []claim {
	app := func(row string) place { return place{"applications", row, "total"} }
	dispute := func(row string) place { return place{"disputes", row, "total"} }
	year := func(row string) place { return place{"statistics", row, "year"} }
	paper := func(column string) place { return place{"disclosure", "normative_documents", column} }
	direct, after := dispute("litigation_direct"), dispute("litigation_after_review")
	return []claim{
		{"applications_received", "the text states as many applications received as the table",
			[][]place{{app("new_this_year")}, {app("new_this_year"), app("carried_in")}, {year("received")}}},
		{"carried_in", "the text states as many applications carried in as the table", [][]place{{app("carried_in")}}},
		{"carried_forward", "the text states as many applications carried forward as the table",
			[][]place{{app("carried_forward")}}},
		{"granted", "the text states as many applications granted as the table", [][]place{{app("granted")}}},
		{"partially_granted", "the text states as many applications granted in part as the table",
			[][]place{{app("partially_granted")}}},
		{"granted_wholly_or_partly", "the text states as many applications granted wholly or in part as the table",
			[][]place{{app("granted"), app("partially_granted")}}},
		{"review_cases", "the text states as many 行政复议 as the table",
			[][]place{{dispute("review")}, {year("review_total")}}},
		{"litigation_cases", "the text states as many 行政诉讼 as the table",
			[][]place{{direct, after}, {year("litigation_total")}}},
		{"review_and_litigation_cases", "the text states as many 行政复议 and 行政诉讼 together as the table",
			[][]place{{dispute("review"), direct, after}, {year("review_total"), year("litigation_total")}}},
		{"normative_documents_issued", "the text states as many 规范性文件 issued as the table", [][]place{
			{paper("issued_this_year")}, {paper("created_this_year")}, {paper("newly_disclosed")},
			{year("normative_documents_issued")}}},
		{"normative_documents_repealed", "the text states as many 规范性文件 repealed as the table",
			[][]place{{paper("repealed_this_year")}}},
		{"normative_documents_in_force", "the text states as many 规范性文件 in force as the table",
			[][]place{{paper("in_force")}}},
	}
}()

// narrativeRules are the checks of the running text: a rule for every claim, narrative.<metric>, and one for its sums.
func narrativeRules() []Rule {
	rules := []Rule{{"narrative.breakdown", Doubt, "the parts that the text lists add up to the total they are parts of",
		judgeBreakdowns, ofNumbers}}
	for _, c := range claims {
		rules = append(rules, Rule{"narrative." + c.metric, Doubt, c.sentence,
			func(r Rule, s *Subject, at *table) []Finding { return c.judge(r, s, at) }, ofNumbers})
	}
	return rules
}

// judge compares what the text states with what the table prints, if the text states one exact figure.
func (c *claim) judge(r Rule, s *Subject, at *table) []Finding {
	stated := c.stated(s.Mentions)
	if stated == nil || s.Edition == nil {
		return nil
	}
	var printed *printedSum
	for _, places := range c.sums {
		sum, ok := at.printed(s.Edition, places)
		if !ok {
			continue
		}
		if sum.value.Equal(stated.Value) {
			return nil
		}
		if printed == nil {
			printed = &sum
		}
	}
	if printed == nil {
		return nil
	}
	f := r.foundAt(printed.first, fmt.Sprintf("the text says %s, the table prints %s", stated.Quote, printed.words))
	f.Expected, f.Actual = stated.Value.String(), printed.value.String()
	return []Finding{f}
}

// stated is the figure that the text states, nil if there is none or more than one: a text that prints 31 and 125 may
// speak of two years, or of two bodies.
func (c *claim) stated(mentions []mention.Mention) *mention.Mention {
	var found *mention.Mention
	for i := range mentions {
		m := &mentions[i]
		switch {
		case m.Metric != c.metric:
		case m.Approximate || found != nil && !found.Value.Equal(m.Value):
			return nil
		case found == nil:
			found = m
		}
	}
	return found
}

// printedSum is what a table prints in some places together.
type printedSum struct {
	value decimal.Decimal
	first *form.Cell
	words string
}

// printed adds up places. ok is false if one is not in the document or unreadable, or if all are blank. A blank total of
// applications (上海市人民政府办公厅 2019 prints none in its rows of results) is what its applicants add up to.
func (t *table) printed(e *form.Edition, places []place) (sum printedSum, ok bool) {
	blanks, numbers := 0, 0
	var terms []string
	for _, p := range places {
		c := t.cell(p.relation, p.row, p.column)
		if c == nil {
			return sum, false
		}
		if sum.first == nil {
			sum.first = c
		}
		row := []*form.Cell{c}
		if c.State != text.StateNumber && p.relation == "applications" {
			row = slices.DeleteFunc(slices.Clone(t.order), func(x *form.Cell) bool {
				return x.Relation != p.relation || x.RowID != p.row || x.ColumnID == p.column
			})
		}
		var value decimal.Decimal
		for _, x := range row {
			switch {
			case x.State == text.StateText:
				return sum, false
			case x.State != text.StateNumber:
				blanks++
			default:
				numbers++
				value = value.Add(x.Value.Decimal)
			}
		}
		sum.value = sum.value.Add(value)
		name := p.row
		if p.relation == "disclosure" {
			name = p.column
		}
		wording, _, _ := strings.Cut(label(e, p.relation, name), "（") // 部分公开（区分处理的，…）
		terms = append(terms, wording+" "+value.String())
	}
	sum.words = strings.Join(terms, " + ")
	if len(terms) > 1 {
		sum.words += " = " + sum.value.String()
	}
	if blanks > 0 {
		sum.words += fmt.Sprintf(" (%d blank cells counted as nothing)", blanks)
	}
	return sum, numbers > 0
}

// judgeBreakdowns judges the lists of parts in the text.
func judgeBreakdowns(r Rule, s *Subject, _ *table) []Finding {
	var out []Finding
	for i := range s.Breakdowns {
		b := &s.Breakdowns[i]
		sum := b.Sum()
		if b.Approximate || sum.Equal(b.Total) || !mustAddUp(b, sum) {
			continue
		}
		terms := make([]string, len(b.Parts))
		for k, p := range b.Parts {
			terms[k] = p.Value.String()
		}
		f := r.found(fmt.Sprintf("the text says %s%s, but its parts %s make %s: %s", b.Total, b.Unit,
			strings.Join(terms, " + "), sum, clipped(b.Quote)))
		f.Expected, f.Actual = sum.String(), b.Total.String()
		out = append(out, f)
	}
	return out
}

// mustAddUp reports whether parts that miss their total are a disagreement. 其中 may introduce some of the parts only, and
// parts may overlap (网站 and 微信 publish the same items): so only a list that claims to be whole must add up. Any list
// is wrong if a part is more than the total, or if three parts or more that do not overlap exceed it; twice the total and
// more is no mistake but a second measure.
func mustAddUp(b *mention.Breakdown, sum decimal.Decimal) bool {
	overlap, exceeds := false, false
	for _, p := range b.Parts {
		if p.Unit != b.Unit {
			return false
		}
		exceeds = exceeds || p.Value.GreaterThan(b.Total)
		for _, w := range []string{"网", "微信", "微博", "公众号", "平台", "渠道", "媒体"} {
			overlap = overlap || strings.Contains(p.Label, w)
		}
	}
	return b.Exhaustive || exceeds || !overlap && len(b.Parts) > 2 && sum.GreaterThan(b.Total) &&
		sum.LessThan(b.Total.Mul(decimal.NewFromFloat(1.5)))
}

// clipped is a quote, cut to the length that a message bears.
func clipped(quote string) string {
	const longest = 80
	if r := []rune(quote); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return quote
}
