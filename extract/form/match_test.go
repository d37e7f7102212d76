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
		{"disputes of the year before are left over",
			licences + "<table>" + strings.Replace(disputesHead, "<tr>", "<tr><td rowspan=3>年份", 1) +
				"<tr><td>2022年" + strings.Repeat("<td>9", 15) + "<tr><td>2023年" + strings.Repeat("<td>1", 15) + "</table>",
			"review 1 1 1 1 1; litigation_direct 1 1 1 1 1; litigation_after_review 1 1 1 1 1", []string{form.Leftover}},
		{"of the disputes of several bodies the total is read",
			licences + "<table>" + strings.Replace(disputesHead, "<tr>", "<tr><td rowspan=3>单位", 1) +
				"<tr><td>市局" + strings.Repeat("<td>1", 15) + "<tr><td>分局" + strings.Repeat("<td>2", 15) + "<tr><td>合计" + strings.Repeat("<td>3", 15) + "</table>",
			"review 3 3 3 3 3; litigation_direct 3 3 3 3 3; litigation_after_review 3 3 3 3 3", []string{form.Leftover, form.Leftover}},
		{"of the disputes of several bodies without a total none is read",
			licences + "<table>" + strings.Replace(disputesHead, "<tr>", "<tr><td rowspan=3>单位", 1) +
				"<tr><td>市局" + strings.Repeat("<td>1", 15) + "<tr><td>分局" + strings.Repeat("<td>2", 15) + "</table>",
			"", []string{form.Leftover, form.Leftover}},
		{"disputes with a header too many and a number too few are not guessed",
			licences + "<table>" + strings.Replace(disputesHead, "<td rowspan=2>尚未审结", "<td rowspan=2>尚未<td rowspan=2>审结", 1) + "<tr>" +
				strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"", []string{form.Leftover, form.ColumnsAbsent, form.Ambiguous}},
		{"disputes with a header cut in two in their midst",
			licences + "<table>" + strings.Replace(disputesHead, "<td>其他结果<td>尚未审结<td>总计<td>结果维持", "<td>其他<td>结果<td>尚未审结<td>总计<td>结果维持", 1) + "<tr>" +
				strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"", []string{form.Leftover, form.ColumnsAbsent, form.Ambiguous}},
		{"disputes without headers in order, one of them cut in two",
			licences + "<table><tr>" + strings.Repeat("<td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计", 2) +
				"<td>结果维持<td>结果<td>纠正<td>其他结果<td>尚未审结<td>总计<tr>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"", []string{form.HeaderlessRows}},
		{"disputes with a header lost, and a blank in the column behind the last",
			licences + "<table>" + strings.Replace(disputesHead, "<tr><td rowspan=2>结果维持<td rowspan=2>结果纠正", "<tr><td rowspan=2>结果维持", 1) + "<tr>" +
				"<td>1<td>2<td>3<td>4<td>10<td>5<td>6<td>7<td>8<td>26<td>1<td>1<td>1<td>1<td></table>",
			"review 1", []string{form.Leftover, form.ColumnsAbsent, form.Ambiguous}},
		{"disputes of this year and the last are told by their words",
			licences + "<table>" + strings.Replace(disputesHead, "<tr>", "<tr><td rowspan=3>", 1) +
				"<tr><td>上年数" + strings.Repeat("<td>9", 15) + "<tr><td>本年数" + strings.Repeat("<td>1", 15) + "</table>",
			"review 1 1 1 1 1; litigation_direct 1 1 1 1 1; litigation_after_review 1 1 1 1 1", []string{form.Leftover}},
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
		{"the form of 2019, with signs in words",
			"<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<td>处理决定数量<tr><td>行政处罚<td>61<td>增36<td>97<tr><td>行政强制<td>8<td>-2<td>0</table>" +
				"<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>",
			"administrative_penalty 61项 36项 97; administrative_coercion 8项 -2项 0; new_this_year 1 0 0 0 0 0 1", nil},
		{"two forms in one document are not read",
			licences + "<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<td>处理决定数量<tr><td>行政处罚<td>61<td>36<td>97</table>" +
				"<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数<tr><td>规章<td>0<td>0<td>6</table>",
			"", []string{form.MixedForms}},
		{"a header of a block lost before others moves them, though the last number is a blank",
			"<table><tr><td>信息内容<td>本年增/减<td>处理决定数量<tr><td>行政处罚<td>61<td>8<td></table>",
			"", []string{form.ColumnsAbsent, form.Ambiguous}},
		{"the last header of a block lost",
			"<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<td><tr><td>行政处罚<td>61<td>8<td></table>",
			"administrative_penalty 61项 8项", []string{form.ColumnsAbsent}},
		{"cut headers go by the order of the form",
			"<table><tr><td>信息内容<td>本年新<td>本年新<td>对外公开总数量<tr><td>规范性文件<td>1<td>2<td>3</table>",
			"normative_documents 1 2 3", []string{form.HeadersByOrder}},
		{"a cut header that may be two columns is not read",
			"<table><tr><td>信息内容<td>本年新<td>对外公开总数量<tr><td>规范性文件<td>1<td>3</table>",
			"normative_documents 3", []string{form.Ambiguous}},
		{"the wrong header over a row: its numbers are left over",
			"<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<tr><td>政府集中采购<td>6<td>0</table>", "", []string{form.Leftover}},
		{"an amount with its unit in the cell, and one without any",
			"<table><tr><td>信息内容<td>采购项目数量<td>采购总金额<tr><td>政府集中采购<td>6<td>251000元</table>" +
				"<table><tr><td>信息内容<td>上一年项目数量<td>本年增/减<tr><td>行政事业性收费<td>0<td>0</table>",
			"centralized_procurement 6项 25.1万元; administrative_fee 0项 0项", nil},
		{"the statistics return, whose sub-rows repeat",
			"<table><tr><td colspan=3>政府信息公开情况统计表<tr><td>统计指标<td>单位<td>统计数<tr><td>一、主动公开情况<td>——<td>——" +
				"<tr><td>（一）主动公开政府信息数<td>条<td>8 201<tr><td>其中：主动公开规范性文件数<td>条<td>12" +
				"<tr><td>四、行政复议数量<td>件<td>3<tr><td>（一）维持具体行政行为数<td>件<td>2<tr><td>（二）被依法纠错数<td>件<td>1<tr><td>（三）其他情形数<td>件<td>0" +
				"<tr><td>五、行政诉讼数量<td>件<td>4<tr><td>（二）被依法纠错数<td>件<td>1<tr><td>（三）其他情形数<td>件<td>3" +
				"<tr><td>七、依申请公开信息收取的费用<td>万元<td>0.5</table>",
			"disclosed_total 8201条; disclosed_normative_documents 12条; review_total 3; review_upheld 2; review_corrected 1; review_other 0; " +
				"litigation_total 4; litigation_corrected 1; litigation_other 3; fees_charged 0.5万元", []string{form.Recalled}},
		{"福建's own table, two columns of numbers",
			"<table><tr><td>指标名称<td>计量<br>单位<td>2018年度<td>历年累计<tr><td>主动公开文件数<td>条<td>1,204<td>11398" +
				"<tr><td>其中：1.政府网站公开数<td>条<td>1204<td>11300<tr><td>行政复议数<td>条<td>0<td>2" +
				"<tr><td>政府信息公开收费减免金额<td>元<td>50000<td></table>",
			"disclosed_total 1204条 11398条; disclosed_website 1204条 11300条; review_total 0条 2条; fees_waived 5万元 blank", nil},
		{"福建's own table, a row without its unit",
			"<table><tr><td>指标名称<td>计量单位<td>2018年度<td>历年累计<tr><td>主动公开文件数<td>条<td>1204<td>11398" +
				"<tr><td>行政复议数<td>7<td>9<tr><td>行政诉讼数<td>7<td>9<td>件</table>",
			"disclosed_total 1204条 11398条; review_total 7 9", []string{form.Shifted, form.Ambiguous}},
		{"a table cut in two, the rest without headers",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>" +
				"<table><tr><td colspan=3>四、结转下年度继续办理<td>2<td>0<td>0<td>0<td>0<td>0<td>2</table>",
			"new_this_year 1 0 0 0 0 0 1; carried_forward 2 0 0 0 0 0 2", []string{form.Continued}},
		{"a table cut in two, the rest with fewer label columns",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>" +
				"<table><tr><td>四、结转下年度继续办理<td>2<td>0<td>0<td>0<td>0<td>0<td>2</table>",
			"new_this_year 1 0 0 0 0 0 1; carried_forward 2 0 0 0 0 0 2", []string{form.Continued}},
		{"a table cut in two, the rest with an empty column behind blanks for zeros",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>" +
				"<table><tr><td colspan=3>二、上年结转政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1<td>" +
				"<tr><td colspan=3>四、结转下年度继续办理<td><td>2<td>3<td>4<td>5<td>6<td>20<td></table>",
			"new_this_year 1 0 0 0 0 0 1; carried_in 1 0 0 0 0 0 1; carried_forward blank 2 3 4 5 6 20", []string{form.Continued}},
		{"a table cut in two, the rest with an empty column that may stand before its numbers or behind them",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1</table>" +
				"<table><tr><td colspan=3>四、结转下年度继续办理<td><td>2<td>3<td>4<td>5<td>6<td><td></table>",
			"new_this_year 1 0 0 0 0 0 1", []string{form.Ambiguous}},
		{"the header of a group over too few columns moves those behind it",
			licences + "<table>" + strings.Replace(head, "colspan=5>法人", "colspan=4>法人", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"new_this_year 1", []string{form.Ambiguous}},
		{"the header of a group that lost its span moves those behind it",
			licences + "<table>" + strings.Replace(head, "colspan=5>法人", ">法人", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"new_this_year 1", []string{form.Ambiguous}},
		{"a lost header moves those behind it in its group",
			licences + "<table>" + strings.Replace(head, "<td>社会公益组织", "", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"new_this_year 1 2 3 21 (natural_person business research_institution total)", []string{form.ColumnsAbsent, form.Ambiguous}},
		{"the first header lost moves all others",
			licences + "<table>" + strings.Replace(head, "<td rowspan=2>自然人", "", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"", []string{form.ColumnsAbsent, form.Ambiguous}},
		{"a header of disputes lost moves all behind it",
			licences + "<table>" + strings.Replace(disputesHead, "<tr><td>结果维持", "<tr>", 1) + "<tr>" +
				"<td>1<td>2<td>3<td>4<td>10<td>5<td>6<td>7<td>8<td>26<td>1<td>1<td>1<td>1<td>4</table>",
			"review 1 2 3 4 10", []string{form.ColumnsAbsent, form.Ambiguous}},
		{"headers that lost their span move those below them, though nothing stands in the column that is left over",
			licences + "<table>" + strings.Replace(head, "<td rowspan=2>自然人", "<td>自然人", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td><td>2<td><td><td><td><td>2</table>",
			"new_this_year 2", []string{form.ColumnsAbsent, form.Ambiguous}},
		{"a label over too few columns, the first number a blank",
			licences + "<table>" + head + "<tr><td colspan=2>一、本年新收政府信息公开申请数量<td><td>2<td>0<td>0<td>0<td>1<td>3</table>",
			"new_this_year blank 2 0 0 0 1 3", []string{form.Shifted}},
		{"a column left out with its numbers is only absent",
			licences + "<table>" + strings.Replace(strings.Replace(head, "<td>社会公益组织", "", 1), "colspan=5>法人", "colspan=4>法人", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>5<td>6<td>17</table>",
			"new_this_year 1 2 3 5 6 17", []string{form.ColumnsAbsent}},
		{"a renamed header loses its own column only",
			licences + "<table>" + strings.Replace(head, "<td>社会公益组织", "<td>公益单位", 1) +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"new_this_year 1 2 3 5 6 21", []string{form.Leftover, form.ColumnsAbsent}},
		{"other handling as one row",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td rowspan=1>三、本年度办理结果<td colspan=2>（六）其他处理<td>3<td>0<td>0<td>0<td>0<td>0<td>3</table>",
			"new_this_year 1 0 0 0 0 0 1; other_handling_total 3 0 0 0 0 0 3", []string{form.SingleRow}},
		{"other handling with numbers and with its rows",
			licences + "<table>" + head + "<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td rowspan=2>三、本年度办理结果<td colspan=2>（六）其他处理<td>3<td>0<td>0<td>0<td>0<td>0<td>3" +
				"<tr><td colspan=2>3.其他<td>3<td>0<td>0<td>0<td>0<td>0<td>3</table>",
			"new_this_year 1 0 0 0 0 0 1; other_handling 3 0 0 0 0 0 3", []string{form.Leftover}},
		{"disputes in the order of the form without their groups",
			licences + "<table>" + "<tr>" + strings.Repeat("<td>结果维持<td>结果纠正<td>其他结果<td>尚未审结<td>总计", 3) +
				"<tr><td>1<td>0<td>0<td>0<td>1<td>2<td>0<td>0<td>0<td>2<td>0<td>0<td>0<td>3<td>3</table>",
			"review 1 0 0 0 1; litigation_direct 2 0 0 0 2; litigation_after_review 0 0 0 3 3", []string{form.HeadersByOrder}},
		{"disputes whose numbers stand in a grid of their own",
			licences + "<table>" + disputesHead + "</table><table><tr>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"review 1 0 0 0 1; litigation_direct 1 0 0 0 1; litigation_after_review 1 0 0 0 1", []string{form.Continued}},
		{"disputes whose numbers stand in a grid of their own behind an empty column",
			licences + "<table>" + strings.ReplaceAll(disputesHead, "<tr>", "<tr><td>") + "</table><table><tr><td>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"review 1 0 0 0 1; litigation_direct 1 0 0 0 1; litigation_after_review 1 0 0 0 1", []string{form.Continued}},
		{"a header of disputes that reaches down among the numbers",
			licences + "<table>" + strings.Replace(disputesHead, "<td>结果纠正<td>其他结果<td>尚未审结<td>总计<td>结果维持", "<td rowspan=2>结果纠正<td>其他结果<td>尚未审结<td>总计<td>结果维持", 1) +
				"<tr>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"", []string{form.Ambiguous}},
		{"labels in traditional characters",
			"<table><tr><td>信息內容<td>本年處理決定數量<tr><td>行政處罰<td>3</table>", "administrative_penalty 3", nil},
		{"column labels cut over two rows",
			licences + "<table><tr><td colspan=3 rowspan=2>corner<td rowspan=2>自然人<td>商业<td>科研<td>社会公益<td>法律服务<td rowspan=2>其他<td rowspan=2>总计" +
				"<tr><td>企业<td>机构<td>组织<td>机构<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21</table>",
			"new_this_year 1 2 3 4 5 6 21", nil},
		{"several tables in one grid, as a sheet has them",
			"<table><tr><td colspan=10>二、主动公开政府信息情况<tr><td>信息内容<td>本年处理决定数量<tr><td>行政处罚<td>5<tr><td>行政强制<td>6" +
				"<tr><td colspan=10>三、收到和处理政府信息公开申请情况" + head +
				"<tr><td colspan=3>一、本年新收政府信息公开申请数量<td>1<td>2<td>3<td>4<td>5<td>6<td>21" +
				"<tr><td colspan=15>四、政府信息公开行政复议、行政诉讼情况" + disputesHead + "<tr>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"administrative_penalty 5; administrative_coercion 6; new_this_year 1 2 3 4 5 6 21; review 1 0 0 0 1; litigation_direct 1 0 0 0 1; " +
				"litigation_after_review 1 0 0 0 1", nil},
		{"disputes under a line with their unit",
			licences + "<table><tr><td colspan=15>单位：件" + disputesHead + "<tr>" + strings.Repeat("<td>1<td>0<td>0<td>0<td>1", 3) + "</table>",
			"review 1 0 0 0 1; litigation_direct 1 0 0 0 1; litigation_after_review 1 0 0 0 1", nil},
		{"a block cut below its header, others below it",
			"<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数</table><table><tr><td>规章<td>0<td>0<td>6" +
				"<tr><td>行政规范性文件<td>1<td>0<td>4<tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政处罚<td colspan=3>5</table>",
			"rules 0 0 6; normative_documents 1 0 4; administrative_penalty 5", []string{form.Continued}},
		{"a block cut below its header, blanks in the row above the others",
			"<table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数</table><table><tr><td>规章<td><td><td>" +
				"<tr><td>信息内容<td colspan=3>本年处理决定数量<tr><td>行政处罚<td colspan=3>5</table>",
			"rules blank blank blank; administrative_penalty 5", []string{form.Continued}},
		{"a row of a block above all headers is left over",
			"<table><tr><td>行政许可<td>3<tr><td>信息内容<td>本年处理决定数量<tr><td>行政处罚<td>5</table>",
			"administrative_penalty 5", []string{form.Leftover}},
		{"another 其他 than that of 其他处理 is left over",
			licences + "<table>" + head + "<tr><td colspan=3>1.属于国家秘密<td>1<td>0<td>0<td>0<td>0<td>0<td>1" +
				"<tr><td colspan=3>9.其他<td>2<td>0<td>0<td>0<td>0<td>0<td>2<tr><td colspan=3>（七）总计<td>3<td>0<td>0<td>0<td>0<td>0<td>3</table>",
			"refused_state_secret 1 0 0 0 0 0 1; total_handled 3 0 0 0 0 0 3", []string{form.Leftover}},
		{"a row of a block whose header stands in its caption is said",
			licences + "<table><tr><td colspan=2>第二十条第（六）项 本年处理决定数量<tr><td>行政处罚<td>5</table>", "", []string{form.HeaderlessRows}},
		{"a block on its side is not read",
			licences + "<table><tr><td>信息内容<td>规章<td>行政规范性文件<tr><td>本年制发件数<td>3<td>7<tr><td>本年废止件数<td>1<td>2<tr><td>现行有效件数<td>12<td>41</table>",
			"", []string{form.HeaderlessRows}},
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

// The year of the headers is none where they print several. The tables are made up.
func TestHeaderYear(t *testing.T) {
	for headers, want := range map[string]int{"<td>2017年度<td>历年累计": 2017, "<td>2016年度<td>2017年度<td>历年累计": 0} {
		m := form.Read(grids(t, "<table><tr><td>指标名称<td>计量单位"+headers+
			"<tr><td>主动公开文件数<td>条<td>1<td>2<td>3<tr><td>行政复议数<td>条<td>1<td>2<td>3</table>"))
		if m.Edition == nil || m.HeaderYear != want {
			t.Errorf("%s: %d, want %d (%+v)", headers, m.HeaderYear, want, m.Remarks)
		}
	}
}
