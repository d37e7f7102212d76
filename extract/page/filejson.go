package page

import (
	"encoding/json"
	"regexp"
	"strings"
)

// fileList is a list of files in a script, in JSON, under a key that systems give such lists.
var fileList = regexp.MustCompile(`"(?:articleFiles|attachments?|attachmentList|fileList|files)"\s*:\s*\[\s*\{`)

// The keys under which such a list holds a file's address and name, the surest first.
var (
	addressKeys = []string{"filePath", "fileUrl", "url", "downloadUrl", "path"}
	nameKeys    = []string{"fileName", "name", "title", "oldName"}
)

// maxBroken is after how many lists that are no JSON no further one is looked for: each may cost a look at all the rest
// of the script.
const maxBroken = 8

// readJSON adds the files that a script lists, as pc-cloud does: articleFiles: [{domainName, filePath, fileName}].
func (c *collector) readJSON(script string) {
	for broken := 0; broken < maxBroken; {
		m := fileList.FindStringIndex(script)
		if m == nil {
			return
		}
		script = script[m[1]-1:] // from the first object on
		list := json.NewDecoder(strings.NewReader("[" + script))
		_, err := list.Token()
		for err == nil && list.More() {
			var e entry
			if err = list.Decode(&e); err == nil {
				c.addEntry(e)
			}
		}
		if err != nil {
			broken++
		}
		script = script[min(len(script), max(1, int(list.InputOffset())-1)):]
	}
}

// addEntry adds the file that an object of JSON describes, if it does.
func (c *collector) addEntry(e entry) {
	if l := c.classify(e.text("domainName") + e.first(addressKeys)); l.kind == document {
		c.add(l, e.first(nameKeys))
	}
}

// entry is an object of JSON.
type entry map[string]any

func (e entry) text(key string) string {
	s, _ := e[key].(string)
	return s
}

func (e entry) first(keys []string) string {
	for _, key := range keys {
		if s := e.text(key); s != "" {
			return s
		}
	}
	return ""
}
