package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// licences are how each licence of the table reads.
var licences = map[string]struct{ has, lacks string }{
	"MIT":          {has: "Permission is hereby granted, free of charge"},
	"BSD-2-Clause": {has: "Redistribution and use in source and binary forms", lacks: "Neither the name"},
	"BSD-3-Clause": {has: "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met", lacks: "GNU"},
	"Apache-2.0":   {has: "Apache License Version 2.0"},
}

// The README's table of dependencies has each module that is linked into the program, its reason, and the licence that it
// comes with: nothing gets in unseen.
func TestDependenciesAreListed(t *testing.T) {
	listed := map[string]string{} // licence by module
	row := regexp.MustCompile("(?m)^\\| `([a-z0-9.-]+\\.[a-z]+/[^` ]+)` \\| ([A-Za-z0-9.-]+) \\| (.+) \\|$")
	readme, err := os.ReadFile(filepath.Join(repository, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range row.FindAllStringSubmatch(string(readme), -1) {
		if listed[m[1]] != "" {
			t.Errorf("%s is listed twice", m[1])
		}
		listed[m[1]] = m[2]
	}
	// The test is made anew when these change: go list runs outside of what go test knows.
	for _, name := range []string{"go.mod", "go.sum"} {
		if _, err := os.ReadFile(filepath.Join(repository, name)); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-json=Module", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	var linked []string
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ Module *struct{ Path, Dir string } }
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || p.Module.Path == "nianbao" || slices.Contains(linked, p.Module.Path) {
			continue
		}
		linked = append(linked, p.Module.Path)
		licence, ok := listed[p.Module.Path]
		if !ok {
			t.Errorf("%s is linked into the program, and not in the README's table", p.Module.Path)
			continue
		}
		wanted, known := licences[licence]
		if text := licenceText(t, p.Module.Dir); !known || !strings.Contains(text, wanted.has) || wanted.lacks != "" && strings.Contains(text, wanted.lacks) {
			t.Errorf("%s: its licence does not read like %s: %.200s", p.Module.Path, licence, text)
		}
	}
	for module := range listed {
		if !slices.Contains(linked, module) {
			t.Errorf("%s is in the README's table, and not linked into the program", module)
		}
	}
	if len(linked) < 40 {
		t.Errorf("only %d modules", len(linked))
	}
}

// licenceText is the licence in a module's folder, white space folded.
func licenceText(t *testing.T, dir string) string {
	t.Helper()
	for _, name := range []string{"LICENSE", "LICENSE.txt", "COPYING"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			return strings.Join(strings.Fields(string(text)), " ")
		}
	}
	t.Errorf("%s has no licence", dir)
	return ""
}
