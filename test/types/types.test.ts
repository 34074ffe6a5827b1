import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as modules from '../../modules/index.ts';
import { compilerPath, runCompiler } from '../../src/playbook/load/compiler.ts';
import { makeConfig } from '../../src/playbook/load/config.ts';
import { lookAround } from '../../src/playbook/load/surroundings.ts';
import type { TscOutput } from '../../src/playbook/load/tsc-output.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = (folder: string): readonly string[] =>
  readdirSync(join(here, folder)).map((name) => join(here, folder, name));
const [pass, fail] = [programs('pass'), programs('fail')];

let output = '';
let found: TscOutput;
/** Messages with their details, by `file:line`. */
const messages = new Map<string, string>();

// All of them in one run of the compiler, with what a playbook in a bare folder is checked with.
beforeAll(async () => {
  output = mkdtempSync(join(tmpdir(), 'tsplay-types-'));
  const config = join(output, 'tsconfig.json');
  const surroundings = { ...lookAround([join(output, 'site.ts')]), chain: undefined };
  const files = [...pass, ...fail];
  writeFileSync(
    config,
    JSON.stringify(
      makeConfig({ files, output, needs: { node: false, v: true }, apart: false, ...surroundings }),
    ),
  );
  found = await runCompiler(compilerPath(), config, root);
  for (const { where, summary, detail } of found.diagnostics) {
    const place = where === undefined ? 'nowhere' : `${where.file}:${where.line}`;
    messages.set(place, `${messages.get(place) ?? ''}${summary}\n${detail}\n`);
  }
});
afterAll(() => rmSync(output, { recursive: true }));

interface Expected {
  readonly place: string;
  readonly message: string;
}

/** The lines of a program that say what the compiler has to say about them. */
function expected(file: string): readonly Expected[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const [, message] = /\/\/ error: (.+)$/.exec(line) ?? [];
      return message === undefined ? [] : [{ place: `${file}:${index + 1}`, message }];
    });
}

it('is checked against the declarations that users have', () => {
  const declarations = found.files.filter(
    (file) => file.startsWith(root) && !file.includes('/node_modules/'),
  );
  expect(declarations.filter((file) => !file.startsWith(here))).toContain(join(root, 'dist/src/index.d.ts'));
  expect(declarations.filter((file) => /\/(src|modules)\/[^.]*\.ts$/.test(relative(root, file)))).toEqual([]);
});

describe('programs that are right', () => {
  it.each(pass.map((file) => [relative(here, file), file]))('%s', (_, file) => {
    expect(found.files).toContain(file);
    expect([...messages].filter(([place]) => place.startsWith(`${file}:`))).toEqual([]);
  });
});

describe('programs that are wrong', () => {
  it.each(fail.map((file) => [relative(here, file), file]))('%s', (_, file) => {
    const wanted = expected(file);
    expect(wanted).not.toEqual([]);
    const got = [...messages].filter(([place]) => place.startsWith(`${file}:`));
    const told = got.map(([place, message]) => {
      const part = wanted.find((one) => one.place === place)?.message;
      return { place, message: part !== undefined && message.includes(part) ? part : message };
    });
    expect(told.toSorted(byPlace)).toEqual(wanted.toSorted(byPlace));
  });

  it('have a misspelt option of every module', () => {
    const text = readFileSync(join(here, 'fail/misspelt.ts'), 'utf8');
    const tried = [...text.matchAll(/^ {2}(\w+)\(.*\/\/ error: '\w+' does not exist/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(tried)).toEqual(new Set(Object.keys(modules)));
  });
});

function byPlace(a: Expected, b: Expected): number {
  return a.place < b.place ? -1 : 1;
}
