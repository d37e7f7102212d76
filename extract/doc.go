// Package extract reads one document and says what it is: an annual report on open government information (政府信息公开
// 工作年度报告) with its figures, or something else. It is pure: bytes in, values out; no network, no files, no clock, no log.
//
// The rooms below it, in the order in which a document passes them:
//
//	text/      bytes to text, labels to their normal form, cells to values
//	page/      a web page: body container, title, dates, links
//	document/  bytes to running text and tables, one file per format
//	grid/      a table to a rectangular grid, by the WHATWG algorithm
//	form/      grids to the cells of an official form; editions/ holds the forms as data
//	title/     a title to authority, year, and whether it is a report at all
//	division/  the codes of GB/T 2260 with their validity; names to codes
//	mention/   running text to the figures that it states
//	contact/   the persons whom a text prints as contacts, masked; for exports, nothing is read with it
//	check/     cells and mentions to findings: a table of rules
//
// and here:
//
//	read.go     Reader and Read compose them
//	section.go  running text to the numbered sections
//	heading.go  the headings and numerals of sections; headings.json has the wordings
//	evidence.go what the checks want to know of text, list and address
//	rejudge.go  findings of a report whose numbers a person corrected
//	versions.go what each version of the extractor changed
//	report.go   Input, Reading, Report: what goes in and out
//
// # Decisions
//
// A file that cannot be read (damaged, encrypted, over a limit, pictures without text) is a report where the list, its own
// title or its name calls it one: its completeness is unreadable, and a finding says why. Otherwise it is an error.
//
// A title that says outright what a page is (解读, 上半年, 指南 …) decides that it is no report, whatever tables it
// repeats. A page whose title says nothing is a report if it prints a table of a known form.
//
// The form is looked for in every table of a page, layout tables and tables outside the body container included: a
// container chosen badly may cost text, never a number. Tables that the page does not display are read only where none that it
// displays is of a form: last year's form stays behind in hidden parts, and scripts open some.
//
// The year is that of the statistical period in the text, then that of the title; where they disagree the report carries
// a finding. Neither the address nor the day of publication says anything about the year.
//
// The top level of sections is the numbering whose headings count up and mean most; of equal ones the last that has a
// text counts, so that a table of contents is none.
//
// A number cut by white space (12 over 5) gets a value only where the sums it stands in can be judged with it and hold;
// the cell says so (package check).
//
// Where the time goes. BenchmarkRead, the demo's page of 72 kB with a long narrative: 2.1 times the parse of its HTML, 2.3
// with mentions, in turn on a busy machine; BenchmarkReadSchools of cmd/nianbao, pages of 8 to 72 kB whose tables are most of
// them: 3.1 with mentions, at 8,300 allocations a page. Of the former of these, where a third is the garbage of all parts
// together:
//
//	34 %  html.Parse itself; it takes a quarter longer here than alone, as its tree is garbage together with all else
//	16 %  the form: labels, values
//	12 %  mentions
//	11 %  body, title, date, identity, walked out of the tree
//	 6 %  the checks
//	 5 %  grids
//	 4 %  sections
//	 3 %  bytes to text
//	 the rest is the title's meaning and the period
//
// Rows and columns of grids and cells count from 0, tables too, as in the WHATWG algorithm and in the JSON of a grid.
package extract
