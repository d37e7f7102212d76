package extract_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/text"
)

// wanted is what want.txt says of one case, parsed on its own: none of the code that writes the file reads it here.
type wanted struct {
	report bool
	form   string
	cells  map[string]wantedCell // by relation/row/column
}

// wantedCell is one cell as want.txt words it.
type wantedCell struct {
	number string // as decimal text, "" where the cell holds none
	rest   string // state or number, unit, raw text, note and address
}

var (
	wantedLine = regexp.MustCompile(`^([a-z]+/[a-z0-9_]+/[a-z0-9_]+) (\S+)(.* @\d+\.\d+\.\d+)$`)
	wantedForm = regexp.MustCompile(`(?m)^form: (\S+)$`)
)

// readWant parses a want.txt.
func readWant(t *testing.T, dir string) wanted {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "want.txt"))
	if err != nil {
		t.Fatal(err)
	}
	w := wanted{report: !strings.HasPrefix(string(b), "not a report: "), cells: map[string]wantedCell{}}
	if !w.report {
		return w
	}
	form := wantedForm.FindStringSubmatch(string(b))
	_, rest, parted := strings.Cut(string(b), "\n\n")
	if form == nil || !parted {
		t.Fatalf("%s: no want.txt of a report", dir)
	}
	w.form = form[1]
	for line := range strings.SplitSeq(rest, "\n") {
		if line == "" {
			break // findings follow
		}
		m := wantedLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%s: %q is no line of a cell", dir, line)
		}
		c := wantedCell{rest: m[2] + m[3]}
		if _, err := strconv.ParseFloat(m[2], 64); err == nil {
			c.number = m[2]
		}
		if _, twice := w.cells[m[1]]; twice {
			t.Fatalf("%s: %s is wanted twice", dir, m[1])
		}
		w.cells[m[1]] = c
	}
	return w
}

// caseDirs lists the folders of the report cases.
func caseDirs(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/reports/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return dirs
}

// score counts cells and reports of one format. A cell is silently wrong if it gives a number that the document does not
// print there; missing if it gives none, or no cell, where one is printed.
type score struct {
	documents, reports, right               int
	cells, exact, wrong, missing, otherwise int
	forms                                   map[string]int // reports by form
}

// compare adds a reading, and gives what is not as wanted. Cells of pages are compared with their addresses and with how the
// number is printed, those of files without: a file's tables have numbers of their own, and a sheet shows 62,544.3758 as
// its format says.
func (s *score) compare(reading extract.Reading, want wanted, page bool) (faults []string) {
	s.documents++
	s.cells += len(want.cells)
	if got := reading.Report != nil; got != want.report {
		s.missing += len(want.cells)
		return []string{fmt.Sprintf("a report: %v, wanted %v", got, want.report)}
	}
	if !want.report {
		return nil
	}
	s.reports++
	s.forms[want.form]++
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	seen := map[string]bool{}
	for _, c := range reading.Report.Cells {
		key := c.Relation + "/" + c.RowID + "/" + c.ColumnID
		seen[key] = true
		w, known := want.cells[key]
		got, rest := valueWords(c), w.rest
		if !page {
			got, rest = bare(got, c.Value.Valid), bare(rest, w.number != "")
		}
		switch {
		case known && got == rest:
			s.exact++
			continue
		case !known && !c.Value.Valid:
			s.otherwise++
		case c.Value.Valid && c.Value.Decimal.String() != w.number:
			s.wrong++
		case !c.Value.Valid && w.number != "":
			s.missing++
		default:
			s.otherwise++ // the right number with another unit, raw text, note or address, or the wrong kind of none
		}
		fault("%s: read %s, wanted %q", key, got, rest)
	}
	for key, w := range want.cells {
		if !seen[key] {
			s.missing++
			fault("%s: not read, wanted %q", key, w.rest)
		}
	}
	if reading.Report.Form != want.form {
		fault("form %s, wanted %s", reading.Report.Form, want.form)
	}
	if len(faults) == 0 {
		s.right++
	}
	return faults
}

var printedAs = regexp.MustCompile(` raw "[^"]*"`)

// bare is valueWords without the address, and without how a number is printed.
func bare(words string, number bool) string {
	if words = words[:max(0, strings.LastIndex(words, " @"))]; number {
		words = printedAs.ReplaceAllString(words, "")
	}
	return words
}

// TestCorpus prints the score over all cases, a line each format, and fails on any cell that is not as wanted.
func TestCorpus(t *testing.T) {
	scores := map[string]*score{}
	read := func(format, name string, in extract.Input, want wanted) {
		if scores[format] == nil {
			scores[format] = &score{forms: map[string]int{}}
		}
		reading, err := documents.Read(t.Context(), in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, fault := range scores[format].compare(reading, want, format == "html") {
			t.Errorf("%s: %s", name, fault)
		}
	}
	for _, dir := range caseDirs(t) {
		read("html", filepath.Base(dir), readCase(t, dir), readWant(t, dir))
	}
	for _, d := range documentCases(t) {
		read(d.format, d.file, extract.Input{Body: d.body}, readWant(t, d.report))
	}
	t.Log("format      documents reports  right  cells  exact      %   wrong missing other")
	for _, format := range slices.Sorted(maps.Keys(scores)) {
		s := scores[format]
		t.Logf("%-11s %9d %7d %6d %6d %6d %6.2f%% %6d %7d %5d", format, s.documents, s.reports, s.right, s.cells, s.exact,
			100*float64(s.exact)/float64(max(s.cells, 1)), s.wrong, s.missing, s.otherwise)
	}
	html := scores["html"]
	t.Logf("reports by form: %v", html.forms)
	if html.reports < 60 {
		t.Errorf("only %d reports", html.reports)
	}
	for _, form := range []string{"2021", "2019", "2014", "fujian", "none"} {
		if html.forms[form] < 3 {
			t.Errorf("only %d reports of form %s", html.forms[form], form)
		}
	}
	for _, format := range []string{"docx", "doc", "odt", "rtf", "xlsx", "xls", "word pdf", "browser pdf"} {
		if s := scores[format]; s == nil || s.reports < 6 {
			t.Errorf("fewer than 6 reports as %s", format)
		}
	}
}

// TestEveryCaseNamesItsSource: every page says in a comment from where its figures are and what is made up.
func TestEveryCaseNamesItsSource(t *testing.T) {
	const real = 25 // bodies whose printed figures the cases take over
	bodies := map[string]bool{}
	for _, dir := range caseDirs(t) {
		b, err := os.ReadFile(filepath.Join(dir, "page.html"))
		if os.IsNotExist(err) {
			continue // a page of the demo
		}
		if err != nil {
			t.Fatal(err)
		}
		decoded := text.Decode(b, "text/html").Text
		_, comment, found := strings.Cut(decoded, "<!-- ")
		comment, _, closed := strings.Cut(comment, " -->")
		if !found || !closed || len([]rune(comment)) < 8 {
			t.Errorf("%s: no comment says where the figures are from", filepath.Base(dir))
		}
		if strings.Contains(comment, "as printed") {
			body, _, _ := strings.Cut(comment, " ")
			bodies[body] = true
		}
	}
	if len(bodies) < real {
		t.Errorf("printed figures of only %d bodies", len(bodies))
	}
	t.Logf("printed figures of %d bodies", len(bodies))
}

// casesOfQuirks names for every structural quirk of real reports the cases that show it.
var casesOfQuirks = []struct {
	quirk string
	cases []string
}{
	{"copy on a foreign or hijacked domain", []string{"haicheng-xiliu-2023-words-of-a-hijacked-domain",
		"longgang-2022-traditional-page-of-a-district", "gacc-2020-the-whole-service-on-a-foreign-domain"}},
	{"traditional characters", []string{"lueyang-zrzy-2021-traditional-characters", "beijing-xfb-2009-big5-converter"}},
	{"title: scrambled", []string{"changtu-qijiazi-2023-scrambled-title"}},
	{"title: no year", []string{"gzl-cl-2025-no-year-in-the-title", "wuhai-gxj-2020-signs-and-heads-cut"}},
	{"title: year first", []string{"dongchang-jinchang-2025-units-of-dates-lost", "jiaxian-luozhen-2022-nothing-but-blanks"}},
	{"title: over two lines", []string{"yandu-gaj-2024-columns-in-another-order"}},
	{"title: doubled", []string{"baiyin-tjj-2020-title-three-times"}},
	{"title: 工作报告, 工作年报, 情况的报告, 政务公开", []string{"wuhan-gaj-2024-upper-case-markup", "njjy-water-2023-columns-left-out",
		"ningqiang-zrzy-2021-report-on-the-situation", "lianzhou-ybj-2022-title-of-open-government"}},
	{"label variants", []string{"hanyang-hbj-2023-glyphs-lost-in-labels", "yanta-tjj-2019-wrong-head-over-procurement"}},
	{"text copied from another body", []string{"jianshui-miandian-2025-copied-from-another-body"}},
	{"text copied from another year", []string{"huaian-zrzy-2021-last-years-period", "2021-title-2022-period"}},
	{"characters lost inside words", []string{"hanyang-hbj-2023-glyphs-lost-in-labels", "lantian-2021-gbk-lost-characters"}},
	{"characters lost inside dates", []string{"dongchang-jinchang-2025-units-of-dates-lost", "wenchang-water-2023-year-unit-lost"}},
	{"published on another date than the address says", []string{"jinan-fz-2016-fujian-table-head-split"}},
	{"re-posted later", []string{"qili-xiang-2020-newer-form-back-filled"}},
	{"narrative contradicts the table", []string{"haicheng-xiliu-2023-words-of-a-hijacked-domain", "shanghai-2019-body-in-a-json-string"}},
	{"authority abbreviated or not named", []string{"jiarongli-2021-abbreviated-authority-gb18030", "xiongxian-2019-no-issuer-in-the-body"}},
	{"发布机构 is the parent office", []string{"shangluo-hbj-2023-publisher-is-the-city-office",
		"hanzhong-zrzy-2021-metadata-table-before-the-body"}},
	{"sections: extra, other order, number missing", []string{"luqiao-luoyang-2021-seven-sections", "jiangsu-tjj-2019-eight-parts",
		"xinghua-changrong-2025-first-numeral-missing"}},
	{"university", []string{"ctbu-2022-university-academic-year", "yangtzeu-2020-fourteen-months",
		"yiwu-gsxy-2022-college-with-the-government-form"}},
	{"public utility, state firm", []string{"xiangyang-water-2019-public-utility-traditional",
		"tongxiang-water-2024-state-firm-with-the-form"}},
	{"mass organisation", []string{"lianhu-cl-2020-mass-organisation-all-blank"}},
	{"half-year statistics", []string{"half-year-statistics-is-no-report"}},
	{"other statistics", []string{"gd-2022-statistics-of-requests-is-no-report"}},
	{"blank template", []string{"dingxi-blank-template-is-no-report"}},
	{"interpretation", []string{"interpretation-is-no-report"}},
	{"another yearly report", []string{"website-report-beside-the-tables-is-no-report"}},
	{"header words split", []string{"maguan-hbj-2023-header-words-broken", "tongzi-yelang-2023-older-form-head-over-two-lines"}},
	{"本年度办理结果 printed twice", []string{"longgang-2024-results-printed-twice"}},
	{"uneven colspans", []string{"shanghai-2019-body-in-a-json-string", "rows-without-colspan-shift"}},
	{"leading empty cell", []string{"hukou-dalong-2020-leading-empty-cell-on-every-row", "hanyang-2022-leading-empty-cell-blank-rule"}},
	{"trailing empty row", []string{"zhongshan-2021-trailing-empty-row"}},
	{"empty cells for 0: everywhere", []string{"jiaxian-luozhen-2022-nothing-but-blanks"}},
	{"empty cells for 0: some groups", []string{"hengdong-yanglin-2023-older-form-with-blanks", "div-soup-with-blanks"}},
	{"empty cells for 0: totals of the results", []string{"shanghai-2019-blank-totals"}},
	{"a town with 规章", []string{"nilke-2023-a-town-with-rules", "hengdong-yanglin-2023-older-form-with-blanks"}},
	{"处理决定数量 is previous and increase", []string{"lueyang-zrzy-2021-traditional-characters"}},
	{"site frame in the body", []string{"lintong-muzhai-2021-site-frame-around-the-body",
		"szlhq-minzhi-2022-stamped-as-no-longer-valid"}},
	{"statistics return of 2014 to 2018", []string{"lishui-2017-statistics-return-in-full", "yongjia-tjj-2015-statistics-return",
		"taizhou-2017-statistics-return-cut-in-two"}},
	{"statistics return with units in the cells", []string{"statistics-return-units-in-the-cells"}},
	{"year and cumulative columns", []string{"pingtan-2018-fujian-table", "pingtan-2012-fujian-older-rows"}},
	{"older form in a later year", []string{"tongzi-yelang-2023-older-form-head-over-two-lines",
		"hengdong-yanglin-2023-older-form-with-blanks"}},
	{"newer form back-filled", []string{"qili-xiang-2020-newer-form-back-filled"}},
	{"free form", []string{"guangling-zrzy-2021-free-form"}},
	{"fee with decimals", []string{"qinzhou-bgs-2024-digits-in-spans", "huaian-zrzy-2021-last-years-period"}},
	{"metadata table before the body", []string{"hanzhong-zrzy-2021-metadata-table-before-the-body"}},
	{"unit in the cell", []string{"wuhan-gaj-2024-upper-case-markup", "fee-in-yuan", "units-notes-and-signs-for-none-in-cells"}},
	{"amount without unit", []string{"huichang-zhongcun-2020-amount-without-unit"}},
	{"unit in the header", []string{"fuzhou-tjj-2019-amount-in-a-header-unit"}},
	{"text between heading and table", []string{"hanyang-hbj-2023-glyphs-lost-in-labels",
		"lingyuan-town-2025-headings-of-other-wording"}},
	{"attachment only", []string{"attachment-only"}},
	{"heavy Word markup", []string{"xinjiang-bgt-2022-title-broken-after-the-year"}},
	{"UEditor markup", []string{"changtu-qijiazi-2023-scrambled-title"}},
	{"upper-case markup", []string{"wuhan-gaj-2024-upper-case-markup"}},
	{"div soup", []string{"div-soup-with-blanks"}},
	{"late", []string{"wuhan-gaj-2024-upper-case-markup"}},
	{"tables as pictures", []string{"shantou-ybj-2020-tables-as-pictures"}},
	{"tables dropped", []string{"narrative-without-tables"}},
	{"signs in 本年增/减", []string{"signed-changes-2020", "wuhai-gxj-2020-signs-and-heads-cut"}},
	{"sums wrong at the source", []string{"chiping-2023-review-sum-wrong", "sums-wrong-at-the-source",
		"pingtan-2020-results-exceed-what-came-in", "nanping-2012-fujian-sum-wrong", "hongze-2023-other-handling-one-row"}},
	{"其他处理 as one row", []string{"hongze-2023-other-handling-one-row", "yuhang-post-2022-other-handling-one-row-of-zeros"}},
	{"note inside a value", []string{"hongze-2023-other-handling-one-row", "units-notes-and-signs-for-none-in-cells"}},
	{"signs for none", []string{"haicheng-xiliu-2023-values-that-are-no-numbers", "units-notes-and-signs-for-none-in-cells"}},
	{"captions cut, a label lost", []string{"hantai-xuwang-2025-captions-and-a-label-lost"}},
	{"wrong head", []string{"yanta-tjj-2019-wrong-head-over-procurement"}},
	{"heads cut to the same words", []string{"wuhai-gxj-2020-signs-and-heads-cut"}},
	{"group line of a head lost", []string{"cqgxq-bgs-2023-group-line-of-disputes-lost"}},
	{"lines of the head in another order", []string{"head-lines-upside-down", "ankang-tjj-2020-columns-of-the-head-reordered"}},
	{"columns in another order", []string{"yandu-gaj-2024-columns-in-another-order"}},
	{"columns missing", []string{"njjy-water-2023-columns-left-out"}},
	{"extra column, extra row", []string{"xianning-hbj-2023-extra-column-and-row"}},
	{"row printed twice", []string{"row-printed-twice"}},
	{"page number in the label column", []string{"lianxi-2024-page-number-in-label-column", "chiping-2023-review-sum-wrong"}},
	{"table cut in two, same header", []string{"jiulongpo-erlang-2022-table-cut-header-again"}},
	{"table cut in two, no header", []string{"taoyuan-kfq-2023-table-cut-no-header"}},
	{"table cut in two, page number between", []string{"szlhq-minzhi-2025-page-number-between-the-halves"}},
	{"half a table missing", []string{"bjdx-town-2025-half-a-table-missing"}},
	{"tables inside layout tables", []string{"tables-inside-a-layout-table", "two-layout-tables-around-the-report"}},
	{"tags not closed", []string{"tongchuan-gaj-2024-tags-not-closed"}},
	{"text tables", []string{"yangling-tjj-2020-table-as-preformatted-text", "requests-as-tab-separated-text"}},
	{"rows without separators", []string{"haicheng-xisi-2025-rows-without-separators"}},
	{"numerals left out", []string{"pingdu-gaj-2023-numerals-left-out", "shulan-scjg-2016-numerals-lost-and-dashes"}},
	{"digits cut over spans", []string{"qinzhou-bgs-2024-digits-in-spans"}},
	{"values padded", []string{"szlhq-minzhi-2022-stamped-as-no-longer-valid"}},
	{"body in a JSON string", []string{"shanghai-2019-body-in-a-json-string", "tongxiang-gaj-2023-body-in-a-json-string"}},
	{"two forms in one page", []string{"haimen-kfq-2023-last-years-form-left-over"}},
	{"two reports of one body and year", []string{"gacc-2020-head-office-only", "gacc-2020-the-whole-service-on-a-foreign-domain"}},
	{"cites another document than its form", []string{"taiping-2022-cites-the-older-document"}},
	{"GBK", []string{"jiarongli-2021-abbreviated-authority-gb18030", "lishui-2017-statistics-return-in-full"}},
}

// TestEveryQuirkHasACase holds the table above against the folders.
func TestEveryQuirkHasACase(t *testing.T) {
	for _, q := range casesOfQuirks {
		if len(q.cases) == 0 {
			t.Errorf("no case shows: %s", q.quirk)
		}
		for _, name := range q.cases {
			if _, err := os.Stat(filepath.Join("../testdata/reports", name, "want.txt")); err != nil {
				t.Errorf("%s: %v", q.quirk, err)
			}
		}
	}
}

// labelVariants are the wordings of headings and labels seen in real reports that differ from the official ones, in
// normal form but for their tags. Each stands in the page of at least one case.
var labelVariants = []string{
	// headings
	"一、工作总体推进情况", "一、概述", "一、政府信息公开工作总体情况", "一、主要工作概述", "引言", "编制说明:",
	"二、行政机关主动公开政府信息情况", "二、主动公开信息情况", "二、重点领域政府信息公开情况",
	"三、行政机关收到和处理政府信息公开申请情况", "、行政机关收到和处理政府信息公开申请情况",
	"三、收到的处理政府信息公开申请情况", "三、政府信息依申请公开工作情况", "三、依申请公开政府信息办理情况",
	"三、依申请公开、不予公开及咨询政府信息情况", "四、政府信息公开行政法复议、行政诉讼情况",
	"四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "因政府信息公开申请行政复议、提起行政诉讼的情况",
	"四、政府信息公开的收费及减免情况", "五、存在问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况",
	"五、主要问题和改进措施", "存在的主要问题和改进措施", "六、2022年工作思路", "七、政府信息公开情况统计表",
	"六、政府信息公开情况统计表", "附件1:", "该部分以表格形式报告。表格如下:",
	// 表二
	"第二十条第()", "本年发件", "年废止件数", "现行有效件", "现行有效件数(历史累计)", "规范性文件", "处理决定数量(2023年办件量)",
	"政许可", "政处罚", "政强制", "本年收费金额单位:万元", "本年新制作数量", "对外公开总数量", "本年增/减", "采购总金额",
	// 表三 and 表四
	"科研企业", "商业企业", "一、本年新收政府信息公开申请数量", "危及三安全一稳定", "部分公开", "1、申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
	"3、其他", "1.逾期不补正", "2.逾期不缴费", "(六)其他处理", "第项加第二项之和,等于第三加第四项之和", "结果维持",
	// Fujian
	"计量单位", "2011年度", "主动公开信息数", "其中:1.政府网站公开数", "1、政府网站公开数", "1、网站公开", "1.网站公开",
	"2.政府公报公开数", "2、政府公报公开", "受理政府信息依申请公开总数", "其中:1.当面申请数", "2.传真申请数", "3.电子邮件申请数", "4.网上申请数",
	"5.信函申请数", "6.其它形式申请数", "3.信函、传真申请数", "对申请的答复数", "3.否决公开答复数", "4.其他类型答复数", "政府信息公开收费减免金额",
	"接受行政诉讼、举报数", "行政复议数", "行政诉讼数", "行政申诉数", "行政申诉、举报数",
}

var anyTag = regexp.MustCompile(`<[^>]*>`)

// TestEveryLabelVariantHasACase looks for each variant in the pages.
func TestEveryLabelVariantHasACase(t *testing.T) {
	var pages []string
	for _, dir := range caseDirs(t) {
		decoded := text.Decode(readCase(t, dir).Body, "text/html").Text
		decoded = strings.NewReplacer("<td", "\x00<td", "<th", "\x00<th", "<TD", "\x00<TD").Replace(decoded)
		var parts []string
		for part := range strings.SplitSeq(anyTag.ReplaceAllString(decoded, ""), "\x00") {
			parts = append(parts, text.Normal(part))
		}
		pages = append(pages, strings.Join(parts, "\n"))
	}
	for _, v := range labelVariants {
		n := text.Normal(v)
		if !slices.ContainsFunc(pages, func(p string) bool { return strings.Contains(p, n) }) {
			t.Errorf("no case prints %s", v)
		}
	}
	if t.Failed() {
		t.Log(fmt.Sprint(len(pages), " pages were looked at"))
	}
}
