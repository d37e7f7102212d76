package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nianbao/crawler"
)

// testClock is a clock that moves a minute each time it is asked.
func testClock() func() time.Time {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
}

// openTest opens a new archive in a folder of its own and closes it at the end.
func openTest(t testing.TB) *Archive {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "归档 100%?#.db"))
}

// nothing is the file of an archive with nothing in it. To make one takes a while, above all under the race detector.
var nothing = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "nianbao")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "blank.db")
	a, err := Open(context.Background(), path, Options{})
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// openQuick is Open, with a copy of that archive where there is none, and without waiting for the disk: for tests in which
// no power fails.
func openQuick(ctx context.Context, path string, opt Options) (*Archive, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		data, err := nothing()
		if err == nil {
			err = os.WriteFile(path, data, 0o666)
		}
		if err != nil {
			return nil, err
		}
	}
	a, err := Open(ctx, path, opt)
	if err == nil {
		_, err = a.write.ExecContext(ctx, `PRAGMA synchronous = OFF`)
	}
	return a, err
}

func openAt(t testing.TB, path string) *Archive {
	t.Helper()
	a, err := openQuick(t.Context(), path, Options{Now: testClock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func begin(t testing.TB, a *Archive) *Crawl {
	t.Helper()
	c, err := a.BeginCrawl(t.Context(), "crawl")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// captureAt is when the first test capture is made; later ones say how many hours after it.
var captureAt = time.Date(2026, 1, 31, 2, 0, 0, 0, time.UTC)

// page is a whole answer of a page.
func page(url, body string, hours int) *crawler.Capture {
	return &crawler.Capture{
		Site: "chiping", Role: crawler.RolePage, Method: "GET", URL: url, FinalURL: url, Transport: "http",
		At: captureAt.Add(time.Duration(hours) * time.Hour), Elapsed: 12 * time.Millisecond, Status: 200,
		StatusLine: "200 OK", Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"text/html"}},
		Body: []byte(body), SHA256: digest([]byte(body)), Complete: true, Outcome: crawler.OutcomeOK,
	}
}

func save(t testing.TB, c *Crawl, capture *crawler.Capture) *crawler.Capture {
	t.Helper()
	if err := c.SaveCapture(t.Context(), capture); err != nil {
		t.Fatal(err)
	}
	return capture
}

// ask returns the rows of a query as one text, columns separated by | and rows by lines, as the sqlite3 shell prints
// them.
func ask(t testing.TB, a *Archive, query string, args ...any) string {
	t.Helper()
	rows, err := a.read.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		texts := make([]string, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			texts[i] = v.String
		}
		lines = append(lines, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// want fails the test when a query answers otherwise.
func want(t testing.TB, a *Archive, answer, query string, args ...any) {
	t.Helper()
	if got := ask(t, a, query, args...); got != answer {
		t.Errorf("%s\n got %s\nwant %s", query, got, answer)
	}
}

// sound fails the test when verify finds damage.
func sound(t testing.TB, a *Archive) Verification {
	t.Helper()
	v, err := a.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range v.Damage {
		t.Error(d)
	}
	return v
}

func TestOpenAgainKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	for run := 1; run <= 3; run++ {
		a := openAt(t, path)
		c := begin(t, a)
		if c.ID() != int64(run) {
			t.Errorf("run %d has number %d", run, c.ID())
		}
		save(t, c, page("http://x.gov.cn/1.html", "一", run))
		if _, err := c.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if v := sound(t, a); v.Captures != run || v.Blobs != 1 {
			t.Errorf("run %d: %+v", run, v)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Close left a write-ahead log: %v", err)
		}
	}
}

func TestOpenRefusesWhatIsNoArchive(t *testing.T) {
	for name, test := range map[string]struct {
		make func(path string) error
		want string
	}{
		"text file": {func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("年报\n", 100)), 0o644) },
			"no SQLite database"},
		"other program": {func(p string) error { return execAt(p, `CREATE TABLE t(a)`) }, "another program"},
		"other application_id": {func(p string) error { return execAt(p, `PRAGMA application_id = 7`) },
			"another program"},
		"newer schema": {func(p string) error {
			return execAt(p, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = 9999`, applicationID))
		}, "use a newer nianbao"},
		"folder": {func(p string) error { return os.Mkdir(p, 0o755) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			if err := test.make(path); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(path) // a folder has no bytes
			for who, open := range map[string]func() (*Archive, error){
				"Open":       func() (*Archive, error) { return Open(t.Context(), path, Options{}) },
				"OpenReader": func() (*Archive, error) { return OpenReader(t.Context(), path) },
			} {
				if _, err := open(); err == nil || !strings.Contains(err.Error(), test.want) ||
					!strings.Contains(err.Error(), path) {
					t.Errorf("%s: error %v, want one with %q and the path", who, err, test.want)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func execAt(path, statements string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.Exec(statements)
	return errors.Join(err, db.Close())
}

// A creation that is killed leaves a file with a header at most, since the schema comes in one transaction.
func TestOpenCompletesAKilledCreation(t *testing.T) {
	for name, leave := range map[string]func(path string) error{
		"empty file":  func(p string) error { return os.WriteFile(p, nil, 0o644) },
		"header only": func(p string) error { return execAt(p, `PRAGMA journal_mode = WAL`) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			if err := leave(path); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenReader(t.Context(), path); !errors.Is(err, ErrEmpty) {
				t.Errorf("OpenReader: %v", err)
			}
			sound(t, openAt(t, path))
		})
	}
}

func TestReaderReadsWhileWriterWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if _, err := OpenReader(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("OpenReader without a file: %v", err)
	}
	a := openAt(t, path)
	c := begin(t, a)
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want(t, r, "0", `SELECT count(*) FROM captures`)
	save(t, c, page("http://x.gov.cn/1.html", "一", 0))
	want(t, r, "1", `SELECT count(*) FROM captures`)
	if _, err := r.BeginCrawl(t.Context(), "crawl"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("BeginCrawl on a reader: %v", err)
	}
	if _, err := r.read.Exec(`DELETE FROM meta`); err == nil {
		t.Error("a reader's connection can write")
	}
}

func TestSaveCaptureAfterCloseIsRefused(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.SaveCapture(context.Background(), page("http://x.gov.cn/", "", 0)); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}
