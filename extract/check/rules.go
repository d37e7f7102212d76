package check

import (
	"slices"
	"sync"

	"nianbao/extract/form"
	"nianbao/extract/mention"
)

// NothingToRead is the rule of the finding that says why a report's completeness is unreadable where no table tells.
const NothingToRead = "document.nothing_to_read"

// Late is the rule of the finding that a report was published after the last day on time: Expected is that day, Actual the
// day of publication. It does not know when the document was first captured.
const Late = "report.late"

// Subject is what the checks look at: one report as it was read.
type Subject struct {
	Edition       *form.Edition // nil when the report has no known form
	Cells         []form.Cell
	Authority     string   // as the title names it, in normal form; "" if it names none
	AuthorityType string   // extract/title's id, "" if unknown
	Level         string   // national … township, "" if unknown
	Year          int      // as decided
	TitleYear     int      // as the title prints it, 0 for none
	PeriodYear    int      // as the text states it, 0 for none
	PublishedOn   string   // YYYY-MM-DD, "" if no date is known
	Dates         []string // what else dates it (list, address), YYYY-MM-DD
	Preamble      string   // the first paragraphs, a line each
	Sections      []SectionText
	Mentions      []mention.Mention
	Breakdowns    []mention.Breakdown
	Remarks       []form.Remark
	Doubts        []string // about the decoding or limits of the document
}

// SectionText is one section of the report's text.
type SectionText struct {
	ID   string // overview, disclosure, applications, disputes, problems, other, or another name
	Text string // without heading and tables
}

// Rule is one check: a stable id, how grave a finding of it is, what it says in one sentence, and the judgement.
type Rule struct {
	ID       string
	Severity Severity
	Sentence string
	judge    func(r Rule, s *Subject, at *table) []Finding
	of       subject
}

// subject is what a rule judges, as far as that makes a difference to Rejudge.
type subject int

const (
	ofDocument subject = iota // how it was read: nothing that a report's numbers change
	ofNumbers                 // the numbers, by themselves and against the text
)

// Rules lists every check of one report in the order in which its findings are reported: the sums of the official forms,
// then what else is wrong, then what reading left behind.
func Rules() []Rule { return slices.Clone(rules()) }

// rules is the table, made once: it never changes.
var rules = sync.OnceValue(func() []Rule {
	var rules []Rule
	seen := map[string]bool{}
	for _, e := range form.Editions() {
		for _, id := range e.Identities {
			if seen[id.ID] {
				continue // the same on several forms
			}
			seen[id.ID] = true
			rules = append(rules, Rule{id.ID, Severity(id.Severity), id.Sentence, judgeIdentity, ofNumbers})
		}
	}
	rules = append(rules,
		Rule{"counts.negative", Contradiction, "no count of an official form is below zero", judgeNegative, ofNumbers},
		Rule{"disclosure.rules_of_no_rulemaker", Note,
			"only departments of the State Council, provinces and cities divided into districts make 规章", judgeRulemaker, ofNumbers},
		Rule{"disclosure.decisions_look_like_items", Note,
			"处理决定数量 counts decisions; it is not 上一年项目数量 and 本年增/减 together, which counts items", judgeItems, ofNumbers},
		Rule{"report.year", Doubt, "the year of the title is the year of the statistical period", judgeYear, ofDocument},
		Rule{"report.authority", Doubt, "the text publishes the report of the body that the title names", judgeAuthor, ofDocument},
		Rule{Late, Note, "the report was published by the day that the Regulations set", judgeLate, ofDocument},
		Rule{"sections.problems_empty", Note, "the section on problems (存在的主要问题及改进情况) has a text", judgeProblems, ofDocument},
		Rule{"sections.fees", Doubt, "where 其他需要报告的事项 says that no 信息处理费 was charged, no other place states some", judgeFees, ofNumbers},
		Rule{"document.text", Doubt, "the document could be decoded and read to its end", judgeDocument, ofDocument},
		Rule{NothingToRead, Doubt, "the page holds the tables or the sections of the report its title promises", judgeEmpty, ofDocument},
	)
	rules = append(rules, narrativeRules()...)
	for _, r := range form.RemarkRules() {
		rules = append(rules, Rule{r.ID, Severity(r.Severity), r.Sentence, judgeRemarks, ofDocument})
	}
	return rules
})

// Run judges one report by every rule and returns the findings in the order of Rules.
func Run(s Subject) []Finding {
	at := newTable(s.Cells)
	var out []Finding
	for _, r := range rules() {
		out = append(out, r.judge(r, &s, at)...)
	}
	return out
}

// Rejudge is Run for a report whose findings are known and some of whose numbers have changed since: the rules that look at
// numbers judge anew, all other findings stay. s need not have what only the other rules look at: TitleYear, PeriodYear,
// PublishedOn, Dates, Preamble, Remarks, Doubts.
func Rejudge(s Subject, known []Finding) []Finding {
	at := newTable(s.Cells)
	var out []Finding
	for _, f := range known {
		if f.Rule == form.Leftover || f.Rule == form.Ambiguous { // sums ask for them
			s.Remarks = append(s.Remarks, form.Remark{Rule: f.Rule, Relation: f.Relation})
		}
	}
	ours := map[string]bool{}
	for _, r := range rules() {
		ours[r.ID] = true
		if r.of == ofNumbers {
			out = append(out, r.judge(r, &s, at)...)
			continue
		}
		for _, f := range known {
			if f.Rule == r.ID {
				out = append(out, f)
			}
		}
	}
	for _, f := range known {
		if !ours[f.Rule] {
			out = append(out, f)
		}
	}
	return out
}

// found is a finding of the rule about the report as a whole.
func (r Rule) found(message string) Finding {
	return Finding{Rule: r.ID, Severity: r.Severity, Message: message}
}

// foundAt is a finding of the rule about one cell.
func (r Rule) foundAt(c *form.Cell, message string) Finding {
	f := r.found(message)
	f.Relation, f.RowID, f.ColumnID = c.Relation, c.RowID, c.ColumnID
	if c.Value.Valid {
		f.Actual = c.Value.Decimal.String()
	}
	return f
}

func judgeDocument(r Rule, s *Subject, _ *table) []Finding {
	var out []Finding
	for _, d := range s.Doubts {
		out = append(out, r.found(d))
	}
	return out
}

func judgeEmpty(r Rule, s *Subject, _ *table) []Finding {
	if len(s.Sections) > 0 || s.Edition != nil || len(s.Remarks) > 0 {
		return nil
	}
	return []Finding{r.found("the page carries the title of a report but neither its tables nor its sections; they may be " +
		"in an attachment or a picture")}
}

func judgeRemarks(r Rule, s *Subject, _ *table) []Finding {
	var out []Finding
	for _, m := range s.Remarks {
		if m.Rule == r.ID {
			f := r.found(m.Message)
			f.Relation, f.RowID, f.ColumnID = m.Relation, m.RowID, m.ColumnID
			out = append(out, f)
		}
	}
	return out
}
