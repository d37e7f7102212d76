package crawler

import (
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nianbao/extract/text"
)

// glanceSize is how much of a body is looked at to tell a page from what a server sent in its place.
const glanceSize = 64 << 10

// glance is a quick look at the beginning of an answer: what it is, and what a person would see of it.
type glance struct {
	declared  string   // media type of the header, "" for none
	html      bool     // declared as HTML, or not declared and looking like it
	markup    string   // the sample as text
	size      int      // bytes of the sample
	title     string   // in the form of text.Normal, as are the sentences
	sentences []string // what is shown, without scripts and their stand-ins
	seen      int      // characters of the sentences
}

// glanceAt looks at an answer. It never fails: what cannot be undone of a Content-Encoding is not seen.
func glanceAt(header http.Header, body []byte) glance {
	sample := decodeStart(header, body, glanceSize)
	contentType := header.Get("Content-Type")
	g := glance{size: len(sample)}
	g.declared, _, _ = mime.ParseMediaType(contentType)
	sniffed := http.DetectContentType(sample)
	switch g.declared {
	case "text/html", "application/xhtml+xml":
		g.html = strings.HasPrefix(sniffed, "text/")
	case "":
		g.html = strings.HasPrefix(sniffed, "text/html")
	}
	if !strings.HasPrefix(sniffed, "text/") {
		return g
	}
	g.markup = text.Decode(sample, contentType).Text
	if g.html {
		g.read()
	} else {
		g.show(g.markup)
	}
	return g
}

// read takes the title and the visible text from the markup.
func (g *glance) read() {
	var title, block strings.Builder
	into := &block
	hidden := atom.Atom(0) // the element whose text nobody sees
	for z := html.NewTokenizer(strings.NewReader(g.markup)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			g.show(block.String())
			g.title = text.Normal(title.String())
			return
		}
		name := atom.Atom(0)
		if kind == html.StartTagToken || kind == html.EndTagToken || kind == html.SelfClosingTagToken {
			tag, _ := z.TagName()
			name = atom.Lookup(tag)
		}
		switch {
		case hidden != 0:
			if kind == html.EndTagToken && name == hidden {
				hidden = 0
			}
		case kind == html.TextToken:
			into.Write(z.Text())
		case name == atom.Title:
			into = &block
			if kind == html.StartTagToken {
				into = &title
			}
		case kind == html.StartTagToken && (name == atom.Script || name == atom.Style || name == atom.Noscript ||
			name == atom.Template):
			hidden = name
		case kind != html.CommentToken && kind != html.DoctypeToken && !inline(name):
			g.show(block.String())
			block.Reset()
		}
	}
}

// inline says whether an element leaves the sentence around it in one piece.
func inline(name atom.Atom) bool {
	switch name {
	case atom.A, atom.Abbr, atom.B, atom.Big, atom.Em, atom.Font, atom.I, atom.Label, atom.Small, atom.Span,
		atom.Strong, atom.U:
		return true
	}
	return false
}

// sentenceEnd parts sentences in the form of text.Normal, in which 。 and ！ are what they were and "!".
var sentenceEnd = regexp.MustCompile(`[。!?;]+`)

// show adds a block of visible text.
func (g *glance) show(block string) {
	for _, sentence := range sentenceEnd.Split(text.Normal(block), -1) {
		if sentence != "" {
			g.sentences = append(g.sentences, sentence)
			g.seen += utf8.RuneCountInString(sentence)
		}
	}
}
