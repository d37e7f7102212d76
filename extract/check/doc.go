// Package check judges one report: do its own sums hold, and what did reading it leave behind.
//
//	finding.go  Finding, Severity
//	rules.go    Rules: the table of checks; Run judges a report by all of them
//
// # Decisions
//
// The sums are data of the forms (form.Identity); a rule here judges any of them. A new sum is a line in an edition.
//
// A sum is judged with blank cells as nothing printed, and the finding says how many there were. It is not judged when a
// whole side is blank, a term is not in the document, or a term prints something unreadable: no accusation without proof.
//
// A finding names one cell: the printed total. Expected is the sum of the parts, actual what is printed.
package check
