package saved

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nianbao/crawler"
)

// now is when the imports of these tests are made.
var now = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)

// TestFolders imports every folder of testdata/imports. A case is a folder named by why it exists: in/ is what is
// imported; want.txt has a line for each capture, with the files it carries below it, for each failure, and for the number
// of files that are passed over. UPDATE=1 writes want.txt. All cases are made up, their forms are those of the programs
// that they name.
func TestFolders(t *testing.T) {
	cases, err := filepath.Glob("../../testdata/imports/*")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, folder := range cases {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			got := told(t, Options{Now: now}, filepath.Join(folder, "in"))
			file := filepath.Join(folder, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// told imports paths and tells what came of it.
func told(t *testing.T, o Options, paths ...string) string {
	t.Helper()
	s := Find(paths, o)
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	var out strings.Builder
	for item := range s.All() {
		c := item.Capture
		if c == nil {
			fmt.Fprintf(&out, "%s %s\n", item.Source, item.Kind)
			continue
		}
		check(t, item)
		fmt.Fprintf(&out, "%s\n  %s %s <%s> from %s\n", item.Source, c.Role, item.Media, c.URL, item.AddressFrom)
		if item.TimeFrom != "file" { // that of the test's files is when they were checked out
			fmt.Fprintf(&out, "  at %s from %s\n", c.At.UTC().Format(time.RFC3339), item.TimeFrom)
		}
		for _, more := range []struct{ name, value string }{{"site", c.Site}, {"content type", c.Header.Get("Content-Type")},
			{"list title", item.ListTitle}, {"doubt", item.Doubt}} {
			if more.value != "" {
				fmt.Fprintf(&out, "  %s: %s\n", more.name, more.value)
			}
		}
		for _, f := range item.Files {
			fmt.Fprintf(&out, "  carries <%s> %s\n", f.URL, f.Name)
		}
	}
	for _, f := range s.Failed {
		fmt.Fprintf(&out, "failed %s: %v\n", filepath.Base(f.Path), f.Err)
	}
	fmt.Fprintf(&out, "passed over: %d\n", s.Passed())
	return out.String()
}

// check holds what is true of every capture.
func check(t *testing.T, item Item) {
	t.Helper()
	c := item.Capture
	body, err := os.ReadFile(item.Path)
	if err != nil || string(body) != string(c.Body) || c.SHA256 != fmt.Sprintf("%x", sha256.Sum256(body)) {
		t.Errorf("%s: not the file's bytes: %v", item.Path, err)
	}
	if c.Status != 0 || c.Transport != "import" || !c.Complete || c.Outcome != crawler.OutcomeOK || c.Method != "GET" ||
		c.FinalURL != c.URL || c.At.IsZero() || c.At.After(now) {
		t.Errorf("%s: %+v", item.Path, c)
	}
	if source := c.Header["Import-Source"]; len(source) != 1 || filepath.IsAbs(source[0]) || source[0] != item.Source {
		t.Errorf("%s: source %q", item.Path, source)
	}
	if (c.Name == "") != (c.Role == crawler.RolePage) {
		t.Errorf("%s: role %s, name %q", item.Path, c.Role, c.Name)
	}
}

// place writes files into a new folder; a name that ends in a slash is a folder.
func place(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const marked = "<!-- saved from url=(0021)http://x.gov.cn/1.html -->\n"

// A page that is named alone brings the files beside it that it links to, and its own folder; all that dir/* names is the
// same as the folder; and what several paths lead to is taken once.
func TestPaths(t *testing.T) {
	dir := place(t, map[string]string{
		"1.html":           marked + `<div id=zoom>年报<a href="a.rtf">全文</a></div>`,
		"1.html.url":       "http://x.gov.cn/sidecar.html",
		"1_files/in.rtf":   `{\rtf1 in}`,
		"1_files/ad.html":  "<p>ad",
		"a.rtf":            `{\rtf1 a}`,
		"b.rtf":            `{\rtf1 b}`,
		"folder/deep.html": "<p>deep",
		"style.css":        "p{}",
	})
	in := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	sources := func(paths ...string) string {
		s := Find(paths, Options{Now: now})
		defer s.Close()
		var out []string
		for item := range s.All() {
			out = append(out, item.Source+" "+item.AddressFrom)
		}
		return strings.Join(out, "\n")
	}
	const alone = "1.html sidecar\n1_files/in.rtf content\na.rtf page"
	const all = "1.html sidecar\nfolder/deep.html content\n1_files/in.rtf content\na.rtf page\nb.rtf content"
	for _, c := range []struct {
		why   string
		paths []string
		want  string
	}{
		{"the page alone", in("1.html"), alone},
		{"the page twice, and its file before it", in("a.rtf", "1.html", "../"+filepath.Base(dir)+"/1.html"),
			"1.html sidecar\na.rtf page\n1_files/in.rtf content"},
		{"the folder", in(""), all},
		{"the folder and what is in it", in("", "1.html", "folder"), all},
		{"dir/*", in("1.html", "1.html.url", "1_files", "a.rtf", "b.rtf", "folder"),
			"1.html sidecar\ndeep.html content\n1_files/in.rtf content\na.rtf page\nb.rtf content"},
		{"its own folder before the page", in("1_files", "1.html"), "1.html sidecar\n1_files/in.rtf content\na.rtf page"},
		{"a file alone", in("b.rtf"), "b.rtf content"},
	} {
		if diff := cmp.Diff(c.want, sources(c.paths...)); diff != "" {
			t.Errorf("%s: %s", c.why, diff)
		}
	}
}

// What was named itself and cannot be imported fails; in a folder it is passed over.
func TestFailures(t *testing.T) {
	dir := place(t, map[string]string{"style.css": "p{}", "photo.jpg": "\xff\xd8\xff\xe0", "long.html": "<p>" + strings.Repeat("长", 400),
		"long.css": strings.Repeat("p{}", 400), "ok.html": "<p>ok"})
	o := Options{Now: now, MaxBody: 1000}
	for _, c := range []struct{ why, path, want string }{
		{"a folder", "", "ok.html\n  page html <nih:sha-256;*> from content\n" +
			"failed long.html: too large: 1203 bytes, the limit is 1000\npassed over: 3\n"},
		{"what is nothing to import", "style.css", "failed style.css: neither a page nor a document of a known format\npassed over: 0\n"},
		{"a picture", "photo.jpg", "photo.jpg\n  attachment image <nih:sha-256;*> from content\npassed over: 0\n"},
		{"what is too large", "long.css", "failed long.css: too large: 1200 bytes, the limit is 1000\npassed over: 0\n"},
	} {
		got := told(t, o, filepath.Join(dir, c.path))
		before, after, _ := strings.Cut(c.want, "*")
		if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) {
			t.Errorf("%s:\n got %s\nwant %s", c.why, got, c.want)
		}
	}
	s := Find([]string{filepath.Join(dir, "missing.html"), filepath.Join(dir, "ok.html", "x")}, o)
	if err := s.Close(); err != nil || len(s.Failed) != 2 || !errors.Is(s.Failed[0].Err, os.ErrNotExist) {
		t.Errorf("%v, %v", s.Failed, err)
	}
}

// Links lead to no file outside of the folder that was given, nor to one behind a symbolic link or hidden.
func TestLinksStayInTheFolder(t *testing.T) {
	dir := place(t, map[string]string{
		"secret.rtf":         `{\rtf1 secret}`,
		"in/.hidden/a.rtf":   `{\rtf1 hidden}`,
		"in/sub/1.html":      `<div id=zoom>年报<a href="../../secret.rtf">1</a><a href="../link.rtf">2</a><a href="../.hidden/a.rtf">3</a><a href="/etc/passwd.rtf">4</a><a href="../ok.rtf">5</a></div>`,
		"in/ok.rtf":          `{\rtf1 ok}`,
		"in/down.jsp?id=1":   "x",
		"in/notes/1.txt":     "x",
		"elsewhere/far.html": "<p>far",
	})
	for link, target := range map[string]string{"in/link.rtf": "../secret.rtf", "in/far": "../elsewhere"} {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(link))); err != nil {
			t.Skip(err)
		}
	}
	s := Find([]string{filepath.Join(dir, "in")}, Options{Now: now})
	defer s.Close()
	var got []string
	for item := range s.All() {
		got = append(got, item.Source)
		for _, f := range item.Files {
			got = append(got, "carries "+f.Name)
		}
	}
	want := []string{"sub/1.html", "carries ok.rtf", "ok.rtf"}
	if diff := cmp.Diff(want, got); diff != "" || len(s.Failed) > 0 || s.Passed() != 4 {
		t.Errorf("%s%v, %d passed over", diff, s.Failed, s.Passed())
	}
	// The link itself may be named.
	if got := told(t, Options{Now: now}, filepath.Join(dir, "in", "far")); !strings.HasPrefix(got, "far.html\n") {
		t.Errorf("named: %s", got)
	}
}

// Mirroring programs write the query of an address into the name of its file.
func TestQueryInAFileName(t *testing.T) {
	dir := place(t, map[string]string{
		"1.html":                     marked + `<div id=zoom>年报<a href="download.jsp?file=2023.rtf">全文</a></div>`,
		"download.jsp?file=2023.rtf": `{\rtf1 ok}`,
	})
	got := told(t, Options{Now: now}, dir)
	if !strings.Contains(got, "attachment rtf <http://x.gov.cn/download.jsp?file=2023.rtf> from page") {
		t.Error(got)
	}
}

// The time of a file counts unless it cannot be right; then the time of the import stands in for it.
func TestTimes(t *testing.T) {
	dir := place(t, map[string]string{"1.html": "<p>1"})
	name := filepath.Join(dir, "1.html")
	for _, c := range []struct {
		modified, want time.Time
		from           string
	}{
		{now.Add(-time.Hour), now.Add(-time.Hour), "file"}, {now, now, "file"}, {now.Add(time.Hour), now, "import"},
		{time.Unix(0, 0), now, "import"},
	} {
		if err := os.Chtimes(name, c.modified, c.modified); err != nil {
			t.Fatal(err)
		}
		s := Find([]string{name}, Options{Now: now})
		for item := range s.All() {
			if !item.At.Equal(c.want) || item.TimeFrom != c.from {
				t.Errorf("modified %v: %v from %s", c.modified, item.At, item.TimeFrom)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Sidecars come before --site, a page's before what its files lack, and both name the rows that the archive needs.
func TestSites(t *testing.T) {
	dir := place(t, map[string]string{
		"1.html": marked + `<div id=zoom>年报<a href="a.rtf">全文</a></div>`, "1.html.json": `{"site": "one", "list_title": "某县2023年年报"}`,
		"a.rtf": `{\rtf1 a}`, "b.rtf": `{\rtf1 b}`, "c.css": "",
	})
	s := Find([]string{dir}, Options{Now: now, Site: "two"})
	defer s.Close()
	if diff := cmp.Diff([]string{"one", "two"}, s.Sites()); diff != "" {
		t.Error(diff)
	}
	var got []string
	for item := range s.All() {
		got = append(got, strings.Join([]string{item.Source, item.Capture.Site, item.ListTitle}, " "))
	}
	want := []string{"1.html one 某县2023年年报", "a.rtf one 某县2023年年报", "b.rtf two "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A file that changes while it is imported fails; the others go on.
func TestAFileThatChangesMeanwhile(t *testing.T) {
	dir := place(t, map[string]string{"1.html": "<p>1", "2.html": "<p>2", "3.html": "<p>3"})
	s := Find([]string{dir}, Options{Now: now})
	defer s.Close()
	for name, body := range map[string]string{"1.html": "<p>other", "3.html": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for item := range s.All() {
		got = append(got, item.Source)
	}
	if len(got) != 1 || got[0] != "2.html" || len(s.Failed) != 2 {
		t.Errorf("%v, failed %v", got, s.Failed)
	}
}

// The archive that is being written may lie in the folder.
func TestTheArchiveItselfIsPassedOver(t *testing.T) {
	dir := place(t, map[string]string{"nianbao.db": "SQLite format 3\x00", "other.db": "SQLite format 3\x00", "1.html": "<p>1",
		"Thumbs.db": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"})
	got := told(t, Options{Now: now, Except: filepath.Join(dir, "nianbao.db")}, dir)
	if !strings.HasSuffix(got, "other.db database\npassed over: 1\n") {
		t.Error(got)
	}
}

// Whatever a sidecar holds, it is refused or gives an address that captures may have.
func FuzzSidecar(f *testing.F) {
	f.Add("a.json", []byte(`{"url": "http://x.gov.cn/", "fetched_at": "2024-01-02", "site": "x"}`))
	f.Add("a.url", []byte("[InternetShortcut]\r\nURL=http://x.gov.cn/"))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		s, err := readSidecar(name, body, now)
		if err != nil {
			return
		}
		if s.URL != "" {
			if again, err := crawler.Address(s.URL); err != nil || again != s.URL {
				t.Errorf("%q, again %q, %v", s.URL, again, err)
			}
		}
		if s.at.After(now) || strings.ContainsAny(s.ContentType, "\r\n") {
			t.Errorf("%+v", s)
		}
	})
}
