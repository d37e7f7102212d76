package archive

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite" // and the driver of this name
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrReadOnly is returned by every method that writes when the archive was opened with OpenReader.
var ErrReadOnly = errors.New("the archive is open for reading only")

// ErrClosed is returned by SaveCapture after Close.
var ErrClosed = errors.New("the archive is closed")

// Options are what Open needs to know of the program around it. The zero value works.
type Options struct {
	Now       func() time.Time // the clock; time.Now when nil
	Labels    []Label          // rows of the public relation labels; nil leaves them as they are
	Extractor string           // version of the extractor, for the public relation archive; "" leaves it
	FormsHash string           // digest of the official forms, for the public relation archive; "" leaves it
}

// Label is one row of the public relation labels: what an id means on a form, or the sentence of a rule.
type Label struct {
	Relation string // relation whose id it is; findings for a rule
	ID       string
	Form     string // 2021, 2019 …; "" for a rule
	Number   string // number on the form, ""
	LabelZH  string // as the form prints it
	LabelEN  string
	Parent   string // id of the row it belongs to, ""
}

// Archive is one open archive file. Its methods may be called from several goroutines.
type Archive struct {
	path  string
	now   func() time.Time
	write *sql.DB // one connection; nil when opened with OpenReader
	read  *sql.DB
	large *sql.DB // as read, for bodies, which may be longer than any other row
	codec *codec

	writing, reading, bodies *kept // statements of write, which is nil with it, of read, and of large

	templates *templates

	lock      *flock.Flock
	commit    *committer
	fields    sync.Map // fieldName to field_id, of those that are committed
	recovered []CrawlSummary
	close     sync.Once
	closed    error // what Close returned
}

// writeCache is how much of the file the writing connection keeps in memory: the pages that each report touches, 16 MB. With
// SQLite's own 2 MB they are read again for each.
const writeCache = "cache_size(-16000)"

// readers is how many connections read at once; more than a few gain nothing on the machines this runs on.
const readers = 4

// Open opens the archive at path for reading and writing, creates it when there is none and migrates it when an older
// version of the program made it. It holds an operating system lock until Close, or until the process dies.
//
// Errors: *LockedError when another process, or another Archive of this one, has it open for writing; an error that
// names the path when the file is no archive or was made by a newer version of the program. A creation that was killed
// leaves a file that the next Open completes.
func Open(ctx context.Context, path string, opt Options) (*Archive, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	if err := checkFiles(path); err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	lock, err := acquire(path, clock(opt.Now))
	if err != nil {
		return nil, err
	}
	a, err := openLocked(ctx, path, opt)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open archive %s: %w", path, err), lock.Unlock())
	}
	a.lock = lock
	return a, nil
}

// openLocked is Open once the lock is held.
func openLocked(ctx context.Context, path string, opt Options) (*Archive, error) {
	// Looking comes first: opening with journal_mode=WAL would rewrite the header of a stranger's database.
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		if err := inspect(ctx, path, migrations); err != nil && !errors.Is(err, ErrEmpty) {
			return nil, err
		}
	}
	a, err := connect(path, opt.Now)
	if err != nil {
		return nil, err
	}
	if slim, err := isSlim(ctx, a.read); err == nil && slim { // of a file that is not there yet it cannot be said
		return nil, errors.Join(ErrSlim, a.release())
	}
	a.write, err = sql.Open("sqlite", dsn(path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", writeCache, "wal_autocheckpoint(4000)"},
	}))
	if err != nil {
		return nil, errors.Join(err, a.release())
	}
	a.write.SetMaxOpenConns(1)
	a.writing = keep(a.write)
	if err := a.prepare(ctx, opt); err != nil {
		return nil, errors.Join(err, a.release())
	}
	a.commit = startCommitter(a)
	return a, nil
}

// prepare brings the schema and what comes from the options up to date.
func (a *Archive) prepare(ctx context.Context, opt Options) error {
	if err := migrate(ctx, a.write, migrations, views); err != nil {
		return err
	}
	return a.update(ctx, "describe the archive", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE meta SET extractor = coalesce(?, extractor),
			forms_hash = coalesce(?, forms_hash)`, orNull(opt.Extractor), orNull(opt.FormsHash)); err != nil {
			return err
		}
		if err := saveDivisions(ctx, tx); err != nil {
			return err
		}
		if err := saveSeries(ctx, tx); err != nil {
			return err
		}
		if err := saveKept(ctx, tx); err != nil {
			return err
		}
		var err error
		if a.recovered, err = recoverRuns(ctx, tx); err != nil {
			return err
		}
		return saveLabels(ctx, tx, opt.Labels)
	})
}

// OpenReader opens the archive at path for reading only. It takes no lock: another process may be writing, and what it
// commits is seen by the next query. The file may be anybody's: nothing in it is run but what our own schema has.
//
// Errors name the path when there is no file, when it is no archive, and, with ErrOutdated, when another version of the
// program made it.
func OpenReader(ctx context.Context, path string) (*Archive, error) {
	path, err := resolve(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open archive %s: there is no such file: %w", path, fs.ErrNotExist)
	}
	if err == nil {
		err = inspect(ctx, path, migrations)
	}
	if cannotWriteBeside(err) {
		err = fmt.Errorf("SQLite reads an archive with a write-ahead log only where it may write beside it; "+
			"name a copy in a folder of your own, or one that nianbao backup made: %w", err)
	}
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	a, err := connect(path, nil)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	if err = limitRows(ctx, a.read); err == nil {
		err = upToDate(ctx, a.read)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open archive %s: %w", path, err), a.release())
	}
	return a, nil
}

// connect makes an Archive that can read.
func connect(path string, now func() time.Time) (*Archive, error) {
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	db, err := openReading(path)
	if err != nil {
		return nil, err
	}
	large, err := openReading(path)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newArchive(path, now, db, large, c), nil
}

// newArchive makes an Archive that reads from two pools.
func newArchive(path string, now func() time.Time, db, large *sql.DB, c *codec) *Archive {
	a := &Archive{path: path, now: clock(now), read: db, large: large, codec: c, reading: keep(db), bodies: keep(large)}
	a.templates = &templates{archive: a, byHost: map[string][]*template{}, bySum: map[string]*template{}}
	return a
}

// openReading returns a pool of connections that cannot write, and that beware of the file: it may be someone's download.
func openReading(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, guarded()))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db, nil
}

// limitRows keeps a row that somebody made from taking the memory of whoever reads it: none but a body is longer than
// maxForeignRow. The limit is that of a connection, so it makes all that the pool will have, which keeps them.
func limitRows(ctx context.Context, db *sql.DB) (err error) {
	for range readers {
		c, connErr := db.Conn(ctx)
		if connErr != nil {
			return errors.Join(err, connErr)
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		if _, err := sqlite.Limit(c, sqlite3.SQLITE_LIMIT_LENGTH, maxForeignRow); err != nil {
			return err
		}
	}
	return nil
}

// Close waits for the captures that are being saved, brings the fingerprint up to date, and gives the lock back. Calling
// it again does nothing.
func (a *Archive) Close() error {
	a.close.Do(func() { a.closed = a.shutDown() })
	return a.closed
}

func (a *Archive) shutDown() error {
	var err error
	if a.commit != nil {
		a.commit.stop()
		err = a.refreshFingerprint(context.Background())
	}
	err = errors.Join(err, a.release())
	if a.lock != nil {
		err = errors.Join(err, a.lock.Unlock())
	}
	if err != nil {
		return fmt.Errorf("close archive %s: %w", a.path, err)
	}
	return nil
}

// release closes the connections, the writer last: it then moves the write-ahead log into the file.
func (a *Archive) release() error {
	err := errors.Join(a.read.Close(), a.large.Close())
	if a.write != nil {
		err = errors.Join(err, a.write.Close())
	}
	return err
}

// update runs fn in one transaction: all of it is on disk when update returns nil, none of it otherwise. what says in
// an error what was tried.
func (a *Archive) update(ctx context.Context, what string, fn func(tx *sql.Tx) error) error {
	if a.write == nil {
		return fmt.Errorf("%s: %w", what, ErrReadOnly)
	}
	tx, err := a.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", what, err)
	}
	if err := fn(tx); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			err = errors.Join(err, fmt.Errorf("roll back: %w", back))
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", what, err)
	}
	return nil
}

// dsn is the address of the database file for the driver. The path goes percent-encoded, since SQLite reads it as a URI
// (sqlite.org/uri.html) in which ?, # and % mean something.
func dsn(path string, query url.Values) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String()
}

// resolve makes path absolute and follows links, so that two names of one file share one lock.
func resolve(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path, err
	}
	real, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return abs, nil // no file yet, or a folder that is missing, which opening will say
	}
	return cmp.Or(real, abs), err
}

func clock(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}
