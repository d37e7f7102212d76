package archive

import (
	"fmt"
	"path/filepath"
	"testing"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// part makes an archive with one run, and closes it.
func part(t *testing.T, path string, do func(*Archive, *Crawl)) {
	t.Helper()
	a, err := openQuick(t.Context(), path, Options{Now: testClock(), Extractor: "v1"})
	must(t, err)
	run := begin(t, a)
	do(a, run)
	_, err = run.Finish(t.Context())
	must(t, err)
	must(t, a.Close())
}

// bothWays merges two archives in both orders, twice each, and looks at the result each time.
func bothWays(t *testing.T, a, b func(*Archive, *Crawl), look func(*Archive)) {
	t.Helper()
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")}
	part(t, paths[0], a)
	part(t, paths[1], b)
	for range 2 {
		into := withExtractor(t)
		for range 2 {
			for _, path := range paths {
				_, err := into.Merge(t.Context(), path, MergeOptions{})
				must(t, err)
			}
			look(into)
			sound(t, into)
		}
		paths[0], paths[1] = paths[1], paths[0]
	}
}

// Two archives have fetched a page whose counter alone differs: the later answer is unchanged, as in a crawl. Where somebody said
// something of the later bytes, they stay a version, and what was said holds.
func TestMergeOfAPageWithACounter(t *testing.T) {
	const url = "http://x.gov.cn/1.html"
	for annotated, wanted := range map[bool]string{false: "new|0\nunchanged|1", true: "new|0\nchanged|0"} {
		fetched := func(reader string, hours int) func(*Archive, *Crawl) {
			return func(a *Archive, run *Crawl) {
				c := save(t, run, page(url, markup("one "+reader), hours))
				saveReport(t, a, c.ID, report2023())
				if annotated && hours > 0 {
					_, err := a.Annotate(t.Context(), []Annotation{{SHA256: c.SHA256, Relation: "disputes", RowID: "review", ColumnID: "total",
						Verdict: Misread, Value: "7", By: "somebody"}})
					must(t, err)
				}
			}
		}
		bothWays(t, fetched("1", 0), fetched("2", 1), func(a *Archive) {
			want(t, a, wanted, `SELECT outcome, received IS NOT NULL FROM capture ORDER BY fetched_at`)
			want(t, a, map[bool]string{false: "1|6", true: "2|7"}[annotated], `SELECT versions, value FROM reports JOIN cells USING (report_id)
				WHERE row_id = 'review'`)
		})
	}
}

// Two archives have fetched one container: the files in it are there once, as those of the first answer, even if only the archive
// that came later had opened it.
func TestMergeOfOneContainer(t *testing.T) {
	for _, openedFirst := range []bool{true, false} {
		fetched := func(hours int, opened bool) func(*Archive, *Crawl) {
			return func(a *Archive, run *Crawl) {
				zip := save(t, run, zipCapture("1", hours))
				if !opened {
					return
				}
				saveMembers(t, a, zip.ID, document.Member{Name: "a.doc", Body: []byte("a")}, document.Member{Name: "b.doc", Body: []byte("b")})
				containerRead(t, a, zip.ID)
				saveReport(t, a, zip.ID+1, report2023())
			}
		}
		bothWays(t, fetched(0, openedFirst), fetched(1, true), func(a *Archive) {
			want(t, a, fmt.Sprintf("%s|new|0\n%[1]s|new|1\n%[1]s|new|1\n%s|unchanged|0", stamp(captureAt), stamp(zipCapture("", 1).At)),
				`SELECT fetched_at, outcome, member_of IS NOT NULL FROM capture ORDER BY fetched_at, member_of`)
			want(t, a, "a.doc\nb.doc\n年报.zip\n年报.zip", `SELECT name FROM file ORDER BY name`)
			want(t, a, "1|"+fmt.Sprint(hash53(MemberAddress(zipURL, "a.doc"))), `SELECT versions, report_id FROM reports`)
		})
	}
}

// A report keeps a number that is made of an address where it is no longer found, as an earlier reading found it there.
func TestMergeKeepsNumbers(t *testing.T) {
	const old, here = "http://x.gov.cn/old.html", "http://x.gov.cn/1.html"
	bothWays(t, func(a *Archive, run *Crawl) {
		first := save(t, run, page(old, "old", 0)).ID
		saveReport(t, a, first, report2023())
		saveReport(t, a, save(t, run, page(here, "one", 1)).ID, report2023())
		saveAs(t, a, first, "v1", extract.Reading{NotReport: &extract.NotReport{Kind: "guide", Reason: "It is a guide."}})
	}, func(a *Archive, run *Crawl) {
		saveReport(t, a, save(t, run, page(here, "one", 2)).ID, report2023())
	}, func(a *Archive) {
		want(t, a, fmt.Sprint(hash53(old)), `SELECT report_id FROM reports`)
	})
}

// An entry of a list is gone when the visit ended that missed it first, whichever archive made it.
func TestMergeDatesWhatIsGone(t *testing.T) {
	row := []crawler.Site{{Key: "chiping", Name: "茌平区人民政府", URL: "http://x.gov.cn/list"}}
	visit := func(links ...crawler.Link) func(*Archive, *Crawl) {
		return func(a *Archive, run *Crawl) {
			must(t, run.SaveSites(t.Context(), row))
			must(t, run.SaveLinks(t.Context(), "chiping", links))
			must(t, run.SaveVisit(t.Context(), crawler.Visit{Site: "chiping", Outcome: crawler.OutcomeOK}))
			a.now() // the run goes on, at other sites
			save(t, run, page("http://y.gov.cn/", fmt.Sprint(len(links)), len(links)))
		}
	}
	bothWays(t, visit(crawler.Link{URL: "http://x.gov.cn/1.html", Title: "年报", Decision: "report"}), func(a *Archive, run *Crawl) {
		for range 10 {
			a.now() // this one is later
		}
		again, err := a.BeginCrawl(t.Context(), "crawl")
		must(t, err)
		visit()(a, again)
		_, err = again.Finish(t.Context())
		must(t, err)
	}, func(a *Archive) {
		want(t, a, "1", `SELECT l.gone_at = e.ended_at AND e.ended_at < c.finished_at FROM links l JOIN visit_end e USING (site)
			JOIN crawls c USING (crawl_id) ORDER BY e.ended_at DESC LIMIT 1`)
	})
}
