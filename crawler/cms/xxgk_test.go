package cms

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestXxgkFirst: where a column page says what is to be sent.
func TestXxgkFirst(t *testing.T) {
	for _, c := range []struct {
		why, address, body string
		want               map[string]string
	}{
		{"the call puts its address together of pieces", "http://a.gov.cn/col/col77/index.html",
			`loadDynamic('/module/xxgk/search.jsp?infotypeId=Z2401'+a+'&vc_title='+encodeURI(b)+'&area=11330',
"div4",'','','','31');`,
			map[string]string{"infotypeId": "Z2401", "area": "11330", "divid": "div4", "jdid": "31", "currpage": "1"}},
		{"the column address counts most",
			"http://a.gov.cn/col/col77/index.html?vc_xxgkarea=9&number=B1&jh=2&uid=1&pageNum=3",
			`loadDynamic("/module/xxgk/search.jsp?infotypeId=A1&area=11330","div77","","","","31")`,
			map[string]string{"infotypeId": "B1", "area": "9", "divid": "div77", "jdid": "31", "jh": "2", "uid": ""}},
		{"nothing but the tree", "http://a.gov.cn/col/col77/index.html",
			`<iframe SRC='/module/xxgk/tree.jsp?area=8&amp;divid=div77'>`,
			map[string]string{"infotypeId": "", "area": "8", "divid": "div77", "jdid": "1"}},
	} {
		first, ok := xxgkFirst(pageOf(t, c.address, c.body, Request{}))
		if !ok || first.Method != "POST" {
			t.Errorf("%s: %+v", c.why, first)
			continue
		}
		form, got := first.form(), map[string]string{}
		for name := range c.want {
			got[name] = form.Get(name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.why, diff)
		}
	}
}

// TestXxgkLinkIsNoCall: a menu that links to a search of the module does not make the page the module's.
func TestXxgkLinkIsNoCall(t *testing.T) {
	p := pageOf(t, "http://a.gov.cn/nb/", `<a href="/module/xxgk/search.jsp?area=1">公开目录</a>
<a href='/module/xxgk/tree.jsp?area=1'>目录</a>`, Request{})
	if sign, ok := (hanwebXxgk{}).Recognise(p); ok {
		t.Errorf("taken: %s", sign)
	}
}

// TestOwnColumn: an answer to no type of information may be the whole district's; an answer to a type is trusted where
// it names no entry of the column; a credit code names one body.
func TestOwnColumn(t *testing.T) {
	own := Item{URL: "http://a.gov.cn/art/2024/1/2/art_777_1.html"}
	other := Item{URL: "http://a.gov.cn/art/2024/1/2/art_778_2.html"}
	for _, c := range []struct {
		why     string
		form    url.Values
		entries []Item
		want    int
	}{
		{"mixed", url.Values{"divid": {"div777"}}, []Item{own, other}, 1},
		{"none of its own, no type", url.Values{"divid": {"div777"}, "infotypeId": {"0"}}, []Item{other}, 0},
		{"none of its own, a type", url.Values{"divid": {"div777"}, "infotypeId": {"A02"}}, []Item{other}, 1},
		{"the element has no column's number", url.Values{"divid": {"div4"}}, []Item{own, other}, 2},
		{"the area is one body", url.Values{"divid": {"div777"}, "area": {"11370800004312466C"}},
			[]Item{own, other}, 2},
	} {
		entries := c.entries
		if column := wantedColumn(c.form); column != "" {
			entries = ownColumn(entries, column, c.form.Get("infotypeId"))
		}
		if len(entries) != c.want {
			t.Errorf("%s: %d entries, want %d", c.why, len(entries), c.want)
		}
	}
}

// TestAnnualReportYears: the years of one body come from links and choices, each once; the bodies only where the
// address names none.
func TestAnnualReportYears(t *testing.T) {
	const body = `<meta name="ArticleTitle" content="某局2023年政府信息公开工作年度报告">
<select id="area"><option value="7">甲局</option><option value="8">乙局</option></select>
<a href="xxgkAnnualReport.jsp?area=7&fbtime=2022&artId=5">2022年</a><a href="?area=8&fbtime=2023">乙局</a>
<select name=fbtime><option value=2023 selected>2023年<option value=2022>2022年<option value=2021> 2021
<option>全部</select>`
	for address, want := range map[string][]string{
		"http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=7&fbtime=2023&artId=9": {
			"artId=9&fbtime=2023&area=7 某局2023年政府信息公开工作年度报告",
			"area=7&fbtime=2022&artId=5 2022年", "area=7&fbtime=2021 2021"},
		"http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp": {
			"fbtime=2023 2023年", "fbtime=2022 2022年", "fbtime=2021 2021",
			"column area=7&fbtime=2022&artId=5 2022年", "column area=8&fbtime=2023 乙局",
			"column area=7 甲局", "column area=8 乙局"},
	} {
		l, err := hanwebXxgk{}.Read(pageOf(t, address, body, Request{}))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		query := func(address string) string {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			return u.RawQuery
		}
		for _, item := range l.Items {
			got = append(got, query(item.URL)+" "+item.Title)
		}
		for _, part := range l.Parts {
			got = append(got, string(part.Way)+" "+query(part.URL)+" "+part.Title)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", address, diff)
		}
	}
}

// TestXxgkLinkInCapitals gives a link to another column before the script of the list.
func TestXxgkLinkInCapitals(t *testing.T) {
	const other, own = "/module/xxgk/search.jsp?infotypeId=A01&divid=div111", "/module/xxgk/search.jsp?infotypeId=A02&divid=div222"
	p := pageAt(t, "http://a.gov.cn/col/col222/index.html", `<A HREF="`+other+`">指南</A><script>load("`+own+`")</script>`, 1)
	l, err := hanwebXxgk{}.Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Next) != 1 || l.Next[0].form().Get("infotypeId") != "A02" {
		t.Errorf("asked for %v", addresses(l.Next))
	}
}
