package cms

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGkmlptCatalogue finds the category to be read in trees of several shapes. The trees are made up after cms.md 3.5.
func TestGkmlptCatalogue(t *testing.T) {
	const at = "https://www.gz.gov.cn/gzhzjy/gkmlpt/policy"
	const api = "https://www.gz.gov.cn/gzhzjy/gkmlpt/api/all/"
	for _, tc := range []struct {
		name, address, tree string
		next                []string
		parts               []Part
		wantError           bool
	}{
		{name: "the tree cannot be read, the address is enough", address: at + "#505", tree: `[{'id': 505}]`,
			next: []string{api + "505?page=1&sid=200064"}},
		{name: "the name tells, below another category", address: at,
			tree: `[{"id":1,"name":"指南"},{"id":2,"name":"公开","children":[{"id":"3","name":"政府信息公开工作年度报告"}]}]`,
			next: []string{api + "3?page=1&sid=200064"}},
		{name: "an empty category with years below it", address: at + "#7",
			tree: `[{"id":7,"name":"年报","post_count":0,"children":[` +
				`{"id":8,"name":"2024年","post_count":2},{"id":9,"name":"2023年"}]}]`,
			next: []string{api + "8?page=1&sid=200064", api + "9?page=1&sid=200064"}},
		{name: "lists elsewhere, one of them of the same catalogue", address: at + "#7",
			tree: `[{"id":7,"name":"年报","post_count":0,"children":[` +
				`{"id":8,"name":"2024年","jump_url":"/gzhzjy/gkmlpt/index#12"},` +
				`{"id":9,"name":"2023年","jump_url":"http://b.gov.cn/nb/"}]}]`,
			next:  []string{api + "12?page=1&sid=200064"},
			parts: []Part{{Request: Request{URL: "http://b.gov.cn/nb/"}, Way: WayRedirect, Title: "2023年"}}},
		{name: "no category of reports", address: at, tree: `[{"id":1,"name":"规范性文件"},{"id":2,"name":"网站年报"}]`,
			wantError: true},
		{name: "not below gkmlpt", address: "http://a.gov.cn/x#1", tree: `[]`, wantError: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := pageAt(t, tc.address, `<script>window._CONFIG = {SID: '200064', TREE: `+tc.tree+`,}</script>`, 1)
			if _, ok := (gkmlpt{}).Recognise(p); !ok {
				t.Fatal("not recognised")
			}
			got, err := gkmlpt{}.Read(p)
			if (err != nil) != tc.wantError {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.next, addresses(got.Next)); diff != "" {
				t.Errorf("next, -want +got:\n%s", diff)
			}
			if diff := cmp.Diff(tc.parts, got.Parts); diff != "" {
				t.Errorf("parts, -want +got:\n%s", diff)
			}
		})
	}
}
