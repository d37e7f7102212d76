package text

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestDecodeCases decodes every case of testdata/encodings: a folder with the bytes as served (page.bin), the
// Content-Type they were served with and what is wanted (want.json), and the text itself in same.txt one level up.
func TestDecodeCases(t *testing.T) {
	root := "../../testdata/encodings"
	same, err := os.ReadFile(filepath.Join(root, "same.txt"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(root, "*", "want.json"))
	if err != nil || len(folders) < 15 {
		t.Fatalf("found %d cases under %s, want at least 15 (%v)", len(folders), root, err)
	}
	for _, file := range folders {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			var want struct {
				ContentType string `json:"content_type"`
				Charset     string `json:"charset"`
				Basis       string `json:"basis"`
				Doubt       string `json:"doubt"`   // words that the doubt holds; "" for no doubt
				Damaged     bool   `json:"damaged"` // the text cannot be the same as in the other cases
				Lost        string `json:"lost"`    // what a cut tail lost of it
			}
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatalf("read %s: %v", file, err)
			}
			body, err := os.ReadFile(filepath.Join(folder, "page.bin"))
			if err != nil {
				t.Fatal(err)
			}
			got := Decode(body, want.ContentType)
			if got.Charset != want.Charset || got.Basis != want.Basis {
				t.Errorf("decoded as %s by %s, want %s by %s", got.Charset, got.Basis, want.Charset, want.Basis)
			}
			if (got.Doubt == "") != (want.Doubt == "") || !strings.Contains(got.Doubt, want.Doubt) {
				t.Errorf("doubt %q, want one with %q", got.Doubt, want.Doubt)
			}
			if visible := withoutHead(got.Text) + want.Lost; !want.Damaged && visible != string(same) {
				t.Errorf("text differs:\n%s\nwant:\n%s", visible, same)
			}
		})
	}
}

// withoutHead cuts the text at the body element, as the heads of the cases declare different things.
func withoutHead(page string) string {
	_, body, _ := strings.Cut(page, "<body>\n")
	return body
}

// TestDecode checks bodies too small for a folder.
func TestDecode(t *testing.T) {
	gbk := func(s string) string {
		b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	nianbao, hanzi := gbk("年报"), strings.Repeat("政府信息公开", 10)
	read := func(charset, basis string) Decoded { return Decoded{Text: "年报", Charset: charset, Basis: basis} }
	for name, c := range map[string]struct {
		body, contentType string
		want              Decoded
	}{
		"empty":                  {"", "", Decoded{"", "utf-8", "utf-8", ""}},
		"empty with declaration": {"", "text/html; charset=gbk", Decoded{"", "utf-8", "utf-8", ""}},
		"ascii":                  {"abc", "text/html; charset=gbk", Decoded{"abc", "utf-8", "utf-8", ""}},

		"quoted charset":           {nianbao, `text/html;charset="GB2312";`, read("gb18030", "header")},
		"single quotes and spaces": {nianbao, `text/html; CharSet = 'x-gbk'`, read("gb18030", "header")},
		"unknown label":            {nianbao, `text/html; charset=none`, read("gb18030", "gb18030")},
		"unsafe label":             {nianbao, `text/html; charset=hz-gb-2312`, read("gb18030", "gb18030")},
		"tomcat default over gbk":  {nianbao, "text/html;charset=ISO-8859-1", read("gb18030", "gb18030")},
		"utf-16 declared over gbk": {nianbao, "text/html; charset=utf-16", read("gb18030", "gb18030")},
		"cut in a character":       {nianbao + "\xB1", "", read("gb18030", "gb18030")},
		"utf-16 over utf-8":        {"年报", "text/html; charset=utf-16", read("utf-8", "utf-8")},
		"utf-16 without mark":      {"\n\x00\x74\x5e", "charset=utf-16le", Decoded{"\n年", "utf-16le", "header", ""}},
		"big5 in header":           {"\xA6\x7E\xB3\xF8", "charset=big5", Decoded{"年報", "big5", "header", ""}},
		"vertical form of 2022":    {"\xA6\xDC\xC4\xEA", "charset=gbk", Decoded{"︓年", "gb18030", "header", ""}},
		"user-defined characters": {
			"\xAA\xA1\xFE\xFE\xA1\x40\xA7\xA0", "charset=gbk",
			Decoded{"\uE000\uE4C5\uE4C6\uE765", "gb18030", "header", ""},
		},
		"xml declaration": {
			`<?xml version="1.0" encoding="gbk"?>` + nianbao, "text/xml",
			Decoded{`<?xml version="1.0" encoding="gbk"?>年报`, "gb18030", "meta", ""},
		},
		"utf-8 with one broken place": {
			hanzi + "\xE6\x94" + hanzi, "",
			Decoded{hanzi + "\uFFFD" + hanzi, "utf-8", "utf-8",
				"The text is read as utf-8 because most of its bytes are, but not all of it decodes (places: 1)."},
		},
		"gbk with one broken place": {
			gbk(hanzi) + "\xFF" + gbk(hanzi), "charset=utf-8",
			Decoded{hanzi + "\uFFFD" + hanzi, "gb18030", "gb18030",
				"The text is read as gb18030 because most of its bytes are, but not all of it decodes (places: 1)."},
		},
		"latin-1 declared and true": {
			"\xA9 2023", "charset=iso-8859-1",
			Decoded{"© 2023", "windows-1252", "declaration",
				"The text is read as windows-1252 because the header declares it, but any bytes decode in it."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Decode([]byte(c.body), c.contentType); got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestDecodeEveryCut cuts a page of both encodings at every byte: never a doubt, never a wrong character.
func TestDecodeEveryCut(t *testing.T) {
	page := "<p>聊城市茌平区人民政府㐀𠀀年报</p>"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{page, gb} {
		for end := range len(body) {
			got := Decode([]byte(body[:end]), "text/html; charset=gb18030")
			if got.Doubt != "" || !strings.HasPrefix(page, got.Text) {
				t.Errorf("cut at %d: %+v", end, got)
			}
		}
	}
}

// FuzzDecode checks what must hold of any bytes: valid UTF-8 comes out, U+FFFD never without a doubt unless it was
// there, and the basis is one of those documented.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("年报"), "text/html; charset=gbk")
	f.Add([]byte("\xC4\xEA\xB1\xA8"), "text/html; charset=utf-8")
	f.Add([]byte("\xFE\xFF\x5e\x74"), "")
	f.Add([]byte("<meta charset=gb2312>\x81\x30\x81\x30"), "")
	f.Add([]byte("\x80\xFF\x00"), "charset=iso-8859-1")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		d := Decode(body, contentType)
		if !utf8.ValidString(d.Text) {
			t.Errorf("text is not valid UTF-8")
		}
		if strings.Contains(d.Text, "\uFFFD") && d.Doubt == "" && d.Basis != "utf-8" && d.Basis != "bom" {
			t.Errorf("%s by %s lost characters without a doubt", d.Charset, d.Basis)
		}
		if !strings.Contains(" bom utf-8 header meta gb18030 declaration ", " "+d.Basis+" ") || d.Charset == "" {
			t.Errorf("unknown basis %q of charset %q", d.Basis, d.Charset)
		}
		if utf8.Valid(body) && d.Basis == "utf-8" && d.Text != string(body) {
			t.Errorf("valid UTF-8 was changed")
		}
	})
}
