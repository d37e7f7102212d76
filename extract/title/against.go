package title

import "regexp"

// Kind says what a titled document is. The names are those of links.decision and of not_report in the archive.
type Kind string

// The kinds. Only Report is an annual report on open government information.
const (
	Report         Kind = "report"
	Interpretation Kind = "interpretation" // 解读, 图解, 一图读懂, 问答
	Guide          Kind = "guide"          // 政府信息公开指南
	WebsiteReport  Kind = "website_report" // 政府网站工作年度报表
	LawGovernment  Kind = "law_government" // 法治政府建设年度报告
	HalfYear       Kind = "half_year"      // 上半年 statistics
	Quarter        Kind = "quarter"        // quarterly and monthly statistics
	Template       Kind = "template"       // 格式, 模板, 样表, blank forms
	Notice         Kind = "notice"         // 通知, 制度, 办法, 要点
	WorkSummary    Kind = "work_summary"   // 政务公开工作总结
	Budget         Kind = "budget"         // 预算, 决算
	OtherYearly    Kind = "other_yearly"   // yearly reports on something else
	Umbrella       Kind = "umbrella"       // a page that leads to the reports of many bodies
	Navigation     Kind = "navigation"     // a menu entry, no document
	Other          Kind = "other"          // none of these
)

// against lists how a title says that it is no annual report on open government information, in the order in which the
// rules are asked. Each pattern meets the title in comparing form, without what follows the name of a report after a
// separator; those that could also occur in an authority's name meet it without that name.
var against = []struct {
	kind   Kind
	inName bool // authorities may bear the words
	words  *regexp.Regexp
	reason string
}{
	{Interpretation, false, regexp.MustCompile(`解读|图解|图读|图看|一图|读懂|看懂|图说|数说|问答|答记者问|长图|动漫|短视频|速览`),
		"the title announces an explanation of a document, not the document"},
	{Template, false, regexp.MustCompile(`格式|模[板版]|样[表式本]|范本|空白|空表|参考文本|填报说明|编制说明$`),
		"the title announces a form to be filled in"},
	{HalfYear, false, regexp.MustCompile(`[上下]半年|半年度?(?:政府|信息|报|统计|数据|情况)|1-6月`),
		"the title covers half a year"},
	{Quarter, false, regexp.MustCompile(`季度|季报$|月度|月份|月报$`),
		"the title covers less than half a year"},
	{LawGovernment, true, regexp.MustCompile(`法治政府|依法行政|法治建设|法治工作`),
		"the title reports on government under law (法治政府建设)"},
	{WebsiteReport, true, regexp.MustCompile(`网站.{0,12}(?:报表|年报|年度报告|工作报告)|网站年度|报表.{0,4}网站`),
		"the title reports on the government's web site"},
	{Budget, true, regexp.MustCompile(`预算|决算|三公经费|绩效评价`),
		"the title is about a budget or its execution"},
	{Guide, true, regexp.MustCompile(`(?:公开|申请|服务|办事)指[南引]|指[南引](?:\([^()]*\))?$`),
		"the title is a guide"},
	{WorkSummary, true, regexp.MustCompile(`总结(?:报告)?(?:\([^()]*\))?$|工作汇报$|工作计划$`),
		"the title is a summary of work, not the report that the Regulations ask for"},
	{OtherYearly, true, regexp.MustCompile(`政府工作报告|统计公报|发展公报|年鉴(?:\([^()]*\))?$|` +
		`(?:环境|企业|财务|财政|资金|质量|水质|产品|收费|能耗|排污|信用|项目|村务|党务|厂务|校务|院务)信息公开`),
		"the title reports yearly on something else than open government information"},
	{Other, true, regexp.MustCompile(`依申请公开.{0,8}(?:统计|情况|数据|报告|年报)|统计报?表?(?:\([^()]*\))?$|附[表件](?:\([^()]*\))?$|数据统计`),
		"the title is a set of figures, not the report"},
	{Notice, true, regexp.MustCompile(`(?:通知|通告|公告|公示|通报|制度|办法|要点|规定|意见|方案|条例|细则|规程|规范|机制|预案|计划|目录|清单|` +
		`流程图?|申请表|批复|复函|的函|答复|会议|培训|条款)(?:\([^()]*\))?$`),
		"the title is a notice, a rule or a list"},
}

// objections are for each rule the strings of which one is in every title that it takes; nil if there are none.
var objections = func() [][]string {
	all := make([][]string, len(against))
	for i, rule := range against {
		all[i] = literals(rule.words.String())
	}
	return all
}()

// cover recognises a report that is published as the annex of a notice, or shown to the public (公示). Without such a word a
// notice may be about the making of reports.
var cover = regexp.MustCompile(`关于(?:公布|发布|印发|公开).*(?:报告|年报)的(?:通知|公告|通告|公示)$|` +
	`关于[^报编做征填]*(?:年度报告|年度工作报告|年报)的(?:公告|通告|公示)$|(?:信息|政务)公开.*(?:报告|年报)的?公示$`)

// objection returns the first rule that speaks against the title being a report; ok is false when none does. The whole
// title is whole, rest is the title without the authority's name.
func objection(whole, rest string) (kind Kind, reason string, ok bool) {
	for i, rule := range against {
		s := whole
		if rule.inName {
			s = rest
		}
		if held := objections[i]; held != nil && !holdsOne(s, held) {
			continue
		}
		words := rule.words.FindString(s)
		if words == "" || rule.kind == Notice && cover.MatchString(whole) {
			continue
		}
		return rule.kind, rule.reason + " (" + words + ")", true
	}
	return "", "", false
}
