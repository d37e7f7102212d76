package main

import (
	"errors"
	"fmt"

	"nianbao/archive"
)

// Exit statuses of every command.
const (
	statusOK      = 0 // all done
	statusPartly  = 1 // done, but some site is not ok, or a page or a file failed; each is named
	statusUsage   = 2 // wrong usage or configuration
	statusDamaged = 3 // the archive is damaged
)

// statusError is an error that knows the exit status it means.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// usageError says what the caller has to change: flags, register, file names.
func usageError(format string, args ...any) error {
	return &statusError{statusUsage, fmt.Errorf(format, args...)}
}

// outputError is the error of writing where the caller said: wrong usage where that name cannot be, unless the disk failed.
func outputError(err error) error {
	if archive.Unreachable(err) && !archive.DiskFailed(err) {
		return usageError("%w", err)
	}
	return err
}

// damagedError says what in the archive is not as it was written.
func damagedError(format string, args ...any) error {
	return &statusError{statusDamaged, fmt.Errorf(format, args...)}
}

// statusOf is the exit status for what a command returned. An error that says nothing of a status is damage of the archive, or
// a failure of part of the work.
func statusOf(err error) int {
	if err == nil {
		return statusOK
	}
	var s *statusError
	if errors.As(err, &s) {
		return s.status
	}
	if archive.Damaged(err) {
		return statusDamaged
	}
	return statusPartly
}
