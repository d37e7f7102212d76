package cms

import (
	"net/url"
	"testing"
)

// TestBelow: which links of a column's page lead to lists that may belong to it.
func TestBelow(t *testing.T) {
	const own = "http://www.a.gov.cn/zwgk/xxgknb/index.html"
	tests := []struct {
		name, markup string
		want         Way // "" for none
	}{
		{"a folder below", `<a href="bm/">部门</a>`, WayColumn},
		{"an article below", `<a href="bm/202401/t20240125_1.html">部门</a>`, ""},
		{"an article's folder", `<a href="1027108/index.html">2020年政府信息公开工作年度报告</a>`, ""},
		{"a folder elsewhere", `<a href="/zwgk/ldzc/">领导之窗</a>`, ""},
		{"the column of another body, by its address",
			`<a href="http://jyj.a.gov.cn/zfxxgk/zfxxgknb/">教育局</a>`, WayColumn},
		{"one with a name instead of a folder", `<a href="//jyj.a.gov.cn/xxgk/gknb.htm">教育局</a>`, WayColumn},
		{"one of another domain", `<a href="http://www.b.gov.cn/xxgknb/">乙县</a>`, ""},
		{"the column itself", `<a href="/zwgk/xxgknb/index.html#top">年报</a>`, ""},
		{"without words", `<a href="bm/"><img src="x.png"></a>`, ""},
		{"a year below", `<a href="2023n/">2023年</a>`, WayYear},
		{"a year by parameter", `<a href="?y=2023">2023年度</a>`, WayYear},
		{"a year with an arrow", `<a href="2023n/">· 2023年 &gt;&gt;</a>`, WayYear},
		{"a year to choose", `<select><option value="2023n/">2023年</option></select>`, WayYear},
		{"a year to choose, for a script", `<select><option value="2023">2023年</option></select>`, ""},
		{"something else to choose", `<select><option value="http://www.b.gov.cn/">乙县</option></select>`, ""},
		{"a year before the Regulations", `<a href="1998/">1998</a>`, ""},
		{"a year that is none", `<a href="2047/">2047</a>`, ""},
		{"a year elsewhere", `<a href="/zwgk/2023/">2023</a>`, ""},
		{"a frame", `<iframe src="list.html"></iframe>`, WayFrame},
		{"a frame of another host", `<iframe src="http://x.a.gov.cn/list.html"></iframe>`, ""},
		{"a frame without a list",
			`<iframe src="/visitcount.jsp"></iframe><iframe src="/public/footer.html"></iframe>`, ""},
		{"an empty frame", `<iframe src=""></iframe><iframe></iframe>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := url.Parse(own)
			l, err := plain{}.Read(Page{URL: address, Body: []byte(tt.markup), Number: 1})
			if err != nil {
				t.Fatal(err)
			}
			var got Way
			for _, part := range l.Parts {
				if tt.name == "a year before the Regulations" || tt.name == "a year that is none" {
					if part.Way == WayColumn {
						continue // still a folder of the column's
					}
				}
				got = part.Way
			}
			if got != tt.want {
				t.Errorf("%q, want %q: %v", got, tt.want, l.Parts)
			}
		})
	}
}

// TestYearsBeside: from the list of one year those of the others are found.
func TestYearsBeside(t *testing.T) {
	tests := []struct {
		own, year string
		want      bool
	}{
		{"/zt/2025ndbg/index.html", "/zt/2024ndbg/index.html", true},
		{"/nb/2025n/xz/index.html", "/nb/2022n52/index.html", true},
		{"/nb/2025n/xz/index.html", "/nb/2024n/xz/index.html", true},
		{"/nb/xz/index.html", "/nb/2024n/index.html", false}, // a year of the column above
		{"/2025/index.html", "/zwgk/", false},
	}
	for _, tt := range tests {
		own, _ := url.Parse("http://www.a.gov.cn" + tt.own)
		l, err := plain{}.Read(Page{URL: own, Body: []byte("<a href='" + tt.year + "'>2024年</a>"), Number: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(l.Parts) == 1 && l.Parts[0].Way == WayYear; got != tt.want || got == (len(l.Items) == 1) {
			t.Errorf("%s from %s: parts %v, entries %v", tt.year, tt.own, l.Parts, l.Items)
		}
	}
}

// TestFrameOfTopics gives a frame whose address only looks like that of a page's head.
func TestFrameOfTopics(t *testing.T) {
	for src, want := range map[string]int{"/topic/nb.html": 1, "/desktop/nb/": 1, "/top.html": 0, "/inc_top.jsp": 0, "/top/a.html": 0} {
		l, err := plain{}.Read(pageAt(t, "http://a.gov.cn/nb/", `<iframe src="`+src+`"></iframe>`, 1))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Parts) != want {
			t.Errorf("%s: %d parts, want %d", src, len(l.Parts), want)
		}
	}
}
