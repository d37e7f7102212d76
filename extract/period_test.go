package extract_test

import (
	"testing"

	"nianbao/extract"
)

// The year is that in which most of the period lies; how long something is shown or holds is no period. The page is made up.
func TestYearOfPeriod(t *testing.T) {
	for text, want := range map[string]int{
		"本报告中所列数据的统计期限自2023年1月1日起至2024年1月1日止。":   2023,
		"本报告中所列数据的统计期限自2022年9月1日起至2023年8月31日止。":  2023,
		"本报告中所列数据的统计期限自2022年1月1日起至2022年12月31日止。": 2022,
		"公示期限：2024年1月5日至2024年1月12日。":             2023,
	} {
		page := "<title>样例市教育局2023年政府信息公开工作年度报告</title><h1>样例市教育局2023年政府信息公开工作年度报告</h1><p>" + text +
			"</p><p>一、总体情况</p><p>本页是编造的。</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p><p>无。</p>"
		got, err := extract.Read(extract.Input{Body: []byte("<html><meta charset=utf-8>" + page)})
		if err != nil || got.Report == nil || got.Report.Year != want {
			t.Errorf("%s: got %+v %v, want %d", text, got, err, want)
		}
	}
}
