package mention_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/mention"
)

const cases = "../../testdata/mentions/*"

// Every folder of testdata/mentions is a case: text.txt, the sections of a narrative, each under a line "# id", and
// want.txt, what they state. UPDATE=1 writes want.txt anew; a person reads it against the text.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob(cases)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			got := dump(t, filepath.Join(dir, "text.txt"))
			file := filepath.Join(dir, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("read otherwise than wanted (-want +got):\n%s", diff)
			}
		})
	}
}

// sections takes a case's text apart.
func sections(t testing.TB, file string) [][2]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][2]string
	for _, part := range strings.Split("\n"+string(b), "\n# ")[1:] {
		id, body, _ := strings.Cut(part, "\n")
		out = append(out, [2]string{id, body})
	}
	return out
}

// dump writes the mentions of a case and its breakdowns, a line each.
func dump(t *testing.T, file string) string {
	var b strings.Builder
	for _, s := range sections(t, file) {
		for _, m := range mention.Read(s[0], s[1]) {
			about := ""
			if m.Approximate {
				about = "about "
			}
			fmt.Fprintf(&b, "%s %s %s%s%s: %s\n", m.Section, m.Metric, about, m.Value, m.Unit, m.Quote)
		}
		for _, x := range mention.Breakdowns(s[0], s[1]) {
			fmt.Fprintf(&b, "%s sum %s\n", x.Section, sum(x))
		}
	}
	return b.String()
}

// sum words a breakdown as its arithmetic.
func sum(x mention.Breakdown) string {
	parts := make([]string, len(x.Parts))
	for i, p := range x.Parts {
		parts[i] = p.Value.String()
	}
	sign := "="
	if !x.Sum().Equal(x.Total) {
		sign = "≠"
	}
	s := fmt.Sprintf("%s %s %s", x.Total, sign, strings.Join(parts, "+"))
	if x.Exhaustive {
		s += " exhaustive"
	}
	return s
}
