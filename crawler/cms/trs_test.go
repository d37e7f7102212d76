package cms

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageAt is a list page for tests.
func pageAt(t *testing.T, address, body string, number int) Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return Page{URL: u, Body: []byte(body), Number: number, Asked: Request{URL: address}}
}

// addresses are those of requests, a form behind a blank.
func addresses(requests []Request) []string {
	var out []string
	for _, r := range requests {
		address := r.URL
		if len(r.Body) > 0 {
			address = r.Method + " " + address + " " + string(r.Body)
		}
		out = append(out, address)
	}
	return out
}

// TestPagerCalls gives both families their pager in the spellings that sites have: which of them takes the page, and
// where the list goes on. The markup is made up after cms.md 3.6 and 3.7.
func TestPagerCalls(t *testing.T) {
	const folder = "http://a.gov.cn/zwgk/nb/"
	const articles = `<a href="./202401/t20240116_1.shtml">甲</a>`
	for _, tc := range []struct {
		name, address, body string
		number              int
		system              string
		next                []string
		pages, total        int
	}{
		{"present page 0: counted from 0", folder, `<script>createPageHTML(3, 0, "list", "html");</script>`, 1, "trs",
			[]string{folder + "list_1.html", folder + "list_2.html"}, 3, 0},
		{"page 2 of the same", folder + "list_1.html", `<script>createPageHTML(3,1,'list','html')</script>` + articles, 2,
			"trs", []string{folder + "list_2.html"}, 3, 0},
		{"the last page", folder + "list_2.html", `<script>createPageHTML(3,2,'list','html')</script>` + articles, 3, "trs",
			nil, 3, 0},
		{"present page 1 on the first page: counted from 1", folder,
			`<script>createPageHTML(3,1,"index","shtml")</script>`, 1, "trs",
			[]string{folder + "index_2.shtml", folder + "index_3.shtml"}, 3, 0},
		{"page 2 of the same", folder + "index_2.shtml", `<script>createPageHTML(3,2,"index","shtml")</script>` + articles, 2,
			"trs", []string{folder + "index_3.shtml"}, 3, 0},
		{"one page", folder, `<script>createPageHTML(1,0,"index","html")</script>`, 1, "trs", nil, 1, 0},
		{"numbers in quotes, the name elsewhere", folder + "index.htm", `<script>createPage("2", "0")</script>`, 1, "trs",
			[]string{folder + "index_1.htm"}, 2, 0},
		{"numbers in variables, the extension of the articles", folder,
			`<script>var currentPage = 0; var countPage = 2;</script>` + articles, 1, "trs",
			[]string{folder + "index_1.shtml"}, 2, 0},
		{"a call with the variables", folder,
			`<script>var countPage = "2"; var currentPage = "0";
			createPageHTML(countPage, currentPage, "index", "html")</script>`, 1, "trs",
			[]string{folder + "index_1.html"}, 2, 0},
		{"a call with variables of other names", folder,
			`<script>var nPages = "3", now = 0; createPageHTML(nPages, now, "index", "html")</script>`, 1, "trs",
			[]string{folder + "index_1.html", folder + "index_2.html"}, 3, 0},
		{"a call of a copy of the function", folder, `<script>createPageHTML2(2, 0, "index", "html")</script>`, 1, "trs",
			[]string{folder + "index_1.html"}, 2, 0},
		{"a variable without a value", folder, `<script>createPageHTML(nPages, 0, "index", "html")</script>`, 1, "plain",
			nil, 0, 0},
		{"only the function", folder, `<script>function createPageHTML(_nPageCount, _nCurrIndex) {}</script>`, 1, "plain",
			nil, 0, 0},
		{"an address of another folder is not asked", folder,
			`<script>createPageHTML(3,0,"../other/index","html")</script>`, 1, "trs", nil, 3, 0},
		{"pages stated, no way there: from 0 or from 1", folder, articles + `<p>共2页</p><p>首页 下一页</p>`, 1, "trs",
			[]string{folder + "index_1.shtml", folder + "index_2.shtml"}, 2, 0},
		{"an element first: UCAP, counted from 1", folder + "list.shtml",
			`<script>createPageHTML('page_div', 3, 1, 'list', 'shtml', 45);</script>`, 1, "ucap",
			[]string{folder + "list_2.shtml", folder + "list_3.shtml"}, 3, 45},
		{"its last page", folder + "list_3.shtml",
			`<script>createPageHTML('page_div', 3, 3, 'list', 'shtml', 45);</script>`, 3, "ucap", nil, 3, 45},
		{"a call that names no file", folder + "xlist.shtml", `<script>createPageHTML("paging", 2)</script>`, 1, "ucap",
			[]string{folder + "xlist_2.shtml"}, 2, 0},
		{"a call that the browser fills in", folder + "list.shtml",
			`<script>createPageHTML('page_div', data.pages, page, 'list', 'shtml', data.total)</script>`, 1, "plain", nil, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := pageAt(t, tc.address, tc.body, tc.number)
			for _, system := range []System{ucap{}, trs{}, plain{}} {
				if _, ok := system.Recognise(p); !ok {
					continue
				}
				if system.Name() != tc.system {
					t.Fatalf("recognised by %s, want %s", system.Name(), tc.system)
				}
				got, err := system.Read(p)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.next, addresses(got.Next)); diff != "" {
					t.Errorf("next, -want +got:\n%s", diff)
				}
				if got.Pages != tc.pages || got.Total != tc.total {
					t.Errorf("%d pages, %d entries, want %d and %d", got.Pages, got.Total, tc.pages, tc.total)
				}
				return
			}
		})
	}
}

// TestPagerOfManyPages follows a list of 120 pages, of which one page may name fifty: the page that was named last goes
// on.
func TestPagerOfManyPages(t *testing.T) {
	const folder = "http://a.gov.cn/nb/"
	next := func(address, call string, number int) []string {
		p := pageAt(t, address, "<script>"+call+"</script><a href='x.html'>甲</a>", number)
		l, err := trs{}.Read(p)
		if err != nil {
			t.Fatal(err)
		}
		return addresses(l.Next)
	}
	first := next(folder, `createPageHTML(120,0,"index","html")`, 1)
	if len(first) != maxFurther || first[maxFurther-1] != folder+"index_50.html" {
		t.Errorf("the first page names %d, the last of them %v", len(first), first[len(first)-1])
	}
	second := next(folder+"index_50.html", `createPageHTML(120,50,"index","html")`, 51)
	if len(second) != maxFurther || second[0] != folder+"index_51.html" {
		t.Errorf("page 51 names %d, the first of them %v", len(second), second[0])
	}
}
