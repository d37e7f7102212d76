package cms

import (
	"testing"
)

// TestTitleOfCard gives one report in the ways that sites print it: what stands around its title must not make it something
// else.
func TestTitleOfCard(t *testing.T) {
	const report = "某县2023年政府信息公开工作年度报告"
	for _, c := range []struct{ markup, day string }{
		{`<a href="t1.html"><span>` + report + `</span><em>发布时间：2024-01-25</em></a>`, "2024-01-25"},
		{`<a href="t1.html"><span>` + report + `</span> <em>日期：2024年01月25日</em></a>`, "2024-01-25"},
		{`<a href="t1.html"><span>` + report + `</span><em>2024-01-25 10:30</em></a>`, "2024-01-25"},
		{`<a href="t1.html"><span>` + report + `</span><em>来源：某县人民政府</em> <i>2024-01-25</i> <b>浏览次数：12</b></a>`,
			"2024-01-25"},
		{`<a href="t1.html">` + report + `（来源：县政府办）（阅读次数：12）</a>`, ""},
		{`<a href="t1.html">` + report + `【发布时间：2024-01-25】</a>`, ""},
		{`<a href="t1.html"><span>` + report + `</span> <em>01/25</em></a>`, ""},
		{`<a href="t1.html"><h3>` + report + `</h3><p>查看详情&gt;&gt;</p></a>`, ""},
		{`<a href="t1.html" title="在新窗口打开链接">` + report + `</a>`, ""},
		{`<a href="t1.html" title="点击查看详细内容">` + report + `</a>`, ""},
		{`<a href="t1.html" title="文章标题：` + report + `&#10;作    者：admin&#10;更新时间：2024-1-25&#10;点击数：33">某县…</a>`, ""},
		{`<a href="t1.html">` + report + `</a><b>成文日期：2023-12-29</b> <b>发布日期：2024-01-25</b>`, "2024-01-25"},
		{`<a href="t1.html">` + report + `</a><p><a href="t1.html">为贯彻落实《中华人民共和国政府信息公开条例》，现将有关情况公布如下</a></p>`, ""},
		{`<a href="t1.html">某县2023年政府信息公开工…</a><p><a href="t1.html">` + report + `</a></p>`, ""},
		{`<a href="t1.html"><img alt="图片"></a><a href="t1.html">` + report + `</a>`, ""},
	} {
		l, err := plain{}.Read(pageAt(t, "http://a.gov.cn/zwgk/nb/", "<ul><li>"+c.markup+"</li></ul>", 1))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Items) != 1 || l.Items[0].Title != report || c.day != "" && l.Items[0].ListedOn != c.day {
			t.Errorf("%s: %+v", c.markup, l.Items)
		}
	}
}

// TestTitleBesideTheLink gives entries whose links only say what a click brings, or have a title that is not theirs.
func TestTitleBesideTheLink(t *testing.T) {
	const report, other = "某县2023年政府信息公开工作年度报告", "某县2022年政府信息公开工作年度报告"
	for _, c := range []struct{ markup, first, second string }{
		{`<table><tr><td>1</td><td>` + report + `</td><td><a href="1.pdf">下载</a></td></tr>
			<tr><td>2</td><td>` + other + `</td><td><a href="2.pdf">[点击查看]</a></td><td>2023-01-30</td></tr></table>`, report, other},
		{`<ul><li>` + report + ` <a href="1.doc">【WORD版】</a></li><li>` + other + `<a href="2.doc">附件下载&gt;&gt;</a></li></ul>`,
			report, other},
		{`<ul><li>` + report + ` <a href="1.html">查看</a> <a href="1.pdf">PDF</a></li></ul>`, report, report},
		{`<ul><li><a href="1.html">` + report + `</a> <a href="1.pdf">下载</a></li></ul>`, report, "下载"},
		{`<p><a href="1.html" title="某县人民政府门户网站欢迎您的到来和访问，谢谢">2023年年报</a></p>
			<p><a href="2.html" title="某县人民政府门户网站欢迎您的到来和访问，谢谢">2022年年报</a></p>`, "2023年年报", "2022年年报"},
		{`<p><a href="1.html" title="某县人民政府">` + report + `</a></p><p><a href="2.html" title="` + other + `">某县2022年政府…</a></p>`,
			report, other},
	} {
		l, err := plain{}.Read(pageAt(t, "http://a.gov.cn/zwgk/nb/", c.markup, 1))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Items) != 2 || l.Items[0].Title != c.first || l.Items[1].Title != c.second {
			t.Errorf("%s: %+v", c.markup, l.Items)
		}
	}
}

// TestTitleOfOther gives titles that end like what stands beside titles.
func TestTitleOfOther(t *testing.T) {
	for _, title := range []string{"某县2023年政府信息公开工作年度报告全文公开", "某县2019-2020年度报告", "2023年政府信息公开工作年度报告（第2版）"} {
		l, err := plain{}.Read(pageAt(t, "http://a.gov.cn/zwgk/nb/", `<a href="t1.html">`+title+`</a>`, 1))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Items) != 1 || l.Items[0].Title != title {
			t.Errorf("%s: %+v", title, l.Items)
		}
	}
}
