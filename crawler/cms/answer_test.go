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

// TestDayOfAnswer gives the days of answers as the programs of sites write them.
func TestDayOfAnswer(t *testing.T) {
	for text, want := range map[string]string{
		`"2024-01-31"`: "2024-01-31", `"2024-01-31 09:30:00"`: "2024-01-31", `1706630400`: "2024-01-31", `"1706630400000"`: "2024-01-31",
		`"2024-01-30T16:00:00.000+0000"`: "2024-01-31", `"2024-01-30T16:00:00.000+00:00"`: "2024-01-31",
		`"2024-01-30T16:00:00.000Z"`: "2024-01-31", `"2024-01-30T17:30:00Z"`: "2024-01-30", `"2024-01-31T09:00:00+08:00"`: "2024-01-31",
		`"2024-01-31T09:00:00"`: "2024-01-31", `"/Date(1706630400000)/"`: "2024-01-31", `"\/Date(1706630400000+0800)\/"`: "2024-01-31",
		`{"date":31,"month":0,"time":1706630400000,"year":124}`: "2024-01-31", `{"$date":"2024-01-30T16:00:00Z"}`: "2024-01-31",
		`"Jan 31, 2024 12:00:00 AM"`: "2024-01-31", `"Jan 31, 2024, 9:00:00 AM"`: "2024-01-31", `"Wed Jan 31 00:00:00 CST 2024"`: "2024-01-31",
		`{}`: "", `[]`: "", `"soon"`: "", `"/Date(x)/"`: "",
	} {
		a, err := parseAnswer(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := a.day(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
