package title

import "testing"

func TestNameOf(t *testing.T) {
	for _, c := range []struct{ printed, normal, typ, level string }{
		{"泰州市", "泰州市人民政府", "peoples_government", ""},
		{"上海市", "上海市人民政府", "peoples_government", "province"},
		{"内蒙古自治区", "内蒙古自治区人民政府", "peoples_government", "province"},
		{"凉山彝族自治州", "凉山彝族自治州人民政府", "peoples_government", "prefecture"},
		{"阿里地区", "阿里地区行政公署", "peoples_government", "prefecture"},
		{"锡林郭勒盟", "锡林郭勒盟行政公署", "peoples_government", "prefecture"},
		{"上海市浦东新区", "上海市浦东新区人民政府", "peoples_government", "county"},
		{"兰州新区", "兰州新区", "development_zone", ""},
		{"成都市金牛区", "成都市金牛区人民政府", "peoples_government", "county"},
		{"延边州敦化市", "延边州敦化市人民政府", "peoples_government", "county"},
		{"镇江市", "镇江市人民政府", "peoples_government", ""},
		{"景德镇市昌江区", "景德镇市昌江区人民政府", "peoples_government", "county"},
		{"昌图县八面城镇", "昌图县八面城镇人民政府", "township", "township"},
		{"秦皇岛市山海关区", "秦皇岛市山海关区人民政府", "peoples_government", "county"},
		{"聊城市住房和城乡建设局", "聊城市住房和城乡建设局", "bureau", ""},
		{"渠县乡村振兴局", "渠县乡村振兴局", "bureau", "county"},
		{"上海市民政局", "上海市民政局", "bureau", "province"},
		{"河北省工业和信息化厅", "河北省工业和信息化厅", "bureau", "province"},
		{"国家发展和改革委员会", "国家发展和改革委员会", "state_council_department", "national"},
		{"国家税务总局聊城市税务局", "国家税务总局聊城市税务局", "vertical_agency", ""},
		{"国家统计局聊城调查队", "国家统计局聊城调查队", "vertical_agency", ""},
		{"国家金融监督管理总局聊城监管分局", "国家金融监督管理总局聊城监管分局", "vertical_agency", ""},
		{"聊城市城市管理局", "聊城市城市管理局", "bureau", ""},
		{" 聊城市 茌平区（人民政府） ", "聊城市茌平区(人民政府)", "", "county"},
		{"安徽怀远二中", "安徽怀远二中", "school", ""},
		{"", "", "", ""},
	} {
		n := NameOf(c.printed)
		if n.Normal != c.normal || n.Type != c.typ || n.Level != c.level {
			t.Errorf("%s: got %q %q %q, want %q %q %q", c.printed, n.Normal, n.Type, n.Level, c.normal, c.typ, c.level)
		}
		if again := NameOf(n.Normal); again.Normal != n.Normal {
			t.Errorf("%s: the normal form of %s is %s", c.printed, n.Normal, again.Normal)
		}
	}
}

func TestPeriod(t *testing.T) {
	for _, c := range []struct{ text, from, to string }{
		{"本报告中所列数据的统计期限自2023年1月1日起至2023年12月31日止。", "2023-01-01", "2023-12-31"},
		{"本年度报告中所列数据统计期限从2023年1月1日到12月31日止。", "2023-01-01", "2023-12-31"},
		{"本报告中所列数据为累计统计，统计数据时间为2023年1月1日至2023年12月31日。", "2023-01-01", "2023-12-31"},
		{"数据统计期限为 2021 年 1 月 1 日—12 月 31 日", "2021-01-01", "2021-12-31"},
		{"报告期：2022年9月1日至2023年8月31日", "2022-09-01", "2023-08-31"},
		{"统计期限２０２０．１．１－２０２０．１２．３１", "2020-01-01", "2020-12-31"},
		{"会议期间为2023年3月1日至2023年3月5日", "", ""},
		{"统计期限自2023年2月30日至2023年12月31日", "", ""},
		{"统计期限自202111日起至20211231日", "", ""}, // 宁强 2021: digits lost
		{"统计期限自2023年12月31日至2023年1月1日", "", ""},
		{"2023年1月1日至2023年12月31日", "", ""},
		{"公示期限：2024年1月5日至2024年1月12日", "", ""},
		{"规范性文件有效期限自2024年1月1日至2024年12月31日", "", ""},
		{"", "", ""},
	} {
		if from, to := Period(c.text); from != c.from || to != c.to {
			t.Errorf("%s: got %q %q, want %q %q", c.text, from, to, c.from, c.to)
		}
	}
}

// FuzzClassify: every text gets a kind and a reason, a report names a year or an authority or stands in a column, and a
// name is always part of what was printed.
func FuzzClassify(f *testing.F) {
	f.Add("聊城市茌平区人民政府2023年度政府信息公开工作报告", "政府信息公开年报")
	f.Add("【图解】２０２２-２０２３学年信息公开年度报告.docx", "")
	f.Add("二〇二三年政府信息公开工作告年度报…", "年报")
	f.Add("\xff人民政府信息公开年报\u200b龍崗區", "")
	f.Fuzz(func(t *testing.T, s, column string) {
		c := Context{Column: column}
		got := Classify(s, c)
		if got.Kind == "" || got.Reason == "" {
			t.Errorf("%q: no decision: %+v", s, got)
		}
		if got.Kind == Report && got.Year == 0 && got.Authority == "" && !c.Yearly() {
			t.Errorf("%q: a report of nobody and no year: %+v", s, got)
		}
		if (got.Printed == "") != (got.Authority == "") {
			t.Errorf("%q: printed %q, normal %q", s, got.Printed, got.Authority)
		}
		if again := Classify(s, c); again != got {
			t.Errorf("%q: %+v, then %+v", s, got, again)
		}
		Period(s)
	})
}
