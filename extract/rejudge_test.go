package extract_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"nianbao/extract"
	"nianbao/extract/check"
)

// Of a report that nobody corrected, every finding is made again, in the same order.
func TestRejudgeOfWhatIsUnchanged(t *testing.T) {
	dirs, err := filepath.Glob("../testdata/reports/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	judged := 0
	for _, dir := range dirs {
		reading, err := extract.Read(readCase(t, dir))
		if err != nil || reading.Report == nil {
			continue
		}
		judged += len(reading.Report.Findings)
		if diff := cmp.Diff(reading.Report.Findings, extract.Rejudge(reading.Report)); diff != "" {
			t.Errorf("%s: %s", filepath.Base(dir), diff)
		}
	}
	if judged < 100 {
		t.Errorf("only %d findings were compared", judged)
	}
}

// A corrected total makes the finding about its sum go, and only that.
func TestRejudgeOfACorrectedTotal(t *testing.T) {
	reading, err := extract.Read(readCase(t, "../testdata/reports/chiping-2023-review-sum-wrong"))
	if err != nil {
		t.Fatal(err)
	}
	r := reading.Report
	for i := range r.Cells {
		if c := &r.Cells[i]; c.Relation == "disputes" && c.RowID == "review" && c.ColumnID == "total" {
			c.Value = decimal.NewNullDecimal(decimal.NewFromInt(7))
		}
	}
	var rules []string
	for _, f := range extract.Rejudge(r) {
		rules = append(rules, f.Rule)
	}
	for _, f := range r.Findings {
		if f.Severity == check.Contradiction && slices.Contains(rules, f.Rule) {
			t.Errorf("%s is still found: %v", f.Rule, rules)
		}
	}
}
