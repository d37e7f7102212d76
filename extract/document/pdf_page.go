package document

import (
	"fmt"
	"math"
	"unicode"
	"unicode/utf16"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// box is an area of a page as its reader sees it, in points from the upper left corner, downward.
type box struct{ left, top, right, bottom float64 }

func (b box) width() float64  { return b.right - b.left }
func (b box) height() float64 { return b.bottom - b.top }
func (b box) middle() (x, y float64) {
	return (b.left + b.right) / 2, (b.top + b.bottom) / 2
}

// join is the least area that holds both.
func (b box) join(o box) box {
	return box{min(b.left, o.left), min(b.top, o.top), max(b.right, o.right), max(b.bottom, o.bottom)}
}

// holds says whether the middle of an area is inside.
func (b box) holds(o box) bool {
	x, y := o.middle()
	return b.left <= x && x <= b.right && b.top <= y && y <= b.bottom
}

// glyph is one character as it is printed.
type glyph struct {
	box
	char rune
	turn int // degrees by which its line is turned clockwise: 0, 90, 180, 270
}

// pdfPage is what is printed on one page.
type pdfPage struct {
	box      // the page itself
	glyphs   []glyph
	rules    []box // the lines drawn, each thinner than thickest
	pictures int
	unseen   int  // text objects that are not shown: the layer that text recognition puts under a scan
	texts    int  // text objects
	nameless int  // characters whose font does not say what they are
	paths    int  // things drawn
	crowded  bool // more lines than a table has: a drawing
}

const (
	thickest     = 4.0    // points up to which something drawn is a line
	shortestRule = 2.0    // points from which on a line counts
	maxRules     = 10_000 // lines of a page
	maxForms     = 8      // depth of form objects
)

// pdfPages reads the pages of a document one by one.
type pdfPages struct {
	pdfium   pdfium.Pdfium
	document references.FPDF_DOCUMENT
	limits   Limits
	chars    int // of all pages so far

	recognizer Recognizer // of pages that are pictures; nil for none
}

// page reads one page, its number from 0.
func (r *pdfPages) page(no int) (p pdfPage, err error) {
	loaded, err := r.pdfium.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: r.document, Index: no})
	if err != nil {
		return p, err
	}
	ref := requests.Page{ByReference: &loaded.Page}
	defer func() {
		if _, closing := r.pdfium.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page}); err == nil {
			err = closing
		}
	}()
	view, err := r.view(ref)
	if err != nil {
		return p, err
	}
	p.box = view.shown()
	if err := r.text(ref, view, &p); err != nil {
		return p, err
	}
	count, err := r.pdfium.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return p, err
	}
	for i := range count.Count {
		object, err := r.pdfium.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return p, err
		}
		if err := r.object(object.PageObject, upright, view, &p, 0); err != nil {
			return p, err
		}
	}
	return p, nil
}

// text reads the characters of a page. PDFium gives each with its place, and white space of its own between them, which is
// left out: gaps tell it.
func (r *pdfPages) text(ref requests.Page, view pageView, p *pdfPage) error {
	loaded, err := r.pdfium.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return err
	}
	page := loaded.TextPage
	defer r.pdfium.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: page}) //nolint: the page goes anyway
	count, err := r.pdfium.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: page})
	if err != nil {
		return err
	}
	if r.chars += count.Count; r.chars > r.limits.Chars {
		return fmt.Errorf("pdf: more than %d characters: %w", r.limits.Chars, ErrLimit)
	}
	text, err := r.pdfium.GetPageTextStructured(&requests.GetPageTextStructured{Page: ref, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return err
	}
	var high rune // the first unit of a character that comes as two
	for i, c := range text.Chars {
		char, err := r.char(page, i, c.Text)
		if err != nil {
			return err
		}
		if high != 0 && utf16.IsSurrogate(char) {
			char, high = utf16.DecodeRune(high, char), 0
		} else if utf16.IsSurrogate(char) {
			high = char
			continue
		}
		if unicode.IsSpace(char) {
			generated, err := r.pdfium.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: page, Index: i})
			if err != nil {
				return err
			}
			if generated.IsGenerated {
				continue
			}
			char = ' '
		}
		wrong, err := r.pdfium.FPDFText_HasUnicodeMapError(&requests.FPDFText_HasUnicodeMapError{TextPage: page, Index: i})
		if err != nil {
			return err
		}
		if wrong.HasUnicodeMapError || char == 0 || char == unicode.ReplacementChar {
			char = unicode.ReplacementChar
			p.nameless++
		}
		at := c.PointPosition
		place := userBox(at.Left, at.Bottom, at.Right, at.Top)
		loose, err := r.pdfium.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: page, Index: i})
		if err == nil { // with the font's height and the character's advance
			l := loose.Rect
			if b := userBox(float64(l.Left), float64(l.Bottom), float64(l.Right), float64(l.Top)); b.width() > 0 && b.height() > 0 {
				place = b
			}
		}
		g := glyph{box: view.area(place), char: char, turn: view.turn(c.Angle)}
		if p.box.holds(g.box) && sane(g.box) {
			p.glyphs = append(p.glyphs, g)
		}
	}
	return nil
}

// pdfHyphen is what PDFium makes of a hyphen at the end of a line, and of a cell that holds only one.
const pdfHyphen = 2

// char is the character that the structured text gives, with what that loses.
func (r *pdfPages) char(page references.FPDF_TEXTPAGE, i int, given string) (rune, error) {
	chars := []rune(given)
	if len(chars) == 1 && chars[0] != unicode.ReplacementChar && chars[0] != pdfHyphen {
		return chars[0], nil
	}
	code, err := r.pdfium.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: page, Index: i})
	if err != nil {
		return 0, err
	}
	if code.Unicode == pdfHyphen {
		return '-', nil
	}
	return rune(min(code.Unicode, unicode.MaxRune)), nil
}

// sane says whether an area has sizes that a page can have.
func sane(b box) bool {
	for _, x := range []float64{b.left, b.top, b.right, b.bottom} {
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return true
}

// object reads what a page object draws, and the objects in it.
func (r *pdfPages) object(o references.FPDF_PAGEOBJECT, outer matrix, view pageView, p *pdfPage, depth int) error {
	kind, err := r.pdfium.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: o})
	if err != nil {
		return err
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_TEXT:
		p.texts++
		mode, err := r.pdfium.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: o})
		if err == nil && mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE {
			p.unseen++
		}
	case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_SHADING:
		p.pictures++
	case enums.FPDF_PAGEOBJ_PATH:
		p.paths++
		if len(p.rules) >= maxRules {
			p.crowded = true
			return nil
		}
		return r.path(o, outer, view, p)
	case enums.FPDF_PAGEOBJ_FORM:
		if depth >= maxForms {
			return nil
		}
		m, err := r.pdfium.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
		if err != nil {
			return err
		}
		inner := matrixOf(m.Matrix).then(outer)
		count, err := r.pdfium.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: o})
		if err != nil {
			return err
		}
		for i := range count.Count {
			part, err := r.pdfium.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: o, Index: uint64(i)})
			if err != nil {
				return err
			}
			if err := r.object(part.PageObject, inner, view, p, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
