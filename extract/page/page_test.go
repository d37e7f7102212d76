package page

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func parse(t testing.TB, markup string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Skip(err) // html.Parse refuses pages nested deeper than 512 elements
	}
	return doc
}

// six are the headings of the official form with its three tables, as most systems print them.
const six = `<p>一、总体情况</p><p>…</p><p>二、主动公开政府信息情况</p><table id="a"><tr><td>信息内容</td><td>本年制发件数</td></tr></table>
<p>三、收到和处理政府信息公开申请情况</p><table id="b"><tr><td>（本列数据的勾稽关系为…）</td></tr></table>
<p>四、政府信息公开行政复议、行政诉讼情况</p><table id="c"><tr><td>结果维持</td></tr></table>
<p>五、存在的主要问题及改进情况</p><p>…</p><p>六、其他需要报告的事项</p><p>无。</p>`

func TestBody(t *testing.T) {
	frame := `<div id="top">首页 打印 关闭 分享到 <a href="/">网站地图</a></div>`
	for _, c := range []struct{ why, page, want string }{
		{"known class", frame + `<div id="out"><div class="TRS_Editor" data-want>` + six + `</div></div>`, "data-want"},
		{"known id in other case", `<div id="Zoom" data-want>` + six + `</div>`, "data-want"},
		{"an outer known container keeps what an inner one lacks",
			`<div class="xxgk_content" data-want><div class="view">` + six[:len(six)/3] + `</div>` + six[len(six)/3:] + `</div>`, "data-want"},
		{"the table stands beside the container",
			`<div data-want><div class="TRS_Editor"><p>一、总体情况</p><p>二、主动公开政府信息情况</p></div><table><tr><td>结果维持</td></tr></table></div>`,
			"data-want"},
		{"menus in layout tables do not move it",
			`<table><tr><td><a>行政许可</a><a>行政处罚</a></td><td><div id="vsb_content_2" data-want>` + six + `</div></td></tr></table>`, "data-want"},
		{"unknown container", frame + `<div class="left">政策解读</div><section class="qqq" data-want>` + six + `</section>`, "data-want"},
		{"headings broken over elements",
			`<div id="menu">打印</div><div class="qqq" data-want><p><b>一、</b><span>总体</span> <span>情况</span></p><p>五、存在的<br>主要问题及改进情况</p></div>`,
			"data-want"},
		{"Hanweb's comments", `<div id="barrierfree"><!--ZJEG_RSS.content.begin--><p>正文</p><!--ZJEG_RSS.content.end--></div>`, "id"},
		{"UCAP's element", `<div>打印</div><ucapcontent data-want><p>正文</p></ucapcontent>`, "data-want"},
		{"an empty known container is none", `<div id="zoom"></div><article data-want>` + six + `</article>`, "data-want"},
		{"nothing known", `<p>正文</p>`, "body"},
	} {
		got := Body(parse(t, c.page))
		switch {
		case c.want == "body" && got.Data == "body", c.want == "id" && attr(got, "id") == "barrierfree":
			continue
		case !strings.Contains(fmt.Sprint(got.Attr), c.want):
			t.Errorf("%s: got <%s %v>", c.why, got.Data, got.Attr)
		}
	}
}

func TestEmbedded(t *testing.T) {
	content := `<p>一、总体情况</p><table><tr><td>结果维持 \"a\"</td></tr></table>`
	script := `<script>window._CONFIG = {DETAIL: {"title":"x","content":"` +
		strings.ReplaceAll(strings.ReplaceAll(content, "<", `\u003C`), "/", `\/`) + `","attachment":[]}}</script>`
	got, ok := Embedded(parse(t, script+`<div id="app"></div>`))
	if want := strings.ReplaceAll(content, `\"`, `"`); !ok || got != want {
		t.Errorf("got %q %v, want %q", got, ok, want)
	}
	for _, none := range []string{
		script + `<div>` + six + `</div>`,                 // the page shows it without scripts
		`<script>var c = {content: "plain"}</script>`,     // no HTML
		`<script>var c = {content: "<p>unclosed</script>`, // no string
		``,
	} {
		if got, ok := Embedded(parse(t, none)); ok {
			t.Errorf("%s: got %q", none, got)
		}
	}
}

func TestMeta(t *testing.T) {
	doc := parse(t, `<meta name="ArticleTitle" content=""><META NAME='articletitle' CONTENT=" 甲&nbsp;乙 "><meta name=ArticleTitle content=丙>
<meta property="og:title" content="丁"><meta charset="utf-8">`)
	if diff := cmp.Diff(map[string]string{"articletitle": "甲 乙", "og:title": "丁"}, Meta(doc)); diff != "" {
		t.Error(diff)
	}
}

func TestColumn(t *testing.T) {
	for page, want := range map[string]string{
		`<meta name="ColumnName" content="2023年"><meta name="ColumnType" content="信息公开年报">`:  "信息公开年报",
		`<meta name="ColumnName" content="政府信息公开年报"><meta name="ColumnType" content="政策文件">`: "政府信息公开年报",
		`<title> 年报 - 某县 </title><svg><title>图</title></svg>`:                                "年报 - 某县",
		``: "",
	} {
		if got := Column(parse(t, page)); got != want {
			t.Errorf("%s: got %q, want %q", page, got, want)
		}
	}
}

func TestTitle(t *testing.T) {
	const report = "莲湖区残疾人联合会2020年政府信息公开工作年度报告"
	for _, c := range []struct{ why, page, want string }{
		{"ArticleTitle", `<meta name=ArticleTitle content="` + report + `"><h1>别的</h1><div id=zoom>文</div>`, report},
		{"UCAPTITLE", `<ucaptitle>` + report + `</ucaptitle><div id=zoom>文</div>`, report},
		{"ArticleTitle is the site's name", `<meta name=ArticleTitle content="西安市莲湖区人民政府"><h2 class=t>` + report + `</h2><div id=zoom>文</div>`, report},
		{"heading over lines", "<h1>莲湖区残疾人联合会\n 2020年政府信息公开工作年度报告</h1><div id=zoom>文</div>", "莲湖区残疾人联合会 2020年政府信息公开工作年度报告"},
		{"a class only", `<title>莲湖区</title><div class="con_title">` + report + `</div><div id=zoom>文</div>`, report},
		{"title element with column and site", `<title>` + report + `-部门年报_西安市莲湖区人民政府</title><p>文</p>`, report},
		{"title element, site first", `<title>莲湖区人民政府 | ` + report + `</title><p>文</p>`, report},
		{"academic year is not parted", `<title>中山大学2021-2022学年信息公开年度报告</title>`, "中山大学2021-2022学年信息公开年度报告"},
		{"an explanation is no report, though it prints the report's title",
			`<meta name=ArticleTitle content="2020年政府信息公开工作年度报告解读"><h1>` + report + `</h1><div id=zoom>文</div>`, "2020年政府信息公开工作年度报告解读"},
		{"an explanation without metadata", `<h1>一图读懂2020年政府信息公开工作年度报告</h1><h3>` + report + `</h3><div id=zoom>文</div>`, "一图读懂2020年政府信息公开工作年度报告"},
		{"headings behind the text and links are other documents'",
			`<title>关于停水的消息</title><h3><a href=/x>` + report + `</a></h3><div id=zoom>文</div><p>.</p><h3>` + report + `</h3>`, "关于停水的消息"},
		{"none", `<p>文</p>`, ""},
	} {
		doc := parse(t, c.page)
		if got := Title(doc, Body(doc)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestPublished(t *testing.T) {
	for _, c := range []struct{ why, page, day, from string }{
		{"meta", `<meta name=PubDate content="2024-01-25 10:04:33"><p>发布日期：2020-01-01</p>`, "2024-01-25", "meta"},
		{"meta of Hanweb", `<meta name=Maketime content="2024/1/5">`, "2024-01-05", "meta"},
		{"meta that is no day", `<meta name=PubDate content="2024-02-30"><p>发布时间 2024年1月25日</p>`, "2024-01-25", "page"},
		{"element of UCAP", `<publishtime>2024年1月25日</publishtime>`, "2024-01-25", "meta"},
		{"table of metadata", `<table><tr><th>索引号</th><td>2026-02-00018</td><th>成文日期</th><td>2026-01-10</td></tr>
<tr><th>发布日期</th><td>2026-01-12</td></tr></table>`, "2026-01-12", "page"},
		{"label with blanks", `<li>发 布 时 间 ：[2024.01.25]</li>`, "2024-01-25", "page"},
		{"公开日期 in dl", `<dl><dt>公开日期:</dt><dd>2024-1-5</dd></dl>`, "2024-01-05", "page"},
		{"a page made again", `<meta name=others content="页面生成时间 2025-06-01 10:00:00"><meta name=Maketime content=2025-06-01>` +
			`<p>发布时间：2024-01-25</p>`, "2024-01-25", "page"},
		{"a page made again that prints no day", `<meta name=others content="页面生成时间 2025-06-01 10:00:00">`, "", ""},
		{"times of other things", `<p>会议时间：2023-05-01</p><p>办结时间 2023-05-02</p><p>落款日期：2023-05-03</p>`, "", ""},
		{"时间 behind another element", `<span>来源：某局</span><span>时间：2024-01-25</span>`, "2024-01-25", "page"},
		{"录入时间", `<span>录入时间：2024-01-25</span>`, "2024-01-25", "page"},
		{"时间 alone", `<span>时间：2024-01-25 09:00</span>`, "2024-01-25", "page"},
		{"更新时间 only if nothing else", `<p>更新时间：2025-05-05</p><p>发布时间：2024-01-25</p>`, "2024-01-25", "page"},
		{"更新时间 alone", `<p>更新时间：2025-05-05</p>`, "2025-05-05", "page"},
		{"成文日期 is another thing", `<p>成文日期：2024-01-25</p>`, "", ""},
		{"empty label before another", `<p>发布日期：</p><p>成文日期：2024-01-25</p>`, "", ""},
		{"dates behind the text belong to other documents", `<div id=zoom>文</div><p>发布日期：2024-01-25</p>`, "", ""},
		{"none", `<p>2024-01-25</p>`, "", ""},
	} {
		doc := parse(t, c.page)
		if day, from := Published(doc, Body(doc)); day != c.day || from != c.from {
			t.Errorf("%s: got %q %q, want %q %q", c.why, day, from, c.day, c.from)
		}
	}
}

func TestDay(t *testing.T) {
	for text, want := range map[string]string{
		"2024-01-25 10:04:33": "2024-01-25", "2024/1/5": "2024-01-05", "[2024.01.25]": "2024-01-25", "2024年1月25日": "2024-01-25",
		"2024 年 1 月 25 日": "2024-01-25", "2024-01-25T10:04:33Z": "2024-01-25", "2026-02-00018": "", "12024-01-25": "", "2023-02-29": "",
		"2024-13-01": "", "1911-10-10": "", "2024-01": "", "20240125": "", "": "", "2023-02-30 2024-02-29": "2024-02-29",
	} {
		if got := Day(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestLinks(t *testing.T) {
	base, _ := url.Parse("http://www.example.gov.cn/zwgk/nb/index.html")
	type link struct{ URL, Text, Title, Near string }
	for _, c := range []struct {
		why, page string
		want      []link
	}{
		{"list entry", `<li>[年报] <a href="./a.html" title="甲 乙">甲…</a><span>2024-01-25</span></li>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "甲…", "甲 乙", "[年报] 2024-01-25"}}},
		{"the title's date is not the list's", `<li><a href=a.html>2023年1月1日起施行</a> 2024-01-25</li>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "2023年1月1日起施行", "", "2024-01-25"}}},
		{"table row with a download", `<table><tr><td><a href=a.html>甲</a></td><td><a href=a.pdf>下载</a></td><td>2024-01-25</td></tr></table>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "甲", "", "下载 2024-01-25"}, {"http://www.example.gov.cn/zwgk/nb/a.pdf", "下载", "", "2024-01-25"}}},
		{"date in the dd", `<dl><dt><a href=a.html>甲</a></dt><dd>2024-01-25</dd><dt><a href=b.html>乙</a></dt><dd>2023-01-25</dd></dl>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "甲", "", "2024-01-25"}, {"http://www.example.gov.cn/zwgk/nb/b.html", "乙", "", "2023-01-25"}}},
		{"area, picture, protocol", `<map><area href="//x.gov.cn/a" title=图></map><p><a href=b.html><img alt="图片"></a></p>`,
			[]link{{"http://x.gov.cn/a", "", "图", ""}, {"http://www.example.gov.cn/zwgk/nb/b.html", "图片", "", ""}}},
		{"not addresses", `<a href="#x">甲</a><a href="javascript:void(0)">乙</a><a href="mailto:a@b.cn">丙</a><a>丁</a><a href="ftp://a/b">戊</a><a href="javascript:show('x')">己</a>`, nil},
		{"dates in front, in one row", `<div>2024-01-31 <a href=a.html>甲</a><br>2023-01-30 <a href=b.html>乙</a></div>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "甲", "", "2024-01-31"}, {"http://www.example.gov.cn/zwgk/nb/b.html", "乙", "", "2023-01-30"}}},
		{"dates behind, in one row", `<div><a href=a.html>甲</a> 2024-01-31<br><a href=b.html>乙</a> 2023-01-30</div>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/a.html", "甲", "", "2024-01-31"}, {"http://www.example.gov.cn/zwgk/nb/b.html", "乙", "", "2023-01-30"}}},
		{"an address put together", `<a onclick="openUrl( 'b.html?x=' + '1' + '&amp;y=' + 2)">甲</a><a onclick="go('b.html?t=' + new Date())">乙</a>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/b.html?x=1&y=2", "甲", "", "乙"}, {"http://www.example.gov.cn/zwgk/nb/b.html?t=", "乙", "", ""}}},
		{"data-href", `<li data-href="../b.html?x=1&amp;y=年">甲</li>`,
			[]link{{"http://www.example.gov.cn/zwgk/b.html?x=1&y=%E5%B9%B4", "甲", "", "甲"}}},
		{"onclick", `<a href="javascript:;" onclick="openUrl('../b.html?x=1&amp;y=年')">甲</a>`,
			[]link{{"http://www.example.gov.cn/zwgk/b.html?x=1&y=%E5%B9%B4", "甲", "", ""}}},
		{"broken escapes", `<a href="100%.html">甲</a><a href="http://[::1/x">乙</a>`,
			[]link{{"http://www.example.gov.cn/zwgk/nb/100%25.html", "甲", "", "乙"}}},
	} {
		var got []link
		for _, l := range Links(parse(t, c.page), base) {
			got = append(got, link{l.URL, l.Text, l.Title, l.Near})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.why, diff)
		}
	}
}

// TestHostilePagesAreReadInTime gives pages that make naive readers quadratic: each must be read in a few seconds.
func TestHostilePagesAreReadInTime(t *testing.T) {
	const n = 50_000
	base, _ := url.Parse("http://www.example.gov.cn/")
	for why, page := range map[string]string{
		"many links in one entry":    "<li>" + strings.Repeat("<a href=a>一、总体情况</a>", n),
		"many known containers":      strings.Repeat("<div class=TRS_Editor>结果维持</div>", n) + "<p>五、存在的主要问题及改进情况",
		"clickable inside clickable": strings.Repeat(`<div onclick="go('a.html')">`, 400) + strings.Repeat("文", n),
		"many headings in tables":    strings.Repeat("<table><td>结果维持 总体情况 首页</table>", n/5),
		"many strings in a script":   "<script>" + strings.Repeat(`content:"<p>",`, n) + "</script>",
		"unclosed string":            "<script>" + strings.Repeat(`content:"\`, n) + "</script>",
	} {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatalf("%s: %v", why, err)
		}
		began := time.Now()
		body := Body(doc)
		Title(doc, body)
		Published(doc, body)
		Embedded(doc)
		Links(doc, base)
		took := time.Since(began)
		t.Logf("%s: %s", why, took)
		if took > 30*time.Second && !testing.Short() { // as TestFilesOfHostilePages
			t.Errorf("%s: %s", why, took)
		}
	}
}

// FuzzPage: whatever the page, the body is part of it, days are days, and addresses are absolute.
func FuzzPage(f *testing.F) {
	f.Add(`<base href="//a/"><div class=TRS_Editor>` + six + `</div><a href="b c%" onclick="x('d/e')">甲</a>`)
	f.Add(`<script>DETAIL:{content:"\u003Cp>一、总体情况"}</script><frameset><frame>`)
	f.Add(`<meta name=PubDate content=2024-02-30><table><a href=x><li>发布日期 2024-01-25</table><select><option>`)
	f.Add(`<p><b id=1><i><b id=2></p><p>x<svg><a><style></b></svg></i><table><td></b></table>`)
	f.Add(`<script>{"files":[{"url":"/a.pdf","name":"附件"}]}</script><a href="javascript:down('/b.doc')">附件.doc</a>`)
	f.Fuzz(func(t *testing.T, markup string) {
		doc, err := Parse(markup)
		if err != nil {
			return
		}
		base, _ := url.Parse("http://www.example.gov.cn/nb/")
		body := Body(doc)
		if body == nil {
			t.Fatal("no body")
		}
		root := body
		for root.Parent != nil {
			root = root.Parent
		}
		if root != doc {
			t.Error("the body is of another page")
		}
		Title(doc, body)
		if day, from := Published(doc, body); (day == "") != (from == "") {
			t.Errorf("day %q from %q", day, from)
		} else if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			t.Error(err)
		}
		Embedded(doc)
		view := Look(doc)
		for _, file := range view.Files(body, base) {
			if u, err := url.Parse(file.URL); err != nil || !u.IsAbs() {
				t.Errorf("file %q: %v", file.URL, err)
			}
		}
		if a, b := view.Content(base), Look(doc).Content(base); a != b {
			t.Error("two digests of one page")
		}
		view.ListContent()
		for _, l := range Links(doc, base) {
			u, err := url.Parse(l.URL)
			if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("address %q: %v", l.URL, err)
			}
		}
	})
}

// TestAddressesOfPagesInGBK gives links of a page in GBK: what is not ASCII in a query is sent in GBK, in a path in UTF-8.
func TestAddressesOfPagesInGBK(t *testing.T) {
	base, _ := url.Parse("http://a.gov.cn/nb/")
	for head, want := range map[string]string{
		`<meta charset="gb2312">`: "http://a.gov.cn/nb/%E5%B9%B4.asp?t=%C4%EA&u=x",
		`<meta http-equiv="content-type" content="text/html; charset=GBK">`: "http://a.gov.cn/nb/%E5%B9%B4.asp?t=%C4%EA&u=x",
		`<meta charset="utf-8">`: "http://a.gov.cn/nb/%E5%B9%B4.asp?t=%E5%B9%B4&u=x",
	} {
		doc := parse(t, "<html><head>"+head+`</head><body><a href="年.asp?t=年&amp;u=x#年">年报</a><a href="%C4%EA.asp">报</a></body></html>`)
		l := Links(doc, base)
		if address, _, _ := strings.Cut(l[0].URL, "#"); address != want || l[1].URL != "http://a.gov.cn/nb/%C4%EA.asp" {
			t.Errorf("%s: %s %s", head, l[0].URL, l[1].URL)
		}
	}
	doc := parse(t, `<html><head><meta charset=gbk></head><body><div id=zoom><a href="/down.asp?f=年报.doc">附件</a></div></body></html>`)
	if f := Files(doc, Body(doc), base); len(f) != 1 || f[0].URL != "http://a.gov.cn/down.asp?f=%C4%EA%B1%A8.doc" {
		t.Errorf("%v", f)
	}
}
