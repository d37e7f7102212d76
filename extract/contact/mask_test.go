package contact

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/grid"
)

// Lines marked "real" are printed by a report or page in testdata; the others are made up after the same patterns.
func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		// real: testdata/documents/chiping-2023-review-sum-wrong
		"请与聊城市茌平区人民政府办公室联系（地址：聊城市茌平区中心街5226号；邮编：252100；电话：0635-4271365；电子邮箱：cpxzwwlzx@lc.shandong.cn）。": "请与聊城市茌平区人民政府办公室联系（地址：聊城市茌平区中心街5226号；邮编：252100；电话：[telephone]；电子邮箱：[e-mail]）。",
		// real: testdata/mentions/not-figures
		"截至2023年12月31日，邮编：252100，电话：0635-4271365，传真：0523-86839056，网址http://www.a.gov.cn/art/2024/2/6/art_38212_2417065.html。": "截至2023年12月31日，邮编：252100，电话：[telephone]，传真：[telephone]，网址http://www.a.gov.cn/art/2024/2/6/art_38212_2417065.html。",
		// real: testdata/encodings, testdata/pdf/no-lines, testdata/answers
		"联系人：王䶮，电话：０６３５—４２７１３６５，网址“中国·茌平”。": "联系人：[name]，电话：[telephone]，网址“中国·茌平”。",
		"联系方式如下。":           "联系方式如下。",
		"联系人 张某":            "联系人 [name]",
		"联系电话：0404-2404404": "联系电话：[telephone]",

		"联系人：张三　联系电话：(0635)4271365":       "联系人：[name]　联系电话：[telephone]",
		"联 系 人：张 三；联系电话：13812345678":      "联 系 人：[name]；联系电话：[telephone]",
		"联系人：李四电话：4271365":                "联系人：[name]电话：[telephone]",
		"联系人：张三、李小四，电话：4271365、4271366":   "联系人：[name]、[name]，电话：[telephone]、[telephone]",
		"经办人：买买提·吐尔逊":                     "经办人：[name]",
		"审核人：欧阳修文 填报人：王五（办公室）":            "审核人：[name] 填报人：[name]（办公室）",
		"联系人：张三同志":                        "联系人：[name]同志",
		"电话（传真）：0635-4271365转801":         "电话（传真）：[telephone]",
		"联系电话：+86-0635-4271365":           "联系电话：[telephone]",
		"电话:400-123-4567，邮箱zwgk＠a.gov.cn": "电话:[telephone]，邮箱[e-mail]",
		"可拨打138 1234 5678咨询":              "可拨打[telephone]咨询",

		// offices, services, and labels without a name
		"联系人：县政府办公室信息公开科":     "联系人：县政府办公室信息公开科",
		"联系人：办公室，电话：12345":    "联系人：办公室，电话：12345",
		"联系人：":                "联系人：",
		"主要负责人同志参加政府网站在线访谈3次": "主要负责人同志参加政府网站在线访谈3次",
		"落实责任人 3名":            "落实责任人 3名",

		// figures
		"12345件":                              "12345件",
		"12345热线受理12345678件":                  "12345热线受理12345678件",
		"热线：13800000000件":                     "热线：13800000000件",
		"接听咨询电话 13812345678次":                 "接听咨询电话 13812345678次",
		"电话咨询1234567人次":                       "电话咨询1234567人次",
		"财政拨款13800000000元":                    "财政拨款13800000000元",
		"收费13812345678.50":                    "收费13812345678.50",
		"占13812345678%":                       "占13812345678%",
		"13812345678":                         "[telephone]", // by its shape; a cell's number is not given to Mask
		"主动公开2019-20231231号":                  "主动公开2019-20231231号",
		"国办公开办函〔2019〕60号，共0532件":              "国办公开办函〔2019〕60号，共0532件",
		"2023年1月1日至2023年12月31日":               "2023年1月1日至2023年12月31日",
		"网址 http://a.gov.cn/13812345678.html": "网址 http://a.gov.cn/13812345678.html",
		"统一社会信用代码113715030043512345":          "统一社会信用代码113715030043512345",
		"2.传真申请数 101":                         "2.传真申请数 101",
		"":                                    "",
	} {
		if got := Mask(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
		if again := Mask(Mask(in)); again != Mask(in) {
			t.Errorf("%s\nmasked once %s\n     twice %s", in, Mask(in), again)
		}
	}
}

func TestMaskGrid(t *testing.T) {
	row := func(n int, texts ...string) (cells []grid.Cell) {
		for i, text := range texts {
			cells = append(cells, grid.Cell{Text: text, Row: n, Column: i, Rowspan: 1, Colspan: 1})
		}
		return cells
	}
	rows := func(all ...[]string) (cells []grid.Cell) {
		for n, texts := range all {
			cells = append(cells, row(n, texts...)...)
		}
		return cells
	}
	in := rows([]string{"联系人", "张三", "联系电话：", " 4271365 ", "件数", "4271365"}, []string{"承办人", "信息公开科", "收到申请", "13"},
		[]string{"收费（元）", "13800000000", "", "12345件"}, []string{"姓名", "承办人", "手机"}, []string{"", "李四", "13812345678"})
	want := rows([]string{"联系人", "[name]", "联系电话：", "[telephone]", "件数", "4271365"}, []string{"承办人", "信息公开科", "收到申请", "13"},
		[]string{"收费（元）", "13800000000", "", "12345件"}, []string{"姓名", "承办人", "手机"}, []string{"", "[name]", "[telephone]"})
	if diff := cmp.Diff(want, MaskGrid(in)); diff != "" {
		t.Error(diff)
	}
}

// In all texts of the corpus that have no contact, nothing is masked: what is masked in them is looked at here.
func TestMaskLeavesTheCorpus(t *testing.T) {
	files, err := filepath.Glob("../../testdata/mentions/*/text.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no texts", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if masked := Mask(line); masked != line && !strings.Contains(line, "电话：0635-4271365") {
				t.Errorf("%s: %s became %s", name, line, masked)
			}
		}
	}
}
