package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"nianbao/extract/form"
)

// Verification is what Verify looked at and what it found.
type Verification struct {
	Captures int
	Blobs    int // distinct bodies
	Reports  int
	Cells    int
	Slim     bool     // a copy without bodies: their digests could not be checked
	Damage   []Damage // empty for a sound archive
}

// Damage is one thing that is not as it was written.
type Damage struct {
	What     string  // database, header, blob, capture, reading, relation, fingerprint
	Object   string  // the SHA-256, the capture, the relation …
	Captures []int64 // captures that it hurts
	Message  string  // one sentence
}

// maxDamage is how many findings of one check are named at most.
const maxDamage = 100

// Verify reads the whole archive: it hashes every body again, lets SQLite check file and foreign keys, sees that every
// body a capture speaks of is there, that all other references lead somewhere, that every reading unpacks, that the wide relations and
// series say what cells says and what reports keep beside them fits, and that the fingerprint fits. Damage is a result, not an
// error; an error means that the check itself could not go on.
func (a *Archive) Verify(ctx context.Context) (Verification, error) {
	v := verifying{Archive: a, ctx: ctx}
	for _, step := range []func() error{
		v.header, v.integrity, v.foreignKeys, v.count, v.bodies, v.missingBodies, v.references, v.readings,
		v.wideRelations, v.seriesRight, v.keptRight, v.fingerprint,
	} {
		if err := step(); err != nil {
			var failure *sqlite.Error
			if !errors.As(err, &failure) || !isDamage(failure.Code()) {
				return v.out, fmt.Errorf("verify archive %s: %w", a.path, err)
			}
			v.report(Damage{What: "database", Object: a.path, Message: err.Error()})
		}
	}
	return v.out, nil
}

// isDamage says whether a result code of SQLite (sqlite.org/rescode.html) means a broken file.
func isDamage(code int) bool {
	switch code & 0xff {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FORMAT,
		sqlite3.SQLITE_ERROR: // a schema that does not parse
		return true
	}
	return false
}

// verifying is one Verify under way.
type verifying struct {
	*Archive
	ctx context.Context
	out Verification
}

func (v *verifying) report(d Damage) { v.out.Damage = append(v.out.Damage, d) }

func (v *verifying) header() error {
	id, version, _, err := identify(v.ctx, v.read)
	if err != nil {
		return err
	}
	if id != applicationID {
		v.report(Damage{What: "header", Object: "application_id",
			Message: fmt.Sprintf("The file says it is of application %#x, not %#x.", id, applicationID)})
	}
	var noted int
	if err := v.read.QueryRowContext(v.ctx, `SELECT schema FROM meta`).Scan(&noted); err != nil {
		return err
	}
	if noted != version {
		v.report(Damage{What: "header", Object: "user_version",
			Message: fmt.Sprintf("The file says schema %d, its own note says %d.", version, noted)})
	}
	return nil
}

// integrity asks a connection of its own: one that has looked at the full text index before may take what was written
// since for damage (SQLite 3.53, fts5's xIntegrity does not look at the data version).
func (v *verifying) integrity() error {
	fresh, err := openReading(v.path)
	if err != nil {
		return err
	}
	defer fresh.Close()
	lines, err := selectTexts(v.ctx, fresh, fmt.Sprintf(`PRAGMA integrity_check(%d)`, maxDamage))
	if err != nil {
		return err
	}
	for _, line := range lines {
		if line != "ok" {
			v.report(Damage{What: "database", Object: v.path, Message: "SQLite's integrity check: " + line + "."})
		}
	}
	return v.searchIndex()
}

// searchIndex sees that the full text index covers the texts, which SQLite's check does not: they are another table's.
func (v *verifying) searchIndex() error {
	var wrong int
	if err := v.read.QueryRowContext(v.ctx, `SELECT (SELECT count(*) FROM passage WHERE passage_id NOT IN (SELECT id FROM search_docsize))
		+ (SELECT count(*) FROM search_docsize WHERE id NOT IN (SELECT passage_id FROM passage))`).Scan(&wrong); err != nil {
		return err
	}
	if wrong > 0 {
		v.report(Damage{What: "database", Object: v.path,
			Message: fmt.Sprintf("The full text index lacks texts, or has some that are not there: %d in all.", wrong)})
	}
	return nil
}

func (v *verifying) foreignKeys() error {
	lines, err := selectRows(v.ctx, v.read, func(row scanner) (string, error) {
		var table, parent string
		var rowid sql.NullInt64
		var key int
		err := row.Scan(&table, &rowid, &parent, &key)
		return fmt.Sprintf("Row %d of %s refers to a row of %s that is not there.", rowid.Int64, table, parent), err
	}, `SELECT * FROM pragma_foreign_key_check LIMIT ?`, maxDamage)
	if err != nil {
		return err
	}
	for _, line := range lines {
		v.report(Damage{What: "database", Object: v.path, Message: line})
	}
	return nil
}

func (v *verifying) count() error {
	return v.read.QueryRowContext(v.ctx, `SELECT (SELECT count(*) FROM capture), (SELECT count(*) FROM blob),
			(SELECT count(*) FROM report), (SELECT count(*) FROM cell)`).
		Scan(&v.out.Captures, &v.out.Blobs, &v.out.Reports, &v.out.Cells)
}

// bodies hashes every body again. They are read one by one, so that a damaged page of the file costs one body.
func (v *verifying) bodies() error {
	slim, err := isSlim(v.ctx, v.read)
	if err != nil || slim {
		v.out.Slim = slim
		return err
	}
	sums, err := selectTexts(v.ctx, v.read, `SELECT sha256 FROM blob ORDER BY rowid`)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		body, err := v.body(v.ctx, sum)
		if len(body) > mostPacked {
			debug.FreeOSMemory() // before the next one that is as large
		}
		if err != nil {
			if err := v.hurt("blob", sum, err.Error()); err != nil {
				return err
			}
		}
	}
	return nil
}

// hurt reports a body together with the captures that have it, as their own or as that of a redirect.
func (v *verifying) hurt(what, sum, message string) error {
	ids, err := selectInts(v.ctx, v.read, `SELECT capture_id FROM capture WHERE sha256 = ?1
		UNION SELECT c.capture_id FROM capture c, json_each(c.redirects) h
		WHERE c.redirects <> '[]' AND h.value ->> 'sha256' = ?1 ORDER BY 1`, sum)
	if err != nil {
		return err
	}
	v.report(Damage{What: what, Object: sum, Captures: ids, Message: message})
	return nil
}

// missingBodies looks for bodies that a capture or a redirect speaks of and that are not there, or not as long.
func (v *verifying) missingBodies() error {
	sums, err := selectTexts(v.ctx, v.read, `SELECT c.sha256 FROM capture c LEFT JOIN blob b USING (sha256)
		WHERE c.sha256 IS NOT NULL AND (b.sha256 IS NULL OR b.bytes IS NOT c.bytes)
		UNION SELECT h.value ->> 'sha256' FROM capture c, json_each(c.redirects) h
		WHERE c.redirects <> '[]' AND h.value ->> 'sha256' IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = h.value ->> 'sha256')`)
	if err != nil {
		return err
	}
	for _, sum := range sums {
		if err := v.hurt("capture", sum, "The body is missing, or not as long as the capture says."); err != nil {
			return err
		}
	}
	return nil
}

// readings unpacks every reading of a report, as reports are made of them again. A slim archive has none.
func (v *verifying) readings() error {
	if v.out.Slim {
		return nil
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxReading),
		zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return err
	}
	defer decoder.Close()
	const where = ` FROM reading WHERE report_id IS NOT NULL OR report IS NOT NULL`
	ids, err := selectInts(v.ctx, v.read, `SELECT capture_id`+where+` ORDER BY capture_id`)
	if err != nil {
		return err
	}
	named := 0
	var into []byte
	for _, id := range ids {
		var packed []byte
		if err := v.read.QueryRowContext(v.ctx, `SELECT report FROM reading WHERE capture_id = ?`, id).Scan(&packed); err != nil {
			return err
		}
		text, err := unpackReading(decoder, packed, into)
		if cap(text) > cap(into) {
			into = text // those that follow take its room
		}
		if err == nil && json.Valid(text) {
			continue
		}
		v.report(Damage{What: "reading", Object: fmt.Sprint(id), Captures: []int64{id},
			Message: "What was read from the capture does not unpack. nianbao reextract --all reads it again."})
		if named++; named == maxDamage {
			return nil
		}
	}
	return nil
}

// seriesRight makes series again from cells and compares, unless another crosswalk made it.
func (v *verifying) seriesRight() error {
	var have sql.NullString
	if err := v.read.QueryRowContext(v.ctx, `SELECT series FROM meta`).Scan(&have); err != nil {
		return err
	}
	want, err := crosswalkDigest()
	if err != nil || have.String != want {
		return err
	}
	reports, err := selectRows(v.ctx, v.read, func(row scanner) (r struct {
		id      int64
		edition string
	}, err error) {
		return r, row.Scan(&r.id, &r.edition)
	}, `SELECT report_id, form FROM report ORDER BY report_id`)
	if err != nil {
		return err
	}
	named := 0
	for _, r := range reports {
		cells, err := storedCells(v.ctx, v.read, r.id)
		if err != nil {
			return err
		}
		var made []string
		for _, c := range form.Series(r.edition, cells) {
			made = append(made, fmt.Sprint(c.Indicator, c.Unit, c.Basis, c.Comparability, realOf(form.Cell{Value: c.Value})))
		}
		kept, err := selectRows(v.ctx, v.read, func(row scanner) (string, error) {
			var indicator, unit, basis, comparability string
			var value any
			err := row.Scan(&indicator, &unit, &basis, &comparability, &value)
			return fmt.Sprint(indicator, unit, basis, comparability, value), err
		}, `SELECT m.indicator, m.unit, m.basis, m.comparability, i.value FROM indicator i JOIN measured m USING (measured_id)
			WHERE i.report_id = ?`, r.id)
		if err != nil {
			return err
		}
		slices.Sort(made)
		slices.Sort(kept)
		if slices.Equal(made, kept) {
			continue
		}
		v.report(Damage{What: "relation", Object: "series",
			Message: fmt.Sprintf("The rows of report %d in series are not what its cells say.", r.id)})
		if named++; named == maxDamage {
			return nil
		}
	}
	return nil
}

// wideRelations makes the rows of the wide relations again from cells and compares.
func (v *verifying) wideRelations() error {
	queries := map[string]string{}
	for relation := range countRelations {
		queries[relation] = countsFrom(relation) + ` GROUP BY 1, 2`
	}
	for _, relation := range measureRelations {
		queries[relation] = measuresFrom(relation)
	}
	for _, relation := range slices.Sorted(maps.Keys(queries)) {
		made := queries[relation]
		for _, c := range []struct{ one, other, message string }{
			{made, `SELECT * FROM ` + relation, "differs from its cells, or is missing"},
			{`SELECT * FROM ` + relation, made, "is not what its cells say"},
		} {
			rows, err := selectTexts(v.ctx, v.read, fmt.Sprintf(
				`SELECT DISTINCT report_id FROM (SELECT * FROM (%s) EXCEPT SELECT * FROM (%s)) LIMIT %d`,
				c.one, c.other, maxDamage))
			if err != nil {
				return err
			}
			for _, id := range rows {
				v.report(Damage{What: "relation", Object: relation,
					Message: fmt.Sprintf("A row of report %s in %s %s.", id, relation, c.message)})
			}
		}
	}
	return nil
}

// fingerprint compares the stored fingerprint with the captures. One that covers fewer captures than there are belongs
// to a run that was killed, or is still going on; the next run that ends brings it up to date.
func (v *verifying) fingerprint() error {
	tx, err := v.read.BeginTx(v.ctx, nil) // one view of the archive, whatever is being written meanwhile
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	have, current, err := storedFingerprint(v.ctx, tx)
	if err != nil || have == "" || !current {
		return err
	}
	want, _, err := fingerprint(v.ctx, tx)
	if err == nil && have != want {
		v.report(Damage{What: "fingerprint", Object: have, Message: "The captures' fingerprint is " + want +
			": captures were changed since."})
	}
	return err
}

// String is the damage as a line for people.
func (d Damage) String() string {
	s := d.What + " " + d.Object + ": " + d.Message
	if len(d.Captures) > 0 {
		s += " Captures: " + strings.Trim(fmt.Sprint(d.Captures), "[]") + "."
	}
	return s
}
