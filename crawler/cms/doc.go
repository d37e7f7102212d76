// Package cms reads the list pages of government sites: which entries a page lists, and where the list goes on. A list
// system is a family of sites that deliver lists alike. Systems are pure: they see one page and its address and name
// further requests; fetching, guarding against endless lists and deciding which entries are reports are others' work.
//
//	cms.go       the interface, and what passes through it
//	systems.go   the table of systems, in the order in which they are asked
//	plain.go     links in HTML: every site that no other system holds
//	selector.go  links picked by a CSS selector of the register
//	pager.go     next-page links and numbered pages
//
// A new system is a file with a type that implements System, and a row in the table in front of plain.
//
// # Decisions
//
//   - The plain system takes every link that has a title for an entry, menus included. What is a report is decided from
//     the title (extract/title); a narrower choice here could only lose some.
//   - A title attribute counts before the link's text, which lists cut short. Where an address stands twice, the longest
//     title counts.
//   - Addresses are told apart without their fragments, and the page's own address is no entry.
//   - Further pages must be of the list's host and below the folder of its address; else a pager of a neighbouring column,
//     or a home page served for a wrong address, would be followed. At most 50 are named by one page, the next first.
//   - A number counts as a page only among other pager links, so that footnotes, years and calendars do not.
//   - A link whose text is only a year leads to a further list if its address is a folder or the list's own with another
//     query (year archives replace pagers), else it is an entry: the report of that year.
//   - List.Total is believed only if it stands beside a count of pages (共3页 45条), as 共45条 may also be a sentence.
package cms
