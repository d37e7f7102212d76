package extract

import (
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/mention"
)

// Rejudge returns the findings of a report some of whose numbers were corrected after it was read: those about numbers are
// made anew, the others are those that it has. Of a report that nobody changed they are the same.
func Rejudge(r *Report) []check.Finding {
	s := check.Subject{Edition: form.ByID(r.Form), Cells: r.Cells, Authority: r.Authority, AuthorityType: r.AuthorityType, Level: r.Level, Year: r.Year,
		Sections: sectionTexts(r.Sections), Mentions: r.Mentions}
	for _, p := range r.Sections {
		_, lists := mention.All(p.ID, p.Text)
		s.Breakdowns = append(s.Breakdowns, lists...)
	}
	return check.Rejudge(s, r.Findings)
}
