package document

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/gob"
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

// UnpackRar unpacks an archive of RAR and writes, in parts, what its members are called and hold, for an Unpacker to give back: that is
// the reading end. What is wrong with the archive or a member is told there; the error is that of writing. Of the limits, Inflated
// and Ratio hold for each member, and Members for all of the archive, folders included: what all of them unpack to together is the
// reader's to bound, who ends it by closing.
//
// The library takes as much memory as an archive of RAR 3 or 4 asks for, time after time, and gives no bound: this is to run in a
// process that has one. look, if there is one, is called so often that at most two models of PPMd come in between; its error ends
// the archive.
func UnpackRar(archive io.Reader, out io.Writer, l Limits, look func() error) error {
	to := &rarParts{out: out, encoder: gob.NewEncoder(out)}
	to.send(ended(unpackRar(archive, to, l.orDefault(), look)))
	return to.err
}

// unpackRar is UnpackRar; the error is what is wrong with the archive. A member over a limit ends it, as the library does not
// leave off cleanly in the middle of one; in a solid archive, in which members refer back to those before, so does any that cannot be
// unpacked.
func unpackRar(archive io.Reader, to *rarParts, l Limits, look func() error) (err error) {
	defer damagedIfBroken(&err)
	r, solid, err := openRar(archive, l, look)
	if err != nil {
		return err
	}
	for n := 1; to.err == nil; n++ {
		h, err := nextInRar(r)
		if err != nil {
			return ifNotEOF(err)
		}
		if n > l.Members {
			return fmt.Errorf("more than %d members: %w", l.Members, ErrLimit)
		}
		most, name := l.Inflated, memberName(h.Name)
		if packed := h.PackedSize; packed >= 0 && packed < most {
			most = min(most, max(smallMember, packed*l.Ratio))
		}
		switch {
		case isFile(h):
			part := rarPart{Name: name, Encrypted: h.Encrypted}
			if !h.UnKnownSize && !h.Encrypted {
				part.Size = min(h.UnPackedSize, most)
			}
			to.send(part)
			if err = ErrEncrypted; !h.Encrypted {
				err = unpackMember(to, r, most)
			}
			to.send(ended(err))
		case solid: // what comes behind may refer to it
			err = unpackMember(io.Discard, r, l.Inflated)
		}
		if errors.Is(err, ErrLimit) || solid && err != nil && !errors.Is(err, ErrEncrypted) {
			return fmt.Errorf("what stands behind %s is not unpacked: %w", name, err)
		}
	}
	return nil
}

// unpackMember unpacks the member that the reader stands at.
func unpackMember(to io.Writer, r io.Reader, most int64) (err error) {
	defer damagedIfBroken(&err)
	chunks := bufio.NewWriterSize(to, rarChunk)
	n, err := io.Copy(chunks, io.LimitReader(r, most+1))
	if flushErr := chunks.Flush(); err == nil {
		err = flushErr
	}
	switch {
	case n > most:
		return fmt.Errorf("unpacks to more than %d bytes: %w", most, ErrLimit)
	case err != nil:
		return rarError(err)
	}
	return nil
}

// mostListed is how many members are looked at to say what is in a RAR archive, folders included. Nothing is unpacked for that, but the
// library makes a dictionary for each, or clears the one before, which takes milliseconds for the twenty bytes of a header.
const mostListed = 1000

// eachNameInRar calls each with the names of the first members, and whether they are encrypted, until that returns false.
func eachNameInRar(body []byte, l Limits, each func(entry) bool) (err error) {
	defer damagedIfBroken(&err)
	r, _, err := openRar(bytes.NewReader(body), l, nil)
	if err != nil {
		return err
	}
	for range mostListed {
		h, err := nextInRar(r)
		if err != nil {
			return ifNotEOF(err)
		}
		if isFile(h) && !each(entry{name: memberName(h.Name), encrypted: h.Encrypted}) {
			return nil
		}
	}
	return fmt.Errorf("what stands behind its first %d members is not looked at: %w", mostListed, ErrLimit)
}

// largestDictionary is how much of what was unpacked a RAR archive may refer back to: what WinRAR takes unless told otherwise.
// The library has a dictionary in memory up to four times, as filters get and give a copy of their own.
const largestDictionary = 32 << 20

// openRar begins to read an archive, and says whether it is solid. Told so by the main header, the library unpacks what is left of a
// member to its end before it goes on to the next, whatever is said of its length: an attacker gets 32,000 bytes for one. So it is not
// told. Each member still says by itself that it refers to those before it, and it is enough to unpack them in turn.
func openRar(archive io.Reader, l Limits, look func() error) (r *rardecode.Reader, solid bool, err error) {
	head, err := io.ReadAll(io.LimitReader(archive, mostOfHead))
	if err != nil {
		return nil, false, err
	}
	if solid, err = unlink(head); err != nil {
		return nil, false, err
	}
	whole := io.MultiReader(bytes.NewReader(head), archive)
	if look != nil {
		whole = &looking{in: whole, look: look, most: lookEach(head)}
	}
	r, err = rardecode.NewReader(whole, rardecode.MaxDictionarySize(min(largestDictionary, l.Inflated)))
	if err != nil {
		return nil, false, rarError(err)
	}
	return r, solid, nil
}

// looking is an archive of which the library gets a few bytes at a time.
type looking struct {
	in   io.Reader
	look func() error
	most int // bytes
}

// Read looks, and reads.
func (l *looking) Read(b []byte) (int, error) {
	if err := l.look(); err != nil {
		return 0, err
	}
	return l.in.Read(b[:min(len(b), l.most)])
}

// lookEach is after how many bytes to look: a block of RAR 3 and 4 that has a model made takes six at least. In RAR 5 there are no
// models, and filters, which copy what they work on, take more.
func lookEach(head []byte) int {
	if bytes.HasPrefix(head, []byte("Rar!\x1a\x07\x00")) {
		return 8
	}
	return 512
}

// mostOfHead is how many bytes are looked at for the signature and the main header, which has a few dozen.
const mostOfHead = 128 << 10

// nextInRar is the header of the next member; io.EOF behind the last.
func nextInRar(r *rardecode.Reader) (*rardecode.FileHeader, error) {
	h, err := r.Next()
	if err != nil && err != io.EOF {
		err = rarError(err)
	}
	return h, err
}

// isFile says whether a member is one of people's files: no folder, no link, nothing that a system keeps.
func isFile(h *rardecode.FileHeader) bool {
	return !h.IsDir && h.Mode().IsRegular() && !isForeign(memberName(h.Name))
}

// ifNotEOF is an error that is not the end.
func ifNotEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// damagedIfBroken makes an error of what the library panics with, in a deferred call.
func damagedIfBroken(err *error) {
	if cause := recover(); cause != nil {
		*err = fmt.Errorf("%w: %v", ErrDamaged, cause)
	}
}

// unlink takes from the main header, in the first bytes of an archive, that it is solid, and says whether it was.
func unlink(head []byte) (solid bool, err error) {
	if bytes.HasPrefix(head, []byte("Rar!\x1a\x07\x00")) { // RAR 1.5 to 4: checksum, type, flags, size
		const at, least, isMain, isSolid, hasComment = 7, 13, 0x73, 0x08, 0x02
		if len(head) < at+least || head[at+2] != isMain || head[at+3]&isSolid == 0 {
			return false, nil
		}
		end := at + int(binary.LittleEndian.Uint16(head[at+5:]))
		if head[at+3]&hasComment != 0 {
			end = at + least // the comment has a checksum of its own
		}
		if end < at+least || end > len(head) {
			return false, fmt.Errorf("%w: its main header is cut", ErrDamaged)
		}
		head[at+3] &^= isSolid
		binary.LittleEndian.PutUint16(head[at:], uint16(crc32.ChecksumIEEE(head[at+2:end])))
		return true, nil
	}
	const at, isMain, hasExtra, hasData, isSolid = 8, 1, 1, 2, 4 // RAR 5: checksum, size, type, flags, sizes of more, flags of the archive
	field := at + 4
	next := func() (n uint64) {
		if field > len(head) {
			return 0
		}
		n, length := binary.Uvarint(head[field:])
		if length <= 0 {
			field, err = len(head), fmt.Errorf("%w: its main header is cut", ErrDamaged)
		}
		field += length
		return n
	}
	size := next()
	end := field + int(min(size, uint64(len(head))))
	kind := next()
	flags := next()
	if flags&hasExtra != 0 {
		next()
	}
	if flags&hasData != 0 {
		next()
	}
	if err != nil || kind != isMain { // if the headers are encrypted, the library says so
		return false, err
	}
	if field >= end || end > len(head) {
		return false, fmt.Errorf("%w: its main header is cut", ErrDamaged)
	}
	if head[field]&isSolid == 0 {
		return false, nil
	}
	head[field] &^= isSolid
	binary.LittleEndian.PutUint32(head[at:], crc32.ChecksumIEEE(head[at+4:end]))
	return true, nil
}

// rarError says what an error of the library means.
func rarError(err error) error {
	for _, cause := range []error{rardecode.ErrArchiveEncrypted, rardecode.ErrArchivedFileEncrypted, rardecode.ErrBadPassword} {
		if errors.Is(err, cause) {
			return ErrEncrypted
		}
	}
	switch {
	case errors.Is(err, ErrLimit): // of who looks
		return err
	case errors.Is(err, rardecode.ErrDictionaryTooLarge):
		return fmt.Errorf("%w: %w", err, ErrLimit)
	case errors.Is(err, rardecode.ErrMultiVolume), errors.Is(err, rardecode.ErrBadVolumeNumber),
		errors.Is(err, rardecode.ErrUnsupportedDecoder), errors.Is(err, rardecode.ErrUnknownDecoder):
		return fmt.Errorf("%w: %w", err, ErrFormat)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
