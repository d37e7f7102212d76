package page

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// maxTags is how many tags and comments a page may have. A tree takes up to a thousand bytes for each; the pages of
// reports that were pasted from Word have some ten thousand.
const maxTags = 500_000

// Parse is html.Parse for pages from anywhere: it takes no more memory than a page of half a million tags needs. Errors: more
// tags than that; elements nested deeper than html.Parse goes.
func Parse(markup string) (*html.Node, error) {
	if n := strings.Count(markup, "<"); n > maxTags {
		return nil, fmt.Errorf("a page of %d tags, %d is the most that is read", n, maxTags)
	}
	return html.Parse(strings.NewReader(markup))
}
