package main

import (
	"net/url"
	"strings"
	"testing"

	"nianbao/crawler"
	"nianbao/extract/division"
	"nianbao/extract/title"
)

// What can be checked of the built-in register without asking anybody: no column stands there twice, and each row is an
// authority's, in the division that its name says.
func TestBuiltinRegister(t *testing.T) {
	sites, err := crawler.BuiltinSites()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, s := range sites {
		u, err := url.Parse(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		u.Scheme, u.Host, u.Path = "", strings.TrimPrefix(u.Host, "www."), strings.TrimSuffix(u.Path, "/")
		column := u.String() // http or https, with www or without, with the last slash or without
		if other := seen[column]; other != "" {
			t.Errorf("%s is the column of %s", s.Key, other)
		}
		seen[column] = s.Key
		if name := title.NameOf(s.Name); name.Type == "" {
			t.Errorf("%s: %s is no authority that extract/title knows", s.Key, s.Name)
		}
		if s.Region == "" {
			continue
		}
		if _, inForce := division.At(s.Region, ""); !inForce {
			t.Errorf("%s: %s is no code in force", s.Key, s.Region)
		}
		place, ok := division.Resolve(title.NameOf(s.Name).Normal, division.Hint{Region: s.Region})
		if !ok || place.Named && !within(s.Region, place.Division.Code) {
			t.Errorf("%s: %s is in %s %s, not in %s", s.Key, s.Name, place.Division.Code, place.Division.Name, s.Region)
		}
	}
}

// within says whether a division is the one with that code or lies in it: a branch of a city's bureau in a district.
func within(region, code string) bool {
	return strings.HasPrefix(region, strings.TrimSuffix(strings.TrimSuffix(code, "00"), "00"))
}

// A contact goes into a header: a line break in it would fail each request, and the sites would be said to be down.
func TestContactFitsAHeader(t *testing.T) {
	for contact, ok := range map[string]bool{
		"": true, "me@example.org": true, "张三 +86 10 1234": true, " ": false, "me@example.org\n": false, "a\x00b": false,
	} {
		if err := checkContact(contact); (err == nil) != ok {
			t.Errorf("contact %q: %v", contact, err)
		}
	}
}
