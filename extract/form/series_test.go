package form_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/form"
)

// Each cell of the crosswalk is a cell of its form, and each link is between forms that both print the indicator.
func TestCrosswalk(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range form.Indicators() {
		if seen[i.ID] || i.LabelZH == "" || i.LabelEN == "" || i.Unit == "" || len(i.Cells) == 0 {
			t.Errorf("%s: twice, or something is missing", i.ID)
		}
		seen[i.ID] = true
		for _, forms := range []map[string][]string{i.Cells, i.Instead} {
			for id, names := range forms {
				for _, name := range names {
					if !hasCell(form.ByID(id), name) {
						t.Errorf("%s: form %s has no cell %s", i.ID, id, name)
					}
				}
			}
		}
		for link, level := range i.Links {
			from, to, _ := strings.Cut(link, "-")
			if i.Cells[from] == nil || i.Cells[to] == nil || level != "exact" && level != "approximate" {
				t.Errorf("%s: link %s: %s", i.ID, link, level)
			}
		}
	}
}

func hasCell(e *form.Edition, name string) bool {
	part := strings.Split(name, "/")
	if e == nil || len(part) != 3 {
		return false
	}
	for _, t := range e.Tables {
		for _, c := range t.Columns {
			if t.Relation != part[0] || c.ID != part[2] {
				continue
			}
			if c.Row == part[1] && c.Row != "" {
				return true
			}
			for _, r := range t.Rows {
				if c.Row == "" && r.ID == part[1] {
					return true
				}
			}
		}
	}
	return form.ByID("2021") == e && part[1] == "other_handling_total" // 其他处理 as one row: Row.Single
}

// Real figures of four forms, read from testdata: 丽水 2017, 上海 2019, 茌平 2023, 平潭 2018.
func TestSeries(t *testing.T) {
	for _, c := range []struct{ report, indicator, want string }{
		{"lishui-2017-statistics-return-in-full", "applications_received", "1893 件 printed exact"},
		{"lishui-2017-statistics-return-in-full", "granted", "1103 件 summed approximate"}, // 701 同意公开 + 402 属于已主动公开,
		{"lishui-2017-statistics-return-in-full", "unclear", "73 件 printed none"},
		{"lishui-2017-statistics-return-in-full", "applications_carried_in", ""},
		{"shanghai-2019-blank-totals", "applications_received", "859 件 printed exact"},
		{"shanghai-2019-blank-totals", "granted", "272 件 summed exact"}, // 258+12+1+1 of a row whose total is blank
		{"shanghai-2019-blank-totals", "procurement_amount", "25.1 万元 printed exact"},
		{"chiping-2023-review-sum-wrong", "review_total", "6 件 printed exact"}, // as printed, though its parts make 7
		{"pingtan-2018-fujian-table", "applications_received", "93 件 printed approximate"},
	} {
		got := ""
		for _, s := range form.Series(readReport(t, c.report)) {
			if s.Indicator == c.indicator {
				got = s.Value.Decimal.String() + " " + s.Unit + " " + s.Basis + " " + s.Comparability
				if !s.Value.Valid {
					got = "NULL " + got
				}
			}
		}
		if got != c.want {
			t.Errorf("%s %s: %s, want %s", c.report, c.indicator, got, c.want)
		}
	}
}

func readReport(t *testing.T, name string) (string, []form.Cell) {
	t.Helper()
	dir := filepath.Join("../../testdata/reports", name)
	file := filepath.Join(dir, "page.html")
	if source, err := os.ReadFile(filepath.Join(dir, "source")); err == nil {
		file = filepath.Join(dir, filepath.FromSlash(strings.TrimSpace(string(source))))
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reading, err := extract.Read(extract.Input{Body: body, ContentType: "text/html"})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if reading.Report == nil {
		return "", nil
	}
	return reading.Report.Form, reading.Report.Cells
}
