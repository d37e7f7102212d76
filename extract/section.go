package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/extract/document"
	"nianbao/extract/form"
	"nianbao/extract/page"
	"nianbao/extract/text"
)

// longestHeading bounds a heading, in characters without white space; longestPrinted bounds it with white space.
const (
	longestHeading = 45
	longestPrinted = 120
)

// sections splits the running text at the headings of its top level. Which numbering is the top level, and which of
// several equal headings begins a section (a table of contents, a list inside a section), is decided over the whole
// text: the headings taken are those that count up and say most of what the form wants. Headings that the form does not
// have are sections where they continue the count; their ids are their wordings in normal form. A text without any
// heading of a report has no sections: nil. It takes time linear in the text.
func sections(blocks []document.Block, e *form.Edition) []Section {
	v := vocabularies()[e]
	if v == nil {
		v = vocabularies()[newest()]
	}
	t := outline{vocabulary: v, pieces: pieces(blocks, v)}
	t.findHeadings()
	heads := t.topLevel()
	if len(heads) == 0 {
		return nil
	}
	var out []Section
	seen := map[string]bool{}
	for k, h := range heads {
		end := t.contentsBehind(heads)
		if k+1 < len(heads) {
			end = heads[k+1].at
		}
		id := h.wording
		if h.meaning >= 0 && t.meanings[h.meaning].ID != "" && !seen[t.meanings[h.meaning].ID] {
			id = t.meanings[h.meaning].ID
		}
		seen[id] = true
		out = append(out, Section{ID: id, Number: h.number, Position: k, Heading: h.printed,
			Text: readable(h.rest, t.pieces[h.at+h.length:end], k+1 == len(heads))})
	}
	return out
}

// readable joins the paragraphs of a section, the site's frame left out; what follows the last one ends at the footer.
func readable(first string, rest []piece, last bool) string {
	var paras []string
	if first != "" {
		paras = append(paras, first)
	}
	for _, p := range rest {
		if last && p.text != "" && page.Footer(p.text) {
			break
		}
		if p.text != "" && !page.Frame(p.text) {
			paras = append(paras, p.text)
		}
	}
	return strings.Join(paras, "\n")
}

// piece is a paragraph, or a part of one that begins with a heading in the middle of it; "" stands for a table.
type piece struct{ text string }

// pieces cuts paragraphs at headings with numeral and known wording that follow the end of a sentence or white space.
func pieces(blocks []document.Block, v *vocabulary) []piece {
	const comma = "、"
	out := make([]piece, 0, len(blocks))
	for _, b := range blocks {
		if b.Table >= 0 {
			out = append(out, piece{})
			continue
		}
		s := b.Text
		for from := 0; ; {
			i := strings.Index(s[from:], comma)
			if i < 0 {
				break
			}
			at := from + i
			from = at + len(comma)
			start := numeralBefore(s, at)
			if start <= 0 || !parts(s[:start]) {
				continue
			}
			a := align(s[from:], longestHeading)
			if w, n := v.prefix(a.normal); n == 0 || !w.official || joins(a.normal[n:]) {
				continue
			}
			if head := strings.TrimSpace(s[:start]); head != "" {
				out = append(out, piece{head})
			}
			s, from = s[start:], from-start
		}
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, piece{s})
		}
	}
	return out
}

// numeralBefore is where the Chinese numeral of the 、 at that place begins, -1 if there is none.
func numeralBefore(s string, at int) int {
	const longest = 3 // characters: 二十九
	end := len(strings.TrimRightFunc(s[:at], unicode.IsSpace))
	start := end
	for range longest {
		r, size := utf8.DecodeLastRuneInString(s[:start])
		if !strings.ContainsRune("一二三四五六七八九十", r) {
			break
		}
		start -= size
	}
	if start == end {
		return -1
	}
	return start
}

// parts reports whether a sentence or a word ends with s.
func parts(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsSpace(r) || strings.ContainsRune("。!！?？", r)
}

// joins reports whether what follows a wording shows that the words are part of a sentence or a list, no heading.
func joins(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && strings.ContainsRune("、,;的和与及等或)》", r)
}

// candidate is a paragraph that may be a heading of the top level.
type candidate struct {
	at, length int // its first piece and the number of pieces it is printed in
	style      style
	ordinal    int // 0 if it has no numeral
	meaning    int // index into vocabulary.meanings, -1 for an unknown heading
	official   bool
	number     string // as printed
	printed    string // numeral and wording as printed
	wording    string // in normal form, without numeral
	rest       string // text behind the heading in its paragraph
	weight     int
	empty      bool // the next piece is a heading, too: an entry of a table of contents, or a section without text
}

// What speaks for a heading.
const (
	knownNumbered = 10
	knownBare     = 9
	knownByWords  = 7
	unknown       = 1
	sameNumber    = 2 // it has the number that the form gives it
	hasText       = 4 // something follows before the next heading
)

// outline finds the headings of a text.
type outline struct {
	*vocabulary
	pieces     []piece
	candidates []candidate // in order
}

func (t *outline) findHeadings() {
	for i := range t.pieces {
		if c, ok := t.candidateAt(i); ok {
			c.at = i
			t.candidates = append(t.candidates, c)
		}
	}
	for i := range t.candidates {
		c := &t.candidates[i]
		next := c.at + c.length
		c.empty = c.rest == "" && (next >= len(t.pieces) ||
			i+1 < len(t.candidates) && t.candidates[i+1].at <= next && t.candidates[i+1].style == c.style)
		if c.meaning >= 0 && c.ordinal > 0 && c.ordinal == t.numbers[c.meaning] {
			c.weight += sameNumber
		}
		if !c.empty && c.meaning >= 0 {
			c.weight += hasText
		}
	}
}

// leader is the end of an entry in a table of contents: dots and a page number.
var leader = regexp.MustCompile(`(?:\.{3,}|[·—_]{2,}|-{2,})[(\-]?\d*[)\-]?$`)

// pageBehind is a page number alone behind the wording of an entry in a table of contents.
var pageBehind = regexp.MustCompile(`^\s*[(（\-]?\d{1,2}[)）\-]?$`)

// candidateAt reads piece i as a heading.
func (t *outline) candidateAt(i int) (candidate, bool) {
	s := t.pieces[i].text
	if s == "" {
		return candidate{}, false
	}
	const peek = 12 // characters that show whether most paragraphs can be more than text
	if head := align(s, peek).normal; numeralOf(head).length == 0 {
		w, n := t.prefix(head)
		lead := n > 0 && t.meanings[w.meaning].Lead
		if !t.begins(head) || !lead && utf8.RuneCountInString(s) > longestPrinted {
			return candidate{}, false
		}
	}
	a := align(s, longestPrinted)
	n := numeralOf(a.normal)
	if n.length == 0 {
		return t.bareAt(i, a)
	}
	body := a.normal[n.length:]
	whole := len(s) == a.before(len(a.normal)) && utf8.RuneCountInString(body) <= longestHeading
	c := candidate{length: 1, style: n.style, ordinal: n.ordinal, meaning: -1,
		number: strings.Join(strings.Fields(s[:a.before(n.length)]), "")}
	if whole && strings.ContainsAny(body, ".·—_-") && leader.MatchString(body) {
		return candidate{}, false
	}
	trimmed := strings.TrimRight(body, ":。;")
	w, listed := t.byWording[trimmed]
	if whole && (!listed || t.goesOn(i)) {
		if joined, ok := t.joinedAt(i, n, body, c); ok {
			return joined, true
		}
	}
	if whole && listed {
		return c.known(w, trimmed, s), true
	}
	if w, length := t.prefix(body); length > 0 && n.style != bare && !joins(body[length:]) {
		cut := a.before(n.length + length)
		if pageBehind.MatchString(s[cut:]) {
			return candidate{}, false
		}
		if rest := strings.TrimLeft(s[cut:], " 　:：。.;；—-"); !whole || len(rest) < len(s)-cut || sentence(rest) {
			c = c.known(w, body[:length], s[:cut])
			c.rest = rest
			return c, true
		}
	}
	if n.open || n.style == bare {
		return candidate{}, false
	}
	return t.unlisted(c, a, n, whole)
}

// known completes a candidate whose wording is listed.
func (c candidate) known(w wording, normal, printed string) candidate {
	c.meaning, c.official, c.wording, c.printed = w.meaning, w.official, normal, printed
	c.weight = knownNumbered
	if c.style == bare {
		c.weight = knownBare
	}
	return c
}

// sentence reports whether a text has a sign that only sentences have.
func sentence(s string) bool { return strings.ContainsAny(s, "。,，;；！？") }

// unlisted is a heading with numeral whose wording is not listed: a paragraph that is no sentence, or the beginning of
// one up to the sign that parts it from the text.
func (t *outline) unlisted(c candidate, a aligned, n numeral, whole bool) (candidate, bool) {
	const longestBeforeText = 20
	body := strings.TrimLeft(a.printed[a.before(n.length):], " ")
	signs, limit := "。:：", longestHeading
	if !whole {
		signs += " "
	}
	head := body
	if i := strings.IndexAny(body, signs); i >= 0 {
		if c.rest = strings.TrimLeft(body[i:], signs+" "); c.rest != "" {
			head, limit = body[:i], longestBeforeText
		}
	}
	c.wording = strings.TrimRight(text.Simplify(text.Normal(head)), ":。;")
	size := utf8.RuneCountInString(c.wording)
	if size < 2 || size > limit || sentence(c.wording) || c.rest == "" && !whole {
		return candidate{}, false
	}
	c.printed = a.printed[:len(a.printed)-len(body)+len(head)]
	return t.guessed(c), true
}

// guessed completes a candidate of unlisted wording: the words in it may tell what it means.
func (t *outline) guessed(c candidate) candidate {
	c.weight = unknown
	if m := t.byWords(c.wording); m >= 0 {
		c.meaning, c.weight = m, knownByWords
	}
	return c
}

// bareAt reads piece i as a heading without numeral: a listed wording and nothing else, but for what stands before the
// first section (编制说明：…).
func (t *outline) bareAt(i int, a aligned) (candidate, bool) {
	c := candidate{length: 1, style: bare, meaning: -1}
	trimmed := strings.TrimRight(a.normal, ":。;")
	w, listed := t.byWording[trimmed]
	if !listed || t.goesOn(i) {
		if joined, ok := t.joinedAt(i, numeral{style: bare}, a.normal, c); ok {
			return joined, true
		}
	}
	if listed {
		return c.known(w, trimmed, a.printed), true
	}
	if w, n := t.prefix(a.normal); n > 0 && t.meanings[w.meaning].Lead && strings.HasPrefix(a.normal[n:], ":") {
		cut := a.before(n)
		c.rest = strings.TrimLeft(a.printed[cut:], ":： ")
		return c.known(w, a.normal[:n], a.printed[:cut]), true
	}
	return candidate{}, false
}

// goesOn reports whether the paragraph behind piece i begins as only the second part of a heading can: 及改进情况.
func (t *outline) goesOn(i int) bool {
	if i+1 == len(t.pieces) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(t.pieces[i+1].text)
	return strings.ContainsRune("及和与、的", r)
}

// joinedAt reads a heading that is printed in two or three paragraphs from piece i on, 二、主动公开政府 and 信息情况, or 一、
// and 总体情况; body is piece i in normal form without its numeral.
func (t *outline) joinedAt(i int, n numeral, body string, c candidate) (candidate, bool) {
	printed := t.pieces[i].text
	var guess candidate
	alone := body == "" && n.ordinal > 0 && !n.open // a numeral and nothing else
	for k := i + 1; k < min(i+3, len(t.pieces)) && (alone || t.begun[body]); k++ {
		next := t.pieces[k].text
		if next == "" || utf8.RuneCountInString(next) > longestPrinted {
			break
		}
		normal := text.Simplify(text.Normal(next))
		if number := numeralOf(normal); number.length > 0 && !number.open {
			break
		}
		if _, ok := t.byWording[normal]; ok && !alone {
			break // a heading of its own
		}
		printed += next
		body += strings.TrimRight(normal, ":。;")
		c.length, c.printed, c.wording = k-i+1, printed, body
		if w, ok := t.byWording[body]; ok {
			return c.known(w, body, printed), true
		}
		size := utf8.RuneCountInString(body)
		if alone && k == i+1 && 2 <= size && size <= longestHeading && !sentence(body) {
			guess = t.guessed(c)
		}
	}
	return guess, guess.length > 0
}

// chain is a row of headings that count up, the last one first.
type chain struct {
	head   *candidate
	before *chain
	weight int
	known  int
	seen   uint64 // meanings
}

// topLevel chooses the headings of the top level, in order.
func (t *outline) topLevel() []*candidate {
	var best *chain
	for s := range styles {
		if c := t.bestChain(s); c != nil && (best == nil || c.weight > best.weight) {
			best = c
		}
	}
	if best == nil {
		return nil
	}
	var heads []*candidate
	for c := best; c != nil; c = c.before {
		heads = append(heads, c.head)
	}
	slices.Reverse(heads)
	heads = t.fill(heads)
	known, numbered := 0, 0
	for _, h := range heads {
		if h.meaning >= 0 {
			known++
			if h.ordinal > 0 {
				numbered++
			}
		}
	}
	if known < 2 && numbered == 0 {
		return nil // the words of a menu
	}
	return t.annexes(heads)
}

// place is the position in the count: the numeral, or for headings without one their place in the list of meanings.
func (c *candidate) place() int {
	if c.style == bare {
		return c.meaning + 1
	}
	return c.ordinal
}

// bestChain is the heaviest row of headings of one style that count up; of several the last, as tables of contents stand
// in front. A heading of unknown wording must continue the count.
func (t *outline) bestChain(s style) *chain {
	best := make([]*chain, max(mostSections, len(t.meanings))+1) // by the place of the last heading
	var heaviest *chain
	for i := range t.candidates {
		c := &t.candidates[i]
		if c.style != s || c.place() <= 0 || c.place() >= len(best) {
			continue
		}
		from := 0
		known := c.meaning >= 0
		if !known {
			from = c.place() - 1
		}
		link := func(before *chain) *chain {
			n := &chain{head: c, before: before, weight: c.weight}
			if before != nil {
				n.weight, n.known, n.seen = n.weight+before.weight, before.known, before.seen
			}
			if known && n.seen&(1<<c.meaning) == 0 {
				n.known++
				n.seen |= 1 << c.meaning
			} else if known {
				n.weight += unknown - c.weight
			}
			return n
		}
		var n *chain
		if known || c.place() == 1 {
			n = link(nil)
		}
		for k := from; k < c.place(); k++ {
			if before := best[k]; before != nil {
				if l := link(before); n == nil || l.weight >= n.weight {
					n = l
				}
			}
		}
		if n == nil || best[c.place()] != nil && n.weight < best[c.place()].weight {
			continue
		}
		best[c.place()] = n
		if n.known > 0 && (heaviest == nil || n.weight >= heaviest.weight) {
			heaviest = n
		}
	}
	return heaviest
}

// contentsBehind is where a list of the sections begins that stands behind the last of them, the end of the text if there
// is none: the headings of the report once more, at least three of them with nothing between.
func (t *outline) contentsBehind(heads []*candidate) int {
	const fewest = 3
	printed := map[string]bool{}
	for _, h := range heads {
		printed[h.wording] = true
	}
	run, end := 0, len(t.pieces)
	for i := len(t.candidates) - 1; i >= 0 && t.candidates[i].at > heads[len(heads)-1].at; i-- {
		c := &t.candidates[i]
		if !printed[c.wording] || run > 0 && t.candidates[i+1].at != c.at+c.length {
			run = 0
		}
		if printed[c.wording] {
			run++
		}
		if run >= fewest {
			end = c.at
		}
	}
	return end
}

// fill adds to the numbered headings those whose numeral was lost or is of another style.
func (t *outline) fill(heads []*candidate) []*candidate {
	have := map[int]bool{}
	for _, h := range heads {
		have[h.meaning] = true
	}
	add := map[int]*candidate{} // by meaning; the last one, but one with text rather than one without
	for i := range t.candidates {
		c := &t.candidates[i]
		if c.meaning < 0 || have[c.meaning] || !t.fits(c, heads) {
			continue
		}
		if old := add[c.meaning]; old == nil || old.empty || !c.empty {
			add[c.meaning] = c
		}
	}
	for _, c := range add {
		heads = append(heads, c)
	}
	slices.SortFunc(heads, func(a, b *candidate) int { return cmp.Compare(a.at, b.at) })
	return heads
}

// fits reports whether a heading has its place between the numbered headings around it: by its meaning, and by a gap in
// the count where its wording is none of the form's.
func (t *outline) fits(c *candidate, heads []*candidate) bool {
	k, _ := slices.BinarySearchFunc(heads, c.at, func(h *candidate, at int) int { return cmp.Compare(h.at, at) })
	if k < len(heads) && heads[k].at < c.at+c.length || k > 0 && heads[k-1].at+heads[k-1].length > c.at {
		return false
	}
	if k == 0 && t.meanings[c.meaning].Lead && c.style == bare {
		return true
	}
	before, after := 0, mostSections+1
	for _, h := range heads[:k] {
		if h.meaning > c.meaning {
			return false
		}
		before = max(before, h.ordinal)
	}
	for _, h := range heads[k:] {
		if h.meaning >= 0 && h.meaning < c.meaning {
			return false
		}
		if h.ordinal > 0 {
			after = min(after, h.ordinal)
		}
	}
	if c.style != bare {
		return c.official && c.ordinal == before+1 && c.ordinal < after
	}
	return c.official || c.number != "" || after > before+1
}

var (
	annexHeading = regexp.MustCompile(`^附(?:件|表|录)?[0-9一二三四五]?(?:[:、.]|$)`)
	annexNumber  = regexp.MustCompile(`^附\s*(?:件|表|录)?\s*[0-9０-９一二三四五]?`)
)

// annexes adds the headings of annexes (附表, 附件1：…统计表) behind the last section, where tables follow them.
func (t *outline) annexes(heads []*candidate) []*candidate {
	last := heads[len(heads)-1]
	tables := 0
	for i := len(t.pieces) - 1; i >= last.at+last.length; i-- {
		s := t.pieces[i].text
		if s == "" {
			tables++
			continue
		}
		if tables == 0 || utf8.RuneCountInString(s) > longestHeading || page.Frame(s) || !strings.HasPrefix(s, "附") {
			continue
		}
		n := text.Simplify(text.Normal(s))
		if m := annexHeading.FindString(n); m != "" && !sentence(n) {
			id := n[len(m):]
			if id == "" {
				id = n
			}
			heads = append(heads, &candidate{at: i, length: 1, style: bare, meaning: -1, printed: s, wording: id,
				number: annexNumber.FindString(s)})
			tables = 0
		}
	}
	slices.SortFunc(heads, func(a, b *candidate) int { return cmp.Compare(a.at, b.at) })
	return heads
}

// newest is the form in force, whose headings serve a report without tables.
func newest() *form.Edition {
	all := form.Editions()
	newest := all[0]
	for _, e := range all[1:] {
		if e.Issued > newest.Issued {
			newest = e
		}
	}
	return newest
}
