package division

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
)

// The values of Division.Level.
const (
	Province   = "province"
	Prefecture = "prefecture"
	County     = "county"
)

//go:embed divisions.csv
var data string

// span is a division with its place in the table.
type span struct {
	Division
	next int // the span that replaced it, -1 for none or unknown
	prev int // the span it replaced, -1
}

// table is the data with all that is looked up in it.
type table struct {
	spans  []span           // by code, then by time
	byCode map[string][]int // spans of a code, oldest first
	forms  map[string][]int // spans by each form in which a name prints them
	short  map[string][]int // by forms that may be other words
	runes  int              // length of the longest form
}

// load builds the table at the first use.
var load = sync.OnceValue(func() *table {
	t := parse(data)
	t.index()
	return t
})

// parse reads divisions.csv: sorted, without quotes, the first line naming the columns. A test reads every line of it.
func parse(csv string) *table {
	t := &table{byCode: map[string][]int{}}
	for line := range strings.Lines(csv) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) != 5 || f[0] == "code" {
			continue
		}
		d := Division{Code: f[0], Name: f[1], ValidFrom: f[2], ValidTo: f[3], Successor: f[4], Level: level(f[0])}
		t.byCode[d.Code] = append(t.byCode[d.Code], len(t.spans))
		t.spans = append(t.spans, span{Division: d, next: -1, prev: -1})
	}
	for i := range t.spans {
		d := &t.spans[i].Division
		d.Province = t.spans[t.byCode[d.Code[:2]+"0000"][0]].Name
		d.Parent = t.parent(d.Code)
		if n := t.successor(*d); n >= 0 {
			t.spans[i].next, t.spans[n].prev = n, i
		}
	}
	return t
}

// level is what the digits of a code say.
func level(code string) string {
	switch {
	case strings.HasSuffix(code, "0000"):
		return Province
	case strings.HasSuffix(code, "00"):
		return Prefecture
	}
	return County
}

// parent is the code one level up: the province for prefectures and for counties without one.
func (t *table) parent(code string) string {
	switch level(code) {
	case Province:
		return ""
	case County:
		if up := code[:4] + "00"; len(t.byCode[up]) > 0 {
			return up
		}
	}
	return code[:2] + "0000"
}

// successor is the span of d.Successor that begins when d ends, -1 for none.
func (t *table) successor(d Division) int {
	if d.Successor == "" {
		return -1
	}
	for _, i := range t.byCode[d.Successor] {
		if t.spans[i].ValidFrom > d.ValidTo {
			return i
		}
	}
	return -1
}

// valid reports whether d is in force on day, YYYY-MM-DD; on "" if it is still in force.
func valid(d Division, day string) bool {
	if day == "" {
		return d.ValidTo == ""
	}
	return d.ValidFrom <= day && (d.ValidTo == "" || day <= d.ValidTo)
}

// All returns every span of every code, in the order of codes and, for each, from the oldest on. The slice is the
// caller's.
func All() []Division {
	t := load()
	out := make([]Division, len(t.spans))
	for i := range t.spans {
		out[i] = t.spans[i].Division
	}
	return out
}

// ByCode returns all spans of a code of six digits, the oldest first; none if the code was never in force.
func ByCode(code string) []Division {
	t := load()
	var out []Division
	for _, i := range t.byCode[code] {
		out = append(out, t.spans[i].Division)
	}
	return out
}

// At returns what a code stood for on a day, YYYY-MM-DD; on "" what it stands for today. ok is false when it was not in
// force.
func At(code, day string) (d Division, ok bool) {
	t := load()
	for _, i := range t.byCode[code] {
		if valid(t.spans[i].Division, day) {
			return t.spans[i].Division, true
		}
	}
	return Division{}, false
}

// Hash returns the SHA-256 of the embedded data, hex, so that who keeps a copy can tell whether it is the same.
func Hash() string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

// History returns the spans that were the same division under other codes and names, d among them, from the oldest to
// the newest, as far as successors are known. It is empty for a Division that is not from this package.
func (d Division) History() []Division {
	t := load()
	at := t.find(d)
	if at < 0 {
		return nil
	}
	var out []Division
	for i := t.first(at); i >= 0; i = t.spans[i].next {
		out = append(out, t.spans[i].Division)
	}
	return out
}

// find is the index of d, -1 if it is not in the table.
func (t *table) find(d Division) int {
	i := slices.IndexFunc(t.byCode[d.Code], func(i int) bool { return t.spans[i].Division == d })
	if i < 0 {
		return -1
	}
	return t.byCode[d.Code][i]
}

// first is the oldest span of the division that span i belongs to.
func (t *table) first(i int) int {
	for t.spans[i].prev >= 0 {
		i = t.spans[i].prev
	}
	return i
}

// on is the span of i's division that was in force on day; if none was, the one nearest to it.
func (t *table) on(i int, day string) int {
	i = t.first(i)
	for n := t.spans[i].next; n >= 0 && (day == "" || t.spans[n].ValidFrom <= day); n = t.spans[i].next {
		i = n
	}
	return i
}
