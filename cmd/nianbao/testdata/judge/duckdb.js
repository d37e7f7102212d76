// Runs the statements and queries on standard input {statements, queries} in DuckDB, prints the rows of each query.
const { DuckDBInstance } = require('@duckdb/node-api');
(async () => {
  const { statements, queries } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const s of statements) await connection.run(s);
  const answers = [];
  for (const q of queries) {
    try {
      answers.push((await connection.runAndReadAll(q)).getRowObjectsJson());
    } catch (e) {
      throw new Error(q + '\n' + e.message);
    }
  }
  console.log(JSON.stringify(answers));
})().catch(e => { console.error(e.message); process.exit(1); });
