package cms

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestCountedOn goes on counting from a list's own address.
func TestCountedOn(t *testing.T) {
	tests := []struct{ own, want string }{
		{"http://a.gov.cn/nb/", "http://a.gov.cn/nb/index_2.html"},
		{"http://a.gov.cn/nb/index.shtml#x", "http://a.gov.cn/nb/index_2.shtml"},
		{"http://a.gov.cn/nb/1.html", "http://a.gov.cn/nb/2.html"},
		{"http://a.gov.cn/nb/list_12_1.html", "http://a.gov.cn/nb/list_12_2.html"},
		{"http://a.gov.cn/nb/column-index-1.shtml", "http://a.gov.cn/nb/column-index-2.shtml"},
		{"http://a.gov.cn/list.jsp?id=7&pageNo=1", "http://a.gov.cn/list.jsp?id=7&pageNo=2"},
		{"http://a.gov.cn/nb2024.html", "http://a.gov.cn/nb2024_2.html"}, // the year is no page
	}
	for _, tt := range tests {
		own, _ := url.Parse(tt.own)
		if got := countedOn(own, 2); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.own, got, tt.want)
		}
	}
}

// TestScripted: pagers without links, and what is none.
func TestScripted(t *testing.T) {
	tests := []struct {
		name, markup string
		want         []string
	}{
		{"calls with numbers, no script", `<a href="javascript:gotoPage(2)">2</a><a onclick="gotoPage('3')">尾页</a>`,
			[]string{"index_2.html", "index_3.html"}},
		{"a count alone", `<div>首页 上一页 下一页 尾页 共2页</div>`, []string{"index_2.html"}},
		{"a count that is no pager's", `<p>图解共2页，详见附件</p>`, nil},
		{"one page", `<div>首页 尾页 共1页</div>`, nil},
		{"an address in the call", `<span onclick="go('list-2.html')">下一页</span>`, []string{"list-2.html"}},
		{"a script makes the address",
			`<a onclick="toPage(2)">2</a><script>location.href='?p='+n+'&c=1'</script>`,
			[]string{"?p=2&c=1"}},
		{"a script that leads elsewhere",
			`<a onclick="toPage(2)">2</a><script>location.href='/search?q='+n</script>`,
			[]string{"index_2.html"}},
		{"numbers without an address", `<a href="javascript:;">1</a><a href="javascript:;" data-page="2">2</a><a href="#">3</a>` +
			`<a href="javascript:;">下一页</a>`, []string{"index_2.html", "index_3.html"}},
		{"a form that is sent", `<a href="javascript:document.f.p.value=2;document.f.submit()">2</a><button>下一页</button>`,
			[]string{"index_2.html"}},
		{"one page without an address", `<a href="javascript:;">1</a><a href="javascript:;">下一页</a>`, nil},
		{"days without an address", `<a href="javascript:;">25</a><a href="javascript:;">26</a><a href="javascript:;">&gt;</a>`, nil},
		{"a script that prints the pager", `<div id="pagination"></div><script>var totalPage = 2;</script>`,
			[]string{"index_2.html"}},
		{"a script inside the pager", `<div class="page"><script>show({"pageCount": '2'})</script></div>`,
			[]string{"index_2.html"}},
		{"a script that counts entries", `<div id="page1"></div><script>laypage.render({elem: 'page1', count: 45, limit: 20, jump: function(o) {
			location.href = "?page=" + o.curr}})</script>`, []string{"?page=2", "?page=3"}},
		{"entries of something else", `<div id="page1"></div><script>var count = 45, limit = 20</script>`, nil},
		{"a script of something else", `<div class="album"></div><script>var totalPage = 9;</script>`, nil},
		{"a pager that is printed", `<div class="page">首页</div><script>var totalPage = 9;</script>`, nil},
		{"the last page alone", `首页 <a href="index_3.html">尾页</a>`,
			[]string{"index_2.html", "index_3.html", "index_1.html"}},
		{"the last page by parameter", `<a href="?page=3">末页</a>`, []string{"?page=2", "?page=3"}},
		{"the last page of one", `<a href="?page=1">末页</a>`, nil},
		{"a calendar", `<td onclick="show(25)">25</td><td onclick="show(26)">26</td>`, nil},
		{"years to choose",
			`<select><option value="2024">2024</option><option value="2023">2023</option></select>`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			own, _ := url.Parse("http://a.gov.cn/nb/")
			l, err := plain{}.Read(Page{URL: own, Body: []byte(tt.markup), Number: 1})
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, r := range l.Next {
				got = append(got, r.URL)
			}
			for _, w := range tt.want {
				want = append(want, "http://a.gov.cn/nb/"+w)
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestCounts reads the counts of pagers in their many wordings.
func TestCounts(t *testing.T) {
	tests := []struct {
		text           string
		entries, pages int
	}{
		{"首页 下一页 共5页 48条", 48, 5},
		{"共 5页 48条", 48, 5},
		{"共48条记录 第1/5页 上一页", 48, 5},
		{"共有记录8条，分3页", 8, 3},
		{"每页 14 记录 总共 1403 记录 第一页 尾页 页码 1/101", 1403, 101},
		{"总记录数：45 条 1/3 页 首页", 45, 3},
		{"2023/12/05 首页 上一页", 0, 0},
		{"本年共收到申请45条。", 0, 0},
		{"答复书共3页。", 0, 0},
		{"首页 尾页 共99999页 999999999999999999999条", 0, 0},
	}
	for _, tt := range tests {
		doc, err := html.Parse(strings.NewReader("<p>" + tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if entries, pages := counts(doc); entries != tt.entries || pages != tt.pages {
			t.Errorf("%s: %d entries, %d pages, want %d, %d", tt.text, entries, pages, tt.entries, tt.pages)
		}
	}
}
