package crawler

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nianbao/crawler/cms"
)

// canned is a connection on which a server says all it has to say once it is asked.
type canned struct {
	io.Reader
	asked context.Context
	ask   context.CancelFunc
}

func can(answer []byte) canned {
	asked, ask := context.WithCancel(context.Background())
	return canned{bytes.NewReader(answer), asked, ask}
}

func (c canned) Read(b []byte) (int, error) {
	<-c.asked.Done()
	return c.Reader.Read(b)
}

func (c canned) Write(b []byte) (int, error) {
	c.ask()
	return len(b), nil
}

func (c canned) Close() error {
	c.ask()
	return nil
}

func (canned) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (canned) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
func (canned) SetDeadline(time.Time) error      { return nil }
func (canned) SetReadDeadline(time.Time) error  { return nil }
func (canned) SetWriteDeadline(time.Time) error { return nil }

// answersOnTheWire are the recorded answers that tests judge.
func answersOnTheWire(f *testing.F) (answers [][]byte) {
	f.Helper()
	files, err := filepath.Glob("../testdata/answers/*/answer.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no answers", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		answers = append(answers, data)
	}
	return answers
}

// FuzzAnswer: whatever a server puts on the wire for robots.txt and for a page or file behind it, the visit goes on, every
// attempt has an outcome, addresses that it leads to are without credentials and can be read again, nothing is kept or
// sent back beyond the bounds.
func FuzzAnswer(f *testing.F) {
	robots := []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
	for _, answer := range answersOnTheWire(f) {
		f.Add(robots, answer, false)
	}
	for _, header := range []string{
		"Location: //user:pw@b.gov.cn/x?%zz#f", "Location: http://2130706433/", "Location: http://[::ffff:7f00:1%25lo]/",
		"Location: \x81\x30\x81\x30", "Location: file:///etc/passwd", "Refresh: 0;url=http://127.0.0.1/",
		"Set-Cookie: a=b; Domain=gov.cn; Path=/; Max-Age=99999999999", "Set-Cookie: =;=;\"", "Retry-After: 99999999999999",
		"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", "Link: <http://127.0.0.1/>; rel=canonical",
		"Content-Type: text/html; charset=\"\x00", "Content-Type: multipart/x; boundary=\"", "Content-Encoding: gzip, br, zstd",
		"Content-Disposition: attachment; filename*=UTF-8''..%2f..%2fetc%2fpasswd", "ETag: W/\"\"\r\nLast-Modified: x",
		"Content-Length: -1", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: chunked\r\nTrailer: Location",
	} {
		for _, status := range []string{"200 OK", "302 Found", "308 Permanent Redirect", "429 Slow", "503 No", "304 Not Modified", "103 Early"} {
			f.Add([]byte("HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nCrawl-delay: 1e9\nDisallow: /*a$"),
				[]byte("HTTP/1.1 "+status+"\r\n"+header+"\r\n\r\n<title>404</title>"), true)
		}
	}
	f.Fuzz(func(t *testing.T, robots, answer []byte, file bool) {
		store := &memory{}
		clock := newStepClock()
		opt := quick(clock)
		opt.MaxBody = 1 << 16
		crawler := New(opt, store, nil)
		crawler.resolve = func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no name is looked up") }
		crawler.strict.DialTLSContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}
		v, err := crawler.newVisitor(t.Context(), Site{Key: "x", URL: "http://a.gov.cn/nb/"})
		if err != nil {
			t.Fatal(err)
		}
		defer v.transport.held.drop()
		asked := 0
		crawler.strict.DialContext = func(context.Context, string, string) (net.Conn, error) {
			if asked++; asked == 1 {
				return can(robots), nil
			}
			return can(answer), nil
		}
		role := RolePage
		if file {
			role = RoleAttachment
		}
		for range 2 { // the second one is conditional
			got, err := v.fetch(t.Context(), role, cms.Request{URL: "http://a.gov.cn/nb/1.html"})
			if err != nil {
				t.Fatal(err)
			}
			if got.outcome == "" || got.why == "" && !answered(got.outcome) {
				t.Errorf("outcome %q (%s)", got.outcome, got.why)
			}
		}
		for _, c := range store.captures {
			if c.Outcome == "" || len(c.Body) > 1<<16 || len(c.Redirects) > maxRedirects || !utf8.ValidString(c.Name) {
				t.Errorf("capture %q of %d bytes after %d redirects, named %q", c.Outcome, len(c.Body), len(c.Redirects), c.Name)
			}
			for _, r := range append(c.Redirects, Redirect{URL: c.URL, Location: c.FinalURL}) {
				if u, err := url.Parse(r.Location); err != nil || u.User != nil || len(r.Body) > maxRedirectBody {
					t.Errorf("led to %q with %d bytes: %v", r.Location, len(r.Body), err)
				}
			}
			if sent := len(c.RequestHeader.Get("Cookie")); sent > maxCookies*(maxCookie+2) {
				t.Errorf("%d bytes of cookies", sent)
			}
			if c.RequestHeader.Get("User-Agent") != crawler.userAgent && c.RequestHeader != nil {
				t.Errorf("asked as %v", c.RequestHeader)
			}
			c.Media()
		}
		if late := clock.Now().Sub(newStepClock().Now()); late > 24*time.Hour {
			t.Errorf("took %v", late)
		}
	})
}

// FuzzJudgement: whatever the bytes are, they are judged the same again; a firewall, a page that is lost and a difference
// in content are never claimed without a reason.
func FuzzJudgement(f *testing.F) {
	for _, answer := range answersOnTheWire(f) {
		head, body, _ := bytes.Cut(answer, []byte("\n\n"))
		f.Add(200, "FSSBBIl1UgzbN7N80S=x", "text/html", body, head)
		f.Add(412, "", "", body, body)
	}
	f.Add(200, "__jsl", "application/json", []byte(`{"msg":"404 not found","rows":[{"hits_count":1}]}`), []byte(`{"rows":[{"hits_count":2}],"msg":"404 not found"}`))
	asked := &url.URL{Scheme: "http", Host: "a.gov.cn", Path: "/nb/1.pdf"}
	f.Fuzz(func(t *testing.T, status int, cookie, contentType string, body, other []byte) {
		header := http.Header{"Content-Type": {contentType}, "Set-Cookie": {cookie}}
		page := glanceAt(header, body)
		kind, evidence, ok := firewall(status, header, page)
		if ok != (kind != "") || ok != (evidence != "") {
			t.Errorf("firewall %q by %q: %v", kind, evidence, ok)
		}
		if why, ok := soft404(RolePage, asked, asked, page); ok != (why != "") {
			t.Errorf("lost by %q: %v", why, ok)
		}
		if !alike(body, body) || alike(body, other) != alike(other, body) {
			t.Error("not alike to itself, or one way only")
		}
		for _, role := range []Role{RoleList, RolePage} {
			if SameContent(role, asked, header, body, header, other) != SameContent(role, asked, header, other, header, body) {
				t.Error("the same one way only")
			}
		}
	})
}

// FuzzDecode: what is unpacked is within the bounds, and its beginning is the same however much is looked at.
func FuzzDecode(f *testing.F) {
	f.Add("gzip", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03KL\x04\x00\x30\x68\xf0\xa7\x02\x00\x00\x00"), int64(100))
	f.Add("br", []byte("\x0b\x00\x80aa\x03"), int64(1))
	f.Add("deflate", []byte("\x78\x9cKL\x04\x00\x01\x25\x00\xc3"), int64(0))
	f.Add("zstd, identity", []byte("\x28\xb5\x2f\xfd\x04\x00\x11\x00\x00aa\xd0\xe5\xa5\x9f"), int64(2))
	f.Add("x-gzip,gzip,br,gzip,br,gzip", []byte("\x1f\x8b"), int64(9))
	f.Fuzz(func(t *testing.T, codings string, body []byte, limit int64) {
		header := http.Header{"Content-Encoding": {codings}}
		limit = min(max(limit, 0), 1<<20)
		unpacked, err := Decode(header, body, limit)
		if err != nil {
			return
		}
		if limit > 0 && int64(len(unpacked)) > limit && len(codings) > 0 && !bytes.Equal(unpacked, body) {
			t.Errorf("%d bytes, %d are the limit", len(unpacked), limit)
		}
		if start := decodeStart(header, body, 10); !bytes.HasPrefix(unpacked, start) {
			t.Errorf("begins with %q, or with %q", start, unpacked[:min(len(unpacked), 10)])
		}
	})
}

// FuzzSites: a register is refused, or it is what it says: written and read again it is the same.
func FuzzSites(f *testing.F) {
	f.Add(builtinSites)
	f.Add([]byte("key,name,url\na,甲,http://a.gov.cn/\n"))
	f.Add([]byte("\xEF\xBB\xBFkey,name,url,pages,items,cron,tls,since,until\n#x\na,\"甲\n\",http://a.gov.cn/#1,list_{page}.html,\"$.a[*] title=b\",CRON_TZ=UTC 1 2 * * *,relaxed,2024-01-01,2025-01-01\n"))
	f.Add([]byte("key,name,url,items\na,甲,http://u:p@a/,a:not(:has(b)):nth-child(2n+1)\n"))
	f.Fuzz(func(t *testing.T, register []byte) {
		sites, err := ReadSites("r.csv", bytes.NewReader(register))
		if err != nil {
			return
		}
		var out strings.Builder
		if err := WriteSites(&out, sites); err != nil {
			t.Fatal(err)
		}
		again, err := ReadSites("again.csv", strings.NewReader(out.String()))
		if err != nil || !reflect.DeepEqual(sites, again) {
			t.Errorf("%+v\nbecame %+v (%v)", sites, again, err)
		}
		for _, s := range sites {
			if u, err := url.Parse(s.URL); err != nil || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%q: %v", s.URL, err)
			}
		}
	})
}

// FuzzLinks: whatever entries a list page has, what is kept of them is within the bounds and without credentials.
func FuzzLinks(f *testing.F) {
	f.Add(`<a href="//u:p@b.gov.cn/1.html">2023年政府信息公开工作年度报告</a><a href="/x/2023/">2023</a><iframe src="//u:p@a.gov.cn/nb/f/">`)
	f.Add(`<script>location.href='http://u:p@a.gov.cn/y/'</script>`)
	f.Add(`<base href="http://u:p@a.gov.cn/nb/"><a href="ftp://u:p@a/x">甲市2023年政府信息公开年度报告</a><a href="2.html">下一页</a>共3页 45条`)
	f.Fuzz(func(t *testing.T, body string) {
		store := &memory{}
		crawler := New(quick(newStepClock()), store, cms.Systems())
		v, err := crawler.newVisitor(t.Context(), Site{Key: "x", Name: "甲市人民政府", URL: "http://a.gov.cn/nb/"})
		if err != nil {
			t.Fatal(err)
		}
		defer v.transport.held.drop()
		c := newColumn(v)
		l := newListing(c, part{Part: cms.Part{Request: cms.Request{URL: v.site.URL}}})
		at := &url.URL{Scheme: "http", Host: "a.gov.cn", Path: "/nb/"}
		got := fetched{capture: &Capture{URL: at.String(), FinalURL: at.String(), Header: http.Header{}}, final: at, body: []byte(body), outcome: OutcomeNew}
		if _, err := l.take(t.Context(), 1, l.part.Request, got); err != nil {
			t.Fatal(err)
		}
		c.followParts(l)
		addresses := maps.Clone(c.entries)
		for _, p := range c.queue {
			addresses[p.URL] = true
		}
		for _, r := range l.queue {
			addresses[r.URL] = true
		}
		for _, link := range store.links["x"] {
			addresses[link.URL] = true
			if utf8.RuneCountInString(link.Title) > maxTitle {
				t.Errorf("a title of %d bytes", len(link.Title))
			}
		}
		for address := range addresses {
			if u, err := url.Parse(address); err == nil && u.User != nil || len(address) > 3*maxAddress {
				t.Errorf("%q", address)
			}
		}
	})
}
