package main

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"nianbao/archive"
)

// archiveAttacks are those by registers, archives, and what goes out into terminals, spreadsheets and folders.
func archiveAttacks() []attack {
	var all []attack
	for _, a := range []struct {
		name, rows string
		times      int // that the mark ~ in rows stands for the text behind it, up to the next ~
		says       string
	}{
		{"a path for a key", "../../x,甲,http://127.0.0.1:9/\n", 0, "is not made of a-z"},
		{"escapes and bidi for a key", "\x1b[2J\u202e,甲,http://127.0.0.1:9/\n", 0, "is not made of a-z"},
		{"bytes that are no UTF-8", "a,\xff\x9b31m,http://127.0.0.1:9/\n", 0, "not UTF-8"},
		{"every nanosecond", "a,甲,http://127.0.0.1:9/,@every 1ns\n", 0, "cron"},
		{"a zone without a time", "a,甲,http://127.0.0.1:9/,TZ=0\n", 0, "cron"},
		{"a zone that is a path", "a,甲,http://127.0.0.1:9/,CRON_TZ=../../../etc/passwd 0 2 * * *\n", 0, "cron"},
		{"a range without an end", "a,甲,http://127.0.0.1:9/,0 0-4294967295 * * *\n", 0, "cron"},
		{"steps of nothing", "a,甲,http://127.0.0.1:9/,*/0 * * * *\n", 0, "cron"},
		{"a file for an address", "a,甲,file:///etc/passwd\n", 0, "url"},
		{"a quote without an end", "a,\"~甲\n~", 1 << 20, "register"},
		{"a row of 17 MB", "a,~x~,http://127.0.0.1:9/\n", 17 << 20, "larger than"},
		{"a selector a million deep", "a,甲,http://127.0.0.1:9/,,,,~:not(~\n", 1 << 20, "items"},
		{"a path a million steps long", "a,甲,http://127.0.0.1:9/,,,,$~.a[*]~\n", 1 << 20, "items"},
		{"a template of a million pages", "a,甲,http://127.0.0.1:9/,,,,,~{page}~\n", 1 << 20, "pages"},
	} {
		all = append(all, attack{class: "register", name: a.name, run: func(v *victim) string {
			v.file("sites.csv", []byte("key,name,url,cron,region,system,items,pages\n"+padded(repeated(a.rows, a.times), 8)))
			for _, args := range [][]string{{"sites"}, {"crawl", "--allow-private", "--delay", "0s"}} {
				r := v.nianbao(append(args, "--sites", "sites.csv")...)
				if r.status != statusUsage || !strings.Contains(r.stderr, a.says) {
					v.Errorf("%s: exit status %d, it should say %s: %.300s", args[0], r.status, a.says, r.stderr)
				}
			}
			return "refused with its line"
		}})
	}
	for _, a := range []struct{ name, text string }{
		{"SQL", `甲'); DROP TABLE report; --`}, {"escapes", "甲\x1b]0;owned\a\x1b[31m"}, {"C1 and DEL", "甲\u009b31m\x7f\u0085"},
		{"bidi", "甲\u202etxt.exe\u2066"}, {"NUL", "甲\x00乙"}, {"lines", "甲\nlevel=ERROR msg=forged\rlevel=ERROR"},
		{"separators of lines", "甲\u2028乙\u2029"}, {"a formula", `=HYPERLINK("http://evil.example/","甲")`},
		{"a full-width formula behind what is not seen", "\ufeff \u200b＝cmd|' /C calc'!A0"},
	} {
		all = append(all, attack{class: "register", name: a.name + " in name and note", run: func(v *victim) string { return hostileName(v, a.text) }})
	}
	for _, a := range []struct {
		name, lines string
		times       int
		says        string
	}{
		{"SQL for a cell", "{sha},\"applications'; DROP TABLE cell; --\",granted,total,misread,1,x,\n", 0, "applications'"},
		{"a number of a billion digits", "{sha},applications,granted,total,misread,1e999999999,x,\n", 0, "value"},
		{"a fraction of a billion digits", "{sha},applications,granted,total,misread,1e-999999999,x,\n", 0, "value"},
		{"bytes that are no UTF-8", "{sha},applications,granted,total,confirmed,,\xff\x9b,\n", 0, "no UTF-8"},
		{"escapes for a verdict", "{sha},applications,granted,total,\x1b[31mconfirmed,,x,\n", 0, "verdict"},
		{"a line of 17 MB", "{sha},applications,granted,total,confirmed,,x,~x~\n", 17 << 20, "larger than"},
		{"fields without end", "{sha}~,~\n", 1 << 22, "fields"},
	} {
		all = append(all, attack{class: "annotations", name: a.name, run: func(v *victim) string {
			lines := strings.ReplaceAll(repeated(a.lines, a.times), "{sha}", v.query(`SELECT sha256 FROM reports ORDER BY key LIMIT 1`)[0])
			v.file("a.csv", []byte("sha256,relation,row_id,column_id,verdict,value,by,note\n"+lines))
			if r := v.nianbao("annotate", "a.csv"); r.status != statusUsage || !strings.Contains(r.stderr, a.says) {
				v.Errorf("exit status %d, it should say %s: %.300s", r.status, a.says, r.stderr)
			}
			return "refused, nothing is taken"
		}})
	}
	all = append(all, attack{class: "annotations", name: "escapes, SQL and a formula for a note", run: hostileNote})
	return append(append(all, foreignArchives()...), outputs()...)
}

// repeated repeats what stands between two marks ~. What is large is made when its attack is played, as the memory of this
// process counts for the commands that it starts until they run.
func repeated(text string, times int) string {
	head, rest, ok := strings.Cut(text, "~")
	if !ok {
		return text
	}
	unit, tail, _ := strings.Cut(rest, "~")
	return head + strings.Repeat(unit, times) + tail
}

// padded brings each row of a register to so many columns.
func padded(rows string, columns int) string {
	var out strings.Builder
	for line := range strings.Lines(rows) {
		line = strings.TrimSuffix(line, "\n")
		out.WriteString(line + strings.Repeat(",", max(0, columns-1-strings.Count(line, ","))) + "\n")
	}
	return out.String()
}

// hostileName crawls with a name and a note that say something else than an authority's name: both are kept as they are,
// and harm nobody who looks at them or opens them in a spreadsheet.
func hostileName(v *victim, text string) string {
	var register bytes.Buffer
	w := csv.NewWriter(&register)
	if err := w.WriteAll([][]string{{"key", "name", "url", "note"}, {"evil", text, "http://127.0.0.1:9/", text}}); err != nil {
		v.Fatal(err)
	}
	v.file("sites.csv", register.Bytes())
	v.nianbao("sites", "--sites", "sites.csv")
	r := v.nianbao("crawl", "--sites", "sites.csv", "--allow-private", "--delay", "0s", "--timeout", "1s", "-v")
	if r.status != statusPartly {
		v.Errorf("exit status %d: %s", r.status, r.stderr)
	}
	if forged := strings.Contains("\n"+r.stderr, "\nlevel=ERROR"); forged {
		v.Errorf("a line of the log is forged: %s", r.stderr)
	}
	read := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") } // RFC 4180 has no other line ends
	if got := v.query(`SELECT name FROM sites WHERE key = 'evil'`); strings.Join(got, "") != strings.TrimSpace(read(text)) {
		v.Errorf("%q is kept as %q", text, got)
	}
	v.spreadsheets()
	return "kept as it is, shown harmless"
}

// hostileNote annotates with texts that mean something elsewhere.
func hostileNote(v *victim) string {
	sha := v.query(`SELECT sha256 FROM reports ORDER BY key LIMIT 1`)[0]
	text := "=1+1'); DROP TABLE cell; --\x1b[2J\u202e"
	v.file("a.csv", []byte("sha256,relation,row_id,column_id,verdict,value,by,note\n"+sha+",,,,confirmed,,\""+text+"\",\""+text+"\"\n"))
	if r := v.nianbao("annotate", "a.csv"); r.status != statusOK {
		v.Errorf("exit status %d: %s", r.status, r.stderr)
	}
	if got := v.query(`SELECT note FROM annotations`); len(got) != 1 || got[0] != text {
		v.Errorf("kept as %q", got)
	}
	v.spreadsheets()
	return "kept as it is, shown harmless"
}

// spreadsheets exports for spreadsheets and looks at every field and cell: none is a formula.
func (v *victim) spreadsheets(where ...string) {
	v.Helper()
	if r := v.nianbao(append([]string{"export", "csv", "--excel", "--out", "sheets"}, where...)...); r.status != statusOK {
		v.Fatalf("export csv: exit status %d: %s", r.status, r.stderr)
	}
	if r := v.nianbao(append([]string{"export", "xlsx", "--out", "book"}, where...)...); r.status != statusOK {
		v.Fatalf("export xlsx: exit status %d: %s", r.status, r.stderr)
	}
	files, err := filepath.Glob(filepath.Join(v.dir, "sheets", "*.csv"))
	if err != nil || len(files) == 0 {
		v.Fatal("no CSV files", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			v.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		f.Close()
		if err != nil {
			v.Fatalf("%s: %v", name, err)
		}
		for _, row := range rows {
			for _, field := range row {
				field = strings.TrimLeft(field, "\ufeff\u200b\"\x00 \n\r\t")
				if field != "" && strings.ContainsAny(field[:1], "=+@") || strings.HasPrefix(field, "＝") {
					v.Errorf("%s: %q", name, field)
				}
			}
		}
	}
	book, err := zip.OpenReader(filepath.Join(v.dir, "book", "nianbao.xlsx"))
	if err != nil {
		v.Fatal(err)
	}
	defer book.Close()
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			v.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			v.Fatal(err)
		}
		for _, bad := range []string{"<f>", "<f ", "<hyperlink", "externalLink", "oleObject", "ddeLink"} {
			if bytes.Contains(text, []byte(bad)) {
				v.Errorf("%s of the workbook has %s", part.Name, bad)
			}
		}
	}
}

// theirs is a copy of the archive as somebody else gives it away, changed by statements.
func (v *victim) theirs(statements ...string) string {
	v.Helper()
	data, err := os.ReadFile(filepath.Join(v.dir, "nianbao.db"))
	if err != nil {
		v.Fatal(err)
	}
	path := v.file("theirs.db", data)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		v.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range append([]string{`PRAGMA journal_mode = DELETE`, `PRAGMA foreign_keys = 0`}, statements...) {
		if _, err := db.Exec(s); err != nil {
			v.Fatalf("%.200s: %v", s, err)
		}
	}
	return path
}

// everyCommand runs each command that opens an archive on somebody else's, those that only read it first; with brief one for
// each way of opening it.
func (v *victim) everyCommand(path string, brief bool) []reply {
	v.Helper()
	register := v.file("none.csv", []byte("key,name,url\nnone,甲,http://127.0.0.1:9/\n"))
	v.file("words.csv", []byte("sha256,relation,row_id,column_id,verdict,value,by,note\n"))
	report, url := v.query(`SELECT report_id FROM reports ORDER BY key LIMIT 1`)[0], v.query(`SELECT url FROM reports ORDER BY key LIMIT 1`)[0]
	commands := [][]string{{"stats"}, {"export", "slim", "--out", "o1"}, {"backup", "copy.db"}, {"verify"}, {"reextract", "--all"}}
	if !brief {
		commands = [][]string{
			{"stats"}, {"schema"}, {"get", report}, {"history", url}, {"diff", report}, {"annotate", "--template"},
			{"export", "datapackage", "--out", "o1"}, {"export", "xlsx", "--out", "o2"}, {"export", "parquet", "--out", "o3"},
			{"export", "warc", "--out", "o4"}, {"export", "slim", "--without-contacts", "--out", "o5"}, {"backup", "copy.db"}, {"verify"},
			{"reextract", "--all"}, {"annotate", "words.csv"},
			{"crawl", "--sites", register, "--allow-private", "--delay", "0s", "--timeout", "1s"},
		}
	}
	var all []reply
	for _, args := range commands {
		all = append(all, v.nianbao(append(args, "--archive", path)...))
	}
	return append(all, v.nianbao("import", path))
}

// foreign is an attack by an archive that every command is given; says is what a command that refuses it says, "" for
// anything; all tells that every command must refuse it.
func foreign(name, says string, all bool, forge func(v *victim) string) attack {
	return attack{class: "archive", name: name, run: func(v *victim) string {
		refused := 0
		replies := v.everyCommand(forge(v), all)
		for _, r := range replies {
			if r.status == statusOK || r.status == statusPartly && !all {
				continue
			}
			refused++
			if !strings.Contains(r.stdout+r.stderr, says) {
				v.Errorf("it should say %s: %.500s%.500s", says, r.stdout, r.stderr)
			}
		}
		if all && refused < len(replies) {
			for _, r := range replies {
				if r.status == statusOK {
					v.Errorf("not refused: %.300s%.300s", r.stdout, r.stderr)
				}
			}
		}
		return fmt.Sprintf("%d of %d commands refuse", refused, len(replies))
	}}
}

// altered is a foreign attack by statements.
func altered(name, says string, all bool, statements ...string) attack {
	return foreign(name, says, all, func(v *victim) string { return v.theirs(statements...) })
}

const endless = `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT `

func foreignArchives() []attack {
	var many strings.Builder // a frame of 1 GB, in some kB
	w, err := zstd.NewWriter(&many)
	if err != nil {
		panic(err)
	}
	zeros := make([]byte, 1<<20)
	for range 1 << 10 {
		_, _ = w.Write(zeros) // into memory
	}
	_ = w.Close()
	gigabyte := fmt.Sprintf("x'%x'", many.String())
	terabyte := fmt.Sprintf("x'%x'", append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0}, 1, 0, 0))
	all := []attack{
		altered("a view that never ends", "another version of nianbao", false, `DROP VIEW reports`,
			`CREATE VIEW reports AS `+endless+`max(n) AS report_id FROM c`),
		altered("a view that takes all memory", "another version of nianbao", false, `DROP VIEW captures`,
			`CREATE VIEW captures AS SELECT hex(zeroblob(900000000)) AS capture_id, hex(zeroblob(900000000)) AS url`),
		altered("a view for a table", "not as nianbao makes it", true, `DROP TABLE host_rest`,
			`CREATE VIEW host_rest AS `+endless+`max(n) AS host FROM c`),
		altered("a table for a view", "", false, `DROP VIEW reports`, `CREATE TABLE reports(report_id)`),
		altered("a trigger that deletes", `the trigger "t"`, true,
			`CREATE TRIGGER t AFTER INSERT ON capture BEGIN DELETE FROM report; END`),
		altered("a trigger that lies about a view", `the trigger "t"`, true,
			`CREATE TRIGGER t INSTEAD OF INSERT ON captures BEGIN DELETE FROM report; END`),
		altered("a generated column that computes for hours", "not as nianbao makes it", true, `PRAGMA writable_schema = 1`,
			`UPDATE sqlite_schema SET sql = replace(sql, 'until TEXT NOT NULL', 'until TEXT AS (hex(zeroblob(1e8)))') WHERE name = 'host_rest'`),
		altered("a check that computes for hours", "with an expression", true,
			`CREATE TABLE mine(a CHECK (a IS NULL OR length(hex(zeroblob(5e8))) > 0))`, `INSERT INTO mine VALUES (NULL)`),
		altered("an index that computes for hours", "on a table of ours", true, `CREATE INDEX i ON report(abs(report_id))`),
		altered("a virtual table", "virtual table", true, `CREATE VIRTUAL TABLE v USING fts5(a)`),
		altered("a schema that does not parse", "malformed", true, `PRAGMA writable_schema = 1`,
			`UPDATE sqlite_schema SET sql = 'CREATE TABLE report(' WHERE name = 'report'`),
		altered("a schema that runs more than it makes", "", true, `PRAGMA writable_schema = 1`,
			`UPDATE sqlite_schema SET sql = sql || '; ATTACH ''../outside.db'' AS x; CREATE TABLE x.t(a)' WHERE name IN ('crawls', 'reports', 'field')`),
		altered("two tables on one root", "", false, `PRAGMA writable_schema = 1`,
			`UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'capture') WHERE name = 'report'`),
		altered("another application", "another program", true, `PRAGMA application_id = 7`),
		altered("a version to come", "use a newer nianbao", true, `PRAGMA user_version = 4000`),
		altered("a version before the first", "schema", true, `PRAGMA user_version = -1`),
		altered("a note that lies about version and views", "", false, `UPDATE meta SET schema = 99, views = 'x', slim = 0, series = 'x', fingerprint = 'x'`),
		altered("a frame that states a terabyte", "", false, `UPDATE blob SET codec = 'zstd', base = NULL, data = `+terabyte),
		altered("a frame of a gigabyte", "", false, `UPDATE blob SET codec = 'zstd', base = NULL, data = `+gigabyte),
		altered("a body of less than nothing", "", false, `UPDATE blob SET bytes = -1`),
		altered("a body of all that is", "", false, `UPDATE blob SET bytes = 9223372036854775807`),
		altered("bodies packed in a circle", "", false, `UPDATE blob SET codec = 'zstd', base = (SELECT min(sha256) FROM blob o WHERE o.sha256 > blob.sha256)`,
			`UPDATE blob SET base = (SELECT min(sha256) FROM blob) WHERE base IS NULL`),
		altered("bodies packed against themselves", "", false, `UPDATE blob SET codec = 'zstd', base = sha256`),
		altered("readings of a gigabyte", "", false, `UPDATE reading SET report = `+gigabyte+` WHERE report IS NOT NULL`),
		altered("readings that state a terabyte", "", false, `UPDATE reading SET report = `+terabyte+` WHERE report IS NOT NULL`),
		altered("a title of 70 MB", "", false, `UPDATE report SET title = printf('%.*c', 70000000, '=')`),
		altered("a hundred thousand findings", "", false, `INSERT INTO findings(report_id, rule, severity, message) SELECT (SELECT min(report_id) FROM report), 'x', 'doubt', 'x'
			FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 100000) SELECT n FROM c)`),
		altered("a full text index of noise", "", false, `UPDATE search_data SET block = randomblob(length(block)) WHERE id > 10`),
		altered("a full text index without a structure", "", false, `UPDATE search_data SET block = x'ffffffffffffffffffffffff' WHERE id = 10`),
		altered("redirects a hundred thousand deep", "", false, `UPDATE capture SET redirects = replace(hex(zeroblob(50000)), '0', '[')`),
		altered("headers that break lines", "", false, `UPDATE capture SET headers = '{"X":["a\r\n\r\nHTTP/1.1 200 OK\r\nWARC/1.1"],"Y\r\nWARC-Type: response":["\u001b[2J"]}',
			status_line = '200 OK'||char(13,10)||'WARC/1.1'||char(13,10), final_url = final_url||char(13,10)||'WARC-Target-URI: x'`),
		altered("names that are paths", "", false, `UPDATE file SET name = '../../../../tmp/evil'`, `UPDATE report SET key = '../../'||key, site = '../..'`,
			`UPDATE attached SET name = '/etc/passwd'`, `UPDATE address SET url = 'file:///etc/passwd#'||address_id WHERE address_id > 3`),
		altered("times that are none", "", false, `UPDATE capture SET fetched_at = 'yesterday'`, `UPDATE crawls SET started_at = char(27)||'[2J', finished_at = NULL`),
		foreign("escapes, formulas and SQL in every text", "", false, func(v *victim) string {
			path := v.theirs()
			everyText(v, path, "=1+1'); DROP TABLE report; --\x1b[2J\u202e\u009b31m\n\r\u2028\x00")
			return path
		}),
		foreign("bytes that are no text in every text", "", false, func(v *victim) string {
			path := v.theirs()
			everyText(v, path, "\xff\xfe\x9b31m\xe5")
			return path
		}),
		foreign("half of a file", "", false, func(v *victim) string {
			path := v.theirs()
			info, err := os.Stat(path)
			if err == nil {
				err = os.Truncate(path, info.Size()/2/4096*4096)
			}
			if err != nil {
				v.Fatal(err)
			}
			return path
		}),
		foreign("a log of noise", "", false, func(v *victim) string {
			path := v.theirs(`PRAGMA journal_mode = WAL`)
			v.file("theirs.db-wal", bytes.Repeat([]byte{0x37, 0x7f, 0x06, 0x82, 0, 0x2d, 0xe2, 0x18, 0xff}, 9999))
			return path
		}),
		foreign("a log that is a link elsewhere", "no regular file", true, func(v *victim) string { return v.linked("-wal") }),
		foreign("a lock that is a link elsewhere", "no regular file", true, func(v *victim) string { return v.linked(".lock") }),
		foreign("a journal that deletes another file", "", true, func(v *victim) string {
			path, other := v.theirs(), v.file("precious", []byte("precious"))
			v.file("theirs.db-journal", deletingJournal(other))
			v.Cleanup(func() {
				if text, err := os.ReadFile(other); string(text) != "precious" {
					v.Errorf("the other file: %q, %v", text, err)
				}
			})
			return path
		}),
		foreign("a pipe for an archive", "", true, func(v *victim) string { return v.pipe("theirs.db") }),
		foreign("a pipe for a log", "no regular file", true, func(v *victim) string {
			path := v.theirs()
			v.pipe("theirs.db-wal")
			return path
		}),
		foreign("a folder for an archive", "", false, func(v *victim) string {
			v.file("theirs.db/x", nil)
			return filepath.Join(v.dir, "theirs.db")
		}),
		foreign("a device for an archive", "", true, func(*victim) string { return "/dev/zero" }),
	}
	for _, kind := range []struct {
		name string
		byte
	}{{"an inner page of an index", 2}, {"an inner page of a table", 5}, {"a leaf of an index", 10}, {"a leaf of a table", 13}, {"a page without a kind", 0}} {
		all = append(all, foreign("noise on "+kind.name, "", false, func(v *victim) string { return v.noise(kind.byte) }))
	}
	return all
}

// everyText writes a text into every column of texts that takes it.
func everyText(v *victim, path, text string) {
	v.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=ignore_check_constraints(1)&_pragma=foreign_keys(0)")
	if err != nil {
		v.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'TEXT'
		AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('blob', 'meta') AND c.name NOT IN ('sha256', 'fetched_at')`)
	if err != nil {
		v.Fatal(err)
	}
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		if err := rows.Scan(&c[0], &c[1]); err != nil {
			v.Fatal(err)
		}
		columns = append(columns, c)
	}
	rows.Close()
	written := 0
	for _, c := range columns { // one that must be unique, or JSON, keeps what it has
		if _, err := db.Exec(`UPDATE "`+c[0]+`" SET "`+c[1]+`" = CAST(? AS TEXT)`, []byte(text)); err == nil {
			written++
		}
	}
	if written < 60 {
		v.Errorf("only %d columns took the text", written)
	}
}

// linked is an archive with a link to a file elsewhere in place of one of its own.
func (v *victim) linked(ending string) string {
	v.Helper()
	path, other := v.theirs(), v.file("precious", []byte("precious"))
	if err := os.Remove(path + ending); err != nil && !errors.Is(err, os.ErrNotExist) {
		v.Fatal(err)
	}
	if err := os.Symlink(other, path+ending); err != nil {
		v.Fatal(err)
	}
	v.Cleanup(func() {
		if text, err := os.ReadFile(other); string(text) != "precious" {
			v.Errorf("the other file: %q, %v", text, err)
		}
	})
	return path
}

func (v *victim) pipe(name string) string {
	v.Helper()
	path := filepath.Join(v.dir, name)
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		v.Fatal(err)
	}
	return path
}

// noise overwrites the second half of each page of a kind but the first.
func (v *victim) noise(kind byte) string {
	v.Helper()
	path := v.theirs()
	data, err := os.ReadFile(path)
	if err != nil {
		v.Fatal(err)
	}
	n := 0
	for at := 4096; at+4096 <= len(data); at += 4096 {
		if data[at] == kind {
			copy(data[at+5:], bytes.Repeat([]byte{0xa5, 0x01, 0xff}, 1000))
			n++
		}
	}
	if n == 0 {
		v.Errorf("no page of kind %d", kind)
	}
	return v.file("theirs.db", data)
}

// deletingJournal is a rollback journal that names another file, which SQLite deletes when it has undone it.
func deletingJournal(name string) []byte {
	magic := []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}
	word := func(n int) []byte { return []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }
	sum := 0
	for _, c := range []byte(name) {
		sum += int(c)
	}
	out := append(bytes.Clone(magic), bytes.Repeat([]byte{0}, 512-len(magic))...)
	copy(out[20:], word(512))
	copy(out[24:], word(4096))
	out = append(out, word(0)...)
	out = append(append(out, name...), word(len(name))...)
	return append(append(out, word(sum)...), magic...)
}

// outputs are attacks on what reads what the program writes.
func outputs() []attack {
	hostile := "=cmd|' /C calc'!A0 某县2023年政府信息公开工作年度报告\x1b[2J\u202e\u009b31m\u2028../../x"
	return []attack{
		{class: "output", name: "titles of a site, in every log and export", run: func(v *victim) string { return hostileSite(v, hostile) }},
		{class: "output", name: "a document of controls, printed as JSON", run: func(v *victim) string {
			v.file("x.html", []byte("<meta charset=utf-8><title>"+hostile+"</title><h1>"+hostile+"</h1><p>2023年\xff\xfe收到申请\u202e5件\u009b。</p>"+
				"<table><tr><th>信息内容<th>本年制发件数<th>本年废止件数<th>现行有效件数<tr><td>规章<td>=1+1\x1b[2J<td>\u20282<td>3</table>"))
			if r := v.nianbao("extract", "x.html"); !json.Valid([]byte(r.stdout)) || !utf8.ValidString(r.stdout) || strings.Count(r.stdout, "\n") != 1 {
				v.Errorf("exit status %d: %.500s", r.status, r.stdout)
			}
			v.nianbao("extract", "--format", "csv", "x.html")
			return "one line of JSON"
		}},
		{class: "output", name: "names of files and arguments", run: func(v *victim) string {
			name := "\x1b]0;owned\a\u202e\n年报.html"
			v.file(name, []byte("<title>x</title>"))
			v.nianbao("import", name)
			v.nianbao("import", "--dry-run", v.dir)
			v.nianbao("extract", name, "\x1b[31mnot there")
			for _, args := range [][]string{{"get"}, {"diff"}, {"history"}, {"\x1b[2J"}, {"export"}, {"crawl", "--sites"}} {
				if r := v.nianbao(append(args, name)...); r.status == statusOK {
					v.Errorf("%q: exit status 0", args)
				}
			}
			return "shown"
		}},
		{class: "output", name: "SQL for a choice", run: func(v *victim) string {
			for _, args := range [][]string{
				{"get", "' OR 1=1 --"}, {"diff", "1 OR 1=1"}, {"history", "http://x/' UNION SELECT * FROM blob --"},
				{"export", "csv", "--where", "site=x' OR '1'='1"}, {"export", "csv", "--where", "year=2023); DROP TABLE report"},
				{"export", "csv", "--where", "region=37%"}, {"export", "csv", "--relation", `reports"; DROP TABLE report; --`},
				{"export", "csv", "--relation", "sqlite_schema"}, {"export", "xlsx", "--report", "x' OR 1=1 --"},
				{"export", "datapackage", "--license", "x\", \"y\": \"z"}, {"annotate", "--template", "--rule", "x' OR 1=1 --"},
			} {
				if r := v.nianbao(args...); r.status != statusUsage && !(args[0] == "annotate" && strings.Count(r.stdout, "\n") == 1) {
					v.Errorf("%q: exit status %d: %.300s%.300s", args, r.status, r.stdout, r.stderr)
				}
			}
			return "refused, or found by nobody"
		}},
		{class: "output", name: "links planted where an export goes", run: func(v *victim) string {
			other := v.file("precious", []byte("precious"))
			for _, name := range []string{"reports.csv", "cells.csv", "nianbao-slim.db", "nianbao.warc.gz", "nianbao.xlsx", "reports.parquet"} {
				v.file("out/keep", nil)
				if err := os.Symlink(other, filepath.Join(v.dir, "out", name)); err != nil {
					v.Fatal(err)
				}
			}
			for _, format := range []string{"csv", "xlsx", "parquet", "warc", "slim"} {
				if r := v.nianbao("export", format, "--out", "out"); r.status != statusUsage {
					v.Errorf("%s into a folder with files: exit status %d", format, r.status)
				}
				if r := v.nianbao("export", format, "--out", "out", "--force"); r.status != statusOK {
					v.Errorf("%s: exit status %d: %s", format, r.status, r.stderr)
				}
			}
			if err := os.Symlink(filepath.Join(v.dir, "new"), filepath.Join(v.dir, "copy.db")); err != nil {
				v.Fatal(err)
			}
			if r := v.nianbao("backup", "copy.db"); r.status != statusUsage {
				v.Errorf("backup over a link: exit status %d", r.status)
			}
			if text, err := os.ReadFile(other); string(text) != "precious" {
				v.Errorf("the other file: %q, %v", text, err)
			}
			return "links are replaced, not followed"
		}},
		{class: "output", name: "labels of metrics", run: func(v *victim) string {
			w := &watch{captures: map[string]int64{}, visits: map[string]int64{}, runs: map[string]int64{}, due: func() int { return 0 }}
			w.captured("x\"} 1\nforged{a=\"\\")
			for line := range strings.Lines(w.text(archive.Figures{})) {
				if strings.HasPrefix(line, "forged") {
					v.Errorf("a metric is forged: %s", line)
				}
			}
			return "escaped"
		}},
	}
}

// hostileSite crawls a column whose titles, headers and errors are hostile, and looks at what log, summary, notification and
// exports make of them.
func hostileSite(v *victim, title string) string {
	var told []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/hook":
			told, _ = io.ReadAll(io.LimitReader(r.Body, 1<<20)) // what does not come is not JSON
		case "/list/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<title>政府信息公开年报</title><ul><li><a href='/list/1.html' title=\"%s\">%s</a> 2024-01-20</li><li><a href='/list/2.html'>某县2022年政府信息公开工作年度报告\x1b[2J</a></li></ul>", title, title)
		case "/list/1.html":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Disposition", "inline; filename=\"../../../evil\x9b.html\"")
			fmt.Fprintf(w, "<title>%s</title><meta name=ArticleTitle content=\"%s\"><h1>%s</h1><p>2023年，收到申请5件\x1b[2J。联系人：=1+1</p>", title, title, title)
		default:
			w.Header().Set("Location", "/\x1b[31m\u202e")
			w.WriteHeader(http.StatusFound)
		}
	}))
	defer server.Close()
	v.file("sites.csv", []byte("key,name,url\nevil,某县人民政府,"+server.URL+"/list/\n"))
	for _, format := range []string{"text", "json"} {
		r := v.nianbao("crawl", "--sites", "sites.csv", "--allow-private", "--delay", "0s", "--recheck", "0s", "-v", "--log-format", format,
			"--notify", server.URL+"/hook")
		if format == "json" {
			for line := range strings.Lines(r.stderr) {
				if strings.HasPrefix(line, "{") != json.Valid([]byte(line)) {
					v.Errorf("a line of the log is no JSON: %s", line)
				}
			}
		}
	}
	if !json.Valid(told) {
		v.Errorf("what is notified is no JSON: %q", told)
	}
	v.nianbao("stats")
	v.nianbao("history", server.URL+"/list/1.html")
	v.nianbao("probe", "--allow-private", server.URL+"/list/")
	v.spreadsheets()
	if found := v.query(`SELECT count(*) FROM links WHERE site = 'evil' AND title LIKE '%calc%'`); found[0] == "0" {
		v.Error("the title did not come in")
	}
	return "kept as it is, shown harmless"
}
