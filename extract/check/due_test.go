package check_test

import (
	"testing"

	"nianbao/extract/check"
)

func TestDueOn(t *testing.T) {
	for _, test := range []struct {
		year                   int
		kind, level, authority string
		want                   string
	}{
		{2007, "bureau", "county", "甲县水利局", ""},
		{2008, "township", "township", "甲县乙镇人民政府", "2009-03-31"},
		{2018, "bureau", "county", "甲县水利局", "2019-03-31"},
		{2018, "", "", "", "2019-03-31"},
		{2019, "bureau", "county", "甲县水利局", "2020-01-31"},
		{2019, "bureau", "", "聊城市水利局", "2020-01-31"},
		{2023, "commission", "province", "甲省发展和改革委员会", "2024-01-31"},
		{2023, "state_council_department", "national", "海关总署", "2024-01-31"},
		{2023, "government_office", "county", "甲县人民政府办公室", "2024-01-31"},
		{2023, "peoples_government", "county", "甲县人民政府", "2024-03-31"},
		{2023, "peoples_government", "", "聊城市人民政府", "2024-03-31"},
		{2023, "township", "township", "甲县乙镇人民政府", ""},
		{2023, "subdistrict", "township", "甲街道办事处", ""},
		{2023, "development_zone", "", "甲经济开发区管委会", ""},
		{2023, "institution", "county", "甲县档案馆", ""},
		{2023, "vertical_agency", "county", "国家税务总局甲县税务局", ""},
		{2023, "bureau", "county", "扬州市自然资源和规划局广陵分局", ""},
		{2023, "", "", "", ""},
		{0, "bureau", "county", "甲县水利局", ""},
	} {
		day, basis := check.DueOn(test.year, test.kind, test.level, test.authority)
		if day != test.want || (basis == "") != (day == "") {
			t.Errorf("%+v: due on %q (%s)", test, day, basis)
		}
	}
}

func TestLate(t *testing.T) {
	const late = "published on 2024-03-26, 55 days after 31 January 2024, the last day on time (2019 Regulations, art. 49)"
	for _, test := range []struct {
		name, on string
		dates    []string
		want     string
	}{
		{"no date", "", []string{"2024-03-26"}, ""},
		{"on the day", "2024-01-31", nil, ""},
		{"after it", "2024-03-26", nil, late},
		{"the list has an earlier date", "2024-03-26", []string{"2024-03-26", "2024-01-29"}, ""},
		{"so has the address, of another year's page", "2024-03-26", []string{"2022-05-02"}, late},
		{"no day at all", "soon", nil, ""},
	} {
		s := subject(counter())
		s.PublishedOn, s.Dates = test.on, test.dates
		got := ""
		for _, f := range check.Run(*s) {
			got = f.Message
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
