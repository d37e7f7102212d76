package archive

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/title"
)

// publication is one report as a test publishes it.
type publication struct {
	site, name string
	year       int
	siteCode   string
	credit     string
	publisher  string
}

// publish saves reports one after the other, each at an address of its own.
func publish(t *testing.T, a *Archive, c *Crawl, all ...publication) {
	t.Helper()
	for _, p := range all {
		capture := page(fmt.Sprintf("http://%s.gov.cn/%s/%d.html", p.site, p.name, p.year), p.name, 0)
		capture.Site = p.site
		n := title.NameOf(p.name)
		saveReport(t, a, save(t, c, capture).ID, &extract.Report{
			Authority: n.Normal, AuthorityPrinted: p.name, AuthorityType: n.Type, Level: n.Level, Scope: "unknown",
			Year: p.year, Form: "2021", Title: fmt.Sprint(p.name, p.year), Completeness: "complete",
			SiteCode: p.siteCode, CreditCode: p.credit, Publisher: p.publisher,
		})
	}
}

// register records sites, given as key and region.
func register(t *testing.T, c *Crawl, sites ...string) {
	t.Helper()
	for i := 0; i < len(sites); i += 2 {
		site := crawler.Site{Key: sites[i], Name: sites[i], URL: "http://x.gov.cn/", Region: sites[i+1]}
		if err := c.SaveSites(t.Context(), []crawler.Site{site}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDivisions(t *testing.T) {
	a := openTest(t)
	want(t, a, "371503|茌平区|county|371500|山东省|2019-10-31||\n371523|茌平县|county|371500|山东省||2019-10-30|371503",
		`SELECT * FROM divisions WHERE name LIKE '茌平%' ORDER BY code`)
	path := a.path
	edit := func(statement string) {
		if _, err := a.write.Exec(statement); err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		var err error
		if a, err = Open(t.Context(), path, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { a.Close() }()
	edit(`DELETE FROM divisions WHERE code = '371503'`)
	want(t, a, "0", `SELECT count(*) FROM divisions WHERE code = '371503'`) // it was not written again
	edit(`UPDATE meta SET divisions = 'that of an older version'`)
	want(t, a, "1|3788", `SELECT count(*) FILTER (WHERE code = '371503'), count(*) FROM divisions`)
}

// A county that became a district: one authority under two names and two codes.
func TestRenamedWithItsDivision(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	register(t, c, "chiping", "371503", "liaocheng", "371500")
	publish(t, a, c,
		publication{site: "chiping", name: "茌平区水利局", year: 2023},
		publication{site: "chiping", name: "茌平县水利局", year: 2018},
		publication{site: "liaocheng", name: "聊城市茌平区水利局", year: 2020},
		publication{site: "liaocheng", name: "聊城市茌平区水利局", year: 2023}, // the same report, at another site
		publication{site: "liaocheng", name: "聊城市水利局", year: 2023},
		publication{site: "chiping", name: "茌平区乐平铺镇", year: 2023})
	want(t, a, `聊城市水利局|bureau|prefecture|聊城市|371500|2023|2023|[{"name":"聊城市水利局","years":[2023]}]
茌平区乐平铺镇人民政府|township|county|茌平区|371503|2023|2023|[{"name":"茌平区乐平铺镇","years":[2023]}]
茌平区水利局|bureau|county|茌平区|371503|2018|2023|`+
		`[{"name":"茌平县水利局","years":[2018]},{"name":"聊城市茌平区水利局","years":[2020]},{"name":"茌平区水利局","years":[2023]}]`,
		`SELECT x.name, type, d.level, d.name, region_code, first_year, last_year, names
			FROM authorities x JOIN divisions d ON d.code = region_code ORDER BY x.name`)
	want(t, a, "prefecture\ntownship\ncounty", `SELECT level FROM authorities ORDER BY name`)
	want(t, a, `2018|371523-茌平县水利局-2018|山东省|聊城市|茌平县|371523
2020|371503-聊城市茌平区水利局-2020|山东省|聊城市|茌平区|371503
2023|371503-茌平区水利局-2023|山东省|聊城市|茌平区|371503`,
		`SELECT year, key, province, prefecture, region, region_code FROM reports
			WHERE authority LIKE '%茌平_水利局' ORDER BY year`)
	want(t, a, "山东省|聊城市|聊城市|371500", `SELECT r.province, p.prefecture, region, p.region_code
		FROM reports r JOIN panel p USING (report_id) WHERE r.authority = '聊城市水利局'`)
	sound(t, a)
}

// The number of an authority is public: it must not change with the table's later codes or with this program's version.
func TestAuthorityNumber(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	register(t, c, "chiping", "371503")
	publish(t, a, c, publication{site: "chiping", name: "茌平区水利局", year: 2023},
		publication{site: "nowhere", name: "茌平区水利局", year: 2023})
	want(t, a, fmt.Sprintf("chiping|%d\nnowhere|%d", hash53("371523茌平县\n水利局"), hash53("nowhere\n茌平区水利局")),
		`SELECT site, authority_id FROM reports ORDER BY site`)
}

func TestNamesakes(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	register(t, c, "nantong", "320600", "beijing", "110000")
	publish(t, a, c,
		publication{site: "nantong", name: "通州区财政局", year: 2023},
		publication{site: "beijing", name: "通州区财政局", year: 2023},
		publication{site: "footer", name: "通州区财政局", year: 2022, siteCode: "3206120003"},
		publication{site: "name", name: "北京市通州区财政局", year: 2022},
		publication{site: "nothing", name: "通州区财政局", year: 2022},
		publication{site: "central", name: "通州区财政局", year: 2022, siteCode: "bm01000001"},
		publication{site: "nantong", name: "北京市西城区财政局", year: 2022},
		publication{site: "beijing", name: "聊城市财政局", year: 2022})
	want(t, a, `beijing|2022||
beijing|2023|110112|北京市
central|2022||
footer|2022|320612|江苏省
name|2022|110112|北京市
nantong|2022|110102|北京市
nantong|2023|320612|江苏省
nothing|2022||`, `SELECT site, year, region_code, province FROM reports ORDER BY site, year`)
	want(t, a, "beijing name\nfooter nantong", `SELECT group_concat(site, ' ' ORDER BY site) FROM reports
		WHERE authority LIKE '%通州区%' GROUP BY authority_id HAVING count(*) > 1 ORDER BY 1`)
	// In Beijing, which is a province, districts have no prefecture.
	want(t, a, "||通州区", `SELECT prefecture, NULL, region FROM reports WHERE site = 'name'`)
	sound(t, a)
}

const (
	health = "11371500004428039E"
	other  = "11370112004203737J"
	third  = "113325000026455663"
)

// orders is in how many orders reports arrive.
func orders() uint64 {
	if testing.Short() {
		return 2
	}
	return 5
}

func TestEqualCreditCodes(t *testing.T) {
	for _, test := range []struct {
		why  string
		all  []publication
		want string // names of one authority in one line, by year
	}{
		{"renamed", []publication{
			{name: "聊城市卫生和计划生育委员会", year: 2018, credit: health},
			{name: "聊城市卫生健康委员会", year: 2019, credit: health},
			{name: "聊城市卫生健康委员会", year: 2020}}, "聊城市卫生和计划生育委员会2018 聊城市卫生健康委员会2019 聊城市卫生健康委员会2020"},
		{"renamed twice, with two codes", []publication{
			{name: "聊城市卫生局", year: 2013, credit: health},
			{name: "聊城市卫生和计划生育委员会", year: 2015, credit: health},
			{name: "聊城市卫生和计划生育委员会", year: 2018, credit: other},
			{name: "聊城市卫生健康委员会", year: 2019, credit: other}},
			"聊城市卫生局2013 聊城市卫生和计划生育委员会2015 聊城市卫生和计划生育委员会2018 聊城市卫生健康委员会2019"},
		{"the code of whoever runs the site", []publication{
			{name: "聊城市财政局", year: 2018, credit: health},
			{name: "聊城市水利局", year: 2018, credit: health},
			{name: "聊城市审计局", year: 2019, credit: health}}, "聊城市审计局2019\n聊城市水利局2018\n聊城市财政局2018"},
		{"a government and its office", []publication{
			{name: "聊城市人民政府", year: 2018, credit: health},
			{name: "聊城市人民政府办公室", year: 2019, credit: health}}, "聊城市人民政府2018\n聊城市人民政府办公室2019"},
		{"the page names another publisher", []publication{
			{name: "聊城市财政局", year: 2018, credit: health, publisher: "聊城市政府办公室"},
			{name: "聊城市水利局", year: 2019, credit: health, publisher: "水利局"}}, "聊城市水利局2019\n聊城市财政局2018"},
		{"the page names the author", []publication{
			{name: "聊城市国土资源局", year: 2018, credit: health, publisher: "聊城市 国土资源局"},
			{name: "聊城市自然资源局", year: 2019, credit: health, publisher: "市自然资源局"}}, "聊城市国土资源局2018 聊城市自然资源局2019"},
		{"a chain that comes to two bodies in one year", []publication{
			{name: "聊城市财政局", year: 2016, credit: health},
			{name: "聊城市水利局", year: 2017, credit: health},
			{name: "聊城市水利局", year: 2018, credit: other},
			{name: "聊城市审计局", year: 2019, credit: other},
			{name: "聊城市审计局", year: 2016, credit: third}}, "聊城市审计局2016 聊城市审计局2019\n聊城市水利局2017 聊城市水利局2018\n聊城市财政局2016"},
	} {
		t.Run(test.why, func(t *testing.T) {
			first := ""
			for seed := range orders() {
				a := openTest(t)
				c := begin(t, a)
				register(t, c, "liaocheng", "371500")
				shuffled := make([]publication, len(test.all))
				for to, from := range rand.New(rand.NewPCG(seed, 1)).Perm(len(test.all)) {
					shuffled[to] = test.all[from]
					shuffled[to].site = "liaocheng"
				}
				publish(t, a, c, shuffled...)
				want(t, a, test.want, `SELECT group_concat(authority || year, ' ' ORDER BY year, authority) FROM reports
					GROUP BY authority_id ORDER BY 1`)
				// Numbers and all else are the same in whatever order the reports came.
				rows := ask(t, a, `SELECT * FROM authorities ORDER BY 1`) + "\n" +
					ask(t, a, `SELECT key, authority_id FROM reports ORDER BY 1`)
				if first == "" {
					first = rows
				}
				if rows != first {
					t.Errorf("in another order:\n%s\nthan before:\n%s", rows, first)
				}
				// A code that several authorities have is that of none of them.
				want(t, a, "", `SELECT credit_code FROM authorities WHERE credit_code IS NOT NULL
					GROUP BY credit_code HAVING count(*) > 1`)
				want(t, a, "0", `SELECT count(*) FROM authorities
					WHERE authority_id NOT IN (SELECT authority_id FROM reports)`)
				sound(t, a)
			}
		})
	}
}

// A better reading, or a page that is no report after all, takes links away again.
func TestCreditCodeTakenBack(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	register(t, c, "liaocheng", "371500")
	old := publication{site: "liaocheng", name: "聊城市国土资源局", year: 2018, credit: health}
	renamed := publication{site: "liaocheng", name: "聊城市自然资源局", year: 2019, credit: health}
	publish(t, a, c, old, renamed)
	want(t, a, `聊城市自然资源局|2018|2019|`+health, `SELECT name, first_year, last_year, credit_code FROM authorities`)
	saveAs(t, a, 2, "v2", extract.Reading{NotReport: &extract.NotReport{Kind: "notice"}})
	want(t, a, `聊城市国土资源局|2018|2018|`+health, `SELECT name, first_year, last_year, credit_code FROM authorities`)
	saveAs(t, a, 2, "v3", extract.Reading{Report: &extract.Report{
		Authority: "聊城市自然资源局", AuthorityPrinted: "聊城市自然资源局", AuthorityType: "bureau", Scope: "unknown", Year: 2019, Form: "2021", Completeness: "complete"}})
	want(t, a, "聊城市国土资源局|"+health+"\n聊城市自然资源局|", `SELECT name, credit_code FROM authorities ORDER BY name`)
	if names := ask(t, a, `SELECT names FROM authorities`); strings.Count(names, "years") != 2 {
		t.Error(names)
	}
	sound(t, a)
}

// A report of no known year adds its name to those of its authority, and no year.
func TestNamesWithoutYear(t *testing.T) {
	a := openTest(t)
	c := begin(t, a)
	register(t, c, "liaocheng", "371500")
	publish(t, a, c, publication{site: "liaocheng", name: "聊城市水利局", year: 0})
	want(t, a, `||[{"name":"聊城市水利局","years":[]}]`, `SELECT first_year, last_year, names FROM authorities`)
	publish(t, a, c, publication{site: "liaocheng", name: "聊城市水利局", year: 2019})
	want(t, a, `2019|2019|[{"name":"聊城市水利局","years":[2019]}]`, `SELECT first_year, last_year, names FROM authorities`)
	sound(t, a)
}
