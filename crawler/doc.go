// Package crawler is the network room: it alone opens connections. It visits columns of annual reports, honestly and
// slowly, and hands every answer to an Archive, byte for byte, before anything reads it. It knows nothing of SQL or of
// tables of data.
//
//	site.go, register.go, sites.csv  the register: rows of columns to visit, and the built-in one
//	schedule.go                      which sites are due
//	crawl.go                         a run: options, hosts at once
//	visit.go                         one visit of one site: the list, then the report pages
//	listing.go                       the walk through list pages, with its guards against endless ones
//	cms/                             the list systems
//	transport.go                     the http.RoundTripper below colly: attempts, retries, redirects
//	hop.go                           a single request and the judgement on its answer
//	host.go, retry.go, clock.go      pace: one request a host at a time, pauses, Retry-After, back-off
//	robots.go, robotsfile.go         robots.txt: its meaning (RFC 9309), and how it is fetched
//	guard.go, address.go             which addresses may be asked, and when two are the same
//	capture.go, outcome.go           what is recorded, and the words for it
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
//   - A status other than 2xx is the outcome, however the body ended. A body without length and chunks that ends by an
//     orderly close is whole (RFC 9112 section 6.3); by a reset, or in TLS without close_notify, it is truncated.
//   - Connections are not kept between requests: net/http repeats a request that fails on a reused connection by
//     itself, which would be an attempt without a capture. The pause is reckoned without the time to connect.
//   - An address is what the WHATWG URL standard makes of it, without fragment and credentials (Address). Captures and
//     links use this form, so links.url and captures.url join.
//   - Content-Encoding br is not undone: nobody sends it unasked to a client that wants identity. Such a page is archived
//     and counts as an error of the visit.
//
// Pace:
//   - A host is a host name with its standard ports, or a name with another port. http and https share one budget,
//     robots.txt included, within a run; a Crawler is a run.
//   - The pause counts from the end of the last answer: the longest of --delay, Crawl-delay (capped at a minute, which is
//     logged) and five times the last answer's time (capped at ten seconds). Delay 0 switches off the first and the last.
//   - A host rests for the rest of the run after a 429 without Retry-After, a Retry-After over a minute, three waits in
//     vain, a firewall's answer (412, 418, 461, 468, 493, 521), or three addresses in a row reset or timed out. A 503
//     without Retry-After is an answer like others.
//   - TLS faults, names that do not resolve and ports where nobody listens are not asked again within a run.
//   - A row with tls relaxed is asked the strict way first, in each visit, as relaxed settings make some servers hang;
//     the fault is a capture of its own.
//
// robots.txt:
//   - 4xx and more redirects than five mean that there is none. 5xx, 429 and every failure of the network defer the
//     origin for the run, with that outcome; so does a file in an encoding that cannot be undone.
//   - Escapes of unreserved characters are undone before comparison, as RFC 9309 section 2.2.2 demands; Google's parser
//     does not, and one of its test cases says so. Its special treatment of index.html is left out: the RFC has none.
//   - Crawl-delay does not end a run of user-agent lines (RFC 9309 section 2.2.4), and holds for those above it. If
//     there are several, the longest counts.
//
// Lists:
//   - colly walks the links of a visit, one collector each, and nothing else: charset, cookies, redirects, robots.txt,
//     limits, retries and the ledger of what was asked are ours. Its settings from the environment are not read.
//   - Entries are decided on by title, so a list system may hand over menus too. The total that a page states is
//     compared with the entries that are no menu entries.
//   - The first list page that fails gives the visit its outcome; a later one makes it partial, and the reports listed so
//     far are fetched. Pages by the row's own template end with a 404 or 410.
//   - Visit.Outcome is about the list alone: report pages that failed are counted in Errors, and named in Detail, the
//     first twenty of them. OutcomeGone is kept for addresses that the archive knows to have vanished.
//   - A failure of the archive ends a crawl: asking sites for what cannot be kept would be rude.
package crawler
