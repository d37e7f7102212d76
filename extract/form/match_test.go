package form_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/form"
	"nianbao/extract/grid"
)

// grids forms the grids of all tables in a piece of HTML.
func grids(t *testing.T, markup string) []grid.Grid {
	t.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	var out []grid.Grid
	for n := range root.Descendants() {
		if n.DataAtom == atom.Table {
			g, _, _ := grid.FromHTML(n)
			out = append(out, g)
		}
	}
	return out
}

const (
	licences = "<table><tr><td>信息内容<td>本年处理决定数量<tr><td>行政许可<td>3</table>"
	head     = "<tr><td colspan=3 rowspan=3>corner<td colspan=7>申请人情况<tr><td rowspan=2>自然人<td colspan=5>法人或其他组织<td rowspan=2>总计" +
		"<tr><td>商业企业<td>科研机构<td>社会公益组织<td>法律服务机构<td>其他"
	disputesHead = "<tr><td colspan=5>行政复议<td colspan=10>行政诉讼<tr><td rowspan=2>结果维持<td rowspan=2>结果纠正<td rowspan=2>其他结果" +
		"<td rowspan=2>尚未审结<td rowspan=2>总计<td colspan=5>未经复议直接起诉<td colspan=5>复议后起诉<tr>" +
		"<td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计<td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计"
)

// Each case is a table that can be read in one way only, or says that it cannot. The markup is invented; each case shows
// one thing that goes wrong in real tables. Wanted are the cells in short and the rules of the remarks, those for rows
// that the short tables leave out aside.
func TestRead(t *testing.T) {
	tests := []struct {
		name, markup, cells string
		remarks             []string
	}{
		{"one number over two rows is given to none",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td rowspan=2>21" +
				"<tr><td colspan=3>二、上年结转政府信息公开申请数量<td>0<td>0<td>0<td>0<td>0<td>0</table>",
			"new_this_year 1 2 3 4 5 6; carried_in 0 0 0 0 0 0", []string{form.Ambiguous, form.Ambiguous}},
		{"a row printed twice with other numbers gives none of them",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>2<td>0<td>0<td>0<td>0<td>0<td>2</table>",
			"new_this_year text 0 0 0 0 0 text", []string{form.Ambiguous, form.Ambiguous}},
		{"a row printed twice with the same numbers is one row",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>",
			"new_this_year 1 0 0 0 0 0 1", nil},
		{"columns in another order go by their headers",
			licences + "<table><tr><td colspan=3>corner<td>总计<td>自然人<td>其他<td>商业企业<td>科研机构<td>社会公益组织<td>法律服务机构" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>7<td>1<td>2<td>3<td>0<td>0<td>1</table>",
			"new_this_year 7 1 2 3 0 0 1 (total natural_person other_organization business research_institution public_interest_organization legal_service)", nil},
		{"a column missing is said, the others stay",
			licences + "<table><tr><td colspan=3>corner<td>自然人<td>商业企业<td>总计" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3</table>",
			"new_this_year 1 2 3 (natural_person business total)", []string{form.ColumnsAbsent}},
		{"two columns under the same header are both left out",
			licences + "<table><tr><td colspan=3>corner<td>自然人<td>商业企业<td>商业企业<td>总计" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>0<td>3</table>",
			"new_this_year 1 3", []string{form.Ambiguous, form.ColumnsAbsent}},
		{"a column that is not on the form is left over",
			licences + "<table><tr><td colspan=3>corner<td>自然人<td>商业企业<td>科研机构<td>社会公益组织<td>法律服务机构<td>个体户<td>其他<td>总计" +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>0<td>0<td>0<td>9<td>0<td>3</table>",
			"new_this_year 1 2 0 0 0 0 3", []string{form.Leftover}},
		{"a row short of one cell is ambiguous when nothing tells which",
			licences + "<table>" + head + "<tr><td colspan=2>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>1</table>",
			"", []string{form.Ambiguous}},
		{"a row that is not on the form is left over",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td colspan=3>五、咨询数量<td>8<td>0<td>0<td>0<td>0<td>0<td>8</table>",
			"new_this_year 1 0 0 0 0 0 1", []string{form.Leftover}},
		{"a leaf under the wrong group is said",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td rowspan=1>三、本年度办理结果<td>（五）不予处理<td>1.属于国家秘密<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>",
			"new_this_year 1 0 0 0 0 0 1; refused_state_secret 1 0 0 0 0 0 1", []string{form.WrongGroup}},
		{"disputes without their group headers are not guessed",
			licences + "<table><tr><td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计<td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计" +
				"<tr><td>1<td>0<td>0<td>0<td>1<td>0<td>0<td>0<td>0<td>0</table>", "", []string{form.HeaderlessRows}},
		{"disputes with a label before the numbers",
			licences + "<table>" + strings.Replace(disputesHead, "<tr>", "<tr><td rowspan=3>类别", 1) +
				"<tr><td>案件数量<td>1<td>0<td>0<td>0<td>1<td>2<td>0<td>0<td>0<td>2<td>0<td>0<td>0<td>3<td>3</table>",
			"review 1 0 0 0 1; litigation_direct 2 0 0 0 2; litigation_after_review 0 0 0 3 3", nil},
		{"a second row of disputes is left over",
			licences + "<table>" + disputesHead + "<tr>" + strings.Repeat("<td>0", 15) + "<tr>" + strings.Repeat("<td>1", 15) + "</table>",
			"review 0 0 0 0 0; litigation_direct 0 0 0 0 0; litigation_after_review 0 0 0 0 0", []string{form.Leftover}},
		{"an amount without unit keeps its number and says so",
			licences + "<table><tr><td>信息内容<td>本年收费金额<tr><td>行政事业性收费<td>8040</table>",
			"administrative_fee 8040unknown", []string{form.UnitUnknown}},
		{"an amount in 元 by its header becomes 万元",
			licences + "<table><tr><td>信息内容<td>本年收费金额（单位：元）<tr><td>行政事业性收费<td>251000</table>",
			"administrative_fee 25.1万元", nil},
		{"a count with a fraction or in money is no count",
			"<table><tr><td>信息内容<td>本年处理决定数量<tr><td>行政处罚<td>3.5<tr><td>行政强制<td>20万元</table>",
			"administrative_penalty text; administrative_coercion text", []string{form.Unreadable, form.Unreadable}},
		{"the label of a row lost: its numbers are left over",
			licences + "<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数<tr><td><td>0<td>0<td>6" +
				"<tr><td>行政规范性文件<td>1<td>0<td>4</table>", "normative_documents 1 0 4", []string{form.Leftover}},
		{"captions that lost their numeral are ignored by name",
			"<table><tr><td colspan=2>第二十条第<tr><td>信息内容<td>本年处理决定数量<tr><td>行政处罚<td>3</table>",
			"administrative_penalty 3", nil},
		{"the older form is not read as the newer",
			"<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<td>处理决定数量<tr><td>行政许可<td>61<td>36<td>97</table>" +
				"<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>",
			"", []string{form.UnknownForm}},
		{"labels without any header", licences + "<table><tr><td>一、本年新收政府信息公开申请数量<td>1<tr><td>二、上年结转政府信息公开申请数量<td>0</table>",
			"", []string{form.HeaderlessRows}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := form.Read(grids(t, tt.markup))
			var rows []string
			for _, c := range m.Cells {
				if c.RowID == "administrative_license" {
					continue
				}
				v := string(c.State)
				if c.Value.Valid {
					v = c.Value.Decimal.String()
					if c.Unit != "件" {
						v += c.Unit
					}
				}
				if n := len(rows) - 1; n >= 0 && strings.HasPrefix(rows[n], c.RowID+" ") {
					rows[n] += " " + v
				} else {
					rows = append(rows, c.RowID+" "+v)
				}
			}
			got := strings.Join(rows, "; ")
			want, columns, _ := strings.Cut(tt.cells, " (")
			if got != want {
				t.Errorf("cells %q, want %q", got, want)
			}
			if columns != "" {
				var ids []string
				for _, c := range m.Cells {
					if c.RowID == "new_this_year" {
						ids = append(ids, c.ColumnID)
					}
				}
				if s := strings.Join(ids, " "); s+")" != columns {
					t.Errorf("columns %s, want (%s", s, columns)
				}
			}
			var rules []string
			for _, r := range m.Remarks {
				if r.Rule != form.RowsAbsent {
					rules = append(rules, r.Rule)
				}
			}
			if fmt.Sprint(rules) != fmt.Sprint(tt.remarks) {
				t.Errorf("remarks %v, want %v: %+v", rules, tt.remarks, m.Remarks)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range form.Labels() {
		k := l.Form + "/" + l.Relation + "/" + l.ID
		if seen[k] {
			t.Errorf("%s twice", k)
		}
		seen[k] = true
		if l.LabelZH == "" || l.LabelEN == "" {
			t.Errorf("%s has no wording: %+v", k, l)
		}
	}
	for _, k := range []string{"2021/applications/granted", "2021/applications/natural_person", "2021/disputes/review", "2021/disputes/upheld",
		"2021/disclosure/normative_documents", "2021/disclosure/fee_amount_this_year", "2021/sections/problems"} {
		if !seen[k] {
			t.Errorf("no label %s", k)
		}
	}
}
