package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"nianbao/archive"
	"nianbao/extract"
)

type reextractCmd struct {
	ocrFlag
	All    bool   `help:"Read every capture again, also those that this version has read."`
	Report string `placeholder:"FILE" help:"Write each number that changed to this CSV file; lines are added to one that is there."`
}

func (*reextractCmd) Help() string {
	return `Reads again the archived captures that an older version's extractor has read, or none. Nothing is fetched. What an
older version read stays until the new reading takes its place, in one transaction; so the command may be stopped, or
killed, and started again, and goes on where it was. A capture that cannot be read is named, and the exit status is 1; what
an older version read of it stays.

At the end it says how many reports came, went or show other numbers, which numbers these are, and what the versions
between changed. With --report each of them is a line of a CSV file, written as soon as it is in the archive.

Examples:

  nianbao reextract
  nianbao reextract --all --archive nianbao-demo.db
  nianbao reextract --report changed.csv
  nianbao reextract --all --ocr`
}

// Run reads the captures in the order in which they were made.
func (c *reextractCmd) Run(ctx context.Context, a *app) (err error) {
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	if err := mustExist(ctx, a); err != nil {
		return err
	}
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	changes, err := openChanges(c.Report)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := changes.close(); closeErr != nil && err == nil {
			err = closeErr
		}
	}()
	p := pipeline{archive: opened, log: a.log, all: c.All, recognizer: a.recognizer}
	if err := c.read(ctx, a, &p, changes); err != nil || ctx.Err() != nil {
		return interrupted(ctx, err)
	}
	text := fmt.Sprintf("%d captures read, %d of them reports\n", p.read, p.reports)
	if p.read > 0 {
		text += changes.summary()
	}
	if _, err := io.WriteString(a.stdout, text); err != nil {
		return err
	}
	if len(p.failed) > 0 {
		return fmt.Errorf("captures that cannot be read: %s", strings.Join(p.failed, ", "))
	}
	return nil
}

// read reads all that is to be read, and shows how far it is.
func (c *reextractCmd) read(ctx context.Context, a *app, p *pipeline, changes *changes) error {
	unread, err := p.archive.CountUnread(ctx, p.readBy())
	if err != nil {
		return err
	}
	a.screen.start(unread)
	defer a.screen.finish()
	var reportErr error // of the CSV file
	p.onSaved = func(s archive.Saved) {
		if err := changes.add(s.Effects); err != nil && reportErr == nil {
			reportErr = fmt.Errorf("write %s: %w", c.Report, err)
		}
		a.screen.step()
	}
	if err := p.run(ctx, nil, nil); err != nil {
		return err
	}
	return reportErr
}

// shownChanges is how many changed numbers are printed; all of them are in the file of --report.
const shownChanges = 20

// changes is what reading again has changed.
type changes struct {
	file      *os.File // of --report; nil for none
	csv       *csv.Writer
	new, lost int
	changed   map[int64]bool // reports
	numbers   int
	first     table
	oldest    map[string]bool // extractors whose readings were replaced
}

// openChanges begins a list of changes, in a CSV file if it has a name. A file that is there goes on.
func openChanges(name string) (*changes, error) {
	c := &changes{changed: map[int64]bool{}, oldest: map[string]bool{},
		first: table{header: []string{"report", "cell", "old", "new", "by"}}}
	if name == "" {
		return c, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, usageError("--report: %w", err)
	}
	c.file, c.csv = f, csv.NewWriter(f)
	at, err := f.Seek(0, io.SeekEnd)
	if err == nil && at == 0 {
		err = c.write("report_id", "key", "change", "relation", "row_id", "column_id", "old_value", "new_value",
			"old_extractor", "new_extractor")
	}
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return c, nil
}

func (c *changes) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}

// write writes one line.
func (c *changes) write(fields ...string) error {
	if c.csv == nil {
		return nil
	}
	_ = c.csv.Write(fields) // an error stays in the writer
	c.csv.Flush()
	return c.csv.Error()
}

// add counts and writes what became of some reports.
func (c *changes) add(effects []archive.Effect) error {
	var failure error
	line := func(e archive.Effect, change string, n archive.NumberEffect) {
		if err := c.write(strconv.FormatInt(e.ReportID, 10), e.Key, change, n.Relation, n.RowID, n.ColumnID, n.Old, n.New,
			e.OldExtractor, e.NewExtractor); err != nil && failure == nil {
			failure = err
		}
	}
	for _, e := range effects {
		switch {
		case e.New:
			c.new++
			line(e, "new", archive.NumberEffect{})
			continue
		case e.Lost:
			c.lost++
			line(e, "lost", archive.NumberEffect{})
			continue
		}
		c.changed[e.ReportID] = true
		c.oldest[e.OldExtractor] = true
		for _, n := range e.Numbers {
			c.numbers++
			line(e, "number", n)
			if c.numbers <= shownChanges {
				c.first.add(e.Key, n.Relation+"/"+n.RowID+"/"+n.ColumnID, orNone(n.Old), orNone(n.New),
					e.OldExtractor+" → "+e.NewExtractor)
			}
		}
	}
	return failure
}

// orNone is a number, or a word for none.
func orNone(number string) string {
	if number == "" {
		return "none"
	}
	return number
}

// summary says what changed and what the versions between have to do with it.
func (c *changes) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d reports new, %d lost, %d with other numbers (%d numbers)\n", c.new, c.lost, len(c.changed), c.numbers)
	if c.numbers == 0 {
		return b.String()
	}
	b.WriteByte('\n')
	_ = c.first.writeTo(&b, "  ") // a builder does not fail
	if c.numbers > shownChanges {
		fmt.Fprintf(&b, "  … and %d more; --report FILE writes all of them\n", c.numbers-shownChanges)
	}
	oldest := slices.MinFunc(slices.Collect(maps.Keys(c.oldest)), func(x, y string) int {
		return len(extract.VersionsSince(y)) - len(extract.VersionsSince(x))
	})
	for _, v := range extract.VersionsSince(oldest) {
		fmt.Fprintf(&b, "\nVersion %s: %s", v.Version, v.Changed)
	}
	if len(extract.VersionsSince(oldest)) > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}
