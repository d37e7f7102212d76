// Package cms reads the list pages of government sites: which entries a page lists, and where the list goes on. A list
// system is a family of sites that deliver lists alike. Systems are pure: they see one page, its address and the request
// that brought it, and name further requests; fetching, guarding against endless lists and deciding which entries are
// reports, and which lists below a list are followed, are others' work.
//
//	cms.go         the interface, and what passes through it
//	systems.go     the table of systems, in the order in which they are asked
//	shell.go       pages that are no list but lead to one: redirects of scripts, addresses in parameters
//	parts.go       lists below a list: years, bodies, frames
//	umbrella.go    an entry that is a page of links to reports
//	continued.go   the further pages of a document that is cut into several
//	selector.go    entries picked by the register: CSS selector or JSON path (jsonpath.go)
//
//	hanweb.go      大汉: what its three systems share
//	jpage.go       records inside the page, then dataproxy.jsp (jpage_store.go, jpage_unit.go: the records, the request)
//	jpaas.go       page/build/unit
//	xxgk.go        search.jsp, and the page a year of xxgk_report.go
//	truecms.go     getMessage.do
//	gkmlpt.go      政府信息公开目录管理平台 of Guangdong
//	nfcms.go       the ordinary sites of Guangdong
//	trs.go         拓尔思, static (trspager.go: its pager's call, which UCAP shares)
//	ucap.go        开普云, static
//	ucapjson.go    开普云, by search service (ucapjsonservice.go: which services)
//	lonsun.go, epoint.go, huilan.go, pccloud.go   龙讯, 新点, 慧点, pc/list.html
//	igs.go         the search back ends of 拓尔思
//	vsb.go, webplus.go, openness.go, fujian.go, hebei.go, aspnet.go   博达, 苏迪, PHP, two provinces, postbacks
//	plain.go       links in HTML: every site that no other system holds
//	pager.go       its further pages: links (pagerscript.go: scripts, buttons; pagercount.go: what is stated)
//
//	request.go     making requests, and reading back what was asked
//	answer.go      JSON answers
//	call.go        a request as a script of the page writes it
//	literal.go     an object as a script of the page writes it
//
// A new system is a file with a type that implements System, a row in the table in front of plain, and two recorded columns
// in testdata/columns. A site that no system fits needs no code: pages and items of its register row.
//
// # Decisions
//
// Recognising:
//   - A sign is in the bytes wherever bytes tell. No recorded page is taken by two systems: contact_test.go asks all of
//     them about every page. Signs that only one family has are asked first.
//   - plain takes every page, so that it found nothing proves nothing: then the outcome is needs_adapter, not empty.
//   - A one-page list of TRS without its pager stays plain's, with the same entries.
//
// Entries:
//   - Systems that read HTML links hand over menus too. What is a report is decided from the title (extract/title); a
//     narrower choice here could only lose some. Systems that read records hand over exactly these.
//   - A title attribute counts before the link's text, which lists cut short. Where an address stands twice, the longest
//     title counts.
//   - Addresses are told apart without their fragments, and the page's own address is no entry.
//   - search.jsp of 大汉 may answer for a whole district: links of other columns are left out if the column has any, and
//     nothing is left out if the address names a body by its credit code.
//
// Further pages:
//   - Of plain lists they must be of the list's host and below the folder of its address; else a pager of a neighbouring
//     column, or a home page served for a wrong address, would be followed. At most 50 are named by one page, the next
//     first.
//   - A number counts as a page only among other pager links, so that footnotes, years and calendars do not.
//   - Whether TRS counts from 0 is read from its pager's call: from 1 if the present page equals the page's number. Without
//     a call both ends are asked; that one of them is missing only says which it is (Request.Guess).
//   - A further page of TRS without any link is a stub and an error, so the list is partial.
//   - One request to dataproxy.jsp names the record and the page on which it stands: servers look at one or the other, and
//     how many records come says which. Encrypted ids are sent as they stand.
//   - Epoint is asked for page 1 first, in the plain form; wrapped parameters, or page 0, only where the answer shows that it
//     was wrong.
//   - Services are asked with the parameters that the page prints, never with those of a search box. Tokens that only a
//     browser could make are not rebuilt.
//   - Postbacks of ASP.NET ask only for the next page, with the state of the page before.
//   - Addresses over 8000 bytes and forms over 512 KiB are not asked for, and JSON that would take much memory is not read: a
//     page of some MiB could have itself copied fifty times.
//   - List.Total and List.Pages are what the page states, believed only beside words of a pager, as 共45条 may also be a
//     sentence. A pager that leads to page 9 states nine pages, and so does a script that is to print one. The crawler compares.
//
// Parts:
//   - A link whose text is only a year leads to a list if its address is a folder or the list's own with another query,
//     else it is an entry: the report of that year. Years before 2004 and after 2035 are calendars.
//   - Lists of bodies are links to folders below the list's own, or on the same registered domain with an address that
//     itself names a column of annual reports. They are looked for on the first page of a list only.
//   - A page that also holds such a script for phones is no shell: a shell has hardly any text.
package cms
