package page

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// containers are the ids and classes under which the systems of government sites put a document's text, in lower case,
// with what each is worth: the specific ones more than those that also frame pages.
var containers = map[string]int{
	"trs_editor": 60, "trs_ueditor": 60, "trs_editor_view": 60, "custom_unionstyle": 60, "view": 10,
	"zoom": 60, "zoomcon": 60, "fontzoom": 60, "ucap-content": 60, "ucapcontent": 60,
	"article-content": 50, "article_content": 50, "articlecontent": 50, "ivs_content": 60,
	"vsb_content": 60, "v_news_content": 60, "pages_content": 50, "maintext": 50, "view-content": 40,
	"artile_zw": 50, "main-txt": 40, "ccontent": 30, "con_con": 40, "xxgk_content": 40, "xxgk-content": 40,
	"news_cont_d_wrap": 50, "tyxxy_main": 30, "zc_article_con": 50, "webeditorview": 50, "detail-content": 40,
	"content_body": 30, "wrapper_detail_text": 40, "content": 10,
}

// mark is a wording that tells what a container holds: a word, and what must follow it (nil: nothing). Words are found
// by their first characters, which costs a small part of what an expression over the whole text does.
type mark struct {
	word string
	rest *regexp.Regexp // anchored at its beginning
}

// words makes marks of words alone.
func words(all ...string) (marks []mark) {
	for _, w := range all {
		marks = append(marks, mark{word: w})
	}
	return marks
}

// What a container of a report is known by, in text without white space.
var (
	reportName = []mark{{"信息公开", regexp.MustCompile(`^(?:工作)?(?:年度(?:工作)?报告|年报|工作报告)`)}}
	// headings are those of the official form (国办公开办函〔2021〕30号) in their printed variants.
	headings = [][]mark{
		{{"一、", regexp.MustCompile(`^(?:政府信息公开)?(?:工作)?(?:总体|概述|基本|主要工作)`)}, {"总体情况", nil}},
		{{"主动公开", regexp.MustCompile(`^(?:政府)?信息(?:的)?情况`)}},
		{{"收到", regexp.MustCompile(`^[和的]处理政府信息公开申请`)},
			{"依申请公开", regexp.MustCompile(`^(?:政府信息|工作)?(?:办理|工作)?情况`)}},
		{{"行政复议、", regexp.MustCompile(`^(?:提起)?行政诉讼(?:的)?情况`)}},
		{{"存在", regexp.MustCompile(`^的?(?:主要)?问题(?:及|和)改进`)}, {"主要问题和改进", nil}},
		{{"其他需要报告的", regexp.MustCompile(`^(?:事项|情况)`)}},
	}
	labels = words("制发件数", "现行有效件数", "处理决定数量", "收费金额", "勾稽关系", "本年新收政府信息公开申请", "本年度办理结果",
		"结果维持", "尚未审结", "指标名称", "新公开数量", "对外公开总数量")
	noise = words("首页", "当前位置", "打印", "关闭", "分享到", "字号", "上一篇", "下一篇", "浏览次数", "扫一扫", "返回顶部", "网站地图",
		"联系我们", "主办单位", "备案")
)

const (
	nameScore    = 140 // the container holds the name of the report
	headingScore = 45  // for each heading of the official form
	tableScore   = 20  // for each table, up to maxTables
	maxTables    = 4
	noiseScore   = 18 // taken off for each word of the site's frame
)

// Body finds the element that holds the document's text: among the known containers the one that looks most like a
// report, or the smallest element with all headings and tables of the official form, or the body element; doc itself if
// there is none.
func Body(doc *html.Node) *html.Node { return Look(doc).Body() }

// Body is the function Body of this page.
func (p *View) Body() *html.Node {
	doc, f := p.doc, p.flow(tight)
	v := measures{flow: f, whole: f.span(doc)}
	whole := slices.IndexFunc(f.order, func(n *html.Node) bool { return n.DataAtom == atom.Body })
	if whole >= 0 {
		v.whole, doc = f.spans[whole], f.order[whole]
	}
	v.measure()

	best, score := -1, 0
	for i, n := range f.order {
		worth := boost(n)
		if f.marked[i] {
			worth = max(worth, 60)
		}
		if s := f.spans[i]; worth == 0 || s.from == s.to {
			continue
		}
		if s := worth + v.score(f.spans[i]); best < 0 || s > score {
			best, score = i, s
		}
	}
	if best < 0 {
		best = v.first()
	}
	for ; best >= 0 && best != whole; best = f.above[best] {
		if v.complete(f.spans[best]) && frames[f.order[best].DataAtom] {
			return f.order[best]
		}
	}
	return doc
}

// frames are the elements that may hold a document; a paragraph that happens to hold everything is left for its parent.
// Elements that HTML does not know (UCAPCONTENT) have the atom zero.
var frames = map[atom.Atom]bool{
	0: true, atom.Div: true, atom.Td: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Form: true,
	atom.Center: true, atom.Body: true, atom.Dd: true, atom.Li: true,
}

// boost is what an element's name, id and classes are worth.
func boost(n *html.Node) int {
	worth := 0
	switch {
	case n.Data == "ucapcontent":
		worth = 60
	case n.DataAtom == atom.Article:
		worth = 20
	case n.DataAtom == atom.Main:
		worth = 10
	}
	id := attr(n, "id")
	if id != "" {
		worth = max(worth, containers[strings.ToLower(id)])
	}
	if classes := attr(n, "class"); classes != "" {
		for class := range strings.FieldsSeq(strings.ToLower(classes)) {
			worth = max(worth, containers[class])
		}
	}
	if worth == 0 && strings.HasPrefix(id, "vsb_content_") {
		worth = 60
	}
	return worth
}

// span is the part of the text that belongs to n; for a document all of it.
func (f *flow) span(n *html.Node) span {
	if i := slices.Index(f.order, n); i >= 0 {
		return f.spans[i]
	}
	return span{to: len(f.text), behind: len(f.order)}
}

// measures is a page's text with the places of all that tells a report.
type measures struct {
	*flow
	whole    span
	names    []int
	headings [][]int
	labels   []int
	tables   []int
	noise    []int
}

func (v *measures) measure() {
	at := places(v.text)
	v.names, v.noise, v.headings = at[ofName], at[ofNoise], at[ofHeadings:]
	inTable := 0 // how far the text seen so far is covered by tables
	all := at[ofLabels]
	next := 0
	for i, n := range v.order {
		if n.DataAtom != atom.Table {
			continue
		}
		s := v.spans[i]
		v.tables = append(v.tables, s.from)
		for next < len(all) && all[next] < s.from {
			if all[next] < inTable {
				v.labels = append(v.labels, all[next])
			}
			next++
		}
		inTable = max(inTable, s.to)
	}
	for ; next < len(all) && all[next] < inTable; next++ {
		v.labels = append(v.labels, all[next])
	}
}

// The groups of marks: the name of the report, the labels of its tables, the words of the frame; from ofHeadings on one
// group for each heading.
const (
	ofName = iota
	ofLabels
	ofNoise
	ofHeadings
)

// groups are all marks.
var groups = append([][]mark{ofName: reportName, ofLabels: labels, ofNoise: noise}, headings...)

// grouped is a mark with the group that it is of.
type grouped struct {
	mark
	group int
}

// byFirst holds the marks by the first character of their words; isFirst tells quickly that there is none.
var byFirst, isFirst = func() (map[rune][]grouped, *[1 << 16]bool) {
	all, is := map[rune][]grouped{}, new([1 << 16]bool)
	for g, marks := range groups {
		for _, m := range marks {
			r, _ := utf8.DecodeRuneInString(m.word)
			all[r] = append(all[r], grouped{m, g})
			is[r] = true
		}
	}
	return all, is
}()

// places is where the marks of each group stand in a text, in rising order.
func places(text string) [][]int {
	at := make([][]int, len(groups))
	for i, r := range text {
		if r >= rune(len(isFirst)) || !isFirst[r] {
			continue
		}
		for _, m := range byFirst[r] {
			rest, ok := strings.CutPrefix(text[i:], m.word)
			if ok && (m.rest == nil || m.rest.MatchString(rest[:min(len(rest), longestRest)])) {
				at[m.group] = append(at[m.group], i)
			}
		}
	}
	return at
}

// longestRest is more bytes than any rest of a mark has.
const longestRest = 120

// count is the number of places inside s; places are in rising order.
func count(places []int, s span) int {
	return sort.SearchInts(places, s.to) - sort.SearchInts(places, s.from)
}

func (v *measures) headingsIn(s span) (n int) {
	for _, places := range v.headings {
		if count(places, s) > 0 {
			n++
		}
	}
	return n
}

func (v *measures) score(s span) int {
	score := headingScore*v.headingsIn(s) + tableScore*min(maxTables, count(v.tables, s)) - noiseScore*count(v.noise, s)
	if count(v.names, s) > 0 {
		score += nameScore
	}
	return score
}

// complete says whether s holds every heading and every table label that the page holds.
func (v *measures) complete(s span) bool {
	return v.headingsIn(s) == v.headingsIn(v.whole) && count(v.labels, s) == count(v.labels, v.whole)
}

// first is the place of the innermost element at the first heading or label of a page that has several; -1 for other
// pages.
func (v *measures) first() int {
	if v.headingsIn(v.whole) < 2 && len(v.labels) == 0 {
		return -1
	}
	at := v.whole.to
	for _, places := range append(v.headings, v.labels) {
		if len(places) > 0 {
			at = min(at, places[0])
		}
	}
	innermost := -1
	for i := range v.order {
		if v.spans[i].holds(at) {
			innermost = i
		}
	}
	return innermost
}
