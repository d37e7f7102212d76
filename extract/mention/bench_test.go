package mention_test

import (
	"strings"
	"testing"

	"nianbao/extract/mention"
)

// BenchmarkRead reads the narrative of a real report (聊城市茌平区人民政府 2023).
func BenchmarkRead(b *testing.B) {
	parts := sections(b, "../../testdata/mentions/chiping-2023/text.txt")
	size := 0
	for _, s := range parts {
		size += len(s[1])
	}
	b.Run("mentions", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, s := range parts {
				mention.Read(s[0], s[1])
			}
		}
	})
	b.Run("breakdowns", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, s := range parts {
				mention.Breakdowns(s[0], s[1])
			}
		}
	})
}

// BenchmarkHostile reads texts that no report prints: the time for a byte must not grow with the text.
func BenchmarkHostile(b *testing.B) {
	for name, unit := range hostile {
		for _, n := range []int{1 << 14, 1 << 18} {
			text := strings.Repeat(unit, n/len(unit))
			b.Run(name+map[int]string{1 << 14: "/16k", 1 << 18: "/256k"}[n], func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					mention.Read("overview", text)
					mention.Breakdowns("overview", text)
				}
			})
		}
	}
}

// hostile are texts in one paragraph that ask the most of every step.
var hostile = map[string]string{
	"figures":    "收到申请1件",
	"parts":      "其中1件、",
	"signs":      "其中包括分别",
	"brackets":   "(含1件",
	"denials":    "未收到信息公开申请的行政复议和行政诉讼信息处理费",
	"digits":     "1,234 ",
	"numerals":   "一万百千",
	"no stop":    "主动公开政府信息共计约",
	"words":      "规范性文件废止现行有效培训微信网站公报1件",
	"approaches": "近约超过近约超过1余多万余多条左右",
}
