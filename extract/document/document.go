package document

import (
	"nianbao/extract/grid"
	"nianbao/extract/page"
	"nianbao/extract/title"
)

// Document is one file as its format shows it to a reader: running text and tables in order, before anything is
// understood of them.
type Document struct {
	Media      string            // html, pdf, doc, docx, odt, rtf, xls, xlsx, wps, et, text
	Charset    string            // the encoding the text was decoded from, WHATWG name in lower case
	Title      string            // what the page itself calls its title: ArticleTitle, the heading, the title element
	Titled     title.Title       // what Title says by itself, whatever site and column it stands in
	Column     string            // the column of the site that the page says it is in
	Meta       map[string]string // meta elements by lower-case name, first one wins
	Blocks     []Block           // paragraphs and tables of the body container, in order
	Tables     []Table           // every table of the document, in document order; its index is its table_no
	Recognized int               // pages whose text was recognised in a picture (OCR)
	Doubts     []string          // what a reader should know about the decoding or a limit that cut the document short

	PublishedOn   string // YYYY-MM-DD as the document states it, ""
	PublishedFrom string // meta or page, ""

	Identity page.Identity // what a web page says of its site and publisher
}

// Block is one paragraph, or the place of one table, in the running text.
type Block struct {
	Text    string // one paragraph, white space folded; "" for a table
	Table   int    // index into Document.Tables, -1 for a paragraph
	Heading bool   // printed in a heading element
}

// Table is one table of a document.
type Table struct {
	Grid    grid.Grid
	Caption string // its caption element, else ""
	Layout  bool   // it arranges the page instead of holding data
	Parent  int    // index of the table it is nested in, -1 for none
	Chart   string // name of the embedded sheet or chart that holds it, "" if it is printed in the document
	Hidden  bool   // it is a sheet, or rows and columns of one, that its program does not show
	Unshown bool   // its page does not show it, at least until a script does
	Drawn   int    // cells of a page that hold a picture or a script, and no text
}
