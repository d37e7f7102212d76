package mention

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Breakdown is a total and the parts that the text lists behind it: 公开信息63条，其中组织机构类信息16条，…，其他信息5条.
type Breakdown struct {
	Section     string
	Total       decimal.Decimal
	Unit        string // of the total, as printed
	Parts       []Part // at least two, in the order of the text
	Exhaustive  bool   // the list claims to be whole: it names its rest (其他 …) or says 分别
	Approximate bool   // the total or a part is approximate
	Quote       string // total and list as printed
}

// Part is one of the parts a total is made of.
type Part struct {
	Label string // what it counts, as printed
	Value decimal.Decimal
	Unit  string // as printed; a list may count some parts in 条 and others in 件
}

// Sum adds up the parts.
func (b *Breakdown) Sum() decimal.Decimal {
	var sum decimal.Decimal
	for _, p := range b.Parts {
		sum = sum.Add(p.Value)
	}
	return sum
}

// Breakdowns finds the totals with their parts in the text of a section (see Read): a figure, then 其中, 包括, 涵盖, 分别 or a
// bracket with 含, then at least two figures that count the same sort of thing, to the end of the sentence or bracket. 其中
// may also begin the sentence after that of the total. Lists inside lists are left out.
func Breakdowns(section, text string) []Breakdown {
	_, lists := All(section, text)
	return lists
}

// signs introduce a list of parts.
var signs = []string{"其中", "包括", "包含", "涵盖", "分别", "(含"}

// sign is one of them in a paragraph, with all words that introduce the same list.
type sign struct{ from, to int }

// signsOf finds where lists begin, in order.
func signsOf(s string) []sign {
	var out []sign
	for _, w := range signs {
		for i := strings.Index(s, w); i >= 0; i = next(s, w, i) {
			from, to := i, i+len(w)
			for _, lead := range []string{"主要", "具体", "内容"} {
				if strings.HasSuffix(s[:from], lead) {
					from -= len(lead)
				}
			}
			out = append(out, sign{from, to})
		}
	}
	slices.SortFunc(out, func(a, b sign) int { return a.from - b.from })
	// 其中包括 and 其中，主要包括 introduce one list.
	merged := out[:0]
	for _, x := range out {
		if n := len(merged); n > 0 && strings.Trim(s[merged[n-1].to:max(x.from, merged[n-1].to)], ",:、") == "" {
			merged[n-1].to = x.to
			continue
		}
		merged = append(merged, x)
	}
	return merged
}

// kinds are units that count the same sort of thing.
var kinds = [][]string{{"条", "件", "篇", "项", "份", "则", "个", "部"}, {"次", "场", "场次", "期"}, {"人", "人次", "名"}}

// alike reports whether two units may count parts of one total.
func alike(a, b string) bool {
	return a == b || slices.ContainsFunc(kinds, func(kind []string) bool {
		return slices.Contains(kind, a) && slices.Contains(kind, b)
	})
}

// breakdowns finds those of one paragraph, of which figs are the figures.
func breakdowns(section string, p *prose, figs []figure) []Breakdown {
	if len(figs) < 3 {
		return nil
	}
	var out []Breakdown
	lists := signsOf(p.s)
	for k, at := range lists {
		n, _ := slices.BinarySearchFunc(figs, at.from, func(f figure, i int) int { return f.to - 1 - i })
		if n == 0 || !introduces(p.s[figs[n-1].to:at.from], p.s[at.from:at.to]) {
			continue
		}
		end := listEnd(p.s, at)
		nested := k+1 < len(lists) && lists[k+1].from < end && p.s[lists[k+1].from] != '('
		if nested {
			end = lists[k+1].from
		}
		total := &figs[n-1]
		b := Breakdown{Section: section, Total: total.value, Unit: p.unit(total), Approximate: total.approximate}
		last := b.take(p, total.unit, figs[n:], at.to, end)
		if len(b.Parts) < 2 {
			continue
		}
		b.Exhaustive = !nested && (b.namesRest() || strings.Contains(p.s[at.from:at.to], "分别"))
		b.Quote = strings.TrimLeft(p.printed(clauseBefore(p, total), last), "、 ")
		out = append(out, b)
	}
	return out
}

// introduces reports whether a list that words introduce belongs to the total before the gap.
func introduces(gap, words string) bool {
	if len(gap) > reach {
		return false
	}
	if strings.Contains(words, "分别") { // 共20件，当面、网络、信函分别为 …
		return !strings.Contains(gap, stop)
	}
	gap = strings.Trim(gap, ",;:、。(")
	return gap == "" || gap == "信息" || gap == "内容"
}

// A list has at most so many bytes (a Chinese character has three) and so many parts.
const (
	longestList = 3000
	mostParts   = 60
)

// listEnd is where a list ends: at the end of its sentence, or of its bracket.
func listEnd(s string, at sign) int {
	end := min(len(s), at.to+longestList)
	if i := strings.Index(s[at.to:end], stop); i >= 0 {
		end = at.to + i
	}
	if strings.HasSuffix(s[:at.from], "(") || s[at.from] == '(' {
		if i := strings.IndexByte(s[at.to:end], ')'); i >= 0 {
			end = at.to + i
		}
	}
	return end
}

// elsewhere are words of a label that begin another measure than the list's.
var elsewhere = []string{"答复", "办结", "顺延", "结转下", "复议", "诉讼", "另有", "另外", "此外", "还有", "增加", "增长", "减少", "同比", "较上", "比上"}

// take collects the parts of a list and returns where the last one ends. Figures in brackets are notes to a part; those of
// another sort of unit are something else. If the first parts add up to the total, they are the list.
func (b *Breakdown) take(p *prose, unit string, figs []figure, from, end int) int {
	var sum decimal.Decimal
	last, complete, reached := from, 0, 0
	depth := 0
	for i := range figs {
		f := &figs[i]
		if f.from >= end || len(b.Parts) == mostParts {
			break
		}
		label := p.s[from:f.from]
		inside := depth
		for _, r := range label {
			switch {
			case r == '(':
				inside++
			case r == ')' && inside > 0:
				inside--
			}
		}
		begin := from
		from, depth = f.to, inside
		if inside > 0 || !alike(unit, f.unit) {
			continue
		}
		if slices.ContainsFunc(elsewhere, func(w string) bool { return strings.Contains(label, w) }) {
			break
		}
		name := strings.Trim(p.printed(begin, f.from), "，,；;、：:（(）) ")
		b.Parts = append(b.Parts, Part{Label: name, Value: f.value, Unit: p.unit(f)})
		b.Approximate = b.Approximate || f.approximate
		last = f.to
		if sum = sum.Add(f.value); sum.Equal(b.Total) && len(b.Parts) > 1 {
			complete, reached = len(b.Parts), last
		} else if complete > 0 {
			break
		}
	}
	if complete > 0 {
		b.Parts, last = b.Parts[:complete], reached
	}
	return last
}

// namesRest reports whether one of the parts is the rest: 其他信息5条. 其他处理 and 其他组织 are names of the official form.
func (b *Breakdown) namesRest() bool {
	return slices.ContainsFunc(b.Parts, func(p Part) bool {
		for _, w := range []string{"其他", "其它", "其余"} {
			if strings.Contains(p.Label, w) && !strings.Contains(p.Label, w+"处理") && !strings.Contains(p.Label, w+"组织") &&
				!strings.Contains(p.Label, w+"法律") {
				return true
			}
		}
		return false
	})
}

// clauseBefore is where the clause of a figure begins.
func clauseBefore(p *prose, f *figure) int {
	sentence := p.before(f.from)
	return f.from - len(sentence) + strings.LastIndexAny(sentence, ",;:(") + 1
}
