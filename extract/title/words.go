package title

import "regexp"

// The words that make the name of a report, and those around it. All patterns meet texts in comparing form.
var (
	// core is what the report is about; the words in front of it may hold a name, those behind it must be a report's.
	core = regexp.MustCompile(`(?:政府信息(?:公开)?(?:和|与|及|暨|、)?)?政务公开|(?:(?:政府|政务)信息(?:主动)?|信息)公开`)
	// genre is what follows the core.
	genre = regexp.MustCompile(`^(?:工作|情况|年度|年|总体|开展|执行|实施|落实|绩效|综合|的|和|\(?` + year + `(?:年度?)?\)?)*?` +
		`(?:年度工作报告|年度报告书?|年报|报告书?)`)
	// scrambled is a genre whose characters fell out of order (工作告年度报, 昌图县七家子镇 2023).
	scrambled = regexp.MustCompile(`^[工作年度报告情况的]{3,9}$`)
	// harmless is what may follow the name of a report.
	harmless = regexp.MustCompile(`^(?:的?(?:通知|通告|公告|公示)|正文|全文|公布|发布|公开|电子版|(?:\([^()]*\))+|\(?` + year +
		`(?:年度?)?\)?|\d{1,2}|[.。,:;-])*$`)
	// withTables is what some titles say of the tables in the report: 及附表, 和统计表.
	withTables = regexp.MustCompile(`^(?:及|和|与|暨|、)(?:其|相关)?(?:附[表件]|(?:情况|数据)?统计表)$`)
	// runsOn is how the first sentence of a report begins when it is glued to the title.
	runsOn = regexp.MustCompile(`^[.。,:;]?(?:根据|按照|依据|本报告|本年度报告|现将|为|引言|目录|编制|一、|第一部分|\d{4}年)`)
	// separator ends the name of a report in the title element of a page.
	separator = regexp.MustCompile(`[_|>]|--|-\D`)
	// years is a year or an academic year; its groups are the first, the second and the unit.
	years = regexp.MustCompile(`(` + year + `)(?:[-至/](20\d\d|\d\d))?(学年度?|年度|年)?`)
	// cut is the sign that a list shortened a title.
	cut = regexp.MustCompile(`\.{2,}$`)
	// openReport is a year's open government information with anything behind it, openEnd with nothing of weight.
	openReport = regexp.MustCompile(`^(?:学?年度?)?(?:` + core.String() + `)`)
	openEnd    = regexp.MustCompile(`公开(?:工作|情况|年度)*$`)
	// begun is the beginning of that in a title that a list cut off in the middle of it.
	begun = regexp.MustCompile(`^(?:年度?)?(?:政务?|政[务府]信?|政[务府]信息公?|信息?|信息公)?$`)
	// bare is what follows the year in titles like 2023年 and 2023年年报.
	bare = regexp.MustCompile(`^(?:年度?)?(?:工作)?(?:(?:年度工作|年度|工作)?报告|年报|工作年报)?$`)
	// column is the heading of a column of annual reports, address the part of an address that names one.
	column  = regexp.MustCompile(`公开.{0,6}(?:年度报告|年度工作报告|年报|年度$)|^(?:公开|工作)?年报|^(?:工作)?年度(?:工作)?报告`)
	address = regexp.MustCompile(`(?i)/[a-z]*(?:xxgk|gk)[a-z]*(?:nb|ndbg|ndgzbg|nianbao)[a-z0-9_]*(?:[/.?]|$)`)
	// bodies is a crowd in the place of an author, gathering the end of a collection's title.
	bodies = regexp.MustCompile(`^[市区县省州旗]?[直级属]?(?:机关)?各?(?:部门|县区|区县|市县|市州|县市区|乡镇|镇街|街镇|乡镇街道|` +
		`乡镇\(街道\)|县\(市、区\)|委办局)(?:、|和|及)?(?:单位|部门|街道|乡镇)?$|` +
		`各(?:个|直属)?(?:部门|单位|县区|区县|县市区|乡镇|街道|镇街).{0,8}$`)
	gathering = regexp.MustCompile(`汇总$|汇编$|专栏$|专题$|合集$|集锦$`)
	// yearlyEnd is the end of a yearly report's title, whatever it is on.
	yearlyEnd = regexp.MustCompile(`年报$|年度(?:工作)?报告$|年度报表$|工作报告$`)
	// beforeName and behindName are what stands around an author's name.
	beforeName = regexp.MustCompile(`^(?:` + year + `年\d{1,2}月\d{1,2}日|` + year + `年度?|转发|公布|发布|关于[对就]?(?:公布|发布|印发|公开)?|\([^()]*\)|[\d.、:,·-])+`)
	behindName = regexp.MustCompile(`(?:关于(?:公布|发布|印发|公开)?|公布|发布|[的,:、.-]|(?:` + year + `|\d\d)?年度?|度)+$`)
)

// year matches the years that titles report on.
const year = `(?:19[89]|20[0-4])\d`
