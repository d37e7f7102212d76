package cms

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"nianbao/extract/page"
)

// trueCMS reads the lists of TrueCMS (南通, 连云港, 上海人大). The column page holds the first records in the hidden element
// initData; the jpage script asks getMessage.do for further ones.
type trueCMS struct{}

func (trueCMS) Name() string { return "truecms" }

func (trueCMS) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	if !strings.Contains(source, "messageController/getMessage.do") || trueColumn.FindString(source) == "" {
		return "", false
	}
	return "messageController/getMessage.do in the page", true
}

// trueColumn is the column's id among the script's parameters.
var trueColumn = regexp.MustCompile(`\bcolumnId["']?\s*:\s*["']([\w-]+)["']`)

// trueGroup is how many pages the script asks for at once, if it does not say (groupSize).
const trueGroup = 3

var trueGroupSize = regexp.MustCompile(`\bgroupSize["']?\s*:\s*["']?(\d{1,2})\b`)

func (trueCMS) Read(p Page) (List, error) {
	if p.Asked.form().Has("startrecord") {
		return readTrueAnswer(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	source := p.text()
	proxy, column := firstMatch(jpageProxyURL, source), firstMatch(trueColumn, source)
	address, ok := p.resolve(proxy)
	if !ok || proxy == "" || column == "" {
		return List{}, fmt.Errorf("%s: want a script with proxyUrl and columnId", p.URL)
	}
	l := surroundings(p, doc)
	if first := elementByID(doc, "initData"); first != nil {
		l.Items = items(p.URL, page.Links(first, p.URL), nil)
	}
	l.Total = firstNumber(jpageTotal, source)
	shown, perPage := len(l.Items), cmp.Or(firstNumber(jpagePerPage, source), 10)
	if shown > 0 && !moreRecords(shown, shown, perPage, l.Total) {
		return l, nil
	}
	// The script's own sizes: a server refuses larger ones.
	size := perPage * cmp.Or(firstNumber(trueGroupSize, source), trueGroup)
	asked := get(address, url.Values{"contentTemplate": {""}, "columnId": {column}, "callback": {"cb"}})
	l.Next = []Request{window(asked, shown+1, size, perPage, l.Total)}
	return l, nil
}

// readTrueAnswer reads a datastore inside JSON inside a call.
func readTrueAnswer(p Page) (List, error) {
	a, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	store, ok := readStore(a.at("result").string())
	if !ok && a.at("result").string() != "" {
		return List{}, fmt.Errorf("%s: want a datastore as result", p.URL)
	}
	entries, err := recordItems(p.URL, store.records)
	if err != nil {
		return List{}, err
	}
	l := List{Items: entries, Total: store.total}
	if next, ok := nextWindow(p.Asked, len(store.records), store.total); ok {
		l.Next = []Request{next}
	}
	return l, nil
}

// elementByID is the first element with that id, nil if there is none.
func elementByID(doc *html.Node, id string) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "id") == id {
			return n
		}
	}
	return nil
}
