package archive

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"nianbao/archive/warc"
	"nianbao/crawler"
)

// warcSummary counts what an export wrote.
type warcSummary struct {
	records   int
	responses int // answers with their payload
	revisits  int // answers whose payload stands in an earlier record
	failures  int // exchanges without an answer, which only their metadata tells of
}

// warc writes the captures as WARC 1.1 (ISO 28500:2017), a gzip member each record: the request and the response of each
// exchange and of each redirect in it, a revisit where an answer brought what an earlier one had, and a metadata record with
// what the archive knows besides. Beside it stands the index, CDX lines in the order of their bytes. Files in containers
// are left out, as their containers are there; captures are in their order.
func (x *exporting) warc() error {
	const name = "nianbao.warc.gz"
	e := warcExport{exporting: x, file: name, seen: map[string]earlier{}}
	if err := x.writeFile(name, func(out io.Writer) error {
		e.w = warc.NewWriter(out)
		return e.run()
	}); err != nil {
		return err
	}
	x.out.Rows += int64(e.sum.records)
	x.note("%d records: %d answers with their payloads, %d that repeat an earlier one, %d exchanges without an answer.",
		e.sum.records, e.sum.responses, e.sum.revisits, e.sum.failures)
	return x.writeFile("nianbao.cdx", e.writeIndex)
}

// warcExport is one such export under way.
type warcExport struct {
	*exporting
	w     *warc.Writer
	file  string
	sum   warcSummary
	lines []string
	seen  map[string]earlier // address and digest of each payload that is in the file
}

// earlier is where a payload stands.
type earlier struct {
	id, uri string
	at      time.Time
}

// exportedHop is a redirect as captures.redirects has it.
type exportedHop struct {
	URL        string          `json:"url"`
	Status     int             `json:"status"`
	StatusLine string          `json:"status_line"`
	Header     json.RawMessage `json:"headers"`
	RemoteAddr string          `json:"remote_addr"`
	At         string          `json:"at"`
	SHA256     string          `json:"sha256"`
}

// exported is a capture as it is exported.
type exported struct {
	id             int64
	site, role     string
	method, url    string
	requestDigest  string
	transport      string
	at             time.Time
	elapsedMS      int64
	requestHeaders string
	finalURL       string
	redirects      string
	remoteAddr     string
	proto          string
	status         int
	statusLine     string
	headers        sql.NullString
	sha256         string
	complete       bool
	outcome, err   string
	name           string
	alike          bool   // other bytes came, which said the same; the body is that of an earlier answer
	says           string // SHA-256 of the bytes that the address answered with, also where a 304 brought none
}

func (e *warcExport) run() error {
	if err := e.info(); err != nil {
		return err
	}
	chosen := e.options.Where.filter("captures")
	if chosen.sql == "" {
		chosen.sql = "1"
	}
	rows, err := e.tx.QueryContext(e.ctx, `SELECT c.capture_id, ifnull(c.site, ''), c.role, a.method, a.url,
			a.request_sha256, ifnull(c.transport, ''), c.fetched_at, c.elapsed_ms, c.request_headers, c.final_url, c.redirects,
			ifnull(c.remote_addr, ''), ifnull(c.proto, ''), ifnull(c.http_status, 0), ifnull(c.status_line, ''), c.headers,
			ifnull(c.sha256, ''), c.complete, c.outcome, ifnull(c.error, ''), ifnull(f.name, ''), c.received IS NOT NULL,
			ifnull((SELECT h.sha256 FROM capture h WHERE h.capture_id = c.answer_id), '')
		FROM capture c JOIN address a USING (address_id) LEFT JOIN file f USING (capture_id)
		WHERE c.member_of IS NULL AND c.capture_id IN (SELECT capture_id FROM captures WHERE `+chosen.sql+`)
		ORDER BY c.capture_id`, chosen.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x exported
		var at sql.NullString
		if err := rows.Scan(&x.id, &x.site, &x.role, &x.method, &x.url, &x.requestDigest, &x.transport, &at, &x.elapsedMS,
			&x.requestHeaders, &x.finalURL, &x.redirects, &x.remoteAddr, &x.proto, &x.status, &x.statusLine, &x.headers,
			&x.sha256, &x.complete, &x.outcome, &x.err, &x.name, &x.alike, &x.says); err != nil {
			return err
		}
		if x.at, err = unstamp(at); err != nil {
			return err
		}
		if err := e.capture(&x); err != nil {
			return fmt.Errorf("capture %d: %w", x.id, err)
		}
	}
	return rows.Err()
}

// info writes the record that describes the file.
func (e *warcExport) info() error {
	var fingerprint, extractor, last string
	if err := e.tx.QueryRowContext(e.ctx, `SELECT ifnull(fingerprint, ''), ifnull(extractor, ''),
		ifnull(last_capture, '1970-01-01T00:00:00.000Z') FROM archive`).Scan(&fingerprint, &extractor, &last); err != nil {
		return err
	}
	at, err := time.Parse(instant, last) // no clock: the same archive, the same bytes
	if err != nil {
		return err
	}
	block := "software: nianbao, extractor " + extractor + "\r\nformat: WARC File Format 1.1\r\n" +
		"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n" +
		"description: captures of an archive of annual reports on open government information, fingerprint " + fingerprint + "\r\n"
	_, _, err = e.write("warcinfo", "", at, "", []warc.Field{{Name: "WARC-Filename", Value: e.file},
		{Name: "Content-Type", Value: "application/warc-fields"}}, []byte(block))
	return err
}

func (e *warcExport) write(kind, uri string, at time.Time, seed string, fields []warc.Field, block []byte) (string, warc.Place,
	error) {
	e.sum.records++
	return e.w.Write(kind, uri, at, seed, fields, block)
}

// capture writes the records of a capture, those of its redirects first.
func (e *warcExport) capture(x *exported) error {
	if x.transport == "import" && x.status == 0 && x.sha256 != "" {
		return e.resource(x)
	}
	var hops []exportedHop
	if err := json.Unmarshal([]byte(x.redirects), &hops); err != nil {
		return fmt.Errorf("read its redirects: %w", err)
	}
	request, err := readHeader(sql.NullString{String: x.requestHeaders, Valid: true})
	if err != nil {
		return fmt.Errorf("read its request headers: %w", err)
	}
	seed := fmt.Sprint(x.id)
	for i, h := range hops {
		header, err := readHeader(sql.NullString{String: string(h.Header), Valid: true})
		if err != nil {
			return fmt.Errorf("read the headers of redirect %d: %w", i+1, err)
		}
		at, err := time.Parse(instant, h.At)
		if err != nil {
			return fmt.Errorf("redirect %d: %w", i+1, err)
		}
		body, err := e.payload(h.SHA256)
		if err != nil {
			return err
		}
		answer := served{uri: h.URL, at: at, addr: h.RemoteAddr, status: h.Status, line: h.StatusLine, header: header,
			payload: body, sum: h.SHA256}
		if _, err := e.answer(answer, x.method, request, fmt.Sprintf("%s.%d", seed, i), false); err != nil {
			return err
		}
	}
	related := ""
	if x.status != 0 {
		header, err := readHeader(x.headers)
		if err != nil {
			return fmt.Errorf("read its headers: %w", err)
		}
		body, err := e.payload(x.sha256)
		if err != nil {
			return err
		}
		answer := served{uri: x.finalURL, at: x.at, addr: x.remoteAddr, proto: x.proto, status: x.status, line: x.statusLine,
			header: header, payload: body, sum: x.sha256, says: x.says, cut: !x.complete}
		if related, err = e.answer(answer, x.method, request, seed, x.outcome == crawler.OutcomeNotModified || x.alike); err != nil {
			return err
		}
	} else {
		e.sum.failures++
	}
	return e.metadata(x, related, seed)
}

// served is one answer of a server.
type served struct {
	uri     string
	at      time.Time
	addr    string
	proto   string
	status  int
	line    string
	header  http.Header
	payload []byte
	sum     string // SHA-256 of the payload, "" if none began
	says    string // that of the payload that the answer repeats without its bytes
	cut     bool
}

// answer writes an answer with its request.
func (e *warcExport) answer(x served, method string, request http.Header, seed string, notModified bool) (id string, err error) {
	fields := []warc.Field{{Name: "WARC-IP-Address", Value: ip(x.addr)},
		{Name: "Content-Type", Value: "application/http;msgtype=response"}}
	kind, block := "response", []byte(nil)
	digest := warc.Digest(x.payload)
	at, known := e.seen[x.uri+" "+x.sum]
	switch {
	case notModified:
		at, known = e.seen[x.uri+" "+x.says]
		kind, block = "revisit", warc.ResponseBlock(x.proto, x.line, x.header, nil)
		fields = append(fields, warc.Field{Name: "WARC-Profile",
			Value: "http://netpreserve.org/warc/1.1/revisit/server-not-modified"})
	case known && !x.cut && len(x.payload) > 0:
		kind, block = "revisit", warc.ResponseBlock(x.proto, x.line, x.header, nil)
		fields = append(fields, warc.Field{Name: "WARC-Profile",
			Value: "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}, warc.Field{Name: "WARC-Payload-Digest", Value: digest})
	default:
		block = warc.ResponseBlock(x.proto, x.line, x.header, x.payload)
		fields = append(fields, warc.Field{Name: "WARC-Payload-Digest", Value: digest})
		if x.cut {
			fields = append(fields, warc.Field{Name: "WARC-Truncated", Value: "unspecified"})
		}
	}
	if kind == "revisit" && known {
		fields = append(fields, warc.Field{Name: "WARC-Refers-To", Value: at.id},
			warc.Field{Name: "WARC-Refers-To-Target-URI", Value: at.uri},
			warc.Field{Name: "WARC-Refers-To-Date", Value: stamp(at.at)})
	}
	id, place, err := e.write(kind, x.uri, x.at, seed, fields, block)
	if err != nil {
		return "", err
	}
	if kind == "response" {
		e.sum.responses++
		if !x.cut && x.sum != "" {
			e.seen[x.uri+" "+x.sum] = earlier{id, x.uri, x.at}
		}
	} else {
		e.sum.revisits++
	}
	e.lines = append(e.lines, warc.CDXLine(x.uri, x.at, x.header.Get("Content-Type"), x.status, digest, x.header.Get("Location"),
		place, e.file))
	u, err := url.Parse(x.uri)
	if err != nil {
		return id, nil // no request could be made of it
	}
	_, _, err = e.write("request", x.uri, x.at, seed, []warc.Field{{Name: "WARC-Concurrent-To", Value: id},
		{Name: "Content-Type", Value: "application/http;msgtype=request"}}, warc.RequestBlock(method, u.RequestURI(), u.Host, request))
	return id, err
}

// resource writes what was imported without its HTTP exchange.
func (e *warcExport) resource(x *exported) error {
	body, err := e.payload(x.sha256)
	if err != nil {
		return err
	}
	header, err := readHeader(x.headers)
	if err != nil {
		return fmt.Errorf("read its headers: %w", err)
	}
	id, place, err := e.write("resource", x.url, x.at, fmt.Sprint(x.id), []warc.Field{
		{Name: "WARC-Payload-Digest", Value: warc.Digest(body)}, {Name: "Content-Type", Value: header.Get("Content-Type")}}, body)
	if err != nil {
		return err
	}
	e.sum.responses++
	e.lines = append(e.lines, warc.CDXLine(x.url, x.at, header.Get("Content-Type"), 200, warc.Digest(body), "", place, e.file))
	return e.metadata(x, id, fmt.Sprint(x.id))
}

func (e *warcExport) metadata(x *exported, related, seed string) error {
	text, err := jsonText(warc.Note{URL: x.url, Site: x.site, Role: x.role, Transport: x.transport, Outcome: x.outcome,
		Error: x.err, Name: x.name, ElapsedMS: x.elapsedMS, Request: x.requestDigest, SHA256: x.sha256})
	if err != nil {
		return err
	}
	_, _, err = e.write("metadata", x.finalURL, x.at, seed, []warc.Field{{Name: "WARC-Concurrent-To", Value: related},
		{Name: "Content-Type", Value: warc.NoteType}}, []byte(text))
	return err
}

// payload is an archived body, nothing for "".
func (e *warcExport) payload(sum string) ([]byte, error) {
	if sum == "" {
		return nil, nil
	}
	return e.body(e.ctx, sum)
}

// writeIndex writes the CDX lines in the order of their bytes.
func (e *warcExport) writeIndex(index io.Writer) error {
	slices.Sort(e.lines)
	w := bufio.NewWriter(index)
	for _, line := range append([]string{warc.CDXHeader}, e.lines...) {
		if _, err := w.WriteString(line + "\n"); err != nil {
			return err
		}
	}
	return w.Flush()
}

// ip is an address without its port.
func ip(addr string) string {
	host := strings.TrimSuffix(addr, ":"+addr[strings.LastIndexByte(addr, ':')+1:])
	return strings.Trim(host, "[]")
}
