package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// schools is a site of one column for measurements, made before anybody asks for it: list pages of fifty entries, and reports
// in the markup of real ones, of 8 to 72 kB. The reports are of schools, 2021 to 2025 each; figures, year
// and author are the page's own, and its sums hold where those of the real one do. Each answer has an entity tag.
type schools struct{ pages map[string]string }

// schoolPages are the pages behind the reports of a column: two tidy ones, one out of a word processor, one with the frame
// of a large site and a long narrative. Each has the year and the names of its author.
var schoolPages = []struct {
	file, year string
	author     []string
}{
	{"demo/site/hanyang/zfxxgk/zfxxgkndbg/202301/t20230119_2136694.shtml", "2022", []string{"武汉市汉阳区人民政府办公室", "汉阳区人民政府办公室"}},
	{"demo/site/qiaoxi/columns/841725bf-e99b-41f7-826a-121bc6b18a93/202202/09/c9aa51fa-a7ef-4c85-9d43-8874fc10b890.html", "2021", []string{"石家庄市桥西区中山街道办事处", "中山街道办事处"}},
	{"../../testdata/reports/xinghua-changrong-2025-first-numeral-missing/page.html", "2025", []string{"昌荣镇"}},
	{"demo/site/chiping/art/2024/2/6/art_38212_2417065.html", "2023", []string{"聊城市茌平区人民政府", "茌平区人民政府", "茌平区"}},
}

const schoolYears = 5 // reports of one author

var cellNumber = regexp.MustCompile(`>\s*\d{1,5}\s*<`)

// newSchools makes a column of so many reports, by the schools from this number on. folder is that of this package's source.
func newSchools(folder string, from, reports int) (*schools, error) {
	var sources []string
	for _, s := range schoolPages {
		body, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(s.file)))
		if err != nil {
			return nil, err
		}
		sources = append(sources, string(body))
	}
	c := &schools{pages: map[string]string{}}
	var list strings.Builder
	for i := range reports {
		kind := i / schoolYears % len(sources)
		s := schoolPages[kind]
		author, year := fmt.Sprintf("蓝田县第%d中学", from+i/schoolYears), strconv.Itoa(2021+i%schoolYears)
		names := []string{s.year, year}
		for _, name := range s.author {
			names = append(names, name, author)
		}
		page := strings.NewReplacer(names...).Replace(sources[kind])
		c.pages[fmt.Sprintf("/nb/r%d.html", i)] = cellNumber.ReplaceAllStringFunc(page, func(cell string) string {
			n, err := strconv.Atoi(strings.Trim(cell, "<> \t\r\n"))
			if err != nil || n > 1900 && n < 2100 {
				return cell
			}
			return fmt.Sprintf(">%d<", n*(1+i%7))
		})
		fmt.Fprintf(&list, `<li><a href="/nb/r%d.html">%s%s年政府信息公开工作年度报告</a> <span>%s-01-31</span></li>`+"\n", i, author, year, year)
		if no := i / perPage; (i+1)%perPage == 0 || i+1 == reports {
			if i+1 < reports {
				fmt.Fprintf(&list, `<a class="next" href="/nb/list_%d.html">下一页</a>`, no+1)
			}
			name := "/nb/list.html"
			if no > 0 {
				name = fmt.Sprintf("/nb/list_%d.html", no)
			}
			c.pages[name] = `<html><head><title>政府信息公开年报</title></head><body><ul class="list">` + list.String() + `</ul></body></html>`
			list.Reset()
		}
	}
	return c, nil
}

func (c *schools) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	page, ok := c.pages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	tag := fmt.Sprintf(`"%d%s"`, len(page), r.URL.Path)
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	io.WriteString(w, page)
}

// schoolsStatus is the program "schools FOLDER REPORTS": it serves a column, prints its address, and ends with its standard input.
func schoolsStatus() int {
	reports, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return statusUsage
	}
	c, err := newSchools(os.Args[1], 0, reports)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return statusPartly
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return statusPartly
	}
	fmt.Printf("http://%s/nb/list.html\n", listener.Addr())
	go func() {
		_ = http.Serve(listener, c) // until the process ends
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
	return statusOK
}

// startSchools serves a column in a process of its own and returns the address of its list, so that what it costs is not
// counted for who asks.
func startSchools(t testing.TB, reports int) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command("schools", folder, strconv.Itoa(reports))
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = server.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the column does not start: %v", err)
	}
	return strings.TrimSpace(address)
}
