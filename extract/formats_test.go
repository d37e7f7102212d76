package extract_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/document"
	"nianbao/extract/text"
)

// documentCase is a file of testdata/documents, made from the page of a case of testdata/reports.
type documentCase struct {
	file, format string
	body         []byte
	report       string // folder of that case
}

// documentCases reads the files. A folder bears the name of its case, or names it in a file "source".
func documentCases(t testing.TB) (all []documentCase) {
	t.Helper()
	var files []string
	for _, name := range []string{"page.*", "word.pdf", "browser.pdf"} {
		found, err := filepath.Glob("../testdata/documents/*/" + name)
		if err != nil || len(found) == 0 {
			t.Fatalf("%d files %s: %v", len(found), name, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(file))
		if source, err := os.ReadFile(filepath.Join(filepath.Dir(file), "source")); err == nil {
			name = strings.TrimSpace(string(source))
		}
		format := filepath.Ext(file)[1:]
		if format == "pdf" { // as word processors print, or as browsers do
			format = strings.TrimSuffix(filepath.Base(file), ".pdf") + " pdf"
		}
		all = append(all, documentCase{strings.TrimPrefix(file, "../testdata/documents/"), format, body,
			filepath.Join("../testdata/reports", name)})
	}
	return all
}

// charts are the sheets behind the charts of the seed's report: 聊城市茌平区人民政府 2023, whose .doc embeds them.
var charts = [][][]string{
	{{"", "图文解读", "音视频解读", "领导干部解读", "其他解读", "文稿解读"}, {"政策解读", "75", "9", "16", "81", "47"}},
	{{"年 份", "2019", "2020", "2021", "2022", "2023"}, {"依申请公开数", "23", "30", "63", "56", "125"},
		{"按时答复数", "23", "30", "63", "56", "125"}},
	{{"", "规范性文件信息", "机构职能及机关设置信息", "国民经济和社会发展规划、专项规划、区域规划及年度计划信息", "行政执法信息", "财政预算、决算等信息",
		"行政事业性收费信息", "政府集中采购目录、标准及实施情况", "重大建设项目信息", "其他方面信息"},
		{"主动公开信息", "9", "140", "31", "756", "223", "12", "6", "32", "3028"}},
}

// TestSheetsBehindCharts: the sheets that a report's charts are drawn from are its tables of kind chart_data, with every word
// and number: embedded workbooks (BIFF8) in .doc, charts with their workbooks in .docx, embedded sheets in .odt. What a chart
// remembers of its sheet stands on end.
func TestSheetsBehindCharts(t *testing.T) {
	upright, onEnd := charts, [][][]string{}
	for _, sheet := range charts {
		turned := make([][]string, len(sheet[0]))
		for _, row := range sheet {
			for column, cell := range row {
				turned[column] = append(turned[column], cell)
			}
		}
		onEnd = append(onEnd, turned)
	}
	onEnd[1][0][0] = "" // the corner is no part of a chart
	for format, want := range map[string][][][]string{
		"doc":  {upright[2], upright[1], upright[0]}, // in the order of the objects' names
		"docx": append(slices.Clone(onEnd), upright...),
		"odt":  upright,
	} {
		body, err := os.ReadFile("../testdata/documents/chiping-2023-sheets-behind-charts/page." + format)
		if err != nil {
			t.Fatal(err)
		}
		r, err := extract.Read(extract.Input{Body: body})
		if err != nil || r.Report == nil {
			t.Fatalf("%s: %+v, %v", format, r.NotReport, err)
		}
		wrong := func(f check.Finding) bool {
			return f.Relation == "disputes" && f.RowID == "review" && f.ColumnID == "total" && f.Severity == check.Contradiction
		}
		if !slices.ContainsFunc(r.Report.Findings, wrong) {
			t.Errorf("%s: no finding says that 4+1+1+1 reviews are not 6", format)
		}
		var got [][][]string
		for _, table := range r.Report.Tables {
			if table.Kind != "chart_data" {
				continue
			}
			rows := make([][]string, table.Grid.Rows)
			for _, c := range table.Grid.Cells {
				rows[c.Row] = append(rows[c.Row], c.Text)
			}
			got = append(got, rows)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", format, diff)
		}
	}
}

// TestHiddenSheets: a form in a sheet that its reader does not see is kept as a table, and is no reading of the report.
func TestHiddenSheets(t *testing.T) {
	const file = "../testdata/documents/shanghai-2019-blank-totals/page.xlsx"
	for _, state := range []string{"hidden", "veryHidden"} {
		r, err := extract.Read(extract.Input{Body: edited(t, file, "xl/workbook.xml", `state="visible"`, `state="`+state+`"`),
			ListTitle: "上海市人民政府办公厅2019年政府信息公开工作年度报告"})
		if err != nil || r.Report == nil {
			t.Fatalf("%s: %+v, %v", state, r.NotReport, err)
		}
		if len(r.Report.Cells) != 0 || len(r.Report.Tables) != 1 || r.Report.Tables[0].Kind != "layout" {
			t.Errorf("%s: %d cells, %d tables", state, len(r.Report.Cells), len(r.Report.Tables))
		}
	}
}

// edited is a file in a zip container with one member changed.
func edited(t *testing.T, file, member, old, new string) []byte {
	t.Helper()
	r, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == member {
			if !bytes.Contains(body, []byte(old)) {
				t.Fatalf("%s does not hold %s", member, old)
			}
			body = bytes.ReplaceAll(body, []byte(old), []byte(new))
		}
		to, err := w.Create(f.Name)
		if err == nil {
			_, err = to.Write(body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestDocumentsAreAwkward: in each format there are heads merged both ways, tables cut in two by the end of a page, and
// whole columns of blanks.
func TestDocumentsAreAwkward(t *testing.T) {
	seen := map[string]map[string]int{}
	reader := document.NewReader(document.Options{})
	defer reader.Close()
	for _, c := range documentCases(t) {
		d, err := reader.Read(t.Context(), c.body, "")
		if err != nil {
			t.Fatal(err)
		}
		if seen[c.format] == nil {
			seen[c.format] = map[string]int{}
		}
		heads := 0
		for _, table := range d.Tables {
			for _, cell := range table.Grid.Cells {
				switch {
				case cell.Text == "" && cell.Row > 2:
					seen[c.format]["blanks"]++
				case cell.Row < 3 && cell.Rowspan > 1:
					seen[c.format]["heads merged downward"]++
				case cell.Row < 3 && cell.Colspan > 1:
					seen[c.format]["heads merged across"]++
				}
				if strings.HasPrefix(text.Normal(cell.Text), "(本列数据的勾稽关系为") {
					heads++
				}
			}
		}
		if heads > 1 {
			seen[c.format]["tables cut in two"]++
		}
	}
	for _, format := range []string{"docx", "doc", "odt", "rtf", "xlsx", "xls", "word pdf", "browser pdf"} {
		for property, least := range map[string]int{"blanks": 100, "heads merged downward": 6, "heads merged across": 6, "tables cut in two": 1} {
			if seen[format][property] < least {
				t.Errorf("%s: %s: %d", format, property, seen[format][property])
			}
		}
	}
}
