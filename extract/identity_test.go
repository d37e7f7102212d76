package extract

import "testing"

// What the page says of its site and publisher reaches the report.
func TestIdentityOfThePage(t *testing.T) {
	const head = `<title>聊城市水利局2025年政府信息公开工作年度报告</title><table><tr><th>索引号</th><td>11371500004428039E/2026-1</td>
		<th>发布机构</th><td>聊城市水利局</td></tr></table>`
	const body = `<p>一、总体情况</p><p>2025年，我局主动公开信息12条。</p><p>二、主动公开政府信息情况</p>`
	read := func(page, url string) *Report {
		t.Helper()
		r, err := Read(Input{Body: []byte(page), ContentType: "text/html; charset=utf-8", URL: url})
		if err != nil || r.Report == nil {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.Report
	}
	r := read(head+body+`<p>网站标识码：3715000028</p>`, "")
	if r.SiteCode != "3715000028" || r.CreditCode != "11371500004428039E" || r.IndexNo != "11371500004428039E/2026-1" ||
		r.Publisher != "聊城市水利局" {
		t.Errorf("%+v", r)
	}
	r = read(`<title>丽水市人民政府2017年政府信息公开工作年度报告</title>`+body, "http://x.cn/?fbtime=2017&area=113325000026455663")
	if r.CreditCode != "113325000026455663" || r.SiteCode != "" || r.IndexNo != "" || r.Publisher != "" {
		t.Errorf("%+v", r)
	}
}
