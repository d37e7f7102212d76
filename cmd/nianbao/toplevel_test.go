package main

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The top level holds the rooms, the module and the README. What .gitignore names may lie about.
func TestTopLevelHoldsNothingElse(t *testing.T) {
	want := []string{".ci", ".gitignore", "README.md", "archive", "cmd", "crawler", "extract", "go.mod", "go.sum",
		"testdata"}
	ignored, err := os.ReadFile(filepath.Join(repository, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(repository)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if e.Name() != ".git" && !matchesAny(e.Name(), strings.Fields(string(ignored))) {
			got = append(got, e.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("top level:\n got %v\nwant %v", got, want)
	}
}

func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := path.Match(strings.Trim(pattern, "/"), name)
		return ok && err == nil
	})
}
