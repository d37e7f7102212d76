package extract

import (
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/grid"
	"nianbao/extract/mention"
)

// Input is one captured document with what is known of it besides its bytes.
type Input struct {
	Body        []byte
	ContentType string // the header's value; may be empty or wrong
	URL         string // final address; may be empty (a file)
	ListTitle   string // how the list named it; may be empty
	ListedOn    string // the day the list printed beside it, YYYY-MM-DD; may be empty
	SiteName    string // the authority whose column it was found in; may be empty
}

// Reading is what one document turned out to be: exactly one of Report and NotReport is set.
type Reading struct {
	Report    *Report
	NotReport *NotReport
}

// NotReport says what a document is that is no annual report on open government information.
type NotReport struct {
	Kind   string `json:"kind"`   // interpretation, guide, website_report … as extract/title names them
	Reason string `json:"reason"` // one English sentence
}

// Container is the kind of a file that only holds others: zip or rar.
const Container = "container"

// Report is one annual report as printed. Field names follow the columns of the public relation reports.
type Report struct {
	Authority        string // normal form of the name, "" if the document names none
	AuthorityPrinted string // as the title prints it
	AuthorityType    string // id of extract/title's table, "" if unknown
	Level            string // national, province, prefecture, county, township; "" if the name does not tell
	Scope            string // aggregate, own, unknown
	ScopeBasis       string // the words the scope was read from; ""
	Year             int    // the statistical year; 0 if the document does not say
	Form             string // 2021, …, none
	Title            string
	PublishedOn      string // YYYY-MM-DD, ""
	PublishedFrom    string // meta, page, list; ""
	PeriodFrom       string // YYYY-MM-DD, ""
	PeriodTo         string
	Media            string
	Completeness     string // complete, partial, narrative, unreadable
	Recognized       int    // pages whose text was recognised in pictures (OCR)
	Charset          string

	SiteCode   string // 网站标识码 of the page's footer, "" for none: the site's, not the author's
	CreditCode string // 统一社会信用代码 with a right check digit, from 索引号 or address, "" for none
	IndexNo    string // 索引号 as printed, "" for none
	Publisher  string // 发布机构 as printed, "" for none

	Cells    []form.Cell
	Sections []Section
	Mentions []mention.Mention
	Tables   []Table
	Findings []check.Finding
}

// Section is one of the numbered parts of a report, tables left out.
type Section struct {
	ID       string `json:"section"` // overview, disclosure, applications, disputes, problems, other
	Number   string `json:"number"`  // as printed: 一、
	Position int    `json:"position"`
	Heading  string `json:"heading"`
	Text     string `json:"text"`
}

// Table is one table of the document, whether understood or not.
type Table struct {
	No      int // index in the document, from 0
	Caption string
	Kind    string // disclosure, applications, disputes, statistics, chart_data, layout, other
	Grid    grid.Grid
}
