package extract_test

import (
	"strings"
	"testing"

	"nianbao/extract"
)

// What the checks see of a page: its first paragraphs, its sections and all days that date it.
func TestChecksSeeTheWholeDocument(t *testing.T) {
	const page = `<title>建水县面甸镇2025年政府信息公开工作年度报告</title><meta name="PubDate" content="2026-03-20">
<div><h1>建水县面甸镇2025年政府信息公开工作年度报告</h1>
<p>根据《中华人民共和国政府信息公开条例》，现公布PREAMBLE2025年政府信息公开工作年度报告。</p>
<p>一、总体情况</p><p>全年公开政府信息三百条。</p>
<p>五、存在的主要问题及改进情况</p><p>PROBLEMS</p>
<p>六、其他需要报告的事项</p><p>2025年未收取信息处理费。</p></div>`
	for _, test := range []struct {
		name, authority, preamble, problems string
		in                                  extract.Input
		want                                string // rules of the findings
	}{
		{"all is well", "面甸镇", "建水县面甸镇人民政府", "一是宣传不够。", extract.Input{}, ""},
		{"another body's text", "面甸镇", "建水县民族宗教事务局", "一是宣传不够。", extract.Input{}, "report.authority"},
		{"nothing about problems", "面甸镇", "本镇", "", extract.Input{}, "sections.problems_empty"},
		{"late", "水利局", "本局", "一是宣传不够。", extract.Input{}, "report.late"},
		{"the list has an earlier day", "水利局", "本局", "一是宣传不够。", extract.Input{ListedOn: "2026-01-30"}, ""},
		{"the list has a later day, too", "水利局", "本局", "一是宣传不够。", extract.Input{ListedOn: "2026-03-19"}, "report.late"},
		{"the address has an earlier day", "水利局", "本局", "一是宣传不够。",
			extract.Input{URL: "http://www.example.gov.cn/zwgk/202601/t20260130_77.shtml"}, ""},
		{"so has its time stamp", "水利局", "本局", "一是宣传不够。",
			extract.Input{URL: "http://www.example.gov.cn/zwgk/2026013015081546967/index.html"}, ""},
		{"so have its folders", "水利局", "本局", "一是宣传不够。", extract.Input{URL: "http://www.example.gov.cn/art/2026/1/5/art_1.html"}, ""},
		{"the address has the same day", "水利局", "本局", "一是宣传不够。",
			extract.Input{URL: "http://www.example.gov.cn/art/2026/3/20/art_1.html"}, "report.late"},
		{"the address is in a folder of another year", "水利局", "本局", "一是宣传不够。",
			extract.Input{URL: "http://www.example.gov.cn/2022/05/20/1.html"}, "report.late"},
	} {
		in := test.in
		in.ContentType = "text/html; charset=utf-8"
		in.Body = []byte(strings.NewReplacer("PREAMBLE", test.preamble, "PROBLEMS", test.problems, "面甸镇", test.authority).
			Replace(page))
		r, err := extract.Read(in)
		if err != nil || r.Report == nil {
			t.Fatalf("%s: %+v, %v", test.name, r, err)
		}
		var rules []string
		for _, f := range r.Report.Findings {
			rules = append(rules, f.Rule)
		}
		if got := strings.Join(rules, " "); got != test.want {
			t.Errorf("%s: %q, want %q: %+v", test.name, got, test.want, r.Report.Findings)
		}
	}
}
