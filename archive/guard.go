package archive

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// ErrOutdated says that another version of the program made the archive, or its views: it has to be brought up to date
// before it can be queried.
var ErrOutdated = errors.New("another version of nianbao made it; bring it up to date with nianbao reextract, or ask a copy " +
	"that you brought up to date")

// errSchema says that the schema is not the one that our migrations make.
var errSchema = errors.New("the schema is not that of an archive")

// beside are the endings of the files that SQLite and the lock have beside an archive.
var beside = []string{"", "-wal", "-shm", "-journal", ".lock"}

// checkFiles refuses an archive of which a file is none: a folder, a pipe that would be waited for, or a link, through
// which what was meant for the archive would be written somewhere else. path is as resolve returns it.
func checkFiles(path string) error {
	for _, ending := range beside {
		info, err := os.Lstat(path + ending)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no regular file", path+ending)
		}
	}
	return checkJournal(path + "-journal")
}

// journalMagic begins a rollback journal and ends one that names another journal (sqlite.org/fileformat2.html, section 3).
var journalMagic = []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}

// checkJournal refuses a rollback journal that names a super-journal: when SQLite rolls it back it deletes the file of that
// name, whatever it is. No archive of ours has one, as we never write two files in one transaction.
func checkJournal(name string) error {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < int64(len(journalMagic)) {
		return err
	}
	end := make([]byte, len(journalMagic))
	if _, err := f.ReadAt(end, info.Size()-int64(len(end))); err != nil && err != io.EOF {
		return err
	}
	if bytes.Equal(end, journalMagic) {
		return fmt.Errorf("%s names another file, which undoing it would delete", name)
	}
	return nil
}

// guarded are the settings of a connection that reads a file which may be damaged, or made to do harm
// (sqlite.org/security.html): it cannot write, functions and virtual tables that do more than compute are out of reach of
// the schema, cells are checked against the size of their page, the file is not mapped into memory, a name that is none
// is no text, and the schema cannot be written.
func guarded() url.Values {
	return url.Values{
		"mode":       {"ro"},
		"_defensive": {"1"},
		"_dqs":       {"0"},
		"_pragma":    {"busy_timeout(10000)", "query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)"},
	}
}

// object is a row of sqlite_schema.
type object struct{ kind, name, table, sql string }

// checkSchema compares the schema with what our migrations make: our tables, their indexes and triggers must be there as we
// wrote them. Views are not looked at: oursToTheLetter does, where they are asked. Plain tables that somebody added are none of
// our business; a trigger, a virtual table or an index on a table of ours is refused, and so is a second thing of a name of
// ours, and whatever has an expression in it, which SQLite's checks would compute. Errors wrap errSchema.
func checkSchema(ctx context.Context, db querier, steps []migration) error {
	ours, err := migrated(ctx, steps)
	if err != nil {
		return err
	}
	theirs, err := objects(ctx, db)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, o := range theirs {
		name := strings.ToLower(o.name)
		if seen[name] {
			return otherSchema("its schema has two things called %q", o.name)
		}
		seen[name] = true
		if wanted, known := ours[name]; known {
			if o != wanted {
				return otherSchema("its %s %q is not as nianbao makes it", wanted.kind, o.name)
			}
			continue
		}
		if why := stranger(o, ours); why != "" {
			return otherSchema("its schema has %s %q, which nianbao does not make", why, o.name)
		}
	}
	for name, o := range ours {
		if !seen[name] {
			return otherSchema("it lacks the %s %q", o.kind, o.name)
		}
	}
	return nil
}

// stranger says what makes an object that is not ours one to keep away from; "" for nothing.
func stranger(o object, ours map[string]object) string {
	statement := strings.ToUpper(strings.TrimSpace(o.sql))
	computed := expressions.MatchString(o.sql)
	_, onOurs := ours[strings.ToLower(o.table)]
	switch {
	case o.kind == "view", isShadow(o.name):
		return ""
	case strings.HasPrefix(o.name, "sqlite_"): // statistics, and the indexes of primary keys
		return ""
	case o.kind == "index" && onOurs:
		return "on a table of ours the index"
	case computed && (o.kind == "table" || o.kind == "index"):
		return "with an expression in it the " + o.kind
	case o.kind == "table" && strings.HasPrefix(statement, "CREATE TABLE"):
		return ""
	case o.kind == "index":
		return ""
	case o.kind == "table":
		return "the virtual table"
	}
	return "the " + o.kind
}

// expressions finds what may be one in a statement that makes a table or index: a CHECK, a generated column, a partial
// index, or parentheses in parentheses.
var expressions = regexp.MustCompile(`(?is)\b(check|generated|as|where)\b|\([^)]*\(`)

// otherSchema is an errSchema.
func otherSchema(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errSchema, fmt.Errorf(format, args...))
}

// isShadow says whether a table is one in which FTS5 keeps the index of search (sqlite.org/fts5.html); nothing but its own code reads it.
func isShadow(name string) bool {
	switch name {
	case "search_data", "search_idx", "search_docsize", "search_config", "search_content":
		return true
	}
	return false
}

// objects are the rows of a database's schema.
func objects(ctx context.Context, db querier) ([]object, error) {
	return selectRows(ctx, db, func(row scanner) (o object, err error) {
		return o, row.Scan(&o.kind, &o.name, &o.table, &o.sql)
	}, `SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema`)
}

// ourSchema are the objects of an archive of this version, views included, by name in lower case.
func ourSchema(ctx context.Context) (map[string]object, error) {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return nil, err
	}
	statements, _, err := loadViews(views)
	if err != nil {
		return nil, err
	}
	all := make([]string, 0, len(steps)+1)
	for _, step := range steps {
		all = append(all, step.sql)
	}
	return makes(ctx, append(all, statements))
}

// migrated are the objects that migrations make, by name in lower case; what SQLite makes itself left out.
func migrated(ctx context.Context, steps []migration) (map[string]object, error) {
	all := make([]string, len(steps))
	for i, step := range steps {
		all[i] = step.sql
	}
	made, err := makes(ctx, all)
	for name, o := range made {
		if o.kind == "view" || strings.HasPrefix(o.name, "sqlite_") || isShadow(o.name) {
			delete(made, name)
		}
	}
	return made, err
}

// makes are the objects that statements make in an empty database.
func makes(ctx context.Context, statements []string) (map[string]object, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return nil, fmt.Errorf("make our own schema: %w", err)
		}
	}
	all, err := objects(ctx, db)
	if err != nil {
		return nil, err
	}
	made := map[string]object{}
	for _, o := range all {
		made[strings.ToLower(o.name)] = o
	}
	return made, nil
}

// oursToTheLetter says whether the database has each view that statements make, as they make it. A view computes whatever
// its statement says, so that of a stranger is never asked. What views somebody has added does not matter: no query of ours
// names them.
func oursToTheLetter(ctx context.Context, db querier, statements string) (bool, error) {
	ours, err := makes(ctx, []string{statements})
	if err != nil {
		return false, err
	}
	theirs, err := objects(ctx, db)
	if err != nil {
		return false, err
	}
	same := 0
	for _, o := range theirs {
		if wanted, known := ours[strings.ToLower(o.name)]; known {
			if o != wanted {
				return false, nil
			}
			same++
		}
	}
	return same == len(ours), nil
}
