package document

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
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
	streams, err := openOLE(body, o.Limits)
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
func openOLE(body []byte, l Limits) (streams []stream, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			streams, err = nil, fmt.Errorf("OLE2 container: %w: %v", ErrDamaged, cause)
		}
	}()
	l = l.orDefault()
	r, err := mscfb.New(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("OLE2 container: %w: %w", ErrDamaged, err)
	}
	if len(r.File) > l.Members {
		return nil, fmt.Errorf("OLE2 container with more than %d streams: %w", l.Members, ErrLimit)
	}
	for _, f := range r.File {
		if f.Size <= 0 || f.FileInfo().IsDir() {
			continue
		}
		if f.Size > int64(len(body)) {
			return nil, fmt.Errorf("OLE2 container: stream %q is longer than the file: %w", f.Name, ErrDamaged)
		}
		content := make([]byte, f.Size)
		n, err := io.ReadFull(f, content)
		if err != nil && n == 0 {
			return nil, fmt.Errorf("OLE2 container: stream %q: %w: %w", f.Name, ErrDamaged, err)
		}
		streams = append(streams, stream{strings.Join(f.Path, "/"), f.Name, content[:n]})
	}
	return streams, nil
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
