package archive

// relationKey is what identifies the rows of a public relation, and what they refer to. SQLite knows it of tables only, not of
// views.
type relationKey struct {
	columns []string  // no two rows have the same; nil where nothing short does
	foreign []foreign // to other public relations
	chosen  selection // which rows go with chosen reports
}

// foreign says that a column holds the key of another relation's row.
type foreign struct {
	column, relation, other string
	closed                  bool // a choice of reports that takes a row takes the row it refers to, too
}

// selection says how a choice of reports (Where) limits a relation.
type selection int

const (
	whole         selection = iota // not at all
	ofReports                      // rows with the report_id of a chosen report
	ofCoverage                     // those, and what is said of the chosen authorities and years without a report
	ofAuthorities                  // authorities of the rows of reports and coverage
	ofLinks                        // entries of the chosen sites; with a year only those of chosen reports
	ofCaptures                     // captures that chosen rows refer to
	ofSites                        // by the column site: the chosen sites, and those of chosen reports
	ofRegister                     // the same, by the column key
)

var (
	toReport  = foreign{"report_id", "reports", "report_id", true}
	toCapture = foreign{"capture_id", "captures", "capture_id", true}
	toBody    = foreign{"authority_id", "authorities", "authority_id", true}
	toCrawl   = foreign{"crawl_id", "crawls", "crawl_id", true}
)

// keys has an entry for each public relation that can be exported: all but search, an index over the texts of reports
// and sections.
var keys = map[string]relationKey{
	"reports": {[]string{"report_id"}, []foreign{toBody, {"superseded_by", "reports", "report_id", false}}, ofReports},
	"panel":   {[]string{"report_id"}, []foreign{toReport, toBody}, ofReports},

	"applications": {[]string{"report_id", "item"}, []foreign{toReport}, ofReports},
	"disputes":     {[]string{"report_id", "channel"}, []foreign{toReport}, ofReports},
	"disclosure":   {[]string{"report_id", "item", "measure"}, []foreign{toReport}, ofReports},
	"statistics":   {[]string{"report_id", "item", "measure"}, []foreign{toReport}, ofReports},
	"series":       {[]string{"report_id", "indicator"}, []foreign{toReport, toBody}, ofReports},
	"sections":     {[]string{"report_id", "position"}, []foreign{toReport, toCapture}, ofReports},
	"mentions":     {nil, []foreign{toReport, toCapture}, ofReports},
	"tables":       {[]string{"report_id", "capture_id", "table_no"}, []foreign{toReport, toCapture}, ofReports},
	"cells":        {[]string{"report_id", "relation", "row_id", "column_id"}, []foreign{toReport, toCapture}, ofReports},

	"findings": {[]string{"finding_id"},
		[]foreign{toReport, {"other_report_id", "reports", "report_id", false}}, ofReports},
	"revisions": {nil, []foreign{toReport, {"old_capture_id", "captures", "capture_id", true},
		{"new_capture_id", "captures", "capture_id", true}}, ofReports},
	"past_cells": {[]string{"report_id", "capture_id", "relation", "row_id", "column_id"}, // versions count by address
		[]foreign{toReport, toCapture}, ofReports},
	"annotations": {nil, nil, ofReports}, // what a person calls no report has none
	"coverage":    {nil, []foreign{toReport}, ofCoverage},

	"sources":  {[]string{"report_id", "capture_id"}, []foreign{toReport, toCapture}, ofReports},
	"links":    {[]string{"site", "url"}, []foreign{{"list_capture_id", "captures", "capture_id", true}}, ofLinks},
	"captures": {[]string{"capture_id"}, []foreign{toCrawl}, ofCaptures},
	"crawls":   {[]string{"crawl_id"}, nil, whole},
	"visits":   {[]string{"crawl_id", "site"}, []foreign{toCrawl}, ofSites},
	"sites":    {nil, nil, ofRegister},

	"authorities": {[]string{"authority_id"}, nil, ofAuthorities},
	"divisions":   {nil, nil, whole},
	"labels":      {nil, nil, whole},
	"archive":     {nil, nil, whole},
}

// wideIDs are the columns of numbers with up to 16 digits, of which spreadsheets keep 15: there they go as text.
var wideIDs = map[string]bool{
	"report_id": true, "other_report_id": true, "superseded_by": true, "authority_id": true,
}
