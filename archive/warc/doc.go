// Package warc reads and writes the files of ISO 28500:2017 (WARC 1.1), and reads those of 1.0 that wget, Heritrix,
// Browsertrix and Common Crawl write. It knows nothing of SQL and opens no file.
//
//	record.go    Reader: one record after the other, packed or not
//	exchange.go  Exchanges: request, response, revisit and metadata of one address put together, redirects too
//	http.go      the HTTP messages inside of records
//	digest.go    payload and block digests, as the tools write them
//	writer.go    Writer: records, one gzip member each
//	note.go      Note: what an archive of ours knows besides
//	cdx.go       the index beside a file
//
// # Decisions
//
// A payload is what came after chunking and before any Content-Encoding was undone, as in the archive (RFC 9110 section
// 6.4; WARC 1.1 annex B). Tools that undid more say so by taking the header away; nothing is done twice.
//
// A response is held in memory up to a limit; what is longer is given as cut. A record that is broken ends the file: what
// stood before it is good.
//
// Records of one address in a row belong together, in whatever order a tool writes them. A redirect whose Location is the
// address of the exchange behind it is a hop of that one.
//
// The writer is deterministic: numbers of records are made from what they hold (UUID version 8, RFC 9562 section 5.8).
package warc
