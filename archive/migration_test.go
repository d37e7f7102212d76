package archive

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// oldArchive unpacks testdata/demo-schema-N.db.zst: what `nianbao demo` made of the last commit with schema N that landed,
// 09c70fe for 1, ed85166 for 2, 52206b5 for 8, c0fb369 for 10. Schemas 3 to 7 never landed, nor did an archive of 9.
func oldArchive(t *testing.T, version string) string {
	t.Helper()
	packed, err := os.ReadFile("testdata/demo-schema-" + version + ".db.zst")
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// An archive that an earlier version made opens in this one, is sound, and every public relation says what it said before:
// the old program's answers are read from the file before it is migrated, by the views that it holds itself.
func TestOldArchivesMigrate(t *testing.T) {
	for _, version := range []string{"1", "2", "8", "10"} {
		t.Run("schema "+version, func(t *testing.T) { migrates(t, version) })
	}
}

func migrates(t *testing.T, version string) {
	path := oldArchive(t, version)
	steps, err := loadMigrations(migrations)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := OpenReader(t.Context(), path); err == nil && version == strconv.Itoa(len(steps)) {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	} else if !errors.Is(err, ErrOutdated) {
		t.Errorf("of schema %s, of %d: %v", version, len(steps), err)
	}
	before, err := connect(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	want(t, before, version, `PRAGMA user_version`)
	said := contents(t, before)
	if err := before.release(); err != nil {
		t.Fatal(err)
	}

	a := openAt(t, path)
	want(t, a, ask(t, openTest(t), `PRAGMA user_version`), `PRAGMA user_version`)
	v := sound(t, a)
	if v.Reports != 4 || v.Captures != 11 {
		t.Errorf("%d reports, %d captures; the demo has 4 and 11", v.Reports, v.Captures)
	}
	if b, err := a.Body(t.Context(), strings.Fields(ask(t, a, `SELECT sha256 FROM reports ORDER BY key LIMIT 1`))[0]); err != nil ||
		len(b.Bytes) == 0 {
		t.Errorf("a body of the old archive: %v", err)
	}
	want(t, a, "125", `SELECT value FROM series WHERE indicator = 'applications_received' AND authority LIKE '%茌平%'`)
	// The end of a site's last complete visit is known; of the demo's sites there is one.
	want(t, a, "1", `SELECT count(*) > 0 AND count(*) = (SELECT count(*) FROM visits WHERE outcome = 'ok') AND min(ended_at = last_ok_at)
		FROM visit_end e JOIN sites s ON s.key = e.site`)
	early := version == "1" || version == "2" // these knew of coverage only what was published, and no series
	for relation, rows := range contents(t, a) {
		if relation == "archive" || early && (relation == "series" || relation == "coverage") {
			continue
		}
		if diff := cmp.Diff(said[relation], rows); diff != "" {
			t.Errorf("%s: %s", relation, diff)
		}
	}
	want(t, a, "338072694625007|2021\n1197745555935179|2022\n1271366111103098|2021\n6818972267655106|2023",
		`SELECT authority_id, year FROM coverage WHERE state = 'published' ORDER BY authority_id`)
	if early && len(said["coverage"]) != 4 {
		t.Errorf("schema %s covered %v", version, said["coverage"])
	}
	fresh := openTest(t)
	const schema = `SELECT type, name, sql FROM sqlite_schema ORDER BY type, name`
	if diff := cmp.Diff(ask(t, fresh, schema), ask(t, a, schema)); diff != "" {
		t.Errorf("the migrated archive has another schema than a new one: %s", diff)
	}
}

// An upgrade that was killed between its views and the columns that reports keep beside them is gone on with: until then nobody reads
// what an older view made.
func TestAnUpgradeCutShortIsOutdated(t *testing.T) {
	path := otherArchive(t)
	alter(t, path, `UPDATE meta SET kept = 'an older one'; UPDATE report SET received = -1`)
	if _, err := OpenReader(t.Context(), path); !errors.Is(err, ErrOutdated) {
		t.Fatalf("to read: %v", err)
	}
	a := openAt(t, path)
	want(t, a, "0", `SELECT count(*) FROM panel WHERE received = -1`)
	sound(t, a)
	must(t, a.Close())
	b, err := OpenReader(t.Context(), path)
	must(t, err)
	must(t, b.Close())
}

// contents are the sorted rows of every public relation. Labels and divisions come from the program, not from the file.
func contents(t *testing.T, a *Archive) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, relation := range publicRelations {
		if relation == "labels" || relation == "divisions" {
			continue
		}
		rows := strings.Split(ask(t, a, `SELECT * FROM `+relation), "\n")
		slices.Sort(rows)
		all[relation] = rows
	}
	return all
}

// Migrations are never edited once released: the first one still makes the tables that the old archive has.
func TestFirstMigrationIsAsReleased(t *testing.T) {
	old := openRaw(t, oldArchive(t, "1"))
	defer old.Close()
	rows, err := old.Query(`SELECT sql FROM sqlite_schema
		WHERE type = 'table' AND sql IS NOT NULL AND name NOT LIKE 'search_%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	first, err := migrations.ReadFile("migrations/0001_archive.sql")
	if err != nil {
		t.Fatal(err)
	}
	spaces := regexp.MustCompile(`\s+`)
	flat := spaces.ReplaceAllString(string(first), " ")
	seen := 0
	for ; rows.Next(); seen++ {
		var sql string
		if err := rows.Scan(&sql); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(flat, spaces.ReplaceAllString(sql, " ")) {
			t.Errorf("no longer in the first migration: %s", sql)
		}
	}
	if err := rows.Err(); err != nil || seen < 20 {
		t.Errorf("%d tables, %v", seen, err)
	}
}
