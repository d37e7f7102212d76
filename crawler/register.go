package crawler

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/crawler/cms"
)

// DefaultCron is when a site without a cron entry of its own is visited, in Beijing time.
const DefaultCron = "0 2 * * *"

// The most bytes of a register, and of one of its fields: all of China's columns take a tenth.
const (
	maxRegister = 16 << 20
	maxField    = 4096
)

// TLSRelaxed is the only word that the register's tls column takes.
const TLSRelaxed = "relaxed"

//go:embed sites.csv
var builtinSites []byte

var (
	registerColumns = []string{"key", "name", "url", "region", "system", "pages", "items", "cron", "tls",
		"since", "until", "note"}
	neededColumns = []string{"key", "name", "url"}

	keyPattern    = regexp.MustCompile(`^[a-z0-9-]+$`)
	regionPattern = regexp.MustCompile(`^(\d{6}|\d{9}|\d{12})$`)

	beijing = time.FixedZone("Asia/Shanghai", 8*60*60)
)

// BuiltinSites is the register that comes with the program.
func BuiltinSites() ([]Site, error) {
	return ReadSites("built-in sites.csv", bytes.NewReader(builtinSites))
}

// ReadSites reads a register: comma-separated UTF-8 with a header row, a byte order mark accepted, lines that begin
// with # and rows that are empty passed over. It checks every row and reports all that is wrong, each complaint as
// "name:line: …"; then no sites are returned. name is what the file is called in those messages.
func ReadSites(name string, r io.Reader) ([]Site, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRegister+1))
	if err != nil {
		return nil, fmt.Errorf("read register %s: %w", name, err)
	}
	if len(data) > maxRegister {
		return nil, fmt.Errorf("%s: larger than %d MiB, which no register is", name, maxRegister>>20)
	}
	if line := notUTF8(data); line > 0 {
		return nil, fmt.Errorf("%s:%d: not UTF-8; save it as CSV in UTF-8", name, line)
	}
	number := 0
	for line := range bytes.Lines(data) {
		if number++; bytes.Count(line, []byte(",")) > maxField { // each field costs more than its comma
			return nil, fmt.Errorf("%s:%d: more than %d fields", name, number, maxField)
		}
	}
	rows := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))
	rows.Comment = '#'
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("%s:1: no header row; wanted %s", name, strings.Join(registerColumns, ","))
	}
	if err != nil {
		return nil, atLine(name, err)
	}
	line, _ := rows.FieldPos(0)
	if err := checkHeader(header); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, line, err)
	}

	var sites []Site
	var complaints []error
	lines := map[string][]int{} // key → indices into sites
	where := []int{}            // line of each site
	for {
		record, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.Join(append(complaints, atLine(name, err))...)
		}
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue // spreadsheets write rows that were emptied as commas alone
		}
		line, _ := rows.FieldPos(0)
		complain := func(err error) { complaints = append(complaints, fmt.Errorf("%s:%d: %w", name, line, err)) }
		if len(record) != len(header) {
			complain(fmt.Errorf("%d fields, but the header row has %d", len(record), len(header)))
			continue
		}
		var site Site
		for i, column := range header {
			*site.column(strings.TrimSpace(column)) = strings.TrimSpace(record[i])
		}
		for _, err := range site.check() {
			complain(err)
		}
		for _, other := range lines[site.Key] {
			if site.overlaps(sites[other]) {
				complain(fmt.Errorf("key %q is that of line %d, for some of the same days", site.Key, where[other]))
			}
		}
		lines[site.Key] = append(lines[site.Key], len(sites))
		sites, where = append(sites, site), append(where, line)
	}
	if len(complaints) > 0 {
		return nil, errors.Join(complaints...)
	}
	return sites, nil
}

// atLine puts the line of what is no CSV in front, as in all complaints.
func atLine(name string, err error) error {
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("%s:%d: column %d: %w", name, wrong.Line, wrong.Column, wrong.Err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// WriteSites writes a register that ReadSites reads, with all columns.
func WriteSites(w io.Writer, sites []Site) error {
	rows := csv.NewWriter(w)
	if err := rows.Write(registerColumns); err != nil {
		return fmt.Errorf("write register: %w", err)
	}
	for _, site := range sites {
		record := make([]string, len(registerColumns))
		for i, column := range registerColumns {
			record[i] = *site.column(column)
		}
		if err := rows.Write(record); err != nil {
			return fmt.Errorf("write register row %s: %w", site.Key, err)
		}
	}
	rows.Flush()
	if err := rows.Error(); err != nil {
		return fmt.Errorf("write register: %w", err)
	}
	return nil
}

// Active says whether the row holds on the Beijing day of the moment.
func (s Site) Active(at time.Time) bool {
	day := at.In(beijing).Format(time.DateOnly)
	return (s.Since == "" || s.Since <= day) && (s.Until == "" || day <= s.Until)
}

// overlaps says whether there is a day on which both rows hold.
func (s Site) overlaps(other Site) bool {
	before := func(until, since string) bool { return until != "" && since != "" && until < since }
	return !before(s.Until, other.Since) && !before(other.Until, s.Since)
}

// column is the field behind a register column, nil for a column there is not.
func (s *Site) column(name string) *string {
	switch name {
	case "key":
		return &s.Key
	case "name":
		return &s.Name
	case "url":
		return &s.URL
	case "region":
		return &s.Region
	case "system":
		return &s.System
	case "pages":
		return &s.Pages
	case "items":
		return &s.Items
	case "cron":
		return &s.Cron
	case "tls":
		return &s.TLS
	case "since":
		return &s.Since
	case "until":
		return &s.Until
	case "note":
		return &s.Note
	}
	return nil
}

// notUTF8 is the number of the first line that is not UTF-8, 0 if all are. Spreadsheets write other encodings unless
// told.
func notUTF8(data []byte) int {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if !utf8.Valid(line) {
			return number
		}
	}
	return 0
}

func checkHeader(header []string) error {
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return fmt.Errorf("the fields of %q are not parted by commas", header[0])
	}
	seen := map[string]bool{}
	for _, column := range header {
		column = strings.TrimSpace(column)
		if !slices.Contains(registerColumns, column) {
			return fmt.Errorf("unknown column %q; known are %s", column, strings.Join(registerColumns, ", "))
		}
		if seen[column] {
			return fmt.Errorf("column %q stands there twice", column)
		}
		seen[column] = true
	}
	for _, column := range neededColumns {
		if !seen[column] {
			return fmt.Errorf("column %q is missing", column)
		}
	}
	return nil
}

// check gives all that is wrong with the row by itself.
func (s Site) check() (wrong []error) {
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	for _, column := range registerColumns {
		if n := len(*s.column(column)); n > maxField {
			complain("%s has %d bytes, more than %d", column, n, maxField)
		}
	}
	if wrong != nil {
		return wrong // what is so long is not looked at
	}
	if !keyPattern.MatchString(s.Key) {
		complain("key %q is not made of a-z, 0-9 and -", s.Key)
	}
	if s.Name == "" {
		complain("name is empty")
	}
	if err := checkSiteURL(s.URL); err != nil {
		complain("url %w", err)
	}
	if s.Region != "" && !regionPattern.MatchString(s.Region) {
		complain("region %q is not a GB/T 2260 code of 6, 9 or 12 digits", s.Region)
	}
	if s.Pages != "" {
		if !strings.Contains(s.Pages, pageMark) {
			complain("pages %q has no %s", s.Pages, pageMark)
		} else if page, err := s.page(2); err != nil {
			complain("pages %w", err)
		} else if err := checkSiteURL(page); err != nil {
			complain("pages %w", err)
		}
	}
	if s.Items != "" {
		if err := cms.CheckItems(s.Items); err != nil {
			complain("%w", err)
		}
	}
	if s.Cron != "" {
		if _, err := parseCron(s.Cron); err != nil {
			complain("cron %q: %w", s.Cron, err)
		}
	}
	if s.TLS != "" && s.TLS != TLSRelaxed {
		complain("tls %q is neither empty nor %q", s.TLS, TLSRelaxed)
	}
	for column, day := range map[string]string{"since": s.Since, "until": s.Until} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			complain("%s %q is no day like 2024-01-31", column, day)
		}
	}
	if s.Since != "" && s.Until != "" && s.Until < s.Since {
		complain("until %s is before since %s", s.Until, s.Since)
	}
	return wrong
}

func checkSiteURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("%q: %w", raw, err)
	}
	if u.User != nil {
		return fmt.Errorf("%q holds credentials", u.Redacted())
	}
	if u.Hostname() == "" || u.Opaque != "" {
		return fmt.Errorf("%q is not an absolute address", raw)
	}
	_, err = Address(raw)
	return err
}

// pageMark is what the pages template holds in place of the number.
const pageMark = "{page}"

// page is the address of list page n by the row's template, which may be relative to its url.
func (s Site) page(n int) (string, error) {
	base, err := url.Parse(s.URL)
	if err != nil {
		return "", fmt.Errorf("%q: %w", s.URL, err)
	}
	page, err := base.Parse(strings.ReplaceAll(s.Pages, pageMark, fmt.Sprint(n)))
	if err != nil {
		return "", fmt.Errorf("%q: %w", s.Pages, err)
	}
	return page.String(), nil
}
