package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ErrExists says that a backup would overwrite something.
var ErrExists = errors.New("the file exists, and is not overwritten")

// Backup writes a copy of the archive at path, which may be of an older version, to a new file: all that was committed when
// it began, whatever is written meanwhile, by this process or another. The copy is one file (journal mode DELETE, no log
// beside it), without the gaps of the
// original, and is checked before it gets its name: until then it is FILE.partial-NUMBER, and a death leaves that behind.
// The write-ahead log of the original grows while a backup runs, by what is written meanwhile.
//
// Errors: ErrExists; no room; the copy is not sound.
func Backup(ctx context.Context, path, file string) error {
	path, err := resolve(path)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err == nil {
		err = inspect(ctx, path, migrations)
	}
	if err != nil {
		return fmt.Errorf("open archive %s: %w", path, err)
	}
	if err := backup(ctx, path, file); err != nil {
		return fmt.Errorf("back up archive %s to %s: %w", path, file, err)
	}
	return nil
}

func backup(ctx context.Context, path, file string) (err error) {
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if _, err := os.Lstat(file); err == nil {
		return ErrExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".partial-*")
	if err != nil {
		return err
	}
	partial := f.Name()
	defer func() {
		if err != nil {
			err = errors.Join(err, removeIfThere(partial), removeIfThere(partial+"-journal"))
		}
	}()
	if err := f.Close(); err != nil {
		return err
	}
	if err := vacuumInto(ctx, path, partial); err != nil {
		return err
	}
	if err := checkCopy(ctx, partial); err != nil {
		return fmt.Errorf("the copy is not sound: %w", err)
	}
	return giveName(partial, file)
}

// vacuumInto lets SQLite write the copy in one read transaction (sqlite.org/lang_vacuum.html), on a connection that differs
// from the readers' in that it does not refuse all that looks like writing.
func vacuumInto(ctx context.Context, path, file string) error {
	query := guarded()
	query["_pragma"] = slices.DeleteFunc(query["_pragma"], func(p string) bool { return p == "query_only(1)" })
	db, err := sql.Open("sqlite", dsn(path, query))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return errors.Join(err, db.Close())
}

// checkCopy lets SQLite read the whole copy, and sees that it says what it is.
func checkCopy(ctx context.Context, file string) error {
	if err := inspect(ctx, file, migrations); err != nil {
		return err
	}
	db, err := openReading(file)
	if err != nil {
		return err
	}
	defer db.Close()
	lines, err := selectTexts(ctx, db, `PRAGMA quick_check(1)`)
	if err == nil && (len(lines) != 1 || lines[0] != "ok") {
		err = fmt.Errorf("SQLite's quick check: %v", lines)
	}
	return err
}

// giveName gives the finished copy its name, unless something has that name by now. Copy and name are on disk for good when
// it returns.
func giveName(partial, file string) error {
	if err := os.Chmod(partial, 0o644); err != nil { // CreateTemp keeps files to their owner; archives are not secret
		return err
	}
	if err := syncFile(partial); err != nil {
		return err
	}
	// A hard link never replaces what is there. File systems without links get a rename, which might.
	if err := os.Link(partial, file); errors.Is(err, fs.ErrExist) {
		return ErrExists
	} else if err != nil {
		if err := os.Rename(partial, file); err != nil {
			return err
		}
	} else if err := os.Remove(partial); err != nil {
		return err
	}
	return syncFile(filepath.Dir(file))
}

// syncFile brings a file, or the names in a folder, to the disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
