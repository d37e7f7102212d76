package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

const (
	pdfPerInstance = 50        // documents that one instance reads: its memory only grows
	pdfMemory      = 256 << 20 // bytes that an instance may have; while it grows, half as many more
)

// pdfEngine is PDFium, compiled when the first PDF comes. It reads one document at a time. What breaks it is thrown away
// with it, and the next document gets a new one.
type pdfEngine struct {
	mu       sync.Mutex
	cache    wazero.CompilationCache // of compiled code
	ownCache bool                    // made here, to be closed here
	stop     context.CancelFunc      // ends whatever the engine is doing
	pool     pdfium.Pool
	pdfium   pdfium.Pdfium
	served   int // documents that pdfium has read
	memory   *pdfHeap
}

// pdfHeap makes the memory of an instance, and knows when it asked for more than it may have.
type pdfHeap struct {
	memory []byte
	full   bool
}

// Allocate is for wazero.
func (h *pdfHeap) Allocate(_, _ uint64) experimental.LinearMemory {
	h.memory, h.full = nil, false
	return h
}

// Reallocate is for wazero: nil says that there is no more.
func (h *pdfHeap) Reallocate(size uint64) []byte {
	if size > pdfMemory {
		h.full = true
		return nil
	}
	if size > uint64(cap(h.memory)) { // few steps: each leaves the memory before it to the garbage collector
		grown := make([]byte, size, max(size, min(pdfMemory, 2*uint64(cap(h.memory)))))
		copy(grown, h.memory)
		h.memory = grown
	}
	h.memory = h.memory[:size]
	return h.memory
}

// Free is for wazero.
func (h *pdfHeap) Free() { h.memory = nil }

// read opens a PDF and gives it to use, which may be called only while read runs. The errors are ErrEncrypted,
// ErrDamaged, that the time of ctx is over (ErrLimit), that ctx was cancelled, or that the engine cannot be made at all.
func (e *pdfEngine) read(ctx context.Context, body []byte, use func(pdfium.Pdfium, references.FPDF_DOCUMENT) error) (err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if ctx.Err() != nil {
		return outOfTime(ctx)
	}
	if err := e.start(); err != nil {
		return fmt.Errorf("start the PDF engine: %w", err)
	}
	watch := context.AfterFunc(ctx, e.stop)
	sound := false // the engine said what it wanted to say
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("pdf: the engine broke down: %v: %w", cause, ErrDamaged)
		}
		inTime := watch()
		if !inTime {
			err = outOfTime(ctx)
		} else if e.memory.full { // whatever it made of that
			sound = false
			err = fmt.Errorf("pdf: it takes more than %d MiB of memory: %w", pdfMemory>>20, ErrLimit)
		}
		if !inTime || !sound {
			e.close()
		}
	}()
	opened, err := e.pdfium.OpenDocument(&requests.OpenDocument{File: &body})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		sound = true
		return fmt.Errorf("pdf: %w", ErrEncrypted)
	case errors.Is(err, pdfiumerrors.ErrFormat), errors.Is(err, pdfiumerrors.ErrFile), errors.Is(err, pdfiumerrors.ErrPage):
		sound = true
		return fmt.Errorf("pdf: PDFium finds no document in it: %w", ErrDamaged)
	case err != nil:
		return fmt.Errorf("pdf: open: %v: %w", err, ErrDamaged)
	}
	if err := use(e.pdfium, opened.Document); err != nil {
		return err // the instance goes with the document
	}
	_, err = e.pdfium.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: opened.Document})
	if err != nil {
		return fmt.Errorf("pdf: close: %v: %w", err, ErrDamaged)
	}
	sound = true
	return nil
}

// prepare makes the engine if there is none.
func (e *pdfEngine) prepare() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pdfium != nil {
		return nil
	}
	if err := e.start(); err != nil {
		return err
	}
	e.served-- // nothing yet
	return nil
}

// outOfTime says why a document is not read to its end.
func outOfTime(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("pdf: it takes longer than the time allowed: %w", ErrLimit)
	}
	return fmt.Errorf("pdf: %w", context.Cause(ctx))
}

// start makes what is missing of the engine.
func (e *pdfEngine) start() error {
	if e.pdfium != nil && e.served >= pdfPerInstance {
		_ = e.pdfium.Close() // its memory is released whatever it says
		e.pdfium = nil
	}
	if e.pool == nil {
		if e.cache == nil {
			e.cache, e.ownCache = wazero.NewCompilationCache(), true
		}
		var ctx context.Context
		ctx, e.stop = context.WithCancel(context.Background())
		e.memory = &pdfHeap{}
		ctx = experimental.WithMemoryAllocator(ctx, e.memory)
		pool, err := webassembly.Init(webassembly.Config{
			Context: ctx, MaxIdle: 1, MaxTotal: 1,
			FSConfig: wazero.NewFSConfig(), // no files
			Stdout:   io.Discard, Stderr: io.Discard, RandomSource: zeros{},
			RuntimeConfig: wazero.NewRuntimeConfig().
				WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
				WithCompilationCache(e.cache).WithCloseOnContextDone(true).WithMemoryLimitPages(2 * pdfMemory >> 16),
		})
		if err != nil {
			e.stop()
			return err
		}
		e.pool = pool
	}
	if e.pdfium == nil {
		instance, err := e.pool.GetInstance(time.Minute)
		if err != nil {
			e.close()
			return err
		}
		e.pdfium, e.served = instance, 0
	}
	e.served++
	return nil
}

// close throws the engine away; the compiled code stays.
func (e *pdfEngine) close() {
	if e.pool == nil {
		return
	}
	e.stop()
	_ = e.pool.Close() // it is stopped: there is nothing to lose
	e.pool, e.pdfium = nil, nil
}

// Close releases what the engine holds. It can be used again.
func (e *pdfEngine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.close()
	if !e.ownCache {
		return nil
	}
	cache := e.cache
	e.cache, e.ownCache = nil, false
	return cache.Close(context.Background())
}

// zeros is the engine's source of chance: a document is read in the same way every time.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
