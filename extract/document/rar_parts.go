package document

import (
	"bufio"
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Unpacker unpacks archives of RAR where its memory and time are bounded: in a process of its own. Package extract starts none.
type Unpacker interface {
	// Unpack returns what UnpackRar writes of an archive. To close it, once or again, ends the unpacking; the error says why that had
	// ended by itself before it was through, and wraps ErrLimit if it was over a bound.
	Unpack(archive []byte) (io.ReadCloser, error)
}

// unpacksHere unpacks in this process.
type unpacksHere struct{ limits Limits }

// Unpack is for Unpacker.
func (u unpacksHere) Unpack(archive []byte) (io.ReadCloser, error) {
	out, in := io.Pipe()
	go func() { in.CloseWithError(UnpackRar(bytes.NewReader(archive), in, u.limits, nil)) }()
	return out, nil
}

// rarPart is what UnpackRar tells at a time: that a member begins, what it holds in chunks, that it ends; behind the last, that the
// archive ends.
type rarPart struct {
	Name      string // of a member that begins
	Encrypted bool   // it is
	Size      int64  // bytes that it unpacks to, or is damaged; 0 if only unpacking it tells
	Length    int    // of bytes that follow, of the member that began
	End       bool
	Wrong     string // with what ends; "" for nothing
	Is        int    // which of partErrors that is; none if negative
}

// rarChunk is how many bytes of content a part has at most.
const rarChunk = 64 << 10

// partErrors are the errors that parts may tell of.
func partErrors() []error { return []error{ErrFormat, ErrEncrypted, ErrDamaged, ErrLimit} }

// rarParts sends parts until one cannot be sent.
type rarParts struct {
	out     io.Writer
	encoder *gob.Encoder
	err     error
}

func (p *rarParts) send(part rarPart) {
	if p.err == nil {
		p.err = p.encoder.Encode(part)
	}
}

// Write sends content.
func (p *rarParts) Write(content []byte) (int, error) {
	p.send(rarPart{Length: len(content)})
	if p.err == nil {
		_, p.err = p.out.Write(content)
	}
	return len(content), p.err
}

// ended is the part that ends a member or the archive, with what is wrong with it.
func ended(err error) rarPart {
	part := rarPart{End: true, Is: -1}
	if err == nil {
		return part
	}
	part.Wrong = err.Error()
	for i, is := range partErrors() {
		if errors.Is(err, is) {
			part.Is = i
		}
	}
	return part
}

// wrong is the error that the part tells of.
func (p *rarPart) wrong() error {
	if p.Wrong == "" {
		return nil
	}
	told := &partError{said: p.Wrong}
	if all := partErrors(); p.Is >= 0 && p.Is < len(all) {
		told.is = all[p.Is]
	}
	return told
}

// partError is an error that came in a part.
type partError struct {
	said string
	is   error
}

func (e *partError) Error() string { return e.said }
func (e *partError) Unwrap() error { return e.is }

// eachInRar calls each with every member of a RAR archive, until that returns false. A member over a limit ends it.
func eachInRar(body []byte, u Unpacker, l Limits, each func(entry) bool) error {
	if u == nil {
		u = unpacksHere{l}
	}
	stream, err := u.Unpack(body)
	if err != nil {
		return err
	}
	defer stream.Close()
	in := bufio.NewReader(stream) // of which the decoder reads no more than a part
	parts := &partReader{in: in, decoder: gob.NewDecoder(in), stream: stream}
	for {
		if err := parts.next(); err != nil {
			return err
		}
		if parts.End {
			return parts.wrong()
		}
		var failed error
		member := entry{name: parts.Name, encrypted: parts.Encrypted}
		member.unpack = func(most int64) (content []byte, err error) {
			content, err, failed = parts.content(most)
			return content, err
		}
		if !each(member) {
			return nil
		}
		if failed == nil && !parts.End { // it was not unpacked
			_, _, failed = parts.content(l.Inflated)
		}
		if failed != nil {
			return fmt.Errorf("what stands behind %s is not unpacked: %w", member.name, failed)
		}
	}
}

// partReader reads parts.
type partReader struct {
	rarPart
	in      io.Reader
	decoder *gob.Decoder
	stream  io.Closer
}

// next reads the next part.
func (p *partReader) next() error {
	p.rarPart = rarPart{} // what is zero is not sent
	return p.cut(p.decoder.Decode(&p.rarPart))
}

// cut is why the parts are cut, if reading them failed.
func (p *partReader) cut(err error) error {
	if err == nil {
		return nil
	}
	if cause := p.stream.Close(); cause != nil {
		return cause
	}
	return fmt.Errorf("its unpacking ended before its time: %w", err)
}

// content reads what the member holds that has begun, up to its end. err is what is wrong with it; failed, if there is no going on to the
// next.
func (p *partReader) content(most int64) (content []byte, err, failed error) {
	content = make([]byte, 0, max(0, min(p.Size, most))+1)
	for {
		if err := p.next(); err != nil {
			return content, err, err
		}
		if p.End {
			return content, p.wrong(), nil
		}
		had, more := len(content), int(min(int64(p.Length), most+1-int64(len(content))))
		content = slices.Grow(content, more)[:had+more]
		if _, err := io.ReadFull(p.in, content[had:]); err != nil {
			err = p.cut(err)
			return content[:had], err, err
		}
		if int64(len(content)) > most {
			err := fmt.Errorf("unpacks to more than %d bytes: %w", most, ErrLimit)
			return content, err, err
		}
	}
}
