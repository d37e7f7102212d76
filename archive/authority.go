package archive

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"nianbao/extract"
	"nianbao/extract/division"
	"nianbao/extract/title"
)

// author is who published a report, as far as document, register and division table tell.
type author struct {
	placed bool
	place  division.Place // with the code of the report's year
	body   int64          // number of a name in a division, 0 when the document names nobody
	credit string         // unified social credit code, if it is the author's; ""
}

// authorOf reads who published a report that was found at a site, and where that is: the register's region decides, else
// the site's code, else a name with its province.
func authorOf(site, region string, r *extract.Report) author {
	hint := division.Hint{Region: region, SiteCode: r.SiteCode}
	if r.Year != 0 {
		hint.Day = fmt.Sprintf("%04d-12-31", r.Year)
	}
	a := author{}
	a.place, a.placed = division.Resolve(r.Authority, hint)
	if r.Authority == "" {
		return a
	}
	a.body = bodyNumber(site, r.Authority, a.place, a.placed)
	// A page's index number may bear the code of the office that runs the site. Where the page names its publisher, the
	// code is the author's only if that is the author.
	if r.CreditCode != "" {
		publisher := title.NameOf(r.Publisher).Normal
		place, placed := division.Resolve(publisher, hint)
		if publisher == "" || bodyNumber(site, publisher, place, placed) == a.body {
			a.credit = r.CreditCode
		}
	}
	return a
}

// bodyNumber numbers a name: 53 bits of the SHA-256 of its division and what the name says besides. The division is
// called by the first code and name that it had, so the number outlasts every change of either; an unknown one by the
// site.
func bodyNumber(site, name string, place division.Place, placed bool) int64 {
	if !placed {
		return hash53(site + "\n" + name)
	}
	first := place.Division.History()[0]
	return hash53(first.Code + first.Name + "\n" + place.Rest)
}

// division is what tells authorities of the same name apart in keys: the division's code, or the site where that is
// unknown.
func (a author) division(site string) string { return cmp.Or(a.place.Division.Code, site) }

// level is that of the report's author: what the name says, made exact by the division, as a bare 市 is a prefecture or a
// county. Schools, firms and zones have none of their own.
func (a author) level(r *extract.Report) string {
	switch r.AuthorityType {
	case "school", "hospital", "public_enterprise", "institution", "development_zone":
		return r.Level
	}
	switch {
	case !a.placed, r.Level == title.LevelTownship, r.Level == title.LevelNational:
		return r.Level
	case a.place.Named, r.Level == "" && r.AuthorityType != "":
		return a.place.Division.Level
	}
	return r.Level
}

// regions are the names that reports has for the author's division; "" for none.
func (a author) regions(year int) (province, prefecture, region string) {
	if !a.placed {
		return "", "", ""
	}
	d := a.place.Division
	switch d.Level {
	case division.Prefecture:
		prefecture = d.Name
	case division.County:
		day := ""
		if year != 0 {
			day = fmt.Sprintf("%04d-12-31", year)
		}
		if up, ok := division.At(d.Parent, day); ok && up.Level == division.Prefecture {
			prefecture = up.Name
		}
	}
	return d.Province, prefecture, d.Name
}

// claim is what a report says about a body's identity.
type claim struct {
	body  int64
	code  string
	year  int
	typ   string
	owner int64 // authority_id
}

func (s *saving) claims(where string, arg any) ([]claim, error) {
	out, err := selectRows(s.ctx, s.tx, func(row scanner) (c claim, err error) {
		return c, row.Scan(&c.body, &c.code, &c.year, &c.typ, &c.owner)
	}, `SELECT body, ifnull(credit_code, ''), ifnull(year, 0), ifnull(authority_type, ''), ifnull(authority_id, 0)
		FROM report WHERE body IS NOT NULL AND `+where, arg)
	if err != nil {
		return nil, fmt.Errorf("find the authority's reports: %w", err)
	}
	return out, nil
}

// claimsOf returns what the report says now; none if it is not there, or names nobody.
func (s *saving) claimsOf(report int64) ([]claim, error) { return s.claims(`report_id = ?`, report) }

// sole are the types of bodies of which a division has one, so that only one of the same type can be the same body.
var sole = []string{"peoples_government", "government_office", "township", "subdistrict", "development_zone"}

// maxBodies is for how many bodies one code may stand; more have the code of the office that runs their site.
const maxBodies = 6

// compatible reports whether claims may all be one body's under different names: no year has two of them, and a
// government is not its office.
func compatible(all []claim) bool { return noYearTwice(all) && oneKind(all) }

// noYearTwice reports whether no year has reports of two of the bodies.
func noYearTwice(all []claim) bool {
	years := map[int]int64{}
	for _, c := range all {
		if other, ok := years[c.year]; ok && c.year != 0 && other != c.body {
			return false
		}
		years[c.year] = c.body
	}
	return true
}

// oneKind reports whether few enough bodies have a code, and none is a government where another is its office.
func oneKind(all []claim) bool {
	bodies := map[int64]bool{}
	for _, c := range all {
		bodies[c.body] = true
		if c.typ != all[0].typ && (slices.Contains(sole, c.typ) || slices.Contains(sole, all[0].typ)) {
			return false
		}
	}
	return len(bodies) <= maxBodies
}

// reached is a body with those that credit codes and people link it to.
type reached struct {
	bodies []int64
	claims []claim // of their reports
	said   bool    // a person linked some of them
}

// one reports whether they can all be one authority. People may say so of bodies of different types, and of any number.
func (r reached) one() bool { return noYearTwice(r.claims) && (r.said || oneKind(r.claims)) }

// reachable returns the bodies that credit codes and people's words lead to from these, these included. A code whose reports
// cannot all be one body's leads nowhere.
func (s *saving) reachable(bodies ...int64) (r reached, err error) {
	codes := map[string]bool{}
	add := func(body int64) {
		if !slices.Contains(bodies, body) {
			bodies = append(bodies, body)
		}
	}
	for i := 0; i < len(bodies); i++ {
		own, err := s.claims(`body = ?`, bodies[i])
		if err != nil {
			return reached{}, err
		}
		r.claims = append(r.claims, own...)
		for _, c := range own {
			if c.code == "" || codes[c.code] {
				continue
			}
			codes[c.code] = true
			same, err := s.claims(`credit_code = ?`, c.code)
			if err != nil {
				return reached{}, err
			}
			if !compatible(same) {
				continue
			}
			for _, o := range same {
				add(o.body)
			}
		}
		said, err := s.saidSame(bodies[i])
		if err != nil {
			return reached{}, err
		}
		for _, body := range said {
			r.said = true
			add(body)
		}
	}
	r.bodies = bodies
	return r, nil
}

// authorityOf returns the number of the authority that a body is: the lowest of all bodies that equal credit codes and
// people make one with it. It is a function of the reports and annotations that are there, not of their order. What
// contradicts a link takes it away: a code that two bodies have in one year is neither's, and so is a chain of links that
// leads to two bodies in one year.
func (s *saving) authorityOf(body int64) (int64, error) {
	r, err := s.reachable(body)
	if err != nil || !r.one() {
		return body, err
	}
	return slices.Min(r.bodies), nil
}

// regroup gives every body that a report concerns its authority, after the report changed from saying before to what it
// says now, and brings the rows of authorities up to date.
func (s *saving) regroup(before []claim, report int64) error {
	now, err := s.claimsOf(report)
	if err != nil {
		return err
	}
	// Only the codes of this report can have begun or ceased to link; what they link now is reachable from their bodies.
	var near, authorities []int64
	for _, c := range slices.Concat(before, now) {
		near, authorities = append(near, c.body), append(authorities, c.owner)
		if c.code == "" {
			continue
		}
		same, err := s.claims(`credit_code = ?`, c.code)
		if err != nil {
			return err
		}
		others := map[int64]bool{}
		for _, o := range same {
			others[o.body] = true
		}
		if len(others) <= maxBodies+1 { // beyond it the code did not link before either
			near = slices.AppendSeq(near, maps.Keys(others))
		}
	}
	said, err := s.saidBy(report)
	if err != nil {
		return err
	}
	return s.regroupAll(slices.Concat(near, said), authorities)
}

// regroupAll gives bodies, and all that links lead to from them, their authorities. authorities are those whose rows may have
// to change besides.
func (s *saving) regroupAll(near, authorities []int64) error {
	slices.Sort(near)
	all, err := s.reachable(slices.Compact(near)...)
	if err != nil {
		return err
	}
	for _, c := range all.claims {
		authorities = append(authorities, c.owner)
	}
	var changed []identity // of the reports that got another authority: before and after
	for _, body := range all.bodies {
		authority, err := s.authorityOf(body)
		if err != nil {
			return err
		}
		moved, err := s.assign(body, authority)
		if err != nil {
			return err
		}
		changed = append(changed, moved...)
		authorities = append(authorities, authority)
	}
	slices.Sort(authorities)
	if err := s.refreshAuthorities(slices.Compact(authorities)); err != nil {
		return err
	}
	return s.compareYears(changed...)
}

// assign makes all reports of a body those of an authority, and returns what the reports that had another were and are.
func (s *saving) assign(body, authority int64) ([]identity, error) {
	was, err := selectRows(s.ctx, s.tx, func(row scanner) (id identity, err error) {
		return id, row.Scan(&id.authority, &id.year, &id.scope)
	}, `SELECT ifnull(authority_id, 0), year, scope FROM report
		WHERE body = ?1 AND authority_id IS NOT ?2 AND year IS NOT NULL`, body, authority)
	if err == nil {
		err = s.ensureAuthority(authority)
	}
	if err == nil {
		_, err = s.tx.ExecContext(s.ctx, `UPDATE report SET authority_id = ?2
			WHERE body = ?1 AND authority_id IS NOT ?2`, body, authority)
	}
	if err != nil {
		return nil, fmt.Errorf("authority %d: %w", authority, err)
	}
	changed := was
	for _, id := range was {
		id.authority = authority
		changed = append(changed, id)
	}
	return changed, nil
}

// ensureAuthority makes a row for an authority that is not there yet, as its reports refer to it; 0 for none. What it says
// refreshAuthorities fills in.
func (s *saving) ensureAuthority(id int64) error {
	if id == 0 {
		return nil
	}
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO authorities(authority_id, name, names) VALUES (?, '', '[]')
		ON CONFLICT DO NOTHING`, id)
	if err != nil {
		return fmt.Errorf("make authority %d: %w", id, err)
	}
	return nil
}

// refreshAuthorities computes the rows of authorities from their reports, and removes those without any. What is one
// for the whole row is that of the newest report. A code that another authority has, too, is neither's.
func (s *saving) refreshAuthorities(ids []int64) error {
	for _, id := range ids {
		for _, query := range []string{
			`DELETE FROM authorities WHERE authority_id = ?1
				AND NOT EXISTS (SELECT 1 FROM report WHERE authority_id = ?1)`,
			`INSERT INTO authorities(authority_id, name, names, type, level, region_code)
				SELECT authority_id, authority, '[]', authority_type, level, region_code FROM report
				WHERE authority_id = ?1 ORDER BY year DESC, authority, report_id LIMIT 1
				ON CONFLICT DO UPDATE SET name = excluded.name, type = excluded.type, level = excluded.level,
				region_code = excluded.region_code`,
			`UPDATE authorities SET
				(first_year, last_year) = (SELECT min(year), max(year) FROM report WHERE authority_id = ?1),
				credit_code = (SELECT credit_code FROM report r WHERE authority_id = ?1 AND credit_code IS NOT NULL
					AND NOT EXISTS (SELECT 1 FROM report o WHERE o.credit_code = r.credit_code AND o.authority_id <> ?1)
					ORDER BY year DESC, credit_code LIMIT 1),
				names = (SELECT json_group_array(json_object('name', name, 'years', json(years))) FROM (
					SELECT name, json_group_array(year) FILTER (WHERE year IS NOT NULL) AS years FROM (
						SELECT DISTINCT ifnull(authority_printed, authority) AS name, year FROM report
						WHERE authority_id = ?1 ORDER BY year)
					GROUP BY name ORDER BY min(year), name))
				WHERE authority_id = ?1`,
		} {
			if _, err := s.tx.ExecContext(s.ctx, query, id); err != nil {
				return fmt.Errorf("authority %d: %w", id, err)
			}
		}
	}
	return nil
}
