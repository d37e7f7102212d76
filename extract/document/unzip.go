package document

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// smallMember is the size up to which a member may be packed as tightly as it likes.
const smallMember = 1 << 20

// pack is an opened zip container, read within limits.
type pack struct {
	media  string
	files  map[string]*zip.File // by name
	names  []string             // in the order of the container
	all    []*zip.File          // also those of the same name
	limits Limits
	left   int64 // bytes that may still be unpacked
}

// openZip reads the directory of a zip container. media names the format in errors.
func openZip(body []byte, media string, l Limits) (*pack, error) {
	l = l.orDefault()
	if n := bytes.Count(body, []byte(zipEntry)); n > l.Members { // the library takes some hundred bytes for each
		return nil, fmt.Errorf("%s with %d members, more than %d: %w", media, n, l.Members, ErrLimit)
	}
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return nil, fmt.Errorf("%s: %w: %w", media, ErrDamaged, err)
	}
	p := &pack{media: media, files: map[string]*zip.File{}, all: r.File, limits: l, left: l.Inflated}
	for _, f := range r.File {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if _, twice := p.files[name]; !twice {
			p.files[name] = f
			p.names = append(p.names, name)
		}
	}
	return p, nil
}

// zipEntry is how each entry of the directory at the end of a zip begins (APPNOTE 4.3.12).
const zipEntry = "PK\x01\x02"

// isZip says whether bytes begin like a zip container (APPNOTE 4.3.7, 4.3.16).
func isZip(body []byte) bool {
	return bytes.HasPrefix(body, []byte("PK\x03\x04")) || bytes.HasPrefix(body, []byte("PK\x05\x06"))
}

// format names the document that the container is, by its members; "" for a container of files.
func (p *pack) format() string {
	switch {
	case p.has("word/document.xml"):
		return "docx"
	case p.has("xl/workbook.xml"):
		return "xlsx"
	case p.has("content.xml") && p.has("styles.xml"):
		return "odt"
	case p.has("OFD.xml"):
		return "ofd"
	case p.has("[Content_Types].xml"), p.has("mimetype"):
		return "another office document"
	}
	return ""
}

// eachInZip calls each with every member of a zip container, until that returns false.
func eachInZip(body []byte, l Limits, each func(entry) bool) error {
	p, err := openZip(body, "zip", l)
	if err != nil {
		return err
	}
	for _, f := range p.all {
		name := memberName(f.Name)
		if !f.Mode().IsRegular() || strings.HasSuffix(f.Name, `\`) || isForeign(name) {
			continue
		}
		if !each(entry{name: name, encrypted: f.Flags&1 != 0, unpack: func(most int64) ([]byte, error) {
			p.left = most
			return p.unpack(f)
		}}) {
			return nil
		}
	}
	return nil
}

// has says whether there is a member of that name.
func (p *pack) has(name string) bool { return p.files[name] != nil }

// read unpacks one member. Errors wrap ErrDamaged, ErrEncrypted or ErrLimit.
func (p *pack) read(name string) ([]byte, error) {
	f := p.files[name]
	if f == nil {
		return nil, fmt.Errorf("%s: no %s in the container: %w", p.media, name, ErrDamaged)
	}
	body, err := p.unpack(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", p.media, name, err)
	}
	return body, nil
}

// unpack unpacks a member within the limits. Bytes that come with an error are part of its content.
func (p *pack) unpack(f *zip.File) ([]byte, error) {
	u, err := p.open(f)
	if err != nil {
		return nil, err
	}
	defer u.Close()
	return io.ReadAll(u)
}

// unpacked is a member being unpacked. Its errors wrap ErrDamaged or ErrLimit.
type unpacked struct {
	io.ReadCloser
	pack *pack
	most int64 // bytes that it may have in all
	left int64 // of them
}

// open begins to unpack a member.
func (p *pack) open(f *zip.File) (*unpacked, error) {
	if f.Flags&1 != 0 {
		return nil, ErrEncrypted
	}
	most := p.left
	if packed := int64(f.CompressedSize64); packed >= 0 && packed < most {
		most = min(most, max(smallMember, packed*p.limits.Ratio))
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, fmt.Errorf("packed by method %d: %w", f.Method, ErrFormat)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return &unpacked{r, p, most, most}, nil
}

// Read unpacks on.
func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.ReadCloser.Read(b[:min(int64(len(b)), u.left+1)])
	u.left -= int64(n)
	u.pack.left -= int64(n)
	switch {
	case u.left < 0:
		err = fmt.Errorf("unpacks to more than %d bytes: %w", u.most, ErrLimit)
	case err != nil && err != io.EOF:
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

// smallPart is the size of a part that is kept in memory with all it says: styles, relations, lists, a chart.
const smallPart = 8 << 20

// parse walks through a member's XML, and calls each with every element that begins. each may read on to the element's end.
func (p *pack) parse(name string, each func(*xml.Decoder, xml.StartElement) error) error {
	return p.parseUpTo(p.left, name, each)
}

// parseUpTo is parse of a member of so many bytes at most.
func (p *pack) parseUpTo(most int64, name string, each func(*xml.Decoder, xml.StartElement) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %s: %w", p.media, name, err)
		}
	}()
	f := p.files[name]
	if f == nil {
		return fmt.Errorf("no such member in the container: %w", ErrDamaged)
	}
	u, err := p.open(f)
	if err != nil {
		return err
	}
	defer u.Close()
	u.most = min(u.most, most)
	u.left = u.most
	d := xml.NewDecoder(bufio.NewReader(&tagged{Reader: u}))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // all of them write UTF-8
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			if start, ok := token.(xml.StartElement); ok {
				err = each(d, start)
			}
		}
		if err != nil {
			return damaged(err)
		}
	}
}

// damaged makes what is wrong with XML a damage.
func damaged(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// What a part of XML may have: for each element that is open, and each attribute, the parser takes some hundred bytes.
const (
	maxElements   = 2_000_000 // tags, those that end elements included
	maxAttributes = 10_000    // of one element
	maxRun        = 8 << 20   // bytes from one tag to the next
)

// tagged is XML within limits.
type tagged struct {
	io.Reader
	tags, equals, run int // equals and run count behind the last <: an element has no more attributes than signs =
}

// Read reads on. The error wraps ErrLimit.
func (t *tagged) Read(b []byte) (int, error) {
	n, err := t.Reader.Read(b)
	for _, c := range b[:n] {
		t.run++
		switch c {
		case '<':
			t.tags, t.equals, t.run = t.tags+1, 0, 0
		case '=':
			t.equals++
		}
		switch {
		case t.tags > maxElements:
			return 0, fmt.Errorf("more than %d tags: %w", maxElements, ErrLimit)
		case t.equals > maxAttributes:
			return 0, fmt.Errorf("more than %d attributes of one element: %w", maxAttributes, ErrLimit)
		case t.run > maxRun:
			return 0, fmt.Errorf("more than %d bytes without a tag: %w", maxRun, ErrLimit)
		}
	}
	return n, err
}

// maxNesting bounds elements in elements, which are read by recursion.
const maxNesting = 200

// children reads to the end of the element that was begun last. It calls each with every element in it, which each reads to
// its end, and chars, if it is not nil, with the text between them.
func children(d *xml.Decoder, depth int, chars func(xml.CharData), each func(xml.StartElement) error) error {
	if depth > maxNesting {
		return fmt.Errorf("elements nested deeper than %d: %w", maxNesting, ErrLimit)
	}
	for {
		token, err := d.Token()
		if err != nil {
			return unexpected(err)
		}
		switch e := token.(type) {
		case xml.EndElement:
			return nil
		case xml.CharData:
			if chars != nil {
				chars(e)
			}
		case xml.StartElement:
			if err := each(e); err != nil {
				return err
			}
		}
	}
}

// unexpected makes the end of the file inside an element a damage.
func unexpected(err error) error {
	if errors.Is(err, ErrLimit) {
		return err
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// value is an attribute by its local name, "" if there is none.
func value(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
