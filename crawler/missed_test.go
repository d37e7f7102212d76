package crawler

import (
	"net/http"
	"strings"
	"testing"

	"nianbao/crawler/cms"
)

const missedReport = "甲市人民政府2023年政府信息公开工作年度报告"

// visitSystems visits the site's /nb/ with the list systems of cms.
func visitSystems(t *testing.T, s *site) (Visit, *memory) {
	t.Helper()
	store := &memory{}
	row := Site{Key: "here", Name: "甲市人民政府", URL: s.URL + "/nb/"}
	visit, err := New(quick(newStepClock()), store, cms.Systems()).Visit(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	return visit, store
}

// Pagers that name pages which never come make a visit partial, however they turn.
func TestPagersWhosePagesDoNotComeAreNoticed(t *testing.T) {
	for name, pager := range map[string]string{
		"links":      `<a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=2">下一页</a>`,
		"calls":      `<a href="javascript:gotoPage(2)">2</a><a href="javascript:gotoPage(3)">3</a>`,
		"no address": `<a href="javascript:;">2</a><a href="javascript:;">3</a><a href="javascript:;">下一页</a>`,
		"a script":   `<div id="page"></div><script>var totalPage = 3</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			same := says(columnPage(pager, missedReport))
			s := serve(t, map[string]http.HandlerFunc{"/nb/": same, "/nb/index_2.html": same, "/zwgk/nb/t0.html": says("x"), "/*": says("x")})
			visit, _ := visitSystems(t, s)
			if visit.Outcome != OutcomePartial || !strings.Contains(visit.Detail, "states 3 pages, 1 different ones came") || visit.Items != 1 {
				t.Errorf("%+v", visit)
			}
		})
	}
}
