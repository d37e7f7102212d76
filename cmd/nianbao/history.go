package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"nianbao/archive"
)

type historyCmd struct {
	URL    string `arg:"" name:"url" help:"The address, as it was asked; a fragment is ignored."`
	Format string `enum:"text,json" default:"text" placeholder:"text|json" help:"For people, or one JSON object."`
}

func (*historyCmd) Help() string {
	return `Lists every capture of an address, by http and by https: when, in which run, what the server answered, which bytes,
and the report and version that was read in them. Below stand the times in which it said that there is no such page.

Examples:

  nianbao history http://www.example.gov.cn/nb/2023.html
  nianbao history --format json http://www.example.gov.cn/nb/2023.html`
}

// Run prints the captures.
func (c *historyCmd) Run(ctx context.Context, a *app) (err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	h, err := opened.History(ctx, c.URL)
	switch {
	case errors.Is(err, archive.ErrNotFound):
		return usageError("%w", err)
	case err != nil:
		return err
	}
	if c.Format == "json" {
		return jsonLines{a.stdout}.print(historyObject(h))
	}
	text, err := historyText(h)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.stdout, text)
	return err
}

func historyText(h archive.AddressHistory) (string, error) {
	var out strings.Builder
	rows := table{header: []string{"capture", "run", "fetched", "role", "status", "outcome", "bytes", "sha256", "report"}}
	for _, c := range h.Captures {
		status, bytes, digest, report := "-", "-", "-", ""
		if c.Status != 0 {
			status = strconv.Itoa(c.Status)
		}
		if c.Bytes >= 0 {
			bytes, digest = strconv.FormatInt(c.Bytes, 10), shortDigest(c.SHA256)
		}
		if c.ReportKey != "" {
			report = fmt.Sprintf("%s version %d", c.ReportKey, c.Version)
		}
		rows.add(strconv.FormatInt(c.CaptureID, 10), strconv.FormatInt(c.CrawlID, 10), instant(c.FetchedAt), c.Role,
			status, c.Outcome, bytes, digest, report)
	}
	if err := rows.writeTo(&out, ""); err != nil {
		return "", err
	}
	for _, a := range h.Absences {
		end := "not back yet"
		if !a.BackAt.IsZero() {
			end = "back " + instant(a.BackAt)
		}
		fmt.Fprintf(&out, "missing from %s, %s: %s\n", instant(a.From), end, missesText(a))
	}
	return out.String(), nil
}

// missesText says how sure an absence is.
func missesText(a archive.Absence) string {
	switch {
	case a.Gone:
		return fmt.Sprintf("gone, missed %d times", a.Misses)
	case a.Misses == 1:
		return "missed once"
	}
	return fmt.Sprintf("missed %d times in one run", a.Misses)
}

func historyObject(h archive.AddressHistory) object {
	captures := list(h.Captures, func(c archive.AddressCapture) any {
		var bytes any
		if c.Bytes >= 0 {
			bytes = c.Bytes
		}
		return object{
			{"capture_id", c.CaptureID}, {"crawl_id", c.CrawlID}, {"method", c.Method}, {"url", c.URL}, {"role", c.Role},
			{"fetched_at", exact(c.FetchedAt)}, {"http_status", orNull(c.Status)}, {"outcome", c.Outcome},
			{"bytes", bytes}, {"sha256", orNull(c.SHA256)}, {"error", orNull(c.Err)}, {"report", orNull(c.ReportKey)},
			{"version", orNull(c.Version)},
		}
	})
	absences := list(h.Absences, func(a archive.Absence) any {
		var back any
		if !a.BackAt.IsZero() {
			back = exact(a.BackAt)
		}
		return object{{"url", a.URL}, {"from", exact(a.From)}, {"back_at", back}, {"misses", a.Misses}, {"gone", a.Gone}}
	})
	return object{{"captures", captures}, {"absences", absences}}
}
