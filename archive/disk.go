package archive

import (
	"errors"
	"slices"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What the result codes of SQLite (sqlite.org/rescode.html), and those of the system, blame: the machine, the file, its name or who
// may read it.
var (
	diskFaults   = []int{sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM}
	damages      = []int{sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
	accessFaults = []int{sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
	systemFaults = []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.ENOMEM}
)

// DiskFailed says whether an error of this package is the disk's, its file system's or the memory's: neither the caller nor
// the data are at fault, what was to be written is not there, and the same may succeed another time.
func DiskFailed(err error) bool {
	var failure *sqlite.Error
	if errors.As(err, &failure) && slices.Contains(diskFaults, failure.Code()&0xff) {
		return true
	}
	var system syscall.Errno
	return errors.As(err, &system) && slices.Contains(systemFaults, system)
}

// Unreachable says whether an error of this package is about a file's name, its folder or who may read and write there, and not
// about what is in it. An archive with a write-ahead log can be read only where that may be written beside it.
func Unreachable(err error) bool {
	var failure *sqlite.Error
	var system syscall.Errno
	return errors.As(err, &system) || errors.As(err, &failure) && slices.Contains(accessFaults, failure.Code()&0xff)
}

// cannotWriteBeside says whether reading failed because the files of the write-ahead log could not be made in the folder.
func cannotWriteBeside(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_READONLY
}

// Damaged says whether an error of this package tells that the file is not as it was written: SQLite's own structure, or a body.
func Damaged(err error) bool {
	var failure *sqlite.Error
	return errors.Is(err, errDamaged) || errors.As(err, &failure) && slices.Contains(damages, failure.Code()&0xff)
}
