package cms

import (
	"path"
	"regexp"
	"strconv"
	"strings"
)

var (
	// pagerCalled is a call of the function that prints the pager, or the head of its definition.
	pagerCalled = regexp.MustCompile(`(function\s+)?\bcreatePage(?i:HTML\w{0,12})?\s*\(([^()]{0,300})\)`)
	// pagesCounted and pageCurrent are the variables of the same script where it is written out in the page.
	pagesCounted = regexp.MustCompile(`\bcountPage\s*=\s*["']?(\d{1,5})\b`)
	pageCurrent  = regexp.MustCompile(`\bcurrentPage\s*=\s*["']?(\d{1,5})\b`)
	// variableName is that of another variable of the page: createPageHTML(pageCount, nowPage, "index", "html").
	variableName = regexp.MustCompile(`^[A-Za-z_$][\w$]{0,40}$`)
)

// pagerCall is what a page tells the script that prints its pager: createPageHTML(3, 0, "index", "html") in TRS WCM,
// createPageHTML('page_div', 3, 1, 'list', 'shtml', 45) in UCAP.
type pagerCall struct {
	element   string // the element that the pager goes into; only UCAP names it, and counts from 1
	pages     int
	current   int
	name, ext string // of the pages: index and html, "" if not told
	total     int    // entries, only UCAP
}

// maxPagerCalls is how many calls of a page are looked at: for each variable in one the whole page is looked through.
const maxPagerCalls = 16

// pagerCallIn finds the pager call in a page's source, of TRS or of UCAP.
func pagerCallIn(source string, ucap bool) (pagerCall, bool) {
	for _, m := range pagerCalled.FindAllStringSubmatch(source, maxPagerCalls) {
		if m[1] != "" {
			continue
		}
		arguments := strings.Split(m[2], ",")
		c := pagerCall{}
		if c.element = quoted(arguments[0]); c.element != "" {
			arguments = arguments[1:]
		}
		arguments = append(arguments, make([]string, 5)...) // those left out are ""
		var ok bool
		if c.pages, ok = counted(arguments[0], source); !ok || c.pages == 0 || ucap != (c.element != "") {
			continue
		}
		if c.current, ok = counted(arguments[1], source); !ok && ucap {
			c.current = 1
		}
		c.name, c.ext = quoted(arguments[2]), strings.TrimPrefix(quoted(arguments[3]), ".")
		if ucap {
			c.total, _ = counted(arguments[4], source)
		}
		return c, true
	}
	return pagerCall{}, false
}

// quoted is the text of an argument in quotes, "" if it is a number or has none.
func quoted(argument string) string {
	argument = strings.TrimSpace(argument)
	text := strings.Trim(argument, `"'`)
	if _, err := strconv.Atoi(text); err == nil || len(text)+2 != len(argument) {
		return ""
	}
	return text
}

// counted is the number that an argument says: with or without quotes, or as a variable of the page.
func counted(argument, source string) (n int, ok bool) {
	argument = strings.Trim(strings.TrimSpace(argument), `"'`)
	n, err := strconv.Atoi(argument)
	if err == nil {
		return n, n >= 0
	}
	var variable *regexp.Regexp
	switch {
	case argument == "countPage":
		variable = pagesCounted
	case argument == "currentPage":
		variable = pageCurrent
	case variableName.MatchString(argument):
		variable = regexp.MustCompile(`(?:^|[^\w$.])` + regexp.QuoteMeta(argument) + `\s*=\s*["']?(\d{1,5})\b`)
	default:
		return 0, false
	}
	m := variable.FindStringSubmatch(source)
	if m == nil {
		return 0, false
	}
	n, err = strconv.Atoi(m[1])
	return n, err == nil
}

// numberedFiles are the requests for name_from.ext to name_to.ext beside the page, in the list's own folder.
func (p Page) numberedFiles(name, ext string, from, to int) []Request {
	var next []Request
	for n := from; n <= to && len(next) < maxFurther; n++ {
		address, ok := p.resolve(name + "_" + strconv.Itoa(n) + "." + ext)
		if !ok || !sameList(p.URL, address) {
			return nil
		}
		if address != withoutFragment(p.URL.String()) {
			next = append(next, Request{URL: address})
		}
	}
	return next
}

// fileSuffix is the number that a further page has in its file name.
var fileSuffix = regexp.MustCompile(`_\d{1,4}$`)

// file is name and extension of the list's pages as the page's own address has them, "" if it is a folder.
func (p Page) file() (name, ext string) {
	base := path.Base(p.URL.EscapedPath())
	if strings.HasSuffix(p.URL.EscapedPath(), "/") || !strings.Contains(base, ".") {
		return "", ""
	}
	ext = path.Ext(base)
	return fileSuffix.ReplaceAllString(strings.TrimSuffix(base, ext), ""), ext[1:]
}

// withFurther puts further pages in front of those that a list has from its links.
func (l List) withFurther(next []Request) List {
	l.Next = append(next, l.Next...)
	l.Next = l.Next[:min(len(l.Next), maxFurther)]
	return l
}
