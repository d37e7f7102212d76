package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// repository is the module's top folder, seen from this package's tests.
const repository = "../.."

// roomImports says, per room, which packages of this module its files may import.
var roomImports = map[string][]string{
	"cmd":     {"nianbao/crawler", "nianbao/extract", "nianbao/archive"},
	"archive": {"nianbao/archive", "nianbao/crawler", "nianbao/extract"},
	"crawler": {"nianbao/crawler", "nianbao/extract/text", "nianbao/extract/title", "nianbao/extract/page"},
	"extract": {"nianbao/extract"},
}

// roomForbids says, per room, which other packages its files must not import, tests excepted: only crawler opens
// connections, only archive speaks SQL, extract does neither and has no files, clock or log.
var roomForbids = map[string][]string{
	"cmd":     {"database/sql", "modernc.org/sqlite", "github.com/gocolly"},
	"archive": {"net", "net/http/httptest", "github.com/gocolly"},
	"crawler": {"database/sql", "modernc.org/sqlite"},
	"extract": {"net", "net/http", "os", "syscall", "log", "log/slog", "database/sql", "modernc.org/sqlite",
		"github.com/gocolly", "math/rand", "math/rand/v2", "crypto/rand"},
}

// pureExceptions are packages below a forbidden one that touch nothing outside.
var pureExceptions = []string{"net/url", "net/netip", "net/textproto", "net/mail"}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	seen := map[string]int{}
	for _, imp := range imports(t) {
		seen[imp.room]++
		if strings.HasPrefix(imp.path, "nianbao/") && !under(imp.path, roomImports[imp.room]) {
			t.Errorf("%s: room %s imports %s", imp.file, imp.room, imp.path)
		}
		if imp.test || under(imp.path, pureExceptions) {
			continue
		}
		if imp.room == "archive" && imp.path == "net/http" {
			continue // for http.Header, the type of a capture's headers
		}
		if under(imp.path, roomForbids[imp.room]) {
			t.Errorf("%s: room %s must not import %s", imp.file, imp.room, imp.path)
		}
	}
	for room := range roomImports {
		if seen[room] == 0 {
			t.Errorf("no import statements seen in %s: the test looks in the wrong place", room)
		}
	}
}

// under tells whether a package is one of the roots or below one.
func under(pkg string, roots []string) bool {
	for _, root := range roots {
		if pkg == root || strings.HasPrefix(pkg, root+"/") {
			return true
		}
	}
	return false
}

type importStatement struct {
	file, room, path string
	test             bool
}

// imports parses the import statements of every Go file, those behind build tags too. It asks no go command: the test
// cache would not see that a file changed.
func imports(t *testing.T) []importStatement {
	t.Helper()
	var all []importStatement
	for room := range roomImports {
		err := filepath.WalkDir(filepath.Join(repository, room), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".go" {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range f.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				all = append(all, importStatement{name, room, imported, strings.HasSuffix(name, "_test.go")})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}
