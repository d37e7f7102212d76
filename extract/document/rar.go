package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/nwaples/rardecode/v2"
)

// isRar says whether bytes begin like an archive of RAR 1.5 to 4, or 5 and later.
func isRar(body []byte) bool { return bytes.HasPrefix(body, []byte("Rar!\x1a\x07")) }

// largestDictionary is how much of what was unpacked a RAR archive may refer back to; WinRAR takes 32 MiB.
const largestDictionary = 64 << 20

// eachInRar calls each with every member of a RAR archive, until that returns false. A member over a limit ends it: to find
// the next, the library may have to unpack that one to its end.
func eachInRar(body []byte, l Limits, each func(entry) bool) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, cause)
		}
	}()
	r, err := rardecode.NewReader(bytes.NewReader(body), rardecode.MaxDictionarySize(min(largestDictionary, l.Inflated)))
	if err != nil {
		return rarError(err)
	}
	over := false
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return rarError(err)
		}
		if h.IsDir || !h.Mode().IsRegular() || isForeign(memberName(h.Name)) {
			continue
		}
		m := entry{name: memberName(h.Name), encrypted: h.Encrypted}
		m.unpack = func(most int64) ([]byte, error) {
			if m.encrypted {
				return nil, ErrEncrypted
			}
			content, err := unpackRar(r, h, most, l)
			over = errors.Is(err, ErrLimit)
			return content, err
		}
		if !each(m) {
			return nil
		}
		if over {
			return fmt.Errorf("what stands behind %s is not unpacked: %w", m.name, ErrLimit)
		}
	}
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
