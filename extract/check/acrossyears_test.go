package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// following are the reports of two consecutive years of one body, in one form, that agree.
func following(id string, draw func() int64) (before, after check.Year) {
	year := years[id]
	first, second := subjectOf(id, draw).Cells, subjectOf(id, draw).Cells
	was, is := byPlace(first), byPlace(second)
	for place, c := range is {
		var n int64
		row := c.Relation + "/" + c.RowID + "/"
		switch {
		case c.RowID == "carried_in":
			n = count(was["applications/carried_forward/"+c.ColumnID])
		case c.ColumnID == "in_force":
			n = count(was[place]) + count(is[row+"issued_this_year"]) - count(is[row+"repealed_this_year"])
		case c.ColumnID == "items_previous_year":
			n = count(was[place]) + count(was[row+"change_this_year"])
		case place == "statistics/disclosed_total/cumulative":
			n = count(was[place]) + count(is[row+"year"])
		default:
			continue
		}
		c.Value.Decimal = decimal.NewFromInt(n)
	}
	return check.Year{Year: year - 1, Form: id, Cells: first}, check.Year{Year: year, Form: id, Cells: second}
}

// byPlace finds cells by relation/row/column.
func byPlace(cells []form.Cell) map[string]*form.Cell {
	out := map[string]*form.Cell{}
	for i := range cells {
		c := &cells[i]
		out[c.Relation+"/"+c.RowID+"/"+c.ColumnID] = c
	}
	return out
}

func count(c *form.Cell) int64 { return c.Value.Decimal.IntPart() }

// acrossBreaks names for every rule across years the form, a cell of the later report that is changed, and the finding.
var acrossBreaks = map[string]struct{ form, cell, found string }{
	"applications.carried_over": {"2021", "applications/carried_in/total", "applications/carried_in/total"},
	"disclosure.stock_and_flow": {"2021", "disclosure/normative_documents/repealed_this_year",
		"disclosure/normative_documents/in_force"},
	"disclosure.items_carried": {"2019", "disclosure/administrative_fee/items_previous_year",
		"disclosure/administrative_fee/items_previous_year"},
	"statistics.cumulative_growth": {"fujian", "statistics/disclosed_total/year", "statistics/disclosed_total/cumulative"},
}

func TestEveryRuleAcrossYearsHasAPassAndAFailCase(t *testing.T) {
	for id := range years {
		if fs := check.AcrossYears(following(id, counter())); len(fs) != 0 {
			t.Errorf("form %s: two reports that agree have findings: %+v", id, fs)
		}
	}
	single := map[string]bool{}
	for _, r := range check.Rules() {
		single[r.ID] = true
	}
	for _, r := range check.AcrossRules() {
		b, ok := acrossBreaks[r.ID]
		if !ok || r.Sentence == "" || single[r.ID] {
			t.Errorf("rule %s: case %v, sentence %q, also a rule of one report: %v", r.ID, ok, r.Sentence, single[r.ID])
			continue
		}
		before, after := following(b.form, counter())
		p := strings.Split(b.cell, "/")
		set(t, &check.Subject{Cells: after.Cells}, p[0], p[1], p[2], 99_999)
		fs := check.AcrossYears(before, after)
		if len(fs) != 1 || fs[0].Rule != r.ID || fs[0].Severity != r.Severity ||
			fs[0].Relation+"/"+fs[0].RowID+"/"+fs[0].ColumnID != b.found {
			t.Errorf("rule %s: %+v, want one at %s", r.ID, fs, b.found)
		}
	}
}

func TestAcrossYears(t *testing.T) {
	at := func(s []form.Cell, place string) *form.Cell {
		p := strings.Split(place, "/")
		return cellOf(t, &check.Subject{Cells: s}, p[0], p[1], p[2])
	}
	change := func(cells []form.Cell, place string, n int64) {
		p := strings.Split(place, "/")
		set(t, &check.Subject{Cells: cells}, p[0], p[1], p[2], n)
	}
	for _, test := range []struct {
		name string
		do   func(before, after *check.Year)
		want string // the message, "" for no finding
	}{
		{"the total disagrees, and columns: only the total is named", func(b, a *check.Year) {
			change(b.Cells, "applications/carried_forward/total", 5)
			change(a.Cells, "applications/carried_in/total", 3)
			change(a.Cells, "applications/carried_in/business", 77)
		}, "总计: 结转下年度继续办理 5 in 2022, but 上年结转政府信息公开申请数量 3 in 2023"},
		{"only columns disagree: the first is named", func(b, a *check.Year) {
			change(b.Cells, "applications/carried_forward/business", 2)
			change(a.Cells, "applications/carried_in/business", 4)
			change(a.Cells, "applications/carried_in/legal_service", 77)
		}, "商业企业: 结转下年度继续办理 2 in 2022, but 上年结转政府信息公开申请数量 4 in 2023"},
		{"a blank total proves nothing", func(b, a *check.Year) {
			c := at(a.Cells, "applications/carried_in/total")
			c.Value.Valid, c.State = false, text.StateBlank
		}, ""},
		{"a blank flow counts as nothing, and is said", func(b, a *check.Year) {
			change(b.Cells, "disclosure/normative_documents/in_force", 10)
			change(a.Cells, "disclosure/normative_documents/issued_this_year", 4)
			change(a.Cells, "disclosure/normative_documents/in_force", 20)
			c := at(a.Cells, "disclosure/normative_documents/repealed_this_year")
			c.Value.Valid, c.State = false, text.StateBlank
		}, "行政规范性文件: 现行有效件数 10 in 2022 + 本年制发件数 4 in 2023 makes 14, but 现行有效件数 20 in 2023 " +
			"(1 blank cells counted as nothing)"},
		{"a blank stock proves nothing", func(b, a *check.Year) {
			c := at(b.Cells, "disclosure/normative_documents/in_force")
			c.Value.Valid, c.State = false, text.StateBlank
		}, ""},
		{"stocks of different forms are not compared", func(b, a *check.Year) {
			change(a.Cells, "disclosure/normative_documents/in_force", 9999)
			b.Form = "2019"
		}, ""},
		{"applications are", func(b, a *check.Year) {
			change(b.Cells, "applications/carried_forward/total", 5)
			change(a.Cells, "applications/carried_in/total", 3)
			b.Form = "2019"
		}, "总计: 结转下年度继续办理 5 in 2022, but 上年结转政府信息公开申请数量 3 in 2023"},
		{"years apart are not compared", func(b, a *check.Year) {
			change(a.Cells, "applications/carried_in/total", 9999)
			b.Year--
		}, ""},
		{"nor is the wrong way round", func(b, a *check.Year) { *b, *a = *a, *b }, ""},
		{"a report without tables", func(b, a *check.Year) { b.Cells, b.Form = nil, "none" }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := following("2021", counter())
			test.do(&before, &after)
			var got []string
			for _, f := range check.AcrossYears(before, after) {
				got = append(got, f.Message)
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

// Reports that follow each other have no findings; whatever is changed in what was carried over is found, once.
func TestAnyChangeAcrossYearsIsFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		before, after := following("2021", func() int64 { return rapid.Int64Range(0, 400).Draw(rt, "n") })
		if fs := check.AcrossYears(before, after); len(fs) != 0 {
			rt.Fatalf("reports that agree: %+v", fs)
		}
		columns := []string{"natural_person", "business", "legal_service", "total"}
		changed := rapid.SliceOfNDistinct(rapid.SampledFrom(columns), 1, 4, rapid.ID[string]).Draw(rt, "columns")
		for i := range after.Cells {
			c := &after.Cells[i]
			if c.RowID == "carried_in" && strings.Contains(fmt.Sprint(changed), c.ColumnID) {
				c.Value.Decimal = c.Value.Decimal.Add(decimal.NewFromInt(1))
			}
		}
		if fs := check.AcrossYears(before, after); len(fs) != 1 || fs[0].Rule != "applications.carried_over" {
			rt.Fatalf("%v changed: %+v", changed, fs)
		}
	})
}
