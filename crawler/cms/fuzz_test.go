package cms

import (
	"net/url"
	"path/filepath"
	"testing"

	"nianbao/crawler/recorded"
)

// FuzzRead: whatever a list page holds, reading it ends, entries have a title and an absolute address, those of links each
// once, and further pages and parts have one, too. Those that plain finds are the list's own; a service may be elsewhere.
func FuzzRead(f *testing.F) {
	f.Add("http://a.gov.cn/nb/index.html", `<li><a href="../b" title="甲">乙</a>2024-01-25</li><a href="?page=2">2</a><a href=3.html>下一页</a>`)
	f.Add("http://a.gov.cn", `<base href="//a.gov.cn/x/"><a href=2023/>2023</a><a href="javascript:x('y/z')" rel=next>&gt;</a>共2页 30条`)
	folders, err := filepath.Glob("../../testdata/columns/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, folder := range folders {
		site, err := recorded.Read(folder)
		if err != nil {
			f.Fatal(err)
		}
		for _, body := range site.Bodies() {
			f.Add("http://a.gov.cn/nb/index.html", body)
		}
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
