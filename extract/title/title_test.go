package title

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTitles reads every row of the tables in testdata/titles: the title columns are the input, the others what is
// wanted. UPDATE=1 writes what comes out, for a person to read.
func TestTitles(t *testing.T) {
	files, err := filepath.Glob("../../testdata/titles/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables of titles: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			rows := readTable(t, file)
			head := rows[0]
			got := [][]string{head}
			for _, row := range rows[1:] {
				in := map[string]string{}
				for i, name := range head {
					in[name] = row[i]
				}
				title := Classify(in["title"], Context{Site: in["site"], Column: in["column"], URL: in["url"]})
				if title.Reason == "" {
					t.Errorf("%s: no reason", in["title"])
				}
				out := map[string]string{
					"kind": string(title.Kind), "authority": title.Authority, "printed": title.Printed, "type": title.Type,
					"level": title.Level, "year": strconv.Itoa(title.Year), "scope": title.Scope, "basis": title.ScopeBasis,
				}
				result := make([]string, len(head))
				for i, name := range head {
					var ok bool
					if result[i], ok = out[name]; !ok {
						result[i] = row[i]
					}
				}
				got = append(got, result)
			}
			if os.Getenv("UPDATE") == "1" {
				writeTable(t, file, got)
				return
			}
			for i := range rows {
				if diff := cmp.Diff(rows[i], got[i]); diff != "" {
					t.Errorf("row %d (-want +got):\n%s", i+1, diff)
				}
			}
		})
	}
}

func readTable(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func writeTable(t *testing.T, file string, rows [][]string) {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}
