package main

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"nianbao/archive"
)

// Each command is described in the README, has help of its own, and documents each of its flags.
func TestEveryCommandIsDocumented(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	parser, err := newParser(&cli{}, new(bytes.Buffer), new(bytes.Buffer), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	commands := parser.Model.Leaves(true)
	if len(commands) == 0 {
		t.Fatal("no commands")
	}
	for _, command := range commands {
		if !strings.Contains(string(readme), "`nianbao "+command.Name) {
			t.Errorf("README.md does not describe nianbao %s", command.Name)
		}
		if command.Help == "" || !strings.Contains(command.Detail, "nianbao "+command.Name) {
			t.Errorf("nianbao %s --help has no text or no example", command.Name)
		}
		for _, flag := range command.Flags {
			if flag.Help == "" {
				t.Errorf("nianbao %s --%s has no help", command.Name, flag.Name)
			}
		}
	}
}

// The README lists what --notify sends.
func TestEveryFieldOfTheSummaryIsDocumented(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(readme), "`--notify URL` POSTs")
	list, _, _ = strings.Cut(list, "`--metrics")
	for _, f := range reflect.VisibleFields(reflect.TypeFor[summary]()) {
		if name := f.Tag.Get("json"); !strings.Contains(list, "`"+name+"`") {
			t.Errorf("README.md does not say that --notify sends %s", name)
		}
	}
}

// The README names each public relation.
func TestEveryRelationIsDocumented(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	a := openArchive(t, filepath.Join(t.TempDir(), "empty.db"))
	relations, err := a.Relations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(relations) == 0 {
		t.Fatal("no relations")
	}
	for _, relation := range relations {
		if !strings.Contains(string(readme), "`"+relation.Name+"`") {
			t.Errorf("README.md does not name the relation %s", relation.Name)
		}
	}
}

func openArchive(t *testing.T, name string) *archive.Archive {
	t.Helper()
	a, err := openForWriting(t.Context(), &app{archive: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}
