package division

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// peoples are the designations that the names of autonomous divisions hold.
const peoples = `朝鲜族|满族|回族|蒙古族|蒙古|藏族|羌族|彝族|土家族|苗族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|瑶族|仫佬族|毛南族|黎族|` +
	`水族|仡佬族|畲族|纳西族|普米族|拉祜族|佤族|布朗族|独龙族|怒族|土族|撒拉族|保安族|东乡族|裕固族|哈萨克族|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔|` +
	`达斡尔族|鄂温克族|鄂伦春|各族`

var autonomous = regexp.MustCompile(`^(.+?)(?:` + peoples + `)*自治([州县旗区])$`)

// endings are what divisions' names end in, longer ones before their ends.
var endings = []string{"特别行政区", "地区", "林区", "特区", "新区", "省", "市", "县", "区", "旗", "盟"}

// withoutEnding is a name without the word for what it names; the name itself where it has none.
func withoutEnding(name string) string {
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(name, e); ok {
			return stem
		}
	}
	return name
}

// shortest is how many characters a short form must have: 城 of 城区 is none.
const shortest = 2

// written are the short forms of autonomous prefectures that cannot be derived from their names.
var written = map[string]string{"652700": "博州", "652800": "巴州", "653000": "克州"}

// formsOf returns the forms in which a name may print d: clear ones, which end as a division's name does, and short ones
// that could be other words.
func formsOf(d Division) (clear, short []string) {
	clear = append(clear, d.Name)
	stem := withoutEnding(d.Name)
	if strings.Contains(d.Name, "自治") {
		if m := autonomous.FindStringSubmatch(d.Name); m != nil {
			stem = m[1]
			if m[2] != "区" {
				clear = append(clear, stem+m[2]) // 延边州, 白沙县
			}
		}
	}
	if w := written[d.Code]; w != "" {
		clear = append(clear, w)
	}
	if d.Code == "150000" {
		stem = "内蒙古" // 蒙古 is part of the name
	}
	if stem != d.Name && utf8.RuneCountInString(stem) >= shortest {
		short = append(short, stem)
	}
	return clear, short
}

// index fills the table's forms.
func (t *table) index() {
	t.forms, t.short = map[string][]int{}, map[string][]int{}
	for i := range t.spans {
		clear, short := formsOf(t.spans[i].Division)
		for _, f := range clear {
			t.forms[f] = append(t.forms[f], i)
			t.runes = max(t.runes, utf8.RuneCountInString(f))
		}
		for _, f := range short {
			t.short[f] = append(t.short[f], i)
		}
	}
}
