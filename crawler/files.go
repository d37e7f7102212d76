package crawler

import (
	"context"
	"fmt"
	"net/url"

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
		if len(clean) > maxAddress {
			v.note("%s: a file left out, whose address is longer than %d bytes", e.address, maxAddress)
			return
		}
		files = append(files, File{URL: clean, Name: shortened(name, maxTitle)})
	}
	if mediaOf(got.body, "") == "html" {
		source := text.Decode(got.body, got.contentType()).Text
		doc, err := page.Parse(source)
		if err != nil { // no page, by its depth or its size: reading it will fail and say so
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

// filesOf are the files of a page that is not asked now. A run may have been killed between the page and its files: then
// they are looked for in what the archive holds.
func (v *visitor) filesOf(ctx context.Context, e entry) ([]File, error) {
	files, err := v.crawler.archive.FilesOf(ctx, e.address)
	if err != nil {
		return nil, fmt.Errorf("files of %s: %w", e.address, err)
	}
	if len(files) > 0 {
		return files, nil
	}
	v.transport.held.deal() // how large the answer is, if there is one, is not known before
	defer v.transport.held.drop()
	c, err := v.crawler.archive.Unsettled(ctx, e.address)
	if err != nil {
		return nil, fmt.Errorf("last answer of %s: %w", e.address, err)
	}
	if c == nil {
		return nil, nil
	}
	got := fetched{capture: c, outcome: c.Outcome}
	if got.body, err = Decode(c.Header, c.Body, v.crawler.opt.MaxBody); err != nil {
		return nil, nil // reading it fails, too, and says so
	}
	if got.final, err = url.Parse(c.FinalURL); err != nil {
		return nil, fmt.Errorf("final address of %s: %w", e.address, err)
	}
	return v.saveFiles(ctx, e, got)
}

// fetchFiles fetches the files of a page, but for those that answered a short time ago or were asked in this visit. One
// that does not come is an error of the visit, unless it is gone. With anew all are asked, since the page itself is gone.
func (v *visitor) fetchFiles(ctx context.Context, from string, files []File, anew bool) error {
	for i, f := range files {
		if v.late() {
			v.cutShort("%d files of %s were not asked for", len(files)-i, from)
			return nil
		}
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
