package check

import (
	"fmt"
	"regexp"
	"strings"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

func judgeYear(r Rule, s *Subject, _ *table) []Finding {
	if s.TitleYear == 0 || s.PeriodYear == 0 || s.TitleYear == s.PeriodYear {
		return nil
	}
	f := r.found(fmt.Sprintf("the title says %d, the statistical period in the text %d; the period was taken", s.TitleYear,
		s.PeriodYear))
	f.Expected, f.Actual = fmt.Sprint(s.PeriodYear), fmt.Sprint(s.TitleYear)
	return []Finding{f}
}

// saysNothing are texts in normal form that only say that there is nothing to say.
var saysNothing = regexp.MustCompile(`^(?:\(?无\)?|没有|暂无|不存在)?[。.]?$`)

func judgeProblems(r Rule, s *Subject, _ *table) []Finding {
	const longest = 60 // bytes of a text that may say nothing; a longer one is not looked at
	for _, p := range s.Sections {
		body := strings.TrimSpace(p.Text)
		if p.ID != "problems" || len(body) > longest {
			continue
		}
		if n := text.Normal(body); saysNothing.MatchString(n) {
			message := "the section on problems has a heading and no text"
			if n != "" {
				message = fmt.Sprintf("the section on problems says %s and no more", n)
			}
			f := r.found(message)
			f.Relation, f.RowID = "sections", p.ID
			return []Finding{f}
		}
	}
	return nil
}

// noFee are the words by which a report says that no 信息处理费 (国办函〔2020〕109号) was charged, in normal form.
var noFee = regexp.MustCompile(`(?:未|没有|无)(?:实际)?(?:发生|产生|收取|收到)?(?:过)?(?:任何)?(?:政府)?(?:信息公开)?信息(?:公开)?处理费|` +
	`信息(?:公开)?处理费(?:的?情况)?(?:为|:|共)?(?:0|零|无)(?:元|万元|。|;|,|$)|` +
	`信息(?:公开)?处理费(?:的?情况)?[^。;0-9]{0,12}(?:未收取|没有收取|无收取|未收费|无收费)`)

// aroundFee is the part of a text as printed in which noFee can match: all of its alternatives hold the word 费.
func aroundFee(s string) string {
	const word, around = "费", 400 // bytes, several times what the expression has before and behind it
	first, last := strings.Index(s, word), strings.LastIndex(s, word)
	return strings.ToValidUTF8(s[max(0, first-around):min(len(s), last+len(word)+around)], "")
}

// feeMetric is the metric of mentions that counts the fees of applicants.
const feeMetric = "information_processing_fee"

// judgeFees looks for a fee above zero (in a sentence, or in the 2014 form's fees_charged) in a report that says in its
// last section that none was charged. The fees of table 二 are others: those of licences and the like.
func judgeFees(r Rule, s *Subject, at *table) []Finding {
	said := ""
	for _, p := range s.Sections {
		if p.ID == "other" && said == "" && strings.Contains(p.Text, "费") {
			said = noFee.FindString(text.Normal(aroundFee(p.Text)))
		}
	}
	if said == "" {
		return nil
	}
	if c := at.number("statistics", "fees_charged", "year"); c != nil && c.Value.Decimal.IsPositive() {
		f := r.foundAt(c, fmt.Sprintf("the text says %q, the table prints %s%s", said, c.Value.Decimal, unitOf(c)))
		f.Expected = "0"
		return []Finding{f}
	}
	for _, m := range s.Mentions {
		if m.Metric == feeMetric && m.Value.IsPositive() {
			f := r.found(fmt.Sprintf("the text says %q, and elsewhere %q", said, m.Quote))
			f.Relation, f.RowID, f.Expected, f.Actual = "mentions", m.Metric, "0", m.Value.String()
			return []Finding{f}
		}
	}
	return nil
}

// unitOf is the unit of a cell, "" where it is not known.
func unitOf(c *form.Cell) string {
	if c.Unit == "unknown" {
		return ""
	}
	return " " + c.Unit
}
