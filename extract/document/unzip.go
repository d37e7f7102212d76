package document

import (
	"archive/zip"
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
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return nil, fmt.Errorf("%s: %w: %w", media, ErrDamaged, err)
	}
	if len(r.File) > l.Members {
		return nil, fmt.Errorf("%s with %d members, more than %d: %w", media, len(r.File), l.Members, ErrLimit)
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
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case int64(len(body)) > most:
		return body, fmt.Errorf("unpacks to more than %d bytes: %w", most, ErrLimit)
	case err != nil:
		return body, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	p.left -= int64(len(body))
	return body, nil
}

// parse walks through a member's XML, and calls each with every element that begins. each may read on to the element's end.
func (p *pack) parse(name string, each func(*xml.Decoder, xml.StartElement) error) error {
	body, err := p.read(name)
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(body))
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
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) && !errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if err != nil {
			return fmt.Errorf("%s: %s: %w", p.media, name, err)
		}
	}
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
