package extract_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract"
)

// documents reads the files of this package's tests: compiling the engine for PDF takes seconds, once.
var documents = extract.NewReader(extract.Options{})

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
