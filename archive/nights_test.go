package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
)

// An answer that repeats the last one's content in other bytes is unchanged, is no version, and stores no body; the digest
// of what came is kept. If the last answer is another by the time it is saved, the bytes are kept.
func TestSameContentInOtherBytes(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	const url = "http://x.gov.cn/1.html"
	first := save(t, c, page(url, "年报 访问 1", 0))
	again := page(url, "年报 访问 2", 1)
	again.SameAs = first.ID
	if save(t, c, again); again.Outcome != crawler.OutcomeUnchanged {
		t.Errorf("outcome %s", again.Outcome)
	}
	want(t, a, "1", `SELECT count(*) FROM blob`)
	want(t, a, fmt.Sprintf("%s|%d|1|%s", first.SHA256, len(first.Body), again.SHA256),
		`SELECT sha256, bytes, answer_id, received FROM capture WHERE capture_id = 2`)
	w, err := c.LastWhole(t.Context(), "GET", url+"#x", "")
	if err != nil || w.CaptureID != 1 || w.SHA256 != first.SHA256 || !w.At.Equal(again.At) {
		t.Errorf("%+v, %v", w, err)
	}
	if _, body, err := c.WholeBody(t.Context(), w.CaptureID); err != nil || string(body) != "年报 访问 1" {
		t.Errorf("%q, %v", body, err)
	}
	third := save(t, c, page(url, "更正", 2))
	late := page(url, "年报 访问 3", 3)
	late.SameAs = first.ID
	if save(t, c, late); third.Outcome != crawler.OutcomeChanged || late.Outcome != crawler.OutcomeChanged {
		t.Errorf("outcomes %s, %s", third.Outcome, late.Outcome)
	}
	want(t, a, "3", `SELECT count(*) FROM blob`)
	sound(t, a)
}

// A 304 is a row without a body. The validators stay those of the last answer with one, byte for byte.
func TestNotModified(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	const url = "http://x.gov.cn/list/"
	x := page(url, "一", 0)
	x.Header = http.Header{"Etag": {`"a<b>"`}, "X-Name": {"\xc4\xea"}}
	save(t, c, x)
	if w, err := c.LastWhole(t.Context(), "POST", url, ""); err != nil || w.CaptureID != 0 {
		t.Errorf("another method: %+v, %v", w, err)
	}
	n := page(url, "", 5)
	n.Status, n.Outcome, n.SHA256, n.Header = 304, crawler.OutcomeNotModified, "", http.Header{"Etag": {`"other"`}}
	save(t, c, n)
	want(t, a, "not_modified|304||1", `SELECT outcome, http_status, ifnull(sha256, ''), answer_id FROM capture
		WHERE capture_id = 2`)
	want(t, a, "1", `SELECT count(*) FROM blob`)
	w, err := c.LastWhole(t.Context(), "GET", url, "")
	if err != nil || w.CaptureID != 1 || w.Header.Get("ETag") != `"a<b>"` || w.Header.Get("X-Name") != "\xc4\xea" ||
		!w.At.Equal(x.At) {
		t.Errorf("%+v, %v", w, err)
	}
	if at, err := c.LastAnswer(t.Context(), url); err != nil || !at.Equal(n.At) {
		t.Errorf("last answer %v, %v", at, err)
	}
	sound(t, a)
}

func TestHostRests(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	if r, err := c.HostRest(t.Context(), "x.gov.cn"); err != nil || r != (crawler.Rest{}) {
		t.Errorf("%+v, %v", r, err)
	}
	rest := crawler.Rest{Host: "x.gov.cn", Until: captureAt.Add(time.Hour), Failures: 2, Outcome: crawler.OutcomeRate,
		Reason: "429", Since: captureAt}
	for _, r := range []crawler.Rest{{Host: "x.gov.cn", Failures: 1, Outcome: "network"}, rest} {
		if err := c.SaveHostRest(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := begin(t, a).HostRest(t.Context(), "x.gov.cn"); err != nil || r != rest {
		t.Errorf("%+v, %v", r, err)
	}
	if err := c.SaveHostRest(t.Context(), crawler.Rest{Host: "x.gov.cn"}); err != nil {
		t.Fatal(err)
	}
	want(t, a, "0", `SELECT count(*) FROM host_rest`)
}

// A full disk is told from other failures; what could not be written is not there, what was is whole, and the same write
// succeeds when there is room. max_page_count stands for the disk.
func TestFullDisk(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	save(t, c, page("http://x.gov.cn/0", "first", 0))
	limit := func(pages string) {
		t.Helper()
		if _, err := a.write.Exec(`PRAGMA max_page_count = ` + pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // no more than there are
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(i * i >> 7 * (i + 13) >> 3)
	}
	full := page("http://x.gov.cn/1", string(noise)+strings.Repeat(fmt.Sprint(captureAt), 3), 1)
	err := c.SaveCapture(t.Context(), full)
	if !a.IsFull(err) || full.ID != 0 || full.Outcome != crawler.OutcomeOK {
		t.Fatalf("%v; the capture is %d %s", err, full.ID, full.Outcome)
	}
	if a.IsFull(nil) || a.IsFull(errors.New("other")) || a.IsFull(ErrReadOnly) {
		t.Error("another error is taken for a full disk")
	}
	want(t, a, "1", `SELECT count(*) FROM capture`)
	sound(t, a)
	limit("1073741823")
	save(t, c, full)
	want(t, a, "2", `SELECT count(*) FROM capture`)
	sound(t, a)
	if free, err := a.FreeSpace(); err != nil || free <= 0 {
		t.Errorf("%d bytes free, %v", free, err)
	}
}

// The copy is whole and of one moment though captures are being saved, in one file that says what it is; nothing is
// overwritten and nothing is left behind.
func TestBackup(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	ctx, cancel := context.WithCancel(t.Context())
	saved := make(chan int, 1)
	go func() {
		n := 0
		for ; ctx.Err() == nil; n++ {
			x := page(fmt.Sprintf("http://x.gov.cn/b/%d", n), strings.Repeat(fmt.Sprint(n), 5000), n)
			if err := c.SaveCapture(context.Background(), x); err != nil {
				t.Error(err)
				break
			}
		}
		saved <- n
	}()
	dir := t.TempDir()
	file := filepath.Join(dir, "备份 ?#'.db")
	for n := range 3 {
		name := fmt.Sprint(file, n)
		if err := Backup(t.Context(), a.path, name); err != nil {
			t.Fatal(err)
		}
		if err := Backup(t.Context(), a.path, name); !errors.Is(err, ErrExists) {
			t.Errorf("a second time: %v", err)
		}
		b, err := OpenReader(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		v, err := b.Verify(t.Context())
		if err != nil || len(v.Damage) > 0 || v.Reports == 0 {
			t.Errorf("%+v, %v", v, err)
		}
		want(t, b, fmt.Sprintf("delete|%d", newest(t)), `SELECT journal_mode, (SELECT user_version FROM pragma_user_version) FROM pragma_journal_mode`)
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	cancel()
	if n := <-saved; n == 0 {
		t.Error("nothing was saved meanwhile")
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) != 3 {
		t.Errorf("files: %q, %v", names, err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if err := Backup(over, a.path, filepath.Join(dir, "none.db")); err == nil {
		t.Error("a backup that was broken off succeeds")
	}
	if err := Backup(t.Context(), a.path, filepath.Join(dir, "no folder", "x.db")); err == nil {
		t.Error("a folder that is not there")
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 3 {
		t.Errorf("left behind: %v, %v", names, err)
	}
	sound(t, a)
}

// newest is the version of the schema.
func newest(t *testing.T) int {
	t.Helper()
	steps, err := loadMigrations(migrations)
	if err != nil {
		t.Fatal(err)
	}
	return len(steps)
}

// A backup of an archive can be opened for writing and goes on where it was.
func TestBackupIsAnArchive(t *testing.T) {
	a := openTest(t)
	fill(t, a)
	file := filepath.Join(t.TempDir(), "b.db")
	if err := Backup(t.Context(), a.path, file); err != nil {
		t.Fatal(err)
	}
	b := openAt(t, file)
	save(t, begin(t, b), page("http://x.gov.cn/more", "more", 9))
	sound(t, b)
	var mode string
	if err := b.write.QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil && !errors.Is(err, sql.ErrNoRows) || mode != "wal" {
		t.Errorf("journal mode %s, %v", mode, err)
	}
}
