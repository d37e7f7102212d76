// Checks a Data Package, its rows, keys and references, and its descriptor against the profile of version 1 and what version 2
// demands (datapackage-2.json): datapackage.js FILE
const { Package } = require('datapackage');
const Ajv = require('ajv');
const fs = require('fs');
const path = require('path');
(async () => {
  const file = process.argv[2];
  const descriptor = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const profile of [
    path.join(path.dirname(require.resolve('datapackage/package.json')), 'src/profiles/data-package.json'),
    path.join(__dirname, 'datapackage-2.json'),
  ]) {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
    const validate = ajv.compile(JSON.parse(fs.readFileSync(profile, 'utf8')));
    if (!validate(descriptor)) {
      throw new Error(path.basename(profile) + ': ' + JSON.stringify(validate.errors, null, 1).slice(0, 2000));
    }
  }
  const pack = await Package.load(descriptor, { basePath: path.dirname(file) });
  if (!pack.valid) throw new Error(pack.errors.map(e => e.message).join('\n'));
  for (const resource of pack.resources) {
    const rows = await resource.read({ relations: true }); // types, required keys, references
    const key = descriptor.resources.find(r => r.name === resource.name).schema.primaryKey || [];
    const names = resource.headers;
    const seen = new Set(rows.map(row => JSON.stringify(key.map(k => {
      const v = row[names.indexOf(k)];
      return v !== null && typeof v === 'object' ? Object.values(v)[0] : v; // a reference is the row it leads to
    }))));
    if (key.length && seen.size !== rows.length) throw new Error(resource.name + ': two rows have the same key');
    console.log(resource.name, rows.length);
  }
  console.log('valid');
})().catch(e => { console.log(e.message, (e.errors || []).map(x => x.message).slice(0, 5)); });
