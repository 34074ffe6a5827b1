import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { ownSource } from '../../src/cli/init/own-source.ts';
import { packageName, projectFiles } from '../../src/cli/init/project-files.ts';
import { writeNew } from '../../src/cli/init/write-new.ts';
import { cli } from '../support/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tsplay-init-'));
  return () => rmSync(base, { recursive: true });
});

function init(...words: readonly string[]) {
  const args = [cli, 'init', ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: base, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** All files below a folder. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

describe('tsplay init', () => {
  it('makes a project in a new folder, and says what to do next', () => {
    const { status, stdout, stderr } = init('deep/My site');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const folder = join(base, 'deep/My site');
    const source = `file:${relative(folder, root)}`;
    const files = projectFiles('my-site', source);
    expect(filesIn(folder)).toEqual(files.map(({ path }) => path).toSorted());
    for (const { path, text } of files) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-site',
      private: true,
      type: 'module',
      dependencies: { tsplay: source },
    });
    expect(stdout).toContain("cd 'deep/My site'\n  npm install\n  npm test");
    expect(init('--', '-x').stdout).toContain('  cd ./-x\n');
  });

  it('makes one where it stands, beside what is there', () => {
    writeFileSync(join(base, 'LICENSE'), 'x');
    const { status, stdout } = init();
    expect(status).toBe(0);
    expect(stdout).not.toContain('  cd ');
    expect(filesIn(base)).toContain('LICENSE');
  });

  it('overwrites nothing: what is there is told at once, and nothing is written', () => {
    writeFileSync(join(base, '.gitignore'), 'mine\n');
    writeFileSync(join(base, 'roles'), 'a file where a folder would have to be');
    symlinkSync('nowhere', join(base, 'site.ts'));
    const before = filesIn(base);
    expect(init()).toEqual({
      status: 64,
      stdout: '',
      stderr: expect.stringMatching(
        /in \. there is already site\.ts, roles, \.gitignore; nothing was written/,
      ) as string,
    });
    expect(filesIn(base)).toEqual(before);
    const kept = init('--keep');
    expect(kept.status).toBe(0);
    expect(kept.stdout).toContain('.gitignore: left as it is\n');
    expect(readFileSync(join(base, '.gitignore'), 'utf8')).toBe('mine\n');
    expect(existsSync(join(base, 'package.json'))).toBe(true);
    expect(readFileSync(join(base, 'roles'), 'utf8')).toContain('a file');
  });

  it('with a package.json of somebody else says how to add tsplay to it', () => {
    writeFileSync(join(base, 'package.json'), '{}\n');
    expect(init('--keep').stdout).toContain(`npm install ${relative(base, root)}\n`);
    expect(readFileSync(join(base, 'package.json'), 'utf8')).toBe('{}\n');
  });

  it.each([
    ['', /'': the folder has no name; nothing was written/],
    ['file', /file: that is a file, and no folder; nothing was written/],
    ['file/below', /file\/below: ENOTDIR.*; nothing was written/],
    ['x'.repeat(300), /ENAMETOOLONG.*; nothing was written/],
  ])('in %j says what is wrong', (folder, message) => {
    writeFileSync(join(base, 'file'), '');
    expect(init(folder)).toEqual({
      status: 64,
      stdout: '',
      stderr: expect.stringMatching(message) as string,
    });
    expect(filesIn(base)).toEqual(['file']);
  });

  it('leaves nothing where one of the files cannot be written', () => {
    mkdirSync(join(base, 'b'));
    const files = ['new/a', 'b/a', 'b/a/below'].map((path) => ({ path, text: 'x' }));
    expect(() => writeNew(base, files)).toThrow(/ENOTDIR|EEXIST/);
    expect(readdirSync(base, { recursive: true })).toEqual(['b']);
  });
});

it.each([
  // An archive, by npm and by npx, a git address, a registry, and what other tools install.
  ['node_modules', 'file:../tsplay-0.1.0.tgz', 'file:../../tsplay-0.1.0.tgz'],
  ['npx/abc/node_modules', 'file:../../tsplay.tgz', 'file:../tsplay.tgz'],
  ['node_modules', 'git+ssh://git@example.org/tsplay.git#abc', 'git+ssh://git@example.org/tsplay.git#abc'],
  ['node_modules', 'https://packages.example.org/tsplay/-/tsplay-0.1.0.tgz', '^0.1.0'],
  ['node_modules', undefined, '^0.1.0'],
])('tsplay in %s that came from %s is had by %s', (modules, resolved, source) => {
  const folder = join(base, modules);
  mkdirSync(folder, { recursive: true });
  if (resolved !== undefined) {
    const packages = { 'node_modules/tsplay': { version: '0.1.0', resolved } };
    writeFileSync(join(folder, '.package-lock.json'), JSON.stringify({ packages }));
  }
  expect(ownSource(join(folder, 'tsplay'), join(base, 'site'), '0.1.0')).toBe(source);
});

it.each([
  ['site', 'site'],
  ['My Sité', 'my-site'],
  ['@acme/site', 'acme-site'],
  ['.hidden', 'hidden'],
  ['Änderungen_2', 'anderungen_2'],
  ['日本', 'site'],
  ['tsplay', 'site-tsplay'],
  ['x'.repeat(300), 'x'.repeat(200)],
])('a folder %j has the package name %j', (folder, name) => {
  expect(packageName(folder)).toBe(name);
});
