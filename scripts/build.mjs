// Builds dist/: declarations file by file, the code joined into a few files, the shell runtime and the page of reports
// beside it. Node takes half a millisecond for each file that it imports, and a command line would import a hundred.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is started, imported by playbooks, or imported by the tests of loading as it is built. */
const entries = [
  'src/cli/main',
  'src/index',
  'src/without-v',
  'src/steps/index',
  'modules/index',
  'src/playbook/load/index',
  'src/playbook/place',
];

/** What only scripts and the build itself import: it does not come to what every command line loads. */
const aside = ['src/module-docs/index', 'src/steps/runtime'];

/** What is imported without being asked for, beside that: each command line with a playbook needs it. */
const needed = [
  'src/runner/planning/plan',
  'src/runner/planning/compile-for-host',
  'src/playbook/playbook',
  'src/inventory/load',
];

/** The same, for what runs or checks a playbook, and for the check of types. */
const running = [
  'src/cli/run-playbook',
  'src/cli/reported',
  'src/cli/origin',
  'src/report/plain',
  'src/runner/run',
];
const checking = ['src/playbook/load/check'];

/** The files that are imported together with these; what is imported only when it is needed is not among them. */
function together(files, found = new Set()) {
  for (const file of files) {
    if (found.has(file)) continue;
    found.add(file);
    const imports = readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s(?!type\b)[^;]*?'(\.[^']+)';/gms,
    );
    const all = [...imports].map(([, path]) => resolve(dirname(file), path));
    together(all, found);
  }
  return found;
}

/** What is entered by playbooks, and imports the package by its name, as they do. */
const apart = ['playbooks/roles/index'];

const path = (entry) => `${root}${entry}.ts`;
const start = together([path('src/cli/main')]);
const core = together([...entries, ...needed].map(path));
const run = together(running.map(path));
const check = together(checking.map(path));

/**
 * The name of the file that the code of a source goes to. What every command line needs is one, what those with a
 * playbook need another, and so on; each folder of modules is one more: a playbook waits for those that it uses.
 */
function chunkOf(id) {
  const [, folder] = /\/(modules(?:\/.+)?)\/[^/]+\.ts$/.exec(id.slice(root.length - 1)) ?? [];
  // What starts waits for what it imports meanwhile, which must not wait for it; the others import valibot, or all modules.
  if (['src/cli/main', 'src/index', 'modules/index'].map(path).includes(id)) return null;
  if (folder !== undefined) return folder === 'modules' ? 'core' : folder;
  const all = { start, core, run, check };
  return Object.keys(all).find((name) => all[name].has(id)) ?? null;
}

/** Files that import each other can meet what does not exist yet, by the order in which somebody imports them. */
function refuseCycles(files) {
  const imports = new Map(files.map((file) => [file.fileName, file.imports ?? []]));
  const visit = (file, above) => {
    if (above.includes(file)) throw new Error(`these import each other: ${[...above, file].join(' -> ')}`);
    for (const one of imports.get(file) ?? []) visit(one, [...above, file]);
  };
  for (const file of imports.keys()) visit(file, []);
}

/** For each name that `tsplay/modules` exports, the file with its code and its name there. */
async function whereModulesAre() {
  const load = (file) => import(pathToFileURL(`${root}dist/${file}`).href);
  const chunks = output.map(({ fileName }) => fileName).filter((file) => file.startsWith('chunks/modules'));
  const exported = new Map();
  for (const file of chunks)
    for (const [name, value] of Object.entries(await load(file))) exported.set(value, [file, name]);
  return Object.fromEntries(
    Object.entries(await load('modules/index.js')).map(([name, value]) => {
      if (!exported.has(value)) throw new Error(`no file of its subject exports the module ${name}`);
      return [name, exported.get(value)];
    }),
  );
}

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ['-p', `${root}tsconfig.build.json`, '--emitDeclarationOnly'], {
  stdio: 'inherit',
});
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([...entries, ...apart, ...aside].map((entry) => [entry, `${root}${entry}.ts`])),
  platform: 'node',
  transform: { target: 'es2023' },
  // Dependencies are imported as they are installed; what the roles import as users do is being built here.
  external: (id) => /^[^./]/.test(id) && !/^tsplay(?:\/|$)/.test(id),
  resolve: { alias: { 'tsplay/modules': path('modules/index'), tsplay: path('src/index') } },
  // The code of an entry may stand in the file of others.
  preserveEntrySignatures: 'allow-extension',
  // That a group takes in what would be a file of its own is meant.
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: `${root}dist`,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  codeSplitting: {
    groups: [{ name: chunkOf, debugName: 'by purpose', includeDependenciesRecursively: false }],
  },
  // A short name of a chunk can be that of an export, such as v, and the linter takes the one for the other.
  minifyInternalExports: false,
});
refuseCycles(output);
cpSync(`${root}src/steps/runtime`, `${root}dist/chunks/runtime`, { recursive: true });
const { partsNeeded } = await import(pathToFileURL(`${root}dist/src/steps/runtime.js`).href);
writeFileSync(`${root}dist/chunks/runtime/needs.json`, JSON.stringify(partsNeeded()));
cpSync(`${root}src/report/page`, `${root}dist/chunks/page`, { recursive: true });
chmodSync(`${root}dist/src/cli/main.js`, 0o755);

writeFileSync(`${root}dist/modules/index.json`, JSON.stringify(await whereModulesAre()));

// What `tsplay doc` shows is read from the declarations once, here, so that it takes no compiler.
const { readOwnModules } = await import(pathToFileURL(`${root}dist/src/module-docs/index.js`).href);
writeFileSync(`${root}dist/module-docs.json`, JSON.stringify(readOwnModules()));
