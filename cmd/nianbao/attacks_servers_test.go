package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// serverAttacks are those by answers of servers.
func serverAttacks() []attack {
	var all []attack
	for _, s := range ssrfs() {
		all = append(all, s.attack())
	}
	for _, h := range hostiles() {
		all = append(all, h.attack())
	}
	return append(all, siteAttacks()...)
}

// hostile is a server on loopback that tries to take more than it may have.
type hostile struct {
	name  string
	pages pages
	args  []string
	want  []string // pieces of what is said of the visit or of a capture, "role outcome: message"
}

func (h hostile) attack() attack {
	return attack{class: "server", name: h.name, run: func(v *victim) string {
		r := v.crawl(h.pages, h.args...)
		said := v.said()
		for _, piece := range h.want {
			if !slices.ContainsFunc(said, func(line string) bool { return strings.Contains(line, piece) }) {
				v.Errorf("nowhere is said %q:\n%.4000s\n%.4000s", piece, strings.Join(said, "\n"), r.stderr)
			}
		}
		outcome, _, _ := strings.Cut(said[0], ": ")
		return outcome + "; " + strings.TrimSuffix(h.want[len(h.want)-1], ": ")
	}}
}

// crawl visits the column /nb/ of a server on loopback.
func (v *victim) crawl(p pages, more ...string) reply {
	v.Helper()
	return v.nianbao(crawlArgs("nianbao.db", v.serve(p), append(more, "-v")...)...)
}

// serve starts a server on loopback until the end of the test, and returns the register with its column /nb/.
func (v *victim) serve(p pages) (register string) {
	v.Helper()
	server := httptest.NewUnstartedServer(p)
	server.Config.ErrorLog = nil
	server.Start()
	v.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return v.file("sites.csv", []byte("key,name,url\nhostile,甲市人民政府,"+server.URL+"/nb/\n"))
}

// said is what the archive says of the last visit of the hostile site, and of its captures.
func (v *victim) said() []string {
	v.Helper()
	return v.query(`select 'visit ' || outcome || ': ' || coalesce(detail, '') from
			(select * from visits where site = 'hostile' order by crawl_id desc limit 1)
		union all select * from (select role || ' ' || outcome || ': ' || coalesce(error, '') from captures where site = 'hostile'
			order by capture_id)`)
}

// wire answers with these bytes as they are, and then with more of the others, until the client has enough or a minute is
// over.
func wire(head, more string, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		if _, err := io.WriteString(conn, head); err != nil {
			return
		}
		for more != "" {
			if _, err := io.WriteString(conn, more); err != nil {
				return
			}
			time.Sleep(pause)
		}
	}
}

// repeats answers with a page that begins so and goes on with so many times the same.
func repeats(head, piece string, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, head)
		some := strings.Repeat(piece, 1000)
		for range n / 1000 {
			if _, err := io.WriteString(w, some); err != nil {
				return
			}
		}
		_, _ = io.WriteString(w, strings.Repeat(piece, n%1000))
	}
}

// packed answers with a body in an encoding, a hundred million times the same byte.
func packed(coding string, writer func(io.Writer) io.WriteCloser) http.HandlerFunc {
	body := sync.OnceValue(func() []byte {
		var b bytes.Buffer
		w := writer(&b)
		for range 1600 {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				panic(err)
			}
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
		return b.Bytes()
	})
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", coding)
		_, _ = w.Write(body())
	}
}

func gzipped(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }

func deflating(w io.Writer) io.WriteCloser {
	out, err := flate.NewWriter(w, 9)
	if err != nil {
		panic(err)
	}
	return out
}

func brotlied(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }

func zstandard(w io.Writer) io.WriteCloser {
	out, err := zstd.NewWriter(w)
	if err != nil {
		panic(err)
	}
	return out
}

// twice packs what is packed already.
func twice(w io.Writer) io.WriteCloser { return &doubled{outer: gzip.NewWriter(w)} }

type doubled struct {
	outer *gzip.Writer
	inner *gzip.Writer
}

func (d *doubled) Write(b []byte) (int, error) {
	if d.inner == nil {
		d.inner = gzip.NewWriter(d.outer)
	}
	return d.inner.Write(b)
}

func (d *doubled) Close() error {
	if err := d.inner.Close(); err != nil {
		return err
	}
	return d.outer.Close()
}

// entries are so many entries of news, each with a number.
func entries(from, n int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "<li><a href=\"/n/%d.html\">第%d号新闻</a> 2024-01-25</li>\n", i, i)
	}
	return b.String()
}

// only are the pages of a site whose column is the list alone.
func only(list http.HandlerFunc) pages { return pages{"/nb/": list} }

// behind are the pages of a site whose column has reports, each of which answers so.
func behind(answers ...http.HandlerFunc) pages {
	p := pages{}
	var addresses []string
	for i, answer := range answers {
		address := fmt.Sprintf("/nb/%d.html", i+1)
		p[address] = answer
		addresses = append(addresses, address)
	}
	p["/nb/"] = entriesTo(addresses...)
	return p
}

const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

// hostiles are the servers that ask for too much of something.
func hostiles() []hostile {
	megabyte := strings.Repeat("x", 1<<20)
	quick := []string{"--timeout", "1s"}
	return []hostile{
		// Headers.
		{name: "headers without end", pages: only(wire(ok, "X-More: "+megabyte[:1000]+"\r\n", 0)),
			want: []string{"response headers exceeded 262144 bytes"}},
		{name: "a header without end", pages: only(wire(ok+"X: ", megabyte, 0)),
			want: []string{"response headers exceeded 262144 bytes"}},
		{name: "a million interim answers", pages: only(wire("", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n", 1000), 0)),
			want: []string{"list network: "}},
		{name: "a status line that steers a terminal", pages: only(wire("HTTP/1.1 418 \x1b]0;owned\x07\x1b[2J\xe2\x80\xae\r\n\r\n", "", 0)),
			want: []string{"list blocked:418: "}},
		{name: "a header that steers a terminal", pages: only(wire("HTTP/1.1 200 OK\r\nServer: \x1b[2J\x1b[31m\r\n\r\n", "", 0)),
			want: []string{"malformed MIME header line"}},
		// Redirects.
		{name: "a redirect in a ring", pages: pages{"/nb/": sendsTo(302, "/nb/2"), "/nb/2": sendsTo(302, "/nb/")},
			want: []string{"list http:302: stopped after 10 redirects"}},
		{name: "redirects to ever longer addresses", pages: only(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/nb/?"+r.URL.RawQuery+megabyte[:3000])
			w.WriteHeader(302)
		}), want: []string{"list network: address refused: 9"}},
		{name: "redirects with bodies without end", pages: only(wire("HTTP/1.1 302 Found\r\nLocation: /nb/2\r\n\r\n", megabyte, 0)),
			want: []string{"list too_large: the body of a redirect is longer than 65536 bytes"}},
		// Bodies.
		{name: "a column without end", pages: only(wire(ok+"\r\n", megabyte, 0)),
			want: []string{"list too_large: body is longer than 50331648 bytes"}},
		{name: "a column of 45 MB of links to one page", pages: only(repeats("", "<a href=/x>2023</a>", 45<<20/19)),
			want: []string{"are the most that is read of a list page"}},
		{name: "a report and a file without end", pages: behind(wire(ok+"\r\n", megabyte, 0),
			shows(`<h1>`+aReport(2023)+`</h1><a href="/x.pdf">年报.pdf</a>`)), args: []string{"--max-body", "8MiB"},
			want: []string{"page too_large: body is longer than 8388608 bytes"}},
		{name: "chunks that are mostly extension", pages: only(wire(ok+"Transfer-Encoding: chunked\r\n\r\n",
			"1;"+megabyte[:3000]+"\r\nx\r\n", 0)), want: []string{"list truncated: "}, args: quick},
		// Encodings.
		{name: "gzip, 1 : 1000", pages: only(packed("gzip", gzipped)),
			want: []string{"list too_large: undo content encoding gzip: over the limit of"}},
		{name: "deflate, brotli and zstandard", pages: behind(packed("deflate", deflating), packed("br", brotlied), packed("zstd", zstandard)),
			want: []string{"page too_large: undo content encoding deflate", "page too_large: undo content encoding br", "page too_large: undo content encoding zstd"}},
		{name: "gzip in gzip, 1 : 100,000", pages: only(packed("gzip, gzip", twice)), want: []string{"list too_large: undo content encoding gzip"}},
		{name: "a thousand encodings one in the other", pages: only(packed(strings.Repeat("gzip,", 999)+"gzip", gzipped)),
			want: []string{"list too_large: undo 1000 content encodings: over the limit of 5"}},
		{name: "robots.txt of gzip, 1 : 1000", pages: pages{"/robots.txt": packed("gzip", gzipped), "/nb/": entriesTo("/nb/1.html")},
			want: []string{"visit robots: ", "robots too_large: "}},
		// Time.
		{name: "a body of one byte now and then", pages: only(wire(ok+"\r\n", "x", 100*time.Millisecond)), args: quick,
			want: []string{"visit timeout: "}},
		{name: "headers of one line now and then", pages: only(wire(ok, "X: y\r\n", 100*time.Millisecond)), args: quick,
			want: []string{"visit timeout: "}},
		{name: "robots.txt that never comes", pages: pages{"/robots.txt": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
			"/nb/": entriesTo("/nb/1.html")}, args: quick, want: []string{"visit timeout: ", "host deferred"}},
		{name: "Retry-After of three hundred years", pages: only(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "Fri, 31 Dec 2326 23:59:59 GMT")
			w.WriteHeader(429)
		}), want: []string{"visit rate: "}},
		// Lists.
		{name: "a pager without end", pages: only(func(w http.ResponseWriter, r *http.Request) {
			n := 1
			_, _ = fmt.Sscanf(r.URL.RawQuery, "page=%d", &n)
			shows(fmt.Sprintf("<title>年报</title>%s<a href=\"?page=%d\">%d</a><a href=\"?page=%d\">下一页</a>", entries(n*10, 10), n+1, n+1, n+1))(w, r)
		}), want: []string{"stopped after 200 pages of the list, with more to come"}},
		{name: "a tree of lists without end", pages: pages{"/*": func(w http.ResponseWriter, r *http.Request) {
			shows("<title>政府信息公开年度报告</title>"+strings.Join(multiply(60, func(i int) string {
				return fmt.Sprintf("<a href=\"%s%d/\">甲市%d局</a>", r.URL.Path, i, i)
			}), ""))(w, r)
		}}, want: []string{"visit partial: ", "more than 1000 lists below the column's own"}},
		{name: "a list of 30,000 entries", pages: only(shows("<title>年报</title>" + entries(1, 30_000))),
			want: []string{"visit partial: stopped after 20000 entries, with more to come"}},
		{name: "a title of 6 MB", pages: only(shows("<a href=1.html>" + aReport(2023) + strings.Repeat("报", 10<<20) + "</a>")),
			want: []string{"visit "}},
		{name: "addresses of 100 KB each", pages: only(shows("<title>年报</title>" + strings.Join(multiply(50, func(i int) string {
			return fmt.Sprintf("<a href=\"/%d/%s\">%s</a>", i, megabyte[:100_000], aReport(2000+i%20))
		}), ""))), want: []string{"50 entries left out, whose addresses are longer than 8000 bytes"}},
		{name: "a pager whose addresses have 5 MB each", pages: only(shows("<title>年报</title><a href=/x>x</a><a onclick=\"gotoPage(50)\">50</a><script>location='/nb/" +
			strings.Repeat("a", 5<<20) + "'+n+'.html'</script>")), want: []string{"visit partial: ", "index_2.html: http:404"}},
		{name: "a report with 5000 files", pages: behind(shows("<h1>" + aReport(2023) + "</h1><div class=content>" +
			strings.Join(multiply(5000, func(i int) string { return fmt.Sprintf("<a href=\"/f/%d.pdf\">附件%d.pdf</a>", i, i) }), "") + "</div>")),
			want: []string{"/nb/1.html: 5000 files, of which 100 are fetched"}},
		{name: "a service's answer of two million objects", pages: pages{
			"/nb/":                    shows(`<script>$.ajax({url:"/igs/front/search.jhtml",data:{code:"a1",pageNumber:1,pageSize:20}})</script>`),
			"/igs/front/search.jhtml": repeats("[", "{},", 2<<20)},
			want: []string{"visit partial: ", "are the most that is read"}},
		{name: "a service's answer a million arrays deep", pages: pages{
			"/nb/":                    shows(`<script>$.ajax({url:"/igs/front/search.jhtml",data:{code:"a1",pageNumber:1,pageSize:20}})</script>`),
			"/igs/front/search.jhtml": repeats("", "[", 1<<20)}, want: []string{"visit partial: ", "are the most that is read"}},
		{name: "a column a million elements deep", pages: only(repeats("", "<div>", 1<<20)), want: []string{"visit needs_adapter: ", "1048576 tags, 200000 are the most that is read of a list page"}},
		// robots.txt.
		{name: "robots.txt without end", pages: pages{"/robots.txt": wire("HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /nb/\n", "# "+megabyte+"\n", 0),
			"/nb/": entriesTo("/nb/1.html")}, want: []string{"visit robots: ", "robots too_large: body is longer than 512000 bytes"}},
		{name: "robots.txt of patterns made to hurt", pages: pages{"/robots.txt": shows("User-agent: *\n" + strings.Repeat("Disallow: /"+strings.Repeat("*a", 1000)+"$\n", 240)),
			"/nb/": entriesTo("/nb/" + strings.Repeat("a", 5000) + ".html"), "/*": shows("<h1>" + aReport(2023) + "</h1>")}, want: []string{"visit ok: "}},
		// What is no HTTP.
		{name: "answers that are no HTTP", pages: behind(wire("\x00\x01\x02\x03"+megabyte, "", 0), wire("HTTP/9.9 200\r\n\r\n", "", 0),
			wire("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "", 0)),
			want: []string{"page network: the answer cannot be read as HTTP"}},
		{name: "types and charsets that there are not", pages: behind(shows("<h1>"+aReport(2023)+"</h1>", "Content-Type: text/html; charset=\"utf-7\x01"),
			shows("<h1>x", "Content-Type: ;;;=\"", "Content-Type: multipart/mixed; boundary="), shows("\xff\xfe\x00", "Content-Type: text/html; charset=utf-32")),
			want: []string{"visit ok: "}},
	}
}

// multiply makes n pieces.
func multiply(n int, make func(int) string) []string {
	var out []string
	for i := range n {
		out = append(out, make(i))
	}
	return out
}
