package cms

import (
	"net/url"
	"testing"
)

// TestPostback: which request ASP.NET pagers come to.
func TestPostback(t *testing.T) {
	const state = `<input type=hidden name=__VIEWSTATE value=S>`
	tests := []struct{ name, markup, want string }{
		{"the words alone",
			`<a href="javascript:__doPostBack('lbNext','')">下一页</a>`,
			"__EVENTARGUMENT=&__EVENTTARGET=lbNext&__VIEWSTATE=S"},
		{"GridView",
			`<a href="javascript:__doPostBack('gv','Page$2')">2</a>`,
			"__EVENTARGUMENT=Page%242&__EVENTTARGET=gv&__VIEWSTATE=S"},
		{"the last page", `<a href="javascript:__doPostBack('p','1')">1</a> 1/1页`, ""},
		{"a menu", `<a href="javascript:__doPostBack('menu','2')">机构</a>`, ""},
		{"ticks and buttons stay out",
			`<input type=checkbox name=c value=1><input type=submit name=b value=go>` +
				`<a onclick="__doPostBack('p','2')">2</a>`,
			"__EVENTARGUMENT=2&__EVENTTARGET=p&__VIEWSTATE=S"},
		{"a choice of nothing comes first",
			`<select name=y><option value="">全部<option value=2024>2024</select>` +
				`<select name=z><option>甲<option>乙</select><a onclick="__doPostBack('p','2')">2</a>`,
			"__EVENTARGUMENT=2&__EVENTTARGET=p&__VIEWSTATE=S&y=&z=%E7%94%B2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := url.Parse("http://a.gov.cn/list.aspx?id=1")
			body := "<form method=post action='list.aspx?id=1'>" + state + tt.markup + "</form>"
			l, err := aspNet{}.Read(Page{URL: address, Body: []byte(body), Number: 1})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range l.Next {
				got += string(r.Body)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
