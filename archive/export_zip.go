package archive

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// sortedZip is a ZIP file whose entries come sorted by name and without times, in whatever order they were created: the
// same entries make the same bytes. They lie in files of the folder dir until Close.
type sortedZip struct {
	dir   string
	out   io.Writer
	names []string
	last  *os.File
}

// Create begins an entry; it ends with the next Create, or Close.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	if err := z.end(); err != nil {
		return nil, err
	}
	var err error
	z.last, err = os.Create(z.path(len(z.names)))
	z.names = append(z.names, name)
	return z.last, err
}

// AddFS is there for the interface of excelize only.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (z *sortedZip) path(i int) string { return filepath.Join(z.dir, "entry-"+strconv.Itoa(i)) }

func (z *sortedZip) end() error {
	if z.last == nil {
		return nil
	}
	err := z.last.Close()
	z.last = nil
	return err
}

// Close writes the ZIP file.
func (z *sortedZip) Close() error {
	if err := z.end(); err != nil {
		return err
	}
	w := zip.NewWriter(z.out)
	sorted := slices.Sorted(slices.Values(z.names))
	for _, name := range sorted {
		if err := z.copy(w, name, z.path(slices.Index(z.names, name))); err != nil {
			return err
		}
	}
	return w.Close()
}

func (z *sortedZip) copy(w *zip.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	entry, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = io.Copy(entry, f)
	return err
}
