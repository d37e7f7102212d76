package document_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/document"
)

const features = "../../testdata/documents/features/"

// lines writes a document: a line each paragraph, and each cell of a table at its place in the text; then what stands in no
// text: hidden sheets and charts.
func lines(d document.Document) []string {
	var out []string
	printed := map[int]bool{}
	table := func(no int, head string) {
		printed[no] = true
		t := d.Tables[no]
		out = append(out, fmt.Sprintf("%s %d rows %d columns", head, t.Grid.Rows, t.Grid.Columns))
		for _, c := range t.Grid.Cells {
			if head != "hidden:" || c.Text != "" {
				out = append(out, fmt.Sprintf("  %d,%d %dx%d %s", c.Row, c.Column, c.Rowspan, c.Colspan, c.Text))
			}
		}
	}
	for _, b := range d.Blocks {
		if b.Table < 0 {
			out = append(out, strings.ReplaceAll(b.Text, "） ", "）")) // the space behind a number that Word makes
			continue
		}
		table(b.Table, "table:")
	}
	for no, t := range d.Tables {
		switch {
		case t.Hidden:
			table(no, "hidden:")
		case !printed[no] && t.Layout:
			table(no, "layout:")
		case !printed[no]:
			table(no, "other:")
		}
	}
	return out
}

// TestFeatures reads documents that are made up, each paragraph and cell for one thing that Word, WPS or Excel do: what a
// reader sees of them is the same in all formats. features.docx is written by hand; LibreOffice saved the others, and what
// it does not carry over is named here.
func TestFeatures(t *testing.T) {
	for _, c := range []struct {
		format, want string
		lost         []string // old, new of want.txt
	}{
		{"docx", "want.txt", nil},
		{"odt", "want.txt", []string{
			"（一）自动", "自动", "（二）自动", "自动", // numbers of lists are not made in .odt
			rowGone, rowLeft}},
		{"rtf", "want.txt", []string{
			"段落合并：一百二十件。", "二十件。", // all of the paragraph is written as deleted, not only its end
			rowGone, rowLeft}},
		{"doc", "want.txt", []string{
			"（一）自动", "自动", "（二）自动", "自动", // numbers of lists are not made in .doc
			"\n框内12件", "", "\n文末。", "\n文末。\n框内12件", // text boxes stand behind the text
			rowGone, rowLeft}},
		{"xlsx", "sheet.txt", nil},
		{"xls", "sheet.txt", nil},
	} {
		body, err := os.ReadFile(features + "features." + c.format)
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(body, "", document.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(lines(d), "\n") + "\n"
		if os.Getenv("UPDATE") == "1" && c.lost == nil && c.format != "xls" {
			if err := os.WriteFile(features+c.want, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(features + c.want)
		if err != nil {
			t.Fatal(err)
		}
		asked := string(want)
		for i := 0; i+1 < len(c.lost); i += 2 {
			if !strings.Contains(asked, c.lost[i]) {
				t.Errorf("%s: want.txt does not hold %q", c.format, c.lost[i])
			}
			asked = strings.Replace(asked, c.lost[i], c.lost[i+1], 1)
		}
		if diff := cmp.Diff(asked, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.format, diff)
		}
	}
}

// LibreOffice keeps a row that a tracked change deletes and deletes the text in it.
const (
	rowGone = "table: 3 rows 4 columns\n  0,0 2x1 纵并\n  0,1 1x2 横并\n  0,3 1x1 丁\n  1,1 1x1 11\n  1,2 1x1 13\n  1,3 1x1 14\n  2,0 1x1 末行\n" +
		"  2,1 1x1 \n  2,2 1x1 0\n  2,3 1x1 /\n"
	rowLeft = "table: 4 rows 4 columns\n  0,0 2x1 纵并\n  0,1 1x2 横并\n  0,3 1x1 丁\n  1,1 1x1 11\n  1,2 1x1 13\n  1,3 1x1 14\n" +
		"  2,0 1x1 \n  2,1 1x1 \n  2,2 1x1 \n  2,3 1x1 \n  3,0 1x1 末行\n  3,1 1x1 \n  3,2 1x1 0\n  3,3 1x1 /\n"
)
