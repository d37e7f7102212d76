// Package form reads the tables of a document as an official form and says cell by cell what it prints.
//
//	edition.go  Edition: one official form as data; the look-up of labels
//	editions/   the forms, a file each: tables, labels with their seen variants, sums that must hold
//	match.go    Read: recognise the form by its headers, find header and label of every cell
//	convert.go  amounts to the unit of their relation
//	cell.go     Cell: what comes out
//
// # Decisions
//
// A form is recognised by labels that only it prints, and ruled out by labels of another form; neither the year nor the
// document number that the text cites says which form it is (both are wrong in real reports).
//
// A cell belongs to the header above it. Only where a row visibly does not stand under its headers (a missing colspan, a
// leading empty cell) and has exactly as many cells as there are columns, their order decides, and a remark says so.
// Everything else that two readings are possible for gets no value.
//
// A header row of the form (（三）不予公开) that prints numbers of its own is a leftover: the form has no place for them and
// its children are absent, not zero.
//
// Labels are compared in normal form (package text), with their numeral or without. The wordings under aliases were
// seen in real reports or are those of the other edition; a label that none of them fits is a leftover, never a guess.
//
// A number over several rows (a merged value cell) is given to none of them.
package form
