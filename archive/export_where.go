package archive

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Where chooses reports by year, region and site; the zero value chooses all. An export then has the rows of the chosen
// reports and what these refer to.
type Where struct {
	YearFrom, YearTo int    // statistical years, both included; 0 for any
	Region           string // leading digits of a GB/T 2260 code: the division and all in it
	Site             string // key of the register
}

var (
	yearTerm   = regexp.MustCompile(`^(\d{4})(?:-(\d{4}))?$`)
	regionTerm = regexp.MustCompile(`^\d{2}(\d{2}(\d{2})?)?$`)
	siteTerm   = regexp.MustCompile(`^[a-z0-9-]+$`)
)

// ParseWhere reads terms year=2023, year=2019-2023, region=37 (or 3715, 371503, 370000) and site=KEY, each at most once.
func ParseWhere(terms []string) (Where, error) {
	var w Where
	seen := map[string]bool{}
	for _, term := range terms {
		name, value, _ := strings.Cut(term, "=")
		if seen[name] {
			return Where{}, fmt.Errorf("where %q: %s is there twice", term, name)
		}
		seen[name] = true
		switch m := yearTerm.FindStringSubmatch(value); {
		case name == "year" && m != nil:
			w.YearFrom, _ = strconv.Atoi(m[1]) // four digits
			w.YearTo = w.YearFrom
			if m[2] != "" {
				w.YearTo, _ = strconv.Atoi(m[2])
			}
			if w.YearTo < w.YearFrom {
				return Where{}, fmt.Errorf("where %q: the years run backwards", term)
			}
		case name == "region" && regionTerm.MatchString(value):
			for len(value) > 2 && strings.HasSuffix(value, "00") {
				value = value[:len(value)-2] // 370000 is the province and all in it, as 37 is
			}
			w.Region = value
		case name == "site" && siteTerm.MatchString(value):
			w.Site = value
		default:
			return Where{}, fmt.Errorf("where %q: want year=2023, year=2019-2023, region=37 or site=KEY", term)
		}
	}
	return w, nil
}

// String writes the choice as ParseWhere reads it, "" for all.
func (w Where) String() string {
	var terms []string
	switch {
	case w.YearFrom != w.YearTo:
		terms = append(terms, fmt.Sprintf("year=%d-%d", w.YearFrom, w.YearTo))
	case w.YearFrom != 0:
		terms = append(terms, fmt.Sprintf("year=%d", w.YearFrom))
	}
	if w.Region != "" {
		terms = append(terms, "region="+w.Region)
	}
	if w.Site != "" {
		terms = append(terms, "site="+w.Site)
	}
	return strings.Join(terms, ",")
}

// clause is a piece of SQL with the values of its parameters.
type clause struct {
	sql  string
	args []any
}

// with puts clauses into the places %s of a piece of SQL.
func with(sql string, parts ...clause) clause {
	var c clause
	texts := make([]any, len(parts))
	for i, p := range parts {
		texts[i] = p.sql
		c.args = append(c.args, p.args...)
	}
	c.sql = fmt.Sprintf(sql, texts...)
	return c
}

// conditions joins what the choice asks of the columns with these names; "" leaves a condition out.
func (w Where) conditions(year, region, site string) clause {
	c := clause{sql: "1"}
	add := func(condition string, args ...any) {
		c.sql += " AND " + condition
		c.args = append(c.args, args...)
	}
	if w.YearFrom != 0 && year != "" {
		add(year+" BETWEEN ? AND ?", w.YearFrom, w.YearTo)
	}
	if w.Region != "" && region != "" {
		add(region+" LIKE ?", w.Region+"%")
	}
	if w.Site != "" && site != "" {
		add(site+" = ?", w.Site)
	}
	return c
}

// filter is the condition for the rows of a relation, "" for all of them.
func (w Where) filter(relation string) clause {
	if w == (Where{}) || keys[relation].chosen == whole {
		return clause{}
	}
	reports := with(`SELECT report_id FROM report WHERE %s`, w.conditions("year", "region_code", "site"))
	region := clause{sql: "1"}
	if w.Region != "" { // of a body that only the register names, the register's
		region = with(`(authority_id IN (SELECT authority_id FROM authorities WHERE %s) OR site IN (SELECT key FROM sites WHERE %s)
			AND authority_id NOT IN (SELECT authority_id FROM authorities))`,
			w.conditions("", "region_code", ""), w.conditions("", "region", ""))
	}
	coverage := with(`(report_id IN (%s) OR report_id IS NULL AND %s AND %s)`, reports, w.conditions("year", "", "site"), region)
	sites := with(`SELECT site FROM report WHERE report_id IN (%s)`, reports)
	if w.Site != "" || w.Region != "" { // also those that have no report
		sites = with(`%s UNION SELECT key FROM sites WHERE %s`, sites, w.conditions("", "region", "key"))
	}
	links := with(`site IN (%s)`, sites)
	if w.YearFrom != 0 {
		links = with(`%s AND report_id IN (%s)`, links, reports)
	}
	switch keys[relation].chosen {
	case ofReports:
		return with(`report_id IN (%s)`, reports)
	case ofCoverage:
		return coverage
	case ofAuthorities:
		return with(`authority_id IN (SELECT authority_id FROM report WHERE report_id IN (%s)
			UNION SELECT authority_id FROM coverage WHERE %s)`, reports, coverage)
	case ofLinks:
		return links
	case ofCaptures:
		return with(`capture_id IN (SELECT capture_id FROM sources WHERE report_id IN (%s)
			UNION SELECT list_capture_id FROM links WHERE %s)`, reports, links)
	case ofSites:
		return with(`site IN (%s)`, sites)
	}
	return with(`key IN (%s)`, sites)
}
