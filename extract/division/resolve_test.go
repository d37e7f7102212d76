package division

import (
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		name string
		hint Hint
		want string // code name basis rest; "" for undecided
	}{
		// The table of reference site codes: a department with nothing but its name.
		{"河南省人民政府", Hint{SiteCode: "4100000001"}, "410000 河南省 site_code 人民政府"},
		{"天津市人民政府办公厅", Hint{SiteCode: "1200000052"}, "120000 天津市 site_code 人民政府办公厅"},
		{"湖南省市场监督管理局", Hint{SiteCode: "4300000077"}, "430000 湖南省 site_code 市场监督管理局"},
		{"江西省工业和信息化委员会", Hint{SiteCode: "3600000013"}, "360000 江西省 site_code 工业和信息化委员会"},
		{"秦皇岛市应急管理局", Hint{SiteCode: "1303000020"}, "130300 秦皇岛市 site_code 应急管理局"},
		{"青岛市人民政府", Hint{SiteCode: "3702000003"}, "370200 青岛市 site_code 人民政府"},
		{"聊城市水利局", Hint{SiteCode: "3715000028"}, "371500 聊城市 site_code 水利局"},
		{"泰州市人民政府", Hint{SiteCode: "3212000002"}, "321200 泰州市 site_code 人民政府"},
		{"北京市西城区人民政府", Hint{SiteCode: "1101020002"}, "110102 西城区 site_code 人民政府"},
		{"国家税务总局", Hint{SiteCode: "bm55000001"}, ""},
		{"水利局", Hint{SiteCode: "bm55000001"}, ""},

		// One division, two codes: the day decides, whatever the name says.
		{"茌平县水利局", Hint{Region: "371503", Day: "2018-12-31"}, "371523 茌平县 register 水利局"},
		{"茌平区水利局", Hint{Region: "371503", Day: "2018-12-31"}, "371523 茌平县 register 水利局"},
		{"茌平县水利局", Hint{Region: "371523", Day: "2023-12-31"}, "371503 茌平区 register 水利局"},
		{"聊城市茌平区水利局", Hint{Region: "371523"}, "371503 茌平区 register 水利局"},
		{"水利局", Hint{Region: "371503", Day: "2018-12-31"}, "371523 茌平县 register 水利局"},
		{"山东省聊城市茌平区人民政府", Hint{}, "371503 茌平区 name 人民政府"},
		{"山东省茌平县人民政府", Hint{Day: "2010-12-31"}, "371523 茌平县 name 人民政府"},
		{"襄樊市财政局", Hint{Province: "湖北省", Day: "2009-12-31"}, "420600 襄樊市 province 财政局"},
		{"襄樊市财政局", Hint{Province: "湖北", Day: "2015-12-31"}, "420600 襄阳市 province 财政局"},
		{"六安市寿县财政局", Hint{Region: "340422"}, "340422 寿县 register 财政局"},

		// Without the site's province nothing is decided; nor between namesakes inside it.
		{"聊城市水利局", Hint{}, ""},
		{"龙潭区人民政府", Hint{}, ""},
		{"龙潭区人民政府", Hint{Province: "吉林省"}, "220203 龙潭区 province 人民政府"},
		{"朝阳区人民政府", Hint{Province: "吉林省"}, "220104 朝阳区 province 人民政府"},
		{"朝阳区人民政府", Hint{Region: "110000"}, "110105 朝阳区 register 人民政府"},
		{"桥西区财政局", Hint{Province: "河北省", Day: "2018-12-31"}, ""},
		{"桥西区财政局", Hint{Region: "130500", Day: "2018-12-31"}, "130503 桥西区 register 财政局"},
		{"桥西区财政局", Hint{Region: "130700", Day: "2018-12-31"}, "130703 桥西区 register 财政局"},
		{"石家庄市桥西区财政局", Hint{Region: "130000"}, "130104 桥西区 register 财政局"},
		{"通州区人民政府", Hint{SiteCode: "3206120001"}, "320612 通州区 site_code 人民政府"},
		{"通州区人民政府", Hint{SiteCode: "1101120001"}, "110112 通州区 site_code 人民政府"},

		// What a site reprints: a name with its province is decided by it, one without not at all.
		{"北京市西城区人民政府", Hint{Region: "371503"}, "110102 西城区 name 人民政府"},
		{"历城区人民政府", Hint{Region: "330100"}, ""},
		{"聊城市水利局", Hint{Region: "371503"}, "371500 聊城市 register 水利局"},
		{"高唐县水利局", Hint{Region: "371503"}, "371526 高唐县 register 水利局"},

		// Short forms.
		{"清流卫计委", Hint{Region: "350423"}, "350423 清流县 register 卫计委"},
		{"茌平水利局", Hint{Region: "371500"}, "371503 茌平区 register 水利局"},
		{"聊城市茌平水利局", Hint{Region: "371500"}, "371503 茌平区 register 水利局"},
		{"区卫计局", Hint{Region: "371503"}, "371503 茌平区 register 卫计局"},
		{"市水利局", Hint{Region: "371503"}, "371500 聊城市 register 水利局"},
		{"市政府办公室", Hint{Region: "371500"}, "371500 聊城市 register 政府办公室"},
		{"市场监督管理局", Hint{Region: "371500"}, "371500 聊城市 register 市场监督管理局"},
		{"聊城市场监管局", Hint{Region: "371500"}, "371500 聊城市 register 市场监管局"},
		{"聊城市市场监管局", Hint{Region: "371500"}, "371500 聊城市 register 市场监管局"},
		{"公安局", Hint{Region: "421022"}, "421022 公安县 register 公安局"},
		{"荆州市公安局", Hint{Region: "421000"}, "421000 荆州市 register 公安局"},
		{"兰州新区经济合作局", Hint{Region: "620100"}, "620100 兰州市 register 新区经济合作局"},
		{"和平小学", Hint{Region: "120000"}, "120000 天津市 register 和平小学"},
		{"延边州财政局", Hint{Region: "220000"}, "222400 延边朝鲜族自治州 register 财政局"},
		{"内蒙古自治区阿巴嘎旗那仁宝拉格苏木人民政府", Hint{}, "152522 阿巴嘎旗 name 那仁宝拉格苏木人民政府"},
		{"新疆维吾尔自治区巴州财政局", Hint{}, "652800 巴音郭楞蒙古自治州 name 财政局"},
		{"沙县人民政府", Hint{Region: "350405"}, "350405 沙县区 register 人民政府"},
		{"济源市人民政府", Hint{Region: "419001"}, "419001 济源市 register 人民政府"},
		{"上海市浦东新区人民政府", Hint{}, "310115 浦东新区 name 人民政府"},

		// Townships by county; branches of the state by the division they name.
		{"茌平区乐平铺镇人民政府", Hint{Region: "371503"}, "371503 茌平区 register 乐平铺镇人民政府"},
		{"迎宾路街道办事处", Hint{Region: "371503"}, "371503 茌平区 register 迎宾路街道办事处"},
		{"国家税务总局聊城市税务局", Hint{Region: "371500"}, "371500 聊城市 register 国家税务总局税务局"},
		{"国家统计局聊城调查队", Hint{Region: "371500"}, "371500 聊城市 register 国家统计局调查队"},
		{"国家发展和改革委员会", Hint{Region: "110000"}, ""},

		{"", Hint{Region: "371503"}, "371503 茌平区 register "},
		{"水利局", Hint{Region: "999999"}, ""},
		{strings.Repeat("市", 1<<16), Hint{Region: "371500"}, "371500 聊城市 register " + strings.Repeat("市", limit-1)},
	} {
		got := ""
		if p, ok := Resolve(c.name, c.hint); ok {
			got = p.Division.Code + " " + p.Division.Name + " " + p.Basis + " " + p.Rest
		}
		if got != c.want {
			t.Errorf("%.60s %+v: got %q, want %q", c.name, c.hint, got, c.want)
		}
	}
}
