package extract

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// headingsFile holds, in the order in which reports print them, the sections and the wordings of their headings that
// the forms of 2019 and 2021 do not have: those of reports before 2019 and of free reports.
//
//go:embed headings.json
var headingsFile []byte

// meaning is one kind of section and how its heading is worded.
type meaning struct {
	ID       string     `json:"id"`       // "" where the printed wording is the id
	Lead     bool       `json:"lead"`     // stands before the first numbered section, without numeral
	Wordings []string   `json:"wordings"` // whole headings, without numeral
	Words    [][]string `json:"words"`    // a numbered heading that holds all words of one of these means it too
}

// wording is what a heading in normal form stands for.
type wording struct {
	meaning  int  // index into vocabulary.meanings
	official bool // printed in a form, not only seen somewhere
}

// vocabulary is what headings of the reports of one form mean.
type vocabulary struct {
	meanings  []meaning
	numbers   []int // the number that the form gives the section of a meaning, 0 for none
	byWording map[string]wording
	begun     map[string]bool // beginnings of wordings, whole characters
	longest   int             // length of the longest wording, in bytes
}

// vocabularies are those of all forms. They are part of the program: a bad file is a mistake of ours that the first test
// run shows, so it panics.
var vocabularies = sync.OnceValue(func() map[*form.Edition]*vocabulary {
	all := map[*form.Edition]*vocabulary{}
	for _, e := range form.Editions() {
		v := &vocabulary{byWording: map[string]wording{}, begun: map[string]bool{}}
		if err := json.Unmarshal(headingsFile, &v.meanings); err != nil {
			panic(fmt.Sprintf("extract: headings.json: %v", err))
		}
		v.numbers = make([]int, len(v.meanings))
		add := func(s string, w wording) {
			n := text.Normal(s)
			v.byWording[n] = w
			for i := range n {
				v.begun[n[:i]] = true
			}
			v.longest = max(v.longest, len(n))
		}
		for i, m := range v.meanings {
			for _, s := range m.Wordings {
				add(s, wording{meaning: i})
			}
			for _, s := range e.Sections {
				if s.ID != m.ID {
					continue
				}
				v.numbers[i] = numeralOf(text.Normal(s.Number)).ordinal
				for _, t := range append([]string{s.Title}, s.Aliases...) {
					add(t, wording{meaning: i, official: true})
				}
			}
		}
		all[e] = v
	}
	return all
})

// byWords is the one meaning whose words a heading holds, -1 for none or several.
func (v *vocabulary) byWords(heading string) int {
	found := -1
	for i, m := range v.meanings {
		for _, set := range m.Words {
			all := true
			for _, w := range set {
				all = all && strings.Contains(heading, w)
			}
			if all && found >= 0 && found != i {
				return -1
			}
			if all {
				found = i
			}
		}
	}
	return found
}

// prefix is the longest wording that s begins with, and its length in bytes; 0 for none.
func (v *vocabulary) prefix(s string) (found wording, length int) {
	for i := range s {
		if i > v.longest {
			return found, length
		}
		if w, ok := v.byWording[s[:i]]; ok {
			found, length = w, i
		}
		if !v.begun[s[:i]] {
			return found, length // no wording is longer
		}
	}
	if w, ok := v.byWording[s]; ok {
		return w, len(s)
	}
	return found, length
}

// begins reports whether the first character of s is that of a wording.
func (v *vocabulary) begins(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	_, whole := v.byWording[s[:size]]
	return whole || v.begun[s[:size]]
}

// style is how headings are numbered. The headings of one level have one style.
type style int

const (
	han       style = iota // 一、
	part                   // 第一部分
	arabic                 // 1.
	bracketed              // （一）
	bare                   // no numeral, or one that was lost: 、
	styles                 // how many there are
)

// numeral is the number that a heading in normal form begins with.
type numeral struct {
	style   style
	ordinal int // 0 for none
	length  int // in bytes, with the sign behind it
	open    bool
}

// numeralOf reads the numeral of a heading in normal form. Where no sign parts it from the wording (一总体情况) it is open,
// and counts only if the wording is known.
func numeralOf(n string) numeral {
	switch {
	case strings.HasPrefix(n, "、"), strings.HasPrefix(n, "."):
		_, size := utf8.DecodeRuneInString(n)
		return numeral{style: bare, length: size}
	case strings.HasPrefix(n, "第"):
		ordinal, size := hanNumber(n[len("第"):])
		rest := n[len("第")+size:]
		for _, unit := range []string{"部分", "章"} {
			if ordinal > 0 && strings.HasPrefix(rest, unit) {
				return numeral{part, ordinal, len(n) - len(rest) + len(unit) + sign(rest[len(unit):], "、.,:"), false}
			}
		}
		return numeral{style: bare}
	case strings.HasPrefix(n, "("):
		ordinal, size := hanNumber(n[1:])
		if ordinal > 0 && strings.HasPrefix(n[1+size:], ")") {
			return numeral{bracketed, ordinal, size + 2 + sign(n[size+2:], "、.,:"), false}
		}
		return numeral{style: bare}
	}
	if ordinal, size := hanNumber(n); ordinal > 0 {
		s := sign(n[size:], "、.,:")
		return numeral{han, ordinal, size + s, s == 0}
	}
	ordinal, size := 0, 0
	for size < len(n) && size < 2 && '0' <= n[size] && n[size] <= '9' {
		ordinal = ordinal*10 + int(n[size]-'0')
		size++
	}
	s := sign(n[size:], "、.")
	rest := n[size+s:]
	decimal := rest != "" && '0' <= rest[0] && rest[0] <= '9' && (s == 0 || !year.MatchString(rest))
	if ordinal == 0 || decimal {
		return numeral{style: bare}
	}
	return numeral{arabic, ordinal, size + s, s == 0}
}

// year begins a wording behind a numeral that would else be a decimal: 6.2022年工作思路.
var year = regexp.MustCompile(`^(?:19|20)[0-9]{2}年`)

// sign is the length of the first character of s if it is one of signs, 0 otherwise.
func sign(s, signs string) int {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 || !strings.ContainsRune(signs, r) {
		return 0
	}
	return size
}

// mostSections bounds the numbers of sections; no report counts further.
const mostSections = 29

// hanNumber reads 一 to 二十九 at the beginning of s and tells how many bytes it took; 0 if there is none.
func hanNumber(s string) (n, size int) {
	const digits = "一二三四五六七八九"
	ten, unit := false, 0
	for i, r := range s {
		if d := strings.IndexRune(digits, r); d >= 0 && unit == 0 {
			unit = d/len("一") + 1
		} else if r == '十' && !ten {
			n, ten, unit = 10*max(unit, 1), true, 0
		} else {
			break
		}
		size = i + len("一")
	}
	if n += unit; n > mostSections {
		return 0, 0
	}
	return n, size
}

// aligned is the beginning of a paragraph in normal form that still knows where each piece of it was printed.
type aligned struct {
	printed string
	normal  string
	ends    []int32 // for each byte of normal, where the printed character that it comes from ends
}

// align brings the first limit characters of a paragraph into normal form.
func align(s string, limit int) aligned {
	size := min(len(s), limit*len("一"))
	normal, ends := make([]byte, 0, size), make([]int32, 0, size)
	for end := 0; end < len(s) && limit > 0; limit-- {
		r, size := utf8.DecodeRuneInString(s[end:])
		i := end
		end += size
		switch {
		case 0x4E00 <= r && r <= 0x9FA5, '0' <= r && r <= '9', r == '、', r == '。': // the most: Normal leaves them as they are
			normal = utf8.AppendRune(normal, r)
		default:
			normal = append(normal, text.Normal(s[i:end])...)
		}
		for len(ends) < len(normal) {
			ends = append(ends, int32(end))
		}
	}
	return aligned{printed: s, normal: string(normal), ends: ends}
}

// before is how much of the printed text the first n bytes of the normal form take.
func (a *aligned) before(n int) int {
	if n == 0 {
		return 0
	}
	return int(a.ends[n-1])
}
