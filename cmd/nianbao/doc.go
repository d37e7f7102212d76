// Command nianbao crawls, archives and reads annual reports on open government information. It only wires: flags,
// files, loops and what people see. The network is crawler's, the reading extract's, the SQL archive's.
//
//	main.go       the process: signals and exit status
//	run.go        the command line: shared flags, the table of commands, logging
//	status.go     exit statuses and the errors that mean them
//	pipeline.go   capture → commit → read → save, for every command that reads captures
//	reader.go     reading documents, each within two minutes; where the engine for PDF is kept compiled
//	unrar.go      archives of RAR are unpacked in a process of their own, within time and memory
//	ocr.go        --ocr: tesseract reads scans and pictures, outside this process
//	open.go       opening an archive to write or to read
//	register.go   reading and choosing sites
//	annotate.go, backup.go, crawl.go, demo.go, diff.go, export.go, extract.go, get.go, history.go, import.go, probe.go,
//	reextract.go, schedule.go, schema.go, sites.go, stats.go, verify.go   one command each
//	import_warc.go the captures in WARC files
//	crawlflags.go the flags that crawl and schedule share
//	room.go       a run waits while the disk is full
//	summary.go    what a run came to: on the terminal, in the log, posted to --notify
//	watch.go      --metrics: /metrics and /healthz
//	demo_site.go  the bundled site; demo/ holds its pages, its register and what in them is real
//	line.go       a reading as a line of JSON
//	visible.go    what would steer a terminal is shown
//	progress.go   a bar on a terminal
//	table.go      columns of text in which Chinese characters count two
//	size.go       sizes on the command line
//
// # Decisions
//
//   - Captures are read as they come, four or what there is after 200 ms, by as many goroutines as there are processors, and saved by
//     32, or what was read in 200 ms, in one transaction, in the order of their numbers. What is read in one does not depend on the
//     others. A crawl without pauses took 40 % more processor time when each was saved alone, and its captures had to wait for as many
//     transactions.
//   - Who reads also unpacks and saves the members of containers, and who saves readings waits for nobody but the writer: when saving
//     unpacked, a container in one batch and a large body in the next waited for each other.
//   - Fetching, reading and compressing overlap: each visit is a goroutine, which also compresses; reading has others; one at a time
//     writes. On two processors an archive says the same as on one, in whatever order the answers come
//     (TestTheOrderOfAnswersChangesNothing names what is excepted).
//   - Two aims of BenchmarkPeers are missed: eight times as fast as Scrapy (it was 0.8 to 2.2 times, while other work kept two
//     processors busy, and took 1 to 1.5 times Scrapy's processor time), and at most 2.5 times the time of bare colly. The second cannot be
//     met by pages with tables: colly fetches a page from loopback in less time than its HTML takes to parse once (0.25 ms
//     of processor time against 0.6), and each is parsed twice, hashed, compressed, and written as some 300 rows.
//   - The garbage collector's pace is Go's own: GOGC=300 takes 166 MB for a crawl in place of 120 and gained nothing that could be
//     measured on a busy machine.
//   - SQLite has a body that it stores or gives in memory twice beside ours. So only one large body at a time is stored, taken out or
//     read (pipeline.large, crawler.Options.Large), garbage of that size goes back to the system at once, and a body may have 48 MiB:
//     with 64 the largest at once from sixteen hosts took 320 MB, with 48 it takes 280. Whoever raises --max-body needs four times that.
//   - reextract tells what changed in the public numbers, saving by saving; a run that goes on after a death tells its own part,
//     so --report adds to a file that is there. Lines follow the commit: a death may cost those of 32 captures.
//   - annotate takes a file or nothing. It reads value_read, which is for the eyes, for one thing: nobody confirms a number
//     that is no longer there. report_id is not read, as spreadsheets round it; the bytes say which report it is.
//   - The reader is one goroutine that asks the archive for unread captures when some were committed. No queue: what
//     a dead run left is found by the same query. Captures that an older version has read are unread to this one, so a
//     crawl with a new version reads them again beside its fetching: one archive never mixes extractors for long.
//   - A capture that cannot be read is saved with its error and counts for exit status 1; it is not tried again by the
//     same extractor. A page's file in a format that this version does not read is noted, and is no failure.
//   - The compiled engine for PDF is kept in the user's cache folder: from run to run it saves four seconds. Where there is no
//     such folder, nothing is kept. Nothing else is written there.
//   - The files in a zip or rar are saved as captures before the container counts as read, and read like any other. Those
//     that cannot be unpacked make the container one that could not be read; its other files are read all the same.
//   - That process is this program again, as the hidden command unpack-rar: no one installs anything. It may take 80 MiB, and
//     looks at that itself before every eight bytes of RAR 3 and 4 (0.3 µs): every two milliseconds was too late on a busy machine (1.1
//     GB). A limit by the system (RLIMIT_DATA) counts 8 MiB for each thread, is not to be had everywhere, and ends Go with a crash.
//     Starting the process takes some 30 ms, once an archive.
//   - An interrupted command ends with status 1: it is not "all done". schedule is there to be ended: 0.
//   - schedule holds the archive's lock only while a run is under way, since people want to import, reextract and crawl one
//     site by hand without stopping a service. A run that finds it locked waits, looking every half minute.
//   - What is due is one run; what falls due meanwhile is the next. A slow site so delays others by a night's hours at most,
//     and no site overlaps itself.
//   - The last visits are asked of the archive before each run, so sites that another command visited are not due.
//   - schedule looks at the clock every minute at least: timers stand still while a machine sleeps.
//   - Counters of --metrics are those of the process, as Prometheus expects; the archive's sizes are read when asked. An
//     address without a host is loopback.
//   - That nobody could be notified is logged and changes no exit status: the run is as it is.
//   - A run waits while the disk is full, or has less free than --min-free; Ctrl-C ends the waiting. What was fetched and
//     could not be stored by then is lost, and fetched again by the next run.
//   - Texts come from sites and files, so standard output and standard error are one writer each that shows controls as \u001b
//     and the like, on a terminal or not: who pages a file sees it on a terminal, too. In JSON that is the same text. get
//     writes bytes past it, the bar its own escapes. Cells of tables stay on their line.
//   - --ocr is a flag of each command that reads documents. What is read without it stays so until reextract --all --ocr;
//     the archive does not note which of the two a run was.
//   - Environment variables are read by the flag parser only (NIANBAO_ARCHIVE, NIANBAO_CONTACT). demo ignores
//     NIANBAO_ARCHIVE, or it would put made-up pages beside real ones.
//   - The demo site prefers a fixed loopback port, so that a second demo meets the same addresses; a free one
//     otherwise.
//   - Should a document bring the extractor down, the panic becomes that document's error: the run goes on, and the next
//     one does not die of the same page.
//   - verify completes an archive whose creation was killed before its schema was there: it holds nothing and is not
//     damaged. Any other file that cannot be opened as an archive is damage to verify (3), wrong usage elsewhere (2), unless
//     the disk fails or is full: that is nobody's usage (1).
//   - export writes to nianbao-FORMAT where --out is not given; an option that the format has no use for is wrong usage.
//     One way to choose: --where NAME=VALUE, a closed list of names. A format is a line in the command's enum, its help,
//     and archive's table of exporters.
//   - import decides by content, not by name, who brings a file in (importing.bring). A dry run opens no archive, so it does
//     not tell what is there already. --site may name a row of the register that no longer holds: what is imported is old.
//     An archive that is being written is passed over where it lies in an imported folder.
//   - Other archives are merged before anything else of an import, and before its run begins: their runs come with them, and a
//     merge closes no run of this process. One that cannot be merged is named, like a file. Of an import with nothing else
//     there is no run.
//   - get, diff and history of something the archive does not hold is wrong usage (2).
//   - diff shows sections sentence by sentence with go-internal/diff, the anchored diff of the Go project: its unified
//     output without the header.
//   - A page that is gone is news, no failure: it is in the visit's detail and counts, and does not change the exit status. A
//     site fallen silent does.
//   - schema takes its examples from the archive; where there is none it crawls the demo site into one it throws away.
//   - Commands that only ask an archive refuse one that does not exist instead of making an empty one.
//   - extract prints the finding's columns that design.md §2 lists, and null wherever a text is empty.
//   - On a terminal a bar stands for the log lines below warnings; with -v there are log lines instead.
package main
