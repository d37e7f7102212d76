// Package title reads the titles of Chinese government documents: is this an annual report on open government
// information (政府信息公开工作年度报告) or one of the things that stand beside such reports; who reports, and for which year.
// It sees words only, never a page or an address that was fetched.
//
//	classify.go   Classify: the decision on one title in its context, with a reason
//	words.go      the words that make the name of a report
//	against.go    the words by which a title says that it is something else
//	literal.go    a quick look that spares most of those expressions
//	author.go     who reports for which year, taken out of a title
//	fold.go       the form in which titles are compared, with the way back to what was printed
//	name.go       NameOf: an authority's normal form, type and level
//	types.go      the table of suffixes that give an authority's type
//	division.go   the level of government that a name tells
//	scope.go      whole region or own house
//	period.go     Period: the statistical period that a text states
//
// # Decisions
//
//   - A Chinese title ends in the noun that names its genre. So words like 通知 or 指南 count only at the end, where no
//     authority's name can hold them; a few that no authority bears (解读, 图解, 上半年 …) count anywhere.
//   - The author is whom the title names. Name.Printed keeps its spelling; Name.Normal completes what an abbreviation of
//     form leaves out (泰州市 is 泰州市人民政府, 县政府办 is 县人民政府办公室, 迎宾路街道 is 迎宾路街道办事处) and never completes what
//     would be a guess (区卫计局, 市残联, 管委会, 佳荣里街 stay). A title that names nobody yields no authority: the site's name is not
//     put in its place.
//   - The context can only turn an undecided title into a report; it never overrules words that speak against.
//   - Titles in traditional characters are copies on converted pages. The few characters that occur in title words are
//     folded; Name.Printed keeps those that were printed.
//   - Without a year, an authority's 政府信息公开工作年度报告 is a report (乌海市工业和信息化局 2020), its 政府信息公开年报 a column.
//   - An academic year (2022-2023学年) counts as the year in which it ends.
//   - 政务公开工作年度报告 is a report (连州市医疗保障局 2022); 政务公开工作总结 and 政务公开工作报告 are work summaries, the latter a report
//     only inside a column of annual reports.
//   - 关于公布…年度报告的公告 publishes the report under a cover; 关于做好…年度报告编制工作的通知 does not.
//   - 残联, 妇联, 工会 and the like are typed mass_organization, an id that the reference table lacks.
//   - A bare 市 may be a prefecture or a county: its level is "", except for the four municipalities.
package title
