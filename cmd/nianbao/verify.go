package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"nianbao/archive"
)

type verifyCmd struct{}

func (*verifyCmd) Help() string {
	return `Hashes every archived body again, lets SQLite check the file, and compares the relations with each other.
Changes nothing, but that an archive whose making was killed is made. Prints each damage; exit status 3 says that there is one.

Example:

  nianbao verify --archive nianbao-demo.db`
}

// Run checks the archive.
func (*verifyCmd) Run(ctx context.Context, a *app) (err error) {
	opened, err := openToVerify(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	v, err := opened.Verify(ctx)
	if err != nil {
		return interrupted(ctx, err)
	}
	for _, d := range v.Damage {
		if _, err := fmt.Fprintln(a.stdout, d); err != nil {
			return err
		}
	}
	if v.Slim {
		if _, err := fmt.Fprintln(a.stdout, "a slim archive: its bodies were left out when it was made, and cannot be checked"); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, "%d captures, %d bodies, %d reports, %d cells checked: %s\n",
		v.Captures, v.Blobs, v.Reports, v.Cells, damages(len(v.Damage)))
	if err == nil && len(v.Damage) > 0 {
		err = damagedError("the archive %s is damaged in %d places", a.archive, len(v.Damage))
	}
	return err
}

// openToVerify opens the archive. One whose creation was killed is an empty file: it holds nothing, is not damaged, and is
// completed. What another version made has to be checked by that one, and what cannot be reached by somebody who may. An archive
// that is there but cannot be opened otherwise is damaged.
func openToVerify(ctx context.Context, a *app) (*archive.Archive, error) {
	opened, err := openForReading(ctx, a)
	if errors.Is(err, archive.ErrEmpty) {
		return openForWriting(ctx, a)
	}
	if err == nil || ctx.Err() != nil || archive.DiskFailed(err) || archive.Unreachable(err) || errors.Is(err, fs.ErrNotExist) ||
		errors.Is(err, archive.ErrOutdated) || errors.Is(err, archive.ErrNewer) {
		return opened, err
	}
	return nil, damagedError("%w", err)
}

func damages(n int) string {
	if n == 0 {
		return "no damage"
	}
	return fmt.Sprintf("damage in %d places", n)
}
