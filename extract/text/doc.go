// Package text turns bytes into characters and characters into what can be compared: it is the leaf under every other
// package that reads documents, and imports nothing of this project.
//
//   - decode.go: Decode, from bytes to text, and which encoding it was
//   - declared.go: the encodings that a header, a meta element or an XML declaration names
//   - gb18030.go: when bytes are well-formed GB18030, and the codes that x/text does not decode
//   - fold.go: Fold, text for display, and Normal, the form in which labels are compared
//   - simplify.go: Simplify, traditional characters of titles and labels in simplified form
//   - value.go: Value, what a table cell prints
//   - parse.go: ParseValue, from the text of a cell to its Value; Joined, the number that white space may have cut
//
// # Decisions
//
//   - The order of Decode is BOM; valid UTF-8; header, then meta, if the bytes decode cleanly; GB18030; else the
//     declaration with a doubt. gb2312, gbk and their aliases are read as GB18030, which contains them.
//   - A byte of 0x80 or 0xFF is never clean GB18030, though the WHATWG decoder reads 0x80 as the euro sign: in real
//     pages such bytes mean that the guess is wrong.
//   - A declared single-byte encoding (iso-8859-1, windows-1252) decodes any bytes, so it proves nothing: servers
//     send it by default over GBK pages. It is taken, with a doubt, only where neither UTF-8 nor GB18030 comes near.
//     Likewise a declared utf-16 needs a NUL byte, without which no markup is UTF-16.
//   - A body that is clean in no encoding is read in the one that leaves the fewest places undecoded, of those
//     declared, UTF-8 and GB18030: one broken byte must not turn a whole GBK page under a utf-8 header into rubbish.
//   - Bytes that are UTF-8 but for a few places (a title cut inside a character by the publishing system) are UTF-8
//     with a doubt, even where GB18030 could decode them: well-formed three-byte sequences do not come about by
//     chance.
//   - The tail of a body that was cut inside a character is left out without a doubt: that the body was cut is the
//     capture's outcome.
//   - The meta prescan reads 4,096 bytes where WHATWG reads 1,024: portals print long heads. An XML declaration counts
//     as meta.
//   - Codes that GBK left without a character decode as in GB18030-2022, or to the private-use code points that the
//     standard gives them: a page that uses one is no less GB18030 for it. x/text leaves all of them undecoded.
//   - Normal keeps 、 , ; : and . apart, and keeps 《》: they tell numbering systems and titles of regulations apart,
//     which aliases of labels can unite and nothing could separate again.
//   - ParseValue never guesses: where a cell has two readings (digits on two lines, 12 in front of 34, 1,23, a
//     bracketed number, more than 15 significant digits, which spreadsheets cannot hold) it is StateText, and the
//     reader of the form reports it. Leading zeros do not change a number: 007 is 7 and 00 is 0. Digits are ASCII or
//     full-width; ² and ① are footnotes and never digits. Multiples such as 万件 and 千元, and %, are text.
package text
