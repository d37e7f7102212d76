package page

import (
	"encoding/json"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// contentKey is the key under which a script holds a document's text, and the opening quote of the text.
var contentKey = regexp.MustCompile(`["']?\b(?:content|contentHtml|articleContent)["']?\s*:\s*"`)

// Embedded finds a document's text that the page carries as a JSON string in a script, for the browser to fill in
// (gkmlpt: window._CONFIG = {DETAIL: {"content": "\u003Cp\u003E…"}}). It returns the HTML of the longest such text that
// holds more of a report's headings and table labels than the page shows without scripts; ok is false if there is none.
func Embedded(doc *html.Node) (markup string, ok bool) {
	shown := -1
	walk(doc, func(n *html.Node) bool {
		if n.DataAtom != atom.Script || n.FirstChild == nil {
			return true
		}
		for _, found := range stringsIn(n.FirstChild.Data) {
			if len(found) <= len(markup) || !strings.Contains(found, "<") {
				continue
			}
			if shown < 0 {
				shown = signs(readFlow(doc, tight).text)
			}
			if signs(textOf(found)) > shown {
				markup, ok = found, true
			}
		}
		return true
	}, func(*html.Node) {})
	return markup, ok
}

// stringsIn decodes the texts that a script holds under contentKey.
func stringsIn(script string) (found []string) {
	for from := 0; ; {
		m := contentKey.FindStringIndex(script[from:])
		if m == nil {
			return found
		}
		begin := from + m[1] - 1 // at the quote
		end := begin + 1
		for end < len(script) && script[end] != '"' {
			if script[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(script) {
			return found
		}
		var s string
		if err := json.Unmarshal([]byte(script[begin:end+1]), &s); err == nil {
			found = append(found, s)
		}
		from = end + 1
	}
}

// textOf is the text of a piece of HTML without white space, "" if it cannot be read.
func textOf(markup string) string {
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return ""
	}
	return readFlow(doc, tight).text
}

// signs counts the different headings, and whether there are labels and the name of the report.
func signs(text string) (n int) {
	for _, re := range append([]*regexp.Regexp{reportName, labels}, headings...) {
		if re.MatchString(text) {
			n++
		}
	}
	return n
}
