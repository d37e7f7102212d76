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
	d, _ := shownAs(n)
	return d
}

// shownAs is displayOf, with whether line breaks in the source of the element are shown.
func shownAs(n *html.Node) (d display, preformatted bool) {
	d = byElement[n.Data]
	if d == none {
		return none, false
	}
	preformatted = n.Data == "pre" || n.Data == "xmp" || n.Data == "listing" || n.Data == "plaintext"
	style := ""
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			d = none
		case "style":
			style = a.Val
		}
	}
	if style == "" {
		return d, preformatted
	}
	p := propertiesOf(style)
	if p == (properties{}) {
		return d, preformatted
	}
	if p.whiteSpace != "" {
		preformatted = strings.HasPrefix(p.whiteSpace, "pre") || p.whiteSpace == "break-spaces"
	}
	if said, ok := byStyle[p.display]; ok {
		if n.Data == "p" && said == inline {
			return block, preformatted // innerText parts paragraphs whatever their style
		}
		d = said
	}
	if d == inline && p.isOutOfLine() {
		return block, preformatted
	}
	return d, preformatted
}

// Shown reports whether an element is shown (script, style and the like, the hidden attribute and display:none are not)
// and whether it breaks the line before and after it.
func Shown(n *html.Node) (shown, breaks bool) {
	d := displayOf(n)
	return d != none, d == block
}

// properties are the values in an inline style that decide, in lower case, the last of each name; "" for none.
type properties struct{ display, position, float, whiteSpace string }

// propertiesOf reads an inline style.
func propertiesOf(style string) (p properties) {
	for style != "" {
		var declaration string
		declaration, style, _ = strings.Cut(style, ";")
		if declaration = strings.TrimSpace(declaration); declaration == "" {
			continue
		}
		switch declaration[0] {
		case 'd', 'D', 'p', 'P', 'f', 'F', 'w', 'W':
		default:
			continue // most are
		}
		key, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		var found *string
		switch key = strings.TrimSpace(key); {
		case strings.EqualFold(key, "display"):
			found = &p.display
		case strings.EqualFold(key, "position"):
			found = &p.position
		case strings.EqualFold(key, "float"):
			found = &p.float
		case strings.EqualFold(key, "white-space"):
			found = &p.whiteSpace
		default:
			continue
		}
		value, _, _ = strings.Cut(value, "!")
		*found = strings.ToLower(strings.TrimSpace(value))
	}
	return p
}

// isOutOfLine reports whether a style takes an element out of its line, which makes a block of it.
func (p properties) isOutOfLine() bool {
	return p.position == "absolute" || p.position == "fixed" || p.float == "left" || p.float == "right"
}
