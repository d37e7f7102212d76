package page

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// publishedMeta are the meta elements that hold the date of publication, the standard one first.
var publishedMeta = []string{
	"pubdate", "publishdate", "publishtime", "publish_time", "publish-date", "pubtime", "firstpublishedtime",
	"article:published_time", "releasedate",
}

// madeMeta are those that systems write anew when they make a page again: they count only if nothing is printed.
var madeMeta = []string{"maketime", "createdate", "others"}

// publishedLabels are what pages print in front of it, the clearest first. Blanks inside are allowed.
var publishedLabels = []*regexp.Regexp{
	regexp.MustCompile(`发 ?布 ?(?:日 ?期|时 ?间)|公 ?开 ?(?:日 ?期|时 ?间)|发表(?:日期|时间)|信息日期|上网(?:日期|时间)`),
	regexp.MustCompile(`时 ?间|日 ?期`),
	regexp.MustCompile(`更 ?新 ?(?:日 ?期|时 ?间)`),
}

// otherDates end a word in 时间 or 日期 that is no date of publication.
var otherDates = regexp.MustCompile(`(?:成 ?文 ?|生 ?成 ?|发 ?文 ?|制发|印发|形成|更 ?新 ?|生效|施行|实施|失效|废止|截止|统计|办公|上班|有效|编制|修改|` +
	`登记|起始|结束|活动|数据)$`)

// publishing are the words before 时间 and 日期 that speak of publication, or the label in front that they are not set apart
// from (来源：某局时间：); any other (会议时间, 落款日期) is about something else.
var publishing = regexp.MustCompile(`(?:^|[^\p{Han}]|录入|添加|上传|上线|发稿|公布|公示|刊发|刊登|登载|转载|发表|创建|入库|采编|文章|稿件|信息|新闻) ?$|` +
	`(?:来源|作者|编辑|单位|机构|部门) ?[:：][^:：。；]*$`)

// Published returns the day on which the page says it was published, YYYY-MM-DD, and where it says so: "meta" for a meta
// element (or UCAP's PUBLISHTIME element), "page" for a printed label up to the end of the body container. Both are ""
// if it does not say. Days that are not in the calendar are refused.
func Published(doc, body *html.Node) (day, from string) { return Look(doc).Published(body) }

// Published is the function Published of this page.
func (p *View) Published(body *html.Node) (day, from string) {
	for _, name := range publishedMeta {
		if day := Day(p.meta[name]); day != "" {
			return day, "meta"
		}
	}
	if day := Day(p.textOf(ucapTime)); day != "" {
		return day, "meta"
	}
	f := p.flow(spaced)
	text := f.text[:f.span(body).to]
	for i, label := range publishedLabels {
		if i == len(publishedLabels)-1 {
			for _, name := range madeMeta {
				if day := Day(p.meta[name]); day != "" && !strings.Contains(p.meta[name], "生成") {
					return day, "meta"
				}
			}
		}
		for _, m := range label.FindAllStringIndex(text, -1) {
			if before := text[:m[0]]; i == 1 && (otherDates.MatchString(tail(before, 16)) || !publishing.MatchString(tail(before, 80))) {
				continue
			}
			if day := dayAt(strings.TrimLeft(text[m[1]:], " :：[【(（\u3000")); day != "" {
				return day, "page"
			}
		}
	}
	return "", ""
}

// tail is the end of s, at most as many bytes.
func tail(s string, longest int) string {
	if len(s) > longest {
		s = strings.ToValidUTF8(s[len(s)-longest:], "")
	}
	return s
}
