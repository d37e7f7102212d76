package extract_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/document"
)

// A file that the list calls a report and that is broken is a report that cannot be read; without such a title it is an
// error, and so is a format that is not read.
func TestBrokenFileOfAReport(t *testing.T) {
	broken := extract.Input{Body: []byte("PK\x03\x04 cut off"), ListTitle: "茌平区人民政府2023年政府信息公开工作年度报告", ListedOn: "2024-01-31"}
	r, err := extract.Read(broken)
	if err != nil || r.Report == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	if p := r.Report; p.Completeness != "unreadable" || p.Year != 2023 || p.Authority != "茌平区人民政府" || len(p.Cells) != 0 ||
		len(p.Findings) != 1 || p.Findings[0].Rule != check.NothingToRead || p.PublishedOn != "2024-01-31" {
		t.Errorf("%+v", p)
	}
	broken.ListTitle = "政府信息公开指南"
	if _, err := extract.Read(broken); !errors.Is(err, document.ErrDamaged) {
		t.Errorf("error %v", err)
	}
	if _, err := extract.Read(extract.Input{Body: []byte("7z\xbc\xaf\x27\x1c"), ListTitle: "茌平区人民政府2023年政府信息公开工作年度报告"}); !errors.Is(err, document.ErrFormat) {
		t.Errorf("error %v", err)
	}
}

// A scan is a report that cannot be read, where the list, its own title or its name says that it is one; the finding says why.
func TestScanOfAReport(t *testing.T) {
	body, err := os.ReadFile("../testdata/pdf/scan/document.pdf")
	if err != nil {
		t.Fatal(err)
	}
	r, err := documents.Read(t.Context(), extract.Input{Body: body})
	if err != nil || r.Report == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	if p := r.Report; p.Completeness != "unreadable" || p.Year != 2022 || p.Authority != "汉阳区人民政府" || p.Media != "pdf" ||
		len(p.Findings) != 1 || !strings.Contains(p.Findings[0].Message, "pictures of pages") {
		t.Errorf("%+v", p)
	}
}

// What is locked or cut off says so.
func TestLockedAndCutOff(t *testing.T) {
	for name, want := range map[string]error{"encrypted": document.ErrEncrypted, "cut-off": document.ErrDamaged} {
		body, err := os.ReadFile("../testdata/pdf/" + name + "/document.pdf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := documents.Read(t.Context(), extract.Input{Body: body}); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
		named := extract.Input{Body: body, URL: "http://x.gov.cn/%E7%94%B2%E5%8E%BF%E4%BA%BA%E6%B0%91%E6%94%BF%E5%BA%9C2018%E5%B9%B4%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B7%A5%E4%BD%9C%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.pdf"}
		r, err := documents.Read(t.Context(), named)
		if err != nil || r.Report == nil || r.Report.Completeness != "unreadable" || r.Report.Authority != "甲县人民政府" || r.Report.Year != 2018 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
