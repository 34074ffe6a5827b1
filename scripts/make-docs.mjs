// Makes docs/modules from what the build has read of the modules: a page for each, and an index.
// With --check it only says whether the pages are as they would be made. Both need a build of now.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pages, shippedDocs } from '../dist/src/module-docs/index.js';

const folder = fileURLToPath(new URL('../docs/modules/', import.meta.url));
mkdirSync(folder, { recursive: true });

const made = pages(shippedDocs());
const present = new Map(readdirSync(folder).map((name) => [name, readFileSync(folder + name, 'utf8')]));
const changed = [...made].filter(([name, text]) => present.get(name) !== text);
const gone = [...present.keys()].filter((name) => !made.has(name));

if (process.argv.includes('--check')) {
  const names = [...changed.map(([name]) => name), ...gone];
  if (names.length > 0) {
    process.stderr.write(`docs/modules is out of date (${names.join(', ')}): run \`npm run docs\`\n`);
    process.exit(1);
  }
} else {
  for (const [name, text] of changed) writeFileSync(folder + name, text);
  for (const name of gone) rmSync(folder + name);
}
