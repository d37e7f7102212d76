package cms

import (
	"regexp"
	"strconv"

	"nianbao/extract/page"
)

// vsb reads the lists of VSB (博达): <column>.htm holds the newest entries, older pages are <column>/N.htm counting down
// to 1, so that page 2 tells by its number how many there are.
type vsb struct{}

var (
	vsbSign = regexp.MustCompile(`pb_sys_common|/system/resource/(?:js|css)/|vsb_content|_newscontent_fromname|` +
		`virtual_attach_file\.vsb`)
	vsbPage   = regexp.MustCompile(`/(\d+)(\.html?)$`)
	vsbColumn = regexp.MustCompile(`(\.html?)$`)
	// vsbEntries and vsbPages are the counts of a pager: 共25条 … 下页, 共25条 … 1/3.
	vsbEntries = regexp.MustCompile(`共\s*(\d+)\s*条.{0,80}?(?:页|\d\s*/\s*\d)`)
	vsbPages   = regexp.MustCompile(`共\s*\d+\s*条.{0,80}?[^\d/]1\s*/\s*(\d+)(?:$|[^\d/])`)
)

func (vsb) Name() string { return "vsb" }

func (vsb) Recognise(p Page) (sign string, ok bool) {
	if m := vsbSign.Find(p.Body); m != nil {
		return string(m) + " in the page", true
	}
	return "", false
}

func (vsb) Read(p Page) (List, error) {
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	links := page.Links(doc, p.URL)
	l := list(p, doc, links, links)
	text := page.Text(doc)
	if m := vsbEntries.FindStringSubmatch(text); m != nil {
		l.Total = countOf(m[1])
	}
	return vsbFurther(p, text, l), nil
}

// vsbFurther completes the further pages: the pager leaves some out (1 2 3 … 11), and some pagers have no links at
// all.
func vsbFurther(p Page, text string, l List) List {
	second := ""
	if len(l.Next) > 0 {
		second = l.Next[0].URL
	} else if m := vsbPages.FindStringSubmatch(text); m != nil && p.Number == 1 && countOf(m[1]) > 1 {
		second = vsbColumn.ReplaceAllString(withoutFragment(p.URL.String()), "/"+strconv.Itoa(countOf(m[1])-1)+"$1")
	}
	m := vsbPage.FindStringSubmatchIndex(second)
	if m == nil {
		return l // no list, one page, or a dynamic list whose pager names all pages by number
	}
	following := countOf(second[m[2]:m[3]])
	l.Pages = p.Number + following
	l.Next = numbered(1, following, func(n int) Request {
		return Request{URL: second[:m[2]] + strconv.Itoa(following-n+1) + second[m[3]:]}
	})
	return l
}
