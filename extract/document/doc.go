// Package document turns the bytes of one file into running text and tables, before anything is understood of them.
//
//	document.go   Document, Block, Table: what every format gives
//	options.go    the errors, and the limits that one file is read within
//	detect.go     Read: the format by content, then its reader
//	html.go       web pages, with goquery's parser (golang.org/x/net/html)
//	tabbed.go     tables typed as text with tabs
//	mhtml.go      web pages saved in one file, as Word and browsers do
//	plain.go      text without markup; cellline.go: tables with a line each cell
//
//	flow.go       running text with tables in it, as word processors have it; builder.go makes the document of it
//	docx.go       Word and WPS in a zip (docxlist.go: numbers that Word makes; docxchart.go: figures behind charts)
//	odt.go        LibreOffice (odtsheet.go: the sheets and charts in it)
//	word97.go     Word and WPS in an OLE2 container (doc_text.go: pieces and properties; doc_table.go: rows and cells)
//	rtf.go        Rich Text Format
//	fields.go     what a field of Word shows
//	sheet.go      the sheets of a workbook: xlsx.go, xls.go (BIFF8), graph.go (Microsoft Graph); numberformat.go: values as shown
//	unzip.go, ole.go   the two containers of documents
//
//	gzip.go       one file in gzip, read by its own type
//	members.go    Members: the files in a zip or rar (unzip.go, rar.go), each a document of its own
//
// A further format is one file here and one case in detect.go.
//
// # Decisions
//
// The format is decided by the first bytes. Servers send text/html for a PDF and application/msword for a page.
//
// Every table of a page is kept, with its number in document order; running text is taken from the body container only.
//
// A table that is full of running text, or holds other tables and little else, is layout: its cells are read as
// paragraphs. It keeps its grid, so nothing is lost where the guess is wrong.
//
// Office documents are read as their reader sees them: changes that are tracked count as accepted; what is deleted, hidden,
// in headers, footers, notes or comments is left out; a field is its result; text boxes follow the paragraph they hang on
// (in .doc, the text). Where Word numbers paragraphs by itself, the number is put in front of them, in .docx only so far.
//
// Tables of .doc and .rtf have no spans, only edges: those of all rows make the lines of the grid. Edges up to a
// point and a half apart are one.
//
// A sheet is cut into paragraphs, the rows with one filled cell, and the tables between them: many reports were typed into
// one sheet. A short cell alone in its row, right below a table's row, is a label whose values are blank. Days are written
// YYYY-MM-DD, so that none is taken for a number. A number is rounded and scaled as its format shows it, with the unit that
// the format prints; one that the format hides, or prints as a dash, is given all the same: it is in the file.
//
// Sheets embedded in a document, and what its charts remember of theirs, are tables with a Chart, in the order of their names
// (.odt: of the text). Hidden sheets, and hidden rows and columns of shown ones, are tables that say so; package extract reads
// no figures there.
//
// LibreOffice, antiword and catdoc are the judges (judges_test.go): of 27 files the text is LibreOffice's character by
// character but for the signs before list items, and the tables are its cell by cell but for two reasons named there.
//
// One report of 70 kB as a page takes, beside the parsing of that page as HTML and on one shared core of 2026: .doc 0.7 to 1.0
// times, .xls 1.2, .rtf 1.4 to 1.7, .odt 2.5 to 2.9, .docx and .xlsx 6.5 to 9.6 (encoding/xml), the page itself 1.5; 1 MiB is
// allocated, 4 for .docx and .xlsx, and the heap stays below 9 MiB (BenchmarkFormats).
//
// A zip or rar that is no document is a ContainerError, which says what is in it. Members unpacks it, and what is packed in
// it, to all depths at once; the limits hold for all of it together, and what could not be unpacked counts against them
// as well, so that no heap of bombs costs more than one. What is wrong with one member is told beside the others; only
// in a rar a member over a limit ends the archive, as a solid one would be unpacked to its end to find the next.
//
// RAR is read by nwaples/rardecode, pure Go. 7z is recognised only: no case of one is known, and the library for it brings
// six decoders along.
//
// Text without a tag is plain text, a paragraph a line. A table in which every cell is a line has lost its merged cells:
// its grid is as ragged as it stands there, and what cannot be told by it is left to the doubts of package form. JSON without a tag is for scripts: ErrFormat.
//
// Of a saved page (MHTML) the root part is read; where that is a workbook's page of frames, all its pages. A page that is
// whole is read though what stands behind it is cut: that is a doubt.
//
// PDF, OFD, 7z and pictures are recognised and are ErrFormat. There is no sample of an OFD to read by.
package document
