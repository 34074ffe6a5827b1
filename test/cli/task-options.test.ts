import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyInPlaybooks, taskOptions } from '../../src/cli/adhoc/task-options.ts';
import { content, flag, line, listOf, mapOf, rule, shellText, whole } from '../../src/steps/option.ts';

const rules = {
  text: line(),
  content,
  count: whole(0, 100),
  on: flag,
  names: listOf(line()),
  numbers: listOf(whole(0, 9)),
  env: mapOf(line(), () => undefined),
  either: rule('a number or off', (value) => typeof value === 'number' || value === 'off'),
  run: shellText,
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-options-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = (...words: readonly string[]) => taskOptions(words, rules, folder);

describe('KEY=VALUE', () => {
  it.each([
    ['text=9000', '9000'],
    ['text=true', 'true'],
    ['text=a=b', 'a=b'],
    ['text=a: b', 'a: b'],
    ['content=', ''],
    ['count=42', 42],
    ['on=false', false],
    ['names=eth1', ['eth1']],
    ['names=eth1,eth2', ['eth1', 'eth2']],
    ['names=[eth1, eth2]', ['eth1', 'eth2']],
    ['names=1,2', ['1', '2']],
    ['numbers=1,2', [1, 2]],
    ['numbers=[]', []],
    ['env={ A: b }', { A: 'b' }],
    ['either=7', 7],
    ['either=off', 'off'],
  ])('%s', async (word, value) => {
    const [key = ''] = word.split('=');
    expect(await options(word)).toEqual({ [key]: value });
  });

  it('that fits no rule is left to the module, as what it most likely is meant to be', async () => {
    expect(await options('count=1000', 'on=[', 'names=a b', 'unknown=3')).toEqual({
      count: 1000,
      on: '[',
      names: 'a b',
      unknown: 3,
    });
  });

  it('is typed by what every task can have, too', async () => {
    expect(await options('become=true')).toEqual({ become: true });
    expect(await options('become=postgres')).toEqual({ become: 'postgres' });
  });
});

describe('the other ways', () => {
  it('give values as they are', async () => {
    writeFileSync(join(folder, 'o.yaml'), 'names: [a]\ncount: 3\n');
    expect(await options('text:="9"', '{ on: true, count: 1 }', '@o.yaml', 'count=2')).toEqual({
      text: '9',
      on: true,
      names: ['a'],
      count: 2,
    });
    expect(await options('{"env": {"A": "b"}}')).toEqual({ env: { A: 'b' } });
  });

  it.each([
    ['plain', 'plain: this gives no option a value'],
    ['count:=x', 'count:=x: Unexpected token'],
    ['{ a: 1', '{ a: 1: '],
    ['{ a: 1, a: 2 }', 'Map keys must be unique'],
    ['@missing.yaml', 'missing.yaml cannot be read: ENOENT'],
  ])('%s is refused', async (word, problem) => {
    await expect(options(word)).rejects.toThrow(problem);
  });
});

it('knows which options would have taken code', () => {
  expect(onlyInPlaybooks({ run: 'ls', text: 3, when: true, on: true }, rules)).toEqual(['run', 'when']);
});
