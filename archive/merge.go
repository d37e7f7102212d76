package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Merged is what a merge took from another archive.
type Merged struct {
	Captures int // captures that this archive did not have
	Known    int // those that it had
	Runs     int // runs that it did not have
	Bodies   int // bodies that it did not have
	Readings int // readings that were taken over; what is left, the pipeline reads
}

// MergeOptions are what a merge is told. The zero value works.
type MergeOptions struct {
	Reread bool // take no reading over: every capture is read again, from its bytes
}

// Merge brings all of another archive in: its runs, captures, bodies, list entries, visits, register rows and annotations,
// in such a way that the public relations say what they would say if one archive had made both archives' captures, whatever
// the order of merging (doc.go has what is promised). What both have is taken once, so that merging again, or going on after
// a death, changes nothing more. Readings are taken over where this archive's extractor made them, and filed as SaveReading
// does; other captures are unread.
//
// Bodies come first, each hashed before it is stored, in transactions of their own: they change nothing that anybody asks.
// Everything else is one transaction. The other file is never written.
//
// Errors that wrap ErrForeign say why the other archive cannot be merged: see openForeign; a body or row is not what it
// should be; both have a column of the same key that is another's.
func (a *Archive) Merge(ctx context.Context, path string, o MergeOptions) (Merged, error) {
	var merged Merged
	err := a.merge(ctx, path, o, &merged)
	if err != nil {
		return Merged{}, fmt.Errorf("merge archive %s: %w", path, err)
	}
	return merged, nil
}

func (a *Archive) merge(ctx context.Context, path string, o MergeOptions, merged *Merged) (err error) {
	if a.write == nil {
		return ErrReadOnly
	}
	other, err := openForeign(ctx, path, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.close()) }()
	m := &merging{Archive: a, ctx: ctx, other: other, options: o, out: merged}
	if err := m.bodies(); err != nil {
		return err
	}
	err = a.withStatements(ctx, "take the rows", func(db *statements) error {
		m.db, m.tx = db, db.tx
		return m.rows()
	})
	if err != nil {
		return err
	}
	return a.refreshFingerprint(ctx)
}

// merging is one Merge under way.
type merging struct {
	*Archive
	ctx     context.Context
	other   *guest
	options MergeOptions
	out     *Merged

	tx        *sql.Tx
	db        *statements         // of tx
	extractor string              // this archive's
	before    int64               // the last capture before the merge
	runs      map[int64]run       // by the other archive's number
	shared    map[string]bool     // keys of sites that both archives know
	theirs    map[string]bool     // keys of sites whose rows the other archive has the last word on
	kept      map[heldNumber]bool // reports that keep their numbers
	twins     []move              // files of containers that are there once more
	parted    []move              // captures that repeat another no more, each to that one
}

// run is a run of the other archive in this one.
type run struct {
	id    int64 // here
	later bool  // what the other archive says of it is newer
}

// Bodies are written together up to so many, and so many bytes.
const (
	maxMergeBatch = 128
	maxMergeBytes = 32 << 20
)

// bodies copies the bodies that this archive lacks. Each is unpacked, hashed and packed anew, as the other archive may have
// packed it in any way.
func (m *merging) bodies() error {
	rows, err := m.other.tx.QueryContext(m.ctx, `SELECT sha256 FROM blob`)
	if err != nil {
		return foreignError(err)
	}
	defer rows.Close()
	var batch []blob
	size := 0
	for rows.Next() {
		var sum string
		if err := rows.Scan(&sum); err != nil {
			return foreignError(err)
		}
		b, err := m.body(sum)
		if err != nil {
			return err
		}
		if b == nil {
			continue
		}
		batch, size = append(batch, *b), size+len(b.data)
		if len(batch) >= maxMergeBatch || size >= maxMergeBytes {
			if err := m.saveBodies(batch); err != nil {
				return err
			}
			batch, size = batch[:0], 0
		}
	}
	if err := rows.Err(); err != nil {
		return foreignError(err)
	}
	return m.saveBodies(batch)
}

// body is a body of the other archive, to be stored; nil if this archive has it.
func (m *merging) body(sum string) (*blob, error) {
	var there bool
	if err := m.read.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?)`, sum).Scan(&there); err != nil ||
		there {
		return nil, err
	}
	body, err := m.other.archive.body(m.ctx, sum)
	if err != nil && m.ctx.Err() == nil && !DiskFailed(err) {
		return nil, refused("damaged: %w", err)
	}
	if err != nil {
		return nil, err
	}
	b, err := m.codec.pack(body, sum)
	return &b, err
}

func (m *merging) saveBodies(batch []blob) error {
	if len(batch) == 0 {
		return nil
	}
	m.out.Bodies += len(batch)
	return m.update(m.ctx, "store bodies", func(tx *sql.Tx) error {
		for _, b := range batch {
			if err := b.save(m.ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// rows brings in all that is not a body, in one transaction.
func (m *merging) rows() error {
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"begin", m.begin}, {"runs", m.mergeRuns}, {"register", m.mergeSites}, {"captures", m.mergeCaptures},
		{"addresses", m.mergeAddresses}, {"names of files", m.mergeNames}, {"files of pages", m.mergeAttached},
		{"list entries", m.mergeLinks}, {"visits", m.mergeVisits}, {"hosts that rest", m.mergeRests},
		{"readings", m.mergeReadings}, {"annotations", m.mergeAnnotations}, {"files kept twice", m.dropTwins}, {"end", m.end},
	} {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// mergeTables hold what a merge has to look up, on disk where it is much; they are gone when the merge ends.
var mergeTables = []string{
	// captures by the other archive's number; fresh ones are those that this archive did not have
	`CREATE TEMP TABLE merge_capture(theirs INTEGER PRIMARY KEY, ours INTEGER NOT NULL, fresh INTEGER NOT NULL, answer INTEGER)`,
	`CREATE INDEX merge_capture_ours ON merge_capture(ours)`,
	// addresses that got captures; known ones are those that this archive had asked
	`CREATE TEMP TABLE merge_address(address_id INTEGER PRIMARY KEY, theirs INTEGER NOT NULL, known INTEGER NOT NULL)`,
	// addresses whose answers found new places
	`CREATE TEMP TABLE merge_folded(address_id INTEGER PRIMARY KEY)`,
	// readings that are filed anew, with the number of the report that each was in the archive it is of
	`CREATE TEMP TABLE merge_reading(capture_id INTEGER PRIMARY KEY, number INTEGER, theirs INTEGER NOT NULL)`,
	`CREATE INDEX merge_reading_number ON merge_reading(number, theirs)`,
	// which report each reading says it is
	`CREATE TEMP TABLE merge_identity(capture_id INTEGER PRIMARY KEY, body INTEGER NOT NULL, year INTEGER NOT NULL, scope TEXT NOT NULL)`,
	`CREATE INDEX merge_identity_of ON merge_identity(body, year, scope)`,
}

func (m *merging) begin() error {
	// References are whole again when all is in.
	if err := m.exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
		return err
	}
	for _, table := range mergeTables {
		if err := m.exec(table); err != nil {
			return err
		}
	}
	m.runs, m.shared, m.theirs = map[int64]run{}, map[string]bool{}, map[string]bool{}
	return m.tx.QueryRowContext(m.ctx, `SELECT ifnull(extractor, ''), (SELECT ifnull(max(capture_id), 0) FROM capture)
		FROM meta`).Scan(&m.extractor, &m.before)
}

// end leaves no trace of the merge but what it brought. The fingerprint, which goes by how many captures there are, covers none.
func (m *merging) end() error {
	if m.out.Captures > 0 {
		if err := m.exec(`UPDATE meta SET fingerprinted = 0`); err != nil {
			return err
		}
	}
	tables, err := selectTexts(m.ctx, m.tx, `SELECT name FROM temp.sqlite_schema WHERE type = 'table' AND name LIKE 'merge\_%' ESCAPE '\'`)
	if err != nil {
		return err
	}
	for _, name := range tables {
		if err := m.exec(`DROP TABLE temp.` + name); err != nil {
			return err
		}
	}
	return nil
}

func (m *merging) exec(query string, args ...any) error {
	_, err := m.tx.ExecContext(m.ctx, query, args...)
	return err
}

// each goes through rows of the other archive's table. from is what follows FROM; the table's alias must be t. more are
// expressions whose values stand behind those of the columns.
func (m *merging) each(table, from string, do func(record) error, more ...string) error {
	columns, err := selectTexts(m.ctx, m.tx, `SELECT name FROM pragma_table_info(?)`, table)
	if err != nil {
		return err
	}
	r := record{table: table, columns: columns, more: more}
	rows, err := m.other.tx.QueryContext(m.ctx, r.query(from))
	if err != nil {
		return foreignError(err)
	}
	defer rows.Close()
	for rows.Next() {
		r.values = make([]any, len(columns)+len(more))
		into := make([]any, len(r.values))
		for i := range into {
			into[i] = &r.values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return foreignError(err)
		}
		if err := r.check(); err != nil {
			return err
		}
		if err := do(r); err != nil {
			return err
		}
	}
	return foreignError(rows.Err())
}
