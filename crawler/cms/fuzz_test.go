package cms

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"nianbao/crawler/recorded"
)

// recordedBodies are what the recorded columns answered.
func recordedBodies(f *testing.F) (bodies []string) {
	f.Helper()
	folders, err := filepath.Glob("../../testdata/columns/*")
	if err != nil || len(folders) == 0 {
		f.Fatal("no columns", err)
	}
	for _, folder := range folders {
		site, err := recorded.Read(folder)
		if err != nil {
			f.Fatal(err)
		}
		bodies = append(bodies, site.Bodies()...)
	}
	return bodies
}

// FuzzRead: whatever a list page holds, reading it ends, entries have a title and an absolute address, those of links each
// once, and further pages and parts have one, too. Those that plain finds are the list's own; a service may be elsewhere.
func FuzzRead(f *testing.F) {
	f.Add("http://a.gov.cn/nb/index.html", `<li><a href="../b" title="甲">乙</a>2024-01-25</li><a href="?page=2">2</a><a href=3.html>下一页</a>`)
	f.Add("http://a.gov.cn", `<base href="//a.gov.cn/x/"><a href=2023/>2023</a><a href="javascript:x('y/z')" rel=next>&gt;</a>共2页 30条`)
	for _, body := range recordedBodies(f) {
		f.Add("http://a.gov.cn/nb/index.html", body)
	}
	f.Fuzz(func(t *testing.T, address, body string) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			t.Skip("a list page has an address")
		}
		p := Page{URL: u, Body: []byte(body), Number: 1}
		for _, system := range append(Systems(), WithSelector("li, p")) {
			list, err := system.Read(p)
			if err != nil {
				continue
			}
			own := system.Name() == "plain" || system.Name() == "selector"
			seen := map[string]bool{}
			for _, item := range list.Items {
				at, err := url.Parse(item.URL)
				if err != nil || at.Host == "" || item.Title == "" || own && seen[withoutFragment(item.URL)] {
					t.Errorf("entry %+v: %v", item, err)
				}
				seen[withoutFragment(item.URL)] = true
			}
			if len(list.Next) > maxFurther {
				t.Errorf("%d further pages", len(list.Next))
			}
			for _, next := range list.Next {
				at, err := url.Parse(next.URL)
				if err != nil || at.Host == "" || own && (!sameList(u, next.URL) || next.URL == withoutFragment(u.String())) {
					t.Errorf("%s: further page %s of %s", system.Name(), next.URL, u)
				}
			}
			for _, part := range list.Parts {
				if at, err := url.Parse(part.URL); err != nil || at.Host == "" || part.Way == "" {
					t.Errorf("%s: part %+v of %s", system.Name(), part, u)
				}
			}
			for _, part := range Shell(p) {
				if at, err := url.Parse(part.URL); err != nil || at.Host == "" {
					t.Errorf("shell %+v of %s", part, u)
				}
			}
		}
	})
}

// FuzzAnswers: whatever a service answers to whatever a system asked it, reading ends, and what it leads to has an address.
func FuzzAnswers(f *testing.F) {
	f.Add("http://a.gov.cn/igs/front/search.jhtml?code=1&pageNumber=1&pageSize=5", "", `cb({"page":{"content":[{"DOCTITLE":"甲","DOCPUBURL":"/1.html","DOCRELTIME":"2024-01-25"}],"totalPages":3}})`)
	f.Add("http://a.gov.cn/fjdzapp/search", "channelid=1&classsql=chnlid%3D2&page=1", `{"data":[{"doctitle":"甲","docpuburl":"/1.html"}],"pagecount":"2"}`)
	f.Add("http://a.gov.cn/x?tplSetId=1&paramJson=%7B%22pageNo%22%3A1%7D", "", `{"success":true,"data":{"html":"<a href=1>甲</a><div count=45 rows=15 pageno=1 class=page querydata=\"{'webId':'1','pageId':'2'}\">"}}`)
	f.Add("http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15", "col=1&columnid=2", `<datastore><nextgroup><![CDATA[<a href="x"></a>]]></nextgroup><totalrecord>99</totalrecord><recordset><record><![CDATA[<li><a href=1>甲</a>]]></record></recordset></datastore>`)
	f.Add("http://a.gov.cn/module/xxgk/search.jsp", "divid=div1&infotypeId=2&currpage=1", `<a href="/art/1.html" title="甲">乙</a>共2页`)
	f.Add("http://a.gov.cn/common/search/1?_isAgg=true&_pageSize=10&page=1", "", `{"data":{"results":[{"title":"甲","url":"1","publishedTimeStr":"2024"}],"totalPage":2,"page":1}}`)
	f.Add("http://a.gov.cn/EpointWebBuilder/rest/frontAppCustomAction/getPageInfoListNew", `{"siteGuid":"x","pageIndex":0,"categoryNum":"1"}`, `{"infodata":[{"title":"甲","infourl":"/1"}],"Total":20}`)
	for _, body := range recordedBodies(f) {
		if trimmed := strings.TrimSpace(body); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
			f.Add("http://a.gov.cn/nb/list?page=1&pageSize=20", "", body)
		}
	}
	f.Fuzz(func(t *testing.T, asked, form, body string) {
		u, err := url.Parse(asked)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(body) > 100_000 {
			t.Skip("an answer has an address")
		}
		p := Page{URL: u, Body: []byte(body), Number: 2, Asked: Request{URL: asked}, ContentType: "application/json"}
		if form != "" {
			p.Asked.Method, p.Asked.Body = http.MethodPost, []byte(form)
			p.Asked.Header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		}
		for _, system := range append(Systems(), WithSelector("$.data[*]")) {
			list, err := system.Read(p)
			if err != nil {
				continue
			}
			for _, item := range list.Items {
				if at, err := url.Parse(item.URL); err != nil || at.Host == "" || item.Title == "" {
					t.Errorf("%s: entry %+v: %v", system.Name(), item, err)
				}
			}
			if len(list.Next) > maxFurther || list.Total < 0 || list.Pages < 0 {
				t.Errorf("%s: %d further pages, %d entries on %d pages", system.Name(), len(list.Next), list.Total, list.Pages)
			}
			for _, next := range list.Next {
				if at, err := url.Parse(next.URL); err != nil || at.Host == "" {
					t.Errorf("%s: further page %q", system.Name(), next.URL)
				}
				if next.Method != "" && next.Method != http.MethodGet && next.Method != http.MethodPost {
					t.Errorf("%s: asks by %s", system.Name(), next.Method)
				}
			}
		}
	})
}

// FuzzItems: a path or selector of the register is refused, or it reads whatever page there is.
func FuzzItems(f *testing.F) {
	f.Add("$.data.rows[*] title=bt url=lj date=meta.fbrq", `{"data":{"rows":[{"bt":"甲","lj":"/1","meta":{"fbrq":"2024-01-01"}}]}}`)
	f.Add("$['a'][0][*]", `{"a":[[{"title":"甲","url":"/1"}]]}`)
	f.Add("ul > li:nth-child(2n+1):not(:has(b)) a[href$=html]", `<ul><li><a href=1.html>甲</a>`)
	f.Fuzz(func(t *testing.T, items, body string) {
		if CheckItems(items) != nil || len(body) > 10_000 {
			return
		}
		u := &url.URL{Scheme: "http", Host: "a.gov.cn", Path: "/nb/"}
		list, err := WithSelector(items).Read(Page{URL: u, Body: []byte(body), Number: 1})
		if err != nil {
			return
		}
		for _, item := range list.Items {
			if at, err := url.Parse(item.URL); err != nil || at.Host == "" || item.Title == "" {
				t.Errorf("entry %+v: %v", item, err)
			}
		}
	})
}
