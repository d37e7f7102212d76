package page

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Content is a digest of what a detail page says, in hex: two answers with the same content differ in the site's frame
// alone. It covers all text and markup of the body container, every table of the page, the text that a script carries,
// title, day of publication, identity, meta elements, and the files, whose addresses are resolved against base. It leaves
// out what stands around the container, and everywhere what differs from answer to answer without anybody's doing: visit
// counters, the day of today, nonces, the values of hidden fields, version stamps of scripts and pictures, comments.
//
// In doubt it sees a difference: that costs a copy of the page, and the opposite would cost what was published.
func (p *View) Content(base *url.URL) string {
	body := p.Body()
	s := newSerial()
	s.say("title", p.title, p.Title(body))
	day, from := p.Published(body)
	s.say("published", day, from)
	s.say("identity", fmt.Sprint(Identify(p.doc, "")))
	s.sayMeta(p.meta)
	for _, f := range p.Files(body, base) {
		s.say("file", f.URL, f.Name)
	}
	s.say("script", p.longestContent())
	s.read(body)
	for _, t := range p.tables {
		if !within(t, body) && !nested(t) {
			s.read(t)
		}
	}
	return s.sum()
}

// ListContent is the digest of a list page: of its whole text, links and scripts, without what Content leaves out
// everywhere.
func (p *View) ListContent() string {
	s := newSerial()
	s.counters = true
	s.say("title", p.title)
	s.sayMeta(p.meta)
	s.read(p.doc)
	return s.sum()
}

// within says whether n is root or below it.
func within(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}

// nested says whether a table stands inside another.
func nested(table *html.Node) bool {
	for n := table.Parent; n != nil; n = n.Parent {
		if n.DataAtom == atom.Table {
			return true
		}
	}
	return false
}

// serial writes a page, piece by piece, into a digest.
type serial struct {
	hash     hash.Hash
	counters bool            // look for counters inside tables, too
	tables   int             // how many are open
	block    strings.Builder // the text since the last border between blocks
}

func newSerial() *serial { return &serial{hash: sha256.New()} }

// say writes words so that no two sequences of words write the same.
func (s *serial) say(words ...string) {
	for _, w := range words {
		fmt.Fprintf(s.hash, "%d:%s;", len(w), w) // a hash never fails to write
	}
}

func (s *serial) sum() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// volatileMeta are the meta elements that say when the page was made or for whom.
var volatileMeta = regexp.MustCompile(`csrf|token|nonce|^(?:others|maketime|createdate|generator|date|request-?id)$`)

func (s *serial) sayMeta(meta map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(meta)) {
		if !volatileMeta.MatchString(name) {
			s.say("meta", name, meta[name])
		}
	}
}

// read writes all below root.
func (s *serial) read(root *html.Node) {
	walk(root, s.enter, s.leave)
	s.flush()
}

func (s *serial) enter(n *html.Node) (down bool) {
	switch n.Type {
	case html.TextNode:
		s.block.WriteString(n.Data)
	case html.ElementNode:
		switch n.DataAtom {
		case atom.Style:
			return false
		case atom.Script:
			s.script(n)
			return false
		case atom.Table:
			s.tables++
		}
		if border(n.DataAtom) {
			s.flush()
		}
		s.element(n)
	}
	return true
}

func (s *serial) leave(n *html.Node) {
	if n.Type != html.ElementNode {
		return
	}
	if border(n.DataAtom) {
		s.flush()
		s.say("</" + n.Data)
	}
	if n.DataAtom == atom.Table {
		s.tables--
	}
}

// element writes the tag and its attributes, but for those that are made anew for each answer.
func (s *serial) element(n *html.Node) {
	s.say("<"+n.Data, n.Namespace)
	hidden := n.DataAtom == atom.Input && strings.EqualFold(attr(n, "type"), "hidden")
	for _, a := range n.Attr {
		switch {
		case a.Key == "nonce", hidden && a.Key == "value", strings.Contains(a.Key, "token"), strings.Contains(a.Key, "csrf"):
		case (a.Key == "src" || a.Key == "href") && n.DataAtom != atom.A:
			s.say(a.Key, stamp.ReplaceAllString(a.Val, ""))
		default:
			s.say(a.Key, a.Val)
		}
	}
}

var (
	// stamp is the parameter by which addresses of scripts and pictures are made to differ.
	stamp = regexp.MustCompile(`(?i)[?&](?:v|ver|version|t|ts|_|r|rand|random|time|timestamp)=[\w.\-]*`)
	// secret is a value in a script that is made anew for each answer.
	secret = regexp.MustCompile(`(?i)(\b\w*(?:nonce|token|csrf|timestamp|request_?id|trace_?id|session_?id)\w*["']?\s*[:=]\s*["']?)[\w\-+/=.]+`)
)

// script writes a script without stamps and secrets; it may hold the figures of a chart, or the records of a list.
func (s *serial) script(n *html.Node) {
	s.say("<script", stamp.ReplaceAllString(attr(n, "src"), ""))
	if n.FirstChild != nil {
		code := stamp.ReplaceAllString(n.FirstChild.Data, "")
		s.say(secret.ReplaceAllString(code, "$1"))
	}
}

var (
	// counter is what a page prints of its visitors; today what it prints of the time of the answer.
	counter = regexp.MustCompile(`((?:浏览|阅读|点击|访问)(?:次数|量|数|人数)\s*[:：]\s*|您是第\s*|访客\s*[:：]\s*)\d[\d,]*`)
	today   = regexp.MustCompile(`(?:今天是|今日|现在是|当前时间|现在时间|系统时间|服务器时间)\s*[:：]?[\d\s年月日时分秒:/\-.,，]*` +
		`(?:星期[一二三四五六日天])?[\d\s时分秒:]*`)
)

// longestLine is the number of characters beyond which a block of text is no line of the frame.
const longestLine = 120

// flush writes the text of a block, white space folded. A short line outside the tables that is no sentence loses its
// counter.
func (s *serial) flush() {
	text := folded(s.block.String())
	s.block.Reset()
	if text == "" {
		return
	}
	if (s.tables == 0 || s.counters) && !strings.Contains(text, "。") && utf8.RuneCountInString(text) <= longestLine {
		text = counter.ReplaceAllString(text, "$1")
		text = today.ReplaceAllString(text, "")
	}
	s.say(text)
}
