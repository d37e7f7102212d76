package title

import (
	"regexp"
	"strings"
)

// Name is an authority's name.
type Name struct {
	Printed string // as printed, white space folded
	Normal  string // NFKC, no white space, brackets unified, abbreviations of form completed
	Type    string // id of the table in types.go, "" if unknown
	Level   string // national, province, prefecture, county, township, "" if the name does not tell
}

// NameOf reads an authority's name as a title, a 发布机构 field or a register prints it. An empty text gives the zero Name.
func NameOf(printed string) Name {
	return nameOf(fold(printed))
}

// completions turn a division's bare name, or a short word for its government, into the government's full name. The
// first that matches is applied.
var completions = []struct{ short, full string }{
	{`(.*(?:[省市县区旗镇乡州盟]|苏木))政府办(?:公室)?$`, "${1}人民政府办公室"},
	{`(.*(?:[省市州]|自治区))政府办公厅$`, "${1}人民政府办公厅"},
	{`(.+(?:[省市县区旗镇乡州]|苏木))政府$`, "${1}人民政府"},
	{`(.+街道)办$`, "${1}办事处"},
	{`(.+街道)$`, "${1}办事处"},
	{`(.+(?:地区|盟))$`, "${1}行政公署"},
	{`(.+(?:[省市县旗镇乡区]|自治州|苏木))$`, "${1}人民政府"},
}

var compiled = func() (out []*regexp.Regexp) {
	for _, c := range completions {
		out = append(out, regexp.MustCompile(c.short))
	}
	return out
}()

func nameOf(f folded) Name {
	n := Name{Printed: f.printed(), Normal: f.String()}
	if n.Normal == "" {
		return n
	}
	if head, ok := services[n.Normal]; ok {
		n.Normal = head
	}
	if !zone(n.Normal) {
		for i, re := range compiled {
			if re.MatchString(n.Normal) {
				n.Normal = re.ReplaceAllString(n.Normal, completions[i].full)
				break
			}
		}
	}
	n.Type = typeOf(n.Normal)
	n.Level = levelOf(n.Normal, n.Type)
	return n
}

// zone says whether a name ending in 区 is a development zone, a park and the like, which is no division
// and has no people's government. 浦东新区 and 滨海新区 are divisions (GB/T 2260).
func zone(s string) bool {
	if strings.HasSuffix(s, "浦东新区") || strings.HasSuffix(s, "滨海新区") {
		return false
	}
	return zoneEnd.MatchString(s)
}

var zoneEnd = regexp.MustCompile(`(?:开发|高新|经开|新|园|度假|示范|管理|保税|试验|实验|风景|景|港|产业|工业|合作|功能|集聚|社|片|库|校|保护|管控|小|先行|自贸)区$`)
