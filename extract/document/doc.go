// Package document turns the bytes of one file into running text and tables, before anything is understood of them.
//
//	document.go  Document, Block, Table: what every format gives
//	detect.go    Read: the format by content, then its reader
//	html.go      web pages, with goquery's parser (golang.org/x/net/html)
//	tabbed.go    tables typed as text with tabs
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
package document
