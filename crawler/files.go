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
	if mediaOf(got.body, "") == "html" && len(got.body) <= maxListPage {
		for _, r := range cms.Continued(cms.Page{URL: got.final, Body: got.body, ContentType: got.contentType(), Number: 1}) {
			add(r.URL, "")
		}
	}
	if target := v.sentOn(got); target != "" {
		add(target, "")
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

// largestShell is how many bytes a page may have that does nothing but send a browser on.
const largestShell = 32 << 10

// sentOn is where a report page that is none sends a browser on by script or meta element; "" for nowhere. What is there belongs
// to the page like a file that it carries.
func (v *visitor) sentOn(got fetched) string {
	if media := mediaOf(got.body, ""); len(got.body) > largestShell || media != "html" && media != "text" {
		return ""
	}
	for _, p := range cms.Shell(cms.Page{URL: got.final, Body: got.body, ContentType: got.contentType(), Number: 1}) {
		target, err := url.Parse(p.URL)
		switch {
		case err != nil || p.Way != cms.WayRedirect:
		case !neighbours(got.final, target):
			v.note("%s: not followed to another site: %s %s", got.final, p.Way, withoutCredentials(p.URL))
		case movedHome(got.final, target):
			v.note("%s: it only sends on to the home page %s", got.final, withoutCredentials(p.URL))
		default:
			return p.URL
		}
	}
	return ""
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
