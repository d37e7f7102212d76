// Package check judges reports: do the numbers of one report agree with each other and with its text, does it agree with
// the report of the year before, and what did reading it leave behind.
//
//	finding.go      Finding, Severity
//	rules.go        Subject, Rule; Rules: the table of checks of one report; Run judges a report by all of them,
//	                Rejudge one whose numbers changed
//	identity.go     the sums and comparisons that the forms define
//	confirm.go    numbers recognised in pictures count only where sums hold
//	settle.go       Settle: cells that only their sums can decide
//	cells.go        look-up of cells; what else is wrong with single numbers
//	text.go         the text against the tables: year, empty section, fees
//	author.go       the text against the title: whose report is it
//	due.go          DueOn: the last day on time; publication after it
//	narrative.go    the figures of the running text against the tables
//	acrossyears.go  AcrossRules, AcrossYears: a report against that of the year before
//
// # Decisions
//
// The sums are data of the forms (form.Identity); a rule here judges any of them. A new sum is a line in an edition.
//
// A sum is judged with blank cells as nothing printed, and the finding says how many there were. It is not judged when a
// whole side is blank, a term is not in the document, or a term prints something unreadable: no accusation without proof.
//
// A finding names one cell: the printed total; where the terms are not parts of a total, the first of the side that the
// form puts first. Expected is what the other side makes, actual what is printed.
//
// One finding per disagreement means: an identity is judged once in a line (a row or a column), so no line has two
// findings of one rule. A wrong number that stands in two identities breaks both and has a finding for each: which of
// the numbers is the wrong one is for the reader to say, and both sums are needed for that.
//
// Whose report it is: a text that names another body is doubted only if both names are whole names, and share neither a
// part nor a word nor a government above; so abbreviations (市残联), renamings (卫计局, 卫生健康局), the drafting office and the
// superior government are never accused, at the price of some copied texts.
//
// Late is said of bodies that the Regulations give a day. From report year 2019 these are governments at county level and
// above and their departments, offices included; agencies of the State Council's departments, branches (分局), bodies of
// unknown kind, zones, institutions and enterprises have none. A date before the reported year has ended dates something
// else.
//
// A section with a heading and without text counts as empty even if its words stand in a picture: it is a note.
//
// Checks across years compare consecutive years of one body and scope. Applications carried over are compared between any
// two forms that print them; stocks only within one form, whose columns mean the same in both years. They are not among
// Rules, since no report alone can fail them; the archive runs them.
//
// Every rule of one report is shown by two folders of testdata/reports, one that breaks it and one that comes close;
// folders_test.go names them. Rules across years need two reports and have their cases beside them.
package check
