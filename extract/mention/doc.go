// Package mention reads the figures that the running text of a report states: 主动公开政府信息4237条, 收到申请125件, 行政复议案件6件,
// 未收取信息处理费. Tables are none of its business (package form), nor is it judged here whether text and tables agree (package
// check).
//
//	mention.go    Mention: one figure as stated
//	metrics.json  what is counted, as data: ids, labels, units, and the words by which a figure is recognised
//	metric.go     Metric, Metrics: the data above
//	read.go       Read: from the text of a section to its mentions
//	breakdown.go  Breakdowns: a total and the parts listed behind it (其中 …, 主要包括 …)
//	figure.go     figures: where in a paragraph a number with a unit stands, and what it is worth
//	numeral.go    Arabic and Chinese numerals
//	prose.go      prose: a paragraph in the form in which it is compared, with the way back to what was printed
//
// # Decisions
//
// A wrong mention is worse than a missing one. A figure needs a unit, and between it and the word that says what is
// counted only words that the data list may stand. Years, dates, document numbers, ordinals, percentages, ranges (3-5次)
// and vague numbers (数十件, 三四次, 十几条) are no figures; neither is what the text says of another year (上年, 同期, 较 …,
// 增加 …), of more or less than a year (2021年以来, 近三年, 上半年; not 今年以来) or of plans (下一步 …). Which year the report is of is not
// known here: package extract drops what is said of a year by its number (2022年收到申请5件).
//
// Numbers are found first, and the data are asked only about the words around each of them; a sentence is looked at
// 80 characters back and 30 ahead. So the work is linear in the text, whatever the text.
//
// 1.2万条 is 12000 条, but 1.2万元 is 1.2 in the unit 万元, as printed. 3 456 and 3,456 are one number; 34 56 is none.
//
// A figure that says two things counts for both: 茌平政务网共主动公开政府信息4237条 is what the site published and what was
// disclosed in all. Behind 其中 a total of the same name is not looked for again: 组织开展培训会3次，其中专题培训会2次 is one
// mention of training.
//
// 未收到政府信息公开申请 and the like are the figure 0 with no unit, but only where nothing but the thing itself is denied, up
// to the end of the clause. 行政复议、行政诉讼0件 is one figure for both together and has a metric of its own.
//
// 因本机关不掌握等原因无法提供265件 counts a part of 无法提供: a result with a reason before it is no total and is left out.
//
// A list of parts is exhaustive if it names its rest (其他 …) or says 分别. If the first parts of a list add up to the total,
// they are the list, and what follows is told by another measure (收到20件，其中网络12件、信函8件，自然人15件 …).
package mention
