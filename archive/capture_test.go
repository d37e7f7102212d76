package archive

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
)

func TestCaptureOutcomes(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	const url = "http://x.gov.cn/1.html"
	for i, step := range []struct{ body, want string }{
		{"一", crawler.OutcomeNew}, {"一", crawler.OutcomeUnchanged}, {"二", crawler.OutcomeChanged},
		{"一", crawler.OutcomeChanged}, {"一", crawler.OutcomeUnchanged},
	} {
		if got := save(t, c, page(url, step.body, i)); got.Outcome != step.want || got.ID != int64(i+1) {
			t.Errorf("capture %d: number %d, outcome %s, want %s", i+1, got.ID, got.Outcome, step.want)
		}
	}
	// Another request to the same address is another thing; so is a broken answer, which is never compared with.
	post := page(url, "三", 6)
	post.Method, post.RequestSHA256 = "POST", digest([]byte("page=2"))
	if save(t, c, post); post.Outcome != crawler.OutcomeNew {
		t.Errorf("POST: %s", post.Outcome)
	}
	cut := page(url, "四", 7)
	cut.Outcome, cut.Complete, cut.Err = crawler.OutcomeTruncated, false, "unexpected EOF"
	if save(t, c, cut); cut.Outcome != crawler.OutcomeTruncated {
		t.Errorf("cut: %s", cut.Outcome)
	}
	if again := save(t, c, page(url, "一", 8)); again.Outcome != crawler.OutcomeUnchanged {
		t.Errorf("after the cut: %s", again.Outcome)
	}
	want(t, a, "4", `SELECT count(*) FROM blob`)
	want(t, a, "1|1\n2|1\n3|3\n4|4\n5|4\n6|6\n7|\n8|4", `SELECT capture_id, answer_id FROM capture ORDER BY capture_id`)
	at, err := c.LastAnswer(t.Context(), url+"#top")
	if err != nil || !at.Equal(captureAt.Add(8*time.Hour)) {
		t.Errorf("last answer %v, %v", at, err)
	}
	if at, err := c.LastAnswer(t.Context(), "http://x.gov.cn/none"); err != nil || !at.IsZero() {
		t.Errorf("last answer of an unknown address %v, %v", at, err)
	}
	sound(t, a)
}

func TestCaptureKeepsWhatWasSent(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	x := page("http://x.gov.cn/下载?id=1#frag", strings.Repeat("\x00\xff年报", 5000), 0)
	x.Header = http.Header{"Content-Disposition": {"attachment; filename=\xc4\xea\xb1\xa8.doc"}, "X-A": {"<1>", "年报"}}
	x.RequestHeader = http.Header{"User-Agent": {"nianbao"}}
	hop := []byte("moved <a>")
	x.Redirects = []crawler.Redirect{{URL: "http://x.gov.cn/old", Status: 302, StatusLine: "302 Found",
		Header: http.Header{"Content-Type": {"text/plain"}}, Location: "http://x.gov.cn/new", At: x.At,
		SHA256: digest(hop), Body: hop}}
	save(t, c, x)
	want(t, a, `{"Content-Disposition":[{"base64":"YXR0YWNobWVudDsgZmlsZW5hbWU9xOqxqC5kb2M="}],"X-A":["<1>","年报"]}`,
		`SELECT headers FROM captures`)
	want(t, a, "302|http://x.gov.cn/new|"+digest(hop), `SELECT redirects -> 0 ->> 'status',
		redirects -> 0 ->> 'location', redirects -> 0 ->> 'sha256' FROM captures`)
	want(t, a, "zstd|1", `SELECT codec, length(data) < bytes / 10 FROM blob WHERE sha256 = ?`, x.SHA256)
	for _, ref := range []string{x.URL, x.SHA256, x.SHA256[:8]} {
		if b, err := a.Body(t.Context(), ref); err != nil || string(b.Bytes) != string(x.Body) || b.CaptureID != x.ID ||
			!b.FetchedAt.Equal(x.At) {
			t.Errorf("%s: %v, capture %d", ref, err, b.CaptureID)
		}
	}
	b, err := a.Body(t.Context(), digest(hop))
	if err != nil || string(b.Bytes) != string(hop) || b.URL != "http://x.gov.cn/old" || b.ContentType != "text/plain" {
		t.Errorf("redirect: %+v, %v", b, err)
	}
	empty := page("http://x.gov.cn/empty", "", 1)
	empty.SHA256 = ""
	save(t, c, empty)
	if b, err := a.Body(t.Context(), empty.URL); err != nil || len(b.Bytes) != 0 {
		t.Errorf("empty body: %v, %v", b, err)
	}
	failed := &crawler.Capture{Role: crawler.RoleList, URL: "http://x.gov.cn/list", At: x.At,
		Outcome: crawler.OutcomeNetwork, Err: "connection reset"}
	save(t, c, failed)
	want(t, a, "GET|http://x.gov.cn/list||||network|connection reset",
		`SELECT method, final_url, http_status, headers, bytes, outcome, error FROM captures WHERE capture_id = ?`, failed.ID)
	wrong := page("http://x.gov.cn/w", "a", 2)
	wrong.SHA256 = digest([]byte("b"))
	if err := c.SaveCapture(t.Context(), wrong); err == nil || wrong.ID != 0 {
		t.Errorf("a wrong digest was taken: %v", err)
	}
	sound(t, a)
}

// Many goroutines save at once, some with a context that is over: what was fetched is kept all the same, each once.
func TestSaveCaptureFromManyGoroutines(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	const goroutines, each = 16, 20
	over, cancel := context.WithCancel(t.Context())
	cancel()
	var all sync.WaitGroup
	for g := range goroutines {
		all.Go(func() {
			for i := range each {
				ctx := t.Context()
				if i%3 == 0 {
					ctx = over
				}
				x := page(fmt.Sprintf("http://x.gov.cn/%d/%d", g, i), fmt.Sprintf("%d", i), i)
				if err := c.SaveCapture(ctx, x); err != nil {
					t.Error(err)
					return
				}
				if b, err := a.Body(t.Context(), x.URL); err != nil || b.CaptureID != x.ID {
					t.Errorf("not there after SaveCapture: %v", err)
				}
			}
		})
	}
	all.Wait()
	want(t, a, fmt.Sprintf("%d|%[1]d|%[1]d|new", goroutines*each),
		`SELECT count(*), max(capture_id), count(DISTINCT url), group_concat(DISTINCT outcome) FROM captures`)
	want(t, a, fmt.Sprint(each), `SELECT count(*) FROM blob`)
	sound(t, a)
}

// One capture that the database refuses must not take the others of its group with it.
func TestOneBadCaptureFailsAlone(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	bad := &Crawl{archive: a, id: 99} // a run that is not there: a foreign key fails
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			who, wantErr := c, i%4 == 0
			if wantErr {
				who = bad
			}
			err := who.SaveCapture(t.Context(), page(fmt.Sprintf("http://x.gov.cn/%d", i), "x", i))
			if (err != nil) != wantErr {
				t.Errorf("capture %d: %v", i, err)
			}
		})
	}
	all.Wait()
	want(t, a, "30|30", `SELECT count(*), count(DISTINCT url) FROM captures`)
	sound(t, a)
}

func TestGoneNeedsTwoRuns(t *testing.T) {
	a := openTest(t)
	const url = "http://x.gov.cn/1.html"
	miss := func(hours int) *crawler.Capture {
		x := page(url, "not found", hours)
		x.Status, x.Outcome = 404, crawler.OutcomeGone
		return x
	}
	const gone = `SELECT ifnull(gone_at, '-') FROM address`
	save(t, begin(t, a), page(url, "一", 0))
	second := begin(t, a)
	save(t, second, miss(1))
	save(t, second, miss(2))
	want(t, a, "-", gone)
	save(t, begin(t, a), miss(3))
	want(t, a, stamp(captureAt.Add(time.Hour)), gone)
	save(t, begin(t, a), miss(4))
	want(t, a, stamp(captureAt.Add(time.Hour)), gone)
	save(t, begin(t, a), page(url, "一", 5))
	want(t, a, "-", gone)
}

func BenchmarkSaveCapture(b *testing.B) {
	a := openTest(b)
	c := begin(b, a)
	b.SetParallelism(16)
	n := make(chan int, 1)
	n <- 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := <-n
			n <- i + 1
			save(b, c, page(fmt.Sprintf("http://x.gov.cn/%d", i), strings.Repeat(fmt.Sprint(i), 4000), 0))
		}
	})
}
