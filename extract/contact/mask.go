package contact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/extract/grid"
)

// What stands in place of what is masked.
const (
	Name      = "[name]"
	Telephone = "[telephone]"
	Email     = "[e-mail]"
)

const (
	digit = `[0-9０-９]`
	dash  = `[-－—–‐－]`
	colon = `[ \t\x{a0}\x{3000}]*[:：]\s*`

	// person are the labels of persons' names.
	person = `联\s*系\s*人|联络人|联络员|经\s*办\s*人|承\s*办\s*人|填\s*[报表]\s*人|制\s*表\s*人|审\s*核\s*人|签\s*发\s*人|校\s*对\s*人|` +
		`撰稿人|咨询人|责任人|负责人`
)

var (
	email = regexp.MustCompile(`[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)

	// phone is a number that is one by its shape: with an area code, a mobile number, a company's 400 number.
	phone = regexp.MustCompile(`(?:[+＋]?(?:86|８６)` + dash + `?)?(?:[(（]?[0０]` + digit + `{2,3}(?:[)）]|` + dash + `{1,2}|[ \x{3000}])` + dash + `?` + digit +
		`{7,8}(?:` + dash + digit + `{1,5}|转` + digit + `{1,5})?|[0０]` + digit + `{9,11}|[1１][3-9３-９]` + digit + `{9}|[1１][3-9３-９]` + digit + `[- ]` + digit + `{4}[- ]` + digit +
		`{4}|[48４８][0０]{2}` + dash + `?` + digit + `{3,4}` + dash + `?` + digit + `{3,4})`)

	// labelledPhone is a label and what may be numbers behind it.
	labelledPhone = regexp.MustCompile(`(?:电\s*话|传\s*真|手\s*机|热线|联系方式|(?i:tel|fax))(?:号码?|/传真|[(（][^()（）]{0,8}[)）])?` + colon +
		`(` + digit + `[0-9０-９()（）、/;；,，\s转－—–‐-]*` + digit + `)`)
	localNumber = regexp.MustCompile(digit + `{3,4}[ ` + "\u3000" + `-]?` + digit + `{4}(?:转` + digit + `{1,5})?`)

	// labelledName is a label for a person's name.
	labelledName = regexp.MustCompile(`(?:` + person + `)` +
		`(?:员|姓名|及(?:联系)?电话|[(（][^()（）]{0,8}[)）])?(?:` + colon + `|[ \x{a0}\x{3000}\t]+)`)

	// unit is what follows a figure, and never a telephone number.
	unit = regexp.MustCompile(`^\s*(?:[.．][0-9０-９]|[%％‰]|余|多|[件条项个次人元万亿份篇宗起例期场部页户家名字年月日号类批平吨公千百])`)
)

// Mask puts [name], [telephone] and [e-mail] in place of the persons' names, the telephone numbers and the e-mail addresses
// that a text prints as contacts. All else stays, each figure included.
func Mask(text string) string {
	if text == "" {
		return text
	}
	text = email.ReplaceAllString(text, Email)
	text = replace(text, labelledPhone, func(at []int) (string, bool) {
		numbers := text[at[2]:at[3]]
		if unit.MatchString(text[at[3]:]) {
			return "", false
		}
		masked := replace(numbers, phone, func([]int) (string, bool) { return Telephone, true })
		masked = replace(masked, localNumber, func([]int) (string, bool) { return Telephone, true })
		return text[at[0]:at[2]] + masked, true
	})
	text = replace(text, phone, func(at []int) (string, bool) {
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		part := func(c rune) bool {
			return unicode.IsDigit(c) || c < utf8.RuneSelf && unicode.IsLetter(c) || strings.ContainsRune("./_=%&", c)
		}
		return Telephone, !part(before) && !unicode.IsDigit(after) && (after >= utf8.RuneSelf || !unicode.IsLetter(after)) &&
			!unit.MatchString(text[at[1]:])
	})
	return maskNames(text)
}

// replace puts what instead says in place of each match of a pattern; where it says false the match stays.
func replace(text string, pattern *regexp.Regexp, instead func(at []int) (string, bool)) string {
	var out strings.Builder
	end := 0
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		if masked, ok := instead(at); ok {
			out.WriteString(text[end:at[0]] + masked)
			end = at[1]
		}
	}
	out.WriteString(text[end:])
	return out.String()
}

// maskNames masks the names behind their labels.
func maskNames(text string) string {
	var out strings.Builder
	for {
		at := labelledName.FindStringIndex(text)
		if at == nil {
			return out.String() + text
		}
		out.WriteString(text[:at[1]])
		text = text[at[1]:]
		for { // several names, with 、 between them
			n := nameLength(text)
			if n == 0 {
				break
			}
			out.WriteString(Name)
			text = text[n:]
			next, size := utf8.DecodeRuneInString(text)
			if !strings.ContainsRune("、/，,；;", next) || size == 0 || nameLength(text[size:]) == 0 {
				break
			}
			out.WriteString(text[:size])
			text = text[size:]
		}
	}
}

var (
	// afterName is what may follow a name without anything between.
	afterName = regexp.MustCompile(`联系|电话|手机|传真|地址|邮箱|邮编|电子|邮政|单位|部门|日期|时间|职务|办公|先生|女士|同志|科长|主任|局长|处长|股长|副`)
	// office ends what is no person's name, or says that none is there.
	office = regexp.MustCompile(`(?:[室科局办处股部院所委厅站队组会人员]|中心|政府|公司|见附件|同上|暂无|无|略)$`)
)

// nameLength is the length of a person's name at the beginning of a text, 0 if there is none: two to four Chinese
// characters, of which the second may stand apart (张 三), or more with a dot between (买买提·吐尔逊).
func nameLength(text string) int {
	end, letters, dotted := 0, 0, false
	for i, c := range text {
		switch {
		case unicode.Is(unicode.Han, c):
			letters++
		case strings.ContainsRune("·•・", c) && letters > 0:
			dotted = true
		case strings.ContainsRune(" \u3000", c) && letters == 1:
			continue
		default:
			return named(text[:end], letters, dotted)
		}
		end = i + utf8.RuneLen(c)
	}
	return named(text[:end], letters, dotted)
}

// named is the length of the name that a run of characters begins with.
func named(run string, letters int, dotted bool) int {
	if at := afterName.FindStringIndex(run); at != nil {
		run = run[:at[0]]
		letters = 0
		for _, c := range run {
			if unicode.Is(unicode.Han, c) {
				letters++
			}
		}
	}
	if letters < 2 || letters > 4 && !dotted || letters > 16 || office.MatchString(run) {
		return 0
	}
	return len(strings.TrimRight(run, " \u3000"))
}

// label is a text that is nothing but a label, of which the next cell has the value.
var label = regexp.MustCompile(`^\s*(?:` + person + `|` +
	`(?:联\s*系|咨\s*询|办\s*公)?\s*电\s*话|传\s*真|手\s*机|联系方式)(?:姓名|号码)?\s*[:：]?\s*$`)

// bare is a cell with a number and nothing else.
var bare = regexp.MustCompile(`^\s*[0-9０-９,，.．]+\s*$`)

// MaskGrid masks the texts of a table's cells, which are in the order of their rows. A label in a cell of its own is that of
// the next cell in its row; labels side by side are the heads of columns. A number that is alone in its cell, without such a label, is a figure.
func MaskGrid(cells []grid.Cell) []grid.Cell {
	out := make([]grid.Cell, len(cells))
	above := map[int]string{} // label at the head of a column
	for i, c := range cells {
		out[i] = c
		if !bare.MatchString(c.Text) {
			out[i].Text = Mask(c.Text)
		}
		beside := i > 0 && cells[i-1].Row == c.Row && label.MatchString(cells[i-1].Text)
		lead := above[c.Column]
		if beside {
			lead = cells[i-1].Text
		}
		if label.MatchString(c.Text) {
			delete(above, c.Column)
			if beside {
				above[c.Column], above[cells[i-1].Column] = c.Text, cells[i-1].Text
			}
		} else if lead != "" {
			lead = strings.TrimRight(strings.TrimSpace(lead), ":： ") + "："
			if masked := strings.TrimPrefix(Mask(lead+strings.TrimSpace(c.Text)), lead); masked != strings.TrimSpace(c.Text) {
				out[i].Text = masked
			}
		}
	}
	return out
}
