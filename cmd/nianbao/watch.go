package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"nianbao/archive"
)

// watch is what --metrics shows of this process: what it did since it began, and how the archive is. Its methods may be
// called from several goroutines.
type watch struct {
	name string // the archive's file

	mu       sync.Mutex
	captures map[string]int64 // by outcome
	visits   map[string]int64 // by outcome
	runs     map[string]int64 // ok, troubles, failed
	running  bool
	ended    time.Time  // when the last run of this process did; zero for none
	trouble  string     // why nothing goes on at the moment, "" if it does
	due      func() int // sites that are due now

	reading sync.Mutex // held while reader is used
	reader  *archive.Archive
}

func newWatch(a *app) *watch {
	return &watch{name: a.archive, captures: map[string]int64{}, visits: map[string]int64{},
		runs: map[string]int64{"ok": 0, "troubles": 0, "failed": 0}, due: func() int { return 0 }}
}

func (w *watch) captured(outcome string) { w.set(func() { w.captures[outcome]++ }) }
func (w *watch) visited(outcome string)  { w.set(func() { w.visits[outcome]++ }) }
func (w *watch) paused(why string)       { w.set(func() { w.trouble = why }) }
func (w *watch) begin(time.Time)         { w.set(func() { w.running, w.trouble = true, "" }) }

// end counts a run. One that failed by our own machine is a trouble until the next goes better.
func (w *watch) end(now time.Time, err error) {
	w.set(func() {
		w.running, w.ended = false, now
		var ended *troubles
		switch {
		case err == nil:
			w.runs["ok"]++
		case errors.As(err, &ended):
			w.runs["troubles"]++
		default:
			w.runs["failed"]++
			w.trouble = "the last run failed"
		}
	})
}

func (w *watch) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// serve answers /metrics and /healthz at an address, until stop is called; nothing if the address is "". An address
// without a host is one of loopback.
func (w *watch) serve(a *app, address string) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, usageError("--metrics: %w", err)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port))
	if err != nil {
		return nil, usageError("--metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", w.metrics)
	mux.HandleFunc("GET /healthz", w.health)
	server := &http.Server{Handler: mux, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 14, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics are no longer served", "error", err)
		}
	})
	a.log.Info("metrics", "address", listener.Addr().String())
	return func() {
		_ = server.Close() // scrapes that are under way are worth no waiting
		serving.Wait()
		w.closeReader()
	}, nil
}

// health is 200 while things go on as they should, 503 with the reason while not.
func (w *watch) health(out http.ResponseWriter, _ *http.Request) {
	w.mu.Lock()
	trouble := w.trouble
	w.mu.Unlock()
	out.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if trouble != "" {
		out.WriteHeader(http.StatusServiceUnavailable)
	}
	fmt.Fprintln(out, cmp.Or(trouble, "ok")) // who asks may be gone
}

// metrics writes the text format of Prometheus, version 0.0.4.
func (w *watch) metrics(out http.ResponseWriter, r *http.Request) {
	figures, err := w.figures(r.Context())
	if err != nil {
		http.Error(out, "the archive cannot be read", http.StatusServiceUnavailable)
		return
	}
	out.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = io.WriteString(out, w.text(figures)) // who asks may be gone
}

func (w *watch) text(f archive.Figures) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var m metricsText
	m.counts("nianbao_captures_total", "HTTP exchanges of this process.", "outcome", w.captures)
	m.counts("nianbao_visits_total", "Visits of sites by this process.", "outcome", w.visits)
	m.counts("nianbao_runs_total", "Runs of this process: ok, with troubles at sites, failed.", "result", w.runs)
	m.gauge("nianbao_run_active", "1 while a run is under way.", oneIf(w.running))
	m.gauge("nianbao_healthy", "0 while /healthz answers 503.", oneIf(w.trouble == ""))
	m.gauge("nianbao_due_sites", "Sites that are due and not yet visited.", float64(w.due()))
	m.gauge("nianbao_reports", "Reports in the archive.", float64(f.Reports))
	m.gauge("nianbao_archive_captures", "Captures in the archive.", float64(f.Captures))
	m.gauge("nianbao_archive_bytes", "Size of the archive and its write-ahead log.", float64(f.Bytes))
	m.gauge("nianbao_last_run_start_timestamp_seconds", "Start of the newest run in the archive.", seconds(f.LastStarted))
	m.gauge("nianbao_last_run_end_timestamp_seconds", "End of the newest run in the archive that ended.", seconds(f.LastFinished))
	m.gauge("nianbao_goroutines", "Goroutines of this process.", float64(runtime.NumGoroutine()))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	m.gauge("nianbao_heap_bytes", "Bytes of live and not yet swept objects.", float64(memory.HeapAlloc))
	return m.String()
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// seconds is a time as Prometheus has it, 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// metricsText is the text format.
type metricsText struct{ strings.Builder }

func (m *metricsText) head(name, help, kind string) {
	fmt.Fprintf(m, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func (m *metricsText) gauge(name, help string, value float64) {
	m.head(name, help, "gauge")
	fmt.Fprintf(m, "%s %v\n", name, value)
}

// escaped is how a label's value is written.
var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func (m *metricsText) counts(name, help, label string, counts map[string]int64) {
	m.head(name, help, "counter")
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(m, "%s{%s=\"%s\"} %d\n", name, label, escaped.Replace(value), counts[value])
	}
}

// figures asks the archive, over a connection of its own that is kept; one that is not there has none.
func (w *watch) figures(ctx context.Context) (archive.Figures, error) {
	w.reading.Lock()
	defer w.reading.Unlock()
	if w.reader == nil {
		opened, err := archive.OpenReader(ctx, w.name)
		if err != nil {
			return archive.Figures{}, notThere(err)
		}
		w.reader = opened
	}
	f, err := w.reader.Figures(ctx)
	if err != nil && ctx.Err() == nil { // the file may be another by now
		err = errors.Join(err, w.reader.Close())
		w.reader = nil
	}
	return f, err
}

func (w *watch) closeReader() {
	w.reading.Lock()
	defer w.reading.Unlock()
	if w.reader != nil {
		_ = w.reader.Close() // it was only read
		w.reader = nil
	}
}
