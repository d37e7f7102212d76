package archive

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// hardlyAny is the free space below which a failed write is taken for one that had no room: systems that find room late
// report other errors than "disk full".
const hardlyAny = 1 << 20

// FreeSpace is how many bytes may still be written where the archive lies. Errors: the system does not tell.
func (a *Archive) FreeSpace() (int64, error) {
	free, err := freeSpace(filepath.Dir(a.path))
	if err != nil {
		return 0, fmt.Errorf("free space for archive %s: %w", a.path, err)
	}
	return free, nil
}

// IsFull says whether an error of this archive means that there is no room on the disk. Nothing was written then, the
// archive is as it was, and the same may be tried again when there is room.
func (a *Archive) IsFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return true
	case sqlite3.SQLITE_IOERR:
		free, err := a.FreeSpace()
		return err == nil && free < hardlyAny
	}
	return false
}
