package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/crawler"
)

// siteAttacks are those that are aimed at other sites, at later runs, and at what is kept.
func siteAttacks() []attack {
	return []attack{
		{class: "server", name: "sixteen hosts, each with the largest body at once, one slow", time: 2 * time.Minute, run: largestAtOnce},
		{class: "server", name: "a flood of cookies", run: floodOfCookies},
		{class: "server", name: "lists another site's reports as its own", run: listsOthers},
		{class: "server", name: "file names that lead out of the folder", run: fileNames},
		{class: "server", name: "304 to whom did not ask, and for other bytes", run: neverModified},
		{class: "server", name: "cookies for other sites, and for later runs", run: strayCookies},
		{class: "server", name: "credentials in addresses", run: credentials},
		{class: "server", name: "a proxy in the environment", run: proxies},
		{class: "server", name: "a column that probe looks at", run: probed},
		{class: "server", name: "a redirect of the summary that --notify posts", run: notified},
	}
}

// largestAtOnce has sixteen hosts send what --max-body allows, all at the same time; eight of them bytes that cannot be packed, and
// a further one begins like them and never ends. That one alone is not read.
func largestAtOnce(v *victim) string {
	const hosts, largest = 16, crawler.DefaultMaxBody
	var all sync.WaitGroup // until each host has been asked
	all.Add(hosts + 1)
	at := func(i int) http.HandlerFunc {
		var once sync.Once
		return func(w http.ResponseWriter, r *http.Request) {
			once.Do(all.Done)
			all.Wait()
			body, length := io.Reader(rand.NewChaCha8([32]byte{byte(i)})), int64(largest)
			switch {
			case i == hosts:
				body, length = io.MultiReader(io.LimitReader(body, 10<<20), slowly{r.Context()}), 1<<40
			case i%2 == 0:
				body = io.MultiReader(strings.NewReader(fmt.Sprint(i)), blanks{})
			}
			w.Header().Set("Content-Type", "application/pdf")
			w.Header().Set("Content-Length", fmt.Sprint(length))
			_, _ = io.CopyN(w, body, length) // to a client that may have gone away
		}
	}
	var register strings.Builder
	register.WriteString("key,name,url\n")
	for i := range hosts + 1 {
		server := httptest.NewServer(pages{"/nb/": entriesTo("/nb/1.pdf"), "/nb/1.pdf": at(i)})
		v.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
		fmt.Fprintf(&register, "host-%d,甲市人民政府,%s/nb/\n", i, server.URL)
	}
	v.file("sites.csv", []byte(register.String()))
	v.nianbao("crawl", "--sites", "sites.csv", "--allow-private", "--delay", "0s", "--timeout", "10s", "--concurrency", fmt.Sprint(hosts+1))
	got := v.query(`select outcome || ' ' || count(distinct site) from captures where site like 'host-%' and url like '%.pdf' and
		(bytes = 50331648 or outcome <> 'new') group by outcome order by outcome`)
	if want := []string{"new 16", "timeout 1"}; !slices.Equal(got, want) {
		v.Errorf("%q, want %q", got, want)
	}
	return strings.Join(got, ", ")
}

// slowly reads a byte a second, until a context ends.
type slowly struct{ context.Context }

func (s slowly) Read(b []byte) (int, error) {
	select {
	case <-s.Done():
		return 0, s.Err()
	case <-time.After(time.Second):
		return copy(b, "x"), nil
	}
}

// floodOfCookies sets three thousand cookies with each answer.
func floodOfCookies(v *victim) string {
	var mu sync.Mutex
	most, bytes := 0, 0
	flood := func(page http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			most, bytes = max(most, len(r.Cookies())), max(bytes, len(r.Header.Get("Cookie")))
			mu.Unlock()
			for i := range 3000 {
				w.Header().Add("Set-Cookie", fmt.Sprintf("c%d%s=%s", i, strings.ReplaceAll(r.URL.Path, "/", "-"), strings.Repeat("x", 40)))
			}
			page(w, r)
		}
	}
	report := flood(shows("<h1>" + aReport(2023) + "</h1>"))
	p := behind(report, report, report, report)
	p["/nb/"] = flood(p["/nb/"])
	v.crawl(p)
	if most == 0 || most > 50 || bytes > 50*4096 {
		v.Errorf("%d cookies of %d bytes were sent", most, bytes)
	}
	return fmt.Sprintf("%d cookies sent back", most)
}

// listsOthers lists the bystanders' pages.
func listsOthers(v *victim) string {
	addresses := v.query("select url from reports where site <> 'hostile'")
	v.crawl(pages{"/nb/": entriesTo(addresses...)}, "--recheck", "0s")
	return fmt.Sprintf("%d links of its own, no report", len(v.query("select url from links where site = 'hostile'")))
}

// fileNames gives a file names that are paths, and characters that nobody sees.
func fileNames(v *victim) string {
	names := []string{`attachment; filename="../../../../tmp/evil.txt"`, `attachment; filename*=UTF-8''%2e%2e%2f%2e%2e%2fevil.txt`,
		"attachment; filename=\"C:\\Windows\\evil.txt\"", "attachment; filename=\"evil\xe2\x80\xaetxt.exe\"", `attachment; filename=".."`}
	p := pages{}
	var links strings.Builder
	for i, name := range names {
		fmt.Fprintf(&links, `<a href="/f/%d.doc">附件%d.doc</a>`, i, i)
		p[fmt.Sprintf("/f/%d.doc", i)] = shows(fmt.Sprintf("{\\rtf1 %d}", i), "Content-Type: application/msword", "Content-Disposition: "+name)
	}
	p["/nb/"], p["/nb/1.html"] = entriesTo("/nb/1.html"), shows("<h1>"+aReport(2023)+"</h1><div class=content>"+links.String()+"</div>")
	v.crawl(p)
	if bad := v.query(`select name from sources where name like '%/%' or name like '%\%' or name like '%..%' or
		name glob '*' || char(27) || '*' or name like '%' || char(8238) || '%'`); len(bad) > 0 {
		v.Errorf("names: %q", bad)
	}
	kept := v.query("select distinct name from sources where role = 'attachment' and name like '%evil%'")
	if !slices.Contains(kept, "evil.txt") || !slices.Contains(kept, "eviltxt.exe") {
		v.Errorf("names: %q", kept)
	}
	return fmt.Sprintf("kept as %q", kept)
}

// neverModified answers 304 to everything, in the first run and in the second.
func neverModified(v *victim) string {
	var mu sync.Mutex
	first := true
	page := func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if first && r.URL.Path == "/nb/" {
			w.Header().Set("ETag", `"`+strings.Repeat("e", 100_000)+`"`)
			entriesTo("/nb/1.html")(w, r)
			return
		}
		w.Header().Set("ETag", `"another"`)
		w.WriteHeader(304)
	}
	register := v.serve(pages{"/nb/": page, "/nb/1.html": page})
	v.nianbao(crawlArgs("nianbao.db", register)...)
	mu.Lock()
	first = false
	mu.Unlock()
	v.nianbao(crawlArgs("nianbao.db", register, "--recheck", "0s")...)
	return strings.Join(v.query("select outcome from visits where site = 'hostile' order by crawl_id"), ", then ")
}

// strayCookies sets cookies for a whole suffix and for a neighbour, and looks for its own in the next run.
func strayCookies(v *victim) string {
	in := newInternet(v, map[string][]string{"www.a.gov.cn.": {siteAddress}, "www.b.gov.cn.": {siteAddress}}, pages{
		"/nb/": func(w http.ResponseWriter, r *http.Request) {
			for _, domain := range []string{"test", "gov.cn", "cn", "www.b.gov.cn", ".", ""} {
				w.Header().Add("Set-Cookie", "who"+domain+"=me; Domain="+domain+"; Path=/; Max-Age=9999999")
			}
			entriesTo("http://www.a.gov.cn/a.html")(w, r)
		},
		"/a.html": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Set-Cookie", "stray=me; Domain=gov.cn; Path=/")
			sendsTo(302, "http://www.b.gov.cn/b.html")(w, r)
		},
		"/b.html": shows("<h1>" + aReport(2023) + "</h1>"),
	})
	in.crawl("nianbao.db")
	in.crawl("nianbao.db", "--recheck", "0s")
	runs := 0
	for _, r := range in.requests {
		if r.URL.Path == "/robots.txt" && r.Host == "www.site.test" {
			runs++
		}
		if got := r.Header.Get("Cookie"); got != "" && (r.Host != "www.site.test" || r.URL.Path == "/robots.txt") {
			v.Errorf("%s%s got the cookie %s", r.Host, r.URL.Path, got)
		}
	}
	if runs != 2 {
		v.Errorf("%d runs were seen", runs)
	}
	return "none sent to others, none kept"
}

// credentials puts a user and a password before the hosts of all addresses.
func credentials(v *victim) string {
	const user = "dropme:s3cret@"
	in := newInternet(v, map[string][]string{"inner.site.test.": {siteAddress}}, pages{
		"/nb/": shows(`<base href="http://` + user + `www.site.test/nb/"><title>政府信息公开年度报告</title>
			<li><a href="1.html">` + aReport(2023) + `</a></li><li><a href="ftp://` + user + `www.site.test/2.html">` + aReport(2022) + `</a></li>
			<a href="2023/">2023年</a><a href="list_2.html">下一页</a><a href="http://` + user + `other.test/zfxxgknb/">甲市教育局</a>`),
		"/nb/1.html":      sendsTo(302, "http://"+user+"www.site.test/nb/3.html"),
		"/nb/3.html":      shows(`<h1>` + aReport(2023) + `</h1><a href="http://` + user + `www.site.test/a.pdf">年报.pdf</a>`),
		"/nb/list_2.html": shows(`<script>location="http://` + user + `www.site.test/nb/"</script>`),
		"/nb/2023/":       shows(`<meta http-equiv=refresh content="0;url=http://` + user + `elsewhere.test/">`),
	})
	r := in.crawl("nianbao.db")
	for what, text := range map[string]string{"log": r.stderr, "screen": r.stdout,
		"archive": strings.Join(v.query(`select url || final_url || coalesce(error, '') from captures union all select url from links
			union all select coalesce(detail, '') from visits union all select json_extract(value, '$.location') from captures, json_each(redirects)`), "\n")} {
		if strings.Contains(text, "s3cret") {
			v.Errorf("credentials in the %s:\n%s", what, text)
		}
	}
	for _, request := range in.requests {
		if _, _, sent := request.BasicAuth(); sent || strings.Contains(request.Referer(), "s3cret") {
			v.Errorf("credentials were sent to %s%s", request.Host, request.URL)
		}
	}
	return fmt.Sprintf("in none of %d requests, nor kept, nor logged", len(in.requests))
}

// proxies are those that the environment names.
func proxies(v *victim) string {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		v.Setenv(name, "http://10.9.9.9:80")
	}
	in := newInternet(v, nil, pages{"/nb/": entriesTo("/nb/1.html"), "/nb/1.html": shows("<h1>" + aReport(2023) + "</h1>")})
	in.crawl("nianbao.db")
	if to := in.reached(); len(to) > 0 {
		v.Errorf("reached %s", to)
	}
	return "not asked"
}

// probed leads a probe inside.
func probed(v *victim) string {
	in := newInternet(v, map[string][]string{"inner.site.test.": {"10.0.0.5"}}, pages{
		"/nb/": shows(`<title>政府信息公开年度报告</title><a href="http://inner.site.test/zfxxgknb/">甲市教育局</a><a href="http://127.0.0.1/1.html">` + aReport(2023) + `</a>`)})
	r := v.nianbao("probe", "--contact", "test@example.org", "--delay", "0s", "http://u:s3cret@www.site.test/nb/")
	if to := in.reached(); len(to) > 0 {
		v.Errorf("reached %s", to)
	}
	if strings.Contains(r.stdout+r.stderr, "s3cret") || !strings.Contains(r.stdout, "10.0.0.5 is not a public address") {
		v.Errorf("%s%s", r.stdout, r.stderr)
	}
	return "refused and said so"
}

// notified sends the summary on to an address inside.
func notified(v *victim) string {
	in := newInternet(v, nil, pages{"/nb/": entriesTo("/nb/1.html"), "/nb/1.html": shows("<h1>" + aReport(2023) + "</h1>"),
		"/hook": sendsTo(307, "http://127.0.0.1/hook")})
	r := in.crawl("nianbao.db", "--notify", "http://www.site.test/hook?token=s3cret")
	if to := in.reached(); len(to) > 0 {
		v.Errorf("reached %s", to)
	}
	if strings.Contains(r.stderr, "s3cret") {
		v.Error("the token is in the log")
	}
	return "not followed"
}
