package cms

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageOf is a column page, or an answer if it was asked with a request.
func pageOf(t *testing.T, address, body string, asked Request) Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return Page{URL: u, Body: []byte(body), ContentType: "text/html; charset=utf-8", Number: 1, Asked: asked}
}

// TestNextWindow: wherever an answer ends, the next request begins with the record behind it, by number and by page.
func TestNextWindow(t *testing.T) {
	asked := Request{URL: "http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=16&endrecord=30&perpage=5&page=4"}
	for _, c := range []struct {
		why      string
		n, total int
		want     string // startrecord-endrecord page, "" for the end
	}{
		{"all records came", 15, 40, "31-40 7"},
		{"the server looks at the page only", 5, 40, "21-35 5"},
		{"the total says there are no more", 15, 30, ""},
		{"nothing came", 0, 40, ""},
		{"no total, a full page came", 15, 0, "31-45 7"},
		{"no total, less than a page came", 4, 0, ""},
	} {
		got := ""
		if next, ok := nextWindow(asked, c.n, c.total); ok {
			form := next.form()
			got = form.Get("startrecord") + "-" + form.Get("endrecord") + " " + form.Get("page")
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

func TestReadStore(t *testing.T) {
	for _, c := range []struct {
		why, source string
		want        []string
		total       int
		ok          bool
	}{
		{"CDATA or none, upper case", "<DataStore><TotalRecord>7</TotalRecord>" +
			"<record><![CDATA[<li>a</li>]]></record>\n<RECORD id=2>b</RECORD></DataStore>",
			[]string{"<li>a</li>", "b"}, 7, true},
		{"an array with both quotes, escapes and a comma at its end",
			`var dataStore = ['<td>it\'s</td>', "<b class=\"x\">",];`,
			[]string{"<td>it's</td>", `<b class="x">`}, 0, true},
		{"an array cut short keeps what is whole", `var dataStore = ['a','b`, []string{"a"}, 0, true},
		{"empty", "<datastore><recordset></recordset></datastore>", nil, 0, true},
		{"another page", "<html><body>404</body></html>", nil, 0, false},
	} {
		store, ok := readStore(c.source)
		if diff := cmp.Diff(c.want, store.records); diff != "" || store.total != c.total || ok != c.ok {
			t.Errorf("%s: total %d, ok %v; -want +got:\n%s", c.why, store.total, ok, diff)
		}
	}
}

// TestJpageUnits: of several lists on a page those of the page's own column are read, and all where none is its own.
func TestJpageUnits(t *testing.T) {
	const one = `<script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/jpage/dataproxy.jsp?page=1&columnid=5&unitid=1"></a>]]></nextgroup>
<record><![CDATA[<a href="/art/a">甲</a>]]></record></datastore></script>`
	const two = `<script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/jpage/dataproxy.jsp?page=1&columnid=6&unitid=2"></a>]]></nextgroup>
<record><![CDATA[<a href="/art/b">乙</a>]]></record></datastore></script>`
	for address, want := range map[string]int{"http://a.gov.cn/col/col6/": 1, "http://a.gov.cn/col/col7/": 2} {
		l, err := hanwebJpage{}.Read(pageOf(t, address, one+two, Request{}))
		if err != nil || len(l.Items) != want {
			t.Errorf("%s: %d entries, want %d: %v", address, len(l.Items), want, err)
		}
	}
}

// TestJpageAnswerThatIsNone: an error page in place of records is no empty list; an empty body is, as some proxies send
// it.
func TestJpageAnswerThatIsNone(t *testing.T) {
	asked := Request{URL: "http://a.gov.cn/module/jpage/dataproxy.jsp?startrecord=16&endrecord=30&perpage=5&page=4"}
	_, err := hanwebJpage{}.Read(pageOf(t, asked.URL, "<html><body>参数错误</body></html>", asked))
	if err == nil || !strings.Contains(err.Error(), "datastore") {
		t.Errorf("error page: %v", err)
	}
	if _, err := (hanwebJpage{}).Read(pageOf(t, asked.URL, "\n", asked)); err != nil {
		t.Errorf("empty answer: %v", err)
	}
}

// TestYearColumns: 大汉 has the columns of single years beside each other; links to articles and to other sites are none.
func TestYearColumns(t *testing.T) {
	const body = `<a href="/col/col11/index.html">2024年</a><a href="/col/col12/index.html">2023年度</a>
<a href="/art/2023/1/2/art_1_2.html">2022年</a>
<a href="http://b.gov.cn/col/col13/index.html">2021年</a><a href="/col/col10/index.html">2020年</a>
<div>dataproxy.jsp</div>`
	l, err := hanwebJpage{}.Read(pageOf(t, "http://a.gov.cn/col/col10/index.html", body, Request{}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, part := range l.Parts {
		got = append(got, string(part.Way)+" "+part.URL)
	}
	want := []string{"year http://a.gov.cn/col/col11/index.html", "year http://a.gov.cn/col/col12/index.html"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
