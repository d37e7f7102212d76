package check

// Severity grades a finding. The names are those of findings.severity in the archive.
type Severity string

// The severities.
const (
	Contradiction Severity = "contradiction" // the report cannot be right: a sum of its own tables does not hold
	Doubt         Severity = "doubt"         // the report may be wrong, or we may read it wrong
	Note          Severity = "note"          // worth knowing, nothing wrong by itself
)

// Finding is one thing about a report that a reader of its numbers should know. It is data, not an error: nothing is
// repaired because of it.
type Finding struct {
	Rule     string // stable id of the rule, e.g. disputes.sum
	Severity Severity
	Relation string // with RowID and ColumnID the cell it is about; "" where it is about the report
	RowID    string
	ColumnID string
	Expected string // a number as decimal text, a day as YYYY-MM-DD; "" where the rule compares neither
	Actual   string
	Message  string // one English sentence, Chinese terms verbatim
}
