import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as modules from '../../modules/index.ts';
import { compilePrograms, expectedOf, saidOf, type Compiled } from '../support/type-programs.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = (folder: string): readonly string[] =>
  readdirSync(join(here, folder)).map((name) => join(here, folder, name));
const [pass, fail] = [programs('pass'), programs('fail')];

// All of them in one run of the compiler.
let compiled: Compiled;
beforeAll(async () => {
  compiled = await compilePrograms([...pass, ...fail]);
});

it('is checked against the declarations that users have', () => {
  const declarations = compiled.found.files.filter(
    (file) => file.startsWith(root) && !file.includes('/node_modules/'),
  );
  expect(declarations.filter((file) => !file.startsWith(here))).toContain(join(root, 'dist/src/index.d.ts'));
  expect(declarations.filter((file) => /\/(src|modules)\/[^.]*\.ts$/.test(relative(root, file)))).toEqual([]);
});

describe('programs that are right', () => {
  it.each(pass.map((file) => [relative(here, file), file]))('%s', (_, file) => {
    expect(compiled.found.files).toContain(file);
    expect(saidOf(compiled, file)).toEqual([]);
  });
});

describe('programs that are wrong', () => {
  it.each(fail.map((file) => [relative(here, file), file]))('%s', (_, file) => {
    const wanted = expectedOf(file);
    expect(wanted).not.toEqual([]);
    expect(saidOf(compiled, file)).toEqual(wanted);
  });

  it('have a misspelt option of every module', () => {
    const files = fail.filter((file) => /\/misspelt[^/]*$/.test(file));
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const tried = [...text.matchAll(/^ {2}(\w+)\(.*\/\/ error: '\w+' does not exist/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(tried)).toEqual(new Set(Object.keys(modules)));
  });
});
