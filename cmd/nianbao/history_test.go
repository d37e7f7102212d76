package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
)

// The pages of the demo that change over the nights.
const (
	hanyangReport   = "/hanyang/zfxxgk/zfxxgkndbg/202301/t20230119_2136694.shtml"
	lantianReport   = "/lantian/zwgk/gkndbg/61f63765f8fd1c0bdc7dd31e.html"
	zhongshanColumn = "/qiaoxi/columns/841725bf-e99b-41f7-826a-121bc6b18a93/"
)

// nights is what a site does to its pages from night to night, over the demo's. Changes and removals are made up; what
// they are made to is as demo/README.md says.
var nights = []struct {
	at      string // Beijing
	what    string
	changes map[string][]string // path: old, new, …
	removed []string            // paths, or what they begin with
}{
	{"2025-03-30 02:00", "All is as in the demo.", nil, nil},
	{"2025-03-31 02:00", "汉阳 corrects 部分公开, and says so in a sentence; 蓝田's report is not there, but still listed; the " +
		"zhongshan column is emptied, list and pages.",
		map[string][]string{
			hanyangReport: {
				"（区分处理的，只计这一情形，不计其他情形）</td><td>2</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>2</td>",
				"（区分处理的，只计这一情形，不计其他情形）</td><td>3</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td></td>",
				"部分公开2件", "部分公开3件",
			},
			zhongshanColumn + "index.html": {"c9aa51fa", "c9aa51fb", "政府信息公开工作年度报告", "政府信息公开工作要点"},
		}, []string{lantianReport, zhongshanColumn + "2"}},
	{"2025-04-01 02:00", "As the night before; 汉阳's page gets another footer.",
		map[string][]string{
			hanyangReport: {
				"（区分处理的，只计这一情形，不计其他情形）</td><td>2</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td>2</td>",
				"（区分处理的，只计这一情形，不计其他情形）</td><td>3</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td><td></td>",
				"部分公开2件", "部分公开3件",
				"</body>", "<div class=\"footer\">您是第27位访客</div>\n</body>",
			},
			zhongshanColumn + "index.html": {"c9aa51fa", "c9aa51fb", "政府信息公开工作年度报告", "政府信息公开工作要点"},
		}, []string{lantianReport, zhongshanColumn + "2"}},
	{"2025-04-02 02:00", "All is as in the first night again.", nil, nil},
}

// asked is what is compared after each night.
var asked = []struct{ relation, query string }{
	{"crawls", `select crawl_id, started_at, finished_at, sites, ok, failed, new, changed, gone from crawls
		where crawl_id = (select max(crawl_id) from crawls)`},
	{"visits", `select site, outcome, detail, items, new, changed, unchanged, gone, errors from visits
		where crawl_id = (select max(crawl_id) from crawls) order by site`},
	{"sites", `select key, verified_at, last_ok_at, empty_streak, blocked_share, expected, found from sites order by key`},
	{"links", `select site, title, first_seen_at, last_seen_at, gone_at from links where decision = 'report' order by site, url`},
	{"reports", `select key, versions, first_seen_at, last_seen_at, gone_at, substr(sha256, 1, 12) from reports order by key`},
	{"sources", `select key, s.version, s.url, s.seen_from, s.seen_to, s.read, substr(s.sha256, 1, 12), s.capture_id
		from sources s join reports using (report_id) order by key, s.url, s.version`},
	{"revisions", `select key, version, v.relation || '/' || row_id || '/' || column_id, old_value, new_value, old_capture_id,
		new_capture_id, old_last_seen_at, new_first_seen_at from revisions v join reports using (report_id)
		order by key, version, 3`},
	{"past_cells", `select key, version, capture_id, count(*), sum(value),
		group_concat(case when row_id = 'partially_granted' then column_id || '=' || raw || ' (' || state || ')' end)
		from (select * from past_cells order by version, column_id) p join reports using (report_id)
		group by key, version, capture_id order by key, version`},
	{"cells", `select key, column_id, value, state from cells join reports using (report_id)
		where row_id = 'partially_granted' and column_id in ('natural_person', 'total') order by key, column_id`},
	{"coverage", `select authority, site, year, state, due_on, due_basis, published_on, days_late, last_complete_visit_at
		from coverage order by authority, year`},
}

// A number changed, a page removed, a page restored: exactly those revisions, dates and states.
func TestNights(t *testing.T) {
	night := new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serveNight(w, r, int(night.Load()))
	}))
	t.Cleanup(server.Close)
	text, err := demoFiles.ReadFile("demo/sites.csv")
	if err != nil {
		t.Fatal(err)
	}
	sites, err := crawler.ReadSites("sites.csv", bytes.NewReader(bytes.ReplaceAll(text, []byte("http://HOST/"),
		[]byte(server.URL+"/"))))
	if err != nil {
		t.Fatal(err)
	}
	clock := new(fixedClock)
	var stdout bytes.Buffer
	a := &app{stdout: &stdout, screen: &screen{out: io.Discard}, log: slog.New(slog.DiscardHandler), now: clock.Now,
		archive: filepath.Join(t.TempDir(), "nights.db")}
	var got strings.Builder
	show := func(command, output string) {
		output = strings.ReplaceAll(output, server.URL, "http://HOST")
		fmt.Fprintf(&got, "\n# %s\n%s\n", command, strings.TrimSuffix(output, "\n"))
	}
	for i, n := range nights {
		night.Store(int64(i))
		clock.set(t, n.at)
		err := crawl(t.Context(), a, &crawling{trigger: "crawl", sites: sites, options: crawler.Options{
			Version: "test", AllowPrivate: true, Clock: clock}})
		fmt.Fprintf(&got, "\n## %s. %s\n\n%s\n", n.at, n.what,
			strings.ReplaceAll(fmt.Sprint(err), server.URL, "http://HOST"))
		for _, q := range asked {
			rows, err := queryArchive(a.archive, q.query)
			if err != nil {
				t.Fatal(err)
			}
			show(q.relation, strings.Join(rows, "\n"))
		}
	}
	for _, command := range []struct {
		words string
		run   func(context.Context, *app) error
	}{
		{"nianbao diff http://HOST" + hanyangReport, (&diffCmd{Ref: server.URL + hanyangReport}).Run},
		{"nianbao diff http://HOST" + lantianReport, (&diffCmd{Ref: server.URL + lantianReport}).Run},
		{"nianbao history http://HOST" + lantianReport, (&historyCmd{URL: server.URL + lantianReport}).Run},
		{"nianbao history --format json http://HOST" + lantianReport,
			(&historyCmd{URL: server.URL + lantianReport, Format: "json"}).Run},
	} {
		stdout.Reset()
		if err := command.run(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		show(command.words, stdout.String())
	}
	before := history(t, a.archive)
	if len(before) < 20 {
		t.Errorf("only %d rows of history", len(before))
	}
	if err := (&reextractCmd{All: true}).Run(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, history(t, a.archive)); diff != "" {
		t.Errorf("reading all again changed the history: %s", diff)
	}
	mustRun(t, "verify", "--archive", a.archive)

	const name = "testdata/history/nights.txt"
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(name, []byte(got.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("the nights are not as in %s (UPDATE=1 refreshes it): %s", name, diff)
	}
}

// serveNight is serveDemo with what the night changes.
func serveNight(w http.ResponseWriter, r *http.Request, night int) {
	n := nights[night]
	if slices.ContainsFunc(n.removed, func(path string) bool { return strings.HasPrefix(r.URL.Path, path) }) {
		http.NotFound(w, r)
		return
	}
	answer := httptest.NewRecorder()
	serveDemo(answer, r)
	body := answer.Body.String()
	for i := 0; i+1 < len(n.changes[r.URL.Path]); i += 2 {
		old, new := n.changes[r.URL.Path][i], n.changes[r.URL.Path][i+1]
		if !strings.Contains(body, old) {
			http.Error(w, "the page has no "+old, http.StatusInternalServerError)
			return
		}
		body = strings.ReplaceAll(body, old, new)
	}
	w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
	w.WriteHeader(answer.Code)
	_, _ = io.WriteString(w, body)
}

// history is what the archive knows of changes.
func history(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, query := range []string{
		`select * from revisions order by report_id, version, relation, row_id, column_id`,
		`select * from past_cells order by report_id, version, relation, row_id, column_id`,
		`select * from sources order by capture_id`, `select * from coverage order by authority_id, year`,
	} {
		rows, err := queryArchive(name, query)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}

// fixedClock is a clock that stands still until it is set.
type fixedClock struct{ nanos atomic.Int64 }

func (c *fixedClock) set(t *testing.T, beijing string) {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04 -0700", beijing+" +0800")
	if err != nil {
		t.Fatal(err)
	}
	c.nanos.Store(at.UnixNano())
}

func (c *fixedClock) Now() time.Time { return time.Unix(0, c.nanos.Load()) }

func (*fixedClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
