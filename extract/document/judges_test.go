package document_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/document"
	"nianbao/extract/grid"
)

// judge finds an outside program; a test that needs one that is missing is skipped, in continuous integration it fails.
func judge(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip(err)
	}
	return path
}

// run gives what a program prints within a minute or two.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}

// officeFile is a file of testdata/documents under a name of its own: case-format.format.
type officeFile struct {
	name, path, format string
	document           document.Document
}

// officeFiles copies the files of some formats into a folder and reads them.
func officeFiles(t *testing.T, folder string, formats ...string) (all []officeFile) {
	t.Helper()
	found, err := filepath.Glob("../../testdata/documents/*/page.*")
	if err != nil || len(found) == 0 {
		t.Fatalf("%d files: %v", len(found), err)
	}
	for _, file := range found {
		format := strings.TrimPrefix(filepath.Ext(file), ".")
		if !slices.Contains(formats, format) {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := officeFile{name: filepath.Base(filepath.Dir(file)) + "-" + format, format: format}
		f.path = filepath.Join(folder, f.name+"."+format)
		if f.document, err = document.Read(body, "", document.Options{}); err == nil {
			err = os.WriteFile(f.path, body, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// convert has LibreOffice convert files in one call, and gives what it makes by the files' names.
func convert(t *testing.T, files []officeFile, to string) map[string]string {
	t.Helper()
	out := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", to, "--outdir", out}
	for _, f := range files {
		args = append(args, f.path)
	}
	run(t, judge(t, "soffice"), args...)
	ending, _, _ := strings.Cut(to, ":")
	made := map[string]string{}
	for _, f := range files {
		body, err := os.ReadFile(filepath.Join(out, f.name+"."+ending))
		if err != nil {
			t.Fatal(err)
		}
		made[f.name] = string(body)
	}
	return made
}

// squeeze leaves all white space out.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' {
			return -1
		}
		return r
	}, s)
}

// textOf is a document's text with its tables, without white space.
func textOf(d document.Document) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		b.WriteString(block.Text)
		if block.Table >= 0 {
			for _, c := range d.Tables[block.Table].Grid.Cells {
				b.WriteString(c.Text)
			}
		}
	}
	return squeeze(b.String())
}

// difference shows where two texts part.
func difference(ours, theirs string) string {
	a, b := []rune(ours), []rune(theirs)
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	near := func(r []rune) string { return string(r[max(0, i-10):min(len(r), i+30)]) }
	return fmt.Sprintf("at character %d of %d, theirs of %d: ours %q, theirs %q", i, len(a), len(b), near(a), near(b))
}

// A textClass is a reason why a judge gives another text of a document than we do: edit takes it out of both, and the texts
// are equal then.
type textClass struct {
	name, reason string
	edit         func(string) string
}

var textClasses = []textClass{
	{"bullets", "LibreOffice prints the sign before an item of a list, which is no text",
		func(s string) string { return strings.ReplaceAll(s, "•", "") }},
}

// TestLibreOfficeText: the text of every document, tables and all, is what LibreOffice saves as text, character by character.
func TestLibreOfficeText(t *testing.T) {
	files := officeFiles(t, t.TempDir(), "doc", "docx", "odt", "rtf")
	texts := convert(t, files, "txt:Text (encoded):UTF8")
	same, classes := map[string]int{}, map[string]int{}
	for _, f := range files {
		ours, theirs := textOf(f.document), squeeze(texts[f.name])
		if ours == theirs {
			same[f.format]++
			continue
		}
		i := slices.IndexFunc(textClasses, func(c textClass) bool { return c.edit(ours) == c.edit(theirs) })
		if i < 0 {
			t.Errorf("%s: %s", f.name, difference(ours, theirs))
			continue
		}
		classes[f.format+": "+textClasses[i].name]++
	}
	t.Logf("the same: %v; otherwise: %v", same, classes)
}

// A gridClass is a reason why LibreOffice shows the tables of a document otherwise than we do.
type gridClass struct {
	name, reason string
	holds        func(ours []grid.Grid, page string) bool
}

var gridClasses = []gridClass{
	{"heads that come again", "a row that is repeated on each page is a row group of its own in HTML, which ends the cells that reach out of it",
		func(ours []grid.Grid, page string) bool {
			return slices.Equal(words(ours), words(gridsOf(groups.ReplaceAllString(page, ""))))
		}},
	{"tables that touch", "LibreOffice makes one table of two that follow each other, and of lines that lie within a point and a half " +
		"of each other two; row by row the cells are the same",
		func(ours []grid.Grid, page string) bool {
			return slices.Equal(rowsOf(ours), rowsOf(gridsOf(page)))
		}},
}

var groups = regexp.MustCompile(`(?i)</?t(head|body)[^>]*>`)

// gridsOf forms the tables of a page.
func gridsOf(page string) (all []grid.Grid) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	for n := range root.Descendants() {
		if n.DataAtom == atom.Table {
			g, _, _ := grid.FromHTML(n)
			all = append(all, g)
		}
	}
	return all
}

// words writes grids, a line each cell.
func words(grids []grid.Grid) (out []string) {
	for no, g := range grids {
		for _, c := range g.Cells {
			out = append(out, fmt.Sprintf("table %d: %d,%d %dx%d %s", no, c.Row, c.Column, c.Rowspan, c.Colspan, squeeze(c.Text)))
		}
	}
	return out
}

// rowsOf writes the cells that begin in each row, whatever columns they take.
func rowsOf(grids []grid.Grid) (out []string) {
	for _, g := range grids {
		rows := make([]string, g.Rows)
		for _, c := range g.Cells {
			rows[c.Row] += fmt.Sprintf("|%d %s", c.Rowspan, squeeze(c.Text))
		}
		out = append(out, rows...)
	}
	return out
}

// TestLibreOfficeTables: every cell of every table of the documents stands where LibreOffice shows it in HTML, with the same
// spans and text.
func TestLibreOfficeTables(t *testing.T) {
	files := officeFiles(t, t.TempDir(), "doc", "docx", "odt", "rtf")
	pages := convert(t, files, "html:HTML (StarWriter)")
	same, cells, classes := map[string]int{}, map[string]int{}, map[string]int{}
	for _, f := range files {
		var ours []grid.Grid
		for _, table := range f.document.Tables {
			if table.Chart == "" {
				ours = append(ours, table.Grid)
				cells[f.format] += len(table.Grid.Cells)
			}
		}
		a, b := words(ours), words(gridsOf(pages[f.name]))
		if slices.Equal(a, b) {
			same[f.format]++
			continue
		}
		i := slices.IndexFunc(gridClasses, func(c gridClass) bool { return c.holds(ours, pages[f.name]) })
		if i < 0 {
			t.Errorf("%s: %s", f.name, difference(strings.Join(a, "\n"), strings.Join(b, "\n")))
			continue
		}
		classes[f.format+": "+gridClasses[i].name]++
	}
	t.Logf("files the same: %v; otherwise: %v; cells: %v", same, classes, cells)
}

// shownCell is a cell of a sheet that shows something: its row among those that do, its column, and its text.
func shownCell(row, column int, text string) string {
	return fmt.Sprintf("%d,%d %s", row, column, squeeze(text))
}

// TestLibreOfficeSheets: every cell of the workbooks shows what LibreOffice shows in HTML, in the same row and column. The
// rows are counted without empty ones; a paragraph has no column.
func TestLibreOfficeSheets(t *testing.T) {
	folder := t.TempDir()
	files := officeFiles(t, folder, "xls", "xlsx")
	for _, format := range []string{"xls", "xlsx"} {
		body, err := os.ReadFile(features + "features." + format)
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(body, "", document.Options{})
		f := officeFile{"features-" + format, filepath.Join(folder, "features-"+format+"."+format), format, d}
		if err == nil {
			err = os.WriteFile(f.path, body, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	pages := convert(t, files, "html:HTML (StarCalc)")
	cells := map[string]int{}
	for _, f := range files {
		theirs := sheetCells(pages[f.name])
		row := 0
		var ours []string
		for _, b := range f.document.Blocks {
			if b.Table < 0 {
				ours = append(ours, shownCell(row, -1, b.Text))
				row++
				continue
			}
			g := f.document.Tables[b.Table].Grid
			before := -1
			for _, c := range g.Cells {
				if c.Text == "" {
					continue
				}
				if before >= 0 && c.Row != before {
					row++
				}
				before = c.Row
				ours = append(ours, shownCell(row, c.Column, c.Text))
			}
			row++
		}
		if len(ours) != len(theirs) {
			t.Errorf("%s: %d cells, LibreOffice shows %d", f.name, len(ours), len(theirs))
			continue
		}
		for i := range ours {
			if !slices.Contains(theirs[i], ours[i]) {
				t.Errorf("%s: cell %d: ours %s, theirs %s", f.name, i, ours[i], theirs[i][0])
				break
			}
		}
		cells[f.format] += len(ours)
	}
	t.Logf("cells the same: %v", cells)
}

// sheetCells are the cells of the first table of a page that show something. Each may be called by its column or, in a row
// of its own, by none; columns count from the first that shows something. What LibreOffice shows otherwise: a day in the
// writing of its format, TRUE as 1, and 28.5% without decimals as 28%, where Excel rounds halves of the 15 digits that count
// away from nought.
func sheetCells(page string) (all [][]string) {
	grids := gridsOf(page)
	if len(grids) == 0 {
		return nil
	}
	g := grids[0]
	first := g.Columns
	for _, c := range g.Cells {
		if squeeze(c.Text) != "" {
			first = min(first, c.Column)
		}
	}
	row, before := -1, -1
	for _, c := range g.Cells {
		if squeeze(c.Text) == "" {
			continue
		}
		if c.Row != before {
			row, before = row+1, c.Row
		}
		names := []string{shownCell(row, c.Column-first, c.Text), shownCell(row, -1, c.Text)}
		if m := chineseDay.FindStringSubmatch(squeeze(c.Text)); m != nil {
			names = append(names, shownCell(row, c.Column-first, fmt.Sprintf("%04s-%02s-%02s", m[1], m[2], m[3])))
		}
		if c.Text == "1" {
			names = append(names, shownCell(row, c.Column-first, "TRUE"))
		}
		if c.Text == "28%" {
			names = append(names, shownCell(row, c.Column-first, "29%"))
		}
		all = append(all, names)
	}
	return all
}

var chineseDay = regexp.MustCompile(`^(\d{4})年(\d{1,2})月(\d{1,2})日$`)

// TestAntiword: every fragment that antiword prints of a .doc, a paragraph or a line of a cell, stands in our text, and
// every paragraph of ours in what antiword prints. It loses most of the rows of tables with more than a few columns, and with
// them the paragraph behind; for a picture or an object it prints [pic].
func TestAntiword(t *testing.T) {
	antiword := judge(t, "antiword")
	for _, f := range officeFiles(t, t.TempDir(), "doc") {
		out := strings.ReplaceAll(run(t, antiword, "-m", "UTF-8.txt", "-w", "0", f.path), "[pic]", "")
		ours, fragments := textOf(f.document), 0
		for fragment := range strings.FieldsFuncSeq(out, func(r rune) bool { return r == '|' || r == '\n' }) {
			if fragment = plain(fragment); fragment == "" {
				continue
			}
			if fragments++; !strings.Contains(plain(ours), fragment) {
				t.Errorf("%s: antiword prints %q", f.name, fragment)
			}
		}
		theirs := plain(strings.ReplaceAll(squeeze(out), "|", ""))
		lost := 0
		for i, b := range f.document.Blocks {
			behind := i > 0 && f.document.Blocks[i-1].Table >= 0
			if p := plain(b.Text); b.Table < 0 && !strings.Contains(theirs, p) {
				if lost++; !behind {
					t.Errorf("%s: antiword does not print %q", f.name, p)
				}
			}
		}
		t.Logf("%s: %d fragments of antiword, %d of our %d characters; %d paragraphs lost behind tables", f.name, fragments,
			len([]rune(theirs)), len([]rune(ours)), lost)
	}
}

// plain is text as both print it: antiword and catdoc write some signs as others and put one before the items of lists.
func plain(s string) string {
	return strings.NewReplacer("•", "", "\u00b7", "", "\u00a0", "", "—", "-", "–", "-", "“", `"`, "”", `"`, "…", "...").Replace(squeeze(s))
}

// A catdocClass is a reason why catdoc prints a line that we do not.
type catdocClass struct {
	name, reason string
	holds        func(line, ours string) bool
}

var catdocClasses = []catdocClass{
	{"text taken for bytes", "catdoc decides block by block whether a character has one byte or two, and is often wrong: it prints letters " +
		"that are nowhere in the document, or before the text of the next block",
		func(line, ours string) bool {
			rest := strings.TrimLeftFunc(line, func(r rune) bool { return r < 0x100 })
			return strings.Contains(ours, rest) || strings.ContainsFunc(line, func(r rune) bool { return !strings.ContainsRune(ours, r) })
		}},
	{"headers and footers", "catdoc prints them behind the text",
		func(line, _ string) bool {
			return strings.Contains(line, "2024〔99〕号") || strings.HasPrefix(line, "PAGE")
		}},
}

var fieldInstruction = regexp.MustCompile(`HYPERLINK\s*"[^"]*"`)

// TestCatdoc: every line that catdoc prints of a .doc stands in our text, the rows of tables cell by cell.
func TestCatdoc(t *testing.T) {
	catdoc := judge(t, "catdoc")
	for _, f := range officeFiles(t, t.TempDir(), "doc") {
		ours := plain(textOf(f.document))
		classes, common := map[string]int{}, 0
		for line := range strings.Lines(run(t, catdoc, "-d", "utf-8", "-w", f.path)) {
			line = plain(fieldInstruction.ReplaceAllString(line, ""))
			if strings.Contains(ours, line) {
				common += len([]rune(line))
				continue
			}
			i := slices.IndexFunc(catdocClasses, func(c catdocClass) bool { return c.holds(line, ours) })
			if i < 0 {
				t.Errorf("%s: catdoc prints %q", f.name, line)
				continue
			}
			classes[catdocClasses[i].name]++
		}
		if length := len([]rune(ours)); common < length/2 {
			t.Errorf("%s: only %d of %d characters in common", f.name, common, length)
		}
		t.Logf("%s: %d characters in common; lines otherwise: %v", f.name, common, classes)
	}
}
