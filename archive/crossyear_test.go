package archive

import (
	"fmt"
	"testing"

	"nianbao/extract"
	"nianbao/extract/form"
)

// reportOfYear is a report of 茌平区 for that year, with only what is carried over from and to the years beside it.
func reportOfYear(year int, in, forward string) *extract.Report {
	r := report2023()
	r.Year, r.Findings = year, nil
	r.Cells = []form.Cell{number("applications/carried_in/total", in), number("applications/carried_forward/total", forward)}
	return r
}

// across asks for the findings across years: whose, at which cell, expected and actual, and the year of the other report.
const across = `SELECT r.year, f.rule, f.severity, f.relation, f.row_id, f.column_id, f.expected, f.actual, o.year
	FROM findings f JOIN reports r USING (report_id) JOIN reports o ON o.report_id = f.other_report_id ORDER BY r.year`

// found2023 is the finding of a report of 2023 that took over actual applications where 2022 handed over expected.
func found2023(expected, actual string) string {
	return fmt.Sprintf("2023|applications.carried_over|doubt|applications|carried_in|total|%s|%s|2022", expected, actual)
}

// yearPage is the page of a year's report; body tells its versions apart.
func yearPage(t *testing.T, c *Crawl, year int, body string, hours int) int64 {
	t.Helper()
	return save(t, c, page(fmt.Sprintf("http://x.gov.cn/%d.html", year), fmt.Sprint(year, body), hours)).ID
}

func TestAcrossYearsInAnyOrder(t *testing.T) {
	for name, order := range map[string][]int{"older first": {2022, 2023, 2024}, "newer first": {2024, 2023, 2022},
		"middle last": {2022, 2024, 2023}} {
		t.Run(name, func(t *testing.T) {
			a := openTest(t)
			c := begin(t, a)
			for _, year := range order {
				r := map[int]*extract.Report{2022: reportOfYear(2022, "0", "5"), 2023: reportOfYear(2023, "3", "1"),
					2024: reportOfYear(2024, "1", "0")}[year]
				saveReport(t, a, yearPage(t, c, year, "", 0), r)
			}
			want(t, a, found2023("5", "3"), across)
			want(t, a, "0\n1\n0", `SELECT doubts FROM reports ORDER BY year`)
			sound(t, a)
		})
	}
}

func TestAcrossYearsFollowsWhatChanges(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	first := yearPage(t, c, 2022, "", 0)
	second := yearPage(t, c, 2023, "", 0)
	saveReport(t, a, first, reportOfYear(2022, "0", "5"))
	if s := saveReport(t, a, second, reportOfYear(2023, "3", "1")); s.Doubts != 1 {
		t.Errorf("%+v", s)
	}
	want(t, a, found2023("5", "3"), across)

	// Reading either again with the same result leaves one finding.
	saveAs(t, a, second, "v2", extract.Reading{Report: reportOfYear(2023, "3", "1")})
	saveAs(t, a, first, "v2", extract.Reading{Report: reportOfYear(2022, "0", "5")})
	want(t, a, found2023("5", "3"), across)

	// A new version of the year before sets it right, or makes it wrong in another way.
	changed := yearPage(t, c, 2022, "更正", 1)
	saveReport(t, a, changed, reportOfYear(2022, "0", "3"))
	want(t, a, "", across)
	saveAs(t, a, changed, "v2", extract.Reading{Report: reportOfYear(2022, "0", "4")})
	want(t, a, found2023("4", "3"), across)

	// The year before turns out to be another year, another scope, another body's report, or none.
	saveAs(t, a, changed, "v3", extract.Reading{Report: reportOfYear(2021, "0", "4")})
	saveAs(t, a, first, "v3", extract.Reading{Report: reportOfYear(2021, "0", "4")})
	want(t, a, "", across)
	want(t, a, "2021\n2023", `SELECT year FROM reports ORDER BY year`)
	again := func(version string, change func(r *extract.Report)) {
		t.Helper()
		r := reportOfYear(2022, "0", "4")
		change(r)
		for _, id := range []int64{first, changed} {
			saveAs(t, a, id, version, extract.Reading{Report: r})
		}
	}
	again("v4", func(*extract.Report) {})
	want(t, a, found2023("4", "3"), across)
	again("v5", func(r *extract.Report) { r.Scope = "own" })
	want(t, a, "", across)
	again("v6", func(*extract.Report) {})
	want(t, a, found2023("4", "3"), across)
	again("v7", func(r *extract.Report) { r.Authority = "聊城市茌平区水利局" })
	want(t, a, "", across)
	again("v8", func(*extract.Report) {})
	for _, id := range []int64{first, changed} {
		saveAs(t, a, id, "v9", extract.Reading{NotReport: &extract.NotReport{Kind: "interpretation"}})
	}
	want(t, a, "", across)
	want(t, a, "2023|0", `SELECT year, doubts FROM reports`)
	sound(t, a)
}

// Two reports of one year that turn out to be one: the year after is compared with what is left.
func TestAcrossYearsAfterAMerge(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	first := yearPage(t, c, 2022, "", 0)
	stray := save(t, c, page("http://x.gov.cn/另.html", "另", 0)).ID
	saveReport(t, a, first, reportOfYear(2022, "0", "5"))
	saveReport(t, a, yearPage(t, c, 2023, "", 0), reportOfYear(2023, "3", "1"))
	other := reportOfYear(2021, "0", "0")
	saveReport(t, a, stray, other)
	want(t, a, found2023("5", "3"), across)
	richer := reportOfYear(2022, "0", "3") // has more numbers, so it speaks for the report
	richer.Cells = append(richer.Cells, number("applications/granted/total", "1"))
	saveAs(t, a, stray, "v2", extract.Reading{Report: richer})
	want(t, a, "2", `SELECT count(*) FROM reports`)
	want(t, a, "", across)
	sound(t, a)
}

// Two names become one body by their credit codes, and are compared while they are.
func TestAcrossYearsUnderTwoNames(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	older, newer := reportOfYear(2022, "0", "5"), reportOfYear(2023, "3", "1")
	older.Authority, newer.Authority = "聊城市水务局", "聊城市水利局"
	older.CreditCode, newer.CreditCode = "11371500004428039E", "11371500004428039E"
	first := yearPage(t, c, 2022, "", 0)
	saveReport(t, a, first, older)
	saveReport(t, a, yearPage(t, c, 2023, "", 0), newer)
	want(t, a, found2023("5", "3"), across)
	older.CreditCode = ""
	saveReport(t, a, first, older)
	want(t, a, "", across)
	sound(t, a)
}

// A report that names no authority, or no year, is compared with none.
func TestNothingAcrossYearsWithoutIdentity(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	for i, year := range []int{2022, 2023, 0} {
		r := reportOfYear(year, "3", "5")
		if year != 0 {
			r.Authority = ""
		}
		saveReport(t, a, save(t, c, page(fmt.Sprintf("http://x.gov.cn/%d.html", i), fmt.Sprint(i), 0)).ID, r)
	}
	want(t, a, "3", `SELECT count(*) FROM reports`)
	want(t, a, "", across)
}
