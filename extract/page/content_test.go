package page

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

// detail is a detail page in the manner of TRS: %s are nonce, stamp, counter, CSRF field, body, day of today.
const detail = `<html><head><title>茌平区2023年政府信息公开工作年度报告</title><meta name="PubDate" content="2024-01-31 10:20">
<meta name="csrf-token" content="%[1]s"><script nonce="%[1]s" src="/js/a.js?v=%[2]s"></script></head><body>
<div class="head">今天是2026年3月%[6]s日 星期二 <a href="/x">首页</a></div>
<div class="info">发布时间：2024-01-31 来源：茌平区 浏览次数：<span>%[3]s</span></div>
<form><input type="hidden" name="__csrf" value="%[4]s"></form>
<div class="TRS_Editor">%[5]s<script>var _token = "%[4]s";</script></div>
<div class="side"><a href="/n/%[2]s.html">最新新闻%[2]s</a></div>
<script>var pageToken="%[4]s"; // %[1]s
</script><!-- made %[2]s --></body></html>`

const officialBody = `<p>一、总体情况</p><p>2023年共收到申请125件。网站访问量：3200次。</p>
<table><tr><td>本年新收政府信息公开申请数量</td><td>125</td></tr><tr><td>访问量：3200</td><td>7</td></tr></table>
<p>二、主动公开政府信息情况</p><p><a href="/files/nb.pdf?v=1">附件</a></p>`

func contentOf(t interface{ Fatal(...any) }, markup string) string {
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	base, err := url.Parse("http://www.x.gov.cn/nb/1.html")
	if err != nil {
		t.Fatal(err)
	}
	return Look(doc).Content(base)
}

func TestContentIgnoresTheFrame(t *testing.T) {
	page := func(nonce, stamp, count, field, day string) string {
		return fmt.Sprintf(detail, nonce, stamp, count, field, officialBody, day)
	}
	want := contentOf(t, page("n1", "20240101", "12", "c1", "3"))
	for name, other := range map[string]string{
		"nonce":        page("n2", "20240101", "12", "c1", "3"),
		"script stamp": page("n1", "20250607", "12", "c1", "3"),
		"counter":      page("n1", "20240101", "1,300", "c1", "3"),
		"CSRF field":   page("n1", "20240101", "12", "zz9", "3"),
		"today":        page("n1", "20240101", "12", "c1", "31"),
		"all of them":  page("n9", "1", "9", "c9", "9"),
	} {
		if contentOf(t, other) != want {
			t.Errorf("%s: the content differs", name)
		}
	}
}

func TestContentSeesWhatWasPublished(t *testing.T) {
	whole := fmt.Sprintf(detail, "n", "1", "12", "c", officialBody, "3")
	want := contentOf(t, whole)
	for _, change := range [][2]string{
		{"<td>125</td>", "<td>126</td>"}, // a digit in the table
		{"<td>7</td>", "<td></td>"},
		{"访问量：3200</td>", "访问量：3201</td>"}, // in a table even what looks like a counter
		{"网站访问量：3200次。", "网站访问量：3201次。"},   // and in a sentence
		{"<td>7</td>", `<td colspan="2">7</td>`},
		{"<td>7</td>", `<td style="display:none">7</td>`},
		{"/files/nb.pdf?v=1", "/files/nb.pdf?v=2"}, // of a file the version counts
		{`content="2024-01-31 10:20"`, `content="2024-02-01 10:20"`},
		{"<title>茌平区2023年", "<title>茌平区2022年"},
		{"来源：茌平区 浏览次数", "发布机构：茌平区 浏览次数"},
		{`<div class="side">`, `<table><tr><td>收费金额</td><td>0</td></tr></table><div class="side">`}, // a table elsewhere
	} {
		changed := strings.Replace(whole, change[0], change[1], 1)
		if changed == whole {
			t.Fatalf("%s is not in the page", change[0])
		}
		if contentOf(t, changed) == want {
			t.Errorf("%s → %s is not seen", change[0], change[1])
		}
	}
}

// Any other character in the text of the body container is another content, wherever it stands.
func TestContentSeesEveryCharacterOfTheBody(t *testing.T) {
	want := contentOf(t, fmt.Sprintf(detail, "n", "1", "12", "c", officialBody, "3"))
	text := []rune(officialBody)
	var places []int
	inTag := false
	for i, r := range text {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
		case !inTag && !unicode.IsSpace(r):
			places = append(places, i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom(places).Draw(t, "place")
		r := rapid.SampledFrom([]rune("0123456789年件一：、a")).Draw(t, "character")
		if r == text[at] {
			return
		}
		changed := append([]rune{}, text...)
		changed[at] = r
		if contentOf(t, fmt.Sprintf(detail, "n", "1", "12", "c", string(changed), "3")) == want {
			t.Fatalf("%q in place of %q is not seen", r, text[at])
		}
	})
}

func TestListContent(t *testing.T) {
	const list = `<html><body><table><tr><td>今天是2026年3月%[1]d日 您是第%[1]d位访客</td></tr></table>
<ul><li><a href="%[2]s">2023年年报</a> 2024-01-31</li></ul><script>createPageHTML(%[3]d, 0, "index"); var csrfToken='%[1]d'</script></body></html>`
	of := func(frame int, href string, pages int) string {
		doc, err := html.Parse(strings.NewReader(fmt.Sprintf(list, frame, href, pages)))
		if err != nil {
			t.Fatal(err)
		}
		return Look(doc).ListContent()
	}
	want := of(1, "a.html", 3)
	if of(22, "a.html", 3) != want {
		t.Error("the frame makes another list")
	}
	if of(1, "b.html", 3) == want || of(1, "a.html", 4) == want {
		t.Error("another entry or number of pages is not seen")
	}
}
