package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// jumpClock is a clock that jumps instead of waiting.
type jumpClock struct {
	mu  sync.Mutex
	now time.Time
	end time.Time // sleeping until then ends the simulation; zero for never
}

func (c *jumpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

var errOver = errors.New("the simulation is over")

func (c *jumpClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.end.IsZero() && c.now.After(c.end) {
		return errOver
	}
	c.now = c.now.Add(max(0, d))
	return ctx.Err()
}

// simulated is an app on a clock that jumps, and its log.
func simulated(t *testing.T, now time.Time) (*app, *jumpClock, *lockedBuffer) {
	t.Helper()
	clock := &jumpClock{now: now}
	log := &lockedBuffer{}
	return &app{stdout: io.Discard, screen: &screen{out: io.Discard}, log: slog.New(slog.NewTextHandler(log, nil)),
		now: clock.Now, clock: clock, archive: filepath.Join(t.TempDir(), "test.db")}, clock, log
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

var (
	simulatedBureaus = []string{"教育局", "财政局", "民政局", "水利局", "交通运输局", "卫生健康局", "审计局", "统计局", "司法局", "公安局"}
	simulatedPlaces  = [][2]string{{"茌平区", "371503"}, {"蓝田县", "610122"}, {"汉阳区", "420105"}, {"桥西区", "130104"}, {"鄞州区", "330212"}}
)

// column is a simulated site: every fifth day another report is published there, and on most days something is wrong.
type column struct {
	name   string
	region string
	clock  *jumpClock
	began  time.Time
	random *rand.Rand
	faulty int // days with faults

	mu    sync.Mutex
	day   int
	fault int
}

const firstYear = 2018

// today draws the day's fault when a day begins.
func (c *column) today() (day, fault int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	day = int(c.clock.Now().Sub(c.began) / (24 * time.Hour))
	if day != c.day {
		c.day, c.fault = day, 0
		if day < c.faulty {
			c.fault = c.random.IntN(14)
		}
	}
	return c.day, c.fault
}

func (c *column) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	day, fault := c.today()
	list, robots := r.URL.Path == "/nb/", r.URL.Path == "/robots.txt"
	page := !list && !robots
	switch {
	case fault == 1 && list:
		w.WriteHeader(http.StatusTooManyRequests)
	case fault == 2 && list:
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	case fault == 3 && page, fault == 4 && list:
		panic(http.ErrAbortHandler)
	case fault == 5 && page:
		http.NotFound(w, r)
	case fault == 6 && robots:
		w.WriteHeader(http.StatusBadGateway)
	case fault == 7 && page: // cut in the middle
		w.Header().Set("Content-Length", "5000")
		io.WriteString(w, "<html><body>")
		panic(http.ErrAbortHandler)
	case fault == 8 && page:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case robots:
		http.NotFound(w, r)
	case list:
		fmt.Fprintf(w, "<html><head><title>政府信息公开年报</title></head><body><p>访问量：%d</p><ul>", day*7)
		for year := firstYear; year <= firstYear+day/5; year++ {
			fmt.Fprintf(w, `<li><a href="/nb/%d.html">%s%d年政府信息公开工作年度报告</a> %d-01-31</li>`, year, c.name, year, year+1)
		}
		io.WriteString(w, "</ul></body></html>")
	default:
		year := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/nb/"), ".html")
		fmt.Fprintf(w, `<html><head><title>%s%s年政府信息公开工作年度报告</title></head><body><p>浏览次数：%d</p>
			<div class="TRS_Editor"><p>一、总体情况</p><p>本机关%[2]s年主动公开信息%[4]d条。</p></div></body></html>`,
			c.name, year, day, len(c.name))
	}
}

// Days of the schedule on a clock that jumps, over fifty sites with faults on most days: every report is there in the end,
// each site is visited at once and then every night, and neither goroutines nor memory grow. NIANBAO_DAYS says how many days,
// 12 unless told; 30 take a minute.
func TestNightsOfASchedule(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates a month")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	days := 12
	if s := os.Getenv("NIANBAO_DAYS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("NIANBAO_DAYS: %v", err)
		}
		days = n
	}
	began := time.Date(2026, 3, 31, 17, 0, 0, 0, time.UTC) // 01:00 in Beijing
	a, clock, log := simulated(t, began)
	clock.end = began.AddDate(0, 0, days).Add(-6 * time.Hour)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	var register strings.Builder
	register.WriteString("key,name,url,region\n")
	for i := range 50 {
		place := simulatedPlaces[i/10]
		c := &column{name: place[0] + simulatedBureaus[i%10], region: place[1], clock: clock, began: began, day: -1,
			random: rand.New(rand.NewPCG(seed, uint64(i))), faulty: days - 3}
		server := httptest.NewUnstartedServer(c)
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
		server.Start()
		defer server.Close()
		fmt.Fprintf(&register, "site-%d,%s,%s/nb/,%s\n", i, c.name, server.URL, c.region)
	}
	file := filepath.Join(t.TempDir(), "sites.csv")
	if err := os.WriteFile(file, []byte(register.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	var heap, goroutines []uint64
	watched := &hourly{jumpClock: clock, each: 24 * time.Hour, do: func() {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap, goroutines = append(heap, m.HeapAlloc), append(goroutines, uint64(runtime.NumGoroutine()))
		log.mu.Lock()
		log.Reset()
		log.mu.Unlock()
	}}
	a.clock = watched
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	watched.over = cancel
	cmd := &scheduleCmd{crawlFlags{Sites: file, Concurrency: 16, Timeout: time.Minute, Recheck: 168 * time.Hour, MaxBody: 1 << 20,
		AllowPrivate: true}}
	if err := cmd.stay(ctx, a, nil); err != nil {
		t.Fatal(err)
	}

	years := firstYear + (days-1)/5 - firstYear + 1
	for query, want := range map[string]string{
		`select count(*), count(distinct authority || year) from coverage where state = 'published'`: fmt.Sprintf("%d|%[1]d", 50*years),
		`select max(versions) from reports`:                      "1",
		`select count(*) from reports where gone_at is not null`: "0",
		`select count(*) from (select site, count(*) n from visits group by site having n <> ` + fmt.Sprint(days+1) + `)`: "0",
		`select count(*) from crawls where trigger <> 'schedule' or finished_at is null`:                                  "0",
		// nothing is asked again within the week, nor later than two after the first answer
		`select count(*) from (select url, julianday(fetched_at) - julianday(lag(fetched_at) over (partition by url order by
			fetched_at)) as gap, lag(outcome) over (partition by url order by fetched_at) as before from captures
			where role = 'page' and outcome in ('new', 'unchanged')) where gap < 7 and before in ('new', 'unchanged')`: "0",
		`select count(*) > 0 from captures where role = 'page' and outcome = 'unchanged'`: "1",
	} {
		got, err := queryArchive(a.archive, query)
		if err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("%s\n got %v, %v\nwant %s", query, got, err, want)
		}
	}
	outcomes, err := queryArchive(a.archive, `select outcome, count(*) from visits group by 1 order by 2 desc`)
	t.Logf("visits: %v, %v", outcomes, err)
	kinds, err := queryArchive(a.archive, `select outcome, count(*) from captures group by 1 order by 2 desc`)
	t.Logf("captures: %v, %v", kinds, err)
	if len(outcomes) < 4 {
		t.Error("hardly any faults")
	}
	t.Logf("heap [KiB] by day: first %d, third %d, last %d; goroutines %d to %d", heap[0]>>10, heap[2]>>10, heap[len(heap)-1]>>10,
		slices.Min(goroutines), slices.Max(goroutines))
	if last, third := heap[len(heap)-1], heap[2]; last > third+8<<20 {
		t.Errorf("memory grew from %d to %d bytes", third, last)
	}
	if last, third := goroutines[len(goroutines)-1], goroutines[2]; last > third+60 { // the servers have some, a connection each
		t.Errorf("goroutines grew from %d to %d", third, last)
	}
	mustRun(t, "verify", "--archive", a.archive)
}

// hourly is a clock that does something once every so often, and says when its time is over.
type hourly struct {
	*jumpClock
	each time.Duration
	do   func()
	over context.CancelFunc

	mu   sync.Mutex
	next time.Time
}

func (h *hourly) Sleep(ctx context.Context, d time.Duration) error {
	err := h.jumpClock.Sleep(ctx, d)
	if errors.Is(err, errOver) {
		h.over()
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.Now(); d > 4*time.Second && !now.Before(h.next) { // the schedule's own waiting, not a retry's
		h.next = now.Add(h.each)
		h.do()
	}
	return err
}

// scheduleArgs is the command line of a schedule of sites on loopback.
func scheduleArgs(archive, register string, more ...string) []string {
	args := []string{"schedule", "--archive", archive, "--sites", register, "--allow-private", "--delay", "0s"}
	return append(args, more...)
}

// startSchedule starts the program and returns what it logs. It is killed at the end of the test if it still runs.
func startSchedule(t *testing.T, args ...string) (*exec.Cmd, *lockedBuffer) {
	t.Helper()
	cmd := exec.Command("nianbao", args...)
	log := &lockedBuffer{}
	cmd.Stderr, cmd.Stdout = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return cmd, log
}

// eventually waits until the text stands in the log, so often.
func eventually(t *testing.T, log *lockedBuffer, text string, times int) {
	t.Helper()
	for range 600 {
		if strings.Count(log.String(), text) >= times {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%q does not come %d times:\n%s", text, times, log)
}

// The program as people run it: what is due is visited, SIGHUP brings a new site in and refuses a register that is wrong,
// other commands can write between the runs, and SIGTERM ends it with status 0.
func TestScheduleAndItsSignals(t *testing.T) {
	register := serveSite(t, nil)
	whole, err := os.ReadFile(register)
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.DeleteFunc(bytes.SplitAfter(whole, []byte("\n")), func(line []byte) bool { return bytes.HasPrefix(line, []byte("#")) })
	write := func(text []byte) {
		if err := os.WriteFile(register, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(bytes.Join(rows[:2], nil)) // the header and one site
	name := filepath.Join(t.TempDir(), "test.db")
	cmd, log := startSchedule(t, scheduleArgs(name, register, "--metrics", "127.0.0.1:0")...)
	hangUp := func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, log, "msg=waiting", 1)
	ask := func(want string) {
		t.Helper()
		got, err := queryArchive(name, `select group_concat(trigger || ' ' || sites || ' ' || ok, '; ') from crawls`)
		if err != nil || !slices.Equal(got, []string{want}) {
			t.Errorf("runs: %v, %v, want %s", got, err, want)
		}
	}
	ask("schedule 1 1")

	_, after, _ := strings.Cut(log.String(), "msg=metrics address=")
	address, _, _ := strings.Cut(after, "\n")
	for path, want := range map[string][]string{
		"/metrics": {`nianbao_visits_total{outcome="ok"} 1`, `nianbao_captures_total{outcome="new"} 4`, "nianbao_reports 1\n",
			"nianbao_due_sites 0\n", "nianbao_run_active 0\n", "nianbao_healthy 1\n", "# TYPE nianbao_archive_bytes gauge\n",
			`nianbao_runs_total{result="ok"} 1`},
		"/healthz": {"ok\n"},
	} {
		resp, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		for _, line := range want {
			if err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), line) {
				t.Errorf("%s: %s, %v, want %s in\n%s", path, resp.Status, err, line, body)
			}
		}
	}
	if host, _, err := net.SplitHostPort(address); err != nil || host != "127.0.0.1" {
		t.Errorf("served at %q", address)
	}

	write([]byte("key,name\nx,y\n"))
	hangUp()
	eventually(t, log, "the old one stays", 1)
	if text := log.String(); !strings.Contains(text, "sites.csv:1: column") {
		t.Errorf("the log does not say what is wrong:\n%s", text)
	}
	mustRun(t, "crawl", "--archive", name, "--sites", register2(t, whole), "--allow-private", "--delay", "0s", "lantian")
	write(whole)
	hangUp()
	eventually(t, log, "msg=waiting", 2)
	ask("schedule 1 1; crawl 1 1; schedule 2 2") // what the other command visited is not due

	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, log)
	}
	mustRun(t, "verify", "--archive", name)
}

// register2 is a second file with the same rows.
func register2(t *testing.T, text []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sites.csv")
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// SIGTERM in the middle of a run ends it soon and cleanly; the next start goes on.
func TestScheduleEndsInTheMiddleOfARun(t *testing.T) {
	asked := make(chan struct{}, 1000)
	register := serveSite(t, func() {
		asked <- struct{}{}
		time.Sleep(30 * time.Millisecond)
	})
	name := filepath.Join(t.TempDir(), "test.db")
	cmd, log := startSchedule(t, scheduleArgs(name, register)...)
	for range 4 {
		<-asked
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, log)
	}
	mustRun(t, "verify", "--archive", name)
	finished, err := queryArchive(name, "select count(*) from crawls where finished_at is not null")
	if err != nil || !slices.Equal(finished, []string{"1"}) {
		t.Errorf("runs that are finished: %v, %v", finished, err)
	}
}

// An archive that is in use when sites are due is waited for; what is no archive is refused at once.
func TestScheduleWaitsForTheArchive(t *testing.T) {
	register := serveSite(t, nil)
	a, clock, log := simulated(t, time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC))
	held := openArchive(t, a.archive)
	looks := 0
	freeing := &hourly{jumpClock: clock, do: func() {
		if looks++; looks == 5 {
			if err := held.Close(); err != nil {
				t.Error(err)
			}
		}
	}}
	a.clock = freeing
	clock.end = clock.now.Add(2 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	freeing.over = cancel
	cmd := &scheduleCmd{crawlFlags{Sites: register, Concurrency: 4, Timeout: time.Minute, MaxBody: 1 << 20, AllowPrivate: true}}
	if err := cmd.stay(ctx, a, nil); err != nil {
		t.Fatal(err)
	}
	got, err := queryArchive(a.archive, "select count(*), sum(ok) from crawls")
	if err != nil || !slices.Equal(got, []string{"1|4"}) {
		t.Errorf("runs: %v, %v\n%s", got, err, log)
	}
	if text := log.String(); strings.Count(text, "the archive is in use; waiting") != 1 ||
		!strings.Contains(text, fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("the log does not say once who holds it:\n%s", text)
	}

	a.archive = register // no archive
	if err := cmd.stay(t.Context(), a, nil); statusOf(err) != statusUsage {
		t.Errorf("what is no archive: %v", err)
	}
	cmd.Sites = filepath.Join(t.TempDir(), "none.csv")
	if err := cmd.stay(t.Context(), a, nil); statusOf(err) != statusUsage {
		t.Errorf("a register that is not there: %v", err)
	}
}

// staySimulated runs a schedule of the demo's sites on a clock that jumps, for so long.
func staySimulated(t *testing.T, a *app, clock *jumpClock, register string, long time.Duration) {
	t.Helper()
	clock.end = clock.now.Add(long)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a.clock = &hourly{jumpClock: clock, do: func() {}, over: cancel}
	cmd := &scheduleCmd{crawlFlags{Sites: register, Concurrency: 4, Timeout: time.Minute, MaxBody: 1 << 20, AllowPrivate: true}}
	if err := cmd.stay(ctx, a, nil); err != nil {
		t.Fatal(err)
	}
}

// A row that holds from some day on is visited on that day, though no row is ever due before.
func TestScheduleOfARowThatHoldsLater(t *testing.T) {
	register := serveSite(t, nil)
	text, err := os.ReadFile(register)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	rows = slices.DeleteFunc(rows, func(row string) bool { return strings.HasPrefix(row, "#") })
	text = []byte(rows[0] + ",since\n" + rows[1] + ",2026-04-03\n")
	if err := os.WriteFile(register, text, 0o666); err != nil {
		t.Fatal(err)
	}
	a, clock, log := simulated(t, time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC))
	staySimulated(t, a, clock, register, 38*time.Hour)
	got, err := queryArchive(a.archive, "select started_at from crawls")
	if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "2026-04-02T16:0") {
		t.Errorf("runs: %v, %v\n%s", got, err, log)
	}
}

// What was visited by a clock that was years ahead is visited again by the right one.
func TestScheduleAfterAClockThatWasAhead(t *testing.T) {
	register := serveSite(t, nil)
	a, clock, log := simulated(t, time.Date(2036, 4, 1, 3, 0, 0, 0, time.UTC))
	staySimulated(t, a, clock, register, time.Hour)
	clock.now = time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC)
	staySimulated(t, a, clock, register, time.Hour)
	got, err := queryArchive(a.archive, "select substr(started_at, 1, 4), sites from crawls order by 1")
	if err != nil || !slices.Equal(got, []string{"2026|4", "2036|4"}) {
		t.Errorf("runs: %v, %v\n%s", got, err, log)
	}
}

// Sites that another command visited while the schedule waited for it are no trouble any more.
func TestScheduleIsWellAfterAnotherCommand(t *testing.T) {
	register := serveSite(t, nil)
	a, clock, log := simulated(t, time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC))
	held := openArchive(t, a.archive)
	cmd := &scheduleCmd{crawlFlags{Sites: register, Concurrency: 4, Timeout: time.Minute, MaxBody: 1 << 20, AllowPrivate: true}}
	s := &scheduling{app: a, cmd: cmd, watch: newWatch(a), last: map[string]time.Time{}}
	var err error
	if s.sites, err = cmd.register(); err != nil {
		t.Fatal(err)
	}
	looks := 0
	a.clock = &hourly{jumpClock: clock, do: func() {
		if looks++; looks != 2 {
			return
		}
		if s.watch.trouble == "" {
			t.Error("no trouble while the archive is in use")
		}
		if err := held.Close(); err != nil {
			t.Error(err)
		}
		if err := crawl(t.Context(), a, cmd.crawling("crawl", s.sites)); err != nil {
			t.Error(err)
		}
	}}
	if err := s.visitDue(t.Context()); err != nil || s.watch.trouble != "" {
		t.Errorf("%q, %v\n%s", s.watch.trouble, err, log)
	}
}

// A site whose visit was broken off, because the schedule was ended, is due again at its next start.
func TestScheduleGoesOnWithWhatWasBrokenOff(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	asked := 0
	register := serveSite(t, func() {
		if asked++; asked == 2 { // the list of the first site
			end()
		}
	})
	a, clock, log := simulated(t, time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC))
	cmd := &scheduleCmd{crawlFlags{Sites: register, Concurrency: 1, Timeout: time.Minute, MaxBody: 1 << 20, AllowPrivate: true}}
	if err := cmd.stay(ctx, a, nil); err != nil {
		t.Fatal(err)
	}
	staySimulated(t, a, clock, register, time.Hour)
	got, err := queryArchive(a.archive, "select crawl_id, count(*), sum(outcome = 'ok') from visits group by 1")
	if err != nil || !slices.Equal(got, []string{"1|1|0", "2|4|4"}) {
		t.Errorf("visits: %v, %v\n%s", got, err, log)
	}
}
