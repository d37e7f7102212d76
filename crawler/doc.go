// Package crawler is the network room: it alone opens connections. It visits columns of annual reports, honestly and
// slowly, and hands every answer to an Archive, byte for byte, before anything reads it. It knows nothing of SQL or of
// tables of data.
//
//	site.go, register.go, sites.csv  the register: rows of columns to visit, and the built-in one
//	schedule.go                      which sites are due, and when the next is
//	crawl.go                         a run: options, hosts at once
//	recheck.go                       which night a known page is asked again
//	visit.go                         one visit of one site: the lists, then the report pages, listed and no longer listed
//	column.go                        the lists of a column: its own and those below it
//	listing.go                       the walk through the pages of one list, with its guards against endless ones
//	tidy.go                          what a list page is there to hurt with, taken out
//	files.go, filename.go, media.go  what report pages carry: finding, fetching, naming, telling formats
//	probe.go, probe_page.go          a look at a column without keeping anything
//	cms/                             the list systems
//	recorded/                        recorded sites, played over loopback in tests
//	transport.go                     the http.RoundTripper below colly: attempts, retries, redirects
//	scheme.go                        https in place of http, or http of https, where a host answers one only
//	hop.go, cookies.go               a single request, and what servers have us send back
//	outcome.go, tlsfault.go          the judgement on its answer, and the words for it
//	firewall.go, soft404.go, moved.go, glance.go   answers in the place of the page, by a glance at their bytes
//	soft404probe.go, sameness.go     pages and addresses that are the same but for a mark
//	conditional.go, content.go       has it changed? validators and 304; answers that differ in their frame alone
//	bodies.go                        what bodies have in memory, over all hosts of a run
//	host.go, budget.go               pace: one request a budget at a time; who shares a budget
//	retry.go, rest.go, clock.go      Retry-After, back-off within a run and over runs
//	notify.go                        the summary of a run, posted where the user says
//	robots.go, robotsfile.go         robots.txt: its meaning (RFC 9309), and how it is fetched
//	guard.go, address.go             which addresses may be asked, and when two are the same
//	capture.go                       what is recorded
//	encoding.go                      Content-Encoding undone, for reading
//
// # Decisions
//
// What is recorded:
//   - One capture is one attempt: its redirects are inside, a retry is another capture. An attempt that our own end
//     cuts short (Ctrl-C) is none, as the site had no part in it; what had arrived whole is saved even then.
//   - A page that robots.txt refuses gets a capture without a status; so does a redirect into one. Pages that are not
//     asked because their host rests, or because its robots.txt cannot be had, get none: the reason is recorded once, in
//     the capture of the answer that made the host rest.
//   - A run may die between a page and its files. What it asked of a site before is settled, as one thing is done after the
//     other; so only for the last page of each run the archived bytes are looked through again (Unsettled).
//   - An answer that is damaged within its Content-Encoding is truncated, and asked again, like one that the network cut;
//     one that unpacks to more than --max-body is too_large. Neither counts as an answer, or the page would not be asked
//     until --recheck has passed. An encoding that we do not know proves nothing: such a page cannot be read. A page or file
//     without a body is truncated, too, but asked again in the next visit only.
//   - A status other than 2xx is the outcome, however the body ended. A body without length and chunks that ends by an
//     orderly close is whole (RFC 9112 section 6.3); by a reset, or in TLS without close_notify, it is truncated.
//   - Connections are not kept between requests: net/http repeats a request that fails on a reused connection by
//     itself, which would be an attempt without a capture. The pause is reckoned without the time to connect. What it
//     costs without any pause, on loopback: 0.1 to 0.2 ms a page (bare colly, 2,000 pages, with kept connections and
//     without, five times in turn), of several that a page takes in a crawl; so it stays. Of HTTP/2 net/http repeats what a
//     server refuses even then, without end: the second time ends the attempt (wire.again).
//   - An address is what the WHATWG URL standard makes of it, without fragment and credentials (Address). Captures and
//     links use this form, so links.url and captures.url join.
//   - Content-Disposition is decoded before it is parsed: in GB18030 the second byte of a character can be a backslash.
//   - After a switch of scheme the capture has the address that answered; the list's link keeps its own. The archive takes
//     the two for one.
//
// What an answer is:
//   - In this order: a firewall's page, a page of the home page's in place of another, a page that says it is not there. The
//     first 64 KB decide. Markup of a firewall counts only in a page with nothing else in it, its sentences only in a short
//     one, and a 404 is never a firewall's, so that no report on 网站防火墙 is taken for one.
//   - A firewall's answer is never asked again in a run, nothing in it is run or imitated, and its host rests. Cookies that
//     a server sets by header are kept within the visit, as any client does.
//   - A challenge in place of robots.txt defers the host. If the row itself is a home page, nothing in it is moved.
//   - HTML where a file was promised, by its address or by the name that a page gives it, is soft404, and so is a page that does
//     nothing but show a message in a window.
//   - The further pages of a report page that is cut into several are among its files.
//   - A report page that does nothing but send a browser on, by script or meta element, has what is there among its files.
//   - The other scheme is asked only after retries or relaxed TLS have failed, on the ports 80 and 443, never for names
//     that do not resolve, and not for a failure behind a redirect. If neither answers, the first failure stands.
//   - tls says which fault it is. Relaxed is tried only for the faults that it may help with.
//   - Malformed HTTP that net/http does not read (a header line without colon, unequal lengths, another protocol) is an
//     outcome network and is asked once.
//
// Hostile sites (each bound is a constant with its name; what is over it has an outcome and a message):
//   - Every way by which a site names an address ends in the transport: entries, files, pagers, frames, scripts, answers of
//     services, redirects, robots.txt. There scheme, port and length are judged; the IP address is judged when a connection is
//     dialled, after the DNS. Not public is what IANA's registries of special-purpose addresses list, all of IPv6 outside
//     2000::/3, and 6to4 and Teredo, so that no address of IPv4 hides in one of IPv6. A refusal is the outcome network.
//   - Credentials in addresses are dropped where a list is read and where a request is made, before anything is saved, logged
//     or sent. Headers are kept as they came, a Location with credentials too: they are the site's bytes.
//   - Cookies live as long as a visit, none is for a public suffix, and their number and length have bounds.
//   - An answer that unpacks to more than 200 times its bytes (and 1 MiB), or has more than five encodings, is too_large, and so
//     is a redirect with more than 64 KiB of body. Headers may have 256 KiB, robots.txt 500 KiB.
//   - A list page of more than 8 MiB or 200,000 tags is not read, nor is JSON of more than 200,000 objects. Entries have
//     addresses of up to 8000 bytes and titles of up to 1000 characters.
//   - A visit ends after a day, and is partial: a server that answers late but answers cannot hold a run for ever. The next
//     visit goes on, as pages that answered are known.
//   - Of robots.txt 4 MiB are known by heart at a time, over all hosts of a run.
//   - The body of an answer is in memory once: colly, which would copy it, gets none. All bodies of a run together have 8 MiB
//     beyond 256 KiB each, and one of them as much as it needs; who finds no room waits for that, his time for the request stands
//     still. An answer over 128 KiB is packed and parsed while no other is (Options.Large). So sixteen hosts that send the
//     largest body at once take 280 MB, most of it SQLite's copies of one.
//
// Pace:
//   - A host is a host name with its standard ports, or a name with another port; a Crawler is a run. http and https share
//     one budget, robots.txt included. So do all hosts of one registered domain (gov.cn is a public suffix, so x.gov.cn
//     is one), whatever their ports, and all hosts at one public IP address. Hosts are looked up before they are asked first,
//     and the address of each connection counts too; from then on they have one turn and the longest of their pauses. Crawl-delay is
//     the domain's that states it: whoever has a name lead to another's address slows down nobody but itself.
//     Addresses in place of names, loopback and private addresses have no domain and share with nobody.
//   - Retry-After within a run holds for the budget; a rest, a breaker and robots.txt are the host's.
//   - The pause counts from the end of the last answer: the longest of --delay, Crawl-delay (capped at a minute, which is
//     logged) and five times the last answer's time (capped at ten seconds). Delay 0 switches off the first and the last.
//   - A host rests for the rest of the run after a 429 without Retry-After, a Retry-After over a minute, three waits in
//     vain, a firewall's answer (412, 418, 461, 468, 493, 521), or three addresses in a row reset, timed out or answered
//     503, all retries included (the breaker). A single 503 without Retry-After is an answer like others.
//   - Rests outlive the run, in the archive: as long as Retry-After says, up to a week; else for a minute, doubled with each
//     further run in which the host must rest, up to a day, give or take a quarter by the host's name. Until then nothing of
//     the host is asked by any run, and its sites have the outcome that made it rest. A run in which the host answers and
//     need not rest ends that. A rest that is longer than any that is given is a mistake of some clock, and ignored.
//   - TLS faults, names that do not resolve and ports where nobody listens are not asked again within a run.
//   - A row with tls relaxed is asked the strict way first, in each visit, as relaxed settings make some servers hang;
//     the fault is a capture of its own.
//
// Known and unchanged:
//   - Validators are sent with GET to the very address that gave them, of the newest answer with a body. Last-Modified counts
//     only if it was a minute old when it was sent: a server that prints the time of the answer says nothing by it. Weak entity
//     tags count, tags without quotes do not. After thirty days a body is asked for all the same, as caches exist that
//     answer 304 for ever.
//   - A 304 that nobody asked for, that names another tag, or whose bytes the archive cannot give, is recorded as http:304, or
//     as it is, and the address is asked once more without condition. A body behind a 304 is not read (RFC 9110
//     section 15.4.5).
//   - Of a list or a robots.txt that has not changed the archived bytes are read, and a link's list capture is the one that has
//     bytes. Of an unchanged page the files are those it had.
//   - Where the bytes differ, an answer still is unchanged if page.Content (of a list: ListContent; of JSON: all but the
//     fields that tell of the answer) is the same. Both sides are compared by the same code, so no digest of an older version
//     is ever compared with. A file is its bytes, and so is an answer over 8 MiB.
//   - A known page is asked again --recheck after its last answer, and as many nights later as its address says: fewer than
//     --recheck has days. So the pages of a first crawl fall due in as many nights, and none later than twice --recheck.
//
// Schedule:
//   - Due is computed from the archive, never queued, so a restart forgets nothing and whatever was missed is due once.
//   - An entry is about the clocks of its place: Asia/Shanghai, or what CRON_TZ= names. An hour that is left out in spring is
//     the next one, one that comes twice counts the first time: a nightly visit comes once a night. cron's own reading differs.
//   - Jitter is a site's own, in six steps of five minutes (less where an entry comes oftener): few steps, as each run sums up
//     the archive when it ends.
//   - A last visit or answer in the future is that of a clock that was wrong. A visit that the end of its run broke off is
//     none: the site is due at the next start. One that our machine's error ended is one, or the site could keep others waiting.
//
// robots.txt:
//   - 4xx and more redirects than five mean that there is none. 5xx, 429 and every failure of the network defer the
//     origin for the run, with that outcome; so do a file in an encoding that cannot be undone and a 304 that nobody asked for.
//   - Escapes of unreserved characters are undone before comparison, as RFC 9309 section 2.2.2 demands; Google's parser
//     does not, and one of its test cases says so. Its special treatment of index.html is left out: the RFC has none.
//   - Crawl-delay does not end a run of user-agent lines (RFC 9309 section 2.2.4), and holds for those above it. If
//     there are several, the longest counts.
//
// Notify: the address is the user's own and trusted: private addresses will do, robots.txt is not asked, a redirect is not
// followed. Nothing of it but scheme and host is ever in an error.
//
// Lists:
//   - colly walks the links of a visit, one collector each, and nothing else: charset, cookies, redirects, robots.txt,
//     limits, retries and the ledger of what was asked are ours. Its settings from the environment are not read.
//   - Entries are decided on by title, so a list system may hand over menus too. The total that a page states is compared
//     with the entries that have a day beside them or are reports, where most have; else with those that are no menu
//     entries. Stated pages count where no total is stated.
//   - A list below a list is followed if it is a year's, or if this column is one of annual reports and the words of the
//     link are a menu entry (below its folder) or a known body (elsewhere on the registered domain). It is a link with the
//     decision column. Frames are looked into only where a list has no report. At most four steps down.
//   - A redirect by script or a parameter is followed on the same registered domain; another's is named in the detail.
//   - The first list page that fails gives the visit its outcome; a later one, or a list below, makes it partial, and the
//     reports listed so far are fetched. Pages by the row's own template end with a 404 or 410. A column that answered in an
//     earlier run and is missing now is gone.
//   - Where no entry is a report, an address beside the column that cannot exist is asked once: the same answer means
//     soft404. Columns of reports that the page links to are named in the detail, for a person to look at.
//   - Addresses that differ only in a session's mark are one.
//   - A list page that came before ends its list, but for a first page without entries: it may get others by its address.
//   - At most 1000 lists and list pages a visit, 500 lists a page, 200 pages a list, 20,000 entries (500,000 with those that come again), 100
//     files a page; each of these bounds makes the visit
//     partial, or is named, when reached.
//   - Visit.Outcome is about the lists alone: pages and files that failed are counted in Errors, and named in Detail, the
//     first twenty of them.
//   - A page that answered in an earlier run and is missing now (404, 410, soft404, moved) is counted in Gone and named, and
//     is no error. It is asked in every visit until it is back, whatever Options.Recheck says, and so are its files once.
//   - Reports of earlier runs that no list shows any more are asked for like listed ones, after them, if the server answered
//     for the column at all, and if they are on its registered domain: what is removed is removed from the list, too.
//     Those that two runs have missed are asked as seldom as pages that are there.
//   - A probe's own bound on list pages does not make it partial, and plain is never written into a register row, so that a
//     later version can still recognise the site.
//   - A failure of the archive ends a crawl: asking sites for what cannot be kept would be rude.
//
// # Where the time goes
//
// Of what one page of a crawl without pauses costs in processor time (BenchmarkCrawl of cmd/nianbao, profile), this room takes
// 15 %, the archive's part left out:
//
//	7 %  the page's HTML, parsed to find the files that it carries; extract parses it again, later and maybe elsewhere
//	4 %  the request: a connection, headers, the body
//	3 %  is it a firewall's page, or one that says that nothing is there? (glance)
//	2 %  what the archive knows of the address
package crawler
