package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/tetratelabs/wazero"

	"nianbao/extract"
	"nianbao/extract/document"
)

// How long reading one document may take. PDFs of a hundred pages take seconds; a page that is recognised may take ten.
const (
	documentTime   = 2 * time.Minute
	recognizedTime = time.Hour
	documentGrace  = 10 * time.Second // for what looks at the deadline by itself to say what was wrong
)

// largeDocument is the size, in bytes, beyond which documents are read one at a time, so that the memory they take does not
// depend on the number of processors. So are those in gzip, of which nothing else tells before how large they are, and PDFs, which
// wait for the engine: another one's time is not theirs.
const largeDocument = 512 << 10

// reader reads documents from anywhere, for every command that does.
type reader struct {
	extract *extract.Reader
	cache   wazero.CompilationCache // nil for none
	time    time.Duration           // for a document
	unpack  time.Duration           // for the archives of RAR in one
	grace   time.Duration           // and behind it
	large   chan struct{}           // holds a token while a large document is read
}

// newReader makes a reader, with a recogniser of pictures or nil. It is to be closed.
func newReader(log *slog.Logger, recognizer document.Recognizer) *reader {
	r := &reader{cache: compileCache(log), time: documentTime, unpack: documentTime, grace: documentGrace,
		large: make(chan struct{}, 1)}
	if recognizer != nil {
		r.time = recognizedTime
	}
	r.extract = extract.NewReader(extract.Options{CompileCache: r.cache, Recognizer: recognizer})
	return r
}

// compileCache is where the compiled engine that reads PDF is kept from run to run, in the user's cache folder. Without one,
// the first PDF of a run takes some seconds more.
func compileCache(log *slog.Logger) wazero.CompilationCache {
	folder, err := os.UserCacheDir()
	if err == nil {
		var cache wazero.CompilationCache
		if cache, err = wazero.NewCompilationCacheWithDir(filepath.Join(folder, "nianbao")); err == nil {
			return cache
		}
	}
	log.Debug("no cache folder: the first PDF will take longer", "error", err)
	return nil
}

// read is extract.Reader.Read for bytes from anywhere. Should a document bring the extractor down, that one cannot be read,
// and the next run does not die of it again. One that takes too long is over a limit; if its reading does not end even
// then, it is left alone: it goes on until the process ends, and the others are read.
func (r *reader) read(ctx context.Context, in extract.Input) (extract.Reading, error) {
	var reading extract.Reading
	large := len(in.Body) > largeDocument || document.IsGzip(in.Body)
	err := r.alone(ctx, large, document.IsPDF(in.Body), func(ctx context.Context) (err error) {
		reading, err = r.extract.Read(ctx, in)
		if err == nil && (reading.Report == nil) == (reading.NotReport == nil) {
			err = errors.New("the extractor decided neither for a report nor against it")
		}
		return err
	})
	if errors.Is(err, errLeftAlone) {
		return extract.Unreadable(in, err)
	}
	if err != nil {
		return extract.Reading{}, err
	}
	return reading, nil
}

// isContainer says whether a document is files in a container, which members gives.
func isContainer(r extract.Reading) bool {
	return r.NotReport != nil && r.NotReport.Kind == extract.Container
}

// members is document.Members, with the same care. Archives of RAR are unpacked in a process of its own, one at a time like large
// documents; that does not take longer where pictures are recognised. The error wraps errAgain if the machine is at fault.
func (r *reader) members(ctx context.Context, container []byte) ([]document.Member, error) {
	var members []document.Member
	err := r.alone(ctx, true, false, func(ctx context.Context) (err error) {
		ctx, cancel := context.WithTimeout(ctx, r.unpack)
		defer cancel()
		members, err = document.Members(container, document.Options{Unpacker: unrar{ctx}})
		return err
	})
	if errors.Is(err, errLeftAlone) {
		return nil, err
	}
	return members, err
}

// errLeftAlone says that a document is still being read, by nobody's wish.
var errLeftAlone = fmt.Errorf("reading it takes longer than the time allowed: %w", document.ErrLimit)

// alone calls a function that reads a document, large or a PDF, until the time for it is over. Its error is errLeftAlone if the
// function goes on.
func (r *reader) alone(ctx context.Context, large, pdf bool, read func(context.Context) error) error {
	if large || pdf {
		select {
		case r.large <- struct{}{}:
			defer func() {
				if large {
					debug.FreeOSMemory() // before another may take as much
				}
				<-r.large
			}()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if pdf {
		if err := r.extract.Prepare(); err != nil {
			return fmt.Errorf("make the engine that reads PDF: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, r.time)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- fmt.Errorf("the extractor broke down: %v", cause)
			}
		}()
		done <- read(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done(): // what looks at that ends now
	}
	late := time.NewTimer(r.grace)
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		return errLeftAlone
	}
}

// close releases what reading PDFs needed.
func (r *reader) close() error {
	err := r.extract.Close()
	if r.cache != nil {
		err = errors.Join(err, r.cache.Close(context.Background()))
	}
	return err
}
