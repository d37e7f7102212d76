package extract_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// newPrinter draws an edition's report and how it is printed.
func newPrinter(rt *rapid.T, e *form.Edition) *printer {
	p := &printer{e: e, quirks: map[string]bool{}, values: consistentValues(rt, e)}
	for _, group := range quirks {
		if i := rapid.IntRange(0, 3*len(group)).Draw(rt, group[0]); i < len(group) {
			p.quirks[group[i]] = true
		}
	}
	p.pageEnd = rapid.IntRange(1, 18).Draw(rt, "rows before the page ends")
	p.twice = rapid.IntRange(0, 40).Draw(rt, "row printed twice")
	return p
}

// consistentValues draws the numbers of a report in which all sums of the edition hold.
func consistentValues(rt *rapid.T, e *form.Edition) map[string]int64 {
	v := map[string]int64{}
	draw := func() int64 {
		return rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 12), rapid.Int64Range(0, 23456)).Draw(rt, "n")
	}
	for _, t := range e.Tables {
		for _, r := range t.Rows {
			for _, c := range t.Columns {
				if r.Header || c.Row != "" && c.Row != r.ID || r.Optional && t.Relation != "statistics" {
					continue
				}
				n := draw()
				if r.ID == "rules" {
					n = 0 // a bureau makes none
				}
				v[t.Relation+"/"+r.ID+"/"+c.ID] = n
			}
		}
	}
	switch e.ID {
	case "2014":
		returnOf2014(v)
	case "fujian":
		fujian(v)
	default:
		requests(v, e)
	}
	return v
}

// requests makes the sums of 表三 and 表四 hold, and what is plausible in the 2019 form's 表二.
func requests(v map[string]int64, e *form.Edition) {
	if n, ok := v["disclosure/normative_documents/created_this_year"]; ok {
		new := min(n, v["disclosure/normative_documents/newly_disclosed"])
		v["disclosure/normative_documents/newly_disclosed"] = new
		v["disclosure/normative_documents/disclosed_total"] += new
		if v["disclosure/centralized_procurement/procurement_projects"] == 0 {
			v["disclosure/centralized_procurement/procurement_amount"] = 0
		} else {
			v["disclosure/centralized_procurement/procurement_amount"]++
		}
	}
	var results, applicants []string
	for _, id := range e.Identities {
		switch id.ID {
		case "applications.handled_sum":
			results = id.Sum
		case "applications.applicant_sum":
			applicants = id.Sum
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
}

// returnOf2014 makes the sums of the statistics return hold.
func returnOf2014(v map[string]int64) {
	at := func(row string) string { return "statistics/" + row + "/year" }
	sum := func(total string, parts ...string) {
		v[at(total)] = 0
		for _, part := range parts {
			v[at(total)] += v[at(part)]
		}
	}
	sum("replied_refused", "refused_state_secret", "refused_commercial_secret", "refused_personal_privacy",
		"refused_security_stability", "refused_not_government_information", "refused_other_legal")
	sum("replied", "replied_already_public", "replied_granted", "replied_partially_granted", "replied_refused",
		"replied_not_this_organ", "replied_not_existing", "replied_told_to_amend", "replied_other_channel")
	v[at("completed_extended")] = min(v[at("completed_extended")], v[at("replied")])
	v[at("completed_on_time")] = v[at("replied")] - v[at("completed_extended")]
	sum("completed", "completed_on_time", "completed_extended")
	v[at("received_letter")] += v[at("completed")]
	sum("received", "received_in_person", "received_fax", "received_online", "received_letter")
	sum("review_total", "review_upheld", "review_corrected", "review_other")
	sum("litigation_total", "litigation_upheld", "litigation_corrected", "litigation_other")
	sum("staff_total", "staff_full_time", "staff_part_time")
	sum("disclosed_total", "disclosed_gazette", "disclosed_website", "disclosed_weibo", "disclosed_wechat",
		"disclosed_other_channels")
	for part, whole := range map[string]string{"press_conferences_by_chief": "press_conferences",
		"online_interviews_by_chief": "online_interviews"} {
		v[at(part)] = min(v[at(part)], v[at(whole)])
	}
	v[at("disclosed_normative_documents")] = min(v[at("disclosed_normative_documents")], v[at("disclosed_total")],
		v[at("normative_documents_issued")])
}

// fujian makes the sums of Fujian's table hold.
func fujian(v map[string]int64) {
	for _, column := range []string{"year", "cumulative"} {
		at := func(row string) string { return "statistics/" + row + "/" + column }
		v[at("disclosed_total")] += v[at("disclosed_website")]
		v[at("received")], v[at("replied")] = 0, 0
		for _, part := range []string{"in_person", "fax", "email", "online", "letter", "letter_or_fax", "other"} {
			v[at("received")] += v[at("received_"+part)]
		}
		for _, part := range []string{"granted", "partially_granted", "refused", "other"} {
			v[at("replied")] += v[at("replied_"+part)]
		}
	}
	for key, n := range v {
		if row, ok := strings.CutSuffix(key, "/year"); ok {
			v[row+"/cumulative"] += n
		}
	}
}

// harmless are findings that a quirk deserves though every number was read.
var harmless = map[string]bool{
	form.Shifted: true, form.StrayNumber: true, form.Continued: true, form.Recalled: true, form.HeadersByOrder: true,
	"disclosure.decisions_look_like_items": true, // by chance
}

// Any consistent report of any form printed with any combination of the quirks comes back exactly, with nothing to
// complain of.
func TestAnyConsistentReportComesBackExactly(t *testing.T) {
	for _, e := range form.Editions() {
		t.Run(e.ID, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				p := newPrinter(rt, e)
				r := readPage(rt, p.page())
				if r.Form != e.ID || r.Completeness != "complete" || r.Year != p.year() {
					rt.Errorf("form %s, %s, %d", r.Form, r.Completeness, r.Year)
				}
				p.compare(rt, r)
				for _, f := range r.Findings {
					if !harmless[f.Rule] {
						rt.Errorf("finding in a consistent report: %+v", f)
					}
				}
				if p.table("statistics").Relation == "" && len(r.Sections) != 6 {
					rt.Errorf("%d sections", len(r.Sections))
				}
			})
		})
	}
}

func readPage(rt *rapid.T, page string) *extract.Report {
	reading, err := extract.Read(extract.Input{Body: []byte(page)})
	if err != nil {
		rt.Fatal(err)
	}
	if reading.Report == nil {
		rt.Fatalf("not a report: %+v", reading.NotReport)
	}
	return reading.Report
}

// compare holds every cell read against what was printed.
func (p *printer) compare(rt *rapid.T, r *extract.Report) {
	seen := map[string]bool{}
	for _, c := range r.Cells {
		key := c.Relation + "/" + c.RowID + "/" + c.ColumnID
		seen[key] = true
		n, printed := p.values[key]
		switch {
		case !printed:
			rt.Errorf("%s: never printed, read %q", key, c.Raw)
		case n == 0 && p.quirks["blanks for zeros"]:
			if c.State != text.StateBlank || c.Value.Valid {
				rt.Errorf("%s: printed blank, read %s %q", key, c.State, c.Raw)
			}
		case !c.Value.Valid:
			rt.Errorf("%s: printed %d, read %s %q", key, n, c.State, c.Raw)
		case c.Value.Decimal.Shift(p.shift(key)).String() != fmt.Sprint(n):
			rt.Errorf("%s: printed %d, read %s", key, n, c.Value.Decimal)
		case p.quirks["notes in values"] && n > 9 && c.Note == "":
			rt.Errorf("%s: the note is lost", key)
		}
	}
	for key, n := range p.values {
		if !seen[key] {
			rt.Errorf("%s: printed %d, not read", key, n)
		}
	}
}

// shift turns a number as read into the unit in which it is printed: 万元 into 元 where the form counts 元.
func (p *printer) shift(key string) int32 {
	if p.unit(key) == "元" {
		return 4
	}
	return 0
}

// Any single digit changed in a number that is a term of a sum is found by a check of that sum.
func TestAnyDigitChangedInASumIsFound(t *testing.T) {
	for _, e := range form.Editions() {
		t.Run(e.ID, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				p := newPrinter(rt, e)
				delete(p.quirks, "blanks for zeros") // a sum with nothing printed on one side is not judged
				terms := p.termsOfSums()
				if len(terms) == 0 {
					rt.Fatal("no sum in this form")
				}
				key := rapid.SampledFrom(terms).Draw(rt, "changed")
				digits := []byte(fmt.Sprint(p.values[key]))
				at := rapid.IntRange(0, len(digits)-1).Draw(rt, "digit")
				digits[at] = '0' + (digits[at]-'0'+byte(rapid.IntRange(1, 9).Draw(rt, "by")))%10
				n, err := strconv.ParseInt(string(digits), 10, 64)
				if err != nil {
					rt.Fatal(err)
				}
				was := p.values[key]
				p.values[key] = n
				r := readPage(rt, p.page())
				sums := map[string]bool{}
				for _, id := range e.Identities {
					sums[id.ID] = id.Op == "" || id.Op == "=="
				}
				if !slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return sums[f.Rule] && f.Severity != check.Note }) {
					rt.Errorf("%s changed from %d to %d, and no sum complains: %+v", key, was, n, r.Findings)
				}
			})
		})
	}
}

// termsOfSums lists the keys of the numbers that are terms of a sum of the edition.
func (p *printer) termsOfSums() []string {
	found := map[string]bool{}
	for _, id := range p.e.Identities {
		if id.Op != "" && id.Op != "==" {
			continue
		}
		for key := range p.values {
			part := strings.Split(key, "/")
			if part[0] != id.Relation {
				continue
			}
			term, line, lines := part[1], part[2], id.Columns
			if id.Over == "columns" {
				term, line, lines = part[2], part[1], id.Rows
			}
			if (slices.Contains(id.Sum, term) || slices.Contains(id.Equals, term)) &&
				(len(lines) == 0 || slices.Contains(lines, line)) {
				found[key] = true
			}
		}
	}
	var keys []string
	for key := range found {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
