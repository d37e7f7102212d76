package crawler

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strings"

	"nianbao/extract/text"
)

// sibling is the address of a page beside u, called by the token: in the same directory, with the same ending. With a
// token that nobody ever used it is a page that cannot exist.
func sibling(u *url.URL, token string) string {
	ending := path.Ext(u.Path)
	if strings.HasSuffix(u.Path, "/") || ending == "" {
		ending = ".html"
	}
	beside := &url.URL{Path: token + ending}
	return u.ResolveReference(beside).String()
}

// alikeSize is how many bytes of two pages are compared.
const alikeSize = 256 << 10

// maxStray is how many words outside Chinese may differ between pages that are alike.
const maxStray = 4

var (
	// volatile is what two answers with the same page may differ in: addresses, day and time, and whatever holds a
	// digit (counters, dates, nonces).
	volatile = regexp.MustCompile(`(?:https?:)?/[^\s"'<>()]*|星期[一二三四五六日天]|周[一二三四五六日天]|上午|下午|` +
		`[0-9A-Za-z_\-=+%]*\d[0-9A-Za-z_\-=+%]*`)
	chinese = regexp.MustCompile(`\p{Han}+`)
	foreign = regexp.MustCompile(`[A-Za-z]+`)
)

// alike says whether two bodies are the same page. The measure: addresses, days and every word with a digit in it left
// out, the runs of Chinese characters are the same ones in the same order, and of the other words at most four on each
// side, and a tenth of all, have no counterpart. Of long pages the first 256 KiB count.
func alike(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	left, right := steady(a), steady(b)
	if strings.Join(chinese.FindAllString(left, -1), " ") != strings.Join(chinese.FindAllString(right, -1), " ") {
		return false
	}
	count := map[string]int{}
	all, onlyLeft, onlyRight := 0, 0, 0
	for _, word := range foreign.FindAllString(left, -1) {
		count[word]++
		all++
	}
	for _, word := range foreign.FindAllString(right, -1) {
		count[word]--
		all++
	}
	for _, n := range count {
		onlyLeft += max(0, n)
		onlyRight += max(0, -n)
	}
	return max(onlyLeft, onlyRight) <= maxStray && (onlyLeft+onlyRight)*10 <= all
}

// steady is a page without what changes from answer to answer.
func steady(body []byte) string {
	return volatile.ReplaceAllString(text.Decode(body[:min(len(body), alikeSize)], "").Text, " ")
}
