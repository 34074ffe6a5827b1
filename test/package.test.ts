import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

let base = '';
let installed = '';
let files: readonly string[] = [];

/** Runs a program and gives what it printed; throws where it fails. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: join(base, 'home'),
    npm_config_cache: join(base, 'cache'),
    npm_config_offline: 'true',
    npm_config_ignore_scripts: command === 'npm' && args[0] !== 'pack' ? 'true' : 'false',
    npm_config_update_notifier: 'false',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
  };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  expect({ args, status, stderr: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({
    args,
    status: 0,
    stderr: '',
  });
  return stdout;
}

/** Files of the repository, whether they are committed yet or not. */
function sources(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** Copies what the dependencies of the package and theirs are, as an installation from the registry would have them. */
function copyDependencies(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  for (const [path, { dev }] of Object.entries(packages)) {
    // What is for another platform is not there.
    if (path === '' || dev === true || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Linked, which takes a tenth of the time, where that can be: nothing is written to them.
    const [from, to] = [join(root, path), join(folder, path)];
    if (spawnSync('cp', ['-al', from, to]).status !== 0) cpSync(from, to, { recursive: true, force: true });
  }
  const bin = 'node_modules/.bin';
  mkdirSync(join(folder, bin));
  for (const name of readdirSync(join(root, bin))) {
    const target = readlinkSync(join(root, bin, name));
    if (existsSync(join(folder, bin, target))) symlinkSync(target, join(folder, bin, name));
  }
}

// Packed from a copy, so that the build is the one that packing makes, and in nobody's way.
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tsplay-package-')));
  mkdirSync(join(base, 'home'));
  const copy = join(base, 'copy');
  for (const file of sources()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  run(copy, 'npm', 'pack', '--pack-destination', base);
  const [tarball = ''] = readdirSync(base).filter((name) => name.endsWith('.tgz'));
  files = run(base, 'tar', 'tzf', tarball)
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));
  installed = join(base, 'installed');
  mkdirSync(installed);
  writeFileSync(join(installed, 'package.json'), '{"private":true,"type":"module"}');
  copyDependencies(installed);
  run(installed, 'npm', 'install', join(base, tarball));
}, 240_000);
afterAll(() => rmSync(base, { recursive: true, force: true }), 60_000);

const playbook = `import { each, play, v } from 'tsplay';
import { bond, command, file } from 'tsplay/modules';
import { sh, type Step } from 'tsplay/steps';

export const steps: readonly Step[] = [];
export default play('Edge', { hosts: 'all', become: true, vars: v.object({ mtu: v.optional(v.number(), 1500) }) }, ({ vars }) => {
  bond('bond0', { mode: '802.3ad', slaves: ['eth1', 'eth2'], lacpRate: 'fast', mtu: vars.mtu });
  each(['a', 'b'], String, (name) => {
    const conf = file(\`/etc/\${name}.conf\`, { content: name });
    command('reload', { run: sh\`systemctl reload \${name}\`, when: conf.changed });
  });
});
`;

/** A folder with a playbook and an inventory and nothing else. */
function bareFolder(name: string): string {
  const folder = join(base, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'site.ts'), playbook);
  writeFileSync(join(folder, 'inventory.yaml'), 'hosts:\n  web1: {}\n  web2: {}\n');
  return folder;
}

const compileSite = ['compile', 'site.ts', '-i', 'inventory.yaml', '--limit', 'web1'];

describe('the package', () => {
  it('has the built code with its declarations, the shell runtime, documents and examples, and nothing else', () => {
    const expected = sources().flatMap((file) => {
      const declaration = `dist/${file.replace(/\.ts$/, '.d.ts')}`;
      if (/^(?:src|modules)\/.*\.ts$/.test(file)) return [declaration];
      if (/^playbooks\/roles\/.*\.ts$/.test(file)) return [file, declaration];
      if (file.startsWith('src/steps/runtime/')) return [file.replace('src/steps', 'dist/chunks')];
      if (file.startsWith('src/report/page/')) return [file.replace('src/report', 'dist/chunks')];
      return /^(?:docs|playbooks|inventory|templates|skeleton)\/|^(?:README\.md|LICENSE|package\.json)$/.test(
        file,
      )
        ? [file]
        : [];
    });
    const code = files.filter((file) =>
      /^dist\/(?:chunks\/[\w/-]+|.*\/(?:main|index|place|runtime|without-v))\.js$/.test(file),
    );
    const data = ['chunks/runtime/needs', 'modules/index', 'module-docs'].map((name) => `dist/${name}.json`);
    expect(new Set(files)).toEqual(new Set([...expected, ...code, ...data]));
    for (const folder of [
      'docs',
      'playbooks',
      'inventory',
      'templates',
      'skeleton',
      'dist/chunks/runtime',
      'dist/modules',
    ]) {
      expect(files.some((file) => file.startsWith(`${folder}/`))).toBe(true);
    }
    const mapped = code.filter((file) =>
      readFileSync(join(installed, 'node_modules/tsplay', file), 'utf8').includes('sourceMappingURL'),
    );
    expect(mapped).toEqual([]);
  });

  it('declares what it imports', () => {
    const own = join(installed, 'node_modules/tsplay');
    const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const statement = /^(?:(?:import|export)\b[^'";]*? from |import |\} from )["']([^"'.][^"']*)["'];$/gm;
    const called = /\b(?:import|createRequire\([^)]*\))\(["']([^"'.][^"']*)["']\)/g;
    const names = files
      .filter((file) => /\.(?:js|d\.ts)$/.test(file))
      .map((file) => readFileSync(join(own, file), 'utf8'))
      .flatMap((text) => [...text.matchAll(statement), ...text.matchAll(called)].map(([, name = '']) => name))
      // The roles import the package itself.
      .filter((name) => !/^node:|^tsplay(?:\/|$)/.test(name))
      // A part of a package is declared by its name.
      .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    expect(names).toEqual(expect.arrayContaining(['ssh2', 'yaml', 'handlebars']));
    expect([...new Set(names)].filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('exports what it documents, and no file beside that', () => {
    const script = `const names = await Promise.all(['tsplay', 'tsplay/modules', 'tsplay/steps', 'tsplay/roles'].map((name) => import(name)));
const deep = await import('tsplay/dist/src/cli/main.js').catch((error) => error.code);
console.log(JSON.stringify([names.map((one) => ['play', 'bond', 'defineModule', 'uplinkGateway'].filter((name) => name in one)), deep]));`;
    expect(JSON.parse(run(installed, process.execPath, '--input-type=module', '-e', script))).toEqual([
      [['play'], ['bond'], ['defineModule'], ['uplinkGateway']],
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ]);
  });

  it('has declarations without errors', () => {
    writeFileSync(join(installed, 'typed.ts'), playbook);
    // Valibot's name types of the browser.
    const strict = '--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --lib es2023,dom';
    const args = [...strict.split(' '), '--target', 'es2023', '--module', 'nodenext', 'typed.ts'];
    expect(run(installed, 'node_modules/.bin/tsc', ...args)).toBe('');
  });
});

describe('an installed tsplay', () => {
  it('runs in its project', () => {
    for (const name of ['site.ts', 'inventory.yaml'])
      cpSync(join(bareFolder(`from-${name}`), name), join(installed, name));
    expect(run(installed, 'node_modules/.bin/tsplay', '--help')).toContain('Bring hosts to the state');
    const program = run(installed, 'node_modules/.bin/tsplay', ...compileSite);
    expect(program).toContain('systemctl reload');
  });

  it('has examples that work where they stand and where they are copied to', () => {
    const own = join(installed, 'node_modules/tsplay');
    const folder = join(base, 'examples');
    for (const name of ['playbooks', 'inventory', 'templates'])
      cpSync(join(own, name), join(folder, name), { recursive: true });
    const site = ['compile', 'playbooks/site.ts', '-i', 'prod', '--limit', 'lb1'];
    const main = join(own, 'dist/src/cli/main.js');
    expect(run(folder, process.execPath, main, ...site)).toBe(run(own, process.execPath, main, ...site));
  });

  it('makes a project whose types, test and check are well', () => {
    const main = join(installed, 'node_modules/tsplay/dist/src/cli/main.js');
    expect(run(base, process.execPath, main, 'init', 'project')).toContain('site.ts: written\n');
    const folder = join(base, 'project');
    // As an installation from the registry would have it.
    run(base, 'cp', '-al', join(installed, 'node_modules'), join(folder, 'node_modules'));
    const [tarball = ''] = readdirSync(base).filter((name) => name.endsWith('.tgz'));
    run(folder, 'npm', 'install', join(base, tarball));
    expect(run(folder, 'node_modules/.bin/tsc')).toBe('');
    expect(run(folder, 'npm', 'test')).toMatch(/^. fail 0$/m);
    expect(run(folder, 'node_modules/.bin/tsplay', 'doc', 'bond.mode')).toContain("'802.3ad'");
    expect(run(folder, 'node_modules/.bin/tsplay', 'doc', 'tsplay/modules', '--json')).toContain('"bond"');
    // Others would be asked for the password of sudo.
    if (process.getuid?.() !== 0) return;
    const words = ['check', 'site.ts', '-i', 'local'];
    const { status, stdout } = spawnSync(join(folder, 'node_modules/.bin/tsplay'), words, {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^here: would change template\[\/etc\/motd\]$/m);
    expect(status).toBe(2);
  });

  it('runs from a bare folder when it is installed globally', () => {
    const prefix = join(base, 'global');
    run(base, 'npm', 'install', '--global', '--prefix', prefix, join(installed, 'node_modules/tsplay'));
    const folder = bareFolder('bare');
    const tsplay = join(prefix, 'bin/tsplay');
    expect(run(folder, tsplay, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    const program = run(folder, tsplay, ...compileSite);
    expect(program).toContain('systemctl reload');
    // A second time without a check, and with one that finds something.
    expect(run(folder, tsplay, ...compileSite)).toBe(program);
    writeFileSync(join(folder, 'site.ts'), playbook.replace('lacpRate', 'lacpRat'));
    const { status, stderr } = spawnSync(tsplay, compileSite, { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 64,
      stderr: expect.stringContaining("'lacpRat' does not exist") as string,
    });
    expect(readdirSync(folder).toSorted()).toEqual(['.tsplay', 'inventory.yaml', 'site.ts']);
  });
}, 300_000);
