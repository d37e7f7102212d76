package document

import (
	"cmp"
	"errors"

	"github.com/tetratelabs/wazero"
)

// Errors of Read; what it returns wraps one of them and says where in the file.
var (
	ErrFormat    = errors.New("format not read by this version")
	ErrEmpty     = errors.New("the file is empty")
	ErrEncrypted = errors.New("the file is encrypted")
	ErrDamaged   = errors.New("the file is damaged")
	ErrLimit     = errors.New("the file is over a limit")
	ErrImageOnly = errors.New("the document holds pictures of pages and no text")
)

// Options are what reading a file needs from outside.
type Options struct {
	Limits Limits // zero values mean the defaults

	// CompileCache keeps the compiled engine that reads PDF between processes: without one, the first PDF of a process
	// takes some seconds more. It is the caller's to close, after the Reader.
	CompileCache wazero.CompilationCache

	// Recognizer reads scans and pictures; without one they are ErrImageOnly.
	Recognizer Recognizer

	// Unpacker unpacks archives of RAR for Members; without one they are unpacked in this process, whatever memory that takes.
	Unpacker Unpacker

	depth int // of the files that the file is in: containers, documents that embed it
}

// Limits bound what one file may cost. A file over one of them is ErrLimit.
type Limits struct {
	Inflated int64 // bytes that all members of a container may unpack to; 64 MiB
	Ratio    int64 // unpacked to packed bytes of one member over 1 MiB; 200
	Members  int   // members of a container, a zip's whole directory included; 10,000
	Markup   int   // bytes of a page or a text without markup, as it is sent; 16 MiB
	Text     int   // bytes of text in all paragraphs and cells, the same text counted each time; 8 MiB
	Cells    int   // cells of all tables; 150,000
	Slots    int   // slots of all tables: rows times columns; 4,000,000
	Blocks   int   // paragraphs and tables; 200,000
	Depth    int   // tables in tables, or containers in containers; 8
	Size     int   // bytes of a PDF; 128 MiB
	Pages    int   // pages of a PDF; 2,000
	Chars    int   // characters of a PDF; 2,000,000
}

// largestMarkup is the default of Limits.Markup.
const largestMarkup = 16 << 20

// orDefault fills in the defaults.
func (l Limits) orDefault() Limits {
	return Limits{
		Inflated: cmp.Or(l.Inflated, 64<<20), Ratio: cmp.Or(l.Ratio, 200), Members: cmp.Or(l.Members, 10_000),
		Markup: cmp.Or(l.Markup, largestMarkup), Text: cmp.Or(l.Text, 8<<20),
		Cells: cmp.Or(l.Cells, 150_000), Slots: cmp.Or(l.Slots, 4_000_000), Blocks: cmp.Or(l.Blocks, 200_000),
		Depth: cmp.Or(l.Depth, 8), Size: cmp.Or(l.Size, 128<<20), Pages: cmp.Or(l.Pages, 2_000),
		Chars: cmp.Or(l.Chars, 2_000_000),
	}
}
