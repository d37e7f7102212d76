// Package page reads from an HTML page what stands around a report: the container of its text, its title, its date of
// publication, its metadata and its links. It knows the habits of government sites, and nothing of tables or forms.
// All functions take a tree of golang.org/x/net/html and leave it as it is. They run in time linear in the page (times
// the logarithm of its length) and without recursion, whatever the page holds.
//
//	flow.go       Text: the page in one piece, each element knowing which part is its own
//	parse.go      Parse: html.Parse with bounds (formatting.go: elements that it would open anew)
//	view.go       View: a page of which several of the following are asked
//	body.go       Body: the container of the text
//	embedded.go   Embedded: a text that the page carries in a script
//	frame.go      Frame, Footer: paragraphs that are the site's and not the document's
//	content.go    Content, ListContent: what two answers must have in common to say the same
//	meta.go       Meta, Column
//	title.go      Title
//	published.go  Published
//	day.go        Day: the first date in a text
//	identity.go   Identify: site code, index number, publisher; ValidCreditCode
//	links.go      Links, and what stands beside them
//	target.go     addresses in href and onclick
//	address.go    Address: where the page says it is from
//	files.go      Files: what a page carries (filelink.go, filejson.go: as links and in scripts; filename.go: their names)
//
// # Decisions
//
//   - Content covers whatever a reader of this project takes from a page, today or with a better extractor: container, all
//     tables, embedded text, title, dates, identity, files. It leaves out text that stands around the container and outside
//     tables, and what is volatile by its form. Counters are told by their words, outside tables, in short lines that are no
//     sentence; so 网站访问量：3200次 in a table or a sentence is a figure. Its cost: a change of the site's frame around the
//     container alone (a menu, a list of news) is no new content.
//   - A tree takes up to a thousand bytes a tag, so Parse counts them first: 64 MiB of <p> would be three gigabytes.
//   - Body would rather be too large than too small: a container that lacks one of the headings or table labels of the
//     official form which the page holds elsewhere is left for its parent.
//   - The labels that count for this are those that no menu prints (本年处理决定数量, 结果维持), so that layout tables with
//     menus do not drive it up to the whole page.
//   - What is left of the site's frame inside the container is told by its words, a paragraph at a time; a paragraph with
//     one word that no button or widget says is the document's. Only what stands behind the document (上一篇) ends it.
//   - Embedded reads any string under a key or variable that systems name the content, in JSON, in JavaScript with any
//     quotes, and JSON inside a string; what else stands in the script it need not understand.
//   - Meta keeps the first value that is not empty; sites print empty ArticleTitle elements from a second template.
//   - A date of publication is one labelled as such. 成文日期, 会议时间 and 索引号 are other things; 更新时间, and meta elements
//     that a system writes anew with the page, count only if nothing else does; addresses are not looked at.
//   - A site code is taken only if footer and meta element name one and the same: copied templates bring foreign ones.
//     What has more digits than ten is none. Of index number and publisher the first that is printed counts, a publisher
//     named by a label before that of a meta element.
//   - A credit code counts only with a right check character. From the address it is taken only of parameters called
//     area, as one in thirty numbers of that length would pass.
//   - A file is what the body links to, or a block beside it that calls itself 附件 or alike and links to no page. Pictures
//     are files only where a page has hardly any text: then they are the document. Blank forms are none.
//   - A link's Near leaves out the link's own words, so that a date in the title is not taken for the list's date.
//   - An address is taken from what the page states as a whole, never made of parts. HTTrack's comment lacks the scheme,
//     so it is none.
//   - Characters outside ASCII in a query are percent-encoded as UTF-8. A browser would use the page's encoding there; no
//     site is known whose list depends on it.
package page
