package document

import (
	"math"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"
)

// matrix is a transformation of PDF (ISO 32000-1, 8.3.4): x' = ax + cy + e, y' = bx + dy + f.
type matrix struct{ a, b, c, d, e, f float64 }

// upright is the matrix that changes nothing.
var upright = matrix{a: 1, d: 1}

func matrixOf(m structs.FPDF_FS_MATRIX) matrix {
	return matrix{float64(m.A), float64(m.B), float64(m.C), float64(m.D), float64(m.E), float64(m.F)}
}

// then is the transformation followed by another.
func (m matrix) then(o matrix) matrix {
	return matrix{
		m.a*o.a + m.b*o.c, m.a*o.b + m.b*o.d,
		m.c*o.a + m.d*o.c, m.c*o.b + m.d*o.d,
		m.e*o.a + m.f*o.c + o.e, m.e*o.b + m.f*o.d + o.f,
	}
}

func (m matrix) apply(p point) point { return point{m.a*p.x + m.c*p.y + m.e, m.b*p.x + m.d*p.y + m.f} }

// scale is by how much the transformation widens a line.
func (m matrix) scale() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

type point struct{ x, y float64 }

// pageView turns places of PDF, which count upward, into places of the page as it is shown.
type pageView struct {
	box   box // the page, in places of PDF: its bottom is the upper edge
	turns int // quarters clockwise
}

// userBox is an area in places of PDF.
func userBox(left, bottom, right, top float64) box {
	return box{min(left, right), min(bottom, top), max(left, right), max(bottom, top)}
}

// view asks how a page is shown.
func (r *pdfPages) view(ref requests.Page) (v pageView, err error) {
	area, err := r.pdfium.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return v, err
	}
	turned, err := r.pdfium.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: ref})
	if err != nil {
		return v, err
	}
	a := area.Rect
	v.box = userBox(float64(a.Left), float64(a.Bottom), float64(a.Right), float64(a.Top))
	v.turns = int(turned.PageRotation) & 3
	return v, nil
}

// point is a place of the page as it is shown.
func (v pageView) point(p point) point {
	x, y := p.x-v.box.left, v.box.bottom-p.y
	switch v.turns {
	case 1:
		return point{v.box.height() - y, x}
	case 2:
		return point{v.box.width() - x, v.box.height() - y}
	case 3:
		return point{y, v.box.width() - x}
	}
	return point{x, y}
}

// area is an area of the page as it is shown.
func (v pageView) area(b box) box {
	p, q := v.point(point{b.left, b.top}), v.point(point{b.right, b.bottom})
	return userBox(p.x, p.y, q.x, q.y)
}

// shown is the page itself.
func (v pageView) shown() box { return v.area(v.box) }

// turn is by how many degrees text is turned clockwise as it is shown, in quarters; angle is that in the page, in radians.
func (v pageView) turn(angle float64) int {
	return ((int(math.Round(angle/(math.Pi/2)))+v.turns)%4 + 4) % 4 * 90
}

// path adds the lines that a path draws: those of a stroked path, and what is filled and so thin that it is a line. White
// lines are none: nobody sees them.
func (r *pdfPages) path(o references.FPDF_PAGEOBJECT, outer matrix, view pageView, p *pdfPage) error {
	mode, err := r.pdfium.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: o})
	if err != nil {
		return err
	}
	filled := mode.FillMode != enums.FPDF_FILLMODE_NONE
	if filled {
		color, err := r.pdfium.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: o})
		filled = err != nil || seen(color.FillColor)
	}
	stroked := mode.Stroke
	if stroked {
		color, err := r.pdfium.FPDFPageObj_GetStrokeColor(&requests.FPDFPageObj_GetStrokeColor{PageObject: o})
		stroked = err != nil || seen(color.StrokeColor)
	}
	if !filled && !stroked {
		return nil
	}
	own, err := r.pdfium.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: o})
	if err != nil {
		return err
	}
	m := matrixOf(own.Matrix).then(outer)
	outlines, err := r.outlines(o)
	if err != nil {
		return err
	}
	for i := range outlines {
		for j, at := range outlines[i].points {
			outlines[i].points[j] = view.point(m.apply(at))
		}
	}
	if stroked {
		width := 0.0
		if w, err := r.pdfium.FPDFPageObj_GetStrokeWidth(&requests.FPDFPageObj_GetStrokeWidth{PageObject: o}); err == nil {
			width = float64(w.StrokeWidth) * m.scale()
		}
		for _, line := range outlines {
			line.stroke(width, p)
		}
	}
	if filled {
		fill(outlines, p)
	}
	return nil
}

// seen says whether a colour can be seen on white paper.
func seen(c structs.FPDF_COLOR) bool { return c.A > 0 && min(c.R, c.G, c.B) < 250 }

// outline is a part of a path that is drawn without lifting the pen.
type outline struct {
	points []point
	curved bool
}

// outlines are the parts of a path.
func (r *pdfPages) outlines(o references.FPDF_PAGEOBJECT) (all []outline, err error) {
	count, err := r.pdfium.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: o})
	if err != nil || count.Count > maxRules {
		return nil, err
	}
	for i := range count.Count {
		segment, err := r.pdfium.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: o, Index: i})
		if err != nil {
			return nil, err
		}
		s := segment.PathSegment
		kind, err := r.pdfium.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: s})
		if err != nil {
			return nil, err
		}
		at, err := r.pdfium.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: s})
		if err != nil {
			return nil, err
		}
		if kind.Type == enums.FPDF_SEGMENT_MOVETO || len(all) == 0 {
			all = append(all, outline{})
		}
		part := &all[len(all)-1]
		part.points = append(part.points, point{float64(at.X), float64(at.Y)})
		part.curved = part.curved || kind.Type == enums.FPDF_SEGMENT_BEZIERTO
		shut, err := r.pdfium.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: s})
		if err != nil {
			return nil, err
		}
		if shut.IsClose && part.points[0] != part.points[len(part.points)-1] {
			part.points = append(part.points, part.points[0])
		}
	}
	return all, nil
}

// stroke adds the lines of a stroked outline that run along the page.
func (o outline) stroke(width float64, p *pdfPage) {
	if o.curved || width > thickest {
		return
	}
	for i := 1; i < len(o.points); i++ {
		a, b := o.points[i-1], o.points[i]
		p.rule(userBox(a.x, a.y, b.x, b.y))
	}
}

// fill adds the filled outlines that are thin, and the sides of a frame, which is an area with a hole in it.
func fill(outlines []outline, p *pdfPage) {
	var areas []box
	for _, o := range outlines {
		if o.curved || len(o.points) < 3 {
			continue
		}
		b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for _, at := range o.points {
			b = b.join(box{at.x, at.y, at.x, at.y})
		}
		if min(b.width(), b.height()) <= thickest {
			p.rule(b)
		} else {
			areas = append(areas, b)
		}
	}
	if len(areas) != 2 {
		return
	}
	outside, inside := areas[0], areas[1]
	if outside.width() < inside.width() {
		outside, inside = inside, outside
	}
	for _, side := range []box{
		{outside.left, outside.top, outside.right, inside.top}, {outside.left, inside.bottom, outside.right, outside.bottom},
		{outside.left, outside.top, inside.left, outside.bottom}, {inside.right, outside.top, outside.right, outside.bottom},
	} {
		if thin := min(side.width(), side.height()); thin > 0 && thin <= thickest {
			p.rule(side)
		}
	}
}

// rule adds what is drawn as a line, if it is thin and on the page.
func (p *pdfPage) rule(b box) {
	if !sane(b) {
		return
	}
	b = box{max(b.left, p.left), max(b.top, p.top), min(b.right, p.right), min(b.bottom, p.bottom)}
	if b.width() < 0 || b.height() < 0 || min(b.width(), b.height()) > thickest || max(b.width(), b.height()) < shortestRule {
		return
	}
	if len(p.rules) >= maxRules {
		p.crowded = true
		return
	}
	p.rules = append(p.rules, b)
}
