package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/document"
	"nianbao/extract/text"
)

// scans are the documents of testdata/scans, with how many numbers tesseract 5.3 read of them that sums confirm.
var scans = map[string]int{"scan.pdf": 150, "picture.jpg": 140}

const scanTitle = "聊城市茌平区人民政府2023年度政府信息公开工作报告"

// Without a recogniser a scan is a report that cannot be read, and says why; the file itself is no error of ours.
func TestScansSayThatTheyArePictures(t *testing.T) {
	for name := range scans {
		body := readScan(t, name)
		got, err := extract.Read(extract.Input{Body: body, ListTitle: scanTitle})
		if err != nil || got.Report == nil {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		f := got.Report.Findings
		if r := got.Report; r.Completeness != "unreadable" || r.Year != 2023 || len(r.Cells) != 0 || len(f) != 1 ||
			f[0].Rule != check.NothingToRead || !strings.Contains(f[0].Message, "pictures of pages") {
			t.Errorf("%s: %+v", name, r)
		}
		if _, err := extract.Read(extract.Input{Body: body}); !errors.Is(err, document.ErrImageOnly) {
			t.Errorf("%s, which nobody calls a report: %v", name, err)
		}
	}
}

// With tesseract, every number that is given is the one printed, each cell says that it was recognised, and what no sum
// confirms has no value.
func TestOCRGivesNoWrongNumber(t *testing.T) {
	if _, err := exec.LookPath("tesseract"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tesseract is missing")
		}
		t.Skip("needs tesseract with chi_sim")
	}
	recognizer, err := ocrFlag{OCR: true}.recognizer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		t.Fatal(err)
	}
	source, err := extract.Read(extract.Input{Body: page})
	if err != nil {
		t.Fatal(err)
	}
	printed := map[string]string{}
	for _, c := range source.Report.Cells {
		if c.Value.Valid {
			printed[c.Relation+"/"+c.RowID+"/"+c.ColumnID] = c.Value.Decimal.String()
		}
	}
	reader := extract.NewReader(extract.Options{Recognizer: recognizer})
	defer reader.Close()
	for name, least := range scans {
		got, err := reader.Read(t.Context(), extract.Input{Body: readScan(t, name), ListTitle: scanTitle})
		if err != nil || got.Report == nil {
			t.Fatalf("%s: %+v, %v", name, got.NotReport, err)
		}
		given := 0
		for _, c := range got.Report.Cells {
			key := c.Relation + "/" + c.RowID + "/" + c.ColumnID
			switch {
			case !strings.HasPrefix(c.Note, "OCR"):
				t.Errorf("%s: %s does not say that it was recognised", name, key)
			case c.Value.Valid && c.Value.Decimal.String() != printed[key]:
				t.Errorf("%s: %s is read as %s, printed is %q", name, key, c.Value.Decimal, printed[key])
			case c.Value.Valid:
				given++
			case c.State == text.StateNumber || c.State == text.StateBlank:
				t.Errorf("%s: %s has the state %s without a value", name, key, c.State)
			}
			if key == "disputes/review/total" && c.Value.Valid {
				t.Errorf("%s: the sum of 行政复议 does not hold, and still confirms", name)
			}
		}
		t.Logf("%s: %d numbers given, all as printed, of %d cells recognised", name, given, len(got.Report.Cells))
		if given < least || got.Report.Completeness != "partial" || got.Report.Year != 2023 || len(got.Report.Mentions) > 0 {
			t.Errorf("%s: %d numbers, %s, %d, %d mentions", name, given, got.Report.Completeness, got.Report.Year,
				len(got.Report.Mentions))
		}
	}
}

func readScan(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(repository, "testdata/scans/chiping-2023-tables", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}
