package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nianbao/archive"
	"nianbao/archive/saved"
	"nianbao/crawler"
)

type importCmd struct {
	ocrFlag
	Paths   []string `arg:"" name:"path" help:"Saved pages and attachments, folders of them, WARC files, and other archives."`
	Site    string   `placeholder:"KEY" help:"File what is imported under this row of the register."`
	Sites   string   `placeholder:"FILE" help:"The register of --site and of sidecars; none for the built-in one."`
	MaxBody size     `default:"48MiB" placeholder:"SIZE" help:"Longest file; longer ones fail."`
	Reread  bool     `help:"Read the captures of another archive again instead of taking over what its extractor read."`
	DryRun  bool     `help:"Print what would be imported and stop; the archive is neither opened nor made."`
}

func (*importCmd) Help() string {
	return `Brings in pages that were saved in a browser or mirrored, their attachments, and folders of both, as captures
with the transport import. They are committed first and read then, like what a crawl fetches. The same file twice stores
nothing twice; a file that changed is a new version of its address.

The address is that of a sidecar, else the one the page states (the mark "saved from url" of the browser, the meta element
Url, the canonical link, og:url), else one made of the bytes, nih:sha-256;…. A file beside a page that links to it is the
page's attachment. The time is that of the sidecar, else the file's modification time. A sidecar is FILE.meta.json (or
FILE.json) with any of url, fetched_at, content_type, list_title, site, or FILE.url, an Internet shortcut.

Of a WARC file (.warc, .warc.gz of wget, Heritrix, Browsertrix, Common Crawl) all is brought in that stands on the host of a
column of the register, that is a report by itself, or that such a page carries; of one that nianbao export made, all.
Another archive (FILE.db) is merged: the archive then says what one archive would say that had made the captures of both.
What both have is taken once, so that it may be done again, and continues after a death. Every body is hashed before it is
stored; the other file is never written, and nothing in it is run. One of an older schema is copied and brought up to date
first. Refused are an archive of a newer schema, one that is being written, one without bodies (slim), and a damaged one. What
the same version's extractor read there is taken over; from somebody you do not trust, take --reread.

Examples:

  nianbao import ~/Downloads/2023年年报.html
  nianbao import other.db
  nianbao import --dry-run saved/
  nianbao import --sites my-sites.csv crawl.warc.gz
  nianbao import --sites my-sites.csv --site hanyang saved/hanyang/

Exit status 1 says that a file could not be imported or read; each is named, the others go on.`
}

// Run imports what the paths hold.
func (c *importCmd) Run(ctx context.Context, a *app) (err error) {
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	set := saved.Find(c.Paths, saved.Options{MaxBody: int64(c.MaxBody), Now: a.now(), Site: c.Site, Except: a.archive})
	defer func() {
		if closeErr := set.Close(); closeErr != nil && err == nil {
			err = closeErr
		}
	}()
	sites, err := c.register(set)
	if err != nil {
		return err
	}
	if c.DryRun {
		return dryRun(ctx, a, set)
	}
	return c.importSet(ctx, a, set, sites)
}

// register returns the rows of the register that the set's files are filed under, whenever they hold: what is imported may be
// old. A key that the register lacks is wrong usage.
func (c *importCmd) register(set *saved.Set) ([]crawler.Site, error) {
	keys := set.Sites()
	if len(keys) == 0 {
		return nil, nil
	}
	all, err := readRegister(c.Sites)
	if err != nil {
		return nil, err
	}
	var rows []crawler.Site
	for _, key := range keys {
		before := len(rows)
		for _, s := range all {
			if s.Key == key {
				rows = append(rows, s)
			}
		}
		if len(rows) == before {
			if file := set.Naming(key); file != "" {
				return nil, usageError("%s: the sidecar names a site that is not in the register: %s", file, key)
			}
			return nil, usageError("no such site in the register: %s", key)
		}
	}
	return rows, nil
}

// importSet merges a set's archives, saves the captures of its other files, and reads what is new.
func (c *importCmd) importSet(ctx context.Context, a *app, set *saved.Set, sites []crawler.Site) (err error) {
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	all, err := readRegister(c.Sites)
	if err != nil {
		return err
	}
	i := importing{app: a, archive: opened, outcomes: map[string]int{}, paths: map[string]string{}, columns: columnsOf(all),
		maxBody: int64(c.MaxBody), reader: newReader(a.log, nil)}
	defer func() { err = errors.Join(err, i.reader.close()) }()
	databases := set.Databases()
	for _, f := range databases {
		if err := i.merge(ctx, f.Path, archive.MergeOptions{Reread: c.Reread}); err != nil {
			return interrupted(ctx, err)
		}
	}
	p := pipeline{archive: opened, log: a.log, recognizer: a.recognizer}
	if len(databases) > 0 && set.OnlyDatabases() { // the runs are theirs
		err = p.run(ctx, nil, nil)
	} else {
		err = i.run(ctx, set, sites, &p)
	}
	if err != nil || ctx.Err() != nil {
		return interrupted(ctx, err)
	}
	for _, f := range set.Failed {
		i.fail(f.Path, f.Err)
	}
	if err := i.summarize(set.Passed(), &p); err != nil {
		return err
	}
	return i.verdict(p.failed)
}

// run is the run that saves the captures of files.
func (i *importing) run(ctx context.Context, set *saved.Set, sites []crawler.Site, p *pipeline) (err error) {
	run, err := i.archive.BeginCrawl(ctx, "import")
	if err != nil {
		return err
	}
	defer func() { // an interrupted run is finished, too: what was imported is kept
		if _, finishErr := run.Finish(context.WithoutCancel(ctx)); finishErr != nil && err == nil {
			err = finishErr
		}
	}()
	if err := run.SaveSites(ctx, sites); err != nil {
		return err
	}
	return p.run(ctx, run, func(ctx context.Context, into crawler.Archive) error {
		for item := range set.All() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := i.bring(ctx, into, item); err != nil {
				return err
			}
		}
		return nil
	})
}

// importing is one import under way.
type importing struct {
	app      *app
	archive  *archive.Archive
	outcomes map[string]int    // files by outcome
	paths    map[string]string // by address
	failed   []string          // "path (why)"

	columns map[string][]crawler.Site // of the register by host, for WARC files
	maxBody int64                     // bytes of one payload in them
	reader  *reader                   // tells which pages in them are reports
}

// bring takes one file into the archive: how, its kind decides.
func (i *importing) bring(ctx context.Context, into crawler.Archive, item saved.Item) error {
	switch item.Kind {
	case saved.WARC:
		w := warcImport{importing: i, into: into, file: item.File, columns: i.columns, most: i.maxBody, reader: i.reader}
		return w.run(ctx)
	case saved.Database:
		return nil // it was merged before the run began
	}
	return i.save(ctx, into, item)
}

// merge brings in another archive. The error is the archive's own; one that cannot be merged only fails.
func (i *importing) merge(ctx context.Context, path string, o archive.MergeOptions) error {
	m, err := i.archive.Merge(ctx, path, o)
	if errors.Is(err, archive.ErrForeign) {
		i.fail(path, err)
		return nil
	}
	if err != nil {
		return err
	}
	i.app.log.Info("merge", "file", path, "captures", m.Captures, "known", m.Known, "runs", m.Runs, "bodies", m.Bodies,
		"readings", m.Readings)
	_, err = fmt.Fprintf(i.app.stdout, "%s: %d captures new here, %d known; %d runs and %d bodies new, %d readings taken over\n", path,
		m.Captures, m.Known, m.Runs, m.Bodies, m.Readings)
	return err
}

// save saves the capture of a page or attachment.
func (i *importing) save(ctx context.Context, into crawler.Archive, item saved.Item) error {
	c := item.Capture
	if err := i.store(ctx, into, c, item.Files, item.Path); err != nil {
		return err
	}
	log := i.app.log.With("file", item.Path)
	if item.Doubt != "" {
		log.Warn("the stated address is not believed", "reason", item.Doubt)
	}
	log.Info("import", "capture", c.ID, "role", c.Role, "url", c.URL, "address", item.AddressFrom,
		"fetched_at", instant(c.At), "time", item.TimeFrom, "outcome", c.Outcome, "bytes", len(c.Body))
	return nil
}

// store saves a capture that came from the file at path, unless the archive has it, and the files that it carries. The
// error is the archive's.
func (i *importing) store(ctx context.Context, into crawler.Archive, c *crawler.Capture, files []crawler.File, path string) error {
	id, err := i.archive.FindCapture(ctx, c)
	if err != nil {
		return err
	}
	if c.ID = id; id == 0 {
		if err := into.SaveCapture(ctx, c); err != nil {
			return err
		}
	} else if c.Outcome == crawler.OutcomeOK {
		c.Outcome = crawler.OutcomeUnchanged
	}
	if c.Outcome == crawler.OutcomeUnchanged { // what is known of these bytes stays
		known, err := into.FilesOf(ctx, c.URL)
		if err != nil {
			return err
		}
		files = union(known, files)
	}
	if len(files) > 0 {
		if err := into.SaveFiles(ctx, c.ID, files); err != nil {
			return err
		}
	}
	i.paths[c.URL] = path
	i.outcomes[c.Outcome]++
	return nil
}

// union is known with those of more that it lacks.
func union(known, more []crawler.File) []crawler.File {
	out := slices.Clone(known)
	for _, f := range more {
		if !slices.ContainsFunc(known, func(k crawler.File) bool { return k.URL == f.URL }) {
			out = append(out, f)
		}
	}
	return out
}

func (i *importing) fail(path string, err error) {
	i.app.log.Error("cannot import", "file", path, "error", err)
	i.failed = append(i.failed, fmt.Sprintf("%s (%v)", path, err))
}

// summarize prints what was done in one line.
func (i *importing) summarize(passed int, p *pipeline) error {
	_, err := fmt.Fprintf(i.app.stdout, "%d new, %d changed, %d unchanged, %d failed, %d passed over; %d read, %d of them reports\n",
		i.outcomes[crawler.OutcomeNew], i.outcomes[crawler.OutcomeChanged], i.outcomes[crawler.OutcomeUnchanged],
		len(i.failed), passed, p.read, p.reports)
	return err
}

// verdict is nil when every file was imported and read, else it names the others. unread are addresses.
func (i *importing) verdict(unread []string) error {
	named := make([]string, len(unread))
	for n, address := range unread {
		if named[n] = address; i.paths[address] != "" { // else an earlier run brought it
			named[n] = i.paths[address]
		}
	}
	var bad []string
	if len(i.failed) > 0 {
		bad = append(bad, "files not imported: "+strings.Join(i.failed, ", "))
	}
	if len(named) > 0 {
		bad = append(bad, "files that cannot be read: "+strings.Join(named, ", "))
	}
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("done, but %s", strings.Join(bad, "; "))
}

// dryRun prints what would be imported, a line each file.
func dryRun(ctx context.Context, a *app, set *saved.Set) error {
	i := importing{app: a}
	t := table{header: []string{"file", "role", "format", "fetched_at", "from", "url", "from", "files"}}
	for item := range set.All() {
		if ctx.Err() != nil {
			return interrupted(ctx, nil)
		}
		if item.Capture == nil { // what is in a WARC file or an archive, only reading it tells
			t.add(item.Path, "", string(item.Kind), "", "", "", "", "")
			continue
		}
		t.add(item.Path, string(item.Capture.Role), item.Media, instant(item.At), item.TimeFrom, item.Address,
			item.AddressFrom, fmt.Sprint(len(item.Files)))
	}
	if len(t.rows) > 0 {
		if err := t.writeTo(a.stdout, ""); err != nil {
			return err
		}
	}
	for _, f := range set.Failed {
		i.fail(f.Path, f.Err)
	}
	if _, err := fmt.Fprintf(a.stdout, "%d to import, %d failed, %d passed over\n", len(t.rows), len(i.failed),
		set.Passed()); err != nil {
		return err
	}
	return i.verdict(nil)
}
