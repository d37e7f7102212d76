package page

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/title"
)

// View is a page with what its questions ask for again and again, gathered once: for asking several of them. Each method
// answers as the function of its name does. The page must not be changed meanwhile. It is not safe for concurrent use.
type View struct {
	doc     *html.Node
	size    size
	meta    map[string]string
	title   string       // of the title element, white space folded
	ucap    []*html.Node // the elements of UCAP that hold title and time
	scripts []*html.Node // script elements with content, in document order
	tables  []*html.Node
	flows   map[spacing]*flow
	titles  map[string]title.Title // what the titles looked at say
}

// Look gathers what questions about a page ask for.
func Look(doc *html.Node) *View {
	p := &View{doc: doc, meta: map[string]string{}, flows: map[spacing]*flow{}, titles: map[string]title.Title{}}
	walk(doc, func(n *html.Node) bool {
		if n.Type == html.TextNode && n.Parent != nil && !unread(n.Parent.DataAtom) {
			p.size.text += len(n.Data)
		}
		if n.Type != html.ElementNode {
			return true
		}
		p.size.elements++
		switch {
		case n.DataAtom == atom.Meta:
			p.addMeta(n)
		case n.DataAtom == atom.Table:
			p.tables = append(p.tables, n)
		case n.DataAtom == atom.Script && n.FirstChild != nil:
			p.scripts = append(p.scripts, n)
		case n.DataAtom == atom.Title:
			if p.title == "" && n.Namespace == "" && n.FirstChild != nil {
				p.title = folded(n.FirstChild.Data)
			}
		case n.Data == ucapTitle || n.Data == ucapTime:
			p.ucap = append(p.ucap, n)
		}
		return true
	}, func(*html.Node) {})
	return p
}

// The elements in which UCAP puts title and time of publication.
const (
	ucapTitle = "ucaptitle"
	ucapTime  = "publishtime"
)

// Tables lists every table element of the page, nested and hidden ones included, in document order.
func (p *View) Tables() []*html.Node { return p.tables }

// addMeta notes what a meta element says.
func (p *View) addMeta(n *html.Node) {
	name := strings.ToLower(strings.TrimSpace(attr(n, "name")))
	if name == "" {
		name = strings.ToLower(strings.TrimSpace(attr(n, "property")))
	}
	if name == "" || p.meta[name] != "" {
		return
	}
	if value := folded(attr(n, "content")); value != "" {
		p.meta[name] = value
	}
}

// flow is the page's text, read when it is first asked for.
func (p *View) flow(sp spacing) *flow {
	if p.flows[sp] == nil {
		p.flows[sp] = readFlow(p.doc, sp, p.size)
	}
	return p.flows[sp]
}

// textOf is the text of the first element of UCAP of that name that has one.
func (p *View) textOf(name string) string {
	for _, n := range p.ucap {
		if n.Data != name {
			continue
		}
		if text := folded(readFlow(n, spaced, size{}).text); text != "" {
			return text
		}
	}
	return ""
}
