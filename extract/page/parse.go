package page

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// What a page may have. A tree takes some two hundred bytes for each element and a hundred for each attribute; the pages of
// reports that were pasted from Word have some ten thousand tags.
const (
	maxMarkup = 16 << 20  // bytes
	maxTags   = 200_000   // tags and comments
	maxWords  = 1_000_000 // beginnings of words and attributes
	maxAnew   = 500_000   // elements that are opened anew
)

// Parse is html.Parse for pages from anywhere: it takes no more memory than a page of that many tags needs. Errors: a page
// longer than 16 MiB; more than 200,000 tags, a million attributes and words, or half a million elements that
// html.Parse would open anew; elements nested deeper than html.Parse goes.
func Parse(markup string) (*html.Node, error) {
	if len(markup) > maxMarkup {
		return nil, fmt.Errorf("a page of %d bytes, %d is the most that is read", len(markup), maxMarkup)
	}
	if n := strings.Count(markup, "<"); n > maxTags {
		return nil, fmt.Errorf("a page of %d tags, %d is the most that is read", n, maxTags)
	}
	if n := wordsIn(markup); n > maxWords {
		return nil, fmt.Errorf("a page of %d words and attributes, %d is the most that is read", n, maxWords)
	}
	if mayOpenAnew(markup) > maxAnew && openedAnew(markup, maxAnew) > maxAnew {
		return nil, fmt.Errorf("a page of tags that are not closed: they would make more than %d elements", maxAnew)
	}
	return html.Parse(strings.NewReader(markup))
}

// wordsIn counts the beginnings of words, as attributes are told apart (WHATWG HTML, 13.2.5.32): there are no more
// attributes than that, wherever a tag may end.
func wordsIn(markup string) (n int) {
	between := true
	for i := range len(markup) {
		switch markup[i] {
		case ' ', '\t', '\n', '\f', '\r', '/', '"', '\'':
			between = true
		default:
			if between {
				n++
			}
			between = false
		}
	}
	return n
}
