package cms

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonPath picks the entries of an answer in JSON.
type jsonPath struct {
	steps []jsonStep
	names fieldNames
}

// jsonStep goes from a value to a member of an object, to one element of an array, or to all of them.
type jsonStep struct {
	name  string
	index int // all elements if -1, and no name
}

// fieldNames are the members of an entry that hold its title, address and date: the first that is not empty counts. A
// name may lead into objects: meta.title.
type fieldNames struct{ title, url, date []string }

// entryNames are the members that systems use, compared without regard to case.
var entryNames = fieldNames{
	title: []string{"title", "doctitle", "articletitle", "infotitle", "subject", "bt", "name"},
	url:   []string{"url", "docpuburl", "chnldocurl", "link", "href", "linkurl", "infourl", "articleurl"},
	date: []string{"docreltime", "publishedtimestr", "pubdate", "publishdate", "publishtime", "releasedate", "fbrq",
		"infodate", "date", "time", "createtime"},
}

var (
	jsonName  = regexp.MustCompile(`^\.([\pL\pN_-]+)`)
	jsonQuote = regexp.MustCompile(`^\[(?:'([^']+)'|"([^"]+)")\]`)
	jsonIndex = regexp.MustCompile(`^\[(\*|\d{1,6})\]`)
)

// parseJSONPath reads a path as WithSelector describes it.
func parseJSONPath(s string) (jsonPath, error) {
	path := jsonPath{names: entryNames}
	wrong := func(at int, want string) error {
		return fmt.Errorf("items path %q: character %d: want %s", s, utf8.RuneCountInString(s[:at])+1, want)
	}
	if !strings.HasPrefix(s, "$") {
		return path, wrong(0, "$")
	}
	at := 1
	for at < len(s) && s[at] != ' ' {
		rest := s[at:]
		if m := jsonName.FindStringSubmatch(rest); m != nil {
			path.steps = append(path.steps, jsonStep{name: m[1]})
			at += len(m[0])
		} else if m := jsonQuote.FindStringSubmatch(rest); m != nil {
			path.steps = append(path.steps, jsonStep{name: m[1] + m[2]})
			at += len(m[0])
		} else if m := jsonIndex.FindStringSubmatch(rest); m != nil {
			index, err := strconv.Atoi(m[1])
			if err != nil {
				index = -1 // *
			}
			path.steps = append(path.steps, jsonStep{index: index})
			at += len(m[0])
		} else {
			return path, wrong(at, ".name, ['name'], [*] or [number]")
		}
	}
	members := map[string]*[]string{"title": &path.names.title, "url": &path.names.url, "date": &path.names.date}
	for field := range strings.SplitSeq(s[at:], " ") {
		member, name, _ := strings.Cut(field, "=")
		names := members[member]
		if field != "" && (names == nil || name == "") {
			return path, wrong(at, "title=, url= or date= with a name")
		}
		if field != "" {
			*names = []string{name}
		}
		at += len(field) + 1
	}
	return path, nil
}

// pick is what the path leads to; of an array its elements. above is the object in which the last array stands.
func (path jsonPath) pick(a answer) (picked []answer, above answer) {
	picked, above = []answer{a}, a
	for _, step := range path.steps {
		var next []answer
		for _, v := range picked {
			switch elements := v.all(); {
			case step.name != "":
				if v.at(step.name).value != nil {
					next = append(next, v.at(step.name))
				}
			case step.index < 0:
				next = append(next, elements...)
			case step.index < len(elements):
				next = append(next, elements[step.index])
			}
		}
		if step.name != "" && len(picked) == 1 {
			above = picked[0]
		}
		picked = next
	}
	if len(picked) == 1 {
		if elements := picked[0].all(); len(elements) > 0 {
			picked = elements
		}
	}
	return picked, above
}

// read takes the entries from an answer.
func (path jsonPath) read(p Page) (List, error) {
	a, err := parseAnswer(p.text())
	if err != nil {
		return List{}, err
	}
	picked, above := path.pick(a)
	l := List{Total: above.member("total", "totalcount", "totalrecord", "recordcount", "count").number()}
	l.Items = entriesOf(p, picked, path.names)
	return l, nil
}

// entriesOf are the entries that objects make, each address once.
func entriesOf(p Page, rows []answer, names fieldNames) (found []Item) {
	known := map[string]bool{}
	for _, row := range rows {
		item, ok := entryOf(p, row, names)
		if key := withoutFragment(item.URL); ok && !known[key] {
			known[key] = true
			found = append(found, item)
		}
	}
	return found
}

// entryOf makes an entry of an object; ok is false if it has no title or no address.
func entryOf(p Page, row answer, names fieldNames) (item Item, ok bool) {
	title := plainText(row.member(names.title...).string())
	ref := row.member(names.url...).string()
	address, ok := p.resolve(ref)
	if !ok || ref == "" || title == "" {
		return Item{}, false
	}
	return Item{URL: address, Title: title, ListedOn: row.member(names.date...).day()}, true
}

// member is the value under the first of the names, or paths of names, that has one: under the name as it is, else
// without regard to case.
func (a answer) member(names ...string) answer {
	for _, name := range names {
		if v := a.first(name); v.value != nil {
			return v
		}
		if v := a.at(strings.Split(name, ".")...); v.value != nil && v.value != "" {
			return v
		}
		object, _ := a.value.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if strings.EqualFold(key, name) && object[key] != nil && object[key] != "" {
				return answer{object[key]}
			}
		}
	}
	return answer{}
}
