package cms

import (
	"net/url"
	"testing"
)

// TestFujianFirstPage: what the first page asks for, as its script words the query.
func TestFujianFirstPage(t *testing.T) {
	const entry = `<a href="./202401/t20240124_1.htm">甲局2023年政府信息公开工作年度报告</a>` // made up
	tests := []struct{ name, markup, want string }{
		{"an object", `<script>$.post("/fjdzapp/search",{"channelid":"1","classsql":"chnlid=2","prepage":15})</script>`,
			"POST http://a.gov.cn/fjdzapp/search channelid=1&classsql=chnlid%3D2&page=1&prepage=15"},
		{"the number put together", `<script>var chnlid='7';q={url:'//www.fujian.gov.cn/fjdzapp/search',channelid:1,` +
			`classsql:'chnlid='+chnlid}</script>`,
			"POST http://www.fujian.gov.cn/fjdzapp/search channelid=1&classsql=chnlid%3D7&page=1"},
		{"an address with parameters", `<script>get("/fjdzapp/search?channelid=1&templet=docs.jsp&classsql=chnlid%3D2&page=9")</script>`,
			" http://a.gov.cn/fjdzapp/search?channelid=1&classsql=chnlid%3D2&page=1&templet=docs.jsp "},
		{"a column's query beside entries", entry + `<script>q={url:"/fjdzapp/search",channelid:"1",classsql:"chnlid=2"}</script>`,
			"POST http://a.gov.cn/fjdzapp/search channelid=1&classsql=chnlid%3D2&page=1"},
		{"a search box beside entries", entry + `<script>q={url:"/fjdzapp/search",channelid:"1"}</script>`, ""},
		{"no library named", `<script>load("/fjdzapp/search")</script>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, _ := url.Parse("http://a.gov.cn/zwgk/nb/")
			l, err := fujian{}.Read(Page{URL: address, Body: []byte(tt.markup), Number: 1})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range l.Next {
				got += r.Method + " " + r.URL + " " + string(r.Body)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
