package main

import (
	"fmt"
	"html"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ssrf is a public site that leads to addresses where it has no business (server-side request forgery).
type ssrf struct {
	name    string
	names   map[string][]string // what the DNS says of other names
	pages   map[string]http.HandlerFunc
	args    []string // further ones of the command
	public  []string // IP:port that are public, too, and may be reached
	targets []string // IP:port that are reached with --allow-private, which shows that the way is one
	said    []string // of each capture or visit that was refused, a piece of the message
}

// attack plays it twice: as in the wild, where nothing but the site may be reached; and with --allow-private, where the
// targets must be.
func (s ssrf) attack() attack {
	return attack{class: "server", name: s.name, run: func(v *victim) string {
		in := newInternet(v, s.names, s.pages)
		r := in.crawl("nianbao.db", s.args...)
		forbidden := slices.DeleteFunc(in.reached(), func(to string) bool { return slices.Contains(s.public, to) })
		if len(forbidden) > 0 {
			v.Errorf("reached %s", forbidden)
		}
		refusals := v.query(`select url || ': ' || outcome || ': ' || error from captures where error like '%refused%'
			union all select outcome || ': ' || detail from visits where detail like '%refused%' or detail like '%not followed%'`)
		for _, piece := range s.said {
			if !slices.ContainsFunc(refusals, func(said string) bool { return strings.Contains(said, piece) }) {
				v.Errorf("nowhere is said %q:\n%s\n%s", piece, strings.Join(refusals, "\n"), r.stderr)
			}
		}
		if got := v.query("select url from links where title like '%" + secret + "%'"); len(got) > 0 {
			v.Errorf("the secret is in the archive: %s", got)
		}
		in.crawl("control.db", append([]string{"--allow-private"}, s.args...)...)
		to := in.reached()
		for _, target := range s.targets {
			if !slices.Contains(to, target) {
				v.Errorf("with --allow-private %s is not reached, the attack is none: %s", target, to)
			}
		}
		return fmt.Sprintf("%d addresses refused, none reached; with leave %d", len(refusals), len(to))
	}}
}

// pages are what a server answers by path; "/*" stands for the others, robots.txt excepted.
type pages map[string]http.HandlerFunc

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page := p[r.URL.Path]
	if page == nil && r.URL.Path != "/robots.txt" {
		page = p["/*"]
	}
	if page == nil {
		page = http.NotFound
	}
	page(w, r)
}

// aReport is the title of an entry that is a report.
func aReport(year int) string {
	return fmt.Sprintf("甲市人民政府%d年政府信息公开工作年度报告", year)
}

// entriesTo is a list whose entries, reports all, lead to these addresses.
func entriesTo(addresses ...string) http.HandlerFunc {
	var b strings.Builder
	for i, address := range addresses {
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a> 2024-01-%02d</li>\n", html.EscapeString(address), aReport(2000+i%25), 1+i%28)
	}
	return shows("<title>政府信息公开年度报告</title><ul>" + b.String() + "</ul>")
}

// shows answers with a page, and header lines "Name: value".
func shows(body string, lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		fmt.Fprint(w, body)
	}
}

func sendsTo(status int, address string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", address)
		w.WriteHeader(status)
	}
}

// inside are addresses of special purpose, by the registries of IANA (RFC 6890) and beyond: at least one of each block.
var inside = []string{"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254",
	"169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.31.196.1", "192.52.193.1",
	"192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1", "198.19.255.254", "198.51.100.1", "203.0.113.1", "224.0.0.1",
	"239.255.255.255", "240.0.0.1", "255.255.255.255"}

// insideV6 are those of IPv6, and those in which an address of IPv4 is hidden.
var insideV6 = []string{"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
	"64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe",
	"2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2620:4f:8000::1", "3fff::1",
	"5f00::1", "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1", "ff0e::1"}

// noted are the ways to write loopback that a resolver or a browser takes for it.
var noted = []string{"2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "127.0.0.1.",
	"１２７.０.０.１", "127。0。0。1", "%31%32%37.0.0.1", "①②⑦.0.0.1"}

func addressesOf(hosts []string) []string {
	var out []string
	for _, host := range hosts {
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
			host = "[" + host + "]"
		}
		out = append(out, "http://"+host+"/")
	}
	return out
}

// listed are hosts as addresses of entries, each with a page of its own.
func listed(hosts []string) map[string]http.HandlerFunc {
	addresses := addressesOf(hosts)
	for i := range addresses {
		addresses[i] += fmt.Sprintf("%d.html", i)
	}
	return map[string]http.HandlerFunc{"/nb/": entriesTo(addresses...)}
}

// ssrfs are the ways by which a site names an address: entries, redirects, frames, scripts, services, files, the DNS.
func ssrfs() []ssrf {
	loopback, metadata := "127.0.0.1:80", "169.254.169.254:80"
	inner := map[string][]string{"inner.site.test.": {"10.0.0.5"}}
	column := func(body string, lines ...string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/nb/": shows(body, lines...)}
	}
	page := func(body string, lines ...string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"/nb/": entriesTo("/nb/1.html"), "/nb/1.html": shows(body, lines...)}
	}
	const refused = "is not a public address"
	return []ssrf{
		{name: "entries at every special address of IPv4", pages: listed(inside),
			targets: []string{"10.0.0.1:80", loopback, metadata, "100.64.0.1:80", "192.168.0.1:80", "198.18.0.1:80", "203.0.113.1:80"},
			said:    saidOf(inside, refused)},
		{name: "entries at every special address of IPv6", pages: listed(insideV6),
			targets: []string{"[64:ff9b::7f00:1]:80", "[2002:7f00:1::]:80", "[fc00::1]:80", "[::1]:80"},
			said:    saidOf(slices.DeleteFunc(slices.Clone(insideV6), func(a string) bool { return strings.Contains(a, ".") }), refused)},
		{name: "loopback in other notations", pages: listed(noted), targets: []string{loopback}, said: []string{"127.0.0.1 " + refused}},
		{name: "names that the DNS leads inside", names: map[string][]string{"a.test.": {"127.0.0.1"}, "b.test.": {"192.168.1.1"},
			"c.test.": {"fd00::5"}}, pages: listed([]string{"a.test", "b.test", "c.test", "localhost"}),
			targets: []string{loopback, "192.168.1.1:80", "[fd00::5]:80"}, said: []string{"a.test", "b.test", "c.test", "localhost"}},
		{name: "DNS rebinding between check and dial", names: map[string][]string{"rebind.test.": {siteAddress, "", "127.0.0.1"}},
			pages: listed([]string{"rebind.test"}), targets: []string{loopback}, said: []string{"127.0.0.1 " + refused}},
		{name: "DNS rebinding behind robots.txt", names: map[string][]string{"late.test.": {siteAddress, "", siteAddress, "", "10.0.0.7"}},
			pages: listed([]string{"late.test"}), targets: []string{"10.0.0.7:80"}, said: []string{"10.0.0.7 " + refused}},
		{name: "a name with a public address that refuses, and a private one",
			names:   map[string][]string{"both.test.": {siteAddress, "10.0.0.8"}},
			pages:   map[string]http.HandlerFunc{"/nb/": entriesTo("http://both.test:443/1.html")},
			targets: []string{"10.0.0.8:443"}, public: []string{siteAddress + ":443"}},
		{name: "redirects of pages", pages: map[string]http.HandlerFunc{"/nb/": entriesTo("/a", "/b", "/c"), "/a": sendsTo(302, "http://127.0.0.1/x"),
			"/b": sendsTo(307, "//169.254.169.254/latest/meta-data/"), "/c": sendsTo(301, "http://0x7f.1/")},
			targets: []string{loopback, metadata}, said: []string{"127.0.0.1 " + refused, "169.254.169.254 " + refused}},
		{name: "a redirect of the column", pages: map[string]http.HandlerFunc{"/nb/": sendsTo(308, "http://[::ffff:127.0.0.1]/nb/")},
			targets: []string{loopback}, said: []string{"127.0.0.1 " + refused}},
		{name: "a redirect of robots.txt", pages: map[string]http.HandlerFunc{"/robots.txt": sendsTo(302, "http://127.0.0.1/robots.txt"),
			"/nb/": entriesTo("/nb/1.html")}, targets: []string{loopback}, said: []string{"127.0.0.1 " + refused}},
		{name: "script and meta redirects of the column", names: inner, pages: column(
			`<script>location.href="http://inner.site.test/nb/"</script><meta http-equiv=refresh content="0;url=http://127.0.0.1/">`),
			targets: []string{"10.0.0.5:80"}, said: []string{"10.0.0.5 " + refused}},
		{name: "a meta redirect to another site", pages: column(`<meta http-equiv="refresh" content="0; url=http://127.0.0.1/nb/">`),
			said: []string{"not followed to another site"}},
		{name: "a parameter that names the list", names: inner, pages: map[string]http.HandlerFunc{
			"/nb/": sendsTo(302, "/nb/openSubPage.html?specialurl=http://inner.site.test/nb/"), "/nb/openSubPage.html": shows("<title>x</title>")},
			targets: []string{"10.0.0.5:80"}, said: []string{"10.0.0.5 " + refused}},
		{name: "lists below the column", names: inner, pages: column(`<title>政府信息公开年度报告</title>
			<a href="http://inner.site.test/zfxxgknb/">甲市教育局</a><a href="http://inner.site.test/nb/2023/">2023年</a>`),
			targets: []string{"10.0.0.5:80"}, said: []string{"10.0.0.5 " + refused}},
		{name: "a base element that leads all links inside", pages: column(
			`<base href="http://user:pw@127.0.0.1/nb/"><a href=1.html>` + aReport(2023) + `</a><iframe src=list.html></iframe>`),
			targets: []string{loopback}, said: []string{"127.0.0.1 " + refused}},
		{name: "a service that the column's script asks", names: inner, pages: column(`<title>政府信息公开年度报告</title><script>
			$.ajax({url:"http://inner.site.test/igs/front/search.jhtml",data:{code:"a1",pageNumber:1,pageSize:20}})</script>`),
			targets: []string{"10.0.0.5:80"}, said: []string{"10.0.0.5 " + refused}},
		{name: "entries of a service's answer", pages: map[string]http.HandlerFunc{
			"/nb/": shows(`<script>$.ajax({url:"/igs/front/search.jhtml",data:{code:"a1",pageNumber:1,pageSize:20}})</script>`),
			"/igs/front/search.jhtml": shows(`{"page":{"content":[{"DOCTITLE":"` + aReport(2023) + `","DOCPUBURL":"http://169.254.169.254/1.html"}],
				"totalElements":1}}`)}, targets: []string{metadata}, said: []string{"169.254.169.254 " + refused}},
		{name: "files of a report page", pages: page(`<h1>` + aReport(2023) + `</h1><div class=content>附件：<a href="http://127.0.0.1/a.pdf">年报.pdf</a>
			<a href="http://10.0.0.1/b.doc">年报.doc</a><iframe src="/pdfjs/web/viewer.html?file=http://169.254.169.254/c.pdf"></iframe></div>`),
			targets: []string{loopback, "10.0.0.1:80"}, said: []string{"127.0.0.1 " + refused, "10.0.0.1 " + refused}},
		{name: "a page that announces reports of others", pages: map[string]http.HandlerFunc{
			"/nb/":        shows(`<title>政府信息公开年度报告</title><a href=hz.html>甲市2023年各部门政府信息公开工作年度报告汇总</a>`),
			"/nb/hz.html": shows(`<title>甲市2023年各部门政府信息公开工作年度报告汇总</title><a href="http://10.0.0.9/1.html">甲市教育局</a><a href="http://10.0.0.9/2.html">甲市财政局</a>`)},
			targets: []string{"10.0.0.9:80"}, said: []string{"10.0.0.9 " + refused}},
		{name: "headers that name addresses", pages: page("<h1>"+aReport(2023)+"</h1>", "Refresh: 0;url=http://127.0.0.1/",
			"Link: <http://127.0.0.1/>; rel=canonical", "Content-Location: http://127.0.0.1/", "Alt-Svc: h2=\"127.0.0.1:443\"",
			"SourceMap: http://127.0.0.1/", "X-Accel-Redirect: http://127.0.0.1/")},
		{name: "canonical, Sitemap and other addresses beside the way", pages: map[string]http.HandlerFunc{
			"/robots.txt": shows("User-agent: *\nAllow: /\nSitemap: http://127.0.0.1/sitemap.xml\nHost: 127.0.0.1"),
			"/nb/":        entriesTo("/nb/1.html"),
			"/nb/1.html": shows(`<link rel=canonical href="http://127.0.0.1/"><link rel=stylesheet href="http://127.0.0.1/x.css">
				<img src="http://127.0.0.1/x.png"><script src="http://127.0.0.1/x.js"></script><h1>` + aReport(2023) + `</h1>`)}},
		{name: "ports of other services", pages: map[string]http.HandlerFunc{
			"/nb/": entriesTo("http://www.site.test:22/1.html", "http://www.site.test:6379/2.html", "http://www.site.test:25/3.html", "/r"),
			"/r":   sendsTo(302, "http://www.site.test:9200/")},
			targets: []string{siteAddress + ":22", siteAddress + ":6379", siteAddress + ":25", siteAddress + ":9200"},
			said:    []string{"port 22 of", "port 6379 of", "port 25 of", "port 9200 of"}},
		{name: "schemes other than http", pages: map[string]http.HandlerFunc{
			"/nb/": entriesTo("/f", "/g", "ftp://127.0.0.1/1", "file:///etc/passwd", "gopher://127.0.0.1:70/_x"),
			"/f":   sendsTo(302, "file:///etc/passwd"), "/g": sendsTo(302, "gopher://127.0.0.1:6379/_FLUSHALL")}},
	}
}

// saidOf are the messages that refuse each of the addresses.
func saidOf(addresses []string, message string) []string {
	said := make([]string, len(addresses))
	for i, address := range addresses {
		said[i] = address + " " + message
	}
	return said
}
