package saved

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// folder is a folder in which files are looked for. Nothing outside of it can be opened by a name in it.
type folder struct {
	path string // as people name it
	root *os.Root
}

// folderAt returns the folder of that path, opened once.
func (s *Set) folderAt(dir string) (*folder, error) {
	key, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if f := s.folders[key]; f != nil {
		return f, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{path: dir, root: root}
	s.folders[key] = f
	return f, nil
}

// find looks at one path that was given.
func (s *Set) find(given string) error {
	resolved, err := filepath.EvalSymlinks(given) // what was named itself may be a link
	if err != nil {
		return err
	}
	info, err := os.Stat(resolved)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return s.findFolder(resolved)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file and no folder", given)
	}
	f, err := s.folderAt(filepath.Dir(resolved))
	if err != nil {
		return err
	}
	name := filepath.Base(resolved)
	if f.ofSidecar(name) {
		return nil // dir/* names the sidecars, too
	}
	if file := s.add(f, name, true); file != nil && file.Kind == Page {
		for _, dir := range file.ownFolders() {
			s.walk(f, dir)
		}
	}
	return nil
}

// findFolder looks at a folder that was given. One in which a browser put the files of a page stays that, though dir/*
// names it, too.
func (s *Set) findFolder(dir string) error {
	parent, err := s.folderAt(filepath.Dir(dir))
	if err == nil && (&File{folder: parent, name: filepath.Base(dir) + "/x"}).owner() != "" {
		s.walk(parent, filepath.Base(dir))
		return nil
	}
	f, err := s.folderAt(dir)
	if err != nil {
		return err
	}
	s.walk(f, ".")
	return nil
}

// walk adds the files below a folder's subfolder, in the order of their names.
func (s *Set) walk(f *folder, below string) {
	_ = fs.WalkDir(f.root.FS(), below, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			s.fail(filepath.Join(f.path, name), err)
			return nil
		case name != "." && hidden(path.Base(name)):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.Type().IsRegular() && !f.ofSidecar(name):
			s.add(f, name, false)
		case d.Type()&fs.ModeSymlink != 0:
			s.others++
		}
		return nil
	})
}

// hidden says whether a file is one that its system or program hides.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.EqualFold(name, "Thumbs.db")
}

// ofSidecar says whether a name is that of another file's sidecar.
func (f *folder) ofSidecar(name string) bool {
	for _, end := range sidecarEndings {
		if of, ok := strings.CutSuffix(name, end); ok && f.regular(of) {
			return true
		}
	}
	return false
}

// regular says whether there is a file of that name, not a link to one.
func (f *folder) regular(name string) bool {
	if !fs.ValidPath(name) || name == "." || slices.ContainsFunc(strings.Split(name, "/"), hidden) {
		return false
	}
	info, err := f.root.Lstat(filepath.FromSlash(name))
	return err == nil && info.Mode().IsRegular()
}

// errTooLarge says that a file is longer than an import takes.
var errTooLarge = errors.New("too large")

// read returns the bytes of a file, no more than limit of them; with errTooLarge its beginning.
func (f *folder) read(name string, limit int64) ([]byte, fs.FileInfo, error) {
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	const beginning = 4096
	if info.Size() > limit {
		body := make([]byte, min(beginning, limit))
		n, err := io.ReadFull(file, body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, nil, err
		}
		return body[:n], info, fmt.Errorf("%w: %d bytes, the limit is %d", errTooLarge, info.Size(), limit)
	}
	body, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("%w: it grew over %d bytes", errTooLarge, limit)
	}
	return body, info, err
}
