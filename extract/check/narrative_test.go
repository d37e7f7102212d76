package check_test

import (
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"nianbao/extract/check"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// told gives a report the running text, as package mention reads it.
func told(s *check.Subject, narrative string) {
	s.Mentions = mention.Read("overview", narrative)
	s.Breakdowns = mention.Breakdowns("overview", narrative)
}

// narrativeCases are for every rule a table, a text that agrees with it, one that does not, and the cell of the finding.
var narrativeCases = map[string]struct {
	cells map[string]int64
	right string
	wrong string
	cell  string
	words string // part of the message
}{
	"narrative.breakdown": {nil,
		"发布政策解读228条，其中，文稿解读47条，图文解读75条、音视频解读9条、领导干部解读16条，其他解读81条。",
		"发布政策解读228条，其中，文稿解读47条，图文解读75条、音视频解读9条、领导干部解读16条，其他解读80条。",
		"//", "228条, but its parts 47 + 75 + 9 + 16 + 80 make 227"},
	"narrative.applications_received": {map[string]int64{"applications/new_this_year/total": 125},
		"收到政府信息公开申请125件。", "收到政府信息公开申请123件。", "applications/new_this_year/total",
		"the text says 收到政府信息公开申请123件, the table prints 本年新收政府信息公开申请数量 125"},
	"narrative.carried_in": {map[string]int64{"applications/carried_in/total": 3},
		"上年结转申请3件。", "上年结转申请2件。", "applications/carried_in/total", "2件"},
	"narrative.carried_forward": {map[string]int64{"applications/carried_forward/total": 4},
		"结转下年度继续办理4件。", "结转下年度继续办理5件。", "applications/carried_forward/total", "5件"},
	"narrative.granted": {map[string]int64{"applications/granted/total": 92},
		"收到申请125件，予以公开92件。", "对申请予以公开91件。", "applications/granted/total", "91件"},
	"narrative.partially_granted": {map[string]int64{"applications/partially_granted/total": 12},
		"对申请部分公开12件。", "对申请部分公开13件。", "applications/partially_granted/total", "13件"},
	"narrative.granted_wholly_or_partly": {map[string]int64{"applications/granted/total": 272,
		"applications/partially_granted/total": 3},
		"予以公开及部分公开275件。", "予以公开及部分公开258件。", "applications/granted/total", "予以公开 272 + 部分公开"},
	"narrative.review_cases": {map[string]int64{"disputes/review/total": 6},
		"行政复议案件6件。", "未发生行政复议案件。", "disputes/review/total", "the text says 未发生行政复议案件"},
	"narrative.litigation_cases": {map[string]int64{"disputes/litigation_direct/total": 5,
		"disputes/litigation_after_review/total": 3}, "行政诉讼案件8件。", "行政诉讼案件9件。", "disputes/litigation_direct/total", "= 8"},
	"narrative.review_and_litigation_cases": {map[string]int64{"disputes/review/total": 0,
		"disputes/litigation_direct/total": 1, "disputes/litigation_after_review/total": 0},
		"行政复议、行政诉讼1件。", "行政复议、行政诉讼0件。", "disputes/review/total", "= 1"},
	"narrative.normative_documents_issued": {map[string]int64{"disclosure/normative_documents/issued_this_year": 4},
		"制定规范性文件4件。", "共制定规范性文件0件。", "disclosure/normative_documents/issued_this_year", "本年制发件数 4"},
	"narrative.normative_documents_repealed": {map[string]int64{"disclosure/normative_documents/repealed_this_year": 0},
		"废止规范性文件0件。", "制发规范性文件3件，废止18件。", "disclosure/normative_documents/repealed_this_year", "18件"},
	"narrative.normative_documents_in_force": {map[string]int64{"disclosure/normative_documents/in_force": 32},
		"现行有效的规范性文件32件。", "现行有效的规范性文件0件。", "disclosure/normative_documents/in_force", "现行有效件数 32"},
}

// findingsOf are the findings of one rule.
func findingsOf(s *check.Subject, rule string) []check.Finding {
	var out []check.Finding
	for _, f := range check.Run(*s) {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

func TestEveryNarrativeRuleHasAPassAndAFailCase(t *testing.T) {
	judged := 0
	for _, r := range check.Rules() {
		if !strings.HasPrefix(r.ID, "narrative.") {
			continue
		}
		c, ok := narrativeCases[r.ID]
		if !ok || r.Sentence == "" {
			t.Errorf("rule %s: no case or no sentence", r.ID)
			continue
		}
		s := subject(counter())
		for at, n := range c.cells {
			part := strings.Split(at, "/")
			set(t, s, part[0], part[1], part[2], n)
		}
		told(s, c.right)
		if len(s.Mentions) == 0 {
			t.Errorf("rule %s: nothing is read in %s", r.ID, c.right)
		}
		if fs := findingsOf(s, r.ID); len(fs) != 0 {
			t.Errorf("rule %s: a text that agrees: %+v", r.ID, fs)
		}
		told(s, c.wrong)
		fs := findingsOf(s, r.ID)
		if len(fs) != 1 {
			t.Errorf("rule %s: %d findings for %s", r.ID, len(fs), c.wrong)
			continue
		}
		f := fs[0]
		if at := f.Relation + "/" + f.RowID + "/" + f.ColumnID; at != c.cell || f.Severity != check.Doubt ||
			!strings.Contains(f.Message, c.words) || f.Expected == "" || f.Actual == "" || f.Expected == f.Actual {
			t.Errorf("rule %s: %+v", r.ID, f)
		}
		judged++
	}
	if judged != len(narrativeCases) {
		t.Errorf("%d rules for %d cases", judged, len(narrativeCases))
	}
}

// What the text does not say clearly is not held against the table.
func TestNoNarrativeFindingWithoutProof(t *testing.T) {
	for why, narrative := range map[string]string{
		"approximate":              "收到政府信息公开申请近100件。",
		"two figures":              "收到政府信息公开申请31件。收到政府信息公开申请99件。",
		"with what was carried in": "收到政府信息公开申请10件。",
		"last year":                "去年收到政府信息公开申请31件。",
	} {
		s := subject(counter())
		set(t, s, "applications", "new_this_year", "total", 7)
		set(t, s, "applications", "carried_in", "total", 3)
		told(s, narrative)
		if fs := findingsOf(s, "narrative.applications_received"); len(fs) != 0 {
			t.Errorf("%s: %+v", why, fs)
		}
	}
	for why, narrative := range map[string]string{
		"some of the parts":   "主动公开政府信息120条，其中规范性文件5条、通知公告7条。",
		"overlapping parts":   "主动公开政府信息120条，其中网站110条、微信90条、微博10条。",
		"approximate parts":   "主动公开政府信息120条，其中动态信息近100条、其他信息30条。",
		"other units":         "主动公开政府信息12条，其中部门文件22件、其他信息30件。",
		"another measure":     "收到申请20件，其中网络申请12件、信函申请8件，自然人15件、其他主体5件。",
		"what happened to it": "收到申请20件，其中自然人12件、企业6件，答复19件，其他2件。",
	} {
		s := subject(counter())
		told(s, narrative)
		if fs := findingsOf(s, "narrative.breakdown"); len(fs) != 0 {
			t.Errorf("%s: %+v", why, fs)
		}
	}
}

// A row of results without a total (上海市人民政府办公厅 2019) is what its applicants add up to: 258+12+1+1 and 3, but the text
// says 258.
func TestBlankTotalsAgainstTheText(t *testing.T) {
	s := subject(counter())
	for row, numbers := range map[string]map[string]int64{
		"granted":           {"natural_person": 258, "business": 12, "legal_service": 1, "other_organization": 1},
		"partially_granted": {"natural_person": 3},
	} {
		for _, column := range []string{"natural_person", "business", "research_institution", "public_interest_organization",
			"legal_service", "other_organization", "total"} {
			blank(t, s, "applications", row, column)
			if n, ok := numbers[column]; ok {
				c := cellOf(t, s, "applications", row, column)
				c.State = text.StateNumber
				set(t, s, "applications", row, column, n)
			}
		}
	}
	told(s, "予以公开及部分公开258件，占33.9%；不予公开35件，占4.34%。")
	fs := findingsOf(s, "narrative.granted_wholly_or_partly")
	if len(fs) != 1 || fs[0].Expected != "258" || fs[0].Actual != "275" || !strings.Contains(fs[0].Message, "blank cells") {
		t.Errorf("findings %+v, want one: 258 against 275, with the blanks", fs)
	}
	s.Mentions[0].Value = decimal.NewFromInt(275)
	if fs := findingsOf(s, "narrative.granted_wholly_or_partly"); len(fs) != 0 {
		t.Errorf("275 against 275: %+v", fs)
	}
	for _, column := range []string{"natural_person", "business", "legal_service", "other_organization"} {
		blank(t, s, "applications", "granted", column)
	}
	blank(t, s, "applications", "partially_granted", "natural_person")
	s.Mentions[0].Value = decimal.NewFromInt(258)
	if fs := findingsOf(s, "narrative.granted_wholly_or_partly"); len(fs) != 0 {
		t.Errorf("nothing printed: %+v", fs)
	}
}

// The real narrative of 茌平 2023 agrees with its own tables; that of 西柳 2023 says 0/0/0 where the table prints 4/0/32.
func TestRealNarratives(t *testing.T) {
	s := subject(counter())
	for _, c := range [][4]any{{"applications", "new_this_year", "total", 125}, {"disputes", "review", "total", 6},
		{"disputes", "litigation_direct", "total", 5}, {"disputes", "litigation_after_review", "total", 3}} {
		set(t, s, c[0].(string), c[1].(string), c[2].(string), int64(c[3].(int)))
	}
	told(s, "2023年收到政府信息公开申请125件，按时答复125件。因依申请公开引发的行政复议案件6件，行政诉讼案件8件。全年无收费。")
	for _, f := range check.Run(*s) {
		if strings.HasPrefix(f.Rule, "narrative.") {
			t.Errorf("茌平: %+v", f)
		}
	}
	s = subject(counter())
	for column, n := range map[string]int64{"issued_this_year": 4, "repealed_this_year": 0, "in_force": 32} {
		set(t, s, "disclosure", "normative_documents", column, n)
	}
	told(s, "2022年，西柳镇人民政府办公室共制定规范性文件0件，废止规范性文件0件，现行有效的规范性文件0件。")
	var columns []string
	for _, f := range check.Run(*s) {
		if strings.HasPrefix(f.Rule, "narrative.") {
			columns = append(columns, f.ColumnID+" "+f.Expected+" "+f.Actual)
		}
	}
	if got := strings.Join(columns, ", "); got != "issued_this_year 0 4, in_force 0 32" {
		t.Errorf("西柳: %s", got)
	}
}
