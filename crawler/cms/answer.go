package cms

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nianbao/extract/page"
)

// callback is the function call that JSONP wraps an answer in, with what servers put in front of it: an empty comment
// (Spring), a test whether there is such a function (Express).
var callback = regexp.MustCompile(`^(?:/\*\*/\s*)?;?\s*(?:typeof\s+[\w$.]+\s*===?\s*['"]function['"]\s*&&\s*)?[\w$.]*\s*\(`)

// answer is a value of a JSON answer: nil, bool, json.Number, string, []any or map[string]any. Its methods never fail:
// what is not there is the zero value.
type answer struct{ value any }

// parseAnswer reads JSON, with or without byte order marks and a JSONP call around it. What follows the first value is
// ignored.
func parseAnswer(text string) (answer, error) {
	text = strings.TrimLeft(text, "\ufeff \t\r\n")
	text = text[len(callback.FindString(text)):]
	if err := CheckJSON(text); err != nil {
		return answer{}, err
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var a answer
	if err := decoder.Decode(&a.value); err != nil {
		return answer{}, fmt.Errorf("the answer is no JSON: %w", err)
	}
	return a, nil
}

// The bounds of a JSON text that is read as a whole: in memory an object takes some 300 bytes, other values some 50. The
// longest lists have some 20,000 objects of fifteen values.
const (
	maxJSON    = 16 << 20 // bytes
	maxObjects = 200_000
	maxValues  = 1_000_000
)

// CheckJSON refuses a JSON text that would take too much memory when it is read.
func CheckJSON(text string) error {
	if len(text) > maxJSON {
		return fmt.Errorf("JSON of %d bytes, %d are the most that is read", len(text), maxJSON)
	}
	if n := strings.Count(text, "{") + strings.Count(text, "["); n > maxObjects {
		return fmt.Errorf("JSON of %d objects and arrays, %d are the most that is read", n, maxObjects)
	}
	if n := strings.Count(text, ","); n > maxValues {
		return fmt.Errorf("JSON of %d values, %d are the most that is read", n, maxValues)
	}
	return nil
}

// at follows the names into objects.
func (a answer) at(names ...string) answer {
	for _, name := range names {
		object, _ := a.value.(map[string]any)
		a = answer{object[name]}
	}
	return a
}

// first is the value under the first of the names that has one other than null and the empty string.
func (a answer) first(names ...string) answer {
	for _, name := range names {
		if v := a.at(name); v.value != nil && v.value != "" {
			return v
		}
	}
	return answer{}
}

// all are the elements of an array.
func (a answer) all() []answer {
	array, _ := a.value.([]any)
	out := make([]answer, len(array))
	for i, v := range array {
		out[i] = answer{v}
	}
	return out
}

// string is a string or number as printed.
func (a answer) string() string {
	switch v := a.value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// number is a number, or a string that holds one, if it counts something; else 0.
func (a answer) number() int {
	n, err := strconv.Atoi(strings.TrimSpace(a.string()))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// beijing is the time of all dates on government sites.
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// day is the Beijing day of a printed date or of a Unix time in seconds or milliseconds, as YYYY-MM-DD; "" for none.
func (a answer) day() string {
	if _, object := a.value.(map[string]any); object { // of Java: {"time": 1706630400000, "year": 124, …}
		a = a.first("time", "$date")
	}
	s := strings.TrimSpace(a.string())
	if m := dotNet.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && len(s) == 13:
		return time.UnixMilli(n).In(beijing).Format(time.DateOnly)
	case err == nil && len(s) >= 9 && len(s) <= 10:
		return time.Unix(n, 0).In(beijing).Format(time.DateOnly)
	}
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil && (!strings.HasSuffix(s, "Z") || t.Format("150405") == "160000") {
			return t.In(beijing).Format(time.DateOnly)
		}
	}
	for _, layout := range worded {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return page.Day(s)
}

// dotNet is a date as programs in .NET write it: /Date(1706630400000+0800)/.
var dotNet = regexp.MustCompile(`^\\?/Date\((\d{12,13})(?:[+-]\d{4})?\)\\?/$`)

var (
	// zoned are dates with a time zone: midnight of Beijing is of the day before in others. A Z alone many systems put behind their
	// own time, so it only counts at that hour.
	zoned = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999Z0700", "2006-01-02 15:04:05.999Z0700"}
	// worded are dates as programs in Java write them by default, in the time of their place.
	worded = []string{"Jan 2, 2006 3:04:05 PM", "Jan 2, 2006, 3:04:05 PM", "Jan 2, 2006", "Mon Jan _2 15:04:05 MST 2006"}
)

// plainText is a title without the markup that some answers have in it (highlighting, line breaks).
func plainText(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return strings.Join(strings.Fields(markup), " ")
	}
	doc, err := page.Parse(markup)
	if err != nil {
		return markup
	}
	return strings.Join(strings.Fields(page.Text(doc)), " ")
}

// linksIn are the entries among the links of a piece of HTML that came inside another answer.
func linksIn(at *url.URL, markup string) ([]Item, error) {
	doc, err := page.Parse(markup)
	if err != nil {
		return nil, fmt.Errorf("parse entries from %s: %w", at, err)
	}
	return items(at, page.Links(doc, at), nil), nil
}
