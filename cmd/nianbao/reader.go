package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/tetratelabs/wazero"

	"nianbao/extract"
	"nianbao/extract/document"
)

// How long reading one document may take. PDFs of a hundred pages take seconds; a page that is recognised may take ten.
const (
	documentTime   = 2 * time.Minute
	recognizedTime = time.Hour
)

// reader reads documents from anywhere, for every command that does.
type reader struct {
	extract *extract.Reader
	cache   wazero.CompilationCache // nil for none
	time    time.Duration           // for a document
}

// newReader makes a reader, with a recogniser of pictures or nil. It is to be closed.
func newReader(log *slog.Logger, recognizer document.Recognizer) *reader {
	r := &reader{cache: compileCache(log), time: documentTime}
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

// read is extract.Reader.Read, and document.Members where that finds a container: should a document bring the extractor
// down, that one cannot be read, and the next run does not die of it again.
func (r *reader) read(ctx context.Context, in extract.Input) (reading extract.Reading, members []document.Member, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			reading, members, err = extract.Reading{}, nil, fmt.Errorf("the extractor broke down: %v", cause)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, r.time)
	defer cancel()
	reading, err = r.extract.Read(ctx, in)
	if err == nil && (reading.Report == nil) == (reading.NotReport == nil) {
		err = errors.New("the extractor decided neither for a report nor against it")
	}
	if err == nil && reading.NotReport != nil && reading.NotReport.Kind == extract.Container {
		members, err = document.Members(in.Body, document.Options{})
	}
	return reading, members, err
}

// close releases what reading PDFs needed.
func (r *reader) close() error {
	err := r.extract.Close()
	if r.cache != nil {
		err = errors.Join(err, r.cache.Close(context.Background()))
	}
	return err
}
