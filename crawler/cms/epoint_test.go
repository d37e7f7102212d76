package cms

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"
)

// TestEpointDialects plays a server of each kind and size: every entry is found whether pages are counted from 0 or 1
// and whether the parameters are wrapped, with at most two requests more than the list has pages.
func TestEpointDialects(t *testing.T) {
	for _, first := range []int{0, 1} {
		for _, wrapped := range []bool{false, true} {
			for _, total := range []int{1, 19, 20, 21, 45, 60} {
				t.Run(fmt.Sprintf("first %d, wrapped %v, %d entries", first, wrapped, total), func(t *testing.T) {
					pages := (total + epointPageSize - 1) / epointPageSize
					found, requests := epointCrawl(t, first, wrapped, total, true)
					if found != total {
						t.Errorf("%d entries of %d", found, total)
					}
					if requests > pages+2 {
						t.Errorf("%d requests for %d pages", requests, pages)
					}
				})
			}
		}
	}
}

// TestEpointWithoutTotal plays servers that state no total: the page before the first that is asked is not lost.
func TestEpointWithoutTotal(t *testing.T) {
	for _, first := range []int{0, 1} {
		for _, total := range []int{1, 20, 25, 45} {
			if found, _ := epointCrawl(t, first, false, total, false); found != total {
				t.Errorf("first %d: %d entries of %d", first, found, total)
			}
		}
	}
}

// epointCrawl asks a server until there is no further page.
func epointCrawl(t *testing.T, first int, wrapped bool, total int, stated bool) (found, requests int) {
	t.Helper()
	column, _ := url.Parse("http://www.example.gov.cn/openlist.html?categorynum=001001003")
	settings := Page{URL: column, Body: []byte(`var siteInfo = {siteGuid: "7eb5", projectName: "/EWB"}`),
		Asked: epointFile("http://www.example.gov.cn/js/webBuilderCommon.js", column.String())}
	l, err := epoint{}.Read(settings)
	if err != nil || len(l.Next) != 1 {
		t.Fatalf("%d requests: %v", len(l.Next), err)
	}
	at, _ := url.Parse(l.Next[0].URL)
	entries := map[string]bool{}
	for queue := l.Next; len(queue) > 0 && requests < 20; queue = queue[1:] {
		requests++
		l, err := epoint{}.Read(Page{URL: at, Body: epointServer(t, queue[0], first, wrapped, total, stated), Asked: queue[0],
			Number: requests + 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range l.Items {
			entries[item.URL] = true
		}
		queue = append(queue, l.Next...)
	}
	return len(entries), requests
}

func epointServer(t *testing.T, r Request, first int, wrapped bool, total int, stated bool) []byte {
	t.Helper()
	q, asksWrapped, err := epointAsked(r)
	if err != nil {
		t.Fatal(err)
	}
	if asksWrapped != wrapped {
		return []byte(`{"status": {"code": 0, "text": "params"}}`)
	}
	data := []map[string]string{}
	for n := (q.PageIndex - first) * q.PageSize; n >= 0 && n < min(total, (q.PageIndex-first+1)*q.PageSize); n++ {
		data = append(data, map[string]string{"infourl": fmt.Sprintf("/a/%d.html", n), "title": fmt.Sprint("甲", n)})
	}
	custom := map[string]any{"total": total, "data": data}
	if !stated {
		custom["total"] = nil
	}
	answer, err := json.Marshal(map[string]any{"custom": custom})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// TestEpointRefuses: without a category the server would answer with the lists of all columns, and a script without a
// siteGuid leads to the other script, once.
func TestEpointRefuses(t *testing.T) {
	address, _ := url.Parse("http://www.example.gov.cn/js/x.js")
	const column = "http://www.example.gov.cn/openlist.html"
	for _, c := range []struct{ why, script, asked, column string }{
		{"no category", `siteGuid: "7eb5"`, "http://www.example.gov.cn/js/webBuilderCommon.js", column},
		{"no siteGuid anywhere", `var a = 1`, "http://www.example.gov.cn/js/ajaxReq.js", column + "?categorynum=1"},
	} {
		_, err := epoint{}.Read(Page{URL: address, Body: []byte(c.script), Asked: epointFile(c.asked, c.column)})
		if err == nil {
			t.Errorf("%s: no error", c.why)
		}
	}
}
