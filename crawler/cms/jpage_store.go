package cms

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// datastore is what the jpage script fills a list from: some records of the list. Hanweb and TrueCMS both use it.
type datastore struct {
	records []string // an entry each, as HTML
	total   int      // entries in the whole list, 0 if it does not say
	more    string   // the address that the element nextgroup holds, "" for none
}

var (
	storeBlock   = regexp.MustCompile(`(?is)<datastore(?:\s[^>]*)?>.*?</datastore>`)
	storeRecord  = regexp.MustCompile(`(?is)<record(?:\s[^>]*)?>(.*?)</record>`)
	storeTotal   = regexp.MustCompile(`(?i)<totalrecord>\s*(?:<!\[CDATA\[)?\s*(\d{1,7})\b`)
	storeMore    = regexp.MustCompile(`(?is)<nextgroup>.*?href\s*=\s*["']([^"']+)["'].*?</nextgroup>`)
	storeArray   = regexp.MustCompile(`(?i)\bdataStore\s*[:=]\s*\[`)
	storeElement = regexp.MustCompile(`(?i)<(?:datastore|recordset)\b`)
	cdata        = strings.NewReplacer("<![CDATA[", "", "]]>", "")
)

// readStore reads a datastore as XML, or as the array of strings that older installations print. It is no XML parser:
// the records are often no XML.
func readStore(source string) (store datastore, ok bool) {
	for _, m := range storeRecord.FindAllStringSubmatch(source, -1) {
		store.records = append(store.records, cdata.Replace(m[1]))
	}
	if at := storeArray.FindStringIndex(source); at != nil {
		store.records, ok = append(store.records, literals(source[at[1]:])...), true
	}
	store.total = cmp.Or(firstNumber(storeTotal, source), firstNumber(jpageTotal, source))
	if m := storeMore.FindStringSubmatch(source); m != nil {
		store.more = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	return store, ok || store.records != nil || storeElement.MatchString(source)
}

// literals are the strings at the beginning of the inside of an array in a script.
func literals(script string) []string {
	var found []string
	for {
		script = strings.TrimLeft(script, ", \t\r\n")
		if script == "" || script[0] != '\'' && script[0] != '"' {
			return found
		}
		quoted, length := quotedText(script)
		if script[length-1] != script[0] || length == 1 {
			return found // it is not closed
		}
		var value string
		if json.Unmarshal([]byte(quoted), &value) == nil {
			found = append(found, value)
		}
		script = script[length:]
	}
}

// firstNumber is the number that the pattern's group matches first, 0 if there is none.
func firstNumber(pattern *regexp.Regexp, source string) int {
	m := pattern.FindStringSubmatch(source)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	return n
}

// window asks for size records from the one numbered start on. Where the request names a page too, it is the page on
// which that record stands: some servers look at the records, some at the page only, and both then give that record
// first.
func window(r Request, start, size, perPage, total int) Request {
	end := start + size - 1
	if total > 0 {
		end = min(end, total)
	}
	asked := url.Values{"startrecord": {strconv.Itoa(start)}, "endrecord": {strconv.Itoa(end)},
		"perpage": {strconv.Itoa(perPage)}}
	if r.form().Has("page") {
		asked.Set("page", strconv.Itoa((start-1)/perPage+1))
	}
	return r.inAddress(asked)
}

// nextWindow asks for what follows on an answer of n records; ok is false if that was the last. How many records came
// says where to go on: as many as were asked for, or a single page.
func nextWindow(asked Request, n, total int) (next Request, ok bool) {
	form := asked.form()
	start, end, perPage := number(form, "startrecord"), number(form, "endrecord"), number(form, "perpage")
	if start == 0 || end < start || perPage == 0 || !moreRecords(start-1+n, n, perPage, total) {
		return Request{}, false
	}
	return window(asked, start+n, end-start+1, perPage, total), true
}

// moreRecords says whether a list goes on after seen records, the last n of which came together.
func moreRecords(seen, n, perPage, total int) bool {
	if total > 0 {
		return n > 0 && seen < total
	}
	return n > 0 && n >= perPage
}
