package mention

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Metric is one thing that narratives count, as metrics.json describes it: how it is called, and the words by which a
// figure of it is recognised. All expressions are RE2; <name> stands for a fragment of that name. They see paragraphs in
// half width, in simplified characters, without white space and quotation marks.
type Metric struct {
	ID       string    `json:"id"`
	LabelZH  string    `json:"label_zh"`
	LabelEN  string    `json:"label_en"`
	Units    []string  `json:"units"`       // units a figure of it may be printed with
	Needs    string    `json:"needs"`       // what the sentence must say somewhere; "" for nothing
	Without  string    `json:"without"`     // what the sentence must not say before the figure; "" for nothing
	Outside  []string  `json:"outside"`     // sections in which no figure of it is looked for
	Whole    bool      `json:"whole"`       // a figure behind 其中 is a part of it and does not count
	Before   bool      `json:"year_before"` // it is about the year before; else what is said of that year does not count
	Patterns []Pattern `json:"patterns"`    // any of them recognises a figure
	Denials  []Denial  `json:"denials"`     // any of them says that there was none: the figure 0

	needs, without *regexp.Regexp
}

// Pattern recognises a figure by the words around it: If, one of Words, Then, the figure, After. Between Then and the
// figure 共, 约, 为 and other words without meaning may stand. The last occurrence of a word in the sentence counts.
type Pattern struct {
	Words   []string `json:"words"`   // the word that says what is counted
	If      string   `json:"if"`      // what must end where the word begins
	Unless  string   `json:"unless"`  // what must not end there
	Then    string   `json:"then"`    // all that stands between the word and the figure
	After   string   `json:"after"`   // what must begin behind the figure
	Without string   `json:"without"` // what the sentence must not say before the figure

	without, ifBefore, unless, then, after *regexp.Regexp
}

// Denial recognises the statement that there was none of something: Before, one of Words, After.
type Denial struct {
	Words  []string `json:"words"`
	Before string   `json:"before"` // what must end where the word begins
	After  string   `json:"after"`  // what must begin behind the word

	before, after *regexp.Regexp
}

// Metrics lists what is looked for, in the order of metrics.json.
func Metrics() []Metric { return slices.Clone(load().metrics) }

// catalogue is metrics.json, compiled.
type catalogue struct {
	metrics []Metric
	words   []string       // the words of all patterns
	uses    [][]use        // for every word the patterns that it is a word of
	byFirst map[rune][]int // words by their first character
}

// use is a pattern that has a word.
type use struct{ metric, pattern int }

// occurrence is a word in a paragraph.
type occurrence struct{ at, word int }

// wordsIn finds all words in a paragraph, in order; they may overlap.
func (c *catalogue) wordsIn(s string) []occurrence {
	var out []occurrence
	for i, r := range s {
		for _, w := range c.byFirst[r] {
			if strings.HasPrefix(s[i:], c.words[w]) {
				out = append(out, occurrence{i, w})
			}
		}
	}
	return out
}

//go:embed metrics.json
var data []byte

// load compiles the embedded data once. They are part of the program: bad data are a mistake of ours that the first test
// run shows, so it panics.
var load = sync.OnceValue(func() *catalogue {
	c, err := parse(data)
	if err != nil {
		panic(fmt.Sprintf("mention: metrics.json: %v", err))
	}
	return c
})

// parse reads and compiles a catalogue; the error names the metric and the expression that is wrong.
func parse(data []byte) (*catalogue, error) {
	var file struct {
		Fragments []struct{ Name, Is string } `json:"fragments"`
		Metrics   []Metric                    `json:"metrics"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	var names []string
	for _, f := range file.Fragments {
		// A fragment may use those before it.
		names = append(names, "<"+f.Name+">", "(?:"+strings.NewReplacer(names...).Replace(f.Is)+")")
	}
	fragments := strings.NewReplacer(names...)
	c := &catalogue{metrics: file.Metrics}
	for i := range c.metrics {
		m := &c.metrics[i]
		var failed error
		compile := func(begin, expr, end string) *regexp.Regexp {
			if expr == "" && (begin == "" || end == "") {
				return nil
			}
			re, err := regexp.Compile(begin + "(?:" + fragments.Replace(expr) + ")" + end)
			if err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", m.ID, err)
			}
			return re
		}
		m.needs, m.without = compile("", m.Needs, ""), compile("", m.Without, "")
		for k := range m.Patterns {
			p := &m.Patterns[k]
			p.ifBefore, p.unless = compile("", p.If, "$"), compile("", p.Unless, "$")
			p.without = compile("", p.Without, "")
			p.then, p.after = compile("^", p.Then, "$"), compile("^", p.After, "")
		}
		for k := range m.Denials {
			d := &m.Denials[k]
			d.before, d.after = compile("", d.Before, "$"), compile("^", d.After, "")
		}
		if failed != nil {
			return nil, failed
		}
	}
	c.index()
	return c, nil
}

// index lists the words with the patterns that use them.
func (c *catalogue) index() {
	c.byFirst = map[rune][]int{}
	numbers := map[string]int{}
	for i := range c.metrics {
		for k := range c.metrics[i].Patterns {
			for _, w := range c.metrics[i].Patterns[k].Words {
				n, ok := numbers[w]
				if !ok {
					n = len(c.words)
					numbers[w] = n
					c.words, c.uses = append(c.words, w), append(c.uses, nil)
					first, _ := utf8.DecodeRuneInString(w)
					c.byFirst[first] = append(c.byFirst[first], n)
				}
				c.uses[n] = append(c.uses[n], use{i, k})
			}
		}
	}
}
