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

	read    int      // captures read
	reports int      // those of them that are reports
	failed  []string // addresses of captures that could not be read
}

// batch is how many captures are saved in one transaction, which costs a good part of what saving one of them costs, and for which the
// captures that come meanwhile have to wait.
const batch = 32

// few is how many captures are worth reading before there is a batch: who reads them as they come has them read when the batch is
// there, and saves while others read.
const few = 4

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
	committed := make(chan struct{}, batch) // as many tokens as there are captures unread, or more than are read at once
	if fetch == nil {
		close(committed)
		return p.readAndSave(ctx, committed)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	saver := make(chan error, 1)
	go func() {
		err := p.readAndSave(ctx, committed)
		if err != nil {
			cancel(err) // an archive that takes nothing more is no use to go on fetching for
		}
		saver <- err
	}()
	fetchErr := fetch(ctx, waking{into, committed})
	close(committed)
	if err := <-saver; err != nil {
		return err
	}
	return fetchErr
}

// gather waits until there are some more captures to read, or those that wait have waited long enough for others; hurry says that it
// was so. more is false when nothing more will come. waiting says that there are some that wait already.
func gather(ctx context.Context, committed <-chan struct{}, waiting bool) (hurry, more bool) {
	var enough <-chan time.Time
	for n := 0; n < few; n++ {
		if enough == nil && (waiting || n > 0) {
			enough = time.After(gatherFor)
		}
		select {
		case _, more := <-committed:
			if !more {
				return true, false
			}
		case <-enough:
			return true, true
		case <-ctx.Done():
			return true, true
		}
	}
	return false, true
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
	container []byte          // to be unpacked by itself: members of many would not fit into memory
	err       error
	saved     archive.Saved
}

// readAndSave reads what the archive has unread and what is committed until the channel is closed, and saves it; while some captures
// are saved the next are read.
func (p *pipeline) readAndSave(ctx context.Context, committed <-chan struct{}) error {
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan readBatch)
	go func() {
		defer close(batches)
		p.readAhead(ctx, committed, batches)
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
			err = p.save(ctx, b.captures)
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

// readAhead reads captures as they are committed and passes them on: a batch together, or what there is when no more comes. It ends
// when the channel is closed and nothing is unread, the members of containers included, which it saves itself: a batch that waits to
// be saved may be one that others wait for.
func (p *pipeline) readAhead(ctx context.Context, committed <-chan struct{}, batches chan<- readBatch) {
	var read readBatch // and not passed on yet
	defer func() { read.finish() }()
	for last, hurry, more := int64(0), true, true; ; {
		next := p.readNext(ctx, last, batch-len(read.captures))
		read.captures, read.end, read.err = append(read.captures, next.captures...), next.end, next.err
		if ctx.Err() != nil { // what was read then may have been interrupted, which says nothing about the documents
			return
		}
		if n := len(read.captures); n > 0 {
			last = read.captures[n-1].CaptureID
		}
		none := len(next.captures) == 0
		if len(read.captures) == batch || read.end != nil || read.err != nil || len(read.captures) > 0 && none && hurry {
			select {
			case batches <- read:
				read = readBatch{}
			case <-ctx.Done():
				return
			}
		}
		switch {
		case next.err != nil || none && !more:
			return
		case none && more:
			hurry, more = gather(ctx, committed, len(read.captures) > 0)
		}
	}
}

// largeBatch is how many bytes of bodies are read while others have something large in memory, too. A batch that has more ends with a
// large body, and is rare.
const largeBatch = 8 << 20

// readNext takes captures after a number from the archive, a batch at most, and reads them.
func (p *pipeline) readNext(ctx context.Context, last int64, most int) readBatch {
	end := p.exclusively() // the archive has a body in memory twice
	unread, err := p.archive.Unread(ctx, p.readBy(), last, most)
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
	b := readBatch{p.readAll(ctx, unread), end, err}
	for _, c := range b.captures {
		if b.err = p.saveMembers(ctx, c, end != nil); b.err != nil {
			break
		}
	}
	return b
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
// failure, which only we can mend; a disk that fails is none, or the capture would never be read again. Nor is errAgain: that capture
// stays unread.
func (p *pipeline) save(ctx context.Context, captures []*readCapture) error {
	var readings, failures []archive.Reading
	var of []*readCapture // each reading's
	for _, c := range captures {
		if c.reading != (extract.Reading{}) {
			readings, of = append(readings, archive.Reading{CaptureID: c.CaptureID, Reading: c.reading}), append(of, c)
		}
	}
	saved, err := p.saveReadings(ctx, readings)
	if err != nil {
		return err
	}
	for i, s := range saved {
		of[i].saved, of[i].err = s, errors.Join(of[i].err, s.Err)
	}
	for _, c := range captures {
		if c.err != nil && !errors.Is(c.err, errAgain) {
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

// saveMembers saves the members of a capture that is a container, before that counts as read; they are read like any capture. What
// cannot be unpacked or saved is told of the capture; the error is the disk's. alone says that others wait already.
func (p *pipeline) saveMembers(ctx context.Context, c *readCapture, alone bool) error {
	if c.container == nil {
		return nil
	}
	if !alone {
		defer p.exclusively()()
	}
	large := len(c.container) > largeBatch
	members, err := p.reader.members(ctx, c.container)
	c.container = nil
	if large {
		debug.FreeOSMemory() // the container
	}
	saveErr := p.inRoom(ctx, func() error { return p.archive.SaveMembers(ctx, c.CaptureID, members) })
	if archive.DiskFailed(saveErr) {
		return saveErr
	}
	if saveErr != nil || errors.Is(err, errAgain) {
		c.reading = extract.Reading{} // without its members it does not count as read
	}
	c.err = errors.Join(c.err, err, saveErr)
	return nil
}

// done counts a capture that was read and saved, and logs it.
func (p *pipeline) done(c *readCapture) {
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
	return u.Role == crawler.RoleAttachment && r.NotReport == nil && !errors.Is(err, errAgain) &&
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
