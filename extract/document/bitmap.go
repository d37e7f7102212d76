package document

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// bitmap is a page in black and white.
type bitmap struct {
	width, height int
	ink           []bool // row by row
}

// grey is a picture in shades of grey, on white paper where it is transparent.
func grey(img image.Image) *image.Gray {
	if g, ok := img.(*image.Gray); ok && g.Rect.Min == (image.Point{}) {
		return g
	}
	at := img.Bounds()
	paper := image.NewRGBA(image.Rect(0, 0, at.Dx(), at.Dy()))
	draw.Draw(paper, paper.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(paper, paper.Rect, img, at.Min, draw.Over)
	g := image.NewGray(paper.Rect)
	draw.Draw(g, g.Rect, paper, image.Point{}, draw.Src)
	return g
}

// binarize parts ink from paper at the level that separates the two best (Otsu, IEEE Transactions on Systems, Man, and
// Cybernetics 9 (1979) 62).
func binarize(g *image.Gray) *bitmap {
	b := &bitmap{width: g.Rect.Dx(), height: g.Rect.Dy()}
	b.ink = make([]bool, b.width*b.height)
	level := threshold(g)
	for y := range b.height {
		line := g.Pix[y*g.Stride:][:b.width]
		for x, shade := range line {
			b.ink[y*b.width+x] = shade <= level
		}
	}
	return b
}

func threshold(g *image.Gray) uint8 {
	var count [256]float64
	total, sum := 0.0, 0.0
	for y := range g.Rect.Dy() {
		for _, shade := range g.Pix[y*g.Stride:][:g.Rect.Dx()] {
			count[shade]++
			sum += float64(shade)
			total++
		}
	}
	best, level := -1.0, uint8(127)
	below, sumBelow := 0.0, 0.0
	for shade := range 256 {
		below += count[shade]
		sumBelow += float64(shade) * count[shade]
		if below == 0 || below == total {
			continue
		}
		apart := sumBelow/below - (sum-sumBelow)/(total-below)
		if between := below * (total - below) * apart * apart; between > best {
			best, level = between, uint8(shade)
		}
	}
	return level
}

// skew is the angle in radians by which the lines of the page are turned, found where the rows of ink are most unequal.
func (b *bitmap) skew() float64 {
	const most, step, coarse = 0.035, 0.0005, 4 // two degrees; every fourth pixel is enough
	best, angle := -1.0, 0.0
	for a := -most; a <= most; a += step {
		rows := make([]float64, b.height/coarse+2)
		for y := 0; y < b.height; y += coarse {
			for x := 0; x < b.width; x += coarse {
				if !b.ink[y*b.width+x] {
					continue
				}
				if row := int((float64(y) - float64(x-b.width/2)*a) / coarse); row >= 0 && row < len(rows) {
					rows[row]++
				}
			}
		}
		uneven := 0.0
		for i := 1; i < len(rows); i++ {
			uneven += (rows[i] - rows[i-1]) * (rows[i] - rows[i-1])
		}
		if uneven > best*1.0001 || math.Abs(uneven-best) <= best*0.0001 && math.Abs(a) < math.Abs(angle) {
			best, angle = uneven, a
		}
	}
	return angle
}

// turn is the picture turned back by so much.
func turn(g *image.Gray, angle float64) *image.Gray {
	out := image.NewGray(g.Rect)
	cx, cy := float64(g.Rect.Dx())/2, float64(g.Rect.Dy())/2
	sin, cos := math.Sincos(angle)
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			dx, dy := float64(x)-cx, float64(y)-cy
			out.SetGray(x, y, color.Gray{Y: between(g, cx+dx*cos-dy*sin, cy+dx*sin+dy*cos)})
		}
	}
	return out
}

// between is the shade at a place between four pixels; paper outside.
func between(g *image.Gray, x, y float64) uint8 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	shade := func(x, y int) float64 {
		if !(image.Point{X: x, Y: y}).In(g.Rect) {
			return 255
		}
		return float64(g.Pix[y*g.Stride+x])
	}
	i, j := int(x0), int(y0)
	return uint8(shade(i, j)*(1-fx)*(1-fy) + shade(i+1, j)*fx*(1-fy) + shade(i, j+1)*(1-fx)*fy + shade(i+1, j+1)*fx*fy + 0.5)
}
