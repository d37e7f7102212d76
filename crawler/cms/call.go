package cms

import (
	"maps"
	"net/url"
	"regexp"
	"strings"
)

// call is a request for a list as a script in the page makes it.
type call struct {
	address    string // absolute unless it is none, without parameters
	parameters url.Values
}

// request asks for the list with these parameters over those of the script.
func (c call) request(over map[string]string) Request {
	all := maps.Clone(c.parameters)
	for name, value := range over {
		all.Set(name, value)
	}
	return get(c.address, all)
}

var (
	// operand is a piece of a string that a script puts together.
	operand = `(?:"[^"\n]*"|'[^'\n]*'|[\w$.]+(?:\([^()\n]*\))?)`
	// concatenation goes on behind a string.
	concatenation = regexp.MustCompile(`^(?:\s*\+\s*` + operand + `)+`)
	operands      = regexp.MustCompile(operand)
	// assigned is a name with the string or number that a script gives it, in an assignment or in an object.
	assigned = regexp.MustCompile(`(?:([\w$]+)|"([^"\n]*)"|'([^'\n]*)')\s*[=:]\s*` +
		`(?:"([^"\n]*)"|'([^'\n]*)'|(-?\d+|true|false)\b|([\w$.]+))`)
	// innermost is an object without objects in it; a function's body has semicolons.
	innermost = regexp.MustCompile(`\{[^{};]*\}`)
)

// formAction stands before the address of a form.
var formAction = regexp.MustCompile(`(?i)\baction\s*=\s*$`)

const (
	nearby   = 4000 // bytes around the address of a call within which its parameters stand
	maxCalls = 50   // addresses in a page that are looked at
)

// calls finds the calls to addresses in the scripts of a page. An address is a string, perhaps put together of several;
// its parameters are those in its query and, if mark matches an object near it, those of the object. What the script
// computes is left out.
func calls(p Page, address, mark *regexp.Regexp) []call {
	source := p.text()
	known := variables(source)
	var found []call
	for _, at := range address.FindAllStringIndex(source, maxCalls) {
		start, end, ok := stringAround(source, at[0], at[1])
		if !ok || formAction.MatchString(source[max(start-nearby, 0):start]) {
			continue
		}
		printed := joined(source[start:end]+concatenation.FindString(source[end:min(end+nearby, len(source))]), known)
		target, query, _ := strings.Cut(strings.ReplaceAll(printed, "&amp;", "&"), "?")
		c := call{address: target, parameters: url.Values{}}
		if absolute, ok := p.resolve(target); ok {
			c.address = absolute
		}
		if values, err := url.ParseQuery(query); err == nil {
			c.parameters = values
		}
		for name, value := range pairs(objectNear(source, end, mark), known) {
			c.parameters.Set(name, value)
		}
		found = append(found, c)
	}
	return found
}

// stringAround is the quoted string that holds source[from:to], quotes included.
func stringAround(source string, from, to int) (start, end int, ok bool) {
	line := max(strings.LastIndexByte(source[:from], '\n')+1, from-nearby)
	start = line + strings.LastIndexAny(source[line:from], `"'`)
	if start < line {
		return 0, 0, false
	}
	rest := source[to:min(to+nearby, len(source))]
	length := strings.IndexAny(rest, source[start:start+1]+"\n")
	if length < 0 || rest[length] == '\n' {
		return 0, 0, false
	}
	return start, to + length + 1, true
}

// joined is the value of strings and variables with + between them; of variables that are not known, nothing.
func joined(expression string, known map[string]string) string {
	var b strings.Builder
	for _, piece := range operands.FindAllString(expression, -1) {
		if piece[0] == '"' || piece[0] == '\'' {
			b.WriteString(piece[1 : len(piece)-1])
		} else {
			b.WriteString(known[piece])
		}
	}
	return b.String()
}

// objectNear is the object that mark matches: the next behind a place, else the last before it; "" if there is none.
func objectNear(source string, place int, mark *regexp.Regexp) string {
	for _, object := range innermost.FindAllString(source[place:min(place+nearby, len(source))], -1) {
		if mark.MatchString(object) {
			return object
		}
	}
	before := ""
	for _, object := range innermost.FindAllString(source[max(place-nearby, 0):place], -1) {
		if mark.MatchString(object) {
			before = object
		}
	}
	return before
}

// pairs are the names and values of an object that are written there, or that are variables with a known value.
func pairs(object string, known map[string]string) map[string]string {
	found := map[string]string{}
	for _, m := range assigned.FindAllStringSubmatch(object, -1) {
		name, variable := m[1]+m[2]+m[3], m[7]
		value, ok := m[4]+m[5]+m[6], variable == ""
		if !ok {
			value, ok = known[variable]
		}
		if ok {
			found[name] = value
		}
	}
	return found
}

// variable is a variable that a script sets to a string or a number.
var variable = regexp.MustCompile(`(?:\b(?:var|let|const)\s+|[;,{}\n]\s*)([A-Za-z_$][\w$]*)\s*=\s*` +
	`(?:"([^"\n]*)"|'([^'\n]*)'|(\d+))`)

// variables are those of a page's scripts; of several values of one name, the first. What is only the beginning of a
// longer expression is left out.
func variables(source string) map[string]string {
	known := map[string]string{}
	for _, at := range variable.FindAllStringSubmatchIndex(source, -1) {
		rest := strings.TrimLeft(source[at[1]:], " \t\r")
		if rest != "" && !strings.ContainsAny(rest[:1], ";,\n}<") {
			continue
		}
		name := source[at[2]:at[3]]
		if _, ok := known[name]; ok {
			continue
		}
		for group := 4; group < len(at); group += 2 {
			if at[group] >= 0 {
				known[name] = source[at[group]:at[group+1]]
			}
		}
	}
	return known
}
