package archive

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks the file as ours (PRAGMA application_id): "nian" in ASCII.
const applicationID = 0x6e69616e

// migrations and views are the schema. Migrations are never edited once released; views are made anew whenever one of
// them differs.
var (
	//go:embed migrations/*.sql
	migrations embed.FS
	//go:embed views/*.sql
	views embed.FS
)

// ErrEmpty says that a file is a database without tables: an archive whose creation was killed, or a file that was emptied.
var ErrEmpty = errors.New("the file is an empty database, no archive yet")

// ErrNewer says that a newer version of nianbao made the archive.
var ErrNewer = errors.New("use a newer nianbao")

// migration is one step of the schema.
type migration struct {
	version int
	name    string
	sql     string
}

// loadMigrations reads migrations/NNNN_what.sql in order. The numbers must count from 1 without a gap.
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	steps := make([]migration, 0, len(names))
	for i, name := range names {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(digits)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{version, name, string(text)})
	}
	return steps, nil
}

// loadViews returns the statements that make the views, and their digest.
func loadViews(files fs.FS) (statements, digest string, err error) {
	names, err := fs.Glob(files, "views/*.sql")
	if err != nil {
		return "", "", err
	}
	var all strings.Builder
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", "", err
		}
		all.Write(text)
	}
	sum := sha256.Sum256([]byte(all.String()))
	return all.String(), hex.EncodeToString(sum[:]), nil
}

// rollBack lets SQLite undo a transaction that died before the file was in WAL mode, in the first moments of its life:
// its rollback journal lies beside the file, and a connection that only reads cannot undo it. A journal in use by a
// living process is left alone, by SQLite's own locks (sqlite.org/lockingv3.html, section 4).
func rollBack(ctx context.Context, path string) error {
	if _, err := os.Stat(path + "-journal"); err != nil {
		return nil // none, or none we may see: then reading says what is wrong
	}
	db, err := sql.Open("sqlite", dsn(path, url.Values{"mode": {"rw"}, "_pragma": {"busy_timeout(10000)"}}))
	if err != nil {
		return err
	}
	defer db.Close()
	var tables int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return fmt.Errorf("roll back what a run that was killed left behind: %w", err)
	}
	return nil
}

// inspect looks at the file at path without changing it: nil when it is an archive of this version or an older one,
// ErrEmpty when it is a database without tables. A schema that is not what our migrations make is refused: nothing that a
// stranger has put into it is ever run.
func inspect(ctx context.Context, path string, steps fs.FS) error {
	known, err := loadMigrations(steps)
	if err != nil {
		return err
	}
	if err := checkFiles(path); err != nil {
		return err
	}
	if err := rollBack(ctx, path); err != nil {
		return err
	}
	db, err := openReading(path)
	if err != nil {
		return err
	}
	defer db.Close()
	id, version, tables, err := identify(ctx, db)
	var failure *sqlite.Error
	switch {
	case errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_NOTADB:
		return errors.New("the file is no SQLite database")
	case err != nil:
		return err
	case id == 0 && tables == 0:
		return ErrEmpty
	case id != applicationID:
		return errors.New("the file is a database of another program, no nianbao archive")
	case version > len(known):
		return fmt.Errorf("the archive has schema %d, this nianbao knows %d: %w", version, len(known), ErrNewer)
	case version < 1:
		return fmt.Errorf("the archive says that it has schema %d", version)
	}
	return checkSchema(ctx, db, known[:version])
}

// upToDate is ErrOutdated if the archive is not of this version, with views that are ours to the letter, and what reports keep beside
// them made by these.
func upToDate(ctx context.Context, db querier) error {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return err
	}
	statements, _, err := loadViews(views)
	if err != nil {
		return err
	}
	_, version, _, err := identify(ctx, db)
	if err != nil {
		return err
	}
	same, err := oursToTheLetter(ctx, db, statements)
	if err != nil {
		return err
	}
	if !same || version != len(steps) {
		return ErrOutdated
	}
	made, is, err := keptBy(ctx, db)
	if err != nil {
		return err
	}
	var reports bool // without any there is nothing to be made
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM report)`).Scan(&reports); err != nil {
		return err
	}
	if reports && made != is {
		return ErrOutdated
	}
	return nil
}

// querier is what a connection pool and a transaction have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// execer is a querier that writes, too: a transaction, or its prepared statements.
type execer interface {
	querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// identify reads what the file says it is.
func identify(ctx context.Context, db querier) (id, version, tables int, err error) {
	return identifyIn(ctx, db, "main")
}

// identifyIn is identify of an attached database.
func identifyIn(ctx context.Context, db querier, name string) (id, version, tables int, err error) {
	if err = db.QueryRowContext(ctx, `PRAGMA `+name+`.application_id`).Scan(&id); err != nil {
		return
	}
	if err = db.QueryRowContext(ctx, `PRAGMA `+name+`.user_version`).Scan(&version); err != nil {
		return
	}
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM `+name+`.sqlite_schema`).Scan(&tables)
	return
}

// migrate brings the schema to the newest version in one transaction: numbered steps, then the views if anything
// changed. A death in between leaves the file as it was.
func migrate(ctx context.Context, db *sql.DB, stepFiles, viewFiles fs.FS) error {
	steps, err := loadMigrations(stepFiles)
	if err != nil {
		return err
	}
	statements, digest, err := loadViews(viewFiles)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do; before it, the first error counts
	_, version, _, err := identify(ctx, tx)
	if err != nil {
		return err
	}
	if version == len(steps) {
		// What meta says of the views is not asked: it may be somebody else's word.
		if same, err := oursToTheLetter(ctx, tx, statements); err != nil || same {
			return err
		}
	}
	// Views go first: SQLite refuses to alter a table while a view that names it does not compile.
	if err := dropViews(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
		return err
	}
	for _, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return fmt.Errorf("migration %s: %w", step.name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return fmt.Errorf("make the views: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO meta(one, schema, views) VALUES (1, ?1, ?2)
		ON CONFLICT DO UPDATE SET schema = ?1, views = ?2`, len(steps), digest); err != nil {
		return fmt.Errorf("note the version: %w", err)
	}
	mark := fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, applicationID, len(steps))
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return fmt.Errorf("mark the file: %w", err)
	}
	return tx.Commit()
}

// identifier is a name as SQL writes it; those of a foreign database may hold anything.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// dropViews removes every view.
func dropViews(ctx context.Context, tx *sql.Tx) error {
	names, err := selectTexts(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'view'`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, `DROP VIEW `+identifier(name)); err != nil {
			return fmt.Errorf("drop view %s: %w", name, err)
		}
	}
	return nil
}
