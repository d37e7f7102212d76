package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"nianbao/archive"
)

type statsCmd struct{}

func (*statsCmd) Help() string {
	return `Shows how much the archive holds, the reports by year, what the checks found, and the last runs.

Example:

  nianbao stats --archive nianbao-demo.db`
}

// Run prints the figures.
func (*statsCmd) Run(ctx context.Context, a *app) (err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	s, err := opened.Stats(ctx)
	if err != nil {
		return err
	}
	failed, err := opened.FailedReadings(ctx)
	if err != nil {
		return err
	}
	text, err := statsText(s, failed)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.stdout, text)
	return err
}

// mostFailed is how many captures that could not be read are named.
const mostFailed = 10

func statsText(s archive.Stats, failed []archive.FailedReading) (string, error) {
	var out strings.Builder
	fmt.Fprintf(&out, "%s (%s), fingerprint %s\n", s.Path, bytesText(s.FileBytes), s.Fingerprint)
	fmt.Fprintf(&out, "%d reports of %d authorities from %d sites; %d captures with %d bodies, %s stored in %s\n",
		s.Reports, s.Authorities, s.Sites, s.Captures, s.Blobs, bytesText(s.BodyBytes), bytesText(s.StoredBytes))
	all := len(failed)
	failed = slices.DeleteFunc(failed, func(f archive.FailedReading) bool { return f.Deferred })
	if deferred := all - len(failed); deferred > 0 {
		fmt.Fprintf(&out, "%d files are of formats that this version does not read\n", deferred)
	}
	if len(failed) > 0 {
		fmt.Fprintf(&out, "%d captures could not be read:\n", len(failed))
	}
	for i, f := range failed {
		if i == mostFailed {
			fmt.Fprintf(&out, "  and %d more\n", len(failed)-mostFailed)
			break
		}
		fmt.Fprintf(&out, "  %d %s: %s\n", f.CaptureID, f.URL, f.Err)
	}

	years := table{header: []string{"year", "form", "reports"}}
	for _, y := range s.ByYear {
		years.add(strconv.Itoa(y.Year), y.Form, strconv.Itoa(y.Count))
	}
	completeness := table{header: []string{"completeness", "reports"}}
	for _, c := range s.Completeness {
		completeness.add(c.Name, strconv.Itoa(c.Count))
	}
	findings := table{header: []string{"severity", "rule", "findings"}}
	for _, f := range s.Findings {
		findings.add(f.Severity, f.Rule, strconv.Itoa(f.Count))
	}
	crawls := table{header: []string{"run", "trigger", "started", "finished", "sites", "ok", "failed", "new", "changed",
		"gone"}}
	for _, c := range s.LastCrawls {
		crawls.add(strconv.FormatInt(c.ID, 10), c.Trigger, instant(c.StartedAt), instant(c.FinishedAt),
			strconv.Itoa(c.Sites), strconv.Itoa(c.OK), strconv.Itoa(c.Failed),
			strconv.Itoa(c.New), strconv.Itoa(c.Changed), strconv.Itoa(c.Gone))
	}
	for _, t := range []table{years, completeness, findings, crawls} {
		if len(t.rows) == 0 {
			continue
		}
		out.WriteString("\n")
		if err := t.writeTo(&out, "  "); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// exact is a time as the archive writes it.
func exact(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// bytesText is a number of bytes with three digits at most.
func bytesText(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.size {
			return fmt.Sprintf("%.3g %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
