package crawler

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBuiltinSites(t *testing.T) {
	sites, err := BuiltinSites()
	if err != nil {
		t.Fatal(err)
	}
	if len(sites) < 193 {
		t.Errorf("only %d sites", len(sites))
	}
	for _, site := range sites {
		if site.Key == "p-beijing" && site.Name == "北京市人民政府" && site.Region == "110000" {
			return
		}
	}
	t.Error("北京市人民政府 is missing")
}

func TestSitesAreWrittenAsTheyAreRead(t *testing.T) {
	want := []Site{
		{Key: "a", Name: "甲市人民政府", URL: "https://a.gov.cn/x/#3", Region: "110000", System: "plain",
			Pages: "index_{page}.html", Items: "ul.list a", Cron: "30 1 * 1-3 *", TLS: "relaxed", Since: "2020-01-01",
			Until: "2024-12-31", Note: "says \"yes\", twice"},
		{Key: "b", Name: "乙", URL: "http://b.gov.cn:8080/"},
	}
	var file bytes.Buffer
	if err := WriteSites(&file, want); err != nil {
		t.Fatal(err)
	}
	got, err := ReadSites("sites.csv", &file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadSites(t *testing.T) {
	const row = "a,甲,https://a.gov.cn/\n"
	for name, c := range map[string]struct {
		file string
		want string // part of the error, "" for none
	}{
		"smallest":                 {"key,name,url\n" + row, ""},
		"byte order mark, CRLF":    {"\xEF\xBB\xBFkey,name,url\r\na,甲,https://a.gov.cn/\r\n", ""},
		"comments and blank lines": {"# first\nkey,name,url\n\n# a,b\n" + row, ""},
		"columns in another order": {"url,note,name,key\nhttps://a.gov.cn/,,甲,a\n", ""},
		"no rows":                  {"key,name,url\n", ""},
		"row that was emptied":     {"key,name,url\n,,\n" + row + ", ,\n", ""},
		"semicolons":               {"key;name;url\na;甲;https://a.gov.cn/\n", "s.csv:1: the fields of"},
		"saved in GBK":             {"key,name,url\n" + row + "b,\xbc\xd7,http://b.gov.cn/\n", "s.csv:3: not UTF-8"},
		"nothing":                  {"", "s.csv:1: no header row"},
		"unknown column":           {"key,name,url,levl\n", `s.csv:1: unknown column "levl"`},
		"column twice":             {"key,name,url,key\n", `s.csv:1: column "key" stands there twice`},
		"needed column missing":    {"# x\nkey,name\n", `s.csv:2: column "url" is missing`},
		"too few fields":           {"key,name,url\na,甲\n", "s.csv:2: 2 fields, but the header row has 3"},
		"broken quoting":           {"key,name,url\na,\"甲,u\n", "s.csv:2: "},
		"a quote in a field":       {"key,name,url\n" + row + "b,甲\"乙,http://b.gov.cn/\n", "s.csv:3: "},
		"broken header":            {"key,na\"me,url\n", "s.csv:1: "},
		"duplicate key":            {"key,name,url\n" + row + "\n" + row, `s.csv:4: key "a" is that of line 2`},
		"bad key":                  {"key,name,url\nA_b,甲,https://a.gov.cn/\n", `s.csv:2: key "A_b"`},
		"no name":                  {"key,name,url\na,,https://a.gov.cn/\n", "s.csv:2: name is empty"},
		"relative url":             {"key,name,url\na,甲,/zwgk/\n", "s.csv:2: url"},
		"url of another scheme":    {"key,name,url\na,甲,ftp://a.gov.cn/\n", "s.csv:2: url"},
		"url with credentials":     {"key,name,url\na,甲,http://u:geheim@a.gov.cn/\n", "s.csv:2: url"},
		"url that is none":         {"key,name,url\na,甲,http://[a/\n", "s.csv:2: url"},
		"bad region":               {"key,name,url,region\na,甲,http://a.gov.cn/,11\n", `s.csv:2: region "11"`},
		"pages without mark":       {"key,name,url,pages\na,甲,http://a.gov.cn/,index_2.html\n", "s.csv:2: pages"},
		"pages of another scheme":  {"key,name,url,pages\na,甲,http://a.gov.cn/,ftp://a/{page}\n", "s.csv:2: pages"},
		"items that pick nothing":  {"key,name,url,items\na,甲,http://a.gov.cn/,li >\n", "s.csv:2: items selector"},
		"items that are no path":   {"key,name,url,items\na,甲,http://a.gov.cn/,$.rows[x\n", "s.csv:2: "},
		"bad cron":                 {"key,name,url,cron\na,甲,http://a.gov.cn/,0 25 * * *\n", "s.csv:2: cron"},
		"cron with six fields":     {"key,name,url,cron\na,甲,http://a.gov.cn/,0 0 2 * * *\n", "s.csv:2: cron"},
		"cron without a zone":      {"key,name,url,cron\na,甲,http://a.gov.cn/,CRON_TZ=Nowhere 0 2 * * *\n", "s.csv:2: cron"},
		"cron of no time":          {"key,name,url,cron\na,甲,http://a.gov.cn/,CRON_TZ=UTC\n", "s.csv:2: cron"},
		"cron with a zone":         {"key,name,url,cron\na,甲,http://a.gov.cn/,CRON_TZ=Europe/Berlin 0 2 * * *\n", ""},
		"cron of the machine":      {"key,name,url,cron\na,甲,http://a.gov.cn/,CRON_TZ=Local 0 2 * * *\n", "s.csv:2: cron"},
		"cron of no zone":          {"key,name,url,cron\na,甲,http://a.gov.cn/,CRON_TZ= 0 2 * * *\n", "s.csv:2: cron"},
		"cron that never comes":    {"key,name,url,cron\na,甲,http://a.gov.cn/,0 2 30 2 *\n", "s.csv:2: cron"},
		"cron of each moment":      {"key,name,url,cron\na,甲,http://a.gov.cn/,@every 1ns\n", "s.csv:2: cron"},
		"a field without end":      {"key,name,url,items\na,甲,http://a.gov.cn/," + strings.Repeat(":not(", 1<<20) + "\n", "s.csv:2: items has"},
		"fields without end":       {"key,name,url\na" + strings.Repeat(",", 1<<20) + "\n", "s.csv:2: more than 4096 fields"},
		"a file without end":       {"key,name,url\n" + strings.Repeat("# 16 bytes here\n", 1<<20+1), "s.csv: larger than 16 MiB"},
		"bad tls word":             {"key,name,url,tls\na,甲,http://a.gov.cn/,off\n", "s.csv:2: tls"},
		"bad date":                 {"key,name,url,since\na,甲,http://a.gov.cn/,2024-02-30\n", "s.csv:2: since"},
		"until before since": {"key,name,url,since,until\na,甲,http://a.gov.cn/,2024-01-02,2024-01-01\n",
			"s.csv:2: until"},
		"key follows itself": {"key,name,url,since,until\na,甲,http://a.gov.cn/,,2023-12-31\n" +
			"a,甲,http://b.gov.cn/,2024-01-01,\n", ""},
		"key overlaps itself a day": {"key,name,url,since,until\na,甲,http://a.gov.cn/,,2024-01-01\n" +
			"a,甲,http://b.gov.cn/,2024-01-01,\n", "s.csv:3: key"},
		"all complaints at once": {"key,name,url\nA,甲,https://a.gov.cn/\nb,,https://a.gov.cn/\n", "s.csv:3: name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadSites("s.csv", strings.NewReader(c.file))
			if c.want == "" && err != nil {
				t.Errorf("refused: %v", err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "geheim") {
				t.Error("the password is in the message")
			}
		})
	}
}

func TestActiveCountsBeijingDays(t *testing.T) {
	row := Site{Since: "2024-01-01", Until: "2024-12-31"}
	for at, want := range map[string]bool{
		"2023-12-31T15:59:59Z": false, "2023-12-31T16:00:00Z": true,
		"2024-12-31T15:59:59Z": true, "2024-12-31T16:00:00Z": false,
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if row.Active(moment) != want {
			t.Errorf("%s: active is %v", at, !want)
		}
	}
}

func TestDue(t *testing.T) {
	now := time.Date(2026, 3, 31, 18, 30, 0, 0, time.UTC) // 02:30 on 1 April in Beijing
	sites := []Site{{Key: "daily"}, {Key: "hourly", Cron: "0 * * * *"}, {Key: "over", Until: "2026-03-31"},
		{Key: "afternoon", Cron: "0 15 * * *"}, {Key: "every", Cron: "@every 20m"}}
	for name, c := range map[string]struct {
		ago  time.Duration
		want []string
	}{
		"ten minutes ago":  {10 * time.Minute, nil},
		"just after two":   {25 * time.Minute, []string{"every"}},
		"before two":       {40 * time.Minute, []string{"daily", "hourly", "every"}},
		"the day before":   {12 * time.Hour, []string{"daily", "hourly", "afternoon", "every"}},
		"at two to a tick": {30 * time.Minute, []string{"every"}},
	} {
		last := map[string]time.Time{}
		for _, site := range sites {
			last[site.Key] = now.Add(-c.ago)
		}
		var got []string
		for _, site := range Due(now, sites, last) {
			got = append(got, site.Key)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if got := Due(now, sites, nil); len(got) != 4 {
		t.Errorf("never visited: %d due", len(got))
	}
}
