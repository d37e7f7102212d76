package cms

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

var (
	// statedEntries is a count of entries beside a count of pages: 共3页 45条, 共45条记录 1/3页, 共有记录45条，分3页,
	// 总共 45 记录 … 页码 1/3. What stands on one page (每页15条, 15条/页) is none.
	statedEntries = regexp.MustCompile(`共\s*\d+\s*页[^\d共每]{0,6}共?\s*(\d+)\s*条|` +
		`[共总](?:有|计|共)?(?:记录|信息|数据)?数?[:：]?\s*(\d+)\s*(?:条(?:记录|信息|数据)?|记录)[^条]{0,20}?页`)
	// statedPages is a count of pages: 共3页, 分3页, 第1/3页, 页码 1/3.
	statedPages = regexp.MustCompile(`[共分]\s*(\d{1,4})\s*页|(?:第\s*|页码[:：]?\s*)\d{1,4}\s*/\s*(?:共\s*)?(\d{1,4})|` +
		`(?:^|[^\d/])\d{1,4}\s*/\s*(\d{1,4})\s*页`)
	// pagerNear are words that stand beside a count of pages, so that it is a pager's.
	pagerNear = regexp.MustCompile(`[上下前后]一?页|首页|第一页|尾页|末页|最后一?页|跳转|\d\s*条`)
)

// pagerReach is how far from a count of pages, in bytes, the pager's other words are looked for.
const pagerReach = 150

// counts are the numbers of entries and pages of the whole list as the page states them, 0 where it does not.
func counts(doc *html.Node) (entries, pages int) {
	text := page.Text(doc)
	if m := statedEntries.FindStringSubmatchIndex(text); m != nil && !strings.HasPrefix(text[m[1]:], "/页") {
		group := 2
		if m[group] < 0 {
			group = 4
		}
		entries = countOf(text[m[group]:m[group+1]])
	}
	for _, at := range statedPages.FindAllStringSubmatchIndex(text, -1) {
		around := text[max(0, at[0]-pagerReach):at[0]] + " " + text[at[1]:min(len(text), at[1]+pagerReach)]
		if !pagerNear.MatchString(around) {
			continue
		}
		for group := 2; group < len(at); group += 2 {
			if at[group] >= 0 {
				pages = max(pages, countOf(text[at[group]:at[group+1]]))
			}
		}
	}
	return entries, pages
}

// countOf is a printed count; 0 if it has more digits than a list has entries.
func countOf(digits string) int {
	n, err := strconv.Atoi(strings.TrimSpace(digits))
	if err != nil {
		return 0
	}
	return n
}
