package cms

import (
	"strings"
	"testing"
)

// TestContinued gives documents that are cut into pages, and such as only lead to others.
func TestContinued(t *testing.T) {
	const folder = "http://a.gov.cn/nb/"
	for _, c := range []struct{ markup, want string }{
		{`<script>createPageHTML(3, 0, "t20240131_12", "html");</script>`, "t20240131_12_1.html t20240131_12_2.html"},
		{`<script>createPageHTML(1, 0, "t20240131_12", "html");</script>`, ""},
		{`<script>createPageHTML(3, 0, "index", "html");</script>`, ""},
		{`<b>1</b><a href="t20240131_12_2.html">2</a><a href="t20240131_12_3.html">3</a><a href="t20240131_12_2.html">下一页</a>`,
			"t20240131_12_2.html t20240131_12_3.html"},
		{`<a href="t20240131_12-2.html">后页</a>`, "t20240131_12-2.html"},
		{`<a href="t20240130_11.html">下一页</a>`, ""},
		{`<a href="t20240131_120.html">下一页</a>`, ""},
		{`<a href="t20240131_12_2.html">附表</a>`, ""},
	} {
		var got []string
		for _, r := range Continued(pageAt(t, folder+"t20240131_12.html", c.markup, 1)) {
			got = append(got, strings.TrimPrefix(r.URL, folder))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.markup, got, c.want)
		}
	}
	if got := Continued(pageAt(t, folder, `<a href="index_2.html">下一页</a>`, 1)); got != nil {
		t.Errorf("a list: %v", got)
	}
}
