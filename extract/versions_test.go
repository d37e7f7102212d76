package extract

import (
	"slices"
	"testing"
)

func TestEveryVersionIsExplained(t *testing.T) {
	if !slices.ContainsFunc(versionNotes, func(v VersionNote) bool { return v.Version == Version }) {
		t.Errorf("no note says what version %s changed", Version)
	}
	for _, c := range []struct {
		after, last string
		want        []string
	}{{"1", "3", []string{"2", "3"}}, {"", "2", []string{"1", "2"}}, {"devel", "1", []string{"1"}}, {"3", "3", nil}} {
		var got []string
		for _, v := range versionsBetween(c.after, c.last) {
			got = append(got, v.Version)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after %q up to %s: %v, want %v", c.after, c.last, got, c.want)
		}
	}
}
