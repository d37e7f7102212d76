package document

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// numbering is how Word numbers paragraphs by itself (ECMA-376 part 1, 17.9): 一、 and （一） are often nowhere in the text.
type numbering struct {
	levels map[string][]numberLevel // by numId
	counts map[string][]int         // by numId
}

// numberLevel is a level of a list.
type numberLevel struct {
	format string
	text   string // with %1 to %9 for the numbers of the levels
	start  int
}

const (
	maxLevels     = 9   // of a list (17.9.6)
	longestNumber = 100 // bytes of the text around the numbers of a level: it is put in front of each paragraph
)

func readNumbering(p *pack) (*numbering, error) {
	type level struct {
		At    int `xml:"ilvl,attr"`
		Start struct {
			Val int `xml:"val,attr"`
		} `xml:"start"`
		Format wordValue `xml:"numFmt"`
		Text   wordValue `xml:"lvlText"`
	}
	abstract := map[string][]numberLevel{}
	n := &numbering{levels: map[string][]numberLevel{}, counts: map[string][]int{}}
	err := p.parseUpTo(smallPart/2, "word/numbering.xml", func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "abstractNum":
			var list struct {
				ID     string  `xml:"abstractNumId,attr"`
				Levels []level `xml:"lvl"`
			}
			if err := d.DecodeElement(&list, &e); err != nil {
				return unexpected(err)
			}
			levels := make([]numberLevel, maxLevels)
			for _, l := range list.Levels {
				if l.At >= 0 && l.At < maxLevels && len(l.Text.Val) <= longestNumber {
					levels[l.At] = numberLevel{l.Format.Val, l.Text.Val, l.Start.Val}
				}
			}
			abstract[list.ID] = levels
		case "num":
			var list struct {
				ID string    `xml:"numId,attr"`
				Of wordValue `xml:"abstractNumId"`
			}
			if err := d.DecodeElement(&list, &e); err != nil {
				return unexpected(err)
			}
			n.levels[list.ID] = abstract[list.Of.Val]
		}
		return nil
	})
	return n, err
}

// next is the number of the next paragraph of a list, "" if it has none that is text.
func (n *numbering) next(list string, level int) string {
	levels := n.levels[list]
	if level < 0 || level >= len(levels) {
		return ""
	}
	counts := n.counts[list]
	if counts == nil {
		counts = make([]int, maxLevels)
		for i, l := range levels {
			counts[i] = l.start - 1
		}
		n.counts[list] = counts
	}
	counts[level]++
	for i := level + 1; i < len(levels); i++ {
		counts[i] = levels[i].start - 1
	}
	text := levels[level].text
	if !strings.Contains(text, "%") { // a bullet
		return ""
	}
	for i := range levels {
		place := "%" + strconv.Itoa(i+1)
		if !strings.Contains(text, place) {
			continue
		}
		number, ok := inFormat(max(counts[i], levels[i].start), levels[i].format)
		if !ok {
			return ""
		}
		text = strings.ReplaceAll(text, place, number)
	}
	return text
}

// inFormat writes a number as a list's format asks for; ok is false for those that are no numbers (bullets) or not known.
func inFormat(n int, format string) (s string, ok bool) {
	switch format {
	case "decimal", "decimalFullWidth", "decimalHalfWidth", "":
		return strconv.Itoa(n), true
	case "decimalZero":
		return strings.Repeat("0", max(0, 2-len(strconv.Itoa(n)))) + strconv.Itoa(n), true
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCountingThousand",
		"taiwaneseCounting", "japaneseDigitalTenThousand", "taiwaneseDigital":
		return chineseNumber(n)
	case "lowerLetter", "upperLetter":
		if n < 1 || n > 26 {
			return "", false
		}
		first := 'a'
		if format == "upperLetter" {
			first = 'A'
		}
		return string(first + rune(n-1)), true
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n < 1 || n > 20 {
			return "", false
		}
		return string('①' + rune(n-1)), true
	}
	return "", false
}

// chineseNumber writes a number up to 99 as 九十九.
func chineseNumber(n int) (string, bool) {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 1 || n > 99:
		return "", false
	case n < 10:
		return digits[n], true
	case n < 20:
		return "十" + digits[n%10], true
	}
	return digits[n/10] + "十" + digits[n%10], true
}
