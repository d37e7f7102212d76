package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nianbao/crawler"
)

// pagesOf are n pages of one list system, in the markup of a page under the given folders: each has other figures, another
// year and another body.
func pagesOf(t testing.TB, name string, n int) (pages []string) {
	t.Helper()
	source, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	numbers := regexp.MustCompile(`>\s*\d{1,5}\s*<`)
	for i := range n {
		k := i
		page := numbers.ReplaceAllStringFunc(string(source), func(string) string {
			k = (k*7919 + 104729) % 99991
			if k%3 > 0 {
				return ">0<"
			}
			return fmt.Sprintf(">%d<", k%(1+i*37%1000))
		})
		page = strings.ReplaceAll(page, "2023", fmt.Sprint(2015+i%10))
		pages = append(pages, page+fmt.Sprintf("<!-- %d -->", i))
	}
	return pages
}

// fourSystems are pages of the demo site: 大汉, 拓尔思, 开普云 and a system of Hebei.
func fourSystems(t testing.TB) []string {
	t.Helper()
	var found []string
	for _, pattern := range []string{"chiping/art/2024/2/6/*.html", "hanyang/zfxxgk/zfxxgkndbg/202301/*.shtml",
		"lantian/zwgk/gkndbg/61f63765*.html", "qiaoxi/columns/*/202202/09/*.html"} {
		names, err := filepath.Glob("../cmd/nianbao/demo/site/" + pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d pages, %v", pattern, len(names), err)
		}
		largest := names[0]
		for _, name := range names {
			if a, b := fileSize(t, name), fileSize(t, largest); a > b {
				largest = name
			}
		}
		found = append(found, largest)
	}
	return found
}

func fileSize(t testing.TB, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// Pages of one host are packed against each other, versions of a page against the version before; each comes back, from a
// new process too, and the zstd command line opens what is stored.
func TestBodiesArePackedAgainstOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	c := begin(t, a)
	bodies := map[string]string{}
	store := func(url, body string, hours int) {
		save(t, c, page(url, body, hours))
		bodies[url] = body
	}
	name := fourSystems(t)[0]
	for i, body := range pagesOf(t, name, 20) {
		store(fmt.Sprintf("http://www.x.gov.cn/%d.html", i), body, i)
	}
	plain := ask(t, a, `SELECT length(data) FROM blob WHERE base IS NULL`)
	want(t, a, "1|19|1", `SELECT count(*) FILTER (WHERE base IS NULL), count(*) FILTER (WHERE base IS NOT NULL),
		avg(length(data)) FILTER (WHERE base IS NOT NULL) < `+plain+` / 2 FROM blob`)
	changed := bodies["http://www.x.gov.cn/3.html"]
	for i := range 8 {
		changed = strings.Replace(changed, ">0<", fmt.Sprintf(">%d<", 70+i), 1)
		store("http://www.x.gov.cn/3.html", changed, 30+i)
	}
	store("http://other.gov.cn/1.html", pagesOf(t, name, 30)[29], 50) // another host knows nothing of these
	want(t, a, "2", `SELECT count(*) FROM blob WHERE base IS NULL`)
	want(t, a, "4", `WITH RECURSIVE chain(sha256, base, steps) AS (SELECT sha256, base, 0 FROM blob
		UNION ALL SELECT c.sha256, b.base, steps + 1 FROM chain c JOIN blob b ON b.sha256 = c.base)
		SELECT max(steps) FROM chain`)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}

	a = openAt(t, path)
	for url, body := range bodies {
		if b, err := a.Body(t.Context(), url); err != nil || string(b.Bytes) != body {
			t.Errorf("%s: %v, equal %t", url, err, string(b.Bytes) == body)
		}
	}
	c = begin(t, a)
	save(t, c, page("http://www.x.gov.cn/later.html", pagesOf(t, name, 40)[39], 60)) // by the template that the file names
	want(t, a, "2", `SELECT count(*) FROM blob WHERE base IS NULL`)
	sound(t, a)
	zstdOpens(t, a)
}

// zstdOpens asks the zstd command line to unpack each stored frame, with the body that it was packed against.
func zstdOpens(t *testing.T, a *Archive) {
	program, err := exec.LookPath("zstd")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zstd is missing")
		}
		t.Skip("zstd is not installed")
	}
	dir := t.TempDir()
	rows, err := a.read.Query(`SELECT sha256, ifnull(base, ''), data FROM blob WHERE codec = 'zstd'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	opened := 0
	for rows.Next() {
		var sum, base string
		var data []byte
		if err := rows.Scan(&sum, &base, &data); err != nil {
			t.Fatal(err)
		}
		frame, dictionary := filepath.Join(dir, sum+".zst"), filepath.Join(dir, "base")
		args := []string{"-d", "-c", "--no-progress", frame}
		if base != "" {
			b, err := a.body(t.Context(), base)
			if err == nil {
				err = os.WriteFile(dictionary, head(b), 0o666)
			}
			if err != nil {
				t.Fatal(err)
			}
			args = append([]string{"-D", dictionary}, args...)
		}
		if err := os.WriteFile(frame, data, 0o666); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), program, args...).Output()
		if err != nil || digest(out) != sum {
			t.Errorf("zstd on %s, base %q: %v", sum, base, err)
		}
		opened++
	}
	if err := rows.Err(); err != nil || opened == 0 {
		t.Errorf("%d frames, %v", opened, err)
	}
}

// A damaged template is named with the captures of all that was packed against it.
func TestVerifyNamesWhatADamagedTemplateHurts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a := openAt(t, path)
	c := begin(t, a)
	for i, body := range pagesOf(t, fourSystems(t)[1], 3) {
		save(t, c, page(fmt.Sprintf("http://x.gov.cn/%d.html", i), body, i))
	}
	var data []byte
	if err := a.read.QueryRow(`SELECT data FROM blob WHERE base IS NULL`).Scan(&data); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	flipBit(t, path, data)
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v, err := r.Verify(t.Context())
	if err != nil || len(v.Damage) != 3 {
		t.Fatalf("%v, %+v", err, v.Damage)
	}
}

// BenchmarkSize compares what 2,000 report pages of four list systems take: as they are, in a WARC file with a gzip member
// a record (WARC 1.1, annex D), and in the archive's bodies.
func BenchmarkSize(b *testing.B) {
	var raw, warc, stored int64
	for b.Loop() {
		raw, warc = 0, 0
		a := openAt(b, filepath.Join(b.TempDir(), "a.db"))
		c := begin(b, a)
		for s, name := range fourSystems(b) {
			for i, body := range pagesOf(b, name, 500) {
				x := page(fmt.Sprintf("http://www.site%d.gov.cn/art/%d.html", s, i), body, i)
				save(b, c, x)
				raw += int64(len(body))
				warc += gzipped(b, x)
			}
		}
		if err := a.read.QueryRowContext(context.Background(), `SELECT sum(length(data)) FROM blob`).Scan(&stored); err != nil {
			b.Fatal(err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(raw)/1e6, "MB-raw")
	b.ReportMetric(float64(warc)/1e6, "MB-warc.gz")
	b.ReportMetric(float64(stored)/1e6, "MB-archive")
	b.ReportMetric(float64(warc)/float64(stored), "warc/archive")
	b.ReportMetric(float64(raw)/float64(stored), "raw/archive")
}

// gzipped is the length of a response record.
func gzipped(b *testing.B, c *crawler.Capture) int64 {
	b.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	fmt.Fprintf(w, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2026-01-01T00:00:00Z\r\n"+
		"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\nContent-Type: application/http;msgtype=response\r\n"+
		"Content-Length: %d\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n%s\r\n\r\n", c.URL, len(c.Body), c.Body)
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return int64(out.Len())
}
