package cms

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUCAPServices shows pages that load their lists in the ways that no recorded column has: who takes them, and what
// is asked first. The markup is made up after cms.md 3.7.
func TestUCAPServices(t *testing.T) {
	const channel = "0123456789abcdef0123456789abcdef"
	const hunan = "POST http://api.hunan.gov.cn/search/common/search/100782 _isAgg=true&_pageSize=20" +
		"&datas%5B0%5D%5Bjoin%5D=and&datas%5B0%5D%5Bkey%5D=status" +
		"&datas%5B0%5D%5BqueryType%5D=term&datas%5B0%5D%5Bvalue%5D=STATUS" +
		"&datas%5B1%5D%5Bkey%5D=publishedTime&datas%5B1%5D%5Border%5D=desc&datas%5B1%5D%5BqueryType%5D=term" +
		"&datas%5B1%5D%5Bsort%5D=true&page=1"
	for _, tc := range []struct {
		name, script string
		next         []string
	}{
		{"searchList of 证监会", `get("/searchList/` + channel + `?_isAgg=true&_isJson=true&_pageSize=18&page=1")`,
			[]string{"http://a.gov.cn/searchList/" + channel + "?_isAgg=true&_isJson=true&_pageSize=18&page=1"}},
		{"search of 卫健委, its parameters in an object", `$.ajax({url: '/search/` + channel + `', data: {_isJson: true}})`,
			[]string{"http://a.gov.cn/search/" + channel + "?_isJson=true&page=1"}},
		{"put together of service, channel and query",
			`var channelId = "` + channel + `"; var u = "/common/search/" + channelId + "?_isJson=true&_pageSize=10&page=" + n;`,
			[]string{"http://a.gov.cn/common/search/" + channel + "?_isJson=true&_pageSize=10&page=1"}},
		{"a search box is no list", `</script><form action="/common/search/` + channel + `"></form><script>`, nil},
		{"Hunan, channel and status in the page",
			`post('//api.hunan.gov.cn/search/common/search/100782', {datas: [{key: 'status', value: 4}]})`,
			[]string{strings.Replace(hunan, "STATUS", "4", 1)}},
		{"Hunan, address and status in a script elsewhere", `var channelId = 100782;</script><script src="/x/list_all.js">`,
			[]string{strings.Replace(hunan, "STATUS", "4", 1), strings.Replace(hunan, "STATUS", "1", 1)}},
		{"Suzhou", `post("/szinf/xxgk/interfacesWebZcwj/loadData", {channel_id: "` + channel + `", pageIndex: 1})`,
			[]string{"POST http://a.gov.cn/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15 " +
				"channel_id=" + channel + "&pageIndex=1"}},
		{"Suzhou without a channel: the whole city", `post("/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=20")`, nil},
		{"a channel without a service", `var channelId = "` + channel + `"`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := pageAt(t, "http://a.gov.cn/nb/list.shtml", "<ul></ul><script>"+tc.script+"</script>", 1)
			sign, ok := ucapJSON{}.Recognise(p)
			if ok != (tc.next != nil) {
				t.Fatalf("recognised: %v (%s)", ok, sign)
			}
			got, err := ucapJSON{}.Read(p)
			if (err == nil) != ok {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.next, addresses(got.Next)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestUCAPAnswers reads answers: what is in them, and what is asked next.
func TestUCAPAnswers(t *testing.T) {
	form := func(body string) Request {
		r := post("http://a.gov.cn/list", nil)
		r.Body = []byte(body)
		return r
	}
	for _, tc := range []struct {
		name, answer string
		asked        Request
		want         List
		wantError    bool
	}{
		{name: "Suzhou", asked: form("pageIndex=1"),
			answer: `{"data":{"allRow":3,"totalPage":2,"list":[` +
				`{"TITLE":"甲","URL":"/a.shtml","PUBLISHED_TIME_FORMAT":"2024-01-05"},{"TITLE":"乙","URL":""}]}}`,
			want: List{Total: 3, Items: []Item{{URL: "http://a.gov.cn/a.shtml", Title: "甲", ListedOn: "2024-01-05"}},
				Next: []Request{form("pageIndex=2")}}},
		{name: "the last page is shorter than the others", asked: Request{URL: "http://a.gov.cn/list?_pageSize=20&page=3"},
			answer: `{"data":{"total":41,"results":[{"title":"甲","url":"http://a.gov.cn/b","publishedTime":1704412800000}]}}`,
			want:   List{Total: 41, Items: []Item{{URL: "http://a.gov.cn/b", Title: "甲", ListedOn: "2024-01-05"}}}},
		{name: "no total, a full page", asked: Request{URL: "http://a.gov.cn/list?_pageSize=1&page=1"},
			answer: `{"data":{"total":null,"results":[{"title":"甲","url":"/b?c=1&amp;d=2"}]}}`,
			want: List{Items: []Item{{URL: "http://a.gov.cn/b?c=1&d=2", Title: "甲"}},
				Next: []Request{{URL: "http://a.gov.cn/list?_pageSize=1&page=2"}}}},
		{name: "no total, a page that is not full", asked: Request{URL: "http://a.gov.cn/list?_pageSize=2&page=3"},
			answer: `{"data":{"total":null,"results":[{"title":"甲","url":"/b"}]}}`,
			want:   List{Items: []Item{{URL: "http://a.gov.cn/b", Title: "甲"}}}},
		{name: "a percent sign in an address", asked: Request{URL: "http://a.gov.cn/list?page=1&size=9"},
			answer: `{"data":{"total":1,"results":[{"title":"甲","url":"/100%/%E5%B9%B4.html"}]}}`,
			want:   List{Total: 1, Items: []Item{{URL: "http://a.gov.cn/100%25/%E5%B9%B4.html", Title: "甲"}}}},
		{name: "nothing", asked: form("page=1"), answer: `{"data":{"total":0,"results":[]}}`},
		{name: "a token is wanted", asked: Request{URL: "http://a.gov.cn/list?page=1"}, answer: `{"code":401,"msg":"非法请求"}`,
			wantError: true},
		{name: "a page instead", asked: Request{URL: "http://a.gov.cn/list?page=1"}, answer: `<html></html>`,
			wantError: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := pageAt(t, tc.asked.URL, tc.answer, 2)
			p.Asked = tc.asked
			got, err := ucapJSON{}.Read(p)
			if (err != nil) != tc.wantError {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
