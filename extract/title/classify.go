package title

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Context is what is known of a title besides its words. Every field may be empty.
type Context struct {
	Site   string // the authority whose column the title stands in
	Column string // the column's heading, or the title of the list page
	URL    string // the address of the column
}

// Title is what one title says, and the decision on it.
type Title struct {
	Kind       Kind
	Reason     string // one English sentence, the deciding words verbatim
	Authority  string // normal form of the author's name, "" if the title names none
	Printed    string // the author as the title prints it
	Type       string // the author's type, an id of the table in types.go, "" if unknown
	Level      string // national, province, prefecture, county, township, "" if the name does not tell
	Year       int    // the year reported on, 0 if the title does not say
	Scope      string // aggregate, own, unknown
	ScopeBasis string // the words the scope was read from, "" if there are none
}

// longestTail is the number of characters behind a report's name that may still belong to its title.
const longestTail = 15

// longestEntry is the number of characters up to which a text without a year is taken for a menu entry.
const longestEntry = 12

// Classify decides what the document with this title is, and reads from the title who reports for which year. It never
// fails: a title that says nothing is Other or Navigation. At most the first 400 characters are looked at.
func Classify(t string, c Context) Title {
	f := fold(t).trimmed().undoubled()
	s := f.String()
	switch {
	case s == "":
		return Title{Kind: Navigation, Reason: "there is no title", Scope: ScopeUnknown}
	case s == fold(c.Site).String():
		return Title{Kind: Navigation, Reason: "the title is the name of the site", Scope: ScopeUnknown}
	}
	for _, m := range core.FindAllStringIndex(s, -1) {
		tail := s[m[1]:]
		if g := genre.FindStringIndex(tail); g != nil {
			return named(f, m[0], m[1], m[1]+g[1], c)
		}
		if scrambled.MatchString(tail) && strings.Contains(tail, "报") {
			return named(f, m[0], m[1], len(s), c)
		}
	}
	return unnamed(f, c)
}

// named decides on a title that holds the name of such a report: its core at the bytes from..to of the comparing form,
// then a genre that ends at end.
func named(f folded, from, to, end int, c Context) Title {
	s := f.String()
	if strings.HasSuffix(s[:from], "人民") && strings.HasPrefix(s[from:], "政府") {
		from += len("政府") // X县人民政府信息公开年度报告
	}
	head, rest := s, s[end:]
	if m := separator.FindStringIndex(rest); m != nil {
		head, rest = s[:end+m[0]], rest[:m[0]]
	}
	if m := withTables.FindStringIndex(rest); m != nil {
		head, rest = s[:end], rest[m[1]:]
	}
	if m := core.FindStringIndex(rest); m != nil && genre.MatchString(rest[m[1]:]) ||
		utf8.RuneCountInString(rest) > longestTail && runsOn.MatchString(rest) {
		head, rest = s[:end], "" // printed twice with different spelling, or glued to the first sentence
	}
	t, without := read(f, from, s[to:end]+rest)
	if strings.HasSuffix(rest, ")") {
		t.scoped(fold(rest)) // …年度报告(汇总); without brackets it is a collection
	}
	if kind, reason, ok := objection(head, without+head[from:]); ok {
		t.Kind, t.Reason = kind, reason
		return t.sure()
	}
	words := s[from:end]
	switch {
	case bodies.MatchString(without) || bodies.MatchString(fold(t.Printed).String()) || gathering.MatchString(head):
		t.Kind, t.Reason = Umbrella, "the title announces the reports of many bodies ("+head+")"
	case !harmless.MatchString(rest):
		t.Kind, t.Reason = Other, "words that follow the name of the report make it something else ("+rest+")"
	case t.Year == 0 && t.Type == "":
		t.Kind, t.Reason = Navigation, "the title names a column: neither a year nor a known authority ("+words+")"
	case t.Year == 0 && strings.HasSuffix(words, "年报"):
		t.Kind, t.Reason = Navigation, "the title names an authority's column: "+words+" without a year"
	case t.Year == 0 && !strings.Contains(words, "年"):
		t.Kind, t.Reason = Other, "the title says neither which year nor that it is yearly ("+words+")"
	case strings.HasSuffix(s[:to], "政务公开") && !strings.Contains(s[to:end], "年") && !c.Yearly():
		t.Kind, t.Reason = WorkSummary, "a report on 政务公开 that does not call itself yearly ("+words+")"
	case t.Year == 0:
		t.Kind, t.Reason = Report, "the title names an authority and "+words+", but no year"
	case t.Authority == "":
		t.Kind, t.Reason = Report, "the title names a year and "+words+", but no authority"
	default:
		t.Kind, t.Reason = Report, "the title names an authority, a year and "+words
	}
	return t
}

// unnamed decides on a title that does not hold the name of such a report: only a column of annual reports can make it
// one.
func unnamed(f folded, c Context) Title {
	whole := f.String()
	f, short := f.withoutEllipsis()
	t, tail := yearAndTail(f)
	rest := whole
	if t.Type != "" {
		rest = tail
	}
	t = t.sure()
	if kind, reason, ok := objection(whole, rest); ok {
		t.Kind, t.Reason = kind, reason
		return t
	}
	alone := strings.HasPrefix(whole, strconv.Itoa(t.Year))
	open := openReport.MatchString(tail)
	switch {
	case t.Year != 0 && short && (open || begun.MatchString(tail)) && c.Yearly():
		t.Kind, t.Reason = Report, "the list cut the title short, in a column of annual reports"
	case t.Year != 0 && open && openEnd.MatchString(tail) && c.Yearly():
		t.Kind, t.Reason = Report, "the title names a year and 信息公开, in a column of annual reports"
	case t.Year != 0 && bare.MatchString(tail) && (alone || t.Type != "") && c.Yearly():
		t.Kind, t.Reason = Report, "the title names little more than a year, but it stands in a column of annual reports"
	case yearlyEnd.MatchString(f.String()):
		t.Kind, t.Reason = OtherYearly, "a yearly report, but not by its title one on open government information"
		if t.Year == 0 && t.Type == "" {
			t.Kind, t.Reason = Navigation, "the title names a column: neither a year nor a known authority"
		}
	case t.Year == 0 && len(f.runes) <= longestEntry:
		t.Kind, t.Reason = Navigation, "a short text without a year: a menu entry"
	default:
		t.Kind, t.Reason = Other, "the title does not name an annual report on open government information"
	}
	return t
}

// sure drops a name that is not known to be an authority's: in a title that is no report's it may be anything.
func (t Title) sure() Title {
	if t.Type == "" {
		t.Authority, t.Printed, t.Level = "", "", ""
	}
	return t
}

// Yearly says whether the context is a column of annual reports on open government information.
func (c Context) Yearly() bool {
	heading := fold(c.Column).String()
	if _, _, ok := objection(heading, heading); ok {
		return false
	}
	return column.MatchString(heading) || address.MatchString(c.URL)
}
