package extract_test

import (
	"fmt"
	"slices"
	"strings"

	"nianbao/extract/form"
)

// quirks are spellings and markups seen in real reports that change nothing of what is said. Those of one group exclude
// each other; a report is printed with any combination.
var quirks = [][]string{
	{"thousand separators", "digits cut in groups of three"}, {"full-width digits"}, {"digits cut over spans"},
	{"nbsp round numbers"}, {"notes in values"}, {"units in cells"}, {"blanks for zeros"},
	{"Word markup", "div soup"}, {"upper-case tags"}, {"cells not closed"}, {"th for headers"},
	{"broken header words", "header words in paragraphs", "header words spaced"},
	{"numerals with 、", "numerals left out"},
	{"results printed twice", "page number in label", "header printed again", "cut in two", "cut in two, same header",
		"cut in two, page number between"},
	{"leading empty cell"}, {"trailing empty row"}, {"a row printed twice"}, {"blocks as tables"},
	{"columns in another order"}, {"first line of the head lost"}, {"layout tables"},
}

// A pageCell is a cell of a table to be printed: a label, or a number by its key relation/row/column.
type pageCell struct {
	text             string
	key              string
	rowspan, colspan int
	head             bool
}

// A pageTable is a table to be printed, row by row.
type pageTable [][]pageCell

// A printer prints a consistent report of an edition as a page, in the ways real sites do.
type printer struct {
	e       *form.Edition
	values  map[string]int64 // by relation/row/column
	quirks  map[string]bool
	pageEnd int // rows of results printed before the page ends
	twice   int // which row of numbers is printed twice
	b       strings.Builder
}

func label(s string) pageCell              { return pageCell{text: s, rowspan: 1, colspan: 1} }
func wide(s string, colspan int) pageCell  { return pageCell{text: s, rowspan: 1, colspan: colspan} }
func tall(s string, rowspan int) pageCell  { return pageCell{text: s, rowspan: rowspan, colspan: 1} }
func (c pageCell) spanning(n int) pageCell { c.colspan = n; return c }
func (c pageCell) heading() pageCell       { c.head = true; return c }

// number is a cell with the number of that key.
func number(relation, row, column string) pageCell {
	return pageCell{key: relation + "/" + row + "/" + column, rowspan: 1, colspan: 1}
}

// shown spells a number.
func (p *printer) shown(key string) string {
	n := p.values[key]
	if n == 0 && p.quirks["blanks for zeros"] {
		return "&nbsp;"
	}
	s := fmt.Sprint(n)
	if sep := map[bool]string{true: ","}[p.quirks["thousand separators"]]; sep != "" || p.quirks["digits cut in groups of three"] {
		if sep == "" {
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
	}
	if p.quirks["units in cells"] {
		s += p.unit(key)
	}
	if p.quirks["notes in values"] && n > 9 {
		s += "（其中修订3件）"
	}
	if p.quirks["nbsp round numbers"] {
		s = "&nbsp;&nbsp;" + s + "　"
	}
	return s
}

// unit is the unit of a cell.
func (p *printer) unit(key string) string {
	switch {
	case strings.HasSuffix(key, "amount") || strings.HasSuffix(key, "amount_this_year"):
		return "万元"
	case strings.Contains(key, "fees_waived"):
		return "元"
	case strings.Contains(key, "fees_charged") || strings.Contains(key, "dedicated_funds"):
		return "万元"
	}
	return "件"
}

// print writes a table as markup.
func (p *printer) print(t pageTable) {
	p.b.WriteString("<table border=1><tbody>\n")
	for _, row := range t {
		p.b.WriteString("<tr>")
		if p.quirks["leading empty cell"] {
			p.cell(label("&nbsp;"))
		}
		for _, c := range row {
			p.cell(c)
		}
		p.b.WriteString("</tr>\n")
	}
	if p.quirks["trailing empty row"] {
		columns := 0
		for _, c := range t[0] {
			columns += c.colspan
		}
		p.b.WriteString("<tr>")
		p.cell(wide("", columns))
		p.b.WriteString("</tr>\n")
	}
	p.b.WriteString("</tbody></table>\n")
}

func (p *printer) cell(c pageCell) {
	tag, content := "td", c.text
	if c.key != "" {
		content = p.shown(c.key)
	}
	if c.head {
		content = p.word(content)
		if p.quirks["th for headers"] {
			tag = "th"
		}
	}
	attr := ""
	if c.rowspan > 1 {
		attr += fmt.Sprintf(` rowspan="%d"`, c.rowspan)
	}
	if c.colspan > 1 {
		attr += fmt.Sprintf(" colspan=%d", c.colspan)
	}
	open, end := "<"+tag+attr+">", "</"+tag+">"
	if p.quirks["cells not closed"] {
		end = ""
	}
	if p.quirks["upper-case tags"] {
		open = strings.ToUpper(open)
	}
	switch {
	case p.quirks["Word markup"]:
		content = `<p class="MsoNormal" align="center"><span style="mso-spacerun:'yes';font-family:宋体"><font face="宋体"><span>` +
			content + "</span></font></span><o:p></o:p></p>"
	case p.quirks["div soup"]:
		content = "<div><div align=center><font size=2><span>" + content + "</span></font></div></div>"
	default:
		content = "<span>" + content + "</span>"
	}
	p.b.WriteString(open + content + end)
}

// word spells a header word.
func (p *printer) word(s string) string {
	r := []rune(s)
	if len(r) < 4 || len(r) > 8 {
		return s
	}
	switch a, b := string(r[:2]), string(r[2:]); {
	case p.quirks["broken header words"]:
		return a + "<br/>" + b
	case p.quirks["header words in paragraphs"]:
		return "<p>" + a + "</p><p>" + b + "</p>"
	case p.quirks["header words spaced"]:
		return strings.Join(strings.Split(s, ""), " ")
	}
	return s
}

// named is the label of a row with its numeral.
func (p *printer) named(r form.Row) string {
	n := r.Number
	switch {
	case p.quirks["numerals left out"]:
		n = ""
	case p.quirks["numerals with 、"]:
		n = strings.ReplaceAll(n, ".", "、")
	}
	return n + r.Label
}

// repeated prints one row of numbers a second time.
func (p *printer) repeated(t pageTable) pageTable {
	var plain []int // rows without a cell that spans rows: the others can't be printed twice by themselves
	for i, row := range t {
		if slices.ContainsFunc(row, func(c pageCell) bool { return c.key != "" }) &&
			!slices.ContainsFunc(row, func(c pageCell) bool { return c.rowspan > 1 }) && row[0].colspan == 3 {
			plain = append(plain, i)
		}
	}
	if !p.quirks["a row printed twice"] || len(plain) == 0 {
		return t
	}
	at := plain[p.twice%len(plain)]
	return slices.Insert(slices.Clone(t), at, t[at])
}

// ordered puts the columns of one table into the order in which they are printed.
func (p *printer) ordered(columns []form.Column) []form.Column {
	columns = slices.Clone(columns)
	if p.quirks["columns in another order"] {
		slices.Reverse(columns)
	}
	return columns
}

// stacked prints 表二, its blocks one below the other.
func (p *printer) stacked() {
	var t pageTable
	for i, block := range p.e.Tables {
		if !block.Stacked {
			continue
		}
		if i > 0 && p.quirks["blocks as tables"] {
			p.print(t)
			t = nil
		}
		spans := map[int][]int{1: {3}, 2: {1, 2}, 3: {1, 1, 1}}[len(block.Columns)]
		head := []pageCell{label(block.Corner).heading()}
		columns := p.ordered(block.Columns)
		for k, c := range columns {
			head = append(head, wide(c.Label, spans[k]).heading())
		}
		t = append(t, []pageCell{wide(block.Caption, 4)}, head)
		for _, r := range block.Rows {
			if r.Optional {
				continue
			}
			row := []pageCell{label(p.named(r))}
			for k, c := range columns {
				row = append(row, number(block.Relation, r.ID, c.ID).spanning(spans[k]))
			}
			t = append(t, row)
		}
	}
	p.print(t)
}

// applicants are the columns of 表三 in the order printed, and the lines of its head.
func (p *printer) applicants(t form.Table) ([]form.Column, pageTable) {
	people, groups, total := t.Columns[0], p.ordered(t.Columns[1:6]), t.Columns[6]
	first, last := people, total
	if p.quirks["columns in another order"] {
		first, last = total, people
	}
	columns := append(append([]form.Column{first}, groups...), last)
	second := []pageCell{tall(first.Label, 2).heading(), wide("法人或其他组织", 5).heading(), tall(last.Label, 2).heading()}
	var third []pageCell
	for _, c := range groups {
		third = append(third, label(c.Label).heading())
	}
	corner := pageCell{text: t.Corner, rowspan: 3, colspan: 3, head: true}
	if p.quirks["first line of the head lost"] {
		corner.rowspan = 2
		return columns, pageTable{append([]pageCell{corner}, second...), third}
	}
	return columns, pageTable{{corner, wide("申请人情况", 7).heading()}, second, third}
}

// applications prints 表三, whole or in two parts.
func (p *printer) applications() {
	t := p.table("applications")
	columns, head := p.applicants(t)
	byID := map[string]form.Row{}
	under := func(rows []form.Row, parent string) (n int) {
		for _, r := range rows {
			if r.Parent == parent {
				n++
			}
		}
		return n
	}
	var leaves []form.Row
	for _, r := range t.Rows {
		byID[r.ID] = r
		if r.Parent != "" && !r.Header {
			leaves = append(leaves, r)
		}
	}
	numbers := func(r form.Row) (row []pageCell) {
		for _, c := range columns {
			row = append(row, number(t.Relation, r.ID, c.ID))
		}
		return row
	}
	plain := func(id string) []pageCell {
		return append([]pageCell{wide(p.named(byID[id]), 3)}, numbers(byID[id])...)
	}
	// results prints rows of results, from the top of a page to its end: what spans them is printed with the first.
	results := func(rows []form.Row, first, group string) (part pageTable) {
		for i, r := range rows {
			var row []pageCell
			if i == 0 {
				row = append(row, tall(first, len(rows)))
			}
			switch {
			case r.Parent == "results":
				row = append(row, wide(p.named(r), 2))
			case i == 0 || rows[i-1].Parent != r.Parent:
				name := p.named(byID[r.Parent])
				if i == 0 && r.Parent == group {
					name = "" // the page before printed it
				}
				row = append(row, tall(name, under(rows, r.Parent)), label(p.named(r)))
			default:
				row = append(row, label(p.named(r)))
			}
			part = append(part, append(row, numbers(r)...))
		}
		return part
	}
	above, below := leaves[:p.pageEnd], leaves[p.pageEnd:]
	all := p.named(byID["results"])
	open := slices.Concat(head, pageTable{plain("new_this_year"), plain("carried_in")})
	end := pageTable{plain("carried_forward")}
	group := above[len(above)-1].Parent
	switch {
	case p.quirks["results printed twice"] || p.quirks["page number in label"]:
		again := all
		if p.quirks["page number in label"] {
			again = "3"
		}
		// Only the first column is cut: the groups within go on.
		whole := results(leaves, all, "")
		whole[0][0].rowspan = p.pageEnd
		whole[p.pageEnd] = append([]pageCell{tall(again, len(below))}, whole[p.pageEnd]...)
		p.print(p.repeated(slices.Concat(open, whole, end)))
	case p.quirks["header printed again"]:
		p.print(p.repeated(slices.Concat(open, results(above, all, ""), head, results(below, all, group), end)))
	case p.quirks["cut in two"], p.quirks["cut in two, page number between"], p.quirks["cut in two, same header"]:
		p.print(p.repeated(slices.Concat(open, results(above, all, ""))))
		rest := slices.Concat(results(below, "", group), end)
		if p.quirks["cut in two, page number between"] {
			p.b.WriteString("<p align=center>- 3 -</p>\n")
		}
		if p.quirks["cut in two, same header"] {
			rest = slices.Concat(head, rest)
		}
		p.print(rest)
	default:
		p.print(p.repeated(slices.Concat(open, results(leaves, all, ""), end)))
	}
}

func (p *printer) table(relation string) form.Table {
	for _, t := range p.e.Tables {
		if t.Relation == relation {
			return t
		}
	}
	return form.Table{}
}

// disputes prints 表四.
func (p *printer) disputes() {
	t := p.table("disputes")
	var review, litigation, numbers []pageCell
	for _, c := range t.Columns[:5] {
		review = append(review, tall(c.Label, 2).heading())
	}
	for _, c := range t.Columns[5:] {
		litigation = append(litigation, label(c.Label).heading())
	}
	for _, c := range t.Columns {
		numbers = append(numbers, number(t.Relation, c.Row, c.ID))
	}
	p.print(pageTable{
		{wide("行政复议", 5).heading(), wide("行政诉讼", 10).heading()},
		append(review, wide("未经复议直接起诉", 5).heading(), wide("复议后起诉", 5).heading()),
		litigation, numbers,
	})
}

// statistics prints the return of 2014, or Fujian's table, whole or in two parts.
func (p *printer) statistics() {
	t := p.table("statistics")
	columns := p.ordered(t.Columns)
	head := []pageCell{label("指标名称").heading(), label("计量单位").heading()}
	for _, c := range columns {
		head = append(head, label(strings.ReplaceAll(c.Label, "{Y}", fmt.Sprint(p.year()))).heading())
	}
	table := pageTable{head}
	for i, r := range t.Rows {
		unit := "件"
		switch {
		case r.Printed != "":
			unit = r.Printed
		case r.Unit != "":
			unit = r.Unit
		case t.Unit != "":
			unit = t.Unit
		}
		row := []pageCell{label(p.named(r)), label(unit)}
		for _, c := range columns {
			if r.Header {
				row = append(row, label(""))
			} else {
				row = append(row, number(t.Relation, r.ID, c.ID))
			}
		}
		// The part with the header keeps five rows: two labels beside one header may be anything.
		if i == max(p.pageEnd, 5) {
			if p.quirks["cut in two"] || p.quirks["cut in two, same header"] {
				p.print(table)
				table = nil
			}
			if p.quirks["cut in two, same header"] || p.quirks["header printed again"] {
				table = append(table, head)
			}
		}
		table = append(table, row)
	}
	p.print(table)
}

func (p *printer) year() int {
	return map[string]int{"2021": 2023, "2019": 2020, "2014": 2016, "fujian": 2014}[p.e.ID]
}

// page prints the whole report.
func (p *printer) page() string {
	title := fmt.Sprintf("甲县乙局%d年政府信息公开工作年度报告", p.year())
	fmt.Fprintf(&p.b, "<html><head><title>%s</title></head><body>", title)
	if p.quirks["layout tables"] {
		p.b.WriteString("<table width=960><tr><td><table><tr><td width=20>&nbsp;</td><td>")
	}
	fmt.Fprintf(&p.b, "<h1>%s</h1><p>统计期限自%[2]d年1月1日起至%[2]d年12月31日止。</p><p>一、总体情况</p><p>认真公开。</p>"+
		"<p>二、主动公开政府信息情况</p>", title, p.year())
	if p.table("statistics").Relation != "" {
		p.statistics()
	} else {
		p.stacked()
		p.b.WriteString("<p>三、收到和处理政府信息公开申请情况</p>")
		p.applications()
		p.b.WriteString("<p>四、政府信息公开行政复议、行政诉讼情况</p>")
		p.disputes()
	}
	p.b.WriteString("<p>五、存在的主要问题及改进情况</p><p>有待加强。</p><p>六、其他需要报告的事项</p><p>另行报告。</p>")
	if p.quirks["layout tables"] {
		p.b.WriteString("</td></tr></table></td></tr></table>")
	}
	p.b.WriteString("</body></html>")
	return p.b.String()
}
