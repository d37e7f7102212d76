package cms

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNfcmsPager leaves the pages of other columns alone, and goes on from a page in the middle.
func TestNfcmsPager(t *testing.T) {
	p := pageAt(t, "http://a.gov.cn/zwgk/nb/index_2.html", `<script>var NFCMS_SITE_ID = 1</script>
		<a href="content/post_1.html">甲</a> <a href="../zcwj/index_9.html">更多</a>
		<a href="index.html">1</a> <a href="index_2.html">2</a> <a href="index_3.html">3</a>
		<a href="index_5.html">末页</a>`, 2)
	got, err := nfcms{}.Read(p)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"http://a.gov.cn/zwgk/nb/index_3.html", "http://a.gov.cn/zwgk/nb/index_4.html",
		"http://a.gov.cn/zwgk/nb/index_5.html"}
	if diff := cmp.Diff(want, addresses(got.Next)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got.Pages != 5 {
		t.Errorf("%d pages, want 5", got.Pages)
	}
}
