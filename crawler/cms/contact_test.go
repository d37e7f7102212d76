package cms

import (
	"cmp"
	"path/filepath"
	"testing"

	"nianbao/crawler/recorded"
)

// overlaps are pages of one system that another would take too, if it were asked first: a family's older pages inside a
// newer one. The order of Systems decides there, and each pair has its reason. Every other page is recognised by one system
// only.
var overlaps = map[[2]string]string{}

// TestContactSheet shows the first page of every recorded column to every system: the one that the column belongs to takes
// it, and no other does, but plain, which takes every page.
func TestContactSheet(t *testing.T) {
	columns := map[string]int{}
	used := map[[2]string]bool{}
	folders, err := filepath.Glob("../../testdata/columns/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		site, err := recorded.Read(folder)
		if err != nil {
			t.Fatal(err)
		}
		columns[site.About["system"]]++
		own := cmp.Or(site.About["first"], site.About["system"]) // a column may begin with a page of another kind
		if own == "selector" {
			own = "plain"
		}
		address, body, contentType, err := site.First()
		if err != nil {
			t.Error(err)
			continue
		}
		p := Page{URL: address, Body: body, ContentType: contentType, Number: 1, Asked: Request{URL: address.String()}}
		chosen := ""
		for _, system := range Systems() {
			sign, ok := system.Recognise(p)
			if ok && chosen == "" {
				chosen = system.Name()
			}
			pair := [2]string{own, system.Name()}
			switch {
			case ok && sign == "":
				t.Errorf("%s: %s names no sign", site.Name, system.Name())
			case ok && system.Name() != own && system.Name() != "plain" && overlaps[pair] == "":
				t.Errorf("%s, a page of %s, is taken by %s: %s", site.Name, own, system.Name(), sign)
			case ok:
				used[pair] = true
			}
		}
		if chosen != own {
			t.Errorf("%s, a page of %s, goes to %s", site.Name, own, chosen)
		}
	}
	for pair := range overlaps {
		if !used[pair] {
			t.Errorf("no column shows the overlap of %v", pair)
		}
	}
	for _, system := range append(Systems(), WithSelector("a")) {
		if columns[system.Name()] < 2 {
			t.Errorf("system %s has %d recorded columns, want two at least", system.Name(), columns[system.Name()])
		}
	}
}

// TestSystemsAreNamedOnce holds the names, which stand in registers, apart; plain is last.
func TestSystemsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	systems := Systems()
	for i, system := range systems {
		if seen[system.Name()] || (system.Name() == "plain") != (i == len(systems)-1) {
			t.Errorf("system %d is %s", i, system.Name())
		}
		seen[system.Name()] = true
	}
}
