// Package saved makes captures of files that people kept: pages saved in a browser or mirrored, attachments, folders of
// them. It reads the files that it is given and touches neither the network nor the database.
//
//	saved.go    Find: which files there are, and what each is; Set.All: their captures, one after the other
//	walk.go     the walk through folders
//	kind.go     what a file is, by its bytes
//	sidecar.go  what stands beside a file about it
//	address.go  which address a file has
//	capture.go  a file as a capture
//	mhtml.go    the head of an MHTML file
//	warc.go     an exchange of a WARC file as a capture
//	local.go    the files of a page that lie beside it
//
// # Decisions
//
// The address of a file is, in this order: that of its sidecar; for a page the one it states (page.Address), for an
// attachment the one by which a page of the import links to it, if that page has an address; else nih:sha-256;HEX (RFC
// 6920 section 7), which is made of the bytes and says nothing of where they come from. An address is never guessed from
// the names of files and folders.
//
// Templates copy meta elements. If two files of one import, of different bytes, claim one address by what the site wrote
// into them (not by a sidecar or a browser's mark), neither is believed and both go by their bytes: otherwise one body's
// report would become a new version of another's. Over several imports this cannot be told from a page that changed.
//
// Files that a browser puts into NAME_files beside NAME.html have addresses there that no server knows; they go by their
// bytes. Of such a folder only documents count, and pictures that the page shows as its text; they are the page's.
//
// The time of a capture is that of the sidecar, else the file's modification time. One in the future, or before the first
// page of the web was written (1990-12-20), is no time of saving: the time of the import stands in for it.
//
// No status is made up: http_status is NULL. The headers hold the sidecar's Content-Type, and what is known of the import
// under names that no server uses: Import-Source (the file below the PATH that was given, never an absolute path),
// Import-Address-From (sidecar, saved_from, mhtml, meta, canonical, og, page, content), Import-Time-From (sidecar, mhtml, file,
// import) and Import-List-Title.
//
// An MHTML file is a page as it is: address and time stand in its head, and its links are left to those who read it.
//
// Pages come before attachments, each in name order, so that the archive knows whose a file is when it comes.
//
// Hidden files, symbolic links below the PATH, and what is neither page nor document (styles, scripts, pictures that no page
// shows as its text) are passed over. A file that was named itself must be one that can be imported.
package saved
