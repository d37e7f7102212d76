package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"nianbao/archive"
	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// pipeline composes capture → commit → read → save, for crawl, demo, import and reextract alike. What is still to be read is
// a query to the archive, not a queue in memory: whatever a run leaves unread, however it died, the next run reads
// first.
type pipeline struct {
	archive    *archive.Archive
	log        *slog.Logger
	reader     *reader             // while run runs
	room       *room               // waits while the disk is full; nil for not
	recognizer document.Recognizer // of scans and pictures; nil for none
	all        bool                // read again what this extractor has read before

	last    int64    // the capture that was read last; captures are numbered as they are committed
	read    int      // captures read
	reports int      // those of them that are reports
	failed  []string // addresses of captures that could not be read
}

// batch is how many unread captures are taken from the archive at once; their bodies are in memory together.
const batch = 16

// fetching gets captures and saves them into the archive it is given.
type fetching func(context.Context, crawler.Archive) error

// run reads what earlier runs left unread and, at the same time, lets fetch save captures into the archive and reads
// each once it is committed; it returns when fetch has and nothing is left to read. fetch may be nil: nothing is
// fetched then. When ctx is cancelled, what is unread stays for the next run. The error is that of the archive or of fetch; a
// document that cannot be read is none, it is kept in failed; a file in a format that this version does not read is not
// even that.
func (p *pipeline) run(ctx context.Context, into crawler.Archive, fetch fetching) (err error) {
	p.reader = newReader(p.log, p.recognizer)
	defer func() { err = errors.Join(err, p.reader.close()) }()
	if fetch == nil {
		return p.readUnread(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	committed := make(chan struct{}, 1) // a token in it: something may be unread
	committed <- struct{}{}
	done := make(chan error, 1)
	go func() {
		var err error
		for range committed {
			if err == nil {
				err = p.readUnread(ctx)
			}
			if err != nil {
				cancel(err) // an archive that takes nothing more is no use to go on fetching for
			}
		}
		done <- err
	}()
	fetchErr := fetch(ctx, waking{into, committed})
	close(committed)
	if err := <-done; err != nil {
		return err
	}
	return fetchErr
}

// waking is an archive that tells the reader of each capture it has committed.
type waking struct {
	crawler.Archive
	committed chan<- struct{}
}

// SaveCapture returns when the capture is durable and the reader knows that there is one.
func (w waking) SaveCapture(ctx context.Context, c *crawler.Capture) error {
	if err := w.Archive.SaveCapture(ctx, c); err != nil {
		return err
	}
	select {
	case w.committed <- struct{}{}:
	default: // there is a token: the reader will look after this capture, too
	}
	return nil
}

// readUnread reads until the archive has no unread capture after the last.
func (p *pipeline) readUnread(ctx context.Context) error {
	extractor := extract.Version
	if p.all {
		extractor = ""
	}
	for {
		unread, err := p.archive.Unread(ctx, extractor, p.last, batch)
		if err != nil || len(unread) == 0 {
			return err
		}
		for _, u := range unread {
			if err := p.readOne(ctx, u); err != nil {
				return err
			}
			p.last = u.CaptureID
		}
	}
}

// readOne reads one capture and saves what came of it, a failure too. A reading that the archive has no place for is
// such a failure, which only we can mend; a disk that fails is none, or the capture would never be read again. The members
// of a container are saved before it counts as read, to be read like any capture.
func (p *pipeline) readOne(ctx context.Context, u archive.Unread) error {
	reading, members, readErr := p.readCapture(ctx, u)
	if ctx.Err() != nil {
		return ctx.Err() // it was interrupted, which says nothing about the document
	}
	var saved archive.Saved
	err := p.inRoom(ctx, func() error { return p.archive.SaveMembers(ctx, u.CaptureID, members) })
	if err == nil && reading != (extract.Reading{}) {
		saved, err = p.save(ctx, u.CaptureID, reading, nil)
	}
	if err != nil && (ctx.Err() != nil || archive.DiskFailed(err)) {
		return err
	}
	if readErr = errors.Join(readErr, err); readErr != nil {
		if _, err := p.save(ctx, u.CaptureID, extract.Reading{}, readErr); err != nil {
			return err
		}
	}
	p.read++
	log := p.log.With("capture", u.CaptureID, "url", u.Address)
	switch {
	case isDeferred(u, reading, readErr):
		log.Info("file of a format for a later version", "error", readErr)
	case readErr != nil:
		p.failed = append(p.failed, u.Address)
		log.Error("cannot read capture", "error", readErr)
	case reading.Report == nil:
		log.Info("not a report", "kind", reading.NotReport.Kind, "reason", reading.NotReport.Reason)
	default:
		p.reports++
		log.Info("report", "report", saved.ReportID, "authority", saved.Authority, "year", saved.Year,
			"form", reading.Report.Form, "completeness", reading.Report.Completeness,
			"contradictions", saved.Contradictions, "doubts", saved.Doubts)
	}
	return nil
}

// save saves a reading.
func (p *pipeline) save(ctx context.Context, capture int64, r extract.Reading, readErr error) (saved archive.Saved, err error) {
	err = p.inRoom(ctx, func() (err error) {
		saved, err = p.archive.SaveReading(ctx, capture, extract.Version, r, readErr)
		return err
	})
	return saved, err
}

// inRoom writes to the archive, once there is room for it.
func (p *pipeline) inRoom(ctx context.Context, write func() error) error {
	if p.room == nil {
		return write()
	}
	return p.room.do(ctx, write)
}

// isDeferred tells a file that only a later version can read from a document that should have been read: a page is the
// latter, whatever bytes came, and so is a container. Archive.FailedReadings draws the same line.
func isDeferred(u archive.Unread, r extract.Reading, err error) bool {
	return u.Role == crawler.RoleAttachment && r.NotReport == nil &&
		(errors.Is(err, document.ErrFormat) || errors.Is(err, document.ErrImageOnly))
}

// readCapture reads a body as it was sent, its Content-Encoding undone. Of a container it gives the members, too; the
// error may be that some of them cannot be unpacked.
func (p *pipeline) readCapture(ctx context.Context, u archive.Unread) (extract.Reading, []document.Member, error) {
	body, err := crawler.Decode(http.Header{"Content-Encoding": {u.Encoding}}, u.Input.Body, crawler.DefaultMaxBody)
	if err != nil {
		return extract.Reading{}, nil, err
	}
	in := u.Input
	in.Body = body
	return p.reader.read(ctx, in)
}
