package extract

import "strconv"

// VersionNote says what one version of the extractor reads otherwise than the one before.
type VersionNote struct {
	Version string
	Changed string // one sentence
}

// versionNotes has a row for each version, the first first. Whoever raises Version adds one.
var versionNotes = []VersionNote{
	{"1", "Web pages are read: the forms of 2021, 2019, 2014 and 福建, their sums, the sections and figures of the text."},
	{"2", "Files of Word, WPS, LibreOffice, RTF and Excel are read, to the same numbers as pages."},
	{"3", "PDF and scans are read, and the files in zip and rar; figures in hidden sheets, rows and columns no longer count."},
	{"4", "Struck and hidden text, raised digits, hidden tables of a page and figures of other years and periods no longer count; " +
		"numbers in fields do; tables that lost headers, units or columns are read more carefully; so are periods, scopes and dates in names."},
	{"5", "Several tables of the form in one grid are each read; rows and disputes beside headers that are lost, cut or moved are read or " +
		"said, never moved; hidden tables of another form and numbers that are pictures are said; more titles are those of reports."},
}

// VersionsSince returns what the versions after the given one, up to Version, changed; all of them for a version that is
// not known, or "".
func VersionsSince(version string) []VersionNote {
	return versionsBetween(version, Version)
}

func versionsBetween(after, last string) []VersionNote {
	number := func(v string) int {
		n, _ := strconv.Atoi(v)
		return n // 0 for one that is not known
	}
	var out []VersionNote
	for _, v := range versionNotes {
		if n := number(v.Version); n > number(after) && n <= number(last) {
			out = append(out, v)
		}
	}
	return out
}
