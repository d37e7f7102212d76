package title

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The levels of government.
const (
	LevelNational   = "national"
	LevelProvince   = "province"
	LevelPrefecture = "prefecture"
	LevelCounty     = "county"
	LevelTownship   = "township"
)

// municipalities are the cities that are provinces (GB/T 2260: 11, 12, 31, 50).
var municipalities = []string{"北京市", "天津市", "上海市", "重庆市"}

// prefectures are the autonomous prefectures as they are called for short: 楚雄州财政局.
var prefectures = []string{
	"延边州", "恩施州", "湘西州", "阿坝州", "甘孜州", "凉山州", "黔西南州", "黔东南州", "黔南州", "楚雄州", "红河州", "文山州", "西双版纳州",
	"大理州", "德宏州", "怒江州", "迪庆州", "临夏州", "甘南州", "海北州", "黄南州", "海南州", "果洛州", "玉树州", "海西州", "昌吉州",
	"博州", "巴州", "克州", "伊犁州",
}

// mark is a division that a name holds: its level ("" for a 市, which may be a prefecture or a county).
type mark struct {
	level string
	city  bool
}

// Characters beside which the last character of a division's name belongs to another word: 城乡建设局, 开发区, 乡村振兴局.
var (
	notAfter  = map[rune]string{'市': "城都超门夜", '乡': "城", '镇': "城", '盟': "联同", '区': "发新园假范税验景港业作能聚社片库校护控小贸军治地牧理"}
	notBefore = map[rune]string{'市': "场容区", '乡': "村市县区镇", '镇': "市县区江乡海", '旗': "区镇街乡市", '区': "域划", '省': "略", '街': "镇"}
)

// divisions finds the divisions that a name in comparing form holds, from left to right.
func divisions(name string) (found []mark) {
	from := 0 // where the name of the present division begins
	for i, r := range name {
		end := i + utf8.RuneLen(r)
		part := name[from:i]
		if part == "" && (from > 0 || !strings.ContainsRune("省市县区旗", r)) {
			continue // 桐梓县县…, 镇江市; but 区卫计局 is a district's
		}
		level, ok := division(part, r, name[end:], found)
		if !ok {
			continue
		}
		found = append(found, mark{level: level, city: r == '市'})
		from = end
	}
	return found
}

// division says whether r ends the name of a division that begins with part, and of which level; rest follows r.
func division(part string, r rune, rest string, above []mark) (level string, ok bool) {
	prev, _ := utf8.DecodeLastRuneInString(part)
	next, _ := utf8.DecodeRuneInString(rest)
	if strings.ContainsRune(notBefore[r], next) && rest != "" {
		return "", false
	}
	if part != "" && strings.ContainsRune(notAfter[r], prev) {
		return exception(part, r, rest, above)
	}
	switch r {
	case '省':
		return LevelProvince, true
	case '市':
		return cityLevel(part, above), next != '市' || strings.HasPrefix(rest, "市场") || strings.HasPrefix(rest, "市政") ||
			strings.HasPrefix(rest, "市容") // of 津市市 the second 市 ends the name
	case '州':
		return LevelPrefecture, strings.HasSuffix(part, "自治") || slices.Contains(prefectures, part+"州")
	case '盟':
		return LevelPrefecture, true
	case '县', '旗', '区':
		return LevelCounty, true
	case '镇', '乡':
		return LevelTownship, true
	case '木':
		return LevelTownship, prev == '苏'
	case '街':
		return LevelTownship, rest == "" || next == '道' || next == '办'
	}
	return "", false
}

// exception holds the names in which a character of notAfter is part of a division's name all the same.
func exception(part string, r rune, rest string, above []mark) (level string, ok bool) {
	switch {
	case r == '市' && utf8.RuneCountInString(part) >= 2: // 聊城市, 成都市, 厦门市; not 城市管理局
		return cityLevel(part, above), true
	case r == '镇' && (rest == "" || strings.HasPrefix(rest, "人民政府")): // 八面城镇
		return LevelTownship, true
	case r == '区' && strings.HasSuffix(part, "自治"):
		return LevelProvince, true
	case r == '区' && strings.HasSuffix(part, "地"): // 阿里地区
		return LevelPrefecture, true
	case r == '区' && (strings.HasSuffix(part, "浦东新") || strings.HasSuffix(part, "滨海新")):
		return LevelCounty, true
	}
	return "", false
}

// cityLevel is the level of part+市: known for the four municipalities and for a city inside a prefecture.
func cityLevel(part string, above []mark) string {
	if slices.Contains(municipalities, part+"市") {
		return LevelProvince
	}
	if slices.ContainsFunc(above, func(m mark) bool { return m.city || m.level == LevelPrefecture }) {
		return LevelCounty
	}
	return ""
}

func hasDivision(name string) bool { return len(divisions(name)) > 0 }

// levelOf gives the level that a name in comparing form tells, by the last division it holds.
func levelOf(name, typ string) string {
	switch typ {
	case "state_council_department":
		return LevelNational
	case "subdistrict", "township":
		return LevelTownship
	}
	if found := divisions(name); len(found) > 0 {
		return found[len(found)-1].level
	}
	if strings.HasSuffix(name, "厅") && !strings.HasSuffix(name, "办公厅") {
		return LevelProvince
	}
	return ""
}
