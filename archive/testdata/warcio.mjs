// Prints the records of a WARC file as warcio reads them, a line of JSON each: type, address, status, SHA-256 of payload and block
// (computed here), and the digests that the record states.
import { createReadStream } from "node:fs";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

const [modules, file] = process.argv.slice(2);
const { WARCParser } = await import(pathToFileURL(`${modules}/warcio/dist/index.js`));
const parser = new WARCParser(createReadStream(file), { keepHeadersCase: false, parseHttp: true });
for await (const record of parser) {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of record) {
    hash.update(chunk);
    length += chunk.length;
  }
  console.log(JSON.stringify({
    type: record.warcType, uri: record.warcTargetURI, date: record.warcDate,
    status: record.httpHeaders && record.warcType !== "request" ? record.httpHeaders.statusCode : 0,
    payload: "sha256:" + hash.digest("hex"), length,
    stated: record.warcHeader("WARC-Payload-Digest"), id: record.warcHeader("WARC-Record-ID"),
  }));
}
