package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
)

// A file in a format that this version does not read is kept for a later one, with the reason, and is no failure. A
// page is one, whatever bytes came, and so is a file in a format that is read.
func TestOnlyFilesMayWaitForALaterVersion(t *testing.T) {
	name := filepath.Join(t.TempDir(), "test.db")
	opened := openArchive(t, name)
	run, err := opened.BeginCrawl(t.Context(), "crawl")
	if err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat("<div>", 600) // deeper than the parser of HTML goes
	for _, c := range []crawler.Capture{
		{Role: crawler.RoleAttachment, URL: "http://x.gov.cn/nb.7z", Name: "年报.7z", Body: []byte("7z\xbc\xaf\x27\x1c")},
		{Role: crawler.RoleAttachment, URL: "http://x.gov.cn/1.jpg", Body: []byte("\xff\xd8\xff\xe0")},
		{Role: crawler.RoleAttachment, URL: "http://x.gov.cn/deep.doc", Body: []byte(deep)},
		{Role: crawler.RolePage, URL: "http://x.gov.cn/page.html", Body: []byte("7z\xbc\xaf\x27\x1c")},
		{Role: crawler.RolePage, URL: "http://x.gov.cn/deep.html", Body: []byte(deep)},
	} {
		c.Status, c.Complete, c.Outcome = 200, true, crawler.OutcomeOK
		if err := run.SaveCapture(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	p := pipeline{archive: opened, log: slog.New(slog.NewTextHandler(&log, nil))}
	if err := p.run(t.Context(), nil, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"http://x.gov.cn/deep.doc", "http://x.gov.cn/page.html", "http://x.gov.cn/deep.html"}
	if !slices.Equal(p.failed, want) || p.read != 5 {
		t.Errorf("failed: %v of %d read, want %v", p.failed, p.read, want)
	}
	for line := range strings.Lines(log.String()) {
		if loud := strings.Contains(line, "level=ERROR"); loud != slices.ContainsFunc(want, func(url string) bool {
			return strings.Contains(line, url)
		}) {
			t.Errorf("logged: %s", line)
		}
	}
	errors, err := queryArchive(name, `select error from reading where capture_id <= 2 order by capture_id`)
	if err != nil || len(errors) != 2 || !strings.Contains(errors[0], "7z") || !strings.Contains(errors[1], "pictures") {
		t.Errorf("kept: %q, %v", errors, err)
	}
	failed, err := opened.FailedReadings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := statsText(archive.Stats{}, failed)
	const counts = "2 files are of formats that this version does not read\n3 captures could not be read:"
	if err != nil || !strings.Contains(text, counts) {
		t.Errorf("stats: %v\n%s", err, text)
	}
}

// A container in one batch and a large body in the next: whoever unpacks the one and whoever reads the other must not wait for
// each other.
func TestContainersAndLargeBodiesDoNotWaitForEachOther(t *testing.T) {
	opened := openArchive(t, filepath.Join(t.TempDir(), "test.db"))
	run, err := opened.BeginCrawl(t.Context(), "crawl")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	if w, err := z.Create("年报.7z"); err != nil {
		t.Fatal(err)
	} else if _, err := w.Write([]byte("7z\xbc\xaf\x27\x1c")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range batch + 1 {
		body := append([]byte("7z\xbc\xaf\x27\x1c"), strconv.Itoa(i)...)
		switch i {
		case 0:
			body = packed.Bytes()
		case batch:
			body = append(body, make([]byte, largeBatch)...)
		}
		c := crawler.Capture{Role: crawler.RoleAttachment, URL: fmt.Sprintf("http://x.gov.cn/%d", i), Body: body,
			Status: 200, Complete: true, Outcome: crawler.OutcomeOK}
		if err := run.SaveCapture(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
	}
	p := pipeline{archive: opened, log: slog.New(slog.DiscardHandler), large: make(chan struct{}, 1)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := p.run(ctx, nil, nil); err != nil {
		t.Fatal(err)
	}
	if p.read != batch+2 {
		t.Errorf("%d captures read, want %d and the member", p.read, batch+1)
	}
}
