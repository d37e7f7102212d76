package cms

import (
	"encoding/json"
	"testing"
)

func TestLiteral(t *testing.T) {
	for _, c := range []struct{ why, script, want string }{
		{"JSON stays", `{"a": [1, -2.5e3, true, null], "b": "x\"y\\\u4e2d"}`,
			`{"a":[1,-2.5e3,true,null],"b":"x\"y\\\u4e2d"}`},
		{"what follows is left out", `{"a":1}; var b = {"c":2}`, `{"a":1}`},
		{"keys without quotes", `{articleList : [], _x$1:{}}`, `{"articleList":[],"_x$1":{}}`},
		{"single quotes", `['it\'s "so"', '']`, `["it's \"so\"",""]`},
		{"commas behind the last element", "[1,2,\n]", `[1,2]`},
		{"comments", "{ // one: 1\n/* two: 2 */ a: 'http://x/' }", `{"a":"http://x/"}`},
		{"names of variables", `{a: undefined, b: total, c: NaN}`, `{"a":null,"b":null,"c":null}`},
		{"a line end and an escape JSON lacks in a string", "['甲\n乙\\x41\\丙']", `["甲\n乙A丙"]`},
		{"a byte order mark", "\ufeff\n[1]", `[1]`},
	} {
		var got, want any
		if err := json.Unmarshal([]byte(literal(c.script)), &got); err != nil {
			t.Errorf("%s: %s: %v", c.why, literal(c.script), err)
			continue
		}
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if string(g) != string(w) {
			t.Errorf("%s: got %s, want %s", c.why, g, w)
		}
	}
}

// FuzzLiteral: rewriting ends, and leaves JSON as it is.
func FuzzLiteral(f *testing.F) {
	f.Add(`{a:'b',}`)
	f.Add(`{"a":["\u4e2d",1e5,-0.1,false,null,""]}`)
	f.Add("'\\x")
	f.Fuzz(func(t *testing.T, script string) {
		rewritten := literal(script)
		var object, again map[string]any
		if json.Unmarshal([]byte(script), &object) != nil {
			return
		}
		if err := json.Unmarshal([]byte(rewritten), &again); err != nil {
			t.Fatalf("%q became %q: %v", script, rewritten, err)
		}
		before, _ := json.Marshal(object)
		after, _ := json.Marshal(again)
		if string(before) != string(after) {
			t.Errorf("%s became %s", before, after)
		}
	})
}
