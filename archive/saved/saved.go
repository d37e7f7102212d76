package saved

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"nianbao/crawler"
)

// Options are what an import is told besides its paths.
type Options struct {
	MaxBody int64     // longest file in bytes; crawler.DefaultMaxBody if zero
	Now     time.Time // when the import is made
	Site    string    // register key of files whose sidecar names none; "" for none
	Except  string    // path of the archive that is being written: it is passed over; "" for none
}

// File is one file of an import.
type File struct {
	Path        string // as people name it
	Source      string // below the PATH that was given, with slashes
	Kind        Kind
	Media       string // format, as Capture.Media
	Address     string // as Capture.URL
	AddressFrom string // sidecar, saved_from, mhtml, meta, canonical, og, page, content
	At          time.Time
	TimeFrom    string // sidecar, mhtml, file, import
	Site        string // register key, "" for none
	ListTitle   string // how a list named it, "" if nobody said
	Doubt       string // why the address that it states is not believed, "" if it is

	folder  *folder
	name    string // in the folder, with slashes
	sha256  string // hex
	sidecar sidecar
	given   bool // it was named itself
	passed  bool // it is passed over
}

// Failure is a file or path that cannot be imported.
type Failure struct {
	Path string
	Err  error
}

// Set is the files of one import. It must be closed. It is not safe for concurrent use.
type Set struct {
	Failed []Failure // grows while All goes on

	options Options
	folders map[string]*folder // by absolute path
	byPath  map[string]*File   // by absolute path; nil for one that failed
	files   []*File            // in the order in which they were found; those passed over, too
	others  int                // symbolic links, and what is too large to be looked at, that were passed over
}

// Find looks through files and folders. A file that two paths lead to is taken once. What cannot be read is in Failed;
// the others go on.
func Find(paths []string, o Options) *Set {
	if o.MaxBody == 0 {
		o.MaxBody = crawler.DefaultMaxBody
	}
	s := &Set{options: o, folders: map[string]*folder{}, byPath: map[string]*File{}}
	for _, p := range paths {
		if err := s.find(p); err != nil {
			s.fail(p, err)
		}
	}
	s.doubtAddresses()
	return s
}

// Close closes the folders.
func (s *Set) Close() error {
	var errs []error
	for _, f := range s.folders {
		errs = append(errs, f.root.Close())
	}
	return errors.Join(errs...)
}

// Sites are the register keys that files are filed under.
func (s *Set) Sites() []string {
	var keys []string
	seen := map[string]bool{}
	for _, f := range s.files {
		if key := cmp.Or(f.sidecar.Site, s.options.Site); !f.passed && key != "" && !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	return keys
}

// Naming is the path of the first file whose sidecar names a register key, "" for none.
func (s *Set) Naming(key string) string {
	for _, f := range s.files {
		if f.sidecar.Site == key && !f.passed {
			return f.Path
		}
	}
	return ""
}

// Passed is how many files and links were passed over.
func (s *Set) Passed() int {
	n := s.others
	for _, f := range s.files {
		if f.passed {
			n++
		}
	}
	return n
}

// Item is a file with its capture.
type Item struct {
	*File
	Capture *crawler.Capture // nil for a container
	Files   []crawler.File   // of a page: the files it carries, in page order
}

// Databases are the files that could be archives; All yields them, too.
func (s *Set) Databases() []*File {
	return slices.DeleteFunc(slices.Clone(s.files), func(f *File) bool { return f.passed || f.Kind != Database })
}

// OnlyDatabases says whether nothing else is to be imported.
func (s *Set) OnlyDatabases() bool {
	return !slices.ContainsFunc(s.files, func(f *File) bool { return !f.passed && f.Kind != Database })
}

// All yields the files with their captures: pages, then attachments, then containers. A file that has become unreadable
// since it was found is in Failed. It may be called once.
func (s *Set) All() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for _, wanted := range [][]Kind{{Page, MHTML}, {Attachment, Picture}, {WARC, Database}} {
			// The pages may bring in files that nobody had found.
			for i := 0; i < len(s.files); i++ {
				f := s.files[i]
				if f.passed || !f.is(wanted...) {
					continue
				}
				item, err := s.item(f)
				if err != nil {
					s.fail(f.Path, err)
					continue
				}
				if !yield(item) {
					return
				}
			}
		}
	}
}

func (f *File) is(kinds ...Kind) bool {
	for _, k := range kinds {
		if f.Kind == k {
			return true
		}
	}
	return false
}

func (s *Set) fail(path string, err error) { s.Failed = append(s.Failed, Failure{path, err}) }

// add takes a file into the import; given says that it was named itself. It returns nil for one that fails.
func (s *Set) add(f *folder, name string, given bool) *File {
	key, err := filepath.Abs(filepath.Join(f.path, filepath.FromSlash(name)))
	if err != nil {
		s.fail(name, err)
		return nil
	}
	if file, known := s.byPath[key]; known {
		if file != nil && given && !file.given {
			file.given = true
			s.judge(file)
		}
		return file
	}
	file := &File{Path: filepath.Join(f.path, filepath.FromSlash(name)), Source: name, folder: f, name: name, given: given}
	s.byPath[key] = nil
	body, info, err := f.read(name, s.options.MaxBody)
	file.Kind, file.Media = kindOf(body, path.Base(name))
	if errors.Is(err, errTooLarge) && !given && file.is(Other, Picture) {
		s.others++
		return nil
	}
	if file.is(WARC, Database) && errors.Is(err, errTooLarge) {
		err = nil // its first bytes say what it is; it is read piece by piece
	}
	if err == nil {
		sum := sha256.Sum256(body)
		file.sha256 = hex.EncodeToString(sum[:])
		err = s.describe(file, body, info.ModTime())
	}
	if err != nil {
		s.fail(file.Path, err)
		return nil
	}
	s.judge(file)
	s.byPath[key] = file
	s.files = append(s.files, file)
	return file
}

// judge decides whether a file is passed over, or fails because it was named itself and is nothing to import.
func (s *Set) judge(f *File) {
	switch {
	case f.Kind == Database && !f.given && s.options.Except != "" && sameFile(f.Path, s.options.Except):
		f.passed = true
	case f.given && f.Kind == Other:
		s.fail(f.Path, errors.New("neither a page nor a document of a known format"))
	case f.given:
		f.passed = false
	case f.owner() != "":
		f.passed = f.Kind != Attachment
	default:
		f.passed = f.is(Picture, Other)
	}
}

// describe reads the sidecar and decides on address and time.
func (s *Set) describe(f *File, body []byte, saved time.Time) error {
	if f.Kind == Other {
		return nil
	}
	for _, end := range sidecarEndings {
		if !f.folder.regular(f.name + end) {
			continue
		}
		text, _, err := f.folder.read(f.name+end, maxSidecar)
		if err != nil {
			return err
		}
		if f.sidecar, err = readSidecar(path.Base(f.name)+end, text, s.options.Now); err != nil {
			return err
		}
		break
	}
	f.Site, f.ListTitle = f.sidecar.Site, f.sidecar.ListTitle
	f.At, f.TimeFrom = s.savedAt(f, body, saved)
	f.Address, f.AddressFrom = ownAddress(f, body)
	return nil
}

// maxSidecar is the most bytes of a sidecar.
const maxSidecar = 1 << 20

// firstPage is when the first page of the web was written; nothing was saved before.
var firstPage = time.Date(1990, 12, 20, 0, 0, 0, 0, time.UTC)

// savedAt is when a file's bytes were got, and how that is known.
func (s *Set) savedAt(f *File, body []byte, modified time.Time) (time.Time, string) {
	var inside time.Time
	if f.Kind == MHTML {
		_, inside = mhtmlHead(body)
	}
	for _, known := range []struct {
		at   time.Time
		from string
	}{{f.sidecar.at, fromSidecar}, {inside, fromMHTML}, {modified, "file"}} {
		if !known.at.Before(firstPage) && !known.at.After(s.options.Now) {
			return known.at, known.from
		}
	}
	return s.options.Now, "import"
}

// ownFolders are the names of the folder in which a browser would have put the files of a page.
func (f *File) ownFolders() []string {
	stem := strings.TrimSuffix(f.name, path.Ext(f.name))
	return []string{stem + "_files", stem + ".files"}
}

// owner is the name of the page in whose own folder a file lies; "" for none.
func (f *File) owner() string {
	for dir := path.Dir(f.name); dir != "."; dir = path.Dir(dir) {
		for _, end := range []string{"_files", ".files"} {
			stem, ok := strings.CutSuffix(dir, end)
			if !ok {
				continue
			}
			for _, ext := range pageEndings {
				if f.folder.regular(stem + ext) {
					return stem + ext
				}
			}
		}
	}
	return ""
}
