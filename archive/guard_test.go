package archive

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What somebody may have put beside or into an archive that commands read: each is refused when the archive is opened, to
// read or to write, before anything of it is run, and what stands elsewhere stays.
func TestOpeningRefuses(t *testing.T) {
	for why, c := range map[string]struct {
		says string
		make func(t *testing.T, path, elsewhere string)
	}{
		"a log that is a link":     {"no regular file", func(t *testing.T, path, elsewhere string) { link(t, elsewhere, path+"-wal") }},
		"an index that is a link":  {"no regular file", func(t *testing.T, path, elsewhere string) { link(t, elsewhere, path+"-shm") }},
		"a journal that is a link": {"no regular file", func(t *testing.T, path, elsewhere string) { link(t, elsewhere, path+"-journal") }},
		"a lock that is a link":    {"no regular file", func(t *testing.T, path, elsewhere string) { link(t, elsewhere, path+".lock") }},
		"a folder for a log":       {"no regular file", func(t *testing.T, path, _ string) { must(t, os.Mkdir(path+"-wal", 0o777)) }},
		"a journal that deletes": {"which undoing it would delete", func(t *testing.T, path, elsewhere string) {
			alter(t, path, `PRAGMA journal_mode = DELETE`)
			must(t, os.WriteFile(path+"-journal", superJournal(elsewhere), 0o666))
		}},
		"statements behind a statement": {"malformed database schema", func(t *testing.T, path, elsewhere string) {
			alter(t, path, `PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = sql || '; ATTACH ''`+elsewhere+
				`.2'' AS x; CREATE TABLE x.y(z)' WHERE name = 'crawls'`)
		}},
		"a table that computes": {"with an expression", func(t *testing.T, path, _ string) {
			alter(t, path, `CREATE TABLE mine(a CHECK (length(hex(zeroblob(a))) > 0))`)
		}},
		"a column that computes": {"with an expression", func(t *testing.T, path, _ string) {
			alter(t, path, `CREATE TABLE mine(a, b AS (hex(zeroblob(1e8))))`)
		}},
		"an index that computes": {"with an expression", func(t *testing.T, path, _ string) {
			alter(t, path, `CREATE TABLE mine(a); CREATE INDEX i ON mine(abs(a))`)
		}},
		"a trigger": {`the trigger "t"`, func(t *testing.T, path, _ string) {
			alter(t, path, `CREATE TRIGGER t AFTER INSERT ON capture BEGIN DELETE FROM capture; END`)
		}},
		"no version": {"schema 0", func(t *testing.T, path, _ string) { alter(t, path, `PRAGMA user_version = 0`) }},
	} {
		t.Run(why, func(t *testing.T) {
			path := otherArchive(t)
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			must(t, os.WriteFile(elsewhere, []byte("mine"), 0o666))
			c.make(t, path, elsewhere)
			if _, err := OpenReader(t.Context(), path); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("to read: %v; it should say: %s", err, c.says)
			}
			if _, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("to write: %v; it should say: %s", err, c.says)
			}
			if text, err := os.ReadFile(elsewhere); string(text) != "mine" {
				t.Errorf("elsewhere: %q, %v", text, err)
			}
			if _, err := os.Stat(elsewhere + ".2"); err == nil {
				t.Error("a file was made elsewhere")
			}
		})
	}
}

// superJournal is a rollback journal that names another file, as SQLite writes it: a header, and at its end the name with
// its length and sum.
func superJournal(name string) []byte {
	var sum uint32
	for _, c := range []byte(name) {
		sum += uint32(c)
	}
	word := func(n uint32) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }
	head := make([]byte, 512)
	copy(head, journalMagic)
	copy(head[20:], word(512))
	copy(head[24:], word(4096))
	out := append(head, word(0)...)
	out = append(out, name...)
	out = append(out, word(uint32(len(name)))...)
	out = append(out, word(sum)...)
	return append(out, journalMagic...)
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	must(t, os.Symlink(to, name))
}

// A view that is not ours to the letter is not asked: a reader says what to do, a writer makes it anew, whatever the file
// says of its views.
func TestForeignViewsAreNotAsked(t *testing.T) {
	path := otherArchive(t)
	alter(t, path, `DROP VIEW archive; CREATE VIEW archive AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n FROM c)
		SELECT max(n) AS fingerprint FROM c`)
	if _, err := OpenReader(t.Context(), path); !errors.Is(err, ErrOutdated) {
		t.Fatalf("to read: %v", err)
	}
	a, err := Open(t.Context(), path, Options{Now: testClock()})
	must(t, err)
	defer a.Close()
	want(t, a, "1", `SELECT count(*) FROM archive`)
}
