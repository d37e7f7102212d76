package main

import (
	"context"
	"fmt"
	"strings"
)

type reextractCmd struct {
	ocrFlag
	All bool `help:"Read every capture again, also those that this version has read."`
}

func (*reextractCmd) Help() string {
	return `Reads again the archived captures that an older version's extractor has read, or none. Nothing is fetched. A
capture that cannot be read is named, and the exit status is 1; what an older version read of it stays.

Examples:

  nianbao reextract
  nianbao reextract --all --archive nianbao-demo.db
  nianbao reextract --all --ocr`
}

// Run reads the captures in the order in which they were made.
func (c *reextractCmd) Run(ctx context.Context, a *app) (err error) {
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	if err := mustExist(ctx, a); err != nil {
		return err
	}
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	p := pipeline{archive: opened, log: a.log, all: c.All, recognizer: a.recognizer}
	if err := p.run(ctx, nil, nil); err != nil || ctx.Err() != nil {
		return interrupted(ctx, err)
	}
	if _, err := fmt.Fprintf(a.stdout, "%d captures read, %d of them reports\n", p.read, p.reports); err != nil {
		return err
	}
	if len(p.failed) > 0 {
		return fmt.Errorf("captures that cannot be read: %s", strings.Join(p.failed, ", "))
	}
	return nil
}
