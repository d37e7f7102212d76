package crawler

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"nianbao/crawler/cms"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// maxFiles is how many files of one page are fetched; more are no attachments of a report, and the visit says so.
const maxFiles = 100

// saveFiles finds the files that a report page carries, with those that the list named beside it, and saves them. A page
// that is a file itself carries none.
func (v *visitor) saveFiles(ctx context.Context, e entry, got fetched) ([]File, error) {
	var files []File
	seen := map[string]bool{e.address: true}
	add := func(address, name string) {
		clean, err := Address(address)
		if err != nil || seen[clean] {
			return
		}
		seen[clean] = true
		files = append(files, File{URL: clean, Name: name})
	}
	if mediaOf(got.body, "") == "html" {
		source := text.Decode(got.body, got.contentType()).Text
		doc, err := html.Parse(strings.NewReader(source))
		if err != nil { // nested too deep to be a page: reading it will fail and say so
			return nil, nil
		}
		view := page.Look(doc)
		for _, f := range view.Files(view.Body(), got.final) {
			add(f.URL, f.Name)
		}
	}
	for _, f := range e.files {
		add(f.URL, f.Name)
	}
	if len(files) > maxFiles {
		v.note("%s: %d files, of which %d are fetched", e.address, len(files), maxFiles)
		files = files[:maxFiles]
	}
	if len(files) == 0 && got.outcome == OutcomeNew {
		return nil, nil
	}
	if err := v.crawler.archive.SaveFiles(ctx, got.capture.ID, files); err != nil {
		return nil, fmt.Errorf("save the files of %s: %w", e.address, err)
	}
	return files, nil
}

// fetchFiles fetches the files of a page, but for those that answered a short time ago or were asked in this visit. One
// that does not come is an error of the visit, unless it is gone. With anew all are asked, since the page itself is gone.
func (v *visitor) fetchFiles(ctx context.Context, from string, files []File, anew bool) error {
	for _, f := range files {
		if v.askedFiles[f.URL] {
			continue
		}
		v.askedFiles[f.URL] = true
		known, err := v.known(ctx, f.URL)
		if err != nil {
			return err
		}
		if known && !anew {
			continue
		}
		v.transport.name = f.Name
		got, err := v.fetch(ctx, RoleAttachment, withReferer(cms.Request{URL: f.URL}, from))
		v.transport.name = ""
		if err != nil {
			return err
		}
		gone, err := v.gone(ctx, f.URL, got)
		if err != nil {
			return err
		}
		if got.why != "" {
			if !gone {
				v.visit.Errors++
			}
			v.note("file %s: %s", f.URL, got.reason())
		}
	}
	return nil
}
