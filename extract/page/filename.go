package page

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	// empty are the words of links that name nothing.
	empty = regexp.MustCompile(`^(?i:[\s\pP\pS]|请|点击|单击|立即|在线|在新窗口|全文|文件|本地|此处|这里|相关|查看|打开|浏览|预览|阅读|下载|附 ?件|附表|` +
		`原文|详情|正文|pdf|word|docx?|版|download|here|\d|[一二三四五六七八九十见])*$`)
	// blankForms are the names of forms and charts that sites offer beside reports.
	blankForms = regexp.MustCompile(`申请(?:书|表)|流程图|流程示意图|委托书|样表|模板|填(?:写|表)(?:说明|须知)|公开指南|办事指南|登记表`)
	reports    = regexp.MustCompile(`年报|年度(?:工作)?报告`)
	// labelled is what stands in front of the name of an attachment: a word, a number.
	labelled = regexp.MustCompile(`^\s*\d{1,2}[.、．]\s*|^[\s【\[(（]*附 ?件(?:下载)?(?:\d{1,2}|[一二三四五六七八九十])?[\s:：.、】\])）-]*`)
)

// template says whether a name is that of a blank form or a chart.
func template(name string) bool { return blankForms.MatchString(name) && !reports.MatchString(name) }

// chooseName takes the first of the names that says something, where the address's own comes last but before any that
// says nothing. good is whether there is one that says something.
func chooseName(u *url.URL, names []string) (name string, good bool) {
	first := ""
	for _, n := range names {
		n = folded(n)
		if !empty.MatchString(n) && !address(n) {
			return head(n, longestText), true
		}
		if first == "" {
			first = n
		}
	}
	if n := nameInAddress(u); n != "" {
		return head(n, longestText), false
	}
	return head(first, longestText), false
}

// address says whether a name is an address, which editors put where a title belongs.
func address(name string) bool { return hasScheme(name, "http://") || hasScheme(name, "https://") }

// namesOf are the names that the link at a place gives its file, the best first.
func (r *region) namesOf(i int) []string {
	n := r.order[i]
	return []string{attr(n, "download"), attr(n, "title"), attr(n, "alt"), r.links[i].u.Query().Get("showname"),
		r.textAt(i), r.beside(i)}
}

// beside is the text in front of a link, where that is as short as a name and no other file is there.
func (r *region) beside(i int) string {
	if r.above[i] < 0 {
		return ""
	}
	own, around := r.spans[i], r.spans[r.above[i]]
	if around.to-around.from > 2*longestNear || around.in(r.toFiles) > 1 {
		return ""
	}
	return strings.TrimRight(labelled.ReplaceAllString(r.text[around.from:own.from], ""), " :：【[(（")
}
