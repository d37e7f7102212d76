package text

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// cleanGB18030 decodes a body that is GB18030 from end to end: every sequence well-formed and assigned, no byte 0x80 or
// 0xFF where a character begins. A tail cut inside a character is left out.
func cleanGB18030(body []byte) (string, bool) {
	end, ok := wellFormedGB18030(body)
	if !ok {
		return "", false
	}
	text := decodeGB18030(body[:end])
	return text, !strings.Contains(text, "\uFFFD")
}

// wellFormedGB18030 checks the structure of a body and returns where its last whole character ends.
func wellFormedGB18030(body []byte) (end int, ok bool) {
	for end < len(body) {
		size, ok := sizeGB18030(body[end:])
		if !ok {
			return end, false
		}
		if size == 0 {
			break
		}
		end += size
	}
	return end, true
}

// sizeGB18030 is the length of the character at the beginning of b, which is not empty; 0 if the end of b cuts it, not
// ok if no character begins so. The structure is that of GB 18030-2022: one byte 00–7F; two bytes 81–FE, 40–7E or
// 80–FE; four bytes 81–FE, 30–39, 81–FE, 30–39.
func sizeGB18030(b []byte) (size int, ok bool) {
	within := func(c, low, high byte) bool { return low <= c && c <= high }
	switch {
	case b[0] < 0x80:
		return 1, true
	case !within(b[0], 0x81, 0xFE):
		return 0, false
	case len(b) == 1:
		return 0, true
	case within(b[1], 0x40, 0x7E), within(b[1], 0x80, 0xFE):
		return 2, true
	case !within(b[1], 0x30, 0x39):
		return 0, false
	case len(b) == 2:
		return 0, true
	case !within(b[2], 0x81, 0xFE):
		return 0, false
	case len(b) == 3:
		return 0, true
	case !within(b[3], 0x30, 0x39):
		return 0, false
	}
	return 4, true
}

// decodeGB18030 decodes any bytes; what is not GB18030 becomes U+FFFD, a tail cut inside a character is left out.
// golang.org/x/text knows no private-use characters, so these are decoded here.
func decodeGB18030(body []byte) string {
	var b strings.Builder
	decode := func(part []byte) {
		if len(part) == 0 {
			return
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(part)
		if err != nil {
			text = bytes.ToValidUTF8(part, []byte("\uFFFD"))
		}
		b.Write(text)
	}
	begin := 0
	for i := 0; i < len(body); {
		size, ok := sizeGB18030(body[i:])
		if !ok {
			if body[i] == 0x80 { // x/text reads the euro sign
				decode(body[begin:i])
				b.WriteRune('\uFFFD')
				begin = i + 1
			}
			i++
			continue
		}
		if size == 0 {
			body = body[:i]
			break
		}
		if size == 2 {
			if r := privateGB18030(uint16(body[i])<<8 | uint16(body[i+1])); r != 0 {
				decode(body[begin:i])
				b.WriteRune(r)
				begin = i + 2
			}
		}
		i += size
	}
	decode(body[begin:])
	return b.String()
}

// privateGB18030 decodes the two-byte codes that GBK left without a character: the three user-defined areas to the
// private-use code points that the standard assigns to them, the others to the characters that GB18030-2022 gives them,
// or else to their private-use code point too. It answers 0 for every other code.
func privateGB18030(code uint16) rune {
	lead, trail := rune(code>>8), rune(code&0xFF)
	switch {
	case 0xAA <= lead && lead <= 0xAF && trail >= 0xA1 && trail <= 0xFE:
		return 0xE000 + (lead-0xAA)*94 + trail - 0xA1
	case 0xF8 <= lead && lead <= 0xFE && trail >= 0xA1 && trail <= 0xFE:
		return 0xE234 + (lead-0xF8)*94 + trail - 0xA1
	case 0xA1 <= lead && lead <= 0xA7 && trail <= 0xA0:
		if trail > 0x7F {
			trail--
		}
		return 0xE4C6 + (lead-0xA1)*96 + trail - 0x40
	}
	for _, run := range gbkGaps {
		if run.first <= code && code <= run.last {
			return run.to + rune(code-run.first)
		}
	}
	return 0
}

// gbkGaps are the codes outside the user-defined areas that x/text leaves undecoded, with what they mean.
var gbkGaps = [...]struct {
	first, last uint16
	to          rune
}{
	{0xA2AB, 0xA2B0, 0xE766}, {0xA2E4, 0xA2E4, 0xE76D}, {0xA2EF, 0xA2F0, 0xE76E}, {0xA2FD, 0xA2FE, 0xE770},
	{0xA4F4, 0xA4FE, 0xE772}, {0xA5F7, 0xA5FE, 0xE77D}, {0xA6B9, 0xA6C0, 0xE785},
	{0xA6D9, 0xA6D9, 0xFE10}, {0xA6DA, 0xA6DA, 0xFE12}, {0xA6DB, 0xA6DB, 0xFE11}, {0xA6DC, 0xA6DF, 0xFE13},
	{0xA6EC, 0xA6ED, 0xFE17}, {0xA6F3, 0xA6F3, 0xFE19}, {0xA6F6, 0xA6FE, 0xE797},
	{0xA7C2, 0xA7D0, 0xE7A0}, {0xA7F2, 0xA7FE, 0xE7AF},
	{0xA896, 0xA8A0, 0xE7BC}, {0xA8BC, 0xA8BC, 0x1E3F}, {0xA8C1, 0xA8C4, 0xE7C9}, {0xA8EA, 0xA8FE, 0xE7CD},
	{0xA958, 0xA958, 0xE7E2}, {0xA95B, 0xA95B, 0xE7E3}, {0xA95D, 0xA95F, 0xE7E4},
	{0xA997, 0xA9A3, 0xE7F4}, {0xA9F0, 0xA9FE, 0xE801}, {0xD7FA, 0xD7FE, 0xE810},
	{0xFE51, 0xFE51, 0x20087}, {0xFE52, 0xFE52, 0x20089}, {0xFE53, 0xFE53, 0x200CC}, {0xFE59, 0xFE59, 0x9FB4},
	{0xFE61, 0xFE61, 0x9FB5}, {0xFE66, 0xFE67, 0x9FB6}, {0xFE6C, 0xFE6C, 0x215D7}, {0xFE6D, 0xFE6D, 0x9FB8},
	{0xFE76, 0xFE76, 0x2298F}, {0xFE7E, 0xFE7E, 0x9FB9}, {0xFE90, 0xFE90, 0x9FBA}, {0xFE91, 0xFE91, 0x241FE},
	{0xFEA0, 0xFEA0, 0x9FBB},
}
