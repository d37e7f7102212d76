package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// A document whose reading does not end is left alone when its time is over, a panic is an error of that document, and a
// person who interrupts the command does not wait for either.
func TestReadingThatDoesNotEndIsLeftAlone(t *testing.T) {
	r := newReader(slog.New(slog.NewTextHandler(io.Discard, nil)), nil)
	defer r.close()
	r.time, r.grace = 50*time.Millisecond, 50*time.Millisecond
	release := make(chan struct{})
	hangs := func(context.Context) error { <-release; return nil }
	if err := r.alone(t.Context(), true, false, hangs); !errors.Is(err, errLeftAlone) || !errors.Is(err, document.ErrLimit) {
		t.Errorf("error %v", err)
	}
	if err := r.alone(t.Context(), true, false, func(context.Context) error { return nil }); err != nil {
		t.Errorf("the next large one: %v", err)
	}
	r.time = time.Hour
	interrupted, stop := context.WithCancel(t.Context())
	stop()
	if err := r.alone(interrupted, false, false, hangs); !errors.Is(err, errLeftAlone) {
		t.Errorf("interrupted: %v", err)
	}
	if err := r.alone(t.Context(), false, false, func(context.Context) error { panic("index out of range") }); err == nil ||
		!strings.Contains(err.Error(), "broke down: index out of range") {
		t.Errorf("panic: %v", err)
	}
	close(release)

	got, err := extract.Unreadable(extract.Input{ListTitle: "武汉市蔡甸区人民政府2023年政府信息公开工作年度报告"}, errLeftAlone)
	if err != nil || got.Report == nil || got.Report.Completeness != "unreadable" ||
		!strings.Contains(got.Report.Findings[0].Message, "longer than the time allowed") {
		t.Errorf("%+v, %v", got.Report, err)
	}
}

// drawingsInDrawings is a PDF whose page draws 2^60 times the same: each drawing draws the next one twice.
func drawingsInDrawings() []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>", streamOf("", []byte("/F Do /F Do"))}
	const depth = 60
	for i := range depth {
		next := 6 + i
		if i == depth-1 {
			next = 4
		}
		objects = append(objects, streamOf("/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F "+
			strconv.Itoa(next)+" 0 R>>>>", []byte("/F Do /F Do")))
	}
	return pdfOf(objects...)
}

// A PDF that takes too long costs one finding of the report that it is named like, and what stands behind it is read.
func TestDocumentOutOfTimeCostsOneFinding(t *testing.T) {
	name := filepath.Join(t.TempDir(), "test.db")
	opened := openArchive(t, name)
	run, err := opened.BeginCrawl(t.Context(), "crawl")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []crawler.Capture{
		{URL: "http://x.gov.cn/%E6%AD%A6%E6%B1%89%E5%B8%82%E8%94%A1%E7%94%B8%E5%8C%BA%E4%BA%BA%E6%B0%91%E6%94%BF%E5%BA%9C2023%E5%B9%B4%E6%94%BF%E5%BA%9C%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80%E5%B7%A5%E4%BD%9C%E5%B9%B4%E5%BA%A6%E6%8A%A5%E5%91%8A.pdf", Body: drawingsInDrawings()},
		{URL: "http://x.gov.cn/good.html", Body: chipingPage(t, "")},
	} {
		c.Role, c.Status, c.Complete, c.Outcome = crawler.RolePage, 200, true, crawler.OutcomeOK
		if err := run.SaveCapture(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
	}
	p := pipeline{archive: opened, log: slog.New(slog.NewTextHandler(io.Discard, nil)), time: time.Second}
	if err := p.run(t.Context(), nil, nil); err != nil || p.reports != 2 {
		t.Errorf("%d reports, failed %v, error %v", p.reports, p.failed, err)
	}
	said, err := queryArchive(name, `select completeness, message from reports left join findings using (report_id)
		where media = 'pdf' or url like '%.html' and severity = 'contradiction' order by completeness`)
	if err != nil || len(said) != 2 || !strings.Contains(said[1], "it takes longer than the time allowed") {
		t.Errorf("%q, %v", said, err)
	}
}
