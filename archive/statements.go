package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"nianbao/extract/form"
)

// kept are statements that are prepared once for all connections of a pool, and transactions on them: to prepare one
// costs more than to run most of them. Which there are is in this package's text, so there are few; they go with the pool.
type kept struct {
	db    *sql.DB
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

func keep(db *sql.DB) *kept { return &kept{db: db, stmts: map[string]*sql.Stmt{}} }

// of is the statement of a query, nil if it is not kept.
func (k *kept) of(query string) *sql.Stmt {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.stmts[query]
}

// keep prepares a query for all who come. The pool must have a connection to give.
func (k *kept) keep(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := k.of(query); stmt != nil {
		return stmt, nil
	}
	stmt, err := k.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if other := k.stmts[query]; other != nil {
		return other, stmt.Close()
	}
	k.stmts[query] = stmt
	return stmt, nil
}

func (k *kept) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := k.keep(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (k *kept) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := k.keep(ctx, query)
	if err != nil {
		return k.db.QueryRowContext(ctx, query, args...) // a row with that error
	}
	return stmt.QueryRowContext(ctx, args...)
}

// statements are the statements of one transaction, each prepared when it is run first, unless it is kept.
type statements struct {
	tx       *sql.Tx
	kept     *kept
	prepared map[string]*sql.Stmt
	fields   map[fieldName]int64   // fields that were asked for or made; not committed yet
	passages map[int64][][]any     // texts of reports, to be written at the end: the full text index costs by the transaction
	cells    map[int64][]form.Cell // of reports that were written or looked at, as they are in the archive
	stale    map[int64]bool        // reports whose kept columns are to be made anew at the end
	ways     ways                  // asked for or made, as fields
	linked   *bool                 // whether people linked authorities; nil until somebody asks
}

// withStatements is update with prepared statements.
func (a *Archive) withStatements(ctx context.Context, what string, fn func(*statements) error) error {
	s := &statements{kept: a.writing, prepared: map[string]*sql.Stmt{}, fields: map[fieldName]int64{},
		passages: map[int64][][]any{}, cells: map[int64][]form.Cell{}, stale: map[int64]bool{}, ways: ways{}}
	err := a.update(ctx, what, func(tx *sql.Tx) error {
		s.tx = tx
		err := fn(s)
		if err == nil {
			err = s.insertPassages(ctx)
		}
		if err == nil {
			err = s.keepStale(ctx)
		}
		return errors.Join(err, s.close())
	})
	if err != nil {
		return err
	}
	for name, id := range s.fields {
		a.fields.Store(name, id)
	}
	return nil
}

// keepAll keeps the statements of a transaction that is over, for those that do the same. One that cannot be kept is prepared by
// whoever needs it.
func (s *statements) keepAll(ctx context.Context) {
	for query := range s.prepared {
		_, _ = s.kept.keep(ctx, query)
	}
}

// close gives the prepared statements back; the transaction goes on.
func (s *statements) close() error {
	var errs []error
	for query, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
		s.prepared[query] = nil
	}
	return errors.Join(errs...)
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.prepared[query]; stmt != nil {
		return stmt, nil
	}
	var stmt *sql.Stmt
	var err error
	if known := s.kept.of(query); known != nil {
		stmt = s.tx.StmtContext(ctx, known)
	} else if stmt, err = s.tx.PrepareContext(ctx, query); err != nil {
		return nil, err
	}
	s.prepared[query] = stmt
	return stmt, nil
}

func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := s.prepare(ctx, query)
	if err != nil {
		return s.tx.QueryRowContext(ctx, query, args...) // a row with that error
	}
	return stmt.QueryRowContext(ctx, args...)
}

// insertPassages writes the texts; a trigger keeps the full text index in step. With each statement the index writes what
// it has gathered, so there are to be few.
func (s *statements) insertPassages(ctx context.Context) error {
	var rows [][]any
	for _, id := range slices.Sorted(maps.Keys(s.passages)) {
		rows = append(rows, s.passages[id]...)
	}
	const most = 1000 // SQLite takes 32766 parameters
	for some := range slices.Chunk(rows, most) {
		// Not prepared: how many rows it has differs each time.
		if _, err := s.tx.ExecContext(ctx, insertion(`passage(report_id, section, number, position, heading, text)`, some),
			slices.Concat(some...)...); err != nil {
			return fmt.Errorf("write titles and sections: %w", err)
		}
	}
	return nil
}

// together are the numbers of rows that one statement inserts which is prepared once.
var together = []int{32, 8}

// insertRows inserts rows into a table, many with one statement. into is the table with its columns, as in an INSERT.
func (s *statements) insertRows(ctx context.Context, into string, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		for _, size := range together {
			if len(rows) >= size {
				n = size
				break
			}
		}
		if err := s.insertOnce(ctx, into, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// insertOnce inserts rows, one or more, with one statement.
func (s *statements) insertOnce(ctx context.Context, into string, rows [][]any) error {
	_, err := s.ExecContext(ctx, insertion(into, rows), slices.Concat(rows...)...)
	return err
}

// insertion is the statement that inserts so many rows.
func insertion(into string, rows [][]any) string {
	row := "(?" + strings.Repeat(", ?", len(rows[0])-1) + ")"
	return `INSERT INTO ` + into + ` VALUES ` + row + strings.Repeat(", "+row, len(rows)-1)
}
