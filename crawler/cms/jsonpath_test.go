package cms

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJSONPath picks entries by path from answers of several shapes.
func TestJSONPath(t *testing.T) {
	entry := []Item{{URL: "http://a.gov.cn/x/1.html", Title: "甲局2023年年报", ListedOn: "2024-01-25"}} // made up
	tests := []struct {
		name, path, answer string
		want               List
	}{
		{"usual names, whatever their case", "$.data[*]",
			`{"data":[{"docTitle":"甲局2023年年报","docPubUrl":"/x/1.html","pubDate":"2024-01-25 09:00"}]}`,
			List{Items: entry}},
		{"named fields, deep ones too, in any order", "$.rows date=at.day url=lj title=bt",
			`{"rows":[{"bt":"甲局2023年年报","lj":"/x/1.html","at":{"day":"2024-01-25"},"title":"x"}],"total":"12"}`,
			List{Items: entry, Total: 12}},
		{"arrays in arrays, a quoted name, an index", "$['a b'][1][*].list[*]",
			`{"a b":[0,[{"list":[{"name":"甲局2023年年报","link":"/x/1.html","time":1706140800000}]}]]}`,
			List{Items: entry}},
		{"the answer itself, with a byte order mark and a callback", "$",
			"\ufeff" + `cb([{"title":"甲局2023年<b>年报</b>","url":"1.html","date":"2024-01-25"},{"title":"no address"}]);`,
			List{Items: entry}},
		{"nothing there", "$.data.rows[7]", `{"data":{"rows":[]}}`, List{}},
		{"scripts are no addresses", "$[*]", `[{"title":"甲","url":"javascript:void(0)"}]`, List{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := url.Parse("http://a.gov.cn/x/list")
			got, err := WithSelector(tt.path).Read(Page{URL: address, Body: []byte(tt.answer), Number: 1})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestJSONPathRefused: a path that is none is an error that names the place.
func TestJSONPathRefused(t *testing.T) {
	tests := []struct{ path, want string }{
		{"$data", "character 2: want .name"},
		{"$.数据[", "character 5: want .name"},
		{"$..rows", "character 2"},
		{"$.rows[*]x", "character 10"},
		{"$.rows[-1]", "character 7"},
		{"$.rows titel=bt", "character 8: want title=, url= or date="},
		{"$.rows url=", "character 8: want title=, url= or date= with a name"},
		{"$.rows title=bt  lj", "character 18"},
	}
	for _, tt := range tests {
		_, err := WithSelector(tt.path).Read(Page{URL: &url.URL{}, Body: []byte(`{}`)})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.path, err, tt.want)
		}
	}
}
