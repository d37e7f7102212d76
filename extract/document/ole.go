package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/richardlehane/mscfb"
)

// stream is one stream of an OLE2 container.
type stream struct {
	storage string // the storages it is in, joined by /
	name    string
	body    []byte
}

// readOLE reads what is in an OLE2 container (MS-CFB), by its streams: a document of Word or WPS, or a workbook.
func readOLE(body []byte, o Options) (Document, error) {
	streams, err := openOLE(body)
	if err != nil {
		return Document{Media: "doc"}, err
	}
	for _, s := range streams {
		if s.storage != "" {
			continue
		}
		switch s.name {
		case "WordDocument":
			return readDOC(streams, o)
		case "Workbook", "Book":
			return readXLS(s.body, o)
		case "Package": // how an object of another format is embedded
			if o.depth++; o.depth > o.Limits.orDefault().Depth {
				return Document{Media: "ole"}, fmt.Errorf("OLE2 container: files embedded in files too deep: %w", ErrLimit)
			}
			return Read(s.body, "", o)
		case "EncryptedPackage":
			return Document{Media: "docx"}, fmt.Errorf("office document: %w", ErrEncrypted)
		}
	}
	return Document{Media: "ole"}, fmt.Errorf("OLE2 container without a text or a workbook: %w", ErrFormat)
}

// openOLE reads the streams of a container. A library's panic on a broken one is a damage.
func openOLE(body []byte) (streams []stream, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			streams, err = nil, fmt.Errorf("OLE2 container: %w: %v", ErrDamaged, cause)
		}
	}()
	in := &sectors{bytes.NewReader(body), maxDirectory}
	r, err := mscfb.New(in)
	if in.left < 0 {
		return nil, fmt.Errorf("OLE2 container with a directory of more than %d bytes: %w", maxDirectory, ErrLimit)
	}
	if err != nil {
		return nil, fmt.Errorf("OLE2 container: %w: %w", ErrDamaged, err)
	}
	in.left = math.MaxInt
	left := int64(len(body))
	for _, f := range r.File {
		if f.Size <= 0 || f.FileInfo().IsDir() {
			continue
		}
		if left -= f.Size; left < 0 || f.Size > int64(len(body)) { // no two streams share a sector
			return nil, fmt.Errorf("OLE2 container: the streams up to %q are longer than the file: %w", f.Name, ErrDamaged)
		}
		content, err := readStream(f)
		if err != nil && len(content) == 0 {
			return nil, fmt.Errorf("OLE2 container: stream %q: %w: %w", f.Name, ErrDamaged, err)
		}
		streams = append(streams, stream{strings.Join(f.Path, "/"), f.Name, content})
	}
	return streams, nil
}

// readStream reads a stream. The library takes time with the square of what it is asked for at once.
func readStream(f *mscfb.File) ([]byte, error) {
	content := make([]byte, f.Size)
	for n := 0; n < len(content); {
		more, err := io.ReadFull(f, content[n:min(len(content), n+64<<10)])
		if n += more; err != nil {
			return content[:n], err
		}
	}
	return content, nil
}

// maxDirectory is how many bytes the directory of a container may have: 3,000 streams and storages of 128 bytes each. The
// library keeps for each the path to it.
const maxDirectory = 3000 * 128

// sectors counts the bytes of whole sectors that are read: those of the directory.
type sectors struct {
	io.ReaderAt
	left int
}

// ReadAt fails when too many sectors were read.
func (s *sectors) ReadAt(b []byte, at int64) (int, error) {
	const smallest = 512
	if len(b) >= smallest {
		if s.left -= len(b); s.left < 0 {
			return 0, errors.New("too many sectors")
		}
	}
	return s.ReaderAt.ReadAt(b, at)
}

// little reads little-endian numbers from bytes. Beyond their end everything is zero: what is read there is judged by what
// it means, not one by one.
type little []byte

func (b little) u8(at int) int {
	if at < 0 || at >= len(b) {
		return 0
	}
	return int(b[at])
}

func (b little) u16(at int) int {
	if at < 0 || at > len(b)-2 {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func (b little) i16(at int) int { return int(int16(b.u16(at))) }

func (b little) u32(at int) int {
	if at < 0 || at > len(b)-4 {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b[at:]))
}

// part is a range of the bytes, cut at their end.
func (b little) part(from, length int) little {
	if from < 0 || from > len(b) || length < 0 {
		return nil
	}
	return b[from:min(len(b), from+min(length, len(b)))]
}
