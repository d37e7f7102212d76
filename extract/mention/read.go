package mention

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Read finds the figures that the text of a section states: text is extract.Section.Text, a paragraph a line, and section
// its id. They come in the order of the text; one figure can be a mention of two metrics, and all mentions of a metric are
// kept. A statement that there was none of something (未收到政府信息公开申请) is a mention of 0 without unit.
func Read(section, text string) []Mention {
	mentions, _ := All(section, text)
	return mentions
}

// All is Read and Breakdowns, which look for the same figures.
func All(section, text string) (mentions []Mention, lists []Breakdown) {
	c := load()
	for para := range strings.Lines(text) {
		p := newProse(para)
		figs := figures(&p)
		mentions = append(mentions, c.mentions(section, &p, figs)...)
		lists = append(lists, breakdowns(section, &p, figs)...)
	}
	return mentions, lists
}

// placed is a mention with where it stands, for sorting.
type placed struct {
	at, metric int
	Mention
}

// byPlace orders mentions by the text, then by metrics.json.
func byPlace(a, b placed) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.metric, b.metric))
}

// mentions finds those of one paragraph, of which figs are the figures.
func (c *catalogue) mentions(section string, p *prose, figs []figure) []Mention {
	found := c.denials(section, p)
	if len(figs) > 0 {
		r := reader{catalogue: c, section: section, prose: p, words: c.wordsIn(p.s), asked: make([]int, len(c.words))}
		for i := range figs {
			found = append(found, r.mentionsOf(&figs[i])...)
		}
	}
	slices.SortStableFunc(found, byPlace)
	var out []Mention
	for _, f := range found {
		out = append(out, f.Mention)
	}
	return out
}

// What is said of another year, of a change, or of plans is no figure of this report.
var (
	otherYear = regexp.MustCompile(`上年|去年|上一年|前一年|往年|同期|历年|前年|较|同比|环比|相比|比上|增加|增长|减少|下降|回落`)
	// otherPeriod is what more or less than the year of the report is called: 2021年以来, but not 今年以来.
	otherPeriod = regexp.MustCompile(`近[两二三四五六七八九十几数0-9]+年|[近多]年来|[^今本]年以来|[^年]以来|十[一二三四]五|上半年|下半年|[一二三四1-4]季度`)
	planned     = regexp.MustCompile(`下一步|力争|预计|明年|拟(?:开展|举办|组织|召开)|计划(?:开展|举办|组织|召开)`)
	// rate is what is told by the month, or by the head.
	rate = regexp.MustCompile(`每(?:年|季|个?月|周|天|日|个|家|人|名)|平均|[月周日人]均`)
	// What some had none of, or had none of in a part of the year, or besides what was told, there may have been all the same.
	some = regexp.MustCompile(`上半年|下半年|季度|部分|个别|大多|多数|其[他它余][^组社]|下属|所属|^(?:如|若|凡)|` +
		`[0-9一二两三四五六七八九十](?:余|多)?(?:个|家|件|宗|份|人|名)`)
	besides = regexp.MustCompile(`除[^,;。]*[^此之]外,?[^,;。]*$`)
	partly  = regexp.MustCompile(`其中|包括|包含|涵盖`)
)

// reader asks what the words around the figures of a paragraph say, one figure after the other.
type reader struct {
	*catalogue
	section  string
	prose    *prose
	words    []occurrence
	next     int   // the first of words that begins behind the figures read
	previous int   // where the figure before ends
	asked    []int // for every word of the catalogue the figure, by its end, for which it was last looked at
}

// mentionsOf finds the mentions of the next figure: every word before it in its sentence, the nearest first, is asked
// whether one of its patterns holds.
func (r *reader) mentionsOf(f *figure) []placed {
	p := r.prose
	sentence := p.before(f.from)
	begin := f.from - len(sentence)
	lead := withoutFillers(sentence)
	for r.next < len(r.words) && r.words[r.next].at < f.from {
		r.next++
	}
	clause := max(strings.LastIndexAny(lead, ",;:(")+1, r.previous-begin, 0)
	r.previous = f.to
	around := context{sentence: sentence, lead: lead, clause: clause}
	var out []placed
	for k := r.next - 1; k >= 0 && r.words[k].at >= begin; k-- {
		word := r.words[k].word
		at := r.words[k].at - begin
		if at+len(r.catalogue.words[word]) > len(lead) || r.asked[word] == f.to {
			continue // it reaches into the figure, or a nearer one was asked
		}
		r.asked[word] = f.to
		for _, u := range r.uses[word] {
			m := &r.metrics[u.metric]
			if !slices.Contains(m.Units, f.unit) || slices.Contains(m.Outside, r.section) ||
				slices.ContainsFunc(out, func(x placed) bool { return x.metric == u.metric }) {
				continue
			}
			length, ok := around.fits(p, f, m, &m.Patterns[u.pattern], at, at+len(r.catalogue.words[word]))
			if !ok {
				continue
			}
			from := clause
			if at < clause { // 制发规范性文件3件，废止18件: the word stands in a clause before
				from = strings.LastIndexAny(lead[:at], ",;:(") + 1
			}
			quote := strings.TrimLeft(p.printed(begin+from, f.to+length), "、 ")
			out = append(out, placed{f.from, u.metric, Mention{Section: r.section, Metric: m.ID, Value: f.value,
				Unit: p.unit(f), Approximate: f.approximate, Quote: quote}})
		}
	}
	return out
}

// context is what stands around a figure.
type context struct {
	sentence string // what its sentence says before it
	lead     string // the same without fillers at its end
	clause   int    // where its clause begins in it
	judged   bool   // whether the following are known
	after    string // what its sentence says behind it
	planned  bool   // it speaks of plans
	past     bool   // it speaks of another year, of a change, or of a rate
	part     bool   // it stands in a list of parts
}

// judge finds out what most figures, about which nothing is said, need not be asked.
func (x *context) judge(p *prose, f *figure) {
	if x.judged {
		return
	}
	x.judged = true
	x.after = p.after(f.to)
	x.planned = planned.MatchString(x.sentence)
	x.past = otherYear.MatchString(x.sentence[x.clause:]) || otherPeriod.MatchString(x.sentence[x.clauseBefore():]) ||
		strings.ContainsAny(x.sentence[x.clause:], "每均") && rate.MatchString(x.sentence[x.clause:])
	x.part = partly.MatchString(x.sentence)
}

// clauseBefore is where the clause before the figure's begins, if the text parts them by a comma.
func (x *context) clauseBefore() int {
	if x.clause > 0 && x.clause <= len(x.sentence) && x.sentence[x.clause-1] == ',' {
		return strings.LastIndexAny(x.sentence[:x.clause-1], ",;:(") + 1
	}
	return x.clause
}

// fits reports whether the figure is one of the metric by the pattern, whose word stands at [from, to) of the lead, and how
// many bytes behind the figure belong to it.
func (x *context) fits(p *prose, f *figure, m *Metric, by *Pattern, from, to int) (length int, ok bool) {
	if !by.then.MatchString(x.lead[to:]) || by.ifBefore != nil && !by.ifBefore.MatchString(x.lead[:from]) ||
		by.unless != nil && by.unless.MatchString(x.lead[:from]) {
		return 0, false
	}
	x.judge(p, f)
	if x.planned || x.past && !m.Before || x.part && m.Whole ||
		by.without != nil && by.without.MatchString(x.sentence) || m.without != nil && m.without.MatchString(x.sentence) ||
		m.needs != nil && !m.needs.MatchString(x.sentence) && !m.needs.MatchString(x.after) {
		return 0, false
	}
	if by.after == nil {
		return 0, true
	}
	at := by.after.FindStringIndex(x.after)
	if at == nil {
		return 0, false
	}
	return at[1], true
}

// fillers may stand between the words of a pattern and its figure; they say nothing.
var fillers = []string{"共", "共计", "总计", "累计", "合计", "总数", "总共", "一共", "达", "达到", "为", "是", "有", "计", ":", "了", "总量", "数量",
	"数", "仅", "共有"}

// withoutFillers cuts the fillers off the end of the words before a figure.
func withoutFillers(s string) string {
	for {
		cut := s
		for _, f := range fillers {
			if t, ok := strings.CutSuffix(s, f); ok && len(t) < len(cut) {
				cut = t
			}
		}
		if len(cut) == len(s) {
			return s
		}
		s = cut
	}
}

// denials finds the statements that there was none of something.
func (c *catalogue) denials(section string, p *prose) []placed {
	if !strings.Contains(p.s, "无") && !strings.Contains(p.s, "未") && !strings.Contains(p.s, "没有") &&
		!strings.Contains(p.s, "不存在") {
		return nil
	}
	var out []placed
	for k := range c.metrics {
		m := &c.metrics[k]
		first := len(out)
		for d := range m.Denials {
			for _, w := range m.Denials[d].Words {
				for i := strings.Index(p.s, w); i >= 0; i = next(p.s, w, i) {
					from, to, ok := m.Denials[d].at(p, i, i+len(w))
					if !ok || planned.MatchString(p.before(i)) || otherYear.MatchString(p.s[from:to]) ||
						some.MatchString(p.s[from:to]) || strings.Contains(p.before(i), "外") && besides.MatchString(p.before(i)) {
						continue
					}
					out = append(out, placed{from, k, Mention{Section: section, Metric: m.ID, Value: decimal.Zero,
						Quote: strings.TrimRight(p.printed(from, to), ",。;!)，；！） ")}})
				}
			}
		}
		// A clause that two expressions fit says it once.
		slices.SortStableFunc(out[first:], byPlace)
		kept := slices.CompactFunc(out[first:], func(a, b placed) bool { return a.at == b.at })
		out = out[:first+len(kept)]
	}
	return out
}

// next is where w occurs in s behind its occurrence at i, -1 for nowhere.
func next(s, w string, i int) int {
	i += len(w)
	n := strings.Index(s[i:], w)
	if n < 0 {
		return -1
	}
	return i + n
}

// at reports whether the words around [from, to) are those of the denial, and what of the text it spans: from the
// beginning of its clause to the end of what follows the word.
func (d *Denial) at(p *prose, from, to int) (begin, end int, ok bool) {
	before := p.before(from)
	if d.before != nil && !d.before.MatchString(before) {
		return 0, 0, false
	}
	after := d.after.FindStringIndex(p.after(to))
	if after == nil {
		return 0, 0, false
	}
	return from - len(before) + strings.LastIndexAny(before, ",;:(") + 1, to + after[1], true
}
