import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-imports-'));
  const files = {
    // Writes down the address of every module that is loaded.
    'hooks.mjs': `import { appendFileSync } from 'node:fs';
export const load = (url, context, next) => (appendFileSync('loaded', url + '\\n'), next(url, context));`,
    'register.mjs': `import { appendFileSync } from 'node:fs';
import Module, { register } from 'node:module';
register('./hooks.mjs', import.meta.url);
const { _load: load } = Module;
Module._load = (...args) => (appendFileSync('loaded', '/node_modules/' + args[0] + '/\\n'), load(...args));`,
    'hosts.ts': `import { defineInventory } from 'tsplay';
export default defineInventory({ hosts: { web1: { connection: 'local' } } });`,
    'hosts.yaml': 'hosts:\n  web1: { connection: local }\n',
    'hosts.ini': 'web1 ansible_connection=local\n',
    'site.ts': `import { play } from 'tsplay';
import { command, file } from 'tsplay/modules';
export default play('Test', { hosts: 'all' }, () => {
  const conf = file('/tmp/tsplay-test-conf', { content: 'x' });
  command('reload', { run: ['true'], when: conf.changed });
});`,
    'page.hbs': 'hello\n',
    'page.ts': `import { play } from 'tsplay';
import { template } from 'tsplay/modules';
export default play('Page', { hosts: 'all' }, () => template('/etc/page', { source: 'page.hbs' }));`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The dependencies that a command line imports. */
function imported(...args: readonly string[]): readonly string[] {
  writeFileSync(join(folder, 'loaded'), '');
  const { status, stderr } = spawnSync(process.execPath, ['--import', './register.mjs', main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TS_HOME: join(folder, 'state') },
  });
  expect({ status, stderr }).toEqual({ status: args[0] === 'check' ? 2 : 0, stderr: '' });
  const loaded = readFileSync(join(folder, 'loaded'), 'utf8');
  expect(loaded).toContain('/dist/src/cli/main.js\n');
  return Object.keys(dependencies).filter((name) => loaded.includes(`/node_modules/${name}/`));
}

/** The files of tsplay that it imports, below its folder. */
function own(...args: readonly string[]): readonly string[] {
  imported(...args);
  const here = fileURLToPath(new URL('../../', import.meta.url));
  const loaded = new Set(readFileSync(join(folder, 'loaded'), 'utf8').split('\n'));
  return [...loaded].flatMap((url) => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : '';
    return path.startsWith(`${here}dist/`) ? [path.slice(here.length)] : [];
  });
}
const kilobytes = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + statSync(new URL(`../../${file}`, import.meta.url)).size, 0) / 1000;

const needed = ['@stricli/core'];

it.each([
  ['--version', [], needed],
  ['compile', ['site.ts', '-i', 'hosts.ts'], needed],
  ['compile, with nothing changed', ['site.ts', '-i', 'hosts.ts'], needed],
  ['compile, with an inventory in YAML', ['site.ts', '-i', 'hosts.yaml'], [...needed, 'yaml']],
  ['compile, with an inventory in INI', ['site.ts', '-i', 'hosts.ini'], needed],
  ['compile, with a template', ['page.ts', '-i', 'hosts.ts'], [...needed, 'handlebars']],
  ['check, with a host that is this machine', ['site.ts', '-i', 'hosts.ts'], needed],
])('tsplay %s imports no library that it does not need', (what, args, libraries) => {
  const [command = ''] = what.split(',');
  expect(imported(command, ...args)).toEqual(libraries.toSorted((a, b) => (a < b ? -1 : 1)));
});

// A megabyte of code takes Node a quarter of the time of its own start, and so do thirty files.
it.each([
  ['--version', [], 70, 3],
  ['compile', ['site.ts', '-i', 'hosts.ts'], 450, 9],
  ['check', ['site.ts', '-i', 'hosts.ts'], 600, 17],
])('tsplay %s reads little of tsplay', (command, args, most, files) => {
  // The first time, types are checked.
  if (command !== '--version') own(command, ...args);
  const loaded = own(command, ...args);
  expect({ loaded, isFew: loaded.length <= files }).toEqual({ loaded, isFew: true });
  expect(kilobytes(loaded)).toBeLessThan(most);
});

it('a playbook that uses some modules reads no others', () => {
  own('compile', 'site.ts', '-i', 'hosts.ts');
  const loaded = own('compile', 'site.ts', '-i', 'hosts.ts');
  expect(loaded.filter((file) => file.startsWith('dist/chunks/modules')).toSorted()).toEqual([
    'dist/chunks/modules/files.js',
    'dist/chunks/modules/system/commands.js',
  ]);
  expect(loaded).not.toContain('dist/modules/index.js');
});
