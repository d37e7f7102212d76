package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"nianbao/archive"
)

type backupCmd struct {
	File string `arg:"" name:"file" help:"Where the copy goes; nothing may be there yet."`
}

func (*backupCmd) Help() string {
	return `Writes a copy of the archive to a new file, also while a crawl runs: all that was committed when the copy began.
The copy is one file without a log beside it, is checked, and gets its name when it is whole; nothing is overwritten. It
is an archive like any other: read it, or go on crawling into it. Its size may be less than the original's.

Examples:

  nianbao backup nianbao-2026-03-31.db
  nianbao backup --archive /srv/nianbao/nianbao.db "/mnt/backup/nianbao-$(date +%F).db"`
}

// Run copies the archive.
func (c *backupCmd) Run(ctx context.Context, a *app) (err error) {
	if err := mustExist(ctx, a); err != nil {
		return err
	}
	if err := archive.Backup(ctx, a.archive, c.File); errors.Is(err, archive.ErrExists) {
		return usageError("%w", err)
	} else if err != nil {
		return outputError(interrupted(ctx, err))
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s\n", c.File, bytesText(info.Size()))
	return err
}
