// Prints the first row of a query on an archive: better-sqlite3.js FILE QUERY
const db = require('better-sqlite3')(process.argv[2], { readonly: true });
console.log(Object.values(db.prepare(process.argv[3]).get()).join(' '));
