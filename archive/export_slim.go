package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// ErrSlim is what a slim archive answers when it is asked for a body, or to be written.
var ErrSlim = errors.New("a slim archive has no bodies: it can only be queried")

// slim writes nianbao-slim.db: the archive without the archived bodies and the extractor's whole results, in one file
// without a write-ahead log. All public relations are there, the digests and lengths of the bodies too; what somebody has
// added to the archive is not. Tables are
// copied in the order of their keys into a new file, so that no body is ever copied, and the same archive makes the
// same bytes.
func (x *exporting) slim() error {
	if x.options.Where != (Where{}) || x.options.Relations != nil {
		return fmt.Errorf("%w: a slim archive is whole; choose rows in another format", ErrExport)
	}
	marked, err := selectInts(x.ctx, x.tx, `SELECT 1 FROM pragma_table_info('meta') WHERE name = 'slim'`)
	if err != nil {
		return err
	}
	if len(marked) == 0 {
		return fmt.Errorf("%w: the archive is of an older version; nianbao reextract brings it up to date", ErrExport)
	}
	const name = "nianbao-slim.db"
	db, err := sql.Open("sqlite", dsn(filepath.Join(x.temp, name), url.Values{"_pragma": {"journal_mode(OFF)",
		"synchronous(OFF)", "trusted_schema(0)", "cell_size_check(1)"}})) // it is renamed when it is complete
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = x.copyInto(db)
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	x.out.Files = append(x.out.Files, name)
	x.note("Bodies are left out: nianbao get and reextract need the whole archive.")
	return nil
}

// copyInto copies schema and rows into an empty database.
func (x *exporting) copyInto(db *sql.DB) error {
	if _, err := db.ExecContext(x.ctx, `ATTACH ? AS whole`, dsn(x.path, url.Values{"mode": {"ro"}})); err != nil {
		return fmt.Errorf("attach the archive: %w", err)
	}
	tx, err := db.BeginTx(x.ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do; before it, the first error counts
	if err := x.copyArchive(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	_, err = db.ExecContext(x.ctx, `DETACH whole`)
	return err
}

func (x *exporting) copyArchive(tx *sql.Tx) error {
	ctx := x.ctx
	id, version, _, err := identifyIn(ctx, tx, "whole")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, id,
		version)); err != nil {
		return err
	}
	tables, err := madeBy(ctx, tx, `type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := tx.ExecContext(ctx, t.sql); err != nil {
			return fmt.Errorf("make %s: %w", t.name, err)
		}
		if err := copyRows(ctx, tx, t.name, x.options.NoContact); err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	rest, err := madeBy(ctx, tx, `type <> 'table' OR sql LIKE 'CREATE VIRTUAL%'`)
	if err != nil {
		return err
	}
	for _, o := range rest {
		if _, err := tx.ExecContext(ctx, o.sql); err != nil {
			return fmt.Errorf("make %s: %w", o.name, err)
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO search(search) VALUES ('rebuild'); UPDATE meta SET slim = 1`)
	return err
}

// made is an object of the schema with the statement that makes it.
type made struct{ name, sql string }

// madeBy lists the objects of the whole archive that are ours and meet a condition, in the order of their making. The tables
// behind the full text index come and go with it.
func madeBy(ctx context.Context, tx *sql.Tx, condition string) ([]made, error) {
	ours, err := ourSchema(ctx)
	if err != nil {
		return nil, err
	}
	all, err := selectRows(ctx, tx, func(row scanner) (m made, err error) { return m, row.Scan(&m.name, &m.sql) },
		`SELECT name, sql FROM whole.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
			AND name NOT LIKE 'search\_%' ESCAPE '\' AND (`+condition+`) ORDER BY rowid`)
	return slices.DeleteFunc(all, func(m made) bool { return ours[strings.ToLower(m.name)].sql != m.sql }), err
}

// leftOut are the columns that a slim archive has empty, with what stands there.
var leftOut = map[string]string{"blob.data": "zeroblob(0)", "reading.report": "NULL"}

// copyRows copies the rows of a table, but for what is left out or, with noContact, masked; columns that are generated make themselves.
func copyRows(ctx context.Context, tx *sql.Tx, table string, noContact bool) error {
	names, err := selectTexts(ctx, tx, `SELECT name FROM pragma_table_info(?, 'whole') ORDER BY cid`, table)
	if err != nil {
		return err
	}
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = `"` + name + `"`
		if instead, ok := leftOut[table+"."+name]; ok {
			values[i] = instead
		}
	}
	if noContact && hasMask(table) {
		return copyMasked(ctx, tx, table, names, values)
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`INSERT INTO main."%s"("%s") SELECT %s FROM whole."%s"`, table,
		strings.Join(names, `", "`), strings.Join(values, ", "), table))
	return err
}

// isSlim says whether the archive is a slim copy. Archives of older versions never are.
func isSlim(ctx context.Context, db querier) (bool, error) {
	marked, err := selectInts(ctx, db, `SELECT 1 FROM pragma_table_info('meta') WHERE name = 'slim'`)
	if err != nil || len(marked) == 0 {
		return false, err
	}
	slim, err := selectInts(ctx, db, `SELECT slim FROM meta`)
	return len(slim) == 1 && slim[0] == 1, err
}
