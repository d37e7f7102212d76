package page

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestIdentify(t *testing.T) {
	const water = "11371500004428039E/2026-45963799"
	for _, c := range []struct {
		why, page, url string
		want           Identity
	}{
		{"table of th and td", `<table class="xxgk_table">
			<tr><th>索引号</th><td>` + water + `</td><th>主题分类</th><td>水利</td></tr>
			<tr><th>发布机构</th><td>聊城市<span>水利局</span></td><th>发布日期</th><td>2026-01-20</td></tr></table>`, "",
			Identity{CreditCode: "11371500004428039E", IndexNo: water, Publisher: "聊城市 水利局"}},
		{"table of td only, blanks in the label", `<table><tr><td>索&nbsp;引　号：</td><td>014416330/2018-04736</td></tr>
			<tr><td>发布机构：</td><td>苏州市财政局</td></tr></table>`, "",
			Identity{IndexNo: "014416330/2018-04736", Publisher: "苏州市财政局"}},
		{"printed empty", `<table><tr><td>索引号</td><td></td><td>主题分类</td><td>x</td></tr>
			<tr><th>发布机构</th><td>&nbsp;</td><th>文号</th><td>y</td></tr></table>`, "", Identity{}},
		{"empty th", `<table><tr><th>索引号</th><th>发布机构</th></tr></table>`, "", Identity{}},
		{"dl", `<dl><dt>索引号：</dt><dd>XM02100-0101-2019-00001</dd><dt>发布机构：</dt><dd>厦门市</dd></dl>`, "",
			Identity{IndexNo: "XM02100-0101-2019-00001", Publisher: "厦门市"}},
		{"li with label and value", `<ul><li>索引号：kysrmzf/2026-00017</li><li><b>发布机构：</b>开远市人民政府</li></ul>`, "",
			Identity{IndexNo: "kysrmzf/2026-00017", Publisher: "开远市人民政府"}},
		{"li whose value is missing", `<ul><li>索引号：</li><li>发布机构：开远市</li></ul>`, "", Identity{Publisher: "开远市"}},
		{"div rows", `<div class=content-title><span>【索引号】</span><span>430S00/2009-69063</span></div>
			<div><div>发文机关</div><div>湖南省统计局</div></div>`, "",
			Identity{IndexNo: "430S00/2009-69063", Publisher: "湖南省统计局"}},
		{"all in one text", `<p>索引号：035210000/2025-00016 主题分类：其他 发布机构：鲤城区司法局 发布日期：2025-01-20</p>`, "",
			Identity{IndexNo: "035210000/2025-00016", Publisher: "鲤城区司法局"}},
		{"running text is no block", `<p>发布机构职责由区政府确定，索引号按规则编制。</p>
			<p>发布机构：` + strings.Repeat("机构", 50) + `</p>`, "", Identity{}},
		{"content source, a label before it", `<meta name=ContentSource content="办公室"><p>发布机构：区政府</p>`, "",
			Identity{Publisher: "区政府"}},
		{"content source alone", `<meta name="contentsource" content="区政府办公室">`, "", Identity{Publisher: "区政府办公室"}},
		{"address", `<p>x`,
			"http://www.lishui.gov.cn/module/xxgk/xxgkAnnualReport.jsp?fbtime=2023&area=113325000026455663&showType=2",
			Identity{CreditCode: "113325000026455663"}},
		{"address of a province", `<p>x`,
			"http://www.shandong.gov.cn/col/col315154/index.html?vc_xxgkarea=113700000045022274&jh=264",
			Identity{CreditCode: "113700000045022274"}},
		{"wrong check character", `<li>索引号：11371500004428039F/2026-1</li>`, "http://x.cn/?area=113325000026455664",
			Identity{IndexNo: "11371500004428039F/2026-1"}},
		{"footer", `<div><p>政府网站标识码：3715000028 <a>鲁公网安备 37150202000123号</a></p></div>`, "",
			Identity{SiteCode: "3715000028"}},
		{"footer, code in its own element", `<div><span>网站标识码</span>：<a href=x>1101020002</a>&nbsp;电话 010-8806</div>`, "",
			Identity{SiteCode: "1101020002"}},
		{"central body", `<p>网站标识码：BM55000001</p>`, "", Identity{SiteCode: "bm55000001"}},
		{"twelve digits", `<p>政府网站标识码：310000000044</p>`, "", Identity{}},
		{"meta and footer agree", `<meta name="SiteIDCode" content="3715000028"><p>网站标识码：3715000028`, "",
			Identity{SiteCode: "3715000028"}},
		{"meta and footer disagree", `<meta name="SiteIDCode" content="3715000028"><p>网站标识码：3701000001`, "", Identity{}},
		{"in a script", `<script>var s="网站标识码：3715000028 索引号：1"</script>`, "", Identity{}},
	} {
		doc, err := html.Parse(strings.NewReader(c.page))
		if err != nil {
			t.Fatal(err)
		}
		if got := Identify(doc, c.url); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.why, got, c.want)
		}
	}
}

// The codes seen on sites, and what makes them wrong.
func TestValidCreditCode(t *testing.T) {
	seen := []string{"11371500004428039E", "11370112004203737J", "12620600MB0523338C", "113325000026455663",
		"113700000045022274"}
	for _, code := range seen {
		if !ValidCreditCode(code) {
			t.Errorf("%s is valid", code)
		}
		// Weights are units modulo a prime, so the check finds every single changed character.
		for i := range code {
			for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ" {
				wrong := code[:i] + string(c) + code[i+1:]
				if wrong != code && ValidCreditCode(wrong) {
					t.Errorf("%s is not valid", wrong)
				}
			}
		}
	}
	for _, code := range []string{"", "11371500004428039", "11371500004428039EE", "1137150000442803９E", "1137A500004428039E"} {
		if ValidCreditCode(code) {
			t.Errorf("%q is not valid", code)
		}
	}
}

func BenchmarkIdentify(b *testing.B) {
	var page strings.Builder
	page.WriteString(`<table><tr><th>索引号</th><td>11371500004428039E/2026-1</td></tr></table>`)
	for i := range 700 {
		fmt.Fprintf(&page, `<p style="x">发布公开信息%d条，公开机构按规定办理，索引完整。</p>`, i)
	}
	page.WriteString(`<div>网站标识码：3715000028</div>`)
	doc, err := html.Parse(strings.NewReader(page.String()))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("parse", func(b *testing.B) {
		for b.Loop() {
			if _, err := html.Parse(strings.NewReader(page.String())); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("identify", func(b *testing.B) {
		for b.Loop() {
			if Identify(doc, "").SiteCode == "" {
				b.Fatal("no site code")
			}
		}
	})
}
