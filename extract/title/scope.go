package title

import (
	"regexp"
	"strings"
)

// The scopes of a report. One authority may publish two reports a year that differ only in this.
const (
	ScopeAggregate = "aggregate" // a government and its bodies, a service and its branches
	ScopeOwn       = "own"       // the authority's own house
	ScopeUnknown   = "unknown"
)

// scopes are the words that tell the scope; the group is what is taken off the name.
var scopes = []struct {
	scope string
	words *regexp.Regexp
}{
	{ScopeOwn, regexp.MustCompile(`(\(?(?:本级机关|机关本级|本机关|本单位|本部门|本级)\)?)$`)},
	{ScopeAggregate, regexp.MustCompile(`海关(\(?关区\)?)$`)}, // 城关区 is a district
	{ScopeAggregate, regexp.MustCompile(`(\(?(?:全系统|全[市区县省州旗盟镇乡]|各级(?:行政机关|部门|单位)?|` +
		`(?:及|和)(?:所属|下属|各|其)+(?:部门|单位|机构)|汇总|综合)\)?)$`)},
}

// services are the nationwide services that a report names by 全国 instead of by their head.
var services = map[string]string{"全国海关": "海关总署"} // 海关总署 2020 published 本级机关 and 全国海关

// withoutScope takes the scope words off a name in comparing form.
func withoutScope(f folded) (name folded, scope, basis string) {
	s := f.String()
	if services[s] != "" {
		return f, ScopeAggregate, "全国"
	}
	for _, rule := range scopes {
		if m := rule.words.FindStringSubmatchIndex(s); m != nil {
			return f.bytes(0, m[2]), rule.scope, strings.Trim(s[m[2]:m[3]], "()")
		}
	}
	return f, ScopeUnknown, ""
}
