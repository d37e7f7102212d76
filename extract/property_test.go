package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
)

// A printer prints a consistent report of the 2021 form as a page, in the ways real sites do.
type printer struct {
	e      *form.Edition
	values map[string]int64 // relation/row/column
	quirks map[string]bool
	rt     *rapid.T
	b      strings.Builder
}

// quirks are spellings and markups seen in real reports (reports of 2021 to 2025) that change nothing of what is said.
var quirks = []string{
	"full-width digits", "thousand separators", "nbsp round numbers", "digits cut over spans", "digits cut in groups of three",
	"broken header words", "results printed twice", "leading empty cell", "trailing empty row", "numerals with 、",
	"numerals left out", "th for headers", "cells not closed", "page number in label", "blocks as tables", "upper-case tags",
	"Word markup", "header printed again",
}

func (p *printer) number(key string) string {
	n := p.values[key]
	s := fmt.Sprint(n)
	if p.quirks["thousand separators"] || p.quirks["digits cut in groups of three"] {
		sep := ","
		if p.quirks["digits cut in groups of three"] {
			sep = " "
		}
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + sep + s[i:]
		}
	}
	if p.quirks["digits cut over spans"] && len(s) > 1 {
		s = s[:1] + "</span><span>" + s[1:]
	}
	if p.quirks["full-width digits"] {
		s = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r - '0' + '０'
			}
			return r
		}, s)
		s = strings.ReplaceAll(s, "<span>", "<span>")
	}
	if p.quirks["nbsp round numbers"] {
		s = "&nbsp;&nbsp;" + s + "　"
	}
	return s
}

func (p *printer) cell(tag, content string, rowspan, colspan int) {
	attr := ""
	if rowspan > 1 {
		attr += fmt.Sprintf(` rowspan="%d"`, rowspan)
	}
	if colspan > 1 {
		attr += fmt.Sprintf(" colspan=%d", colspan)
	}
	open, end := "<"+tag+attr+">", "</"+tag+">"
	if p.quirks["cells not closed"] {
		end = ""
	}
	if p.quirks["Word markup"] {
		content = `<p class="MsoNormal" align="center"><span style="mso-spacerun:'yes';font-family:宋体"><font face="宋体">` +
			content + "</font></span><o:p></o:p></p>"
	} else {
		content = "<span>" + content + "</span>"
	}
	if p.quirks["upper-case tags"] {
		open = strings.ToUpper(open)
	}
	p.b.WriteString(open + content + end)
}

func (p *printer) row(f func()) {
	p.b.WriteString("<tr>")
	if p.quirks["leading empty cell"] {
		p.cell("td", "&nbsp;", 1, 1)
	}
	f()
	p.b.WriteString("</tr>\n")
}

func (p *printer) head(s string) string {
	if r := []rune(s); p.quirks["broken header words"] && len(r) > 3 {
		return string(r[:2]) + "<br/>" + string(r[2:])
	}
	return s
}

func (p *printer) label(r form.Row) string {
	n := r.Number
	switch {
	case p.quirks["numerals left out"]:
		n = ""
	case p.quirks["numerals with 、"]:
		n = strings.ReplaceAll(n, ".", "、")
	}
	return n + r.Label
}

func (p *printer) headTag() string {
	if p.quirks["th for headers"] {
		return "th"
	}
	return "td"
}

func (p *printer) disclosure() {
	open := func() { p.b.WriteString("<table border=1><tbody>") }
	end := func() { p.b.WriteString("</tbody></table>") }
	open()
	for i, t := range p.e.Tables[:4] {
		if i > 0 && p.quirks["blocks as tables"] {
			end()
			open()
		}
		wide := 3 / len(t.Columns)
		p.row(func() { p.cell("td", t.Caption, 1, 4) })
		p.row(func() {
			p.cell(p.headTag(), t.Corner, 1, 1)
			for _, c := range t.Columns {
				p.cell(p.headTag(), p.head(c.Label), 1, wide)
			}
		})
		for _, r := range t.Rows {
			p.row(func() {
				p.cell("td", p.label(r), 1, 1)
				for _, c := range t.Columns {
					p.cell("td", p.number("disclosure/"+r.ID+"/"+c.ID), 1, wide)
				}
			})
		}
	}
	end()
}

func (p *printer) applicationsHead(t form.Table) {
	h := p.headTag()
	p.row(func() { p.cell(h, t.Corner, 3, 3); p.cell(h, "申请人情况", 1, 7) })
	p.row(func() {
		p.cell(h, "自然人", 2, 1)
		p.cell(h, "法人或其他组织", 1, 5)
		p.cell(h, "总计", 2, 1)
	})
	p.row(func() {
		for _, c := range t.Columns[1:6] {
			p.cell(h, p.head(c.Label), 1, 1)
		}
	})
}

func (p *printer) applications() {
	t := p.e.Tables[4]
	p.b.WriteString("<table><tbody>")
	p.applicationsHead(t)
	under := map[string]int{} // data rows below a header row
	var leaves []form.Row
	for _, r := range t.Rows {
		if r.Parent != "" && !r.Header {
			leaves = append(leaves, r)
			under[r.Parent]++
		}
	}
	numbers := func(r form.Row) {
		for _, c := range t.Columns {
			p.cell("td", p.number("applications/"+r.ID+"/"+c.ID), 1, 1)
		}
	}
	plain := func(id string) {
		for _, r := range t.Rows {
			if r.ID == id {
				p.row(func() { p.cell("td", p.label(r), 1, 3); numbers(r) })
			}
		}
	}
	plain("new_this_year")
	plain("carried_in")
	group := func(id string) form.Row {
		for _, r := range t.Rows {
			if r.ID == id {
				return r
			}
		}
		return form.Row{}
	}
	const pageBreak = 9 // rows printed before the page ends
	for i, r := range leaves {
		if i == pageBreak && p.quirks["header printed again"] {
			p.applicationsHead(t)
		}
		p.row(func() {
			switch {
			case i == 0 && (p.quirks["results printed twice"] || p.quirks["page number in label"] || p.quirks["header printed again"]):
				p.cell("td", p.label(group("results")), pageBreak, 1)
			case i == 0:
				p.cell("td", p.label(group("results")), len(leaves), 1)
			case i == pageBreak && p.quirks["page number in label"]:
				p.cell("td", "3", len(leaves)-pageBreak, 1)
			case i == pageBreak && (p.quirks["results printed twice"] || p.quirks["header printed again"]):
				p.cell("td", p.label(group("results")), len(leaves)-pageBreak, 1)
			}
			switch {
			case r.Parent == "results":
				p.cell("td", p.label(r), 1, 2)
			case i == 0 || leaves[i-1].Parent != r.Parent:
				rest := under[r.Parent]
				if p.quirks["header printed again"] && i < pageBreak && i+rest > pageBreak {
					rest = pageBreak - i
				}
				p.cell("td", p.label(group(r.Parent)), rest, 1)
				p.cell("td", p.label(r), 1, 1)
			case i == pageBreak && p.quirks["header printed again"]:
				rest := 0
				for _, x := range leaves[i:] {
					if x.Parent == r.Parent {
						rest++
					}
				}
				p.cell("td", "", rest, 1)
				p.cell("td", p.label(r), 1, 1)
			default:
				p.cell("td", p.label(r), 1, 1)
			}
			numbers(r)
		})
	}
	plain("carried_forward")
	if p.quirks["trailing empty row"] {
		p.row(func() { p.cell("td", "", 1, 3); p.cell("td", "&nbsp;", 1, 7) })
	}
	p.b.WriteString("</tbody></table>")
}

func (p *printer) disputes() {
	t := p.e.Tables[5]
	h := p.headTag()
	p.b.WriteString("<table>")
	p.row(func() { p.cell(h, "行政复议", 1, 5); p.cell(h, "行政诉讼", 1, 10) })
	p.row(func() {
		for _, c := range t.Columns[:5] {
			p.cell(h, p.head(c.Label), 2, 1)
		}
		p.cell(h, "未经复议直接起诉", 1, 5)
		p.cell(h, "复议后起诉", 1, 5)
	})
	p.row(func() {
		for _, c := range t.Columns[5:] {
			p.cell(h, p.head(c.Label), 1, 1)
		}
	})
	p.row(func() {
		for _, c := range t.Columns {
			p.cell("td", p.number("disputes/"+c.Row+"/"+c.ID), 1, 1)
		}
	})
	p.b.WriteString("</table>")
}

func (p *printer) page() string {
	p.b.WriteString("<html><head><title>甲县乙局2023年政府信息公开工作年度报告</title></head><body><h1>甲县乙局2023年政府信息公开工作年度报告</h1>")
	p.b.WriteString("<p>统计期限自2023年1月1日起至2023年12月31日止。</p><p>一、总体情况</p><p>认真公开。</p><p>二、主动公开政府信息情况</p>")
	p.disclosure()
	p.b.WriteString("<p>三、收到和处理政府信息公开申请情况</p>")
	p.applications()
	p.b.WriteString("<p>四、政府信息公开行政复议、行政诉讼情况</p>")
	p.disputes()
	p.b.WriteString("<p>五、存在的主要问题及改进情况</p><p>有待加强。</p><p>六、其他需要报告的事项</p><p>无。</p></body></html>")
	return p.b.String()
}

// consistentValues draws a report whose sums hold.
func consistentValues(rt *rapid.T, e *form.Edition) map[string]int64 {
	v := map[string]int64{}
	draw := func() int64 {
		return rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 12), rapid.Int64Range(0, 23456)).Draw(rt, "n")
	}
	for _, t := range e.Tables {
		for _, r := range t.Rows {
			for _, c := range t.Columns {
				if !r.Header && (c.Row == "" || c.Row == r.ID) && r.ID != "rules" {
					v[t.Relation+"/"+r.ID+"/"+c.ID] = draw()
				}
			}
		}
	}
	for _, c := range []string{"issued_this_year", "repealed_this_year", "in_force"} {
		v["disclosure/rules/"+c] = 0
	}
	applicants := []string{"natural_person", "business", "research_institution", "public_interest_organization", "legal_service", "other_organization"}
	var results []string
	for _, id := range e.Identities {
		if id.ID == "applications.handled_sum" {
			results = id.Sum
		}
	}
	at := func(row, column string) string { return "applications/" + row + "/" + column }
	for _, a := range applicants {
		var sum int64
		for _, r := range results {
			sum += v[at(r, a)]
		}
		v[at("total_handled", a)] = sum
		v[at("carried_in", a)] = min(v[at("carried_in", a)], sum)
		v[at("new_this_year", a)] = sum + v[at("carried_forward", a)] - v[at("carried_in", a)]
	}
	for _, r := range append([]string{"new_this_year", "carried_in", "total_handled", "carried_forward"}, results...) {
		var sum int64
		for _, a := range applicants {
			sum += v[at(r, a)]
		}
		v[at(r, "total")] = sum
	}
	for _, ch := range []string{"review", "litigation_direct", "litigation_after_review"} {
		k := "disputes/" + ch + "/"
		v[k+"total"] = v[k+"upheld"] + v[k+"corrected"] + v[k+"other"] + v[k+"pending"]
	}
	return v
}

// Any consistent report printed with any combination of the quirks comes back exactly, with nothing to complain of.
func TestAnyConsistentReportComesBackExactly(t *testing.T) {
	e := form.ByID("2021")
	rapid.Check(t, func(rt *rapid.T) {
		p := &printer{e: e, rt: rt, quirks: map[string]bool{}}
		for _, q := range quirks {
			p.quirks[q] = rapid.IntRange(0, 3).Draw(rt, q) == 0
		}
		p.values = consistentValues(rt, e)
		reading, err := extract.Read(extract.Input{Body: []byte(p.page())})
		if err != nil {
			rt.Fatal(err)
		}
		r := reading.Report
		if r == nil {
			rt.Fatalf("not a report: %+v", reading.NotReport)
		}
		if r.Form != "2021" || r.Completeness != "complete" || r.Year != 2023 {
			rt.Errorf("form %s, %s, %d", r.Form, r.Completeness, r.Year)
		}
		got := map[string]int64{}
		for _, c := range r.Cells {
			if !c.Value.Valid {
				rt.Errorf("%s/%s/%s: %s %q", c.Relation, c.RowID, c.ColumnID, c.State, c.Raw)
				continue
			}
			got[c.Relation+"/"+c.RowID+"/"+c.ColumnID] = c.Value.Decimal.IntPart()
		}
		for k, n := range p.values {
			if g, ok := got[k]; !ok || g != n {
				rt.Errorf("%s: printed %d, read %d (%v)", k, n, g, ok)
			}
		}
		if len(got) != len(p.values) {
			rt.Errorf("%d numbers read, %d printed", len(got), len(p.values))
		}
		for _, f := range r.Findings {
			if f.Severity == check.Note && f.Rule == form.StrayNumber && p.quirks["page number in label"] {
				continue
			}
			if f.Rule == form.Shifted {
				continue
			}
			rt.Errorf("finding in a consistent report: %+v", f)
		}
		if len(r.Sections) != 6 {
			rt.Errorf("%d sections", len(r.Sections))
		}
	})
}
