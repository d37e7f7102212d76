package check_test

import (
	"strings"
	"testing"

	"nianbao/extract/check"
)

// Whose report a text publishes. The first two cases are real (建水县面甸镇 2025, 阿巴嘎旗那仁宝拉格苏木 2022); the others pair names
// as they are abbreviated, renamed, or placed under each other in real reports.
func TestAuthor(t *testing.T) {
	const all = "根据《中华人民共和国政府信息公开条例》，现公布@2023年政府信息公开工作年度报告。"
	for _, test := range []struct {
		title, preamble string
		foreign         string // "" for none
	}{
		{"建水县面甸镇人民政府", strings.Replace(all, "@", "建水县民族宗教事务局", 1), "建水县民族宗教事务局"},
		{"阿巴嘎旗那仁宝拉格苏木人民政府", strings.Replace(all, "@", "阿巴嘎旗", 1), ""},
		{"聊城市水利局", strings.Replace(all, "@", "德州市水利局", 1), "德州市水利局"},
		{"聊城市水利局", "现将德州市水利局2023年政府信息公开工作年度报告公布如下。", "德州市水利局"},
		{"建水县面甸镇人民政府", "现予以公布《建水县官厅镇人民政府2023年政府信息公开工作年度报告》", "建水县官厅镇人民政府"},
		{"建水县面甸镇人民政府", "本报告由建水县民族宗教事务局根据有关规定编制。", "建水县民族宗教事务局"},
		{"建水县面甸镇人民政府", "一是公开。\n本年度报告由建水县民族宗教事务局编制", "建水县民族宗教事务局"},
		// the same body
		{"聊城市茌平区人民政府", strings.Replace(all, "@", "聊城市茌平区人民政府", 1), ""},
		{"聊城市茌平区人民政府", strings.Replace(all, "@", "茌平区", 1), ""},
		{"中村乡人民政府", strings.Replace(all, "@", "会昌县中村乡人民政府", 1), ""},
		{"市残联", strings.Replace(all, "@", "公主岭市残疾人联合会", 1), ""},
		{"区卫健局", strings.Replace(all, "@", "茌平区卫生健康局", 1), ""},
		{"茌平区卫生和计划生育局", strings.Replace(all, "@", "茌平区卫生健康局", 1), ""},
		{"聊城市茌平县人民政府", strings.Replace(all, "@", "聊城市茌平区人民政府", 1), ""},
		{"安顺经济技术开发区管委会", strings.Replace(all, "@", "安顺市经济技术开发区管理委员会", 1), ""},
		{"西安市临潼区穆寨街道办事处", strings.Replace(all, "@", "穆寨街办", 1), ""},
		// its office, the government above it, the service it belongs to
		{"聊城市茌平区人民政府", "本报告由聊城市茌平区人民政府办公室编制。", ""},
		{"聊城市茌平区水利局", "本报告由茌平区人民政府办公室编制。", ""},
		{"面甸镇人民政府", strings.Replace(all, "@", "建水县人民政府", 1), ""},
		{"聊城市茌平区水利局", strings.Replace(all, "@", "聊城市水利局", 1), ""},
		{"聊城市水利局", strings.Replace(all, "@", "山东省水利厅", 1), ""},
		{"国家税务总局聊城市税务局", strings.Replace(all, "@", "国家税务总局", 1), ""},
		// nobody in particular
		{"建水县面甸镇人民政府", strings.Replace(all, "@", "本局", 1), ""},
		{"建水县面甸镇人民政府", strings.Replace(all, "@", "我县", 1), ""},
		{"建水县面甸镇人民政府", strings.Replace(all, "@", "全市", 1), ""},
		{"建水县面甸镇人民政府", "现公布建水县民族宗教事务局的电话。", ""},
		{"建水县面甸镇人民政府", "本报告由办公室编制。", ""},
		{"", strings.Replace(all, "@", "建水县民族宗教事务局", 1), ""},
		{"水利局", strings.Replace(all, "@", "茌平区人民政府", 1), ""},
	} {
		got := ""
		for _, f := range check.Run(check.Subject{Authority: test.title, Preamble: test.preamble}) {
			if f.Rule == "report.authority" {
				got = f.Message
			}
		}
		if (got == "") != (test.foreign == "") || !strings.HasSuffix(got, test.foreign) {
			t.Errorf("%s, %s:\n got %q, want %q", test.title, test.preamble, got, test.foreign)
		}
	}
}
