import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { builds, load } from './load-in-child.ts';
import { tempProject, type TempProject } from './temp-project.ts';

let project: TempProject;
beforeEach(() => {
  project = tempProject({
    'package.json': '{"name":"infra"}',
    'config/base.json': '{"compilerOptions":{"strict":true}}',
    'tsconfig.json': '{"extends":"./config/base.json","compilerOptions":{"lib":["es2023"]}}',
    'node_modules/left/package.json': '{"type":"module","types":"./index.d.ts","main":"./index.js"}',
    'node_modules/left/index.js': 'export const left = 1;',
    'node_modules/left/index.d.ts': 'export declare const left: number;',
    'books/lib/index.ts': "export const lib = 'folder';",
    'books/other.ts': 'export const other = 1;',
    'books/site.ts': `import { lib } from './lib';
import { other } from './other.ts';
import { left } from 'left';
export default [lib, other, left];`,
  });
});
afterEach(() => project.remove());

const site = async (): Promise<unknown> => {
  const { exports, errors } = await load(project.dir, ['books/site.ts']);
  return errors[0]?.message ?? exports[0]?.['default'];
};
const value = ['folder', 1, 1];

describe('a check is not repeated', () => {
  it('while nothing has changed', async () => {
    expect(await site()).toEqual(value);
    const before = builds(project.dir);
    expect(await site()).toEqual(value);
    expect(builds(project.dir)).toEqual(before);
  });

  it('when a file was only touched, or others were added', async () => {
    await site();
    const before = builds(project.dir);
    const now = new Date();
    utimesSync(project.path('books/site.ts'), now, now);
    project.write({ 'books/new.ts': 'export {};', 'books/lib/new.ts': 'export {};' });
    expect(await site()).toEqual(value);
    expect(builds(project.dir)).toEqual(before);
  });
});

describe('a check is repeated', () => {
  const changes: Readonly<Record<string, { files: Record<string, string>; gives: unknown }>> = {
    'when the playbook changes': { files: { 'books/site.ts': 'export default 2;' }, gives: 2 },
    'when an import changes': {
      files: { 'books/other.ts': 'export const other = 2;' },
      gives: ['folder', 2, 1],
    },
    'when a new file comes before one that was found': {
      files: { 'books/lib.ts': "export const lib = 'file';" },
      gives: ['file', 1, 1],
    },
    'when a nearer package comes before one that was found': {
      files: {
        'books/node_modules/left/package.json':
          '{"type":"module","types":"./index.d.ts","main":"./index.js"}',
        'books/node_modules/left/index.js': 'export const left = 2;',
        'books/node_modules/left/index.d.ts': 'export declare const left: number;',
      },
      gives: ['folder', 1, 2],
    },
    'when a declaration of a package changes': {
      files: { 'node_modules/left/index.d.ts': 'export declare const right: number;' },
      gives: expect.stringContaining("no exported member 'left'"),
    },
    'when the package.json of a package changes': {
      files: { 'node_modules/left/package.json': '{"type":"module","exports":{"./x":"./index.js"}}' },
      gives: expect.stringContaining("Cannot find module 'left'"),
    },
    'when the tsconfig changes': {
      files: { 'tsconfig.json': '{"compilerOptions":{"lib":["es2023"],"strict":"x"}}' },
      gives: expect.stringContaining("'strict' requires a value of type boolean"),
    },
    'when what the tsconfig extends changes': {
      files: { 'config/base.json': '{"compilerOptions":{"strict":"x"}}' },
      gives: expect.stringContaining("'strict' requires a value of type boolean"),
    },
    'when a nearer tsconfig appears': {
      files: { 'books/tsconfig.json': '{"compilerOptions":{"strict":"x"}}' },
      gives: expect.stringContaining("'strict' requires a value of type boolean"),
    },
  };
  it.each(Object.entries(changes))('%s', async (_name, { files, gives }) => {
    expect(await site()).toEqual(value);
    project.write(files);
    expect(await site()).toEqual(gives);
  });

  it('when an import was deleted', async () => {
    expect(await site()).toEqual(value);
    rmSync(project.path('books/other.ts'));
    expect(await site()).toContain("Cannot find module './other.ts'");
  });

  it('when a file of a package is another one of the same size and age', async () => {
    expect(await site()).toEqual(value);
    const path = project.path('node_modules/left/index.d.ts');
    const { mtime } = statSync(path);
    writeFileSync(`${path}.new`, readFileSync(path, 'utf8').replace('left', 'lift'));
    utimesSync(`${path}.new`, mtime, mtime);
    renameSync(`${path}.new`, path);
    expect(await site()).toContain('no exported member');
  });

  it('after type errors, which are reported again', async () => {
    project.write({ 'books/other.ts': 'export const other: string = 1;' });
    const first = await site();
    expect(first).toContain('TS2322');
    expect(await site()).toEqual(first);
    expect(builds(project.dir)).toEqual([]);
  });

  it('when a file was written while it was checked', async () => {
    const future = Date.now() / 1000 + 60;
    utimesSync(project.path('books/other.ts'), future, future);
    await site();
    await site();
    expect(builds(project.dir)).toHaveLength(2);
  });

  it('when the note of it is damaged or its code is gone', async () => {
    await site();
    const [name = ''] = builds(project.dir);
    const folder = project.path('.tsplay/build');
    const [note = ''] = readdirSync(folder).filter((entry) => entry.endsWith('.json'));
    const text = readFileSync(join(folder, note), 'utf8');
    writeFileSync(join(folder, note), text.slice(0, 100));
    expect(await site()).toEqual(value);
    expect(builds(project.dir)).toHaveLength(2);
    const { output } = JSON.parse(readFileSync(join(folder, note), 'utf8')) as { output: string };
    rmSync(output, { recursive: true });
    expect(await site()).toEqual(value);
    expect(builds(project.dir)).toContain(name);
  });
});

it('keeps the code of a former check for a day, for processes that still run it', async () => {
  await site();
  const [first = ''] = builds(project.dir);
  project.write({ 'books/other.ts': 'export const other = 2;' });
  await site();
  expect(builds(project.dir)).toContain(first);
  const yesterday = Date.now() / 1000 - 25 * 60 * 60;
  utimesSync(join(project.path('.tsplay/build'), first), yesterday, yesterday);
  project.write({ 'books/other.ts': 'export const other = 3;' });
  await site();
  expect(builds(project.dir)).not.toContain(first);
});

it('lets processes load the same files at once', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, site));
  expect(all).toEqual(all.map(() => value));
  const before = builds(project.dir);
  expect(await site()).toEqual(value);
  expect(builds(project.dir)).toEqual(before);
});
