package archive

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// maxBatch is how many captures one transaction takes at most, so that a failing one drags few others along.
const maxBatch = 128

// committer groups the captures of many goroutines into few transactions: one synchronous write of the disk then serves
// all that came while the one before was under way.
type committer struct {
	archive *Archive
	queue   chan *arrival
	done    chan struct{}

	mu     sync.RWMutex // guards closed against a send on the closed queue
	closed bool
}

// arrival is a capture on its way into the archive. outcome, id, parted and err are set before done is closed.
type arrival struct {
	exchange
	id      int64
	outcome string
	parted  move // of an older answer: another that repeats no more the one that it repeated; zero for none
	err     error
	done    chan struct{}
}

func startCommitter(a *Archive) *committer {
	c := &committer{archive: a, queue: make(chan *arrival, maxBatch), done: make(chan struct{})}
	go c.run()
	return c
}

// save returns when the arrival is on disk, or will never be.
func (c *committer) save(x *arrival) error {
	c.mu.RLock()
	if c.closed {
		c.mu.RUnlock()
		return ErrClosed
	}
	c.queue <- x
	c.mu.RUnlock()
	<-x.done
	return x.err
}

// stop takes no more, and returns when all that was taken is on disk.
func (c *committer) stop() {
	c.mu.Lock()
	c.closed = true
	close(c.queue)
	c.mu.Unlock()
	<-c.done
}

func (c *committer) run() {
	defer close(c.done)
	for first := range c.queue {
		batch := []*arrival{first}
	fill:
		for len(batch) < maxBatch {
			select {
			case next, open := <-c.queue:
				if !open {
					break fill
				}
				batch = append(batch, next)
			default:
				break fill
			}
		}
		c.commit(batch)
		for _, x := range batch {
			close(x.done)
		}
	}
}

// commit writes a batch. A capture that cannot be stored fails alone, unless the transaction itself fails.
func (c *committer) commit(batch []*arrival) {
	ctx := context.Background() // what was fetched is kept, whoever stopped waiting for it
	var used *statements
	err := c.archive.withStatements(ctx, "save captures", func(tx *statements) error {
		used = tx
		if len(batch) == 1 { // a savepoint keeps what each page was like, and here the transaction does
			if batch[0].err = batch[0].save(ctx, tx, batch[0]); batch[0].err != nil {
				return batch[0].err
			}
			return c.archive.saving(ctx, tx).settleParted(batch[0].parted)
		}
		for _, x := range batch {
			if _, err := tx.ExecContext(ctx, `SAVEPOINT one`); err != nil {
				return err
			}
			if x.err = x.save(ctx, tx, x); x.err != nil {
				if _, err := tx.ExecContext(ctx, `ROLLBACK TO one`); err != nil {
					return errors.Join(x.err, err)
				}
			}
			if _, err := tx.ExecContext(ctx, `RELEASE one`); err != nil {
				return err
			}
			if x.err == nil {
				if err := c.archive.saving(ctx, tx).settleParted(x.parted); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		used.keepAll(ctx)
	} else {
		for _, x := range batch {
			if x.err == nil {
				x.err = fmt.Errorf("together with %d other captures: %w", len(batch)-1, err)
			}
		}
	}
}
