package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract/check"
)

// shown names two folders of testdata/reports for a rule: a report that breaks it, and one that comes close.
type shown struct{ rule, fail, pass string }

// folders has every rule of one report, in the order of check.Rules. The rules across years need two reports: their
// cases are in acrossyears_test.go.
var folders = []shown{
	{"statistics.normative_le_total", partsAbove, atBounds},
	{"statistics.normative_disclosed_le_issued", partsAbove, atBounds},
	{"statistics.total_le_channels", partsAbove, atBounds},
	{"statistics.chief_press_le", partsAbove, atBounds},
	{"statistics.chief_interview_le", partsAbove, atBounds},
	{"statistics.received_sum", sumsWrong, atBounds},
	{"statistics.completed_sum", sumsWrong, atBounds},
	{"statistics.replied_sum", sumsWrong, "lishui-2017-statistics-return-in-full"},
	{"statistics.refused_sum", sumsWrong, atBounds},
	{"statistics.completed_eq_replied", sumsWrong, "lishui-2017-statistics-return-in-full"},
	{"statistics.completed_le_received", partsAbove, atBounds},
	{"statistics.review_sum", sumsWrong, atBounds},     // passes by its blank total
	{"statistics.litigation_sum", sumsWrong, atBounds}, // and this by a blank part
	{"statistics.staff_sum", sumsWrong, atBounds},
	{"applications.balance", "pingtan-2020-results-exceed-what-came-in", "shanghai-2019-blank-totals"},
	{"applications.handled_sum", "pingtan-results-exceed-total", "hongze-2023-other-handling-one-row"},
	{"applications.applicant_sum", "sums-wrong-at-the-source", "shanghai-2019-blank-totals"},
	{"disputes.review_sum", "chiping-2023-review-sum-wrong", "litigation-sum-wrong"},
	{"disputes.litigation_direct_sum", "litigation-sum-wrong", "gacc-2020-head-office-only"},
	{"disputes.litigation_after_review_sum", "hongze-2023-other-handling-one-row", "litigation-sum-wrong"},
	{"disclosure.disclosed_in_all", "disclosure-2019-out-of-bounds", "huichang-zhongcun-2020-amount-without-unit"},
	{"disclosure.disclosed_of_created", "gacc-2020-head-office-only", "huichang-zhongcun-2020-amount-without-unit"},
	{"disclosure.items_left", "disclosure-2019-out-of-bounds", "signed-changes-2020"},
	{"disclosure.procurement_both", "disclosure-2019-out-of-bounds", "wuhai-gxj-2020-signs-and-heads-cut"},
	{"statistics.fujian_disclosed_ge_channels", fujianWrong, "pingtan-2018-fujian-table"},
	{"statistics.fujian_received_sum", "nanping-2012-fujian-sum-wrong", fujianWrong}, // rows left out
	{"statistics.fujian_replied_sum", fujianWrong, "pingtan-2018-fujian-table"},

	{"counts.negative", "count-below-zero", "signed-changes-2020"},
	{"disclosure.rules_of_no_rulemaker", "nilke-2023-a-town-with-rules", "shanghai-2019-blank-totals"},
	{"disclosure.decisions_look_like_items", "lueyang-zrzy-2021-traditional-characters", // 61+36=97
		"shanghai-2019-blank-totals"}, // 0+0=0
	{"report.year", "2021-title-2022-period", "yangtzeu-2020-fourteen-months"},
	{"report.authority", "jianshui-miandian-2025-copied-from-another-body",
		"abaga-bulag-2022-preamble-of-the-banner"}, // the government above
	{"report.late", "wuhan-gaj-2024-upper-case-markup", "shanghai-2019-blank-totals"}, // on the last day
	{"sections.problems_empty", "problems-section-says-none", "problems-section-in-one-sentence"},
	{"sections.fees", "fee-charged-and-denied", "zhongshan-2021-trailing-empty-row"}, // a fee of another kind
	{"document.text", "gb18030-with-torn-characters", "lantian-2021-gbk-lost-characters"},
	{check.NothingToRead, "attachment-only", "shantou-ybj-2020-tables-as-pictures"},

	{"narrative.breakdown", textDisagrees, "chiping-2023-review-sum-wrong"},
	{"narrative.applications_received", textDisagrees, "huaian-zrzy-2021-last-years-period"},
	{"narrative.carried_in", textDisagrees, textAgrees},
	{"narrative.carried_forward", textDisagrees, textAgrees},
	{"narrative.granted", textDisagrees, "hanyang-2022-leading-empty-cell-blank-rule"},
	{"narrative.partially_granted", textDisagrees, "hanyang-2022-leading-empty-cell-blank-rule"},
	{"narrative.granted_wholly_or_partly", "shanghai-2019-body-in-a-json-string", textAgrees},
	{"narrative.review_cases", textDisagrees, "chiping-2023-review-sum-wrong"}, // 6 in both, though the parts make 7
	{"narrative.litigation_cases", textDisagrees, "chiping-2023-review-sum-wrong"},
	{"narrative.review_and_litigation_cases", textDisagrees, textAgrees},
	{"narrative.normative_documents_issued", "haicheng-xiliu-2023-words-of-a-hijacked-domain", textAgrees},
	{"narrative.normative_documents_repealed", textDisagrees, "haicheng-xiliu-2023-words-of-a-hijacked-domain"},
	{"narrative.normative_documents_in_force", "haicheng-xiliu-2023-words-of-a-hijacked-domain", textAgrees},

	{"form.leftover", "xianning-hbj-2023-extra-column-and-row", "zhongshan-2021-trailing-empty-row"},
	{"form.unreadable_value", "haicheng-xiliu-2023-values-that-are-no-numbers",
		"units-notes-and-signs-for-none-in-cells"},
	{"form.ambiguous", "row-printed-twice-with-other-numbers", "row-printed-twice"},
	{"form.row_shifted", "rows-without-colspan-shift", "hukou-dalong-2020-leading-empty-cell-on-every-row"},
	{"form.headers_by_order", "wuhai-gxj-2020-signs-and-heads-cut", "maguan-hbj-2023-header-words-broken"},
	{"form.cells_absent", "last-cells-of-a-row-missing", "jiaxian-luozhen-2022-nothing-but-blanks"},
	{"form.rows_absent", "bjdx-town-2025-half-a-table-missing", "hongze-2023-other-handling-one-row"},
	{"form.columns_absent", "njjy-water-2023-columns-left-out", "yandu-gaj-2024-columns-in-another-order"},
	{"form.wrong_group", "group-label-one-row-too-long", "longgang-2024-results-printed-twice"},
	{"form.headerless", "requests-without-column-headers", "taoyuan-kfq-2023-table-cut-no-header"},
	{"form.mixed", "haimen-kfq-2023-last-years-form-left-over", "hengdong-yanglin-2023-older-form-with-blanks"},
	{"form.unit_unknown", "huichang-zhongcun-2020-amount-without-unit", "fuzhou-tjj-2019-amount-in-a-header-unit"},
	{"form.stray_number", "chiping-2023-review-sum-wrong", "szlhq-minzhi-2025-page-number-between-the-halves"},
	{"form.settled_by_sums", "digits-over-two-lines-settled-by-sums", "haicheng-xiliu-2023-values-that-are-no-numbers"},
	{"form.single_row", "hongze-2023-other-handling-one-row", "shanghai-2019-blank-totals"}, // one row on its form
	{"form.continued", "taoyuan-kfq-2023-table-cut-no-header", "jiulongpo-erlang-2022-table-cut-header-again"},
	{"form.recalled_wording", "lishui-2017-statistics-return-in-full", "pingtan-2018-fujian-table"},
}

// Folders that show several rules.
const (
	sumsWrong     = "statistics-return-sums-wrong"
	partsAbove    = "statistics-return-parts-above-their-wholes"
	atBounds      = "statistics-return-at-its-bounds"
	fujianWrong   = "fujian-website-above-all-and-replies-wrong"
	textDisagrees = "text-and-tables-disagree"
	textAgrees    = "qinzhou-bgs-2024-text-agrees-with-the-tables"
)

// Every rule is shown by two pages; that the pages are read as their want.txt says is tested in package extract.
func TestEveryRuleHasAPassAndAFailCase(t *testing.T) {
	shows := map[string]shown{}
	for _, s := range folders {
		if _, twice := shows[s.rule]; twice {
			t.Errorf("%s is listed twice", s.rule)
		}
		shows[s.rule] = s
	}
	for _, r := range check.Rules() {
		s, ok := shows[r.ID]
		if !ok || r.Sentence == "" {
			t.Errorf("rule %s: has cases: %v, sentence %q", r.ID, ok, r.Sentence)
			continue
		}
		delete(shows, r.ID)
		if fs := found(t, s.fail, r.ID); len(fs) == 0 {
			t.Errorf("%s has no finding of %s", s.fail, r.ID)
		} else if !strings.HasPrefix(fs[0], string(r.Severity)+" ") {
			t.Errorf("%s: %s, want a %s", s.fail, fs[0], r.Severity)
		}
		if fs := found(t, s.pass, r.ID); len(fs) > 0 {
			t.Errorf("%s is to pass: %s", s.pass, fs[0])
		}
	}
	for id := range shows {
		t.Errorf("cases for %s, which is no rule", id)
	}
}

// found lists the findings of a rule in the want.txt of a case, which must be a report.
func found(t *testing.T, folder, rule string) []string {
	t.Helper()
	want, err := os.ReadFile(filepath.Join("../../testdata/reports", folder, "want.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(want), "title: ") {
		t.Errorf("%s is no report: nothing is judged", folder)
	}
	var out []string
	for line := range strings.Lines(string(want)) {
		if words := strings.Fields(line); len(words) > 2 && words[1] == rule {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}
