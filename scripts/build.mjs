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
  'src/steps/index',
  'modules/index',
  'src/playbook/load/index',
  'src/playbook/place',
];

/** What only scripts and the build itself import: it does not come to what every command line loads. */
const aside = ['src/module-docs/index'];

/** What is imported without being asked for, beside that: each command line with a playbook needs it. */
const needed = [
  'src/runner/planning/plan',
  'src/runner/planning/compile-for-host',
  'src/playbook/playbook',
  'src/inventory/load',
];

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

/** What imports the package by its name, as users do. */
const apart = ['playbooks/roles/index'];

const core = together([...entries, ...needed].map((file) => `${root}${file}.ts`));

/** One file for these, and another one for all modules. */
const groups = [
  // What starts waits for what it imports meanwhile, which must not wait for it.
  { name: 'core', test: (id) => core.has(id) && !/\/modules\/|\/cli\/main\.ts$/.test(id) },
  { name: 'modules', test: /\/modules\// },
];

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ['-p', `${root}tsconfig.build.json`, '--emitDeclarationOnly'], {
  stdio: 'inherit',
});
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([...entries, ...apart, ...aside].map((entry) => [entry, `${root}${entry}.ts`])),
  platform: 'node',
  transform: { target: 'es2023' },
  // Dependencies are imported as they are installed.
  external: /^[^./]/,
  // That a group takes in what would be a file of its own is meant.
  checks: { ineffectiveDynamicImport: false },
});
await bundle.write({
  dir: `${root}dist`,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  codeSplitting: { groups },
  // A short name of a chunk can be that of an export, such as v, and the linter takes the one for the other.
  minifyInternalExports: false,
});
cpSync(`${root}src/steps/runtime`, `${root}dist/chunks/runtime`, { recursive: true });
cpSync(`${root}src/report/page`, `${root}dist/chunks/page`, { recursive: true });
chmodSync(`${root}dist/src/cli/main.js`, 0o755);

// What `tsplay doc` shows is read from the declarations once, here, so that it takes no compiler.
const { readOwnModules } = await import(pathToFileURL(`${root}dist/src/module-docs/index.js`).href);
writeFileSync(`${root}dist/module-docs.json`, JSON.stringify(readOwnModules()));
