// Package archive is the SQL room: one SQLite file that holds what the crawler fetched, byte for byte, and what the
// extractor read from it, in relations that people query directly. It never opens a network connection, and nobody
// else writes SQL.
//
// # Files
//
//	archive.go      Open, OpenReader, Close; connections and transactions
//	lock.go         the operating system lock, LockedError
//	disk.go         errors that blame the machine
//	schema.go       migrations, views, what marks the file as ours
//	migrations/     numbered steps of the schema, never edited once released
//	views/          public relations that are views, made anew whenever one of them changes
//	schema.sql      what both come to; a test compares it, UPDATE=1 refreshes it
//	value.go        how times, headers and NULLs are written; helpers to read rows
//
//	blob.go         bodies: digest, compression, self-test
//	template.go     bodies that others are packed against
//	commit.go       one transaction for many captures
//	capture.go      Crawl.SaveCapture and LastAnswer; what an address comes to
//	member.go       SaveMembers: the files in a captured container
//	belated.go      answers that are older than what the archive holds, as imports are
//	crawl.go        runs, the register as used, visits, links
//	whole.go        Crawl.LastWhole, WholeBody: what an address answered last
//	rest.go         Crawl.HostRest, SaveHostRest: hosts that are left alone over runs
//	fingerprint.go  the archive's fingerprint
//	space.go        is there room on the disk? (space_unix.go, space_other.go)
//	backup.go       Backup: a consistent copy
//
//	recover.go      runs that died are closed when the archive is opened
//	silence.go      sites that had reports and list none
//
//	reading.go      Unread, SaveReading and SaveReadings
//	statements.go   prepared statements: of one transaction, and those that outlive it
//	effect.go       what became of reports by saving a reading
//	report.go       which report a document is, and which of its sources speaks for it
//	rows.go         the rows of a report in the public relations
//	series.go       indicators comparable over the forms
//	beside.go       what a report keeps beside it, as it is asked of all reports at once
//	crossyear.go    a report against that of the year before
//	history.go      versions of a report: their cells, and when two of them are compared
//	change.go       what a publisher changed between two versions
//	authority.go    the bodies that publish: where they are, and which names are one body's
//	division.go     the division table
//	annotate.go     Annotate: people's confirmations and corrections come in
//	annotated.go    and are applied where reports are made
//	doubtful.go     the cells that a person should look at
//	export_where.go which reports: year, region, site
//	label.go        what ids mean
//
//	body.go         archived bytes by report, digest or address
//	diff.go         a report's versions and revisions
//	absence.go      an address's captures, and the times in which it was not there
//	query.go        lists for the terminal
//	stats.go        the archive on one screen
//	figures.go      the few numbers that are asked for every few seconds
//	relation.go     the public relations, described from the schema's own comments
//	verify.go       is everything as it was written? verify_references.go: does every reference lead somewhere?
//
//	warc/           reading and writing WARC files
//	guard.go        what is looked at before an archive is asked anything; the schema compared with ours
//	merge.go        Merge: another archive comes in; its bodies, then its rows in one transaction
//	foreign.go      somebody else's archive, to be merged, is opened with more care
//	merge_record.go a row of it, checked
//	merge_capture.go, merge_member.go, merge_address.go, merge_site.go, merge_reading.go   what of it comes in how
//	merge_identity.go   which report each reading is, decided anew
//	fold.go         what an address's captures come to, in the order of time
//
//	saved/          saved pages and attachments as captures, for imports
//
//	export.go       Export: one view of the archive, a folder, files that are complete or not there
//	export_where.go which reports, and what goes with them
//	export_*.go     a format each (export_warc.go: the captures); export_form.go the official tables, export_zip.go ZIP files without times
//	export_contacts.go exports without the persons that texts print as contacts
//	key.go          keys and references of the public relations
//	labels.csv      labels of relations, columns and the words in them
//	QUERIES.md      questions and the queries that answer them; a test of cmd runs them all
//
// # Decisions
//
// Public and internal. design.md section 3 fixes the public relations; their names are plural (or panel, disclosure,
// series, coverage, archive, search). Tables with singular names are internal. applications, disputes, disclosure and
// statistics are tables because people scan them by the million; what joins or computes is a view. No view needs a
// function that stock SQLite does not have.
//
// Types of view columns. SQLite before 3.41 gives an expression in a view no declared type. A scalar subquery has the
// type of its last SELECT's column, so expressions stand as (SELECT expression UNION ALL SELECT text FROM typed), where
// typed is a table that is always empty; within a table, generated columns do the same. search is the one exception: a
// virtual table declares no types.
//
// Bodies are rows of blob by SHA-256, each stored once, one zstd frame each (or raw where that is not smaller), redirect
// bodies included. Every frame is unpacked and compared before it is stored, and hashed again whenever it is read.
//
// Bodies of a host share frame, scripts and menus, and versions of a page nearly all: so a body is packed against the one
// that its address answered before, or against one of up to eight templates of its host, where that halves it; of that one
// the first 64 KiB are the frame's dictionary (blob.base). Chains are at most four long. 2,000 pages of four list systems
// take 2.1 MB so, 8.2 MB as WARC with a gzip member a record, 49.8 MB as they are (BenchmarkSize). A frame has no dictionary
// number, so the zstd command line opens it: zstd -d, with -D and the base's first 64 KiB where it has one; a test does.
//
// Captures are append-only, but for files of containers that a merge joins. What many queries ask of an address (first and
// last answer, current bytes, absence) is kept beside them in address, in the same transaction. Whole answer means: status 2xx, body complete, outcome new, changed
// or unchanged; only these are compared with and count as an answer. Requests differ by address, method and body.
//
// Unchanged in other bytes. A counter or a nonce in a page's frame would store a body each week for ever. So a whole answer
// that the crawler found to have the content of the last one (Capture.SameAs; crawler/content.go says what that is) is
// unchanged: its row has sha256 and bytes of that answer, answer_id leads to it, no body is stored and no version made;
// capture.received keeps the SHA-256 of what came. The cost: the bytes of the frame that came are lost, and headers such as
// Content-Length and ETag are those of the bytes that came. Nothing that was published is lost by that, as every number,
// word, table and file of the document is part of the content; and it is decided anew against the last stored bytes each
// time, so small differences do not add up unseen. A 304 is a row without a body (sha256 NULL).
// Imports are captures with the transport import, by the address and time that are known of them (package saved says how).
// No status is known, so http_status is NULL; a whole answer they are all the same. An answer older than the last one of its
// address is compared with those before and after it in time, moves neither the current answer nor the last sighting, and
// ends no absence that began later; which version of a report is the newest goes by time. Answers of one version between which it
// came are two from then on, as the second brings the bytes back (part). What was imported before is not
// imported again (FindCapture); the site it was filed under stays. An import visits no site: visits, links and the health
// of sites know nothing of it, and the figures of its run are those of its captures.
//
// Merging. What two archives say together is what one would say that had made all their captures. So nothing that is decided
// is copied, where both know a thing: outcomes and answers of an address are made anew from all its captures in the order of
// time (fold, which a test holds against what SaveCapture keeps step by step), reports from all readings. What came first, in
// any decision, is decided by time; numbers only break ties to the millisecond. An address, entry or site that one archive
// knows is as that archive left it, answers that came late included. Captures get the next numbers in the order that they
// had, so that of archives merged in the order of their making each number is that of one whole crawl. A capture is the same as
// another by request, time and bytes as they came; of several such in one archive the first is the first of the other's. A run
// is the same by trigger, start and a capture in common. Register rows are those of the archive that visited the site last.
// Captures between which another archive's came change what they are: an answer unchanged from the one before may bring back
// what it says, after other bytes, and a 304 likewise: it becomes a version with these bytes, though its row tells of a 304.
//
// Merging: which report. It depends on what was filed before: on the reports of the address, on who else has a report for the
// year, on which number is taken. So all that the other archive read is filed once more, with all readings here that share an
// address, a report, or body, year and scope with one of them, directly or by others; the rest could not come out otherwise. The
// order is that in which one archive would have got the captures: when they were fetched, imports when their run began. Numbers
// come out as in one archive, except that a report whose number was not made of the address where its archive found it first (an
// extractor before this one had read another page as that report) keeps it, so that numbers last. Captures that the pipeline has
// yet to read here, as another extractor version read them or with Reread, are filed when they are read, behind all others: no
// archive keeps an order for what is not read.
//
// Merging: the same content. Two answers that follow each other now, and did not in one archive, are compared as the crawler
// compares (crawler.SameContent); what one archive found of two of its own stands. An answer that turns out to repeat the one
// before has its bytes from then on, and received has the digest of those that came; these stay in blob, since a third
// archive may show that something else came in between. Frames that an archive left away are lost: where another content turns out to
// have been between, the version has the bytes that were kept. Bytes that were annotated are not given up for others. Imports
// are compared by their bytes, as SaveCapture does; but where both archives know an address, the order of time holds for them, too,
// while SaveCapture leaves the answers alone that were there before (Imports are captures), but for those that came between others.
//
// Merging: containers. Files of a container that turns out to repeat the one before go: that one has them, or gets them. This is
// the one place where captures are deleted; what referred to them refers to those that stay. visit_end is there so that the
// day on which a list entry was missed first is that of one archive; older archives know it of the last visit only, and the end of
// the run stands for the others.
//
// Merging: how. Bodies are unpacked, hashed and packed anew, in transactions of their own; a death leaves bodies that nothing speaks of yet,
// which the next merge finds. All rows come in one transaction: there is no half-merged archive. Lookup tables are
// temporary ones of SQLite, so that memory does not grow with the archives.
// Readings of the same extractor version are taken over; MergeOptions.Reread takes none, as a reading by itself proves
// nothing. An archive with another extractor version is unread here, until the pipeline reads it.
//
// Somebody else's file. Any archive may be somebody's download, with a folder of files beside it, so that all of them are opened
// alike, with SQLite's advice for files of unknown origin (sqlite.org/security.html; guarded). Before anything is asked: the file
// and what lies beside it are regular files (a log or lock that is a link would be written through, a pipe waited for), and no
// rollback journal names another file, which SQLite 3.40 deletes when it undoes it. Then the schema is compared with what our
// migrations make, to the letter, and for readers with our views: so no trigger, view, generated column, CHECK or virtual table of a
// stranger is ever run, by queries, checks or copies. Plain tables, indexes on them, and views beside ours are left alone.
// This takes some 12 ms (BenchmarkCountry/open=reader) whatever the archive holds, as it reads the schema only. quick_check reads every
// page, a minute and more on 12 GB, so that opening cannot wait for it: backups, merges and verify do it, and a damaged page
// is an error of the query that meets it. An archive of another version, or with its views, is not read but brought up to date
// (ErrOutdated): a view of an older program cannot be told from a stranger's. Open compares views by themselves, not by meta's
// word on them, and makes them anew; it drops all others, as it always did.
// A row's blob is unpacked into the length that the row states, 1 GiB at most, and a frame that states or gives another is
// damage before memory is taken; a reading takes 64 MiB at most, and so does any other row for a reader (limitRows).
// A merge goes further: the whole file is checked, views are never asked, and a connection with limits reads. Extensions cannot be
// loaded: SQLite has load_extension off by default, and the schema may not call it. A file without a log is opened
// immutable: then SQLite makes no files beside it. A rollback journal beside it is refused: undoing it would write the file.
// A slim archive is made of our own statements and the rows of our tables; what somebody added stays behind.
//
// Contacts. An export without contacts masks the columns of one table (masks) on the way out, by package contact; the archive
// is as it was. In a slim one rows are masked while they are copied, so that what is masked is in no free page of the file, and
// the search index is made of what was copied.
//
// Group commit. SaveCapture hands over to one goroutine, which commits whatever has come in while the disk was busy
// with the batch before; it returns after COMMIT with synchronous FULL. It does not heed cancellation: what was fetched
// is kept. Each capture has a savepoint, so that one the database refuses fails alone.
//
// Files. attached says which files a page carries, by the capture that first brought the page's bytes; file has the name
// and format of each that was captured. sources joins them, so that a file nobody can read yet is there, too.
//
// Members. The files in a captured zip or rar are captures of their own, with member_of, so that one that is unread is
// found by the same query, and every number leads to bytes. Their address is the container's with the file's name as
// fragment; no address that was asked has one. They share what becomes of the container: when it was last seen, and that
// it is gone. One that a new container lacks was last seen with the old one. The fingerprint covers them. The container is a source of
// the report that a file in it is; so is every file in a container that the report's page carries.
//
// The url of a report that was read from a file is that of its page which carries the file, if there is one: design.md
// says the page. The bytes are those of the file; sources has its address.
// Versions of a report are the answers of one address in the order of time (fetched_at), not of arrival: imports bring old
// answers late. Bytes that come back are a new version. sources, revisions, past_cells and reports.versions count alike;
// numbers are per address, so that of a file does not depend on that of its page.
//
// Revisions. Each version is compared with the one after it (compared, revision), once one extractor has read both;
// until then, and while it fails on one, what an earlier comparison found stands. All else about a revision (version,
// url, times) the view derives, so it is right after reports were merged or a version turned out to be none. A number is
// one change in its own relation: values are compared in its unit; another spelling is none, nor is a unit that was added
// to the same digits. Number to blank, text or no cell is a revision to NULL; no cell counts only if nothing in that
// relation was left unexplained, as the row may be there under a label we do not know. A whole table that comes or goes
// is a switch to or from a file or picture: past_cells has its numbers, no revision accuses. Neither does anything between
// two media, or in a picture. Of a section the text counts (relation sections, column text), by name, parts of one name
// together; white space, headings, and a text under another name are no change; title and published_on are none either.
//
// past_cells. The cells of a superseded version are kept once for all versions in a row that have the same ones: a page
// that differs only by a counter costs one row of compared a night. A version that no extractor has compared yet has
// the cells of its own reading.
//
// Coverage is a view: nothing is to be kept in step when captures, readings, visits or registers come in whatever order.
// Its due days are check.DueOn once more in SQL, which a test compares for every kind of body; days_late is the finding
// report.late, which does not stand if the report was captured in time. Today is the day of the newest visit, so the
// answer does not depend on the wall clock. missing needs a visit that was ok and had no failed page, begun on a day
// after due_on, of the column where the body's newest report was found; it is unknown as long as an entry listed there
// for that year (or for none) has not been read to its end, or a report of that column names no authority or no year.
// A body that only the register names is expected since the first ok visit of its column. Bodies that were renamed or
// dissolved are expected on, until division table, credit code or a person says what became of them.
//
// Silence. A site's lists that came without a report, where an earlier run found some, are an alarm: visits.detail says
// so, Crawl.Silent names them.
//
// Runs that died have no finished_at; whoever holds the lock knows it, and closes them when it opens the archive: the end
// is the last capture, sites under way get a visit with the outcome partial and the detail "the run died before this
// visit ended", counted from captures and links.
//
// http and https. Some hosts answer one of the two only. An address is taken for the same by either where links, files and
// the time of the last answer are looked up; captures keep what was asked.
//
// A body over 8 MiB is packed by itself, and its self-test compares in pieces, so that it is in memory once.
//
// A full disk. SQLITE_FULL leaves the archive as it was, so IsFull says of an error that the same may be tried again.
//
// Backup is VACUUM INTO: one read transaction that hinders nobody. SQLite's backup interface would begin anew with each write
// of another process. The copy is checked by quick_check before it gets its name; verify hashes its bodies when wanted.
//
// One writer: an flock beside the file, one writing connection. Readers need no lock. The lock file is never removed,
// since two processes could then lock two different files of that name.
//
// A disk that fails or is full (DiskFailed) is no word on the data: what could not be written is not there, and nothing is
// noted of it that would keep the next run from doing it.
//
// The schema is made in one transaction with application_id and user_version: a death before leaves an empty database,
// which Open completes. Open looks at a file before it writes to it, and leaves strangers' databases alone.
//
// Readings. Each capture that was read keeps the extractor's whole result, compressed, in reading; a report's rows are
// made from the one reading that speaks for it. So another version or source can take over without reading anything
// again, and the public relations hold each number once. Of each address the newest version that is a report counts; of
// several addresses the one with most numbers, among equals the one that was archived first; but where a site is registered for
// the very authority and has the report complete, no other site speaks for it, or whoever poses as an authority could change its
// figures by printing zeros for its blanks; where its own has less, the richer one is read as design.md wants it. Numbers in
// which another source differs are the finding sources_disagree; a file that is damaged, encrypted or over a limit is the note
// source_unreadable.
//
// Saving is done for several readings in one transaction (SaveReadings), each statement prepared once for as long as the
// archive is open, cells 32 rows a statement, and all texts with one at the end, since FTS5 writes its index out with every
// statement that could be undone alone. No context reaches the statements: one that can end costs a goroutine for each. There are no savepoints; where one
// reading is at fault, each is saved alone once more. Foreign keys are looked at by each statement: to defer
// them takes a pragma, and a pragma undoes every statement that is prepared. So the row of a new report is made before its
// reading, and that of a new authority before its report (announce, ensureAuthority); what they say is filled in after. What
// SQLite would give back of the cells that were just written is made in memory (asStored), for series and the checks
// across years; verify compares the wide relations with the cells, which make them no more in SQL.
//
// Where the time goes. Of what one page of a crawl costs in processor time (BenchmarkCrawl of cmd/nianbao, profile; the pages
// have 200 cells and a dozen sections and figures each), 10 ms, this room takes 47 %:
//
//	31 %  SaveReadings with the writer, of which
//	         9 %  cells and the wide relations: 200 rows
//	         4 %  COMMIT: the pages of the b-trees, the full text index, synchronous writes
//	         4 %  series: 40 rows, each elsewhere in its b-tree
//	         4 %  authorities, and the year before
//	         2 %  texts
//	         the rest is 30 short statements
//	 5 %  the readings as JSON, compressed, by all processors before the writer is taken
//	 4 %  bodies: SHA-256, compression against a template, the self-test
//	 6 %  the transactions of captures
//	 1 %  unread captures: found, and unpacked
//
// The writer is what a crawl of one host waits for: design's rule that what was fetched is kept, whatever dies, makes a capture
// durable before the next request, and while readings are saved none can be. So its work, and not the processors, bounds a
// single column; columns of several hosts share its transactions.
//
// What was removed: a transaction for each reading, as the reader was woken by each capture (cmd/nianbao saves 32 together);
// statements prepared anew in each transaction (14 %) and for each lookup; cells read back three times (11 %); nine DELETEs
// for a report that is new; templates unpacked from the archive for each body, and a decoder made for each; the plain
// compression of bodies that a template holds nearly whole (packedSmall); a cache of 2 MB for the writing connection; packing
// readings while nobody else could write; the kept columns of a report made twice; cells in another order than their key's.
//
// Annotations. Each is keyed by the bytes the person looked at, its cell, and nothing of ours: not by report, reading or
// extractor. They are applied where a report's rows are made, so whatever makes them anew applies them; crawl and
// reextract never write them. misread and confirmed override the cell: both have the number that the person saw printed, since
// confirmed must not confirm what a later extractor reads. State checked; note says who, when, and what the extractor read;
// raw is as it was read. What was remarked about reading the cell is settled, and the rules about numbers, those across years
// included, judge anew. Untouched are the extractor's own reading, which source speaks for a report, completeness,
// mentions, revisions and past_cells. They apply while the report is read from those bytes: else annotations.sha256 <>
// reports.sha256, and they are stale, until the bytes come back. source_error, and confirmed of a whole report, are kept and
// change nothing.
//
// not_a_report is of bytes, too: their captures are no source of a report then (not_report annotated; captures and links say
// so), while the reading is kept, so that retract brings all back. Another source, or an older version with other bytes, keeps
// the report, as it would if the page had changed into something else.
//
// same_authority links two bodies as a credit code does, but may link bodies of different types. It holds while the bytes are
// a version of some report, newest or not: what a body is called does not hang on a counter in a page. Two bodies with a
// report for one year are refused; should such a report come later, the link is gone, and with it its chain.
//
// A verify asks a connection of its own for SQLite's integrity check: FTS5's part of it goes by what a connection has cached.
// That part does not compare an index with the texts of another table; searchIndex does.
//
// Where an authority is, extract/division decides: the register's region first, else the site's code (of a file that names
// none: that of the page which carries it), else a name that begins with its province; else nobody, and the site takes the
// division's place in its identity. A report has the code that was in force at the end of its year, and the names of that
// time. A change of the division table takes effect on a report when it is read next; the relation divisions follows at
// once.
//
// Authorities. A body is a name in a division: the SHA-256 of the first code and name that the division had and of the
// name without its division (聊城市茌平区水利局, 茌平区水利局 and 茌平县水利局 of 2018 are one body). It is anchored at the beginning of
// the division's history, as the future can only add to its end. Names that are printed with one credit code are one
// authority, which has the lowest number of its bodies: a function of the set of reports, so no order of arrival changes
// it. A code counts only if the page names no publisher or the author as such; it links nothing if two bodies have it in
// one year, if one is a government, its office, a township or a zone and the other is of another type, or if more than
// six have it: then it is that of the office which runs the site. What contradicts a link takes it away, from the whole
// chain. As linked names never have a report for the same year, which report a document is does not depend on links.
// Name, type, level and codes of an authority are those of its newest report.
//
// Same report: same authority in the same division (unknown: at the same site), same year, same scope. Else the same
// address, unless it says another year: columns exist that show every year's report at one address; the number of the
// second is then made from address and year. A document that names no authority or no year is a report by its address
// alone. Two reports that turn out to be one become the one with the older capture.
//
// A page that was a report and is now something else leaves the report as it was: what was published stays published,
// last_seen_at of its address goes on, and captures tells the rest. A report of which no reading is left (a better
// extractor found that it is none) is removed from the relations; its captures stay.
//
// A failed reading is our fault, not the document's: it is noted in reading.error, the same extractor is not asked
// again, and what an earlier one read stays.
//
// Findings across years belong to the later report and are made anew in the same transaction whenever the rows of either
// report change, come or go; the two are found by authority, scope and year, so they follow a report that a better
// extractor files elsewhere.
//
// Keys (reports.key) follow the identity, so they change when a better extractor reads another year; report_id does not.
//
// A change of a site's region in the register takes effect on a report when it is read next.
//
// Counts. A number that is no whole number has no place in a column of counts: NULL there, the number in cells, and the
// finding not_whole.
//
// An address is gone when two runs in a row missed it (404, 410, a page that says so, the reader sent home), from the
// first miss; a whole answer ends that. Absences that ended are in captures; History lists them. Answers older than the
// last whole one, which imports bring, change nothing of that. A missed page is asked in every visit until it is back,
// and so is, when due, a report that its list no longer shows. A link
// is gone when a complete visit no longer lists it.
//
// The fingerprint is made when a run finishes or the archive is closed, since it reads all captures; after a death it
// covers fewer captures than there are, until the next run ends. Verify compares it only when it covers all.
//
// Series. indicator has a row per report and indicator, made from the report's cells by form.Series; the view series adds
// what the report says of itself, so no report's facts are there twice. The crosswalk's digest is in meta: another
// crosswalk, or an archive older than series, has all rows made anew when it is opened for writing. Whoever changes cells
// calls writeSeries. panel keeps to what total columns print; where a total is blank, series adds up the row, and says so
// in basis. A sum leaves blanks out, but not cells that the document lacks or that print no number: then there is none.
//
// Labels. Rows and columns of forms, indicators, metrics and rules come from extract; labels.csv adds the rest: relations
// and columns by their names, words in columns with the column as parent, of "blocked:412" the part before the colon.
// sections.section is also a heading verbatim, which is its own label.
//
// Exports. They are made from one read transaction, ordered by key (key.go), or by all columns where there is none, and
// carry no time of their own: same archive, same bytes. CSV: an empty field is NULL, an empty text "". For spreadsheets
// ids go as text, since they have 16 digits and a spreadsheet keeps 15. search is in no export, sections has its texts. A
// choice of reports takes what these refer to; references that may lead out of it (superseded_by, other_report_id) are
// not declared in a datapackage then. Unfinished files are in a folder .nianbao-export-… inside the target, the same
// file system; a killed export leaves it there. excelize sets no order of ZIP entries: sortedZip does.
//
// A slim archive (meta.slim) keeps blob's rows without their data and readings without their results, so that all public
// relations answer as in the whole one. Open refuses it: nothing could be read again from it.
//
// # A million reports
//
// Layout and indexes are chosen by an archive of 1,012,192 reports, made up (country_test.go): counties of the division table,
// 22 bodies each, 2008 to 2025, forms by year, each row as the real path writes it. The figures stand in README under
// "A million reports"; BenchmarkCountry measures them, TestCountry holds for a small one that no query of the cookbook looks
// through a table that it need not.
//
// What such an archive pays for is pages: a look-up at a random place reads one or two, at 1 to 10 µs each, and SQLite's own
// cache of 2 MB holds none of them for the next. So what is asked of many reports is to stand together, or to be asked in the
// order in which it stands; the shell's .stats on ("Page cache misses") says what a query reads, on a busy machine too.
//
// What is asked of all reports at once stands in one row each: panel's numbers, contradictions, doubts, first_on and gone_at
// are columns of report (beside.go, view kept), so that panel is a scan of one table. As a view over applications, disputes and
// disclosure it was some twenty look-ups a report and mention of a column. verify makes them again and compares.
//
// reports joins nothing. Address, capture and reading are looked up by subqueries, so a query pays for the columns it names;
// as joins, every sum over reports.year paid for all three.
//
// applications are kept by item, then report: people ask for one item of all reports. The index by report is for one report.
// cell is kept by report, and has no index by field: it is the largest table, and a query over one field of all reports
// should ask applications, disclosure or series. Of the reports of a year, the fields of one column are looked up (field_column):
// by that small index query 19 takes a third of the steps.
// It adds up by report first, in the order in which cells stand, so that nothing is sorted: 1.1 s of processor time in place of 1.7.
//
// What is kept by item has a place of its own for each of a report's rows, some seventy pages, which an empty archive has in three. So
// a report costs twice as much to add to a million as to nothing (compareAdding): 2.1 ms more for COMMIT, which writes these pages, 0.7
// for indicator, 0.6 for applications; a larger cache changes none of it (16 to 256 MB tried). By report alone it would be near
// that of an empty archive, and every sum over all reports of one item would read the whole table.
//
// An indicator names the way it is stated (measured) by number: 30 bytes a row with its index, in place of 130.
//
// report is indexed by year alone, so that the reports of a year come in the order of their numbers, in which cell, passage and
// series have them: with the province behind the year, query 19 read 249,000 pages, now 179,000. report_authority holds what coverage
// asks of other reports of the same year, so no row is looked up for it (query 25: 1,490,000 pages, now next to none). link_year
// has a site's entries by the year in their titles. Partial indexes hold what is rare: contradictions, late reports, reports that
// are gone; one of what is frequent tempts SQLite: with one of the readings that are reports, coverage of a year by state read a
// quarter less, and query 13 began with all readings and took minutes.
//
// SQLite knows no figures of the tables (there is no ANALYZE), so a query that asks for a third of all reports by an index looks
// up each; the cookbook says so where it writes +year. A view does not name an index to be used where a query could come
// from another side: with INDEXED BY or CROSS JOIN in series, one query gained a second and others lost minutes.
//
// Bytes a report: cell 2,520, indicator 480 and its index 430, statistics 460, applications 420 and their index 340, report 410 and
// its indexes 220, disclosure 320, disputes 45: 5.7 kB, or 5.7 GB a million. Beside it search 6,800, findings 330 and their indexes
// 80, mentions 90, link_year 150, and, of 3,793 reports: tables 21,000 (the million has them of a twentieth of its reports), reading
// 6,700, passage 4,900, capture 730.
//
// All relations that have a report_id find one report by indexes, in SQLite 3.40 too (a test asks its query plans), but for
// coverage and links.
//
// To keep applications by item and indicator by indicator costs whoever adds: a report of 2021 touches some seventy pages of a
// large archive, and a few of an empty one. That is why adding costs more there; kept by report it would not, and sums over all
// reports would take several times as long. An archive within memory (60,000 reports) took 1.8 times as long as an empty one.
//
// search is ranked among a first thousand places, and not by bm25, which counts all places of a word before it ranks one. A full
// text index that was filled with merging off (automerge 0) owes its merges, and the next who adds pays them at once: fill it, then
// merge it.
//
// # Past one machine
//
// A plan, without code yet: what changes when several machines crawl into one archive, and what stays. One machine reads
// a report in milliseconds, so what needs several is waiting: a host gets a request a second, and ten thousand hosts are
// ten thousand independent waits. A single process holds some hundreds of them; more crawlers, in more networks, is what
// the plan is for. Until then the way is another: each machine has its own archive and register, and Merge brings them
// together; it needs nothing of this.
//
// What is claimed. Sites, and with them hosts; nothing smaller. A visit (a row of visits: site × run) is the unit of
// work: it decides what its links became, what is gone, and what is missing, so it cannot be cut in two. Two claims are
// needed, and both are leases with an end, as a dead machine gives nothing back:
//
//   - a visit by (site, due time): today the lock beside the file stands for it, and LastVisits says what is due;
//   - a host (more exactly crawler's pacing group: registered domain, or public address) by name, as politeness is per
//     host and not per site: the row of host_rest gets an owner and a lease. Who claims a site without its host waits.
//
// Captures are not claimed: they are append-only facts, known by request, time and bytes, as merging knows them already.
// Readings are not claimed either. What is unread is a query (capture LEFT JOIN reading on the extractor's version); two
// machines that read one capture come to the same, as extract is pure, and SaveReadings replaces. To spare double work, a
// reader takes captures by SELECT … FOR UPDATE SKIP LOCKED in its transaction, and a death gives them back by itself.
//
// Where the queue sits. In cmd/nianbao, between schedule and crawl, where schedule.go's loop calls crawl now; no room
// learns of it. River (riverqueue/river) fits, as its jobs are rows of the same database: a job is inserted in the
// transaction that makes it due, and seen only if that commits.
//
//   - Job visit{site, due}: unique by its arguments, so a site is queued once for a due time whoever asks; its cron entry
//     is the register's, and River's periodic jobs run on one elected machine. Its work is crawler's visit of one site. If
//     its host rests or is claimed, it snoozes until host_rest.until: no attempt is used up. A site's outcome (blocked,
//     timeout …) is a result and completes the job; only our own error is retried. So the three kinds of bad news stay
//     three.
//   - Job read{extractor}: unique; works through what is unread until nothing is. The queue only wakes readers; what there is to
//     read remains a query, and a lost job loses nothing, as the next visit inserts another.
//   - Jobs are done at least once, and River gives a dead worker's job to another after a time that must be longer than the
//     longest visit. Everything a visit writes is safe to write twice (SaveLinks, SaveVisit and SaveFiles replace; a
//     capture too many is one exchange more).
//
// What PostgreSQL takes over. Everything that is written while crawling and reading; this package's methods stay as they
// are, since crawler.Archive and cmd ask for nothing of SQLite. In detail:
//
//   - crawls, visits, sites, link, named, host_rest: as they are. crawl_id of visits becomes that of the night, in which
//     all machines share; a visit gets the machine and the lease. recoverRuns closes the visits whose lease has run out, not
//     all that are open: "whoever holds the lock knows that nobody is running them" no longer holds.
//   - capture, address, file, attached: capture_id from a sequence, not max + 1. That numbers rise in time is relied on
//     nowhere but as the last tie-break (fetched_at decides); Unread's "after" is, so a reader pages by (fetched_at, capture_id).
//     What address keeps (answer_id, missed_at, gone_at) is made in a transaction that locks its row: two machines never ask one
//     address at a time, as they claim hosts, but imports and http/https twins do.
//   - blob: by digest, INSERT … ON CONFLICT DO NOTHING. Bodies are the bulk and need no transaction: they go to an object
//     store under their SHA-256 before the capture's row commits, so bytes are still first; templates (blob.base) stay
//     within a host and so within its claim.
//   - reading, report and all made from it: settle locks the report's identity (body, year, scope) by advisory lock, as two
//     captures may become one report; authorities likewise, by body. The group commit, prepared statements and the deferred
//     writing of texts (statements.go) are SQLite's; COPY takes their place.
//   - search: trigrams by pg_trgm or a bigram index; the query language of MATCH is SQLite's and would be for the file only.
//
// What stays SQLite: the file that people get. The public relations are built as a file each night from PostgreSQL (an export
// like slim, or with bodies), with the same names, the same fingerprint (it sorts by bytes, and knows no numbers) and the
// same cookbook; Merge proves it: a file so made and one crawled alone must merge without a difference. extract does not
// change at all, crawler gets its host claims through the interface it has for resting hosts (HostRest, SaveHostRest).
//
// In which order: (1) host claims in SQLite, still one machine, as crawl and schedule must not overlap on a host; (2) a visit as
// a job, River on SQLite or in memory, still one process; (3) PostgreSQL behind this package's methods, its tests run on both;
// (4) the second machine.
package archive
