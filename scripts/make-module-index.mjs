// Makes modules/index.ts from the files beside it: every module, and the types that its file exports.
// With --check it only says whether the file is as it would be made.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../modules/', import.meta.url));
const index = `${folder}index.ts`;

// By code units, so that every machine makes the same file.
const byCode = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function names(text, pattern) {
  return [...text.matchAll(pattern)]
    .flatMap(([, list]) => list.split(',').map((name) => name.trim()))
    .filter(Boolean);
}

function exportsOf(file) {
  const text = readFileSync(folder + file, 'utf8');
  const modules = names(text, /^export const (\w+) = define(?:Module|Document)\b/gm);
  if (modules.length === 0) return undefined;
  const types = [
    ...names(text, /^export (?:interface|type) (\w+)\b/gm),
    ...names(text, /^export type \{([^}]*)\} from/gm),
  ];
  const list = [...modules.toSorted(byCode), ...types.toSorted(byCode).map((name) => `type ${name}`)];
  return `export { ${list.join(', ')} } from './${file}';`;
}

// Modules stand in a folder by subject, those of several files in one of their own below it.
const files = readdirSync(folder, { recursive: true })
  .filter((file) => file.includes('/') && file.endsWith('.ts'))
  .toSorted(byCode);
const lines = files.map(exportsOf).filter((line) => line !== undefined);
const text = `// Made by scripts/make-module-index.mjs from the folders beside it; the gate checks it.\n${lines.join('\n')}\n`;

// What the formatter breaks over lines is the same list.
const flat = (source) => source.replaceAll(/\s+/g, ' ').replaceAll(', }', ' }').trim();
const current = readFileSync(index, 'utf8');
if (flat(current) !== flat(text)) {
  if (process.argv.includes('--check')) {
    process.stderr.write('modules/index.ts is out of date: run `npm run index`\n');
    process.exit(1);
  }
  writeFileSync(index, text);
}
