package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// ErrFormat is what a broken or foreign file wraps; the message says at which record.
var ErrFormat = errors.New("no WARC file, or a broken one")

// maxFields bounds the named fields of one record, in bytes.
const maxFields = 256 << 10

// Record is one record of a file. Its block can be read until Next is called again.
type Record struct {
	Number int                  // counts from 1
	Fields textproto.MIMEHeader // named fields, names in canonical form
	Length int64                // of the block, bytes
	Block  io.Reader
}

// Type is WARC-Type in lower case: response, request, revisit, metadata, resource, warcinfo …
func (r *Record) Type() string { return strings.ToLower(r.Fields.Get("Warc-Type")) }

// TargetURI is WARC-Target-URI, without the angle brackets that version 1.0 allows.
func (r *Record) TargetURI() string {
	return strings.TrimSuffix(strings.TrimPrefix(r.Fields.Get("Warc-Target-Uri"), "<"), ">")
}

// Date is WARC-Date; the zero time where it is none.
func (r *Record) Date() time.Time { return date(r.Fields.Get("Warc-Date")) }

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(s))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// Reader reads the records of one file.
type Reader struct {
	in     *bufio.Reader
	number int
	block  *io.LimitedReader
}

// NewReader reads a file, unpacking it where it is gzip, as a whole or a member each record.
func NewReader(in io.Reader) (*Reader, error) {
	b := bufio.NewReaderSize(in, 1<<16)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("%w: gzip: %w", ErrFormat, err)
		}
		b = bufio.NewReaderSize(z, 1<<16)
	}
	if begin, _ := b.Peek(5); string(begin) != "WARC/" {
		return nil, fmt.Errorf("%w: it does not begin with a record", ErrFormat)
	}
	return &Reader{in: b}, nil
}

// Next is the next record; io.EOF behind the last. What is left of the block before is passed over.
func (r *Reader) Next() (*Record, error) {
	if r.block != nil {
		if _, err := io.Copy(io.Discard, r.block); err != nil {
			return nil, r.failed("read its block", err)
		}
		if r.block.N > 0 {
			return nil, r.failed("read its block", io.ErrUnexpectedEOF)
		}
		r.block = nil
	}
	line, err := r.version()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	r.number++
	if err != nil || !strings.HasPrefix(line, "WARC/") {
		return nil, r.failed("find its beginning", err)
	}
	fields, err := r.fields()
	if err != nil {
		return nil, err
	}
	length, err := strconv.ParseInt(strings.TrimSpace(fields.Get("Content-Length")), 10, 64)
	if err != nil || length < 0 {
		return nil, r.failed("read Content-Length", err)
	}
	r.block = &io.LimitedReader{R: r.in, N: length}
	return &Record{Number: r.number, Fields: fields, Length: length, Block: r.block}, nil
}

// version reads to the line that begins a record; records end with empty lines, some tools write one too many.
func (r *Reader) version() (string, error) {
	for range 8 {
		line, err := r.line(256)
		if err != nil || line != "" {
			return line, err
		}
	}
	return "", nil
}

// line reads a line of at most so many bytes, without its end. io.EOF only where nothing is left at all.
func (r *Reader) line(most int) (string, error) {
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > most:
			return "", errors.New("a line is too long")
		case err == nil:
			return strings.TrimRight(string(line), "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return "", io.ErrUnexpectedEOF
		default:
			return "", err
		}
	}
}

// fields reads the named fields up to the empty line behind them.
func (r *Reader) fields() (textproto.MIMEHeader, error) {
	fields := textproto.MIMEHeader{}
	last, left := "", maxFields
	for {
		line, err := r.line(left)
		if err != nil {
			return nil, r.failed("read its fields", unexpected(err))
		}
		if line == "" {
			return fields, nil
		}
		left -= len(line) + 2
		if values := fields[last]; (line[0] == ' ' || line[0] == '\t') && len(values) > 0 {
			values[len(values)-1] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, r.failed("read its fields", fmt.Errorf("no colon in %.40q", line))
		}
		last = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		fields.Add(last, strings.TrimSpace(value))
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// failed names the record.
func (r *Reader) failed(what string, err error) error {
	if err == nil {
		return fmt.Errorf("record %d: cannot %s: %w", r.number, what, ErrFormat)
	}
	return fmt.Errorf("record %d: cannot %s: %w: %w", r.number, what, ErrFormat, err)
}
