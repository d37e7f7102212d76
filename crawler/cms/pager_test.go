package cms

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNextPageWords gives the link to the next page in the spellings that sites have, with nothing else that leads there.
func TestNextPageWords(t *testing.T) {
	const folder = "http://a.gov.cn/zwgk/xxgknb/"
	for _, words := range []string{"下一页", "下页>>", "[下一页]", "【下一页】", "(下一页)", "下一页 &gt;", "下一页＞", "下一页〉", "下 一 页",
		"＞", "[&gt;&gt;]", "Next »", "▶", "下一页 ►", "下一页(2/3)", "下页(N)", "下一页 &gt;&gt;|"} {
		p := pageAt(t, folder, `<a href="t1.html">甲</a><p><a href="index_2.html">`+words+`</a></p>`, 1)
		l, err := plain{}.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{folder + "index_2.html"}, addresses(l.Next)); diff != "" || len(l.Items) != 1 {
			t.Errorf("%s: %d entries, next -want +got:\n%s", words, len(l.Items), diff)
		}
	}
}

// TestNextPageIcons gives pagers whose links have no words, or no more than the number of the second and last page.
func TestNextPageIcons(t *testing.T) {
	const folder = "http://a.gov.cn/zwgk/xxgknb/"
	for name, c := range map[string]struct{ markup, want string }{
		"class":                   {`<a class="next" href="index_2.html"><i></i></a>`, folder + "index_2.html"},
		"class of the list item":  {`<li class="page-next"><a href="index_2.html"></a></li>`, folder + "index_2.html"},
		"picture":                 {`<a href="index_2.html"><img src="/images/next.gif"></a>`, folder + "index_2.html"},
		"picture that is clicked": {`<img onclick="location.href='index_2.html'" src="/images/page_next.png">`, folder + "index_2.html"},
		"button":                  {`<input type="button" value="下一页" onclick="location.href='index_2.html'">`, folder + "index_2.html"},
		"label":                   {`<a href="index_2.html" aria-label="下一页"><i></i></a>`, folder + "index_2.html"},
		"a number beside arrows": {`<a href="index.html"><i class="fa fa-angle-left"></i></a><b>1</b><a href="x/?p=2">2</a>` +
			`<a href="x/?p=2"><i class="fa fa-angle-right"></i></a>`, folder + "x/?p=2"},
		"one number by name":          {`<b>1</b><a href="index_2.html">2</a>`, folder + "index_2.html"},
		"one number, counted from 0":  {`<b>1</b><a href="index_1.html">2</a>`, folder + "index_1.html"},
		"one number by parameter":     {`<b>1</b><a href="?page=2">2</a>`, folder + "?page=2"},
		"a number of something else":  {`<a href="x.html">2</a>`, ""},
		"a picture of something else": {`<a href="next_to_us/"><img src="map.png"></a>`, ""},
		"an arrow alone":              {`<a href="more/"><i class="fa fa-angle-right"></i></a>`, ""},
	} {
		l, err := plain{}.Read(pageAt(t, folder, c.markup, 1))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(addresses(l.Next), " "); got != c.want {
			t.Errorf("%s: next %q, want %q", name, got, c.want)
		}
	}
}

// TestPagerWithWWW gives a column without www. a pager that prints it.
func TestPagerWithWWW(t *testing.T) {
	for own, next := range map[string]string{"http://a.gov.cn/nb/": "https://www.a.gov.cn/nb/index_2.html",
		"https://www.a.gov.cn/nb/": "http://A.gov.cn/nb/index_2.html"} {
		l, err := plain{}.Read(pageAt(t, own, `<a href="`+next+`">下一页</a>`, 1))
		if err != nil || len(l.Next) != 1 {
			t.Errorf("%s: next %v, %v", own, addresses(l.Next), err)
		}
	}
}

// TestPagerWithStandardPort gives a pager whose addresses print the port that they have anyway.
func TestPagerWithStandardPort(t *testing.T) {
	p := pageAt(t, "http://a.gov.cn/nb/", `<a href="http://a.gov.cn:80/nb/index_2.html">下一页</a>`, 1)
	l, err := plain{}.Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"http://a.gov.cn:80/nb/index_2.html"}, addresses(l.Next)); diff != "" {
		t.Error(diff)
	}
}

// TestOtherPageWords gives pager links that are not the next page's, in brackets.
func TestOtherPageWords(t *testing.T) {
	p := pageAt(t, "http://a.gov.cn/zwgk/xxgknb/index_2.html", `<p><a href="index.html">[首页]</a>
		<a href="index.html">[上一页]</a> <a href="index_3.html">[下一页]</a> <a href="index_9.html">[尾页]</a></p>`, 2)
	l, err := plain{}.Read(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"http://a.gov.cn/zwgk/xxgknb/index_3.html"}, addresses(l.Next)); diff != "" || len(l.Items) > 0 {
		t.Errorf("entries %v, next -want +got:\n%s", l.Items, diff)
	}
}

// TestEntriesOfOnePageAreNoTotal states how many entries one page has: as the list's total it would hide missing pages.
func TestEntriesOfOnePageAreNoTotal(t *testing.T) {
	for words, want := range map[string]int{
		"共3页 每页15条 首页 下一页": 0, "共3页，每页15条，下一页": 0, "当前第1页/共3页 每页显示15条 首页": 0, "共3页，15条/页，下一页": 0,
		"共3页 45条 下一页": 45, "共45条 每页15条 共3页 下一页": 45,
	} {
		l, err := plain{}.Read(pageAt(t, "http://a.gov.cn/nb/", `<a href="t1.html">甲</a><p>`+words+`</p>`, 1))
		if err != nil {
			t.Fatal(err)
		}
		if l.Total != want || l.Pages != 3 {
			t.Errorf("%s: %d entries on %d pages", words, l.Total, l.Pages)
		}
	}
}
