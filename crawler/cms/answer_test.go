package cms

import (
	"strings"
	"testing"
)

func TestCheckJSON(t *testing.T) {
	for what, text := range map[string]string{
		"long": `"` + strings.Repeat("x", maxJSON), "of many objects": strings.Repeat("{", maxObjects+1),
		"of many arrays": strings.Repeat("[", maxObjects+1), "of many values": "[0" + strings.Repeat(",0", maxValues+1) + "]",
	} {
		if err := CheckJSON(text); err == nil {
			t.Errorf("JSON %s is read", what)
		}
		if _, err := parseAnswer(text); err == nil {
			t.Errorf("an answer %s is read", what)
		}
	}
	entry := `{"title":"x","url":"/x","a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8},`
	if err := CheckJSON("[" + strings.Repeat(entry, 20_000) + "{}]"); err != nil {
		t.Error(err)
	}
}

// TestJSONP gives answers with what servers put around them.
func TestJSONP(t *testing.T) {
	for _, text := range []string{
		`cb({"a":1});`, `/**/cb({"a":1});`, `/**/ typeof cb === 'function' && cb({"a":1});`, `;cb({"a":1})`, `({"a":1})`,
		"\ufeff\ufeff{\"a\":1}", "\r\n\ufeff{\"a\":1}",
	} {
		if a, err := parseAnswer(text); err != nil || a.at("a").number() != 1 {
			t.Errorf("%q: %v %v", text, a, err)
		}
	}
}
