package division

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Every line of the data is read, and the spans of a code follow each other without overlapping.
func TestTableIsSound(t *testing.T) {
	all := All()
	if want := strings.Count(data, "\n") - 1; len(all) != want {
		t.Fatalf("%d spans of %d lines", len(all), want)
	}
	code := regexp.MustCompile(`^[1-9]\d{5}$`)
	day := regexp.MustCompile(`^(20\d\d-\d\d-\d\d)?$`)
	for i, d := range all {
		if !code.MatchString(d.Code) || d.Name == "" || !day.MatchString(d.ValidFrom) || !day.MatchString(d.ValidTo) ||
			d.ValidTo != "" && d.ValidTo <= d.ValidFrom || d.Province == "" {
			t.Errorf("%+v", d)
		}
		if d.Successor != "" && (d.ValidTo == "" || len(ByCode(d.Successor)) == 0) {
			t.Errorf("%+v has a successor", d)
		}
		if i > 0 && all[i-1].Code == d.Code && (all[i-1].ValidTo == "" || all[i-1].ValidTo >= d.ValidFrom) {
			t.Errorf("%+v overlaps %+v", d, all[i-1])
		}
		if (d.Level == Province) != (d.Parent == "") || d.Parent != "" && len(ByCode(d.Parent)) == 0 {
			t.Errorf("%+v: parent", d)
		}
	}
}

// A division's history has no gap and no branch: each code begins on the day after the one before it ended.
func TestHistories(t *testing.T) {
	before := map[Division]Division{}
	for _, d := range All() {
		h := d.History()
		for i := range h[1:] {
			last, err := time.Parse(time.DateOnly, h[i].ValidTo)
			next := last.AddDate(0, 0, 1).Format(time.DateOnly)
			if err != nil || next != h[i+1].ValidFrom || h[i].Successor != h[i+1].Code {
				t.Errorf("%+v then %+v", h[i], h[i+1])
			}
			if other, ok := before[h[i+1]]; ok && other != h[i] {
				t.Errorf("%+v replaced both %+v and %+v", h[i+1], other, h[i])
			}
			before[h[i+1]] = h[i]
		}
		if d.Successor != "" && h[len(h)-1] == d {
			t.Errorf("%+v: nothing follows", d)
		}
	}
	if h := (Division{Code: "371503", Name: "another"}).History(); len(h) != 0 {
		t.Error(h)
	}
	for _, c := range []struct{ code, name, want string }{
		{"371503", "茌平区", "371523茌平县 371503茌平区"},
		{"420600", "襄樊市", "420600襄樊市 420600襄阳市"},
		{"500110", "綦江区", "500222綦江县 500110綦江区"},
		{"500110", "万盛区", "500110万盛区"},
		{"360402", "庐山区", "360402庐山区 360402濂溪区"},
		{"360483", "庐山市", "360483庐山市"},
		{"139001", "定州市", "130682定州市 139001定州市 130682定州市"},
		{"220381", "公主岭市", "220381公主岭市 220184公主岭市"},
		{"469025", "定安县", "469025定安县 469021定安县"},
		{"542300", "日喀则地区", "542300日喀则地区 540200日喀则市"},
		{"371200", "莱芜市", "371200莱芜市"},
		{"500228", "梁平县", "500228梁平县 500155梁平区"},
		{"232701", "漠河市", "232723漠河县 232701漠河市"},
	} {
		var got []string
		for _, d := range ByCode(c.code) {
			if d.Name != c.name {
				continue
			}
			got = nil
			for _, h := range d.History() {
				got = append(got, h.Code+h.Name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s: %v, want %s", c.code, c.name, got, c.want)
		}
	}
}

func TestAt(t *testing.T) {
	for _, c := range []struct{ code, day, want string }{
		{"371523", "2018-12-31", "茌平县"},
		{"371503", "2018-12-31", ""},
		{"371523", "2019-12-31", ""},
		{"371503", "2019-12-31", "茌平区"},
		{"371503", "", "茌平区"},
		{"371523", "", ""},
		{"371523", "1999-01-01", "茌平县"},
		{"500110", "2010-12-31", "万盛区"},
		{"500110", "2012-12-31", "綦江区"},
		{"110101", "2009-12-31", "东城区"},
		{"110103", "2009-12-31", "崇文区"},
		{"110103", "2010-12-31", ""},
		{"110100", "2010-12-31", ""}, // a summary row
		{"371471", "2023-12-31", ""}, // a zone of the statistical codes
		{"", "", ""},
	} {
		if d, ok := At(c.code, c.day); d.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s on %s: %+v, %v", c.code, c.day, d, ok)
		}
	}
}

// How many divisions the Ministry of Civil Affairs counted: 2023 year's end 34, 333 and 2844; of the counties 三沙's two
// districts were counted, where the statistical codes have three groups of islands, and 加格达奇, 松岭, 新林, 呼中, 大柴旦 were
// not. 和安县 and 和康县 came in 2024.
func TestNumberOfDivisions(t *testing.T) {
	for day, want := range map[string]int{"2023-12-31": 2844 - 2 + 5 + 3, "": 2846 + 5} {
		n := map[string]int{}
		for _, d := range All() {
			if valid(d, day) {
				n[d.Level]++
			}
		}
		if n[Province] != 34 || n[Prefecture] != 333 || n[County] != want {
			t.Errorf("on %q: %v", day, n)
		}
	}
}

// The register's regions are codes in force, and agree with what its rows are called.
func TestRegister(t *testing.T) {
	rows := readCSV(t, "../../crawler/sites.csv")
	checked := 0
	for _, row := range rows {
		if row["region"] == "" {
			continue
		}
		checked++
		d, ok := At(row["region"], "")
		p, resolved := Resolve(row["name"], Hint{Region: row["region"]})
		if !ok || !resolved || !p.Named || p.Division != d {
			t.Errorf("%s %s %s: %+v, named %+v", row["key"], row["name"], row["region"], d, p)
		}
	}
	if checked == 0 {
		t.Error("no row has a region")
	}
}

// The authorities of real reports whose addresses are known, with the province that the address is in.
func TestAuthoritiesOfRealReports(t *testing.T) {
	rows := readCSV(t, "../../testdata/divisions/authorities.csv")
	if len(rows) == 0 {
		t.Error("no rows")
	}
	for _, row := range rows {
		p, ok := Resolve(row["authority"], Hint{Province: row["province"], Day: row["year"] + "-12-31"})
		if d := p.Division; !ok || d.Code != row["code"] || d.Name != row["division"] || p.Rest != row["rest"] ||
			d.Province != row["province"] {
			t.Errorf("%s in %s: %+v", row["authority"], row["province"], p)
		}
	}
}

// readCSV reads rows by column name.
func readCSV(t *testing.T, path string) (rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Whatever the name and the hints, Resolve returns in time linear in the name, and what it says is in the table.
func FuzzResolve(f *testing.F) {
	f.Add("聊城市茌平区水利局", "371503", "3715000028", "山东省", "2018-12-31")
	f.Add("市市市", "110000", "", "北京", "")
	f.Add("国家税务总局", "999999", "bm", "\xff", "x")
	f.Fuzz(func(t *testing.T, name, region, site, province, day string) {
		p, ok := Resolve(name, Hint{region, site, province, day})
		if ok && len(p.Division.History()) == 0 {
			t.Errorf("%+v is not in the table", p)
		}
		if !ok && p != (Place{}) {
			t.Errorf("undecided, but %+v", p)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		parse(data).index()
	}
}

func BenchmarkResolve(b *testing.B) {
	for name, hint := range map[string]Hint{
		"聊城市茌平区水利局": {Region: "371503", Day: "2018-12-31"},
		"清流卫计委":     {Region: "350423"},
		"水利局":       {Region: "371503"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Resolve(name, hint)
			}
		})
	}
}
