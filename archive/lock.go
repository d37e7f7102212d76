package archive

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// LockedError says that an archive is open for writing elsewhere.
type LockedError struct {
	Path   string // the archive
	Holder string // who has it, as the holder wrote it down: "process 4711 on host, since …"
}

func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("archive %s is being written by %s; wait until that ends, or use another --archive",
		e.Path, holder)
}

// acquire takes the lock of the archive at path: an flock on a file beside it, which the system gives back when its
// holder dies, however it dies. The lock file stays: deleting it would let two processes lock two different files.
func acquire(path string, now func() time.Time) (*flock.Flock, error) {
	name := path + ".lock"
	lock := flock.New(name)
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock archive %s: %w", path, err)
	}
	if !held {
		// The text is for people; a holder that has not written it yet, or an unreadable one, is still a holder.
		text, err := os.ReadFile(name)
		if err != nil {
			text = nil
		}
		return nil, &LockedError{Path: path, Holder: strings.TrimSpace(string(text))}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "this host"
	}
	text := fmt.Sprintf("process %d on %s, since %s\n", os.Getpid(), host, stamp(now()))
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("lock archive %s: write its holder: %w", path, err), lock.Unlock())
	}
	return lock, nil
}
