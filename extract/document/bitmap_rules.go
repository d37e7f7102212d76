package document

import (
	"cmp"
	"slices"
)

// stroke is a straight line of ink: from..to along it, at across it, in pixels.
type stroke struct{ from, to, at int }

// strokes finds the lines of ink that run along the rows (or, turned, the columns) and are at least so long. Breaks and
// steps of a few pixels, which scanning makes, do not end one.
func (b *bitmap) strokes(columns bool, least int) []stroke {
	const gap, step = 3, 2
	across, along := b.height, b.width
	ink := func(at, i int) bool { return b.ink[at*b.width+i] }
	if columns {
		across, along = b.width, b.height
		ink = func(at, i int) bool { return b.ink[i*b.width+at] }
	}
	type band struct {
		stroke
		first, last int // across
	}
	var open, done []band
	for at := range across {
		var runs []stroke
		for i := 0; i < along; i++ {
			if !ink(at, i) {
				continue
			}
			from, end := i, i
			for i < along && i-end <= gap {
				if ink(at, i) {
					end = i
				}
				i++
			}
			if end-from+1 >= least/2 {
				runs = append(runs, stroke{from, end, at})
			}
		}
		for _, r := range runs {
			joined := false
			for k := range open {
				o := &open[k]
				if r.from <= o.to+gap && o.from <= r.to+gap && at-o.last <= step {
					o.from, o.to, o.last = min(o.from, r.from), max(o.to, r.to), at
					joined = true
					break
				}
			}
			if !joined {
				open = append(open, band{r, at, at})
			}
		}
		open = slices.DeleteFunc(open, func(o band) bool {
			if at-o.last <= step {
				return false
			}
			done = append(done, o)
			return true
		})
	}
	var found []stroke
	for _, o := range append(done, open...) {
		// A line is thin: a filled box or a picture is none.
		if o.to-o.from+1 >= least && o.last-o.first+1 <= max(12, least/6) {
			found = append(found, stroke{o.from, o.to, (o.first + o.last) / 2})
		}
	}
	slices.SortFunc(found, func(a, b stroke) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.from, b.from)) })
	return found
}
