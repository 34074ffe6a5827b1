import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { builds, builtPackage, load } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
afterEach(() => project.remove());

/** A playbook that tells whether the tsplay it imports is the one that runs it. */
const usesTsplay = `
import { play, type Play } from 'tsplay';
import { file } from 'tsplay/modules';
export default play('Test', { hosts: 'all' }, () => { file('/etc/x', { content: '' }); });
export const probe = (running: { play: typeof play }): boolean => running.play === play;
export type { Play };
`;
const sameTsplay = { exports: [{ probe: true }], errors: [], stderr: '' };

function link(target: string, path: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  symlinkSync(target, path);
}

function installTsplay(folder: string): string {
  const root = join(folder, 'node_modules', 'tsplay');
  mkdirSync(root, { recursive: true });
  cpSync(join(builtPackage, 'package.json'), join(root, 'package.json'));
  cpSync(join(builtPackage, 'dist'), join(root, 'dist'), { recursive: true });
  symlinkSync(join(builtPackage, 'node_modules'), join(root, 'node_modules'));
  return root;
}

describe('where tsplay comes from', () => {
  it('is the one that runs, in a bare folder', async () => {
    project = tempProject({ 'site.ts': usesTsplay });
    expect(await load(project.dir, ['site.ts'])).toMatchObject(sameTsplay);
    expect(readFileSync(project.path('.tsplay/.gitignore'), 'utf8')).toBe('*\n');
    expect(existsSync(project.path('node_modules'))).toBe(false);
  });

  it('is the one that runs, in a bare folder with a tsconfig that has paths', async () => {
    project = tempProject({
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "lib": ["es2023"], "paths": { "@/*": ["./lib/*"] } } }',
      'lib/answer.ts': 'export const answer = 42;',
      'site.ts': `${usesTsplay}\nimport { answer } from '@/answer';\nexport { answer };`,
    });
    expect(await load(project.dir, ['site.ts'])).toMatchObject({ exports: [{ probe: true, answer: 42 }] });
  });

  it('is the one that the project links to', async () => {
    project = tempProject({ 'package.json': '{"type":"module"}', 'books/site.ts': usesTsplay });
    link(builtPackage, project.path('node_modules/tsplay'));
    expect(await load(project.dir, ['books/site.ts'])).toMatchObject(sameTsplay);
    expect(existsSync(project.path('.tsplay/build'))).toBe(true);
  });

  it('is the one that the project has installed', async () => {
    project = tempProject({ 'package.json': '{"type":"module"}', 'site.ts': usesTsplay });
    const root = installTsplay(project.dir);
    expect(await load(project.dir, ['site.ts'], { root })).toMatchObject(sameTsplay);
    expect(await load(project.dir, ['site.ts'])).toMatchObject({ exports: [{ probe: false }] });
  });

  it('is found at the root of a workspace', async () => {
    project = tempProject({
      'package.json': '{"workspaces":["packages/*"]}',
      'packages/infra/package.json': '{"name":"infra"}',
      'packages/infra/site.ts': usesTsplay,
    });
    const root = installTsplay(project.dir);
    expect(await load(project.path('packages/infra'), ['site.ts'], { root })).toMatchObject(sameTsplay);
    expect(builds(project.path('packages/infra'))).toHaveLength(1);
  });

  it('is itself, in its own repository', async () => {
    project = tempProject({ 'playbooks/site.ts': usesTsplay });
    cpSync(join(builtPackage, 'package.json'), project.path('package.json'));
    cpSync(join(builtPackage, 'dist'), project.path('dist'), { recursive: true });
    symlinkSync(join(builtPackage, 'node_modules'), project.path('node_modules'));
    const root = project.dir;
    expect(await load(root, ['playbooks/site.ts'], { root })).toMatchObject(sameTsplay);
  });

  it('is the one that runs for a playbook within its package', async () => {
    project = tempProject();
    const root = installTsplay(project.dir);
    project.write({ 'node_modules/tsplay/playbooks/site.ts': usesTsplay });
    expect(await load(project.dir, [join(root, 'playbooks/site.ts')], { root })).toMatchObject(sameTsplay);
  });
});

describe('what a playbook may import', () => {
  it('checks and emits the files of a run together', async () => {
    project = tempProject({
      'site.ts': 'export default 1;',
      'inventory/prod.ts': "import site from '../site.ts';\nexport default site + 1;",
    });
    const result = await load(project.dir, ['site.ts', 'inventory/prod.ts']);
    expect(result.exports).toEqual([{ default: 1 }, { default: 2 }]);
    expect(builds(project.dir)).toHaveLength(1);
  });

  it('takes playbooks for ES modules in a CommonJS project', async () => {
    project = tempProject({
      'package.json': '{"type":"commonjs"}',
      'site.ts': 'export const value = await Promise.resolve(1);',
      'other.mts': "export * from './site.ts';",
    });
    const result = await load(project.dir, ['site.ts', 'other.mts']);
    expect(result.exports).toEqual([{ value: 1 }, { value: 1 }]);
  });

  it('follows what the compiler alone understands: no extension, folders, paths, #names, own name', async () => {
    project = tempProject({
      'package.json': '{"name":"infra","imports":{"#lib/*":"./lib/*.ts"},"exports":{"./*":"./lib/*.ts"}}',
      'base.json': '{"compilerOptions":{"baseUrl":".","paths":{"~/*":["lib/*"]}}}',
      'tsconfig.json':
        '{ // mine\n "extends": "./base.json", "compilerOptions": { "strict": true, "lib": ["es2023"], } }',
      'lib/a.ts': 'export const a = {};',
      'lib/folder/index.ts': "export { a } from '../a';",
      'site.ts': `
import { a as bare } from './lib/a';
import { a as js } from './lib/a.js';
import { a as folder } from './lib/folder';
import { a as alias } from '~/a';
import { a as based } from 'lib/a';
import { a as hash } from '#lib/a';
import { a as own } from 'infra/a';
const { a: later } = await import('~/a');
export const same = [js, folder, alias, based, hash, own, later].map((one) => one === bare);`,
    });
    const result = await load(project.dir, ['site.ts']);
    expect(result).toMatchObject({ errors: [], exports: [{ same: Array(7).fill(true) }] });
  });

  it('follows packages of a workspace that are written in TypeScript', async () => {
    project = tempProject({
      'package.json': '{"workspaces":["packages/*"]}',
      'node_modules/left/package.json':
        '{"type":"module","exports":{"types":"./index.d.ts","default":"./index.js"}}',
      'node_modules/left/index.js': "export const left = 'left';",
      'node_modules/left/index.d.ts': 'export declare const left: string;',
      'packages/tasks/package.json': '{"name":"@acme/tasks","exports":"./src/index.ts"}',
      'packages/tasks/src/index.ts': "export { left } from 'left';",
      'packages/infra/package.json': '{"name":"@acme/infra"}',
      'packages/infra/site.ts': "import { left } from '@acme/tasks';\nexport default left;",
    });
    link(project.path('packages/tasks'), project.path('node_modules/@acme/tasks'));
    const result = await load(project.path('packages/infra'), ['site.ts']);
    expect(result).toMatchObject({ errors: [], exports: [{ default: 'left' }] });
  });

  it('runs JavaScript where it stands, as what its own package says it is', async () => {
    project = tempProject({
      'package.json': '{"type":"commonjs"}',
      'plain.js': "module.exports = { file: __filename, other: require('./other.js') };",
      'other.js': 'module.exports = 7;',
      'typed.mjs': 'export const typed = import.meta.url;',
      'typed.d.mts': 'export declare const typed: string;',
      'site.ts':
        "import plain from './plain.js';\nimport { typed } from './typed.mjs';\nexport { plain, typed };",
    });
    const result = await load(project.dir, ['site.ts']);
    expect(result.exports).toEqual([
      { plain: { file: project.path('plain.js'), other: 7 }, typed: `file://${project.path('typed.mjs')}` },
    ]);
  });

  it('finds the files beside the source', async () => {
    project = tempProject({
      'lib/data.txt': 'hello',
      'lib/site.ts': `#!/usr/bin/env tsplay
import { readFileSync } from 'node:fs';
export const text = readFileSync(new URL('data.txt', import.meta.url), 'utf8');
export const { dirname, filename } = import.meta;`,
    });
    const result = await load(project.dir, ['lib/site.ts']);
    expect(result).toMatchObject({
      errors: [],
      exports: [{ text: 'hello', dirname: project.path('lib'), filename: project.path('lib/site.ts') }],
    });
  });

  it('reads JSON', async () => {
    project = tempProject({
      'data.json': '{"port":25}',
      'site.ts': "import data from './data.json' with { type: 'json' };\nexport default data.port + 1;",
    });
    expect((await load(project.dir, ['site.ts'])).exports).toEqual([{ default: 26 }]);
  });

  it("knows Node's own names where a playbook uses them, unless the tsconfig chooses the types", async () => {
    project = tempProject({ 'site.ts': 'export default typeof process.pid;' });
    link(join(builtPackage, 'node_modules/@types'), project.path('node_modules/@types'));
    expect((await load(project.dir, ['site.ts'])).exports).toEqual([{ default: 'number' }]);
    project.write({ 'tsconfig.json': '{"compilerOptions":{"types":[]}}' });
    expect((await load(project.dir, ['site.ts'])).errors).toMatchObject([{ code: 'type-error' }]);
  });

  it("honours the user's options, but not those by which no code would come out", async () => {
    project = tempProject({
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          noImplicitReturns: true,
          noEmit: true,
          composite: true,
          declarationDir: 'types',
          tsBuildInfoFile: 'info',
          inlineSourceMap: true,
          module: 'commonjs',
          outDir: 'out',
          rootDir: 'src',
        },
        files: ['elsewhere.ts'],
      }),
      'good.ts': 'export default 1;',
      'bad.ts': 'export function f(x: boolean) {\n  if (x) return 1;\n}',
    });
    expect((await load(project.dir, ['good.ts'])).exports).toEqual([{ default: 1 }]);
    expect((await load(project.dir, ['bad.ts'])).errors).toMatchObject([
      { message: expect.stringContaining('TS7030') as string },
    ]);
    expect(existsSync(project.path('out'))).toBe(false);
  });

  it("uses the user's cache where the project cannot be written to", async () => {
    project = tempProject({ 'site.ts': usesTsplay, '.tsplay': 'a file where the folder should be' });
    const env = { XDG_CACHE_HOME: project.path('cache') };
    expect(await load(project.dir, ['site.ts'], { env })).toMatchObject(sameTsplay);
    const kept = readFileSync(join(project.path('cache/tsplay'), '.gitignore'), 'utf8');
    expect(kept).toBe('*\n');
    expect(await load(project.dir, ['site.ts'], { env })).toMatchObject(sameTsplay);
  });
});
