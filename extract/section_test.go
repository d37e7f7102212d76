package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"nianbao/extract/document"
	"nianbao/extract/text"
)

// Every folder of testdata/sections is a case: page.html, named by why it exists and saying where its wordings were
// seen, and want.txt, its sections in full. UPDATE=1 writes want.txt anew; a person reads it against the page.
func TestSectionCases(t *testing.T) {
	dirs, err := filepath.Glob("../testdata/sections/*")
	if err != nil || len(dirs) < 20 {
		t.Fatalf("%d cases: %v", len(dirs), err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join(dir, "page.html"))
			if err != nil {
				t.Fatal(err)
			}
			r, err := Read(Input{Body: body, ContentType: "text/html; charset=utf-8"})
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("not a report: %+v\n", r.NotReport)
			if r.Report != nil {
				got = sectionLines(r.Report.Sections)
			}
			file := filepath.Join(dir, "want.txt")
			if os.Getenv("UPDATE") == "1" {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("sections otherwise than wanted (-want +got):\n%s", diff)
			}
		})
	}
}

// sectionLines writes a line for each section, and its text below, a paragraph a line.
func sectionLines(sections []Section) string {
	if len(sections) == 0 {
		return "no sections\n"
	}
	var b strings.Builder
	for _, s := range sections {
		fmt.Fprintf(&b, "%d %s [%s] %s\n", s.Position, s.ID, s.Number, s.Heading)
		if s.Text != "" {
			b.WriteString("  " + strings.ReplaceAll(s.Text, "\n", "\n  ") + "\n")
		}
	}
	return b.String()
}

func TestNumeralOf(t *testing.T) {
	for n, want := range map[string]numeral{
		"一、总体情况":    {han, 1, 6, false},
		"十、总体情况":    {han, 10, 6, false},
		"十二.总体情况":   {han, 12, 7, false},
		"二十一、总体情况":  {han, 21, 12, false},
		"二十九,总体情况":  {han, 29, 10, false},
		"三十、总体情况":   {style: bare},
		"一总体情况":     {han, 1, 3, true},
		"(三)总体情况":   {bracketed, 3, 5, false},
		"(三)、总体情况":  {bracketed, 3, 8, false},
		"(三总体情况":    {style: bare},
		"第一部分总体情况":  {part, 1, 12, false},
		"第二部分:总体情况": {part, 2, 13, false},
		"第一项总体情况":   {style: bare},
		"1.总体情况":    {arabic, 1, 2, false},
		"12、总体情况":   {arabic, 12, 5, false},
		"1总体情况":     {arabic, 1, 1, true},
		"1.5万条":     {style: bare},
		"6.2022年思路": {arabic, 6, 2, false},
		"2023年":     {style: bare},
		"、收到":       {style: bare, length: 3},
		"总体情况":      {style: bare},
		"":          {style: bare},
	} {
		if got := numeralOf(n); got != want {
			t.Errorf("%s: got %+v, want %+v", n, got, want)
		}
	}
}

// A renderer prints six known sections in one of the ways in which real reports print them.
type renderer struct {
	rt      *rapid.T
	blocks  []document.Block
	numbers string // which numbering
	flags   map[string]bool
}

var officialSections = []struct{ id, title string }{
	{"overview", "总体情况"}, {"disclosure", "主动公开政府信息情况"}, {"applications", "收到和处理政府信息公开申请情况"},
	{"disputes", "政府信息公开行政复议、行政诉讼情况"}, {"problems", "存在的主要问题及改进情况"}, {"other", "其他需要报告的事项"},
}

func (r *renderer) add(s string) {
	if s = text.Fold(s); s != "" {
		r.blocks = append(r.blocks, document.Block{Text: s, Table: -1})
	}
}

func (r *renderer) number(k int) string {
	han := string([]rune("一二三四五六七八九")[k-1])
	switch r.numbers {
	case "一．":
		return han + "．"
	case "一、 ":
		return han + " 、 "
	case "（一）":
		return "（" + han + "）"
	case "1.":
		return fmt.Sprint(k, ".")
	case "第一部分":
		return "第" + han + "部分 "
	case "none":
		return ""
	}
	return han + "、"
}

// Any report whose known headings are printed in any of the variants gives the six sections with their text, whatever
// lists the sections hold and whatever stands around them.
func TestAnyRenderingGivesTheSixSections(t *testing.T) {
	texts := []string{"2023年，我局主动公开政府信息120条。", "一是公开的内容不够全面。", "无其他需要报告的事项。", "本年度收到申请3件。",
		"收取信息处理费0元。", "（一）主动公开情况", "（二）依申请公开办理情况", "1.组织领导。", "该部分以表格形式报告。表格如下:"}
	rapid.Check(t, func(rt *rapid.T) {
		r := &renderer{rt: rt, flags: map[string]bool{},
			numbers: rapid.SampledFrom([]string{"一、", "一．", "一、 ", "（一）", "1.", "第一部分", "none"}).Draw(rt, "numbers")}
		for _, f := range []string{"contents", "contents with pages", "preface", "spaced", "split", "numeral alone", "inline",
			"colon", "list inside", "frame", "inserted"} {
			r.flags[f] = rapid.IntRange(0, 3).Draw(rt, f) == 0
		}
		nested := r.numbers != "（一）" && r.numbers != "1." && r.numbers != "none"
		if r.flags["contents"] || r.flags["contents with pages"] {
			r.add("目录")
			for i, s := range officialSections {
				entry := r.number(i+1) + s.title
				if r.flags["contents with pages"] {
					entry += fmt.Sprintf("……………%d", i+1)
				}
				r.add(entry)
			}
		}
		if r.flags["preface"] {
			r.add("本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六部分组成。")
		}
		want := map[string]string{}
		k := 0
		for i, s := range officialSections {
			k++
			if s.id == "other" && r.flags["inserted"] && r.numbers != "none" {
				r.add(r.number(k) + "2022年工作思路")
				r.add("继续努力。")
				k++
			}
			title := s.title
			if r.flags["spaced"] {
				title = strings.Join(strings.Split(title, ""), "　")
			}
			if r.flags["colon"] {
				title += "："
			}
			half := len(string([]rune(title)[:utf8.RuneCountInString(title)*2/3]))
			inline := false
			switch {
			case r.flags["numeral alone"] && r.numbers != "none":
				r.add(r.number(k))
				r.add(title)
			case r.flags["split"] && i > 0:
				r.add(r.number(k) + title[:half])
				r.add(title[half:])
			case r.flags["inline"] && r.numbers != "none":
				inline = true
			default:
				r.add(r.number(k) + title)
			}
			var paras []string
			for range rapid.IntRange(1, 3).Draw(rt, "paragraphs") {
				p := rapid.SampledFrom(texts).Draw(rt, "text")
				listed := strings.HasPrefix(p, "（") || strings.HasPrefix(p, "1.")
				if listed && (!nested || inline && len(paras) == 0) {
					p = "认真公开。"
				}
				paras = append(paras, p)
			}
			for j, p := range paras {
				if j == 0 && inline {
					p = r.number(k) + title + " " + p
				}
				r.add(p)
			}
			if r.flags["list inside"] && r.numbers == "一、" && i%4 == 0 {
				for _, p := range []string{"一、加强组织领导", "二、健全制度", "三、规范流程"} {
					r.add(p)
					r.add("不断努力。")
					paras = append(paras, p, "不断努力。")
				}
			}
			if i >= 1 && i <= 3 {
				r.blocks = append(r.blocks, document.Block{Table: i})
			}
			want[s.id] = strings.Join(paras, "\n")
		}
		if r.flags["frame"] {
			for _, p := range []string{"分享到： 微信 微博", "打印 关闭", "上一篇：乙局2023年政府信息公开工作年度报告", "网站标识码：3715230001"} {
				r.add(p)
			}
		}
		got := map[string]string{}
		var ids []string
		for _, s := range sections(r.blocks, nil) {
			if s.ID == "2022年工作思路" {
				continue
			}
			ids = append(ids, s.ID)
			got[s.ID] = s.Text
		}
		six := []string{"overview", "disclosure", "applications", "disputes", "problems", "other"}
		if diff := cmp.Diff(six, ids); diff != "" {
			rt.Fatalf("%+v: %s\n%s", r.flags, diff, paragraphs(r.blocks))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%+v: %s\n%s", r.flags, diff, paragraphs(r.blocks))
		}
	})
}

func paragraphs(blocks []document.Block) string {
	var out []string
	for _, b := range blocks {
		if b.Table < 0 {
			out = append(out, b.Text)
		} else {
			out = append(out, "[table]")
		}
	}
	return strings.Join(out, "\n")
}

// Whatever the text, the sections are part of it, in order, and nothing of it is in two of them.
func FuzzSections(f *testing.F) {
	f.Add("一、总体情况\n甲\n二、主动公开政府\n信息情况\n[table]\n三、 2023年。四、存在的问题。无")
	f.Add("目录\n一、总体情况……1\n、收到和处理政府信息公开申请情况\n（一）概述\n附件1：统计表\n[table]\n打印 关闭")
	f.Add("引言：甲\n1.概述\n2 主动公开情况\n六、\n其他需要报告的事项\n第三部分 存在问题\n十一、二\n二 、")
	f.Fuzz(func(t *testing.T, s string) {
		var blocks []document.Block
		all := ""
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		for line := range strings.SplitSeq(text.Fold(s), "\n") {
			switch {
			case line == "[table]":
				blocks = append(blocks, document.Block{Table: len(blocks)})
			case line != "":
				blocks = append(blocks, document.Block{Text: line, Table: -1})
				all += squeeze(line)
			}
		}
		for k, p := range sections(blocks, nil) {
			if p.Position != k || p.ID == "" || p.Heading == "" || !utf8.ValidString(p.Heading+p.Text+p.Number) {
				t.Fatalf("%+v", p)
			}
			for _, part := range append([]string{p.Heading}, strings.Split(p.Text, "\n")...) {
				part = squeeze(part)
				i := strings.Index(all, part)
				if i < 0 {
					t.Fatalf("%q is not in the rest of the text, %+v", part, p)
				}
				all = all[i+len(part):]
			}
		}
	})
}

// Texts that make a naive reader quadratic take no longer than their length allows.
func TestHostileTextsAreSplitInTime(t *testing.T) {
	repeat := func(lines ...string) (blocks []document.Block) {
		for _, l := range slices.Repeat(lines, 100_000/len(lines)) {
			blocks = append(blocks, document.Block{Text: l, Table: -1})
		}
		return blocks
	}
	for why, blocks := range map[string][]document.Block{
		"one heading again and again": repeat("一、总体情况"),
		"all headings":                repeat("一、总体情况", "概述", "（二）主动公开政府信息情况", "3.依申请公开情况", "存在问题"),
		"unknown headings":            repeat("一、甲乙丙", "二、丁戊己"),
		"beginnings of headings":      repeat("二、", "主动公开政府"),
		"one paragraph":               {{Text: strings.Repeat("。一、二、总体", 300_000), Table: -1}},
		"one paragraph of headings":   {{Text: strings.Repeat("无。一、总体情况", 100_000), Table: -1}},
		"annexes":                     append(repeat("一、总体情况", "附表"), document.Block{Table: 0}),
	} {
		began := time.Now()
		n := len(sections(blocks, nil))
		took := time.Since(began)
		t.Logf("%s: %d sections, %s", why, n, took)
		if took > 30*time.Second {
			t.Errorf("%s: %s", why, took)
		}
	}
}
