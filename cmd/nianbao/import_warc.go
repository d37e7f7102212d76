package main

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"strings"

	"nianbao/archive/saved"
	"nianbao/archive/warc"
	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// warcImport brings in the captures of one WARC file: all of it if it is of our own making; else what stands on the hosts
// of registered columns, pages and documents that are reports, and the files that such pages carry. It goes through the
// file twice, as a page may come behind its files.
type warcImport struct {
	*importing
	into     crawler.Archive
	file     *saved.File
	columns  map[string][]crawler.Site // of the register, by host
	most     int64                     // bytes of one payload
	reader   *reader
	chosen   map[int]bool      // numbers of the records to keep
	carried  map[string]bool   // addresses of files that kept pages carry
	payloads map[string]string // SHA-256 by stated payload digest, and by address, of what was kept
	left     int               // exchanges passed over
	doubts   int               // records whose digests are wrong
}

// columnsOf are the register's columns by host.
func columnsOf(sites []crawler.Site) map[string][]crawler.Site {
	columns := map[string][]crawler.Site{}
	for _, s := range sites {
		if u, err := url.Parse(s.URL); err == nil {
			columns[u.Hostname()] = append(columns[u.Hostname()], s)
		}
	}
	return columns
}

// siteOf is the key of the column that an address most likely belongs to: of those on its host the one that shares the most
// folders with it; "" where two share as many.
func (w *warcImport) siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	best, most := "", -1
	for _, s := range w.columns[u.Hostname()] {
		column, err := url.Parse(s.URL)
		if err != nil {
			continue
		}
		switch n := sharedFolders(column.Path, u.Path); {
		case n > most:
			best, most = s.Key, n
		case n == most && s.Key != best:
			best = ""
		}
	}
	return best
}

// sharedFolders counts the folders at the beginning of two paths that are the same.
func sharedFolders(a, b string) (n int) {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	for n < min(len(x), len(y))-1 && x[n] == y[n] {
		n++
	}
	return n
}

// run imports the file. The error is the archive's; what is wrong with the file is the file's failure.
func (w *warcImport) run(ctx context.Context) error {
	w.chosen, w.carried, w.payloads = map[int]bool{}, map[string]bool{}, map[string]string{}
	for n, pass := range []func(context.Context, *warc.Exchange) error{w.choose, w.keep} {
		in, err := w.file.Open()
		if err != nil {
			w.fail(w.file.Path, err)
			return nil
		}
		broken, err := w.each(ctx, in, pass)
		if closing := in.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return err
		}
		if broken != nil && n == 0 {
			w.fail(w.file.Path, broken) // what stands before is imported
		}
	}
	w.app.log.Info("import", "file", w.file.Path, "kept", len(w.chosen), "passed_over", w.left, "wrong_digests", w.doubts)
	return nil
}

// each hands over the exchanges of a file; broken is what ended it early.
func (w *warcImport) each(ctx context.Context, in interface{ Read([]byte) (int, error) }, do func(context.Context, *warc.Exchange) error) (
	broken, err error) {
	for e, err := range warc.Exchanges(in, w.most) {
		if err != nil {
			return err, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := do(ctx, e); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// choose decides on one exchange.
func (w *warcImport) choose(ctx context.Context, e *warc.Exchange) error {
	c, err := saved.CaptureOf(e, w.file.Source)
	if err != nil {
		return nil
	}
	_, ours := e.Note()
	u, err := url.Parse(c.FinalURL)
	if err != nil {
		return nil
	}
	switch {
	case ours, len(w.columns[u.Hostname()]) > 0, e.Revisit:
	case c.Outcome != crawler.OutcomeOK || !w.isReport(ctx, c):
		return nil
	}
	w.chosen[e.Record] = true
	if c.Role == crawler.RolePage && c.Outcome == crawler.OutcomeOK {
		for _, f := range carriedBy(c) {
			w.carried[f.URL] = true
		}
	}
	return nil
}

// The words by which a page can be a report, as bytes in UTF-8 and in GBK: reading every page of a crawl of the whole web
// would take days.
var reportWords = [][]byte{[]byte("信息公开"), []byte("\xd0\xc5\xcf\xa2\xb9\xab\xbf\xaa")}

// isReport says whether a capture is a report that no register leads to.
func (w *warcImport) isReport(ctx context.Context, c *crawler.Capture) bool {
	body, err := crawler.Decode(c.Header, c.Body, w.most)
	if err != nil {
		return false
	}
	if c.Role == crawler.RolePage && !bytes.Contains(body, reportWords[0]) && !bytes.Contains(body, reportWords[1]) {
		return false
	}
	reading, err := w.reader.read(ctx, extract.Input{Body: body, ContentType: c.Header.Get("Content-Type"), URL: c.FinalURL})
	return err == nil && reading.Report != nil && reading.Report.Year != 0
}

// keep saves one exchange, if it was chosen or is a file that a chosen page carries.
func (w *warcImport) keep(ctx context.Context, e *warc.Exchange) error {
	c, err := saved.CaptureOf(e, w.file.Source)
	if err != nil {
		w.left++
		if errors.Is(err, saved.ErrNoCapture) {
			w.app.log.Debug("passed over", "record", e.Record, "reason", err)
		}
		return nil
	}
	if !w.chosen[e.Record] && !w.carried[c.URL] {
		w.left++
		return nil
	}
	w.chosen[e.Record] = true
	if w.carried[c.URL] && c.Role == crawler.RolePage {
		c.Role = crawler.RoleAttachment
	}
	if e.Damage != "" {
		w.doubts++
		c.Outcome, c.Complete, c.Err = crawler.OutcomeTruncated, false, e.Damage
	}
	if e.Revisit && !w.revisited(ctx, e, c) {
		w.left++
		delete(w.chosen, e.Record)
		return nil
	}
	if c.Site == "" {
		c.Site = w.siteOf(c.URL)
	}
	var files []crawler.File
	if c.Role == crawler.RolePage && c.Outcome == crawler.OutcomeOK {
		files = carriedBy(c)
	}
	if c.SHA256 != "" {
		w.payloads[c.FinalURL] = c.SHA256
		if e.PayloadDigest != "" {
			w.payloads[e.PayloadDigest] = c.SHA256
		}
	}
	return w.store(ctx, w.into, c, files, w.file.Path)
}

// revisited fills in the payload of a revisit; false where it is not to be had.
func (w *warcImport) revisited(ctx context.Context, e *warc.Exchange, c *crawler.Capture) bool {
	if c.Outcome == crawler.OutcomeNotModified {
		_, known := w.payloads[c.FinalURL]
		return known
	}
	sum := w.payloads[e.PayloadDigest]
	if sum == "" {
		sum = w.payloads[e.RefersToURI]
	}
	if sum == "" {
		return false
	}
	body, err := w.archive.Body(ctx, sum)
	if err != nil {
		return false
	}
	c.Body, c.SHA256 = body.Bytes, sum // the outcome is the revisit's own: the page of a 404 repeats, too
	return true
}

// carriedBy are the files that a page carries.
func carriedBy(c *crawler.Capture) []crawler.File {
	body, err := crawler.Decode(c.Header, c.Body, crawler.DefaultMaxBody)
	if err != nil || c.Media() != "html" && !strings.Contains(c.Header.Get("Content-Type"), "html") {
		return nil
	}
	base, err := url.Parse(c.FinalURL)
	if err != nil {
		return nil
	}
	doc, err := page.Parse(text.Decode(body, c.Header.Get("Content-Type")).Text)
	if err != nil {
		return nil
	}
	view := page.Look(doc)
	var files []crawler.File
	for _, f := range view.Files(view.Body(), base) {
		if address, err := crawler.Address(f.URL); err == nil && address != c.URL {
			files = append(files, crawler.File{URL: address, Name: f.Name})
		}
	}
	return files
}
