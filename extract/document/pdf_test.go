package document_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/tetratelabs/wazero"
	"golang.org/x/text/unicode/norm"

	"nianbao/extract/document"
)

// pdfs reads the PDFs of this package's tests: compiling its engine takes seconds, once.
var (
	compiled = wazero.NewCompilationCache()
	pdfs     = document.NewReader(document.Options{CompileCache: compiled, Limits: document.Limits{Inflated: 8 << 20, Cells: 20_000}})
)

// drawn makes a PDF of pages with these contents, in Helvetica as /F.
func drawn(pages ...string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	b.WriteString("%PDF-1.4\n")
	object("<</Type/Catalog/Pages 2 0 R>>")
	var kids string
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 4+2*i)
	}
	object("<</Type/Pages/Count %d/Kids[%s]>>", len(pages), kids)
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, content := range pages {
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", 5+2*i)
		object("<</Length %d>>stream\n%s\nendstream", len(content), content)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// say prints text at a place, 10 points high.
func say(x, y float64, text string) string {
	return fmt.Sprintf("BT /F 10 Tf %g %g Td (%s) Tj ET\n", x, y, text)
}

// Two rows of three columns, 60 points wide and 20 high, from 100, 500 on; the first two cells of the first row are one.
const (
	left, top     = 100.0, 500.0
	wide, high    = 60.0, 20.0
	wantTable     = "0,0 1x2 a; 0,2 1x1 b; 1,0 1x1 c; 1,1 1x1 12; 1,2 1x1 345"
	wantTableText = "[0]"
)

func tableText() string {
	return say(left+3, top-14, "a") + say(left+2*wide+3, top-14, "b") + say(left+3, top-34, "c") +
		say(left+wide+3, top-34, "12") + say(left+2*wide+3, top-34, "345")
}

// sides draws the sides of the table's cells with draw(x1, y1, x2, y2).
func sides(draw func(x1, y1, x2, y2 float64) string) string {
	var b strings.Builder
	for row := range 3 {
		y := top - high*float64(row)
		b.WriteString(draw(left, y, left+3*wide, y))
	}
	for column := range 4 {
		x, from := left+wide*float64(column), top
		if column == 1 {
			from -= high
		}
		b.WriteString(draw(x, from, x, top-2*high))
	}
	return b.String()
}

func stroke(x1, y1, x2, y2 float64) string { return fmt.Sprintf("%g %g m %g %g l S\n", x1, y1, x2, y2) }

// cellBoxes calls draw(x, y, width, height) for the cells of the table.
func cellBoxes(draw func(x, y, w, h float64) string) string {
	return draw(left, top-high, 2*wide, high) + draw(left+2*wide, top-high, wide, high) +
		draw(left, top-2*high, wide, high) + draw(left+wide, top-2*high, wide, high) + draw(left+2*wide, top-2*high, wide, high)
}

// One table, drawn in all the ways that programs draw one; and what lines do not make. Made up, each for one thing.
func TestDrawnTables(t *testing.T) {
	for name, c := range map[string]struct{ content, text, table string }{
		"lines": {sides(stroke) + tableText(), wantTableText, wantTable},
		"thin rectangles": {sides(func(x1, y1, x2, y2 float64) string {
			return fmt.Sprintf("%g %g %g %g re f\n", x1, y2, max(x2-x1, 0.5), max(y1-y2, 0.5))
		}) + tableText(), wantTableText, wantTable},
		"a rectangle each cell": {cellBoxes(func(x, y, w, h float64) string { return fmt.Sprintf("%g %g %g %g re S\n", x, y, w, h) }) +
			tableText(), wantTableText, wantTable},
		"a frame each cell, with space between": {cellBoxes(func(x, y, w, h float64) string {
			return fmt.Sprintf("%g %g %g %g re %g %g %g %g re f*\n", x+0.7, y+0.7, w-1.4, h-1.4, x+1.4, y+1.4, w-2.8, h-2.8)
		}) + tableText(), wantTableText, wantTable},
		"double lines": {sides(func(x1, y1, x2, y2 float64) string {
			return stroke(x1, y1, x2, y2) + stroke(x1+1.5, y1-1.5, x2+1.5, y2-1.5)
		}) + tableText(), wantTableText, wantTable},
		"dashes drawn one by one": {sides(func(x1, y1, x2, y2 float64) (s string) {
			for d := 0.0; d < max(x2-x1, y1-y2); d += 4 {
				if x1 == x2 {
					s += stroke(x1, y1-d, x1, y1-d-2.6)
				} else {
					s += stroke(x1+d, y1, x1+d+2.6, y1)
				}
			}
			return s
		}) + tableText(), wantTableText, wantTable},
		"without sides": {strings.Join(slices.DeleteFunc(strings.SplitAfter(sides(stroke), "\n"), func(line string) bool {
			return strings.HasPrefix(line, fmt.Sprintf("%g %g m %g", left, top, left)+" ") || strings.HasPrefix(line, fmt.Sprintf("%g ", left+3*wide))
		}), "") + tableText(), wantTableText, wantTable},
		"scaled":               {"2 0 0 2 -100 -400 cm 0.5 0 0 0.5 50 200 cm " + sides(stroke) + tableText(), wantTableText, wantTable},
		"a word underlined":    {sides(stroke) + stroke(left+wide+3, top-36, left+wide+14, top-36) + tableText(), wantTableText, wantTable},
		"white lines are none": {"1 G " + sides(stroke) + "0 G " + tableText(), "a b | c 12 345", ""},
		"a frame is no table":  {stroke(50, 550, 350, 550) + stroke(350, 550, 350, 50) + stroke(350, 50, 50, 50) + stroke(50, 50, 50, 550) + say(100, 500, "abc"), "abc", ""},
		"a number longer than its cell": {sides(stroke) + say(left+3, top-34, "c") + say(left+wide+10, top-34, "1234567890"), wantTableText,
			"0,0 1x2 ; 0,2 1x1 ; 1,0 1x1 c; 1,1 1x1 1234567890; 1,2 1x1 "},
		"two numbers in one cell stay two": {sides(stroke) + say(left+5, top-14, "12") + say(left+80, top-14, "345") + say(left+3, top-34, "c"), wantTableText,
			"0,0 1x2 12\n345; 0,2 1x1 ; 1,0 1x1 c; 1,1 1x1 ; 1,2 1x1 "},
		"numbers that touch a line stay two": {sides(stroke) + say(left+wide-6.6, top-34, "1") + say(left+wide+1, top-34, "2"), wantTableText,
			"0,0 1x2 ; 0,2 1x1 ; 1,0 1x1 1; 1,1 1x1 2; 1,2 1x1 "},
		"a number that its cell broke": {stroke(100, 500, 140, 500) + stroke(100, 470, 140, 470) + stroke(100, 440, 140, 440) + stroke(100, 500, 100, 440) + stroke(140, 500, 140, 440) +
			say(103, 488, "12345") + say(103, 476, "67") + say(103, 455, "8") + say(103, 443, "9"), wantTableText, "0,0 1x1 1234567; 1,0 1x1 8\n9"},
		"bold by printing twice": {sides(stroke) + tableText() + say(left+wide+3.2, top-34, "12"), wantTableText, wantTable},
		"no cell behind":         {sides(stroke) + say(10, 595, "x") + tableText(), "x | [0]", wantTable},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := pdfs.Read(t.Context(), drawn(c.content), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != c.text || c.table != "" && cellsOf(d, 0) != c.table {
				t.Errorf("got %q, %q; want %q, %q", got, cellsOf(d, 0), c.text, c.table)
			}
		})
	}
}

// table draws rows of cells from a height on, the columns at 50, 150, 250 and so on, each row 20 points high, with all lines.
func table(y float64, rows ...string) (s string) {
	for _, row := range rows {
		for i, cell := range strings.Split(row, "|") {
			s += fmt.Sprintf("%d %g 100 20 re S\n", 50+100*i, y-20)
			s += say(float64(53+100*i), y-14, cell)
		}
		y -= 20
	}
	return s
}

// Tables that a page break cuts, with lines drawn at the break as word processors do. Made up, each for one thing.
func TestTablesOverPages(t *testing.T) {
	number := func(n int) string { return say(195, 20, fmt.Sprint(n)) }
	for name, c := range map[string]struct {
		pages []string
		text  string
		table string
	}{
		"rows go on, the page number is none": {[]string{table(100, "a|1", "b|2") + number(1), table(580, "c|3") + number(2)}, "[0]",
			"0,0 1x1 a; 0,1 1x1 1; 1,0 1x1 b; 1,1 1x1 2; 2,0 1x1 c; 2,1 1x1 3"},
		"a header printed again": {[]string{table(100, "name|count", "b|2"), table(580, "name|count", "c|3")}, "[0]",
			"0,0 1x1 name; 0,1 1x1 count; 1,0 1x1 b; 1,1 1x1 2; 2,0 1x1 c; 2,1 1x1 3"},
		"a row without a number stays a row": {[]string{table(100, "fines|5"), table(580, "coercion|", "other|7")}, "[0]",
			"0,0 1x1 fines; 0,1 1x1 5; 1,0 1x1 coercion; 1,1 1x1 ; 2,0 1x1 other; 2,1 1x1 7"},
		"a row without a label stays a row": {[]string{table(100, "fines|5"), table(580, "|6", "other|7")}, "[0]",
			"0,0 1x1 fines; 0,1 1x1 5; 1,0 1x1 ; 1,1 1x1 6; 2,0 1x1 other; 2,1 1x1 7"},
		"numbers never become one": {[]string{table(100, "|5"), table(580, "|6")}, "[0]", "0,0 1x1 ; 0,1 1x1 5; 1,0 1x1 ; 1,1 1x1 6"},
		"a label that the page break cut": {[]string{table(100, "administrative penal|5"), table(580, "ties and coercion|", "other|7")}, "[0]",
			"0,0 1x1 administrative penal ties and coercion; 0,1 1x1 5; 1,0 1x1 other; 1,1 1x1 7"},
		"a label over several rows goes on": {[]string{table(100, "part|a|1"), table(580, "|b|2")}, "[0]",
			"0,0 2x1 part; 0,1 1x1 a; 0,2 1x1 1; 1,1 1x1 b; 1,2 1x1 2"},
		"a number in the label column does not": {[]string{table(100, "8|a|1"), table(580, "|b|2")}, "[0]",
			"0,0 1x1 8; 0,1 1x1 a; 0,2 1x1 1; 1,0 1x1 ; 1,1 1x1 b; 1,2 1x1 2"},
		"other columns are another table": {[]string{table(100, "a|1"), table(580, "a|b|3")}, "[0] | [1]", "0,0 1x1 a; 0,1 1x1 1"},
		"text between parts tables":       {[]string{table(100, "a|1"), say(50, 580, "Text") + table(560, "b|2")}, "[0] | Text | [1]", "0,0 1x1 a; 0,1 1x1 1"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := pdfs.Read(t.Context(), drawn(c.pages...), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != c.text || cellsOf(d, 0) != c.table {
				t.Errorf("got %q, %q; want %q, %q", got, cellsOf(d, 0), c.text, c.table)
			}
		})
	}
}

// Text of made-up pages.
func TestPrintedText(t *testing.T) {
	const turned = "BT /F 10 Tf 0 1 -1 0 200 300 Tm (abc) Tj ET\n"
	page := func(n int) string {
		return say(50, 580, "Report of the year") + say(50, 540, fmt.Sprintf("Text %c", 'a'+n)) + say(190, 20, fmt.Sprintf("- %d -", n+1))
	}
	for name, c := range map[string]struct {
		pages []string
		text  string
		doubt string
	}{
		"heads and page numbers":       {[]string{page(0), page(1), page(2)}, "Text a | Text b | Text c", ""},
		"a page number alone":          {[]string{say(50, 580, "Report") + say(195, 20, "7")}, "Report", ""},
		"a number that is none":        {[]string{say(50, 580, "Report") + say(195, 300, "7")}, "Report | 7", ""},
		"text at the side":             {[]string{say(50, 580, "Report") + turned}, "Report | abc", ""},
		"a page printed sideways":      {[]string{turned + "BT /F 10 Tf 0 1 -1 0 220 300 Tm (de) Tj ET"}, "abc | de", ""},
		"hidden text under a picture":  {[]string{"3 Tr " + say(50, 580, "1O5")}, "1O5", "not shown"},
		"text outside of the page":     {[]string{say(50, 580, "a") + say(50, 700, "b")}, "a", ""},
		"columns of numbers":           {[]string{say(50, 500, "a") + say(150, 500, "1") + say(50, 485, "b") + say(150, 485, "2") + say(50, 470, "c") + say(150, 470, "3")}, "[0]", ""},
		"two rows are no columns":      {[]string{say(50, 500, "a") + say(150, 500, "1") + say(50, 485, "b") + say(150, 485, "2")}, "a 1 | b 2", ""},
		"numbers that stand elsewhere": {[]string{say(50, 500, "a") + say(150, 500, "1") + say(50, 485, "bcdefghijklmnopqrstuv") + say(250, 485, "2") + say(50, 470, "c") + say(110, 470, "3")}, "a 1 | bcdefghijklmnopqrstuv 2 | c 3", ""},
		"nothing at all":               {[]string{""}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := pdfs.Read(t.Context(), drawn(c.pages...), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(d); got != c.text || !strings.Contains(strings.Join(d.Doubts, ";"), c.doubt) || (c.doubt == "") != (len(d.Doubts) == 0) {
				t.Errorf("got %q, doubts %q; want %q, %q", got, d.Doubts, c.text, c.doubt)
			}
		})
	}
}

// TestPDF reads the documents of testdata/pdf, each there for what its name says. What is wanted is beside it; UPDATE=1 writes it.
func TestPDF(t *testing.T) {
	files, err := filepath.Glob("../../testdata/pdf/*/document.pdf")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := written(pdfs.Read(t.Context(), body, "application/pdf"))
			wanted := filepath.Join(filepath.Dir(file), "want.txt")
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(wanted, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(wanted)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// written is a document as text: its blocks, and of each table the rows, a cell as its text with its spans if it has any.
func written(d document.Document, err error) string {
	var b strings.Builder
	if err != nil {
		return fmt.Sprintf("%s, error: %v\n", d.Media, err)
	}
	fmt.Fprintf(&b, "%s: %s\n", d.Media, d.Title)
	for _, doubt := range d.Doubts {
		fmt.Fprintf(&b, "doubt: %s\n", doubt)
	}
	for _, block := range d.Blocks {
		if block.Table < 0 {
			fmt.Fprintf(&b, "\n%s\n", block.Text)
			continue
		}
		g := d.Tables[block.Table].Grid
		fmt.Fprintf(&b, "\ntable %d: %d rows, %d columns\n", block.Table, g.Rows, g.Columns)
		for row := range g.Rows {
			var cells []string
			for _, c := range g.Row(row) {
				if c.Row != row {
					continue
				}
				cell := strings.ReplaceAll(c.Text, "\n", "⏎")
				if c.Rowspan > 1 || c.Colspan > 1 {
					cell += fmt.Sprintf(" (%dx%d)", c.Rowspan, c.Colspan)
				}
				cells = append(cells, cell)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	return b.String()
}

// allPDFs are the documents that hold text.
func allPDFs(t testing.TB) (files []string) {
	t.Helper()
	for _, pattern := range []string{"../../testdata/documents/*/*.pdf", "../../testdata/pdf/*/document.pdf"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 20 {
		t.Fatalf("%d files", len(files))
	}
	return files
}

// What TestPDFAgainstPdftotext allows, and why.
var (
	// The first and the last line of these pages are a running head and a page number.
	withHeads = regexp.MustCompile(`browser\.pdf$|browser-rows-cut-by-pages|running-heads`)
	// The header of a table is printed again on the next page.
	printedAgain = map[string]string{"pdf/running-heads/document.pdf": "信息内容制发现行有效"}
)

// TestPDFAgainstPdftotext holds the characters of each document against those that poppler finds in it: the same, as often.
func TestPDFAgainstPdftotext(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	compared := 0
	for _, file := range allPDFs(t) {
		name := strings.TrimPrefix(filepath.ToSlash(file), "../../testdata/")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d, err := pdfs.Read(t.Context(), body, "")
			if err != nil {
				t.Skip(err) // TestPDF knows which
			}
			compared++
			printed := pdftotext(t, file)
			left := printedAgain[name]
			if withHeads.MatchString(name) {
				left += heads(printed)
			}
			more, less := apart(allText(d)+left, printed)
			if less != "" || more != "" {
				t.Errorf("only in the PDF: %q\nonly in the document: %q", less, more)
			}
		})
	}
	if compared < 18 {
		t.Errorf("%d documents were compared", compared)
	}
}

// pdftotext is what poppler reads in a document, in lines as they are printed, a form feed between pages.
func pdftotext(t *testing.T, file string) string {
	t.Helper()
	printed, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(printed)
}

// heads are the first and the last line of each page.
func heads(printed string) (text string) {
	for page := range strings.SplitSeq(strings.Trim(printed, "\f"), "\f") {
		lines := strings.Split(strings.Trim(page, "\n"), "\n")
		text += lines[0] + lines[len(lines)-1]
	}
	return text
}

// allText is the text of a document, that of tables included.
func allText(d document.Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		b.WriteString(block.Text)
	}
	for _, table := range d.Tables {
		if !table.Layout { // its text is among the blocks
			for _, c := range table.Grid.Cells {
				b.WriteString(c.Text)
			}
		}
	}
	return b.String()
}

// apart is what one text has of characters that the other has not, white space and forms of characters aside, in order.
func apart(a, b string) (more, less string) {
	counts := map[rune]int{}
	for _, r := range norm.NFKC.String(a) {
		counts[r]++
	}
	for _, r := range norm.NFKC.String(b) {
		counts[r]--
	}
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			continue
		}
		more += strings.Repeat(string(r), max(0, counts[r]))
		less += strings.Repeat(string(r), max(0, -counts[r]))
	}
	return more, less
}

// The engine ends at a deadline, and the next document is read all the same. A document that is cancelled is no damaged one.
func TestPDFDeadline(t *testing.T) {
	body := drawn(say(50, 500, "abc"))
	late, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-late.Done()
	if _, err := pdfs.Read(late, body, ""); !errors.Is(err, document.ErrLimit) {
		t.Errorf("error %v", err)
	}
	long := drawn(strings.Repeat(say(50, 500, strings.Repeat("abc", 20)), 3000))
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := pdfs.Read(soon, long, ""); !errors.Is(err, document.ErrLimit) {
		t.Errorf("error %v", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := pdfs.Read(stopped, body, ""); !errors.Is(err, context.Canceled) || errors.Is(err, document.ErrDamaged) {
		t.Errorf("error %v", err)
	}
	if d, err := pdfs.Read(t.Context(), body, ""); err != nil || shape(d) != "abc" {
		t.Errorf("%q, %v", shape(d), err)
	}
}

// Limits on size, pages and characters each say so.
func TestPDFLimits(t *testing.T) {
	body := drawn(say(50, 500, "abc"), say(50, 500, "def"))
	for want, limits := range map[string]document.Limits{
		"bytes": {Size: 100}, "pages": {Pages: 1}, "characters": {Chars: 5}, "paragraphs": {Blocks: 1},
	} {
		r := document.NewReader(document.Options{CompileCache: compiled, Limits: limits})
		if _, err := r.Read(t.Context(), body, ""); !errors.Is(err, document.ErrLimit) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v", want, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Several goroutines may use a Reader, and one instance of the engine does not read for ever.
func TestPDFManyAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := range 30 {
				text := fmt.Sprintf("text %d %d", i, n)
				d, err := pdfs.Read(t.Context(), drawn(say(50, 500, text)), "")
				if err != nil || shape(d) != text {
					t.Errorf("%q, %v; want %q", shape(d), err, text)
				}
			}
		})
	}
	all.Wait()
}

// makeEngine makes the engine before there is a clock on each input.
func makeEngine(f *testing.F) {
	f.Helper()
	if _, err := pdfs.Read(f.Context(), drawn(say(50, 500, "abc")), ""); err != nil {
		f.Fatal(err)
	}
}

// FuzzPDF: whatever bytes come, reading them ends, without a panic, in a document or in an error.
func FuzzPDF(f *testing.F) {
	for _, file := range allPDFs(f) {
		if body, err := os.ReadFile(file); err == nil && len(body) < 40<<10 {
			f.Add(body)
		}
	}
	f.Add(drawn(sides(stroke) + tableText())) // nothing in it is compressed
	f.Add(drawn(say(50, 500, "a")+say(150, 500, "1")+say(50, 485, "b")+say(150, 485, "2")+say(50, 470, "c")+say(150, 470, "3"), cellBoxes(func(x, y, w, h float64) string {
		return fmt.Sprintf("%g %g %g %g re S\n", x, y, w, h)
	})))
	f.Add([]byte("%PDF-1.7\n"))
	makeEngine(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if !bytes.HasPrefix(body, []byte("%PDF-")) {
			body = append([]byte("%PDF-"), body...)
		}
		d, err := pdfs.Read(ctx, body, "")
		if err != nil {
			return
		}
		for _, b := range d.Blocks {
			if b.Table >= len(d.Tables) {
				t.Errorf("a block of table %d of %d", b.Table, len(d.Tables))
			}
		}
	})
}

// BenchmarkPDF reads the reports that a word processor and a browser printed.
func BenchmarkPDF(b *testing.B) {
	files, err := filepath.Glob("../../testdata/documents/*/*.pdf")
	if err != nil || len(files) == 0 {
		b.Fatal(err)
	}
	var bodies [][]byte
	pages := 0
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := pdfs.Read(b.Context(), body, ""); err != nil { // and the engine is made
			b.Fatal(err)
		}
		bodies = append(bodies, body)
		pages += document.PDFPages(b.Context(), pdfs, body)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		for _, body := range bodies {
			if _, err := pdfs.Read(b.Context(), body, ""); err != nil {
				b.Fatal(err)
			}
		}
	}
	seconds := b.Elapsed().Seconds()
	b.ReportMetric(float64(b.N*len(bodies))/seconds, "files/s")
	b.ReportMetric(float64(b.N*pages)/seconds, "pages/s")
}
