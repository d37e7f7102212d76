package extract_test

import (
	"errors"
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
	if _, err := extract.Read(extract.Input{Body: []byte("%PDF-1.4"), ListTitle: "茌平区人民政府2023年政府信息公开工作年度报告"}); !errors.Is(err, document.ErrFormat) {
		t.Errorf("error %v", err)
	}
}
