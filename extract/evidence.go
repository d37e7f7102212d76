package extract

import (
	"regexp"
	"strings"

	"nianbao/extract/check"
	"nianbao/extract/document"
)

// addressDay is a day in an address: /202301/t20230119_2136694.shtml, /art/2024/1/18/, the time stamp 2023042315081546967.
// One of a folder that names only the month stands for the month's first day.
var addressDay = regexp.MustCompile(`(20[0-9]{2})(?:` +
	`[-_/]([0-9]{1,2})(?:[-_/]([0-9]{1,2}))?(?:[-_/]|$)|([01][0-9])([0-3][0-9])?)`)

// dates are the days that list and address give a document, YYYY-MM-DD, besides the one it was found to be published on.
func dates(in Input) []string {
	var out []string
	if in.ListedOn != "" {
		out = append(out, in.ListedOn)
	}
	for _, m := range addressDay.FindAllStringSubmatch(in.URL, -1) {
		month, day := m[2]+m[4], m[3]+m[5]
		if day == "" {
			day = "1"
		}
		out = append(out, m[1]+"-"+twoDigits(month)+"-"+twoDigits(day))
	}
	return out
}

func twoDigits(s string) string { return strings.Repeat("0", max(0, 2-len(s))) + s }

// longestPreamble is how many bytes of running text are looked at for the sentence that publishes the report.
const longestPreamble = 4000

// preamble is the running text that a document begins with, a line each paragraph.
func preamble(blocks []document.Block) string {
	var b strings.Builder
	b.Grow(2 * longestPreamble)
	for _, x := range blocks {
		if b.Len() >= longestPreamble {
			break
		}
		if x.Table < 0 {
			b.WriteString(x.Text[:min(len(x.Text), longestPreamble)])
			b.WriteByte('\n')
		}
	}
	return strings.ToValidUTF8(b.String(), "")
}

// sectionTexts is what the checks see of the sections.
func sectionTexts(sections []Section) []check.SectionText {
	out := make([]check.SectionText, len(sections))
	for i, s := range sections {
		out[i] = check.SectionText{ID: s.ID, Text: s.Text}
	}
	return out
}
