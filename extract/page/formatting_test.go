package page

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What html.Parse opens anew is never counted too low, whatever closes the elements, and a page that closes them costs nothing.
func TestElementsOpenedAnewAreCounted(t *testing.T) {
	var kinds strings.Builder
	for i := range 40 {
		kinds.WriteString("<b id=" + strings.Repeat("x", i+1) + ">")
	}
	const ends = "</b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b></b>"
	behind := strings.Repeat("<p>x</p>", 100)
	for _, markup := range []string{
		"<p>" + kinds.String() + "</p>" + behind,
		"<p>" + kinds.String() + "<table><tr><td>" + ends + "</table></p>" + behind,
		"<p>" + kinds.String() + "<svg><plaintext>" + ends + "</svg></p>" + behind,
		"<p>" + kinds.String() + "<svg><![CDATA[></svg>" + ends + "]]></svg></p>" + behind,
		"<p>" + kinds.String() + "<select>" + ends + "</select></p>" + behind,
		"<p>" + kinds.String() + ends + "</p>" + behind,
	} {
		root, err := html.Parse(strings.NewReader(markup))
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		for n := range root.Descendants() {
			if n.Data == "b" {
				made++
			}
		}
		made -= 40
		for name, n := range map[string]int{"openedAnew": openedAnew(markup, 1<<30), "mayOpenAnew": mayOpenAnew(markup)} {
			if n < made {
				t.Errorf("%d elements are opened anew, %s counted %d: %.200s", made, name, n, markup)
			}
		}
	}
	if n := openedAnew(strings.Repeat("<p><b><font color=red>x</font></b><a href=x><img></a>", 1000), 1<<30); n > 10_000 {
		t.Errorf("%d where all is closed", n)
	}
}
