// Package contact finds what a text says of persons who can be reached: names, telephone numbers and e-mail addresses in
// the contact lines that reports print (联系人：张三，电话：0635-4271365), so that a copy of the figures can be given away
// without them. It is pure: text in, text out.
//
//	mask.go   Mask and MaskGrid
//
// # Decisions
//
// A rule that is precise rather than complete: no figure is ever masked, and what is masked is what the text itself calls a
// contact, or what has the shape of a mobile number, a number with its area code, or an e-mail address. A number before a
// unit (12345件, 13800000000元) or with a decimal point is a figure, whatever stands before it. Hotlines of three to six
// digits (12345) are services, not persons.
//
// A name is masked behind a label for one (联系人, 经办人, 填报人 …) and a colon or white space, or in the next cell of a table's row; an
// office there (信息公开科) is none. Not found are names in running sentences (请与张三联系), names of officials in the news that
// a report tells, names in applicants' cases, pictures, and numbers spelled in Chinese. Addresses of offices and postal codes
// stay.
package contact
