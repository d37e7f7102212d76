package grid

import (
	"strings"

	"golang.org/x/net/html"
)

// display is how an element takes part in the text.
type display int

const (
	inline display = iota
	block          // a line break before and after
	none           // not shown
)

// byElement holds what elements are if no style says otherwise: the HTML standard's section 15.3 and, for the elements
// whose content is replaced or shown only in a control, what browsers' innerText does. All others are inline.
var byElement = map[string]display{
	"address": block, "article": block, "aside": block, "blockquote": block, "body": block, "caption": block,
	"center": block, "dd": block, "details": block, "dir": block, "div": block, "dl": block, "dt": block,
	"fieldset": block, "figcaption": block, "figure": block, "footer": block, "form": block,
	"h1": block, "h2": block, "h3": block, "h4": block, "h5": block, "h6": block, "header": block, "hgroup": block,
	"hr": block, "html": block, "legend": block, "li": block, "listing": block, "main": block, "menu": block,
	"nav": block, "ol": block, "optgroup": block, "option": block, "p": block, "plaintext": block, "pre": block,
	"search": block, "section": block, "summary": block, "table": block, "tbody": block, "td": block, "tfoot": block,
	"th": block, "thead": block, "tr": block, "ul": block, "xmp": block,

	"area": none, "audio": none, "base": none, "canvas": none, "datalist": none, "dialog": none, "head": none,
	"iframe": none, "link": none, "meta": none, "meter": none, "noembed": none, "noframes": none, "noscript": none,
	"object": none, "param": none, "progress": none, "rp": none, "script": none, "style": none, "template": none,
	"textarea": none, "title": none, "video": none,
}

// byStyle holds the values of the display property that decide.
var byStyle = map[string]display{
	"none":   none,
	"inline": inline, "inline-block": inline, "inline-flex": inline, "inline-grid": inline, "inline-table": inline,
	"contents": inline, "table-cell": inline,
	"block": block, "flex": block, "grid": block, "flow-root": block, "list-item": block, "table": block,
	"table-row": block, "table-caption": block, "table-row-group": block, "table-header-group": block,
	"table-footer-group": block,
}

// displayOf answers how an element is shown, from its name, its hidden attribute and its inline style.
func displayOf(n *html.Node) display {
	d := byElement[n.Data]
	if d == none {
		return none
	}
	style := ""
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			d = none
		case "style":
			style = a.Val
		}
	}
	if said, ok := byStyle[property(style, "display")]; ok {
		if n.Data == "p" && said == inline {
			return block // innerText parts paragraphs whatever their style
		}
		d = said
	}
	if d == inline && isOutOfLine(style) {
		return block
	}
	return d
}

// isOutOfLine reports whether a style takes an element out of its line, which makes a block of it.
func isOutOfLine(style string) bool {
	switch property(style, "position") {
	case "absolute", "fixed":
		return true
	}
	switch property(style, "float") {
	case "left", "right":
		return true
	}
	return false
}

// Hidden reports whether an element is not shown: script, style and the like, the hidden attribute, display:none.
func Hidden(n *html.Node) bool { return n.Type == html.ElementNode && displayOf(n) == none }

// Block reports whether an element breaks the line before and after it.
func Block(n *html.Node) bool { return n.Type == html.ElementNode && displayOf(n) == block }

// isPreformatted reports whether line breaks in the source of an element are shown.
func isPreformatted(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "style" {
			if value := property(a.Val, "white-space"); value != "" {
				return strings.HasPrefix(value, "pre") || value == "break-spaces"
			}
		}
	}
	return n.Data == "pre" || n.Data == "xmp" || n.Data == "listing" || n.Data == "plaintext"
}

// property finds the value of a property in an inline style, the last one if there are several, in lower case.
func property(style, name string) string {
	found := ""
	for declaration := range strings.SplitSeq(style, ";") {
		key, value, ok := strings.Cut(declaration, ":")
		if ok && strings.EqualFold(strings.TrimSpace(key), name) {
			value, _, _ = strings.Cut(value, "!")
			found = strings.ToLower(strings.TrimSpace(value))
		}
	}
	return found
}
