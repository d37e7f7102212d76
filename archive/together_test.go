package archive

import (
	"strings"
	"testing"

	"nianbao/extract"
)

// Readings that are saved together come to the same as one by one, also where several are of one report, one turns out to be
// none, and one cannot be saved, which fails alone.
func TestSavedTogetherIsAsSavedAlone(t *testing.T) {
	readings := func(a *Archive) []Reading {
		c := fill(t, a)
		id := func(name, body string, hours int) int64 {
			return save(t, c, page("http://x.gov.cn/"+name, body, hours)).ID
		}
		other := report2023(number("disputes/review/total", "7"))
		other.Year = 2024
		broken := report2023()
		broken.Cells[0].Relation = "nothing"
		bytes := report2023()
		bytes.Title = "年报\xff\xfe"
		return []Reading{
			{CaptureID: id("1.html", "二", 1), Reading: extract.Reading{Report: report2023(number("disputes/review/total", "9"))}},
			{CaptureID: id("2.html", "三", 1), Reading: extract.Reading{Report: other}},
			{CaptureID: id("3.html", "四", 1), Reading: extract.Reading{Report: broken}},
			{CaptureID: id("4.html", "五", 1), Reading: extract.Reading{Report: bytes}}, // the same report, elsewhere
			{CaptureID: id("5.html", "六", 1), Reading: extract.Reading{NotReport: &extract.NotReport{Kind: "guide", Reason: "It is one."}}},
			{CaptureID: 77, Reading: extract.Reading{Report: other}},
		}
	}
	alone, together := openTest(t), openTest(t)
	for i, r := range readings(alone) {
		if _, err := alone.SaveReading(t.Context(), r.CaptureID, "v1", r.Reading, nil); (err != nil) != (i == 2 || i == 5) {
			t.Errorf("reading %d: %v", i, err)
		}
	}
	list := readings(together)
	for range 2 {
		saved, err := together.SaveReadings(t.Context(), SaveOptions{Extractor: "v1", Effects: true}, list)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range saved {
			if (s.Err != nil) != (i == 2 || i == 5) {
				t.Errorf("reading %d: %v", i, s.Err)
			}
		}
		if saved[4].NotReport != "guide" || saved[4].Reason == "" || saved[1].Year != 2024 || !strings.Contains(saved[5].Err.Error(), "77") {
			t.Errorf("%+v", saved)
		}
		want := contents(t, alone)
		delete(want, "crawls")
		sameContents(t, together, want)
		list = []Reading{list[0], list[1], list[2], list[3], list[4], list[5]}
	}
	sound(t, together)
}

// What became of reports by saving a reading is told once somebody asks.
func TestEffects(t *testing.T) {
	a := openTest(t)
	c := fill(t, a)
	saveEffects := func(capture int64, extractor string, r extract.Reading) []Effect {
		t.Helper()
		saved, err := a.SaveReadings(t.Context(), SaveOptions{Extractor: extractor, Effects: true}, []Reading{{CaptureID: capture, Reading: r}})
		if err != nil || saved[0].Err != nil {
			t.Fatal(err, saved)
		}
		return saved[0].Effects
	}
	if e := saveEffects(1, "v2", extract.Reading{Report: report2023()}); e != nil {
		t.Errorf("the same numbers: %+v", e)
	}
	e := saveEffects(1, "v3", extract.Reading{Report: report2023(number("disputes/review/total", "7"), blank("applications/new_this_year/total"),
		number("applications/carried_in/total", "2"))})
	if len(e) != 1 || e[0].OldExtractor != "v2" || e[0].NewExtractor != "v3" || len(e[0].Numbers) != 3 ||
		e[0].Numbers[0] != (NumberEffect{"applications", "carried_in", "total", "", "2"}) ||
		e[0].Numbers[1] != (NumberEffect{"applications", "new_this_year", "total", "125", ""}) ||
		e[0].Numbers[2] != (NumberEffect{"disputes", "review", "total", "6", "7"}) {
		t.Errorf("%+v", e)
	}
	second := save(t, c, page("http://x.gov.cn/2.html", "二", 0)).ID
	other := report2023()
	other.Year = 2024
	if e := saveEffects(second, "v3", extract.Reading{Report: other}); len(e) != 1 || !e[0].New || e[0].Numbers != nil {
		t.Errorf("%+v", e)
	}
	if e := saveEffects(second, "v4", extract.Reading{NotReport: &extract.NotReport{Kind: "guide"}}); len(e) != 1 || !e[0].Lost ||
		!strings.HasSuffix(e[0].Key, "2024") || e[0].OldExtractor != "v3" {
		t.Errorf("%+v", e)
	}
}
