package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Figures are the few numbers of an archive that are cheap enough to be asked for every few seconds.
type Figures struct {
	Reports      int
	Captures     int64     // ever made
	Bytes        int64     // of the file and its write-ahead log
	LastStarted  time.Time // of the newest run; zero for none
	LastFinished time.Time // of the newest run that ended; zero for none
}

// Figures reads them.
func (a *Archive) Figures(ctx context.Context) (Figures, error) {
	var f Figures
	var started, finished sql.NullString
	err := a.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM report), (SELECT ifnull(max(capture_id), 0) FROM capture),
		(SELECT started_at FROM crawls ORDER BY started_at DESC LIMIT 1),
		(SELECT finished_at FROM crawls WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1)`).
		Scan(&f.Reports, &f.Captures, &started, &finished)
	if err == nil {
		f.LastStarted, err = unstamp(started)
	}
	if err == nil {
		f.LastFinished, err = unstamp(finished)
	}
	for _, name := range []string{a.path, a.path + "-wal"} {
		info, statErr := os.Stat(name)
		if statErr == nil {
			f.Bytes += info.Size()
		} else if !errors.Is(statErr, fs.ErrNotExist) && err == nil {
			err = statErr
		}
	}
	if err != nil {
		return Figures{}, fmt.Errorf("figures of archive %s: %w", a.path, err)
	}
	return f, nil
}
