package archive

import (
	"bytes"
	"cmp"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/division"
	"nianbao/extract/form"
	"nianbao/extract/title"
)

// A country is an archive of as many reports as wanted, made up: counties of the division table, in each the same bodies,
// of each a report a year. Some counties, the seeds, go through SaveCapture and SaveReadings, with what real reports
// print in numbers and tables. All others are copies of their rows, under their own names and numbers: so every row is
// as the real path writes it, and a million reports take minutes.
const (
	firstYear, lastYear = 2008, 2025
	seedCounties        = 6 // at most
)

var countyBodies = []string{"人民政府", "人民政府办公室", "发展和改革局", "教育局", "公安局", "民政局", "司法局", "财政局",
	"人力资源和社会保障局", "自然资源局", "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "卫生健康局", "应急管理局",
	"审计局", "市场监督管理局", "统计局", "医疗保障局", "文化和旅游局", "退役军人事务局"}

// perCounty is how many reports a county has, before those are left out that nobody published.
var perCounty = len(countyBodies) * (lastYear - firstYear + 1)

// A small country is sound, and every query of the cookbook answers on it without looking through a table that it need not.
func TestCountry(t *testing.T) {
	if testing.Short() {
		t.Skip("made of a thousand captures")
	}
	name := filepath.Join(t.TempDir(), "country.db")
	countryArchive(t, name, 5*perCounty)
	a := openAt(t, name)
	// What a query looks through from end to end. Sums over all reports do so by their nature.
	mayScan := map[string][]string{
		"04": {"report"}, "05": {"report"}, "07": {"disputes"}, "08": {"report"}, "13": {"revision"}, "16": {"findings"}, "17": {"mentions"},
		"18": {"sites"}, "21": {"report"}, "22": {"report"}, "25": {"report"},
		"09": {"authorities", "named"}, "10": {"authorities", "named"}, "11": {"authorities", "named"},
	}
	for _, r := range cookbook(t) {
		if _, err := drain(t.Context(), a, r.query); err != nil {
			t.Errorf("query %s: %v", r.name, err)
		}
		for _, table := range scanned(t, a, r.query) {
			if !slices.Contains(mayScan[r.name], table) {
				t.Errorf("query %s looks through all of %s", r.name, table)
			}
		}
	}
	for _, relation := range ofOneReport {
		for _, table := range scanned(t, a, `SELECT * FROM `+relation+` WHERE report_id = 1`) {
			t.Errorf("%s of one report looks through all of %s", relation, table)
		}
	}
	want(t, a, "1", `SELECT count(*) > 1500 FROM reports`)
	want(t, a, "0", `SELECT count(*) FROM panel JOIN applications a USING (report_id) WHERE a.item = 'granted' AND a.total IS NOT granted`)
	want(t, a, "1", `SELECT count(*) > 10 FROM reports WHERE gone_at IS NOT NULL`)
	want(t, a, "1", `SELECT count(*) > 30 FROM coverage WHERE state = 'missing'`)
	sound(t, a)
}

// scanned are the tables that a query looks through from the first row to the last, by their names or those of their
// indexes' tables: a cursor on them is rewound, not sought. Tables of a few rows and partial indexes do not count.
func scanned(t testing.TB, a *Archive, query string) []string {
	t.Helper()
	type step struct {
		op         string
		p1, p2, p3 int64
	}
	rows, err := a.read.QueryContext(t.Context(), `EXPLAIN `+query)
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	defer rows.Close()
	opened, through := map[int64]int64{}, map[int64]bool{}
	for rows.Next() {
		var s step
		var rest any
		if err := rows.Scan(new(int64), &s.op, &s.p1, &s.p2, &s.p3, &rest, &rest, &rest); err != nil {
			t.Fatal(err)
		}
		switch s.op {
		case "OpenRead":
			opened[s.p1] = s.p2
		case "OpenEphemeral", "OpenAutoindex", "OpenPseudo", "SorterOpen":
			delete(opened, s.p1)
		case "Rewind", "Last":
			if root := opened[s.p1]; root != 0 {
				through[root] = true
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var tables []string
	for root := range through {
		table := ask(t, a, `SELECT tbl_name FROM sqlite_schema WHERE rootpage = ? AND NOT (type = 'index' AND sql LIKE '% WHERE %')`, root)
		if !slices.Contains([]string{"", "typed", "measured", "field", "labels", "crawls", "meta"}, table) {
			tables = append(tables, table)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}

// country is one on its way.
type country struct {
	testing.TB
	draw    *rand.Rand
	forms   map[string][]extract.Report // real reports by the form that they use
	bodies  map[string][]byte           // their pages, by title
	clauses []string                    // of their texts, the frequent ones first
	places  []string
}

// countryArchive makes a country of that many reports, and a few more, in a file named name.
func countryArchive(t testing.TB, name string, reports int) {
	t.Helper()
	c := country{TB: t, draw: rand.New(rand.NewPCG(8, 3))}
	c.learn()
	var counties []division.Division
	for _, d := range division.All() {
		if d.Level == division.County && d.ValidTo == "" && len([]rune(d.Name)) > 2 {
			counties = append(counties, d)
		}
	}
	n := max(reports*20/19/perCounty+1, 2) // four in a hundred are left out that nobody published
	if n > len(counties) {
		t.Fatalf("%d counties are too few for %d reports", len(counties), reports)
	}
	c.draw.Shuffle(len(counties), func(i, j int) { counties[i], counties[j] = counties[j], counties[i] })
	seeds := counties[:min(max(n/4, 1), seedCounties)]
	var labels []Label
	for _, l := range form.Labels() {
		labels = append(labels, Label(l))
	}
	a, err := Open(t.Context(), name, Options{Now: testClock(), Labels: labels, Extractor: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	for run := range 3 {
		c.crawl(a, seeds, run)
	}
	c.check(a.Close())
	c.multiply(name, seeds, counties[len(seeds):n])
}

func (c *country) check(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// learn reads the real reports.
func (c *country) learn() {
	c.Helper()
	c.forms, c.bodies = map[string][]extract.Report{}, map[string][]byte{}
	files, err := filepath.Glob("../testdata/reports/*/page.html")
	c.check(err)
	count := map[string]int{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		c.check(err)
		read, err := extract.Read(extract.Input{Body: body, ContentType: "text/html"})
		if err != nil || read.Report == nil || read.Report.Completeness != "complete" && read.Report.Form != "none" ||
			len(read.Report.Sections) == 0 || len(read.Report.Tables) == 0 {
			continue
		}
		r := *read.Report
		c.forms[r.Form] = append(c.forms[r.Form], r)
		c.bodies[r.Title] = body
		for _, s := range r.Sections {
			for _, clause := range strings.FieldsFunc(s.Text, func(r rune) bool { return strings.ContainsRune("，。；：、\n", r) }) {
				count[clause]++
			}
		}
	}
	for clause := range count {
		c.clauses = append(c.clauses, clause)
	}
	slices.SortFunc(c.clauses, func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	for _, d := range division.All() {
		c.places = append(c.places, d.Name)
	}
}

// text is a text of about that many characters: clauses as frequent as words are in a language (Zipf), and between them
// places and numbers.
func (c *country) text(length int) string {
	zipf := rand.NewZipf(c.draw, 1.05, 8, uint64(len(c.clauses)-1))
	var b strings.Builder
	for n := 0; n < length; {
		clause := c.clauses[zipf.Uint64()]
		if c.draw.IntN(12) == 0 {
			clause += fmt.Sprintf("在%s等地%d次", c.places[c.draw.IntN(len(c.places))], c.draw.IntN(5000))
		}
		b.WriteString(clause)
		b.WriteString([]string{"，", "，", "。"}[c.draw.IntN(3)])
		n += len([]rune(clause)) + 1
	}
	return b.String()
}

// formOf is the form that the reports of a year mostly use.
func (c *country) formOf(year int) string {
	switch odds := c.draw.IntN(100); {
	case year >= 2021:
		return "2021"
	case year >= 2019:
		return "2019"
	case year >= 2014 && odds < 60:
		return "2014"
	case year >= 2011 && year < 2019 && odds > 95:
		return "fujian"
	}
	return "none"
}

// report makes up what a body says of a year.
func (c *country) report(county division.Division, body string, year int) *extract.Report {
	form := c.formOf(year)
	r := c.forms[form][c.draw.IntN(len(c.forms[form]))]
	name := title.NameOf(county.Name + body)
	page := r.Title
	r.AuthorityPrinted, r.Authority, r.AuthorityType, r.Level = name.Printed, name.Normal, name.Type, name.Level
	r.Year, r.Scope, r.ScopeBasis = year, "unknown", ""
	if body == "人民政府" {
		r.Scope, r.ScopeBasis = "aggregate", "本行政区域"
	}
	r.PeriodFrom, r.PeriodTo = fmt.Sprintf("%d-01-01", year), fmt.Sprintf("%d-12-31", year)
	r.PublishedOn, r.PublishedFrom = fmt.Sprintf("%d-%02d-%02d", year+1, 1+c.draw.IntN(4), 1+c.draw.IntN(28)), "page"
	r.SiteCode, r.CreditCode, r.IndexNo, r.Publisher = "", "", "", ""
	long := min(int(400*c.draw.ExpFloat64())+900, 8000)
	r.Sections = slices.Clone(r.Sections)
	for i := range r.Sections {
		r.Sections[i].Text = fmt.Sprintf("%s%d年，%s", name.Printed, year, c.text(long/len(r.Sections)))
	}
	r.Mentions = slices.Clone(r.Mentions)
	r.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", name.Printed, year)
	c.bodies[r.Title] = c.bodies[page]
	return &r
}

// crawl is one run through the columns of the seed counties: the first finds all, the second some changed and some gone,
// the third these still gone.
func (c *country) crawl(a *Archive, counties []division.Division, run int) {
	c.Helper()
	ctx := c.Context()
	crawl, err := a.BeginCrawl(ctx, "crawl")
	c.check(err)
	at := time.Date(2026, time.Month(5+run), 1, 2, 0, 0, 0, time.UTC)
	a.now = func() time.Time { return at }
	var sites []crawler.Site
	for _, d := range counties {
		sites = append(sites, crawler.Site{Key: "c" + d.Code, Name: d.Name + "人民政府", URL: "http://www." + d.Code + ".gov.cn/nb/", Region: d.Code})
	}
	c.check(crawl.SaveSites(ctx, sites))
	c.draw = rand.New(rand.NewPCG(8, 3)) // each run draws the same
	get := func(site crawler.Site, role crawler.Role, address string, status int, body []byte) *crawler.Capture {
		at = at.Add(time.Second)
		x := &crawler.Capture{Site: site.Key, Role: role, URL: address, FinalURL: address, Method: "GET", Transport: "http",
			At: at, Status: status, StatusLine: fmt.Sprint(status, " ", http.StatusText(status)), Proto: "HTTP/1.1",
			Header: http.Header{"Content-Type": {"text/html"}, "Server": {"nginx"}, "Date": {at.Format(http.TimeFormat)},
				"Etag": {`"65c1d2a1-1f3a"`}, "Last-Modified": {"Tue, 06 Feb 2024 06:27:13 GMT"}, "Connection": {"keep-alive"}},
			RequestHeader: http.Header{"User-Agent": {"nianbao/1 (+you@example.org)"}, "Accept-Encoding": {"gzip"}},
			RemoteAddr:    "10.0.0.1:80", Elapsed: 80 * time.Millisecond, Body: body, Complete: true, Outcome: crawler.OutcomeOK}
		if status != 200 {
			x.Outcome = crawler.OutcomeHTTP(status)
		}
		c.check(crawl.SaveCapture(ctx, x))
		return x
	}
	for _, site := range sites {
		county, _ := division.At(site.Region, "2026-01-01")
		list := get(site, crawler.RoleList, site.URL, 200, []byte("<ul>"+site.Name+"</ul>"))
		visit := crawler.Visit{Site: site.Key, System: "plain", Outcome: crawler.OutcomeOK, Lists: 1}
		var links []crawler.Link
		var readings []Reading
		for b, body := range countyBodies {
			for year := firstYear; year <= lastYear; year++ {
				r := c.report(county, body, year)
				fate := c.draw.IntN(1000)
				if fate < 40 { // nobody published it
					continue
				}
				address := fmt.Sprintf("%sart_%d_%d.html", site.URL, b, year)
				links = append(links, crawler.Link{URL: address, Title: r.Title, ListedOn: r.PublishedOn, ListCaptureID: list.ID,
					Decision: "report", Reason: "the title names an authority, a year and 年度报告"})
				visit.Items++
				gone, changed, asked := fate >= 990, fate >= 960 && fate < 990, fate >= 700
				if run == 2 && !gone || run == 1 && !asked {
					visit.Unchanged++
					continue
				}
				page, status := c.bodies[r.Title], 200
				if run > 0 && gone {
					page, status = []byte("404"), 404
				}
				if run == 1 && changed {
					page = append(bytes.Clone(page), "<!-- 更正 -->"...)
					r.Cells = slices.Clone(r.Cells)
					for i := range r.Cells {
						if r.Cells[i].Value.Valid && i%50 == 7 {
							r.Cells[i].Value.Decimal = r.Cells[i].Value.Decimal.Add(r.Cells[i].Value.Decimal)
							r.Cells[i].Raw = r.Cells[i].Value.Decimal.String()
						}
					}
				}
				x := get(site, crawler.RolePage, address, status, page)
				if x.Outcome != "new" && x.Outcome != "changed" {
					continue
				}
				readings = append(readings, Reading{CaptureID: x.ID, Reading: extract.Reading{Report: r}})
				if fate >= 700 && fate < 760 && run == 0 { // a file that the page carries, of the same content
					name := fmt.Sprintf("%d_%d.doc", b, year)
					c.check(crawl.SaveFiles(ctx, x.ID, []crawler.File{{URL: site.URL + name, Name: name}}))
					file := get(site, crawler.RoleAttachment, site.URL+name, 200, []byte("file"))
					readings = append(readings, Reading{CaptureID: file.ID, Reading: extract.Reading{Report: r}})
				}
			}
		}
		c.check(crawl.SaveLinks(ctx, site.Key, links))
		for some := range slices.Chunk(readings, 16) {
			saved, err := a.SaveReadings(ctx, SaveOptions{Extractor: "v1"}, some)
			c.check(err)
			for _, s := range saved {
				c.check(s.Err)
			}
		}
		c.check(crawl.SaveVisit(ctx, visit))
	}
	_, err = crawl.Finish(ctx)
	c.check(err)
}

// copied are the tables of a county with the expressions that make a copy's rows; what is not named goes as it is. s is
// the row of a seed, k the copy, see @-words in copies. What is kept by report has reports in no order, as their numbers are
// digests: it is copied in sweeps through all reports, which fill the pages as an archive does that grows by and by.
var copied = []struct{ table, where, columns string }{
	{"sites", "s.key = k.seed_site", "key=k.site,name=@name,url=@url,region=k.code"},
	{"named", "s.site = k.seed_site", "site=k.site,body=@far,name=@name"},
	{"visits", "s.site = k.seed_site", "site=k.site"},
	{"address", "s.url LIKE 'http://www.' || k.seed_code || '.%'", "address_id=@near,url=@url,answer_id=@near"},
	{"capture", "s.site = k.seed_site", "capture_id=@near,site=k.site,address_id=@near,final_url=@url,answer_id=@near"},
	{"file", byCapture, "capture_id=@near"},
	{"attached", byCapture, "capture_id=@near,address=@url"},
	{"link", "s.site = k.seed_site", "link_id=@near,site=k.site,url=@url,address=@url,title=@name,list_capture_id=@near"},
	{"reading", byCapture, "capture_id=@near,report_id=@far"},
	{"compared", byCapture, "capture_id=@near,next_id=@near,cells_id=@near"},
	{"past_cell", byCapture, "capture_id=@near,value=@value"},
	{"revision", "s.old_capture_id IN (SELECT capture_id FROM seed.capture WHERE site = k.seed_site)",
		"old_capture_id=@near,new_capture_id=@near"},
	{"authorities", "s.region_code = k.seed_code", "authority_id=@far,name=@name,names=@name,region_code=k.code"},
	{"mentions", ofCounty, "report_id=@far,value=@value,quote=@name,capture_id=@near"},
	{"tables", ofCounty + " AND k.n % 20 = 0", "report_id=@far,capture_id=@near"}, // of a twentieth: 20 kB a report
	{"findings", ofCounty, "finding_id=NULL,report_id=@far,message=@name,other_report_id=@far"},
	{"passage", ofCounty, "passage_id=NULL,report_id=@far,text=@name"},
	{"report", swept, "report_id=@far,key=@key,capture_id=@near,site=k.site,authority_id=@far,body=@far," +
		"authority=@name,authority_printed=@name,province=k.province,prefecture=k.prefecture,region=k.name,region_code=k.code,title=@name," +
		strings.ReplaceAll(strings.Join(strings.Fields(keptColumns[:strings.Index(keptColumns, ", contradictions")]), ""), ",", "=@value,") + "=@value"},
	{"cell", swept, "report_id=@far,value=@value"},
	{"applications", swept, "report_id=@far,natural_person=@value,business=@value,research_institution=@value," +
		"public_interest_organization=@value,legal_service=@value,other_organization=@value,total=@value"},
	{"disputes", swept, "report_id=@far,upheld=@value,corrected=@value,other=@value,pending=@value,total=@value"},
	{"disclosure", swept, "report_id=@far,value=@value"},
	{"statistics", swept, "report_id=@far,value=@value"},
	{"indicator", swept, "report_id=@far,value=@value"},
}

const (
	byCapture = "s.capture_id IN (SELECT capture_id FROM seed.capture WHERE site = k.seed_site)"
	ofCounty  = "s.report_id IN (SELECT report_id FROM seed.report WHERE site = k.seed_site)"
	swept     = ""
	sweeps    = 3
)

// multiply adds the copies.
func (c *country) multiply(name string, seeds, counties []division.Division) {
	c.Helper()
	seed := name + ".seed"
	data, err := os.ReadFile(name)
	c.check(err)
	c.check(os.WriteFile(seed, data, 0o644))
	defer os.Remove(seed)
	db, err := sql.Open("sqlite", dsn(name, url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)", "cache_size(-1000000)"}}))
	c.check(err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		c.Helper()
		if _, err := db.ExecContext(c.Context(), query, args...); err != nil {
			c.Fatalf("%s: %v", query, err)
		}
	}
	do(`ATTACH ? AS seed`, seed)
	do(`CREATE TEMP TABLE copy(n INTEGER PRIMARY KEY, seed_site TEXT, seed_code TEXT, seed_name TEXT, site TEXT, code TEXT, name TEXT,
		province TEXT, prefecture TEXT, near INTEGER, far INTEGER)`)
	do(`CREATE TEMP TABLE place(report_id INTEGER PRIMARY KEY, seed INTEGER, n INTEGER)`)
	var step int64
	c.check(db.QueryRowContext(c.Context(), `SELECT max((SELECT max(capture_id) FROM capture), (SELECT max(address_id) FROM address),
		(SELECT max(link_id) FROM link))`).Scan(&step))
	for n, d := range counties {
		from := seeds[n%len(seeds)]
		prefecture, _ := division.At(d.Parent, "2026-01-01")
		do(`INSERT INTO copy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, n+1, "c"+from.Code, from.Code, from.Name, "c"+d.Code, d.Code,
			d.Name, d.Province, orNull(prefecture.Name), step*int64(n+1), int64(uint64(n+1)*0x1f6f1c2d3b4a59&(1<<53-1)))
	}
	do(`INSERT INTO place SELECT (s.report_id + k.far) & 9007199254740991, s.report_id, k.n
		FROM copy k JOIN seed.report s ON s.site = k.seed_site`)
	var trigger string // the full text comes last
	c.check(db.QueryRowContext(c.Context(), `SELECT sql FROM sqlite_schema WHERE name = 'passage_insert'`).Scan(&trigger))
	do(`DROP TRIGGER passage_insert`)
	const together = 30 // counties in one transaction
	for n := 0; n < len(counties); n += together {
		do(`BEGIN`)
		for _, t := range copied {
			if t.where != swept {
				do(fmt.Sprintf("INSERT INTO main.%s SELECT %s FROM temp.copy k CROSS JOIN seed.%s s WHERE k.n > %d AND k.n <= %d AND %s",
					t.table, c.values(db, t.table, t.columns), t.table, n, n+together, t.where))
			}
		}
		do(`COMMIT`)
	}
	for sweep := range sweeps {
		for _, t := range copied {
			if t.where == swept {
				seeded := "seed." + t.table + " s ON s.report_id = p.seed"
				do(fmt.Sprintf("INSERT INTO main.%s SELECT %s FROM temp.place p CROSS JOIN temp.copy k ON k.n = p.n CROSS JOIN %s "+
					"WHERE (p.report_id >> 7) %% %d = %d ORDER BY p.report_id", t.table, c.values(db, t.table, t.columns), seeded, sweeps, sweep))
			}
		}
	}
	do(trigger)
	// As the archive is otherwise complete, it may be read from here on, and nothing is lost if this is stopped.
	do(`PRAGMA main.journal_mode = WAL`)
	do(`INSERT INTO search(search, rank) VALUES ('hashsize', 200000000)`) // fewer parts, and fewer merges of them
	do(`INSERT INTO search(search, rank) VALUES ('automerge', 0)`)
	var first, last int64
	c.check(db.QueryRowContext(c.Context(), `SELECT (SELECT max(passage_id) FROM seed.passage), (SELECT max(passage_id) FROM passage)`).
		Scan(&first, &last))
	for some := int64(50000); first < last; first += some {
		do(`INSERT INTO search(rowid, report_id, section, text) SELECT passage_id, report_id, section, text FROM passage
			WHERE passage_id > ? AND passage_id <= ?`, first, first+some)
	}
	do(`INSERT INTO search(search, rank) VALUES ('hashsize', 1048576)`)
	do(`INSERT INTO search(search, rank) VALUES ('automerge', 4)`)
	do(`INSERT INTO search(search) VALUES ('optimize')`) // else whoever adds a report merges these parts
}

// values are a table's columns with the expressions for those of a copy: "(columns) SELECT values" of an INSERT.
func (c *country) values(db *sql.DB, table, columns string) string {
	c.Helper()
	made := map[string]string{}
	for _, column := range strings.Split(columns, ",") {
		name, how, _ := strings.Cut(column, "=")
		made[name] = strings.NewReplacer("@near", "s."+name+" + k.near", "@far", "(s."+name+" + k.far) & 9007199254740991",
			"@name", "replace(s."+name+", k.seed_name, k.name)", "@url", "replace(s."+name+", k.seed_code, k.code)",
			"@key", "k.code || replace(substr(s.key, 7), k.seed_name, k.name)",
			"@value", "s."+name+" * (1 + k.n % 7)").Replace(how) // one factor keeps all sums
	}
	names, err := selectTexts(c.Context(), db, `SELECT name FROM pragma_table_info(?)`, table)
	c.check(err)
	var values []string
	for _, name := range names {
		values = append(values, cmp.Or(made[name], "s."+name))
	}
	return strings.Join(values, ", ")
}
