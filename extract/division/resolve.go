package division

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hint is what is known of an authority besides its name. Every field may be empty.
type Hint struct {
	Region   string // GB/T 2260 code of the column it was found in, from the register
	SiteCode string // 网站标识码 of the page; its first six digits are the division of the site's owner
	Province string // name of the province it must be in
	Day      string // the day for which the code is wanted, YYYY-MM-DD; "" for today's
}

// The bases on which a division is resolved: what decided in which province the name was looked for.
const (
	BasisName     = "name"      // the name begins with its province
	BasisRegister = "register"  // Hint.Region
	BasisSiteCode = "site_code" // Hint.SiteCode
	BasisProvince = "province"  // Hint.Province
)

// Place is where an authority is.
type Place struct {
	Division Division // with the code in force on Hint.Day
	Basis    string   // register, site_code, province or name
	Named    bool     // the name says the division; else it is the division around the authority that the site is of
	Rest     string   // the name without the division: 水利局
}

// limit bounds what is read of a name, in characters; real ones have up to sixty.
const limit = 120

// Resolve says in which division an authority is. The name is one that title.NameOf gives as normal form, or any text
// that begins with an authority's name. Its head is read as [省][市|州|盟|地区][县|区|市|旗], levels left out being those of the
// hint. ok is false where name and hint do not decide: between namesakes, for a name without province and without
// hint, for one that is in another province than its site, and for bodies of the state.
func Resolve(name string, hint Hint) (p Place, ok bool) {
	r := resolver{t: load(), site: -1, at: -1, day: hint.Day}
	r.rest = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, firstRunes(name, limit))
	service, found := cutService(r.rest)
	if r.rest = r.rest[len(service):]; found && r.rest == "" {
		return Place{}, false
	}
	if r.orient(hint); r.prefix == "" {
		return Place{}, false
	}
	for r.step() {
	}
	if r.lost {
		return Place{}, false
	}
	named := r.at >= 0
	if !named {
		if r.site < 0 || r.foreign() {
			return Place{}, false
		}
		r.at, named = r.bare()
	}
	return Place{
		Division: r.t.spans[r.t.on(r.at, r.day)].Division, Basis: r.basis, Named: named, Rest: service + r.rest,
	}, true
}

// resolver is one Resolve under way.
type resolver struct {
	t      *table
	day    string
	prefix string // the first digits of the codes that come into question
	basis  string
	site   int    // the site's division, -1 for none
	at     int    // the division read so far, -1 for none
	rest   string // what is still to be read
	lost   bool   // the name says a division, and several have that name
}

// orient finds out in which province to look: the one that the name begins with, else the hint's.
func (r *resolver) orient(h Hint) {
	t := r.t
	code := func(s, basis string) bool {
		if r.site < 0 && len(s) >= 6 && len(t.byCode[s[:6]]) > 0 {
			all := t.byCode[s[:6]]
			r.site, r.basis, r.prefix = all[len(all)-1], basis, s[:2]
			return true
		}
		return false
	}
	if !code(h.Region, BasisRegister) && !code(h.SiteCode, BasisSiteCode) && h.Province != "" {
		for _, i := range slices.Concat(t.forms[h.Province], t.short[h.Province]) {
			if d := t.spans[i].Division; d.Level == Province {
				r.basis, r.prefix = BasisProvince, d.Code[:2]
			}
		}
	}
	for n := range heads(r.rest, t.runes) {
		for _, i := range t.forms[n] {
			if d := t.spans[i].Division; d.Level == Province && d.Code[:2] != r.prefix {
				r.site, r.basis, r.prefix = -1, BasisName, d.Code[:2]
			}
		}
	}
}

// step reads one more division from the head of the rest; false when there is none.
func (r *resolver) step() bool {
	for n := range heads(r.rest, r.t.runes) {
		found := r.among(r.t.forms[n], r.below)
		if len(found) == 0 || strings.HasSuffix(n, "市") && word("市"+r.rest[len(n):]) {
			continue
		}
		i, ok := r.decide(found)
		if !ok {
			r.lost = true
			return false
		}
		r.take(i, n)
		return true
	}
	return r.stepShort()
}

// below reports whether d comes into question after what has been read: it is in the province, and inside the division
// read so far.
func (r *resolver) below(d Division) bool {
	if !strings.HasPrefix(d.Code, r.prefix) {
		return false
	}
	if r.at < 0 {
		return true
	}
	at := r.t.spans[r.at].Division
	switch at.Level {
	case Province:
		return d.Level != Province
	case Prefecture:
		return d.Level == County && r.under(d.Code, r.at)
	}
	return false
}

// under reports whether a county's code belongs to a prefecture under any code that it had.
func (r *resolver) under(code string, prefecture int) bool {
	for i := r.t.first(prefecture); i >= 0; i = r.t.spans[i].next {
		if r.t.spans[i].Code[:4] == code[:4] {
			return true
		}
	}
	return false
}

// stepShort reads a division that the name prints without 市, 县 and so on: the site's own, one above it, or the only one
// of that form inside it or inside the division read so far.
func (r *resolver) stepShort() bool {
	for n := range heads(r.rest, r.t.runes) {
		tail := r.rest[len(n):]
		first, _ := utf8.DecodeRuneInString(tail)
		if utf8.RuneCountInString(tail) < 2 || strings.ContainsRune(markers, first) && !word(tail) {
			continue // 公安局; the 城阳市 of a site in 城阳区
		}
		own := r.among(r.t.short[n], r.around)
		if len(own) == 0 && !ordinary(n, r.rest) {
			own = r.among(r.t.short[n], func(d Division) bool { return r.below(d) && r.near(d) })
		}
		if len(own) == 0 {
			continue
		}
		i, ok := r.decide(own)
		if !ok {
			continue // a word, perhaps
		}
		r.take(i, n)
		return true
	}
	return false
}

// markers are the characters that end the names of divisions.
const markers = "省市县区州盟旗"

// word reports whether the marker that s begins with is part of a word: 聊城市场监管局, 市政管理局; not 市政府办公室.
func word(s string) bool {
	for _, w := range []string{"市场", "市容", "市政管", "市政公", "市政园", "市政工", "市政设", "市政建", "市民", "区域", "区块链", "县域"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// ordinary reports whether a short form n of a division inside the site's is more likely to be a word: in the names of
// schools and firms (和平小学), or by itself.
func ordinary(n, name string) bool {
	for _, end := range []string{"小学", "中学", "学校", "学院", "大学", "幼儿园", "公司", "集团", "医院", "书店", "管委会", "管理委员会"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return slices.Contains([]string{"公安", "新城", "新华", "解放", "高新", "开发"}, n)
}

// around reports whether d, under the code of any time, is the site's division or one above it.
func (r *resolver) around(d Division) bool {
	if r.site < 0 || r.at >= 0 && !r.below(d) {
		return false
	}
	code := r.t.spans[r.site].Code
	for ; code != ""; code = r.t.parent(code) {
		for _, i := range r.t.byCode[code] {
			for k := r.t.first(i); k >= 0; k = r.t.spans[k].next {
				if r.t.spans[k].Division == d {
					return true
				}
			}
		}
	}
	return false
}

// near reports whether d is inside the division read so far, or else inside the site's prefecture.
func (r *resolver) near(d Division) bool {
	if r.at >= 0 {
		return r.t.spans[r.at].Level == Prefecture
	}
	return r.site >= 0 && r.t.spans[r.site].Level == Prefecture && r.under(d.Code, r.site)
}

// among returns those of the spans that fit.
func (r *resolver) among(spans []int, fit func(Division) bool) (out []int) {
	for _, i := range spans {
		if fit(r.t.spans[i].Division) {
			out = append(out, i)
		}
	}
	return out
}

// decide chooses one of several spans: all of one division are one; those in force on the day come before others, those
// in the site's prefecture before others, the site's own before all.
func (r *resolver) decide(found []int) (int, bool) {
	if i, ok := r.one(found); ok {
		return i, true
	}
	narrow := []func(Division) bool{
		func(d Division) bool { return r.around(d) },
		func(d Division) bool { return r.site >= 0 && r.t.spans[r.site].Level != Province && r.sameCity(d) },
		func(d Division) bool { return valid(d, r.day) },
	}
	for _, fit := range narrow {
		if some := r.among(found, fit); len(some) > 0 {
			found = some
		}
		if i, ok := r.one(found); ok {
			return i, true
		}
	}
	return 0, false
}

// sameCity reports whether d is in the prefecture that the site is in.
func (r *resolver) sameCity(d Division) bool {
	for _, i := range r.t.byCode[r.t.spans[r.site].Code[:4]+"00"] {
		if r.under(d.Code, i) {
			return true
		}
	}
	return false
}

// one returns the newest of the spans if all are the same division.
func (r *resolver) one(found []int) (int, bool) {
	for _, i := range found {
		if r.t.first(i) != r.t.first(found[0]) {
			return 0, false
		}
	}
	if len(found) == 0 {
		return 0, false
	}
	return found[len(found)-1], true
}

// take has read span i as n.
func (r *resolver) take(i int, n string) {
	r.at = i
	r.rest = r.rest[len(n):]
}

// foreign reports whether the name begins with a division of another province: what a site reprints.
func (r *resolver) foreign() bool {
	const clear = 3 // characters; 东区 may be anything
	for n := range heads(r.rest, r.t.runes) {
		if utf8.RuneCountInString(n) >= clear && len(r.t.forms[n]) > 0 {
			return true
		}
	}
	return false
}

// bare reads a 省, 市, 县 … without name, by which a body calls its own division or one above it, off the rest, and
// returns that division; the site's, and false, where there is none.
func (r *resolver) bare() (i int, ok bool) {
	first, size := utf8.DecodeRuneInString(r.rest)
	if !strings.ContainsRune(markers, first) || word(r.rest) || len(r.rest) == size {
		return r.site, false
	}
	for code := r.t.spans[r.site].Code; code != ""; code = r.t.parent(code) {
		all := r.t.byCode[code]
		i := r.t.on(all[len(all)-1], r.day)
		if strings.HasSuffix(r.t.spans[i].Name, string(first)) {
			r.rest = r.rest[size:]
			return i, true
		}
	}
	return r.site, false
}

// services are organizations of the state whose branches bear its name before that of their division.
var services = []string{"国家税务总局", "国家统计局", "国家金融监督管理总局", "国家外汇管理局", "国家能源局", "中国银行保险监督管理委员会", "中国银保监会",
	"中国证券监督管理委员会", "中国证监会", "中国人民银行", "中华人民共和国", "中国共产党", "中共"}

// cutService returns the name of such an organization that a name begins with; of other bodies of the state, which have
// no branches here, the whole name.
func cutService(name string) (service string, found bool) {
	for _, s := range services {
		if strings.HasPrefix(name, s) {
			return s, true
		}
	}
	if strings.HasPrefix(name, "国家") || strings.HasPrefix(name, "国务院") {
		return name, true
	}
	return "", false
}

// heads yields the beginnings of s from the longest, of at most n characters, down to two.
func heads(s string, n int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var ends []int
		for i := range s {
			if ends = append(ends, i); len(ends) > n {
				break
			}
		}
		if len(ends) <= n {
			ends = append(ends, len(s))
		}
		for k := len(ends) - 1; k >= shortest; k-- {
			if !yield(s[:ends[k]]) {
				return
			}
		}
	}
}

// firstRunes is the beginning of s, of at most n characters.
func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
