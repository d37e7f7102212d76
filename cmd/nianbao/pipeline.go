package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

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
	recognizer document.Recognizer // of scans and pictures; nil for none
	room       *room               // waits while the disk is full; nil for not
	large      chan struct{}       // holds a token while somebody has something large in memory; nil if nothing is fetched
	time       time.Duration       // that reading a document may take; 0 for the reader's own
	all        bool                // read again what this extractor has read before
	onSaved    func(archive.Saved) // told of each capture that was read, and what saving it changed; nil for nobody

	last    int64    // the capture that was read last; captures are numbered as they are committed
	read    int      // captures read
	reports int      // those of them that are reports
	failed  []string // addresses of captures that could not be read
}

// batch is how many unread captures are taken from the archive at once; their bodies are in memory together. They are saved in
// one transaction, which costs a good part of what saving one of them costs, and for which the captures that come meanwhile
// have to wait.
const batch = 32

// gatherFor is how long captures wait for others to be read with.
const gatherFor = 200 * time.Millisecond

// fetching gets captures and saves them into the archive it is given.
type fetching func(context.Context, crawler.Archive) error

// run reads what earlier runs left unread and, at the same time, lets fetch save captures into the archive and reads
// each once it is committed; it returns when fetch has and nothing is left to read. fetch may be nil: nothing is
// fetched then. When ctx is cancelled, what is unread stays for the next run. The error is that of the archive or of fetch; a
// document that cannot be read is none, it is kept in failed; a file in a format that this version does not read is not
// even that.
func (p *pipeline) run(ctx context.Context, into crawler.Archive, fetch fetching) (err error) {
	p.reader = newReader(p.log, p.recognizer)
	p.reader.time = cmp.Or(p.time, p.reader.time)
	defer func() { err = errors.Join(err, p.reader.close()) }()
	if fetch == nil {
		return p.readUnread(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	committed := make(chan struct{}, batch) // as many tokens as there are captures unread, or more than are read at once
	reader := make(chan error, 1)
	go func() {
		err := p.readUnread(ctx)
		for more := true; more; {
			if err != nil {
				cancel(err) // an archive that takes nothing more is no use to go on fetching for
			}
			more = gather(committed)
			switch {
			case err != nil: // only to let fetch come to its end
			case more:
				err = p.readOnce(ctx)
			default:
				err = p.readUnread(ctx)
			}
		}
		reader <- err
	}()
	fetchErr := fetch(ctx, waking{into, committed})
	close(committed)
	if err := <-reader; err != nil {
		return err
	}
	return fetchErr
}

// gather waits until there is something to read: a batch, or what has come a while after the first of it. It returns false when
// nothing more will come.
func gather(committed <-chan struct{}) bool {
	if _, more := <-committed; !more {
		return false
	}
	enough := time.NewTimer(gatherFor)
	defer enough.Stop()
	for range batch - 1 {
		select {
		case _, more := <-committed:
			if !more {
				return false
			}
		case <-enough.C:
			return true
		}
	}
	return true
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
	default: // there is a batch of tokens: the reader will look after this capture, too
	}
	return nil
}

// readCapture is a capture that was read, and what came of it.
type readCapture struct {
	archive.Unread
	reading   extract.Reading // zero if it could not be read
	container []byte          // to be unpacked when it is saved: members of many would not fit into memory
	err       error
	saved     archive.Saved
}

// readUnread reads until the archive has no unread capture after the last: those that come meanwhile or that saving brings, the
// members of containers, too.
func (p *pipeline) readUnread(ctx context.Context) error {
	for {
		before := p.read
		if err := p.readOnce(ctx); err != nil {
			return err
		}
		if p.read == before {
			return nil
		}
	}
}

// readOnce reads what is unread after the last, up to a batch that is not full. While one is saved, the next is read.
func (p *pipeline) readOnce(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	batches, last := make(chan readBatch), p.last
	go func() {
		defer close(batches)
		p.readAhead(ctx, last, batches)
	}()
	defer func() {
		stop()
		for b := range batches { // until the reader has stopped, too
			b.finish()
		}
	}()
	for b := range batches {
		err := b.err
		if err == nil {
			err = p.save(ctx, b)
		}
		b.finish()
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readBy is the extractor whose readings are not made again.
func (p *pipeline) readBy() string {
	if p.all {
		return ""
	}
	return extract.Version
}

// readBatch is some captures, read, in the order of their numbers.
type readBatch struct {
	captures []*readCapture
	full     bool   // there may be more behind it
	end      func() // for when it is saved: others wait to have something large in memory; nil for a small one
	err      error  // of the archive
}

// finish ends a batch that is saved, or is not to be.
func (b readBatch) finish() {
	if b.end != nil {
		debug.FreeOSMemory() // what was read is garbage as large as it was
		b.end()
	}
}

// readAhead reads the captures after a number and passes them on, until there are less than a batch.
func (p *pipeline) readAhead(ctx context.Context, last int64, batches chan<- readBatch) {
	for {
		b := p.readNext(ctx, last)
		if b.err == nil && len(b.captures) == 0 {
			b.finish()
			return
		}
		if ctx.Err() != nil { // what was read then may have been interrupted, which says nothing about the documents
			b.finish()
			return
		}
		if b.err == nil {
			last = b.captures[len(b.captures)-1].CaptureID
		}
		select {
		case batches <- b:
		case <-ctx.Done():
			b.finish()
			return
		}
		if b.err != nil || !b.full {
			return
		}
	}
}

// largeBatch is how many bytes of bodies are read while others have something large in memory, too. A batch that has more ends with a
// large body, and is rare.
const largeBatch = 8 << 20

// readNext takes a batch of captures from the archive and reads them.
func (p *pipeline) readNext(ctx context.Context, last int64) readBatch {
	end := p.exclusively() // the archive has a body in memory twice
	unread, err := p.archive.Unread(ctx, p.readBy(), last, batch)
	size := 0
	for _, u := range unread {
		size += len(u.Input.Body)
	}
	if size <= largeBatch || p.recognizer != nil { // to recognise a scan takes minutes: nobody waits for that
		end()
		end = nil
	} else {
		debug.FreeOSMemory()
	}
	return readBatch{p.readAll(ctx, unread), len(unread) == batch, end, err}
}

// exclusively waits until no large body is on its way between archive and memory, where it is twice meanwhile, and keeps others waiting
// until the function is called.
func (p *pipeline) exclusively() (end func()) {
	if p.large == nil {
		return func() {}
	}
	p.large <- struct{}{}
	return func() { <-p.large }
}

// readAll reads captures, as many at once as there are processors. What is read in one does not depend on the others.
func (p *pipeline) readAll(ctx context.Context, unread []archive.Unread) []*readCapture {
	captures := make([]*readCapture, len(unread))
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(unread)) {
		readers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(unread)); i = next.Add(1) - 1 {
				c := &readCapture{Unread: unread[i]}
				c.reading, c.container, c.err = p.readBody(ctx, c.Unread)
				c.Input.Body, unread[i].Input.Body = nil, nil // bodies are large
				captures[i] = c
			}
		})
	}
	readers.Wait()
	return captures
}

// save saves what came of some captures, in their order, failures too. A reading that the archive has no place for is such a
// failure, which only we can mend; a disk that fails is none, or the capture would never be read again. The members of a
// container are saved before it counts as read, to be read like any capture.
func (p *pipeline) save(ctx context.Context, b readBatch) error {
	captures := b.captures
	var readings, failures []archive.Reading
	var of []*readCapture // each reading's
	for _, c := range captures {
		err := p.saveMembers(ctx, c, b.end != nil)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if archive.DiskFailed(err) {
			return err
		}
		if err == nil && c.reading != (extract.Reading{}) {
			readings, of = append(readings, archive.Reading{CaptureID: c.CaptureID, Reading: c.reading}), append(of, c)
		}
		c.err = errors.Join(c.err, err)
	}
	saved, err := p.saveReadings(ctx, readings)
	if err != nil {
		return err
	}
	for i, s := range saved {
		of[i].saved, of[i].err = s, errors.Join(of[i].err, s.Err)
	}
	for _, c := range captures {
		if c.err != nil {
			failures = append(failures, archive.Reading{CaptureID: c.CaptureID, Err: c.err})
		}
	}
	saved, err = p.saveReadings(ctx, failures)
	for _, s := range saved {
		err = errors.Join(err, s.Err)
	}
	if err != nil {
		return err
	}
	for _, c := range captures {
		p.done(c)
	}
	return nil
}

// saveMembers saves the members of a capture that is a container; what cannot be unpacked is told of the capture. alone says that
// others wait already.
func (p *pipeline) saveMembers(ctx context.Context, c *readCapture, alone bool) error {
	if c.container == nil {
		return nil
	}
	if !alone {
		defer p.exclusively()()
	}
	members, err := p.reader.members(ctx, c.container)
	c.container, c.err = nil, errors.Join(c.err, err)
	return p.inRoom(ctx, func() error { return p.archive.SaveMembers(ctx, c.CaptureID, members) })
}

// done counts a capture that was read and saved, and logs it.
func (p *pipeline) done(c *readCapture) {
	p.last = c.CaptureID
	p.read++
	log := p.log.With("capture", c.CaptureID, "url", c.Address)
	switch {
	case isDeferred(c.Unread, c.reading, c.err):
		log.Info("file of a format for a later version", "error", c.err)
	case c.err != nil:
		p.failed = append(p.failed, c.Address)
		log.Error("cannot read capture", "error", c.err)
	case c.saved.NotReport != "":
		log.Info("not a report", "kind", c.saved.NotReport, "reason", c.saved.Reason)
	default:
		p.reports++
		r := c.reading.Report
		log.Info("report", "report", c.saved.ReportID, "authority", c.saved.Authority, "year", c.saved.Year,
			"form", r.Form, "completeness", r.Completeness,
			"contradictions", c.saved.Contradictions, "doubts", c.saved.Doubts)
	}
	if p.onSaved != nil {
		p.onSaved(c.saved)
	}
}

// saveReadings saves readings.
func (p *pipeline) saveReadings(ctx context.Context, readings []archive.Reading) (saved []archive.Saved, err error) {
	if len(readings) == 0 {
		return nil, nil
	}
	err = p.inRoom(ctx, func() (err error) {
		saved, err = p.archive.SaveReadings(ctx, archive.SaveOptions{Extractor: extract.Version, Effects: p.onSaved != nil}, readings)
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

// readBody reads a body as it was sent, its Content-Encoding undone. A container is given back without that.
func (p *pipeline) readBody(ctx context.Context, u archive.Unread) (reading extract.Reading, container []byte, err error) {
	in := u.Input
	in.Body, err = crawler.Decode(http.Header{"Content-Encoding": {u.Encoding}}, u.Input.Body, crawler.DefaultMaxBody)
	if err != nil {
		return extract.Reading{}, nil, err
	}
	if reading, err = p.reader.read(ctx, in); isContainer(reading) {
		container = in.Body
	}
	return reading, container, err
}
