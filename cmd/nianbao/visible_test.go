package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"年报\t1\n2":                  "年报\t1\n2",
		"\ufeffkey,value":           "\ufeffkey,value", // a byte order mark says what the bytes are
		"a\x1b[31mred\x1b]0;t\a":    `a\u001b[31mred\u001b]0;t\u0007`,
		"overwritten\rby this":      `overwritten\u000dby this`,
		"\u009b31m":                 `\u009b31m`,
		"exe\u202egpj\u2066.\ufeff": "exe\\u202egpj\\u2066.\ufeff",
		"a\u2028b":                  `a\u2028b`,
		"\x9b\xff":                  `\x9b\xff`,
		"replaced \ufffd":           "replaced \ufffd",
		"cut off \xe5\xb9":          `cut off \xe5\xb9`,
		"\xf0\x9f":                  `\xf0\x9f`,
		"\x00del\x7f":               `\u0000del\u007f`,
	} {
		for size := 1; size <= 5; size++ { // however it is cut into writes
			var out bytes.Buffer
			v := &visible{out: &out}
			for rest := []byte(in); len(rest) > 0; {
				n, err := v.Write(rest[:min(size, len(rest))])
				if err != nil || n != min(size, len(rest)) {
					t.Fatal(n, err)
				}
				rest = rest[n:]
			}
			if err := v.flush(); err != nil || out.String() != want {
				t.Errorf("%q by %d bytes: %q, %v; want %q", in, size, out.String(), err, want)
			}
		}
	}
}

// JSON stays JSON, and says the same.
func FuzzVisibleJSON(f *testing.F) {
	f.Add("年\u0085\u202e\\\u009b\"\x1b")
	f.Fuzz(func(t *testing.T, text string) {
		line, err := marshal(object{{"title", text}})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		v := &visible{out: &out}
		if _, err := v.Write(line); err != nil {
			t.Fatal(err)
		}
		var back struct{ Title string }
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatalf("%s: %v", out.Bytes(), err)
		}
		if utf8.ValidString(text) && back.Title != text {
			t.Errorf("%q became %q", text, back.Title)
		}
		if c, ok := steering(out.String()); ok {
			t.Errorf("%q: %s", c, out.Bytes())
		}
	})
}
