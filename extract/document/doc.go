// Package document turns the bytes of one file into running text and tables, before anything is understood of them.
//
//	document.go   Document, Block, Table: what every format gives
//	options.go    the errors, and the limits that one file is read within
//	size.go       how large a document has become, against the limits
//	detect.go     Reader, Read: the format by content, then its reader
//	html.go       web pages, with goquery's parser (golang.org/x/net/html)
//	seen.go       what a page strikes, hides or raises, and values in fields
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
//	rar_parts.go  what is unpacked of a rar in another process, part by part
//	rartest/      archives of rar as no archiver packs them, for tests
//
//	pdf.go        a PDF, from its pages to running text with tables
//	pdf_engine.go PDFium: made for the first PDF, stopped at a deadline, thrown away when it breaks
//	pdf_page.go   what is printed on a page: characters and lines drawn (pdf_draw.go: paths)
//	pdf_rule.go   lines drawn to tables; pdf_align.go: tables of which none are; pdf_join.go: tables over page breaks
//	pdf_line.go   characters to lines of text; pdf_text.go: lines to paragraphs and cells; pdf_margin.go: running heads
//	pdf_image.go  a page as a picture, for text recognition
//	scan.go       pictures of pages: lines by their ink, characters by a Recognizer (bitmap.go, bitmap_rules.go)
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
// So are pages. In both, struck text is left out, and a raised digit is ¹ and no part of the number before it; sheets keep
// what they strike. In a page, invisible text is left out, and a number in a field or in a table of its own stands in the cell
// that holds it.
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
// in a rar a member over a limit ends the archive, and in a solid one any that cannot be unpacked.
//
// What a file may cost is bounded by what it becomes, not by what it has: cells that repeat, strings and pages that are shared,
// spans and list numbers make a thousand times as much of it. So text, cells, slots and paragraphs are counted while they
// are read (size.go). XML is read as it is unpacked, and its tags, attributes and runs are counted before the parser sees
// them. A zip's directory is counted before the library reads it, an OLE2 container's while it does. Expressions are Go's
// (RE2). Formats but PDF do not look at the deadline; whoever calls leaves one alone that does not end.
//
// RAR is read by nwaples/rardecode, pure Go, with a dictionary of 32 MiB at most. A solid archive is given to it as one that is not
// (unlink): it would unpack what is passed over to its end. In RAR 3 and 4 a block of PPMd anywhere in a member may ask for a model of
// 256 MiB, the library makes each anew, and a program for its virtual machine runs as long as that lets it; the file does not tell
// before. So Members takes an Unpacker, which has a process of its own do that (UnpackRar), and ends it over its time or memory. What
// it gives is read as it comes, as what all members unpack to is bounded here. Without one the same runs in a goroutine. Read only lists
// the names: nothing is unpacked for that. 7z is recognised only: no case of one is known, and the library for it brings six decoders
// along.
//
// Text without a tag is plain text, a paragraph a line. A table in which every cell is a line has lost its merged cells:
// its grid is as ragged as it stands there, and what cannot be told by it is left to the doubts of package form. JSON without a tag is for scripts: ErrFormat.
//
// Of a saved page (MHTML) the root part is read; where that is a workbook's page of frames, all its pages. A page that is
// whole is read though what stands behind it is cut: that is a doubt.
//
// OFD and 7z are recognised and are ErrFormat. There is no sample of an OFD to read by.
//
// Scans and pictures are ErrImageOnly without a Recognizer. With one, the lines of a table are found in the ink, and each cell
// is shown to it without its lines, one below the other on clean paper: shown as a page, tesseract 5.3 loses most figures of
// a table; shown so, it read 178 of 183 cells of the test's scan, at about 4 s a page. It reads labels less well: rows whose
// label is not one of the form's are left out. Which numbers are given, package check decides by the sums (check.Confirm).
//
// # Decisions about PDF
//
// PDFium does what takes a team: fonts, encodings, broken files, encryption. It comes as WebAssembly in
// github.com/klippa-app/go-pdfium 1.20.0 (MIT; PDFium BSD-3-Clause) and runs on github.com/tetratelabs/wazero 1.12.0 (Apache-2.0):
// no cgo, no helper program, and in a sandbox without files, clock or network, with 256 MiB at most: more is ErrLimit. The stripped linux/amd64
// binary grows from 23.4 to 34.8 MB; a start without PDF stays as it was (15 ms), as nothing is made before the first one. Making
// it and reading a report take 3.6 s and 375 MB at the peak, 0.3 s and 114 MB with compiled code on disk (21 MB;
// Options.CompileCache). Then it reads some 6 reports, or 25 pages, a second (BenchmarkPDF, two busy cores).
//
// The deadline comes with the context. It costs: code that can be stopped in a loop takes three times as long, and a
// goroutine each call. A file that never ends would cost a core for ever. Calls per character are therefore few: box,
// advance, angle, code.
//
// What breaks the engine, or is not read to the end, is ErrDamaged or ErrLimit; the engine goes with it. It also goes
// after 50 documents, as its memory only grows.
//
// A page is what its reader sees. White lines and text outside of the page are none. Hidden text, which text recognition puts
// under a scan, is read, with a doubt. Characters without a code become U+FFFD, with a doubt, so that no number lacks a digit.
//
// A table is a group of lines that touch. Its rows and columns are where lines run; two slots are one cell unless at least
// half of the side between them is drawn. Tables that stand on one another are two where hardly a line between columns goes
// on. A character is in the cell where its middle is; the figures of a number stay together, so that a number too long for
// its cell is not cut in two. Figures that stand far apart in one cell are parted.
//
// Lines of a cell are joined where the next word did not fit. A number is joined over two lines only if it surely did not fit; otherwise
// package check settles it by sums.
//
// A table at the top of a page goes on with that at the end of the page before if both are equally wide and one has all
// lines between columns that the other has. A row or a cell is cut by the page break where neither page draws a line
// (browsers); where both do (word processors), only if the lower part says nothing that a row of its own would. The numbers
// of two rows never become one.
//
// Without lines, a table needs three rows with all columns apart from each other, and a column with numbers.
//
// What stands at the edge of several pages at one height and says the same, digits aside, is a running head. A number that
// looks like a page's, at the edge, is one. Both are left out of the text; they never are in a table.
//
// Not read: form fields and notes that hang on a page, text in several columns, tables drawn with crooked lines.
package document
