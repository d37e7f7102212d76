package crawler

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/cms"
)

func TestValidators(t *testing.T) {
	at := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	http1 := func(t time.Time) string { return t.Format(http.TimeFormat) }
	old := http1(at.Add(-48 * time.Hour))
	for name, c := range map[string]struct {
		header string // "ETag|Last-Modified|Date"
		later  time.Duration
		want   string // "If-None-Match|If-Modified-Since"
	}{
		"both":                              {`"a"|` + old + `|` + http1(at), time.Hour, `"a"|` + old},
		"weak tag":                          {`W/"a"||`, time.Hour, `W/"a"|`},
		"tag without quotes":                {`a1b2||`, time.Hour, `|`},
		"tag with a quote inside":           {`"a"b"||`, time.Hour, `|`},
		"neither":                           {`||` + http1(at), time.Hour, `|`},
		"modified when it was sent":         {`|` + http1(at) + `|` + http1(at), time.Hour, `|`},
		"modified just before":              {`|` + http1(at.Add(-time.Second)) + `|` + http1(at), time.Hour, `|`},
		"modified in the future":            {`|` + http1(at.Add(time.Hour)) + `|` + http1(at), time.Hour, `|`},
		"in the future by a wrong clock":    {`|` + http1(at.AddDate(1, 0, 0)) + `|` + http1(at.AddDate(1, 0, 1)), time.Hour, `|`},
		"no date":                           {`|` + old + `|`, time.Hour, `|` + old},
		"no day":                            {`|yesterday|`, time.Hour, `|`},
		"trusted for a month":               {`"a"||`, maxTrust, `"a"|`},
		"and no longer":                     {`"a"||`, maxTrust + time.Second, `|`},
		"an answer from the future is none": {`"a"||`, -time.Second, `|`},
	} {
		fields := strings.Split(c.header, "|")
		w := Whole{CaptureID: 1, At: at, Header: http.Header{}}
		for i, field := range []string{"ETag", "Last-Modified", "Date"} {
			if fields[i] != "" {
				w.Header.Set(field, fields[i])
			}
		}
		got := w.validators(at.Add(c.later))
		if got := got.Get("If-None-Match") + "|" + got.Get("If-Modified-Since"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// conditional answers 304 to the request that names its tag, and counts bodies.
func conditional(tag string, page http.HandlerFunc, bodies *int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		*bodies++
		page(w, r)
	}
}

// A night without changes: the list and robots.txt answer 304, the list is read from the archive, nothing else is asked.
func TestUnchangedListIsReadFromTheArchive(t *testing.T) {
	bodies := 0
	s := serve(t, map[string]http.HandlerFunc{
		"/robots.txt": conditional(`"r"`, says("User-agent: *\nDisallow: /secret/\n"), &bodies),
		"/list/":      conditional(`W/"l"`, list(reports(2023, 2022), further("2.html")), &bodies),
		"/list/2.html": conditional(`"l2"`, list(reports(2021),
			`<a href="/secret/1.html" title="茌平区人民政府2020年政府信息公开工作年度报告">`), &bodies),
		"/*": says("report"),
	})
	clock, store := newStepClock(), &memory{}
	row := Site{Key: "here", Name: "茌平区人民政府", URL: s.URL + "/list/"}
	var first Visit
	for n := range 3 {
		opt := quick(clock)
		opt.Recheck = 30 * 24 * time.Hour
		visit, err := New(opt, store, []cms.System{anchors{}}).Visit(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if first = visit; visit.New != 3 || visit.Lists != 2 || visit.Items != 4 {
				t.Fatalf("%+v", visit)
			}
		} else if visit.Outcome != first.Outcome || visit.Lists != 2 || visit.Items != 4 || visit.Unchanged != 3 {
			t.Errorf("night %d: %+v", n+1, visit)
		}
		clock.Sleep(t.Context(), 24*time.Hour)
	}
	if bodies != 3 || s.asked("/list/") != 3 || s.asked("/robots.txt") != 3 || s.asked("/r/2023.html") != 1 {
		t.Errorf("%d bodies; list asked %d times, robots.txt %d, a report %d", bodies, s.asked("/list/"),
			s.asked("/robots.txt"), s.asked("/r/2023.html"))
	}
	lists := store.of("/list/")
	if c := lists[1]; c.Outcome != OutcomeNotModified || c.Status != 304 || c.Body != nil || c.SHA256 != "" || !c.Complete ||
		c.RequestHeader.Get("If-None-Match") != `W/"l"` {
		t.Errorf("%+v", c)
	}
	for _, l := range store.links["here"] { // what lists a link has bytes
		if c := store.captures[l.ListCaptureID-1]; c.Outcome != OutcomeNew {
			t.Errorf("%s is listed by capture %d, %s", l.URL, c.ID, c.Outcome)
		}
	}
}

// A report page that is asked again conditionally is unchanged, keeps its files, and they are asked when they are due.
func TestUnmodifiedPageKeepsItsFiles(t *testing.T) {
	bodies := 0
	s := serve(t, map[string]http.HandlerFunc{
		"/list/":       list(reports(2023)),
		"/r/2023.html": conditional(`"p"`, says(`<html><body><a href="nb.pdf">年报.pdf</a></body></html>`), &bodies),
		"/r/nb.pdf":    conditional(`"f"`, says("%PDF-1.4"), &bodies),
	})
	store := &memory{}
	for n := range 2 {
		visit, err := New(quick(newStepClock()), store, []cms.System{anchors{}}).Visit(t.Context(),
			Site{Key: "here", URL: s.URL + "/list/"})
		if err != nil || visit.Errors != 0 || visit.New != 1-n || visit.Unchanged != n {
			t.Errorf("visit %d: %+v, %v", n+1, visit, err)
		}
	}
	if files := store.of("/r/nb.pdf"); bodies != 2 || len(files) != 2 || files[1].Outcome != OutcomeNotModified || files[1].Name != "" {
		t.Errorf("%d bodies; %d captures of the file", bodies, len(files))
	}
}

// Answers that are no news on whether a page has changed: asked once more without condition, and no oftener.
func TestUntrustworthy304(t *testing.T) {
	for name, c := range map[string]struct {
		second  http.HandlerFunc // what is answered to the second request
		third   http.HandlerFunc
		want    string
		asked   int
		outcome string
	}{
		"about another tag": {status(304, `ETag: "b"`), says("new"), OutcomeChanged, 3, "http:304"},
		"about the same tag, weakly": {status(304, `ETag: W/"a"`), says("never"), OutcomeNotModified, 2,
			OutcomeNotModified},
		"with a body": {raw("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello", false), says("never"),
			OutcomeNotModified, 2, OutcomeNotModified},
		"for ever": {status(304, `ETag: "b"`), status(304, `ETag: "b"`), "http:304", 3, "http:304"},
	} {
		t.Run(name, func(t *testing.T) {
			first := func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"a"`)
				says("old")(w, r)
			}
			s := serve(t, map[string]http.HandlerFunc{"/p": inTurn(first, c.second, c.third)})
			store := &memory{}
			crawler := New(quick(newStepClock()), store, nil)
			for range 2 {
				if _, err := fetchWith(t, crawler, Site{}, s.URL+"/p"); err != nil {
					t.Fatal(err)
				}
			}
			captures := store.of("/p")
			last := captures[len(captures)-1]
			if last.Outcome != c.want || len(captures) != c.asked || captures[1].Outcome != c.outcome {
				t.Errorf("%s after %d requests, the second %s", last.Outcome, len(captures), captures[1].Outcome)
			}
			if c.asked == 3 && (last.RequestHeader.Get("If-None-Match") != "" ||
				last.RequestHeader.Get("Cache-Control") != "no-cache") {
				t.Errorf("asked once more with %v", last.RequestHeader)
			}
		})
	}
	t.Run("that nobody asked for", func(t *testing.T) {
		s := serve(t, map[string]http.HandlerFunc{"/p": inTurn(status(304), says("at last"))})
		got, store := fetchOne(t, quick(newStepClock()), Site{}, s.URL+"/p")
		if string(got.body) != "at last" || store.of("/p")[0].Outcome != "http:304" {
			t.Errorf("%s %q", got.outcome, got.body)
		}
	})
}

// Validators are those of the address that gave them: a redirect in front of it is asked without.
func TestValidatorsBehindARedirect(t *testing.T) {
	bodies := 0
	var atRedirect string
	s := serve(t, map[string]http.HandlerFunc{
		"/p": func(w http.ResponseWriter, r *http.Request) {
			atRedirect += r.Header.Get("If-None-Match")
			status(302, "Location: /q")(w, r)
		},
		"/q": conditional(`"q"`, says("page"), &bodies),
	})
	store := &memory{}
	crawler := New(quick(newStepClock()), store, nil)
	for range 2 {
		if _, err := fetchWith(t, crawler, Site{}, s.URL+"/p"); err != nil {
			t.Fatal(err)
		}
	}
	c := store.of("/p")[1]
	if bodies != 1 || atRedirect != "" || c.Outcome != OutcomeNotModified || len(c.Redirects) != 1 {
		t.Errorf("%d bodies, %q at the redirect, %s after %d redirects", bodies, atRedirect, c.Outcome, len(c.Redirects))
	}
}

// Where a server has no validators, a page whose counter alone differs is unchanged, and one whose number differs is not.
func TestCounterMakesNoChange(t *testing.T) {
	visits, fee := 0, 0
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, r *http.Request) {
		visits++
		says(fmt.Sprintf(`<html><body><p>浏览次数：%d</p><script nonce="n%d" src="a.js?v=%d"></script>
			<div class="TRS_Editor"><table><tr><td>收费金额</td><td>%d</td></tr></table></div></body></html>`,
			visits, visits, visits, fee))(w, r)
	}})
	store := &memory{}
	crawler := New(quick(newStepClock()), store, nil)
	for _, want := range []string{OutcomeNew, OutcomeUnchanged, OutcomeUnchanged, OutcomeChanged, OutcomeUnchanged} {
		if want == OutcomeChanged {
			fee = 7
		}
		if got, err := fetchWith(t, crawler, Site{}, s.URL+"/p"); err != nil || got.outcome != want {
			t.Errorf("answer %d: %s, want %s (%v)", visits, got.outcome, want, err)
		}
	}
}

func TestSameContent(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for name, c := range map[string]struct {
		role Role
		a, b string
		same bool
	}{
		"JSON that tells of the answer": {RoleList, `{"timestamp":1,"token":"a","rows":[{"title":"年报"}]}`,
			`{"rows":[{"title":"年报"}],"timestamp":2,"token":"b"}`, true},
		"JSON with another row":    {RoleList, `{"rows":[1]}`, `{"rows":[1,2]}`, false},
		"JSON with another number": {RolePage, `{"fee":1.0}`, `{"fee":1.00}`, false},
		"a field of rows is no stamp": {RoleList, `{"now":[1]}`,
			`{"now":[2]}`, false},
		"text":            {RolePage, "a", "b", false},
		"a file":          {RoleAttachment, "<html><!--1-->", "<html><!--2-->", false},
		"a comment":       {RolePage, "<html><!--1-->x", "<html><!--2-->x", true},
		"nothing":         {RolePage, "", " ", false},
		"unreadable text": {RolePage, "<html>\xff\xfe\xfd<!--1-->", "<html>\xff\xfe\xfd<!--2-->", false},
	} {
		if got := SameContent(c.role, nil, html, []byte(c.a), html, []byte(c.b)); got != c.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The pages of a first crawl fall due in as many nights as the recheck has, none before it is over.
func TestRechecksAreSpread(t *testing.T) {
	const recheck = 7 * night
	nights := map[time.Duration]int{}
	for i := range 7000 {
		address := fmt.Sprintf("http://www.x.gov.cn/nb/2024/t2024%04d.html", i)
		extra := spread(address, recheck)
		if extra < 0 || extra >= recheck || extra%night != 0 || extra != spread(address, recheck) {
			t.Fatalf("%s: %v", address, extra)
		}
		nights[extra]++
	}
	for extra, n := range nights {
		if n < 800 || n > 1200 {
			t.Errorf("%d of 7000 pages after %v more", n, extra)
		}
	}
	if len(nights) != 7 || spread("x", time.Hour) != 0 || spread("x", 0) != 0 {
		t.Errorf("nights: %v", nights)
	}
}

// interrupting is an archive during whose use the run is ended.
type interrupting struct {
	memory
	end context.CancelFunc
}

func (i *interrupting) WholeBody(ctx context.Context, id int64) (http.Header, []byte, error) {
	i.end()
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	return i.memory.WholeBody(ctx, id)
}

// A page that has not changed but for its frame is not taken for changed because the run was ended while it came.
func TestInterruptedComparison(t *testing.T) {
	asked := 0
	s := serve(t, map[string]http.HandlerFunc{"/p": func(w http.ResponseWriter, r *http.Request) {
		asked++
		says(fmt.Sprintf(`<title>年报</title><p>浏览次数：%d</p><div class="TRS_Editor"><p>一、总体情况</p><p>主动公开信息4条。</p></div>`, asked))(w, r)
	}})
	ctx, end := context.WithCancel(t.Context())
	store := &interrupting{end: end}
	for range 2 {
		v, err := New(quick(newStepClock()), store, nil).newVisitor(ctx, Site{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.fetch(ctx, RolePage, cms.Request{URL: s.URL + "/p"}); err != nil {
			t.Fatal(err)
		}
	}
	if pages := store.of("/p"); len(pages) != 2 || pages[1].Outcome != OutcomeUnchanged {
		t.Errorf("%d captures, the last of them %s", len(pages), pages[len(pages)-1].Outcome)
	}
}
