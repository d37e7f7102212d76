package form

import (
	"fmt"
	"strings"
	"unicode"
)

// Remark is something about the tables that a reader of the numbers should know. It becomes a finding.
type Remark struct {
	Rule     string // id of one of RemarkRules
	Relation string // with RowID and ColumnID as far as known, else ""
	RowID    string
	ColumnID string
	Message  string
}

// RemarkRule is a kind of remark.
type RemarkRule struct {
	ID       string
	Severity string // doubt or note
	Sentence string // what is so where there is no such remark
}

// The ids of the remarks that reading a form leaves behind.
const (
	Leftover       = "form.leftover"
	Unreadable     = "form.unreadable_value"
	Ambiguous      = "form.ambiguous"
	Shifted        = "form.row_shifted"
	HeadersByOrder = "form.headers_by_order"
	CellsAbsent    = "form.cells_absent"
	RowsAbsent     = "form.rows_absent"
	ColumnsAbsent  = "form.columns_absent"
	WrongGroup     = "form.wrong_group"
	HeaderlessRows = "form.headerless"
	MixedForms     = "form.mixed"
	UnitUnknown    = "form.unit_unknown"
	StrayNumber    = "form.stray_number"
	SettledBySums  = "form.settled_by_sums"
	SingleRow      = "form.single_row"
	Continued      = "form.continued"
	Recalled       = "form.recalled_wording"
)

// RemarkRules lists the kinds of remarks, the grave ones first.
func RemarkRules() []RemarkRule {
	return []RemarkRule{
		{Leftover, "doubt", "everything printed in a table of the form is explained by its labels"},
		{Unreadable, "doubt", "every cell of the form prints a number, a blank or a sign for none"},
		{Ambiguous, "doubt", "every cell of the form can be read in one way only"},
		{Shifted, "doubt", "every row stands under its headers"},
		{HeadersByOrder, "doubt", "every column has a header of its own"},
		{CellsAbsent, "doubt", "every row has a cell for every column"},
		{RowsAbsent, "doubt", "every row of the form is printed"},
		{ColumnsAbsent, "doubt", "every column of the form is printed"},
		{WrongGroup, "doubt", "every row stands under its group"},
		{HeaderlessRows, "doubt", "a table with labels of the form has its headers"},
		{MixedForms, "doubt", "the tables of a report are of one form"},
		{UnitUnknown, "doubt", "an amount of money is printed with its unit"},
		{StrayNumber, "note", "no page number stands in a label column"},
		{SettledBySums, "note", "every number is printed in one piece"},
		{SingleRow, "note", "a group of rows is printed with its rows"},
		{Continued, "note", "a table is not cut in two"},
		{Recalled, "note", "the wording of every label that was matched is confirmed by a copy of the form"},
	}
}

// remark notes something with the words of its message.
func (m *reader) remark(rule, relation, row, column, format string, args ...any) {
	m.Remarks = append(m.Remarks, Remark{rule, relation, row, column, fmt.Sprintf(format, args...)})
}

// list quotes up to eight texts for a message.
func list(words []string) string {
	const most = 8
	var b strings.Builder
	for i, w := range words {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(words)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(clip(oneLine(w), 40))
	}
	return b.String()
}

// oneLine is a text with its white space folded to single spaces; most have none.
func oneLine(s string) string {
	if strings.IndexFunc(s, unicode.IsSpace) < 0 {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// clip shortens a text to n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
