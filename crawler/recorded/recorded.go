// Package recorded plays government sites from files, over loopback, for tests. A site is a folder:
//
//	about.txt   lines "key: value": system, why, source, url (of the column, such as http://{host}/zwgk/nb/), name (the
//	            authority), reports (how many a person counts in the column); optional: region, pages, items, tls, note
//	site.txtar  what the server answers: one section a request
//	want.txt    what a crawl comes to, written by UPDATE=1
//
// A section's name is a request: "[METHOD] [//hostN]/path[?query] [form]". It answers a request with the same method (GET if
// none is named), host and path that has at least its parameters, wherever they are: in the query, a form or a JSON body
// (names of nested objects joined by a dot). Of several such sections the one with most parameters answers; a request
// without a section gets status 404. A section's text may begin with header lines (Status, Content-Type, Location,
// Set-Cookie, Content-Disposition, Retry-After, Referer, Encode), ended by an empty line: Referer is one without which the
// answer is 403, and Encode is the encoding in which the text is sent. Without them the answer is 200, text/html in UTF-8. In
// text, {host} is the address of the server, {host2} and {host3} further ones, and {tables CASE} the tables of a page in
// testdata/reports.
package recorded

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/net/html/charset"
)

// Site is a recorded site.
type Site struct {
	Name  string            // of its folder
	About map[string]string // about.txt

	folder   string
	sections []section
}

// section is one answer.
type section struct {
	method, host, path string
	parameters         url.Values
	header             http.Header // what the section says before its text
	text               string
}

// Read reads a site from its folder.
func Read(folder string) (*Site, error) {
	s := &Site{Name: filepath.Base(folder), About: map[string]string{}, folder: folder}
	about, err := os.ReadFile(filepath.Join(folder, "about.txt"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(about)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return nil, fmt.Errorf("%s: about.txt: no key: %q", folder, line)
		}
		s.About[key] = value
	}
	for _, key := range []string{"system", "why", "source", "url", "name", "reports"} {
		if s.About[key] == "" {
			return nil, fmt.Errorf("%s: about.txt does not say %s", folder, key)
		}
	}
	archive, err := txtar.ParseFile(filepath.Join(folder, "site.txtar"))
	if err != nil {
		return nil, err
	}
	for _, file := range archive.Files {
		answer, err := newSection(file.Name, string(file.Data))
		if err == nil {
			answer.text, err = s.withTables(answer.text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: section %s: %w", folder, file.Name, err)
		}
		s.sections = append(s.sections, answer)
	}
	return s, nil
}

// headers are the names that a section's text may begin with.
var headers = regexp.MustCompile(`^(Status|Content-Type|Location|Set-Cookie|Content-Disposition|Retry-After|Referer|Encode): (.*)$`)

func newSection(name, text string) (section, error) {
	words := strings.Fields(name)
	s := section{method: http.MethodGet, header: http.Header{}}
	if len(words) > 0 && !strings.Contains(words[0], "/") {
		s.method, words = words[0], words[1:]
	}
	if len(words) == 0 || len(words) > 2 {
		return s, errors.New("want [METHOD] ADDRESS [FORM]")
	}
	u, err := url.Parse(words[0])
	if err != nil {
		return s, err
	}
	s.host, s.path, s.parameters = cmp.Or(u.Host, "host"), u.Path, u.Query()
	if len(words) == 2 {
		form, err := url.ParseQuery(words[1])
		if err != nil {
			return s, err
		}
		for key, values := range form {
			s.parameters[key] = values
		}
	}
	s.text = text
	for line, rest, more := strings.Cut(text, "\n"); more; line, rest, more = strings.Cut(rest, "\n") {
		m := headers.FindStringSubmatch(line)
		if m == nil {
			if line == "" && len(s.header) > 0 {
				s.text = rest
			}
			break
		}
		s.header.Add(m[1], m[2])
	}
	return s, nil
}

// tablesOf asks for the tables of a case of testdata/reports.
var tablesOf = regexp.MustCompile(`\{tables ([^}]+)\}`)

func (s *Site) withTables(text string) (string, error) {
	var failure error
	text = tablesOf.ReplaceAllStringFunc(text, func(m string) string {
		name := tablesOf.FindStringSubmatch(m)[1]
		page, err := os.ReadFile(filepath.Join(s.folder, "../../reports", name, "page.html"))
		from, to := bytes.Index(page, []byte("<table")), bytes.LastIndex(page, []byte("</table>"))
		if err == nil && (from < 0 || to < from) {
			err = fmt.Errorf("the case %s has no table", name)
		}
		if err != nil {
			failure = err
			return ""
		}
		return string(page[from : to+len("</table>")])
	})
	return text, failure
}

// Playing is a site that is being served.
type Playing struct {
	*Site
	servers []*httptest.Server
}

// hosts are the names of a site's servers in its files.
var hosts = [...]string{"host", "host2", "host3"}

// Play serves the site on loopback until Close.
func (s *Site) Play() *Playing {
	p := &Playing{Site: s}
	for _, name := range hosts {
		p.servers = append(p.servers, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p.answer(w, r, name)
		})))
	}
	return p
}

// Close ends the servers.
func (p *Playing) Close() {
	for _, server := range p.servers {
		server.Close()
	}
}

// Fill puts the addresses of the servers into a text.
func (p *Playing) Fill(text string) string {
	for i, server := range p.servers {
		text = strings.ReplaceAll(text, "{"+hosts[i]+"}", strings.TrimPrefix(server.URL, "http://"))
	}
	return text
}

// Hide is the reverse of Fill.
func (p *Playing) Hide(text string) string {
	for i, server := range p.servers {
		text = strings.ReplaceAll(text, strings.TrimPrefix(server.URL, "http://"), "{"+hosts[i]+"}")
	}
	return text
}

// answer serves the section that fits best.
func (p *Playing) answer(w http.ResponseWriter, r *http.Request, host string) {
	asked := asked(r)
	var best *section
	for i, s := range p.sections {
		if s.method == r.Method && s.host == host && s.path == r.URL.Path && s.fits(asked) &&
			(best == nil || len(s.parameters) > len(best.parameters)) {
			best = &p.sections[i]
		}
	}
	if best == nil {
		http.NotFound(w, r)
		return
	}
	if referer := best.header.Get("Referer"); referer != "" && r.Referer() != p.Fill(referer) {
		http.Error(w, "403 Forbidden", http.StatusForbidden)
		return
	}
	body := []byte(p.Fill(best.text))
	if name := best.header.Get("Encode"); name != "" {
		encoding, _ := charset.Lookup(name)
		if encoded, err := encoding.NewEncoder().Bytes(body); err == nil {
			body = encoded
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	status := http.StatusOK
	for name, values := range best.header {
		switch name {
		case "Status":
			status, _ = strconv.Atoi(values[0]) // 0 makes the server fail, which a test sees
		case "Referer", "Encode":
		default:
			w.Header()[name] = []string{p.Fill(values[0])}
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func (s section) fits(asked url.Values) bool {
	for name, values := range s.parameters {
		if asked.Get(name) != values[0] {
			return false
		}
	}
	return true
}

// asked are all parameters of a request.
func asked(r *http.Request) url.Values {
	all := r.URL.Query()
	var body bytes.Buffer
	if r.Body != nil {
		_, _ = body.ReadFrom(http.MaxBytesReader(nil, r.Body, 1<<20))
	}
	var document map[string]any
	if json.Unmarshal(body.Bytes(), &document) == nil {
		flatten("", document, all)
		return all
	}
	form, _ := url.ParseQuery(body.String()) // a body that is no form has no parameters
	for name, values := range form {
		all[name] = values
	}
	return all
}

func flatten(prefix string, object map[string]any, into url.Values) {
	for name, value := range object {
		if inner, ok := value.(map[string]any); ok {
			flatten(prefix+name+".", inner, into)
			continue
		}
		into.Set(prefix+name, fmt.Sprint(value))
	}
}

// unplayed puts names in the places of the servers' addresses.
var unplayed = strings.NewReplacer("{host}", "host", "{host2}", "host2", "{host3}", "host3")

// First is the answer to a GET of the column's own address, as a browser would get it: for looking at the page without a
// server. It fails if no section answers.
func (s *Site) First() (address *url.URL, body []byte, contentType string, err error) {
	address, err = url.Parse(unplayed.Replace(s.About["url"]))
	if err != nil {
		return nil, nil, "", err
	}
	var best *section
	for i, section := range s.sections {
		if section.method == http.MethodGet && section.host == address.Host && section.path == address.Path &&
			section.fits(address.Query()) && (best == nil || len(section.parameters) > len(best.parameters)) {
			best = &s.sections[i]
		}
	}
	if best == nil {
		return nil, nil, "", fmt.Errorf("%s: no section answers %s", s.folder, s.About["url"])
	}
	return address, []byte(unplayed.Replace(best.text)), cmp.Or(best.header.Get("Content-Type"), "text/html; charset=utf-8"), nil
}

// Bodies are the texts of all answers, with made-up hosts in them.
func (s *Site) Bodies() []string {
	bodies := make([]string, len(s.sections))
	for i, section := range s.sections {
		bodies[i] = unplayed.Replace(section.text)
	}
	return bodies
}
