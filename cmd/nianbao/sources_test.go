package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A department's report stands in the portal's column, in the department's own, on another host, and behind an umbrella
// page: it is one report with three sources. Where one copy prints another number, that is a finding, and it stays one report.
// Made up, but for the tables, which are those of 茌平 2023.
func TestOneReportInSeveralColumns(t *testing.T) {
	page, err := demoFiles.ReadFile("demo/site/chiping/art/2024/2/6/art_38212_2417065.html")
	if err != nil {
		t.Fatal(err)
	}
	other := regexp.MustCompile(`(行政许可.{0,400}?)34319`).ReplaceAll(page, []byte("${1}34318"))
	if bytes.Equal(other, page) {
		other = bytes.Replace(page, []byte("34319"), []byte("34318"), 1)
	}
	for name, c := range map[string]struct {
		copy     []byte
		findings []string
	}{
		"three copies alike":         {page, nil},
		"a copy with another number": {other, []string{"sources_disagree|doubt|disclosure|administrative_license|34319|34318"}},
	} {
		t.Run(name, func(t *testing.T) {
			serve := func(pages map[string]string) *httptest.Server {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, ok := pages[r.URL.Path]
					if !ok {
						http.NotFound(w, r)
						return
					}
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					fmt.Fprint(w, body)
				}))
				t.Cleanup(server.Close)
				return server
			}
			const entry = `<li><a href="%s">聊城市茌平区人民政府2023年政府信息公开工作年度报告</a> 2024-02-06</li>`
			list := func(entries ...string) string {
				return "<title>政府信息公开年报</title><ul>" + strings.Join(entries, "") + "</ul>"
			}
			body := serve(map[string]string{"/nb/": list(fmt.Sprintf(entry, "2023.html")), "/nb/2023.html": string(c.copy)})
			portal := serve(map[string]string{
				"/xxgknb/": list(fmt.Sprintf(entry, "/gk/1.html"),
					`<li><a href="/gk/all.html">2023年度茌平区各部门政府信息公开工作年度报告</a> 2024-03-01</li>`),
				"/gk/1.html": string(page), "/gk/2.html": string(page),
				"/gk/all.html": `<body><div id="zoom"><p>各单位报告如下：</p>` + fmt.Sprintf(entry, "/gk/2.html") + `</div></body>`,
			})

			dir := t.TempDir()
			register, name := filepath.Join(dir, "sites.csv"), filepath.Join(dir, "test.db")
			rows := "key,name,url,region\nportal,聊城市茌平区人民政府," + portal.URL + "/xxgknb/,371503\n" +
				"body,聊城市茌平区人民政府," + body.URL + "/nb/,371503\n"
			if err := os.WriteFile(register, []byte(rows), 0o666); err != nil {
				t.Fatal(err)
			}
			mustRun(t, crawlArgs(name, register, "portal")...) // the copy that comes first speaks for the report
			mustRun(t, crawlArgs(name, register, "body")...)
			for query, want := range map[string][]string{
				"select count(*) from reports":                                               {"1"},
				"select count(*) || ' ' || count(distinct url) from sources":                 {"3 3"},
				"select count(*) from sources where read":                                    {"1"},
				"select count(distinct report_id) from links where decision = 'report'":      {"1"},
				"select count(*) from links where decision = 'report' and report_id is null": {"0"},
				"select decision from links where url like '%all.html'":                      {"umbrella"},
				`select rule || '|' || severity || '|' || relation || '|' || row_id || '|' || expected || '|' || actual
					from findings where rule = 'sources_disagree'`: c.findings,
			} {
				got, err := queryArchive(name, query)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", query, got, want)
				}
			}
		})
	}
}
