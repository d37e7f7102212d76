package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"nianbao/archive"
	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/mention"
)

// openForWriting opens the archive for a run, makes it if it is not there, and holds its lock until it is closed. An
// archive that another process is writing, or a file that is none, is wrong usage.
func openForWriting(ctx context.Context, a *app) (*archive.Archive, error) {
	hash, err := formsHash()
	if err != nil {
		return nil, err
	}
	opened, err := archive.Open(ctx, a.archive, archive.Options{
		Now: a.now, Labels: labels(), Extractor: extract.Version, FormsHash: hash,
	})
	if err != nil {
		return nil, openError(ctx, err)
	}
	for _, c := range opened.Recovered() {
		a.log.Warn("a run died before its end; what it fetched is kept, and its visits that were under way count as partial",
			"run", c.ID, "trigger", c.Trigger, "started", instant(c.StartedAt), "last_heard", instant(c.FinishedAt))
	}
	return opened, nil
}

// openForReading opens an archive that must be there. Another process may be writing it meanwhile.
func openForReading(ctx context.Context, a *app) (*archive.Archive, error) {
	opened, err := archive.OpenReader(ctx, a.archive)
	if err != nil {
		return nil, openError(ctx, err)
	}
	return opened, nil
}

// mustExist refuses an archive that is not there, for commands that write but make no archive. One of another version is
// there: whoever opens it for writing brings it up to date.
func mustExist(ctx context.Context, a *app) error {
	opened, err := openForReading(ctx, a)
	if errors.Is(err, archive.ErrOutdated) {
		return nil
	}
	if err != nil {
		return err
	}
	return opened.Close()
}

func openError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil, archive.DiskFailed(err), archive.Damaged(err):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return usageError("%w; name an archive with --archive, or make one with nianbao crawl", err)
	}
	return usageError("%w", err)
}

// closeArchive closes the archive at the end of a command; what goes wrong then is the command's error unless it has
// one already.
func closeArchive(opened *archive.Archive, err *error) {
	if closeErr := opened.Close(); closeErr != nil && *err == nil {
		*err = closeErr
	}
}

// labels are the rows of the public relation labels: the ids of the forms and of mentions, and the rules of findings.
func labels() []archive.Label {
	var all []archive.Label
	for _, l := range form.Labels() {
		all = append(all, archive.Label(l))
	}
	for _, m := range mention.Metrics() {
		all = append(all, archive.Label{Relation: "mentions", ID: m.ID, LabelZH: m.LabelZH, LabelEN: m.LabelEN})
	}
	for _, i := range form.Indicators() {
		all = append(all, archive.Label{Relation: "series", ID: i.ID, LabelZH: i.LabelZH, LabelEN: i.LabelEN})
	}
	for _, r := range check.Rules() {
		all = append(all, archive.Label{Relation: "findings", ID: r.ID, LabelEN: r.Sentence})
	}
	return all
}

// formsHash is the SHA-256, in hex, of the official forms this program knows.
func formsHash() (string, error) {
	text, err := json.Marshal(form.Editions())
	if err != nil {
		return "", fmt.Errorf("hash the official forms: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
