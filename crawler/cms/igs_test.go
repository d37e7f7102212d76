package cms

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCalls shows the ways in which scripts write a request, and what is none.
func TestCalls(t *testing.T) {
	column, _ := url.Parse("http://www.example.gov.cn/zwgk/nb/")
	for _, c := range []struct{ why, script, want string }{
		{"query", `load('/igs/front/search/list.html?filter[CHANNELID]=12&amp;pageSize=15')`,
			"filter[CHANNELID]=12&pageSize=15"},
		{"pieces and variables",
			`var id = "12", n = 8; $.get("/igs/front/search.jhtml?code=" + id + '&pageSize=' + n + "&t=" + Date.now());`,
			"code=12&pageSize=8&t="},
		{"object behind",
			`$.ajax({url: "/igs/front/search/list.html", data: {code: 'ab', "pageSize": 15, all: true, pageNumber: page}})`,
			"all=true&code=ab&pageSize=15"},
		{"object in front", `var data = {channelid: 7, page: 1}; $.post("/was5/web/search", data);`,
			"channelid=7&page=1"},
		{"variable in an object", "var c = 'ab';\n$.get('/igs/front/search.jhtml', {code: c, siteId: unknown})",
			"code=ab"},
		{"a form is no call", `<form action="/was5/web/search">{channelid: 7}`, "none"},
		{"an address without quotes is no call", `/was5/web/search?channelid=7`, "none"},
	} {
		want, err := url.ParseQuery(c.want)
		if err != nil {
			t.Fatal(err)
		}
		got := calls(Page{URL: column, Body: []byte(c.script)}, igsAddress, igsMark)
		switch {
		case c.want == "none":
			if len(got) != 0 {
				t.Errorf("%s: got %v", c.why, got)
			}
		case len(got) != 1:
			t.Errorf("%s: %d calls", c.why, len(got))
		default:
			if diff := cmp.Diff(want, got[0].parameters); diff != "" {
				t.Errorf("%s: -want +got:\n%s", c.why, diff)
			}
		}
	}
}

// TestSearchBoxIsNoList: a site's search box asks the same servers.
func TestSearchBoxIsNoList(t *testing.T) {
	column, _ := url.Parse("http://www.example.gov.cn/zwgk/nb/")
	for _, source := range []string{
		`<form action="/igs/front/search.jhtml"><input name="code" value="ab"><input name="searchWord"></form>`,
		`<a href="/was5/web/search?channelid=7">搜索</a>`,
		`<script>location = "/igs/front/search.jhtml?code=ab&pageSize=10&searchWord=年报"</script>`,
	} {
		if sign, ok := (igs{}).Recognise(Page{URL: column, Body: []byte(source)}); ok {
			t.Errorf("%s: taken by %s", source, sign)
		}
	}
}
