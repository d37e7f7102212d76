package check_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// filler fills every cell of an edition with numbers that agree with each other.
type filler struct {
	draw  func() int64
	cells []form.Cell
	index map[[3]string]int
}

func (f *filler) get(relation, row, column string) int64 {
	return f.cells[f.index[[3]string{relation, row, column}]].Value.Decimal.IntPart()
}

func (f *filler) put(relation, row, column string, n int64) {
	c := &f.cells[f.index[[3]string{relation, row, column}]]
	c.Value = decimal.NewNullDecimal(decimal.NewFromInt(n))
	c.Raw = c.Value.Decimal.String()
}

// consistent fills every cell of an edition with numbers whose sums hold: draw gives the parts, at least zero; the totals
// follow. Rows that stand for several others (form.Identity.Instead) and rules (规章) stay out or zero.
func consistent(e *form.Edition, draw func() int64) []form.Cell {
	f := &filler{draw: draw, index: map[[3]string]int{}}
	for _, t := range e.Tables {
		for _, r := range t.Rows {
			for _, c := range t.Columns {
				if r.Header || c.Row != "" && c.Row != r.ID {
					continue
				}
				f.index[[3]string{t.Relation, r.ID, c.ID}] = len(f.cells)
				f.cells = append(f.cells, form.Cell{Relation: t.Relation, RowID: r.ID, ColumnID: c.ID,
					State: text.StateNumber, Unit: cmp.Or(r.Unit, c.Unit, t.Unit)})
				n := draw()
				if r.ID == "rules" {
					n = 0
				}
				f.put(t.Relation, r.ID, c.ID, n)
			}
		}
	}
	switch e.ID {
	case "2021", "2019":
		f.tablesThreeAndFour(e)
		if e.ID == "2019" {
			f.tableTwoOf2019()
		}
	case "2014":
		f.statistics2014()
	case "fujian":
		f.sum("received", "received_in_person", "received_fax", "received_email", "received_online", "received_letter",
			"received_letter_or_fax", "received_other")
		f.sum("replied", "replied_granted", "replied_partially_granted", "replied_refused", "replied_other")
		for _, column := range []string{"year", "cumulative"} {
			f.put("statistics", "disclosed_total", column, f.get("statistics", "disclosed_website", column)+draw())
		}
	}
	return f.cells
}

func (f *filler) tablesThreeAndFour(e *form.Edition) {
	applicants := []string{"natural_person", "business", "research_institution", "public_interest_organization",
		"legal_service", "other_organization"}
	var results []string
	for _, id := range e.Identities {
		if id.ID == "applications.handled_sum" {
			results = id.Sum
		}
	}
	for _, a := range applicants {
		var handled int64
		for _, r := range results {
			handled += f.get("applications", r, a)
		}
		f.put("applications", "total_handled", a, handled)
		// What came in is what was handled and what is left.
		f.put("applications", "new_this_year", a, handled+f.get("applications", "carried_forward", a))
		f.put("applications", "carried_in", a, 0)
	}
	for _, r := range append([]string{"new_this_year", "carried_in", "total_handled", "carried_forward"}, results...) {
		var sum int64
		for _, a := range applicants {
			sum += f.get("applications", r, a)
		}
		f.put("applications", r, "total", sum)
	}
	for _, ch := range []string{"review", "litigation_direct", "litigation_after_review"} {
		f.put("disputes", ch, "total", f.get("disputes", ch, "upheld")+f.get("disputes", ch, "corrected")+
			f.get("disputes", ch, "other")+f.get("disputes", ch, "pending"))
	}
}

func (f *filler) tableTwoOf2019() {
	newly := f.get("disclosure", "normative_documents", "newly_disclosed")
	f.put("disclosure", "normative_documents", "created_this_year", newly+f.draw())
	f.put("disclosure", "normative_documents", "disclosed_total", newly+f.draw())
	for _, row := range []string{"administrative_license", "other_external_services", "administrative_penalty",
		"administrative_coercion"} {
		before := f.get("disclosure", row, "items_previous_year")
		f.put("disclosure", row, "change_this_year", -before)
		f.put("disclosure", row, "decisions_this_year", f.draw()+1)
	}
	f.put("disclosure", "centralized_procurement", "procurement_projects", 3)
	f.put("disclosure", "centralized_procurement", "procurement_amount", f.draw()+1)
}

func (f *filler) statistics2014() {
	f.sum("replied_refused", "refused_state_secret", "refused_commercial_secret", "refused_personal_privacy",
		"refused_security_stability", "refused_not_government_information", "refused_other_legal")
	f.sum("replied", "replied_already_public", "replied_granted", "replied_partially_granted", "replied_refused",
		"replied_not_this_organ", "replied_not_existing", "replied_told_to_amend", "replied_other_channel")
	f.put("statistics", "completed_on_time", "year", f.get("statistics", "replied", "year"))
	f.put("statistics", "completed_extended", "year", 0)
	f.sum("completed", "completed_on_time", "completed_extended")
	f.sum("received_letter", "completed", "received_letter")
	f.sum("received", "received_in_person", "received_fax", "received_online", "received_letter")
	f.sum("disclosed_total", "disclosed_gazette", "disclosed_website", "disclosed_weibo", "disclosed_wechat",
		"disclosed_other_channels")
	f.put("statistics", "disclosed_normative_documents", "year",
		min(f.get("statistics", "disclosed_total", "year"), f.get("statistics", "normative_documents_issued", "year")))
	f.sum("press_conferences", "press_conferences", "press_conferences_by_chief")
	f.sum("online_interviews", "online_interviews", "online_interviews_by_chief")
	f.sum("review_total", "review_upheld", "review_corrected", "review_other")
	f.sum("litigation_total", "litigation_upheld", "litigation_corrected", "litigation_other")
	f.sum("staff_total", "staff_full_time", "staff_part_time")
	f.put("statistics", "fees_charged", "year", 0) // the text says that none were
}

// sum makes a row of the statistics the sum of others, in the column year.
func (f *filler) sum(total string, parts ...string) {
	var n int64
	for _, p := range parts {
		n += f.get("statistics", p, "year")
	}
	f.put("statistics", total, "year", n)
}

// subject is a report of a county's bureau in the form of 2021, in which everything holds.
func subject(draw func() int64) *check.Subject { return subjectOf("2021", draw) }

// years are report years in which the forms were in use.
var years = map[string]int{"2021": 2023, "2019": 2019, "2014": 2016, "fujian": 2016}

// subjectOf is a report of a county's bureau in that form, in which everything holds.
func subjectOf(id string, draw func() int64) *check.Subject {
	e, year := form.ByID(id), years[id]
	s := &check.Subject{Edition: e, Cells: consistent(e, draw), Authority: "聊城市茌平区水利局", AuthorityType: "bureau",
		Level: "county", Year: year, TitleYear: year, PeriodYear: year, PublishedOn: fmt.Sprintf("%d-01-31", year+1),
		Preamble: fmt.Sprintf("根据有关规定，现公布聊城市茌平区水利局%d年政府信息公开工作年度报告。", year)}
	for _, id := range []string{"overview", "disclosure", "applications", "disputes", "problems", "other"} {
		s.Sections = append(s.Sections, check.SectionText{ID: id, Text: "本年度未收取信息处理费。"})
	}
	return s
}

func counter() func() int64 {
	n := int64(0)
	return func() int64 { n++; return n%7 + 1 }
}

func cellOf(t *testing.T, s *check.Subject, relation, row, column string) *form.Cell {
	t.Helper()
	for i := range s.Cells {
		if c := &s.Cells[i]; c.Relation == relation && c.RowID == row && c.ColumnID == column {
			return c
		}
	}
	t.Fatalf("no cell %s/%s/%s", relation, row, column)
	return nil
}

func set(t *testing.T, s *check.Subject, relation, row, column string, n int64) {
	c := cellOf(t, s, relation, row, column)
	c.Value = decimal.NewNullDecimal(decimal.NewFromInt(n))
	c.Raw = c.Value.Decimal.String()
}

func blank(t *testing.T, s *check.Subject, relation, row, column string) {
	c := cellOf(t, s, relation, row, column)
	c.Value, c.State, c.Raw = decimal.NullDecimal{}, text.StateBlank, ""
}

// breaker is what breaks a rule in a report that is right, and the cell that its finding must name.
type breaker struct {
	form string // of the report; 2021 when empty
	do   func(*testing.T, *check.Subject)
	cell string
}

// raise breaks a rule by a number that is much too high.
func raise(form, cell, named string) breaker {
	p := strings.Split(cell, "/")
	return breaker{form, func(t *testing.T, s *check.Subject) { set(t, s, p[0], p[1], p[2], 99_999) }, named}
}

// statistic breaks a rule of the statistics by the number of a row in the year, and names that of another.
func statistic(form, row, named string) breaker {
	return raise(form, "statistics/"+row+"/year", "statistics/"+named+"/year")
}

// breaks has, for the rules that a single change of a right report breaks, that change. folders has every rule.
var breaks = map[string]breaker{
	"applications.balance": {"", func(t *testing.T, s *check.Subject) {
		set(t, s, "applications", "carried_in", "natural_person", 1)
	}, "applications/total_handled/natural_person"},
	"applications.handled_sum":       raise("", "applications/granted/legal_service", "applications/total_handled/legal_service"),
	"applications.applicant_sum":     raise("", "applications/repeated_request/total", "applications/repeated_request/total"),
	"disputes.review_sum":            raise("", "disputes/review/total", "disputes/review/total"),
	"disputes.litigation_direct_sum": raise("", "disputes/litigation_direct/upheld", "disputes/litigation_direct/total"),
	"disputes.litigation_after_review_sum": raise("", "disputes/litigation_after_review/pending",
		"disputes/litigation_after_review/total"),

	"disclosure.disclosed_in_all": raise("2019", "disclosure/normative_documents/newly_disclosed",
		"disclosure/normative_documents/disclosed_total"),
	"disclosure.disclosed_of_created": raise("2019", "disclosure/normative_documents/newly_disclosed",
		"disclosure/normative_documents/created_this_year"),
	"disclosure.items_left": {"2019", func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "administrative_penalty", "items_previous_year", 5)
		set(t, s, "disclosure", "administrative_penalty", "change_this_year", -18)
	}, "disclosure/administrative_penalty/items_previous_year"},
	"disclosure.procurement_both": {"2019", func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "centralized_procurement", "procurement_projects", 0)
	}, "disclosure/centralized_procurement/procurement_amount"},

	"statistics.normative_le_total":            statistic("2014", "disclosed_normative_documents", "disclosed_total"),
	"statistics.normative_disclosed_le_issued": statistic("2014", "disclosed_normative_documents", "normative_documents_issued"),
	"statistics.total_le_channels":             statistic("2014", "disclosed_total", "disclosed_gazette"),
	"statistics.chief_press_le":                statistic("2014", "press_conferences_by_chief", "press_conferences"),
	"statistics.chief_interview_le":            statistic("2014", "online_interviews_by_chief", "online_interviews"),
	"statistics.received_sum":                  statistic("2014", "received_fax", "received"),
	"statistics.completed_sum":                 statistic("2014", "completed_extended", "completed"),
	"statistics.replied_sum":                   statistic("2014", "replied_granted", "replied"),
	"statistics.refused_sum":                   statistic("2014", "refused_personal_privacy", "replied_refused"),
	"statistics.completed_eq_replied":          statistic("2014", "replied", "completed"),
	"statistics.completed_le_received":         statistic("2014", "completed", "received"),
	"statistics.review_sum":                    statistic("2014", "review_other", "review_total"),
	"statistics.litigation_sum":                statistic("2014", "litigation_upheld", "litigation_total"),
	"statistics.staff_sum":                     statistic("2014", "staff_part_time", "staff_total"),
	"statistics.fujian_disclosed_ge_channels": raise("fujian", "statistics/disclosed_website/cumulative",
		"statistics/disclosed_total/cumulative"),
	"statistics.fujian_received_sum": statistic("fujian", "received_letter_or_fax", "received"),
	"statistics.fujian_replied_sum":  statistic("fujian", "replied_refused", "replied"),

	"counts.negative": {"", func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "normative_documents", "in_force", -3)
	}, "disclosure/normative_documents/in_force"},
	"disclosure.rules_of_no_rulemaker": {"", func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "rules", "in_force", 6) // a town of 尼勒克县 prints 6 in its report of 2023
	}, "disclosure/rules/in_force"},
	"disclosure.decisions_look_like_items": {"2019", func(t *testing.T, s *check.Subject) {
		set(t, s, "disclosure", "administrative_license", "items_previous_year", 61)
		set(t, s, "disclosure", "administrative_license", "change_this_year", 36)
		set(t, s, "disclosure", "administrative_license", "decisions_this_year", 97)
	}, "disclosure/administrative_license/decisions_this_year"},
	"report.year": {"", func(_ *testing.T, s *check.Subject) { s.TitleYear = 2022 }, "//"},
	"report.authority": {"", func(_ *testing.T, s *check.Subject) {
		s.Preamble = "现公布会昌县民族宗教事务局2023年政府信息公开工作年度报告。"
	}, "//"},
	"report.late": {"", func(_ *testing.T, s *check.Subject) { s.PublishedOn = "2024-02-01" }, "//"},
	"sections.problems_empty": {"", func(_ *testing.T, s *check.Subject) {
		s.Sections[4].Text = " 无。"
	}, "sections/problems/"},
	"sections.fees": {"", func(_ *testing.T, s *check.Subject) {
		s.Mentions = []mention.Mention{{Section: "applications", Metric: "information_processing_fee",
			Value: decimal.NewFromInt(120), Unit: "元", Quote: "收取信息处理费120元"}}
	}, "mentions/information_processing_fee/"},
	"document.text": {"", func(_ *testing.T, s *check.Subject) { s.Doubts = []string{"cut"} }, "//"},
	check.NothingToRead: {"", func(_ *testing.T, s *check.Subject) {
		s.Edition, s.Cells, s.Sections = nil, nil, nil
	}, "//"},
}

// A report in which everything holds has no findings; broken in one place, it has one of that rule, at its cell.
func TestOneBreakIsFoundOnceAtItsCell(t *testing.T) {
	for id := range years {
		if fs := check.Run(*subjectOf(id, counter())); len(fs) != 0 {
			t.Fatalf("form %s: a report in which everything holds has findings: %+v", id, fs)
		}
	}
	for id, b := range breaks {
		s := subjectOf(cmp.Or(b.form, "2021"), counter())
		b.do(t, s)
		fs := findingsOf(s, id)
		if len(fs) != 1 {
			t.Errorf("rule %s found %d things in a report that breaks it once", id, len(fs))
			continue
		}
		f := fs[0]
		if at := f.Relation + "/" + f.RowID + "/" + f.ColumnID; at != b.cell || f.Message == "" {
			t.Errorf("rule %s: finding at %s %q, want at %s", id, at, f.Message, b.cell)
		}
	}
}

func TestRealInconsistencies(t *testing.T) {
	// 聊城市茌平区人民政府 2023 prints 4+1+1+1 against 6 in 行政复议.
	s := subject(counter())
	for column, n := range map[string]int64{"upheld": 4, "corrected": 1, "other": 1, "pending": 1, "total": 6} {
		set(t, s, "disputes", "review", column, n)
	}
	fs := check.Run(*s)
	if len(fs) != 1 || fs[0].Expected != "7" || fs[0].Actual != "6" || fs[0].Severity != check.Contradiction {
		t.Fatalf("findings %+v, want one contradiction of 7 against 6", fs)
	}
	if want := "行政复议: 结果维持 4 + 结果纠正 1 + 其他结果 1 + 尚未审结 1 makes 7, but the report prints 总计 6"; fs[0].Message != want {
		t.Errorf("message %q, want %q", fs[0].Message, want)
	}
}

func TestBlanks(t *testing.T) {
	columns := []string{"upheld", "corrected", "other", "pending"}
	// The sum holds without the blanks: nothing to say.
	s := subject(counter())
	blank(t, s, "disputes", "review", "other")
	set(t, s, "disputes", "review", "total", cellOf(t, s, "disputes", "review", "upheld").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "corrected").Value.Decimal.IntPart()+
		cellOf(t, s, "disputes", "review", "pending").Value.Decimal.IntPart())
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("a sum that holds without its blank: %+v", fs)
	}
	// It does not hold: the finding says that blanks were counted as nothing.
	set(t, s, "disputes", "review", "total", 99)
	if fs := check.Run(*s); len(fs) != 1 || !strings.Contains(fs[0].Message, "1 blank cells counted as nothing") {
		t.Errorf("a broken sum with a blank: %+v", fs)
	}
	// A whole side is blank, as in 上海市人民政府办公厅 2019: no judgement.
	for _, c := range columns {
		blank(t, s, "disputes", "review", c)
	}
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("all parts blank: %+v", fs)
	}
	s = subject(counter())
	blank(t, s, "disputes", "review", "total")
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("total blank: %+v", fs)
	}
	// A row that is not in the document: no judgement either.
	s = subject(counter())
	kept := s.Cells[:0]
	for _, c := range s.Cells {
		if c.RowID != "granted" {
			kept = append(kept, c)
		}
	}
	s.Cells = kept
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("a result row absent: %+v", fs)
	}
}

func TestWordsOfComparisons(t *testing.T) {
	for _, test := range []struct{ form, cells, rule, want string }{
		{"2019", "disclosure/administrative_license/items_previous_year=3 " +
			"disclosure/administrative_license/change_this_year=-8",
			"disclosure.items_left", "行政许可: 上一年项目数量 3 + 本年增/减 -8 = -5 is below 0 (expected 0, actual -5)"},
		{"2019", "disclosure/centralized_procurement/procurement_amount=0",
			"disclosure.procurement_both", "政府集中采购: 采购项目数量 3 stands against 0 (expected 3, actual 0)"},
		{"2014", "statistics/press_conferences/year=2 statistics/press_conferences_by_chief/year=5", "statistics.chief_press_le",
			"统计数: 主要负责同志参加新闻发布会次数 5 is above 参加或举办新闻发布会总次数 2 (expected 5, actual 2)"},
		{"2019", "disclosure/administrative_license/items_previous_year=61 " +
			"disclosure/administrative_license/change_this_year=36 disclosure/administrative_license/decisions_this_year=97", "disclosure.decisions_look_like_items",
			"处理决定数量 97 is 上一年项目数量 61 and 本年增/减 36 together: it may count items, not decisions (expected , actual 97)"},
	} {
		s := subjectOf(test.form, counter())
		for cell := range strings.FieldsSeq(test.cells) {
			place, value, _ := strings.Cut(cell, "=")
			p := strings.Split(place, "/")
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			set(t, s, p[0], p[1], p[2], n)
		}
		got := ""
		for _, f := range check.Run(*s) {
			if f.Rule == test.rule {
				got += fmt.Sprintf("%s (expected %s, actual %s)", f.Message, f.Expected, f.Actual)
			}
		}
		if got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", test.rule, got, test.want)
		}
	}
}

// Rows that a report of Fujian does not print are left out of its sums; a row that is printed counts.
func TestAbsentRowsLeftOut(t *testing.T) {
	s := subjectOf("fujian", counter())
	var gone int64
	kept := s.Cells[:0]
	for _, c := range s.Cells {
		if c.RowID == "received_fax" || c.RowID == "received_email" {
			if c.ColumnID == "year" {
				gone += c.Value.Decimal.IntPart()
			}
			continue
		}
		kept = append(kept, c)
	}
	s.Cells = kept
	total := cellOf(t, s, "statistics", "received", "year").Value.Decimal.IntPart()
	if fs := check.Run(*s); len(fs) != 1 || fs[0].Expected != fmt.Sprint(total-gone) {
		t.Errorf("sum of the rows that are printed: %+v, want %d against %d", fs, total-gone, total)
	}
	set(t, s, "statistics", "received", "year", total-gone)
	if fs := check.Run(*s); len(fs) != 0 {
		t.Errorf("%+v", fs)
	}
}

// A row that was left over may be a part of the sum: nobody is accused, nor after a correction.
func TestLeftoverRowsMayBePartOfASum(t *testing.T) {
	s := subjectOf("fujian", counter())
	set(t, s, "statistics", "received", "year", 99_999)
	if fs := check.Run(*s); len(fs) != 1 || fs[0].Rule != "statistics.fujian_received_sum" {
		t.Fatalf("%+v", fs)
	}
	s.Remarks = []form.Remark{{Rule: form.Leftover, Relation: "statistics", Message: "row 3.其他方式申请数 prints 5, 30, which was not read"}}
	found := check.Run(*s)
	if len(found) != 1 || found[0].Rule != form.Leftover {
		t.Errorf("%+v", found)
	}
	s.Remarks = nil
	if fs := check.Rejudge(*s, found); len(fs) != 1 || fs[0].Rule != form.Leftover {
		t.Errorf("judged anew: %+v", fs)
	}
	s.Remarks = []form.Remark{{Rule: form.Leftover, Relation: "applications"}}
	if fs := check.Run(*s); len(fs) != 2 {
		t.Errorf("a row of another table: %+v", fs)
	}
}

// Money in different units is not compared.
func TestUnitsThatCannotBeCompared(t *testing.T) {
	s := subjectOf("2014", counter())
	set(t, s, "statistics", "received", "year", 99_999)
	cellOf(t, s, "statistics", "received", "year").Unit = "unknown"
	for _, f := range check.Run(*s) {
		if f.Rule == "statistics.received_sum" {
			t.Errorf("%+v", f)
		}
	}
}

// A report in which everything holds has no findings; any number of a sum that is changed is found.
func TestAnyChangeInASumIsFound(t *testing.T) {
	for id := range years {
		t.Run(id, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := subjectOf(id, func() int64 { return rapid.Int64Range(0, 400).Draw(rt, "n") })
				if fs := check.Run(*s); len(fs) != 0 {
					rt.Fatalf("consistent report: %+v", fs)
				}
				var inSums []int
				for i, c := range s.Cells {
					if inSum(s.Edition, c) {
						inSums = append(inSums, i)
					}
				}
				c := &s.Cells[rapid.SampledFrom(inSums).Draw(rt, "cell")]
				d := rapid.Int64Range(1, 9).Draw(rt, "change")
				c.Value.Decimal = c.Value.Decimal.Add(decimal.NewFromInt(d))
				seen := map[string]bool{}
				for _, f := range check.Run(*s) {
					line := fmt.Sprint(f.Rule, f.Relation, f.RowID, f.ColumnID)
					if seen[line] {
						rt.Fatalf("two findings of one disagreement: %s", line)
					}
					seen[line] = true
				}
				if len(seen) == 0 {
					rt.Fatalf("%s/%s/%s raised by %d: nothing found", c.Relation, c.RowID, c.ColumnID, d)
				}
			})
		})
	}
}

// inSum reports whether a cell is a term of an equation of the form.
func inSum(e *form.Edition, c form.Cell) bool {
	for _, id := range e.Identities {
		term, line, lines := c.RowID, c.ColumnID, id.Columns
		if id.Over == "columns" {
			term, line, lines = c.ColumnID, c.RowID, id.Rows
		}
		if id.Relation == c.Relation && id.Op == "" && (len(lines) == 0 || slices.Contains(lines, line)) &&
			(slices.Contains(id.Sum, term) || slices.Contains(id.Equals, term)) {
			return true
		}
	}
	return false
}
