package archive

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// otherArchive makes an archive with a report in two versions, a redirect, a container, a failure and an annotation, and
// returns its path.
func otherArchive(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	a, err := openQuick(t.Context(), path, Options{Now: testClock(), Extractor: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	run := fill(t, a)
	list := page("http://x.gov.cn/list", "list", 1)
	list.Role = crawler.RoleList
	save(t, run, list)
	if err := run.SaveLinks(t.Context(), "chiping", []crawler.Link{{URL: "http://x.gov.cn/1.html", Title: "年报",
		ListCaptureID: list.ID, Decision: "report"}}); err != nil {
		t.Fatal(err)
	}
	hopped := page("http://x.gov.cn/hop", "there", 2)
	hopped.Redirects = []crawler.Redirect{{URL: "http://x.gov.cn/hop", Status: 302, Body: []byte("moved"), At: captureAt}}
	save(t, run, hopped)
	zip := save(t, run, zipCapture("1", 3))
	if err := a.SaveMembers(t.Context(), zip.ID, []document.Member{{Name: "a.doc", Body: []byte("member")}}); err != nil {
		t.Fatal(err)
	}
	saveAs(t, a, zip.ID, "v1", extract.Reading{NotReport: &extract.NotReport{Kind: extract.Container, Reason: "zip of 1 file: a.doc"}})
	if err := run.SaveHostRest(t.Context(), crawler.Rest{Host: "x.gov.cn", Until: captureAt, Failures: 1, Outcome: "rate", Since: captureAt}); err != nil {
		t.Fatal(err)
	}
	if _, err := run.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	run2 := `INSERT INTO annotation(report_id, sha256, relation, row_id, column_id, verdict, by, at) SELECT report_id, sha256,
		'disputes', 'review', 'total', 'source_error', 'somebody', '2026-03-01T00:00:00.000Z' FROM reports`
	if err := execAt(path, run2); err != nil {
		t.Fatal(err)
	}
	return path
}

// An archive merged into an empty one is what it was, with all that is in it, whatever state it is in.
func TestMergeTakesEverything(t *testing.T) {
	for why, prepare := range map[string]func(t *testing.T, path string){
		"as it is": func(*testing.T, string) {},
		"with somebody's own table and view": func(t *testing.T, path string) {
			alter(t, path, `CREATE TABLE mine(a TEXT); CREATE INDEX mine_a ON mine(a); CREATE VIEW my_view AS SELECT * FROM mine; ANALYZE`)
		},
		"without a log": func(t *testing.T, path string) { alter(t, path, `PRAGMA journal_mode = DELETE`) },
		"with a run that died": func(t *testing.T, path string) {
			alter(t, path, `UPDATE crawls SET finished_at = NULL`)
		},
	} {
		t.Run(why, func(t *testing.T) {
			path := otherArchive(t)
			prepare(t, path)
			before := files(t, path)
			a := withExtractor(t)
			m, err := a.Merge(t.Context(), path, MergeOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if m.Captures == 0 || m.Readings == 0 || m.Bodies == 0 || m.Runs != 1 {
				t.Errorf("%+v", m)
			}
			if diff := cmp.Diff(before, files(t, path)); diff != "" {
				t.Errorf("the other archive's files: %s", diff)
			}
			sound(t, a)
			other, err := OpenReader(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			said, says := contents(t, other), contents(t, a)
			for relation := range said {
				if relation == "labels" || why == "with a run that died" && (relation == "crawls" || relation == "visits" ||
					relation == "sites" || relation == "coverage" || relation == "findings") {
					continue
				}
				if diff := cmp.Diff(said[relation], says[relation]); diff != "" {
					t.Errorf("%s: %s", relation, diff)
				}
			}
			want(t, a, "1", `SELECT count(*) FROM annotations`)
			again, err := a.Merge(t.Context(), path, MergeOptions{})
			if err != nil || again != (Merged{Known: m.Captures}) {
				t.Errorf("again: %+v, %v", again, err)
			}
			want(t, a, "1", `SELECT count(*) FROM annotations`)
		})
	}
}

// An archive that version 1 made is copied, brought up to date there, and merged; its captures are read again.
func TestMergeOfSchema1(t *testing.T) {
	path := oldArchive(t, "1")
	before := files(t, path)
	a := withExtractor(t)
	m, err := a.Merge(t.Context(), path, MergeOptions{})
	if err != nil || m.Captures != 11 || m.Bodies != 11 || m.Readings != 0 {
		t.Fatalf("%+v, %v", m, err)
	}
	if diff := cmp.Diff(before, files(t, path)); diff != "" {
		t.Error(diff)
	}
	sound(t, a)
	unread, err := a.Unread(t.Context(), "v1", 0, 99)
	if err != nil || len(unread) != 4 {
		t.Errorf("%d unread, %v", len(unread), err)
	}
}

func withExtractor(t *testing.T) *Archive {
	t.Helper()
	a, err := openQuick(t.Context(), filepath.Join(t.TempDir(), "ours.db"), Options{Now: testClock(), Extractor: "v1"})
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

func alter(t testing.TB, path, statements string) {
	t.Helper()
	if err := execAt(path, statements); err != nil {
		t.Fatal(err)
	}
}

// files are the digests of a database's file and log; SQLite may make an empty log and an index of it beside the file.
func files(t testing.TB, path string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, ending := range []string{"", "-wal", "-journal"} {
		data, err := os.ReadFile(path + ending)
		if err == nil && len(data) > 0 {
			out[ending] = digest(data)
		}
	}
	return out
}

// hostile are archives that are none, that are damaged, or that somebody made to do harm. None of them is known from a real
// case. Each is refused, by what it says, before a row of it is taken; the archive that should take it stays as it was.
var hostile = map[string]struct {
	says string
	make func(t *testing.T, path string, into *Archive) string // returns the path to merge; "" for the same
}{
	"itself": {"it is the archive itself", func(_ *testing.T, _ string, into *Archive) string { return into.path }},
	"a link to itself": {"it is the archive itself", func(t *testing.T, path string, into *Archive) string {
		must(t, os.Symlink(into.path, path+".link"))
		return path + ".link"
	}},
	"another name of itself": {"it is the archive itself", func(t *testing.T, _ string, into *Archive) string {
		must(t, os.Link(into.path, into.path+".2"))
		return into.path + ".2"
	}},
	"a folder": {"it is no file", func(_ *testing.T, path string, _ *Archive) string { return filepath.Dir(path) }},
	"a text": {"no SQLite database", func(t *testing.T, path string, _ *Archive) string {
		must(t, os.WriteFile(path, []byte(strings.Repeat("年报", 1000)), 0o644))
		return ""
	}},
	"an empty file": {"another program", func(t *testing.T, path string, _ *Archive) string {
		must(t, os.WriteFile(path+".2", nil, 0o644))
		return path + ".2"
	}},
	"another program's": {"another program", statement(`PRAGMA application_id = 1`)},
	"newer":             {"use a newer nianbao", statement(`PRAGMA user_version = 99`)},
	"of no version":     {"schema 0", statement(`PRAGMA user_version = 0`)},
	"in use": {"another process is writing it", func(t *testing.T, path string, _ *Archive) string {
		openAt(t, path)
		return ""
	}},
	"half rolled back": {"verify put the archive in order", func(t *testing.T, path string, _ *Archive) string {
		must(t, os.WriteFile(path+"-journal", []byte("x"), 0o644))
		return ""
	}},
	"cut off": {"damaged", func(t *testing.T, path string, _ *Archive) string {
		alter(t, path, `PRAGMA journal_mode = DELETE`)
		data, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, data[:len(data)/2/4096*4096], 0o644))
		return ""
	}},
	"overwritten": {"damaged", func(t *testing.T, path string, _ *Archive) string {
		alter(t, path, `PRAGMA journal_mode = DELETE`)
		data, err := os.ReadFile(path)
		must(t, err)
		for i := 3 * 4096; i < len(data); i += 7 * 4096 {
			copy(data[i:], bytes.Repeat([]byte{0xa5}, 64))
		}
		must(t, os.WriteFile(path, data, 0o644))
		return ""
	}},
	"slim":                      {"it is slim", statement(`UPDATE blob SET data = x''`)},
	"another body":              {"damaged", statement(`UPDATE blob SET data = x'00', codec = 'raw', bytes = 1 WHERE rowid = 1`)},
	"a body that does not open": {"damaged", statement(`UPDATE blob SET data = x'28b52ffd00', codec = 'zstd'`)},
	"a body that is a bomb": {"damaged", func(t *testing.T, path string, _ *Archive) string {
		e, err := zstd.NewWriter(nil)
		must(t, err)
		bomb := e.EncodeAll(make([]byte, 1<<20), nil)
		alter(t, path, fmt.Sprintf(`UPDATE blob SET data = x'%x', codec = 'zstd', bytes = 9`, bomb))
		return ""
	}},
	"a missing body":          {"damaged", statement(`DELETE FROM blob WHERE rowid = 1`)},
	"a missing table":         {`lacks the table "host_rest"`, statement(`DROP TABLE host_rest`)},
	"a missing index":         {`lacks the index "capture_time"`, statement(`DROP INDEX capture_time`)},
	"a view for a table":      {`table "host_rest" is not as`, statement(`DROP TABLE host_rest; CREATE VIEW host_rest AS SELECT 1 AS host, randomblob(1e9) AS until`)},
	"a table of another form": {`table "host_rest" is not as`, statement(`DROP TABLE host_rest; CREATE TABLE host_rest(host, until AS (hex(zeroblob(1e6))))`)},
	"a trigger":               {`the trigger "t"`, statement(`CREATE TRIGGER t AFTER INSERT ON capture BEGIN SELECT load_extension('x'); END`)},
	"a trigger on a view":     {`the trigger "t"`, statement(`CREATE TRIGGER t INSTEAD OF INSERT ON captures BEGIN DELETE FROM capture; END`)},
	"another trigger of ours": {`trigger "passage_insert" is not as`, statement(`DROP TRIGGER passage_insert; CREATE TRIGGER passage_insert AFTER INSERT ON passage BEGIN DELETE FROM capture; END`)},
	"a virtual table":         {`the virtual table "v"`, statement(`CREATE VIRTUAL TABLE v USING fts5(a)`)},
	"an index of ours":        {`on a table of ours the index "i"`, statement(`CREATE INDEX i ON capture(abs(capture_id))`)},
	"two of a name": {"damaged", statement(`PRAGMA writable_schema = 1;
		INSERT INTO sqlite_schema SELECT 'view', 'Capture', 'Capture', 0, 'CREATE VIEW Capture AS SELECT 1' FROM meta`)},
	"a schema that does not parse": {"damaged", statement(`PRAGMA writable_schema = 1;
		UPDATE sqlite_schema SET sql = 'CREATE TABLE capture(' WHERE name = 'capture'`)},
	"a wrong type": {"damaged", statement(`PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')')
		WHERE name = 'crawls'`, `UPDATE crawls SET started_at = 7`, `PRAGMA writable_schema = 1;
		UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'crawls'`)},
	"a broken reference":            {"damaged", statement(`PRAGMA foreign_keys = 0; UPDATE capture SET crawl_id = 99`)},
	"a member before its container": {"comes behind", statement(`UPDATE capture SET member_of = (SELECT max(capture_id) FROM capture) WHERE capture_id = 1`)},
	"a time that is none":           {"which is no time", statement(`UPDATE capture SET fetched_at = 'zzz'`)},
	"a time nearly right":           {"which is no time", statement(`UPDATE crawls SET started_at = '2026-1-1'`)},
	"a word of no time":             {"which is no time", statement(`UPDATE annotation SET at = '9'`)},
	"a word that is no number":      {"which is no number", statement(`UPDATE annotation SET verdict = 'misread', value = 'many'`)},
	"a word that is huge":           {"which is no number", statement(`UPDATE annotation SET verdict = 'misread', value = '1e99999999'`)},
	"a word on no column":           {"about no cell", statement(`UPDATE annotation SET verdict = 'misread', value = '7', column_id = 'report_id'`)},
	"a word on half a cell":         {"about no cell", statement(`UPDATE annotation SET verdict = 'misread', value = '7', column_id = NULL`)},
	"a header that is no JSON":      {"which is no JSON", statement(`UPDATE capture SET headers = '{'`)},
	"text that is none":             {"no UTF-8", statement(`UPDATE capture SET status_line = CAST(x'ff' AS TEXT)`)},
	"an address that is none":       {"no UTF-8", statement(`UPDATE address SET url = CAST(x'ff' || url AS TEXT)`)},
	"a huge value":                  {"too big", statement(`UPDATE capture SET headers = printf('"%.*c"', 70000000, 'x') WHERE capture_id = 1`)},
	"another column of our key": {"two columns cannot have one key", func(t *testing.T, path string, into *Archive) string {
		must(t, begin(t, into).SaveSites(t.Context(), []crawler.Site{{Key: "chiping", Name: "某县人民政府", URL: "http://y.gov.cn/"}}))
		return ""
	}},
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// statement makes a hostile archive by statements, each on a connection of its own.
func statement(all ...string) func(*testing.T, string, *Archive) string {
	return func(t *testing.T, path string, _ *Archive) string {
		for _, s := range all {
			alter(t, path, s)
		}
		return ""
	}
}

func TestHostileArchivesAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("makes dozens of archives, one after the other")
	}
	for why, h := range hostile {
		t.Run(why, func(t *testing.T) {
			path := otherArchive(t)
			a := withExtractor(t)
			save(t, begin(t, a), page("http://ours.gov.cn/", "ours", 0))
			if other := h.make(t, path, a); other != "" {
				path = other
			}
			before, file := contents(t, a), files(t, path)
			m, err := a.Merge(t.Context(), path, MergeOptions{})
			if err == nil || !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), h.says) {
				t.Errorf("%+v, %v; it should say: %s", m, err, h.says)
			}
			if diff := cmp.Diff(before, contents(t, a)); diff != "" {
				t.Errorf("the archive changed: %s", diff)
			}
			if diff := cmp.Diff(file, files(t, path)); diff != "" && path != a.path && !strings.Contains(why, "itself") {
				t.Errorf("the other archive changed: %s", diff)
			}
			sound(t, a)
			if _, err := os.Stat(path + "-shm"); err == nil && why == "cut off" {
				t.Error("an immutable file got an index")
			}
		})
	}
}

// A reading that does not unpack, or has cells that no column is for, is not believed: the capture is unread.
func TestForeignReadingsAreChecked(t *testing.T) {
	e, err := zstd.NewWriter(nil)
	must(t, err)
	for why, report := range map[string][]byte{
		"no frame": []byte("x"), "no JSON": e.EncodeAll([]byte("{"), nil),
		"no such column": e.EncodeAll([]byte(`{"Cells":[{"Relation":"sqlite_schema","RowID":"a","ColumnID":"sql","State":"number"}]}`), nil),
		"a bomb":         e.EncodeAll(bytes.Repeat([]byte(" "), maxReading+1), nil),
	} {
		t.Run(why, func(t *testing.T) {
			path := otherArchive(t)
			alter(t, path, fmt.Sprintf(`UPDATE reading SET report = x'%x' WHERE report IS NOT NULL`, report))
			a := withExtractor(t)
			if _, err := a.Merge(t.Context(), path, MergeOptions{}); err != nil {
				t.Fatal(err)
			}
			want(t, a, "0", `SELECT count(*) FROM reports`)
			unread, err := a.Unread(t.Context(), "v1", 0, 9)
			if err != nil || len(unread) == 0 {
				t.Errorf("%d unread, %v", len(unread), err)
			}
			sound(t, a)
		})
	}
}

// Whatever bytes of an archive are overwritten, it is refused, or merged to something sound.
func FuzzForeign(f *testing.F) {
	path := otherArchive(f)
	if err := execAt(path, `PRAGMA journal_mode = DELETE; DELETE FROM divisions; VACUUM`); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for _, at := range []uint32{20, 100, 4096, 5 * 4096, 20 * 4096} {
		f.Add(at, []byte{0xff, 0, 1})
	}
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		data := bytes.Clone(whole)
		copy(data[int(at)%len(data):], patch)
		other := filepath.Join(t.TempDir(), "other.db")
		must(t, os.WriteFile(other, data, 0o644))
		a := withExtractor(t)
		if _, err := a.Merge(t.Context(), other, MergeOptions{}); err == nil {
			sound(t, a)
		} else if !errors.Is(err, ErrForeign) {
			t.Errorf("not refused: %v", err)
		}
	})
}

// A reader runs nothing that a file brings: functions that do more than compute are out of reach of its schema, and nothing
// is written, though the statement asks for it.
func TestReadersAreGuarded(t *testing.T) {
	path := otherArchive(t)
	alter(t, path, `CREATE VIEW mine AS SELECT load_extension('x') AS fingerprint`)
	a, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for query, says := range map[string]string{
		`SELECT fingerprint FROM mine`: "unsafe use of load_extension",
		`DELETE FROM capture`:          "readonly database",
		`SELECT "no such name"`:        "no such column",
	} {
		if _, err := selectTexts(t.Context(), a.read, query); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; it should say: %s", query, err, says)
		}
	}
	for setting, value := range map[string]string{"trusted_schema": "0", "cell_size_check": "1", "mmap_size": "0", "query_only": "1"} {
		if got := ask(t, a, "PRAGMA "+setting); got != value {
			t.Errorf("%s is %q", setting, got)
		}
	}
}

// Seeded patches of an archive, many more than a fuzzer tries in a minute.
func TestPatchedArchives(t *testing.T) {
	path := otherArchive(t)
	alter(t, path, `PRAGMA journal_mode = DELETE; DELETE FROM divisions; VACUUM`)
	whole, err := os.ReadFile(path)
	must(t, err)
	random := rand.New(rand.NewPCG(7, 7))
	merged := 0
	for range patches() {
		data := bytes.Clone(whole)
		for range 1 + random.IntN(3) {
			page := random.IntN(len(data)/4096) * 4096
			at := page + random.IntN(4096)
			if random.IntN(2) == 0 {
				at = page + random.IntN(64) // where the page says what it is
			}
			data[at] ^= byte(1 + random.IntN(255))
		}
		must(t, os.WriteFile(path, data, 0o644))
		a, err := openQuick(t.Context(), filepath.Join(t.TempDir(), "a.db"), Options{Now: testClock(), Extractor: "v1"})
		must(t, err)
		if _, err := a.Merge(t.Context(), path, MergeOptions{}); err == nil {
			sound(t, a)
			merged++
		} else if !errors.Is(err, ErrForeign) {
			t.Errorf("not refused: %v", err)
		}
		must(t, a.Close())
	}
	t.Logf("%d of %d merged", merged, patches())
}

func patches() int {
	if n, err := strconv.Atoi(os.Getenv("NIANBAO_PATCHES")); err == nil {
		return n
	}
	if testing.Short() {
		return 3
	}
	return 30
}
