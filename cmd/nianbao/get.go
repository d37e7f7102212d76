package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"nianbao/archive"
)

type getCmd struct {
	Ref    string `arg:"" name:"report|sha256|url" help:"What to write; @TIME behind it asks for what was newest then."`
	Output string `short:"o" placeholder:"FILE" help:"Write to this file, not to standard output."`
}

func (*getCmd) Help() string {
	return `Writes archived bytes exactly as the server sent them; their SHA-256 is checked. They are named by a report's
number or key, by (the beginning of) their SHA-256, or by an address. A report's bytes are those its numbers were read
from, an address's those of its newest whole answer. @TIME is a day in Beijing or a time as in RFC 3339.

Examples:

  nianbao get http://www.example.gov.cn/nb/2023.html > page.html
  nianbao get -o page.html http://www.example.gov.cn/nb/2023.html@2024-03-31
  nianbao get --archive nianbao-demo.db $(sqlite3 nianbao-demo.db "select report_id from reports limit 1")`
}

// Run writes the bytes.
func (c *getCmd) Run(ctx context.Context, a *app) (err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	body, err := opened.Body(ctx, c.Ref)
	switch {
	case errors.Is(err, archive.ErrNotFound), errors.Is(err, archive.ErrAmbiguous):
		return usageError("%w", err)
	case err != nil:
		return err
	}
	a.log.Debug("found", "capture", body.CaptureID, "url", body.URL, "fetched_at", body.FetchedAt, "sha256", body.SHA256)
	if c.Output == "" {
		if _, err := a.bytes.Write(body.Bytes); err != nil {
			return fmt.Errorf("write %s: %w", body.SHA256, err)
		}
		return nil
	}
	return outputError(os.WriteFile(c.Output, body.Bytes, 0o666))
}
