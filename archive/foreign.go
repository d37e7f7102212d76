package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrForeign says that another archive cannot be merged as it is: what the error around it says about it is a fact of that
// file, not a fault of this machine.
var ErrForeign = errors.New("the archive is not merged")

// guest is somebody else's archive, open to be read once. Nothing that its schema may hold is run: only tables are read
// whose statements are ours to the letter.
type guest struct {
	archive *Archive  // for bodies, which are the same in every state of the archive
	conn    *sql.Conn // for rows
	tx      *sql.Tx   // one state of them
	copied  string    // folder of the copy that is read in place of it; "" for none
}

// refused is an ErrForeign.
func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrForeign, fmt.Errorf(format, args...))
}

// openForeign opens the archive at path after it has looked at everything that SQLite can check without running what the
// file brings. The file is never written: one of an older schema, or with runs that died, is copied into a temporary folder
// and brought up to date there.
//
// Errors that wrap ErrForeign: it is into itself; no archive; of a newer schema; being written; slim; damaged.
func openForeign(ctx context.Context, path string, into *Archive) (*guest, error) {
	real, err := filepath.Abs(path)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return nil, err
	}
	if err := approach(real, into); err != nil {
		return nil, err
	}
	f, stale, err := examine(ctx, real)
	if err != nil || !stale {
		return f, err
	}
	defer f.close()
	return f.renewed(ctx, into.now)
}

// approach looks at the file without opening it as a database.
func approach(path string, into *Archive) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return refused("it is no file")
	}
	if own, err := os.Stat(into.path); err == nil && os.SameFile(info, own) {
		return refused("it is the archive itself")
	}
	if err := checkFiles(path); err != nil {
		return refused("%w", err)
	}
	if left, err := os.Stat(path + "-journal"); err == nil && left.Size() > 0 {
		return refused("a run that was killed left %s-journal; let nianbao verify put the archive in order first", path)
	}
	return notInUse(path)
}

// notInUse refuses an archive that a process writes: its runs are not over.
func notInUse(path string) error {
	if _, err := os.Stat(path + ".lock"); err != nil {
		return nil // nobody ever wrote it here
	}
	lock := flock.New(path+".lock", flock.SetFlag(os.O_RDONLY))
	free, err := lock.TryRLock()
	if err != nil {
		return nil // a lock that cannot be asked says nothing
	}
	if !free {
		return refused("another process is writing it; wait until that ends, or import a backup")
	}
	return lock.Unlock()
}

// examine opens the file and checks it. stale says that it is sound, and to be brought up to date before it is merged.
func examine(ctx context.Context, path string) (f *guest, stale bool, err error) {
	f = &guest{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	if f.archive, err = connectForeign(path); err != nil {
		return f, false, err
	}
	if f.conn, err = f.archive.read.Conn(ctx); err != nil {
		return f, false, foreignError(err)
	}
	if f.tx, err = f.conn.BeginTx(ctx, nil); err != nil {
		return f, false, foreignError(err)
	}
	if stale, err = f.check(ctx); err != nil {
		return f, false, foreignError(err)
	}
	return f, stale, f.limit()
}

// foreignError blames the file for what SQLite finds wrong with it.
func foreignError(err error) error {
	var failure *sqlite.Error
	if errors.As(err, &failure) && !DiskFailed(err) &&
		(isDamage(failure.Code()) || failure.Code()&0xff == sqlite3.SQLITE_TOOBIG) {
		return refused("damaged: %w", err)
	}
	return err
}

// connectForeign is connect for a file of which nobody knows where it has been. One that has no log beside it is read as
// immutable: SQLite then makes no file beside it, either.
func connectForeign(path string) (*Archive, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	query := guarded()
	if log, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) || err == nil && log.Size() == 0 {
		query.Set("immutable", "1")
	}
	db, err := sql.Open("sqlite", dsn(path, query))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(2) // one for rows, one for bodies
	return newArchive(path, nil, db, db, c), nil
}

// foreignLimits bound what a statement on somebody else's rows may take, as sqlite.org/security.html advises; only the
// length is larger: a reading has a document in it. Bodies have their own limit, maxBody.
var foreignLimits = map[int]int{
	sqlite3.SQLITE_LIMIT_LENGTH:              maxForeignRow,
	sqlite3.SQLITE_LIMIT_SQL_LENGTH:          100_000,
	sqlite3.SQLITE_LIMIT_COLUMN:              100,
	sqlite3.SQLITE_LIMIT_EXPR_DEPTH:          50,
	sqlite3.SQLITE_LIMIT_COMPOUND_SELECT:     10,
	sqlite3.SQLITE_LIMIT_VDBE_OP:             25_000,
	sqlite3.SQLITE_LIMIT_FUNCTION_ARG:        8,
	sqlite3.SQLITE_LIMIT_ATTACHED:            0,
	sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
	sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER:     10,
	sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH:       1,
}

// maxForeignRow is the most bytes of a row of another archive, but for bodies.
const maxForeignRow = 64 << 20

// limit sets the limits of the connection for rows.
func (f *guest) limit() error {
	for what, most := range foreignLimits {
		if _, err := sqlite.Limit(f.conn, what, most); err != nil {
			return fmt.Errorf("limit what another archive may take: %w", err)
		}
	}
	return nil
}

// check looks at what the file says it is, at its schema, and lets SQLite check it.
func (f *guest) check(ctx context.Context) (stale bool, err error) {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return false, err
	}
	id, version, _, err := identify(ctx, f.tx)
	var failure *sqlite.Error
	switch {
	case errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_NOTADB:
		return false, refused("it is no SQLite database")
	case err != nil:
		return false, err
	case id != applicationID:
		return false, refused("it is a database of another program")
	case version > len(steps):
		return false, refused("it has schema %d, this nianbao knows %d: use a newer nianbao", version, len(steps))
	case version < 1:
		return false, refused("it says it has schema %d", version)
	}
	if err := checkSchema(ctx, f.tx, steps[:version]); errors.Is(err, errSchema) {
		return false, refused("%w", err)
	} else if err != nil {
		return false, err
	}
	lines, err := selectTexts(ctx, f.tx, `PRAGMA quick_check(1)`)
	if err != nil {
		return false, err
	}
	if len(lines) != 1 || lines[0] != "ok" {
		return false, refused("damaged: SQLite's quick check: %s", strings.Join(lines, "; "))
	}
	if err := f.notSlim(ctx); err != nil {
		return false, err
	}
	if err := f.references(ctx); err != nil {
		return false, err
	}
	var died bool
	err = f.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM crawls WHERE finished_at IS NULL)`).Scan(&died)
	return died || version < len(steps), err
}

// notSlim refuses a copy without bodies.
func (f *guest) notSlim(ctx context.Context) error {
	var slim bool
	err := f.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM capture WHERE sha256 IS NOT NULL AND bytes > 0)
		AND NOT EXISTS (SELECT 1 FROM blob WHERE length(data) > 0)`).Scan(&slim)
	if err == nil && slim {
		return refused("it is slim: it has no bodies, so that nothing in it can be checked or read again; import the archive " +
			"it was made of")
	}
	return err
}

// references lets SQLite check the foreign keys.
func (f *guest) references(ctx context.Context) error {
	rows, err := f.tx.QueryContext(ctx, `PRAGMA foreign_key_check`)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		var table, parent string
		var rowid sql.NullInt64
		var key int
		if err := rows.Scan(&table, &rowid, &parent, &key); err != nil {
			return err
		}
		return refused("damaged: row %d of %s refers to a row of %s that is not there", rowid.Int64, table, parent)
	}
	return rows.Err()
}

// renewed is a copy of the archive in a temporary folder, with the schema of this version and its runs closed.
func (f *guest) renewed(ctx context.Context, now func() time.Time) (_ *guest, err error) {
	dir, err := os.MkdirTemp("", "nianbao-import-")
	if err != nil {
		return nil, fmt.Errorf("copy the archive: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	path := filepath.Join(dir, "copy.db")
	if err := vacuumInto(ctx, f.archive.path, path); err != nil {
		return nil, fmt.Errorf("copy the archive: %w", err)
	}
	a, err := Open(ctx, path, Options{Now: now})
	if err == nil {
		err = a.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("bring the copy up to date: %w", err)
	}
	renewed, stale, err := examine(ctx, path)
	if err == nil && stale {
		err = errors.Join(errors.New("the copy is not up to date"), renewed.close())
	}
	if err != nil {
		return nil, err
	}
	renewed.copied = dir
	return renewed, nil
}

// close gives everything back.
func (f *guest) close() error {
	var err error
	if f.tx != nil {
		if back := f.tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			err = back
		}
	}
	if f.conn != nil {
		err = errors.Join(err, f.conn.Close())
	}
	if f.archive != nil {
		err = errors.Join(err, f.archive.read.Close())
	}
	if f.copied != "" {
		err = errors.Join(err, os.RemoveAll(f.copied))
	}
	return err
}
