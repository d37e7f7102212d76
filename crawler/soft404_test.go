package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"nianbao/extract/text"
)

func TestMovedHome(t *testing.T) {
	for _, c := range []struct {
		asked, final string
		want         bool
	}{
		{"https://a.gov.cn/x/1.html", "https://a.gov.cn/", true},
		{"https://a.gov.cn/x/1.html", "https://a.gov.cn", true},
		{"https://a.gov.cn/x/1.html", "https://b.gov.cn/index.html", true},
		{"https://a.gov.cn/index.php?c=7", "https://a.gov.cn/", true},
		{"http://a.gov.cn/", "https://a.gov.cn/", false},
		{"http://a.gov.cn", "https://a.gov.cn/index.shtml", false},
		{"https://a.gov.cn/x", "https://a.gov.cn/x/", false},
		{"https://a.gov.cn/x", "https://a.gov.cn/x/index.html", false},
		{"https://a.gov.cn/x/1.html", "https://a.gov.cn/index.php?c=7", false},
		{"https://a.gov.cn/x/1.html", "https://a.gov.cn/indexes.html", false},
	} {
		if got := movedHome(parse(t, c.asked), parse(t, c.final)); got != c.want {
			t.Errorf("%s to %s: %v", c.asked, c.final, got)
		}
	}
}

// A redirect to the home page serves nobody who asked for a report; one to a row's own address does, if that is a home
// page. robots.txt is never moved: RFC 9309 follows its redirects anywhere.
func TestRedirectsToAHomePage(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/": says("home"), "/x/1.html": status(302, "Location: /"),
		"/robots.txt": status(302, "Location: /")})
	for row, want := range map[string]string{s.URL + "/x/": OutcomeMoved, s.URL + "/": OutcomeNew} {
		got, store := fetchOne(t, quick(nil), Site{URL: row}, s.URL+"/x/1.html")
		if got.outcome != want || (got.body == nil) != (want == OutcomeMoved) {
			t.Errorf("row %s: %s (%s) %q", row, got.outcome, got.why, got.body)
		}
		if robots := store.of("/robots.txt"); len(robots) != 1 || robots[0].Outcome != OutcomeNew {
			t.Errorf("row %s: robots.txt recorded as %s", row, robots[0].Outcome)
		}
	}
}

// A page with status 200 where robots.txt should be is no robots.txt: nothing is refused by it.
func TestSoft404InPlaceOfRobots(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/robots.txt": says("<title>404 Not Found</title>"), "/p": says("page"),
		"/q": says("<title>404 Not Found</title>")})
	crawler := New(quick(nil), &memory{}, nil)
	if got, err := fetchWith(t, crawler, Site{}, s.URL+"/p"); err != nil || got.outcome != OutcomeNew {
		t.Errorf("page: %s (%s) %v", got.outcome, got.why, err)
	}
	got, err := fetchWith(t, crawler, Site{}, s.URL+"/q")
	if err != nil || got.outcome != OutcomeSoft404 || got.body != nil || got.capture.SHA256 == "" {
		t.Errorf("soft 404: %s (%s) %v", got.outcome, got.why, err)
	}
}

func TestSibling(t *testing.T) {
	for asked, want := range map[string]string{
		"https://a.gov.cn/x/t2024_1.html?from=1": "https://a.gov.cn/x/none.html",
		"https://a.gov.cn/x/":                    "https://a.gov.cn/x/none.html",
		"https://a.gov.cn/x":                     "https://a.gov.cn/none.html",
		"https://a.gov.cn":                       "https://a.gov.cn/none.html",
		"https://a.gov.cn/col/index.shtml":       "https://a.gov.cn/col/none.shtml",
		"https://a.gov.cn/down/年报.pdf":           "https://a.gov.cn/down/none.pdf",
	} {
		if got := sibling(parse(t, asked), "none"); got != want {
			t.Errorf("%s: %s, want %s", asked, got, want)
		}
	}
}

// Titles and sentences that say nothing but that the page is not there, and such as say something else.
func TestLost(t *testing.T) {
	for sentence, want := range map[string]bool{
		"404": true, "ERROR 404": true, "404 Not Found": true, "404 - 页面不存在": true, "HTTP Status 404 – Not Found": true,
		"404错误页面": true, "页面不存在": true, "抱歉，您访问的页面不存在": true, "该栏目不存在": true, "无法找到该页": true,
		"很抱歉，您要访问的页面不存在或已被删除，请返回首页": true, "您查看的文章已删除": true, "Page Not Found": true,
		"您要找的页面可能已经删除、更名或暂时不可用": true, "页面不存在 5秒后返回首页": true, "您访问的信息不存在": true,
		"The requested URL /x/1.html was not found on this server.": true,

		"404号": false, "2404": false, "404,405号提案": false, "信息不存在": false, "政府信息不存在": false, "该文件已失效": false,
		"部分页面不存在的整改": false, "关于页面不存在问题": false, "文件已删除": false, "found": false, "链接": false, "": false,
		"本机关网站404页面已整改": false, "申请公开的信息不存在": false, "found on this server": false,
	} {
		if got := lost.MatchString(text.Normal(sentence)); got != want {
			t.Errorf("%q: %v", sentence, got)
		}
	}
}

// made up: pages of one template, as a site sends them.
func TestAlike(t *testing.T) {
	frame := func(path, nonce, now, text string) string {
		return fmt.Sprintf(`<html><head><title>某市人民政府</title><script nonce="%s">var path="%s"</script></head><body>
<ul><li><a href="/a/">首页</a><li><a href="/b/">政务公开</a></ul><div class="main list"><p>%s</p></div>
<p>今天是%s 访问量：%d</p></body></html>`, nonce, path, text, now, len(path)*12345)
	}
	lost := frame("/a/1.html", "a1b2", "2026年1月1日 星期四", "内容正在建设中")
	report := "本机关2023年收到政府信息公开申请3件"
	for name, c := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":                 {lost, lost, true},
		"counter, nonce, day":      {lost, frame("/b/xyz/2.html", "c3d4e5", "2026年1月2日 星期五", "内容正在建设中"), true},
		"nonce of letters":         {lost, frame("/a/1.html", "abcdef", "2026年1月1日 星期四", "内容正在建设中"), true},
		"another text":             {lost, frame("/a/1.html", "a1b2", "2026年1月1日 星期四", report), false},
		"one word more":            {lost, frame("/a/1.html", "a1b2", "2026年1月1日 星期四", "内容正在建设中，请等待"), false},
		"numbers alone differ":     {"<p>" + report, "<p>" + strings.ReplaceAll(report, "3件", "4件"), true},
		"an empty shell":           {`<div id="app"></div>`, `<div id="app"></div>`, true},
		"two short answers":        {"not found", "it works", false},
		"a page and nothing":       {lost, "", false},
		"nothing and nothing":      {"", "", true},
		"digits alone":             {"12", "34", true},
		"the order of the Chinese": {"<p>甲<p>乙", "<p>乙<p>甲", false},
	} {
		if got := alike([]byte(c.a), []byte(c.b)); got != c.want || alike([]byte(c.b), []byte(c.a)) != got {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// made up: a page as long as the sample allows, of one tag after the other.
func BenchmarkGlance(b *testing.B) {
	body := []byte(strings.Repeat(`<li><a href="/zfxxgk/1.html">政府信息公开工作年度报告</a></li>`, 2000))
	header, u := http.Header{"Content-Type": {"text/html"}}, &url.URL{Path: "/zfxxgk/"}
	for b.Loop() {
		page := glanceAt(header, body)
		firewall(200, header, page)
		soft404(RolePage, u, u, page)
	}
}
