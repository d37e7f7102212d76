// Package form reads the tables of a document as an official form and says cell by cell what it prints.
//
//	edition.go  Edition: one official form as data; the look-up of labels
//	editions/   the forms, a file each: tables, labels with their seen variants, sums that must hold
//	match.go    Read: recognise the form by its headers, read each grid, settle what was printed twice
//	parts.go    the tables that stand in one grid, one below the other
//	rows.go     tables with a label before each row (表三, the statistics returns), and the rest of one cut in two
//	side.go     tables whose headers name row and column (表四)
//	block.go    tables that stack blocks under headers of their own (表二)
//	place.go    which cell of a row belongs to which header
//	convert.go  amounts to the unit of their relation
//	series.go   Series: the numbers of a report that compare with those of other forms; crosswalk.json says which
//	layout.go   Layout: the tables of a form as it prints them, with a report's numbers
//	remark.go   Remark: what reading leaves behind, and the kinds of it
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
// A header row of the form (（三）不予公开) that prints numbers of its own is a leftover: the form has no place for them. Only
// （六）其他处理 printed as one row has a row of its own, other_handling_total, as on the form of 2019; the rows below it are
// absent then, not zero.
//
// Labels are compared in normal form (package text), traditional characters made simplified, with their numeral or
// without. The wordings under aliases were seen in real reports or are those of another edition; a label that none of
// them fits is a leftover, never a guess. Wordings that no copy of the form confirms (recalled) match, and are remarked.
//
// Headers that are cut or lost are read in the order of the form only where all columns of the form are there in that
// order: 本年新, 本年新, 对外公开总数量; the fifteen labels of 表四 without the channels over them. A remark says so.
//
// A grid without headers is read as the rest of a table that was cut in two, if it has rows that the table lacks so far, and
// if an empty column of it can stand in one place only.
//
// Of rows of 表四 that are labelled by years the last year's is read, of those of several bodies the one of their total. A
// group's header with a wrong span moves the headers behind it; the columns from it on are read by none of them. So does a
// header cell that is lost: then numbers stand in a column without header, and the columns between are not read.
//
// A grid that holds several tables of the form, one below the other, is taken apart where their labels change, unless a cell
// reaches from one into the next.
//
// A document that prints headers of two forms is not read at all: nothing says which of them is the report.
//
// A number over several rows (a merged value cell) is given to none of them.
package form
