package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/nwaples/rardecode/v2"
)

// isRar says whether bytes begin like an archive of RAR 1.5 to 4, or 5 and later. Of other bytes the library would look further on
// for one.
func isRar(body []byte) bool {
	return bytes.HasPrefix(body, []byte("Rar!\x1a\x07\x00")) || bytes.HasPrefix(body, []byte("Rar!\x1a\x07\x01\x00"))
}

// largestDictionary is how much of what was unpacked a RAR archive may refer back to: what WinRAR takes unless told otherwise.
// The library has a dictionary in memory up to four times, as filters get and give a copy of their own.
const largestDictionary = 32 << 20

// eachInRar calls each with every member of a RAR archive, until that returns false. A member over a limit ends it, as the
// library does not leave off cleanly in the middle of one; in a solid archive, in which members refer back to those before, so does
// any that cannot be unpacked.
func eachInRar(body []byte, l Limits, each func(entry) bool) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, cause)
		}
	}()
	if one, all := models(body); one > maxModel || all > maxModels {
		return fmt.Errorf("unpacking it takes %d MiB for a model, %d for all, more than %d or %d: %w", one, all, maxModel, maxModels, ErrLimit)
	}
	source, solid, err := unlinked(body)
	if err != nil {
		return err
	}
	r, err := rardecode.NewReader(source, rardecode.MaxDictionarySize(min(largestDictionary, l.Inflated)))
	if err != nil {
		return rarError(err)
	}
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return rarError(err)
		}
		m := entry{name: memberName(h.Name), encrypted: h.Encrypted}
		var failed error
		m.unpack = func(most int64) ([]byte, error) {
			if m.encrypted {
				return nil, ErrEncrypted
			}
			var content []byte
			content, failed = unpackRar(r, h, most, l)
			return content, failed
		}
		switch passedOver := h.IsDir || !h.Mode().IsRegular() || isForeign(m.name); {
		case passedOver && solid: // what comes behind may refer to it
			_, _ = m.unpack(l.Inflated) // that it failed is told below
		case !passedOver && !each(m):
			return nil
		}
		if errors.Is(failed, ErrLimit) || solid && failed != nil {
			return fmt.Errorf("what stands behind %s is not unpacked: %w", m.name, failed)
		}
	}
}

// unlinked is a RAR archive whose main header does not say that it is solid, and whether it did. Told so, the library unpacks
// what is left of a member to its end before it goes on to the next, whatever its header says of its length: an attacker gets
// 32,000 bytes for one. Each member still says by itself that it refers to those before it, so it is enough to unpack them in turn.
func unlinked(body []byte) (r io.Reader, solid bool, err error) {
	whole := bytes.NewReader(body)
	if bytes.HasPrefix(body, []byte("Rar!\x1a\x07\x00")) { // RAR 1.5 to 4: checksum, type, flags, size
		const at, least, isMain, isSolid, hasComment = 7, 13, 0x73, 0x08, 0x02
		if len(body) < at+least || body[at+2] != isMain || body[at+3]&isSolid == 0 {
			return whole, false, nil
		}
		end := at + int(binary.LittleEndian.Uint16(body[at+5:]))
		if body[at+3]&hasComment != 0 {
			end = at + least // the comment has a checksum of its own
		}
		if end < at+least || end > len(body) {
			return nil, false, fmt.Errorf("%w: its main header is cut", ErrDamaged)
		}
		head := bytes.Clone(body[:end])
		head[at+3] &^= isSolid
		binary.LittleEndian.PutUint16(head[at:], uint16(crc32.ChecksumIEEE(head[at+2:])))
		return io.MultiReader(bytes.NewReader(head), bytes.NewReader(body[end:])), true, nil
	}
	const at, isMain, hasExtra, hasData, isSolid = 8, 1, 1, 2, 4 // RAR 5: checksum, size, type, flags, sizes of more, flags of the archive
	field := at + 4
	next := func() (n uint64) {
		if field > len(body) {
			return 0
		}
		n, length := binary.Uvarint(body[field:])
		if length <= 0 {
			field, err = len(body), fmt.Errorf("%w: its main header is cut", ErrDamaged)
		}
		field += length
		return n
	}
	size := next()
	end := field + int(min(size, uint64(len(body))))
	kind := next()
	flags := next()
	if flags&hasExtra != 0 {
		next()
	}
	if flags&hasData != 0 {
		next()
	}
	if err != nil || kind != isMain { // if the headers are encrypted, the library says so
		return whole, false, err
	}
	if field >= end || end > len(body) {
		return nil, false, fmt.Errorf("%w: its main header is cut", ErrDamaged)
	}
	if body[field]&isSolid == 0 {
		return whole, false, nil
	}
	head := bytes.Clone(body[:end])
	head[field] &^= isSolid
	binary.LittleEndian.PutUint32(head[at:], crc32.ChecksumIEEE(head[at+4:]))
	return io.MultiReader(bytes.NewReader(head), bytes.NewReader(body[end:])), true, nil
}

// maxModel is how many MiB a member of RAR 3 or 4 that is packed by PPMd may ask for, maxModels how many all of them. The library
// takes a third more, for each such member anew.
const maxModel, maxModels = 32, 4096

// models is what the members that begin with a block of PPMd ask for, in MiB: the largest, and all together. The second byte of a
// member is that number, if the first says so.
func models(body []byte) (largest, all int) {
	const file, long, large, encrypted, stored, head = 0x74, 0x8000, 0x100, 0x04, 0x30, 32
	if !bytes.HasPrefix(body, []byte("Rar!\x1a\x07\x00")) {
		return 0, 0
	}
	le := binary.LittleEndian
	for at := 7; len(body)-at >= 7; {
		flags, size, data := le.Uint16(body[at+3:]), int(le.Uint16(body[at+5:])), 0
		if size < 7 || size > len(body)-at {
			return largest, all
		}
		if flags&long != 0 && size >= 11 {
			data = int(le.Uint32(body[at+7:]))
		}
		if kind := body[at+2]; kind == file && size >= head {
			if flags&large != 0 && size >= head+4 {
				data |= int(le.Uint32(body[at+head:])) << 32
			}
			const isPPM, isNew = 0x80, 0x20
			packed := body[at+size:]
			if flags&encrypted == 0 && body[at+25] != stored && min(data, len(packed)) > 1 && packed[0]&isPPM != 0 && packed[0]&isNew != 0 {
				largest, all = max(largest, int(packed[1])+1), all+int(packed[1])+1
			}
		}
		if data < 0 || data > len(body)-at-size {
			return largest, all
		}
		at += size + data
	}
	return largest, all
}

// unpackRar unpacks the member that the reader stands at.
func unpackRar(r io.Reader, h *rardecode.FileHeader, most int64, l Limits) ([]byte, error) {
	if packed := h.PackedSize; packed >= 0 && packed < most {
		most = min(most, max(smallMember, packed*l.Ratio))
	}
	content, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(content)) > most:
		return content, fmt.Errorf("unpacks to more than %d bytes: %w", most, ErrLimit)
	case err != nil:
		return content, rarError(err)
	}
	return content, nil
}

// rarError says what an error of the library means.
func rarError(err error) error {
	for _, cause := range []error{rardecode.ErrArchiveEncrypted, rardecode.ErrArchivedFileEncrypted, rardecode.ErrBadPassword} {
		if errors.Is(err, cause) {
			return ErrEncrypted
		}
	}
	switch {
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		return fmt.Errorf("%w: %w", err, ErrLimit)
	case errors.Is(err, rardecode.ErrMultiVolume), errors.Is(err, rardecode.ErrBadVolumeNumber),
		errors.Is(err, rardecode.ErrUnsupportedDecoder), errors.Is(err, rardecode.ErrUnknownDecoder):
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
