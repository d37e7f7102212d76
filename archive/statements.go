package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// statements are the statements of one transaction, each prepared when it is run first: to prepare one costs more than to
// run most of them, and a transaction that saves several readings runs the same ones for each.
type statements struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
	fields   map[fieldName]int64 // fields that were asked for or made; not committed yet
	passages map[int64][][]any   // texts of reports, to be written at the end: the full text index costs by the transaction
	linked   *bool               // whether people linked authorities; nil until somebody asks
}

// withStatements is update with prepared statements; foreign keys are looked at when all is done.
func (a *Archive) withStatements(ctx context.Context, what string, fn func(*statements) error) error {
	s := &statements{prepared: map[string]*sql.Stmt{}, fields: map[fieldName]int64{}, passages: map[int64][][]any{}}
	err := a.update(ctx, what, func(tx *sql.Tx) error {
		s.tx = tx
		// A reading is written before the row of its report. A pragma undoes what is prepared, so it comes first.
		if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1`); err != nil {
			return err
		}
		err := fn(s)
		if err == nil {
			err = s.insertPassages(ctx)
		}
		return errors.Join(err, s.close())
	})
	if err == nil {
		for name, id := range s.fields {
			a.fields.Store(name, id)
		}
	}
	return err
}

// close gives the prepared statements back; the transaction goes on.
func (s *statements) close() error {
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	clear(s.prepared)
	return errors.Join(errs...)
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.tx.PrepareContext(ctx, query)
	if err == nil {
		s.prepared[query] = stmt
	}
	return stmt, err
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
		err := s.insertOnce(ctx, `passage(report_id, section, number, position, heading, text)`, some)
		if err != nil {
			return fmt.Errorf("write titles and sections: %w", err)
		}
	}
	return nil
}

// together is how many rows one statement inserts that is prepared once.
const together = 32

// insertRows inserts rows into a table, many with one statement. into is the table with its columns, as in an INSERT.
func (s *statements) insertRows(ctx context.Context, into string, rows [][]any) error {
	for len(rows) > 0 {
		n := 1
		if len(rows) >= together {
			n = together
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
	row := "(?" + strings.Repeat(", ?", len(rows[0])-1) + ")"
	_, err := s.ExecContext(ctx, `INSERT INTO `+into+` VALUES `+row+strings.Repeat(", "+row, len(rows)-1),
		slices.Concat(rows...)...)
	return err
}
