package title

import "strings"

// types gives an authority's type by the end of its name; the longest suffix wins. The ids are those of
// reports.authority_type.
var types = map[string]string{
	"人民政府":   "peoples_government",
	"行政公署":   "peoples_government",
	"镇人民政府":  "township",
	"乡人民政府":  "township",
	"苏木人民政府": "township",

	"人民政府办公厅": "government_office",
	"人民政府办公室": "government_office",
	"政府办公厅":   "government_office",
	"政府办公室":   "government_office",
	"政府办":     "government_office",
	"行政公署办公室": "government_office",

	"街道办事处": "subdistrict",
	"街道":    "subdistrict",
	"街道办":   "subdistrict",
	"街办":    "subdistrict",
	"街":     "subdistrict",

	"管委会":       "development_zone",
	"管理委员会":     "development_zone",
	"开发区":       "development_zone",
	"高新区":       "development_zone",
	"经开区":       "development_zone",
	"新区":        "development_zone",
	"度假区":       "development_zone",
	"园区":        "development_zone",
	"示范区":       "development_zone",
	"管理区":       "development_zone",
	"保税区":       "development_zone",
	"试验区":       "development_zone",
	"实验区":       "development_zone",
	"合作区":       "development_zone",
	"风景区":       "development_zone",
	"监督管理委员会":   "commission",
	"国有资产管理委员会": "commission",
	"城市管理委员会":   "commission",
	"应急管理委员会":   "commission",

	"委员会":   "commission",
	"委":     "commission",
	"工作委员会": "government_body_other",
	"居民委员会": "government_body_other",
	"村民委员会": "government_body_other",

	"厅":  "bureau",
	"局":  "bureau",
	"分局": "bureau",

	"海关":      "vertical_agency",
	"税务局":     "vertical_agency",
	"国家税务局":   "vertical_agency",
	"地方税务局":   "bureau",
	"地税局":     "bureau",
	"气象局":     "vertical_agency",
	"调查队":     "vertical_agency",
	"调查总队":    "vertical_agency",
	"海事局":     "vertical_agency",
	"邮政管理局":   "vertical_agency",
	"通信管理局":   "vertical_agency",
	"证监局":     "vertical_agency",
	"银保监局":    "vertical_agency",
	"银保监分局":   "vertical_agency",
	"监管局":     "vertical_agency",
	"监管分局":    "vertical_agency",
	"市场监管局":   "bureau",
	"市场监督管理局": "bureau",
	"药监局":     "bureau",
	"烟草专卖局":   "vertical_agency",
	"地震局":     "bureau",

	"办公室":      "government_body_other",
	"研究室":      "government_body_other",
	"中心":       "government_body_other",
	"办":        "government_body_other",
	"处":        "government_body_other",
	"供销合作社联合社": "government_body_other",
	"供销社":      "government_body_other",

	"联合会":    "mass_organization",
	"残联":     "mass_organization",
	"妇联":     "mass_organization",
	"工商联":    "mass_organization",
	"文联":     "mass_organization",
	"总工会":    "mass_organization",
	"科协":     "mass_organization",
	"科学技术协会": "mass_organization",
	"红十字会":   "mass_organization",
	"团委":     "mass_organization",

	"大学":   "school",
	"学院":   "school",
	"中学":   "school",
	"小学":   "school",
	"学校":   "school",
	"一中":   "school",
	"二中":   "school",
	"三中":   "school",
	"幼儿园":  "school",
	"党校":   "school",
	"医院":   "hospital",
	"卫生院":  "hospital",
	"公司":   "public_enterprise",
	"集团":   "public_enterprise",
	"水厂":   "public_enterprise",
	"电厂":   "public_enterprise",
	"馆":    "institution",
	"所":    "institution",
	"网站":   "", // no authority: 茌平区人民政府网站2023年度工作报告
	"站":    "institution",
	"院":    "institution",
	"队":    "institution",
	"人民法院": "government_body_other",
	"检察院":  "government_body_other",
	"服务中心": "institution",
}

const longestType = 12 // characters of the longest suffix in types

// central are the departments of the State Council whose names do not begin with 国家.
var central = map[string]bool{
	"国务院办公厅": true, "外交部": true, "国防部": true, "教育部": true, "科学技术部": true, "科技部": true, "工业和信息化部": true,
	"公安部": true, "民政部": true, "司法部": true, "财政部": true, "人力资源和社会保障部": true, "自然资源部": true, "生态环境部": true,
	"环境保护部": true, "国土资源部": true, "住房和城乡建设部": true, "交通运输部": true, "水利部": true, "农业部": true, "农业农村部": true,
	"商务部": true, "文化部": true, "文化和旅游部": true, "退役军人事务部": true, "应急管理部": true, "中国人民银行": true, "审计署": true,
	"海关总署": true, "中国证监会": true, "中国证券监督管理委员会": true, "中国民用航空局": true, "中国气象局": true, "中国地震局": true,
	"中国科学院": true, "中国工程院": true,
}

// typeOf gives the type of an authority by its name in comparing form; "" if the table does not know it.
func typeOf(name string) string {
	if central[name] || national(name) {
		return "state_council_department"
	}
	if strings.Contains(name, "国家税务总局") {
		return "vertical_agency" // 国家税务总局X税务局, its branches and offices
	}
	runes := []rune(name)
	for n := min(longestType, len(runes)); n > 0; n-- {
		if id, ok := types[string(runes[len(runes)-n:])]; ok {
			return id
		}
	}
	if zone(name) {
		return "development_zone"
	}
	return ""
}

// national says whether a name is that of a department of the State Council which calls itself 国家.
func national(name string) bool {
	if !strings.HasPrefix(name, "国家") || hasDivision(name) {
		return false
	}
	i := strings.IndexAny(name, "局署委")
	if i < 0 {
		return false
	}
	switch name[i+len("局"):] { // 国家统计局X调查队 and 国家金融监督管理总局X监管分局 go on
	case "", "员会":
		return true
	}
	return false
}
