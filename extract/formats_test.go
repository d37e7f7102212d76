package extract_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract"
)

// documents reads the files of this package's tests: compiling the engine for PDF takes seconds, once.
var documents = extract.NewReader(extract.Options{})

// TestFormats reads the documents of testdata/documents, which LibreOffice made from pages of testdata/reports, and what it
// and Chromium print of them: each format comes to the same numbers, blanks and signs as the page. It prints the score of each.
func TestFormats(t *testing.T) {
	files, err := filepath.Glob("../testdata/documents/*/*.*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	exact, right := map[string]int{}, map[string]int{}
	for _, file := range files {
		format := filepath.Ext(file)
		switch {
		case format == ".sh":
			continue
		case format == ".pdf" && strings.HasSuffix(file, "word.pdf"):
			format = "pdf from word-like"
		case format == ".pdf":
			format = "pdf from browser-like"
		}
		name := strings.TrimPrefix(file, "../testdata/documents/")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := documents.Read(t.Context(), extract.Input{Body: body})
			if err != nil {
				t.Fatal(err)
			}
			want := wantCells(t, filepath.Base(filepath.Dir(file)))
			if diff := cmp.Diff(want, cellsOf(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
				return
			}
			exact[format], right[format] = exact[format]+len(want), right[format]+1
		})
	}
	for _, format := range slices.Sorted(maps.Keys(right)) {
		t.Logf("%-21s %d documents wholly right, %d cells exact", format, right[format], exact[format])
	}
	if len(right) < 8 {
		t.Errorf("%d formats", len(right))
	}
}

// What printing does to a report: its tables go over several pages, which cut rows, cells and headers in two; its cells are
// drawn apart, or with dashes; its page lies on its side; it may not be changed. The numbers stay those of the page.
func TestPrintedReports(t *testing.T) {
	for name, report := range map[string]string{
		"browser-rows-cut-by-pages": "shanghai-2019-blank-totals", "word-rows-cut-by-pages": "shanghai-2019-blank-totals",
		"browser-spaced-cells": "hanyang-2022-leading-empty-cell-blank-rule", "browser-dashed-lines": "pingtan-2018-fujian-table",
		"owner-password": "pingtan-2018-fujian-table", "sideways": "pingtan-2018-fujian-table",
	} {
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("../testdata/pdf", name, "document.pdf"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := documents.Read(t.Context(), extract.Input{Body: body})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wantCells(t, report), cellsOf(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// cellsOf writes the cells of a reading, without their places.
func cellsOf(r extract.Reading) (lines []string) {
	if r.Report == nil {
		return nil
	}
	for _, c := range r.Report.Cells {
		shown := c.Raw
		if c.Value.Valid {
			shown = c.Value.Decimal.String()
		}
		lines = append(lines, strings.Join([]string{c.Relation, c.RowID, c.ColumnID}, "/")+" "+string(c.State)+" "+shown)
	}
	slices.Sort(lines)
	return lines
}

// wantCells are the cells of the page from which a document was made.
func wantCells(t *testing.T, name string) []string {
	t.Helper()
	folder := filepath.Join("../testdata/reports", name)
	page := filepath.Join(folder, "page.html")
	if source, err := os.ReadFile(filepath.Join(folder, "source")); err == nil {
		page = filepath.Join(folder, strings.TrimSpace(string(source)))
	}
	body, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	r, err := extract.Read(extract.Input{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return cellsOf(r)
}
