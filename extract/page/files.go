package page

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// File is a file that a page carries.
type File struct {
	URL     string // absolute, http or https, without fragment
	Name    string // as the page calls it, else as its address does; "" if neither tells
	Picture bool   // a page of a scan, or another picture
}

// Files finds the files that a detail page carries, in page order, each address once: what the body container links to
// or shows in a viewer, the attachments in a block of their own beside it (附件, 文件下载), and those that its scripts
// name. Links to other pages are none, nor are files of the site's frame and blank forms (信息公开申请表). Pictures are given
// only where there is hardly any text, so that they are the document (a scan). Relative addresses are resolved
// against the base element, or else against base, the address under which the page was finally found.
func Files(doc, body *html.Node, base *url.URL) []File { return Look(doc).Files(body, base) }

// Files is the function Files of this page.
func (p *View) Files(body *html.Node, base *url.URL) []File {
	c := collector{base: baseOf(p.doc, base), gbk: inGBK(p.doc), at: map[string]int{}}
	c.read(p, body)
	for _, script := range p.scripts {
		c.readJSON(script.FirstChild.Data)
	}
	if markup := p.longestContent(); markup != "" {
		if doc, err := Parse(markup); err == nil {
			inner := Look(doc)
			c.read(inner, inner.Body())
		}
	}
	return c.files
}

// longestContent is the longest text that the scripts hold for the browser to fill in. Unlike that of Embedded it need
// not look like a report: often it is no more than a link to one.
func (p *View) longestContent() (markup string) {
	for _, n := range p.scripts {
		for _, found := range stringsIn(n.FirstChild.Data) {
			if len(found) > len(markup) && strings.Contains(found, "<") {
				markup = found
			}
		}
	}
	return markup
}

// collector gathers files.
type collector struct {
	base  *url.URL
	gbk   bool // the page says that it is in GBK
	files []File
	at    map[string]int // place in files by address
	named []bool         // whether the name of each says something
}

// add notes a file. Of one that was there before it takes a better name.
func (c *collector) add(l link, names ...string) {
	file := *l.u
	file.Fragment, file.RawFragment = "", ""
	address := file.String()
	name, good := chooseName(&file, names)
	if template(name) || template(strings.Join(names, " ")) {
		return
	}
	i, ok := c.at[address]
	if !ok {
		c.at[address] = len(c.files)
		c.files = append(c.files, File{address, name, l.kind == picture})
		c.named = append(c.named, good)
		return
	}
	if good && !c.named[i] {
		c.files[i].Name, c.named[i] = name, true
	}
}

// region is a page with the parts of it in which files are looked for.
type region struct {
	*collector
	*flow
	place   map[*html.Node]int // in flow.order
	links   []link             // what each element links to, by place
	toPages []int              // how many elements before each place link to pages
	toFiles []int              // and how many link to files
	photos  []int              // and how many are pictures
	frame   []bool             // whether the element at each place is of the site's frame
	body    span
	whole   bool // the body is all of the page
	scan    span // where pictures are the document; empty for nowhere
	near    span // the text up to which blocks of attachments count as beside the body
}

// link is what an element leads to; u is nil if it leads nowhere.
type link struct {
	u    *url.URL
	kind class
}

func (l link) file() bool { return l.kind == document || l.kind == picture }

// read looks through one page.
func (c *collector) read(p *View, body *html.Node) {
	f := p.flow(spaced)
	r := region{collector: c, flow: f, place: make(map[*html.Node]int, len(f.order)), links: make([]link, len(f.order)),
		frame: make([]bool, len(f.order)), body: f.span(body)}
	for i, n := range f.order {
		r.place[n] = i
		r.links[i] = r.linked(n)
		r.frame[i] = ofFrame(n) || f.above[i] >= 0 && r.frame[f.above[i]]
	}
	r.toPages = r.running(func(i int) bool { return r.links[i].u != nil && !r.links[i].file() })
	r.toFiles = r.running(func(i int) bool { return r.links[i].file() })
	r.photos = r.running(func(i int) bool { return f.order[i].DataAtom == atom.Img })
	r.whole = body == p.doc || body.DataAtom == atom.Body || body.DataAtom == atom.Html
	r.near = r.body
	r.scan = r.scanned(p)
	walk(p.doc, func(n *html.Node) bool {
		if n.Type == html.ElementNode {
			r.look(n)
		}
		return true
	}, func(*html.Node) {})
}

// running counts, for each place, the elements before it of which is holds.
func (r *region) running(is func(place int) bool) []int {
	sums := make([]int, len(r.order)+1)
	for i := range r.order {
		sums[i+1] = sums[i]
		if is(i) {
			sums[i+1]++
		}
	}
	return sums
}

// in is how many of those that running counted are inside the span.
func (s span) in(sums []int) int { return sums[s.behind] - sums[s.first] }

// has says whether the element at that place is inside the span.
func (s span) has(place int) bool { return s.first <= place && place < s.behind }

// look adds the file that an element links to or shows.
func (r *region) look(n *html.Node) {
	i := r.at(n)
	if i < 0 {
		return
	}
	switch n.DataAtom {
	case atom.Script:
		if n.FirstChild != nil && !r.frame[i] {
			r.shownByScript(n.FirstChild.Data, r.inside(i) && !r.whole)
		}
	case atom.Iframe, atom.Embed, atom.Object, atom.Param: // beside the body, too: what a page shows so is its document
		if l := r.shown(n); !r.frame[i] && (l.kind == document || r.framed(n, l)) {
			r.add(l, attr(n, "title"))
		}
	case atom.Img:
		if r.scan.has(i) {
			r.lookAtPicture(n)
		}
	default:
		l := r.links[i]
		if r.order[i] == n && (l.kind == document && (r.inside(i) || r.attached(i)) ||
			l.kind == picture && r.scan.has(i) && r.textAt(i) != "") { // else it only makes a picture larger
			r.add(l, r.namesOf(i)...)
		}
	}
}

// otherFrames are the addresses of frames that hold no document.
var otherFrames = regexp.MustCompile(`(?i)visit|count|login|share|video|player|map|comment|search|header|footer`)

// framed says whether a frame shows the document: a page of the same host, in a body that says hardly anything itself.
func (r *region) framed(n *html.Node, l link) bool {
	if n.DataAtom != atom.Iframe || l.u == nil || l.kind != webPage && l.kind != unclear || r.base == nil || l.u.Host != r.base.Host ||
		l.u.Path == r.base.Path || otherFrames.MatchString(l.u.RequestURI()) {
		return false
	}
	text := r.text[r.body.from:r.body.to]
	return !r.whole && r.inside(r.at(n)) && len(text) <= utf8.UTFMax*hardlyAny && utf8.RuneCountInString(text) <= hardlyAny
}

// at is the place of an element, or of the one around it where it has none (scripts); -1 for none.
func (r *region) at(n *html.Node) int {
	for ; n != nil; n = n.Parent {
		if i, ok := r.place[n]; ok {
			return i
		}
	}
	return -1
}

// textAt is the text of the element at that place.
func (r *region) textAt(i int) string {
	s := r.spans[i]
	return folded(cut(r.text[s.from:s.to], longestText))
}

// linked is what an element links to.
func (r *region) linked(n *html.Node) link {
	isLink := n.DataAtom == atom.A || n.DataAtom == atom.Area
	href := ""
	if isLink {
		href = attr(n, "href")
	}
	printed := target(n, href)
	if printed == "" && isLink {
		printed = besidePage(attr(n, "oldsrc"))
	}
	if printed == "" && !isLink {
		printed = r.kept(n)
	}
	l := r.classify(printed)
	if isLink && l.u != nil && l.kind == unclear && (marked(n) || r.calledFile(n, l.u)) {
		l.kind = document
	}
	return l
}

// calledFile says whether the words of a link call what it leads to a file, whose address does not tell: 报告.pdf, 附件1：报告.
func (r *region) calledFile(n *html.Node, u *url.URL) bool {
	text := r.textAt(r.place[n])
	return ending(sizeBehind.ReplaceAllString(text, "")) == document ||
		annexWords.MatchString(text) && r.base != nil && u.Host == r.base.Host && !strings.HasSuffix(u.Path, "/") && u.Path != ""
}

// annexWords begin the words of a link to an attachment.
var annexWords = regexp.MustCompile(`^[【\[(（]?附 ?件(?:下载)?(?:\d{1,2}|[一二三四五六七八九十])?(?:$|[:：.、】\])）])`)

// kept is the address of a document in an attribute from which a script shows it: <div data-src="/x.pdf">.
func (c *collector) kept(n *html.Node) string {
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "data-") && ending(a.Val) == document && addressLike.MatchString(a.Val) {
			return a.Val
		}
	}
	return ""
}

// sizeBehind is what some pages print behind the name of a file: 报告.pdf（1.2MB）.
var sizeBehind = regexp.MustCompile(`(?i)\s*[\[(（]\s*[\d.,]+\s*(?:[kmg]?b|[kmg]|字节)\s*[\])）]\s*$`)

// classify resolves an address and tells what it leads to, viewers followed.
func (c *collector) classify(printed string) link {
	if printed == "" {
		return link{}
	}
	absolute, ok := resolve(c.base, queryIn(c.gbk, printed))
	if !ok {
		return link{}
	}
	u, err := url.Parse(absolute)
	if err != nil {
		return link{}
	}
	u = viewed(u)
	return link{u, classOf(u)}
}

// marked says whether an editor has marked a link as one to an attachment (TRS, NFCMS).
func marked(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "appendix", "data-appendix", "needdownload", "data-needdownload":
			if strings.EqualFold(a.Val, "true") {
				return true
			}
		case "download", "attachment-id":
			return true
		case "class":
			if strings.Contains(a.Val, "nfw-cms-attachment") {
				return true
			}
		}
	}
	return false
}

// besidePage is the address of a file that TRS keeps under the path oldsrc: it is published beside the page.
func besidePage(oldsrc string) string {
	if name := lastPart(oldsrc); name != "" {
		return "./" + name
	}
	return ""
}

// shown is what a frame or a plug-in shows.
func (c *collector) shown(n *html.Node) link {
	printed := cmp.Or(strings.TrimPrefix(attr(n, "src"), "about:blank"), attr(n, "data-src"))
	switch n.DataAtom {
	case atom.Object:
		printed = attr(n, "data")
	case atom.Param:
		if !sourceName.MatchString(attr(n, "name")) {
			return link{}
		}
		printed = attr(n, "value")
	}
	return c.classify(printed)
}

var (
	// sourceName is the name of a plug-in's parameter that says what to show.
	sourceName = regexp.MustCompile(`(?i)^(?:src|url|file|filename)$`)
	// scriptViewer is a call by which scripts show a file: of VSB, PDFObject, pdf.js, pdfh5, and of a viewer in a frame.
	scriptViewer = regexp.MustCompile(`(?i)(?:showVsbpdfIframe\(|PDFObject\.embed\(|PDFObject\(\s*\{\s*url\s*:|getDocument\(|` +
		`\bpdf_?(?:url|path|file|src)["']?\s*[:=])\s*["']([^"'\n]+)["']|["']([^"'\s]*viewer\.html\?file=[^"'\s]+)["']`)
	// scriptFile is the address of a document in a script.
	scriptFile = regexp.MustCompile(`(?i)["']([^"'\n<>]*/[^"'\n<>]*\.(?:pdf|docx?|wps|ofd|xlsx?))["']`)
)

// shownByScript adds the files that a script shows, and of one inside the body those that it names.
func (c *collector) shownByScript(script string, inside bool) {
	named := scriptViewer.FindAllStringSubmatch(script, maxNamed)
	if inside {
		named = append(named, scriptFile.FindAllStringSubmatch(script, maxNamed)...)
	}
	for _, m := range named {
		if l := c.classify(strings.ReplaceAll(strings.Join(m[1:], ""), `\/`, "/")); l.kind == document {
			c.add(l)
		}
	}
}

// maxNamed is how many files of one script are looked at.
const maxNamed = 100

// inside says whether a place is inside the body, and where that is all of the page, outside the site's frame.
func (r *region) inside(i int) bool { return r.body.has(i) && !(r.whole && r.frame[i]) }

// frameNames are the ids and classes of the site's frame.
var frameNames = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:nav\w*|menu\w*|header|foot\w*|sidebar|crumbs?|breadcrumb|copyright|` +
	`friend\w*|banner|links|login)(?:$|[\s_-])`)

// ofFrame says whether an element calls itself part of the site's frame.
func ofFrame(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Header, atom.Footer, atom.Aside:
		return true
	case atom.Body, atom.Html:
		return false
	}
	return frameNames.MatchString(attr(n, "id")) || frameNames.MatchString(attr(n, "class"))
}

var (
	// blockNames are the ids and classes of blocks of attachments.
	blockNames = regexp.MustCompile(`(?i)fujian|attach|appendix|annex|accessor|(?:^|[\s_-])(?:xg)?fj(?:$|[\s_\d-])|` +
		`file_?down|down_?file|(?:^|[\s_-])files?(?:_?list)?(?:$|[\s_-])`)
	// blockBegins and blockFollows are the words at the beginning of such a block, or right in front of it.
	blockBegins = regexp.MustCompile(`^[\s\pP\pS]*(?:相关|本文|下载)?(?:附 ?件|附 ?表|文件下载|资料下载|相关下载|文档下载|` +
		`(?i:原文|全文|报告|正文|pdf|word)版?下载|下载(?:地址|链接)?[:：])`)
	blockFollows = regexp.MustCompile(`(?:附 ?件|文件下载|资料下载|相关下载|文档下载)(?:下载|列表)?[\s\pP]*$`)
)

const (
	blockLevels = 6   // how far up from a link its block is looked for
	gap         = 900 // how many bytes of text may stand between the body and a block beside it
)

// attached says whether the link at that place stands in a block of attachments beside the body: the elements around it
// hold no links to pages, one of them says that it is such a block, and hardly any text is between it and the body.
func (r *region) attached(i int) bool {
	if r.whole || r.frame[i] {
		return false
	}
	text := r.textAt(i)
	named := reports.MatchString(text) || ending(sizeBehind.ReplaceAllString(text, "")) == document
	if item := r.item(i); item >= 0 {
		i = r.above[item]
	}
	for level := 0; i >= 0 && level < blockLevels; level++ {
		s := r.spans[i]
		if s.in(r.toPages) > 0 || s.has(r.body.first) {
			return false
		}
		if (named || r.isBlock(i)) && s.from-r.near.to <= gap && r.near.from-s.to <= gap {
			r.near.from, r.near.to = min(r.near.from, s.from), max(r.near.to, s.to)
			return true
		}
		i = r.above[i]
	}
	return false
}

// item is the place of the list item around a link, whose list then is the block; -1 for none.
func (r *region) item(i int) int {
	for level := 0; i >= 0 && level < blockLevels; level++ {
		if a := r.order[i].DataAtom; a == atom.Li || a == atom.Dd {
			return i
		}
		i = r.above[i]
	}
	return -1
}

// isBlock says whether the element at that place calls itself a block of attachments, or is called one.
func (r *region) isBlock(i int) bool {
	n, s := r.order[i], r.spans[i]
	return blockNames.MatchString(attr(n, "class")) || blockNames.MatchString(attr(n, "id")) ||
		blockBegins.MatchString(head(r.text[s.from:s.to], 20)) || blockFollows.MatchString(end(r.text[:s.from], 12))
}

const (
	// hardlyAny is the number of characters up to which a text can be the heading of a scan.
	hardlyAny = 200
	// editorWorth is from which worth on a container is one of an editor, not of the page.
	editorWorth = 40
	// fewSigns is how many different headings and labels the page of a scan can have.
	fewSigns = 2
)

// scanned is the part of the page in which pictures are the document: the outermost container of an editor in the body
// that holds pictures, else the body, if it has hardly any text and the page shows no report.
func (r *region) scanned(p *View) span {
	if signs(p.flow(tight).text) > fewSigns {
		return span{}
	}
	where, found := r.body, !r.whole
	for i := r.body.first; i < r.body.behind; i++ {
		if boost(r.order[i]) >= editorWorth && r.spans[i].in(r.photos) > 0 {
			where, found = r.spans[i], true
			break
		}
	}
	if !found || utf8.RuneCountInString(r.text[where.from:where.to]) > hardlyAny {
		return span{}
	}
	return where
}

var (
	// pictureAttributes hold the address of a picture, that of one that is loaded later first.
	pictureAttributes = []string{"data-original", "data-src", "data-lazy-src", "lay-src", "data-echo", "original-src", "src"}
	// icons are the addresses of pictures that belong to the page and not to the document.
	icons = regexp.MustCompile(`(?i)icon|logo|qr_?code|erweima|ewm(?:[\d_.-]|$)|spacer|blank|loading|filetype|` +
		`/(?:skins?|templates?|themes?)/`)
)

// lookAtPicture adds a picture of a scan.
func (c *collector) lookAtPicture(n *html.Node) {
	if small(n) {
		return
	}
	for _, name := range pictureAttributes {
		l := c.classify(attr(n, name))
		if l.kind == picture && !icons.MatchString(l.u.Path) {
			c.add(l, attr(n, "title"), attr(n, "alt"))
			return
		}
	}
}

// small says whether a picture is shown so small that it cannot be a page.
func small(n *html.Node) bool {
	const least = 3 // digits of a width or height in pixels
	for _, name := range []string{"width", "height"} {
		v := strings.TrimSuffix(strings.TrimSpace(attr(n, name)), "px")
		if v != "" && len(v) < least && strings.Trim(v, "0123456789") == "" {
			return true
		}
	}
	return false
}
