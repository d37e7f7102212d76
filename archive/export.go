package archive

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ExportOptions say what Export writes.
type ExportOptions struct {
	Format    string   // one of ExportFormats
	Dir       string   // the folder; made if it is not there
	Force     bool     // write into a folder that is not empty; files of the same names are replaced
	Relations []string // public relations; nil for all but search
	Where     Where    // which reports
	Excel     bool     // csv: for spreadsheets; a byte order mark, nothing that could be a formula
	License   string   // datapackage: licence id of the data, "" for none stated
	NoContact bool     // mask names, telephone numbers and e-mail addresses that texts print as contacts
	Reports   []string // xlsx: the official tables of these reports, named as Body does, instead of relations
}

// Exported is what Export wrote.
type Exported struct {
	Files []string // names in the folder
	Rows  int64    // of all relations
	Notes []string // what a reader of the files should know, one sentence each
}

// ErrExport is an export that cannot be made as asked for: the caller has to ask for something else.
var ErrExport = errors.New("cannot export")

// exporters write each format. Every one of them writes the same bytes for the same archive and options.
var exporters = map[string]func(*exporting) error{
	"csv":                (*exporting).csv,
	"parquet":            (*exporting).parquet,
	"xlsx":               (*exporting).xlsx,
	"datapackage":        (*exporting).datapackage,
	"warc":               (*exporting).warc,
	"slim":               (*exporting).slim,
	"datasette-metadata": (*exporting).datasette,
}

// ExportFormats lists the formats that Export writes.
var ExportFormats = []string{"csv", "parquet", "xlsx", "datapackage", "warc", "slim", "datasette-metadata"}

// Export writes the public relations, as they are at one moment, as files of a format. They are written under temporary
// names and renamed when all of them are complete; an export that fails leaves the folder as it was. Errors: ErrExport
// when the options ask for what cannot be.
func (a *Archive) Export(ctx context.Context, o ExportOptions) (Exported, error) {
	x := &exporting{Archive: a, ctx: ctx, options: o, sheetRows: maxSheetRows}
	if err := x.run(); err != nil {
		return Exported{}, fmt.Errorf("export %s to %s: %w", o.Format, o.Dir, err)
	}
	return x.out, nil
}

// exporting is one Export under way.
type exporting struct {
	*Archive
	ctx       context.Context
	options   ExportOptions
	tx        *sql.Tx    // one view of the archive
	relations []Relation // those chosen
	temp      string     // folder of unfinished files
	sheetRows int        // rows that fit a sheet
	out       Exported
}

func (x *exporting) run() error {
	write, ok := exporters[x.options.Format]
	if !ok {
		return fmt.Errorf("%w: no format %q; there are %s", ErrExport, x.options.Format, strings.Join(ExportFormats, ", "))
	}
	if x.options.NoContact && (x.options.Format == "warc" || x.options.Format == "datasette-metadata") {
		return fmt.Errorf("%w: %s has no texts in which contacts could be masked", ErrExport, x.options.Format)
	}
	if x.options.Relations != nil && x.options.Format == "warc" {
		return fmt.Errorf("%w: warc has exchanges and no relations; choose reports instead", ErrExport)
	}
	if x.options.Where != (Where{}) && x.options.Format == "datasette-metadata" {
		return fmt.Errorf("%w: datasette-metadata has no reports; choose relations instead", ErrExport)
	}
	if err := x.choose(); err != nil {
		return err
	}
	var err error
	if x.tx, err = x.read.BeginTx(x.ctx, nil); err != nil {
		return err
	}
	defer x.tx.Rollback() //nolint:errcheck // nothing was written
	made, err := x.makeFolder()
	if err != nil {
		return err
	}
	if x.options.NoContact {
		x.note("%s", contactsNote)
	}
	if err = write(x); err == nil {
		err = x.publish()
	}
	err = errors.Join(err, os.RemoveAll(x.temp))
	if err != nil && made {
		os.Remove(x.options.Dir) //nolint:errcheck // it stays if somebody has put something into it
	}
	return err
}

// choose finds the relations to write, in the order of publicRelations.
func (x *exporting) choose() error {
	for _, name := range x.options.Relations {
		if name == "search" {
			return fmt.Errorf("%w: search is an index, its texts are in sections and reports", ErrExport)
		}
		if _, ok := keys[name]; !ok {
			return fmt.Errorf("%w: there is no relation %q", ErrExport, name)
		}
	}
	for _, name := range publicRelations {
		if _, ok := keys[name]; !ok || x.options.Relations != nil && !slices.Contains(x.options.Relations, name) {
			continue
		}
		r, err := x.relation(x.ctx, name)
		if err != nil {
			return fmt.Errorf("describe relation %s: %w", name, err)
		}
		x.relations = append(x.relations, r)
	}
	return nil
}

// makeFolder makes the folder, if it is not there, and in it one for unfinished files: the same file system, so that
// renaming works. It refuses a folder with anything in it unless forced.
func (x *exporting) makeFolder() (made bool, err error) {
	dir, err := filepath.Abs(x.options.Dir)
	if err != nil {
		return false, err
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		made, err = true, os.MkdirAll(dir, 0o777)
	}
	if err != nil {
		return false, err
	}
	if len(entries) > 0 && !x.options.Force {
		return false, fmt.Errorf("%w: the folder is not empty", ErrExport)
	}
	x.temp, err = os.MkdirTemp(dir, ".nianbao-export-")
	return made, err
}

// publish renames the finished files, in the order of their making: what describes the others comes last.
func (x *exporting) publish() error {
	for _, name := range x.out.Files {
		if err := os.Rename(filepath.Join(x.temp, name), filepath.Join(x.options.Dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// writeFile makes a file of the export and lets fill write it.
func (x *exporting) writeFile(name string, fill func(io.Writer) error) (err error) {
	f, err := os.Create(filepath.Join(x.temp, name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := fill(w); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	x.out.Files = append(x.out.Files, name)
	return w.Flush()
}

// note adds a sentence for the reader of the files.
func (x *exporting) note(format string, args ...any) {
	x.out.Notes = append(x.out.Notes, fmt.Sprintf(format, args...))
}

// each calls fn for each chosen row of a relation, by its key, or where it has none by all its columns. The values are
// nil, int64, float64 or string, and are fn's for the time of the call only.
func (x *exporting) each(r Relation, fn func(values []any) error) error {
	plain, names := make([]string, len(r.Columns)), make([]string, len(r.Columns))
	for i, c := range r.Columns {
		plain[i], names[i] = c.Name, `"`+c.Name+`"`
	}
	by, value := masking(r.Name, plain)
	order := strings.Join(names, ", ")
	if k := keys[r.Name].columns; k != nil {
		order = `"` + strings.Join(k, `", "`) + `"`
	}
	query := fmt.Sprintf(`SELECT %s FROM "%s"`, strings.Join(names, ", "), r.Name)
	where := x.options.Where.filter(r.Name)
	if where.sql != "" {
		query += ` WHERE ` + where.sql
	}
	rows, err := x.tx.QueryContext(x.ctx, query+` ORDER BY `+order, where.args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", r.Name, err)
	}
	defer rows.Close()
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read %s: %w", r.Name, err)
		}
		if x.options.NoContact {
			if err := mask(by, plain, value, values); err != nil {
				return fmt.Errorf("%s: %w", r.Name, err)
			}
		}
		if err := fn(values); err != nil {
			return err
		}
		x.out.Rows++
	}
	return rows.Err()
}
