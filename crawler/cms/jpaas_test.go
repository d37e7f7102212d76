package cms

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestListUnits: which of a page's units is the list.
func TestListUnits(t *testing.T) {
	unit := func(page, tag string) string {
		return `<p queryData='{"webId":"w","pageId":"` + page + `","tagId":"` + tag + `","tplSetId":"t"}'></p>`
	}
	const column = `<meta name="ColId" content="p">`
	for _, c := range []struct {
		why, body string
		want      []string
	}{
		{"only one, whatever its name", unit("x", "搜索"), []string{"搜索"}},
		{"the column's own", column + unit("x", "信息列表") + unit("p", "内容1"), []string{"内容1"}},
		{"not the search box", column + unit("p", "列表搜索") + unit("p", "u7"), []string{"u7"}},
		{"named like a list", column + unit("p", "u7") + unit("p", "ajax分页"), []string{"ajax分页"}},
		{"nothing tells them apart", unit("p", "u1") + unit("p", "u2"), []string{"u1", "u2"}},
	} {
		p := pageOf(t, "http://a.gov.cn/zwgk/nb/index.html", c.body, Request{})
		doc, err := parse(p)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range listUnits(p, doc) {
			got = append(got, u.tag)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.why, diff)
		}
	}
}

// TestJpaasAnswer: HTML in data itself, a pager without rows that always says 1, and a refusal.
func TestJpaasAnswer(t *testing.T) {
	paramJSON := `{"pageNo":2,"pageSize":1}`
	asked := get("http://a.gov.cn/build/unit", url.Values{"tplSetId": {"t"}, "paramJson": {paramJSON}})
	l, err := hanwebJpaas{}.Read(pageOf(t, asked.URL, `{"success":true,"data":"`+
		`<li><a href='/art/2024/art_1.html'>甲</a></li><div class='pagination' count='3' pageno='1'></div>"}`, asked))
	if err != nil || len(l.Items) != 1 || l.Total != 3 || len(l.Next) != 1 ||
		l.Next[0].form().Get("paramJson") != `{"pageNo":3,"pageSize":1}` {
		t.Errorf("%+v %v", l, err)
	}
	_, err = hanwebJpaas{}.Read(pageOf(t, asked.URL, `{"success":false,"code":"500","message":"tplSetId"}`, asked))
	if err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("a refusal: %v", err)
	}
}
