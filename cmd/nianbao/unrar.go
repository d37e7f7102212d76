package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"

	"nianbao/extract/document"
)

const (
	unrarMemory = 80 << 20 // bytes that unpacking one archive of RAR may take
	unrarWait   = 5 * time.Second
	unrarSays   = 4 << 10 // bytes of what it complains of
)

// unrarCmd unpacks one archive of RAR, from standard input, for the process that started it (unrar). That one ends it; should it be
// gone, this ends when it writes, or at the latest when the time for a document is over. An interrupt at the terminal comes to both
// and is for that one to heed: if this ended of it first, the archive would seem to have failed.
type unrarCmd struct{}

// Run unpacks.
func (unrarCmd) Run(ctx context.Context, a *app) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), documentTime)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- document.UnpackRar(a.stdin, a.bytes, document.Limits{}, newMemoryBound().look) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// memoryBound says when this process takes more than unrarMemory.
type memoryBound struct {
	samples   []metrics.Sample
	collected uint64 // bytes that it had when garbage was last collected
}

func newMemoryBound() *memoryBound {
	return &memoryBound{samples: []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}}
}

// look has garbage collected from half of the bound on, so that none is over it for that. There is no mercy over it: collecting would
// make room for a model in memory that has been used, which is cleared and so taken at once; memory that is new is not.
func (m *memoryBound) look() error {
	const step = unrarMemory / 16
	has := m.has()
	if has > unrarMemory {
		return fmt.Errorf("unpacking it takes more than %d MiB of memory: %w", unrarMemory>>20, document.ErrLimit)
	}
	if has > unrarMemory/2 && has > m.collected+step {
		debug.FreeOSMemory()
		m.collected = m.has()
	}
	return nil
}

// has is how many bytes the process has from the system for Go.
func (m *memoryBound) has() uint64 {
	metrics.Read(m.samples)
	return m.samples[0].Value.Uint64() - m.samples[1].Value.Uint64()
}

// errAgain says that it was the machine's fault that a document could not be read: it is to be read in the next run.
var errAgain = errors.New("that is no fault of the file, the next run reads it")

// unrar unpacks archives of RAR, each in a process of its own, until ctx is done. An error that is the machine's wraps errAgain.
type unrar struct{ ctx context.Context }

// Unpack is for document.Unpacker.
func (u unrar) Unpack(archive []byte) (io.ReadCloser, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("unpack it: %w: %w", err, errAgain)
	}
	if _, err := os.Stat(runningProgram); err == nil {
		program = runningProgram
	}
	p := &unrarProcess{unrar: u, complaints: limitedBuffer{most: unrarSays}}
	ctx, cancel := context.WithCancel(u.ctx)
	p.cancel = cancel
	p.command = exec.CommandContext(ctx, program, unrarName)
	p.command.Args[0] = os.Args[0]
	p.command.Stdin, p.command.Stderr = bytes.NewReader(archive), &p.complaints
	p.command.WaitDelay = unrarWait
	if p.out, err = p.command.StdoutPipe(); err == nil {
		err = p.command.Start()
	}
	if err != nil {
		cancel()
		if over := u.over(); over != nil {
			return nil, over
		}
		return nil, fmt.Errorf("unpack it: %w: %w", err, errAgain)
	}
	return p, nil
}

// over says that there is no time left, if so.
func (u unrar) over() error {
	cause := context.Cause(u.ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("unpacking it takes longer than the time allowed: %w", document.ErrLimit)
	}
	return cause
}

// unrarName is the name of unrarCmd on the command line.
const unrarName = "unpack-rar"

// runningProgram is this program on Linux (proc_pid_exe(5)), also when a newer one has taken its place.
const runningProgram = "/proc/self/exe"

// unrarProcess is an archive being unpacked.
type unrarProcess struct {
	unrar
	command    *exec.Cmd
	cancel     context.CancelFunc // kills it
	out        io.Reader
	complaints limitedBuffer
	through    bool // all of what it wrote is read
	closed     bool
	err        error
}

// Read reads what it writes.
func (p *unrarProcess) Read(b []byte) (int, error) {
	n, err := p.out.Read(b)
	p.through = p.through || err == io.EOF
	return n, err
}

// Close is for document.Unpacker.
func (p *unrarProcess) Close() error {
	if p.closed {
		return p.err
	}
	p.closed = true
	if !p.through {
		p.cancel()
	}
	err := p.command.Wait()
	p.cancel()
	switch {
	case p.over() != nil:
		p.err = p.over()
	case p.through && p.command.ProcessState.ExitCode() < 0: // killed, and not by us: there was no memory left, or somebody did it
		p.err = fmt.Errorf("the process that unpacks it: %w: %w", err, errAgain)
	case p.through && err != nil:
		p.err = fmt.Errorf("the process that unpacks it: %w: %s", err, strings.TrimSpace(string(p.complaints.kept)))
	}
	return p.err
}
