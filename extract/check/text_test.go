package check_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// ruleIn returns the messages of a rule's findings.
func ruleIn(s check.Subject, rule string) []string {
	var out []string
	for _, f := range check.Run(s) {
		if f.Rule == rule {
			out = append(out, f.Message)
		}
	}
	return out
}

func TestProblems(t *testing.T) {
	for body, empty := range map[string]bool{
		"": true, "\n\n": true, "无": true, "无。": true, "（无）": true, " 暂 无 ": true,
		"无明显问题，但宣传不够。": false, "（一）存在的主要问题。一是主动性不够。": false, "没有发现问题": false,
	} {
		s := check.Subject{Sections: []check.SectionText{{ID: "overview"}, {ID: "problems", Text: body}}}
		if got := ruleIn(s, "sections.problems_empty"); (len(got) == 1) != empty {
			t.Errorf("%q: %q", body, got)
		}
	}
	if got := ruleIn(check.Subject{Sections: []check.SectionText{{ID: "other"}}}, "sections.problems_empty"); got != nil {
		t.Errorf("no such section: %q", got)
	}
}

// The first sentences are those of real reports (聊城市茌平区人民政府 2023 the first).
func TestFees(t *testing.T) {
	fee := []mention.Mention{{Section: "applications", Metric: "information_processing_fee", Value: decimal.NewFromInt(120),
		Unit: "元", Quote: "收取信息处理费120元"}}
	for sentence, none := range map[string]bool{
		"依据《政府信息公开信息处理费管理办法》收取信息处理费的情况\n2023年无收取信息处理费情况。": true,
		"本年度未收取信息处理费。": true, "2023年，本机关没有收取政府信息公开信息处理费": true, "未产生信息公开处理费": true,
		"收取信息处理费的情况：本年度未收取。": true, "信息处理费为0元": true, "信息处理费 ０ 元": true,
		"收取信息处理费120元。": false, "信息处理费10元": false, "无其他需要报告的事项。": false, "": false,
	} {
		s := check.Subject{Sections: []check.SectionText{{ID: "other", Text: sentence}}, Mentions: fee}
		if got := ruleIn(s, "sections.fees"); (len(got) == 1) != none {
			t.Errorf("%q: %q", sentence, got)
		}
	}
	s := check.Subject{Sections: []check.SectionText{{ID: "other", Text: "未收取信息处理费"}}}
	if got := ruleIn(s, "sections.fees"); got != nil {
		t.Errorf("nothing else states a fee: %q", got)
	}
	s.Cells = []form.Cell{{Relation: "disclosure", RowID: "administrative_fee", ColumnID: "fee_amount_this_year",
		State: text.StateNumber, Value: decimal.NewNullDecimal(decimal.NewFromInt(5)), Unit: "万元"}}
	if got := ruleIn(s, "sections.fees"); got != nil {
		t.Errorf("the fees of table 二 are others: %q", got)
	}
	s.Cells = append(s.Cells, form.Cell{Relation: "statistics", RowID: "fees_charged", ColumnID: "year",
		State: text.StateNumber, Value: decimal.NewNullDecimal(decimal.RequireFromString("0.5")), Unit: "万元"})
	if got := ruleIn(s, "sections.fees"); len(got) != 1 || got[0] != `the text says "未收取信息处理费", the table prints 0.5 万元` {
		t.Errorf("the 2014 form prints a fee: %q", got)
	}
}
